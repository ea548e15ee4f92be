/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/rundir: a run's folder
 *
 * This program lies in no source tree of the kind that is looked for, so that the default folder is
 * below the working directory, which is a folder of the test's own.
 */
#include "harness/rundir.h"

#include <check.h>
#include <errno.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

static char *dir;
static char *no_files[] = { NULL };
static const struct server_here no_servers[SERVER_N_KINDS];

static void set_up(void)
{
	dir = temp_folder_new();
	ck_assert_int_eq(chdir(dir), 0);
}

static void tear_down(void)
{
	ck_assert_int_eq(chdir("/"), 0);
	temp_folder_remove(dir);
}

static Rundir *make(const char *path)
{
	g_autoptr(GError) error = NULL;
	Rundir *r = rundir_new(path, &error);

	ck_assert_msg(r != NULL, "%s", error ? error->message : "no error");
	return r;
}

START_TEST(a_folder_that_is_named)
{
	g_autofree char *want = g_build_filename(dir, "deep", "run", NULL);
	g_autofree char *empty = NULL;
	g_autoptr(Rundir) r = make("deep/./run");

	ck_assert_str_eq(rundir_path(r), want);
	empty = text_file_get(want, "results.jsonl");
	ck_assert_str_eq(empty, "");
}
END_TEST

START_TEST(a_folder_that_is_there)
{
	g_autofree char *want = g_build_filename(dir, "run", NULL);
	g_autoptr(Rundir) r = NULL;

	text_file_put(dir, "run/notes.txt", "mine");
	r = make(want);
	ck_assert_str_eq(rundir_path(r), want);
}
END_TEST

/* What a death left of a line goes; then results follow those that are whole. */
START_TEST(a_run_goes_on)
{
	g_autoptr(Rundir) r = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;

	text_file_put(dir, "run/results.jsonl", "{\"a\":1}\n{\"b\":2}\n{\"c");
	text_file_put(dir, "run/cells/x/1/console.gz", "half");
	r = rundir_open("run", &error);
	ck_assert_msg(r != NULL, "%s", error ? error->message : "no error");
	rundir_forget_cell(r, "x/1");
	ck_assert(rundir_add_result(r, "{\"d\":4}", NULL));
	text = text_file_get("run", "results.jsonl");
	ck_assert_str_eq(text, "{\"a\":1}\n{\"b\":2}\n{\"d\":4}\n");
	ck_assert(!g_file_test("run/cells/x/1", G_FILE_TEST_EXISTS));
	ck_assert(g_file_test("run/cells/x", G_FILE_TEST_IS_DIR));
}
END_TEST

static const char *const half_rows[] = { "", "{\"a", "\n" };

START_TEST(nothing_whole_is_there_yet)
{
	g_autoptr(Rundir) r = NULL;
	g_autofree char *text = NULL;

	text_file_put(dir, "run/results.jsonl", half_rows[_i]);
	r = rundir_open("run", NULL);
	ck_assert_ptr_nonnull(r);
	text = text_file_get("run", "results.jsonl");
	ck_assert_str_eq(text, g_str_has_suffix(half_rows[_i], "\n") ? "\n" : "");
}
END_TEST

START_TEST(a_run_that_cannot_go_on)
{
	g_autoptr(Rundir) r = make("run");
	g_autoptr(GError) busy = NULL, none = NULL;

	ck_assert_ptr_null(rundir_open("run", &busy));
	ck_assert(g_error_matches(busy, RUNDIR_ERROR, RUNDIR_ERROR_BUSY));
	ck_assert_ptr_null(rundir_open("nowhere", &none));
	ck_assert(g_error_matches(none, RUNDIR_ERROR, RUNDIR_ERROR_FILE));
}
END_TEST

START_TEST(folders_that_have_no_name)
{
	g_autofree char *runs = g_build_filename(dir, "reports", "runs", NULL);
	g_autofree char *link = g_build_filename(runs, "latest", NULL);
	g_autofree char *latest = NULL, *target = NULL, *last = NULL;
	g_autoptr(Rundir) one = NULL, two = NULL, three = NULL;

	ck_assert_ptr_null(rundir_latest());
	one = make(NULL);
	two = make(NULL);
	three = make(NULL);
	ck_assert(g_str_has_prefix(rundir_path(one), runs));
	ck_assert_str_ne(rundir_path(one), rundir_path(two));
	ck_assert_str_ne(rundir_path(two), rundir_path(three));
	/* 20240131T120000Z, perhaps with -2 behind it */
	last = g_path_get_basename(rundir_path(three));
	ck_assert(g_regex_match_simple("^[0-9]{8}T[0-9]{6}Z(-[0-9]+)?$", last, 0, 0));
	latest = rundir_latest();
	ck_assert_str_eq(latest, link);
	target = g_file_read_link(link, NULL);
	ck_assert_str_eq(target, last);
}
END_TEST

START_TEST(a_named_folder_is_not_the_latest)
{
	g_autoptr(Rundir) r = make("elsewhere");

	ck_assert_ptr_null(rundir_latest());
}
END_TEST

START_TEST(a_folder_with_a_run_in_it)
{
	g_autoptr(Rundir) r = make("run");
	g_autoptr(GError) error = NULL;

	ck_assert(rundir_add_result(r, "{}", NULL));
	ck_assert_ptr_null(rundir_new("run", &error));
	ck_assert(g_error_matches(error, RUNDIR_ERROR, RUNDIR_ERROR_USED));
}
END_TEST

static const struct {
	const char *what, *path;
} bad_rows[] = {
	{ "a file", "file" },
	{ "below a file", "file/run" },
	{ "where nobody may write", "/proc/run" },
};

START_TEST(folders_that_cannot_be_made)
{
	g_autoptr(GError) error = NULL;

	text_file_put(dir, "file", "");
	ck_assert_msg(!rundir_new(bad_rows[_i].path, &error), "%s", bad_rows[_i].what);
	ck_assert_msg(g_error_matches(error, RUNDIR_ERROR, RUNDIR_ERROR_FILE), "%s: %s",
		      bad_rows[_i].what, error->message);
}
END_TEST

START_TEST(the_default_cannot_be_made)
{
	g_autoptr(GError) error = NULL;

	text_file_put(dir, "reports", "");
	ck_assert_ptr_null(rundir_new(NULL, &error));
	ck_assert(g_error_matches(error, RUNDIR_ERROR, RUNDIR_ERROR_FILE));
}
END_TEST

START_TEST(the_folder_of_a_cell)
{
	g_autoptr(Rundir) r = make("run");
	g_autoptr(GError) error = NULL;
	g_autofree char *want = g_build_filename(dir, "run/cells/a/b/c/d/1", NULL);
	g_autofree char *once = rundir_cell(r, "a/b/c/d/1", NULL);
	g_autofree char *twice = rundir_cell(r, "a/b/c/d/1", NULL);

	ck_assert_str_eq(once, want);
	ck_assert_str_eq(twice, want);
	ck_assert(g_file_test(want, G_FILE_TEST_IS_DIR));
	text_file_put(want, "file", "");
	ck_assert_ptr_null(rundir_cell(r, "a/b/c/d/1/file", &error));
	ck_assert(g_error_matches(error, RUNDIR_ERROR, RUNDIR_ERROR_FILE));
}
END_TEST

START_TEST(results_are_lines)
{
	g_autoptr(Rundir) r = make("run");
	g_autofree char *text = NULL;

	ck_assert(rundir_add_result(r, "{\"a\":1}", NULL));
	ck_assert(rundir_add_result(r, "{\"b\":2}", NULL));
	text = text_file_get("run", "results.jsonl");
	ck_assert_str_eq(text, "{\"a\":1}\n{\"b\":2}\n");
}
END_TEST

START_TEST(a_full_disk_leaves_no_half_line)
{
	g_autoptr(Rundir) r = make("run");
	g_autoptr(GError) partly = NULL, not_at_all = NULL;
	g_autofree char *text = NULL;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert(rundir_add_result(r, "{\"a\":1}", NULL)); /* 8 bytes */
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 12, 12 }), 0);
	ck_assert(!rundir_add_result(r, "{\"b\":2}", &partly));
	ck_assert(g_error_matches(partly, RUNDIR_ERROR, RUNDIR_ERROR_FILE));
	text = text_file_get("run", "results.jsonl");
	ck_assert_str_eq(text, "{\"a\":1}\n");
}
END_TEST

/* --- run.json --------------------------------------------------------------------------------- */

struct inputs {
	Client *client;
	Scenario *scenario;
	GPtrArray *cells;
	struct plan_cell one, two;
};

static struct inputs inputs_new(void)
{
	struct inputs in = { .cells = g_ptr_array_new() };
	g_autofree char *qemu = text_file(dir, "qemu", "#!/bin/sh\necho QEMU 7.2 $1; echo more\n");
	g_autofree char *scenario =
		text_file(dir, "s.ini",
			  "[scenario]\nsummary = claim\n[file.k]\npath = fw/fw.img\n"
			  "[file.t]\ntext = x\n");
	g_autofree char *firmware = text_file(dir, "fw/fw.img", "firmware");
	g_autofree char *text = g_strdup_printf("[client]\nsummary = client\nprovides = ccw\n"
						"enter = firmware\nqemu = %s\nfirmware = %s\n",
						qemu, firmware);
	g_autofree char *client = text_file(dir, "c.ini", "[client]\nbase = b\n");

	text_file_put(dir, "b.ini", text);
	text_file_put(dir, "fw/package", "[package]\nname = n\nversion = 1:2-3\nsuite = sid\n");
	ck_assert_int_eq(chmod(qemu, 0755), 0);
	in.client = client_load(client, "c", NULL, NULL);
	client_ask_qemu(in.client);
	in.scenario = scenario_load(scenario, "area/s", NULL);
	in.one = in.two = (struct plan_cell){ .client = in.client, .scenario = in.scenario };
	return in;
}

static void inputs_free(struct inputs *in)
{
	client_free(in->client);
	scenario_free(in->scenario);
	g_ptr_array_unref(in->cells);
}

START_TEST(a_run_is_described)
{
	struct inputs in = inputs_new();
	char *command[] = { (char *)"iplab", (char *)"run", (char *)"a \"b\"", NULL };
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "firmware", -1);
	g_autofree char *text = NULL;
	g_autoptr(Rundir) r = make("run");
	JsonObject *o, *c, *s;

	g_ptr_array_add(in.cells, &in.one);
	g_ptr_array_add(in.cells, &in.two);
	ck_assert(rundir_describe(r, command, in.cells, NULL, no_servers, no_files, NULL));
	text = text_file_get("run", "run.json");
	ck_assert(json_parser_load_from_data(parser, text, -1, NULL));
	o = json_node_get_object(json_parser_get_root(parser));
	ck_assert_int_eq(json_object_get_int_member(o, "schema"), RUNDIR_SCHEMA);
	ck_assert_int_eq(json_object_get_int_member(o, "n_cells"), 2);
	ck_assert_ptr_nonnull(json_object_get_string_member(o, "iplab"));
	ck_assert_ptr_nonnull(json_object_get_string_member(o, "started"));
	ck_assert_str_eq(
		json_array_get_string_element(json_object_get_array_member(o, "command"), 2),
		"a \"b\"");
	ck_assert_uint_eq(json_object_get_size(json_object_get_object_member(o, "clients")), 1);
	c = json_object_get_object_member(json_object_get_object_member(o, "clients"), "c");
	ck_assert_str_eq(json_object_get_string_member(c, "qemu_version"), "QEMU 7.2 -help");
	ck_assert_str_eq(json_object_get_string_member(json_object_get_object_member(c, "firmware"),
						       "sha256"),
			 sha256);
	ck_assert_str_eq(json_object_get_string_member(json_object_get_object_member(c, "firmware"),
						       "version"),
			 "1:2-3");
	ck_assert(!json_object_has_member(json_object_get_object_member(c, "file"), "version"));
	ck_assert(!json_object_has_member(c, "netboot"));
	ck_assert(g_str_has_suffix(
		json_object_get_string_member(
			json_array_get_object_element(json_object_get_array_member(c, "bases"), 0),
			"path"),
		"/b.ini"));
	ck_assert_int_gt(
		json_object_get_int_member(json_object_get_object_member(o, "host"), "cpus"), 0);
	s = json_object_get_object_member(json_object_get_object_member(o, "scenarios"), "area/s");
	ck_assert_str_eq(json_object_get_string_member(s, "summary"), "claim");
	s = json_object_get_object_member(s, "served");
	ck_assert_uint_eq(json_object_get_size(s), 1); /* the text stands in the scenario */
	ck_assert_str_eq(
		json_object_get_string_member(json_object_get_object_member(s, "k"), "sha256"),
		sha256);
	inputs_free(&in);
}
END_TEST

START_TEST(daemons_are_named)
{
	struct inputs in = inputs_new();
	g_autofree char *program = text_file(dir, "dnsmasq", "daemon");
	struct server_here servers[SERVER_N_KINDS] = {
		[SERVER_DNSMASQ] = { .program = program, .version = (char *)"2.90" }
	};
	char *command[] = { NULL };
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "daemon", -1);
	g_autofree char *text = NULL;
	g_autoptr(Rundir) r = make("run");
	JsonObject *o;

	ck_assert(rundir_describe(r, command, in.cells, NULL, servers, no_files, NULL));
	text = text_file_get("run", "run.json");
	ck_assert(json_parser_load_from_data(parser, text, -1, NULL));
	o = json_object_get_object_member(json_node_get_object(json_parser_get_root(parser)),
					  "servers");
	ck_assert_uint_eq(json_object_get_size(o), 1);
	o = json_object_get_object_member(o, "dnsmasq");
	ck_assert_str_eq(json_object_get_string_member(o, "version"), "2.90");
	o = json_object_get_object_member(o, "program");
	ck_assert_str_eq(json_object_get_string_member(o, "path"), program);
	ck_assert_str_eq(json_object_get_string_member(o, "sha256"), sha256);
	inputs_free(&in);
}
END_TEST

START_TEST(known_failures_are_named)
{
	struct inputs in = inputs_new();
	g_autofree char *file = text_file(dir, "known.ini", "known");
	char *command[] = { NULL };
	char *known[] = { file, (char *)"/nonexistent/known.ini", NULL };
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "known", -1);
	g_autofree char *text = NULL;
	g_autoptr(Rundir) r = make("run");
	JsonArray *list;

	ck_assert(rundir_describe(r, command, in.cells, NULL, no_servers, known, NULL));
	text = text_file_get("run", "run.json");
	ck_assert(json_parser_load_from_data(parser, text, -1, NULL));
	list = json_object_get_array_member(json_node_get_object(json_parser_get_root(parser)),
					    "known_failures");
	ck_assert_uint_eq(json_array_get_length(list), 2);
	ck_assert_str_eq(
		json_object_get_string_member(json_array_get_object_element(list, 0), "path"),
		file);
	ck_assert_str_eq(
		json_object_get_string_member(json_array_get_object_element(list, 0), "sha256"),
		sha256);
	ck_assert(json_object_get_null_member(json_array_get_object_element(list, 1), "sha256"));
	inputs_free(&in);
}
END_TEST

START_TEST(what_cannot_be_read_is_null)
{
	struct inputs in = inputs_new();
	char *command[] = { NULL };
	g_autofree char *text = NULL;
	g_autoptr(Rundir) r = make("run");

	g_free(in.client->qemu);
	in.client->qemu = g_strdup("/nonexistent/qemu");
	client_ask_qemu(in.client);
	g_ptr_array_add(in.cells, &in.one);
	ck_assert(rundir_describe(r, command, in.cells, NULL, no_servers, no_files, NULL));
	text = text_file_get("run", "run.json");
	ck_assert_ptr_nonnull(strstr(text, "\"qemu_version\" : null"));
	ck_assert_ptr_nonnull(strstr(text, "\"sha256\" : null"));
	inputs_free(&in);
}
END_TEST

START_TEST(a_description_that_cannot_be_written)
{
	struct inputs in = inputs_new();
	char *command[] = { NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(Rundir) r = make("run");

	ck_assert_int_eq(g_mkdir_with_parents("run/run.json/x", 0755), 0);
	ck_assert(!rundir_describe(r, command, in.cells, NULL, no_servers, no_files, &error));
	ck_assert(g_error_matches(error, RUNDIR_ERROR, RUNDIR_ERROR_FILE));
	inputs_free(&in);
	rundir_free(NULL);
}
END_TEST

START_TEST(inputs_are_told_to_people)
{
	struct inputs in = inputs_new();
	char *command[] = { NULL };
	g_autoptr(Rundir) r = make("run");
	g_auto(GStrv) lines = NULL, nobody = NULL;
	g_autofree char *all = NULL;

	g_ptr_array_add(in.cells, &in.one);
	ck_assert(rundir_describe(r, command, in.cells, NULL, no_servers, no_files, NULL));
	lines = rundir_inputs("run", "c", "area/s");
	all = g_strjoinv("\n", lines);
	ck_assert_ptr_nonnull(strstr(all, "claim"));
	ck_assert_ptr_nonnull(strstr(all, "QEMU 7.2 -help"));
	ck_assert_ptr_nonnull(strstr(all, "fw.img  sha256 "));
	ck_assert_ptr_nonnull(strstr(all, "  version 1:2-3"));
	nobody = rundir_inputs("run", "d", "area/t");
	ck_assert_uint_eq(g_strv_length(nobody), 0);
	inputs_free(&in);
}
END_TEST

static const struct {
	const char *what, *text; /* NULL: there is no such file */
} broken_rows[] = {
	{ "no file", NULL },
	{ "an empty file", "" },
	{ "half a file", "{\"clients\" : {\"c\"" },
	{ "a list", "[]" },
	{ "clients that are none", "{\"clients\" : 5, \"scenarios\" : []}" },
	{ "a client that is none", "{\"clients\" : {\"c\" : \"x\"}}" },
	{ "a firmware without a path", "{\"clients\" : {\"c\" : {\"firmware\" : {}}}}" },
	{ "a firmware that is a number", "{\"clients\" : {\"c\" : {\"firmware\" : 5}}}" },
	{ "a firmware that is a list", "{\"clients\" : {\"c\" : {\"firmware\" : []}}}" },
	{ "a path that is a list", "{\"clients\" : {\"c\" : {\"firmware\" : {\"path\" : []}}}}" },
};

START_TEST(inputs_that_cannot_be_told)
{
	g_auto(GStrv) lines = NULL;

	if (broken_rows[_i].text)
		text_file_put(dir, "run.json", broken_rows[_i].text);
	lines = rundir_inputs(dir, "c", "s");
	ck_assert_msg(!*lines, "%s: %s", broken_rows[_i].what, *lines);
}
END_TEST

static void add(Suite *s, const char *name, const TTest *fn, int n)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, fn, 0, n);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("rundir");

	/* JSON of the wrong shape must not even make json-glib complain. */
	g_log_set_always_fatal(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
	add(s, "a_folder_that_is_named", a_folder_that_is_named, 1);
	add(s, "a_folder_that_is_there", a_folder_that_is_there, 1);
	add(s, "a_run_goes_on", a_run_goes_on, 1);
	add(s, "nothing_whole_is_there_yet", nothing_whole_is_there_yet, N_ROWS(half_rows));
	add(s, "a_run_that_cannot_go_on", a_run_that_cannot_go_on, 1);
	add(s, "folders_that_have_no_name", folders_that_have_no_name, 1);
	add(s, "a_named_folder_is_not_the_latest", a_named_folder_is_not_the_latest, 1);
	add(s, "a_folder_with_a_run_in_it", a_folder_with_a_run_in_it, 1);
	add(s, "folders_that_cannot_be_made", folders_that_cannot_be_made, N_ROWS(bad_rows));
	add(s, "the_default_cannot_be_made", the_default_cannot_be_made, 1);
	add(s, "the_folder_of_a_cell", the_folder_of_a_cell, 1);
	add(s, "results_are_lines", results_are_lines, 1);
	add(s, "a_full_disk_leaves_no_half_line", a_full_disk_leaves_no_half_line, 1);
	add(s, "a_run_is_described", a_run_is_described, 1);
	add(s, "daemons_are_named", daemons_are_named, 1);
	add(s, "known_failures_are_named", known_failures_are_named, 1);
	add(s, "what_cannot_be_read_is_null", what_cannot_be_read_is_null, 1);
	add(s, "a_description_that_cannot_be_written", a_description_that_cannot_be_written, 1);
	add(s, "inputs_are_told_to_people", inputs_are_told_to_people, 1);
	add(s, "inputs_that_cannot_be_told", inputs_that_cannot_be_told, N_ROWS(broken_rows));
	return suite_run(s);
}
