/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sets of boots of the same thing, held against each other
 *
 * Boots in pairs met the same losses, so what is asked is how each pair differs; of boots that are
 * not in pairs, how the two sets do. "A" is what there was before, "B" what is judged.
 */
#ifndef REPORTS_COMPARE_H
#define REPORTS_COMPARE_H

#include <glib.h>
#include <stdbool.h>

#include "reports/metric.h"
#include "reports/result.h"
#include "reports/stats.h"

#define COMPARE_P_MAX 0.05 /* a difference is believed below it */

enum compare_finding {
	COMPARE_NOTHING,   /* not one boot of either, or not one pair, has a value */
	COMPARE_SAME,      /* exactly */
	COMPARE_UNDECIDED, /* no difference is certain */
	COMPARE_LESS,      /* B's values are smaller */
	COMPARE_MORE,
};

/* One metric. */
struct compare_row {
	const Metric *metric; /* borrowed */
	unsigned n_a, n_b;    /* boots that have a value; the same if paired */
	bool exact;           /* every pair has the same ratio, on the virtual clock: no estimate */
	struct stats_interval a, b; /* medians */
	struct stats_interval
		ratio;     /* B over A: the median of all pairs', or that of the medians */
	double p;          /* Wilcoxon if paired, else Mann and Whitney */
	double p_adjusted; /* for all tests done together: comparisons_adjust() */
	double delta;      /* Cliff's */
};

typedef struct Comparison {
	char *name;  /* "builtin loss/5-percent" */
	char *clock; /* "wall", "virtual" */
	bool paired;
	unsigned n_a, n_b;           /* boots */
	unsigned n_done_a, n_done_b; /* that did what their scenario claims */
	unsigned n_left_out; /* boots that could not be (error, skip), and those in pairs with
			      * them */
	GArray *rows;        /* of struct compare_row, one for each metric */
} Comparison;

/**
 * comparison_new() - Hold @b against @a
 * @a:		Of Result
 * @b:		Likewise; of pairs as many, in the same order
 * @metrics:	Of Metric; borrowed, must outlive the comparison
 */
Comparison *comparison_new(const char *name, const char *clock, const GPtrArray *a,
			   const GPtrArray *b, bool paired, const GPtrArray *metrics);

/* Fill in p_adjusted over all rows of all comparisons (of Comparison). */
void comparisons_adjust(const GPtrArray *comparisons);

/* What a row says; after comparisons_adjust(). */
enum compare_finding compare_finding(const struct compare_row *row);

/*
 * Whether the first metric's ratio is known to within @precision (0.02: two percent either way), or
 * cannot become known, as there is no value at all.
 */
bool comparison_is_precise(const Comparison *c, double precision);

/*
 * Whether it is certain that B is worse than A by more than @limit (0.02: two percent) in any
 * metric, or that it boots less often.
 */
bool comparison_is_worse(const Comparison *c, double limit);

void comparison_free(Comparison *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Comparison, comparison_free)

#endif /* REPORTS_COMPARE_H */
