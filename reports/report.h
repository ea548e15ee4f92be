/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stored run, as those formats see it that other programs read
 *
 * A writer is a pure function from this to text (the page of HTML also reads journals). Each stands
 * in a file of its own and in one table.
 */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include <glib.h>
#include <stdbool.h>

#include "reports/result.h"
#include "reports/run_info.h"

struct report {
	const RunInfo *run;
	/* Of Result, in the order wanted: boots, and rates that are not as expected. */
	const GPtrArray *results;

	const char *dir;    /* the run's folder, for time lines; NULL: there is none */
	GHashTable *checks; /* id -> struct check_words of the catalogue; NULL: not known */

	/* For KCIDB: whose run it is, and which source the clients were built from. */
	const char *origin;     /* of the characters a-z, 0-9 and _; NULL: "iplab" */
	const char *commit;     /* all of a git hash; NULL: not known */
	const char *repository; /* https://... or git://...; NULL: not known */
};

/* Append the whole report, UTF-8 with a newline at its end. */
typedef void (*report_fn)(GString *out, const struct report *r);

struct report_format {
	const char *name;
	report_fn write;
	const char *help;
};

/* Ends with a name that is NULL. */
extern const struct report_format report_formats[];

/* NULL: there is none of that name. */
const struct report_format *report_find(const char *name);

/* By client, server, scenario and then seed: the same for all ways to run the same cells. */
void report_sort(GPtrArray *results);

/* Boots of each verdict, and all of them in n_all; rates that are not as expected. */
struct report_counts {
	unsigned n[VERDICT_N], n_all, n_rates;
};
struct report_counts report_count(const GPtrArray *results);

/* Whether the verdict is what a run must not have: fail, error, xpass. */
bool report_is_bad(enum verdict v);

/* The reason, or words in its place. */
const char *report_reason(const Result *r);

#endif /* REPORTS_REPORT_H */
