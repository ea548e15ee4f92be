/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two clients of a run side by side, in its page
 */
#ifndef REPORTS_PAGE_COMPARE_H
#define REPORTS_PAGE_COMPARE_H

#include <glib.h>
#include <stdbool.h>

/**
 * page_compare_append() - Append a section in which a person chooses two clients
 * @results:	Array of Result
 *
 * The section has the data; the table is page_compare_js's. At first it holds a libnet against an
 * lwIP, by the begins of their names, where there are both.
 *
 * Return: false if there is nothing to compare, and nothing was appended.
 */
bool page_compare_append(GString *out, const GPtrArray *results);

#endif /* REPORTS_PAGE_COMPARE_H */
