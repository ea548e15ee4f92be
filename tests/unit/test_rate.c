/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/rate: groups of boots, and whether they pass as often as expected
 */
#include "reports/rate.h"

#include <check.h>
#include <string.h>

#include "tests/support/boot_result.h"
#include "tests/support/suite.h"

static GPtrArray *results;

static void set_up(void)
{
	results = boot_results_new();
}

static void tear_down(void)
{
	g_ptr_array_unref(results);
}

/* @verdicts: a letter for each boot: p, f, e, s, x (xfail), X (xpass), y (flaky) */
static void add(const char *client, const char *known, unsigned low, unsigned high,
		const char *verdicts)
{
	static const char letters[] = "pfesxXy";

	for (const char *p = verdicts; *p; p++) {
		Result *r = boot_result(client, results->len + 1, true, 0);

		r->verdict = (enum verdict)(strchr(letters, *p) - letters);
		r->rate = g_strdup(known);
		r->rate_low_ppm = low * 10000;
		r->rate_high_ppm = high * 10000;
		g_ptr_array_add(results, r);
	}
}

static void add_many(unsigned n_passed, unsigned n_failed, unsigned low, unsigned high)
{
	g_autofree char *p = g_strnfill(n_passed, 'p'), *f = g_strnfill(n_failed, 'x');

	add("libnet", "k", low, high, p);
	add("libnet", "k", low, high, f);
}

/* The bounds of Wilson's interval at 95 %: 12 of 30 is 24.6 % to 57.7 %. */
static const struct {
	const char *what;
	unsigned n_passed, n_failed, low, high;
	enum rate_drift drift;
} rows[] = {
	{ "in the middle of the range", 12, 18, 30, 50, RATE_AS_EXPECTED },
	{ "the range lies inside the interval", 12, 18, 40, 40, RATE_AS_EXPECTED },
	{ "the interval reaches the range from below", 12, 18, 57, 90, RATE_AS_EXPECTED },
	{ "it does not", 12, 18, 58, 90, RATE_TOO_LOW },
	{ "the interval reaches the range from above", 12, 18, 0, 25, RATE_AS_EXPECTED },
	{ "nor does it", 12, 18, 0, 24, RATE_TOO_HIGH },
	{ "all pass, as they may", 30, 0, 90, 100, RATE_AS_EXPECTED },
	{ "all pass where few should", 10, 0, 0, 50, RATE_TOO_HIGH },
	{ "none passes where most should", 0, 10, 90, 100, RATE_TOO_LOW },
	{ "the same of too few", 0, 9, 90, 100, RATE_AS_EXPECTED },
};

START_TEST(a_group_is_judged)
{
	g_autoptr(GArray) rates = NULL;
	const struct rate *g;

	add_many(rows[_i].n_passed, rows[_i].n_failed, rows[_i].low, rows[_i].high);
	rates = rates_of(results);
	ck_assert_uint_eq(rates->len, 1);
	g = &g_array_index(rates, struct rate, 0);
	ck_assert_uint_eq(g->n, rows[_i].n_passed + rows[_i].n_failed);
	ck_assert_uint_eq(g->n_passed, rows[_i].n_passed);
	ck_assert_msg(g->drift == rows[_i].drift, "%s: %d", rows[_i].what, g->drift);
}
END_TEST

START_TEST(what_counts)
{
	g_autoptr(GArray) rates = NULL;
	const struct rate *g;

	add("libnet", "k", 0, 1, "esses");
	add("libnet", NULL, 0, 1, "pf");
	add("libnet", "k", 0, 1, "pfxXy");
	rates = rates_of(results);
	ck_assert_uint_eq(rates->len, 1);
	g = &g_array_index(rates, struct rate, 0);
	ck_assert_uint_eq(g->n, 5);
	ck_assert_uint_eq(g->n_passed, 3);
}
END_TEST

START_TEST(what_is_a_group)
{
	static const size_t fields[] = { offsetof(Result, client), offsetof(Result, server),
					 offsetof(Result, scenario), offsetof(Result, clock),
					 offsetof(Result, rate) };
	g_autoptr(GArray) rates = NULL;

	add("libnet", "k", 0, 1, "pppppppp");
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		char **field = G_STRUCT_MEMBER_P(results->pdata[i], fields[i]);

		g_free(*field);
		*field = g_strdup("other");
	}
	rates = rates_of(results);
	ck_assert_uint_eq(rates->len, 1 + G_N_ELEMENTS(fields));
	for (guint i = 0; i < rates->len; i++) {
		const struct rate *g = &g_array_index(rates, struct rate, i);

		ck_assert_uint_eq(g->n, i < G_N_ELEMENTS(fields) ? 1 : 3);
		for (guint k = 0; k < results->len; k++)
			ck_assert_int_eq(rate_has(g, results->pdata[k]),
					 k == i || (k >= 5 && i == 5));
	}
}
END_TEST

static const struct {
	unsigned n_passed, n_failed, low, high;
	enum verdict verdict;
	const char *reason;
} drift_rows[] = {
	{ 12, 18, 90, 100, VERDICT_FAIL,
	  "known failure k: expected that 90 % to 100 % of boots pass, saw 12 of 30: 40.0 % (95 %: "
	  "24.6 % to 57.7 %)" },
	{ 10, 0, 5, 5, VERDICT_XPASS,
	  "known failure k: expected that 5 % of boots pass, saw 10 of 10: 100.0 % (95 %: 72.2 % "
	  "to 100.0 %)" },
};

START_TEST(a_drift_is_told)
{
	g_autoptr(GPtrArray) drifts = NULL, all = NULL;
	const Result *r;

	add_many(drift_rows[_i].n_passed, drift_rows[_i].n_failed, drift_rows[_i].low,
		 drift_rows[_i].high);
	all = rates_with_drifts(results, &drifts);
	ck_assert_uint_eq(drifts->len, 1);
	ck_assert_uint_eq(all->len, results->len + 1);
	r = all->pdata[results->len];
	ck_assert_ptr_eq(r, drifts->pdata[0]);
	ck_assert_str_eq(r->cell, "libnet/builtin/boot/x/rate");
	ck_assert_str_eq(r->about, "rate");
	ck_assert_str_eq(verdict_name(r->verdict), verdict_name(drift_rows[_i].verdict));
	ck_assert_str_eq(r->reason, drift_rows[_i].reason);
}
END_TEST

START_TEST(as_expected_adds_nothing)
{
	g_autoptr(GPtrArray) drifts = NULL, all = NULL;

	add_many(12, 18, 30, 50);
	all = rates_with_drifts(results, &drifts);
	ck_assert_uint_eq(drifts->len, 0);
	ck_assert_uint_eq(all->len, 30);
}
END_TEST

/* As from a folder. */
START_TEST(an_expectation_is_kept_in_the_result)
{
	g_autoptr(Result) copy = NULL;
	g_autofree char *json = NULL;

	add("libnet", "k", 35, 60, "x");
	json = result_to_json(results->pdata[0]);
	ck_assert_ptr_nonnull(
		strstr(json, "\"rate\":\"k\",\"rate_low_ppm\":350000,\"rate_high_ppm\":600000"));
	copy = result_from_json(json, NULL);
	ck_assert_str_eq(copy->rate, "k");
	ck_assert_uint_eq(copy->rate_low_ppm, 350000);
	ck_assert_uint_eq(copy->rate_high_ppm, 600000);
}
END_TEST

static void add_case(Suite *s, const char *name, const TTest *fn, int n)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, fn, 0, n);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("rate");

	add_case(s, "a_group_is_judged", a_group_is_judged, N_ROWS(rows));
	add_case(s, "what_counts", what_counts, 1);
	add_case(s, "what_is_a_group", what_is_a_group, 1);
	add_case(s, "a_drift_is_told", a_drift_is_told, N_ROWS(drift_rows));
	add_case(s, "as_expected_adds_nothing", as_expected_adds_nothing, 1);
	add_case(s, "an_expectation_is_kept", an_expectation_is_kept_in_the_result, 1);
	return suite_run(s);
}
