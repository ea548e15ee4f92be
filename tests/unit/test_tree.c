/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/tree: the folder with a scenario's served files
 *
 * Fixtures are found from where the program lies: for them this program copies itself into a source
 * tree of its own and runs there ("build SCENARIO FOLDER" on its command line).
 */
#include "harness/tree.h"

#include <check.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

static char *dir, *to; /* of the scenario; the tree, in it */

static void set_up(void)
{
	dir = temp_folder_new();
	to = g_build_filename(dir, "deep", "tree", NULL);
}

static void tear_down(void)
{
	temp_folder_remove(dir);
	g_free(to);
}

/* Build the tree of a scenario with these files in it. */
static bool build(const char *files, GError **error)
{
	g_autofree char *text = g_strconcat("[scenario]\nsummary = s\n", files, NULL);
	g_autofree char *path = text_file(dir, "x.ini", text);
	g_autoptr(Scenario) s = scenario_load(path, "x", NULL);

	ck_assert_ptr_nonnull(s);
	return tree_build(s, to, error);
}

static const struct {
	const char *what, *files, *name, *want;
} text_rows[] = {
	{ "a text", "[file.a]\ntext = one\\ntwo\n", "a", "one\ntwo" },
	{ "an empty text", "[file.a]\ntext =\n", "a", "" },
	{ "lines", "[file.a]\nlines = one;  two\n", "a", "one\n  two\n" },
	{ "one line", "[file.a]\nlines = one;\n", "a", "one\n" },
	{ "bytes", "[file.a]\nhex = 41 4a 4B4c\n", "a", "AJKL" },
	{ "no bytes", "[file.a]\nhex =\n", "a", "" },
	{ "a name with folders", "[file.pxelinux.cfg/01-52]\ntext = x\n", "pxelinux.cfg/01-52",
	  "x" },
	{ "two names in one folder", "[file.d/a]\ntext = x\n[file.d/b]\ntext = y\n", "d/b", "y" },
	{ "a file beside the scenario", "[file.a]\npath = beside\n", "a", "from beside" },
	{ "one below it", "[file.a]\npath = sub/../beside\n", "a", "from beside" },
	{ "no files", "", "", NULL },
};

START_TEST(files_are_made)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *got = NULL;

	text_file_put(dir, "beside", "from beside");
	text_file_put(dir, "sub/x", "");
	ck_assert_msg(build(text_rows[_i].files, &error), "%s: %s", text_rows[_i].what,
		      error ? error->message : "no error");
	ck_assert(g_file_test(to, G_FILE_TEST_IS_DIR));
	if (!text_rows[_i].want)
		return;
	got = text_file_get(to, text_rows[_i].name);
	ck_assert_msg(g_str_equal(got, text_rows[_i].want), "%s: \"%s\"", text_rows[_i].what, got);
}
END_TEST

START_TEST(an_absolute_path)
{
	g_autofree char *beside = text_file(dir, "beside", "from beside");
	g_autofree char *files = g_strdup_printf("[file.a]\npath = %s\n", beside);
	g_autofree char *got = NULL;

	ck_assert(build(files, NULL));
	got = text_file_get(to, "a");
	ck_assert_str_eq(got, "from beside");
}
END_TEST

START_TEST(sources_that_are_files)
{
	g_autofree char *text =
		g_strconcat("[scenario]\nsummary = s\n[file.p]\npath = sub/k\n",
			    "[file.t]\ntext = x\n[file.f]\nfixture = no-such\n", NULL);
	g_autofree char *path = text_file(dir, "x.ini", text);
	g_autofree char *want = g_build_filename(dir, "sub/k", NULL);
	g_autoptr(Scenario) s = scenario_load(path, "x", NULL);
	g_autofree char *got = tree_source(s, scenario_find_file(s, "p"), NULL);
	g_autoptr(GError) none = NULL, error = NULL;

	ck_assert_str_eq(got, want);
	ck_assert_ptr_null(tree_source(s, scenario_find_file(s, "t"), &none));
	ck_assert_ptr_null(none);
	ck_assert_ptr_null(tree_source(s, scenario_find_file(s, "f"), &error));
	ck_assert(g_error_matches(error, TREE_ERROR, TREE_ERROR_FIXTURE));
}
END_TEST

START_TEST(a_link_is_a_link)
{
	g_autofree char *path = g_build_filename(to, "d", "a", NULL);
	g_autofree char *target = NULL;

	ck_assert(build("[file.d/a]\nsymlink = ../../outside\n", NULL));
	target = g_file_read_link(path, NULL);
	ck_assert_str_eq(target, "../../outside");
}
END_TEST

static const struct {
	const char *what, *name;
	size_t len;
	uint32_t crc; /* of what all machines must make of it */
} noise_rows[] = {
	{ "one byte", "one", 1, 0x6abf4a82 },
	{ "no whole word", "initrd.img", 1003, 0xb73de9ea },
	{ "more than a buffer", "initrd.img", 200001, 0xc5004724 },
};

START_TEST(noise_is_always_the_same)
{
	g_autofree char *files = g_strdup_printf("[file.%s]\nrandom_bytes = %zu\n",
						 noise_rows[_i].name, noise_rows[_i].len);
	g_autofree char *path = g_build_filename(to, noise_rows[_i].name, NULL);
	g_autofree char *bytes = NULL;
	size_t len;
	uint32_t crc;

	ck_assert(build(files, NULL));
	ck_assert(g_file_get_contents(path, &bytes, &len, NULL));
	ck_assert_uint_eq(len, noise_rows[_i].len);
	crc = (uint32_t)crc32_z(0, (const Bytef *)bytes, len);
	ck_assert_msg(crc == noise_rows[_i].crc, "%s: 0x%08x", noise_rows[_i].what, crc);
}
END_TEST

static const struct {
	const char *what, *files;
	TreeError want;
	const char *says;
} bad_rows[] = {
	{ "a fixture that is not built", "[file.a]\nfixture = no-such-fixture\n",
	  TREE_ERROR_FIXTURE, "no-such-fixture" },
	{ "a path that is not there", "[file.a]\npath = missing\n", TREE_ERROR_FILE, "missing" },
	{ "a path that is a folder", "[file.a]\npath = sub\n", TREE_ERROR_FILE, "sub" },
	{ "a name longer than any file's",
	  "[file.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaa]\ntext = x\n",
	  TREE_ERROR_FILE, "aaa" },
};

START_TEST(what_cannot_be_made)
{
	g_autoptr(GError) error = NULL;

	text_file_put(dir, "sub/x", "");
	ck_assert_msg(!build(bad_rows[_i].files, &error), "%s", bad_rows[_i].what);
	ck_assert_msg(g_error_matches(error, TREE_ERROR, (int)bad_rows[_i].want), "%s: %s",
		      bad_rows[_i].what, error->message);
	ck_assert_ptr_nonnull(strstr(error->message, bad_rows[_i].says));
}
END_TEST

START_TEST(a_folder_that_cannot_be_made)
{
	g_autoptr(GError) error = NULL;

	text_file_put(dir, "deep", "a file where a folder should be");
	ck_assert(!build("", &error));
	ck_assert(g_error_matches(error, TREE_ERROR, TREE_ERROR_FILE));
}
END_TEST

START_TEST(nothing_is_overwritten)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *got = NULL;

	text_file_put(to, "a", "was here");
	ck_assert(!build("[file.a]\ntext = new\n", &error));
	ck_assert(g_error_matches(error, TREE_ERROR, TREE_ERROR_FILE));
	got = text_file_get(to, "a");
	ck_assert_str_eq(got, "was here");
}
END_TEST

/* Run this program as build/self of the source tree in @dir. Return: its exit status. */
static int build_in_source_tree(const char *scenario)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *copy = g_build_filename(dir, "build", "self", NULL);
	const char *argv[] = { copy, "build", scenario, to, NULL };
	g_autofree char *bytes = NULL;
	size_t len;
	int status;

	ck_assert(g_file_get_contents(self, &bytes, &len, NULL));
	ck_assert(g_file_set_contents_full(copy, bytes, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0755,
					   NULL));
	ck_assert(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL,
			       &status, NULL));
	return status;
}

START_TEST(a_fixture)
{
	g_autofree char *path = NULL, *got = NULL;

	text_file_put(dir, "fixtures/clients/x.ini", "");
	text_file_put(dir, "build/fixtures/probe", "from the build");
	path = text_file(dir, "scenarios/area/x.ini",
			 "[scenario]\nsummary = s\n[file.kernel]\nfixture = probe\n");
	ck_assert_int_eq(build_in_source_tree(path), 0);
	got = text_file_get(to, "kernel");
	ck_assert_str_eq(got, "from the build");
}
END_TEST

START_TEST(a_tree_is_removed)
{
	g_autofree char *outside = text_file(dir, "outside/kept", "x");

	ck_assert(build("[file.a]\ntext = x\n[file.b/c/d]\ntext = y\n[file.f]\nlines = z\n"
			"[file.up]\nsymlink = ../../outside\n[file.b/file]\nsymlink = ../../../x\n",
			NULL));
	tree_remove(to);
	ck_assert(!g_file_test(to, G_FILE_TEST_EXISTS));
	ck_assert(g_file_test(outside, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(a_link_to_a_folder_is_removed_alone)
{
	g_autofree char *kept = text_file(dir, "outside/kept", "x");
	g_autofree char *link = g_build_filename(dir, "link", NULL);

	temp_link(dir, "outside", "link");
	tree_remove(link);
	ck_assert(!g_file_test(link, G_FILE_TEST_IS_SYMLINK));
	ck_assert(g_file_test(kept, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(nothing_to_remove)
{
	tree_remove("/nonexistent/tree");
}
END_TEST

static void add(Suite *s, const char *name, const TTest *fn, int n)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, fn, 0, n);
	suite_add_tcase(s, tc);
}

/* The second life of this program. */
static int build_main(const char *scenario, const char *folder)
{
	g_autoptr(Scenario) s = scenario_load(scenario, "area/x", NULL);

	return s && tree_build(s, folder, NULL) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	Suite *s;

	if (argc == 4)
		return build_main(argv[2], argv[3]);
	s = suite_create("tree");
	add(s, "files_are_made", files_are_made, N_ROWS(text_rows));
	add(s, "an_absolute_path", an_absolute_path, 1);
	add(s, "sources_that_are_files", sources_that_are_files, 1);
	add(s, "a_link_is_a_link", a_link_is_a_link, 1);
	add(s, "noise_is_always_the_same", noise_is_always_the_same, N_ROWS(noise_rows));
	add(s, "what_cannot_be_made", what_cannot_be_made, N_ROWS(bad_rows));
	add(s, "a_folder_that_cannot_be_made", a_folder_that_cannot_be_made, 1);
	add(s, "nothing_is_overwritten", nothing_is_overwritten, 1);
	add(s, "a_fixture", a_fixture, 1);
	add(s, "a_tree_is_removed", a_tree_is_removed, 1);
	add(s, "a_link_to_a_folder_is_removed_alone", a_link_to_a_folder_is_removed_alone, 1);
	add(s, "nothing_to_remove", nothing_to_remove, 1);
	return suite_run(s);
}
