/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of fixtures/file_set.c, on folders; packages are read by fixtures/deb.c
 */
#include "fixtures/file_set.h"

#include <string.h>

#include "fixtures/deb.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

static GBytes *text(const char *s)
{
	return g_bytes_new(s, strlen(s));
}

static void put(FileSet *s, const char *name, const char *content)
{
	g_autoptr(GBytes) bytes = text(content);

	file_set_add(s, name, bytes);
}

/* What a name leads to; NULL: nothing. */
static void expect_size(const FileSet *s, const char *name, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = file_set_load(s, name, &error);

	ck_assert_msg(bytes, "%s: %s", name, error ? error->message : "");
	ck_assert_msg(g_bytes_get_size(bytes) == size, "%s: %zu", name, g_bytes_get_size(bytes));
}

static void expect_none(const FileSet *s, const char *name)
{
	g_autoptr(GError) error = NULL;

	ck_assert_msg(!file_set_load(s, name, &error), "%s", name);
	ck_assert_msg(g_error_matches(error, FILE_SET_ERROR, FILE_SET_ERROR_NONE), "%s: %s", name,
		      error->message);
}

START_TEST(names_have_one_form)
{
	g_autoptr(FileSet) s = file_set_new();

	put(s, "usr/lib/a", "1");
	put(s, "/usr/bin/b", "22");
	put(s, "lib/a", "333"); /* is there already */
	expect_size(s, "lib/a", 1);
	expect_size(s, "/lib/a", 1);
	expect_size(s, "usr/lib/a", 1);
	expect_size(s, "bin/b", 2);
	expect_none(s, "b");
}
END_TEST

START_TEST(patterns_reach_into_folders)
{
	g_autoptr(FileSet) s = file_set_new();
	g_autoptr(GPtrArray) names = NULL;

	put(s, "lib/modules/6.1/kernel/x/b.ko", "");
	put(s, "lib/modules/6.1/kernel/a.ko.xz", "");
	put(s, "lib/modules/6.2/kernel/c.ko", "");
	names = file_set_match(s, "lib/modules/6.1/*.ko*");
	ck_assert_uint_eq(names->len, 2);
	ck_assert_str_eq(names->pdata[0], "lib/modules/6.1/kernel/a.ko.xz");
	ck_assert_str_eq(names->pdata[1], "lib/modules/6.1/kernel/x/b.ko");
}
END_TEST

START_TEST(a_sysroot_is_read)
{
	char *dir = temp_folder_new();
	g_autoptr(FileSet) s = file_set_new();

	temp_file(dir, "usr/lib/libz.so.1.2", 11);
	temp_link(dir, "libz.so.1.2", "usr/lib/libz.so.1");
	temp_link(dir, "usr/lib", "lib");
	temp_file(dir, "boot/vmlinuz-1", 12);
	temp_file(dir, "usr/sbin/kexec", 13);
	temp_file(dir, "home/me/secret", 14);
	temp_link(dir, "/usr/lib/libz.so.1", "boot/absolute");
	ck_assert(file_set_add_sysroot(s, dir, NULL));
	expect_size(s, "lib/libz.so.1", 11);
	expect_size(s, "boot/vmlinuz-1", 12);
	expect_size(s, "sbin/kexec", 13);
	expect_size(s, "boot/absolute", 11);
	expect_none(s, "home/me/secret");
	temp_folder_remove(dir);
}
END_TEST

START_TEST(no_link_leads_out_or_round)
{
	char *dir = temp_folder_new();
	g_autoptr(FileSet) s = file_set_new();

	temp_file(dir, "lib/x", 1);
	temp_link(dir, "/etc/passwd", "lib/passwd");
	temp_link(dir, "../../../../../../etc/passwd", "lib/up");
	temp_link(dir, "round", "lib/round");
	ck_assert(file_set_add_sysroot(s, dir, NULL));
	expect_none(s, "lib/passwd");
	expect_none(s, "lib/up");
	expect_none(s, "lib/round");
	temp_folder_remove(dir);
}
END_TEST

/* A folder that became a link after it was listed. */
START_TEST(a_sysroot_is_not_left_later_either)
{
	char *dir = temp_folder_new(), *out = temp_folder_new();
	g_autofree char *lib = g_build_filename(dir, "lib", NULL);
	g_autofree char *x = g_build_filename(dir, "lib", "x", NULL);
	g_autoptr(FileSet) s = file_set_new();
	g_autoptr(GError) error = NULL;

	temp_file(dir, "lib/x", 1);
	temp_file(out, "x", 2);
	ck_assert(file_set_add_sysroot(s, dir, NULL));
	ck_assert_int_eq(unlink(x), 0);
	ck_assert_int_eq(rmdir(lib), 0);
	temp_link(dir, out, "lib");
	ck_assert_ptr_null(file_set_load(s, "lib/x", &error));
	ck_assert(g_error_matches(error, FILE_SET_ERROR, FILE_SET_ERROR_SOURCE));
	temp_folder_remove(out);
	temp_folder_remove(dir);
}
END_TEST

START_TEST(an_empty_folder_is_no_system)
{
	char *dir = temp_folder_new();
	g_autoptr(FileSet) s = file_set_new();
	g_autoptr(GError) error = NULL;

	ck_assert(!file_set_add_sysroot(s, dir, &error));
	ck_assert(g_error_matches(error, FILE_SET_ERROR, FILE_SET_ERROR_SOURCE));
	temp_folder_remove(dir);
}
END_TEST

START_TEST(a_package_that_is_none_is_refused)
{
	g_autoptr(FileSet) s = file_set_new();
	g_autoptr(GError) e1 = NULL, e2 = NULL;

	ck_assert(!file_set_add_deb(s, "/nowhere.deb", &e1));
	ck_assert(g_error_matches(e1, DEB_ERROR, DEB_ERROR_OPEN));
	ck_assert(!file_set_add_deb(s, "/proc/self/exe", &e2));
	ck_assert(g_error_matches(e2, DEB_ERROR, DEB_ERROR_FORMAT));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("file_set");

	suite_add(s, names_have_one_form);
	suite_add(s, patterns_reach_into_folders);
	suite_add(s, a_sysroot_is_read);
	suite_add(s, no_link_leads_out_or_round);
	suite_add(s, a_sysroot_is_not_left_later_either);
	suite_add(s, an_empty_folder_is_no_system);
	suite_add(s, a_package_that_is_none_is_refused);
	return suite_run(s);
}
