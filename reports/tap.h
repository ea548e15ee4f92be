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

#endif /* REPORTS_TAP_H */
