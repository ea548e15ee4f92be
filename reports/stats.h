/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics of small samples that may have any shape
 *
 * Boot times under loss come in clumps (each lost packet costs the same wait), so nothing here
 * supposes a normal distribution: medians, ranks and resampling. All are pure functions; what draws
 * at random draws by a seed, and gives the same answer each time. Values must not be NaN.
 */
#ifndef REPORTS_STATS_H
#define REPORTS_STATS_H

#include <stddef.h>
#include <stdint.h>

enum {
	/* Up to so many values the tests count all cases; above, they take the normal
	 * distribution, with corrections for ties and for continuity. */
	STATS_EXACT_MAX = 200,     /* differences of stats_wilcoxon() */
	STATS_EXACT_BOTH_MAX = 60, /* values of stats_mann_whitney(), both samples together */
	STATS_N_RESAMPLES = 2000,  /* of each bootstrap */
};

/* An estimate and its 95 % confidence interval. */
struct stats_interval {
	double value, low, high;
};

/* What a test says: how likely the likes of it are where nothing differs. */
struct stats_test {
	double statistic; /* W+ of Wilcoxon, U of the first sample of Mann-Whitney */
	double p;         /* two-sided; 1 where there is nothing to test */
};

/* The middle value, or the mean of the two middle ones; 0 of nothing. */
double stats_median(const double *x, size_t n);

/* The median with its bootstrap interval (percentiles); all three are 0 for nothing. */
struct stats_interval stats_bootstrap_median(const double *x, size_t n, uint64_t seed);

/**
 * stats_bootstrap_ratio() - The median of @b over that of @a, two independent samples
 *
 * Return: with its bootstrap interval; all three are 0 if one is empty or has a value that is not
 *	   positive.
 */
struct stats_interval stats_bootstrap_ratio(const double *a, size_t n_a, const double *b,
					    size_t n_b, uint64_t seed);

/* @k of @n, with Wilson's interval; @n must not be 0. */
struct stats_interval stats_proportion(uint64_t k, uint64_t n);

/* Whether differences of pairs lie around 0: Wilcoxon's signed ranks. Zeros are left out. */
struct stats_test stats_wilcoxon(const double *differences, size_t n);

/* Whether values of one of two independent samples tend to be larger: Mann and Whitney's U. */
struct stats_test stats_mann_whitney(const double *a, size_t n_a, const double *b, size_t n_b);

/*
 * How far two samples lie apart: 1 if each of @b is larger than each of @a, -1 the other way round,
 * 0 if neither tends to be (or one is empty).
 */
double stats_cliffs_delta(const double *a, size_t n_a, const double *b, size_t n_b);

/* Make @n probabilities of tests that were done together larger in place, as Benjamini and
 * Hochberg do: below 0.05 then at most 5 % are false alarms. */
void stats_benjamini_hochberg(double *p, size_t n);

#endif /* REPORTS_STATS_H */
