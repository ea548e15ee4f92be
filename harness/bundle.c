/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot in one file: what it is, and how it is written
 */
#include "harness/bundle.h"

#include <assert.h>
#include <string.h>

#include "harness/pack.h"
#include "reports/json_out.h"

static const char *const role_names[] = {
	[BUNDLE_QEMU] = "qemu",         [BUNDLE_PLUGIN] = "plugin",   [BUNDLE_SERVER] = "server",
	[BUNDLE_FIRMWARE] = "firmware", [BUNDLE_NETBOOT] = "netboot", [BUNDLE_IMAGE] = "image",
	[BUNDLE_SERVED] = "served",
};
static_assert(G_N_ELEMENTS(role_names) == BUNDLE_N_ROLES, "one name for each role");

static const char *const record_names[] = {
	[BUNDLE_JOURNAL] = "journal.jsonl.gz",
	[BUNDLE_CONSOLE] = "console.gz",
	[BUNDLE_CAPTURE] = "capture.pcapng",
	[BUNDLE_STDERR] = "stderr.txt",
};
static_assert(G_N_ELEMENTS(record_names) == BUNDLE_N_RECORDS, "one name for each record");

GQuark bundle_error_quark(void)
{
	return g_quark_from_static_string("bundle-error-quark");
}

const char *bundle_role_name(enum bundle_role role)
{
	return role_names[role];
}

const char *bundle_record_name(enum bundle_record record)
{
	return record_names[record];
}

static void layer_free(void *data)
{
	struct bundle_layer *l = data;

	g_free(l->name);
	g_clear_pointer(&l->text, g_bytes_unref);
	g_free(l);
}

static void input_free(void *data)
{
	struct bundle_input *in = data;

	g_free(in->name);
	g_free(in->sha256);
	g_free(in->path);
	g_clear_pointer(&in->content, g_bytes_unref);
	g_free(in);
}

GPtrArray *bundle_layers_new(void)
{
	return g_ptr_array_new_with_free_func(layer_free);
}

GPtrArray *bundle_inputs_new(void)
{
	return g_ptr_array_new_with_free_func(input_free);
}

Bundle *bundle_new(void)
{
	Bundle *b = g_new0(Bundle, 1);

	b->layers = bundle_layers_new();
	b->inputs = bundle_inputs_new();
	return b;
}

const struct bundle_input *bundle_input(const Bundle *b, enum bundle_role role, const char *name)
{
	for (unsigned i = 0; i < b->inputs->len; i++) {
		const struct bundle_input *in = b->inputs->pdata[i];

		if (in->role == role && !g_strcmp0(in->name, name))
			return in;
	}
	return NULL;
}

void bundle_free(Bundle *b)
{
	if (!b)
		return;
	g_free(b->iplab);
	result_free(b->result);
	g_clear_pointer(&b->scenario, g_bytes_unref);
	g_ptr_array_unref(b->layers);
	g_ptr_array_unref(b->inputs);
	for (unsigned i = 0; i < BUNDLE_N_RECORDS; i++)
		g_clear_pointer(&b->records[i], g_bytes_unref);
	g_free(b);
}

char *bundle_layer_file(unsigned i)
{
	return g_strdup_printf("client/%u.ini", i);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void add_text(GPtrArray *files, const char *name, const char *text)
{
	g_autoptr(GBytes) content = g_bytes_new(text, strlen(text));

	pack_add(files, name, content);
}

/* There is one of each role, but for those that are served. */
static char *input_file(const struct bundle_input *in, unsigned i)
{
	return in->role == BUNDLE_SERVED ? g_strdup_printf("inputs/served-%u", i)
					 : g_strdup_printf("inputs/%s", role_names[in->role]);
}

static void write_inputs(struct json_out *j, const Bundle *b, GPtrArray *files)
{
	json_begin_list(j, "inputs");
	for (unsigned i = 0; i < b->inputs->len; i++) {
		const struct bundle_input *in = b->inputs->pdata[i];
		g_autofree char *file = input_file(in, i);

		json_begin_object(j, NULL);
		json_text(j, "role", role_names[in->role]);
		json_text(j, "name", in->name);
		if (in->is_given)
			json_bool(j, "given", true);
		if (in->content)
			json_text(j, "file", file);
		else
			json_text(j, "path", in->path);
		json_text(j, "sha256", in->sha256);
		json_end_object(j);
		if (in->content)
			pack_add(files, file, in->content);
	}
	json_end_list(j);
}

static void write_layers(struct json_out *j, const Bundle *b, GPtrArray *files)
{
	json_begin_list(j, "client");
	for (unsigned i = 0; i < b->layers->len; i++) {
		const struct bundle_layer *l = b->layers->pdata[i];
		g_autofree char *file = bundle_layer_file(i);

		json_text(j, NULL, l->name);
		pack_add(files, file, l->text);
	}
	json_end_list(j);
}

static void write_sums(struct json_out *j, const GPtrArray *files)
{
	json_begin_list(j, "files");
	for (unsigned i = 0; i < files->len; i++) {
		const struct pack_file *f = files->pdata[i];
		g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, f->content);

		json_begin_object(j, NULL);
		json_text(j, "name", f->name);
		json_text(j, "sha256", sum);
		json_end_object(j);
	}
	json_end_list(j);
}

GBytes *bundle_encode(const Bundle *b, GError **error)
{
	g_autoptr(GPtrArray) files = pack_new();
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *line = result_to_json(b->result);
	g_autofree char *result = g_strconcat(line, "\n", NULL);
	struct json_out j = { .s = text };

	add_text(files, BUNDLE_RESULT_FILE, result);
	pack_add(files, BUNDLE_SCENARIO_FILE, b->scenario);
	for (unsigned i = 0; i < BUNDLE_N_RECORDS; i++)
		if (b->records[i])
			pack_add(files, record_names[i], b->records[i]);
	json_begin_object(&j, NULL);
	json_count(&j, "schema", BUNDLE_SCHEMA);
	json_text(&j, "iplab", b->iplab);
	json_text(&j, "cell", b->result->cell);
	write_layers(&j, b, files);
	write_inputs(&j, b, files);
	write_sums(&j, files);
	json_end_object(&j);
	g_string_append_c(text, '\n');
	add_text(files, BUNDLE_MAIN_FILE, text->str);
	return pack_encode(files, error);
}
