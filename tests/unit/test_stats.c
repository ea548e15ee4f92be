/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/stats: against cases that can be counted by hand, and against what SciPy 1.10 says
 */
#include "reports/stats.h"

#include <check.h>
#include <glib.h>
#include <math.h>
#include <stdbool.h>

#include "tests/support/suite.h"

#define N(x) (sizeof(x) / sizeof((x)[0]))

static void assert_near(const char *what, double got, double want, double tolerance)
{
	ck_assert_msg(fabs(got - want) <= tolerance, "%s: got %.12g, not %.12g", what, got, want);
}

static const struct {
	const char *what;
	double x[5];
	size_t n;
	double want;
} median_rows[] = {
	{ "of nothing", { 0 }, 0, 0 },
	{ "of one", { 7 }, 1, 7 },
	{ "of two it is their mean", { 9, 4 }, 2, 6.5 },
	{ "of an odd number the middle one", { 5, 1, 9, 3, 2 }, 5, 3 },
	{ "of an even number the mean of the middle ones", { 5, 1, 9, 3 }, 4, 4 },
	{ "equal ones count each", { 1, 8, 8, 8, 9 }, 5, 8 },
};

START_TEST(medians)
{
	assert_near(median_rows[_i].what, stats_median(median_rows[_i].x, median_rows[_i].n),
		    median_rows[_i].want, 0);
}
END_TEST

/* A median of five drawn from 1 ... 5 is 1 in 5.8 % of all cases, and 5 in as many. */
START_TEST(the_interval_of_few_is_all_of_them)
{
	const double x[] = { 4, 1, 5, 2, 3 };
	struct stats_interval i = stats_bootstrap_median(x, N(x), 1);

	assert_near("value", i.value, 3, 0);
	assert_near("low", i.low, 1, 0);
	assert_near("high", i.high, 5, 0);
}
END_TEST

/*
 * A median of 101 drawn from 0 ... 100 is at most k if more than 50 draws are: the binomial
 * distribution has 2.5 % between 40 and 41, and 97.5 % between 59 and 60.
 */
START_TEST(the_interval_is_that_of_the_binomial_distribution)
{
	double x[101];
	struct stats_interval i;

	for (size_t k = 0; k < N(x); k++)
		x[k] = (double)(k * 37 % N(x));
	i = stats_bootstrap_median(x, N(x), (uint64_t)_i);
	assert_near("value", i.value, 50, 0);
	assert_near("low", i.low, 40, 1);
	assert_near("high", i.high, 60, 1);
}
END_TEST

/* Of six draws at least half are the 0 in 6.2 % of all cases, more than half in 0.9 %. */
START_TEST(an_even_number_is_resampled_too)
{
	const double x[] = { 100, 100, 0, 100, 100, 100 };
	struct stats_interval i = stats_bootstrap_median(x, N(x), 1);

	assert_near("value", i.value, 100, 0);
	assert_near("low", i.low, 50, 0);
	assert_near("high", i.high, 100, 0);
}
END_TEST

START_TEST(one_seed_gives_one_interval)
{
	double x[100];
	struct stats_interval a, b;
	bool differs = false;

	for (size_t k = 0; k < N(x); k++)
		x[k] = sqrt((double)k);
	a = stats_bootstrap_median(x, N(x), 7);
	b = stats_bootstrap_median(x, N(x), 7);
	ck_assert(a.low == b.low && a.high == b.high);
	for (uint64_t seed = 8; seed < 20; seed++)
		differs |= stats_bootstrap_median(x, N(x), seed).low != a.low;
	ck_assert(differs);
}
END_TEST

START_TEST(what_is_always_the_same_has_no_width)
{
	const double x[] = { 3, 3, 3, 3, 3, 3 };
	struct stats_interval i = stats_bootstrap_median(x, N(x), 1);

	ck_assert(i.value == 3 && i.low == 3 && i.high == 3);
	i = stats_bootstrap_median(x, 0, 1);
	ck_assert(i.value == 0 && i.low == 0 && i.high == 0);
}
END_TEST

START_TEST(a_ratio_of_medians)
{
	const double a[] = { 2, 2, 2 }, b[] = { 5, 6, 7, 8, 9 }, none[] = { 1, 0 };
	struct stats_interval i = stats_bootstrap_ratio(a, N(a), b, N(b), 1);

	assert_near("value", i.value, 3.5, 0);
	assert_near("low", i.low, 2.5, 0);
	assert_near("high", i.high, 4.5, 0);
	i = stats_bootstrap_ratio(b, N(b), a, N(a), 1);
	assert_near("the other way round", i.value, 2.0 / 7, 1e-15);
	ck_assert(stats_bootstrap_ratio(none, N(none), a, N(a), 1).value == 0);
	ck_assert(stats_bootstrap_ratio(a, N(a), b, 0, 1).value == 0);
}
END_TEST

static const struct {
	const char *what;
	uint64_t k, n;
	double value, low, high;
} proportion_rows[] = {
	/* Newcombe 1998, table I, method 3 */
	{ "81 of 263", 81, 263, 0.308, 0.2553, 0.3662 },
	{ "15 of 148", 15, 148, 0.1014, 0.0624, 0.1605 },
	{ "0 of 20", 0, 20, 0, 0, 0.1611 },
	{ "1 of 29", 1, 29, 0.0345, 0.0061, 0.1718 },
	{ "all of 20", 20, 20, 1, 0.8389, 1 },
};

START_TEST(proportions)
{
	struct stats_interval i = stats_proportion(proportion_rows[_i].k, proportion_rows[_i].n);

	assert_near(proportion_rows[_i].what, i.value, proportion_rows[_i].value, 5e-5);
	assert_near(proportion_rows[_i].what, i.low, proportion_rows[_i].low, 5e-5);
	assert_near(proportion_rows[_i].what, i.high, proportion_rows[_i].high, 5e-5);
	ck_assert(i.low >= 0 && i.high <= 1);
}
END_TEST

static const struct {
	const char *what;
	double d[10];
	size_t n;
	double w, p;
} wilcoxon_rows[] = {
	{ "nothing", { 0 }, 0, 0, 1 },
	{ "no difference at all", { 0, 0, 0 }, 3, 0, 1 },
	{ "one tells nothing", { 2 }, 1, 1, 1 },
	{ "five of five: 2 of 32 cases", { 1, 2, 3, 4, 5 }, 5, 15, 2.0 / 32 },
	{ "the same the other way", { -1, -2, -3, -4, -5 }, 5, 0, 2.0 / 32 },
	{ "six of six are enough", { 1, 1, 1, 1, 1, 1 }, 6, 21, 2.0 / 64 },
	{ "zeros are left out", { 0, 1, 2, 0, 3, 4, 5 }, 7, 15, 2.0 / 32 },
	{ "SciPy", { 3.1, -1.2, 0.7, 2.2, -0.4, 5.0, 1.9, 2.8 }, 8, 32, 0.0546875 },
	{ "ties, all 512 cases counted", { 1, 1, -1, 2, 2, 3, -2, 4, 0, 5 }, 10, 38, 0.08203125 },
};

START_TEST(wilcoxon)
{
	struct stats_test t = stats_wilcoxon(wilcoxon_rows[_i].d, wilcoxon_rows[_i].n);

	assert_near(wilcoxon_rows[_i].what, t.statistic, wilcoxon_rows[_i].w, 0);
	assert_near(wilcoxon_rows[_i].what, t.p, wilcoxon_rows[_i].p, 1e-12);
}
END_TEST

START_TEST(wilcoxon_of_many)
{
	double d[300];
	struct stats_test t;

	for (int i = 0; i < 300; i++)
		d[i] = (i + 1) * 37 % 101 - 45;
	t = stats_wilcoxon(d, N(d));
	assert_near("W+", t.statistic, 26494, 0);
	assert_near("p", t.p, 0.003195849042701002, 1e-12);
}
END_TEST

/* Where counting stops, it must come to what SciPy says of the normal distribution. */
START_TEST(counted_and_approximated_agree)
{
	double d[STATS_EXACT_MAX], a[STATS_EXACT_BOTH_MAX / 2], b[STATS_EXACT_BOTH_MAX / 2];

	for (int i = 0; i < STATS_EXACT_MAX; i++)
		d[i] = (i * 37 % 101 + 0.5) * (i % 5 < 2 ? -1 : 1);
	assert_near("Wilcoxon", stats_wilcoxon(d, N(d)).p, 0.0352, 3e-4);
	for (int i = 0; i < STATS_EXACT_BOTH_MAX / 2; i++) {
		a[i] = i * 37 % 101 + 0.5;
		b[i] = i * 53 % 103 + 8;
	}
	/* no ties: SciPy counts as well */
	assert_near("Mann-Whitney", stats_mann_whitney(a, N(a), b, N(b)).p, 0.3898188041364442,
		    1e-12);
}
END_TEST

static const struct {
	const char *what;
	double a[7], b[7];
	size_t n_a, n_b;
	double u, p, delta;
} mann_whitney_rows[] = {
	{ "nothing", { 0 }, { 1 }, 0, 1, 0, 1, 0 },
	{ "one each tells nothing", { 1 }, { 2 }, 1, 1, 0, 1, 1 },
	{ "apart: 2 of 20 cases", { 1, 2, 3 }, { 4, 5, 6 }, 3, 3, 0, 0.1, 1 },
	{ "the other way round", { 4, 5, 6 }, { 1, 2, 3 }, 3, 3, 9, 0.1, -1 },
	{ "all the same", { 2, 2, 2 }, { 2, 2, 2, 2 }, 3, 4, 6, 1, 0 },
	{ "SciPy",
	  { 1.1, 2.2, 3.3, 4.4, 5.5 },
	  { 2, 3, 6, 7, 8, 9 },
	  5,
	  6,
	  7,
	  0.17748917748917747,
	  1 - 2 * 7 / 30.0 },
	{ "ties, all 1716 cases counted",
	  { 1, 2, 2, 3, 5, 8, 8 },
	  { 2, 3, 3, 8, 9, 9 },
	  7,
	  6,
	  13,
	  0.26107226107226106,
	  1 - 2 * 13 / 42.0 },
};

START_TEST(mann_whitney)
{
	struct stats_test t =
		stats_mann_whitney(mann_whitney_rows[_i].a, mann_whitney_rows[_i].n_a,
				   mann_whitney_rows[_i].b, mann_whitney_rows[_i].n_b);

	assert_near(mann_whitney_rows[_i].what, t.statistic, mann_whitney_rows[_i].u, 0);
	assert_near(mann_whitney_rows[_i].what, t.p, mann_whitney_rows[_i].p, 1e-12);
}
END_TEST

START_TEST(mann_whitney_of_many)
{
	double a[100], b[120];
	struct stats_test t;

	for (int i = 0; i < 100; i++)
		a[i] = i * 37 % 101;
	for (int i = 0; i < 120; i++)
		b[i] = i * 53 % 103 + 8;
	t = stats_mann_whitney(a, N(a), b, N(b));
	assert_near("U", t.statistic, 5214, 0);
	assert_near("p", t.p, 0.09472862696375134, 1e-12);
}
END_TEST

START_TEST(cliffs_delta)
{
	assert_near(mann_whitney_rows[_i].what,
		    stats_cliffs_delta(mann_whitney_rows[_i].a, mann_whitney_rows[_i].n_a,
				       mann_whitney_rows[_i].b, mann_whitney_rows[_i].n_b),
		    mann_whitney_rows[_i].delta, 1e-12);
}
END_TEST

START_TEST(benjamini_hochberg)
{
	double p[] = { 0.01, 0.04, 0.03, 0.005, 0.2 }, one[] = { 0.04 }, large[] = { 0.9, 0.8 };
	const double want[] = { 0.025, 0.05, 0.05, 0.025, 0.2 };

	stats_benjamini_hochberg(p, N(p));
	for (size_t i = 0; i < N(p); i++)
		assert_near("one of five", p[i], want[i], 1e-15);
	stats_benjamini_hochberg(one, 1);
	assert_near("a single test stays as it is", one[0], 0.04, 0);
	stats_benjamini_hochberg(large, 2);
	assert_near("never above the largest", large[1], 0.9, 1e-15);
	stats_benjamini_hochberg(NULL, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("stats");

	suite_add_rows(s, medians, N_ROWS(median_rows));
	suite_add(s, the_interval_of_few_is_all_of_them);
	suite_add_rows(s, the_interval_is_that_of_the_binomial_distribution, 20);
	suite_add(s, an_even_number_is_resampled_too);
	suite_add(s, one_seed_gives_one_interval);
	suite_add(s, what_is_always_the_same_has_no_width);
	suite_add(s, a_ratio_of_medians);
	suite_add_rows(s, proportions, N_ROWS(proportion_rows));
	suite_add_rows(s, wilcoxon, N_ROWS(wilcoxon_rows));
	suite_add(s, wilcoxon_of_many);
	suite_add(s, counted_and_approximated_agree);
	suite_add_rows(s, mann_whitney, N_ROWS(mann_whitney_rows));
	suite_add(s, mann_whitney_of_many);
	suite_add_rows(s, cliffs_delta, N_ROWS(mann_whitney_rows));
	suite_add(s, benjamini_hochberg);
	return suite_run(s);
}
