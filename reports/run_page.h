/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run as one page of HTML
 */
#ifndef REPORTS_RUN_PAGE_H
#define REPORTS_RUN_PAGE_H

#include "reports/report.h"

enum {
	/* The page says what was left out; page_boot.h has more limits. */
	RUN_PAGE_BOOTS_MAX = 2000, /* described that did not pass */
};

/*
 * A table for each area: scenarios down, clients across, with the verdicts of all seeds. Each row
 * opens and tells of every boot that did not pass, with its picture, console and time line if @r
 * has a folder, and of the first of each client that did.
 */
void run_page_report(GString *out, const struct report *r);

#endif /* REPORTS_RUN_PAGE_H */
