/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/verify: runs that are like the first one, and runs that are not
 */
#include "harness/verify.h"

#include <check.h>
#include <string.h>
#include <zlib.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

#define LINE(t) "{\"t_ns\":" t ",\"ev\":\"arp.request\"}\n"
#define HEAD LINE("0") LINE("100")

static char *base; /* of the runs' folders */

static void set_up(void)
{
	base = temp_folder_new();
}

static void tear_down(void)
{
	temp_folder_remove(base);
}

static char *folder(const char *name)
{
	return g_build_filename(base, name, NULL);
}

static bool is_there(const char *name)
{
	g_autofree char *dir = folder(name);

	return g_file_test(dir, G_FILE_TEST_EXISTS);
}

/* A run leaves these lines in its folder; NULL: it got nowhere. The result after it, or NULL. */
static Result *run(Verify *v, const char *name, const char *lines)
{
	g_autofree char *dir = folder(name);
	g_autofree char *path = g_build_filename(dir, "journal.jsonl.gz", NULL);
	g_autoptr(Result) r = result_new();
	gzFile f;

	r->cell = g_strdup("c/builtin/area/s/1");
	r->client = g_strdup("c");
	r->server = g_strdup("builtin");
	r->scenario = g_strdup("area/s");
	r->clock = g_strdup("virtual");
	ck_assert_int_eq(g_mkdir_with_parents(dir, 0755), 0);
	if (!lines) {
		r->verdict = VERDICT_ERROR;
		r->reason = g_strdup("QEMU did not start");
		return verify_add(v, dir, r);
	}
	f = gzopen(path, "wb1");
	ck_assert_ptr_nonnull(f);
	ck_assert(!*lines || gzwrite(f, lines, (unsigned)strlen(lines)) > 0);
	ck_assert_int_eq(gzclose(f), Z_OK);
	r->verdict = VERDICT_PASS;
	r->virtual_ns = 100;
	r->journal_sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, lines, -1);
	return verify_add(v, dir, r);
}

static void expect_error(const Result *r, const char *says)
{
	ck_assert_ptr_nonnull(r);
	ck_assert_str_eq(verdict_name(r->verdict), "error");
	ck_assert_ptr_nonnull(r->reason);
	ck_assert_msg(strstr(r->reason, says) != NULL, "no \"%s\" in: %s", says, r->reason);
}

static const unsigned count_rows[] = { 1, 2, 3, 20 };

START_TEST(equal_runs_are_one_result)
{
	unsigned n = count_rows[_i];
	g_autoptr(Verify) v = verify_new(n);
	g_autoptr(Result) r = NULL;

	for (unsigned i = 0; i < n; i++) {
		g_autofree char *name = g_strdup_printf("run-%u", i);

		ck_assert_ptr_null(r); /* not before the last one */
		r = run(v, name, HEAD);
		ck_assert_msg(is_there(name) == !i, "%s", name); /* the first one is kept */
	}
	ck_assert_ptr_nonnull(r);
	ck_assert_str_eq(verdict_name(r->verdict), "pass");
	ck_assert_ptr_null(r->reason);
	ck_assert_str_eq(r->cell, "c/builtin/area/s/1");
	ck_assert_uint_eq(r->virtual_ns, 100);
	ck_assert_uint_eq(strlen(r->journal_sha256), 64);
}
END_TEST

static const struct {
	const char *what, *first, *other;
	const char *line, *a, *b; /* which line, and what it is in the one and in the other */
} difference_rows[] = {
	{ "the last line", HEAD LINE("200"), HEAD LINE("201"), "line 3", "\"t_ns\":200",
	  "\"t_ns\":201" },
	{ "the first line", LINE("0"), LINE("1"), "line 1", "\"t_ns\":0", "\"t_ns\":1" },
	{ "the first of two lines", HEAD LINE("5") LINE("6"), HEAD LINE("7") LINE("8"), "line 3",
	  "\"t_ns\":5", "\"t_ns\":7" },
	{ "a line more", HEAD, HEAD LINE("300"), "line 3", "not there", "\"t_ns\":300" },
	{ "a line less", HEAD LINE("300"), HEAD, "line 3", "\"t_ns\":300", "not there" },
	{ "nothing at all", HEAD, "", "line 1", "\"t_ns\":0", "not there" },
};

START_TEST(a_difference_is_named)
{
	g_autoptr(Verify) v = verify_new(3);
	g_autoptr(Result) r = NULL;
	const char *reason, *a, *b, *where;

	ck_assert_ptr_null(run(v, "one", difference_rows[_i].first));
	ck_assert_ptr_null(run(v, "two", difference_rows[_i].other));
	r = run(v, "three", difference_rows[_i].first);
	expect_error(r, "1 of 3 runs differ");
	expect_error(r, difference_rows[_i].line);
	expect_error(r, difference_rows[_i].a);
	expect_error(r, difference_rows[_i].b);
	/* The first run's text comes first, the other's behind its folder. */
	reason = r->reason;
	a = strstr(reason, difference_rows[_i].a);
	where = strstr(reason, "/two");
	b = where ? strstr(where, difference_rows[_i].b) : NULL;
	ck_assert_msg(where && a < where && b, "%s: %s", difference_rows[_i].what, reason);
	/* Both are there to be looked at, and what is like the first is not. */
	ck_assert(is_there("one") && is_there("two") && !is_there("three"));
}
END_TEST

START_TEST(the_first_difference_is_told_and_all_are_counted)
{
	g_autoptr(Verify) v = verify_new(4);
	g_autoptr(Result) r = NULL;

	ck_assert_ptr_null(run(v, "one", HEAD));
	ck_assert_ptr_null(run(v, "two", HEAD LINE("222")));
	ck_assert_ptr_null(run(v, "three", HEAD LINE("333")));
	r = run(v, "four", HEAD LINE("333"));
	expect_error(r, "3 of 4 runs differ");
	expect_error(r, "222");
	ck_assert_ptr_null(strstr(r->reason, "333"));
	ck_assert(is_there("two") && is_there("three") && is_there("four"));
}
END_TEST

START_TEST(the_first_of_all_is_the_odd_one)
{
	g_autoptr(Verify) v = verify_new(3);
	g_autoptr(Result) r = NULL;

	ck_assert_ptr_null(run(v, "one", HEAD LINE("111")));
	ck_assert_ptr_null(run(v, "two", HEAD));
	r = run(v, "three", HEAD);
	expect_error(r, "2 of 3 runs differ");
}
END_TEST

START_TEST(a_difference_in_the_last_run)
{
	g_autoptr(Verify) v = verify_new(2);
	g_autoptr(Result) r = NULL;

	ck_assert_ptr_null(run(v, "one", HEAD));
	r = run(v, "two", LINE("0") LINE("101"));
	expect_error(r, "1 of 2 runs differ: line 2");
}
END_TEST

static const struct {
	const char *what;
	const char *lines[3];
	const char *says;
} missing_rows[] = {
	{ "of one run", { HEAD, NULL, HEAD }, "1 of 3 runs differ" },
	{ "of the first run", { NULL, HEAD, HEAD }, "runs differ" },
	{ "of the last run", { HEAD, HEAD, NULL }, "1 of 3 runs differ" },
	{ "of no run", { NULL, NULL, NULL }, "3 of 3 runs differ" },
};

START_TEST(a_journal_that_is_missing)
{
	static const char *const names[] = { "one", "two", "three" };
	g_autoptr(Verify) v = verify_new(3);
	g_autoptr(Result) r = NULL;

	for (int i = 0; i < 3; i++) {
		ck_assert_ptr_null(r);
		r = run(v, names[i], missing_rows[_i].lines[i]);
		if (!missing_rows[_i].lines[i])
			ck_assert(is_there(names[i])); /* it may hold what QEMU said */
	}
	expect_error(r, missing_rows[_i].says);
	expect_error(r, "a run has no journal: QEMU did not start");
}
END_TEST

START_TEST(a_journal_file_that_is_gone)
{
	g_autoptr(Verify) v = verify_new(2);
	g_autoptr(Result) r = NULL;
	g_autofree char *gone = folder("one/journal.jsonl.gz");

	ck_assert_ptr_null(run(v, "one", HEAD));
	ck_assert_int_eq(g_unlink(gone), 0);
	r = run(v, "two", HEAD LINE("200"));
	expect_error(r, "line 1 is not there");
}
END_TEST

/* The further runs' folders lie in that of the first; which of them ends first is chance. */
START_TEST(a_folder_that_holds_others)
{
	g_autoptr(Verify) v = verify_new(4);
	g_autoptr(Result) r = NULL;

	text_file_put(base, "run/again/3/journal.jsonl.gz", "is being written");
	ck_assert_ptr_null(run(v, "run/again/1", HEAD));
	ck_assert_ptr_null(run(v, "run", HEAD));
	ck_assert(is_there("run/journal.jsonl.gz")); /* the cell's own folder is what is kept */
	ck_assert(is_there("run/again/3"));
	ck_assert(!is_there("run/again/1"));
	ck_assert_ptr_null(run(v, "run/again/2", HEAD));
	ck_assert(!is_there("run/again/2"));
	r = run(v, "run/again/3", HEAD LINE("200"));
	expect_error(r, "line 3 is not there");
	ck_assert(is_there("run/again/3"));
}
END_TEST

START_TEST(a_long_line)
{
	g_autofree char *noise = g_strnfill(50 * 1000, 'x');
	g_autofree char *a = g_strconcat(noise, "a\n", NULL), *b = g_strconcat(noise, "b\n", NULL);
	g_autoptr(Verify) v = verify_new(2);
	g_autoptr(Result) r = NULL;

	ck_assert_ptr_null(run(v, "one", a));
	r = run(v, "two", b);
	expect_error(r, "line 1");
}
END_TEST

START_TEST(nothing_is_left_over)
{
	Verify *v = verify_new(3);

	ck_assert_ptr_null(run(v, "one", HEAD));
	ck_assert_ptr_null(run(v, "two", LINE("0")));
	verify_free(v);
	verify_free(NULL);
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
	Suite *s = suite_create("verify");

	add(s, "equal_runs_are_one_result", equal_runs_are_one_result, N_ROWS(count_rows));
	add(s, "a_difference_is_named", a_difference_is_named, N_ROWS(difference_rows));
	add(s, "the_first_difference_is_told_and_all_are_counted",
	    the_first_difference_is_told_and_all_are_counted, 1);
	add(s, "the_first_of_all_is_the_odd_one", the_first_of_all_is_the_odd_one, 1);
	add(s, "a_difference_in_the_last_run", a_difference_in_the_last_run, 1);
	add(s, "a_journal_that_is_missing", a_journal_that_is_missing, N_ROWS(missing_rows));
	add(s, "a_journal_file_that_is_gone", a_journal_file_that_is_gone, 1);
	add(s, "a_folder_that_holds_others", a_folder_that_holds_others, 1);
	add(s, "a_long_line", a_long_line, 1);
	add(s, "nothing_is_left_over", nothing_is_left_over, 1);
	return suite_run(s);
}
