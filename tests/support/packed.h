/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compressed bytes
 */
#ifndef TESTS_SUPPORT_PACKED_H
#define TESTS_SUPPORT_PACKED_H

#include <archive.h>
#include <archive_entry.h>
#include <check.h>
#include <glib.h>

/* @filter: archive_write_add_filter_xz, ... */
static inline GBytes *packed_with(GBytes *plain, int (*filter)(struct archive *))
{
	size_t len, used, cap = g_bytes_get_size(plain) * 2 + 65536;
	const void *data = g_bytes_get_data(plain, &len);
	g_autofree void *buf = g_malloc(cap);
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	archive_write_set_format_raw(a);
	ck_assert_int_eq(filter(a), ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(a, 1);
	ck_assert_int_eq(archive_write_open_memory(a, buf, cap, &used), ARCHIVE_OK);
	archive_entry_set_filetype(e, AE_IFREG);
	ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
	ck_assert_int_eq(archive_write_data(a, data, len), (la_ssize_t)len);
	archive_entry_free(e);
	archive_write_free(a);
	return g_bytes_new(buf, used);
}

#endif /* TESTS_SUPPORT_PACKED_H */
