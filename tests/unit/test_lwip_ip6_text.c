/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/ip6_text: IPv6 addresses written and read
 */
#include "firmware/lwip/ip6_text.h"

#include <check.h>
#include <string.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

static const struct {
	const char *text, *hex, *written; /* NULL: no address; written as it was read */
} rows[] = {
	{ "fd00::2", "fd000000000000000000000000000002", NULL },
	{ "::", "00000000000000000000000000000000", NULL },
	{ "::1", "00000000000000000000000000000001", NULL },
	{ "1::", "00010000000000000000000000000000", NULL },
	{ "1:2:3:4:5:6:7:8", "00010002000300040005000600070008", NULL },
	{ "2001:db8::a:0:0:1", "20010db800000000000a000000000001", "2001:db8::a:0:0:1" },
	{ "1:0:0:2:0:0:0:3", "00010000000000020000000000000003", "1:0:0:2::3" },
	{ "1:0:0:2:0:0:3:4", "00010000000000020000000000030004", "1::2:0:0:3:4" },
	{ "1:0:3:4:5:6:7:8", "00010000000300040005000600070008", NULL },
	{ "1::3:4:5:6:7:8", "00010000000300040005000600070008", "1:0:3:4:5:6:7:8" },
	{ "FD00::00Ab", "fd0000000000000000000000000000ab", "fd00::ab" },
	{ "::ffff:10.0.2.2", "00000000000000000000ffff0a000202", "::ffff:a00:202" },
	{ "1:2:3:4:5:6:10.0.2.2", "0001000200030004000500060a000202", "1:2:3:4:5:6:a00:202" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffffffffffffffffffffffffffffffff", NULL },
	{ "", NULL, NULL },
	{ ":", NULL, NULL },
	{ ":::", NULL, NULL },
	{ "1:2:3:4:5:6:7", NULL, NULL },
	{ "1:2:3:4:5:6:7:8:9", NULL, NULL },
	{ "1:2:3:4:5:6:7:", NULL, NULL },
	{ ":2:3:4:5:6:7:8", NULL, NULL },
	{ "1::2::3", NULL, NULL },
	{ "1:2:3:4::5:6:7:8", NULL, NULL },
	{ "::1:2:3:4:5:6:7:8", NULL, NULL },
	{ "12345::", NULL, NULL },
	{ "g::", NULL, NULL },
	{ "fd00::2%eth0", NULL, NULL },
	{ "[fd00::2]", NULL, NULL },
	{ "10.0.2.2", NULL, NULL },
	{ "10.0.2.2::", NULL, NULL },
	{ "::10.0.2", NULL, NULL },
	{ "::10.0.2.2:1", NULL, NULL },
	{ "1:2:3:4:5:6:7:10.0.2.2", NULL, NULL },
	{ "name.example", NULL, NULL },
};

START_TEST(reads)
{
	uint8_t got[IP6_LEN], want[IP6_LEN];
	bool ok;

	memset(got, 77, sizeof(got));
	memset(want, 77, sizeof(want));
	ok = slice_to_ip6(got, slice_of(rows[_i].text));
	if (rows[_i].hex)
		ck_assert_uint_eq(hex_parse(want, sizeof(want), rows[_i].hex), IP6_LEN);
	ck_assert_msg(ok == (rows[_i].hex != NULL), "\"%s\"", rows[_i].text);
	ck_assert_msg(!memcmp(got, want, sizeof(got)), "\"%s\"", rows[_i].text);
}
END_TEST

START_TEST(writes)
{
	char buf[IP6_TEXT_MAX];
	struct text t = TEXT_INIT(buf);
	uint8_t address[IP6_LEN];

	if (!rows[_i].hex)
		return;
	hex_parse(address, sizeof(address), rows[_i].hex);
	text_add_ip6(&t, address);
	ck_assert(!t.too_long);
	ck_assert_str_eq(buf, rows[_i].written ? rows[_i].written : rows[_i].text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_ip6_text");

	suite_add_rows(s, reads, N_ROWS(rows));
	suite_add_rows(s, writes, N_ROWS(rows));
	return suite_run(s);
}
