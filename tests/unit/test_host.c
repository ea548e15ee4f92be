/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/host: the server's place on the network
 */
#include "server/host.h"

#include <check.h>

#include "server/wire/ip.h"
#include "tests/support/hex.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"

#define SECOND UINT64_C(1000000000)

enum {
	SERVER = 0x0a000202,
	GUEST = 0x0a00020f,
	SUBNET_ALL = 0x0a0002ff,
	OPEN_PORT = 69,
	GUEST_PORT = 2001,
};

#define SERVER_MAC "525500000202"
#define GUEST_MAC "525400123456"
#define ALL_MAC "ffffffffffff"

static const struct mac guest_mac = { { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 } };
static const struct net_config net = {
	.mac = { { 0x52, 0x55, 0x00, 0x00, 0x02, 0x02 } },
	.server = SERVER,
	.netmask = 0xffffff00,
	.guest = GUEST,
};

/* A host with its wire and its only listener, on OPEN_PORT. */
struct lab {
	Journal *journal;
	Host *host;
	GPtrArray *frames;   /* of GBytes: sent, not yet looked at */
	GByteArray *payload; /* of the newest datagram handed on */
	struct datagram got;
	unsigned n_got;
	uint64_t now_ns;
};

static void lab_send_frame(void *self, const uint8_t *frame, size_t len)
{
	struct lab *lab = self;

	ck_assert_uint_le(len, ETH_FRAME_MAX);
	g_ptr_array_add(lab->frames, g_bytes_new(frame, len));
}

static bool lab_recv(void *self, uint64_t now_ns, const struct datagram *d)
{
	struct lab *lab = self;

	ck_assert_uint_eq(now_ns, lab->now_ns);
	if (d->dport != OPEN_PORT)
		return false;
	lab->got = *d;
	lab->n_got++;
	g_byte_array_set_size(lab->payload, 0);
	g_byte_array_append(lab->payload, d->payload.p, (unsigned)d->payload.len);
	return true;
}

static struct lab lab;

static void lab_set_up(void)
{
	struct host_ops ops = { .send_frame = lab_send_frame, .recv = lab_recv, .self = &lab };

	lab = (struct lab){
		.journal = journal_new(NULL),
		.frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref),
		.payload = g_byte_array_new(),
	};
	lab.host = host_new(&net, &ops, lab.journal);
}

static void lab_tear_down(void)
{
	ck_assert_msg(!lab.frames->len, "%u frames were sent that nobody looked at",
		      lab.frames->len);
	host_free(lab.host);
	g_ptr_array_unref(lab.frames);
	g_byte_array_unref(lab.payload);
	journal_free(lab.journal);
}

static void lab_input(const uint8_t *frame, size_t len)
{
	/* In memory of its own size, so that a read beyond it is caught. */
	g_autofree uint8_t *copy = g_memdup2(frame, len);

	host_input(lab.host, lab.now_ns, copy, len);
}

static void lab_input_hex(const char *hex)
{
	uint8_t frame[256];

	lab_input(frame, hex_parse(frame, sizeof(frame), hex));
}

static void lab_step_at(uint64_t now_ns)
{
	lab.now_ns = now_ns;
	host_step(lab.host, now_ns);
}

/* The guest asks for our MAC, as it does before it sends to us; so we know his. */
static void lab_introduce(void)
{
	lab_input_hex(ALL_MAC GUEST_MAC "0806 0001 0800 06 04 0001" GUEST_MAC
					"0a00020f 000000000000 0a000202");
	ck_assert_uint_eq(lab.frames->len, 1);
	g_ptr_array_set_size(lab.frames, 0);
}

static GBytes *take_frame(void)
{
	ck_assert_msg(lab.frames->len > 0, "nothing was sent");
	return g_ptr_array_steal_index(lab.frames, 0);
}

static void assert_frame_is(const char *hex)
{
	uint8_t want[256];
	size_t want_len = hex_parse(want, sizeof(want), hex);
	g_autoptr(GBytes) frame = take_frame();

	ck_assert_uint_eq(g_bytes_get_size(frame), want_len);
	ck_assert_mem_eq(g_bytes_get_data(frame, NULL), want, want_len);
}

/* A packet on its way to the host; the defaults are a good one from the guest to the open port. */
struct to_host {
	uint32_t src, dst;
	struct mac eth_dst;
	uint16_t dport;
	size_t len; /* of the payload; byte i is i */
};

static const struct to_host good = {
	.src = GUEST,
	.dst = SERVER,
	.eth_dst = { { 0x52, 0x55, 0x00, 0x00, 0x02, 0x02 } },
	.dport = OPEN_PORT,
	.len = 4,
};

/* Make the UDP datagram, and the header it goes under. */
static struct ipv4_hdr make_udp(struct wr *w, const struct to_host *t)
{
	struct ipv4_hdr ip = { .src = t->src, .dst = t->dst, .id = 7, .ttl = 64 };
	g_autofree uint8_t *payload = g_malloc(t->len + 1);

	ip.proto = IP_PROTO_UDP;
	for (size_t i = 0; i < t->len; i++)
		payload[i] = (uint8_t)i;
	udp_encode(w, &(struct udp_hdr){ .sport = GUEST_PORT, .dport = t->dport }, &ip, payload,
		   t->len);
	ck_assert(!w->bad);
	return ip;
}

static size_t make_frame(uint8_t *buf, size_t cap, const struct to_host *t,
			 const struct ipv4_hdr *ip, const uint8_t *data, size_t len)
{
	struct wr w = WR_INIT(buf, cap);

	eth_encode(&w,
		   &(struct eth_hdr){ .dst = t->eth_dst, .src = guest_mac, .type = ETH_TYPE_IPV4 });
	ipv4_encode(&w, ip, len);
	wr_bytes(&w, data, len);
	ck_assert(!w.bad);
	return cap - w.left;
}

/* In pieces of @piece bytes, a multiple of eight, the last one first if @backwards. */
static void lab_send_udp(const struct to_host *t, size_t piece, bool backwards)
{
	uint8_t udp[4096], frame[4096];
	struct wr w = WR_INIT(udp, sizeof(udp));
	struct ipv4_hdr ip = make_udp(&w, t);
	size_t len = sizeof(udp) - w.left, n = (len + piece - 1) / piece;

	for (size_t i = 0; i < n; i++) {
		size_t at = (backwards ? n - 1 - i : i) * piece, left = len - at;

		ip.frag_offset = (uint16_t)at;
		ip.more_fragments = left > piece;
		lab_input(frame,
			  make_frame(frame, sizeof(frame), t, &ip, udp + at, MIN(left, piece)));
	}
}

static void lab_send_good(const struct to_host *t)
{
	lab_send_udp(t, 4096, false);
}

static void host_send_text(uint32_t dst, const char *text)
{
	struct datagram d = { .dst.v4 = dst,
			      .sport = OPEN_PORT,
			      .dport = GUEST_PORT,
			      .payload = { (const uint8_t *)text, strlen(text) } };

	host_send(lab.host, lab.now_ns, &d);
}

/* --- ARP --- */

START_TEST(arp_request_is_answered)
{
	lab_input_hex(ALL_MAC GUEST_MAC "0806 0001 0800 06 04 0001" GUEST_MAC
					"0a00020f 000000000000 0a000202");
	assert_frame_is(GUEST_MAC SERVER_MAC "0806 0001 0800 06 04 0002" SERVER_MAC
					     "0a000202" GUEST_MAC "0a00020f");
	host_send_text(GUEST, "data");
	assert_frame_is(GUEST_MAC SERVER_MAC "0800 4500 0020 0001 0000 4011 62bc 0a000202 0a00020f"
					     "0045 07d1 000c 06ed 64617461");
}
END_TEST

START_TEST(arp_probe_is_answered_and_not_learnt)
{
	lab_input_hex(ALL_MAC GUEST_MAC "0806 0001 0800 06 04 0001" GUEST_MAC
					"00000000 000000000000 0a000202");
	assert_frame_is(GUEST_MAC SERVER_MAC "0806 0001 0800 06 04 0002" SERVER_MAC
					     "0a000202" GUEST_MAC "00000000");
	host_send_text(0, "data");
	assert_frame_is(ALL_MAC SERVER_MAC "0806 0001 0800 06 04 0001" SERVER_MAC
					   "0a000202 000000000000 00000000");
	assert_journalled(lab.journal, 0, "host.drop", "");
}
END_TEST

#define ARP_QUESTION                                                                               \
	ALL_MAC SERVER_MAC "0806 0001 0800 06 04 0001" SERVER_MAC "0a000202 000000000000 0a00020f"

START_TEST(unknown_mac_is_asked_for)
{
	host_send_text(GUEST, "data");
	assert_frame_is(ARP_QUESTION);
	lab_input_hex(SERVER_MAC GUEST_MAC "0806 0001 0800 06 04 0002" GUEST_MAC
					   "0a00020f" SERVER_MAC "0a000202");
	assert_frame_is(GUEST_MAC SERVER_MAC "0800 4500 0020 0001 0000 4011 62bc 0a000202 0a00020f"
					     "0045 07d1 000c 06ed 64617461");
}
END_TEST

START_TEST(arp_gives_up_after_three_requests)
{
	host_send_text(GUEST, "data");
	for (unsigned i = 1; i <= 3; i++) {
		assert_frame_is(ARP_QUESTION);
		ck_assert_uint_eq(host_deadline_ns(lab.host), i * SECOND);
		lab_step_at(i * SECOND);
	}
	assert_journalled(lab.journal, 1, "host.drop", "\"arp-unanswered\"");
	assert_journalled(lab.journal, 1, "host.drop", "\"dst\":\"10.0.2.15\"");
	ck_assert_uint_eq(host_deadline_ns(lab.host), DEADLINE_NEVER);
}
END_TEST

START_TEST(neighbour_may_move)
{
	lab_introduce();
	lab_input_hex(ALL_MAC "525400999999 0806 0001 0800 06 04 0001 525400999999"
			      "0a00020f 000000000000 0a00020f");
	host_send_text(GUEST, "data");
	assert_frame_is("525400999999" SERVER_MAC
			"0800 4500 0020 0001 0000 4011 62bc 0a000202 0a00020f"
			"0045 07d1 000c 06ed 64617461");
}
END_TEST

/* --- what is dropped --- */

#define IP_GOOD "0800 4500 0020 0007 0000 4011 62b6 0a00020f 0a000202"
#define UDP_GOOD "07d1 0045 000c ddab 00010203"

static const struct {
	const char *what;
	const char *frame;
	const char *reason;
} drop_rows[] = {
	{ "nothing at all", "", "ethernet-malformed" },
	{ "half an Ethernet header", SERVER_MAC "5254", "ethernet-malformed" },
	{ "a frame from a group", SERVER_MAC "015400123456" IP_GOOD UDP_GOOD,
	  "ethernet-malformed" },
	{ "IPv6", SERVER_MAC GUEST_MAC "86dd 60000000", "ethernet-type" },
	{ "another MAC's frame", "525500000203" GUEST_MAC IP_GOOD UDP_GOOD, "not-for-us" },
	{ "half an ARP packet", ALL_MAC GUEST_MAC "0806 0001 0800 06", "arp-malformed" },
	{ "an ARP packet from a group",
	  ALL_MAC GUEST_MAC "0806 0001 0800 06 04 0001" ALL_MAC "0a00020f 000000000000 0a000202",
	  "arp-source" },
	{ "an ARP packet from our own address",
	  ALL_MAC GUEST_MAC "0806 0001 0800 06 04 0001" GUEST_MAC "0a000202 000000000000 0a000202",
	  "arp-source" },
	{ "an ARP packet from the broadcast address",
	  ALL_MAC GUEST_MAC "0806 0001 0800 06 04 0001" GUEST_MAC "0a0002ff 000000000000 0a000202",
	  "arp-source" },
	{ "reverse ARP",
	  ALL_MAC GUEST_MAC "0806 0001 0800 06 04 0003" GUEST_MAC "0a00020f 000000000000 0a000202",
	  "arp-opcode" },
	{ "an ARP request for somebody else",
	  ALL_MAC GUEST_MAC "0806 0001 0800 06 04 0001" GUEST_MAC "0a00020f 000000000000 0a000203",
	  "not-for-us" },
	{ "an IPv4 header cut short", SERVER_MAC GUEST_MAC "0800 4500 0020 0007",
	  "ipv4-malformed" },
	{ "a wrong IPv4 checksum",
	  SERVER_MAC GUEST_MAC "0800 4500 0020 0007 0000 4011 62b7 0a00020f 0a000202" UDP_GOOD,
	  "ipv4-checksum" },
	{ "from a multicast address",
	  SERVER_MAC GUEST_MAC "0800 4500 0020 0007 0000 4011 8ec3 e0000001 0a000202" UDP_GOOD,
	  "ipv4-source" },
	{ "from our own address",
	  SERVER_MAC GUEST_MAC "0800 4500 0020 0007 0000 4011 62c3 0a000202 0a000202" UDP_GOOD,
	  "ipv4-source" },
	{ "from a loopback address",
	  SERVER_MAC GUEST_MAC "0800 4500 0020 0007 0000 4011 efc3 7f000001 0a000202" UDP_GOOD,
	  "ipv4-source" },
	{ "to another address",
	  SERVER_MAC GUEST_MAC "0800 4500 0020 0007 0000 4011 62b5 0a00020f 0a000203" UDP_GOOD,
	  "not-for-us" },
	{ "to us alone, in a frame to all", ALL_MAC GUEST_MAC IP_GOOD UDP_GOOD, "link-broadcast" },
	{ "TCP",
	  SERVER_MAC GUEST_MAC "0800 4500 0018 0007 0000 4006 62c9 0a00020f 0a000202 00000000",
	  "ipv4-protocol" },
	{ "a fragment that is not in units of eight",
	  SERVER_MAC GUEST_MAC "0800 4500 0020 0007 2000 4011 42b6 0a00020f 0a000202" UDP_GOOD,
	  "reassembly-malformed" },
	{ "half a UDP header",
	  SERVER_MAC GUEST_MAC "0800 4500 0018 0007 0000 4011 62be 0a00020f 0a000202 07d10045",
	  "udp-malformed" },
	{ "a wrong UDP checksum", SERVER_MAC GUEST_MAC IP_GOOD "07d1 0045 000c ddac 00010203",
	  "udp-checksum" },
	{ "half an ICMP header",
	  SERVER_MAC GUEST_MAC "0800 4500 0018 0007 0000 4001 62ce 0a00020f 0a000202 08000000",
	  "icmp-malformed" },
	{ "a wrong ICMP checksum",
	  SERVER_MAC GUEST_MAC
	  "0800 4500 001c 0007 0000 4001 62ca 0a00020f 0a000202 0800 f7fe 0000 0000",
	  "icmp-checksum" },
	{ "an ICMP message that is no echo",
	  SERVER_MAC GUEST_MAC
	  "0800 4500 001c 0007 0000 4001 62ca 0a00020f 0a000202 0303 fcfc 0000 0000",
	  "icmp-type" },
	{ "a ping to all",
	  ALL_MAC GUEST_MAC
	  "0800 4500 001c 0007 0000 4001 61cd 0a00020f 0a0002ff 0800 f7ff 0000 0000",
	  "icmp-type" },
	{ "a ping from nobody",
	  SERVER_MAC GUEST_MAC
	  "0800 4500 001c 0007 0000 4001 6ed9 00000000 0a000202 0800 f7ff 0000 0000",
	  "icmp-type" },
	{ "a closed port, to all",
	  ALL_MAC GUEST_MAC "0800 4500 001c 0007 0000 4011 61bd 0a00020f 0a0002ff"
			    "07d1 0046 0008 0000",
	  "port-closed" },
	{ "a closed port, from nobody",
	  SERVER_MAC GUEST_MAC "0800 4500 001c 0007 0000 4011 6ec9 00000000 0a000202"
			       "07d1 0046 0008 0000",
	  "port-closed" },
};

START_TEST(drops)
{
	g_autofree char *reason = g_strdup_printf("\"reason\":\"%s\"", drop_rows[_i].reason);

	lab_input_hex(drop_rows[_i].frame);
	ck_assert_msg(journal_n_lines(lab.journal, reason, "\"ev\":\"host.drop\"") == 1,
		      "%s: %s in:\n%s", drop_rows[_i].what, reason, journal_lines(lab.journal));
	ck_assert_msg(journal_n_lines(lab.journal, "", "") == 1, "%s: more than one event",
		      drop_rows[_i].what);
	ck_assert_msg(lab.n_got == 0, "%s: it was handed on", drop_rows[_i].what);
	ck_assert_msg(lab.frames->len == 0, "%s: something was sent", drop_rows[_i].what);
}
END_TEST

/* --- receiving --- */

static const struct {
	const char *what;
	uint32_t src, dst;
	struct mac eth_dst;
	uint32_t want_dst;
} recv_rows[] = {
	{ "to our address", GUEST, SERVER, { { 0x52, 0x55, 0, 0, 2, 2 } }, SERVER },
	{ "to all", 0, 0xffffffff, { { 255, 255, 255, 255, 255, 255 } }, 0xffffffff },
	{ "to all of the subnet",
	  GUEST,
	  SUBNET_ALL,
	  { { 255, 255, 255, 255, 255, 255 } },
	  0xffffffff },
	{ "to all, in a frame to us",
	  GUEST,
	  0xffffffff,
	  { { 0x52, 0x55, 0, 0, 2, 2 } },
	  0xffffffff },
	{ "from another subnet", 0xc0a80001, SERVER, { { 0x52, 0x55, 0, 0, 2, 2 } }, SERVER },
};

START_TEST(datagram_is_handed_on)
{
	struct to_host t = good;

	t.src = recv_rows[_i].src;
	t.dst = recv_rows[_i].dst;
	t.eth_dst = recv_rows[_i].eth_dst;
	lab_send_good(&t);
	ck_assert_msg(lab.n_got == 1, "%s: not handed on:\n%s", recv_rows[_i].what,
		      journal_lines(lab.journal));
	ck_assert_uint_eq(lab.got.src.v4, recv_rows[_i].src);
	ck_assert_uint_eq(lab.got.dst.v4, recv_rows[_i].want_dst);
	ck_assert_uint_eq(lab.got.sport, GUEST_PORT);
	ck_assert(mac_equal(&lab.got.mac, &guest_mac));
	ck_assert_uint_eq(lab.payload->len, good.len);
	assert_journalled(lab.journal, 0, "host.drop", "");
}
END_TEST

START_TEST(missing_checksum_is_no_fault)
{
	lab_input_hex(SERVER_MAC GUEST_MAC IP_GOOD "07d1 0045 000c 0000 00010203");
	ck_assert_uint_eq(lab.n_got, 1);
}
END_TEST

START_TEST(fragments_are_joined)
{
	struct to_host t = good;

	t.len = 3000;
	lab_send_udp(&t, 1480, false);
	ck_assert_uint_eq(lab.n_got, 1);
	lab_send_udp(&t, 1000, true);
	ck_assert_uint_eq(lab.n_got, 2);
	ck_assert_uint_eq(lab.payload->len, t.len);
	for (unsigned i = 0; i < t.len; i++)
		ck_assert_uint_eq(lab.payload->data[i], (uint8_t)i);
	ck_assert_uint_eq(host_deadline_ns(lab.host), DEADLINE_NEVER);
}
END_TEST

START_TEST(missing_fragment_is_waited_for_15_s)
{
	lab_input_hex(SERVER_MAC GUEST_MAC
		      "0800 4500 001c 0007 2000 4011 42ba 0a00020f 0a000202 07d1 0045 000c 0000");
	ck_assert_uint_eq(host_deadline_ns(lab.host), 15 * SECOND);
	lab_step_at(15 * SECOND - 1);
	assert_journalled(lab.journal, 0, "host.drop", "");
	lab_step_at(15 * SECOND);
	assert_journalled(lab.journal, 1, "host.drop", "\"reassembly-timeout\"");
	ck_assert_uint_eq(host_deadline_ns(lab.host), DEADLINE_NEVER);
}
END_TEST

/* --- ICMP --- */

START_TEST(ping_is_answered)
{
	lab_introduce();
	lab_input_hex(SERVER_MAC GUEST_MAC "0800 4500 001f 0007 0000 4001 62c7 0a00020f 0a000202"
					   "0800 2168 1234 0001 616263");
	assert_frame_is(GUEST_MAC SERVER_MAC "0800 4500 001f 0001 0000 4001 62cd 0a000202 0a00020f"
					     "0000 2968 1234 0001 616263");
}
END_TEST

START_TEST(closed_port_is_unreachable)
{
	lab_introduce();
	lab_input_hex(SERVER_MAC GUEST_MAC "0800 4500 0028 0007 0000 4011 62ae 0a00020f 0a000202"
					   "07d1 0046 0014 0000 000102030405060708090a0b");
	assert_frame_is(GUEST_MAC SERVER_MAC
			"0800 4500 0038 0001 0000 4001 62b4 0a000202 0a00020f"
			"0303 f4d1 0000 0000"
			"4500 0028 0007 0000 4011 62ae 0a00020f 0a000202 07d1 0046 0014 0000");
	assert_journalled(lab.journal, 1, "host.drop", "\"dport\":70");
}
END_TEST

/* --- sending --- */

static const struct {
	const char *what;
	uint32_t dst;
	const char *want; /* the frame's first bytes */
} send_rows[] = {
	{ "to all", 0xffffffff, ALL_MAC SERVER_MAC "0800" },
	{ "to all of the subnet", SUBNET_ALL, ALL_MAC SERVER_MAC "0800" },
	{ "to a group", 0xe0800102, "01005e000102" SERVER_MAC "0800" },
};

START_TEST(group_macs_need_no_question)
{
	uint8_t want[16];
	size_t n = hex_parse(want, sizeof(want), send_rows[_i].want);
	g_autoptr(GBytes) frame = NULL;

	host_send_text(send_rows[_i].dst, "data");
	frame = take_frame();
	ck_assert_msg(memcmp(g_bytes_get_data(frame, NULL), want, n) == 0, "%s",
		      send_rows[_i].what);
}
END_TEST

START_TEST(told_mac_needs_no_question)
{
	struct datagram d = { .dst.v4 = GUEST, .mac = guest_mac, .mac_known = true };

	host_send(lab.host, 0, &d);
	assert_frame_is(GUEST_MAC SERVER_MAC "0800 4500 001c 0001 0000 4011 62c0 0a000202 0a00020f"
					     "0000 0000 0008 e7cd");
}
END_TEST

/* Take the frames of one datagram and put its payload together; its length. */
static size_t take_fragments(uint8_t *buf, unsigned want_n, uint16_t want_id)
{
	size_t len = 0;

	ck_assert_uint_eq(lab.frames->len, want_n);
	for (unsigned i = 0; i < want_n; i++) {
		g_autoptr(GBytes) frame = take_frame();
		struct eth_hdr eth;
		struct ipv4_hdr ip;
		struct slice s;

		ck_assert_int_eq(eth_decode(&eth, &s, g_bytes_get_data(frame, NULL),
					    g_bytes_get_size(frame)),
				 0);
		ck_assert_int_eq(ipv4_decode(&ip, &s, s.p, s.len), 0);
		ck_assert(mac_equal(&eth.dst, &guest_mac));
		ck_assert(ip.checksum_ok);
		ck_assert_uint_eq(ip.frag_offset, len);
		ck_assert_uint_eq(ip.more_fragments, i < want_n - 1);
		ck_assert(!ip.dont_fragment);
		ck_assert_uint_eq(ip.id, want_id);
		ck_assert_uint_eq(ip.ttl, 64);
		memcpy(buf + len, s.p, s.len);
		len += s.len;
	}
	return len;
}

static const struct {
	const char *what;
	size_t len;
	unsigned n_frames;
} fragment_rows[] = {
	{ "the most that goes into one frame", 1472, 1 },
	{ "one byte more", 1473, 2 },
	{ "the most that goes into two frames", 1472 + 1480, 2 },
	{ "the longest datagram", 65507, 45 },
};

START_TEST(long_datagram_is_fragmented)
{
	static uint8_t udp[IPV4_TOTAL_MAX];
	g_autofree uint8_t *payload = g_malloc(fragment_rows[_i].len);
	struct ipv4_hdr ip = { .src = SERVER, .dst = GUEST };
	struct datagram d = { .dst.v4 = GUEST, .payload = { payload, fragment_rows[_i].len } };
	struct udp_hdr u;
	struct slice got;
	size_t len;

	for (size_t i = 0; i < d.payload.len; i++)
		payload[i] = (uint8_t)(i * 31 >> 3);
	lab_introduce();
	for (uint16_t id = 1; id <= 2; id++) {
		host_send(lab.host, 0, &d);
		len = take_fragments(udp, fragment_rows[_i].n_frames, id);
		ck_assert_int_eq(udp_decode(&u, &got, &ip, udp, len), 0);
		ck_assert_msg(u.checksum == UDP_CHECKSUM_GOOD, "%s: checksum",
			      fragment_rows[_i].what);
		ck_assert_uint_eq(got.len, d.payload.len);
		ck_assert_mem_eq(got.p, payload, got.len);
	}
}
END_TEST

START_TEST(too_long_datagram_is_dropped)
{
	static const uint8_t payload[65508];
	struct datagram d = { .dst.v4 = GUEST, .payload = { payload, sizeof(payload) } };

	host_send(lab.host, 0, &d);
	assert_journalled(lab.journal, 1, "host.drop", "\"send-too-long\"");
}
END_TEST

START_TEST(whole_parked_datagram_is_sent)
{
	static uint8_t payload[3000], udp[IPV4_TOTAL_MAX];
	struct datagram d = { .dst.v4 = GUEST, .payload = { payload, sizeof(payload) } };

	host_send(lab.host, 0, &d);
	assert_frame_is(ARP_QUESTION);
	host_send_text(0xffffffff, "uses the buffer again");
	g_ptr_array_set_size(lab.frames, 0);
	lab_input_hex(SERVER_MAC GUEST_MAC "0806 0001 0800 06 04 0002" GUEST_MAC
					   "0a00020f" SERVER_MAC "0a000202");
	ck_assert_uint_eq(take_fragments(udp, 3, 2), UDP_HLEN + sizeof(payload));
	ck_assert_mem_eq(udp + UDP_HLEN, payload, sizeof(payload));
}
END_TEST

/* Each test has a lab of its own, and must have looked at all that was sent. */
static void add_rows(Suite *s, const TTest *test, int n)
{
	TCase *tc = tcase_create(test->name);

	tcase_add_checked_fixture(tc, lab_set_up, lab_tear_down);
	tcase_add_loop_test(tc, test, 0, n);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("host");

	add_rows(s, arp_request_is_answered, 1);
	add_rows(s, arp_probe_is_answered_and_not_learnt, 1);
	add_rows(s, unknown_mac_is_asked_for, 1);
	add_rows(s, arp_gives_up_after_three_requests, 1);
	add_rows(s, neighbour_may_move, 1);
	add_rows(s, drops, N_ROWS(drop_rows));
	add_rows(s, datagram_is_handed_on, N_ROWS(recv_rows));
	add_rows(s, missing_checksum_is_no_fault, 1);
	add_rows(s, fragments_are_joined, 1);
	add_rows(s, missing_fragment_is_waited_for_15_s, 1);
	add_rows(s, ping_is_answered, 1);
	add_rows(s, closed_port_is_unreachable, 1);
	add_rows(s, group_macs_need_no_question, N_ROWS(send_rows));
	add_rows(s, told_mac_needs_no_question, 1);
	add_rows(s, long_datagram_is_fragmented, N_ROWS(fragment_rows));
	add_rows(s, too_long_datagram_is_dropped, 1);
	add_rows(s, whole_parked_datagram_is_sent, 1);
	return suite_run(s);
}
