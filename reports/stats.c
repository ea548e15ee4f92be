/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics of small samples that may have any shape
 *
 * Both tests rank their values, equal ones in the middle of their places. Twice a rank is then a
 * whole number, so all ways in which chance deals ranks can be counted by their sum, ties and all:
 * one pass over a table for each value.
 */
#include "reports/stats.h"

#include <glib.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double z_95 = 1.959964; /* of the normal distribution, for 95 % */

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double *sorted(const double *x, size_t n)
{
	double *copy = g_new(double, n);

	memcpy(copy, x, n * sizeof(*x));
	qsort(copy, n, sizeof(*copy), compare_doubles);
	return copy;
}

static double middle_of(const double *in_order, size_t n)
{
	return n % 2 ? in_order[n / 2] : (in_order[n / 2 - 1] + in_order[n / 2]) / 2;
}

double stats_median(const double *x, size_t n)
{
	g_autofree double *in_order = n ? sorted(x, n) : NULL;

	return n ? middle_of(in_order, n) : 0;
}

/* --- bootstrap -------------------------------------------------------------------------------- */

/* splitmix64: a counter, well stirred */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* One of 0 ... n - 1. */
static size_t draw_below(uint64_t *state, size_t n)
{
	return (size_t)((double)(draw(state) >> 11) * 0x1p-53 * (double)n);
}

/*
 * The median of as many values as there are, drawn with putting back. The sample is in order, so
 * counting how often each is drawn sorts what was drawn. @counts: scratch, of n.
 */
static double resampled_median(const double *in_order, size_t n, unsigned *counts, uint64_t *state)
{
	size_t i = 0, before = 0;
	double lower;

	memset(counts, 0, n * sizeof(*counts));
	for (size_t k = 0; k < n; k++)
		counts[draw_below(state, n)]++;
	while (before + counts[i] <= (n - 1) / 2)
		before += counts[i++];
	lower = in_order[i];
	while (before + counts[i] <= n / 2)
		before += counts[i++];
	return (lower + in_order[i]) / 2;
}

static struct stats_interval percentiles(double value, double *estimates)
{
	const size_t cut = STATS_N_RESAMPLES / 40; /* 2.5 % at either end */

	qsort(estimates, STATS_N_RESAMPLES, sizeof(*estimates), compare_doubles);
	return (struct stats_interval){
		.value = value,
		.low = estimates[cut],
		.high = estimates[STATS_N_RESAMPLES - 1 - cut],
	};
}

struct stats_interval stats_bootstrap_median(const double *x, size_t n, uint64_t seed)
{
	g_autofree double *in_order = NULL;
	g_autofree unsigned *counts = NULL;
	double estimates[STATS_N_RESAMPLES];

	if (!n)
		return (struct stats_interval){ 0 };
	in_order = sorted(x, n);
	counts = g_new(unsigned, n);
	for (size_t i = 0; i < STATS_N_RESAMPLES; i++)
		estimates[i] = resampled_median(in_order, n, counts, &seed);
	return percentiles(middle_of(in_order, n), estimates);
}

struct stats_interval stats_bootstrap_ratio(const double *a, size_t n_a, const double *b,
					    size_t n_b, uint64_t seed)
{
	g_autofree double *in_a = NULL, *in_b = NULL;
	g_autofree unsigned *counts = NULL;
	double estimates[STATS_N_RESAMPLES];

	if (!n_a || !n_b)
		return (struct stats_interval){ 0 };
	in_a = sorted(a, n_a);
	in_b = sorted(b, n_b);
	if (in_a[0] <= 0 || in_b[0] <= 0)
		return (struct stats_interval){ 0 };
	counts = g_new(unsigned, MAX(n_a, n_b));
	for (size_t i = 0; i < STATS_N_RESAMPLES; i++) {
		double below = resampled_median(in_a, n_a, counts, &seed);

		estimates[i] = resampled_median(in_b, n_b, counts, &seed) / below;
	}
	return percentiles(middle_of(in_b, n_b) / middle_of(in_a, n_a), estimates);
}

/* --- proportions ------------------------------------------------------------------------------ */

struct stats_interval stats_proportion(uint64_t k, uint64_t n)
{
	double size = (double)n, p = (double)k / size;
	double middle = p + z_95 * z_95 / (2 * size), divisor = 1 + z_95 * z_95 / size;
	double half = z_95 * sqrt(p * (1 - p) / size + z_95 * z_95 / (4 * size * size));

	return (struct stats_interval){
		.value = p,
		.low = MAX(middle - half, 0) / divisor,
		.high = MIN((middle + half) / divisor, 1),
	};
}

/* --- ranks ------------------------------------------------------------------------------------ */

struct ranked {
	double value;
	bool first; /* of the sample whose ranks are added up */
};

struct rank_sum {
	unsigned *twice; /* the rank of each, times two */
	size_t sum;      /* of those that are first, times two */
	double ties;     /* sum of t^3 - t over groups of t equal values */
};

static int compare_ranked(const void *a, const void *b)
{
	return compare_doubles(&((const struct ranked *)a)->value,
			       &((const struct ranked *)b)->value);
}

/* Sorts @v. The caller frees twice. */
static struct rank_sum rank(struct ranked *v, size_t n)
{
	struct rank_sum r = { .twice = g_new(unsigned, n) };

	qsort(v, n, sizeof(*v), compare_ranked);
	for (size_t i = 0, end; i < n; i = end) {
		double t;

		for (end = i + 1; end < n && v[end].value <= v[i].value;)
			end++;
		for (size_t k = i; k < end; k++) {
			r.twice[k] = (unsigned)(i + 1 + end); /* the middle of i + 1 ... end */
			r.sum += v[k].first ? r.twice[k] : 0;
		}
		t = (double)(end - i);
		r.ties += t * t * t - t;
	}
	return r;
}

/* Twice the smaller tail of a distribution over sums, at @sum. */
static double two_sided(const double *ways, size_t max, size_t sum)
{
	double below = 0, above = 0, all = 0;

	for (size_t s = 0; s <= max; s++) {
		all += ways[s];
		below += s <= sum ? ways[s] : 0;
		above += s >= sum ? ways[s] : 0;
	}
	return MIN(1, 2 * MIN(below, above) / all);
}

/* The same of the normal distribution; half a step of @step is given away. */
static double two_sided_normal(double distance, double step, double variance)
{
	return variance > 0 ? erfc(MAX(fabs(distance) - step / 2, 0) / sqrt(2 * variance)) : 1;
}

/* Each rank is in the sum or not, by a coin each. */
static double signed_ranks_exact(const struct rank_sum *r, size_t n)
{
	size_t max = n * (n + 1), reach = 0;
	g_autofree double *ways = g_new0(double, max + 1);

	ways[0] = 1;
	for (size_t i = 0; i < n; i++) {
		reach += r->twice[i];
		for (size_t s = reach + 1; s-- > 0;)
			ways[s] = (ways[s] + (s >= r->twice[i] ? ways[s - r->twice[i]] : 0)) / 2;
	}
	return two_sided(ways, max, r->sum);
}

struct stats_test stats_wilcoxon(const double *differences, size_t n)
{
	g_autofree struct ranked *v = g_new(struct ranked, n);
	g_autofree unsigned *twice = NULL;
	struct stats_test test = { .p = 1 };
	struct rank_sum r;
	size_t m = 0;
	double k;

	for (size_t i = 0; i < n; i++)
		if (fabs(differences[i]) > 0)
			v[m++] = (struct ranked){ fabs(differences[i]), differences[i] > 0 };
	if (!m)
		return test;
	r = rank(v, m);
	twice = r.twice;
	k = (double)m;
	test.statistic = (double)r.sum / 2;
	test.p = m <= STATS_EXACT_MAX
			 ? signed_ranks_exact(&r, m)
			 : two_sided_normal(test.statistic - k * (k + 1) / 4, 1,
					    k * (k + 1) * (2 * k + 1) / 24 - r.ties / 48);
	return test;
}

/* The sum is that of @n_a ranks, each choice of so many as likely as any other. */
static double rank_sum_exact(const struct rank_sum *r, size_t n_a, size_t n)
{
	size_t max = n * (n + 1), width = max + 1;
	g_autofree double *ways = g_new0(double, (n_a + 1) * width);

	ways[0] = 1; /* of choosing none */
	for (size_t i = 0; i < n; i++)
		for (size_t k = MIN(i + 1, n_a); k > 0; k--)
			for (size_t s = r->twice[i]; s <= max; s++)
				ways[k * width + s] += ways[(k - 1) * width + s - r->twice[i]];
	return two_sided(ways + n_a * width, max, r->sum);
}

struct stats_test stats_mann_whitney(const double *a, size_t n_a, const double *b, size_t n_b)
{
	size_t n = n_a + n_b;
	g_autofree struct ranked *v = g_new(struct ranked, n);
	g_autofree unsigned *twice = NULL;
	struct stats_test test = { .p = 1 };
	double x = (double)n_a, y = (double)n_b, z = (double)n;
	struct rank_sum r;

	if (!n_a || !n_b)
		return test;
	for (size_t i = 0; i < n; i++)
		v[i] = (struct ranked){ i < n_a ? a[i] : b[i - n_a], i < n_a };
	r = rank(v, n);
	twice = r.twice;
	test.statistic = (double)r.sum / 2 - x * (x + 1) / 2;
	test.p = n <= STATS_EXACT_BOTH_MAX
			 ? rank_sum_exact(&r, n_a, n)
			 : two_sided_normal(test.statistic - x * y / 2, 1,
					    x * y / 12 * (z + 1 - r.ties / (z * (z - 1))));
	return test;
}

double stats_cliffs_delta(const double *a, size_t n_a, const double *b, size_t n_b)
{
	g_autofree double *in_a = NULL, *in_b = NULL;
	size_t below = 0, up_to = 0; /* of a: smaller than this b, and not larger */
	double sum = 0;

	if (!n_a || !n_b)
		return 0;
	in_a = sorted(a, n_a);
	in_b = sorted(b, n_b);
	for (size_t i = 0; i < n_b; i++) {
		while (below < n_a && in_a[below] < in_b[i])
			below++;
		while (up_to < n_a && in_a[up_to] <= in_b[i])
			up_to++;
		sum += (double)below - (double)(n_a - up_to);
	}
	return sum / ((double)n_a * (double)n_b);
}

/* --- many tests ------------------------------------------------------------------------------- */

static int compare_pointed(const void *a, const void *b)
{
	return compare_doubles(*(double *const *)a, *(double *const *)b);
}

void stats_benjamini_hochberg(double *p, size_t n)
{
	g_autofree double **by_size = g_new(double *, n);
	double smallest = 1;

	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		by_size[i] = p + i;
	qsort(by_size, n, sizeof(*by_size), compare_pointed);
	for (size_t i = n; i-- > 0;) {
		smallest = MIN(smallest, *by_size[i] * (double)n / (double)(i + 1));
		*by_size[i] = smallest;
	}
}
