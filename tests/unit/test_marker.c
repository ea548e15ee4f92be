/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/marker: the grammar of firmware/marker.h
 */
#include "harness/marker.h"

#include <check.h>
#include <string.h>

#include "firmware/marker.h"
#include "tests/support/suite.h"

static const struct {
	const char *what, *line, *verb;
	const char *values; /* "key=value" pairs, sorted, separated by '|' */
} good_rows[] = {
	{ "a verb alone", "@iplab stage", "stage", "" },
	{ "a pair", "@iplab stage name=dhcp", "stage", "name=dhcp" },
	{ "two pairs", "@iplab payload kind=probe entry=0x10000", "payload",
	  "entry=0x10000|kind=probe" },
	{ "text before it", "starting kernel...@iplab stage a=1", "stage", "a=1" },
	{ "quotes around a bare word", "@iplab p a=\"b\"", "p", "a=b" },
	{ "an empty value", "@iplab p a=\"\" b=1", "p", "a=|b=1" },
	{ "a blank in a value", "@iplab p a=\"b c\" d=e", "p", "a=b c|d=e" },
	{ "what looks like a pair", "@iplab p a=\"b=c d=e\"", "p", "a=b=c d=e" },
	{ "an equals sign in a bare word", "@iplab p a=b=c", "p", "a=b=c" },
	{ "quotes in a value", "@iplab p a=\"say \\\"hi\\\"\"", "p", "a=say \"hi\"" },
	{ "a backslash in a value", "@iplab p a=\"b\\\\\"", "p", "a=b\\" },
	{ "bytes in a value", "@iplab p a=\"\\x01\\xff\\x7f\"", "p", "a=\x01\xff\x7f" },
	{ "an escaped letter", "@iplab p a=\"\\x41\"", "p", "a=A" },
	{ "every character of a key", "@iplab p a_0z=1", "p", "a_0z=1" },
	{ "a word of punctuation", "@iplab p a=!#~'", "p", "a=!#~'" },
	{ "the last of two equal keys", "@iplab p a=1 a=2", "p", "a=2" },
	{ "blanks at the end of a value", "@iplab p a=\"        \"", "p", "a=        " },
};

static char *sorted(GHashTable *values)
{
	GList *keys = g_list_sort(g_hash_table_get_keys(values), (GCompareFunc)strcmp);
	GString *s = g_string_new(NULL);

	for (GList *k = keys; k; k = k->next)
		g_string_append_printf(s, "%s%s=%s", s->len ? "|" : "", (char *)k->data,
				       (char *)g_hash_table_lookup(values, k->data));
	g_list_free(keys);
	return g_string_free(s, FALSE);
}

START_TEST(good_lines)
{
	g_autofree char *verb = NULL, *got = NULL;
	g_autoptr(GHashTable) values = marker_parse(good_rows[_i].line, &verb);

	ck_assert_msg(values != NULL, "%s", good_rows[_i].what);
	got = sorted(values);
	ck_assert_msg(g_str_equal(verb, good_rows[_i].verb), "%s: %s", good_rows[_i].what, verb);
	ck_assert_msg(g_str_equal(got, good_rows[_i].values), "%s: %s", good_rows[_i].what, got);
}
END_TEST

static const struct {
	const char *what, *line;
} bad_rows[] = {
	{ "nothing", "" },
	{ "another line", "Loading kernel.img" },
	{ "the prefix without its blank", "@iplab" },
	{ "another prefix", "iplab payload a=1" },
	{ "a prefix in capitals", "@IPLAB payload a=1" },
	{ "no verb", "@iplab " },
	{ "a blank for a verb", "@iplab  a=1" },
	{ "a key without a value", "@iplab p a" },
	{ "a key without its value's beginning", "@iplab p a b=1" },
	{ "no key", "@iplab p =1" },
	{ "an empty bare word", "@iplab p a= b=1" },
	{ "an empty bare word at the end", "@iplab p a=" },
	{ "a capital in a key", "@iplab p Key=1" },
	{ "a dash in a key", "@iplab p a-b=1" },
	{ "two blanks", "@iplab p a=1  b=2" },
	{ "a blank at the end", "@iplab p a=1 " },
	{ "a quote in a bare word", "@iplab p a=b\"c" },
	{ "a backslash in a bare word", "@iplab p a=b\\c" },
	{ "a byte above ASCII in a bare word", "@iplab p a=\xff" },
	{ "a quote that does not end", "@iplab p a=\"b" },
	{ "an escape that does not end", "@iplab p a=\"b\\" },
	{ "half an escape", "@iplab p a=\"\\x4" },
	{ "half an escape and the end", "@iplab p a=\"\\x4\"" },
	{ "an escape in capitals", "@iplab p a=\"\\xFF\"" },
	{ "one capital", "@iplab p a=\"\\xfF\"" },
	{ "no hexadecimal digit", "@iplab p a=\"\\xg0\"" },
	{ "an escape that there is not", "@iplab p a=\"\\n\"" },
	{ "a NUL", "@iplab p a=\"b\\x00c\"" },
	{ "a byte in quotes that must be escaped", "@iplab p a=\"\xc3\xa4\"" },
	{ "a control character in quotes", "@iplab p a=\"\t\"" },
	{ "text behind the quotes", "@iplab p a=\"b\"c" },
	{ "two values", "@iplab p a=\"b\"\"c\"" },
};

START_TEST(bad_lines)
{
	char *verb = (char *)"untouched";

	ck_assert_msg(!marker_parse(bad_rows[_i].line, &verb), "%s", bad_rows[_i].what);
	ck_assert_str_eq(verb, "untouched");
}
END_TEST

START_TEST(the_verb_is_not_wanted)
{
	g_autoptr(GHashTable) values = marker_parse("@iplab payload a=1", NULL);

	ck_assert_str_eq(g_hash_table_lookup(values, "a"), "1");
}
END_TEST

/* As firmware/probe printed it on a console of QEMU's. */
#define PROBE                                                                                      \
	"@iplab payload kind=probe entry=0x10000 cmdline=\"root=/dev/ram0 quiet iplab=probe\" "    \
	"initrd=0x12000 initrd_len=300000 initrd_crc32=860c75fc self=0x2000-0xb000 "               \
	"self_crc32=ea28a391 memory_mib=512 ipl_rc=1 ipl_type=ccw ipl_ssid=0 "                     \
	"ipl_devno=0x0000 ipl_loadparm=\"        \" uuid=none tod_us=1795412311857246"

START_TEST(a_real_report)
{
	g_autofree char *verb = NULL;
	g_autoptr(GHashTable) values = marker_parse(PROBE, &verb);

	ck_assert_ptr_nonnull(values);
	ck_assert_str_eq(verb, MARKER_PAYLOAD);
	ck_assert_uint_eq(g_hash_table_size(values), 16);
	ck_assert_str_eq(g_hash_table_lookup(values, "cmdline"),
			 "root=/dev/ram0 quiet iplab=probe");
	ck_assert_str_eq(g_hash_table_lookup(values, "uuid"), MARKER_NONE);
}
END_TEST

START_TEST(a_report_cut_short_anywhere)
{
	g_autofree char *line = g_strdup(PROBE);
	GHashTable *values;

	/* Never read beyond, never more values than there are. */
	for (size_t len = strlen(line); len; len--) {
		g_autofree char *cut = g_strndup(line, len - 1);

		values = marker_parse(cut, NULL);
		if (!values)
			continue;
		ck_assert_uint_le(g_hash_table_size(values), 16);
		g_hash_table_unref(values);
	}
}
END_TEST

START_TEST(the_longest_line)
{
	g_autoptr(GString) line = g_string_new("@iplab payload cmdline=\"");
	g_autoptr(GHashTable) values = NULL;

	for (int i = 0; i < 4096; i++)
		g_string_append(line, "\\xff");
	g_string_append_c(line, '"');
	ck_assert_uint_le(line->len, MARKER_LINE_MAX);
	values = marker_parse(line->str, NULL);
	ck_assert_uint_eq(strlen(g_hash_table_lookup(values, "cmdline")), 4096);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("marker");

	suite_add_rows(s, good_lines, N_ROWS(good_rows));
	suite_add_rows(s, bad_lines, N_ROWS(bad_rows));
	suite_add(s, the_verb_is_not_wanted);
	suite_add(s, a_real_report);
	suite_add(s, a_report_cut_short_anywhere);
	suite_add(s, the_longest_line);
	return suite_run(s);
}
