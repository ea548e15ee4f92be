/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bundles of boots that are over
 */
#include "harness/bundle_save.h"

#include <sys/stat.h>

#include "harness/client_layers.h"
#include "harness/origin.h"
#include "harness/pack.h"
#include "harness/paths.h"
#include "harness/qemu.h"
#include "harness/tree.h"
#include "harness/version.h"

enum {
	INPUTS_MAX = 48 << 20, /* bytes of all that went in: of what comes then the sum */
	N_INPUTS_MAX = 64,
};

static const struct client_overrides nothing;

bool bundle_is_due(enum verdict v, bool keep)
{
	return (keep && v == VERDICT_XFAIL) || v == VERDICT_FAIL || v == VERDICT_ERROR ||
	       v == VERDICT_XPASS;
}

/* A file's bytes; NULL: it is not there, or larger than that. */
static GBytes *small_file(const char *path, size_t max)
{
	struct stat st;
	char *text;
	size_t len;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size > max ||
	    !g_file_get_contents(path, &text, &len, NULL))
		return NULL;
	return g_bytes_new_take(text, len);
}

static bool is_that(GBytes *content, const char *sha256)
{
	g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content);

	return g_str_equal(sum, sha256);
}

struct collecting {
	Bundle *b;
	size_t n_bytes; /* of inputs that are in it */
	unsigned n_files;
};

/* Programs need more than their file to run: of them there is the sum. */
static bool is_program(enum bundle_role role)
{
	return role == BUNDLE_QEMU || role == BUNDLE_PLUGIN || role == BUNDLE_SERVER;
}

static GBytes *content_of(struct collecting *c, enum bundle_role role, const char *path,
			  const char *sha256)
{
	size_t left = INPUTS_MAX - c->n_bytes;
	g_autoptr(GBytes) content = NULL;

	if (is_program(role) || c->n_files == N_INPUTS_MAX)
		return NULL;
	content = small_file(path, MIN(left, (size_t)BUNDLE_INPUT_MAX));
	/* Somebody may have built it anew while the boot went on. */
	if (!content || !is_that(content, sha256))
		return NULL;
	c->n_bytes += g_bytes_get_size(content);
	c->n_files++;
	return g_steal_pointer(&content);
}

/* Nothing, if it is not used, or not there. */
static void add_input(struct collecting *c, enum bundle_role role, const char *name,
		      const char *path, bool is_given)
{
	const char *sha256 = path && g_path_is_absolute(path) ? origin_sha256(path) : NULL;
	struct bundle_input *in;

	if (!sha256)
		return;
	in = g_new0(struct bundle_input, 1);
	in->role = role;
	in->name = g_strdup(name);
	in->sha256 = g_strdup(sha256);
	in->is_given = is_given;
	in->content = content_of(c, role, path, sha256);
	if (!in->content && role != BUNDLE_PLUGIN && role != BUNDLE_SERVER)
		in->path = g_strdup(path);
	g_ptr_array_add(c->b->inputs, in);
}

static void add_client_files(struct collecting *c, const struct bundle_source *from)
{
	const struct client_overrides *o = from->overrides ? from->overrides : &nothing;
	const Client *client = from->client;
	bool is_virtual = g_str_equal(from->result->clock, "virtual");
	g_autofree char *plugin =
		is_virtual && client->plugin_abi ? paths_plugin(client->plugin_abi) : NULL;

	add_input(c, BUNDLE_QEMU, NULL, client->qemu, o->qemu);
	add_input(c, BUNDLE_PLUGIN, NULL, plugin, false);
	add_input(c, BUNDLE_SERVER, NULL, from->server_program, false);
	if (!client_has_network(client))
		return;
	add_input(c, BUNDLE_FIRMWARE, NULL, client->firmware, o->firmware);
	add_input(c, BUNDLE_NETBOOT, NULL, client->netboot, o->netboot);
	add_input(c, BUNDLE_IMAGE, NULL, client->image, o->image);
}

static void add_served(struct collecting *c, const Scenario *s)
{
	for (unsigned i = 0; i < s->files->len; i++) {
		const struct scenario_file *f = s->files->pdata[i];
		g_autofree char *path = tree_source(s, f, NULL);
		g_autofree char *absolute = path ? g_canonicalize_filename(path, NULL) : NULL;

		add_input(c, BUNDLE_SERVED, f->name, absolute, false);
	}
}

static bool unreadable(const char *path, GError **error)
{
	g_set_error(error, BUNDLE_ERROR, BUNDLE_ERROR_FILE,
		    "%s: cannot be read any more, so there is no bundle", path);
	return false;
}

static bool add_layer(Bundle *b, const char *path, GError **error)
{
	struct bundle_layer *l;
	GBytes *text = small_file(path, BUNDLE_INPUT_MAX);

	if (!text)
		return unreadable(path, error);
	l = g_new0(struct bundle_layer, 1);
	l->name = client_layers_name(path);
	l->text = text;
	g_ptr_array_add(b->layers, l);
	return true;
}

static bool add_texts(Bundle *b, const struct bundle_source *from, GError **error)
{
	b->scenario = small_file(from->scenario->path, BUNDLE_INPUT_MAX);
	if (!b->scenario)
		return unreadable(from->scenario->path, error);
	if (!add_layer(b, from->client->path, error))
		return false;
	for (char **base = from->client->bases; base && *base; base++)
		if (!add_layer(b, *base, error))
			return false;
	return true;
}

static void add_records(Bundle *b, const char *dir)
{
	for (unsigned i = 0; i < BUNDLE_N_RECORDS; i++) {
		g_autofree char *path = g_build_filename(dir, bundle_record_name(i), NULL);
		g_autofree char *complaints = i == BUNDLE_STDERR ? qemu_complaints(path) : NULL;

		if (i != BUNDLE_STDERR || complaints)
			b->records[i] = small_file(path, PACK_FILE_MAX);
	}
}

/* What another time would be another, or of another machine. */
static Result *same_each_time(const Result *r)
{
	Result *same = result_copy(r);

	same->wall_ns = 0;
	same->begun_unix_ns = 0;
	same->qemu_cpu_ns = 0;
	same->worker_cpu_ns = 0;
	same->worker_peak_kib = 0;
	return same;
}

Bundle *bundle_of(const struct bundle_source *from, GError **error)
{
	g_autoptr(Bundle) b = bundle_new();
	struct collecting c = { .b = b };

	b->iplab = g_strdup(version_exact());
	b->result = same_each_time(from->result);
	if (!add_texts(b, from, error))
		return NULL;
	add_client_files(&c, from);
	add_served(&c, from->scenario);
	add_records(b, from->dir);
	return g_steal_pointer(&b);
}

bool bundle_save(const struct bundle_source *from, const char *path, GError **error)
{
	g_autoptr(Bundle) b = bundle_of(from, error);
	g_autoptr(GBytes) packed = b ? bundle_encode(b, error) : NULL;
	g_autofree char *own = path ? NULL : g_build_filename(from->dir, BUNDLE_FILE_NAME, NULL);
	g_autoptr(GError) problem = NULL;
	const void *data;
	size_t len;

	if (!packed)
		return false;
	data = g_bytes_get_data(packed, &len);
	if (g_file_set_contents(path ? path : own, data, (gssize)len, &problem))
		return true;
	g_set_error(error, BUNDLE_ERROR, BUNDLE_ERROR_FILE, "%s", problem->message);
	return false;
}
