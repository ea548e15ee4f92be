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

#define S UINT64_C(1000000000)
#define HOUR_NS (3600 * S)
#define CELL ((void *)rows)

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
		ck_assert_uint_eq(retry_n_tried(t, CELL), i);
		whole = retry_add(t, CELL, r, known, i * HOUR_NS);
		ck_assert_ptr_eq(retry_next(t, i * HOUR_NS + HOUR_NS / 2), whole ? NULL : CELL);
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

/* Twice as long each time, up to a minute. */
START_TEST(waits_longer_each_time)
{
	static const unsigned want_s[] = { 1, 2, 4, 8, 16, 32, 64, 64 };
	g_autoptr(Retry) t = retry_new(N_ROWS(want_s));
	g_autoptr(Result) r = result_of("fail", 1);
	uint64_t now_ns = 5 * S;

	ck_assert_uint_eq(retry_wait_ns(t, now_ns), 0);
	for (int i = 0; i < N_ROWS(want_s); i++) {
		ck_assert_ptr_null(retry_add(t, CELL, r, false, now_ns));
		ck_assert_uint_eq(retry_wait_ns(t, now_ns), want_s[i] * S);
		now_ns += want_s[i] * S;
		ck_assert_ptr_null(retry_next(t, now_ns - 1));
		ck_assert_uint_eq(retry_wait_ns(t, now_ns - 1), 1);
		ck_assert_uint_eq(retry_wait_ns(t, now_ns + S), 1);
		ck_assert_ptr_eq(retry_next(t, now_ns), CELL);
		ck_assert_uint_eq(retry_wait_ns(t, now_ns), 0);
	}
}
END_TEST

START_TEST(who_is_due_first_comes_first)
{
	g_autoptr(Retry) t = retry_new(3);
	g_autoptr(Result) r = result_of("fail", 1);
	int a, b, c;

	ck_assert_ptr_null(retry_add(t, &a, r, false, 0));
	ck_assert_ptr_eq(retry_next(t, S), &a);
	ck_assert_ptr_null(retry_add(t, &a, r, false, S)); /* due at 3 s */
	ck_assert_ptr_null(retry_add(t, &b, r, false, S)); /* at 2 s */
	ck_assert_ptr_null(retry_add(t, &c, r, false, S)); /* likewise, after it */
	ck_assert_uint_eq(retry_wait_ns(t, S), S);
	ck_assert_ptr_eq(retry_next(t, 3 * S), &b);
	ck_assert_ptr_eq(retry_next(t, 3 * S), &c);
	ck_assert_ptr_eq(retry_next(t, 3 * S), &a);
	ck_assert_ptr_null(retry_next(t, 3 * S));
	retry_free(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("retry");

	suite_add_rows(s, tries, N_ROWS(rows));
	suite_add(s, waits_longer_each_time);
	suite_add(s, who_is_due_first_comes_first);
	return suite_run(s);
}
