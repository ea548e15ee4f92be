/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/run_plan: what of a plan a stored run has yet to do, and what of it failed
 */
#include "harness/run_plan.h"

#include "harness/plan.h"
#include "reports/result.h"
#include "tests/support/plan_cells.h"
#include "tests/support/suite.h"

/* A run of all of @cells, with "ID=VERDICT ..." as its results so far. */
static PastRun *run_of(const char *cells, const char *results)
{
	g_autoptr(GPtrArray) plan = plan_cells_of(cells);
	g_auto(GStrv) list = g_strsplit(results, " ", -1);
	PastRun *run = g_new0(PastRun, 1);

	run->path = g_strdup("/run");
	run->cells_hash = plan_hash(plan);
	run->cells = g_new0(char *, plan->len + 1);
	for (unsigned i = 0; i < plan->len; i++)
		run->cells[i] = g_strdup(((struct plan_cell *)plan->pdata[i])->id);
	run->results = g_ptr_array_new_with_free_func((GDestroyNotify)result_free);
	for (char **r = list; *r && **r; r++) {
		g_auto(GStrv) words = g_strsplit(*r, "=", 2);
		Result *result = result_new_for(words[0], "c", "s", "x", 1, true);

		while (!g_str_equal(verdict_name(result->verdict), words[1]))
			result->verdict = (result->verdict + 1) % VERDICT_N;
		g_ptr_array_add(run->results, result);
	}
	return run;
}

static const struct {
	const char *what, *run, *today, *results, *left; /* NULL: refused */
} rows[] = {
	{ "nothing was done", "a0x1 b0x1", "a0x1 b0x1", "", "a0x1 b0x1" },
	{ "one is done", "a0x1 b0x1", "a0x1 b0x1", "a/builtin/s/x/1=fail", "b0x1" },
	{ "all is done", "a0x1", "a0x1", "a/builtin/s/x/1=pass", "" },
	{ "it was a shard", "b0x1 c0x1", "a0x1 b0x1 c0x1 d0x1", "c/builtin/s/x/1=skip", "b0x1" },
	{ "one is no longer there", "a0x1 b0x1", "a0x1", "", NULL },
	{ "another estimate", "a0x1=5", "a0x1=6", "", NULL },
};

START_TEST(keeps_what_is_unfinished)
{
	g_autoptr(PastRun) run = run_of(rows[_i].run, rows[_i].results);
	g_autoptr(GPtrArray) cells = plan_cells_of(rows[_i].today);
	g_autofree char *left = NULL;
	g_autoptr(GError) error = NULL;
	bool ok = run_plan_keep_unfinished(cells, run, &error);

	ck_assert_msg(ok == (rows[_i].left != NULL), "%s", rows[_i].what);
	if (!ok) {
		ck_assert(g_error_matches(error, RUN_PLAN_ERROR, RUN_PLAN_ERROR_CHANGED));
		return;
	}
	left = plan_cells_text(cells);
	ck_assert_msg(g_str_equal(left, rows[_i].left), "%s: %s", rows[_i].what, left);
}
END_TEST

START_TEST(keeps_what_failed)
{
	g_autoptr(PastRun) run =
		run_of("a0x1 b0x1 c0x1 d0x1 e0x1 f0x1 g0x1",
		       "a/builtin/s/x/1=pass b/builtin/s/x/1=fail c/builtin/s/x/1=error "
		       "d/builtin/s/x/1=skip e/builtin/s/x/1=xfail f/builtin/s/x/1=xpass");
	g_autoptr(GPtrArray) cells = plan_cells_of("a0x1 b0x1 c0x1 d0x1 e0x1 f0x1 g0x1 h0x1");
	g_autoptr(GPtrArray) fewer = plan_cells_of("a0x1 b0x1");
	g_autofree char *left = NULL;
	g_autoptr(GError) error = NULL;

	ck_assert(run_plan_keep_failed(cells, run, NULL));
	left = plan_cells_text(cells);
	ck_assert_str_eq(left, "b0x1 c0x1 f0x1");
	ck_assert(!run_plan_keep_failed(fewer, run, &error));
	ck_assert(g_error_matches(error, RUN_PLAN_ERROR, RUN_PLAN_ERROR_CHANGED));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("run_plan");

	suite_add_rows(s, keeps_what_is_unfinished, N_ROWS(rows));
	suite_add(s, keeps_what_failed);
	return suite_run(s);
}
