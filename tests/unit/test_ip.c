/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/ip: IPv4, UDP and ICMP headers
 */
#include "server/wire/ip.h"

#include <check.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

/* A datagram of four bytes from 10.0.2.2:69 to 10.0.2.15:2001, checksums right. */
#define GOOD_IP "4500 0020 0001 4000 4011 22bc 0a000202 0a00020f"
#define GOOD_UDP "0045 07d1 000c dfab 0003 0001 "

static const struct {
	const char *what;
	const char *in;
	int want;
	bool checksum_ok;
	size_t payload_len;
} ipv4_rows[] = {
	{ "a good packet", GOOD_IP GOOD_UDP, 0, true, 12 },
	{ "Ethernet padding behind it is not payload", GOOD_IP GOOD_UDP "0000 0000 0000", 0, true,
	  12 },
	{ "a wrong header checksum is said, not refused",
	  "4500 0020 0001 4000 4011 22bd 0a000202 0a00020f" GOOD_UDP, 0, false, 12 },
	{ "options are skipped", "4600 0018 0000 0000 4011 62c0 0a000202 0a00020f 01010101", 0,
	  false, 0 },
	{ "nothing at all", "", IPV4_E_MALFORMED, false, 0 },
	{ "a header cut short", "4500 0020 0001 4000 4011 22bc 0a000202 0a0002", IPV4_E_MALFORMED,
	  false, 0 },
	{ "version 6", "6500 0020 0001 4000 4011 22bc 0a000202 0a00020f" GOOD_UDP, IPV4_E_MALFORMED,
	  false, 0 },
	{ "a header length of four words",
	  "4400 0020 0001 4000 4011 22bc 0a000202 0a00020f" GOOD_UDP, IPV4_E_MALFORMED, false, 0 },
	{ "a header length beyond the total length",
	  "4f00 0020 0001 4000 4011 22bc 0a000202 0a00020f" GOOD_UDP, IPV4_E_MALFORMED, false, 0 },
	{ "a total length beyond the bytes",
	  "4500 0021 0001 4000 4011 22bc 0a000202 0a00020f" GOOD_UDP, IPV4_E_MALFORMED, false, 0 },
	{ "a total length inside the header",
	  "4500 0013 0001 4000 4011 22bc 0a000202 0a00020f" GOOD_UDP, IPV4_E_MALFORMED, false, 0 },
};

START_TEST(ipv4_decodes)
{
	uint8_t buf[128];
	size_t len = hex_parse(buf, sizeof(buf), ipv4_rows[_i].in);
	struct ipv4_hdr h = { .id = 0xdead };
	struct slice payload = { 0 };
	int r = ipv4_decode(&h, &payload, buf, len);

	ck_assert_msg(r == ipv4_rows[_i].want, "%s: got %d", ipv4_rows[_i].what, r);
	if (r) {
		ck_assert_msg(h.id == 0xdead, "%s: out was touched", ipv4_rows[_i].what);
		return;
	}
	ck_assert_msg(h.checksum_ok == ipv4_rows[_i].checksum_ok, "%s: checksum",
		      ipv4_rows[_i].what);
	ck_assert_msg(payload.len == ipv4_rows[_i].payload_len, "%s: payload of %zu",
		      ipv4_rows[_i].what, payload.len);
}
END_TEST

START_TEST(ipv4_reads_fragment_fields)
{
	uint8_t buf[64];
	size_t len = hex_parse(buf, sizeof(buf), "4500 0014 1234 20b9 4011 0000 0a000202 0a00020f");
	struct ipv4_hdr h;
	struct slice payload;

	ck_assert_int_eq(ipv4_decode(&h, &payload, buf, len), 0);
	ck_assert_uint_eq(h.id, 0x1234);
	ck_assert_uint_eq(h.frag_offset, 0xb9 * 8);
	ck_assert(h.more_fragments);
	ck_assert(!h.dont_fragment);
}
END_TEST

static const struct {
	const char *what;
	const char *in;
	int want;
	enum udp_checksum checksum;
	size_t payload_len;
} udp_rows[] = {
	{ "a good datagram", GOOD_UDP, 0, UDP_CHECKSUM_GOOD, 4 },
	{ "no checksum", "0045 07d1 000c 0000 0003 0001", 0, UDP_CHECKSUM_NONE, 4 },
	{ "a wrong checksum is said, not refused", "0045 07d1 000c dfac 0003 0001", 0,
	  UDP_CHECKSUM_BAD, 4 },
	{ "bytes behind the UDP length are not payload", "0045 07d1 000a 0000 0003 0001", 0,
	  UDP_CHECKSUM_NONE, 2 },
	{ "a header alone", "0045 07d1 0008 0000", 0, UDP_CHECKSUM_NONE, 0 },
	{ "nothing at all", "", UDP_E_MALFORMED, 0, 0 },
	{ "a header cut short", "0045 07d1 0008 00", UDP_E_MALFORMED, 0, 0 },
	{ "a length below the header's", "0045 07d1 0007 0000 0003 0001", UDP_E_MALFORMED, 0, 0 },
	{ "a length beyond the bytes", "0045 07d1 000d 0000 0003 0001", UDP_E_MALFORMED, 0, 0 },
};

static const struct ipv4_hdr server_to_guest = {
	.src = 0x0a000202,
	.dst = 0x0a00020f,
	.id = 1,
	.dont_fragment = true,
	.ttl = 64,
	.proto = IP_PROTO_UDP,
};

START_TEST(udp_decodes)
{
	uint8_t buf[64];
	size_t len = hex_parse(buf, sizeof(buf), udp_rows[_i].in);
	struct udp_hdr u = { .sport = 0xdead };
	struct slice payload = { 0 };
	int r = udp_decode(&u, &payload, &server_to_guest, buf, len);

	ck_assert_msg(r == udp_rows[_i].want, "%s: got %d", udp_rows[_i].what, r);
	if (r) {
		ck_assert_msg(u.sport == 0xdead, "%s: out was touched", udp_rows[_i].what);
		return;
	}
	ck_assert_msg(u.checksum == udp_rows[_i].checksum, "%s: checksum %d", udp_rows[_i].what,
		      (int)u.checksum);
	ck_assert_msg(payload.len == udp_rows[_i].payload_len, "%s: payload of %zu",
		      udp_rows[_i].what, payload.len);
}
END_TEST

START_TEST(encoders_make_the_good_packet)
{
	static const uint8_t data[] = { 0, 3, 0, 1 };
	uint8_t want[64], buf[64];
	size_t want_len = hex_parse(want, sizeof(want), GOOD_IP GOOD_UDP);
	struct wr w = WR_INIT(buf, sizeof(buf));

	ipv4_encode(&w, &server_to_guest, UDP_HLEN + sizeof(data));
	udp_encode(&w, &(struct udp_hdr){ .sport = 69, .dport = 2001 }, &server_to_guest, data,
		   sizeof(data));
	ck_assert(!w.bad);
	ck_assert_uint_eq(sizeof(buf) - w.left, want_len);
	ck_assert_mem_eq(buf, want, want_len);
}
END_TEST

START_TEST(encoders_refuse_a_small_buffer)
{
	uint8_t buf[UDP_HLEN + 3];
	struct wr w = WR_INIT(buf, sizeof(buf));

	udp_encode(&w, &(struct udp_hdr){ .sport = 69 }, &server_to_guest, (const uint8_t *)"four",
		   4);
	ck_assert(w.bad);
}
END_TEST

START_TEST(icmp_goes_round)
{
	uint8_t buf[64];
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct icmp_hdr h = { .code = 0xff };
	struct slice payload;

	icmp_encode(&w, &(struct icmp_hdr){ .type = ICMP_ECHO, .rest = 0x12340001 },
		    (const uint8_t *)"odd", 3);
	ck_assert_int_eq(icmp_decode(&h, &payload, buf, sizeof(buf) - w.left), 0);
	ck_assert(h.checksum_ok);
	ck_assert_uint_eq(h.type, ICMP_ECHO);
	ck_assert_uint_eq(h.code, 0);
	ck_assert_uint_eq(h.rest, 0x12340001);
	ck_assert_uint_eq(payload.len, 3);

	buf[9] ^= 1;
	ck_assert_int_eq(icmp_decode(&h, &payload, buf, sizeof(buf) - w.left), 0);
	ck_assert(!h.checksum_ok);
	ck_assert_int_eq(icmp_decode(&h, &payload, buf, ICMP_HLEN - 1), ICMP_E_MALFORMED);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/ip");

	suite_add_rows(s, ipv4_decodes, N_ROWS(ipv4_rows));
	suite_add(s, ipv4_reads_fragment_fields);
	suite_add_rows(s, udp_decodes, N_ROWS(udp_rows));
	suite_add(s, encoders_make_the_good_packet);
	suite_add(s, encoders_refuse_a_small_buffer);
	suite_add(s, icmp_goes_round);
	return suite_run(s);
}
