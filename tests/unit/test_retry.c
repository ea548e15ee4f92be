/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/retry: when a cell is tried again, and what is made of all tries
 */
#include "harness/retry.h"

#include <string.h>

#include "tests/support/suite.h"

static const struct {
	const char *what;
	unsigned n_retries;
	const char *tries; /* verdicts; "known": a fail that is expected */
	const char *verdict;
	const char *reason; /* a part; NULL: none */
	uint64_t wall_ns;   /* of which try: 1, 2, ... */
} rows[] = {
	{ "passes at once", 2, "pass", "pass", NULL, 1 },
	{ "passes at the second try", 2, "fail pass", "flaky", "try 2; the first one: fail: r1",
	  2 },
	{ "an error is tried again", 2, "error error pass", "flaky", "try 3; the first one: error",
	  3 },
	{ "never passes", 2, "fail error fail", "fail", "r1 (and no pass in 3 tries)", 1 },
	{ "is not to be tried again", 0, "fail", "fail", "r1", 1 },
	{ "was known", 2, "known", "fail", "r1", 1 },
	{ "cannot run", 2, "skip", "skip", "r1", 1 },
};

static Result *result_of(const char *verdict, unsigned n)
{
	Result *r = result_new_for("a/b/c/1", "a", "b", "c", 1, false);

	while (!g_str_equal(verdict_name(r->verdict), verdict))
		r->verdict = (r->verdict + 1) % VERDICT_N;
	r->wall_ns = n;
	r->reason = g_str_equal(verdict, "pass") ? NULL : g_strdup_printf("r%u", n);
	return r;
}

START_TEST(tries)
{
	g_auto(GStrv) list = g_strsplit(rows[_i].tries, " ", -1);
	g_autoptr(Retry) t = retry_new(rows[_i].n_retries);
	g_autoptr(Result) whole = NULL;

	for (unsigned i = 0; list[i]; i++) {
		bool known = g_str_equal(list[i], "known");
		g_autoptr(Result) r = result_of(known ? "fail" : list[i], i + 1);

		ck_assert_msg(!whole, "%s: it was over before", rows[_i].what);
		ck_assert_uint_eq(retry_n_tried(t), i);
		whole = retry_add(t, r, known);
	}
	ck_assert_msg(whole != NULL, "%s: it is not over", rows[_i].what);
	ck_assert_str_eq(verdict_name(whole->verdict), rows[_i].verdict);
	ck_assert_uint_eq(whole->wall_ns, rows[_i].wall_ns);
	if (rows[_i].reason)
		ck_assert_msg(strstr(whole->reason, rows[_i].reason), "%s: %s", rows[_i].what,
			      whole->reason);
	else
		ck_assert_ptr_null(whole->reason);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("retry");

	suite_add_rows(s, tries, N_ROWS(rows));
	return suite_run(s);
}
