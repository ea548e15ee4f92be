/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A few named files as one: tar, compressed with zstd
 *
 * The same files are the same bytes, whoever packs them and when. What is unpacked may be written
 * by anyone: nothing is put on disk here, and number and size of files are bounded.
 */
#ifndef HARNESS_PACK_H
#define HARNESS_PACK_H

#include <glib.h>

enum {
	PACK_N_MAX = 128,            /* files */
	PACK_FILE_MAX = 32 << 20,    /* bytes of one */
	PACK_TOTAL_MAX = 192 << 20,  /* of all */
	PACK_PACKED_MAX = 200 << 20, /* of what they are packed into */
	PACK_NAME_MAX = 80,          /* of a name; all are of printable ASCII, without "..", and
				      * without a "/" in front */
};

typedef enum {
	PACK_ERROR_FORMAT, /* no tar, cut off, damaged, or with something in it that is no file */
	PACK_ERROR_SIZE,   /* too many files, or too large */
	PACK_ERROR_WRITE,  /* could not be packed */
} PackError;

#define PACK_ERROR pack_error_quark()
GQuark pack_error_quark(void);

struct pack_file {
	char *name;
	GBytes *content;
};

/* An empty list of struct pack_file; caller: g_ptr_array_unref(). */
GPtrArray *pack_new(void);

/* Add a file, under a name of ours that no other one has. A reference to @content is taken. */
void pack_add(GPtrArray *files, const char *name, GBytes *content);

/* The content of that name, borrowed; NULL: there is none. */
GBytes *pack_find(const GPtrArray *files, const char *name);

/**
 * pack_encode() - Pack them, sorted by name
 *
 * Return: the bytes, freed with g_bytes_unref(); NULL with @error set.
 */
GBytes *pack_encode(GPtrArray *files, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * pack_parse() - Unpack them into memory
 * @what:	What to call it in messages
 *
 * Return: array of struct pack_file; NULL with @error set.
 */
GPtrArray *pack_parse(GBytes *packed, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* HARNESS_PACK_H */
