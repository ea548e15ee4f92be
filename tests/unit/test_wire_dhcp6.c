/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/dhcp6: DHCPv6 messages
 */
#include "server/wire/dhcp6.h"

#include <check.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

enum {
	ROOM = 4096,
};

static uint8_t buf[ROOM];
static struct dhcp6_msg m;

static int decode(const char *text)
{
	return dhcp6_msg_decode(&m, buf, hex_parse(buf, sizeof(buf), text));
}

static const struct {
	const char *what, *in;
	int want;
	size_t n_opts;
} rows[] = {
	{ "nothing", "", DHCP6_E_MALFORMED, 0 },
	{ "half a transaction", "010102", DHCP6_E_MALFORMED, 0 },
	{ "no options", "0b010203", 0, 0 },
	{ "type 0", "00010203", DHCP6_E_MALFORMED, 0 },
	{ "type 14", "0e010203", DHCP6_E_MALFORMED, 0 },
	{ "an empty option", "01010203 000e 0000", 0, 1 },
	{ "two options", "01010203 000e 0000 0008 0002 0000", 0, 2 },
	{ "an option cut in its head", "01010203 000e 00", DHCP6_E_MALFORMED, 0 },
	{ "an option that leaves the message", "01010203 0008 0003 0000", DHCP6_E_MALFORMED, 0 },
	{ "a code with the low byte of another", "01010203 013b 0002 0000", 0, 1 },
	{ "a relay's message", "0c00 fd00 0000", 0, 0 },
};

START_TEST(messages_decode)
{
	int r;

	m = (struct dhcp6_msg){ .xid = 0xdead, .n_opts = 99 };
	r = decode(rows[_i].in);
	ck_assert_msg(r == rows[_i].want, "%s: got %d", rows[_i].what, r);
	if (r)
		ck_assert_msg(m.xid == 0xdead && m.n_opts == 99, "%s: out was touched",
			      rows[_i].what);
	else
		ck_assert_msg(m.n_opts == rows[_i].n_opts, "%s: %zu options", rows[_i].what,
			      m.n_opts);
}
END_TEST

START_TEST(options_are_bounded)
{
	for (unsigned n = DHCP6_N_OPTIONS_MAX - 1; n <= DHCP6_N_OPTIONS_MAX + 1; n++) {
		struct wr w = WR_INIT(buf, sizeof(buf));

		dhcp6_hdr_encode(&w, DHCP6_SOLICIT, 1);
		for (unsigned i = 0; i < n; i++)
			dhcp6_opt_encode(&w, 200, "x", 1);
		ck_assert_int_eq(dhcp6_msg_decode(&m, buf, sizeof(buf) - w.left),
				 n > DHCP6_N_OPTIONS_MAX ? DHCP6_E_TOO_MANY : 0);
	}
}
END_TEST

/* Codes, with the shortest and longest value; and how many bytes one more of it is. */
static const struct {
	uint16_t code;
	unsigned shortest, longest, unit;
} length_rows[] = {
	{ DHCP6_OPT_CLIENT_ID, 3, 130, 1 },
	{ DHCP6_OPT_SERVER_ID, 3, 130, 1 },
	{ DHCP6_OPT_IA_NA, 12, 999, 1 },
	{ DHCP6_OPT_ORO, 0, 998, 2 },
	{ DHCP6_OPT_PREFERENCE, 1, 1, 1 },
	{ DHCP6_OPT_ELAPSED, 2, 2, 1 },
	{ DHCP6_OPT_STATUS, 2, 999, 1 },
	{ DHCP6_OPT_RAPID_COMMIT, 0, 0, 1 },
	{ DHCP6_OPT_DNS, 16, 992, 16 },
	{ DHCP6_OPT_BOOTFILE_URL, 1, 999, 1 },
	{ DHCP6_OPT_CLIENT_ARCH, 2, 998, 2 },
	{ DHCP6_OPT_CLIENT_NII, 3, 3, 1 },
	{ 200, 0, 999, 1 },
};

START_TEST(values_have_a_length)
{
	static const uint8_t value[1000];
	unsigned shortest = length_rows[_i].shortest, longest = length_rows[_i].longest;

	for (unsigned len = 0; len <= 999; len++) {
		bool good = len >= shortest && len <= longest && len % length_rows[_i].unit == 0;
		struct wr w = WR_INIT(buf, sizeof(buf));
		struct slice v;

		dhcp6_hdr_encode(&w, DHCP6_SOLICIT, 1);
		dhcp6_opt_encode(&w, length_rows[_i].code, value, len);
		ck_assert_int_eq(dhcp6_msg_decode(&m, buf, sizeof(buf) - w.left), 0);
		ck_assert_msg(dhcp6_opt_find(&v, &m, length_rows[_i].code) ==
				      (good ? 0 : DHCP6_E_MALFORMED),
			      "option %u of %u", length_rows[_i].code, len);
		ck_assert(!good || v.len == len);
		ck_assert_int_eq(dhcp6_opt_find(&v, &m, 201), DHCP6_E_NO_OPTION);
	}
}
END_TEST

/* What dhclient sent. */
static const char request[] =
	"03ac40f6 0001000e000100013296b50a525400123456 0002000a0003000152550a000202 "
	"0006000800170018003b0017 000800020000 "
	"000300280012345600000e1000001518 00050018fd00000000000000000000000000001500001c2000001d4c";

START_TEST(a_request_of_dhclient)
{
	struct dhcp6_iaaddr a;
	struct dhcp6_ia ia;
	struct slice v;

	ck_assert_int_eq(decode(request), 0);
	ck_assert_uint_eq(m.type, DHCP6_REQUEST);
	ck_assert_uint_eq(m.xid, 0xac40f6);
	ck_assert_uint_eq(m.n_opts, 5);
	ck_assert_int_eq(dhcp6_opt_find(&v, &m, DHCP6_OPT_CLIENT_ID), 0);
	ck_assert_uint_eq(v.len, 14);
	ck_assert(dhcp6_is_asked_for(&m, DHCP6_OPT_BOOTFILE_URL));
	ck_assert(dhcp6_is_asked_for(&m, DHCP6_OPT_DNS));
	ck_assert(!dhcp6_is_asked_for(&m, DHCP6_OPT_BOOTFILE_PARAM));
	ck_assert(!dhcp6_is_asked_for(&m, 0x1700)); /* across two of them */
	ck_assert_int_eq(dhcp6_opt_find(&v, &m, DHCP6_OPT_IA_NA), 0);
	ck_assert_int_eq(dhcp6_ia_decode(&ia, v), 0);
	ck_assert_uint_eq(ia.iaid, 0x00123456);
	ck_assert_uint_eq(ia.t1_s, 3600);
	ck_assert_uint_eq(ia.t2_s, 5400);
	ck_assert_int_eq(dhcp6_ia_find_address(&a, &ia), 0);
	ck_assert_uint_eq(a.address.b[15], 0x15);
	ck_assert_uint_eq(a.preferred_s, 7200);
	ck_assert_uint_eq(a.valid_s, 7500);
}
END_TEST

static const struct {
	const char *what, *in;
	int decoded, found;
} ia_rows[] = {
	{ "short", "0000000100000000000000", DHCP6_E_MALFORMED, 0 },
	{ "empty", "000000010000000000000000", 0, DHCP6_E_NO_OPTION },
	{ "a status only", "000000010000000000000000 000d 0002 0002", 0, DHCP6_E_NO_OPTION },
	{ "half an address", "000000010000000000000000 0005 0004 fd000000", 0, DHCP6_E_MALFORMED },
	{ "an option that leaves it", "000000010000000000000000 0005 0018 fd000000",
	  DHCP6_E_MALFORMED, 0 },
};

START_TEST(associations_decode)
{
	struct dhcp6_iaaddr a = { .valid_s = 0xdead };
	struct dhcp6_ia ia = { .iaid = 0xdead };
	size_t len = hex_parse(buf, sizeof(buf), ia_rows[_i].in);

	ck_assert_msg(dhcp6_ia_decode(&ia, (struct slice){ buf, len }) == ia_rows[_i].decoded, "%s",
		      ia_rows[_i].what);
	if (ia_rows[_i].decoded) {
		ck_assert_uint_eq(ia.iaid, 0xdead);
		return;
	}
	ck_assert_msg(dhcp6_ia_find_address(&a, &ia) == ia_rows[_i].found, "%s", ia_rows[_i].what);
	ck_assert_uint_eq(a.valid_s, 0xdead);
}
END_TEST

static void encode_reply(struct wr *w)
{
	struct dhcp6_iaaddr a = { .address = { { 0xfd, [15] = 0x15 } },
				  .preferred_s = 1,
				  .valid_s = 2 };
	uint8_t *ia;

	dhcp6_hdr_encode(w, DHCP6_REPLY, 0xff123456); /* 24 bits of it */
	ia = dhcp6_opt_open(w, DHCP6_OPT_IA_NA);
	wr_be32(w, 7);
	wr_be32(w, 8);
	wr_be32(w, 9);
	dhcp6_iaaddr_encode(w, &a);
	dhcp6_opt_close(w, ia);
	dhcp6_status_encode(w, DHCP6_STATUS_NO_BINDING, "no");
}

START_TEST(a_reply_is_written)
{
	static const char want[] = "07123456 0003 0028 00000007 00000008 00000009 "
				   "0005 0018 fd000000000000000000000000000015 00000001 00000002 "
				   "000d 0004 0003 6e6f";
	uint8_t bytes[128], got[128];
	size_t len = hex_parse(bytes, sizeof(bytes), want);
	struct wr w = WR_INIT(got, sizeof(got));

	encode_reply(&w);
	ck_assert(!w.bad);
	ck_assert_uint_eq(sizeof(got) - w.left, len);
	ck_assert_mem_eq(got, bytes, len);
	for (size_t room = 0; room < len; room++) {
		w = WR_INIT(got, room);
		encode_reply(&w);
		ck_assert(w.bad);
	}
}
END_TEST

START_TEST(types_have_names)
{
	ck_assert_str_eq(dhcp6_type_name(DHCP6_SOLICIT), "solicit");
	ck_assert_str_eq(dhcp6_type_name(DHCP6_RELAY_REPL), "relay-repl");
	ck_assert_ptr_null(dhcp6_type_name(0));
	ck_assert_ptr_null(dhcp6_type_name(14));
	ck_assert_ptr_null(dhcp6_type_name(255));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/dhcp6");

	suite_add_rows(s, messages_decode, N_ROWS(rows));
	suite_add(s, options_are_bounded);
	suite_add_rows(s, values_have_a_length, N_ROWS(length_rows));
	suite_add(s, a_request_of_dhclient);
	suite_add_rows(s, associations_decode, N_ROWS(ia_rows));
	suite_add(s, a_reply_is_written);
	suite_add(s, types_have_names);
	return suite_run(s);
}
