/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of fixtures/unpack.c
 */
#include "fixtures/unpack.h"

#include <string.h>

#include "tests/support/packed.h"
#include "tests/support/suite.h"

enum {
	BIG = 100000,
};

static const struct {
	const char *what;
	int (*filter)(struct archive *);
} rows[] = {
	{ "gzip", archive_write_add_filter_gzip },    { "xz", archive_write_add_filter_xz },
	{ "lzma", archive_write_add_filter_lzma },    { "zstd", archive_write_add_filter_zstd },
	{ "bzip2", archive_write_add_filter_bzip2 },  { "lz4", archive_write_add_filter_lz4 },
	{ "nothing", archive_write_add_filter_none },
};

static GBytes *big(void)
{
	uint8_t *p = g_malloc(BIG);

	for (size_t i = 0; i < BIG; i++)
		p[i] = (uint8_t)(i * i >> 7);
	return g_bytes_new_take(p, BIG);
}

START_TEST(comes_back)
{
	g_autoptr(GBytes) plain = big();
	g_autoptr(GBytes) packed = packed_with(plain, rows[_i].filter);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) again = unpack_bytes(packed, rows[_i].what, BIG, &error);

	ck_assert_msg(again && g_bytes_equal(again, plain), "%s: %s", rows[_i].what,
		      error ? error->message : "");
}
END_TEST

START_TEST(one_byte_too_many_is_refused)
{
	g_autoptr(GBytes) plain = big();
	g_autoptr(GBytes) packed = packed_with(plain, rows[_i].filter);
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(unpack_bytes(packed, rows[_i].what, BIG - 1, &error));
	ck_assert_msg(g_error_matches(error, UNPACK_ERROR, UNPACK_ERROR_TOO_LARGE), "%s",
		      rows[_i].what);
}
END_TEST

START_TEST(a_damaged_one_is_refused_and_its_beginning_can_be_had)
{
	g_autoptr(GBytes) plain = big();
	g_autoptr(GBytes) packed = packed_with(plain, archive_write_add_filter_gzip);
	g_autoptr(GBytes) cut = g_bytes_new_from_bytes(packed, 0, g_bytes_get_size(packed) / 2);
	g_autoptr(GBytes) part = NULL;
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(unpack_bytes(cut, "cut", BIG, &error));
	ck_assert(g_error_matches(error, UNPACK_ERROR, UNPACK_ERROR_FORMAT));
	part = unpack_what_can_be(cut, BIG);
	if (part)
		ck_assert_mem_eq(g_bytes_get_data(part, NULL), g_bytes_get_data(plain, NULL),
				 g_bytes_get_size(part));
}
END_TEST

START_TEST(nothing_is_nothing)
{
	g_autoptr(GBytes) none = g_bytes_new("", 0);
	g_autoptr(GBytes) again = unpack_bytes(none, "none", 1, NULL);

	ck_assert_uint_eq(g_bytes_get_size(again), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("unpack");

	suite_add_rows(s, comes_back, N_ROWS(rows));
	suite_add_rows(s, one_byte_too_many_is_refused, N_ROWS(rows));
	suite_add(s, a_damaged_one_is_refused_and_its_beginning_can_be_had);
	suite_add(s, nothing_is_nothing);
	return suite_run(s);
}
