/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CTRF, the Common Test Report Format: JSON
 */
#ifndef REPORTS_CTRF_H
#define REPORTS_CTRF_H

#include "reports/report.h"

/* A test for each cell. */
void ctrf_report(GString *out, const struct report *r);

#endif /* REPORTS_CTRF_H */
