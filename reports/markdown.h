/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markdown, for the discussion of a merge request
 */
#ifndef REPORTS_MARKDOWN_H
#define REPORTS_MARKDOWN_H

#include "reports/report.h"

enum {
	MARKDOWN_ROWS_MAX = 50,    /* cells of which a row is written */
	MARKDOWN_REASON_MAX = 150, /* characters, of which each may take six */
};

/* What is to be looked at first, then a table of clients; far below what a comment may have. */
void markdown_report(GString *out, const struct report *r);

#endif /* REPORTS_MARKDOWN_H */
