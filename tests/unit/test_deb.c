/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of fixtures/deb.c, on packages that are made here in memory
 */
#include "fixtures/deb.h"

#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IMAGE_MAX = 256 * 1024, BIG = 100000 };

/* A file in data.tar */
struct file {
	const char *name;
	unsigned type;       /* AE_IFREG ... */
	const char *content; /* of a link: where it points */
};

/* How a package is put together */
struct shape {
	const char *version_name, *version, *data_name;
	int (*filter)(struct archive *);
};

static const struct shape good = { "debian-binary", "2.0\n", "data.tar.xz",
				   archive_write_add_filter_xz };

static const struct file files[] = {
	{ "./boot/", AE_IFDIR, NULL },
	{ "./boot/config-6.1", AE_IFREG, "CONFIG_X=y\n" },
	{ "./boot/vmlinuz-6.1", AE_IFREG, "the kernel" },
	{ "./boot/vmlinuz-6.2", AE_IFREG, "another kernel" },
	{ "./boot/sub/vmlinuz-6.3", AE_IFREG, "deeper" },
	{ "./boot/empty", AE_IFREG, "" },
	{ "./boot/link", AE_IFLNK, "/etc/passwd" },
	{ "./boot/dev", AE_IFCHR, NULL },
	{ "./../etc/shadow", AE_IFREG, "upwards" },
	{ "/abs", AE_IFREG, "absolute" },
};

static void add(struct archive *a, const char *name, unsigned type, const void *content, size_t len)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0644);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(e, content);
	archive_entry_set_size(e, type == AE_IFREG ? (int64_t)len : 0);
	ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
	if (type == AE_IFREG && len)
		ck_assert_int_eq(archive_write_data(a, content, len), (la_ssize_t)len);
	archive_entry_free(e);
}

/* Whether these are all the bytes of the file "big" */
static int is_big(GBytes *bytes)
{
	size_t len;
	const char *p = g_bytes_get_data(bytes, &len);

	while (len > 0 && p[len - 1] == 'b')
		len--;
	return len == 0 && g_bytes_get_size(bytes) == BIG;
}

static GBytes *make_data(const struct shape *s)
{
	g_autofree uint8_t *buf = g_malloc(IMAGE_MAX);
	struct archive *a = archive_write_new();
	char big[BIG];
	size_t used;

	memset(big, 'b', sizeof(big));
	archive_write_set_format_gnutar(a);
	s->filter(a);
	ck_assert_int_eq(archive_write_open_memory(a, buf, IMAGE_MAX, &used), ARCHIVE_OK);
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		add(a, files[i].name, files[i].type, files[i].content,
		    files[i].content ? strlen(files[i].content) : 0);
	add(a, "./big", AE_IFREG, big, sizeof(big));
	archive_write_free(a);
	return g_bytes_new(buf, used);
}

static GBytes *make_deb(const struct shape *s)
{
	g_autofree uint8_t *buf = g_malloc(IMAGE_MAX);
	g_autoptr(GBytes) data = make_data(s);
	struct archive *a = archive_write_new();
	size_t used, len;
	const void *p = g_bytes_get_data(data, &len);

	archive_write_set_format_ar_svr4(a);
	ck_assert_int_eq(archive_write_open_memory(a, buf, IMAGE_MAX, &used), ARCHIVE_OK);
	if (s->version_name)
		add(a, s->version_name, AE_IFREG, s->version, strlen(s->version));
	add(a, "control.tar.xz", AE_IFREG, "not looked at", 13);
	if (s->data_name)
		add(a, s->data_name, AE_IFREG, p, len);
	archive_write_free(a);
	return g_bytes_new(buf, used);
}

static GBytes *find(GBytes *deb, const char *glob, size_t max_bytes, char **name, GError **error)
{
	const char *const globs[] = { "no/such/*", glob, NULL };

	return deb_parse_member(deb, "test.deb", globs, max_bytes, name, error);
}

static const struct {
	const char *what, *glob, *name, *content;
} found_rows[] = {
	{ "a plain name", "boot/config-6.1", "boot/config-6.1", "CONFIG_X=y\n" },
	{ "of two that match, the first", "boot/vmlinuz-*", "boot/vmlinuz-6.1", "the kernel" },
	{ "an empty file", "boot/empty", "boot/empty", "" },
	{ "a star in the middle", "boot/*/vmlinuz*", "boot/sub/vmlinuz-6.3", "deeper" },
	{ "a name that points upwards is only a name", "../etc/shadow", "../etc/shadow",
	  "upwards" },
	{ "an absolute name is taken from the root", "abs", "abs", "absolute" },
};

START_TEST(finds_a_file)
{
	g_autoptr(GBytes) deb = make_deb(&good);
	g_autofree char *name = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = find(deb, found_rows[_i].glob, 100, &name, &error);
	size_t len;
	const char *p;

	ck_assert_msg(got != NULL, "%s: %s", found_rows[_i].what, error ? error->message : "?");
	ck_assert_str_eq(name, found_rows[_i].name);
	p = g_bytes_get_data(got, &len);
	ck_assert_uint_eq(len, strlen(found_rows[_i].content));
	if (len)
		ck_assert_mem_eq(p, found_rows[_i].content, len);
}
END_TEST

static const struct {
	const char *what;
	struct shape shape;
} shape_rows[] = {
	{ "gzip", { "debian-binary", "2.0\n", "data.tar.gz", archive_write_add_filter_gzip } },
	{ "zstd", { "debian-binary", "2.0\n", "data.tar.zst", archive_write_add_filter_zstd } },
	{ "not compressed",
	  { "debian-binary", "2.0\n", "data.tar", archive_write_add_filter_none } },
	{ "a later minor version",
	  { "debian-binary", "2.1\nmore\n", "data.tar.xz", archive_write_add_filter_xz } },
};

START_TEST(reads_each_compression)
{
	g_autoptr(GBytes) deb = make_deb(&shape_rows[_i].shape);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = find(deb, "boot/vmlinuz-6.2", 100, NULL, &error);

	ck_assert_msg(got && g_bytes_get_size(got) == strlen("another kernel"), "%s: %s",
		      shape_rows[_i].what, error ? error->message : "wrong size");
}
END_TEST

static const struct {
	const char *what, *glob;
	size_t max_bytes;
	int code;
} refused_rows[] = {
	{ "no such file", "boot/vmlinux", 100, DEB_ERROR_NO_MEMBER },
	{ "a star does not cross a folder", "*/vmlinuz-6.3", 100, DEB_ERROR_NO_MEMBER },
	{ "a link is not followed", "boot/link", 100, DEB_ERROR_NOT_FILE },
	{ "a directory", "boot/", 100, DEB_ERROR_NOT_FILE },
	{ "a device", "boot/dev", 100, DEB_ERROR_NOT_FILE },
	{ "one byte too long", "boot/vmlinuz-6.1", 9, DEB_ERROR_TOO_LARGE },
	{ "far too long", "big", 100, DEB_ERROR_TOO_LARGE },
};

START_TEST(refuses_a_file)
{
	g_autoptr(GBytes) deb = make_deb(&good);
	char *name = (char *)"untouched";
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got =
		find(deb, refused_rows[_i].glob, refused_rows[_i].max_bytes, &name, &error);

	ck_assert_msg(!got, "%s: was found", refused_rows[_i].what);
	ck_assert_msg(g_error_matches(error, DEB_ERROR, refused_rows[_i].code), "%s: %s",
		      refused_rows[_i].what, error->message);
	ck_assert_str_eq(name, "untouched");
}
END_TEST

/* What a visitor is told, a line each */
static bool visit_wants(void *self, const char *name)
{
	(void)self;
	return g_str_has_prefix(name, "boot/");
}

static void visit_file(void *self, const char *name, GBytes *content)
{
	g_string_append_printf(self, "%s %zu\n", name, g_bytes_get_size(content));
}

static void visit_link(void *self, const char *name, const char *target)
{
	g_string_append_printf(self, "%s -> %s\n", name, target);
}

static bool visit(GBytes *deb, GString *told, size_t max_bytes, GError **error)
{
	struct deb_visitor v = { visit_wants, visit_file, visit_link, told };
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("test-deb-XXXXXX", &path, NULL);
	bool ok;

	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert(g_file_set_contents(path, g_bytes_get_data(deb, NULL),
				      (gssize)g_bytes_get_size(deb), NULL));
	ok = deb_visit(path, &v, max_bytes, error);
	unlink(path);
	return ok;
}

START_TEST(goes_through_all_that_is_wanted)
{
	g_autoptr(GBytes) deb = make_deb(&good);
	g_autoptr(GString) told = g_string_new(NULL);

	ck_assert(visit(deb, told, BIG, NULL));
	ck_assert_str_eq(told->str, "boot/config-6.1 11\nboot/vmlinuz-6.1 10\n"
				    "boot/vmlinuz-6.2 14\nboot/sub/vmlinuz-6.3 6\n"
				    "boot/empty 0\nboot/link -> /etc/passwd\n");
}
END_TEST

START_TEST(a_visit_has_limits_and_sees_damage)
{
	g_autoptr(GBytes) deb = make_deb(&good);
	g_autoptr(GBytes) cut = g_bytes_new_from_bytes(deb, 0, g_bytes_get_size(deb) / 2);
	g_autoptr(GString) told = g_string_new(NULL);
	g_autoptr(GError) e1 = NULL, e2 = NULL;

	ck_assert(!visit(deb, told, 13, &e1));
	ck_assert(g_error_matches(e1, DEB_ERROR, DEB_ERROR_TOO_LARGE));
	ck_assert(!visit(cut, told, BIG, &e2));
	ck_assert(g_error_matches(e2, DEB_ERROR, DEB_ERROR_FORMAT));
}
END_TEST

static const struct {
	const char *what;
	struct shape shape;
} malformed_rows[] = {
	{ "no version", { NULL, NULL, "data.tar.xz", archive_write_add_filter_xz } },
	{ "another version",
	  { "debian-binary", "3.0\n", "data.tar.xz", archive_write_add_filter_xz } },
	{ "an empty version", { "debian-binary", "", "data.tar.xz", archive_write_add_filter_xz } },
	{ "something else first",
	  { "debian", "2.0\n", "data.tar.xz", archive_write_add_filter_xz } },
	{ "no data", { "debian-binary", "2.0\n", NULL, archive_write_add_filter_xz } },
	{ "data by another name",
	  { "debian-binary", "2.0\n", "data.zip", archive_write_add_filter_xz } },
	{ "a compression we do not read",
	  { "debian-binary", "2.0\n", "data.tar.Z", archive_write_add_filter_compress } },
};

START_TEST(refuses_a_malformed_package)
{
	g_autoptr(GBytes) deb = make_deb(&malformed_rows[_i].shape);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = find(deb, "boot/vmlinuz-*", 100, NULL, &error);

	ck_assert_msg(!got, "%s: was read", malformed_rows[_i].what);
	ck_assert_msg(g_error_matches(error, DEB_ERROR, DEB_ERROR_FORMAT), "%s: %s",
		      malformed_rows[_i].what, error->message);
}
END_TEST

static const struct {
	const char *what, *bytes;
} junk_rows[] = {
	{ "nothing", "" },
	{ "one byte", "!" },
	{ "text", "this is not a package, but it is longer than the header of one is\n" },
	{ "an archive of nothing", "!<arch>\n" },
	{ "half a header", "!<arch>\ndebian-binary   1410122664" },
	{ "a size that is no number",
	  "!<arch>\ndebian-binary   0           0     0     100644  x         `\n2.0\n" },
	{ "a size beyond the end",
	  "!<arch>\ndebian-binary   0           0     0     100644  9999999   `\n2.0\n" },
};

START_TEST(refuses_junk)
{
	g_autoptr(GBytes) deb = g_bytes_new(junk_rows[_i].bytes, strlen(junk_rows[_i].bytes));
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = find(deb, "*", 100, NULL, &error);

	ck_assert_msg(!got, "%s: was read", junk_rows[_i].what);
	ck_assert_msg(g_error_matches(error, DEB_ERROR, DEB_ERROR_FORMAT), "%s: %s",
		      junk_rows[_i].what, error->message);
}
END_TEST

/* The content of an xz is all there or not at all; that of a plain tar can end anywhere */
static const struct shape cut_rows[] = {
	{ "debian-binary", "2.0\n", "data.tar.xz", archive_write_add_filter_xz },
	{ "debian-binary", "2.0\n", "data.tar", archive_write_add_filter_none },
};

/* Cut anywhere, a package gives the whole file or an error, never a part of the file */
START_TEST(cut_package_gives_all_or_nothing)
{
	g_autoptr(GBytes) deb = make_deb(&cut_rows[_i]);
	size_t len = g_bytes_get_size(deb), n_errors = 0;

	for (size_t cut = 0; cut < len; cut += 1 + len / 500) {
		g_autoptr(GBytes) part = g_bytes_new_from_bytes(deb, 0, cut);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) got = find(part, "big", BIG, NULL, &error);

		ck_assert_msg((got != NULL) != (error != NULL), "cut at %zu", cut);
		ck_assert_msg(!got || is_big(got), "cut at %zu: not the whole file", cut);
		n_errors += error != NULL;
	}
	ck_assert_uint_gt(n_errors, 10);
}
END_TEST

START_TEST(flipped_bits_do_no_harm)
{
	g_autoptr(GBytes) deb = make_deb(&good);
	size_t len;
	const uint8_t *p = g_bytes_get_data(deb, &len);

	for (size_t at = 0; at < len; at++) {
		g_autofree uint8_t *copy = g_memdup2(p, len);
		g_autoptr(GBytes) bad = NULL;
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) got = NULL;

		copy[at] ^= (uint8_t)(1u << at % 8);
		bad = g_bytes_new(copy, len);
		got = find(bad, "big", BIG, NULL, &error);
		ck_assert_msg((got != NULL) != (error != NULL), "flipped at %zu", at);
	}
}
END_TEST

START_TEST(missing_package_is_named)
{
	static const char *const globs[] = { "*", NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = deb_load_member("/nonexistent/x.deb", globs, 100, NULL, &error);

	ck_assert_ptr_null(got);
	ck_assert(g_error_matches(error, DEB_ERROR, DEB_ERROR_OPEN));
	ck_assert_ptr_nonnull(strstr(error->message, "/nonexistent/x.deb"));
}
END_TEST

static Suite *deb_suite(void)
{
	Suite *s = suite_create("deb");
	TCase *tc = tcase_create("deb");

	tcase_set_timeout(tc, 20);
	tcase_add_loop_test(tc, finds_a_file, 0, G_N_ELEMENTS(found_rows));
	tcase_add_loop_test(tc, reads_each_compression, 0, G_N_ELEMENTS(shape_rows));
	tcase_add_test(tc, goes_through_all_that_is_wanted);
	tcase_add_test(tc, a_visit_has_limits_and_sees_damage);
	tcase_add_loop_test(tc, refuses_a_file, 0, G_N_ELEMENTS(refused_rows));
	tcase_add_loop_test(tc, refuses_a_malformed_package, 0, G_N_ELEMENTS(malformed_rows));
	tcase_add_loop_test(tc, refuses_junk, 0, G_N_ELEMENTS(junk_rows));
	tcase_add_loop_test(tc, cut_package_gives_all_or_nothing, 0, G_N_ELEMENTS(cut_rows));
	tcase_add_test(tc, flipped_bits_do_no_harm);
	tcase_add_test(tc, missing_package_is_named);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(deb_suite());
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
