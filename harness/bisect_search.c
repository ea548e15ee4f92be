/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The search for the first bad one of an ordered series
 *
 * "First" below is a supposition: the first bad one is this candidate, of 1 to n - 1. What was seen
 * is counted for each candidate, and everything else is worked out anew from the counts: there is
 * no state that could go astray.
 */
#include "harness/bisect_search.h"

#include <math.h>
#include <stdlib.h>

#define TINY 1e-12 /* what arithmetic leaves of zero */

struct counts {
	unsigned n_good, n_bad, n_skip;
};

struct BisectSearch {
	struct bisect_model model;
	unsigned n;
	struct counts *seen; /* of each candidate */
};

/* For each supposition. */
typedef struct Belief {
	double *p;    /* how likely it is; p[0] is 0 */
	double *rate; /* at which bad ones would fail, if it were so */
} Belief;

BisectSearch *bisect_search_new(unsigned n, const struct bisect_model *model)
{
	BisectSearch *s = g_new0(BisectSearch, 1);

	g_assert(n >= 2);
	s->model = *model;
	s->n = n;
	s->seen = g_new0(struct counts, n);
	return s;
}

void bisect_search_add(BisectSearch *s, unsigned candidate, enum bisect_outcome outcome)
{
	struct counts *c = &s->seen[candidate];

	g_assert(candidate < s->n);
	switch (outcome) {
	case BISECT_GOOD:
		c->n_good++;
		break;
	case BISECT_BAD:
		c->n_bad++;
		break;
	case BISECT_SKIP:
		c->n_skip++;
		break;
	}
}

static bool is_given_up(const BisectSearch *s, unsigned candidate)
{
	const struct counts *c = &s->seen[candidate];

	return c->n_skip > c->n_good + c->n_bad;
}

static double log_beta(double a, double b)
{
	return lgamma(a) + lgamma(b) - lgamma(a + b);
}

/* 0 times is likely at any rate, also at none. */
static double times_log(unsigned n, double rate)
{
	return n ? n * log(rate) : 0;
}

/* How likely what was seen is, as a logarithm: of good ones, and of bad ones. */
static double log_of_good(const BisectSearch *s, const struct counts *c)
{
	double rate = s->model.exact ? 0 : s->model.false_rate;

	return times_log(c->n_bad, rate) + times_log(c->n_good, 1 - rate);
}

static double log_of_bad(const BisectSearch *s, const struct counts *c)
{
	return s->model.exact ? times_log(c->n_good, 0) : log_beta(1 + c->n_bad, 1 + c->n_good);
}

static double rate_of_bad(const BisectSearch *s, const struct counts *c)
{
	return s->model.exact ? 1 : (1.0 + c->n_bad) / (2.0 + c->n_bad + c->n_good);
}

static void add_counts(struct counts *sum, const struct counts *c)
{
	sum->n_good += c->n_good;
	sum->n_bad += c->n_bad;
}

/* What the good end did is left out: no supposition makes it bad. */
static Belief *belief_new(const BisectSearch *s)
{
	Belief *b = g_new(Belief, 1);
	struct counts good = { 0 }, bad = { 0 };
	double max = -INFINITY, sum = 0;

	b->p = g_new0(double, s->n);
	b->rate = g_new0(double, s->n);
	for (unsigned i = s->n - 1; i > 0; i--) {
		add_counts(&bad, &s->seen[i]);
		b->p[i] = log_of_bad(s, &bad);
		b->rate[i] = rate_of_bad(s, &bad);
	}
	for (unsigned i = 1; i < s->n; i++) {
		b->p[i] += log_of_good(s, &good);
		add_counts(&good, &s->seen[i]);
		max = MAX(max, b->p[i]);
	}
	for (unsigned i = 1; i < s->n; i++) {
		b->p[i] = isinf(max) ? 1 : exp(b->p[i] - max);
		sum += b->p[i];
	}
	for (unsigned i = 1; i < s->n; i++)
		b->p[i] /= sum;
	return b;
}

static void belief_free(Belief *b)
{
	g_free(b->p);
	g_free(b->rate);
	g_free(b);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Belief, belief_free)

static double enough(const BisectSearch *s)
{
	return s->model.exact ? 1 - TINY * s->n : s->model.confidence;
}

/* Nothing divides two suppositions but the candidate before the second. */
static unsigned end_of_group(const BisectSearch *s, unsigned first)
{
	while (first + 1 < s->n && is_given_up(s, first))
		first++;
	return first;
}

static double find_group(const BisectSearch *s, const Belief *b, unsigned *first, unsigned *last)
{
	double best = -1;

	for (unsigned i = 1, end; i < s->n; i = end + 1) {
		double sum = 0;

		end = end_of_group(s, i);
		for (unsigned k = i; k <= end; k++)
			sum += b->p[k];
		if (sum <= best)
			continue;
		best = sum;
		*first = i;
		*last = end;
	}
	while (*first < *last && b->p[*first] < TINY)
		(*first)++;
	while (*first < *last && b->p[*last] < TINY)
		(*last)--;
	return best;
}

static int by_value_down(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

static unsigned count_left(const BisectSearch *s, const Belief *b)
{
	g_autofree double *sorted = g_memdup2(b->p, s->n * sizeof(*b->p));
	double sum = 0;
	unsigned n = 0;

	qsort(sorted, s->n, sizeof(*sorted), by_value_down);
	while (n + 1 < s->n && sum < enough(s))
		sum += sorted[n++];
	return n;
}

void bisect_search_answer(const BisectSearch *s, struct bisect_answer *out)
{
	g_autoptr(Belief) b = belief_new(s);

	out->posterior = find_group(s, b, &out->first, &out->last);
	out->n_left = count_left(s, b);
	out->rate = 0;
	for (unsigned i = 1; i < s->n; i++)
		out->rate += b->p[i] * b->rate[i];
}

static double entropy(double p)
{
	return p <= 0 || p >= 1 ? 0 : -p * log2(p) - (1 - p) * log2(1 - p);
}

bool bisect_search_next(const BisectSearch *s, unsigned *candidate)
{
	g_autoptr(Belief) b = belief_new(s);
	double false_rate = s->model.exact ? 0 : s->model.false_rate;
	double is_bad = 0, fails = 0, noise = 0, best = TINY;
	unsigned first, last;
	bool found = false;

	if (find_group(s, b, &first, &last) >= enough(s))
		return false;
	for (unsigned i = 1; i + 1 < s->n; i++) {
		double tells;

		is_bad += b->p[i];
		fails += b->p[i] * b->rate[i];
		noise += b->p[i] * entropy(b->rate[i]);
		/* What of the outcome's uncertainty is that of where the first bad one is. */
		tells = entropy(fails + (1 - is_bad) * false_rate) - noise -
			(1 - is_bad) * entropy(false_rate);
		if (tells <= best + TINY || is_given_up(s, i))
			continue;
		best = tells;
		*candidate = i;
		found = true;
	}
	return found;
}

double bisect_search_luck(const BisectSearch *s, unsigned n)
{
	const struct counts *c = &s->seen[s->n - 1];
	double a = 1.0 + c->n_bad, b = 1.0 + c->n_good;

	if (s->model.exact)
		return n ? 0 : 1;
	return exp(log_beta(a, b + n) - log_beta(a, b));
}

void bisect_search_free(BisectSearch *s)
{
	if (!s)
		return;
	g_free(s->seen);
	g_free(s);
}
