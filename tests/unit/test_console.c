/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/console: bytes in, lines out
 */
#include "harness/console.h"

#include <check.h>
#include <string.h>

#include "firmware/marker.h"
#include "tests/support/suite.h"

struct seen {
	GString *lines; /* each with '|' behind it */
	uint64_t t_ns;  /* of the last one */
	size_t longest;
};

static void on_line(void *self, uint64_t now_ns, const char *line)
{
	struct seen *s = self;

	g_string_append_printf(s->lines, "%s|", line);
	s->t_ns = now_ns;
	s->longest = MAX(s->longest, strlen(line));
}

static const struct {
	const char *what, *in;
	size_t len; /* 0: up to the NUL */
	const char *lines;
	const char *last; /* console_last_line() */
} rows[] = {
	{ "a line", "one\n", 0, "one|", "one" },
	{ "lines with CR LF", "one\r\ntwo\r\n", 0, "one|two|", "two" },
	{ "LF CR, as SCLP does", "one\n\rtwo\n\r", 0, "one|two|", "two" },
	{ "no end yet", "one", 0, "", "one" },
	{ "blanks at the end go", "one  \n", 0, "one|", "one" },
	{ "blanks at the start stay", "  one\n", 0, "  one|", "  one" },
	{ "an empty line is not the last", "one\n\n  \n", 0, "one|||", "one" },
	{ "nothing", "", 0, "", NULL },
	{ "blanks alone", "   ", 0, "", NULL },
	{ "a return overwrites", "abc\rxy\n", 0, "xyc|", "xyc" },
	{ "a backspace overwrites", "10 kB\b\b\b\b\b20\n", 0, "20 kB|", "20 kB" },
	{ "a counter", "at 1\b2\b3\n", 0, "at 3|", "at 3" },
	{ "more backspaces than there are", "a\b\b\b\bb\n", 0, "b|", "b" },
	{ "a backspace does not leave its line", "a\n\b\bb\n", 0, "a|b|", "b" },
	{ "a backspace alone takes nothing away", "abc\b\n", 0, "abc|", "abc" },
	{ "a tab is a blank", "a\tb\n", 0, "a b|", "a b" },
	{ "a NUL is nothing", "a\0b\n", 4, "ab|", "ab" },
	{ "control characters are nothing",
	  "a\a\x01\x7f\x0c"
	  "b\n",
	  0, "ab|", "ab" },
	{ "bytes above ASCII stay", "\xc3\xa4\xff\n", 0, "\xc3\xa4\xff|", "\xc3\xa4\xff" },
	{ "colours", "\033[1;31mred\033[0m\n", 0, "red|", "red" },
	{ "cursor moves", "\033[2J\033[1;1Ha\n", 0, "a|", "a" },
	{ "a sequence with a question mark", "\033[?25la\n", 0, "a|", "a" },
	{ "a short escape", "\033ca\n", 0, "a|", "a" },
	{ "an escape at the end", "a\033", 0, "", "a" },
	{ "an escape that is cut short by a line", "\033[3\n@iplab x\n", 0, "|@iplab x|",
	  "@iplab x" },
	{ "an escape with nothing before a line", "a\033\nb\n", 0, "a|b|", "b" },
	{ "an escape within an escape", "\033[3\033[1ma\n", 0, "a|", "a" },
	{ "two escapes", "\033\033[1ma\n", 0, "a|", "a" },
	{ "a return within an escape", "ab\033[1\rc\n", 0, "cb|", "cb" },
};

static size_t row_len(int i)
{
	return rows[i].len ? rows[i].len : strlen(rows[i].in);
}

static void expect_row(const struct seen *s, const Console *c, int i)
{
	const char *last = console_last_line(c);

	ck_assert_msg(g_str_equal(s->lines->str, rows[i].lines), "%s: \"%s\"", rows[i].what,
		      s->lines->str);
	ck_assert_msg(!g_strcmp0(last, rows[i].last), "%s: last is \"%s\"", rows[i].what,
		      last ? last : "none");
	ck_assert_uint_eq(console_raw(c)->len, row_len(i));
	ck_assert_mem_eq(console_raw(c)->str, rows[i].in, row_len(i));
}

START_TEST(bytes_become_lines)
{
	struct seen s = { .lines = g_string_new(NULL) };
	g_autoptr(Console) c = console_new(on_line, &s);

	console_input(c, 5, rows[_i].in, row_len(_i));
	expect_row(&s, c, _i);
	g_string_free(s.lines, TRUE);
}
END_TEST

START_TEST(in_whatever_pieces)
{
	struct seen s = { .lines = g_string_new(NULL) };
	g_autoptr(Console) c = console_new(on_line, &s);

	for (size_t i = 0; i < row_len(_i); i++)
		console_input(c, i, rows[_i].in + i, 1);
	expect_row(&s, c, _i);
	g_string_free(s.lines, TRUE);
}
END_TEST

START_TEST(the_end_hands_over_what_is_left)
{
	struct seen s = { .lines = g_string_new(NULL) };
	g_autoptr(Console) c = console_new(on_line, &s);

	console_input(c, 5, "one\ntwo", 7);
	ck_assert_str_eq(s.lines->str, "one|");
	ck_assert_uint_eq(s.t_ns, 5);
	console_finish(c, 9);
	console_finish(c, 10);
	ck_assert_str_eq(s.lines->str, "one|two|");
	ck_assert_uint_eq(s.t_ns, 9);
	g_string_free(s.lines, TRUE);
}
END_TEST

START_TEST(the_end_with_nothing_left)
{
	struct seen s = { .lines = g_string_new(NULL) };
	g_autoptr(Console) c = console_new(on_line, &s);

	console_input(c, 5, "one\n  ", 6);
	console_finish(c, 9);
	ck_assert_str_eq(s.lines->str, "one|");
	g_string_free(s.lines, TRUE);
}
END_TEST

START_TEST(a_marker_of_any_length_fits)
{
	struct seen s = { .lines = g_string_new(NULL) };
	g_autoptr(Console) c = console_new(on_line, &s);
	g_autofree char *line = g_strnfill(MARKER_LINE_MAX, 'x');

	console_input(c, 0, line, MARKER_LINE_MAX);
	console_input(c, 0, "\n", 1);
	ck_assert_uint_eq(s.longest, MARKER_LINE_MAX);
	g_string_free(s.lines, TRUE);
}
END_TEST

START_TEST(a_guest_that_prints_for_ever)
{
	struct seen s = { .lines = g_string_new(NULL) };
	g_autoptr(Console) c = console_new(on_line, &s);
	g_autofree char *noise = g_strnfill(1000 * 1000, 'x');

	/* One line of 6 MB: neither the line nor what is kept of it grows with it. */
	for (int i = 0; i < 6; i++)
		console_input(c, 0, noise, 1000 * 1000);
	console_input(c, 0, "\nnext\n", 6);
	ck_assert_uint_eq(s.longest, 32 * 1024);
	ck_assert_str_eq(console_last_line(c), "next");
	ck_assert_uint_eq(console_raw(c)->len, 4 * 1024 * 1024);
	g_string_free(s.lines, TRUE);
}
END_TEST

START_TEST(nothing_is_freed)
{
	console_free(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("console");

	suite_add_rows(s, bytes_become_lines, N_ROWS(rows));
	suite_add_rows(s, in_whatever_pieces, N_ROWS(rows));
	suite_add(s, the_end_hands_over_what_is_left);
	suite_add(s, the_end_with_nothing_left);
	suite_add(s, a_marker_of_any_length_fits);
	suite_add(s, a_guest_that_prints_for_ever);
	suite_add(s, nothing_is_freed);
	return suite_run(s);
}
