/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KCIDB 5.3 (kcidb-io, schema v05_03): what KernelCI takes
 *
 * What is tested there is a build of a checkout. A client is the build here; that it comes from a
 * commit only the caller can know, and without one KernelCI shows nothing. Its statuses tell the
 * code's fault from the harness's as our verdicts do: an error of ours is MISS, not ERROR, which is
 * the test's. A known failure is an issue; each cell that shows it, or no longer does, is an
 * incident. Nothing may be null, and unknown fields are refused: what is ours alone is in "misc".
 */
#include "reports/kcidb.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "reports/json_out.h"

enum {
	VERSION_MAJOR = 5,
	VERSION_MINOR = 3,
	EXCERPT_MAX_LEN = 16384, /* characters */
	COMMIT_LEN = 40,
};

#define ORIGIN_CHARS "abcdefghijklmnopqrstuvwxyz0123456789_"
#define PATH_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZ-" ORIGIN_CHARS

static const char *const statuses[] = {
	[VERDICT_PASS] = "PASS",  [VERDICT_FAIL] = "FAIL",  [VERDICT_ERROR] = "MISS",
	[VERDICT_SKIP] = "SKIP",  [VERDICT_XFAIL] = "FAIL", [VERDICT_XPASS] = "PASS",
	[VERDICT_FLAKY] = "PASS",
};
static_assert(G_N_ELEMENTS(statuses) == VERDICT_N, "one status for each verdict");

bool kcidb_is_origin(const char *text)
{
	return *text && !text[strspn(text, ORIGIN_CHARS)];
}

bool kcidb_is_commit(const char *text)
{
	return strlen(text) == COMMIT_LEN && !text[strspn(text, "0123456789abcdef")];
}

bool kcidb_is_repository(const char *text)
{
	return g_str_has_prefix(text, "https://") || g_str_has_prefix(text, "git://");
}

static const char *origin(const struct report *r)
{
	return r->origin ? r->origin : "iplab";
}

/* Ids are for all time: what names the run is a part of each. */
static void id(struct json_out *j, const char *key, const struct report *r, const char *name)
{
	json_printf(j, key, "%s:iplab-%s%s%s", origin(r), r->run->started ? r->run->started : "",
		    name ? "/" : "", name ? name : "");
}

static void time_of(struct json_out *j, const char *key, uint64_t unix_ns)
{
	g_autoptr(GDateTime) t = NULL;
	g_autofree char *text = NULL;

	if (!unix_ns)
		return;
	t = g_date_time_new_from_unix_utc((gint64)(unix_ns / 1000000000));
	text = g_date_time_format(t, "%Y-%m-%dT%H:%M:%S");
	json_printf(j, key, "%s.%06u+00:00", text, (unsigned)(unix_ns % 1000000000 / 1000));
}

static void checkout(struct json_out *j, const struct report *r)
{
	json_begin_list(j, "checkouts");
	json_begin_object(j, NULL);
	id(j, "id", r, NULL);
	json_text(j, "origin", origin(r));
	json_text(j, "git_repository_url", r->repository);
	json_text(j, "git_commit_hash", r->commit);
	if (r->commit)
		json_text(j, "patchset_hash", ""); /* no patches over it; not shown without */
	time_of(j, "start_time", r->run->started_unix_ns);
	json_printf(j, "comment", "iplab %s", r->run->command ? r->run->command : "");
	json_bool(j, "valid", true);
	json_end_object(j);
	json_end_list(j);
}

/* @first: a result of the client. */
static void build(struct json_out *j, const struct report *r, const Result *first)
{
	json_begin_object(j, NULL);
	id(j, "checkout_id", r, NULL);
	id(j, "id", r, first->client);
	json_text(j, "origin", origin(r));
	json_text(j, "comment", g_hash_table_lookup(r->run->clients, first->client));
	json_text(j, "architecture", "s390x");
	json_text(j, "config_name", first->client);
	json_begin_object(j, "misc");
	json_text(j, "version", first->client_version);
	json_text(j, "files", first->client_files);
	json_end_object(j);
	json_end_object(j);
}

static void builds(struct json_out *j, const struct report *r)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	json_begin_list(j, "builds");
	for (unsigned i = 0; i < r->results->len; i++) {
		const Result *result = r->results->pdata[i];

		if (g_hash_table_add(seen, result->client))
			build(j, r, result);
	}
	json_end_list(j);
}

/* Dots are between its parts, so they cannot be within one. */
static void path(struct json_out *j, const Result *result)
{
	g_autofree char *text = g_strdup_printf("iplab/%s/%s", result->server, result->scenario);

	g_strcanon(text, "/" PATH_CHARS, '_');
	g_strdelimit(text, "/", '.');
	json_text(j, "path", text);
}

static void excerpt(struct json_out *j, const Result *result)
{
	g_autofree char *valid = result->reason ? g_utf8_make_valid(result->reason, -1) : NULL;

	if (valid && g_utf8_strlen(valid, -1) > EXCERPT_MAX_LEN)
		*g_utf8_offset_to_pointer(valid, EXCERPT_MAX_LEN) = '\0';
	json_text(j, "log_excerpt", valid);
}

/* How long the guest took to its last milestone. */
static void number(struct json_out *j, const Result *result)
{
	const GArray *m = result->milestones;

	if (!m->len)
		return;
	json_begin_object(j, "number");
	json_decimal(j, "value", g_array_index(m, struct milestone, m->len - 1).t_ns, 1000000000);
	json_text(j, "unit", "s");
	json_text(j, "prefix", "metric");
	json_end_object(j);
}

static void environment(struct json_out *j, const struct report *r, const Result *result)
{
	json_begin_object(j, "environment");
	json_text(j, "comment", result->qemu_version);
	json_begin_object(j, "misc");
	json_text(j, "server", result->server);
	json_text(j, "server_version", result->server_version);
	json_text(j, "clock", result->clock);
	json_text(j, "iplab", r->run->iplab);
	json_text(j, "host_kernel", r->run->kernel);
	json_text(j, "host_machine", r->run->machine);
	json_end_object(j);
	json_end_object(j);
}

static void test(struct json_out *j, const struct report *r, const Result *result)
{
	json_begin_object(j, NULL);
	id(j, "build_id", r, result->client);
	id(j, "id", r, result->cell);
	json_text(j, "origin", origin(r));
	path(j, result);
	json_text(j, "status", statuses[result->verdict]);
	json_text(j, "comment", g_hash_table_lookup(r->run->scenarios, result->scenario));
	time_of(j, "start_time", result->begun_unix_ns);
	json_decimal(j, "duration", result->wall_ns, 1000000000);
	number(j, result);
	excerpt(j, result);
	environment(j, r, result);
	json_begin_object(j, "misc");
	json_text(j, "verdict", verdict_name(result->verdict));
	if (!result->about)
		json_count(j, "seed", result->seed);
	json_text(j, "ending", result->ending);
	json_text(j, "journal_sha256", result->journal_sha256);
	json_end_object(j);
	json_end_object(j);
}

static void tests(struct json_out *j, const struct report *r)
{
	json_begin_list(j, "tests");
	for (unsigned i = 0; i < r->results->len; i++)
		test(j, r, r->results->pdata[i]);
	json_end_list(j);
}

static void issue(struct json_out *j, const struct report *r, const Result *result)
{
	json_begin_object(j, NULL);
	json_printf(j, "id", "%s:iplab-known-%s", origin(r), result->known);
	json_count(j, "version", 0);
	json_text(j, "origin", origin(r));
	json_text(j, "report_url", result->known_link);
	json_begin_object(j, "culprit");
	json_bool(j, "code", true);
	json_bool(j, "tool", false);
	json_bool(j, "harness", false);
	json_end_object(j);
	json_printf(j, "comment", "iplab's known failure %s", result->known);
	json_end_object(j);
}

static void issues(struct json_out *j, const struct report *r)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	json_begin_list(j, "issues");
	for (unsigned i = 0; i < r->results->len; i++) {
		const Result *result = r->results->pdata[i];

		if (result->known && g_hash_table_add(seen, result->known))
			issue(j, r, result);
	}
	json_end_list(j);
}

static void incidents(struct json_out *j, const struct report *r)
{
	json_begin_list(j, "incidents");
	for (unsigned i = 0; i < r->results->len; i++) {
		const Result *result = r->results->pdata[i];

		if (!result->known)
			continue;
		json_begin_object(j, NULL);
		id(j, "id", r, result->cell);
		json_text(j, "origin", origin(r));
		json_printf(j, "issue_id", "%s:iplab-known-%s", origin(r), result->known);
		json_count(j, "issue_version", 0);
		id(j, "test_id", r, result->cell);
		json_bool(j, "present", result->verdict == VERDICT_XFAIL);
		json_end_object(j);
	}
	json_end_list(j);
}

void kcidb_report(GString *out, const struct report *r)
{
	struct json_out j = { .s = out };

	json_begin_object(&j, NULL);
	json_begin_object(&j, "version");
	json_count(&j, "major", VERSION_MAJOR);
	json_count(&j, "minor", VERSION_MINOR);
	json_end_object(&j);
	checkout(&j, r);
	builds(&j, r);
	tests(&j, r);
	issues(&j, r);
	incidents(&j, r);
	json_end_object(&j);
	g_string_append_c(out, '\n');
}
