/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comparisons for people, and as lines of JSON
 */
#ifndef REPORTS_COMPARE_TEXT_H
#define REPORTS_COMPARE_TEXT_H

#include "reports/compare.h"

/* What the two sides are called. */
struct compare_names {
	const char *a, *b;
};

/* Append a sentence for each metric of each comparison (adjusted), and then the numbers. */
void compare_text_write(GString *s, const GPtrArray *comparisons,
			const struct compare_names *names);

/* Append a line of JSON for each metric of each comparison. */
void compare_text_json(GString *s, const GPtrArray *comparisons, const struct compare_names *names);

#endif /* REPORTS_COMPARE_TEXT_H */
