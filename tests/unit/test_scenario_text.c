/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/scenario_text: a scenario file taken apart and put together
 */
#include "harness/scenario_text.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"

static const char text[] = "[scenario]\n"
			   "summary = s; and more\n"
			   "\n"
			   "[link]\n"
			   "loss = 5%\n"
			   "delay_us = 7\n"
			   "\n"
			   "[rule.a]\n"
			   "drop = tftp.data block=3\n"
			   "\n"
			   "[rule.b]\n"
			   "rewrite = dhcp.offer\n"
			   "edits = udp+0=01;udp+2=02\n"
			   "\n"
			   "[server.tftp]\n"
			   "options = false\n"
			   "\n"
			   "[file.cfg]\n"
			   "lines = DEFAULT a;LABEL a;  KERNEL k\\;x\\\\s\n"
			   "\n"
			   "[expect]\n"
			   "ending = payload;gave-up\n";

static const char *const parts[] = {
	"link loss", "link delay_us", "rule.a", "rule.b", "server.tftp options",
};

static ScenarioText *parse(const char *what, const char *folder)
{
	g_autoptr(GError) error = NULL;
	ScenarioText *t = scenario_text_parse(what, folder, &error);

	ck_assert_msg(t != NULL, "%s", error ? error->message : "");
	return t;
}

START_TEST(parts_have_names)
{
	g_autoptr(ScenarioText) t = parse(text, NULL);

	ck_assert_uint_eq(scenario_text_n_parts(t), G_N_ELEMENTS(parts));
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++)
		ck_assert_str_eq(scenario_text_part(t, i), parts[i]);
}
END_TEST

START_TEST(all_of_it_is_as_it_was)
{
	bool all[G_N_ELEMENTS(parts)];
	g_autoptr(ScenarioText) t = parse(text, NULL);
	g_autofree char *whole = scenario_text_with(t, NULL), *each = NULL;

	memset(all, true, sizeof(all));
	each = scenario_text_with(t, all);
	ck_assert_str_eq(whole, text);
	ck_assert_str_eq(each, text);
}
END_TEST

static const struct {
	const char *in; /* a digit for each part */
	const char *has[3], *lacks[4];
} rows[] = {
	{ "00000",
	  { "summary = s; and more", "ending = payload;gave-up",
	    "lines = DEFAULT a;LABEL a;  KERNEL" },
	  { "[link]", "rule", "[server" } },
	{ "10000", { "[link]\nloss = 5%\n" }, { "delay_us" } },
	{ "00100", { "[rule.a]\ndrop = tftp.data block=3\n" }, { "rule.b", "link" } },
	{ "00010", { "edits = udp+0=01;udp+2=02\n" }, { "rule.a" } },
	{ "00001", { "[server.tftp]\noptions = false\n" }, { "rule" } },
};

START_TEST(parts_may_be_left_out)
{
	bool in[G_N_ELEMENTS(parts)];
	g_autoptr(ScenarioText) t = parse(text, NULL), again = NULL;
	g_autofree char *some = NULL;
	unsigned n = 0;

	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++)
		n += in[i] = rows[_i].in[i] == '1';
	some = scenario_text_with(t, in);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows[_i].has) && rows[_i].has[i]; i++)
		ck_assert_msg(strstr(some, rows[_i].has[i]) != NULL, "no \"%s\" in:\n%s",
			      rows[_i].has[i], some);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows[_i].lacks) && rows[_i].lacks[i]; i++)
		ck_assert_msg(!strstr(some, rows[_i].lacks[i]), "\"%s\" in:\n%s", rows[_i].lacks[i],
			      some);
	again = parse(some, NULL);
	ck_assert_uint_eq(scenario_text_n_parts(again), n);
}
END_TEST

START_TEST(paths_become_absolute)
{
	g_autoptr(ScenarioText) t =
		parse("[file.a]\npath = ../x\n[file.b]\npath = /y\n[other]\npath = z\n", "/d/e");
	g_autofree char *out = scenario_text_with(t, NULL);

	ck_assert_str_eq(out,
			 "[file.a]\npath = /d/x\n\n[file.b]\npath = /y\n\n[other]\npath = z\n");
}
END_TEST

START_TEST(a_point_of_a_sweep_stands_alone)
{
	g_autoptr(ScenarioText) t = parse("[sweep]\nkey = link.loss\nvalues = 1%;2%\n", NULL);
	g_autofree char *out = NULL;

	scenario_text_flatten(t, "link.loss", "2%");
	out = scenario_text_with(t, NULL);
	ck_assert_str_eq(out, "[link]\nloss = 2%\n");
	ck_assert_uint_eq(scenario_text_n_parts(t), 1);
}
END_TEST

START_TEST(lists_look_as_people_write_them)
{
	const char *items[] = { "a", "  b", "c\\s;d" };
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	g_autoptr(GKeyFile) file = g_key_file_new();
	g_auto(GStrv) back = NULL;
	g_autofree char *out = NULL;

	for (unsigned i = 0; i < G_N_ELEMENTS(items); i++)
		g_ptr_array_add(list, (char *)items[i]);
	scenario_text_set_list(file, "g", "k", list);
	out = scenario_text_write(file);
	ck_assert_str_eq(out, "[g]\nk = a;  b;c\\\\s\\;d\n");
	back = g_key_file_get_string_list(file, "g", "k", NULL, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(items); i++)
		ck_assert_str_eq(back[i], items[i]);
}
END_TEST

START_TEST(what_is_no_key_file_is_refused)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(scenario_text_parse("hello\n", NULL, &error));
	ck_assert_ptr_nonnull(error);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("scenario_text");

	suite_add(s, parts_have_names);
	suite_add(s, all_of_it_is_as_it_was);
	suite_add_rows(s, parts_may_be_left_out, N_ROWS(rows));
	suite_add(s, paths_become_absolute);
	suite_add(s, a_point_of_a_sweep_stands_alone);
	suite_add(s, lists_look_as_people_write_them);
	suite_add(s, what_is_no_key_file_is_refused);
	return suite_run(s);
}
