/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Change points: where a series of noisy values goes over to another level
 *
 * With all of distances |x - y| within the left side, within the right one and between them summed
 * up, a step of the split by one value moves one row of distances: all splits of n values cost n^2.
 */
#include "reports/change_point.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	N_AS_FAR_MAX = 1, /* random orders that may lie as far apart: 2 of 200 are 1 % */
};

/* The energy distance of two sides, weighed by their sizes, from sums over unordered pairs. */
static double distance(double left, double right, double between, size_t n_left, size_t n_right)
{
	double l = (double)n_left, r = (double)n_right;

	return l * r / (l + r) *
	       (2 * between / (l * r) - 2 * left / (l * (l - 1)) - 2 * right / (r * (r - 1)));
}

/* The furthest distance of any split; @at: that split. */
static double best_split(const double *x, size_t n, size_t *at)
{
	double left = 0, right = 0, between = 0, best = -INFINITY;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			right += fabs(x[i] - x[k]);
	for (size_t i = 0; i + CHANGE_POINT_SIDE_MIN < n; i++) {
		double to_left = 0, to_right = 0, d;

		for (size_t k = 0; k < i; k++)
			to_left += fabs(x[i] - x[k]);
		for (size_t k = i + 1; k < n; k++)
			to_right += fabs(x[i] - x[k]);
		left += to_left;
		right -= to_right;
		between += to_right - to_left;
		if (i + 1 < CHANGE_POINT_SIDE_MIN)
			continue;
		d = distance(left, right, between, i + 1, n - i - 1);
		if (d > best) {
			best = d;
			*at = i + 1;
		}
	}
	return best;
}

/* xorshift64* */
static uint64_t draw(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1d;
}

static void shuffle(double *x, size_t n, uint64_t *state)
{
	for (size_t i = n; i-- > 1;) {
		size_t k = draw(state) % (i + 1);
		double v = x[i];

		x[i] = x[k];
		x[k] = v;
	}
}

/* Whether values in random order are hardly ever as far apart. */
static bool is_rare(const double *x, size_t n, double found)
{
	g_autofree double *order = g_new(double, n);
	uint64_t state = 1;
	unsigned n_as_far = 0;
	size_t at;

	memcpy(order, x, n * sizeof(*x));
	for (unsigned i = 0; i < CHANGE_POINT_N_ORDERS && n_as_far <= N_AS_FAR_MAX; i++) {
		shuffle(order, n, &state);
		n_as_far += best_split(order, n, &at) >= found * (1 - 1e-9);
	}
	return n_as_far <= N_AS_FAR_MAX;
}

/* Append those of x[begin] ... x[end - 1]. */
static void search(GArray *points, const double *x, size_t begin, size_t end)
{
	size_t at = 0, n = end - begin;
	double found;

	if (n < 2 * CHANGE_POINT_SIDE_MIN)
		return;
	found = best_split(x + begin, n, &at);
	if (found <= 0 || !is_rare(x + begin, n, found))
		return;
	at += begin;
	search(points, x, begin, at);
	g_array_append_val(points, at);
	search(points, x, at, end);
}

GArray *change_points(const double *x, size_t n)
{
	GArray *points = g_array_new(FALSE, FALSE, sizeof(size_t));

	search(points, x, 0, n);
	return points;
}
