/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the page of a run says of conformance: checks that were not passed, by area and client
 */
#ifndef REPORTS_PAGE_CHECKS_H
#define REPORTS_PAGE_CHECKS_H

#include <glib.h>
#include <stdbool.h>

/**
 * page_checks_append() - Append a section with a table: areas down, clients across
 * @results:	Array of Result
 * @words:	id -> struct check_words; or NULL
 *
 * The area of a check is the first word of its id. A check counts once for a client, by the worst
 * that its boots showed.
 *
 * Return: false if no boot was judged, and nothing was appended.
 */
bool page_checks_append(GString *out, const GPtrArray *results, GHashTable *words);

#endif /* REPORTS_PAGE_CHECKS_H */
