/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of HTML: one file each, which asks nobody for anything
 */
#ifndef REPORTS_PAGE_H
#define REPORTS_PAGE_H

#include <glib.h>

/* The scripts of reports/page/, as part of the program. */
extern const char page_filter_js[], page_compare_js[], page_charts_js[];

/* Chart.js, with its notice of licence; page_charts_js needs it. */
extern const char page_chart_library_js[];

/* Append @text (any bytes) so that it is text in an element or in a quoted attribute. */
void page_text(GString *out, const char *text);

/* The same, with what stands in backquotes as code. */
void page_prose(GString *out, const char *text);

/* Like g_string_append_printf(), but what its %s say goes through page_text(). Knows %s and %u. */
void page_printf(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* From the doctype to the begin of <main>, with style. */
void page_begin(GString *out, const char *title);

/**
 * page_filter() - Append a box that hides rows (page_filter_js)
 * @hint:	What words may be given
 * @verdicts:	That may be chosen, each as in the data-verdicts of rows; NULL-terminated
 * @one, @many:	What a row is, for the count
 *
 * Rows are in a <section data-area="...">, which is hidden with the last of them.
 */
void page_filter(GString *out, const char *hint, const char *const *verdicts, const char *one,
		 const char *many);

/* Data for a script, in an element with that id; NULL: without one. */
void page_json(GString *out, const char *id, const char *json);

/* From the end of <main>, with scripts in their order; NULL-terminated. */
void page_end(GString *out, const char *const *scripts);

#endif /* REPORTS_PAGE_H */
