/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Back end: our own DHCP, TFTP and HTTP servers on our own small host
 */
#include <errno.h>

#include "server/backend.h"
#include "server/host.h"
#include "server/store.h"
#include "server/wire/dhcp.h"
#include "server/wire/dhcp6.h"

typedef struct Builtin {
	struct server_ops ops;
	uint64_t now_ns; /* of the call that is under way */
	Host *host;
	Store *store;
	DhcpServer *dhcp;
	Dhcp6Server *dhcp6;
	TftpServer *tftp;
	HttpServer *http;
	bool dhcp_enabled, dhcp6_enabled, tftp_enabled;
} Builtin;

static void on_frame(void *self, const uint8_t *frame, size_t len)
{
	Builtin *b = self;

	b->ops.send(b->ops.self, frame, len);
}

static void on_reply(void *self, const struct datagram *d)
{
	Builtin *b = self;

	host_send(b->host, b->now_ns, d);
}

static bool on_datagram(void *self, uint64_t now_ns, const struct datagram *d)
{
	Builtin *b = self;
	struct datagram_sink out = { on_reply, b };

	if (b->dhcp_enabled && !d->dst.is_v6 && d->dport == DHCP_PORT_SERVER) {
		dhcp_server_input(b->dhcp, now_ns, d, &out);
		return true;
	}
	if (b->dhcp6_enabled && d->dst.is_v6 && d->dport == DHCP6_PORT_SERVER) {
		dhcp6_server_input(b->dhcp6, now_ns, d, &out);
		return true;
	}
	if (b->tftp_enabled && tftp_server_has_port(b->tftp, d->dport)) {
		tftp_server_input(b->tftp, now_ns, d, &out);
		return true;
	}
	return false;
}

static void on_segment(void *self, uint64_t now_ns, const struct ipv4_hdr *ip,
		       const struct mac *mac, struct slice segment)
{
	Builtin *b = self;

	http_server_input(b->http, now_ns, ip, mac, segment);
}

static void on_http_segment(void *self, const struct tcp_flow *flow, struct slice segment)
{
	Builtin *b = self;

	host_send_tcp(b->host, flow->guest_ip, &flow->mac, segment);
}

static void on_http_transfer(void *self, enum http_transfer what, const char *file, uint64_t bytes)
{
	Builtin *b = self;

	if (b->ops.transfer)
		b->ops.transfer(b->ops.self, what, file, bytes);
}

static void builtin_free(void *self)
{
	Builtin *b = self;

	dhcp_server_free(b->dhcp);
	dhcp6_server_free(b->dhcp6);
	tftp_server_free(b->tftp);
	http_server_free(b->http);
	store_free(b->store);
	host_free(b->host);
	g_free(b);
}

static void *builtin_new(const struct server_config *cfg, const struct server_ops *ops,
			 Journal *journal, GError **error)
{
	Builtin *b = g_new0(Builtin, 1);
	struct host_ops host_ops = {
		.send_frame = on_frame, .recv = on_datagram, .recv_tcp = on_segment, .self = b
	};
	struct http_ops http_ops = { on_http_segment, on_http_transfer, b };

	b->ops = *ops;
	b->dhcp_enabled = cfg->dhcp.enabled;
	b->dhcp6_enabled = cfg->dhcp6.enabled;
	b->tftp_enabled = cfg->tftp.enabled;
	b->store = store_new(cfg->root);
	if (!b->store) {
		g_set_error(error, SERVER_ERROR, SERVER_ERROR_ROOT, "%s: %s", cfg->root,
			    g_strerror(errno));
		builtin_free(b);
		return NULL;
	}
	b->host = host_new(&cfg->net, &host_ops, journal);
	b->dhcp = dhcp_server_new(&cfg->dhcp, &cfg->net, journal);
	b->dhcp6 = dhcp6_server_new(&cfg->dhcp6, &cfg->net, journal);
	b->tftp = tftp_server_new(&cfg->tftp, b->store, journal);
	b->http = http_server_new(&cfg->http, &http_ops, b->store, journal);
	return b;
}

static void builtin_input(void *self, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	Builtin *b = self;

	b->now_ns = now_ns;
	host_input(b->host, now_ns, frame, len);
}

static void builtin_step(void *self, uint64_t now_ns)
{
	Builtin *b = self;
	struct datagram_sink out = { on_reply, b };

	b->now_ns = now_ns;
	host_step(b->host, now_ns);
	tftp_server_step(b->tftp, now_ns, &out);
	http_server_step(b->http, now_ns);
}

static uint64_t builtin_deadline_ns(const void *self)
{
	const Builtin *b = self;

	return MIN(MIN(host_deadline_ns(b->host), tftp_server_deadline_ns(b->tftp)),
		   http_server_deadline_ns(b->http));
}

const struct backend backend_builtin = {
	.name = "builtin",
	.new = builtin_new,
	.input = builtin_input,
	.step = builtin_step,
	.deadline_ns = builtin_deadline_ns,
	.free = builtin_free,
};
