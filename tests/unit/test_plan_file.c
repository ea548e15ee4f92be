/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/plan_file: plans as they stand in files, and those that come with iplab
 */
#include "harness/plan_file.h"

#include <string.h>

#include "harness/filter.h"
#include "harness/paths.h"
#include "harness/scenario.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

static PlanFile *load(const char *text, GError **error)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "p.ini", text);
	PlanFile *p = plan_file_load(path, error);

	temp_folder_remove(dir);
	return p;
}

START_TEST(every_key)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(PlanFile) p = load("[plan]\nsummary = s\n"
				     "[part.b]\nfilter = client=x,y;tag!=z\nclock = wall\n"
				     "seed = 4000000000\nrepeat = 7\npairwise = true\n"
				     "rotate = true\n"
				     "[part.a]\n",
				     &error);
	const struct plan_part *b, *a;

	ck_assert_msg(p != NULL, "%s", error ? error->message : "");
	ck_assert_str_eq(p->summary, "s");
	ck_assert_uint_eq(p->parts->len, 2);
	b = p->parts->pdata[0];
	ck_assert_str_eq(b->name, "b");
	ck_assert_str_eq(b->filter[0], "client=x,y");
	ck_assert_str_eq(b->filter[1], "tag!=z");
	ck_assert_ptr_null(b->filter[2]);
	ck_assert_int_eq(b->clock, SCENARIO_CLOCK_WALL);
	ck_assert_uint_eq(b->seed, 4000000000);
	ck_assert_uint_eq(b->n_repeat, 7);
	ck_assert(b->pairwise);
	ck_assert(b->rotates);
	a = p->parts->pdata[1];
	ck_assert_ptr_null(a->filter);
	ck_assert_int_eq(a->clock, SCENARIO_CLOCK_ANY);
	ck_assert_uint_eq(a->seed, 1);
	ck_assert_uint_eq(a->n_repeat, 1);
	ck_assert(!a->pairwise);
	ck_assert(!a->rotates);
}
END_TEST

START_TEST(seeds_rotate_where_it_says_so)
{
	g_autoptr(PlanFile) p = load("[plan]\nsummary = s\n[part.a]\nseed = 5\n"
				     "[part.b]\nrotate = true\n",
				     NULL);
	g_autoptr(PlanFile) none = load("[plan]\nsummary = s\n[part.a]\n", NULL);

	ck_assert(plan_file_rotate(p, 20261123));
	ck_assert_uint_eq(((struct plan_part *)p->parts->pdata[0])->seed, 5);
	ck_assert_uint_eq(((struct plan_part *)p->parts->pdata[1])->seed, 20261123001);
	ck_assert(!plan_file_rotate(none, 20261123));
}
END_TEST

static const struct {
	const char *text;
	IniError code;
} bad_rows[] = {
	{ "[part.a]\n", INI_ERROR_MISSING },
	{ "[plan]\nsummary = s\n", INI_ERROR_MISSING },
	{ "[plan]\nsummary = s\n[part.a]\nrepeat = 0\n", INI_ERROR_VALUE },
	{ "[plan]\nsummary = s\n[part.a]\nfilter = a=b\nclock = sundial\n", INI_ERROR_VALUE },
	{ "[plan]\nsummary = s\n[part.a]\nfilters = client=x\n", INI_ERROR_UNKNOWN },
};

START_TEST(a_bad_file)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(load(bad_rows[_i].text, &error));
	ck_assert(g_error_matches(error, INI_ERROR, (int)bad_rows[_i].code));
}
END_TEST

START_TEST(no_such_plan)
{
	g_autoptr(GError) name = NULL, path = NULL;

	ck_assert_ptr_null(plan_file_load("no-such-plan", &name));
	ck_assert(g_error_matches(name, INI_ERROR, INI_ERROR_FILE));
	ck_assert_ptr_null(plan_file_load("/nonexistent/p.ini", &path));
	ck_assert(g_error_matches(path, INI_ERROR, INI_ERROR_FILE));
	plan_file_free(NULL);
}
END_TEST

static const char *const own_rows[] = { "smoke", "nightly", "full" };

START_TEST(those_that_come_with_it)
{
	g_autofree char *name = g_strdup_printf("ci/plans/%s.ini", own_rows[_i]);
	g_autofree char *path = source_file(name);
	g_autoptr(GError) error = NULL;
	g_autoptr(PlanFile) p = plan_file_load(path, &error);

	ck_assert_msg(p != NULL, "%s", error ? error->message : "");
	for (unsigned i = 0; i < p->parts->len; i++) {
		struct plan_part *part = p->parts->pdata[i];
		g_autoptr(Filter) f = filter_parse(part->filter, &error);

		ck_assert_msg(f != NULL, "%s: %s", part->name, error ? error->message : "");
	}
}
END_TEST

START_TEST(each_key_is_documented)
{
	g_autofree char *path = source_file("docs/plans.md"), *text = NULL;

	ck_assert(g_file_get_contents(path, &text, NULL, NULL));
	for (const struct ini_key *k = plan_keys; k->key; k++) {
		g_autofree char *quoted = g_strdup_printf("`%s`", k->key);

		ck_assert_msg(strstr(text, quoted), "%s is not in docs/plans.md", k->key);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("plan_file");

	suite_add(s, every_key);
	suite_add(s, seeds_rotate_where_it_says_so);
	suite_add_rows(s, a_bad_file, N_ROWS(bad_rows));
	suite_add(s, no_such_plan);
	suite_add_rows(s, those_that_come_with_it, N_ROWS(own_rows));
	suite_add(s, each_key_is_documented);
	return suite_run(s);
}
