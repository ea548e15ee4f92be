/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/report: the formats, and the order of cells
 */
#include "reports/report.h"

#include <check.h>

#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

START_TEST(formats_are_found)
{
	unsigned n = 0;

	for (const struct report_format *f = report_formats; f->name; f++, n++)
		ck_assert_ptr_eq(report_find(f->name), f);
	ck_assert_uint_eq(n, 10);
	ck_assert_ptr_null(report_find("html5"));
	ck_assert_ptr_null(report_find(""));
}
END_TEST

START_TEST(cells_have_an_order)
{
	static const char *const want[] = { "a/builtin/b/1", "a/builtin/b/2", "a/builtin/b/10",
					    "a/builtin/c/1", "b/builtin/a/1" };

	sample_add("b", "a", 1, VERDICT_PASS, NULL);
	sample_add("a", "c", 1, VERDICT_PASS, NULL);
	sample_add("a", "b", 10, VERDICT_PASS, NULL);
	sample_add("a", "b", 2, VERDICT_PASS, NULL);
	sample_add("a", "b", 1, VERDICT_PASS, NULL);
	report_sort(sample_results);
	for (unsigned i = 0; i < G_N_ELEMENTS(want); i++)
		ck_assert_str_eq(((Result *)sample_results->pdata[i])->cell, want[i]);
}
END_TEST

START_TEST(verdicts_are_counted)
{
	struct report_counts c;

	sample_add_all();
	c = report_count(sample_results);
	ck_assert_uint_eq(c.n_all, 7);
	ck_assert_uint_eq(c.n[VERDICT_PASS], 2);
	for (enum verdict v = VERDICT_PASS + 1; v < VERDICT_N; v++)
		ck_assert_uint_eq(c.n[v], v != VERDICT_FLAKY);
}
END_TEST

/* Every format ends its last line, and has something to say of an empty run as well. */
START_TEST(reports_are_texts)
{
	const struct report_format *f = &report_formats[_i / 2];

	if (_i % 2)
		sample_add_all();
	sample_write(f->write);
	ck_assert_msg(g_str_has_suffix(sample_text->str, "\n"), "%s", f->name);
	ck_assert_msg(g_utf8_validate(sample_text->str, (gssize)sample_text->len, NULL), "%s",
		      f->name);
	ck_assert_msg(!strchr(sample_text->str, '\x1b'), "%s: an escape", f->name);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("report");
	TCase *tc = tcase_create("report");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_test(tc, formats_are_found);
	tcase_add_test(tc, cells_have_an_order);
	tcase_add_test(tc, verdicts_are_counted);
	tcase_add_loop_test(tc, reports_are_texts, 0, 18);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
