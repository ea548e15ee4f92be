/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The formats that there are, and what their writers share
 */
#define _GNU_SOURCE /* strverscmp() */
#include "reports/report.h"

#include <string.h>

#include "reports/chrome_trace.h"
#include "reports/ctrf.h"
#include "reports/junit.h"
#include "reports/kcidb.h"
#include "reports/markdown.h"
#include "reports/openmetrics.h"
#include "reports/run_page.h"
#include "reports/sweep_csv.h"
#include "reports/tap.h"

const struct report_format report_formats[] = {
	{ "html", run_page_report,
	  "one page, to be opened in a browser; it asks nobody for anything" },
	{ "junit", junit_report, "JUnit XML, as GitLab and Jenkins read it" },
	{ "tap", tap_report, "TAP 14" },
	{ "tap13", tap13_report, "TAP 13, for those that know no 14: prove of Perl 5.36" },
	{ "kcidb", kcidb_report, "KCIDB 5.3, for KernelCI" },
	{ "ctrf", ctrf_report, "CTRF, JSON" },
	{ "markdown", markdown_report, "for a merge request" },
	{ "openmetrics", openmetrics_report, "OpenMetrics, for Prometheus and GitLab" },
	{ "sweeps", sweep_csv_report,
	  "CSV: completion and median boot time over what sweeps vary" },
	{ "trace", chrome_trace_report, "Chrome trace, for Perfetto; of one boot with --cell" },
	{ NULL, NULL, NULL },
};

const struct report_format *report_find(const char *name)
{
	for (const struct report_format *f = report_formats; f->name; f++)
		if (g_str_equal(f->name, name))
			return f;
	return NULL;
}

static gint compare(gconstpointer one, gconstpointer other)
{
	const Result *a = *(Result *const *)one, *b = *(Result *const *)other;
	int c = strverscmp(a->client, b->client); /* 5.2 before 10.0 */

	if (!c)
		c = strcmp(a->server, b->server);
	if (!c)
		c = strverscmp(a->scenario, b->scenario);
	if (!c)
		c = (a->seed > b->seed) - (a->seed < b->seed);
	return c;
}

void report_sort(GPtrArray *results)
{
	g_ptr_array_sort(results, compare);
}

struct report_counts report_count(const GPtrArray *results)
{
	struct report_counts counts = { .n_all = 0 };

	for (unsigned i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		if (r->about) {
			counts.n_rates++;
			continue;
		}
		counts.n[r->verdict]++;
		counts.n_all++;
	}
	return counts;
}

bool report_is_bad(enum verdict v)
{
	switch (v) {
	case VERDICT_FAIL:
	case VERDICT_ERROR:
	case VERDICT_XPASS:
		return true;
	case VERDICT_PASS:
	case VERDICT_SKIP:
	case VERDICT_XFAIL:
	case VERDICT_FLAKY:
	case VERDICT_N:
		break;
	}
	return false;
}

const char *report_reason(const Result *r)
{
	return r->reason ? r->reason : "no reason was given";
}
