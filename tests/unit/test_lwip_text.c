/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/text: bounded text, words, numbers
 */
#include "firmware/lwip/text.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"

START_TEST(text_stops_at_its_end)
{
	char buf[8];
	struct text t = TEXT_INIT(buf);

	text_add_str(&t, "1234");
	text_add_char(&t, '-');
	ck_assert(!t.too_long);
	text_add_str(&t, "abc");
	ck_assert(t.too_long);
	ck_assert_str_eq(buf, "1234-ab");
	text_clear(&t);
	ck_assert(!t.too_long && t.len == 0);
	ck_assert_str_eq(buf, "");
}
END_TEST

START_TEST(text_writes_numbers)
{
	char buf[80];
	struct text t = TEXT_INIT(buf);

	text_add_dec(&t, UINT64_MAX);
	text_add_char(&t, ' ');
	text_add_dec(&t, 0);
	text_add_char(&t, ' ');
	text_add_ip4(&t, 0x0a00020f);
	text_add_char(&t, ' ');
	text_add_hex(&t, 0xa0b, 8, text_hex_upper);
	text_add_char(&t, ' ');
	text_add_hex(&t, 0xabc, 1, text_hex_lower);
	ck_assert_str_eq(buf, "18446744073709551615 0 10.0.2.15 00000A0B abc");
}
END_TEST

static const struct {
	const char *what, *in;
	bool ok;
	uint64_t v;
} number_rows[] = {
	{ "decimal", "1468", true, 1468 },
	{ "the largest", "18446744073709551615", true, UINT64_MAX },
	{ "one more", "18446744073709551616", false, 0 },
	{ "hex", "0x1fF", true, 0x1ff },
	{ "hex, one digit too many", "0x10000000000000000", false, 0 },
	{ "no digits", "", false, 0 },
	{ "no hex digits", "0x", false, 0 },
	{ "a sign", "-1", false, 0 },
	{ "a letter behind", "12a", false, 0 },
	{ "a blank", "1 2", false, 0 },
};

START_TEST(numbers)
{
	uint64_t v = 77;
	bool ok = slice_to_u64(&v, slice_of(number_rows[_i].in));

	ck_assert_msg(ok == number_rows[_i].ok, "%s", number_rows[_i].what);
	ck_assert_msg(v == (ok ? number_rows[_i].v : 77), "%s: %llu", number_rows[_i].what,
		      (unsigned long long)v);
}
END_TEST

static const struct {
	const char *in;
	bool ok;
	uint32_t address;
} address_rows[] = {
	{ "10.0.2.2", true, 0x0a000202 }, { "255.255.255.255", true, 0xffffffff },
	{ "0.0.0.0", true, 0 },           { "10.0.2", false, 0 },
	{ "10.0.2.2.", false, 0 },        { "10.0.2.2.1", false, 0 },
	{ "10.0.2.256", false, 0 },       { "10..2.2", false, 0 },
	{ "server.example", false, 0 },   { "", false, 0 },
	{ "10.0.2.0x2", false, 0 },       { "10.0.2.2 ", false, 0 },
};

START_TEST(addresses)
{
	uint32_t a = 77;
	bool ok = slice_to_ip4(&a, slice_of(address_rows[_i].in));

	ck_assert_msg(ok == address_rows[_i].ok, "\"%s\"", address_rows[_i].in);
	ck_assert_uint_eq(a, ok ? address_rows[_i].address : 77);
}
END_TEST

static bool same(struct slice s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.p, text, s.len) == 0;
}

START_TEST(words)
{
	struct slice s = slice_of("  KERNEL\t vmlinuz  quiet \t");

	ck_assert(same(slice_take_word(&s), "KERNEL"));
	ck_assert(same(s, "vmlinuz  quiet"));
	ck_assert(same(slice_take_word(&s), "vmlinuz"));
	ck_assert(same(slice_take_word(&s), "quiet"));
	ck_assert(same(slice_take_word(&s), ""));
	ck_assert(same(s, ""));
}
END_TEST

START_TEST(parts)
{
	struct slice s = slice_of("a,,b");

	ck_assert(same(slice_take_until(&s, ','), "a"));
	ck_assert(same(slice_take_until(&s, ','), ""));
	ck_assert(same(slice_take_until(&s, ','), "b"));
	ck_assert(same(s, ""));
	ck_assert(same(slice_take_until(&s, ','), ""));
}
END_TEST

START_TEST(case_does_not_count)
{
	ck_assert(slice_is(slice_of("LaBeL"), "label"));
	ck_assert(!slice_is(slice_of("labels"), "label"));
	ck_assert(!slice_is(slice_of("labe"), "label"));
	ck_assert(slice_has_prefix(slice_of("PXEClient:Arch"), "pxeclient"));
	ck_assert(slice_equal(slice_of("AZaz[@"), slice_of("azAZ[@")));
	ck_assert(!slice_equal(slice_of("@"), slice_of("`"))); /* what differs in the same bit */
	ck_assert(!slice_equal(slice_of("a"), slice_of("ab")));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_text");

	suite_add(s, text_stops_at_its_end);
	suite_add(s, text_writes_numbers);
	suite_add_rows(s, numbers, N_ROWS(number_rows));
	suite_add_rows(s, addresses, N_ROWS(address_rows));
	suite_add(s, words);
	suite_add(s, parts);
	suite_add(s, case_does_not_count);
	return suite_run(s);
}
