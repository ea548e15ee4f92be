/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sweeps: the boots of a run by what their scenarios vary
 */
#ifndef REPORTS_SWEEP_H
#define REPORTS_SWEEP_H

#include <glib.h>

#include "reports/stats.h"

enum {
	/* Boots from which on a median has an interval: of 5 values not even the smallest and the
	 * largest enclose it 95 times in 100. */
	SWEEP_INTERVAL_MIN = 6,
};

/* The boots of a client at a point. */
struct sweep_cell {
	unsigned n;
	GArray *payload_ns; /* of double: of those that came to it */
};

/* A value of what varies. The text is its first result's. */
struct sweep_point {
	const char *at;
	double x;
	struct sweep_cell *cells; /* one for each client */
};

/* Of one scenario file, server and clock. Texts are those of a result. */
struct sweep {
	char *scenario; /* up to its @ */
	const char *axis, *server, *clock;
	GPtrArray *clients; /* of char *, as they come */
	GPtrArray *points;  /* of struct sweep_point, by x */
};

/* @results: of Result, must outlive the sweeps. Skips and errors say nothing. Array of struct
 * sweep. */
GPtrArray *sweeps_of(const GPtrArray *results);

/* What stands behind the number at every point ("%", ""); NULL: they are not all numbers of one. */
const char *sweep_unit(const struct sweep *s);

/* The share of boots that came to the payload, with Wilson's 95 % interval; only if there is one.
 */
struct stats_interval sweep_completion(const struct sweep_cell *c);

/*
 * Their median time in ns, with its 95 % bootstrap interval, the same each time; only if one came.
 * The interval means something from SWEEP_INTERVAL_MIN on.
 */
struct stats_interval sweep_median(const struct sweep_cell *c);

#endif /* REPORTS_SWEEP_H */
