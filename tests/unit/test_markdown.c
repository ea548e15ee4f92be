/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/markdown: what is to be seen first, and that no guest writes markup
 */
#include "reports/markdown.h"

#include <check.h>
#include <string.h>

#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

#define FOOT                                                                                       \
	"\n<sub><code>run client=libnet-7.2,lwip</code> iplab 0.1, 2026-01-31T12:00:00Z</sub>\n"

START_TEST(a_run_is_described)
{
	sample_add_all();
	ck_assert_str_eq(
		sample_write(markdown_report),
		"## iplab: 3 of 7 cells not as expected\n\n"
		"2 passed, 1 failed, 1 error, 1 skipped, 1 known failure, 1 unexpected pass"
		"; 1 of 8 cells have no result.\n"
		"\n| cell | verdict | reason |\n|---|---|---|\n"
		"| <code>libnet-7.2/builtin/boot/broken/1</code> | fail | <code>a &#34;b&#34; "
		"&#60;c&#62; &#124; d &#35; e &#92; f &#96;g&#96; &#64;all \xef\xbf\xbd&#91;1m "
		"\xef\xbf\xbd</code> |\n"
		"| <code>libnet-7.2/builtin/boot/error/1</code> | error | <code>QEMU died</code> "
		"|\n"
		"| <code>libnet-7.2/builtin/boot/known/2</code> | xpass | <code>known failure x "
		"did "
		"not happen</code> |\n"
		"\n`iplab show CELL` tells what happened in one.\n"
		"\n| client | passed | failed | errors | skipped | known failures | unexpected "
		"passes | flaky |\n"
		"|---|--:|--:|--:|--:|--:|--:|--:|\n"
		"| <code>libnet-7.2</code> | | 1 | 1 | | 1 | 1 | |\n"
		"| <code>lwip</code> | 2 | | | 1 | | | |\n" FOOT);
}
END_TEST

START_TEST(all_is_well)
{
	sample_add("lwip", "boot/probe", 1, VERDICT_PASS, NULL);
	((RunInfo *)sample.run)->n_cells = 1;
	ck_assert_str_eq(sample_write(markdown_report),
			 "## iplab: 1 cell as expected\n\n1 passed.\n"
			 "\n| client | passed | failed | errors | skipped | known failures | "
			 "unexpected passes | flaky |\n"
			 "|---|--:|--:|--:|--:|--:|--:|--:|\n"
			 "| <code>lwip</code> | 1 | | | | | | |\n" FOOT);
}
END_TEST

START_TEST(nothing_was_run)
{
	ck_assert_str_eq(sample_write(markdown_report),
			 "## iplab: no cell was run\n\n8 of 8 cells have no result.\n" FOOT);
}
END_TEST

/* A night in which all fails still fits into a comment of GitHub's. */
START_TEST(a_comment_has_room)
{
	g_autofree char *reason = g_strnfill(5000, '|');

	for (unsigned i = 0; i < 5000; i++)
		sample_add("libnet-10.0-trixie", "check-dhcp4-option/classless-routes", i,
			   VERDICT_FAIL, reason);
	sample_write(markdown_report);
	ck_assert_uint_lt(sample_text->len, 65536);
	ck_assert_ptr_nonnull(strstr(sample_text->str, "\nand 4950 more.\n"));
	ck_assert_ptr_nonnull(strstr(sample_text->str, "&#124;…</code>"));
}
END_TEST

START_TEST(a_reason_that_just_fits)
{
	g_autofree char *reason = g_strnfill(MARKDOWN_REASON_MAX, 'a');

	sample_add("c", "s/s", 1, VERDICT_FAIL, reason);
	ck_assert_ptr_null(strstr(sample_write(markdown_report), "…"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("markdown");
	TCase *tc = tcase_create("markdown");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_test(tc, a_run_is_described);
	tcase_add_test(tc, all_is_well);
	tcase_add_test(tc, nothing_was_run);
	tcase_add_test(tc, a_comment_has_room);
	tcase_add_test(tc, a_reason_that_just_fits);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
