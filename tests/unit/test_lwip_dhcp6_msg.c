/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/dhcp6_msg: messages written and read
 */
#include "firmware/lwip/dhcp6_msg.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/lwip_dhcp6.h"
#include "tests/support/suite.h"

static const struct dhcp_identity by_mac = { .mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };
static const struct dhcp_identity by_uuid = {
	.mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 },
	.has_uuid = true,
	.uuid = { 0x8d, 0xff, 0x4e, 0xa0, 0x6c, 4, 0x4b, 0x6e, 0xa3, 0xad, 11, 29, 44, 63, 78, 90 },
};

/* --- writing -----------------------------------------------------------------------------------*/

#define ARCH_UNDI "003d0002001f 003e0003010000 "
/* 343, then "PXEClient:Arch:00031:UNDI:000000" */
#define CLASS                                                                                      \
	"00100026 00000157 0020 505845436c69656e743a417263683a30303033313a554e44493a303030303030 "
#define ORO_ADDRESS "0006000a 0017 0018 003b 003c 0052 "
#define ORO_INFORMATION "0006000c 0017 0018 003b 003c 0020 0053 "

static const struct dhcp6_duid server = { 3, { 7, 8, 9 } };
static const struct dhcp6_address address = { .bytes = { 0xfd, [15] = 0x15 }, .valid_s = 99 };

static const struct {
	const char *what;
	const struct dhcp_identity *who;
	struct dhcp6_request r;
	const char *want;
} encode_rows[] = {
	{ "a Solicit that would take two messages",
	  &by_mac,
	  { .type = DHCP6_SOLICIT, .xid = 0x00abcdef, .wants_address = true, .rapid_commit = true },
	  "01abcdef " CLIENT6_ID
	  "000800020000 000e0000 0003000c 00123456 0000000000000000 " ORO_ADDRESS ARCH_UNDI CLASS },
	{ "a Request for what was offered",
	  &by_mac,
	  { .type = DHCP6_REQUEST,
	    .xid = 0xff000001,
	    .elapsed_cs = 0x1234,
	    .server = &server,
	    .wants_address = true,
	    .address = &address },
	  "03000001 " CLIENT6_ID "00020003070809 000800021234 "
	  "00030028 00123456 0000000000000000 00050018 " ADDRESS6
	  "0000000000000000 " ORO_ADDRESS ARCH_UNDI CLASS },
	{ "an Information-request of a machine that has a UUID",
	  &by_uuid,
	  { .type = DHCP6_INFORMATION_REQUEST, .xid = 1 },
	  "0b000001 00010012 0004 8dff4ea06c044b6ea3ad0b1d2c3f4e5a 000800020000 " ORO_INFORMATION
		  ARCH_UNDI CLASS },
};

START_TEST(writes)
{
	uint8_t buf[DHCP6_OUT_MAX], want[DHCP6_OUT_MAX];
	size_t n_want = hex_parse(want, sizeof(want), encode_rows[_i].want);
	size_t n = dhcp6_request_encode(buf, &encode_rows[_i].r, encode_rows[_i].who);

	ck_assert_msg(n == n_want && !memcmp(buf, want, n), "%s: %zu bytes", encode_rows[_i].what,
		      n);
}
END_TEST

/* --- reading -----------------------------------------------------------------------------------*/

static bool decode(struct dhcp6_reply *m, uint8_t type, const char *options)
{
	struct message6 in = message6_make(type, 0xabcdef, options);

	return dhcp6_reply_decode(m, &by_mac, in.buf, in.len);
}

START_TEST(reads_all)
{
	static const uint8_t dns[2][16] = { { 0xfd, [15] = 3 }, { 0xfd, [15] = 4 } };
	struct dhcp6_reply m;

	ck_assert(decode(&m, DHCP6_REPLY,
			 CLIENT6_ID SERVER6_ID
			 "00070001c8 000e0000 " URL6
			 "003c0009 0002 6162 0003 632064 " /* "ab", "c d" */
			 "00170020 fd000000000000000000000000000003 "
			 "fd000000000000000000000000000004 00520004 00000e10 " IA6(
				 "00000064", "000000c8", "0000012c", "00000190")));
	ck_assert_int_eq(m.type, DHCP6_REPLY);
	ck_assert_uint_eq(m.xid, 0xabcdef);
	ck_assert_uint_eq(m.client.len, 10);
	ck_assert_uint_eq(m.server.len, 10);
	ck_assert_uint_eq(m.server.bytes[9], 2);
	ck_assert_uint_eq(m.preference, 200);
	ck_assert(m.rapid_commit && !m.status && !m.ia_status && !m.params_too_long);
	ck_assert_str_eq(m.url, "tftp://");
	ck_assert_str_eq(m.params, "ab c d");
	ck_assert(m.n_dns == 2 && !memcmp(m.dns, dns, sizeof(dns)));
	ck_assert_uint_eq(m.sol_max_s, 3600);
	ck_assert(m.has_address && !memcmp(m.address.bytes, address.bytes, 16));
	ck_assert_uint_eq(m.t1_s, 100);
	ck_assert_uint_eq(m.t2_s, 200);
	ck_assert_uint_eq(m.address.preferred_s, 300);
	ck_assert_uint_eq(m.address.valid_s, 400);
}
END_TEST

#define IN_IA(options, len) "000300" len " 00123456 00000000 00000000 " options
#define AN_ADDRESS "00050018 " ADDRESS6 "00000001 00000001 "
#define A_REFUSAL "000d0002 0002 "

static const struct {
	const char *what, *options;
	bool has_address;
	unsigned status, ia_status, last_byte;
} address_rows[] = {
	{ "none", "", false, 0, 0, 0 },
	{ "one", IN_IA(AN_ADDRESS, "28"), true, 0, 0, 0x15 },
	{ "another interface's", "00030028 00123457 00000000 00000000 " AN_ADDRESS, false, 0, 0,
	  0 },
	{ "the first of two",
	  IN_IA(AN_ADDRESS "00050018 fd0000000000000000000000000000160000000100000001", "44"), true,
	  0, 0, 0x15 },
	{ "the second, since the first is over",
	  IN_IA("00050018 " ADDRESS6 "0000000000000000"
		"00050018 fd0000000000000000000000000000160000000100000001",
		"44"),
	  true, 0, 0, 0x16 },
	{ "preferred for longer than it is valid",
	  IN_IA("00050018 " ADDRESS6 "0000000200000001", "28"), false, 0, 0, 0 },
	{ "a group", IN_IA("00050018 ff02000000000000000000000000000100000001 00000001", "28"),
	  false, 0, 0, 0 },
	{ "::1", IN_IA("00050018 0000000000000000000000000000000100000001 00000001", "28"), false,
	  0, 0, 0 },
	{ "one that is refused by itself",
	  IN_IA("0005001e " ADDRESS6 "0000000100000001" A_REFUSAL, "2e"), false, 0, 0, 0 },
	{ "refused as a whole", IN_IA(A_REFUSAL, "12"), false, 0, 2, 0 },
	{ "refused without an IA_NA", A_REFUSAL, false, 2, 0, 0 },
	{ "T1 behind T2", "00030028 00123456 00000009 00000008 " AN_ADDRESS, false, 0, 0, 0 },
	{ "an address that is cut", IN_IA("00050008 fd00000000000000", "18"), false, 0, 0, 0 },
};

START_TEST(reads_addresses)
{
	struct dhcp6_reply m;

	ck_assert_msg(decode(&m, DHCP6_ADVERTISE, address_rows[_i].options), "%s",
		      address_rows[_i].what);
	ck_assert_msg(m.has_address == address_rows[_i].has_address, "%s", address_rows[_i].what);
	ck_assert_uint_eq(m.status, address_rows[_i].status);
	ck_assert_uint_eq(m.ia_status, address_rows[_i].ia_status);
	ck_assert_uint_eq(m.address.bytes[15], address_rows[_i].last_byte);
}
END_TEST

static const struct {
	const char *what;
	uint8_t type;
	const char *options;
} bad_rows[] = {
	{ "a client's message", DHCP6_SOLICIT, "" },
	{ "a relay's", 13, "" },
	{ "an option that reaches past the end", DHCP6_REPLY, "003b0008 61626364656667" },
	{ "half a header of an option", DHCP6_REPLY, CLIENT6_ID "003b00" },
	{ "an IA_NA whose options reach past its end", DHCP6_REPLY,
	  "00030012 00123456 0000000000000000 000500180000 " },
	{ "an address whose options reach past its end", DHCP6_REPLY,
	  IN_IA("0005001c " ADDRESS6 "0000000100000001"
		"000d0002",
		"2c") },
};

START_TEST(refuses)
{
	struct dhcp6_reply m = { .preference = 77 };

	ck_assert_msg(!decode(&m, bad_rows[_i].type, bad_rows[_i].options), "%s",
		      bad_rows[_i].what);
	ck_assert_uint_eq(m.preference, 77);
}
END_TEST

START_TEST(refuses_what_is_too_short)
{
	static const uint8_t in[] = { DHCP6_REPLY, 0, 0 };
	struct dhcp6_reply m;

	ck_assert(!dhcp6_reply_decode(&m, &by_mac, in, sizeof(in)));
}
END_TEST

static const struct {
	const char *what, *options, *url, *params;
} text_rows[] = {
	{ "the first URL counts", URL6 "003b0001 78", "tftp://", "" },
	{ "a URL ends at a NUL", "003b0004 61 62 00 63", "ab", "" },
	{ "an empty URL is none", "003b0000", "", "" },
	{ "a parameter that reaches past the end spoils them", "003c0006 0001 61 0002 62", "", "" },
	{ "parameters may be empty", "003c0000", "", "" },
	{ "a server's clock is bounded", "00520004 00000001", "", "" },
};

START_TEST(reads_texts)
{
	struct dhcp6_reply m;

	ck_assert_msg(decode(&m, DHCP6_REPLY, text_rows[_i].options), "%s", text_rows[_i].what);
	ck_assert_str_eq(m.url, text_rows[_i].url);
	ck_assert_str_eq(m.params, text_rows[_i].params);
	ck_assert_uint_eq(m.sol_max_s, 0);
}
END_TEST

/* An option of so many bytes: 'a', or parameters of one byte. */
static struct message6 long_option(uint8_t code, size_t n)
{
	char hex[16];
	struct message6 m;

	snprintf(hex, sizeof(hex), "00%02x%04x", code, (unsigned)n);
	m = message6_make(DHCP6_REPLY, 1, hex);
	for (size_t i = 0; i < n; i++)
		m.buf[m.len++] = code == 59 ? 'a' : (const uint8_t[]){ 0, 1, 'p' }[i % 3];
	return m;
}

START_TEST(long_texts_are_bounded)
{
	static struct dhcp6_reply m;
	struct message6 in = long_option(59, DHCP6_URL_MAX - 1);

	ck_assert(dhcp6_reply_decode(&m, &by_mac, in.buf, in.len));
	ck_assert_uint_eq(strlen(m.url), DHCP6_URL_MAX - 1);
	in = long_option(59, DHCP6_URL_MAX);
	ck_assert(dhcp6_reply_decode(&m, &by_mac, in.buf, in.len));
	ck_assert_str_eq(m.url, "");
	in = long_option(60, DHCP6_PARAMS_MAX / 2 * 3);
	ck_assert(dhcp6_reply_decode(&m, &by_mac, in.buf, in.len));
	ck_assert(!m.params_too_long);
	ck_assert_uint_eq(strlen(m.params), DHCP6_PARAMS_MAX - 1);
	in = long_option(60, (DHCP6_PARAMS_MAX / 2 + 1) * 3);
	ck_assert(dhcp6_reply_decode(&m, &by_mac, in.buf, in.len));
	ck_assert(m.params_too_long);
	ck_assert_str_eq(m.params, "");
}
END_TEST

/* The longest that there may be is 130 bytes (RFC 8415 11.1). */
START_TEST(a_duid_that_is_too_long_is_none)
{
	struct dhcp6_reply m;
	struct message6 in = long_option(2, DHCP6_DUID_MAX + 1);

	ck_assert(dhcp6_reply_decode(&m, &by_mac, in.buf, in.len));
	ck_assert_uint_eq(m.server.len, 0);
	in = long_option(2, DHCP6_DUID_MAX);
	ck_assert(dhcp6_reply_decode(&m, &by_mac, in.buf, in.len));
	ck_assert_uint_eq(m.server.len, DHCP6_DUID_MAX);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_dhcp6_msg");

	suite_add_rows(s, writes, N_ROWS(encode_rows));
	suite_add(s, reads_all);
	suite_add_rows(s, reads_addresses, N_ROWS(address_rows));
	suite_add_rows(s, refuses, N_ROWS(bad_rows));
	suite_add(s, refuses_what_is_too_short);
	suite_add_rows(s, reads_texts, N_ROWS(text_rows));
	suite_add(s, long_texts_are_bounded);
	suite_add(s, a_duid_that_is_too_long_is_none);
	return suite_run(s);
}
