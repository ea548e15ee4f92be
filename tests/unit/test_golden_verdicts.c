/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tests/golden-verdicts: boots whose captures a person has read, judged as by `iplab check`
 */
#include <check.h>
#include <string.h>

#include "harness/conformance.h"
#include "tests/support/suite.h"
#include "tests/support/text_file.h"

/* All of the folder's journals together; ours. */
#define BYTES_MAX (400 * 1024)

static char *dir;
static Checks *checks;
static GKeyFile *expected;
static GPtrArray *run;

static void set_up(void)
{
	g_autofree char *catalogue = source_file("fixtures/checks"), *file = NULL, *results = NULL;

	dir = source_file("tests/golden-verdicts");
	file = g_build_filename(dir, "expected.ini", NULL);
	results = g_build_filename(dir, "results.jsonl", NULL);
	checks = checks_load(catalogue, NULL);
	expected = g_key_file_new();
	run = results_load(results, NULL);
	ck_assert(checks && run);
	ck_assert(g_key_file_load_from_file(expected, file, G_KEY_FILE_NONE, NULL));
}

static void tear_down(void)
{
	g_ptr_array_unref(run);
	g_key_file_free(expected);
	checks_free(checks);
	g_free(dir);
}

static Result *result_of(const char *cell)
{
	for (guint i = 0; i < run->len; i++)
		if (g_str_equal(((Result *)run->pdata[i])->cell, cell))
			return run->pdata[i];
	ck_abort_msg("%s is not in results.jsonl", cell);
	return NULL;
}

/* "fail: what is seen" of a boot, or of the groups that count there too; caller frees. */
static char *line_of(const char *cell, const char *id)
{
	g_auto(GStrv) also = g_key_file_get_string_list(expected, cell, "also", NULL, NULL);
	char *line = g_key_file_get_string(expected, cell, id, NULL);

	for (char **group = also; !line && group && *group; group++)
		line = g_key_file_get_string(expected, *group, id, NULL);
	return line;
}

/* Passive checks are judged of the boot alone: its control has verdicts of its own. */
static Conformance *judge(const char *cell, bool with_control)
{
	g_autofree char *control = g_key_file_get_string(expected, cell, "control", NULL);
	g_autoptr(GPtrArray) results = g_ptr_array_new();

	ck_assert_msg(control != NULL, "%s has no control", cell);
	g_ptr_array_add(results, result_of(cell));
	if (with_control && !g_str_equal(control, cell))
		g_ptr_array_add(results, result_of(control));
	return conformance_judge(checks, NULL, dir, results);
}

static void compare(const char *cell, const struct conformance_entry *e)
{
	g_autofree char *line = line_of(cell, e->check->id);
	const char *got = check_verdict_name(e->seen->verdict);
	size_t len = line ? strcspn(line, ":") : 0;

	if (e->cell && !g_str_equal(e->cell, cell))
		return; /* of the control, which is not looked at here */
	if (!line)
		ck_assert_msg(e->seen->verdict != CHECK_FAIL && e->seen->verdict != CHECK_WARN,
			      "%s: %s is %s (%s), and nobody saw it", cell, e->check->id, got,
			      e->seen->evidence);
	else
		ck_assert_msg(strlen(got) == len && !strncmp(line, got, len),
			      "%s: %s is %s (%s); read was %s", cell, e->check->id, got,
			      e->seen->evidence, line);
}

START_TEST(judges_see_what_a_person_saw)
{
	g_auto(GStrv) cells = g_key_file_get_groups(expected, NULL);
	unsigned n = 0;

	for (char **cell = cells; *cell; cell++) {
		g_autoptr(Conformance) alone = NULL, beside = NULL;

		if (!strchr(*cell, '/'))
			continue;
		alone = judge(*cell, false);
		beside = judge(*cell, true);
		for (guint i = 0; i < checks->all->len; i++) {
			const struct check *check = checks->all->pdata[i];
			bool passive = check->kind == CHECK_PASSIVE;

			compare(*cell, conformance_entry(passive ? alone : beside, check,
							 result_of(*cell)->client));
		}
		n++;
	}
	ck_assert_uint_ge(n, 10);
}
END_TEST

/* A line for a check that there is not would never be compared. */
START_TEST(each_line_is_of_a_check)
{
	g_auto(GStrv) groups = g_key_file_get_groups(expected, NULL);

	for (char **group = groups; *group; group++) {
		g_auto(GStrv) keys = g_key_file_get_keys(expected, *group, NULL, NULL);

		for (char **key = keys; *key; key++)
			ck_assert_msg(!strchr(*key, '.') || checks_find(checks, *key),
				      "[%s] %s is no check", *group, *key);
	}
}
END_TEST

START_TEST(journals_are_small)
{
	goffset bytes = 0;

	for (guint i = 0; i < run->len; i++) {
		const Result *r = run->pdata[i];
		g_autofree char *path =
			g_build_filename(dir, "cells", r->cell, "journal.jsonl.gz", NULL);
		GStatBuf st;

		ck_assert_msg(!g_stat(path, &st), "%s is not there", path);
		bytes += st.st_size;
	}
	ck_assert_int_le(bytes, BYTES_MAX);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("golden_verdicts");
	TCase *tc = tcase_create("boots");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, judges_see_what_a_person_saw);
	tcase_add_test(tc, each_line_is_of_a_check);
	tcase_add_test(tc, journals_are_small);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
