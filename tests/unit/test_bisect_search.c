/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/bisect_search: the first bad one is found, in few boots, and not by luck
 */
#include "harness/bisect_search.h"

#include <check.h>
#include <math.h>
#include <stdint.h>

#include "tests/support/suite.h"

enum {
	N_SMALL = 11, /* exhaustively: all places, and all that may be skipped */
	N_BOOTS_MAX = 2000,
	N_END_FAILURES = 5,
};

static const struct bisect_model exact = { .exact = true };

/* A series whose boots are simulated. */
struct series {
	unsigned n, first_bad;
	uint32_t skipped; /* bit i: candidate i cannot be judged */
	double rate, false_rate;
	uint64_t state; /* of the noise */
};

static double draw(struct series *l)
{
	l->state = l->state * 6364136223846793005 + 1442695040888963407;
	return (double)(l->state >> 33) / 0x80000000;
}

static enum bisect_outcome boot(struct series *l, unsigned i)
{
	if (i < 32 && l->skipped & 1U << i)
		return BISECT_SKIP;
	return draw(l) < (i >= l->first_bad ? l->rate : l->false_rate) ? BISECT_BAD : BISECT_GOOD;
}

/* Return: boots. */
static unsigned search(BisectSearch *s, struct series *l)
{
	unsigned n = 0, i = 0;

	for (; bisect_search_next(s, &i) && n < N_BOOTS_MAX; n++) {
		ck_assert_msg(i > 0 && i + 1 < l->n, "an end was tried: %u of %u", i, l->n);
		bisect_search_add(s, i, boot(l, i));
	}
	return n;
}

/* --- where a boot says it all --- */

START_TEST(halves)
{
	for (unsigned n = 2; n < 70; n++) {
		for (unsigned first = 1; first < n; first++) {
			g_autoptr(BisectSearch) s = bisect_search_new(n, &exact);
			struct series l = { .n = n, .first_bad = first, .rate = 1 };
			unsigned n_boots = search(s, &l);
			struct bisect_answer a;

			bisect_search_answer(s, &a);
			ck_assert_msg(a.first == first && a.last == first, "%u of %u: got %u to %u",
				      first, n, a.first, a.last);
			ck_assert_uint_eq(a.n_left, 1);
			ck_assert(a.posterior > 0.999999 && fabs(a.rate - 1) < 1e-9);
			ck_assert_msg(n_boots <= (unsigned)ceil(log2(n - 1)),
				      "%u of %u took %u boots", first, n, n_boots);
		}
	}
}
END_TEST

/* The candidates that cannot be told apart from @first: those before it and behind it are skipped.
 */
static void range_of(const struct series *l, unsigned *from, unsigned *to)
{
	*from = *to = l->first_bad;
	while (*from > 1 && l->skipped & 1U << (*from - 1))
		(*from)--;
	while (*to + 1 < l->n && l->skipped & 1U << *to)
		(*to)++;
}

START_TEST(whatever_is_skipped)
{
	for (unsigned n = 2; n <= N_SMALL; n++) {
		for (unsigned k = 0; k < (n - 1) << (n - 2); k++) {
			g_autoptr(BisectSearch) s = bisect_search_new(n, &exact);
			struct series l = {
				.n = n,
				.first_bad = 1 + k % (n - 1),
				.skipped = k / (n - 1) << 1,
				.rate = 1,
			};
			unsigned n_boots = search(s, &l), from, to;
			struct bisect_answer a;

			bisect_search_answer(s, &a);
			range_of(&l, &from, &to);
			ck_assert_msg(a.first == from && a.last == to,
				      "%u of %u, skipped %x: %u to %u, and not %u to %u",
				      l.first_bad, n, l.skipped, a.first, a.last, from, to);
			ck_assert(a.posterior > 0.999999);
			ck_assert_uint_eq(a.n_left, to - from + 1);
			ck_assert_msg(n_boots <= n - 2, "something was tried twice");
		}
	}
}
END_TEST

START_TEST(what_is_left)
{
	g_autoptr(BisectSearch) s = bisect_search_new(101, &exact);
	struct bisect_answer a;
	unsigned i;

	bisect_search_answer(s, &a);
	ck_assert_uint_eq(a.n_left, 100);
	ck_assert(bisect_search_next(s, &i));
	ck_assert_uint_eq(i, 50);
	bisect_search_add(s, 50, BISECT_BAD);
	bisect_search_answer(s, &a);
	ck_assert_uint_eq(a.n_left, 50);
	ck_assert(fabs(a.posterior - 0.02) < 1e-9);
}
END_TEST

/* --- where chance has a say --- */

static const struct {
	const char *what;
	unsigned n;
	double rate, false_rate, confidence;
	unsigned n_trials, n_wrong_max, n_boots_max; /* boots: the mean */
} flaky_rows[] = {
	{ "fails always, which nobody knows", 41, 1, 0, 0.99, 200, 3, 12 },
	{ "fails in 90 %", 41, 0.9, 0, 0.99, 200, 5, 16 },
	{ "fails in 30 %", 41, 0.3, 0, 0.99, 200, 6, 45 },
	{ "fails in 30 %, to be quite sure", 41, 0.3, 0, 0.999, 200, 1, 65 },
	{ "fails in 5 %", 41, 0.05, 0, 0.99, 50, 3, 320 },
	{ "fails in 30 %, of a thousand", 1000, 0.3, 0, 0.99, 20, 2, 90 },
	{ "fails in 60 %, and good ones in 5 %", 41, 0.6, 0.05, 0.99, 200, 6, 60 },
};

/* As the caller does it: first the bad end, until it has failed a few times. */
START_TEST(in_spite_of_chance)
{
	unsigned n_wrong = 0, n_boots = 0, n_trials = flaky_rows[_i].n_trials;
	struct bisect_model model = {
		.false_rate = flaky_rows[_i].false_rate,
		.confidence = flaky_rows[_i].confidence,
	};

	for (unsigned t = 0; t < n_trials; t++) {
		struct series l = {
			.n = flaky_rows[_i].n,
			.first_bad = 1 + t * 7919 % (flaky_rows[_i].n - 1),
			.rate = flaky_rows[_i].rate,
			.false_rate = flaky_rows[_i].false_rate,
			.state = t,
		};
		g_autoptr(BisectSearch) s = bisect_search_new(l.n, &model);
		struct bisect_answer a;

		for (unsigned n_bad = 0; n_bad < N_END_FAILURES;) {
			enum bisect_outcome o = boot(&l, l.n - 1);

			bisect_search_add(s, l.n - 1, o);
			n_bad += o == BISECT_BAD;
		}
		n_boots += search(s, &l);
		bisect_search_answer(s, &a);
		ck_assert(a.posterior >= model.confidence);
		n_wrong += a.first != l.first_bad || a.last != l.first_bad;
	}
	ck_assert_msg(n_wrong <= flaky_rows[_i].n_wrong_max, "%s: %u of %u wrong",
		      flaky_rows[_i].what, n_wrong, n_trials);
	ck_assert_msg(n_boots <= flaky_rows[_i].n_boots_max * n_trials, "%s: %.1f boots each",
		      flaky_rows[_i].what, (double)n_boots / n_trials);
}
END_TEST

/* A boot that failed in another way does not throw away what others have shown. */
START_TEST(one_skip_of_many_is_none)
{
	struct bisect_model model = { .confidence = 0.99 };
	g_autoptr(BisectSearch) s = bisect_search_new(3, &model);
	struct bisect_answer a;
	unsigned i = 0;

	bisect_search_add(s, 2, BISECT_BAD);
	bisect_search_add(s, 1, BISECT_GOOD);
	bisect_search_add(s, 1, BISECT_SKIP);
	ck_assert(bisect_search_next(s, &i) && i == 1);
	bisect_search_add(s, 1, BISECT_SKIP);
	ck_assert(!bisect_search_next(s, &i));
	bisect_search_answer(s, &a);
	ck_assert_uint_eq(a.first, 1);
	ck_assert_uint_eq(a.last, 2);
}
END_TEST

/* Failed once, with no false failures: then none behind it is the first, skipped or not. */
START_TEST(a_range_has_no_place_that_cannot_be)
{
	struct bisect_model model = { .confidence = 0.99 };
	g_autoptr(BisectSearch) s = bisect_search_new(4, &model);
	struct bisect_answer a;

	bisect_search_add(s, 3, BISECT_BAD);
	bisect_search_add(s, 2, BISECT_BAD);
	bisect_search_add(s, 1, BISECT_SKIP);
	for (int i = 0; i < 2; i++)
		bisect_search_add(s, 2, BISECT_SKIP);
	bisect_search_answer(s, &a);
	ck_assert_uint_eq(a.first, 1);
	ck_assert_uint_eq(a.last, 2);
}
END_TEST

START_TEST(luck)
{
	struct bisect_model model = { .confidence = 0.99 };
	g_autoptr(BisectSearch) s = bisect_search_new(3, &model);
	g_autoptr(BisectSearch) e = bisect_search_new(3, &exact);

	ck_assert(fabs(bisect_search_luck(s, 1) - 0.5) < 1e-9);
	ck_assert(fabs(bisect_search_luck(s, 9) - 0.1) < 1e-9);
	bisect_search_add(s, 2, BISECT_BAD);
	ck_assert(fabs(bisect_search_luck(s, 1) - 1.0 / 3) < 1e-9);
	bisect_search_add(s, 2, BISECT_GOOD);
	ck_assert(fabs(bisect_search_luck(s, 1) - 0.5) < 1e-9);
	ck_assert(bisect_search_luck(e, 0) > 0.5 && bisect_search_luck(e, 1) < 1e-9);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bisect_search");

	suite_add(s, halves);
	suite_add(s, whatever_is_skipped);
	suite_add(s, what_is_left);
	suite_add_rows(s, in_spite_of_chance, N_ROWS(flaky_rows));
	suite_add(s, one_skip_of_many_is_none);
	suite_add(s, a_range_has_no_place_that_cannot_be);
	suite_add(s, luck);
	return suite_run(s);
}
