/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bisection has seen: bisect.jsonl in its folder
 */
#include "harness/bisect_log.h"

#include <errno.h>
#include <fcntl.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "reports/json_out.h"

#define FILE_NAME "bisect.jsonl"

GQuark bisect_log_error_quark(void)
{
	return g_quark_from_static_string("iplab-bisect-log-error-quark");
}

static bool fail(GError **error, BisectLogError code, const char *where, const char *what)
{
	g_set_error(error, BISECT_LOG_ERROR, code, "%s: %s", where, what);
	return false;
}

static void record_free(void *data)
{
	struct bisect_record *b = data;

	g_free(b->dir);
	result_free(b->result);
	g_free(b);
}

static char *key_of(const char *candidate, uint64_t seed)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT " %s", seed, candidate);
}

static BisectLog *log_at(const char *dir)
{
	BisectLog *l = g_new0(BisectLog, 1);

	l->dir = g_canonicalize_filename(dir, NULL);
	l->records = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, record_free);
	l->fd = -1;
	return l;
}

static bool open_file(BisectLog *l, int flags, GError **error)
{
	g_autofree char *path = g_build_filename(l->dir, FILE_NAME, NULL);

	l->fd = open(path, flags | O_RDWR | O_APPEND | O_CLOEXEC, 0644);
	if (l->fd < 0)
		return fail(error, BISECT_LOG_ERROR_FILE, path, g_strerror(errno));
	if (flock(l->fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	return fail(error, BISECT_LOG_ERROR_BUSY, path, "another iplab is writing it");
}

BisectLog *bisect_log_new(const char *dir, GError **error)
{
	g_autoptr(BisectLog) l = log_at(dir);
	g_autoptr(GDir) d = NULL;

	if (g_mkdir_with_parents(l->dir, 0777)) {
		fail(error, BISECT_LOG_ERROR_FILE, l->dir, g_strerror(errno));
		return NULL;
	}
	d = g_dir_open(l->dir, 0, error);
	if (!d)
		return NULL;
	if (g_dir_read_name(d)) {
		fail(error, BISECT_LOG_ERROR_USED, l->dir,
		     "there is something in it; --resume goes on with a bisection");
		return NULL;
	}
	return open_file(l, O_CREAT | O_EXCL, error) ? g_steal_pointer(&l) : NULL;
}

/* --- reading ---------------------------------------------------------------------------------- */

static const char *text_of(JsonObject *o, const char *name)
{
	JsonNode *node = json_object_get_member(o, name);

	return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
}

/* NULL: it is no list of texts. */
static char **texts_of(JsonObject *o, const char *name)
{
	JsonNode *node = json_object_get_member(o, name);
	JsonArray *list = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; list && i < json_array_get_length(list); i++) {
		JsonNode *item = json_array_get_element(list, i);

		if (!JSON_NODE_HOLDS_VALUE(item) || !json_node_get_string(item))
			return NULL;
		g_ptr_array_add(texts, g_strdup(json_node_get_string(item)));
	}
	g_ptr_array_add(texts, NULL);
	return list ? g_strdupv((char **)texts->pdata) : NULL;
}

static bool read_header(BisectLog *l, JsonObject *o)
{
	JsonNode *schema = json_object_get_member(o, "schema");

	if (!schema || !JSON_NODE_HOLDS_VALUE(schema) ||
	    json_node_get_int(schema) != BISECT_LOG_SCHEMA)
		return false;
	l->command = texts_of(o, "command");
	l->series = texts_of(o, "series");
	l->folder = g_strdup(text_of(o, "folder"));
	return l->command && *l->command && l->series && l->folder;
}

static bool read_record(BisectLog *l, JsonObject *o)
{
	JsonNode *seed = json_object_get_member(o, "seed");
	JsonNode *node = json_object_get_member(o, "result");
	const char *candidate = text_of(o, "candidate");
	g_autofree char *json = NULL;
	struct bisect_record *b;
	Result *result;

	if (!seed || !JSON_NODE_HOLDS_VALUE(seed) || !node || !candidate)
		return false;
	json = json_to_string(node, FALSE);
	result = result_from_json(json, NULL);
	if (!result)
		return false;
	b = g_new0(struct bisect_record, 1);
	b->result = result;
	b->dir = g_strdup(text_of(o, "dir"));
	g_hash_table_replace(l->records, key_of(candidate, (uint64_t)json_node_get_int(seed)), b);
	return true;
}

static bool read_line(BisectLog *l, const char *line)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonNode *root;
	JsonObject *o;

	if (!json_parser_load_from_data(parser, line, -1, NULL))
		return false;
	root = json_parser_get_root(parser);
	if (!root || !JSON_NODE_HOLDS_OBJECT(root))
		return false;
	o = json_node_get_object(root);
	if (!l->command)
		return read_header(l, o);
	if (!json_object_has_member(o, "answer"))
		return read_record(l, o);
	l->has_answer = true;
	return true;
}

/* What a line lacks of an end is cut off. */
static bool read_lines(BisectLog *l, const char *path, char *text, GError **error)
{
	char *line = text, *end;
	unsigned n = 0;

	for (; (end = strchr(line, '\n')); line = end + 1) {
		g_autofree char *where = g_strdup_printf("%s: line %u", path, ++n);

		*end = 0;
		if (!read_line(l, line))
			return fail(error, BISECT_LOG_ERROR_SYNTAX, where,
				    "it is not of a bisection of this version");
	}
	if (!n)
		return fail(error, BISECT_LOG_ERROR_SYNTAX, path, "there is nothing in it");
	if (*line && ftruncate(l->fd, line - text))
		return fail(error, BISECT_LOG_ERROR_FILE, path, g_strerror(errno));
	return true;
}

BisectLog *bisect_log_open(const char *dir, GError **error)
{
	g_autoptr(BisectLog) l = log_at(dir);
	g_autofree char *path = g_build_filename(l->dir, FILE_NAME, NULL);
	g_autofree char *text = NULL;

	if (!open_file(l, 0, error) || !g_file_get_contents(path, &text, NULL, error) ||
	    !read_lines(l, path, text, error))
		return NULL;
	return g_steal_pointer(&l);
}

const struct bisect_record *bisect_log_find(const BisectLog *l, const char *candidate,
					    uint64_t seed)
{
	g_autofree char *key = key_of(candidate, seed);

	return g_hash_table_lookup(l->records, key);
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool write_line(BisectLog *l, GString *line, GError **error)
{
	ssize_t n;

	g_string_append_c(line, '\n');
	n = write(l->fd, line->str, line->len);
	if (n == (ssize_t)line->len)
		return true;
	return fail(error, BISECT_LOG_ERROR_FILE, l->dir, n < 0 ? g_strerror(errno) : "disk full");
}

static void append_texts(struct json_out *j, const char *key, char **texts)
{
	json_begin_list(j, key);
	for (; *texts; texts++)
		json_text(j, NULL, *texts);
	json_end_list(j);
}

/* Objects in lists would begin lines of their own: here are none. */
bool bisect_log_begin(BisectLog *l, char **command, char **series, GError **error)
{
	g_autoptr(GString) s = g_string_new(NULL);
	g_autofree char *cwd = g_get_current_dir();
	struct json_out j = { .s = s };

	if (l->series && g_strv_equal((const char *const *)l->series, (const char *const *)series))
		return true;
	if (l->series)
		return fail(error, BISECT_LOG_ERROR_OTHER, l->dir,
			    "the candidates are not those of the bisection that is to go on");
	json_begin_object(&j, NULL);
	json_count(&j, "schema", BISECT_LOG_SCHEMA);
	append_texts(&j, "command", command);
	json_text(&j, "folder", cwd);
	append_texts(&j, "series", series);
	json_end_object(&j);
	return write_line(l, s, error);
}

bool bisect_log_add(BisectLog *l, const char *candidate, uint64_t seed, const char *dir,
		    const char *outcome, const char *why, const Result *r, GError **error)
{
	g_autofree char *json = result_to_json(r);
	g_autoptr(GString) s = g_string_new(NULL);
	struct json_out j = { .s = s };

	json_begin_object(&j, NULL);
	json_text(&j, "candidate", candidate);
	json_count(&j, "seed", seed);
	json_text(&j, "outcome", outcome);
	json_text(&j, "why", why);
	json_text(&j, "dir", dir);
	g_string_append_printf(s, ",\"result\":%s", json);
	json_end_object(&j);
	return write_line(l, s, error);
}

bool bisect_log_end(BisectLog *l, const char *first, const char *last, double posterior,
		    unsigned n_boots, GError **error)
{
	g_autoptr(GString) s = g_string_new(NULL);
	struct json_out j = { .s = s };

	if (l->has_answer)
		return true;
	json_begin_object(&j, NULL);
	json_text(&j, "answer", first);
	json_text(&j, "last", last);
	json_double(&j, "posterior", posterior);
	json_count(&j, "boots", n_boots);
	json_end_object(&j);
	l->has_answer = write_line(l, s, error);
	return l->has_answer;
}

void bisect_log_free(BisectLog *l)
{
	if (!l)
		return;
	if (l->fd >= 0)
		close(l->fd);
	g_hash_table_unref(l->records);
	g_strfreev(l->command);
	g_strfreev(l->series);
	g_free(l->folder);
	g_free(l->dir);
	g_free(l);
}
