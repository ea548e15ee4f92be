/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A rate that is not as expected, in each report: one more test, but no boot
 */
#include "reports/rate.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>

#include "reports/junit.h"
#include "reports/table.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

#define WHY                                                                                        \
	"known failure k: expected that 90 % to 100 % of boots pass, saw 2 of 10: 20.0 % (95 %: "  \
	"5.7 % to 51.0 %)"

/* Ten boots that were to pass, of which two did. */
static void add_group(void)
{
	for (unsigned seed = 1; seed <= 10; seed++) {
		Result *r = sample_add("lwip", "loss/x", seed,
				       seed > 2 ? VERDICT_XFAIL : VERDICT_PASS, NULL);

		r->rate = g_strdup("k");
		r->rate_low_ppm = 900000;
		r->rate_high_ppm = 1000000;
	}
}

static const struct {
	const char *format, *says[3], *not ; /* not: NULL: nothing */
} rows[] = {
	{ "junit",
	  { "tests=\"11\" failures=\"1\"", "name=\"loss/x[rate]\"", "<failure message=\"" WHY },
	  "cells/lwip/builtin/loss/x/rate" },
	{ "tap", { "1..11\n", "not ok 11 - lwip/builtin/loss/x/rate\n", WHY }, "x/rate\"" },
	{ "kcidb",
	  { "x/rate\",\"origin\":\"iplab\",\"path\":\"iplab.builtin.loss.x\",\"status\":\"FAIL\"",
	    WHY },
	  "18446744073709551615" },
	{ "ctrf",
	  { "\"tests\":11,\"passed\":2,\"failed\":1,",
	    "\"name\":\"lwip/builtin/loss/x/rate\",\"status\":\"failed\"", WHY },
	  "18446744073709551615" },
	{ "markdown",
	  { "## iplab: 0 of 10 cells and 1 rate not as expected\n\n2 passed, 8 known failures.\n",
	    "| <code>lwip/builtin/loss/x/rate</code> | fail |",
	    "| <code>lwip</code> | 2 | | | | 8 | | |\n" },
	  "have no result" },
	{ "html",
	  { "10 of 10 selected", "1 rate not as expected",
	    "<article id=\"lwip/builtin/loss/x/rate\">" },
	  "iplab show lwip/builtin/loss/x/rate" },
	{ "openmetrics",
	  { "iplab_cells{client=\"lwip\",server=\"builtin\",verdict=\"fail\"} 0\n",
	    "iplab_pass_ratio{client=\"lwip\",server=\"builtin\",scenario=\"loss/x\",clock="
	    "\"virtual\"} 0.200000\n" },
	  NULL },
	{ "trace", { "lwip/builtin/loss/x/10" }, "loss/x/rate" },
};

START_TEST(a_report_has_it)
{
	const struct report_format *f = report_find(rows[_i].format);
	g_autoptr(GPtrArray) drifts = NULL, all = NULL;

	add_group();
	((RunInfo *)sample.run)->n_cells = 10;
	sample.results = all = rates_with_drifts(sample_results, &drifts);
	sample_write(f->write);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows[_i].says) && rows[_i].says[i]; i++)
		ck_assert_msg(strstr(sample_text->str, rows[_i].says[i]) != NULL, "\"%s\" in %s",
			      rows[_i].says[i], sample_text->str);
	ck_assert_msg(!rows[_i].not || !strstr(sample_text->str, rows[_i].not ), "\"%s\" in %s",
		      rows[_i].not, sample_text->str);
}
END_TEST

START_TEST(the_table_has_it)
{
	add_group();
	table_write(sample_text, sample_results, &(struct table_options){ .wall_ns = 0 });
	ck_assert_str_eq(sample_text->str,
			 "          lwip\n"
			 "scenario  builtin\n"
			 "loss/x    pass 2/10, xfail 8/10  0.00 ms\n"
			 "\n"
			 "not passed (see: iplab show CELL)\n"
			 "  fail   lwip/builtin/loss/x/rate  " WHY "\n"
			 "  xfail  lwip/builtin/loss/x/3     no reason was given (and 7 more)\n"
			 "\n"
			 "2 passed, 0 failed, 0 errors, 0 skipped, 8 known failures, 1 rate not as "
			 "expected in 0.00 ms\n");
}
END_TEST

/* That which `iplab run` writes knows no report. */
START_TEST(the_file_of_a_run_has_it)
{
	g_autofree char *path = NULL, *text = NULL;
	int fd = g_file_open_tmp("iplab-junit-XXXXXX", &path, NULL);

	ck_assert_int_ge(fd, 0);
	g_close(fd, NULL);
	add_group();
	ck_assert(junit_write(path, "iplab", sample_results, NULL));
	ck_assert(g_file_get_contents(path, &text, NULL, NULL));
	g_unlink(path);
	ck_assert_ptr_nonnull(strstr(text, "name=\"loss/x[rate]\""));
}
END_TEST

static void add_case(Suite *s, const char *name, const TTest *fn, int n)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_loop_test(tc, fn, 0, n);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("rate_reports");

	add_case(s, "a_report_has_it", a_report_has_it, N_ROWS(rows));
	add_case(s, "the_table_has_it", the_table_has_it, 1);
	add_case(s, "the_file_of_a_run_has_it", the_file_of_a_run_has_it, 1);
	return suite_run(s);
}
