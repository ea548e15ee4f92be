/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAP, the Test Anything Protocol
 */
#ifndef REPORTS_TAP_H
#define REPORTS_TAP_H

#include "reports/report.h"

/* TAP 14: a test point for each cell; what did not pass has a block of YAML. */
void tap_report(GString *out, const struct report *r);

/* The same under the number of TAP 13, which has all that is used here. */
void tap13_report(GString *out, const struct report *r);

/*
 * TAP 14 while the run goes on: the plan, then each test point as its cell ends. A run that does
 * not come to its end bails out.
 */
void tap_begin(GString *out, unsigned n_points);
void tap_point(GString *out, unsigned number, const Result *r);
void tap_bail_out(GString *out, const char *why);

#endif /* REPORTS_TAP_H */
