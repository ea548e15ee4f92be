/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a bundle that anyone may have written
 *
 * Each file in it is held against its sum, what is read is bounded, and no name in it is ever the
 * path of a file.
 */
#ifndef HARNESS_BUNDLE_READ_H
#define HARNESS_BUNDLE_READ_H

#include "harness/bundle.h"

/**
 * bundle_parse() - Read a bundle
 * @what:	What to call it in messages
 *
 * Return: the bundle, of which all that its members promise holds; NULL with @error set
 *	   (BUNDLE_ERROR or PACK_ERROR). Messages may hold what the file says.
 */
Bundle *bundle_parse(GBytes *packed, const char *what, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same of files that are unpacked already, of struct pack_file. */
Bundle *bundle_parse_files(const GPtrArray *files, const char *what,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same of a file. */
Bundle *bundle_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* HARNESS_BUNDLE_READ_H */
