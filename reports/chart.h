/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Charts of a page: lines of points, one for each client
 *
 * A chart is data; page_charts_js draws it. What shows the same without a script, a table, stands
 * beside it and is the caller's.
 */
#ifndef REPORTS_CHART_H
#define REPORTS_CHART_H

#include <glib.h>
#include <stdbool.h>

#include "reports/json_out.h"

struct chart_axis {
	const char *label;
	const char *unit; /* behind numbers: "%"; NULL: they are seconds */
	double max;       /* where it ends; 0: with the data */
};

struct chart {
	GString *out;
	GString *data;
	struct json_out j;
};

/**
 * chart_begin() - Begin a figure
 * @caption:	What it shows, a sentence
 * @stepped:	Values hold until the next point
 */
void chart_begin(struct chart *c, GString *out, const char *caption, const struct chart_axis *x,
		 const struct chart_axis *y, bool stepped);

/* A line begins; its points follow, by x. */
void chart_line(struct chart *c, const char *name);
void chart_point(struct chart *c, double x, double y);

/* A point that is known to lie between @low and @high. */
void chart_estimate(struct chart *c, double x, double y, double low, double high);
void chart_line_end(struct chart *c);

void chart_end(struct chart *c);

#endif /* REPORTS_CHART_H */
