/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/scenario_sweep: one file that is a scenario for each value of one key
 */
#include "harness/scenario_sweep.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

#define HEAD "[scenario]\nsummary = A claim\n"
#define LOSS HEAD "[sweep]\nkey = link.loss\nvalues = 0%;2.5%;10%\n"

static Scenario *load(const char *name, const char *text, GError **error)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "x.ini", text);
	Scenario *s = scenario_load(path, name, error);

	temp_folder_remove(dir);
	return s;
}

START_TEST(a_file_with_points)
{
	g_autoptr(Scenario) s = load("area/x", LOSS, NULL);
	g_auto(GStrv) names = scenario_sweep_names(s);

	ck_assert(scenario_sweep_has_points(s));
	ck_assert_uint_eq(g_strv_length(names), 3);
	ck_assert_str_eq(names[0], "area/x@0");
	ck_assert_str_eq(names[1], "area/x@2.5");
	ck_assert_str_eq(names[2], "area/x@10");
	ck_assert_uint_eq(s->impair.side[0].loss_ppm, 0);
	ck_assert_str_eq(s->summary, "A claim");
}
END_TEST

START_TEST(a_point_of_it)
{
	g_autoptr(Scenario) s = load("area/x@2.5", LOSS, NULL);

	ck_assert(!scenario_sweep_has_points(s));
	ck_assert_str_eq(s->name, "area/x@2.5");
	ck_assert_str_eq(s->sweep.at, "2.5%");
	ck_assert_str_eq(s->sweep.axis, "link.loss");
	ck_assert_uint_eq(s->impair.side[0].loss_ppm, 25000);
	ck_assert_uint_eq(s->impair.side[1].loss_ppm, 25000);
	ck_assert_str_eq(s->summary, "A claim (link.loss: 2.5%)");
}
END_TEST

START_TEST(the_axis_has_a_name)
{
	g_autoptr(Scenario) s = load("area/x@10", LOSS "axis = packets lost\n", NULL);

	ck_assert_str_eq(s->sweep.axis, "packets lost");
	ck_assert_str_eq(s->summary, "A claim (packets lost: 10%)");
}
END_TEST

START_TEST(the_head_can_be_swept)
{
	g_autoptr(Scenario) s =
		load("area/x@4", HEAD "[sweep]\nkey = scenario.shift\nvalues = 4\n", NULL);

	ck_assert_uint_eq(s->shift, 4);
}
END_TEST

START_TEST(a_plain_scenario)
{
	g_autoptr(Scenario) s = load("area/x", HEAD, NULL);

	ck_assert(!scenario_sweep_has_points(s));
	ck_assert_ptr_null(s->sweep.key);
	ck_assert_ptr_null(s->sweep.at);
}
END_TEST

START_TEST(a_folder_is_no_point)
{
	g_autoptr(Scenario) s = load("/home/a@b/x.ini", LOSS, NULL);

	ck_assert(scenario_sweep_has_points(s));
	ck_assert_uint_eq(scenario_sweep_base_len("/home/a@b/x.ini"), 15);
	ck_assert_uint_eq(scenario_sweep_base_len("a@b/x@1"), 5);
}
END_TEST

static const struct {
	const char *name, *sweep, *why;
} bad_rows[] = {
	{ "area/x@3", "[sweep]\nkey = link.loss\nvalues = 0%;2.5%\n",
	  "has no point \"3\"; allowed are 0, 2.5" },
	{ "area/x@", "[sweep]\nkey = link.loss\nvalues = 0%\n", "has no point \"\"" },
	{ "area/x@1", "", "has no [sweep], and so no point \"1\"" },
	{ "area/x", "[sweep]\nkey = link.loss\n", "needs both a key and values" },
	{ "area/x", "[sweep]\nvalues = 1%\n", "needs both a key and values" },
	{ "area/x", "[sweep]\naxis = a\n", "needs both a key and values" },
	{ "area/x", "[sweep]\nkey = link.loss\nvalues = 5%;5\n", "two values that are named 5" },
	{ "area/x", "[sweep]\nkey = link.loss\nvalues = 5%;%\n",
	  "a value without a letter or digit: %" },
	{ "area/x@1", "[sweep]\nkey = link.los\nvalues = 1%\n", "[link] has no key \"los\"" },
	{ "area/x@1", "[sweep]\nkey = loss\nvalues = 1%\n", "\"loss=1%\" is no setting" },
	{ "area/x@101", "[sweep]\nkey = link.loss\nvalues = 101%\n", "[link] loss is \"101%\"" },
};

START_TEST(what_contradicts_itself)
{
	g_autofree char *text = g_strconcat(HEAD, bad_rows[_i].sweep, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Scenario) s = load(bad_rows[_i].name, text, &error);

	ck_assert_msg(!s && strstr(error->message, bad_rows[_i].why), "%s: %s", bad_rows[_i].why,
		      s ? "was read" : error->message);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("scenario_sweep");

	suite_add(s, a_file_with_points);
	suite_add(s, a_point_of_it);
	suite_add(s, the_axis_has_a_name);
	suite_add(s, the_head_can_be_swept);
	suite_add(s, a_plain_scenario);
	suite_add(s, a_folder_is_no_point);
	suite_add_rows(s, what_contradicts_itself, N_ROWS(bad_rows));
	return suite_run(s);
}
