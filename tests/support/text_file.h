/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small files of text, and files of the source tree
 */
#ifndef TESTS_SUPPORT_TEXT_FILE_H
#define TESTS_SUPPORT_TEXT_FILE_H

#include <check.h>
#include <glib.h>
#include <glib/gstdio.h>

/* Write @text to @folder/@name, which may have folders in it; its path, caller frees. */
static inline char *text_file(const char *folder, const char *name, const char *text)
{
	char *path = g_build_filename(folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	ck_assert_int_eq(g_mkdir_with_parents(parent, 0755), 0);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
	return path;
}

/* The same for who does not want the path. */
static inline void text_file_put(const char *folder, const char *name, const char *text)
{
	g_free(text_file(folder, name, text));
}

/* What is in @folder/@name, which must be there; caller frees. */
static inline char *text_file_get(const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	char *text = NULL;

	ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "%s cannot be read", path);
	return text;
}

/* @name below the folder of the sources (the program lies in build/MODE/tests); caller frees. */
static inline char *source_file(const char *name)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);

	for (int up = 0; self && up < 4; up++) {
		char *parent = g_path_get_dirname(self);

		g_free(self);
		self = parent;
	}
	return g_build_filename(self, name, NULL);
}

#endif /* TESTS_SUPPORT_TEXT_FILE_H */
