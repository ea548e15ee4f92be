/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/pack: files as one, and archives that somebody else made
 */
#include "harness/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "tests/support/suite.h"

static void put(GPtrArray *files, const char *name, const char *text)
{
	g_autoptr(GBytes) b = g_bytes_new(text, strlen(text));

	pack_add(files, name, b);
}

static GBytes *encode(GPtrArray *files)
{
	g_autoptr(GError) error = NULL;
	GBytes *b = pack_encode(files, &error);

	ck_assert_msg(b != NULL, "%s", error ? error->message : "no error");
	return b;
}

static GBytes *sample(void)
{
	g_autoptr(GPtrArray) files = pack_new();

	put(files, "b/two", "second");
	put(files, "a", "first");
	put(files, "empty", "");
	return encode(files);
}

static void assert_refused(GBytes *packed, int code, const char *says, const char *row)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files = pack_parse(packed, "it", &error);

	ck_assert_msg(!files, "%s", row);
	ck_assert_msg(error && error->domain == PACK_ERROR && error->code == code, "%s: %s", row,
		      error ? error->message : "no error");
	ck_assert_msg(strstr(error->message, says) != NULL, "%s: %s", row, error->message);
}

START_TEST(what_goes_in_comes_out)
{
	g_autoptr(GBytes) packed = sample();
	g_autoptr(GPtrArray) files = pack_parse(packed, "it", NULL);
	GBytes *two;

	ck_assert_ptr_nonnull(files);
	ck_assert_uint_eq(files->len, 3);
	two = pack_find(files, "b/two");
	ck_assert_uint_eq(g_bytes_get_size(two), 6);
	ck_assert_mem_eq(g_bytes_get_data(two, NULL), "second", 6);
	ck_assert_uint_eq(g_bytes_get_size(pack_find(files, "empty")), 0);
	ck_assert_ptr_null(pack_find(files, "c"));
}
END_TEST

/* In whatever order they are added; and each of their bytes counts. */
START_TEST(the_same_files_are_the_same_bytes)
{
	g_autoptr(GBytes) one = sample(), other = NULL, third = NULL;
	g_autoptr(GPtrArray) files = pack_new(), changed = pack_new();

	put(files, "a", "first");
	put(files, "empty", "");
	put(files, "b/two", "second");
	other = encode(files);
	ck_assert(g_bytes_equal(one, other));
	put(changed, "a", "first");
	put(changed, "empty", "");
	put(changed, "b/two", "sekond");
	third = encode(changed);
	ck_assert(!g_bytes_equal(one, third));
}
END_TEST

START_TEST(a_cut_archive_is_an_error)
{
	g_autoptr(GBytes) whole = sample();
	size_t len = g_bytes_get_size(whole);

	for (size_t n = 0; n < len; n++) {
		g_autoptr(GBytes) cut = g_bytes_new_from_bytes(whole, 0, n);
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) files = pack_parse(cut, "it", &error);

		ck_assert_msg(!files && error, "%zu of %zu bytes are taken for all", n, len);
	}
}
END_TEST

/* --- archives of others ----------------------------------------------------------------------- */

static la_ssize_t on_write(struct archive *a, void *data, const void *buf, size_t len)
{
	(void)a;
	g_byte_array_append(data, buf, (unsigned)len);
	return (la_ssize_t)len;
}

struct hostile {
	const char *what, *name;
	unsigned type;
	const char *link, *hardlink;
	const char *says;
};

static const struct hostile hostile_rows[] = {
	{ "an absolute name", "/etc/passwd", AE_IFREG, NULL, NULL, "no name for a file" },
	{ "a name that leads out", "a/../../x", AE_IFREG, NULL, NULL, "no name for a file" },
	{ "a control character", "a\033[1mb", AE_IFREG, NULL, NULL, "a\\033[1mb" },
	{ "a long name",
	  "a/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	  "bbbbbbbbbbbb",
	  AE_IFREG, NULL, NULL, "at most 80" },
	{ "a symbolic link", "a", AE_IFLNK, "/etc/passwd", NULL, "folder, a link" },
	{ "a hard link", "a", AE_IFREG, NULL, "b", "folder, a link" },
	{ "a device", "a", AE_IFCHR, NULL, NULL, "folder, a link" },
	{ "a folder", "a", AE_IFDIR, NULL, NULL, "folder, a link" },
};

static GBytes *archive_with(const struct hostile *h, unsigned n_times)
{
	GByteArray *out = g_byte_array_new();
	struct archive *a = archive_write_new();

	archive_write_set_format_pax_restricted(a);
	archive_write_add_filter_zstd(a);
	archive_write_set_bytes_in_last_block(a, 1);
	archive_write_open(a, out, NULL, on_write, NULL);
	while (n_times--) {
		struct archive_entry *e = archive_entry_new();

		archive_entry_set_pathname(e, h->name);
		archive_entry_set_filetype(e, h->type);
		archive_entry_set_perm(e, 0644);
		if (h->link)
			archive_entry_set_symlink(e, h->link);
		if (h->hardlink)
			archive_entry_set_hardlink(e, h->hardlink);
		archive_entry_set_size(e, 0);
		ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
		archive_entry_free(e);
	}
	archive_write_close(a);
	archive_write_free(a);
	return g_byte_array_free_to_bytes(out);
}

START_TEST(what_is_no_plain_file_is_refused)
{
	const struct hostile *h = &hostile_rows[_i];
	g_autoptr(GBytes) packed = archive_with(h, 1);

	assert_refused(packed, PACK_ERROR_FORMAT, h->says, h->what);
}
END_TEST

START_TEST(two_of_one_name_are_refused)
{
	const struct hostile h = { "", "same", AE_IFREG, NULL, NULL, NULL };
	g_autoptr(GBytes) packed = archive_with(&h, 2);

	assert_refused(packed, PACK_ERROR_FORMAT, "two files \"same\"", "twice");
}
END_TEST

START_TEST(bounds_hold)
{
	g_autoptr(GPtrArray) many = pack_new(), large = pack_new(), heavy = pack_new();
	g_autofree char *zeros = g_malloc0(PACK_FILE_MAX + 1);
	g_autoptr(GBytes) too_large = g_bytes_new_static(zeros, PACK_FILE_MAX + 1);
	g_autoptr(GBytes) largest = g_bytes_new_static(zeros, PACK_FILE_MAX);
	g_autoptr(GBytes) packed_many = NULL, packed_large = NULL, packed_heavy = NULL;

	for (unsigned i = 0; i <= PACK_N_MAX; i++) {
		g_autofree char *name = g_strdup_printf("f%u", i);

		put(many, name, "");
	}
	packed_many = encode(many);
	assert_refused(packed_many, PACK_ERROR_SIZE, "more than 128 files", "many");
	pack_add(large, "zeros", too_large);
	packed_large = encode(large);
	assert_refused(packed_large, PACK_ERROR_SIZE, "\"zeros\" has more than 32 MiB", "large");
	for (unsigned i = 0; i < PACK_TOTAL_MAX / PACK_FILE_MAX + 1; i++) {
		g_autofree char *name = g_strdup_printf("f%u", i);

		pack_add(heavy, name, largest);
	}
	packed_heavy = encode(heavy);
	assert_refused(packed_heavy, PACK_ERROR_SIZE, "more than 192 MiB", "heavy");
}
END_TEST

START_TEST(what_is_no_archive_is_refused)
{
	g_autoptr(GBytes) empty = g_bytes_new("", 0), text = g_bytes_new("hello, world\n", 13);

	assert_refused(empty, PACK_ERROR_FORMAT, "is empty", "nothing");
	assert_refused(text, PACK_ERROR_FORMAT, "it: ", "a text");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pack");

	suite_add(s, what_goes_in_comes_out);
	suite_add(s, the_same_files_are_the_same_bytes);
	suite_add(s, a_cut_archive_is_an_error);
	suite_add_rows(s, what_is_no_plain_file_is_refused, N_ROWS(hostile_rows));
	suite_add(s, two_of_one_name_are_refused);
	suite_add(s, bounds_hold);
	suite_add(s, what_is_no_archive_is_refused);
	return suite_run(s);
}
