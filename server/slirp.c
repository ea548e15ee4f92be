/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Back end: libslirp with its own DHCP and TFTP servers, as `-netdev user` has them
 *
 * It is cut off from the host (restricted) and lives on the time that it is told. Its TFTP server
 * never repeats a block and does not read the numbers of ACKs: that is how it is, and worth
 * knowing.
 */
#include <errno.h>
#include <libslirp.h>

#include "server/backend.h"
#include "server/wire/dhcp.h"
#include "server/wire/ip.h"

enum {
	CONFIG_VERSION = 1, /* all that is needed; also in the oldest library there is */
	NS_PER_MS = 1000 * 1000,
};

/* One of libslirp's timers. */
struct timer {
	SlirpTimerCb cb;
	void *cb_opaque;
	uint64_t due_ns; /* DEADLINE_NEVER: not running */
};

typedef struct SlirpServer {
	Slirp *slirp;
	struct server_ops ops;
	Journal *journal;
	bool dhcp_enabled;
	uint64_t now_ns;
	uint64_t poll_ns;  /* when libslirp wants to be polled */
	GPtrArray *timers; /* of struct timer */
} SlirpServer;

static ssize_t on_send(const void *buf, size_t len, void *opaque)
{
	SlirpServer *s = opaque;

	s->ops.send(s->ops.self, buf, len);
	return (ssize_t)len;
}

static void on_guest_error(const char *msg, void *opaque)
{
	SlirpServer *s = opaque;

	journal_begin(s->journal, s->now_ns, "slirp.guest-error");
	journal_str(s->journal, "message", msg);
	journal_end(s->journal);
}

static int64_t on_clock(void *opaque)
{
	SlirpServer *s = opaque;

	return (int64_t)s->now_ns;
}

static void *on_timer_new(SlirpTimerCb cb, void *cb_opaque, void *opaque)
{
	SlirpServer *s = opaque;
	struct timer *t = g_new0(struct timer, 1);

	t->cb = cb;
	t->cb_opaque = cb_opaque;
	t->due_ns = DEADLINE_NEVER;
	g_ptr_array_add(s->timers, t);
	return t;
}

static void on_timer_free(void *timer, void *opaque)
{
	SlirpServer *s = opaque;

	g_ptr_array_remove(s->timers, timer);
}

static void on_timer_mod(void *timer, int64_t expire_ms, void *opaque)
{
	struct timer *t = timer;

	(void)opaque;
	t->due_ns = (uint64_t)expire_ms * NS_PER_MS;
}

/* No descriptors: it is restricted, and opens none. */
static void on_poll_fd(int fd, void *opaque)
{
	(void)fd;
	(void)opaque;
}

static void on_notify(void *opaque)
{
	(void)opaque;
}

static int on_add_poll(int fd, int events, void *opaque)
{
	(void)fd;
	(void)events;
	(void)opaque;
	return -1;
}

static int on_get_revents(int index, void *opaque)
{
	(void)index;
	(void)opaque;
	return 0;
}

static const SlirpCb callbacks = {
	.send_packet = on_send,
	.guest_error = on_guest_error,
	.clock_get_ns = on_clock,
	.timer_new = on_timer_new,
	.timer_free = on_timer_free,
	.timer_mod = on_timer_mod,
	.register_poll_fd = on_poll_fd,
	.unregister_poll_fd = on_poll_fd,
	.notify = on_notify,
};

static struct in_addr in_addr_of(uint32_t ip)
{
	struct in_addr a;
	struct wr w = WR_INIT((uint8_t *)&a, sizeof(a));

	wr_be32(&w, ip);
	return a;
}

static void *slirp_server_new(const struct server_config *cfg, const struct server_ops *ops,
			      Journal *journal, GError **error)
{
	SlirpServer *s;
	SlirpConfig config = {
		.version = CONFIG_VERSION,
		.restricted = 1,
		.in_enabled = true,
		.vnetwork = in_addr_of(cfg->net.server & cfg->net.netmask),
		.vnetmask = in_addr_of(cfg->net.netmask),
		.vhost = in_addr_of(cfg->net.server),
		.vdhcp_start = in_addr_of(cfg->net.guest),
		.vnameserver = in_addr_of(cfg->net.dns),
		.tftp_path = cfg->tftp.enabled ? cfg->root : NULL,
		.tftp_server_name = cfg->dhcp.tftp_server,
		.bootfile = cfg->dhcp.bootfile,
		.vdomainname = cfg->dhcp.domain,
	};

	if (!g_file_test(cfg->root, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, SERVER_ERROR, SERVER_ERROR_ROOT, "%s: not a folder", cfg->root);
		return NULL;
	}
	s = g_new0(SlirpServer, 1);
	s->ops = *ops;
	s->journal = journal;
	s->dhcp_enabled = cfg->dhcp.enabled;
	s->poll_ns = DEADLINE_NEVER;
	s->timers = g_ptr_array_new_with_free_func(g_free);
	s->slirp = slirp_new(&config, &callbacks, s);
	if (!s->slirp) {
		g_set_error(error, SERVER_ERROR, SERVER_ERROR_START,
			    "libslirp does not take this network");
		g_ptr_array_unref(s->timers);
		g_free(s);
		return NULL;
	}
	return s;
}

/* Let it do its slow things (reassembly, packets that waited for ARP), and ask when next. */
static void poll_slirp(SlirpServer *s)
{
	uint32_t timeout_ms = UINT32_MAX;

	slirp_pollfds_fill(s->slirp, &timeout_ms, on_add_poll, s);
	slirp_pollfds_poll(s->slirp, 0, on_get_revents, s);
	s->poll_ns = timeout_ms == UINT32_MAX ? DEADLINE_NEVER
					      : s->now_ns + (uint64_t)timeout_ms * NS_PER_MS;
}

static bool is_for_dhcp(const uint8_t *frame, size_t len)
{
	struct eth_hdr eth;
	struct ipv4_hdr ip;
	struct udp_hdr udp;
	struct slice s;

	return !eth_decode(&eth, &s, frame, len) && eth.type == ETH_TYPE_IPV4 &&
	       !ipv4_decode(&ip, &s, s.p, s.len) && ip.proto == IP_PROTO_UDP && !ip.frag_offset &&
	       !udp_decode(&udp, &s, &ip, s.p, s.len) && udp.dport == DHCP_PORT_SERVER;
}

static void slirp_server_input(void *self, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	SlirpServer *s = self;

	s->now_ns = now_ns;
	/* Its DHCP server cannot be switched off: it is not shown the question. */
	if (!s->dhcp_enabled && is_for_dhcp(frame, len))
		return;
	slirp_input(s->slirp, frame, (int)len);
	poll_slirp(s);
}

static void slirp_server_step(void *self, uint64_t now_ns)
{
	SlirpServer *s = self;

	s->now_ns = now_ns;
	for (unsigned i = 0; i < s->timers->len; i++) {
		struct timer *t = s->timers->pdata[i];

		if (t->due_ns <= now_ns) {
			t->due_ns = DEADLINE_NEVER;
			t->cb(t->cb_opaque);
		}
	}
	poll_slirp(s);
}

static uint64_t slirp_server_deadline_ns(const void *self)
{
	const SlirpServer *s = self;
	uint64_t due_ns = s->poll_ns;

	for (unsigned i = 0; i < s->timers->len; i++)
		due_ns = MIN(due_ns, ((const struct timer *)s->timers->pdata[i])->due_ns);
	return due_ns;
}

static void slirp_server_free(void *self)
{
	SlirpServer *s = self;

	slirp_cleanup(s->slirp);
	g_ptr_array_unref(s->timers);
	g_free(s);
}

const struct backend backend_slirp = {
	.name = "slirp",
	.new = slirp_server_new,
	.input = slirp_server_input,
	.step = slirp_server_step,
	.deadline_ns = slirp_server_deadline_ns,
	.free = slirp_server_free,
};
