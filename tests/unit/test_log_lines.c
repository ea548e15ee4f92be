/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/log_lines: bytes in, bounded lines out
 */
#include "server/log_lines.h"

#include <check.h>
#include <glib.h>
#include <string.h>

#include "tests/support/suite.h"

static void on_line(void *self, struct slice text, bool cut)
{
	ck_assert_uint_gt(text.len, 0);
	ck_assert_uint_le(text.len, LOG_LINE_MAX);
	g_string_append_c(self, '[');
	g_string_append_len(self, (const char *)text.p, (gssize)text.len);
	g_string_append(self, cut ? "...]" : "]");
}

/* All lines of @in, given @step bytes at a time. */
static GString *lines_of(const char *in, size_t len, size_t step)
{
	GString *said = g_string_new(NULL);
	struct log_lines_sink out = { on_line, said };
	struct log_lines l = { .len = 0 };

	for (size_t at = 0; at < len; at += step)
		log_lines_input(&l, (struct slice){ (const uint8_t *)in + at, MIN(step, len - at) },
				&out);
	log_lines_finish(&l, &out);
	log_lines_finish(&l, &out); /* there is nothing left */
	return said;
}

static const struct {
	const char *what;
	const char *in, *want;
} rows[] = {
	{ "nothing", "", "" },
	{ "a line", "a b\n", "[a b]" },
	{ "two", "a\nb\n", "[a][b]" },
	{ "the last one has no end", "a\nb", "[a][b]" },
	{ "empty lines are left out", "\n\na\n\n", "[a]" },
	{ "blanks are no empty line", " \n", "[ ]" },
	{ "bytes that are no text", "\x1b\xff\n\x80", "[\x1b\xff][\x80]" },
};

START_TEST(lines_are_cut_out)
{
	for (size_t step = 1; step < 10; step++) {
		GString *said = lines_of(rows[_i].in, strlen(rows[_i].in), step);

		ck_assert_msg(g_str_equal(said->str, rows[_i].want), "%s, %zu at once: %s",
			      rows[_i].what, step, said->str);
		g_string_free(said, TRUE);
	}
}
END_TEST

/* Exactly as long as may be, one longer, and much longer; the line behind is whole again. */
static const struct {
	size_t len;
	bool cut;
} long_rows[] = { { LOG_LINE_MAX, false }, { LOG_LINE_MAX + 1, true }, { 1000000, true } };

START_TEST(long_lines_are_cut_off)
{
	g_autofree char *x = g_strnfill(long_rows[_i].len, 'x');
	g_autofree char *kept = g_strnfill(LOG_LINE_MAX, 'x');
	g_autofree char *in = g_strconcat(x, "\nshort\n", NULL);
	g_autofree char *want =
		g_strconcat("[", kept, long_rows[_i].cut ? "...]" : "]", "[short]", NULL);
	static const size_t steps[] = { 1, 7, 499, 500, 501, 2000000 };

	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		GString *said = lines_of(in, strlen(in), steps[i]);

		ck_assert_str_eq(said->str, want);
		g_string_free(said, TRUE);
	}
}
END_TEST

START_TEST(zeros_are_bytes)
{
	GString *said = lines_of("a\0b\n", 4, 4);

	ck_assert_uint_eq(said->len, 5);
	ck_assert_mem_eq(said->str, "[a\0b]", 5);
	g_string_free(said, TRUE);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("log_lines");

	suite_add_rows(s, lines_are_cut_out, N_ROWS(rows));
	suite_add_rows(s, long_lines_are_cut_off, N_ROWS(long_rows));
	suite_add(s, zeros_are_bytes);
	return suite_run(s);
}
