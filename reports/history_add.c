/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs become history
 *
 * Each run is one transaction: however it ends, a run is there as a whole or not at all.
 */
#include "reports/history_add.h"

#include <json-glib/json-glib.h>

#include "reports/result.h"

/* A run under way into the history: its statements, prepared once for all boots. */
struct adding {
	History *h;
	gint64 run;
	sqlite3_stmt *new_series, *series, *boot, *milestone, *client;
};

static bool add_series(struct adding *a, const Result *r, gint64 *id, GError **error)
{
	const char *const names[] = { r->client, r->server, r->scenario, r->clock };
	bool found;

	for (int i = 0; i < (int)G_N_ELEMENTS(names); i++) {
		history_bind_text(a->new_series, i + 1, names[i]);
		history_bind_text(a->series, i + 1, names[i]);
	}
	if (!history_run(a->h, a->new_series, error))
		return false;
	found = history_next(a->h, a->series, error);
	*id = found ? sqlite3_column_int64(a->series, 0) : 0;
	sqlite3_reset(a->series);
	return found;
}

static bool add_milestones(struct adding *a, gint64 boot, const Result *r, GError **error)
{
	for (guint i = 0; i < r->milestones->len; i++) {
		const struct milestone *m = &g_array_index(r->milestones, struct milestone, i);

		sqlite3_bind_int64(a->milestone, 1, boot);
		history_bind_text(a->milestone, 2, m->name);
		history_bind_u64(a->milestone, 3, m->t_ns);
		if (!history_run(a->h, a->milestone, error))
			return false;
	}
	return true;
}

static bool add_client(struct adding *a, const Result *r, GError **error)
{
	sqlite3_bind_int64(a->client, 1, a->run);
	history_bind_text(a->client, 2, r->client);
	history_bind_text(a->client, 3, r->client_version);
	history_bind_text(a->client, 4, r->client_files);
	history_bind_text(a->client, 5, r->qemu_version);
	return history_run(a->h, a->client, error);
}

static bool add_boot(struct adding *a, const Result *r, GError **error)
{
	const uint64_t counts[] = { r->wall_ns,    r->virtual_ns,   r->ns_per_insn, r->frames_in,
				    r->frames_out, r->bytes_loaded, r->n_sent,      r->n_lost };
	gint64 series;

	if (!add_client(a, r, error) || !add_series(a, r, &series, error))
		return false;
	sqlite3_bind_int64(a->boot, 1, a->run);
	sqlite3_bind_int64(a->boot, 2, series);
	history_bind_u64(a->boot, 3, r->seed);
	history_bind_text(a->boot, 4, verdict_name(r->verdict));
	for (int i = 0; i < (int)G_N_ELEMENTS(counts); i++)
		history_bind_u64(a->boot, 5 + i, counts[i]);
	return history_run(a->h, a->boot, error) &&
	       add_milestones(a, history_last_row(a->h), r, error);
}

static bool add_boots(struct adding *a, const GPtrArray *results, GError **error)
{
	for (guint i = 0; i < results->len; i++)
		if (!add_boot(a, results->pdata[i], error))
			return false;
	return true;
}

static bool prepare_all(struct adding *a, GError **error)
{
	const struct {
		sqlite3_stmt **s;
		const char *sql;
	} all[] = {
		{ &a->new_series, "INSERT OR IGNORE INTO series(client, server, scenario, clock) "
				  "VALUES(?, ?, ?, ?)" },
		{ &a->series, "SELECT id FROM series WHERE client = ? AND server = ? AND "
			      "scenario = ? AND clock = ?" },
		{ &a->boot, "INSERT INTO boot(run, series, seed, verdict, wall_ns, virtual_ns, "
			    "ns_per_insn, frames_in, frames_out, bytes_loaded, packets_sent, "
			    "packets_lost) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" },
		{ &a->milestone, "INSERT INTO milestone(boot, name, t_ns) VALUES(?, ?, ?)" },
		{ &a->client, "INSERT OR IGNORE INTO client(run, name, version, files, "
			      "qemu_version) VALUES(?, ?, ?, ?, ?)" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		*all[i].s = history_prepare(a->h, all[i].sql, error);
		if (!*all[i].s)
			return false;
	}
	return true;
}

static void adding_clear(struct adding *a)
{
	sqlite3_finalize(a->new_series);
	sqlite3_finalize(a->series);
	sqlite3_finalize(a->boot);
	sqlite3_finalize(a->milestone);
	sqlite3_finalize(a->client);
}

/* A text of run.json; "" if it is not there. */
static char *text_of_run(JsonNode *root, const char *name)
{
	JsonNode *node = root && JSON_NODE_HOLDS_OBJECT(root)
				 ? json_object_get_member(json_node_get_object(root), name)
				 : NULL;
	const char *text = node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;

	return g_strdup(text ? text : "");
}

/* @is_new: false, and nothing is done, if it is there. */
static bool add_run(History *h, const char *dir, const char *digest, gint64 *id, bool *is_new,
		    GError **error)
{
	g_autofree char *path = g_build_filename(dir, "run.json", NULL);
	g_autofree char *whole = g_canonicalize_filename(dir, NULL);
	g_autofree char *name = g_path_get_basename(whole);
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonNode *root = json_parser_load_from_file(parser, path, NULL)
				 ? json_parser_get_root(parser)
				 : NULL;
	g_autofree char *started = text_of_run(root, "started");
	g_autofree char *iplab = text_of_run(root, "iplab");
	sqlite3_stmt *s = history_prepare(h,
					  "INSERT OR IGNORE INTO run(digest, name, started, iplab) "
					  "VALUES(?, ?, ?, ?)",
					  error);
	bool ok;

	if (!s)
		return false;
	history_bind_text(s, 1, digest);
	history_bind_text(s, 2, name);
	history_bind_text(s, 3, started);
	history_bind_text(s, 4, iplab);
	ok = history_run(h, s, error);
	*is_new = ok && history_n_changed(h) > 0;
	*id = history_last_row(h);
	sqlite3_finalize(s);
	return ok;
}

static bool add_all(History *h, const char *dir, const char *digest, const GPtrArray *results,
		    bool *is_new, GError **error)
{
	struct adding a = { .h = h };
	bool ok = add_run(h, dir, digest, &a.run, is_new, error);

	if (!ok || !*is_new)
		return ok;
	ok = prepare_all(&a, error) && add_boots(&a, results, error);
	adding_clear(&a);
	return ok;
}

bool history_add(History *h, const char *dir, bool *is_new, GError **error)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autofree char *text = NULL, *digest = NULL;
	g_autoptr(GPtrArray) results = NULL;
	g_autoptr(GError) problem = NULL;
	gsize len;
	bool added = false;

	if (g_file_get_contents(path, &text, &len, &problem))
		results = results_load(path, &problem);
	if (!results || !results->len) {
		g_set_error(error, HISTORY_ERROR, HISTORY_ERROR_RUN, "there is no run in %s: %s",
			    dir, problem ? problem->message : "not one boot has a result");
		return false;
	}
	digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, (gssize)len);
	if (!history_begin(h, error) ||
	    !history_end(h, add_all(h, dir, digest, results, &added, error), error))
		return false;
	*is_new = added;
	return true;
}
