/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CTRF, the Common Test Report Format (ctrf.io)
 *
 * It knows neither errors nor known failures. What a run must not have is "failed": what is
 * "other" is red nowhere. So a known failure is "other", and `rawStatus` has our own verdict.
 */
#include "reports/ctrf.h"

#include <assert.h>

#include "reports/json_out.h"

/* What the reference implementation writes: there is no other number yet. */
#define SPEC_VERSION "0.0.0"

enum {
	NS_PER_MS = 1000 * 1000,
};

enum status {
	STATUS_PASSED,
	STATUS_FAILED,
	STATUS_SKIPPED,
	STATUS_PENDING,
	STATUS_OTHER,
	STATUS_N,
};

static const char *const status_names[] = {
	[STATUS_PASSED] = "passed",   [STATUS_FAILED] = "failed", [STATUS_SKIPPED] = "skipped",
	[STATUS_PENDING] = "pending", [STATUS_OTHER] = "other",
};
static_assert(G_N_ELEMENTS(status_names) == STATUS_N, "one name for each status");

static const enum status statuses[] = {
	[VERDICT_PASS] = STATUS_PASSED,  [VERDICT_FAIL] = STATUS_FAILED,
	[VERDICT_ERROR] = STATUS_FAILED, [VERDICT_SKIP] = STATUS_SKIPPED,
	[VERDICT_XFAIL] = STATUS_OTHER,  [VERDICT_XPASS] = STATUS_FAILED,
	[VERDICT_FLAKY] = STATUS_PASSED,
};
static_assert(G_N_ELEMENTS(statuses) == VERDICT_N, "one status for each verdict");

/* When the last cell ended; the run's start if none says when it began. */
static uint64_t stop_ns(const struct report *r)
{
	uint64_t stop = r->run->started_unix_ns;

	for (unsigned i = 0; i < r->results->len; i++) {
		const Result *result = r->results->pdata[i];

		if (result->begun_unix_ns)
			stop = MAX(stop, result->begun_unix_ns + result->wall_ns);
	}
	return stop;
}

static void summary(struct json_out *j, const struct report *r)
{
	unsigned n[STATUS_N] = { 0 };

	for (unsigned i = 0; i < r->results->len; i++)
		n[statuses[((const Result *)r->results->pdata[i])->verdict]]++;
	json_begin_object(j, "summary");
	json_count(j, "tests", r->results->len);
	for (enum status s = 0; s < STATUS_N; s++)
		json_count(j, status_names[s], n[s]);
	json_count(j, "start", r->run->started_unix_ns / NS_PER_MS);
	json_count(j, "stop", stop_ns(r) / NS_PER_MS);
	json_end_object(j);
}

static void parameters(struct json_out *j, const Result *result)
{
	json_begin_object(j, "parameters");
	json_text(j, "client", result->client);
	json_text(j, "server", result->server);
	json_text(j, "scenario", result->scenario);
	if (!result->about)
		json_count(j, "seed", result->seed);
	json_text(j, "clock", result->clock);
	json_end_object(j);
}

static void attachment(struct json_out *j, const Result *result, const char *name, const char *type)
{
	json_begin_object(j, NULL);
	json_text(j, "name", name);
	json_text(j, "contentType", type);
	json_printf(j, "path", "cells/%s/%s", result->cell, name);
	json_end_object(j);
}

/* A cell that never ran has no files; captures are kept of what did not pass. */
static void attachments(struct json_out *j, const Result *result)
{
	if (!result->ending)
		return;
	json_begin_list(j, "attachments");
	attachment(j, result, "journal.jsonl.gz", "application/gzip");
	attachment(j, result, "console.gz", "application/gzip");
	if (statuses[result->verdict] != STATUS_PASSED && result->verdict != VERDICT_XPASS)
		attachment(j, result, "capture.pcapng", "application/vnd.tcpdump.pcap");
	json_end_list(j);
}

static void test(struct json_out *j, const Result *result)
{
	json_begin_object(j, NULL);
	json_text(j, "name", result->cell);
	json_text(j, "status", status_names[statuses[result->verdict]]);
	json_text(j, "rawStatus", verdict_name(result->verdict));
	if (result->verdict == VERDICT_FLAKY)
		json_bool(j, "flaky", true);
	json_count(j, "duration", result->wall_ns / NS_PER_MS);
	if (result->begun_unix_ns) {
		json_count(j, "start", result->begun_unix_ns / NS_PER_MS);
		json_count(j, "stop", (result->begun_unix_ns + result->wall_ns) / NS_PER_MS);
	}
	json_begin_list(j, "suite");
	json_text(j, NULL, result->client);
	json_text(j, NULL, result->server);
	json_end_list(j);
	json_text(j, "type", "netboot");
	if (result->verdict != VERDICT_PASS)
		json_text(j, "message", report_reason(result));
	parameters(j, result);
	attachments(j, result);
	json_end_object(j);
}

static void environment(struct json_out *j, const struct report *r)
{
	json_begin_object(j, "environment");
	json_text(j, "osPlatform", "linux");
	json_text(j, "osRelease", r->run->kernel);
	if (r->run->command)
		json_printf(j, "reportName", "iplab %s", r->run->command);
	json_end_object(j);
}

void ctrf_report(GString *out, const struct report *r)
{
	struct json_out j = { .s = out };

	json_begin_object(&j, NULL);
	json_text(&j, "reportFormat", "CTRF");
	json_text(&j, "specVersion", SPEC_VERSION);
	json_text(&j, "generatedBy", "iplab");
	json_begin_object(&j, "results");
	json_begin_object(&j, "tool");
	json_text(&j, "name", "iplab");
	json_text(&j, "version", r->run->iplab);
	json_end_object(&j);
	summary(&j, r);
	json_begin_list(&j, "tests");
	for (unsigned i = 0; i < r->results->len; i++)
		test(&j, r->results->pdata[i]);
	json_end_list(&j);
	environment(&j, r);
	json_end_object(&j);
	json_end_object(&j);
	g_string_append_c(out, '\n');
}
