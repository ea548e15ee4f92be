/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/bisect_log: what was seen is read back, whole lines only, and by one at a time
 */
#include "harness/bisect_log.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

static char *command[] = { (char *)"bisect", (char *)"--over", (char *)"clients:\"x\"*", NULL };
static char *series[] = { (char *)"a", (char *)"b", (char *)"c", NULL };
static char *other[] = { (char *)"a", (char *)"c", NULL };

static char *dir, *path;

static void setup(void)
{
	g_autofree char *parent = temp_folder_new();

	dir = g_build_filename(parent, "out", NULL);
	path = g_build_filename(dir, "bisect.jsonl", NULL);
}

static void teardown(void)
{
	g_autofree char *parent = g_path_get_dirname(dir);

	temp_folder_remove(g_steal_pointer(&parent));
	g_free(dir);
	g_free(path);
}

static void add(BisectLog *l, const char *candidate, uint64_t seed)
{
	g_autoptr(Result) r = result_new_for("x/y/z/1", "x", "y", "z", seed, true);

	r->verdict = VERDICT_FAIL;
	r->signature = g_strdup_printf("crash/%s", candidate);
	ck_assert(bisect_log_add(l, candidate, seed, "boots/001-b", "fails", "why \x1b", r, NULL));
}

static void write_one(void)
{
	g_autoptr(BisectLog) l = bisect_log_new(dir, NULL);

	ck_assert_ptr_nonnull(l);
	ck_assert(bisect_log_begin(l, command, series, NULL));
	add(l, "b", 1);
	add(l, "b", 2);
	add(l, "c", 1);
}

START_TEST(reads_what_it_wrote)
{
	g_autoptr(BisectLog) l = NULL;
	g_autofree char *cwd = g_get_current_dir(), *text = NULL;
	const struct bisect_record *b;

	write_one();
	l = bisect_log_open(dir, NULL);
	ck_assert_ptr_nonnull(l);
	ck_assert_str_eq(l->command[2], "clients:\"x\"*");
	ck_assert_str_eq(l->folder, cwd);
	b = bisect_log_find(l, "c", 1);
	ck_assert_str_eq(b->result->signature, "crash/c");
	ck_assert_str_eq(b->dir, "boots/001-b");
	ck_assert(b->result->verdict == VERDICT_FAIL);
	ck_assert_ptr_nonnull(bisect_log_find(l, "b", 2));
	ck_assert_ptr_null(bisect_log_find(l, "c", 2));
	ck_assert_ptr_null(bisect_log_find(l, "a", 1));
	ck_assert(bisect_log_begin(l, command, series, NULL));
	ck_assert(bisect_log_end(l, "b", "c", 0.5, 3, NULL));
	ck_assert(bisect_log_end(l, "b", "c", 0.5, 3, NULL));
	ck_assert(g_file_get_contents(path, &text, NULL, NULL));
	ck_assert(g_str_has_suffix(text, "}\n{\"answer\":\"b\",\"last\":\"c\",\"posterior\":0.5,"
					 "\"boots\":3}\n"));
	ck_assert(strstr(text, "answer") == g_strrstr(text, "answer"));
}
END_TEST

START_TEST(refuses_another_series)
{
	g_autoptr(BisectLog) l = NULL;
	g_autoptr(GError) error = NULL;

	write_one();
	l = bisect_log_open(dir, NULL);
	ck_assert(!bisect_log_begin(l, command, other, &error));
	ck_assert(g_error_matches(error, BISECT_LOG_ERROR, BISECT_LOG_ERROR_OTHER));
}
END_TEST

/* Killed at any moment: at most the last line is lost, and the next one is whole. */
START_TEST(cut_anywhere)
{
	g_autofree char *text = NULL;
	size_t len, header;

	write_one();
	ck_assert(g_file_get_contents(path, &text, &len, NULL));
	header = strcspn(text, "\n") + 1;
	for (size_t n = header; n < len; n += 7) {
		g_autoptr(BisectLog) l = NULL;
		g_autoptr(BisectLog) again = NULL;

		ck_assert(g_file_set_contents(path, text, (gssize)n, NULL));
		l = bisect_log_open(dir, NULL);
		ck_assert_msg(l, "cut at %zu of %zu", n, len);
		ck_assert_ptr_null(bisect_log_find(l, "c", 1));
		add(l, "c", 1);
		g_clear_pointer(&l, bisect_log_free);
		again = bisect_log_open(dir, NULL);
		ck_assert_msg(again && bisect_log_find(again, "c", 1), "cut at %zu", n);
	}
}
END_TEST

static const struct {
	const char *what, *text;
} bad_rows[] = {
	{ "nothing", "" },
	{ "half a line", "{\"schema\":1" },
	{ "no JSON", "hello\n" },
	{ "no object", "[1]\n" },
	{ "another schema", "{\"schema\":2,\"command\":[\"x\"],\"folder\":\"/\",\"series\":[]}\n" },
	{ "no command", "{\"schema\":1,\"folder\":\"/\",\"series\":[]}\n" },
	{ "an empty command", "{\"schema\":1,\"command\":[],\"folder\":\"/\",\"series\":[]}\n" },
	{ "a command of numbers",
	  "{\"schema\":1,\"command\":[1],\"folder\":\"/\",\"series\":[]}\n" },
	{ "no folder", "{\"schema\":1,\"command\":[\"x\"],\"series\":[]}\n" },
	{ "a boot of nothing",
	  "{\"schema\":1,\"command\":[\"x\"],\"folder\":\"/\",\"series\":[]}\n{\"seed\":1}\n" },
	{ "a boot without a result",
	  "{\"schema\":1,\"command\":[\"x\"],\"folder\":\"/\",\"series\":"
	  "[]}\n{\"seed\":1,\"candidate\":\"a\",\"result\":{}}\n" },
};

START_TEST(is_no_log)
{
	g_autoptr(BisectLog) l = NULL;
	g_autoptr(GError) error = NULL;

	ck_assert_int_eq(g_mkdir_with_parents(dir, 0777), 0);
	ck_assert(g_file_set_contents(path, bad_rows[_i].text, -1, NULL));
	l = bisect_log_open(dir, &error);
	ck_assert_msg(!l && g_error_matches(error, BISECT_LOG_ERROR, BISECT_LOG_ERROR_SYNTAX),
		      "%s: %s", bad_rows[_i].what, error ? error->message : "taken");
}
END_TEST

START_TEST(one_at_a_time)
{
	g_autoptr(BisectLog) l = bisect_log_new(dir, NULL);
	g_autoptr(GError) error = NULL;

	ck_assert(bisect_log_begin(l, command, series, NULL));
	ck_assert_ptr_null(bisect_log_open(dir, &error));
	ck_assert(g_error_matches(error, BISECT_LOG_ERROR, BISECT_LOG_ERROR_BUSY));
}
END_TEST

START_TEST(leaves_others_folders_alone)
{
	g_autofree char *mine = g_build_filename(dir, "mine", NULL);
	g_autoptr(GError) error = NULL;

	ck_assert_int_eq(g_mkdir_with_parents(mine, 0777), 0);
	ck_assert_ptr_null(bisect_log_new(dir, &error));
	ck_assert(g_error_matches(error, BISECT_LOG_ERROR, BISECT_LOG_ERROR_USED));
	ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
}
END_TEST

static void add_case(Suite *s, const TTest *test, int n)
{
	TCase *tc = tcase_create("log");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, test, 0, n);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("bisect_log");

	add_case(s, reads_what_it_wrote, 1);
	add_case(s, refuses_another_series, 1);
	add_case(s, cut_anywhere, 1);
	add_case(s, is_no_log, N_ROWS(bad_rows));
	add_case(s, one_at_a_time, 1);
	add_case(s, leaves_others_folders_alone, 1);
	return suite_run(s);
}
