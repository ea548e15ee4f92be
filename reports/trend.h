/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a metric of a series went, run after run, and where it changed
 *
 * On the virtual clock a boot of one seed takes the same time each night, so each difference is a
 * change. On the wall clock the medians of the runs are noisy, and change points are looked for. Of
 * completions (METRIC_COMPLETION) the share that passed stands in the place of a median.
 */
#ifndef REPORTS_TREND_H
#define REPORTS_TREND_H

#include <glib.h>
#include <stdbool.h>

#include "reports/history.h"
#include "reports/metric.h"

/* A run in which at least one boot has a value. */
struct trend_point {
	gint64 run;
	unsigned begin, end;      /* its boots that have one, among Trend.values */
	double level;             /* their median; of completions the share that passed */
	const char *client_files; /* borrowed from the boots; or NULL */
};

struct trend_change {
	unsigned at;          /* the first point that is as it is since */
	double before, after; /* levels: of the seeds both points have, or of all points between two
			       * changes */
	unsigned n_changed, n_common; /* seeds; 0, 0: levels */
};

typedef struct Trend {
	GArray *values;  /* of struct trend_value */
	GArray *points;  /* of struct trend_point */
	GArray *changes; /* of struct trend_change */
} Trend;

struct trend_value {
	uint64_t seed;
	double value;
};

/**
 * trend_new() - Follow a metric
 * @boots:	Of struct history_boot, as history_boots() returns them; must outlive the trend
 * @exact:	Whether they are of the virtual clock
 */
Trend *trend_new(const GPtrArray *boots, const Metric *m, bool exact);

void trend_free(Trend *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trend, trend_free)

#endif /* REPORTS_TREND_H */
