/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/check_catalogue: what a file may say, and what ours do say
 */
#include "harness/check_catalogue.h"

#include <check.h>
#include <string.h>

#include "harness/judge/judge.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

#define AREA "[area]\ntitle = An area\n"
/* A check that has a judge; rows add to it. */
#define PASSIVE                                                                                    \
	AREA "[check.dhcp4.msg.header]\nclaim = It does.\nclause = RFC 1 2\nlevel = MUST\n"        \
	     "kind = passive\n"
#define PLANNED AREA "[check.a.b]\nclaim = It does.\nlevel = MUST\nkind = active\nplanned = true\n"

static const struct {
	const char *what, *text;
	int checks_error; /* -1: none of these */
	int ini_error;    /* -1: none of these */
} rows[] = {
	{ "whole", PASSIVE, -1, -1 },
	{ "planned", PLANNED "clause = RFC 1 2\n", -1, -1 },
	{ "rests on something else", PLANNED "rests_on = practice\n", -1, -1 },
	{ "rests on nothing", PLANNED, CHECKS_ERROR_RESTS_ON, -1 },
	{ "rests on two things", PASSIVE "rests_on = practice\n", CHECKS_ERROR_RESTS_ON, -1 },
	{ "passive with a control", PASSIVE "control = boot/probe\n", CHECKS_ERROR_SCENARIO, -1 },
	{ "active with the judge of a passive one",
	  AREA "[check.dhcp4.msg.header]\nclaim = x\nclause = y\nlevel = MUST\nkind = active\n"
	       "scenario = a/b\ncontrol = c/d\n",
	  CHECKS_ERROR_SCENARIO, -1 },
	{ "active without a control",
	  AREA "[check.tftp.tid.error-5]\nclaim = x\nclause = y\nlevel = MUST\nkind = active\n"
	       "scenario = a/b\n",
	  CHECKS_ERROR_SCENARIO, -1 },
	{ "planned, but judged", PASSIVE "planned = true\n", CHECKS_ERROR_JUDGE, -1 },
	{ "nobody judges it",
	  AREA "[check.no.such]\nclaim = x\nclause = y\nlevel = MUST\nkind = passive\n",
	  CHECKS_ERROR_JUDGE, -1 },
	{ "no name", AREA "[check.Header]\nclaim = x\nclause = y\nlevel = MUST\nkind = passive\n",
	  CHECKS_ERROR_ID, -1 },
	{ "one word", AREA "[check.header]\nclaim = x\nclause = y\nlevel = MUST\nkind = passive\n",
	  CHECKS_ERROR_ID, -1 },
	{ "no claim", AREA "[check.a.b]\nclause = y\nlevel = MUST\nkind = passive\n", -1,
	  INI_ERROR_MISSING },
	{ "no title", "[area]\n", -1, INI_ERROR_MISSING },
	{ "a level that there is not", PLANNED "clause = x\nlevel = must\n", -1, INI_ERROR_VALUE },
	{ "an unknown key", PASSIVE "clauses = x\n", -1, INI_ERROR_UNKNOWN },
};

static char *dir;

static void set_up(void)
{
	dir = temp_folder_new();
}

static void tear_down(void)
{
	temp_folder_remove(dir);
}

static void write_file(const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

START_TEST(a_file)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Checks) c = NULL;

	write_file("x.ini", rows[_i].text);
	c = checks_load(dir, &error);
	if (rows[_i].checks_error < 0 && rows[_i].ini_error < 0) {
		ck_assert_msg(c != NULL, "%s: %s", rows[_i].what, error ? error->message : "?");
		return;
	}
	ck_assert_msg(c == NULL, "%s was taken", rows[_i].what);
	ck_assert_msg(rows[_i].ini_error < 0
			      ? g_error_matches(error, CHECKS_ERROR, rows[_i].checks_error)
			      : g_error_matches(error, INI_ERROR, rows[_i].ini_error),
		      "%s: %s", rows[_i].what, error->message);
	ck_assert_msg(strstr(error->message, "x.ini") != NULL, "%s", error->message);
}
END_TEST

START_TEST(an_id_in_two_files)
{
	g_autoptr(GError) error = NULL;

	write_file("x.ini", PASSIVE);
	write_file("y.ini", PASSIVE);
	ck_assert_ptr_null(checks_load(dir, &error));
	ck_assert(g_error_matches(error, CHECKS_ERROR, CHECKS_ERROR_TWICE));
}
END_TEST

static const struct {
	const char *patterns;
	guint n_checks, n_areas; /* 0: refused */
} selections[] = {
	{ "*", 3, 2 },   { "x.*", 2, 1 },       { "x.one", 1, 1 },  { "y.one,x.two", 2, 2 },
	{ "z.*", 0, 0 }, { "x.one,z.*", 0, 0 }, { "x.one,", 0, 0 }, { "", 0, 0 },
};

START_TEST(a_selection)
{
	static const char planned[] = "level = MUST\nkind = passive\nclaim = It is so.\n"
				      "clause = RFC 826\nplanned = true\n";
	g_autofree char *x = g_strdup_printf("[area]\ntitle = X\n[check.x.one]\n%s"
					     "[check.x.two]\n%s",
					     planned, planned);
	g_autofree char *y = g_strdup_printf("[area]\ntitle = Y\n[check.y.one]\n%s", planned);
	g_autoptr(GError) error = NULL;
	g_autoptr(Checks) c = NULL;

	write_file("x.ini", x);
	write_file("y.ini", y);
	c = checks_load(dir, &error);
	ck_assert_msg(c != NULL, "%s", error ? error->message : "?");
	if (selections[_i].n_checks) {
		ck_assert(checks_select(c, selections[_i].patterns, &error));
		ck_assert_uint_eq(c->all->len, selections[_i].n_checks);
		ck_assert_uint_eq(c->areas->len, selections[_i].n_areas);
	} else {
		ck_assert(!checks_select(c, selections[_i].patterns, &error));
		ck_assert(g_error_matches(error, CHECKS_ERROR, CHECKS_ERROR_ID));
	}
}
END_TEST

static const struct {
	enum check_level level;
	enum judge_saw saw;
	enum check_verdict want;
} verdicts[] = {
	{ CHECK_MUST, JUDGE_SAW_KEPT, CHECK_PASS },
	{ CHECK_MUST, JUDGE_SAW_BROKEN, CHECK_FAIL },
	{ CHECK_MUST, JUDGE_SAW_NOTHING, CHECK_NOT_OBSERVED },
	{ CHECK_SHOULD, JUDGE_SAW_BROKEN, CHECK_WARN },
	{ CHECK_SHOULD, JUDGE_SAW_KEPT, CHECK_PASS },
	{ CHECK_PRACTICE, JUDGE_SAW_BROKEN, CHECK_WARN },
	{ CHECK_ROBUSTNESS, JUDGE_SAW_BROKEN, CHECK_FAIL },
	{ CHECK_SECURITY, JUDGE_SAW_BROKEN, CHECK_FAIL },
	{ CHECK_MAY, JUDGE_SAW_BROKEN, CHECK_RECORDED },
	{ CHECK_RECORD, JUDGE_SAW_KEPT, CHECK_RECORDED },
	{ CHECK_RECORD, JUDGE_SAW_NOTHING, CHECK_NOT_OBSERVED },
	{ CHECK_MUST, JUDGE_SAW_VALUE, CHECK_RECORDED },
};

START_TEST(a_verdict)
{
	struct check c = { .level = verdicts[_i].level };

	ck_assert_int_eq(check_verdict(&c, verdicts[_i].saw), verdicts[_i].want);
}
END_TEST

/* --- ours --- */

static bool is_there(const char *folder, const char *name)
{
	g_autofree char *file = g_strconcat(name, ".ini", NULL);
	g_autofree char *path = g_build_filename(folder, file, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void assert_names(const struct check *c)
{
	g_autofree char *scenarios = source_file("scenarios");
	g_autofree char *clients = source_file("fixtures/clients");
	g_autofree char *mutants = source_file("fixtures/mutants");
	const char *proofs[] = { c->pass, c->fail };

	ck_assert_msg(is_there(scenarios, c->scenario), "%s: no scenario %s", c->id, c->scenario);
	ck_assert_msg(!c->control || is_there(scenarios, c->control), "%s: no scenario %s", c->id,
		      c->control);
	for (size_t i = 0; i < G_N_ELEMENTS(proofs); i++)
		ck_assert_msg(!proofs[i] || is_there(clients, proofs[i]) ||
				      is_there(mutants, proofs[i]),
			      "%s: no client and no mutant %s", c->id, proofs[i]);
}

static Checks *ours(void)
{
	g_autofree char *folder = source_file("fixtures/checks");
	g_autoptr(GError) error = NULL;
	Checks *c = checks_load(folder, &error);

	ck_assert_msg(c != NULL, "%s", error ? error->message : "?");
	return c;
}

START_TEST(ours_name_what_there_is)
{
	g_autoptr(Checks) c = ours();

	ck_assert_uint_gt(c->all->len, 0);
	for (guint i = 0; i < c->all->len; i++)
		assert_names(c->all->pdata[i]);
}
END_TEST

START_TEST(every_judge_has_a_check)
{
	g_autoptr(Checks) c = ours();
	const struct judge *j;

	for (unsigned i = 0; (j = judge_at(i)); i++)
		ck_assert_msg(checks_find(c, j->id) != NULL, "no check is %s", j->id);
}
END_TEST

/* Others point at ids: one that was given out stays. */
START_TEST(ids_are_for_ever)
{
	g_autofree char *path = source_file("tests/unit/check_ids.txt");
	g_autoptr(Checks) c = ours();
	g_autofree char *text = NULL;
	g_auto(GStrv) ids = NULL;

	ck_assert(g_file_get_contents(path, &text, NULL, NULL));
	ids = g_strsplit(g_strchomp(text), "\n", -1);
	for (char **id = ids; *id; id++)
		ck_assert_msg(checks_find(c, *id) != NULL,
			      "%s is gone: ids are never renamed or taken away", *id);
	for (guint i = 0; i < c->all->len; i++) {
		const struct check *check = c->all->pdata[i];

		ck_assert_msg(g_strv_contains((const char *const *)ids, check->id),
			      "%s is new: add it to %s", check->id, path);
	}
}
END_TEST

START_TEST(the_documentation_has_every_check)
{
	g_autofree char *path = source_file("docs/conformance.md");
	g_autoptr(Checks) c = ours();
	g_autofree char *text = NULL;

	ck_assert(g_file_get_contents(path, &text, NULL, NULL));
	for (guint i = 0; i < c->all->len; i++) {
		const struct check *check = c->all->pdata[i];
		g_autofree char *row = g_strdup_printf(
			"| `%s` | %s | %s | %s |", check->id, check->claim,
			check->clause ? check->clause : check->rests_on, check_level_name(check));

		ck_assert_msg(strstr(text, row) != NULL, "%s is not in %s as it is: `make docs`",
			      check->id, path);
	}
	for (const struct ini_key *k = check_keys; k->key; k++) {
		g_autofree char *quoted = g_strdup_printf("`%s`", k->key);

		ck_assert_msg(strstr(text, quoted) != NULL, "%s says nothing of %s", path, k->key);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("check_catalogue");
	TCase *tc = tcase_create("files");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, a_file, 0, N_ROWS(rows));
	tcase_add_test(tc, an_id_in_two_files);
	tcase_add_loop_test(tc, a_selection, 0, N_ROWS(selections));
	suite_add_tcase(s, tc);
	suite_add_rows(s, a_verdict, N_ROWS(verdicts));
	suite_add(s, ours_name_what_there_is);
	suite_add(s, every_judge_has_a_check);
	suite_add(s, ids_are_for_ever);
	suite_add(s, the_documentation_has_every_check);
	return suite_run(s);
}
