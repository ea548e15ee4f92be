/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a bundle that anyone may have written
 */
#include "harness/bundle_read.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "harness/pack.h"
#include "harness/version.h"
#include "server/server.h"

enum {
	JSON_MAX = 1 << 20, /* bytes of bundle.json and result.json */
	JSON_DEPTH_MAX = 8, /* json-glib would go as deep as its stack, and further */
	NAME_MAX_LEN = 200, /* of a client, or of a part of a scenario's name */
	N_LAYERS_MAX = 32,
	JOURNAL_MAX = 1 << 30, /* bytes of a journal's lines */
	CHUNK_BYTES = 64 * 1024,
	GZIP_WINDOW = 15 + 16, /* for inflateInit2(): with gzip's header */
};

struct reading {
	const char *what; /* for messages */
	const GPtrArray *files;
	Bundle *b;
	GError **error;
};

static bool refuse(const struct reading *r, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);

static bool refuse(const struct reading *r, int code, const char *format, ...)
{
	g_autofree char *why = NULL;
	va_list args;

	va_start(args, format);
	why = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(r->error, BUNDLE_ERROR, code, "%s: %s", r->what, why);
	return false;
}

/* A file in it, borrowed. */
static bool take_file(const struct reading *r, const char *name, GBytes **out)
{
	*out = pack_find(r->files, name);
	return *out || refuse(r, BUNDLE_ERROR_MISSING, "there is no %s in it", name);
}

/*
 * Whether json-glib may have it: nothing outside of strings but what JSON has there, since
 * json-glib knows comments too, in which a quote is none; and not nested deeper than ours ever is.
 */
static bool is_harmless(const char *text)
{
	unsigned depth = 0;
	bool in_string = false;

	for (; *text; text++) {
		if (in_string && *text == '\\' && text[1])
			text++;
		else if (*text == '"')
			in_string = !in_string;
		else if (in_string)
			continue;
		else if (*text == '{' || *text == '[')
			depth++;
		else if (*text == '}' || *text == ']')
			depth -= !!depth;
		else if (!g_ascii_isalnum(*text) && !strchr(" \t\r\n,:+-.", *text))
			return false;
		if (depth > JSON_DEPTH_MAX)
			return false;
	}
	return true;
}

/* The text of a file of JSON that is safe to give to a parser. */
static char *take_json(const struct reading *r, const char *name)
{
	g_autofree char *text = NULL;
	GBytes *bytes;
	size_t len;

	if (!take_file(r, name, &bytes))
		return NULL;
	len = g_bytes_get_size(bytes);
	if (!len || len > JSON_MAX ||
	    !g_utf8_validate(g_bytes_get_data(bytes, NULL), (gssize)len, NULL)) {
		refuse(r, BUNDLE_ERROR_FORMAT, "%s is no text of 1 to %d bytes", name, JSON_MAX);
		return NULL;
	}
	text = g_strndup(g_bytes_get_data(bytes, NULL), len);
	if (is_harmless(text))
		return g_steal_pointer(&text);
	refuse(r, BUNDLE_ERROR_FORMAT, "%s is no JSON, or nested more than %d deep", name,
	       JSON_DEPTH_MAX);
	return NULL;
}

static const char *text_of(JsonObject *o, const char *key)
{
	JsonNode *node = json_object_get_member(o, key);

	return node && JSON_NODE_HOLDS_VALUE(node) &&
			       json_node_get_value_type(node) == G_TYPE_STRING
		       ? json_node_get_string(node)
		       : NULL;
}

/* The objects in a list; not NULL, but empty if there is none. Of JsonObject, borrowed. */
static GPtrArray *objects_of(JsonObject *o, const char *key)
{
	JsonNode *node = json_object_get_member(o, key);
	JsonArray *list = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
	GPtrArray *objects = g_ptr_array_new();

	for (guint i = 0; list && i < json_array_get_length(list); i++) {
		JsonNode *item = json_array_get_element(list, i);

		if (JSON_NODE_HOLDS_OBJECT(item))
			g_ptr_array_add(objects, json_node_get_object(item));
	}
	return objects;
}

static bool is_sum(const char *text)
{
	return text && strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* What may be a client's name, a part of a scenario's, and so of a folder's. */
static bool is_name(const char *name)
{
	if (!*name || strlen(name) > NAME_MAX_LEN || g_str_equal(name, ".") ||
	    g_str_equal(name, "..") || strchr(name, '/') || !g_utf8_validate(name, -1, NULL))
		return false;
	for (; *name; name++)
		if (g_ascii_iscntrl(*name))
			return false;
	return true;
}

static bool is_path_of_names(const char *path)
{
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);

	for (char **p = parts; *p; p++)
		if (!is_name(*p))
			return false;
	return *parts;
}

/* Each file has a sum, and it is right. */
static bool check_sums(const struct reading *r, JsonObject *main)
{
	g_autoptr(GPtrArray) sums = objects_of(main, "files");
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	GBytes *unused;

	for (unsigned i = 0; i < sums->len; i++) {
		const char *name = text_of(sums->pdata[i], "name");
		const char *sum = text_of(sums->pdata[i], "sha256");

		if (!name || !is_sum(sum))
			return refuse(r, BUNDLE_ERROR_FORMAT,
				      "entry %u of \"files\" in " BUNDLE_MAIN_FILE
				      " lacks a name or a SHA-256",
				      i);
		if (!take_file(r, name, &unused))
			return false;
		g_hash_table_insert(known, (char *)name, (char *)sum);
	}
	for (unsigned i = 0; i < r->files->len; i++) {
		const struct pack_file *f = r->files->pdata[i];
		const char *sum = g_hash_table_lookup(known, f->name);
		g_autofree char *now = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, f->content);

		if (!g_str_equal(f->name, BUNDLE_MAIN_FILE) && g_strcmp0(sum, now))
			return refuse(r, BUNDLE_ERROR_SUM,
				      "%s has the SHA-256 %.16s..., and " BUNDLE_MAIN_FILE
				      " says %.16s%s",
				      f->name, now, sum ? sum : "nothing of it", sum ? "..." : "");
	}
	return true;
}

static bool read_layers(const struct reading *r, JsonObject *main)
{
	JsonNode *node = json_object_get_member(main, "client");
	JsonArray *list = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
	guint n = list ? json_array_get_length(list) : 0;

	if (!n || n > N_LAYERS_MAX)
		return refuse(r, BUNDLE_ERROR_FORMAT,
			      "\"client\" in " BUNDLE_MAIN_FILE
			      " names %u files; allowed are 1 to %d",
			      n, N_LAYERS_MAX);
	for (guint i = 0; i < n; i++) {
		JsonNode *item = json_array_get_element(list, i);
		const char *name = JSON_NODE_HOLDS_VALUE(item) &&
						   json_node_get_value_type(item) == G_TYPE_STRING
					   ? json_node_get_string(item)
					   : "";
		g_autofree char *file = bundle_layer_file(i);
		struct bundle_layer *l;
		GBytes *text;

		if (!is_name(name))
			return refuse(r, BUNDLE_ERROR_FORMAT, "\"%s\" is no name of a client",
				      name);
		if (!take_file(r, file, &text))
			return false;
		l = g_new0(struct bundle_layer, 1);
		l->name = g_strdup(name);
		l->text = g_bytes_ref(text);
		g_ptr_array_add(r->b->layers, l);
	}
	return true;
}

static bool read_input(const struct reading *r, JsonObject *o)
{
	const char *role = text_of(o, "role"), *file = text_of(o, "file");
	const char *name = text_of(o, "name"), *sum = text_of(o, "sha256");
	JsonNode *given = json_object_get_member(o, "given");
	struct bundle_input *in;
	unsigned k = 0;
	GBytes *content = NULL;

	while (k < BUNDLE_N_ROLES && g_strcmp0(role, bundle_role_name(k)))
		k++;
	if (k == BUNDLE_N_ROLES)
		return true; /* a newer iplab knows more of them */
	if (!is_sum(sum) || (k == BUNDLE_SERVED) != !!name || bundle_input(r->b, k, name))
		return refuse(r, BUNDLE_ERROR_FORMAT,
			      "the input \"%s\" in " BUNDLE_MAIN_FILE
			      " is not complete, or there twice",
			      role);
	if (file && !take_file(r, file, &content))
		return false;
	in = g_new0(struct bundle_input, 1);
	in->role = k;
	in->name = g_strdup(name);
	in->sha256 = g_strdup(sum);
	in->is_given = given && JSON_NODE_HOLDS_VALUE(given) && json_node_get_boolean(given);
	in->path = content ? NULL : g_strdup(text_of(o, "path"));
	in->content = content ? g_bytes_ref(content) : NULL;
	g_ptr_array_add(r->b->inputs, in);
	return true;
}

static bool read_inputs(const struct reading *r, JsonObject *main)
{
	g_autoptr(GPtrArray) inputs = objects_of(main, "inputs");

	for (unsigned i = 0; i < inputs->len; i++)
		if (!read_input(r, inputs->pdata[i]))
			return false;
	return true;
}

static bool read_main(const struct reading *r)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autofree char *text = take_json(r, BUNDLE_MAIN_FILE);
	g_autoptr(GError) problem = NULL;
	JsonNode *root, *schema;
	JsonObject *main;

	if (!text)
		return false;
	if (!json_parser_load_from_data(parser, text, -1, &problem))
		return refuse(r, BUNDLE_ERROR_FORMAT, BUNDLE_MAIN_FILE ": %s", problem->message);
	root = json_parser_get_root(parser);
	if (!root || !JSON_NODE_HOLDS_OBJECT(root))
		return refuse(r, BUNDLE_ERROR_FORMAT, BUNDLE_MAIN_FILE " is no JSON object");
	main = json_node_get_object(root);
	schema = json_object_get_member(main, "schema");
	if (!schema || !JSON_NODE_HOLDS_VALUE(schema) || json_node_get_int(schema) != BUNDLE_SCHEMA)
		return refuse(r, BUNDLE_ERROR_SCHEMA,
			      BUNDLE_MAIN_FILE " has the schema %d; this iplab (" IPLAB_VERSION
					       ") reads %d",
			      schema && JSON_NODE_HOLDS_VALUE(schema)
				      ? (int)json_node_get_int(schema)
				      : 0,
			      BUNDLE_SCHEMA);
	r->b->iplab = g_strdup(text_of(main, "iplab"));
	return check_sums(r, main) && read_layers(r, main) && read_inputs(r, main);
}

static bool check_result(const struct reading *r)
{
	const Result *res = r->b->result;
	enum server_kind server;

	if (!is_name(res->client) || !is_path_of_names(res->scenario) ||
	    !server_kind_find(res->server, &server) ||
	    (!g_str_equal(res->clock, "virtual") && !g_str_equal(res->clock, "wall")))
		return refuse(r, BUNDLE_ERROR_FORMAT,
			      BUNDLE_RESULT_FILE ": \"%s\" on the %s clock is no cell", res->cell,
			      res->clock);
	if (res->journal_sha256 && !is_sum(res->journal_sha256))
		return refuse(r, BUNDLE_ERROR_FORMAT,
			      BUNDLE_RESULT_FILE ": \"journal_sha256\" is no SHA-256");
	return true;
}

static bool read_result(const struct reading *r)
{
	g_autofree char *text = take_json(r, BUNDLE_RESULT_FILE);
	g_autoptr(GError) problem = NULL;

	if (!text)
		return false;
	r->b->result = result_from_json(text, &problem);
	if (!r->b->result)
		return refuse(r, BUNDLE_ERROR_FORMAT, BUNDLE_RESULT_FILE ": %s", problem->message);
	return check_result(r);
}

/* SHA-256 of what a gzip file holds; NULL: it is damaged, or too large. */
static char *sum_of_lines(GBytes *packed)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree uint8_t *chunk = g_malloc(CHUNK_BYTES);
	size_t len;
	z_stream z = { .next_in = (uint8_t *)g_bytes_get_data(packed, &len) };
	int code = Z_OK;

	z.avail_in = (uInt)len;
	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		return NULL;
	while (code == Z_OK && z.total_out < JOURNAL_MAX) {
		z.next_out = chunk;
		z.avail_out = CHUNK_BYTES;
		code = inflate(&z, Z_NO_FLUSH);
		g_checksum_update(sum, chunk, (gssize)(CHUNK_BYTES - z.avail_out));
	}
	inflateEnd(&z);
	return code == Z_STREAM_END ? g_strdup(g_checksum_get_string(sum)) : NULL;
}

/* A journal that is not the one of the result would be compared for nothing. */
static bool check_journal(const struct reading *r)
{
	const char *want = r->b->result->journal_sha256;
	g_autofree char *got = NULL;

	if (!want || !r->b->records[BUNDLE_JOURNAL])
		return true;
	got = sum_of_lines(r->b->records[BUNDLE_JOURNAL]);
	if (!g_strcmp0(got, want))
		return true;
	return refuse(r, BUNDLE_ERROR_SUM,
		      "the journal has the SHA-256 %.16s..., and " BUNDLE_RESULT_FILE
		      " says %.16s...",
		      got ? got : "(it is damaged)", want);
}

Bundle *bundle_parse_files(const GPtrArray *files, const char *what, GError **error)
{
	g_autoptr(Bundle) b = bundle_new();
	struct reading r = { .what = what, .files = files, .b = b, .error = error };
	GBytes *scenario;

	if (!read_main(&r) || !read_result(&r) || !take_file(&r, BUNDLE_SCENARIO_FILE, &scenario))
		return NULL;
	b->scenario = g_bytes_ref(scenario);
	for (unsigned i = 0; i < BUNDLE_N_RECORDS; i++) {
		GBytes *record = pack_find(files, bundle_record_name(i));

		b->records[i] = record ? g_bytes_ref(record) : NULL;
	}
	return check_journal(&r) ? g_steal_pointer(&b) : NULL;
}

Bundle *bundle_parse(GBytes *packed, const char *what, GError **error)
{
	g_autoptr(GPtrArray) files = pack_parse(packed, what, error);

	return files ? bundle_parse_files(files, what, error) : NULL;
}

static GBytes *load(const struct reading *r)
{
	g_autoptr(GError) problem = NULL;
	struct stat st;
	char *text;
	size_t len;

	if (stat(r->what, &st) < 0)
		refuse(r, BUNDLE_ERROR_FILE, "%s", g_strerror(errno));
	else if (!S_ISREG(st.st_mode) || st.st_size > PACK_PACKED_MAX)
		refuse(r, BUNDLE_ERROR_FILE, "is no file, or one of more than %d MiB",
		       PACK_PACKED_MAX >> 20);
	else if (!g_file_get_contents(r->what, &text, &len, &problem))
		refuse(r, BUNDLE_ERROR_FILE, "%s", problem->message);
	else
		return g_bytes_new_take(text, len);
	return NULL;
}

Bundle *bundle_load(const char *path, GError **error)
{
	const struct reading r = { .what = path, .error = error };
	g_autoptr(GBytes) packed = load(&r);

	return packed ? bundle_parse(packed, path, error) : NULL;
}
