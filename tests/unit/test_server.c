/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/server: both back ends through one door
 */
#include "server/server.h"

#include <check.h>

#include "server/wire/frame.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/wire_frame.h"

enum {
	SERVER = 0x0a000202,
	GUEST = 0x0a00020f,
	GUEST_PORT = 2001,
};

struct lab {
	char *dir;
	struct server_config cfg;
	Journal *journal;
	Server *server;
	GQueue sent; /* of GBytes */
	struct frame_flows flows;
	struct frame frame; /* the one that was taken last */
	GBytes *bytes;      /* and where it lies */
	uint64_t now_ns;
};

static struct lab lab;

static void on_send(void *self, const uint8_t *frame, size_t len)
{
	struct lab *l = self;

	g_queue_push_tail(&l->sent, g_bytes_new(frame, len));
}

/* A folder with one file, and the configuration of a scenario that says nothing. */
static void lab_init(enum server_kind kind)
{
	lab = (struct lab){ .dir = temp_folder_new(), .journal = journal_new(NULL) };
	g_queue_init(&lab.sent);
	temp_file(lab.dir, "kernel.img", 700);
	lab.cfg = (struct server_config){
		.kind = kind,
		.root = lab.dir,
		.net = { .mac = { { 0x52, 0x55, 0x0a, 0, 2, 2 } },
			 .server = SERVER,
			 .netmask = 0xffffff00,
			 .router = SERVER,
			 .dns = 0x0a000203,
			 .guest = GUEST },
		.dhcp = { .enabled = true,
			  .bootfile = "kernel.img",
			  .lease_s = 86400,
			  .n_leases = 16 },
		.tftp = tftp_config_default,
	};
}

static void lab_start(void)
{
	struct server_ops ops = { .send = on_send, .self = &lab };
	g_autoptr(GError) error = NULL;

	lab.server = server_new(&lab.cfg, &ops, lab.journal, &error);
	ck_assert_msg(lab.server != NULL, "%s", error ? error->message : "no error");
}

static void lab_fini(void)
{
	server_free(lab.server);
	g_queue_clear_full(&lab.sent, (GDestroyNotify)g_bytes_unref);
	g_bytes_unref(lab.bytes);
	journal_free(lab.journal);
	temp_folder_remove(lab.dir);
}

static void input(const struct wire_frame *f)
{
	frame_decode(&lab.frame, &lab.flows, f->buf, f->len); /* the flows learn */
	server_input(lab.server, lab.now_ns, f->buf, f->len);
}

/* The next frame that was sent, of this kind. */
static const struct frame *expect_frame(const char *kind)
{
	size_t len;
	const uint8_t *p;

	ck_assert_msg(lab.sent.length > 0, "nothing was sent, where %s should be", kind);
	g_bytes_unref(lab.bytes);
	lab.bytes = g_queue_pop_head(&lab.sent);
	p = g_bytes_get_data(lab.bytes, &len);
	frame_decode(&lab.frame, &lab.flows, p, len);
	ck_assert_str_eq(frame_kind_name(lab.frame.kind), kind);
	return &lab.frame;
}

static void expect_nothing(void)
{
	ck_assert_uint_eq(lab.sent.length, 0);
}

static const enum server_kind kinds[] = { SERVER_BUILTIN, SERVER_SLIRP };

START_TEST(a_discover_is_answered)
{
	const struct frame *f;
	struct wire_frame in;

	lab_init(kinds[_i]);
	lab_start();
	wire_dhcp(&in, DHCP_DISCOVER);
	input(&in);
	f = expect_frame("dhcp.offer");
	ck_assert(f->ip.checksum_ok);
	ck_assert_int_eq(f->udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_uint_eq(f->dhcp.xid, 0x11223344);
	ck_assert_uint_eq(f->dhcp.yiaddr, GUEST);
	ck_assert_uint_eq(f->dhcp.siaddr, SERVER);
	ck_assert_uint_eq(f->ip.src, SERVER);
	ck_assert_str_eq(f->dhcp.file, "kernel.img");
	expect_nothing();
	lab_fini();
}
END_TEST

START_TEST(an_address_is_given)
{
	const struct frame *f;
	struct wire_frame in;

	lab_init(kinds[_i]);
	lab_start();
	wire_dhcp(&in, DHCP_DISCOVER);
	input(&in);
	expect_frame("dhcp.offer");
	wire_dhcp(&in, DHCP_REQUEST);
	input(&in);
	/* No address was asked for and no server named: what comes is each back end's own way. */
	if (kinds[_i] == SERVER_SLIRP) {
		f = expect_frame("dhcp.ack");
		ck_assert_uint_eq(f->dhcp.yiaddr, GUEST);
	}
	lab_fini();
}
END_TEST

START_TEST(a_server_that_gives_no_addresses)
{
	struct wire_frame in;

	lab_init(kinds[_i]);
	lab.cfg.dhcp.enabled = false;
	lab_start();
	wire_dhcp(&in, DHCP_DISCOVER);
	input(&in);
	wire_dhcp(&in, DHCP_REQUEST);
	input(&in);
	while (lab.sent.length)
		ck_assert_str_ne(frame_kind_name(expect_frame("icmp.unreachable")->kind), "");
	lab_fini();
}
END_TEST

START_TEST(the_server_is_found)
{
	static const uint8_t request[] = { 0, 1,    8,    0,    6,  4, 0, 1,  0x52, 0x54,
					   0, 0x12, 0x34, 0x56, 10, 0, 2, 15, 0,    0,
					   0, 0,    0,    0,    10, 0, 2, 2 };
	const struct frame *f;
	struct wire_frame in;

	lab_init(kinds[_i]);
	lab_start();
	wire_eth(&in, ETH_TYPE_ARP, request, sizeof(request));
	input(&in);
	f = expect_frame("arp.reply");
	ck_assert_uint_eq(f->arp.spa, SERVER);
	ck_assert_uint_eq(f->arp.tpa, GUEST);
	expect_nothing();
	lab_fini();
}
END_TEST

/* Make the guest known by ARP, so that the server need not ask. */
static void introduce_guest(void)
{
	static const uint8_t request[] = { 0, 1,    8,    0,    6,  4, 0, 1,  0x52, 0x54,
					   0, 0x12, 0x34, 0x56, 10, 0, 2, 15, 0,    0,
					   0, 0,    0,    0,    10, 0, 2, 2 };
	struct wire_frame in;

	wire_eth(&in, ETH_TYPE_ARP, request, sizeof(request));
	input(&in);
	expect_frame("arp.reply");
}

static void tftp(uint16_t dport, const char *payload, size_t len)
{
	struct wire_flow flow = { GUEST, SERVER, GUEST_PORT, dport };
	struct wire_frame in;

	wire_udp(&in, &flow, payload, len);
	memcpy(in.buf, lab.cfg.net.mac.b, ETH_ALEN);
	input(&in);
}

#define RRQ(file) "\0\1" file "\0octet"

START_TEST(a_file_is_served)
{
	const struct frame *f;
	uint16_t port;

	lab_init(kinds[_i]);
	lab_start();
	introduce_guest();
	tftp(TFTP_PORT, RRQ("kernel.img"), sizeof(RRQ("kernel.img")));
	f = expect_frame("tftp.data");
	ck_assert_uint_eq(f->tftp.block, 1);
	ck_assert_uint_eq(f->tftp.data.len, 512);
	for (unsigned i = 0; i < 512; i++)
		ck_assert_uint_eq(f->tftp.data.p[i], temp_file_byte(i));
	port = f->udp.sport;
	tftp(port, "\0\4\0\1", 4);
	f = expect_frame("tftp.data");
	ck_assert_uint_eq(f->tftp.block, 2);
	ck_assert_uint_eq(f->tftp.data.len, 188);
	tftp(port, "\0\4\0\2", 4);
	expect_nothing();
	lab_fini();
}
END_TEST

START_TEST(a_file_that_there_is_not)
{
	lab_init(kinds[_i]);
	lab_start();
	introduce_guest();
	tftp(TFTP_PORT, RRQ("other.img"), sizeof(RRQ("other.img")));
	ck_assert_uint_eq(expect_frame("tftp.error")->tftp.error, TFTP_ERR_NOT_FOUND);
	lab_fini();
}
END_TEST

START_TEST(a_file_outside)
{
	lab_init(kinds[_i]);
	lab_start();
	introduce_guest();
	tftp(TFTP_PORT, RRQ("../../../../etc/passwd"), sizeof(RRQ("../../../../etc/passwd")));
	ck_assert_uint_eq(expect_frame("tftp.error")->tftp.error, TFTP_ERR_ACCESS);
	lab_fini();
}
END_TEST

START_TEST(no_tftp)
{
	lab_init(kinds[_i]);
	lab.cfg.tftp.enabled = false;
	lab_start();
	introduce_guest();
	tftp(TFTP_PORT, RRQ("kernel.img"), sizeof(RRQ("kernel.img")));
	while (lab.sent.length) {
		enum frame_kind kind;

		frame_decode(&lab.frame, &lab.flows,
			     g_bytes_get_data(g_queue_peek_head(&lab.sent), NULL),
			     g_bytes_get_size(g_queue_peek_head(&lab.sent)));
		kind = lab.frame.kind;
		ck_assert(kind == FRAME_ICMP_UNREACHABLE || kind == FRAME_TFTP_ERROR);
		g_bytes_unref(g_queue_pop_head(&lab.sent));
	}
	lab_fini();
}
END_TEST

START_TEST(a_root_that_there_is_not)
{
	struct server_ops ops = { .send = on_send, .self = &lab };
	g_autoptr(GError) missing = NULL, no_folder = NULL;
	g_autofree char *file = NULL;

	lab_init(kinds[_i]);
	file = g_build_filename(lab.dir, "kernel.img", NULL);
	lab.cfg.root = "/nonexistent/tree";
	ck_assert_ptr_null(server_new(&lab.cfg, &ops, lab.journal, &missing));
	ck_assert(g_error_matches(missing, SERVER_ERROR, SERVER_ERROR_ROOT));
	ck_assert_ptr_nonnull(strstr(missing->message, "/nonexistent/tree"));
	lab.cfg.root = file;
	ck_assert_ptr_null(server_new(&lab.cfg, &ops, lab.journal, &no_folder));
	ck_assert(g_error_matches(no_folder, SERVER_ERROR, SERVER_ERROR_ROOT));
	lab_fini();
}
END_TEST

START_TEST(a_network_that_slirp_does_not_take)
{
	struct server_ops ops = { .send = on_send, .self = &lab };
	g_autoptr(GError) error = NULL;
	Server *s;

	lab_init(SERVER_SLIRP);
	lab.cfg.net.netmask = 0xffffffff;
	lab.cfg.net.guest = 0xdeadbeef;
	s = server_new(&lab.cfg, &ops, lab.journal, &error);
	ck_assert(s || g_error_matches(error, SERVER_ERROR, SERVER_ERROR_START));
	server_free(s);
	lab_fini();
}
END_TEST

START_TEST(repetitions_are_due)
{
	uint64_t due_ns;

	lab_init(SERVER_BUILTIN);
	lab_start();
	introduce_guest();
	ck_assert_uint_eq(server_deadline_ns(lab.server), DEADLINE_NEVER);
	tftp(TFTP_PORT, RRQ("kernel.img"), sizeof(RRQ("kernel.img")));
	expect_frame("tftp.data");
	due_ns = server_deadline_ns(lab.server);
	ck_assert_uint_eq(due_ns, tftp_config_default.timeout_ns);
	server_step(lab.server, due_ns - 1);
	expect_nothing();
	server_step(lab.server, due_ns);
	ck_assert_uint_eq(expect_frame("tftp.data")->tftp.block, 1);
	expect_nothing();
	lab_fini();
}
END_TEST

/* libslirp's timers are of IPv6, which is off; a step does no harm at any time. */
START_TEST(steps_at_any_time)
{
	lab_init(kinds[_i]);
	lab_start();
	introduce_guest();
	for (uint64_t t = 0; t < 64; t++)
		server_step(lab.server, (uint64_t)1 << t);
	lab_fini();
}
END_TEST

/* A session of a boot, each frame of it cut short and bent in turn. */
START_TEST(nothing_that_comes_crashes_it)
{
	struct wire_frame frames[4];
	static const struct wire_flow flow = { GUEST, SERVER, GUEST_PORT, TFTP_PORT };

	lab_init(kinds[_i]);
	lab_start();
	introduce_guest();
	wire_dhcp(&frames[0], DHCP_DISCOVER);
	wire_dhcp(&frames[1], DHCP_REQUEST);
	wire_udp(&frames[2], &flow, RRQ("kernel.img"), sizeof(RRQ("kernel.img")));
	wire_ip(&frames[3],
		&(struct ipv4_hdr){ .src = GUEST, .dst = SERVER, .proto = IP_PROTO_ICMP },
		"\x08\0\0\0\0\0\0\0", 8);
	for (unsigned n = 0; n < G_N_ELEMENTS(frames); n++) {
		for (size_t len = 0; len < frames[n].len; len++) {
			g_autofree uint8_t *cut = g_memdup2(frames[n].buf, len);

			server_input(lab.server, lab.now_ns++, cut, len);
		}
		for (size_t bit = 0; bit < frames[n].len * 8; bit += 3) {
			struct wire_frame bent = frames[n];

			bent.buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
			server_input(lab.server, lab.now_ns++, bent.buf, bent.len);
		}
	}
	server_step(lab.server, lab.now_ns + 1000000000);
	/* libslirp does not free the name of a transfer that is under way when it ends itself. */
	tftp(TFTP_PORT, "\0\5\0\0", 5);
	g_queue_clear_full(&lab.sent, (GDestroyNotify)g_bytes_unref);
	g_queue_init(&lab.sent);
	wire_dhcp(&frames[0], DHCP_DISCOVER);
	input(&frames[0]);
	expect_frame("dhcp.offer"); /* and still it answers */
	lab_fini();
}
END_TEST

START_TEST(all_have_names)
{
	ck_assert_str_eq(server_kind_name(SERVER_DNSMASQ), "dnsmasq");
	ck_assert_str_eq(server_kind_name(SERVER_BUILTIN), "builtin");
	ck_assert_str_eq(server_kind_name(SERVER_SLIRP), "slirp");
	server_free(NULL);
}
END_TEST

/* No daemon, no clock of its own, and no silence that is not the guest's. */
START_TEST(what_is_in_us_is_here)
{
	struct server_here here = { .missing = (char *)"x" };

	ck_assert(server_is_real_time(SERVER_DNSMASQ));
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		lab_init(kinds[i]);
		lab_start();
		ck_assert(!server_is_real_time(kinds[i]));
		ck_assert_int_eq(server_fd(lab.server), -1);
		server_probe(lab.server, 1);
		server_find(&here, kinds[i], "/nonexistent/dnsmasq");
		ck_assert_ptr_null(here.missing);
		ck_assert_ptr_null(here.program);
		server_here_clear(&here);
		lab_fini();
	}
}
END_TEST

START_TEST(names_find_them)
{
	enum server_kind kind = SERVER_N_KINDS;

	ck_assert(!server_kind_find("", &kind));
	ck_assert(!server_kind_find("built", &kind));
	ck_assert_int_eq(kind, SERVER_N_KINDS);
	ck_assert(server_kind_find("slirp", &kind));
	ck_assert_int_eq(kind, SERVER_SLIRP);
	ck_assert(server_kind_find("builtin", &kind));
	ck_assert_int_eq(kind, SERVER_BUILTIN);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("server");

	suite_add_rows(s, a_discover_is_answered, N_ROWS(kinds));
	suite_add_rows(s, an_address_is_given, N_ROWS(kinds));
	suite_add_rows(s, a_server_that_gives_no_addresses, N_ROWS(kinds));
	suite_add_rows(s, the_server_is_found, N_ROWS(kinds));
	suite_add_rows(s, a_file_is_served, N_ROWS(kinds));
	suite_add_rows(s, a_file_that_there_is_not, N_ROWS(kinds));
	suite_add_rows(s, a_file_outside, N_ROWS(kinds));
	suite_add_rows(s, no_tftp, N_ROWS(kinds));
	suite_add_rows(s, a_root_that_there_is_not, N_ROWS(kinds));
	suite_add(s, a_network_that_slirp_does_not_take);
	suite_add(s, repetitions_are_due);
	suite_add_rows(s, steps_at_any_time, N_ROWS(kinds));
	suite_add_rows(s, nothing_that_comes_crashes_it, N_ROWS(kinds));
	suite_add(s, what_is_in_us_is_here);
	suite_add(s, all_have_names);
	suite_add(s, names_find_them);
	return suite_run(s);
}
