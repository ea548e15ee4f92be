/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run's folder, read back
 *
 * Somebody may have written into it: nothing in it is taken for granted.
 */
#include "harness/past_run.h"

#include "reports/result.h"

GQuark past_run_error_quark(void)
{
	return g_quark_from_static_string("past-run-error-quark");
}

static JsonObject *load_json(const char *path, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) cause = NULL;
	JsonNode *root;

	if (!json_parser_load_from_file(parser, path, &cause)) {
		g_set_error(error, PAST_RUN_ERROR, PAST_RUN_ERROR_FILE, "%s: %s", path,
			    cause->message);
		return NULL;
	}
	root = json_parser_get_root(parser);
	if (root && JSON_NODE_HOLDS_OBJECT(root))
		return json_object_ref(json_node_get_object(root));
	g_set_error(error, PAST_RUN_ERROR, PAST_RUN_ERROR_FILE, "%s: not a JSON object", path);
	return NULL;
}

static JsonObject *find_object(JsonObject *o, const char *name)
{
	JsonNode *node = o ? json_object_get_member(o, name) : NULL;

	return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static char *find_text(JsonObject *o, const char *name)
{
	JsonNode *node = o ? json_object_get_member(o, name) : NULL;

	return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_dup_string(node) : NULL;
}

/* 0 if there is none, or none that is possible. */
static unsigned find_count(JsonObject *o, const char *name)
{
	JsonNode *node = o ? json_object_get_member(o, name) : NULL;
	gint64 n = node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_int(node) : 0;

	return n > 0 && n <= G_MAXINT ? (unsigned)n : 0;
}

/* The words of the command line; those that are no text are left out. */
static char **find_command(JsonObject *o)
{
	JsonNode *node = json_object_get_member(o, "command");
	JsonArray *list = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
	GPtrArray *words = g_ptr_array_new();

	for (guint i = 0; list && i < json_array_get_length(list); i++) {
		JsonNode *word = json_array_get_element(list, i);
		char *text = JSON_NODE_HOLDS_VALUE(word) ? json_node_dup_string(word) : NULL;

		if (text)
			g_ptr_array_add(words, text);
	}
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

static bool read_plan(PastRun *r, GError **error)
{
	JsonObject *plan = find_object(r->json, "plan"), *shard = find_object(plan, "shard");

	r->plan = find_text(plan, "name");
	r->hash = find_text(plan, "hash");
	r->cells_hash = find_text(plan, "cells_hash");
	r->n_whole = find_count(plan, "n_cells");
	r->shard = (struct shard){ find_count(shard, "index"), find_count(shard, "total") };
	if (r->hash && r->cells_hash && r->n_whole && r->shard.index &&
	    r->shard.index <= r->shard.total && r->shard.total <= SHARD_N_MAX)
		return true;
	g_set_error(error, PAST_RUN_ERROR, PAST_RUN_ERROR_PLAN,
		    "%s: run.json does not say which plan it is of; `iplab run` writes it",
		    r->path);
	return false;
}

/* Each line of cells.txt; none if it is not there. */
static char **load_cells(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "cells.txt", NULL), *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		text = g_strdup("");
	return g_strsplit(g_strchomp(text), "\n", -1);
}

PastRun *past_run_load(const char *path, GError **error)
{
	g_autoptr(PastRun) r = g_new0(PastRun, 1);
	g_autofree char *cwd = g_get_current_dir(), *json = NULL, *results = NULL;
	g_autoptr(GError) cause = NULL;

	r->path = g_canonicalize_filename(path, cwd);
	json = g_build_filename(r->path, "run.json", NULL);
	results = g_build_filename(r->path, "results.jsonl", NULL);
	r->json = load_json(json, error);
	if (!r->json || !read_plan(r, error))
		return NULL;
	r->command = find_command(r->json);
	r->folder = find_text(r->json, "folder");
	r->n_cells = find_count(r->json, "n_cells");
	r->cells = load_cells(r->path);
	r->results = results_load(results, &cause);
	if (r->results)
		return g_steal_pointer(&r);
	g_set_error(error, PAST_RUN_ERROR, PAST_RUN_ERROR_FILE, "%s", cause->message);
	return NULL;
}

void past_run_free(PastRun *r)
{
	if (!r)
		return;
	g_clear_pointer(&r->json, json_object_unref);
	g_clear_pointer(&r->results, g_ptr_array_unref);
	g_strfreev(r->command);
	g_free(r->folder);
	g_free(r->plan);
	g_free(r->hash);
	g_free(r->cells_hash);
	g_strfreev(r->cells);
	g_free(r->path);
	g_free(r);
}
