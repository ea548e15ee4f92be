/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/origin: sums of files, and the packages they are from
 */
#include "harness/origin.h"

#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

/* SHA-256 of nothing. */
#define SUM_NOTHING "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

#define PACKAGE "[package]\nname = qemu-system-data\nversion = 1:10.0.2+ds-2\nsuite = sid\n"

START_TEST(files_are_summed_once)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "f", "");
	const char *sum = origin_sha256(path);

	ck_assert_str_eq(sum, SUM_NOTHING);
	text_file_put(dir, "f", "changed");
	ck_assert_ptr_eq(origin_sha256(path), sum);
	ck_assert_ptr_null(origin_sha256("/nonexistent/f"));
	ck_assert_ptr_null(origin_sha256("/nonexistent/f"));
	temp_folder_remove(dir);
}
END_TEST

static const struct {
	const char *what, *record; /* NULL: there is none */
	bool known;
} record_rows[] = {
	{ "no record", NULL, false },
	{ "a record", PACKAGE, true },
	{ "a record of a later version", PACKAGE "colour = red\n[more]\n", true },
	{ "no suite", "[package]\nname = a\nversion = 1\n", false },
	{ "no version", "[package]\nname = a\nsuite = sid\n", false },
	{ "no name", "[package]\nversion = 1\nsuite = sid\n", false },
	{ "somebody else's file", "Package: qemu-system-data\n", false },
	{ "bytes that are no text", "[package]\nname = \xff\nversion = 1\nsuite = sid\n", false },
	{ "an empty file", "", false },
};

START_TEST(packages_are_known_by_a_record)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "s390-ccw.img", "x");
	const struct origin_package *p;

	if (record_rows[_i].record)
		text_file_put(dir, "package", record_rows[_i].record);
	p = origin_package(path);
	ck_assert_msg((p != NULL) == record_rows[_i].known, "%s", record_rows[_i].what);
	ck_assert_ptr_eq(origin_package(path), p);
	if (p) {
		ck_assert_str_eq(p->name, "qemu-system-data");
		ck_assert_str_eq(p->version, "1:10.0.2+ds-2");
		ck_assert_str_eq(p->suite, "sid");
	}
	temp_folder_remove(dir);
}
END_TEST

/* What a result says of a client with these files; @enter is of enum client_enter. */
static Result *described(const char *dir, int enter, const char *firmware, const char *netboot)
{
	g_autofree char *f = firmware ? g_build_filename(dir, firmware, NULL) : NULL;
	g_autofree char *n = netboot ? g_build_filename(dir, netboot, NULL) : NULL;
	Client c = {
		.enter = enter,
		.firmware = f,
		.netboot = n,
		.image = (char *)"only-a-name.img",
		.qemu_version = (char *)"QEMU 7.2",
	};
	Result *r = result_new();

	origin_describe(&c, r);
	return r;
}

START_TEST(a_result_says_what_it_is_of)
{
	char *dir = temp_folder_new();
	g_autoptr(Result) both = NULL, one = NULL, none = NULL, direct = NULL;

	text_file_put(dir, "a", "");
	text_file_put(dir, "known/b", "");
	text_file_put(dir, "known/package", PACKAGE);
	both = described(dir, CLIENT_FIRMWARE, "a", "known/b");
	ck_assert_str_eq(both->client_files, "firmware:e3b0c44298fc1c14 netboot:e3b0c44298fc1c14");
	ck_assert_str_eq(both->client_version, "1:10.0.2+ds-2");
	ck_assert_str_eq(both->qemu_version, "QEMU 7.2");
	one = described(dir, CLIENT_FIRMWARE, "a", "missing");
	ck_assert_str_eq(one->client_files, "firmware:e3b0c44298fc1c14");
	ck_assert_ptr_null(one->client_version);
	none = described(dir, CLIENT_FIRMWARE, NULL, NULL);
	ck_assert(!none->client_files && !none->client_version);
	direct = described(dir, CLIENT_DIRECT, "a", "known/b");
	ck_assert(!direct->client_files && !direct->client_version);
	ck_assert_str_eq(direct->qemu_version, "QEMU 7.2");
	temp_folder_remove(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("origin");

	suite_add(s, files_are_summed_once);
	suite_add_rows(s, packages_are_known_by_a_record, N_ROWS(record_rows));
	suite_add(s, a_result_says_what_it_is_of);
	return suite_run(s);
}
