/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a client: its own, and those it is based on
 *
 * [client] base = NAME says which client a file goes over.
 */
#ifndef HARNESS_CLIENT_LAYERS_H
#define HARNESS_CLIENT_LAYERS_H

#include <glib.h>

#include "harness/ini.h"

/**
 * client_layers_load() - Read a client file, the one it is based on, and so on
 * @files:	Client files of the user's (NULL-terminated, or NULL): a base is looked for among
 *		them first, then in the folders with clients, then beside the file that names it
 * @keys:	What may be in them
 *
 * Return: array of Ini, the file itself first; NULL with @error set (INI_ERROR).
 */
GPtrArray *client_layers_load(const char *path, char **files, const struct ini_key *keys,
			      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The name of the client that is in a file: the file's own, without ".ini". Caller: g_free(). */
char *client_layers_name(const char *path);

#endif /* HARNESS_CLIENT_LAYERS_H */
