/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/merge, harness/past_run: shards that are a whole, and those that are not
 */
#include "harness/merge.h"

#include <string.h>

#include "harness/past_run.h"
#include "reports/result.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

static char *dir;

static void set_up(void)
{
	dir = temp_folder_new();
}

static void tear_down(void)
{
	temp_folder_remove(dir);
}

static char *results_of(const char *cells)
{
	g_auto(GStrv) list = g_strsplit(cells, " ", -1);
	GString *lines = g_string_new(NULL);

	for (char **cell = list; *cell; cell++) {
		g_autoptr(Result) r = NULL;
		g_autofree char *json = NULL;

		if (!**cell)
			continue;
		r = result_new_for(*cell, "c", "builtin", "s/x", 1, true);
		json = result_to_json(r);
		g_string_append_printf(lines, "%s\n", json);
	}
	return g_string_free(lines, FALSE);
}

/* "HASH N_WHOLE INDEX/TOTAL N_CELLS SUM: CELL CELL ...": what a run's folder says. */
static PastRun *put_run(unsigned number, const char *spec)
{
	g_autofree char *name = g_strdup_printf("%u", number), *json = NULL, *results = NULL;
	g_autofree char *path = g_build_filename(dir, name, NULL);
	g_autofree char *run_json = g_build_filename(name, "run.json", NULL);
	g_autofree char *jsonl = g_build_filename(name, "results.jsonl", NULL);
	g_auto(GStrv) halves = g_strsplit(spec, ":", 2);
	g_auto(GStrv) w = g_strsplit(halves[0], " ", -1);
	g_auto(GStrv) shard = g_strsplit(w[2], "/", 2);
	g_autoptr(GError) error = NULL;
	PastRun *run;

	json = g_strdup_printf(
		"{\"schema\": 1, \"command\": [\"run\", \"-j1\"], \"folder\": \"/\", "
		"\"n_cells\": %s, \"plan\": {\"name\": \"p\", \"hash\": \"%s\", \"cells_hash\": "
		"\"p\", \"n_cells\": %s, "
		"\"shard\": {\"index\": %s, \"total\": %s}}, \"clients\": {\"c\": {\"file\": "
		"{\"path\": \"/%u\", \"sha256\": \"%s\"}}, \"c%u\": {}}}",
		w[3], w[0], w[1], shard[0], shard[1], number, w[4], number);
	results = results_of(halves[1]);
	text_file_put(dir, run_json, json);
	text_file_put(dir, jsonl, results);
	run = past_run_load(path, &error);
	ck_assert_msg(run != NULL, "%s", error ? error->message : "");
	return run;
}

static GPtrArray *put_runs(const char *const *specs)
{
	GPtrArray *runs = g_ptr_array_new_with_free_func((GDestroyNotify)past_run_free);

	for (unsigned i = 0; i < 3 && specs[i]; i++)
		g_ptr_array_add(runs, put_run(i, specs[i]));
	return runs;
}

static const struct {
	const char *what, *specs[3];
	int code; /* -1: they are a whole */
	const char *says;
} rows[] = {
	{ "a whole", { "h 3 2/2 1 s:x", "h 3 1/2 2 s:y z" }, -1, NULL },
	{ "one that is not divided", { "h 2 1/1 2 s:x y" }, -1, NULL },
	{ "a shard with nothing to do", { "h 1 1/2 1 s:x", "h 1 2/2 0 s:" }, -1, NULL },
	{ "one is missing",
	  { "h 3 1/3 1 s:x", "h 3 3/3 1 s:z" },
	  MERGE_ERROR_GAP,
	  "shard 2 of 3 is" },
	{ "two are missing", { "h 3 2/3 1 s:x" }, MERGE_ERROR_GAP, "shards 1, 3 of 3 are" },
	{ "one is there twice",
	  { "h 2 1/2 1 s:x", "h 2 1/2 1 s:x" },
	  MERGE_ERROR_TWICE,
	  "shard 1 of 2" },
	{ "a cell is there twice",
	  { "h 2 1/2 1 s:x", "h 2 2/2 1 s:x" },
	  MERGE_ERROR_TWICE,
	  "cell x" },
	{ "a cell twice in one", { "h 2 1/1 2 s:x x" }, MERGE_ERROR_TWICE, "cell x" },
	{ "another plan", { "h 2 1/2 1 s:x", "g 2 2/2 1 s:y" }, MERGE_ERROR_PLAN, "is of plan" },
	{ "another division", { "h 2 1/2 1 s:x", "h 2 2/3 1 s:y" }, MERGE_ERROR_PLAN, "one of 3" },
	{ "one was killed",
	  { "h 3 1/2 2 s:x", "h 3 2/2 1 s:y" },
	  MERGE_ERROR_GAP,
	  "is not complete: 1 of 2" },
	{ "the sum is not right",
	  { "h 3 1/2 1 s:x", "h 3 2/2 1 s:y" },
	  MERGE_ERROR_GAP,
	  "2 of the 3" },
};

START_TEST(checks)
{
	g_autoptr(GPtrArray) runs = put_runs(rows[_i].specs);
	g_autoptr(GError) error = NULL;
	bool ok = merge_check(runs, &error);

	ck_assert_msg(ok == (rows[_i].code < 0), "%s", rows[_i].what);
	if (ok)
		return;
	ck_assert_msg(g_error_matches(error, MERGE_ERROR, rows[_i].code), "%s: %s", rows[_i].what,
		      error->message);
	ck_assert_msg(strstr(error->message, rows[_i].says), "%s: %s", rows[_i].what,
		      error->message);
}
END_TEST

START_TEST(the_whole_is_described)
{
	g_autoptr(GPtrArray) runs = put_runs(rows[0].specs);
	g_autofree char *text = merge_describe(runs, NULL);
	g_autoptr(GPtrArray) results = merge_results(runs);
	g_autofree char *path = g_build_filename(dir, "whole", NULL);
	g_autoptr(PastRun) whole = NULL;

	ck_assert_uint_eq(results->len, 3);
	ck_assert_str_eq(((Result *)results->pdata[0])->cell, "x");
	ck_assert_str_eq(((Result *)results->pdata[2])->cell, "z");
	text_file_put(dir, "whole/run.json", text);
	text_file_put(dir, "whole/results.jsonl", "");
	whole = past_run_load(path, NULL);
	ck_assert_ptr_nonnull(whole);
	ck_assert_uint_eq(whole->n_cells, 3);
	ck_assert_uint_eq(whole->n_whole, 3);
	ck_assert_uint_eq(whole->shard.index, 1);
	ck_assert_uint_eq(whole->shard.total, 1);
	ck_assert_str_eq(whole->hash, "h");
	ck_assert_str_eq(whole->command[1], "-j1");
	ck_assert_str_eq(whole->folder, "/");
	ck_assert(json_object_has_member(json_object_get_object_member(whole->json, "clients"),
					 "c1"));
	ck_assert_uint_eq(
		json_array_get_length(json_object_get_array_member(whole->json, "merged")), 2);
	/* What was read is as it was. */
	ck_assert_uint_eq(((PastRun *)runs->pdata[0])->n_cells, 1);
	ck_assert(!json_object_has_member(
		json_object_get_object_member(((PastRun *)runs->pdata[0])->json, "clients"), "c1"));
}
END_TEST

START_TEST(other_files_under_the_same_name)
{
	const char *const specs[] = { "h 2 1/2 1 s:x", "h 2 2/2 1 t:y", NULL };
	g_autoptr(GPtrArray) runs = put_runs(specs);
	g_autoptr(GError) error = NULL;

	ck_assert(merge_check(runs, NULL));
	ck_assert_ptr_null(merge_describe(runs, &error));
	ck_assert(g_error_matches(error, MERGE_ERROR, MERGE_ERROR_INPUTS));
	ck_assert_ptr_nonnull(strstr(error->message, "\"c\""));
}
END_TEST

START_TEST(the_files_of_cells_are_taken)
{
	g_autoptr(GPtrArray) runs = put_runs(rows[0].specs);
	g_autofree char *to = g_build_filename(dir, "whole", NULL);
	g_autofree char *a = NULL, *b = NULL;
	g_autoptr(GError) error = NULL;

	text_file_put(dir, "0/cells/c/builtin/s/x/1/console.gz", "one");
	text_file_put(dir, "1/cells/c/builtin/s/y/1/again/2/console.gz", "two");
	ck_assert_msg(merge_cells(runs, to, &error), "%s", error ? error->message : "");
	a = text_file_get(dir, "whole/cells/c/builtin/s/x/1/console.gz");
	b = text_file_get(dir, "whole/cells/c/builtin/s/y/1/again/2/console.gz");
	ck_assert_str_eq(a, "one");
	ck_assert_str_eq(b, "two");
}
END_TEST

static const char *const bad_rows[] = {
	"",
	"[]",
	"{}",
	"{\"plan\": 3}",
	"{\"plan\": {\"hash\": 3, \"n_cells\": \"x\", \"shard\": []}}",
	"{\"plan\": {\"hash\": \"h\", \"cells_hash\": \"h\", \"n_cells\": 1}}",
	"{\"plan\": {\"hash\": \"h\", \"cells_hash\": \"h\", \"n_cells\": 1, \"shard\": "
	"{\"index\": 2, \"total\": 1}}}",
	"{\"plan\": {\"hash\": \"h\", \"cells_hash\": \"h\", \"n_cells\": -1, \"shard\": "
	"{\"index\": 1, \"total\": 1}}}",
	"{\"plan\": {\"hash\": \"h\", \"cells_hash\": \"h\", \"n_cells\": 1, \"shard\": "
	"{\"index\": 1, \"total\": "
	"4000000}}}",
};

START_TEST(what_is_no_run)
{
	g_autoptr(GError) error = NULL;

	text_file_put(dir, "run.json", bad_rows[_i]);
	text_file_put(dir, "results.jsonl", "");
	ck_assert_msg(!past_run_load(dir, &error), "%s", bad_rows[_i]);
	ck_assert(error->domain == PAST_RUN_ERROR);
	past_run_free(NULL);
}
END_TEST

#define add(s, fn, n)                                                                              \
	do {                                                                                       \
		TCase *tc_ = tcase_create(#fn);                                                    \
		tcase_add_checked_fixture(tc_, set_up, tear_down);                                 \
		tcase_add_loop_test(tc_, fn, 0, n);                                                \
		suite_add_tcase(s, tc_);                                                           \
	} while (0)

int main(void)
{
	Suite *s = suite_create("merge");

	/* JSON of the wrong shape must not even make json-glib complain. */
	g_log_set_always_fatal(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);

	add(s, checks, N_ROWS(rows));
	add(s, the_whole_is_described, 1);
	add(s, other_files_under_the_same_name, 1);
	add(s, the_files_of_cells_are_taken, 1);
	add(s, what_is_no_run, N_ROWS(bad_rows));
	return suite_run(s);
}
