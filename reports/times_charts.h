/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long boots took, in the page of a run: a chart of distributions for each clock
 */
#ifndef REPORTS_TIMES_CHARTS_H
#define REPORTS_TIMES_CHARTS_H

#include <glib.h>
#include <stdbool.h>

enum {
	TIMES_CHARTS_POINTS_MAX = 200, /* of a line */
	TIMES_CHARTS_COMMON_MIN = 5,   /* boots that all completed; with fewer all are drawn */
};

/**
 * times_charts_append() - Append a section with the distribution of times to the payload
 * @results:	Array of Result
 *
 * A line for each client, of those boots (scenario, server and seed) that all of the clients
 * completed on this clock, so that lines can be compared; or of all, which the page says. Tables
 * beneath have quantiles.
 *
 * Return: false if no boot came to its payload, and nothing was appended.
 */
bool times_charts_append(GString *out, const GPtrArray *results);

#endif /* REPORTS_TIMES_CHARTS_H */
