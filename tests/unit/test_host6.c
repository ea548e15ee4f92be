/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/host6: the server's place on the network, IPv6; through server/host
 */
#include "server/host.h"

#include <check.h>

#include "server/wire/frame.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"
#include "tests/support/wire_frame.h"

#define SECOND UINT64_C(1000000000)

enum {
	OPEN_PORT = 69,
	GUEST_PORT = 2001,
};

static const struct ip6_addr server = { { 0xfd, [15] = 2 } }, guest = { { 0xfd, [15] = 0x15 } },
			     stranger = { { 0xfd, [15] = 0x99 } };

static struct lab {
	struct net_config net;
	Journal *journal;
	Host *host;
	GQueue sent; /* of GBytes */
	struct frame_flows flows;
	struct frame frame; /* the one that was taken last */
	GBytes *bytes;      /* and where it lies */
	struct datagram got;
	uint8_t payload[70000];
	unsigned n_got;
	uint64_t now_ns;
} lab;

static void on_frame(void *self, const uint8_t *frame, size_t len)
{
	(void)self;
	ck_assert_uint_le(len, ETH_FRAME_MAX);
	g_queue_push_tail(&lab.sent, g_bytes_new(frame, len));
}

static bool on_datagram(void *self, uint64_t now_ns, const struct datagram *d)
{
	(void)self;
	ck_assert_uint_eq(now_ns, lab.now_ns);
	if (d->dport != OPEN_PORT)
		return false;
	lab.n_got++;
	lab.got = *d;
	memcpy(lab.payload, d->payload.p, d->payload.len);
	return true;
}

static void start(void)
{
	struct host_ops ops = { .send_frame = on_frame, .recv = on_datagram };

	lab.journal = journal_new(NULL);
	lab.host = host_new(&lab.net, &ops, lab.journal);
}

static void lab_init(void)
{
	lab = (struct lab){ .net = { .mac = wire_server_mac,
				     .server = 0x0a000202,
				     .netmask = 0xffffff00,
				     .v6 = { .enabled = true,
					     .server = server,
					     .prefix_len = 64,
					     .ra = { .enabled = true,
						     .managed = true,
						     .on_link = true,
						     .lifetime_s = 1800,
						     .valid_s = 86400,
						     .preferred_s = 14400 } } } };
	g_queue_init(&lab.sent);
}

static void lab_fini(void)
{
	host_free(lab.host);
	g_queue_clear_full(&lab.sent, (GDestroyNotify)g_bytes_unref);
	g_bytes_unref(lab.bytes);
	journal_free(lab.journal);
}

static void input(const struct wire_frame *f)
{
	host_input(lab.host, lab.now_ns, f->buf, f->len);
}

static const struct frame *expect_frame(const char *kind)
{
	size_t len;
	const uint8_t *p;

	ck_assert_msg(lab.sent.length > 0, "nothing was sent, where %s should be; journal:\n%s",
		      kind, journal_lines(lab.journal));
	g_bytes_unref(lab.bytes);
	lab.bytes = g_queue_pop_head(&lab.sent);
	p = g_bytes_get_data(lab.bytes, &len);
	frame_decode(&lab.frame, &lab.flows, p, len);
	ck_assert_str_eq(frame_kind_name(lab.frame.kind), kind);
	ck_assert(mac_equal(&lab.frame.eth.src, &wire_server_mac));
	return &lab.frame;
}

/* What is sent to one host is sent to its MAC, to a group to the group's. */
static const struct frame *expect_to(const char *kind, const struct ip6_addr *dst)
{
	const struct frame *f = expect_frame(kind);
	struct mac mac = ip6_is_multicast(dst) ? ip6_group_mac(dst) : wire_guest_mac;

	ck_assert(ip6_equal(&f->ip6.dst, dst));
	ck_assert(mac_equal(&f->eth.dst, &mac));
	return f;
}

static void expect_nothing(void)
{
	ck_assert_uint_eq(lab.sent.length, 0);
}

static void expect_dropped(const char *reason)
{
	g_autofree char *part = g_strdup_printf("\"reason\":\"%s\"", reason);

	assert_journalled(lab.journal, 1, "host.drop", part);
}

static void solicit(const struct ip6_addr *target, const struct ip6_addr *src)
{
	struct ndp n = { .type = ICMP6_NS,
			 .target = *target,
			 .has_mac = !ip6_is_unspecified(src),
			 .mac = wire_guest_mac };
	struct ip6_addr group = ip6_solicited_node(target);
	struct wire_frame f;

	wire_ndp(&f, &n, src, &group);
	input(&f);
}

/* Make the guest known, so that the server need not ask. */
static void introduce(void)
{
	solicit(&server, &guest);
	expect_frame("icmp6.na");
}

START_TEST(who_has_our_address)
{
	struct ip6_addr local = ip6_link_local(&wire_server_mac);
	struct ip6_addr want = _i ? local : server;
	const struct frame *f;

	lab_init();
	start();
	solicit(&want, &guest);
	f = expect_to("icmp6.na", &guest);
	ck_assert(ip6_equal(&f->ndp.target, &want) && ip6_equal(&f->ip6.src, &want));
	ck_assert(f->ndp.solicited && f->ndp.override && f->ndp.router);
	ck_assert(f->ndp.has_mac && mac_equal(&f->ndp.mac, &wire_server_mac));
	ck_assert(f->icmp.checksum_ok);
	ck_assert_uint_eq(f->ip6.hop_limit, 255);
	expect_nothing();
	lab_fini();
}
END_TEST

/* RFC 4861 7.2.4: somebody without an address is told by telling all. */
START_TEST(somebody_wants_our_address)
{
	const struct frame *f;

	lab_init();
	start();
	solicit(&server, &ip6_unspecified);
	f = expect_to("icmp6.na", &ip6_all_nodes);
	ck_assert(!f->ndp.solicited && f->ndp.override);
	expect_nothing();
	lab_fini();
}
END_TEST

START_TEST(somebody_wants_another_address)
{
	lab_init();
	start();
	solicit(&guest, &ip6_unspecified);
	expect_nothing();
	expect_dropped("not-for-us");
	lab_fini();
}
END_TEST

START_TEST(a_target_that_shares_our_group)
{
	struct ip6_addr other = server;

	lab_init();
	start();
	other.b[1] = 7;
	solicit(&other, &guest);
	expect_nothing();
	expect_dropped("not-for-us");
	lab_fini();
}
END_TEST

static void send_text(const struct ip6_addr *dst, const char *text)
{
	struct datagram d = { .src = ip_addr_v6(&server),
			      .dst = ip_addr_v6(dst),
			      .sport = OPEN_PORT,
			      .dport = GUEST_PORT,
			      .payload = { (const uint8_t *)text, strlen(text) } };

	host_send(lab.host, lab.now_ns, &d);
}

static void answer(const struct ip6_addr *target, bool with_mac)
{
	struct ndp n = { .type = ICMP6_NA,
			 .target = *target,
			 .solicited = true,
			 .has_mac = with_mac,
			 .mac = wire_guest_mac };
	struct wire_frame f;

	wire_ndp(&f, &n, target, &server);
	input(&f);
}

START_TEST(a_neighbour_is_asked_for)
{
	struct ip6_addr group = ip6_solicited_node(&guest);
	const struct frame *f;

	lab_init();
	start();
	send_text(&guest, "hello");
	f = expect_to("icmp6.ns", &group);
	ck_assert(ip6_equal(&f->ndp.target, &guest) && ip6_equal(&f->ip6.src, &server));
	ck_assert(f->ndp.has_mac && mac_equal(&f->ndp.mac, &wire_server_mac));
	ck_assert(f->icmp.checksum_ok);
	expect_nothing();
	answer(&guest, _i);
	f = expect_to("udp", &guest);
	ck_assert(ip6_equal(&f->ip6.src, &server));
	ck_assert_int_eq(f->udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_mem_eq(f->payload.p, "hello", 5);
	send_text(&guest, "again");
	expect_to("udp", &guest);
	expect_nothing();
	lab_fini();
}
END_TEST

START_TEST(a_neighbour_that_is_not_there)
{
	lab_init();
	start();
	send_text(&guest, "hello");
	for (unsigned i = 1; i <= 3; i++) {
		expect_frame("icmp6.ns");
		expect_nothing();
		ck_assert_uint_eq(host_deadline_ns(lab.host), i * SECOND);
		lab.now_ns = i * SECOND;
		host_step(lab.host, lab.now_ns);
	}
	expect_nothing();
	expect_dropped("ndp-unanswered");
	ck_assert_uint_eq(host_deadline_ns(lab.host), DEADLINE_NEVER);
	lab_fini();
}
END_TEST

START_TEST(an_answer_that_nobody_asked_for)
{
	lab_init();
	start();
	answer(&guest, true);
	expect_dropped("ndp-unasked");
	send_text(&guest, "hello");
	expect_frame("icmp6.ns");
	lab_fini();
}
END_TEST

static void ask_router(const struct ip6_addr *src)
{
	struct ndp n = { .type = ICMP6_RS,
			 .has_mac = !ip6_is_unspecified(src),
			 .mac = wire_guest_mac };
	struct wire_frame f;

	wire_ndp(&f, &n, src, &ip6_all_routers);
	input(&f);
}

START_TEST(the_router_answers)
{
	struct ip6_addr local = ip6_link_local(&wire_guest_mac);
	struct ip6_addr ours = ip6_link_local(&wire_server_mac);
	const struct frame *f;

	lab_init();
	lab.net.v6.ra.mtu = 1400;
	lab.net.v6.ra.dns = stranger;
	start();
	ask_router(_i ? &local : &ip6_unspecified);
	f = expect_to("icmp6.ra", &ip6_all_nodes);
	ck_assert(ip6_equal(&f->ip6.src, &ours));
	ck_assert_uint_eq(f->ip6.hop_limit, 255);
	ck_assert(f->icmp.checksum_ok);
	ck_assert(f->ndp.managed && !f->ndp.other);
	ck_assert_uint_eq(f->ndp.lifetime_s, 1800);
	ck_assert(f->ndp.has_prefix && f->ndp.prefix.on_link && !f->ndp.prefix.autonomous);
	ck_assert_uint_eq(f->ndp.prefix.len, 64);
	ck_assert_uint_eq(f->ndp.prefix.prefix.b[0], 0xfd);
	ck_assert_uint_eq(f->ndp.prefix.prefix.b[15], 0);
	ck_assert_uint_eq(f->ndp.prefix.valid_s, 86400);
	ck_assert_uint_eq(f->ndp.prefix.preferred_s, 14400);
	ck_assert_uint_eq(f->ndp.mtu, 1400);
	ck_assert_uint_eq(f->ndp.n_dns, 1);
	ck_assert(ip6_equal(&f->ndp.dns[0], &stranger));
	expect_nothing();
	ck_assert_uint_eq(host_deadline_ns(lab.host), DEADLINE_NEVER);
	lab_fini();
}
END_TEST

START_TEST(the_router_speaks_unasked)
{
	lab_init();
	lab.net.v6.ra.interval_ns = 5 * SECOND;
	start();
	for (unsigned i = 1; i <= 3; i++) {
		expect_nothing();
		ck_assert_uint_eq(host_deadline_ns(lab.host), i * 5 * SECOND);
		lab.now_ns = i * 5 * SECOND;
		host_step(lab.host, lab.now_ns);
		expect_to("icmp6.ra", &ip6_all_nodes);
	}
	lab_fini();
}
END_TEST

START_TEST(there_is_no_router)
{
	lab_init();
	lab.net.v6.ra = (struct ra_config){ .interval_ns = SECOND };
	start();
	ask_router(&ip6_unspecified);
	expect_nothing();
	expect_dropped("no-router");
	ck_assert_uint_eq(host_deadline_ns(lab.host), DEADLINE_NEVER);
	solicit(&server, &guest);
	ck_assert(!expect_frame("icmp6.na")->ndp.router);
	lab_fini();
}
END_TEST

static void ping(const struct ip6_addr *dst, const uint8_t *data, size_t len)
{
	struct ipv6_hdr ip = { .src = guest, .dst = *dst, .hop_limit = 64, .proto = IP6_NEXT_ICMP };
	struct icmp_hdr icmp = { .type = ICMP6_ECHO, .rest = 0x12340001 };
	uint8_t message[1500];
	struct wr w = WR_INIT(message, sizeof(message));
	struct wire_frame f;

	icmp6_encode(&w, &icmp, &ip, data, len);
	wire_ip6(&f, &ip, message, sizeof(message) - w.left);
	input(&f);
}

START_TEST(pings_are_answered)
{
	static const size_t lens[] = { 0, 1, 1452 };
	uint8_t data[1452];
	const struct frame *f;

	memset(data, 0xa5, sizeof(data));
	lab_init();
	start();
	introduce();
	ping(&server, data, lens[_i]);
	f = expect_to("icmp6.echo-reply", &guest);
	ck_assert(ip6_equal(&f->ip6.src, &server));
	ck_assert(f->icmp.checksum_ok);
	ck_assert_uint_eq(f->icmp.rest, 0x12340001);
	ck_assert_uint_eq(f->payload.len, lens[_i]);
	ck_assert(!lens[_i] || !memcmp(f->payload.p, data, lens[_i]));
	ping(&ip6_all_nodes, data, 1);
	f = expect_to("icmp6.echo-reply", &guest);
	ck_assert(ip6_equal(&f->ip6.src, &server));
	expect_nothing();
	lab_fini();
}
END_TEST

static struct datagram from_guest(uint16_t port, const char *text)
{
	return (struct datagram){ .src = ip_addr_v6(&guest),
				  .dst = ip_addr_v6(&server),
				  .sport = GUEST_PORT,
				  .dport = port,
				  .payload = { (const uint8_t *)text, strlen(text) } };
}

START_TEST(datagrams_are_handed_on)
{
	struct datagram d = from_guest(OPEN_PORT, "hello");
	struct wire_frame f;

	lab_init();
	start();
	wire_udp6(&f, &d);
	input(&f);
	ck_assert_uint_eq(lab.n_got, 1);
	ck_assert(ip_addr_equal(&lab.got.src, &d.src) && ip_addr_equal(&lab.got.dst, &d.dst));
	ck_assert(mac_equal(&lab.got.mac, &wire_guest_mac));
	ck_assert_uint_eq(lab.got.sport, GUEST_PORT);
	ck_assert_mem_eq(lab.payload, "hello", 5);
	d.dst = ip_addr_v6(&ip6_dhcp_servers);
	wire_udp6(&f, &d);
	input(&f);
	ck_assert_uint_eq(lab.n_got, 2);
	ck_assert(datagram_is_to_group(&lab.got));
	lab_fini();
}
END_TEST

START_TEST(a_closed_port)
{
	struct datagram d = from_guest(7, "hello");
	const struct frame *f;
	struct wire_frame in;
	struct ipv6_hdr quoted;
	struct slice rest;

	lab_init();
	start();
	introduce();
	wire_udp6(&in, &d);
	input(&in);
	f = expect_to("icmp6.unreachable", &guest);
	ck_assert_uint_eq(f->icmp.code, 4);
	ck_assert(f->icmp.checksum_ok);
	ck_assert_int_eq(ipv6_decode(&quoted, &rest, f->payload.p, f->payload.len), 0);
	ck_assert(ip6_equal(&quoted.src, &guest));
	ck_assert_uint_eq(rest.len, UDP_HLEN + 5);
	expect_dropped("port-closed");

	d.dst = ip_addr_v6(&ip6_all_nodes);
	wire_udp6(&in, &d);
	input(&in);
	expect_nothing();
	lab_fini();
}
END_TEST

/* One byte of a good datagram that is changed, and why the whole is dropped. */
static const struct {
	const char *what;
	size_t offset;
	uint8_t value;
	const char *reason;
} bad_rows[] = {
	{ "another version", 14, 0x40, "ipv6-malformed" },
	{ "a length beyond the frame", 18, 1, "ipv6-malformed" },
	{ "another protocol", 20, 99, "ipv6-protocol" },
	{ "another source", 22, 0xfc, "udp-checksum" },
	{ "a group as source", 22, 0xff, "ipv6-source" },
	{ "another destination", 53, 3, "not-for-us" },
	{ "another checksum", 61, 0, "udp-checksum" },
	{ "a length beyond the packet", 58, 1, "udp-malformed" },
	{ "another payload", 62, 'x', "udp-checksum" },
};

START_TEST(bad_datagrams_are_dropped)
{
	struct datagram d = from_guest(OPEN_PORT, "hello");
	struct wire_frame f;

	lab_init();
	start();
	wire_udp6(&f, &d);
	ck_assert_msg(f.buf[bad_rows[_i].offset] != bad_rows[_i].value, "%s", bad_rows[_i].what);
	f.buf[bad_rows[_i].offset] = bad_rows[_i].value;
	input(&f);
	ck_assert_msg(!lab.n_got, "%s", bad_rows[_i].what);
	expect_nothing();
	expect_dropped(bad_rows[_i].reason);
	lab_fini();
}
END_TEST

START_TEST(a_datagram_without_a_checksum)
{
	struct datagram d = from_guest(OPEN_PORT, "hello");
	struct wire_frame f;

	lab_init();
	start();
	wire_udp6(&f, &d);
	f.buf[60] = f.buf[61] = 0;
	input(&f);
	ck_assert_uint_eq(lab.n_got, 0);
	expect_dropped("udp-checksum");
	lab_fini();
}
END_TEST

START_TEST(sources_that_cannot_be)
{
	const struct ip6_addr sources[] = {
		ip6_unspecified, server, { { [15] = 1 } }, { { [10] = 0xff, 0xff, 10, 0, 2, 2 } }
	};
	struct datagram d = from_guest(OPEN_PORT, "hello");
	struct wire_frame f;

	lab_init();
	start();
	d.src = ip_addr_v6(&sources[_i]);
	wire_udp6(&f, &d);
	input(&f);
	ck_assert_uint_eq(lab.n_got, 0);
	expect_dropped("ipv6-source");
	lab_fini();
}
END_TEST

/* The datagram in pieces of eight bytes, an odd one at the end. */
static void input_pieces(const struct datagram *d, unsigned from, unsigned to)
{
	struct ipv6_hdr ip = {
		.src = guest, .dst = server, .hop_limit = 64, .proto = IP_PROTO_UDP
	};
	struct udp_hdr udp = { .sport = d->sport, .dport = d->dport };
	uint8_t datagram[1500];
	struct wr w = WR_INIT(datagram, sizeof(datagram));
	size_t len;

	udp6_encode(&w, &udp, &ip, d->payload.p, d->payload.len);
	len = sizeof(datagram) - w.left;
	ip.has_fragment = true;
	ip.frag_id = 7;
	for (size_t at = from * 8; at < len && at < to * 8; at += 8) {
		struct wire_frame f;

		ip.frag_offset = (uint16_t)at;
		ip.more_fragments = at + 8 < len;
		wire_ip6(&f, &ip, datagram + at, MIN(len - at, 8));
		input(&f);
	}
}

START_TEST(pieces_are_joined)
{
	struct datagram d = from_guest(OPEN_PORT, "a datagram in many pieces");

	lab_init();
	start();
	input_pieces(&d, 2, 99);
	ck_assert_uint_eq(lab.n_got, 0);
	input_pieces(&d, 0, 2);
	ck_assert_uint_eq(lab.n_got, 1);
	ck_assert_uint_eq(lab.got.payload.len, d.payload.len);
	ck_assert_mem_eq(lab.payload, d.payload.p, d.payload.len);
	lab_fini();
}
END_TEST

START_TEST(a_piece_is_missing)
{
	struct datagram d = from_guest(OPEN_PORT, "a datagram in many pieces");

	lab_init();
	start();
	input_pieces(&d, 1, 99);
	lab.now_ns = host_deadline_ns(lab.host);
	ck_assert_uint_ne(lab.now_ns, DEADLINE_NEVER);
	host_step(lab.host, lab.now_ns);
	expect_dropped("reassembly-timeout");
	input_pieces(&d, 0, 1);
	ck_assert_uint_eq(lab.n_got, 0);
	lab_fini();
}
END_TEST

/* RFC 6980: no neighbour discovery in fragments, not even in one. */
START_TEST(a_solicitation_in_a_fragment)
{
	struct ndp n = { .type = ICMP6_NS, .target = server };
	struct ipv6_hdr ip = { .src = guest,
			       .dst = server,
			       .hop_limit = 255,
			       .proto = IP6_NEXT_ICMP,
			       .has_fragment = true };
	uint8_t message[64];
	struct wr w = WR_INIT(message, sizeof(message));
	struct wire_frame f;

	lab_init();
	start();
	ndp_encode(&w, &n, &ip);
	wire_ip6(&f, &ip, message, sizeof(message) - w.left);
	input(&f);
	expect_nothing();
	expect_dropped("ndp-invalid");
	lab_fini();
}
END_TEST

START_TEST(an_option_that_forbids_the_packet)
{
	struct ipv6_hdr ip = {
		.src = guest, .dst = server, .hop_limit = 64, .proto = IP6_NEXT_DESTINATION
	};
	static const uint8_t options[] = { 17, 0, 0x9e, 4, 0, 0, 0, 0 };
	struct wire_frame f;

	lab_init();
	start();
	wire_ip6(&f, &ip, options, sizeof(options));
	input(&f);
	expect_nothing();
	expect_dropped("ipv6-extension");
	lab_fini();
}
END_TEST

START_TEST(messages_that_mean_nothing)
{
	static const struct {
		uint8_t type, hop_limit;
		const char *reason;
	} rows[] = {
		{ ICMP6_RA, 255, "ndp-invalid" }, /* not from a link-local address */
		{ ICMP6_NS, 64, "ndp-invalid" },
		{ ICMP6_ECHO_REPLY, 255, "icmp6-type" },
		{ 137, 255, "icmp6-type" },
	};
	struct ndp n = { .type = rows[_i].type, .target = server };
	struct ipv6_hdr ip = {
		.src = guest, .dst = server, .hop_limit = rows[_i].hop_limit, .proto = IP6_NEXT_ICMP
	};
	uint8_t message[64];
	struct wr w = WR_INIT(message, sizeof(message));
	struct wire_frame f;

	lab_init();
	start();
	ndp_encode(&w, &n, &ip);
	wire_ip6(&f, &ip, message, sizeof(message) - w.left);
	input(&f);
	expect_nothing();
	expect_dropped(rows[_i].reason);
	lab_fini();
}
END_TEST

START_TEST(a_wrong_icmp_checksum)
{
	struct ip6_addr group = ip6_solicited_node(&server);
	struct ndp n = { .type = ICMP6_NS, .target = server };
	struct wire_frame f;

	lab_init();
	start();
	wire_ndp(&f, &n, &guest, &group);
	f.buf[ETH_HLEN + IPV6_HLEN + 2] ^= 1;
	input(&f);
	expect_nothing();
	expect_dropped("icmp6-checksum");
	lab_fini();
}
END_TEST

static const size_t long_rows[] = { 1452, 1453, 65476, 65519 };

START_TEST(long_datagrams_go_in_pieces)
{
	size_t len = long_rows[_i], n = 0;
	g_autofree uint8_t *payload = g_malloc(len), *whole = g_malloc(len + 2000);
	struct ipv6_hdr ip = { .src = server, .dst = guest };
	struct datagram d = { .dst = ip_addr_v6(&guest),
			      .sport = OPEN_PORT,
			      .dport = GUEST_PORT,
			      .payload = { payload, len } };
	struct slice got;
	struct udp_hdr u;

	for (size_t i = 0; i < len; i++)
		payload[i] = (uint8_t)(i * 7 >> 3);
	lab_init();
	start();
	introduce();
	host_send(lab.host, 0, &d);
	ck_assert_uint_eq(lab.sent.length > 1, len > 1452);
	while (lab.sent.length) {
		GBytes *bytes = g_queue_pop_head(&lab.sent);
		struct slice s = { g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes) };

		ck_assert_int_eq(ipv6_decode(&ip, &got, s.p + ETH_HLEN, s.len - ETH_HLEN), 0);
		ck_assert_uint_eq(ip.frag_offset, n);
		ck_assert_uint_eq(ip.more_fragments, lab.sent.length > 0);
		ck_assert_uint_eq(ip.has_fragment, len > 1452);
		ck_assert_uint_le(n + got.len, len + UDP_HLEN);
		memcpy(whole + n, got.p, got.len);
		n += got.len;
		g_bytes_unref(bytes);
	}
	ck_assert_int_eq(udp6_decode(&u, &got, &ip, whole, n), 0);
	ck_assert_int_eq(u.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_uint_eq(got.len, len);
	ck_assert_mem_eq(got.p, payload, len);
	lab_fini();
}
END_TEST

START_TEST(a_datagram_that_is_too_long)
{
	g_autofree uint8_t *payload = g_malloc0(65520);
	struct datagram d = { .dst = ip_addr_v6(&guest), .payload = { payload, 65520 } };

	lab_init();
	start();
	host_send(lab.host, 0, &d);
	expect_nothing();
	expect_dropped("send-too-long");
	lab_fini();
}
END_TEST

/* To a host with a link-local address goes what comes from one. */
START_TEST(the_source_suits_the_destination)
{
	struct ip6_addr local = ip6_link_local(&wire_guest_mac);
	struct ip6_addr ours = ip6_link_local(&wire_server_mac);
	struct datagram d = { .src = ip_addr_v6(&ip6_dhcp_servers),
			      .dst = ip_addr_v6(_i ? &guest : &local),
			      .mac = wire_guest_mac,
			      .mac_known = true };

	lab_init();
	start();
	host_send(lab.host, 0, &d);
	ck_assert(ip6_equal(&expect_to("udp", &d.dst.v6)->ip6.src, _i ? &server : &ours));
	lab_fini();
}
END_TEST

START_TEST(without_ipv6_nobody_is_there)
{
	lab_init();
	lab.net.v6.enabled = false;
	start();
	solicit(&server, &guest);
	expect_nothing();
	expect_dropped("ethernet-type");
	ck_assert_uint_eq(host_deadline_ns(lab.host), DEADLINE_NEVER);
	lab_fini();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("host6");

	suite_add_rows(s, who_has_our_address, 2);
	suite_add(s, somebody_wants_our_address);
	suite_add(s, somebody_wants_another_address);
	suite_add(s, a_target_that_shares_our_group);
	suite_add_rows(s, a_neighbour_is_asked_for, 2);
	suite_add(s, a_neighbour_that_is_not_there);
	suite_add(s, an_answer_that_nobody_asked_for);
	suite_add_rows(s, the_router_answers, 2);
	suite_add(s, the_router_speaks_unasked);
	suite_add(s, there_is_no_router);
	suite_add_rows(s, pings_are_answered, 3);
	suite_add(s, datagrams_are_handed_on);
	suite_add(s, a_closed_port);
	suite_add_rows(s, bad_datagrams_are_dropped, N_ROWS(bad_rows));
	suite_add(s, a_datagram_without_a_checksum);
	suite_add_rows(s, sources_that_cannot_be, 4);
	suite_add(s, pieces_are_joined);
	suite_add(s, a_piece_is_missing);
	suite_add(s, a_solicitation_in_a_fragment);
	suite_add(s, an_option_that_forbids_the_packet);
	suite_add_rows(s, messages_that_mean_nothing, 4);
	suite_add(s, a_wrong_icmp_checksum);
	suite_add_rows(s, long_datagrams_go_in_pieces, N_ROWS(long_rows));
	suite_add(s, a_datagram_that_is_too_long);
	suite_add_rows(s, the_source_suits_the_destination, 2);
	suite_add(s, without_ipv6_nobody_is_there);
	return suite_run(s);
}
