/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/bisect_judge: only the failure that is looked for is bad
 */
#include "harness/bisect_judge.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "tests/support/suite.h"

#define ASKED "dhcp4.asked"

static const struct {
	const char *what;
	const char *check, *metric, *signature; /* that are looked for */
	double reference;
	enum verdict verdict; /* of the boot */
	const char *shows;    /* its signature */
	enum check_verdict of_check;
	double payload_ms;
	enum bisect_outcome want;
	const char *why;
} rows[] = {
	{ "a pass", .verdict = VERDICT_PASS, .want = BISECT_GOOD, .why = "" },
	{ "any failure, where none is known yet", .verdict = VERDICT_FAIL, .shows = "crash/x/y",
	  .want = BISECT_BAD, .why = "crash/x/y" },
	{ "the failure", .signature = "crash/x/y", .verdict = VERDICT_FAIL, .shows = "crash/x/y",
	  .want = BISECT_BAD, .why = "crash/x/y" },
	{ "another failure", .signature = "crash/x/y", .verdict = VERDICT_FAIL,
	  .shows = "crash/x/z", .want = BISECT_SKIP, .why = "another failure: crash/x/z" },
	{ "what did not start", .signature = "crash/x/y", .verdict = VERDICT_SKIP,
	  .want = BISECT_SKIP, .why = "for no known reason" },
	{ "what broke", .verdict = VERDICT_ERROR, .shows = "crash/x/y", .want = BISECT_SKIP,
	  .why = "crash/x/y" },
	{ "a check that is kept, though the boot fails", .check = ASKED, .verdict = VERDICT_FAIL,
	  .shows = "crash/x/y", .of_check = CHECK_PASS, .want = BISECT_GOOD,
	  .why = ASKED ": pass: seen" },
	{ "a check that is broken, though the boot passes", .check = ASKED, .verdict = VERDICT_PASS,
	  .of_check = CHECK_FAIL, .want = BISECT_BAD, .why = ASKED ": fail: seen" },
	{ "a check that warns", .check = ASKED, .verdict = VERDICT_PASS, .of_check = CHECK_WARN,
	  .want = BISECT_BAD, .why = ASKED ": warn: seen" },
	{ "a check that saw nothing", .check = ASKED, .verdict = VERDICT_PASS,
	  .of_check = CHECK_NOT_OBSERVED, .want = BISECT_SKIP,
	  .why = ASKED ": not-observed: seen" },
	{ "a check that nobody asked", .check = "tftp.asked", .verdict = VERDICT_PASS,
	  .of_check = CHECK_PASS, .want = BISECT_SKIP, .why = "tftp.asked: not-observed" },
	{ "a check in a boot that did not start", .check = ASKED, .verdict = VERDICT_SKIP,
	  .of_check = CHECK_FAIL, .want = BISECT_SKIP, .why = "for no known reason" },
	{ "a value as good", .metric = "payload", .reference = 100, .verdict = VERDICT_PASS,
	  .payload_ms = 105, .want = BISECT_GOOD, .why = "payload 105 ms, 5 % worse" },
	{ "a worse one", .metric = "payload", .reference = 100, .verdict = VERDICT_PASS,
	  .payload_ms = 112, .want = BISECT_BAD, .why = "payload 112 ms, 12 % worse" },
	{ "a better one", .metric = "payload", .reference = 100, .verdict = VERDICT_PASS,
	  .payload_ms = 50, .want = BISECT_GOOD, .why = "payload 50.0 ms, 50 % better" },
	{ "one before any other", .metric = "payload", .verdict = VERDICT_PASS, .payload_ms = 112,
	  .want = BISECT_GOOD, .why = "payload 112 ms" },
	{ "none", .metric = "payload", .reference = 100, .verdict = VERDICT_PASS,
	  .want = BISECT_SKIP, .why = "it has no payload" },
	{ "one of a boot that failed", .metric = "payload", .reference = 100,
	  .verdict = VERDICT_FAIL, .shows = "payload/payload/initrd", .payload_ms = 200,
	  .want = BISECT_SKIP, .why = "it fails: payload/payload/initrd" },
};

static Result *result_of_row(int i)
{
	Result *r = result_new_for("c/s/n/1", "c", "s", "n", 1, true);

	r->verdict = rows[i].verdict;
	r->signature = g_strdup(rows[i].shows);
	if (rows[i].payload_ms > 0)
		result_add_milestone(r, "payload", (uint64_t)(rows[i].payload_ms * 1e6));
	if (rows[i].check)
		g_ptr_array_add(r->checks, check_result_new(ASKED, rows[i].of_check,
							    g_strdup("seen"), NULL, 0));
	return r;
}

START_TEST(a_boot)
{
	g_autoptr(Metric) metric = rows[_i].metric ? metric_parse(rows[_i].metric, NULL) : NULL;
	struct bisect_judge j = {
		.check = rows[_i].check,
		.metric = metric,
		.worse_by = 0.1,
		.reference = rows[_i].reference * 1e6,
		.signature = (char *)rows[_i].signature,
	};
	g_autoptr(Result) r = result_of_row(_i);
	g_autoptr(GString) why = g_string_new(NULL);
	enum bisect_outcome o = bisect_judge(&j, r, why);

	ck_assert_msg(o == rows[_i].want && g_str_equal(why->str, rows[_i].why), "%s: %s: \"%s\"",
		      rows[_i].what, bisect_outcome_name(o), why->str);
}
END_TEST

START_TEST(more_may_be_better)
{
	g_autoptr(Metric) time = metric_parse("payload", NULL),
			  rate = metric_parse("bytes/s", NULL);

	ck_assert(fabs(bisect_judge_worse(time, 150, 100) - 0.5) < 1e-9);
	ck_assert(fabs(bisect_judge_worse(rate, 150, 100) + 1.0 / 3) < 1e-9);
	ck_assert(fabs(bisect_judge_worse(rate, 50, 100) - 1) < 1e-9);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bisect_judge");

	suite_add_rows(s, a_boot, N_ROWS(rows));
	suite_add(s, more_may_be_better);
	return suite_run(s);
}
