/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run as one page of HTML
 */
#ifndef REPORTS_RUN_PAGE_H
#define REPORTS_RUN_PAGE_H

#include "reports/report.h"

enum {
	/* The page says what was left out. */
	RUN_PAGE_BOOTS_MAX = 2000,                  /* described that did not pass */
	RUN_PAGE_TIMELINE_BYTES = 64 * 1024,        /* of one boot */
	RUN_PAGE_TIMELINES_BYTES = 8 * 1024 * 1024, /* of all, and one more */
};

/*
 * A table for each area: scenarios down, clients across, with the verdicts of all seeds. Each row
 * opens and tells of every boot that did not pass, with its time line if @r has a folder, and of
 * the first of each client that did.
 */
void run_page_report(GString *out, const struct report *r);

#endif /* REPORTS_RUN_PAGE_H */
