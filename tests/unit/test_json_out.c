/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/json_out: JSON that is JSON
 */
#include "reports/json_out.h"

#include <check.h>

#include "tests/support/suite.h"

static const struct {
	const char *what, *in, *want;
} text_rows[] = {
	{ "nothing", NULL, "null" },
	{ "plain", "a b", "\"a b\"" },
	{ "UTF-8", "k\xc3\xa4se", "\"k\xc3\xa4se\"" },
	{ "quotes and backslashes", "\"a\\", "\"\\\"a\\\\\"" },
	{ "control characters", "\x1b[1m\n\x7f", "\"\\u001b[1m\\u000a\\u007f\"" },
	{ "control characters above ASCII", "\xc2\x9b", "\"\\u009b\"" },
	{ "no UTF-8", "\xc3\xa4\xff\xc3\xa4", "\"\xc3\xa4\xc3\xbf\xc3\x83\xc2\xa4\"" },
};

START_TEST(texts)
{
	g_autoptr(GString) s = g_string_new(NULL);

	json_append_text(s, text_rows[_i].in);
	ck_assert_msg(g_str_equal(s->str, text_rows[_i].want), "%s: %s", text_rows[_i].what,
		      s->str);
}
END_TEST

static const struct {
	uint64_t value, unit;
	const char *want;
} decimal_rows[] = {
	{ 0, 1000, "0.000" },
	{ 1, 1000000000, "0.000000001" },
	{ 1500, 1000, "1.500" },
	{ 7, 1, "7" },
	{ UINT64_MAX, 1000000000, "18446744073.709551615" },
};

START_TEST(decimals)
{
	g_autoptr(GString) s = g_string_new(NULL);

	json_append_decimal(s, decimal_rows[_i].value, decimal_rows[_i].unit);
	ck_assert_str_eq(s->str, decimal_rows[_i].want);
}
END_TEST

START_TEST(a_document)
{
	g_autoptr(GString) s = g_string_new(NULL);
	struct json_out j = { .s = s };

	json_begin_object(&j, NULL);
	json_text(&j, "none", NULL);
	json_text(&j, "a", "b");
	json_begin_list(&j, "empty");
	json_end_list(&j);
	json_begin_list(&j, "list");
	json_begin_object(&j, NULL);
	json_count(&j, "n", UINT64_MAX);
	json_end_object(&j);
	json_begin_object(&j, NULL);
	json_end_object(&j);
	json_text(&j, NULL, "c");
	json_end_list(&j);
	json_printf(&j, "p", "%d\"", 1);
	json_bool(&j, "t", true);
	json_bool(&j, "f", false);
	json_decimal(&j, "d", 1, 10);
	json_end_object(&j);
	ck_assert_str_eq(s->str, "{\"a\":\"b\",\"empty\":[],\"list\":[\n"
				 "{\"n\":18446744073709551615},\n{},\"c\"],\"p\":\"1\\\"\","
				 "\"t\":true,\"f\":false,\"d\":0.1}");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("json_out");

	suite_add_rows(s, texts, N_ROWS(text_rows));
	suite_add_rows(s, decimals, N_ROWS(decimal_rows));
	suite_add(s, a_document);
	return suite_run(s);
}
