/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the history says, for programs: an object of JSON in a line for each run, or series
 */
#ifndef REPORTS_HISTORY_JSON_H
#define REPORTS_HISTORY_JSON_H

#include <glib.h>

#include "reports/history.h"
#include "reports/metric.h"
#include "reports/trend.h"

#define HISTORY_JSON_SCHEMA 1

/* Append the line of a run: its name, and how many boots came to each verdict. */
void history_json_run(GString *out, const struct history_run *run);

/**
 * history_json_trend() - Append the line of a series: how a metric went, and where it changed
 * @runs:	Of struct history_run: names of those that points are of
 *
 * Values are nanoseconds, counts or bytes per second, whole; of completions a share from 0 to 1.
 */
void history_json_trend(GString *out, const struct history_series *series, const Trend *t,
			const Metric *m, const GPtrArray *runs);

/* The run with that id; NULL: it is not among them. */
const struct history_run *history_find_run(const GPtrArray *runs, gint64 id);

#endif /* REPORTS_HISTORY_JSON_H */
