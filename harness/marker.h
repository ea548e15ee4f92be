/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines in which a payload reports (firmware/marker.h says how they look)
 */
#ifndef HARNESS_MARKER_H
#define HARNESS_MARKER_H

#include <glib.h>

/**
 * marker_parse() - Read a console line
 * @verb:	Filled with the word after the prefix; caller frees; NULL: not wanted
 *
 * Return: its values by key (caller: g_hash_table_unref()); NULL if it is no marker line, or one
 *	   that breaks the grammar or holds \x00, which is in no text.
 */
GHashTable *marker_parse(const char *line, char **verb);

#endif /* HARNESS_MARKER_H */
