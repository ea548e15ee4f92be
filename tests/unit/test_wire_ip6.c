/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/ip6: IPv6, UDP and ICMPv6 headers
 */
#include "server/wire/ip6.h"

#include <check.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

#define GUEST "fd00000000000000505400fffe123456 "
#define SERVER "fd000000000000000000000000000002 "
/* 40 bytes of header: payload length, next header. */
#define IP(len, next) "60000000 " len " " next " 40 " GUEST SERVER

static const struct {
	const char *what, *in;
	int want;
	uint8_t proto;
	size_t payload_len;
	bool refused;
} rows[] = {
	{ "nothing", "", IPV6_E_MALFORMED, 0, 0, false },
	{ "half a header", "60000000 0000 3b 40 " GUEST, IPV6_E_MALFORMED, 0, 0, false },
	{ "another version", "40000000 0000 3b 40 " GUEST SERVER, IPV6_E_MALFORMED, 0, 0, false },
	{ "a payload beyond the bytes", IP("0001", "11"), IPV6_E_MALFORMED, 0, 0, false },
	{ "no payload", IP("0000", "3b"), 0, 59, 0, false },
	{ "padding of the link", IP("0002", "11") "0102 030405", 0, 17, 2, false },
	{ "hop-by-hop options with padding", IP("000a", "00") "11 00 01 04 00000000 0102", 0, 17, 2,
	  false },
	{ "a router alert", IP("000a", "00") "3a 00 05 02 0000 0100 0102", 0, 58, 2, false },
	{ "Pad1 only", IP("000a", "00") "11 00 000000000000 0102", 0, 17, 2, false },
	{ "an unknown option to skip", IP("000a", "3c") "11 00 1e 04 01020304 0102", 0, 17, 2,
	  false },
	{ "an unknown option to discard by", IP("000a", "3c") "11 00 5e 04 01020304 0102", 0, 17, 2,
	  true },
	{ "one with an error to send", IP("000a", "3c") "11 00 9e 04 01020304 0102", 0, 17, 2,
	  true },
	{ "an option that leaves its header", IP("000a", "3c") "11 00 01 05 01020304 0102",
	  IPV6_E_MALFORMED, 0, 0, false },
	{ "an option without its length", IP("000a", "3c") "11 00 01 03 010203 01 0102",
	  IPV6_E_MALFORMED, 0, 0, false },
	{ "a header that leaves the packet", IP("0008", "3c") "11 01 01 04 00000000",
	  IPV6_E_MALFORMED, 0, 0, false },
	{ "hop-by-hop options in second place",
	  IP("0010", "3c") "00 00 01 04 00000000 3b 00 01 04 00000000", IPV6_E_MALFORMED, 0, 0,
	  false },
	{ "a route that ends here", IP("000a", "2b") "11 00 00 00 00000000 0102", 0, 17, 2, false },
	{ "a route that goes on", IP("000a", "2b") "11 00 00 01 00000000 0102", 0, 17, 2, true },
	{ "a fragment header around a whole", IP("000a", "2c") "11 00 0000 00000007 0102", 0, 17, 2,
	  false },
	{ "options behind a fragment header",
	  IP("0010", "2c") "3c 00 0000 00000007 3b 00 01 04 00000000", 0, 59, 0, false },
	{ "a fragment with options inside stays one",
	  IP("0010", "2c") "3c 00 0001 00000007 3b 00 01 04 00000000", 0, 60, 8, false },
	{ "two fragment headers", IP("0010", "2c") "2c 00 0000 00000007 3b 00 0000 00000007",
	  IPV6_E_MALFORMED, 0, 0, false },
	{ "half a fragment header", IP("0004", "2c") "11 00 0000", IPV6_E_MALFORMED, 0, 0, false },
	{ "an encrypted payload", IP("0002", "32") "0102", 0, 50, 2, false },
};

START_TEST(ipv6_decodes)
{
	uint8_t buf[128];
	size_t len = hex_parse(buf, sizeof(buf), rows[_i].in);
	struct ipv6_hdr h = { .hop_limit = 0xad };
	struct slice payload = { .len = 0xdead };
	int r = ipv6_decode(&h, &payload, buf, len);

	ck_assert_msg(r == rows[_i].want, "%s: got %d", rows[_i].what, r);
	if (r) {
		ck_assert_msg(h.hop_limit == 0xad && payload.len == 0xdead, "%s: out was touched",
			      rows[_i].what);
		return;
	}
	ck_assert_msg(h.proto == rows[_i].proto, "%s: protocol %u", rows[_i].what, h.proto);
	ck_assert_msg(payload.len == rows[_i].payload_len, "%s: payload of %zu", rows[_i].what,
		      payload.len);
	ck_assert_msg(h.refused == rows[_i].refused, "%s: refused", rows[_i].what);
	ck_assert_uint_eq(h.hop_limit, 64);
	ck_assert_uint_eq(h.src.b[15], 0x56);
	ck_assert_uint_eq(h.dst.b[15], 2);
}
END_TEST

/* So many headers that nobody sends them. */
START_TEST(extension_headers_are_bounded)
{
	for (unsigned n = 0; n < 2 * IPV6_N_EXTENSIONS_MAX; n++) {
		uint8_t buf[IPV6_HLEN + 2 * IPV6_N_EXTENSIONS_MAX * 8];
		struct wr w = WR_INIT(buf, sizeof(buf));
		struct ipv6_hdr h = { .proto = n ? IP6_NEXT_DESTINATION : IP6_NEXT_NONE };
		struct slice payload;
		int want = n > IPV6_N_EXTENSIONS_MAX ? IPV6_E_MALFORMED : 0;

		ipv6_encode(&w, &h, n * 8);
		for (unsigned i = 1; i <= n; i++) {
			wr_u8(&w, i == n ? IP6_NEXT_NONE : IP6_NEXT_DESTINATION);
			wr_zeros(&w, 7);
		}
		ck_assert_int_eq(ipv6_decode(&h, &payload, buf, IPV6_HLEN + n * 8), want);
	}
}
END_TEST

START_TEST(fragment_fields_survive)
{
	uint8_t buf[64];
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct ipv6_hdr h = { .src = { { 0xfd, 1 } },
			      .dst = { { 0xfd, 2 } },
			      .hop_limit = 7,
			      .proto = IP_PROTO_UDP,
			      .has_fragment = true,
			      .more_fragments = true,
			      .frag_offset = 1448,
			      .frag_id = 0x12345678 },
			got;
	struct slice payload;

	ipv6_encode(&w, &h, 8);
	wr_bytes(&w, "12345678", 8);
	ck_assert_int_eq(ipv6_decode(&got, &payload, buf, sizeof(buf) - w.left), 0);
	ck_assert(got.has_fragment && got.more_fragments);
	ck_assert_uint_eq(got.frag_offset, 1448);
	ck_assert_uint_eq(got.frag_id, 0x12345678);
	ck_assert_uint_eq(got.proto, IP_PROTO_UDP);
	ck_assert_uint_eq(got.hop_limit, 7);
	ck_assert_uint_eq(payload.len, 8);
	ck_assert(ip6_equal(&got.src, &h.src) && ip6_equal(&got.dst, &h.dst));
}
END_TEST

/* What Linux and its programs sent, checksums and all. */
static const char rrq[] =
	"600be6c800381140" GUEST SERVER
	"a0d700450038ea9e000168656c6c6f2e747874006f63746574007473697a65003000626c6b73697a65003531"
	"320074696d656f7574003600";
static const char echo[] = "600ac88a00103a40fe80000000000000505400fffe123456" SERVER
			   "80007cb277b100010001020304050607";
static const char report[] = "6000000000240001"
			     "00000000000000000000000000000000"
			     "ff020000000000000000000000000016"
			     "3a00050200000100"
			     "8f003b220000000104000000ff0200000000000000000001ff123456";

static struct ipv6_hdr parse(uint8_t *buf, size_t cap, const char *text, struct slice *payload)
{
	struct ipv6_hdr h;

	ck_assert_int_eq(ipv6_decode(&h, payload, buf, hex_parse(buf, cap, text)), 0);
	return h;
}

START_TEST(udp_of_linux)
{
	uint8_t buf[256], copy[256];
	struct slice datagram, payload;
	struct ipv6_hdr ip = parse(buf, sizeof(buf), rrq, &datagram);
	struct wr w = WR_INIT(copy, sizeof(copy));
	struct udp_hdr u;

	ck_assert_int_eq(udp6_decode(&u, &payload, &ip, datagram.p, datagram.len), 0);
	ck_assert_uint_eq(u.sport, 0xa0d7);
	ck_assert_uint_eq(u.dport, 69);
	ck_assert_int_eq(u.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_uint_eq(payload.len, 48);
	udp6_encode(&w, &u, &ip, payload.p, payload.len);
	ck_assert_uint_eq(sizeof(copy) - w.left, datagram.len);
	ck_assert_mem_eq(copy, datagram.p, datagram.len);

	buf[IPV6_HLEN - 1] ^= 1; /* another destination */
	ip.dst.b[15] ^= 1;
	ck_assert_int_eq(udp6_decode(&u, &payload, &ip, datagram.p, datagram.len), 0);
	ck_assert_int_eq(u.checksum, UDP_CHECKSUM_BAD);
}
END_TEST

START_TEST(icmp_of_linux)
{
	uint8_t buf[128], copy[128];
	struct slice message, payload;
	struct ipv6_hdr ip = parse(buf, sizeof(buf), echo, &message);
	struct wr w = WR_INIT(copy, sizeof(copy));
	struct icmp_hdr h;

	ck_assert_int_eq(icmp6_decode(&h, &payload, &ip, message.p, message.len), 0);
	ck_assert_uint_eq(h.type, ICMP6_ECHO);
	ck_assert_uint_eq(h.rest, 0x77b10001);
	ck_assert(h.checksum_ok);
	ck_assert_uint_eq(payload.len, 8);
	icmp6_encode(&w, &h, &ip, payload.p, payload.len);
	ck_assert_mem_eq(copy, message.p, message.len);

	ip.src.b[15] ^= 1;
	ck_assert_int_eq(icmp6_decode(&h, &payload, &ip, message.p, message.len), 0);
	ck_assert(!h.checksum_ok);
	ck_assert_int_eq(icmp6_decode(&h, &payload, &ip, message.p, 7), ICMP_E_MALFORMED);
}
END_TEST

START_TEST(a_report_behind_a_router_alert)
{
	uint8_t buf[128];
	struct slice message, payload;
	struct ipv6_hdr ip = parse(buf, sizeof(buf), report, &message);
	struct icmp_hdr h;

	ck_assert_uint_eq(ip.proto, IP6_NEXT_ICMP);
	ck_assert(!ip.refused);
	ck_assert_int_eq(icmp6_decode(&h, &payload, &ip, message.p, message.len), 0);
	ck_assert(h.checksum_ok);
	ck_assert_uint_eq(h.type, 143);
}
END_TEST

START_TEST(no_room)
{
	uint8_t buf[IPV6_HLEN + UDP_HLEN];
	struct ipv6_hdr ip = { .proto = IP_PROTO_UDP };
	struct udp_hdr u = { .sport = 1 };
	struct icmp_hdr h = { .type = ICMP6_ECHO };

	for (size_t room = 0; room < IPV6_HLEN; room++) {
		struct wr w = WR_INIT(buf, room);

		ipv6_encode(&w, &ip, 0);
		ck_assert(w.bad);
		w = WR_INIT(buf, room % 8);
		udp6_encode(&w, &u, &ip, NULL, 0);
		ck_assert(w.bad);
		w = WR_INIT(buf, room % 8);
		icmp6_encode(&w, &h, &ip, NULL, 0);
		ck_assert(w.bad);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/ip6");

	suite_add_rows(s, ipv6_decodes, N_ROWS(rows));
	suite_add(s, extension_headers_are_bounded);
	suite_add(s, fragment_fields_survive);
	suite_add(s, udp_of_linux);
	suite_add(s, icmp_of_linux);
	suite_add(s, a_report_behind_a_router_alert);
	suite_add(s, no_room);
	return suite_run(s);
}
