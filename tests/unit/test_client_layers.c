/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/client_layers: which file a base is, and which can be none
 */
#include "harness/client_layers.h"

#include <check.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

static const struct ini_key keys[] = {
	{ "client", "base", INI_STRING, 0, .help = "a" },
	{ "client", "summary", INI_STRING, 0, .required = true, .help = "b" },
	{ .key = NULL },
};

#define OVER(name) "[client]\nbase = " name "\n"
#define WHOLE "[client]\nsummary = s\n"

static char *dir;

static void set_up(void)
{
	g_autofree char *path = NULL;

	dir = temp_folder_new();
	path = g_strdup_printf("%s/p:%s/q", dir, dir);
	g_setenv("IPLAB_PATH", path, TRUE);
}

static void tear_down(void)
{
	temp_folder_remove(dir);
}

/* The files below @dir that "mine/x.ini" leads to, with blanks between them. */
static char *layers_of(char **files, GError **error)
{
	g_autofree char *path = g_build_filename(dir, "mine", "x.ini", NULL);
	g_autoptr(GPtrArray) layers = client_layers_load(path, files, keys, error);
	g_autoptr(GString) names = g_string_new(NULL);

	if (!layers)
		return NULL;
	for (unsigned i = 0; i < layers->len; i++)
		g_string_append_printf(names, "%s%s", i ? " " : "",
				       ini_path(layers->pdata[i]) + strlen(dir) + 1);
	return g_strdup(names->str);
}

START_TEST(a_file_alone)
{
	g_autofree char *got = NULL;

	text_file_put(dir, "mine/x.ini", WHOLE);
	got = layers_of(NULL, NULL);
	ck_assert_str_eq(got, "mine/x.ini");
}
END_TEST

START_TEST(a_base_of_a_base)
{
	g_autofree char *got = NULL;

	text_file_put(dir, "mine/x.ini", OVER("one"));
	text_file_put(dir, "p/clients/one.ini", OVER("two"));
	text_file_put(dir, "q/clients/two.ini", WHOLE);
	got = layers_of(NULL, NULL);
	ck_assert_str_eq(got, "mine/x.ini p/clients/one.ini q/clients/two.ini");
}
END_TEST

/* The command line's files come first, then IPLAB_PATH in its order, then what lies beside. */
START_TEST(there_is_an_order)
{
	static const char *const places[] = { "line/b.ini", "p/clients/b.ini", "q/clients/b.ini",
					      "mine/b.ini" };
	g_autofree char *line = g_build_filename(dir, places[0], NULL);
	g_autofree char *other = g_build_filename(dir, "line", "c.ini", NULL);
	char *files[] = { other, line, NULL };

	text_file_put(dir, "mine/x.ini", OVER("b"));
	text_file_put(dir, "line/c.ini", WHOLE);
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		text_file_put(dir, places[i], WHOLE);
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *want = g_strconcat("mine/x.ini ", places[i], NULL);
		g_autofree char *got = layers_of(i ? NULL : files, NULL);
		g_autofree char *path = g_build_filename(dir, places[i], NULL);

		ck_assert_str_eq(got, want);
		ck_assert_int_eq(unlink(path), 0);
	}
}
END_TEST

START_TEST(a_file_may_have_the_name_of_its_base)
{
	g_autofree char *got = NULL;

	text_file_put(dir, "mine/x.ini", OVER("x"));
	text_file_put(dir, "p/clients/x.ini", OVER("x"));
	text_file_put(dir, "q/clients/x.ini", WHOLE);
	got = layers_of(NULL, NULL);
	ck_assert_str_eq(got, "mine/x.ini p/clients/x.ini q/clients/x.ini");
}
END_TEST

static const struct {
	const char *what, *text;
	int want;
	const char *says;
} bad_rows[] = {
	{ "no such client", OVER("nobody"), INI_ERROR_VALUE, "\"nobody\"" },
	{ "no name", OVER(""), INI_ERROR_VALUE, "base is \"\"" },
	{ "no text", OVER("\\q"), INI_ERROR_VALUE, "mine/x.ini" },
	{ "itself", OVER("x"), INI_ERROR_VALUE, "is this file, or is based on it" },
	{ "one that is based on it", OVER("loop"), INI_ERROR_VALUE, "loop.ini" },
	{ "a long way round", OVER("round"), INI_ERROR_VALUE, "is based on it" },
	{ "one that is broken", OVER("broken"), INI_ERROR_SYNTAX, "broken.ini" },
	{ "one with a key that there is not", OVER("unknown"), INI_ERROR_UNKNOWN, "unknown.ini" },
	{ "a path", OVER("../mine/whole"), INI_ERROR_VALUE, "no such client" },
};

START_TEST(bad_bases_are_refused)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *got = NULL;

	text_file_put(dir, "mine/x.ini", bad_rows[_i].text);
	text_file_put(dir, "mine/whole.ini", WHOLE);
	text_file_put(dir, "mine/loop.ini", OVER("x"));
	text_file_put(dir, "mine/round.ini", OVER("loop"));
	text_file_put(dir, "mine/broken.ini", "client\n");
	text_file_put(dir, "mine/unknown.ini", "[client]\ncolour = red\n");
	got = layers_of(NULL, &error);
	ck_assert_msg(!got && g_error_matches(error, INI_ERROR, bad_rows[_i].want), "%s: %s",
		      bad_rows[_i].what, error ? error->message : got);
	ck_assert_msg(strstr(error->message, bad_rows[_i].says) != NULL, "%s: %s",
		      bad_rows[_i].what, error->message);
}
END_TEST

static const struct {
	const char *path, *want;
} name_rows[] = {
	{ "a.ini", "a" }, { "/x/libnet-10.0.ini", "libnet-10.0" },
	{ "x/a", "a" },   { "a.ini.ini", "a.ini" },
	{ ".ini", "" },
};

START_TEST(names_are_those_of_files)
{
	g_autofree char *got = client_layers_name(name_rows[_i].path);

	ck_assert_str_eq(got, name_rows[_i].want);
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
	Suite *s = suite_create("client_layers");

	add(s, "a_file_alone", a_file_alone, 1);
	add(s, "a_base_of_a_base", a_base_of_a_base, 1);
	add(s, "there_is_an_order", there_is_an_order, 1);
	add(s, "a_file_may_have_the_name_of_its_base", a_file_may_have_the_name_of_its_base, 1);
	add(s, "bad_bases_are_refused", bad_bases_are_refused, N_ROWS(bad_rows));
	add(s, "names_are_those_of_files", names_are_those_of_files, N_ROWS(name_rows));
	return suite_run(s);
}
