/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boots of a comparison: which, in which order, and when there are enough of them
 *
 * Two clients boot the same scenarios, seed by seed, in turns: what the machine does meanwhile
 * happens to both. Which of the two is first changes from pair to pair.
 */
#ifndef HARNESS_COMPARE_CELLS_H
#define HARNESS_COMPARE_CELLS_H

#include "harness/catalogue.h"
#include "reports/compare.h"

/* All borrowed; must outlive the CompareCells. */
struct compare_cells_options {
	const char *a, *b;        /* names of clients */
	const GPtrArray *metrics; /* of Metric, at least one: the first says when it is enough */
	double precision;         /* see comparison_is_precise() */
	unsigned n_min, n_max;    /* pairs of each scenario */
};

typedef struct CompareCells CompareCells;

/**
 * compare_cells_new() - Bring cells in order
 * @cells:	Of struct plan_cell, as catalogue_plan() makes them: n_max seeds of each client;
 *		borrowed
 *
 * Cells of a server and scenario that not both clients can boot, or not on the same clock, are
 * taken out.
 */
CompareCells *compare_cells_new(GPtrArray *cells, const struct compare_cells_options *options);

/**
 * compare_cells_wants() - Whether a boot is still needed
 * @results:	Of Result, in the order of finishing: what there is so far; only ever grows
 *
 * It is enough when the first so many pairs are precise, whatever came in behind them: how many are
 * run at once changes nothing.
 */
bool compare_cells_wants(CompareCells *c, const struct plan_cell *cell, const GPtrArray *results);

/* The comparisons, adjusted: of Comparison, in order of the cells. */
GPtrArray *compare_cells_judge(CompareCells *c, const GPtrArray *results);

void compare_cells_free(CompareCells *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CompareCells, compare_cells_free)

#endif /* HARNESS_COMPARE_CELLS_H */
