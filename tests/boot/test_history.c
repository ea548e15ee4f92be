/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab history`: a run is added, and a later one that is slower is found
 */
#include <string.h>

#include "tests/boot/lab.h"
#include "tests/support/suite.h"

/* The same run a night later: each payload comes a second later. Its folder; caller frees. */
static char *slower(const char *dir)
{
	g_autofree char *results = g_build_filename(dir, "results.jsonl", NULL), *text = NULL;
	g_autofree char *changed = NULL;
	g_autofree char *run = lab_file("run.json", "{\"started\":\"2999-01-01T00:00:00Z\"}");
	char *folder = g_path_get_dirname(run);
	g_autofree char *path = g_build_filename(folder, "results.jsonl", NULL);
	g_autoptr(GRegex) payload = g_regex_new("(\"payload\":)\\d", 0, 0, NULL);

	ck_assert(g_file_get_contents(results, &text, NULL, NULL));
	changed = g_regex_replace(payload, text, -1, 0, "\\g<1>9", 0, NULL);
	ck_assert_str_ne(text, changed);
	ck_assert(g_file_set_contents(path, changed, -1, NULL));
	return folder;
}

START_TEST(a_slower_night_is_found)
{
	g_autofree char *dir = lab_path("run"), *db = lab_path("history.sqlite"), *later = NULL;
	g_autoptr(Job) run = job_of("run", "client=lwip", "server=builtin", "scenario=boot/probe",
				    "--repeat", "2", "--out", dir);
	g_autoptr(Job) add = NULL, again = NULL, before = NULL, more = NULL, after = NULL;
	g_autoptr(Job) show = NULL, json = NULL, lines = NULL, shares = NULL, typo = NULL;

	assert_exit(run, 0);
	add = job_of("history", "add", dir, "--db", db);
	assert_exit(add, 0);
	assert_says(add, "added ");
	again = job_of("history", "add", dir, "--db", db);
	assert_exit(again, 0);
	assert_says(again, "there already: ");
	before = job_of("history", "trend", "--db", db);
	assert_exit(before, 0);
	assert_says(before, "payload changed in 0 of 1 series, in 1 runs.");

	later = slower(dir);
	more = job_of("history", "add", later, "--db", db);
	assert_exit(more, 0);
	after = job_of("history", "trend", "client=lwip", "--db", db);
	assert_exit(after, 0);
	assert_says(after, "boot/probe lwip builtin, virtual clock, 2 runs, now 9");
	assert_says(after, "2999-01-01T00:00:00Z");
	assert_says(after, "2 of 2 seeds changed");
	assert_says(after, "payload changed in 1 of 1 series, in 2 runs.");
	show = job_of("history", "show", "--db", db);
	assert_says(show, "2 pass");
	json = job_of("history", "show", "--db", db, "--json");
	assert_exit(json, 0);
	ck_assert_msg(g_str_has_prefix(job_out(json), "{\"schema\":1,\"run\":\""), "%s",
		      job_out(json));
	assert_says(json, "\"started\":\"2999-01-01T00:00:00Z\",\"verdicts\":{\"pass\":2}}\n");
	lines = job_of("history", "trend", "--db", db, "--json");
	assert_exit(lines, 0);
	ck_assert_str_eq(strchr(job_out(lines), '\n'), "\n");
	assert_says(lines, "\"seeds_changed\":2,\"seeds_common\":2}]}\n");
	shares = job_of("history", "trend", "--db", db, "--metric=completion", "--all");
	assert_exit(shares, 0);
	assert_says(shares, "boot/probe lwip builtin, virtual clock, 2 runs, now 100.0 %\n"
			    "completion changed in 0 of 1 series, in 2 runs.");
	typo = job_of("history", "trend", "client=lwpi", "--db", db);
	assert_exit(typo, 2);
}
END_TEST

static const struct {
	const char *args[3], *says;
	int code;
} bad_rows[] = {
	{ { NULL }, "say what: add, show or trend", 2 },
	{ { "add", "/nonexistent" }, "there is no run in /nonexistent", 3 },
	{ { "show", "x" }, "show takes no arguments", 2 },
	{ { "add", "--json" }, "--json is for show and trend", 2 },
	{ { "trend", "tag=x" }, "knows no tags", 2 },
	{ { "trend", "--metric=Payload" }, "is no metric", 2 },
	{ { "trend" }, "payload changed in 0 of 0 series, in 0 runs.", 3 },
};

START_TEST(what_is_wrong_is_said)
{
	g_autofree char *db = lab_path("history.sqlite");
	g_autofree char *option = g_strconcat("--db=", db, NULL);
	const char *const *a = bad_rows[_i].args;
	g_autoptr(Job) j = job_of("history", option, a[0], a[1], a[2]);

	assert_exit(j, bad_rows[_i].code);
	assert_says(j, bad_rows[_i].says);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("history");

	lab_add(s, a_slower_night_is_found);
	lab_add_rows(s, what_is_wrong_is_said, N_ROWS(bad_rows));
	return lab_main(s);
}
