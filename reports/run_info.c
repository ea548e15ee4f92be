/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What run.json says of a run
 */
#include "reports/run_info.h"

#include <json-glib/json-glib.h>

#include "reports/result.h"

#define NS_PER_US 1000u

static JsonNode *find(JsonObject *o, const char *key)
{
	return o ? json_object_get_member(o, key) : NULL;
}

static JsonObject *object_of(JsonObject *o, const char *key)
{
	JsonNode *node = find(o, key);

	return node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static char *text_of(JsonObject *o, const char *key)
{
	JsonNode *node = find(o, key);

	return node && json_node_get_value_type(node) == G_TYPE_STRING ? json_node_dup_string(node)
								       : NULL;
}

static uint64_t count_of(JsonObject *o, const char *key)
{
	JsonNode *node = find(o, key);

	if (!node || json_node_get_value_type(node) != G_TYPE_INT64 || json_node_get_int(node) < 0)
		return 0;
	return (uint64_t)json_node_get_int(node);
}

static char *words_of(JsonObject *o, const char *key)
{
	JsonNode *node = find(o, key);
	JsonArray *list = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
	GString *s;

	if (!list)
		return NULL;
	s = g_string_new(NULL);
	for (guint i = 0; i < json_array_get_length(list); i++) {
		JsonNode *word = json_array_get_element(list, i);

		if (json_node_get_value_type(word) == G_TYPE_STRING)
			g_string_append_printf(s, "%s%s", s->len ? " " : "",
					       json_node_get_string(word));
	}
	return g_string_free(s, FALSE);
}

static uint64_t parse_time(const char *text)
{
	g_autoptr(GDateTime) t = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;

	if (!t || g_date_time_to_unix(t) < 0)
		return 0;
	return ((uint64_t)g_date_time_to_unix(t) * G_USEC_PER_SEC +
		(uint64_t)g_date_time_get_microsecond(t)) *
	       NS_PER_US;
}

static GHashTable *summaries(JsonObject *o)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	if (!o)
		return table;
	json_object_iter_init(&iter, o);
	while (json_object_iter_next(&iter, &name, &node)) {
		char *summary = JSON_NODE_HOLDS_OBJECT(node)
					? text_of(json_node_get_object(node), "summary")
					: NULL;

		if (summary)
			g_hash_table_insert(table, g_strdup(name), summary);
	}
	return table;
}

RunInfo *run_info_parse(const char *text, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) problem = NULL;
	JsonNode *root;
	JsonObject *o;
	RunInfo *run;

	if (!json_parser_load_from_data(parser, text, -1, &problem)) {
		g_set_error(error, RESULT_ERROR, RESULT_ERROR_SYNTAX, "not JSON: %s",
			    problem->message);
		return NULL;
	}
	root = json_parser_get_root(parser);
	if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
		g_set_error(error, RESULT_ERROR, RESULT_ERROR_SYNTAX, "not a JSON object");
		return NULL;
	}
	o = json_node_get_object(root);
	run = g_new0(RunInfo, 1);
	run->iplab = text_of(o, "iplab");
	run->started = text_of(o, "started");
	run->started_unix_ns = parse_time(run->started);
	run->command = words_of(o, "command");
	run->kernel = text_of(object_of(o, "host"), "kernel");
	run->machine = text_of(object_of(o, "host"), "machine");
	run->n_cells = count_of(o, "n_cells");
	run->clients = summaries(object_of(o, "clients"));
	run->scenarios = summaries(object_of(o, "scenarios"));
	return run;
}

RunInfo *run_info_load(const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(dir, "run.json", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) problem = NULL;
	RunInfo *run;

	if (!g_file_get_contents(path, &text, NULL, &problem)) {
		g_set_error(error, RESULT_ERROR, RESULT_ERROR_FILE, "%s", problem->message);
		return NULL;
	}
	run = run_info_parse(text, error);
	if (!run)
		g_prefix_error(error, "%s: ", path);
	return run;
}

void run_info_free(RunInfo *run)
{
	if (!run)
		return;
	g_free(run->iplab);
	g_free(run->started);
	g_free(run->command);
	g_free(run->kernel);
	g_free(run->machine);
	g_hash_table_unref(run->clients);
	g_hash_table_unref(run->scenarios);
	g_free(run);
}
