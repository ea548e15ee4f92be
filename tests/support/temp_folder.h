/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder of a test's own, with files in it
 */
#ifndef TESTS_SUPPORT_TEMP_FOLDER_H
#define TESTS_SUPPORT_TEMP_FOLDER_H

#include <check.h>
#include <fcntl.h>
#include <fts.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

/* Make an empty folder; its path is freed by temp_folder_remove(). */
static inline char *temp_folder_new(void)
{
	char *path = g_dir_make_tmp("iplab-test-XXXXXX", NULL);

	ck_assert_ptr_nonnull(path);
	return path;
}

/* Byte @i of every file that temp_file() makes; a period of 251 fits no block size. */
static inline uint8_t temp_file_byte(uint64_t i)
{
	return (uint8_t)(i % 251);
}

/* A file of @size bytes; @name may have folders in it. */
static inline void temp_file(const char *folder, const char *name, size_t size)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autofree char *bytes = g_malloc(size + 1);

	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)temp_file_byte(i);
	ck_assert_int_eq(g_mkdir_with_parents(parent, 0755), 0);
	ck_assert(g_file_set_contents(path, bytes, (gssize)size, NULL));
	ck_assert_int_eq(chmod(path, 0644), 0);
}

/* A symbolic link. */
static inline void temp_link(const char *folder, const char *target, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	ck_assert_int_eq(symlink(target, path), 0);
}

static inline void temp_folder_remove(char *folder)
{
	FTS *fts = fts_open((char *[]){ folder, NULL }, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *e;

	ck_assert_ptr_nonnull(fts);
	while ((e = fts_read(fts)))
		if (e->fts_info != FTS_D) /* a folder goes when it comes the second time, empty */
			ck_assert_int_eq(remove(e->fts_accpath), 0);
	fts_close(fts);
	g_free(folder);
}

#endif /* TESTS_SUPPORT_TEMP_FOLDER_H */
