/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shards into one run
 */
#include "harness/merge.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/past_run.h"
#include "reports/result.h"

enum {
	DIR_MODE = 0755,
	DEPTH_MAX = 16, /* of folders in a cell's */
};

GQuark merge_error_quark(void)
{
	return g_quark_from_static_string("merge-error-quark");
}

/* --- whether they are one ----------------------------------------------------------------------
 */

static bool check_plan(const PastRun *first, const PastRun *r, GError **error)
{
	if (!g_str_equal(first->hash, r->hash) || first->n_whole != r->n_whole) {
		g_set_error(error, MERGE_ERROR, MERGE_ERROR_PLAN,
			    "%s is of plan %.12s with %u cells, %s of %.12s with %u: other cells, "
			    "scenarios, clients, durations, or another night",
			    first->path, first->hash, first->n_whole, r->path, r->hash, r->n_whole);
		return false;
	}
	if (first->shard.total == r->shard.total)
		return true;
	g_set_error(error, MERGE_ERROR, MERGE_ERROR_PLAN, "%s is one of %u shards, %s one of %u",
		    first->path, first->shard.total, r->path, r->shard.total);
	return false;
}

/* "2, 3 and 7" would be nicer; "2, 3, 7" is as clear. */
static bool check_indices(GPtrArray *runs, unsigned total, GError **error)
{
	g_autofree const PastRun **of = g_new0(const PastRun *, total + 1);
	g_autoptr(GString) missing = g_string_new(NULL);
	unsigned n_missing = 0;

	for (unsigned i = 0; i < runs->len; i++) {
		const PastRun *r = runs->pdata[i], *other = of[r->shard.index];

		if (other) {
			g_set_error(error, MERGE_ERROR, MERGE_ERROR_TWICE,
				    "shard %u of %u is there twice: %s and %s", r->shard.index,
				    total, other->path, r->path);
			return false;
		}
		of[r->shard.index] = r;
	}
	for (unsigned i = 1; i <= total; i++)
		if (!of[i])
			g_string_append_printf(missing, "%s%u", n_missing++ ? ", " : "", i);
	if (!n_missing)
		return true;
	g_set_error(error, MERGE_ERROR, MERGE_ERROR_GAP, "shard%s %s of %u %s missing",
		    n_missing > 1 ? "s" : "", missing->str, total, n_missing > 1 ? "are" : "is");
	return false;
}

/* @seen: cell -> PastRun */
static bool check_complete(const PastRun *r, GHashTable *seen, GError **error)
{
	for (unsigned i = 0; i < r->results->len; i++) {
		const char *cell = ((const Result *)r->results->pdata[i])->cell;
		const PastRun *other = g_hash_table_lookup(seen, cell);

		if (other) {
			g_set_error(error, MERGE_ERROR, MERGE_ERROR_TWICE,
				    "cell %s is there twice, in %s and %s", cell, other->path,
				    r->path);
			return false;
		}
		g_hash_table_insert(seen, (void *)cell, (void *)r);
	}
	if (r->results->len == r->n_cells)
		return true;
	g_set_error(error, MERGE_ERROR, MERGE_ERROR_GAP,
		    "shard %u of %u, %s, is not complete: %u of %u cells; `iplab run --resume` "
		    "goes on",
		    r->shard.index, r->shard.total, r->path, r->results->len, r->n_cells);
	return false;
}

bool merge_check(GPtrArray *runs, GError **error)
{
	const PastRun *first = runs->pdata[0];
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (unsigned i = 1; i < runs->len; i++)
		if (!check_plan(first, runs->pdata[i], error))
			return false;
	if (!check_indices(runs, first->shard.total, error))
		return false;
	for (unsigned i = 0; i < runs->len; i++)
		if (!check_complete(runs->pdata[i], seen, error))
			return false;
	if (g_hash_table_size(seen) == first->n_whole)
		return true;
	g_set_error(error, MERGE_ERROR, MERGE_ERROR_GAP, "%u of the %u cells of the plan are there",
		    g_hash_table_size(seen), first->n_whole);
	return false;
}

/* --- results -----------------------------------------------------------------------------------
 */

static int by_cell(const void *a, const void *b)
{
	return strcmp((*(Result *const *)a)->cell, (*(Result *const *)b)->cell);
}

GPtrArray *merge_results(GPtrArray *runs)
{
	GPtrArray *all = g_ptr_array_new();

	for (unsigned i = 0; i < runs->len; i++) {
		const PastRun *r = runs->pdata[i];

		for (unsigned k = 0; k < r->results->len; k++)
			g_ptr_array_add(all, r->results->pdata[k]);
	}
	g_ptr_array_sort(all, by_cell);
	return all;
}

/* --- run.json ----------------------------------------------------------------------------------
 */

/* All sums in what is said of a client or scenario. Paths may differ from machine to machine. */
static void add_sums(JsonNode *node, GString *sums)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *member;

	if (!JSON_NODE_HOLDS_OBJECT(node))
		return;
	json_object_iter_init_ordered(&iter, json_node_get_object(node));
	while (json_object_iter_next_ordered(&iter, &name, &member)) {
		if (g_str_equal(name, "sha256") && JSON_NODE_HOLDS_VALUE(member))
			g_string_append_printf(sums, " %s", json_node_get_string(member));
		else
			add_sums(member, sums);
	}
}

static bool have_same_sums(JsonNode *a, JsonNode *b)
{
	g_autoptr(GString) of_a = g_string_new(NULL), of_b = g_string_new(NULL);

	add_sums(a, of_a);
	add_sums(b, of_b);
	return g_str_equal(of_a->str, of_b->str);
}

/* The members of @from's object @kind ("clients") into @into's. */
static bool unite(JsonObject *into, const PastRun *from, const char *kind, GError **error)
{
	JsonNode *theirs = json_object_get_member(from->json, kind);
	JsonNode *ours = json_object_get_member(into, kind), *member;
	JsonObjectIter iter;
	const char *name;

	if (!theirs || !JSON_NODE_HOLDS_OBJECT(theirs) || !ours || !JSON_NODE_HOLDS_OBJECT(ours))
		return true;
	json_object_iter_init_ordered(&iter, json_node_get_object(theirs));
	while (json_object_iter_next_ordered(&iter, &name, &member)) {
		JsonNode *known = json_object_get_member(json_node_get_object(ours), name);

		if (!known) {
			json_object_set_member(json_node_get_object(ours), name,
					       json_node_copy(member));
		} else if (!have_same_sums(known, member)) {
			g_set_error(error, MERGE_ERROR, MERGE_ERROR_INPUTS,
				    "%s: %s \"%s\" is not made of the same files as in the shards "
				    "before it",
				    from->path, kind, name);
			return false;
		}
	}
	return true;
}

static void set_plan(JsonObject *json)
{
	JsonObject *plan = json_object_get_object_member(json, "plan");
	JsonObject *shard = json_object_get_object_member(plan, "shard");

	json_object_set_int_member(json, "n_cells", json_object_get_int_member(plan, "n_cells"));
	json_object_set_int_member(shard, "index", 1);
	json_object_set_int_member(shard, "total", 1);
}

/* json-glib copies an object's members by reference: through text, all of it is another one. */
static JsonNode *copy_of(JsonObject *json)
{
	g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
	g_autofree char *text = NULL;

	json_node_set_object(node, json);
	text = json_to_string(node, FALSE);
	return json_from_string(text, NULL);
}

char *merge_describe(GPtrArray *runs, GError **error)
{
	static const char *const kinds[] = { "clients", "scenarios", "servers" };
	g_autoptr(JsonNode) whole = copy_of(((PastRun *)runs->pdata[0])->json);
	g_autoptr(JsonArray) merged = json_array_new();
	JsonObject *json = json_node_get_object(whole);

	for (unsigned i = 0; i < runs->len; i++) {
		const PastRun *r = runs->pdata[i];

		json_array_add_string_element(merged, r->path);
		for (unsigned k = 0; k < G_N_ELEMENTS(kinds); k++)
			if (!unite(json, r, kinds[k], error))
				return NULL;
	}
	json_object_set_array_member(json, "merged", g_steal_pointer(&merged));
	set_plan(json);
	return json_to_string(whole, TRUE);
}

/* --- the cells' files --------------------------------------------------------------------------
 */

static bool file_error(GError **error, const char *path)
{
	g_set_error(error, MERGE_ERROR, MERGE_ERROR_FILE, "%s: %s", path, g_strerror(errno));
	return false;
}

/* What is there already was made by us a moment ago: cells are in one shard each. */
static bool take_file(const char *from, const char *to, GError **error)
{
	g_autoptr(GFile) source = NULL, target = NULL;
	g_autoptr(GError) cause = NULL;

	if (link(from, to) == 0)
		return true;
	source = g_file_new_for_path(from);
	target = g_file_new_for_path(to);
	if (g_file_copy(source, target, G_FILE_COPY_NOFOLLOW_SYMLINKS, NULL, NULL, NULL, &cause))
		return true;
	g_set_error(error, MERGE_ERROR, MERGE_ERROR_FILE, "%s", cause->message);
	return false;
}

static bool take_folder(const char *from, const char *to, unsigned depth, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(from, 0, NULL);
	const char *name;

	if (g_mkdir_with_parents(to, DIR_MODE) < 0)
		return file_error(error, to);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *a = g_build_filename(from, name, NULL);
		g_autofree char *b = g_build_filename(to, name, NULL);
		bool is_link = g_file_test(a, G_FILE_TEST_IS_SYMLINK);
		bool is_folder = !is_link && g_file_test(a, G_FILE_TEST_IS_DIR);

		if (is_folder && depth == DEPTH_MAX) {
			errno = ELOOP;
			return file_error(error, a);
		}
		if (!(is_folder ? take_folder(a, b, depth + 1, error) : take_file(a, b, error)))
			return false;
	}
	return true;
}

bool merge_cells(GPtrArray *runs, const char *to, GError **error)
{
	g_autofree char *into = g_build_filename(to, "cells", NULL);

	for (unsigned i = 0; i < runs->len; i++) {
		g_autofree char *from =
			g_build_filename(((PastRun *)runs->pdata[i])->path, "cells", NULL);

		if (!take_folder(from, into, 0, error))
			return false;
	}
	return true;
}
