/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sweeps as CSV (RFC 4180), for programs that draw or compute
 */
#ifndef REPORTS_SWEEP_CSV_H
#define REPORTS_SWEEP_CSV_H

#include "reports/report.h"

/*
 * A line with the names of the columns, then one for each scenario file, server, clock, value and
 * client. Lines end in CR LF; times are in seconds; what there is not is empty.
 */
void sweep_csv_report(GString *out, const struct report *r);

#endif /* REPORTS_SWEEP_CSV_H */
