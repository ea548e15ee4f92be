/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often boots pass where chance decides, held against what is expected
 *
 * Boots of one client, server and scenario on one clock that differ in their seed are a group. An
 * expectation is kept with each result that it is about, so groups can be judged of any results:
 * those of a run, of merged shards, of a stored folder.
 */
#ifndef REPORTS_RATE_H
#define REPORTS_RATE_H

#include <glib.h>
#include <stdint.h>

#include "reports/result.h"
#include "reports/stats.h"

enum {
	RATE_N_MIN = 10,        /* a smaller group is not judged */
	RATE_PPM_ALL = 1000000, /* parts per million that are 100 % */
};

enum rate_drift {
	RATE_AS_EXPECTED, /* or too few to tell */
	RATE_TOO_LOW,     /* no rate of the interval is as high as expected */
	RATE_TOO_HIGH,    /* none is as low */
};

struct rate {
	const Result *first;  /* of the group: has the expectation; borrowed */
	uint64_t n, n_passed; /* boots that passed or failed: errors tell nothing */
	enum rate_drift drift;
};

/* All groups for which a rate is expected: of struct rate, in the order of their first results. */
GArray *rates_of(const GPtrArray *results);

/* Whether a boot belongs to a group. */
bool rate_has(const struct rate *g, const Result *r);

/* The share that passed, with Wilson's interval. */
struct stats_interval rate_seen(const struct rate *g);

/**
 * rates_drifts() - What the groups that are not as expected add to a report
 *
 * Return: of Result, owned: a fail for a rate that is too low, an xpass for one that is too high,
 *	   with a reason that has all figures. Result.about tells them from boots.
 */
GPtrArray *rates_drifts(const GPtrArray *results);

/* @results and behind them their drifts; those are owned by the second array, @drifts. */
GPtrArray *rates_with_drifts(const GPtrArray *results, GPtrArray **drifts);

#endif /* REPORTS_RATE_H */
