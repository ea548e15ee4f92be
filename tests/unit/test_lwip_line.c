/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/line: what a person types
 */
#include "firmware/lwip/line.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"

static struct line line;
static char shown[4000];
static struct text echo = TEXT_INIT(shown);

/* Return: how many characters were taken when the line was complete; 0: it is not. */
static size_t type(const char *keys)
{
	memset(&line, 0, sizeof(line));
	text_clear(&echo);
	for (size_t i = 0; keys[i]; i++)
		if (line_input(&line, keys[i], &echo))
			return i + 1;
	return 0;
}

static const struct {
	const char *what, *keys, *text, *shown;
	bool complete;
} rows[] = {
	{ "a word", "linux\r", "linux", "linux", true },
	{ "a newline ends it too", "a b\n", "a b", "a b", true },
	{ "nothing", "\r", "", "", true },
	{ "not complete", "lin", "lin", "lin", false },
	{ "backspace", "ax\bb\r", "ab", "ax\b \bb", true },
	{ "DEL",
	  "ax\x7f"
	  "b\r",
	  "ab", "ax\b \bb", true },
	{ "nothing to take back", "\b\ba\r", "a", "a", true },
	{ "all of it", "abc\x15x\r", "x", "abc\b \b\b \b\b \bx", true },
	{ "control characters and what is not ASCII",
	  "\x1b\x01"
	  "a\xc3\xa4\r",
	  "a", "a", true },
};

START_TEST(keys)
{
	bool complete = type(rows[_i].keys) != 0;

	ck_assert_msg(complete == rows[_i].complete, "%s", rows[_i].what);
	ck_assert_msg(!strcmp(line.text, rows[_i].text), "%s: %s", rows[_i].what, line.text);
	ck_assert_msg(!strcmp(shown, rows[_i].shown), "%s: %s", rows[_i].what, shown);
}
END_TEST

START_TEST(long_lines_end)
{
	char many[LINE_MAX_LEN + 10];

	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = '\0';
	ck_assert_uint_eq(type(many), 0);
	ck_assert_uint_eq(line.len, LINE_MAX_LEN);
	ck_assert_uint_eq(strlen(line.text), LINE_MAX_LEN);
	ck_assert(line_input(&line, '\r', &echo));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_line");

	suite_add_rows(s, keys, N_ROWS(rows));
	suite_add(s, long_lines_end);
	return suite_run(s);
}
