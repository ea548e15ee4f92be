/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OpenMetrics: figures of a run for Prometheus, and for GitLab's metrics reports
 */
#ifndef REPORTS_OPENMETRICS_H
#define REPORTS_OPENMETRICS_H

#include "reports/report.h"

/* @r: its results must be sorted as report_sort() does. */
void openmetrics_report(GString *out, const struct report *r);

#endif /* REPORTS_OPENMETRICS_H */
