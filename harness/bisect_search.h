/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The search for the first bad one of an ordered series
 *
 * Candidates are 0 (good) to n - 1 (bad); somewhere between the two the good ones end. The caller
 * tries a candidate and says what came of it; the search says which one to try next, and when it is
 * enough.
 *
 * It keeps how likely each candidate is to be the first bad one, given all that was seen (Bayes). A
 * bad one fails at a rate that nobody knows beforehand, the same for all of them: it is summed over
 * (Beta, uniform before the first boot). A good one fails at a rate that is given, 0 unless said
 * otherwise. The next candidate is the one whose outcome tells most. Where a boot is exact all of
 * this is the well-known halving.
 */
#ifndef HARNESS_BISECT_SEARCH_H
#define HARNESS_BISECT_SEARCH_H

#include <glib.h>
#include <stdbool.h>

enum bisect_outcome {
	BISECT_GOOD,
	BISECT_BAD,
	BISECT_SKIP, /* could not be judged */
};

struct bisect_model {
	bool exact;        /* one boot says it all */
	double false_rate; /* not exact: how often a good one fails; at least 0, below 1 */
	double confidence; /* not exact: it is enough when the answer is so likely; below 1 */
};

struct bisect_answer {
	unsigned first, last; /* one of these is the first bad one; they are equal unless the
			       * candidates before the last cannot be judged */
	double posterior;     /* how likely that is */
	unsigned n_left;      /* so many candidates may be it: the fewest that are as likely, all
			       * together, as the search wants to be sure */
	double rate;          /* at which bad ones fail: the mean of what is believed */
};

typedef struct BisectSearch BisectSearch;

/* Of @n candidates, at least 2. */
BisectSearch *bisect_search_new(unsigned n, const struct bisect_model *model);

/*
 * Say what came of a candidate. One that could more often not be judged than it could is not tried
 * again. What is said of the bad end tells the rate; of the good end it tells nothing.
 */
void bisect_search_add(BisectSearch *s, unsigned candidate, enum bisect_outcome outcome);

/* Which candidate to try next, neither of the ends; false: it is enough, or all were tried. */
bool bisect_search_next(const BisectSearch *s, unsigned *candidate);

/* What is known so far: the likeliest answer. */
void bisect_search_answer(const BisectSearch *s, struct bisect_answer *out);

/* How likely a bad one is to pass @n boots in a row, going by what was seen of the bad end. */
double bisect_search_luck(const BisectSearch *s, unsigned n);

void bisect_search_free(BisectSearch *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BisectSearch, bisect_search_free)

#endif /* HARNESS_BISECT_SEARCH_H */
