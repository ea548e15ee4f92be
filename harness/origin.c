/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a file comes from: its sum, and the package that it was taken out of
 */
#include "harness/origin.h"

enum {
	SUM_LEN = 16, /* digits of a sum that tell two files apart */
};

/* SHA-256 of a file in hexadecimal, or NULL. */
static char *hash_file(const char *path)
{
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);

	if (!file)
		return NULL;
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256,
					   (const guchar *)g_mapped_file_get_contents(file),
					   g_mapped_file_get_length(file));
}

const char *origin_sha256(const char *path)
{
	static GHashTable *known; /* path -> sum or NULL */
	char *sum;

	if (!known)
		known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	if (g_hash_table_lookup_extended(known, path, NULL, (void **)&sum))
		return sum;
	sum = hash_file(path);
	g_hash_table_insert(known, g_strdup(path), sum);
	return sum;
}

static void package_free(void *data)
{
	struct origin_package *p = data;

	if (!p)
		return;
	g_free(p->name);
	g_free(p->version);
	g_free(p->suite);
	g_free(p);
}

/* NULL if it is not there or does not say everything. */
static struct origin_package *package_load(const char *path)
{
	g_autoptr(GKeyFile) file = g_key_file_new();
	struct origin_package *p;

	if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL))
		return NULL;
	p = g_new0(struct origin_package, 1);
	p->name = g_key_file_get_string(file, "package", "name", NULL);
	p->version = g_key_file_get_string(file, "package", "version", NULL);
	p->suite = g_key_file_get_string(file, "package", "suite", NULL);
	if (p->name && p->version && p->suite)
		return p;
	package_free(p);
	return NULL;
}

const struct origin_package *origin_package(const char *path)
{
	static GHashTable *known; /* path of a record -> struct origin_package or NULL */
	g_autofree char *dir = g_path_get_dirname(path);
	char *record = g_build_filename(dir, "package", NULL);
	struct origin_package *p;

	if (!known)
		known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, package_free);
	if (g_hash_table_lookup_extended(known, record, NULL, (void **)&p)) {
		g_free(record);
		return p;
	}
	p = package_load(record);
	g_hash_table_insert(known, record, p);
	return p;
}

void origin_describe(const Client *c, Result *r)
{
	const struct {
		const char *role, *path;
	} files[] = {
		{ "firmware", c->firmware },
		{ "netboot", c->netboot },
		{ "image", c->image },
	};
	g_autoptr(GString) sums = g_string_new(NULL);

	for (size_t i = 0; client_has_network(c) && i < G_N_ELEMENTS(files); i++) {
		/* What is still a name is not there. */
		bool is_path = files[i].path && g_path_is_absolute(files[i].path);
		const char *sum = is_path ? origin_sha256(files[i].path) : NULL;
		const struct origin_package *p = sum ? origin_package(files[i].path) : NULL;

		if (sum)
			g_string_append_printf(sums, "%s%s:%.*s", sums->len ? " " : "",
					       files[i].role, SUM_LEN, sum);
		if (p && !r->client_version)
			r->client_version = g_strdup(p->version);
	}
	if (sums->len)
		r->client_files = g_strdup(sums->str);
	r->qemu_version = g_strdup(c->qemu_version);
}
