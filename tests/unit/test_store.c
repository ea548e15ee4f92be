/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/store: a folder that nobody can look out of
 */
#include "server/store.h"

#include <check.h>
#include <errno.h>
#include <sys/resource.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

enum {
	NOBODY = 65534, /* a user who is not the super-user, to whom every file is readable */
	LONG_LEN = 300 * 1024,
};

#define NAME(text)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(text), sizeof(text) - 1                                          \
	}

static char *folder; /* holds "root", which is served, and "secret", which is not */
static Store *store;

static void set_up(void)
{
	g_autofree char *root = NULL, *fifo = NULL, *secret = NULL;

	folder = temp_folder_new();
	root = g_build_filename(folder, "root", NULL);
	fifo = g_build_filename(root, "fifo", NULL);
	secret = g_build_filename(folder, "secret", NULL);
	temp_file(folder, "secret", 10);
	temp_file(folder, "root/kernel", 1000);
	temp_file(folder, "root/empty", 0);
	temp_file(folder, "root/long", LONG_LEN);
	temp_file(folder, "root/boot/s390x/initrd", 2000);
	temp_file(folder, "root/with blank", 3);
	temp_file(folder, "root/latin-\xe4", 4);
	temp_link(root, "kernel", "link-inside");
	temp_link(root, "../boot/s390x/initrd", "boot/link-up-and-down");
	temp_link(root, "../secret", "link-out");
	temp_link(root, "..", "link-out-folder");
	temp_link(root, secret, "link-absolute");
	temp_link(root, "link-loop", "link-loop");
	temp_link(root, "nowhere", "link-nowhere");
	temp_link(root, "/proc/self/root/etc/passwd", "link-magic");
	ck_assert_int_eq(mkfifo(fifo, 0644), 0);
	store = store_new(root);
	ck_assert_ptr_nonnull(store);
}

static void tear_down(void)
{
	store_free(store);
	temp_folder_remove(folder);
}

static const struct {
	const char *what;
	struct slice name;
	int want;
	uint64_t size;
} open_rows[] = {
	{ "a file", NAME("kernel"), 0, 1000 },
	{ "an empty file", NAME("empty"), 0, 0 },
	{ "a file in a folder", NAME("boot/s390x/initrd"), 0, 2000 },
	{ "a dot and doubled slashes", NAME("./boot//s390x/./initrd"), 0, 2000 },
	{ "up and down again, inside", NAME("boot/../kernel"), 0, 1000 },
	{ "a blank in the name", NAME("with blank"), 0, 3 },
	{ "a name that is no UTF-8", NAME("latin-\xe4"), 0, 4 },
	{ "a link to a file", NAME("link-inside"), 0, 1000 },
	{ "a link that goes up, inside", NAME("boot/link-up-and-down"), 0, 2000 },
	{ "no such file", NAME("missing"), STORE_E_NOT_FOUND, 0 },
	{ "no such folder", NAME("missing/kernel"), STORE_E_NOT_FOUND, 0 },
	{ "another case", NAME("KERNEL"), STORE_E_NOT_FOUND, 0 },
	{ "a file taken for a folder", NAME("kernel/x"), STORE_E_NOT_FOUND, 0 },
	{ "a file with a slash behind it", NAME("kernel/"), STORE_E_NOT_FOUND, 0 },
	{ "a link to nowhere", NAME("link-nowhere"), STORE_E_NOT_FOUND, 0 },
	{ "a name that is no UTF-8, missing", NAME("\xff\xfe"), STORE_E_NOT_FOUND, 0 },
	{ "up and out", NAME("../secret"), STORE_E_ACCESS, 0 },
	{ "up and out, no such file", NAME("../missing"), STORE_E_ACCESS, 0 },
	{ "far up", NAME("../../../../../../../etc/passwd"), STORE_E_ACCESS, 0 },
	{ "down, up and out", NAME("boot/../../secret"), STORE_E_ACCESS, 0 },
	{ "out and in again", NAME("../root/kernel"), STORE_E_ACCESS, 0 },
	{ "backslashes are no separators", NAME("..\\secret"), STORE_E_NOT_FOUND, 0 },
	{ "an absolute name", NAME("/etc/passwd"), STORE_E_ACCESS, 0 },
	{ "an absolute name of a file that is there", NAME("/kernel"), STORE_E_ACCESS, 0 },
	{ "a link that leaves", NAME("link-out"), STORE_E_ACCESS, 0 },
	{ "a folder's link that leaves", NAME("link-out-folder/secret"), STORE_E_ACCESS, 0 },
	{ "an absolute link", NAME("link-absolute"), STORE_E_ACCESS, 0 },
	{ "a link to /proc", NAME("link-magic"), STORE_E_ACCESS, 0 },
	{ "a link to itself", NAME("link-loop"), STORE_E_ACCESS, 0 },
	{ "a FIFO", NAME("fifo"), STORE_E_ACCESS, 0 },
	{ "a folder", NAME("boot"), STORE_E_ACCESS, 0 },
	{ "the root", NAME("."), STORE_E_ACCESS, 0 },
	{ "an empty name", NAME(""), STORE_E_ACCESS, 0 },
	{ "a NUL in the name", NAME("kernel\0x"), STORE_E_ACCESS, 0 },
	{ "a NUL behind the name", NAME("kernel\0"), STORE_E_ACCESS, 0 },
};

START_TEST(opens)
{
	static char marked;
	StoreFile *const untouched = (StoreFile *)&marked;
	StoreFile *f = untouched;
	int r = store_open(store, &f, open_rows[_i].name);

	ck_assert_msg(r == open_rows[_i].want, "%s: got %d", open_rows[_i].what, r);
	if (r) {
		ck_assert_msg(f == untouched, "%s: out was touched", open_rows[_i].what);
		return;
	}
	ck_assert_msg(store_file_size(f) == open_rows[_i].size, "%s: size", open_rows[_i].what);
	store_file_free(f);
}
END_TEST

static const size_t name_lens[] = { 255, 256, 4095, 4096, 65000 };

START_TEST(long_name_is_not_found)
{
	g_autofree uint8_t *name = g_malloc(name_lens[_i]);
	StoreFile *f = NULL;

	memset(name, 'n', name_lens[_i]);
	ck_assert_int_eq(store_open(store, &f, (struct slice){ name, name_lens[_i] }),
			 STORE_E_NOT_FOUND);
}
END_TEST

START_TEST(unreadable_file_is_refused)
{
	g_autofree char *root = g_build_filename(folder, "root", NULL);
	g_autofree char *path = g_build_filename(root, "kernel", NULL);
	StoreFile *f = NULL;

	ck_assert_int_eq(chmod(folder, 0755), 0);
	ck_assert_int_eq(chmod(root, 0755), 0);
	ck_assert_int_eq(chmod(path, 0), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(NOBODY), 0);
	ck_assert_int_eq(store_open(store, &f, (struct slice)NAME("kernel")), STORE_E_ACCESS);
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

START_TEST(out_of_descriptors_is_our_fault)
{
	struct rlimit none = { 0, 0 };
	struct rlimit old;
	StoreFile *f = NULL;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	none.rlim_max = old.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ck_assert_int_eq(store_open(store, &f, (struct slice)NAME("kernel")), -EMFILE);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
}
END_TEST

static const struct {
	const char *what;
	uint64_t offset;
	size_t len;
	int want;
} read_rows[] = {
	{ "the beginning", 0, 1428, 1428 },
	{ "nothing", 5, 0, 0 },
	{ "across the end of the buffer", 64 * 1024 - 7, 1428, 1428 },
	{ "far behind", 200 * 1024 + 3, 512, 512 },
	{ "back again", 1428, 1428, 1428 },
	{ "more than the buffer holds", 11, 150 * 1024, 150 * 1024 },
	{ "the end, cut", LONG_LEN - 100, 512, 100 },
	{ "the end exactly", LONG_LEN - 512, 512, 512 },
	{ "behind the end", LONG_LEN, 512, 0 },
	{ "far behind the end", UINT64_MAX, 512, 0 },
};

/* The rows are read from one open file, in order, for the buffer's sake. */
START_TEST(reads)
{
	g_autoptr(StoreFile) f = NULL;
	g_autofree uint8_t *buf = g_malloc(LONG_LEN);

	ck_assert_int_eq(store_open(store, &f, (struct slice)NAME("long")), 0);
	for (int row = 0; row < N_ROWS(read_rows); row++) {
		int r = store_file_read(f, read_rows[row].offset, buf, read_rows[row].len);

		ck_assert_msg(r == read_rows[row].want, "%s: got %d", read_rows[row].what, r);
		for (int i = 0; i < r; i++)
			ck_assert_msg(buf[i] == temp_file_byte(read_rows[row].offset + (uint64_t)i),
				      "%s: byte %d", read_rows[row].what, i);
	}
}
END_TEST

static void resize(const char *name, long size)
{
	g_autofree char *path = g_build_filename(folder, "root", name, NULL);

	ck_assert_int_eq(truncate(path, size), 0);
}

START_TEST(truncated_file_is_an_error)
{
	g_autoptr(StoreFile) f = NULL;
	uint8_t buf[512];

	ck_assert_int_eq(store_open(store, &f, (struct slice)NAME("long")), 0);
	ck_assert_int_eq(store_file_read(f, 0, buf, sizeof(buf)), (int)sizeof(buf));
	resize("long", 100 * 1024);
	ck_assert_int_eq(store_file_read(f, 200 * 1024, buf, sizeof(buf)), -EIO);
	ck_assert_int_eq(store_file_read(f, 100 * 1024 - 1, buf, sizeof(buf)), -EIO);
	ck_assert_int_eq(store_file_read(f, 0, buf, sizeof(buf)), (int)sizeof(buf));
}
END_TEST

START_TEST(grown_file_keeps_its_size)
{
	g_autoptr(StoreFile) f = NULL;
	uint8_t buf[2000];

	ck_assert_int_eq(store_open(store, &f, (struct slice)NAME("kernel")), 0);
	resize("kernel", 5000);
	ck_assert_uint_eq(store_file_size(f), 1000);
	ck_assert_int_eq(store_file_read(f, 0, buf, sizeof(buf)), 1000);
}
END_TEST

START_TEST(root_must_be_a_folder)
{
	g_autofree char *file = g_build_filename(folder, "secret", NULL);
	g_autofree char *missing = g_build_filename(folder, "missing", NULL);

	ck_assert_ptr_null(store_new(file));
	ck_assert_int_eq(errno, ENOTDIR);
	ck_assert_ptr_null(store_new(missing));
	ck_assert_int_eq(errno, ENOENT);
	store_free(NULL);
	store_file_free(NULL);
}
END_TEST

static void add_rows(Suite *s, const TTest *test, int n)
{
	TCase *tc = tcase_create(test->name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, test, 0, n);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("store");

	add_rows(s, opens, N_ROWS(open_rows));
	add_rows(s, long_name_is_not_found, N_ROWS(name_lens));
	add_rows(s, unreadable_file_is_refused, 1);
	add_rows(s, out_of_descriptors_is_our_fault, 1);
	add_rows(s, reads, 1);
	add_rows(s, truncated_file_is_an_error, 1);
	add_rows(s, grown_file_keeps_its_size, 1);
	add_rows(s, root_must_be_a_folder, 1);
	return suite_run(s);
}
