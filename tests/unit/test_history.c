/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/history, history_add, history_db: what is put in comes out, whoever writes meanwhile
 */
#include "reports/history.h"

#include <check.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reports/history_add.h"
#include "tests/support/boot_result.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

enum {
	N_WRITERS = 6,
	N_RUNS = 4, /* of each writer */
	N_BOOTS = 20,
	ALL = 1000,
};

static char *folder, *db;

static void set_up(void)
{
	folder = temp_folder_new();
	db = g_build_filename(folder, "deep", "history.sqlite", NULL);
}

static void tear_down(void)
{
	g_free(db);
	temp_folder_remove(folder);
}

/* The folder of a run on that day, with boots at @ms each. The caller frees its path. */
static char *run_on(unsigned day, unsigned n, unsigned ms)
{
	g_autofree char *name = g_strdup_printf("run-%u", day);
	char *dir = g_build_filename(folder, name, NULL);
	g_autofree char *results = g_build_filename(dir, "results.jsonl", NULL);
	g_autofree char *run = g_build_filename(dir, "run.json", NULL);
	g_autofree char *json =
		g_strdup_printf("{\"iplab\":\"0.1\",\"started\":\"2026-11-%02uT01:00:00Z\"}", day);
	g_autoptr(GString) lines = g_string_new(NULL);

	ck_assert_int_eq(g_mkdir(dir, 0755), 0);
	for (unsigned i = 0; i < n; i++) {
		g_autoptr(Result) r = boot_result("c", i + 1, true, (uint64_t)ms * 1000000);
		g_autofree char *line = NULL;

		result_add_milestone(r, "dhcp-ack", 500000);
		r->client_files = g_strdup_printf("firmware:%u", day);
		r->wall_ns = day;
		r->virtual_ns = 7;
		r->ns_per_insn = 8;
		r->frames_in = 9;
		r->frames_out = 10;
		r->bytes_loaded = 11;
		r->n_sent = 12;
		r->n_lost = 2;
		line = result_to_json(r);
		g_string_append_printf(lines, "%s\n", line);
	}
	ck_assert(g_file_set_contents(results, lines->str, -1, NULL));
	ck_assert(g_file_set_contents(run, json, -1, NULL));
	return dir;
}

static History *open_db(void)
{
	g_autoptr(GError) error = NULL;
	History *h = history_open(db, &error);

	ck_assert_msg(h, "%s", error ? error->message : "");
	return h;
}

static bool add(History *h, const char *dir)
{
	g_autoptr(GError) error = NULL;
	bool is_new = false, ok = history_add(h, dir, &is_new, &error);

	ck_assert_msg(ok, "%s", error ? error->message : "");
	return is_new;
}

static void add_day(History *h, unsigned day, unsigned n, unsigned ms)
{
	g_autofree char *dir = run_on(day, n, ms);

	ck_assert(add(h, dir));
}

/* Have SQL done behind its back. */
static void sql(const char *text)
{
	sqlite3 *raw;
	char *problem = NULL;

	ck_assert_int_eq(sqlite3_open(db, &raw), SQLITE_OK);
	sqlite3_exec(raw, text, NULL, NULL, &problem);
	ck_assert_msg(!problem, "%s", problem);
	sqlite3_close(raw);
}

START_TEST(what_is_put_in_comes_out)
{
	g_autoptr(History) h = open_db();
	g_autoptr(GPtrArray) runs = NULL, series = NULL, boots = NULL;
	const struct history_boot *b;
	const struct history_run *r;

	add_day(h, 3, 2, 30);
	add_day(h, 1, 1, 0); /* fails; older, though it comes later */
	runs = history_runs(h, ALL, NULL);
	ck_assert_uint_eq(runs->len, 2);
	r = runs->pdata[0];
	ck_assert_str_eq(r->name, "run-1");
	ck_assert_str_eq(r->started, "2026-11-01T01:00:00Z");
	ck_assert_uint_eq(r->n[VERDICT_FAIL], 1);
	ck_assert_uint_eq(r->n[VERDICT_PASS], 0);
	ck_assert_uint_eq(((struct history_run *)runs->pdata[1])->n[VERDICT_PASS], 2);

	series = history_series(h, NULL);
	ck_assert_uint_eq(series->len, 1);
	boots = history_boots(h, series->pdata[0], ALL, NULL);
	ck_assert_uint_eq(boots->len, 3);
	b = boots->pdata[0];
	ck_assert_int_eq(b->run, r->id);
	ck_assert_int_eq(b->result->verdict, VERDICT_FAIL);
	b = boots->pdata[2];
	ck_assert_str_eq(b->client_files, "firmware:3");
	ck_assert_str_eq(b->result->cell, "c/builtin/boot/x/2");
	ck_assert_str_eq(b->result->clock, "virtual");
	ck_assert_uint_eq(b->result->seed, 2);
	ck_assert_uint_eq(b->result->wall_ns, 3);
	ck_assert_uint_eq(b->result->virtual_ns, 7);
	ck_assert_uint_eq(b->result->ns_per_insn, 8);
	ck_assert_uint_eq(b->result->frames_in, 9);
	ck_assert_uint_eq(b->result->frames_out, 10);
	ck_assert_uint_eq(b->result->bytes_loaded, 11);
	ck_assert_uint_eq(b->result->n_sent, 12);
	ck_assert_uint_eq(b->result->milestones->len, 2);
	ck_assert_str_eq(g_array_index(b->result->milestones, struct milestone, 1).name, "payload");
	ck_assert_uint_eq(g_array_index(b->result->milestones, struct milestone, 1).t_ns, 30000000);
}
END_TEST

START_TEST(the_last_runs_are_the_newest)
{
	g_autoptr(History) h = open_db();
	g_autoptr(GPtrArray) runs = NULL, series = NULL, boots = NULL;

	add_day(h, 6, 1, 60);
	add_day(h, 7, 1, 70);
	add_day(h, 5, 1, 50);
	runs = history_runs(h, 2, NULL);
	ck_assert_uint_eq(runs->len, 2);
	ck_assert_str_eq(((struct history_run *)runs->pdata[0])->name, "run-6");
	series = history_series(h, NULL);
	boots = history_boots(h, series->pdata[0], 2, NULL);
	ck_assert_uint_eq(boots->len, 2);
	ck_assert_uint_eq(((struct history_boot *)boots->pdata[0])->result->wall_ns, 6);
}
END_TEST

START_TEST(a_run_is_added_once)
{
	g_autoptr(History) h = open_db();
	g_autofree char *dir = run_on(1, 2, 10), *other = g_build_filename(folder, "moved", NULL);
	g_autoptr(GPtrArray) runs = NULL;

	ck_assert(add(h, dir));
	ck_assert(!add(h, dir));
	ck_assert_int_eq(g_rename(dir, other), 0);
	ck_assert(!add(h, other));
	runs = history_runs(h, ALL, NULL);
	ck_assert_uint_eq(runs->len, 1);
	ck_assert_uint_eq(((struct history_run *)runs->pdata[0])->n[VERDICT_PASS], 2);
}
END_TEST

START_TEST(what_is_no_run_is_refused)
{
	g_autoptr(History) h = open_db();
	g_autoptr(GError) error = NULL, other = NULL;
	g_autofree char *empty = run_on(1, 0, 0);
	bool is_new = true;

	ck_assert(!history_add(h, folder, &is_new, &error));
	ck_assert(g_error_matches(error, HISTORY_ERROR, HISTORY_ERROR_RUN));
	ck_assert(!history_add(h, empty, &is_new, &other));
	ck_assert(g_error_matches(other, HISTORY_ERROR, HISTORY_ERROR_RUN));
	ck_assert_msg(is_new, "touched by a call that failed");
}
END_TEST

START_TEST(an_older_history_is_brought_up_to_date)
{
	History *h = open_db();
	g_autoptr(History) again = NULL;
	g_autoptr(GPtrArray) runs = NULL, series = NULL, boots = NULL;

	add_day(h, 1, 1, 10);
	history_close(h);
	sql("DROP TABLE client; PRAGMA user_version = 1");
	again = open_db();
	add_day(again, 2, 1, 20);
	runs = history_runs(again, ALL, NULL);
	ck_assert_uint_eq(runs->len, 2);
	series = history_series(again, NULL);
	boots = history_boots(again, series->pdata[0], ALL, NULL);
	ck_assert_ptr_null(((struct history_boot *)boots->pdata[0])->client_files);
	ck_assert_str_eq(((struct history_boot *)boots->pdata[1])->client_files, "firmware:2");
}
END_TEST

START_TEST(a_newer_history_is_left_alone)
{
	g_autoptr(GError) error = NULL;

	history_close(open_db());
	sql("PRAGMA user_version = 99");
	ck_assert_ptr_null(history_open(db, &error));
	ck_assert(g_error_matches(error, HISTORY_ERROR, HISTORY_ERROR_NEWER));
}
END_TEST

START_TEST(what_is_no_database_is_refused)
{
	g_autofree char *path = g_build_filename(folder, "text", NULL);
	g_autoptr(GError) error = NULL, other = NULL;

	ck_assert(g_file_set_contents(path, "not a database, but long enough for its head", -1,
				      NULL));
	ck_assert_ptr_null(history_open(path, &error));
	ck_assert_ptr_nonnull(error);
	ck_assert_ptr_null(history_open(folder, &other));
	ck_assert(g_error_matches(other, HISTORY_ERROR, HISTORY_ERROR_FILE));
}
END_TEST

/* Who dies in the middle leaves nothing of what it wrote, and no lock. */
START_TEST(a_run_is_there_as_a_whole_or_not_at_all)
{
	g_autoptr(History) h = NULL;
	sqlite3_stmt *s;
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		History *mine = open_db();

		if (!history_begin(mine, NULL))
			_exit(1);
		s = history_prepare(mine, "INSERT INTO run VALUES(1, 'd', 'half', '', '')", NULL);
		_exit(!history_run(mine, s, NULL));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	h = open_db();
	s = history_prepare(h, "SELECT count(*) FROM run", NULL);
	ck_assert(history_next(h, s, NULL));
	ck_assert_uint_eq(history_u64(s, 0), 0);
	sqlite3_finalize(s);
	add_day(h, 1, 1, 10);
}
END_TEST

/*
 * While somebody writes in the old way, SQLite refuses to switch to a write-ahead log, at once and
 * whatever the timeout. Whoever makes a history meets this when two make it together. The writer
 * here stays a moment; should it be gone too early, nothing is tested and nothing fails.
 */
START_TEST(who_makes_it_at_the_same_time_is_waited_for)
{
	g_autofree char *dir = g_path_get_dirname(db);
	int ready[2];
	char byte;
	pid_t pid;
	int status;

	ck_assert_int_eq(g_mkdir(dir, 0755), 0);
	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		sqlite3 *raw;

		if (sqlite3_open(db, &raw) ||
		    sqlite3_exec(raw, "BEGIN IMMEDIATE; CREATE TABLE t(x)", NULL, NULL, NULL) ||
		    write(ready[1], "", 1) != 1)
			_exit(1);
		sqlite3_sleep(100);
		_exit(sqlite3_exec(raw, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	history_close(open_db());
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	close(ready[0]);
	close(ready[1]);
}
END_TEST

/* Many at once, from the very first: they make the database together. */
START_TEST(writers_do_not_harm_each_other)
{
	g_autoptr(History) h = NULL;
	g_autoptr(GPtrArray) runs = NULL, series = NULL, boots = NULL;
	pid_t pids[N_WRITERS];
	int status;

	for (unsigned i = 0; i < N_WRITERS; i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		for (unsigned k = 0; k < N_RUNS; k++) {
			History *mine = open_db();

			add_day(mine, 1 + i * N_RUNS + k, N_BOOTS, 10);
			history_close(mine);
		}
		_exit(0);
	}
	for (unsigned i = 0; i < N_WRITERS; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_int_eq(status, 0);
	}
	h = open_db();
	runs = history_runs(h, ALL, NULL);
	ck_assert_uint_eq(runs->len, N_WRITERS * N_RUNS);
	series = history_series(h, NULL);
	ck_assert_uint_eq(series->len, 1);
	boots = history_boots(h, series->pdata[0], ALL, NULL);
	ck_assert_uint_eq(boots->len, N_WRITERS * N_RUNS * N_BOOTS);
}
END_TEST

static void add_test(Suite *s, const char *name, const TTest *test)
{
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test);
	suite_add_tcase(s, tc);
}

#define ADD(fn) add_test(s, #fn, fn)

int main(void)
{
	Suite *s = suite_create("history");

	ADD(what_is_put_in_comes_out);
	ADD(the_last_runs_are_the_newest);
	ADD(a_run_is_added_once);
	ADD(what_is_no_run_is_refused);
	ADD(an_older_history_is_brought_up_to_date);
	ADD(a_newer_history_is_left_alone);
	ADD(what_is_no_database_is_refused);
	ADD(a_run_is_there_as_a_whole_or_not_at_all);
	ADD(who_makes_it_at_the_same_time_is_waited_for);
	ADD(writers_do_not_harm_each_other);
	return suite_run(s);
}
