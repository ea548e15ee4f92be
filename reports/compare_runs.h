/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two stored runs, held against each other: which boots of one belong to which of the other
 */
#ifndef REPORTS_COMPARE_RUNS_H
#define REPORTS_COMPARE_RUNS_H

#include "reports/compare.h"

/**
 * compare_runs() - Compare what both runs have
 * @a:		Of Result, those of a run's results.jsonl
 * @metrics:	As of comparison_new()
 *
 * Boots belong together that are of the same client, server and scenario on the same clock; of the
 * same server and scenario, if each run has a single client. On the virtual clock those of one seed
 * are a pair. On the wall clock there are none: the runs were not taken in turns.
 *
 * Return: of Comparison, adjusted, in the order of @a; empty if nothing is in both.
 */
GPtrArray *compare_runs(const GPtrArray *a, const GPtrArray *b, const GPtrArray *metrics);

#endif /* REPORTS_COMPARE_RUNS_H */
