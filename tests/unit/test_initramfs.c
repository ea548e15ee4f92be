/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of fixtures/initramfs.c: what is written is read back, as cpio and as bytes
 */
#include "fixtures/initramfs.h"

#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { GZIP_MTIME_OFFSET = 4 }; /* RFC 1952 2.3 */

static Initramfs *make(void)
{
	Initramfs *fs = initramfs_new();
	g_autoptr(GBytes) content = g_bytes_new("#!/bin/sh\n", 10);
	g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);

	ck_assert(initramfs_add_dir(fs, "dev", 0755, NULL));
	ck_assert(initramfs_add_char_device(fs, "dev/console", 0600, 5, 1, NULL));
	ck_assert(initramfs_add_dir(fs, "bin", 0755, NULL));
	ck_assert(initramfs_add_link(fs, "bin/sh", "busybox", NULL));
	ck_assert(initramfs_add_file(fs, "init", 0755, content, NULL));
	ck_assert(initramfs_add_file(fs, "empty", 0444, empty, NULL));
	return fs;
}

/* What make() must come back as, in this order */
static const struct {
	const char *name;
	unsigned type, perm;
	size_t len;
	const char *target;
} wanted[] = {
	{ "dev", AE_IFDIR, 0755, 0, NULL },   { "dev/console", AE_IFCHR, 0600, 0, NULL },
	{ "bin", AE_IFDIR, 0755, 0, NULL },   { "bin/sh", AE_IFLNK, 0777, 7, "busybox" },
	{ "init", AE_IFREG, 0755, 10, NULL }, { "empty", AE_IFREG, 0444, 0, NULL },
};

START_TEST(comes_back_as_added)
{
	g_autoptr(Initramfs) fs = make();
	g_autoptr(GBytes) image = initramfs_encode(fs, NULL);
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	size_t len;
	const void *p = g_bytes_get_data(image, &len);

	archive_read_support_filter_gzip(a);
	archive_read_support_format_cpio(a);
	ck_assert_int_eq(archive_read_open_memory(a, p, len), ARCHIVE_OK);
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		ck_assert_int_eq(archive_read_next_header(a, &e), ARCHIVE_OK);
		ck_assert_str_eq(archive_entry_pathname(e), wanted[i].name);
		ck_assert_uint_eq(archive_entry_filetype(e), wanted[i].type);
		ck_assert_uint_eq(archive_entry_perm(e), wanted[i].perm);
		ck_assert_int_eq(archive_entry_size(e), (int64_t)wanted[i].len);
		ck_assert_int_eq(archive_entry_mtime(e), 0);
		ck_assert_int_eq(archive_entry_uid(e), 0);
		ck_assert_int_eq(archive_entry_gid(e), 0);
		ck_assert_int_eq(archive_entry_ino(e), (int64_t)i + 1);
		ck_assert_pstr_eq(archive_entry_symlink(e), wanted[i].target);
		if (wanted[i].type == AE_IFCHR) {
			ck_assert_uint_eq(archive_entry_rdevmajor(e), 5);
			ck_assert_uint_eq(archive_entry_rdevminor(e), 1);
		}
	}
	ck_assert_int_eq(archive_read_next_header(a, &e), ARCHIVE_EOF);
	ck_assert_int_eq(archive_format(a), ARCHIVE_FORMAT_CPIO_SVR4_NOCRC);
	archive_read_free(a);
}
END_TEST

START_TEST(same_additions_give_same_bytes)
{
	static const uint8_t no_time[4] = { 0 };
	g_autoptr(Initramfs) one = make();
	g_autoptr(Initramfs) two = make();
	g_autoptr(GBytes) a = initramfs_encode(one, NULL);
	g_autoptr(GBytes) b = initramfs_encode(two, NULL);
	g_autoptr(GBytes) again = initramfs_encode(one, NULL);
	const uint8_t *p = g_bytes_get_data(a, NULL);

	ck_assert(g_bytes_equal(a, b));
	ck_assert(g_bytes_equal(a, again));
	ck_assert_mem_eq(p + GZIP_MTIME_OFFSET, no_time, sizeof(no_time));
}
END_TEST

START_TEST(nothing_added_is_an_archive_too)
{
	g_autoptr(Initramfs) fs = initramfs_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) image = initramfs_encode(fs, &error);

	ck_assert_msg(image != NULL, "%s", error ? error->message : "?");
}
END_TEST

static const struct {
	const char *what, *path;
	int code;
} refused_rows[] = {
	{ "an empty name", "", INITRAMFS_ERROR_PATH },
	{ "an absolute name", "/init", INITRAMFS_ERROR_PATH },
	{ "a directory's name with a slash", "etc/", INITRAMFS_ERROR_PATH },
	{ "two slashes", "bin//cat", INITRAMFS_ERROR_PATH },
	{ "a way up", "bin/../cat", INITRAMFS_ERROR_PATH },
	{ "a way nowhere", "./cat", INITRAMFS_ERROR_PATH },
	{ "a name that is there", "bin", INITRAMFS_ERROR_PATH },
	{ "no such directory", "usr/cat", INITRAMFS_ERROR_PARENT },
	{ "a directory that is a file", "init/cat", INITRAMFS_ERROR_PARENT },
	{ "a directory that is a link", "bin/sh/cat", INITRAMFS_ERROR_PARENT },
};

START_TEST(refuses_a_path)
{
	g_autoptr(Initramfs) fs = make();
	g_autoptr(Initramfs) untouched = make();
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) content = g_bytes_new("x", 1);
	g_autoptr(GBytes) got = NULL;
	g_autoptr(GBytes) want = NULL;

	ck_assert_msg(!initramfs_add_file(fs, refused_rows[_i].path, 0644, content, &error),
		      "%s: was taken", refused_rows[_i].what);
	ck_assert_msg(g_error_matches(error, INITRAMFS_ERROR, refused_rows[_i].code), "%s: %s",
		      refused_rows[_i].what, error->message);

	got = initramfs_encode(fs, NULL);
	want = initramfs_encode(untouched, NULL);
	ck_assert_msg(g_bytes_equal(got, want), "%s: left something behind", refused_rows[_i].what);
}
END_TEST

START_TEST(free_takes_null)
{
	initramfs_free(NULL);
}
END_TEST

static Suite *initramfs_suite(void)
{
	Suite *s = suite_create("initramfs");
	TCase *tc = tcase_create("initramfs");

	tcase_set_timeout(tc, 10);
	tcase_add_test(tc, comes_back_as_added);
	tcase_add_test(tc, same_additions_give_same_bytes);
	tcase_add_test(tc, nothing_added_is_an_archive_too);
	tcase_add_loop_test(tc, refuses_a_path, 0, G_N_ELEMENTS(refused_rows));
	tcase_add_test(tc, free_takes_null);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(initramfs_suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
