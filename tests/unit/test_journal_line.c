/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/journal_line: reads back what server/journal writes
 */
#include "reports/journal_line.h"

#include <check.h>
#include <glib.h>
#include <string.h>

#include "server/journal.h"
#include "tests/support/suite.h"

/* "key=value key=value" of a line, texts in quotes; a "!" behind it if not all was read. */
static char *read_line(const char *line, size_t len)
{
	g_autoptr(GString) s = g_string_new(NULL);
	struct journal_field f;
	struct journal_line l;

	if (!journal_line_init(&l, line, len))
		return g_strdup("!");
	while (journal_line_next(&l, &f)) {
		g_autofree char *text = journal_field_text(&f);

		g_string_append_printf(s, "%s%.*s=%s%s%s", s->len ? " " : "", (int)f.key_len, f.key,
				       f.is_text ? "'" : "", text, f.is_text ? "'" : "");
	}
	if (l.p == l.end || *l.p != '}')
		g_string_append_c(s, '!');
	return g_string_free(g_steal_pointer(&s), FALSE);
}

static const struct {
	const char *what, *in, *want;
} rows[] = {
	{ "an empty object", "{}", "" },
	{ "a number and a text", "{\"t_ns\":5,\"ev\":\"x\"}", "t_ns=5 ev='x'" },
	{ "a word", "{\"ok\":false}", "ok=false" },
	{ "a quote and a backslash", "{\"a\":\"\\\"b\\\\\",\"c\":1}", "a='\"b\\' c=1" },
	{ "a comma and a brace in a text", "{\"a\":\"},{\",\"c\":1}", "a='},{' c=1" },
	{ "code points", "{\"a\":\"\\u0041\\u00e4\\u0000\"}", "a='A\xc3\xa4\xe2\x90\x80'" },
	{ "a code point that is none", "{\"a\":\"\\u00zz\"}", "a='u00zz'" },
	{ "no object", "[1]", "!" },
	{ "nothing", "", "!" },
	{ "a text without its end", "{\"a\":\"b", "!" },
	{ "a line that stops behind an escape", "{\"a\":\"b\\", "!" },
	{ "a key without a value", "{\"a\":", "!" },
	{ "a key without a colon", "{\"a\"1}", "!" },
	{ "a value that is not there", "{\"a\":}", "" },
	{ "a line that stops after a number", "{\"a\":1", "a=1!" },
};

START_TEST(fields)
{
	/* Of its own size, so that a read behind it is found. */
	g_autofree char *line = g_memdup2(rows[_i].in, strlen(rows[_i].in));
	g_autofree char *got = read_line(line, strlen(rows[_i].in));

	ck_assert_msg(g_str_equal(got, rows[_i].want), "%s: %s", rows[_i].what, got);
}
END_TEST

START_TEST(what_a_journal_writes)
{
	static const uint8_t bytes[] = { 0, 1, '"', '\\', 0x7f, 0xff, 'z' };
	g_autoptr(Journal) j = journal_new(NULL);
	g_autofree char *got = NULL;

	journal_begin(j, UINT64_MAX, "a.b");
	journal_text(j, "text", (struct slice){ bytes, sizeof(bytes) });
	journal_hex(j, "raw", (struct slice){ bytes, sizeof(bytes) });
	journal_bool(j, "yes", true);
	journal_end(j);
	got = read_line(journal_lines(j), strlen(journal_lines(j)));
	ck_assert_str_eq(got, "t_ns=18446744073709551615 ev='a.b' "
			      "text='\xe2\x90\x80\x01\"\\\x7f\xc3\xbfz' raw='0001225c7fff7a' "
			      "yes=true");
}
END_TEST

static const struct {
	const char *value;
	bool is_text;
	uint64_t want;
} numbers[] = {
	{ "0", false, 0 },
	{ "1582589440", false, 1582589440 },
	{ "99999999999999999999999", false, 0 },
	{ "-1", false, 0 },
	{ "true", false, 0 },
	{ "1", true, 0 },
};

START_TEST(numbers_are_read)
{
	struct journal_field f = {
		.value = numbers[_i].value,
		.value_len = strlen(numbers[_i].value),
		.is_text = numbers[_i].is_text,
	};

	ck_assert_uint_eq(journal_field_u64(&f), numbers[_i].want);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("journal_line");

	suite_add_rows(s, fields, N_ROWS(rows));
	suite_add(s, what_a_journal_writes);
	suite_add_rows(s, numbers_are_read, N_ROWS(numbers));
	return suite_run(s);
}
