/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a client: its own, and those it is based on
 */
#include "harness/client_layers.h"

#include <string.h>

#include "harness/paths.h"

char *client_layers_name(const char *path)
{
	char *name = g_path_get_basename(path);

	if (g_str_has_suffix(name, ".ini"))
		name[strlen(name) - 4] = 0;
	return name;
}

static void add_candidate(GPtrArray *paths, const char *dir, const char *name)
{
	char *path = g_strdup_printf("%s/%s.ini", dir, name);

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		g_ptr_array_add(paths, path);
	else
		g_free(path);
}

/* All files that could be the client @name that @asker wants, the first choice first. */
static GPtrArray *candidates(const char *name, const char *asker, char **files)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) dirs = paths_client_dirs();
	g_autofree char *beside = g_path_get_dirname(asker);

	if (strchr(name, '/'))
		return paths; /* a path is no name */
	for (; files && *files; files++) {
		g_autofree char *its_name = client_layers_name(*files);

		if (g_str_equal(its_name, name))
			g_ptr_array_add(paths, g_strdup(*files));
	}
	for (char **dir = dirs; *dir; dir++)
		add_candidate(paths, *dir, name);
	add_candidate(paths, beside, name);
	return paths;
}

static bool is_in(const GPtrArray *layers, const char *path)
{
	for (unsigned i = 0; i < layers->len; i++) {
		g_autofree char *a = g_canonicalize_filename(ini_path(layers->pdata[i]), NULL);
		g_autofree char *b = g_canonicalize_filename(path, NULL);

		if (g_str_equal(a, b))
			return true;
	}
	return false;
}

/*
 * The file of the base @name of the last of @layers. A file is never its own base: so one of the
 * user's may have the name of ours, and be based on it.
 */
static char *find_base(const GPtrArray *layers, const char *name, char **files, GError **error)
{
	const char *asker = ini_path(layers->pdata[layers->len - 1]);
	g_autoptr(GPtrArray) paths = candidates(name, asker, files);

	for (unsigned i = 0; i < paths->len; i++)
		if (!is_in(layers, paths->pdata[i]))
			return g_strdup(paths->pdata[i]);
	g_set_error(error, INI_ERROR, INI_ERROR_VALUE,
		    "%s: [client] base is \"%s\", %s; allowed: the name of another client (iplab "
		    "list clients)",
		    asker, name,
		    paths->len ? "which is this file, or is based on it"
			       : "and there is no such client");
	return NULL;
}

GPtrArray *client_layers_load(const char *path, char **files, const struct ini_key *keys,
			      GError **error)
{
	g_autoptr(GPtrArray) layers = g_ptr_array_new_with_free_func((GDestroyNotify)ini_free);
	g_autofree char *next = g_strdup(path);

	/* Each turn takes another one of the files there are. */
	while (next) {
		Ini *ini = ini_load(next, keys, error);
		g_autofree char *base = NULL;

		if (!ini)
			return NULL;
		g_ptr_array_add(layers, ini);
		g_clear_pointer(&next, g_free);
		if (!ini_has_key(ini, "client", "base"))
			break;
		base = ini_text(ini, "client", "base");
		next = find_base(layers, base ? base : "", files, error);
		if (!next)
			return NULL;
	}
	return g_steal_pointer(&layers);
}
