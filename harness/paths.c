/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things are
 */
#include "harness/paths.h"

#include <string.h>

#ifndef IPLAB_DATADIR
#define IPLAB_DATADIR "/usr/local/share/iplab"
#endif

#ifndef IPLAB_LIBDIR
#define IPLAB_LIBDIR "/usr/local/lib/iplab"
#endif

static const char *const qemu_data_dirs[] = {
	"/usr/share/qemu",
	"/usr/local/share/qemu",
	"/usr/share/qemu-firmware",
};

char *paths_self(void)
{
	return g_file_read_link("/proc/self/exe", NULL);
}

/* The source tree that this program was built in (build/MODE/iplab), or NULL. */
static char *source_tree(void)
{
	g_autofree char *self = paths_self();
	g_autofree char *dir = self ? g_path_get_dirname(self) : NULL;

	for (int up = 0; dir && up < 3; up++) {
		g_autofree char *clients = g_build_filename(dir, "fixtures", "clients", NULL);
		g_autofree char *scenarios = g_build_filename(dir, "scenarios", NULL);
		char *parent;

		if (g_file_test(clients, G_FILE_TEST_IS_DIR) &&
		    g_file_test(scenarios, G_FILE_TEST_IS_DIR))
			return g_steal_pointer(&dir);
		parent = g_path_get_dirname(dir);
		g_free(dir);
		dir = parent;
	}
	return NULL;
}

static char **dirs(const char *in_user, const char *in_tree, const char *in_data)
{
	GPtrArray *found = g_ptr_array_new();
	g_auto(GStrv) user = g_strsplit(g_getenv("IPLAB_PATH") ?: "", ":", -1);
	g_autofree char *tree = source_tree();

	for (char **u = user; *u; u++)
		if (**u)
			g_ptr_array_add(found, g_build_filename(*u, in_user, NULL));
	if (tree)
		g_ptr_array_add(found, g_build_filename(tree, in_tree, NULL));
	else
		g_ptr_array_add(found, g_build_filename(IPLAB_DATADIR, in_data, NULL));
	g_ptr_array_add(found, NULL);
	return (char **)g_ptr_array_free(found, FALSE);
}

char **paths_scenario_dirs(void)
{
	return dirs("scenarios", "scenarios", "scenarios");
}

char **paths_client_dirs(void)
{
	return dirs("clients", "fixtures/clients", "clients");
}

static char *own_dir(const char *in_tree, const char *in_data)
{
	g_autofree char *tree = source_tree();

	return tree ? g_build_filename(tree, in_tree, NULL)
		    : g_build_filename(IPLAB_DATADIR, in_data, NULL);
}

char *paths_checks_dir(void)
{
	return own_dir("fixtures/checks", "checks");
}

char *paths_plans_dir(void)
{
	return own_dir("ci/plans", "plans");
}

char *paths_mutants_dir(void)
{
	return own_dir("fixtures/mutants", "mutants");
}

bool paths_has_own_clients(const char *dir)
{
	g_auto(GStrv) all = paths_client_dirs();
	const char *last = NULL;

	for (char **d = all; *d; d++)
		last = *d;
	return last && g_str_equal(dir, last);
}

/* @path if it is a file, else NULL; takes @path. */
static char *if_file(char *path)
{
	if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return path;
	g_free(path);
	return NULL;
}

char *paths_fixture(const char *name)
{
	g_autofree char *tree = source_tree();

	if (tree)
		return if_file(g_build_filename(tree, "build", "fixtures", name, NULL));
	return if_file(g_build_filename(IPLAB_DATADIR, "fixtures", name, NULL));
}

char *paths_linux_scripts(void)
{
	g_autofree char *tree = source_tree();

	if (tree)
		return g_build_filename(tree, "fixtures", "linux", NULL);
	return g_build_filename(IPLAB_DATADIR, "linux", NULL);
}

/* All packages of one suite, or NULL */
static char **debs_of(const char *inputs, const char *suite)
{
	static const char *const packages[] = { "linux-image-s390x", "busybox-static",
						"kexec-tools", "libc6" };
	g_auto(GStrv) debs = g_new0(char *, G_N_ELEMENTS(packages) + 1);

	for (size_t i = 0; i < G_N_ELEMENTS(packages); i++) {
		debs[i] =
			if_file(g_strdup_printf("%s/%s/%s_s390x.deb", inputs, suite, packages[i]));
		if (!debs[i])
			return NULL;
	}
	return g_steal_pointer(&debs);
}

char **paths_linux_debs(void)
{
	g_autofree char *tree = source_tree();
	g_autofree char *inputs = tree ? g_build_filename(tree, "build", "inputs", NULL) : NULL;
	g_autoptr(GDir) d = inputs ? g_dir_open(inputs, 0, NULL) : NULL;
	const char *suite;
	char **debs = NULL;

	while (d && !debs && (suite = g_dir_read_name(d)))
		debs = debs_of(inputs, suite);
	return debs;
}

char *paths_plugin(int abi)
{
	g_autofree char *tree = source_tree();
	g_autofree char *name = g_strdup_printf("clock-abi%d.so", abi);

	if (tree)
		return if_file(g_build_filename(tree, "build", "plugin", name, NULL));
	return if_file(g_build_filename(IPLAB_LIBDIR, name, NULL));
}

char *paths_runs_dir(void)
{
	g_autofree char *tree = source_tree();
	g_autofree char *cwd = g_get_current_dir();

	return g_build_filename(tree ? tree : cwd, "reports", "runs", NULL);
}

/* Where `make clients` puts files, each client's in a folder of its name. */
static char *fetched_dir(void)
{
	g_autofree char *tree = source_tree();

	return tree ? g_build_filename(tree, "build", "clients", NULL)
		    : g_build_filename(IPLAB_LIBDIR, "clients", NULL);
}

/* A relative @name with a '/' in it. */
static char *find_relative(const char *name, const char *beside)
{
	g_autofree char *fetched = fetched_dir();
	char *path = if_file(g_build_filename(beside, name, NULL));

	return path ? path : if_file(g_build_filename(fetched, name, NULL));
}

char *paths_find_firmware(const char *name, const char *beside)
{
	char *path;

	if (g_path_is_absolute(name))
		return if_file(g_strdup(name));
	if (strchr(name, '/'))
		return find_relative(name, beside);
	path = if_file(g_build_filename(beside, name, NULL));
	for (unsigned i = 0; i < G_N_ELEMENTS(qemu_data_dirs) && !path; i++)
		path = if_file(g_build_filename(qemu_data_dirs[i], name, NULL));
	return path ? path : paths_fixture(name);
}

char *paths_find_program(const char *name, const char *beside)
{
	g_autofree char *path = NULL;

	if (g_path_is_absolute(name) || !strchr(name, '/'))
		return g_find_program_in_path(name);
	path = find_relative(name, beside);
	return path ? g_find_program_in_path(path) : NULL; /* if it can be executed */
}

static void list_into(GPtrArray *names, const char *dir, const char *prefix, unsigned depth)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	const char *name;

	while (d && (name = g_dir_read_name(d))) {
		g_autofree char *path = g_build_filename(dir, name, NULL);

		if (depth && g_file_test(path, G_FILE_TEST_IS_DIR)) {
			g_autofree char *sub = g_strdup_printf("%s%s/", prefix, name);

			list_into(names, path, sub, depth - 1);
		} else if (!depth && g_str_has_suffix(name, ".ini")) {
			g_ptr_array_add(names, g_strdup_printf("%s%.*s", prefix,
							       (int)strlen(name) - 4, name));
		}
	}
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *paths_list_ini(const char *dir, unsigned depth)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	list_into(names, dir, "", depth);
	g_ptr_array_sort(names, compare);
	return names;
}
