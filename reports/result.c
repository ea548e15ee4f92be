/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The model of what a run's folder holds: one result for each cell
 *
 * Lines are written by hand and read with json-glib. json-glib keeps whole numbers in 64 signed
 * bits and lets larger ones wrap, which only a seed can reach: it is cast back.
 */
#include "reports/result.h"

#include <assert.h>
#include <inttypes.h>
#include <json-glib/json-glib.h>
#include <stddef.h>
#include <string.h>

#include "reports/json_out.h"
#include "reports/stats.h"

static const char *const verdict_names[] = {
	[VERDICT_PASS] = "pass",   [VERDICT_FAIL] = "fail",   [VERDICT_ERROR] = "error",
	[VERDICT_SKIP] = "skip",   [VERDICT_XFAIL] = "xfail", [VERDICT_XPASS] = "xpass",
	[VERDICT_FLAKY] = "flaky",
};
static_assert(sizeof(verdict_names) / sizeof(verdict_names[0]) == VERDICT_N,
	      "one name for each verdict");

/* The fields that need nothing but copying. */
static const struct {
	const char *key;
	size_t offset;
	bool required;
} text_fields[] = {
	{ "cell", offsetof(Result, cell), true },
	{ "client", offsetof(Result, client), true },
	{ "server", offsetof(Result, server), true },
	{ "server_version", offsetof(Result, server_version), false },
	{ "scenario", offsetof(Result, scenario), true },
	{ "clock", offsetof(Result, clock), true },
	{ "reason", offsetof(Result, reason), false },
	{ "ending", offsetof(Result, ending), false },
	{ "signature", offsetof(Result, signature), false },
	{ "journal_sha256", offsetof(Result, journal_sha256), false },
	{ "initrd_crc32", offsetof(Result, initrd_crc32), false },
	{ "cmdline", offsetof(Result, cmdline), false },
	{ "client_version", offsetof(Result, client_version), false },
	{ "client_files", offsetof(Result, client_files), false },
	{ "qemu_version", offsetof(Result, qemu_version), false },
	{ "known", offsetof(Result, known), false },
	{ "known_link", offsetof(Result, known_link), false },
	{ "sweep_axis", offsetof(Result, sweep_axis), false },
	{ "sweep_at", offsetof(Result, sweep_at), false },
	{ "rate", offsetof(Result, rate), false },
};

static const struct {
	const char *key;
	size_t offset;
	bool required;
} count_fields[] = {
	{ "wall_ns", offsetof(Result, wall_ns), true },
	{ "begun_unix_ns", offsetof(Result, begun_unix_ns), false },
	{ "virtual_ns", offsetof(Result, virtual_ns), false },
	{ "frames_in", offsetof(Result, frames_in), true },
	{ "frames_out", offsetof(Result, frames_out), true },
	{ "qemu_cpu_ns", offsetof(Result, qemu_cpu_ns), false },
	{ "worker_cpu_ns", offsetof(Result, worker_cpu_ns), false },
	{ "worker_peak_kib", offsetof(Result, worker_peak_kib), false },
	{ "bytes_loaded", offsetof(Result, bytes_loaded), false },
	{ "ns_per_insn", offsetof(Result, ns_per_insn), false },
	{ "loss_asked_ppm", offsetof(Result, loss_ppm), false },
	{ "packets_sent", offsetof(Result, n_sent), false },
	{ "packets_lost", offsetof(Result, n_lost), false },
	{ "checks_passed", offsetof(Result, n_checks_passed), false },
	{ "rate_low_ppm", offsetof(Result, rate_low_ppm), false },
	{ "rate_high_ppm", offsetof(Result, rate_high_ppm), false },
};

GQuark result_error_quark(void)
{
	return g_quark_from_static_string("iplab-result-error-quark");
}

const char *verdict_name(enum verdict v)
{
	assert(v < VERDICT_N);
	return verdict_names[v];
}

static void milestone_clear(void *data)
{
	struct milestone *m = data;

	g_free(m->name);
}

Result *result_new(void)
{
	Result *r = g_new0(Result, 1);

	r->verdict = VERDICT_ERROR;
	r->milestones = g_array_new(FALSE, FALSE, sizeof(struct milestone));
	g_array_set_clear_func(r->milestones, milestone_clear);
	r->checks = g_ptr_array_new_with_free_func((GDestroyNotify)check_result_free);
	return r;
}

/* A name that is there already keeps its first time: names are the keys of a JSON object. */
Result *result_new_for(const char *cell, const char *client, const char *server,
		       const char *scenario, uint64_t seed, bool is_virtual)
{
	Result *r = result_new();

	r->cell = g_strdup(cell);
	r->client = g_strdup(client);
	r->server = g_strdup(server);
	r->scenario = g_strdup(scenario);
	r->seed = seed;
	r->clock = g_strdup(is_virtual ? "virtual" : "wall");
	return r;
}

void result_add_milestone(Result *r, const char *name, uint64_t t_ns)
{
	struct milestone m = { .t_ns = t_ns };

	for (unsigned i = 0; i < r->milestones->len; i++) {
		if (g_str_equal(g_array_index(r->milestones, struct milestone, i).name, name))
			return;
	}
	m.name = g_strdup(name);
	g_array_append_val(r->milestones, m);
}

void result_free(Result *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(text_fields); i++)
		g_free(G_STRUCT_MEMBER(char *, r, text_fields[i].offset));
	g_free(r->about);
	g_array_unref(r->milestones);
	g_ptr_array_unref(r->checks);
	g_free(r);
}

static void append_text_field(GString *s, const char *key, const char *text)
{
	g_string_append_printf(s, ",\"%s\":", key);
	json_append_text(s, text);
}

static void append_count_field(GString *s, const char *key, uint64_t value)
{
	g_string_append_printf(s, ",\"%s\":%" PRIu64, key, value);
}

static void append_milestones(GString *s, const GArray *milestones)
{
	g_string_append(s, ",\"milestones\":{");
	for (unsigned i = 0; i < milestones->len; i++) {
		const struct milestone *m = &g_array_index(milestones, struct milestone, i);

		g_string_append(s, i ? "," : "");
		json_append_text(s, m->name);
		g_string_append_printf(s, ":%" PRIu64, m->t_ns);
	}
	g_string_append_c(s, '}');
}

struct loss_interval result_loss(const Result *r)
{
	struct stats_interval i = stats_proportion(r->n_lost, r->n_sent);

	return (struct loss_interval){ 100 * i.value, 100 * i.low, 100 * i.high };
}

static void append_percent_field(GString *s, const char *name, double percent)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append_printf(s, ",\"%s\":%s", name,
			       g_ascii_formatd(text, sizeof(text), "%.3f", percent));
}

static void append_loss(GString *s, const Result *r)
{
	struct loss_interval loss = result_loss(r);

	append_count_field(s, "loss_asked_ppm", r->loss_ppm);
	append_count_field(s, "packets_sent", r->n_sent);
	append_count_field(s, "packets_lost", r->n_lost);
	append_percent_field(s, "loss_percent", loss.percent);
	append_percent_field(s, "loss_low_percent", loss.low);
	append_percent_field(s, "loss_high_percent", loss.high);
}

static void append_rate(GString *s, const Result *r)
{
	append_text_field(s, "rate", r->rate);
	append_count_field(s, "rate_low_ppm", r->rate_low_ppm);
	append_count_field(s, "rate_high_ppm", r->rate_high_ppm);
}

static void append_checks(GString *s, const Result *r)
{
	append_count_field(s, "checks_passed", r->n_checks_passed);
	g_string_append(s, ",\"checks\":[");
	for (guint i = 0; i < r->checks->len; i++) {
		g_autofree char *json = check_result_to_json(r->checks->pdata[i]);

		g_string_append_printf(s, "%s%s", i ? "," : "", json);
	}
	g_string_append_c(s, ']');
}

char *result_to_json(const Result *r)
{
	GString *s = g_string_sized_new(1024);

	g_string_printf(s, "{\"schema\":%d", RESULT_SCHEMA);
	append_text_field(s, "cell", r->cell);
	append_text_field(s, "client", r->client);
	append_text_field(s, "server", r->server);
	if (r->server_version)
		append_text_field(s, "server_version", r->server_version);
	append_text_field(s, "scenario", r->scenario);
	append_count_field(s, "seed", r->seed);
	append_text_field(s, "clock", r->clock);
	append_text_field(s, "verdict", verdict_name(r->verdict));
	append_text_field(s, "reason", r->reason);
	append_text_field(s, "ending", r->ending);
	if (r->signature)
		append_text_field(s, "signature", r->signature);
	append_count_field(s, "wall_ns", r->wall_ns);
	if (!g_strcmp0(r->clock, "virtual"))
		append_count_field(s, "virtual_ns", r->virtual_ns);
	else
		append_text_field(s, "virtual_ns", NULL);
	append_milestones(s, r->milestones);
	append_text_field(s, "journal_sha256", r->journal_sha256);
	append_text_field(s, "initrd_crc32", r->initrd_crc32);
	append_text_field(s, "cmdline", r->cmdline);
	append_text_field(s, "client_version", r->client_version);
	append_text_field(s, "client_files", r->client_files);
	append_text_field(s, "qemu_version", r->qemu_version);
	append_count_field(s, "frames_in", r->frames_in);
	append_count_field(s, "frames_out", r->frames_out);
	if (r->begun_unix_ns)
		append_count_field(s, "begun_unix_ns", r->begun_unix_ns);
	if (r->known)
		append_text_field(s, "known", r->known);
	if (r->known_link)
		append_text_field(s, "known_link", r->known_link);
	if (r->sweep_axis)
		append_text_field(s, "sweep_axis", r->sweep_axis);
	if (r->sweep_at)
		append_text_field(s, "sweep_at", r->sweep_at);
	if (r->qemu_cpu_ns)
		append_count_field(s, "qemu_cpu_ns", r->qemu_cpu_ns);
	if (r->worker_cpu_ns)
		append_count_field(s, "worker_cpu_ns", r->worker_cpu_ns);
	if (r->worker_peak_kib)
		append_count_field(s, "worker_peak_kib", r->worker_peak_kib);
	if (r->rate)
		append_rate(s, r);
	if (r->bytes_loaded)
		append_count_field(s, "bytes_loaded", r->bytes_loaded);
	if (r->ns_per_insn)
		append_count_field(s, "ns_per_insn", r->ns_per_insn);
	if (r->n_sent)
		append_loss(s, r);
	if (r->n_checks_passed || r->checks->len)
		append_checks(s, r);
	g_string_append_c(s, '}');
	return g_string_free(s, FALSE);
}

static bool field_error(GError **error, const char *key, const char *allowed)
{
	g_set_error(error, RESULT_ERROR, RESULT_ERROR_FIELD, "field \"%s\": must be %s", key,
		    allowed);
	return false;
}

/* NULL if it is missing or null. */
static JsonNode *find(JsonObject *o, const char *key)
{
	JsonNode *node = json_object_get_member(o, key);

	return node && !JSON_NODE_HOLDS_NULL(node) ? node : NULL;
}

static bool is_value_of(JsonNode *node, GType type)
{
	return node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == type;
}

static bool is_count(JsonNode *node)
{
	return is_value_of(node, G_TYPE_INT64) && json_node_get_int(node) >= 0;
}

static bool read_texts(Result *r, JsonObject *o, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(text_fields); i++) {
		JsonNode *node = find(o, text_fields[i].key);

		if (!node && !text_fields[i].required)
			continue;
		if (!is_value_of(node, G_TYPE_STRING))
			return field_error(error, text_fields[i].key,
					   text_fields[i].required ? "text" : "text or null");
		G_STRUCT_MEMBER(char *, r, text_fields[i].offset) = json_node_dup_string(node);
	}
	return true;
}

static bool read_counts(Result *r, JsonObject *o, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(count_fields); i++) {
		JsonNode *node = find(o, count_fields[i].key);

		if (!node && !count_fields[i].required)
			continue;
		if (!is_count(node))
			return field_error(error, count_fields[i].key, "a whole number from 0");
		G_STRUCT_MEMBER(uint64_t, r, count_fields[i].offset) =
			(uint64_t)json_node_get_int(node);
	}
	return true;
}

static bool read_seed(Result *r, JsonObject *o, GError **error)
{
	JsonNode *node = find(o, "seed");

	if (!is_value_of(node, G_TYPE_INT64))
		return field_error(error, "seed", "a whole number from 0");
	r->seed = (uint64_t)json_node_get_int(node);
	return true;
}

static bool read_verdict(Result *r, JsonObject *o, GError **error)
{
	JsonNode *node = find(o, "verdict");
	const char *name = is_value_of(node, G_TYPE_STRING) ? json_node_get_string(node) : NULL;

	for (unsigned v = 0; v < VERDICT_N; v++) {
		if (!g_strcmp0(name, verdict_names[v])) {
			r->verdict = v;
			return true;
		}
	}
	return field_error(error, "verdict", "pass, fail, error, skip, xfail, xpass or flaky");
}

static bool read_milestones(Result *r, JsonObject *o, GError **error)
{
	JsonNode *node = find(o, "milestones"), *time;
	JsonObjectIter iter;
	const char *name;

	if (!node || !JSON_NODE_HOLDS_OBJECT(node))
		return field_error(error, "milestones", "an object");
	json_object_iter_init_ordered(&iter, json_node_get_object(node));
	while (json_object_iter_next_ordered(&iter, &name, &time)) {
		if (!is_count(time))
			return field_error(error, "milestones", "times, whole numbers from 0");
		result_add_milestone(r, name, (uint64_t)json_node_get_int(time));
	}
	return true;
}

/* What is no check is passed over: a newer program knows more verdicts. */
static void read_checks(Result *r, JsonObject *o)
{
	JsonNode *node = find(o, "checks");
	JsonArray *list = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

	for (guint i = 0; list && i < json_array_get_length(list); i++) {
		struct check_result *c = check_result_from_json(json_array_get_element(list, i));

		if (c)
			g_ptr_array_add(r->checks, c);
	}
}

static bool read_schema(JsonObject *o, GError **error)
{
	JsonNode *node = find(o, "schema");

	/* Newer numbers are read as far as the fields are still what they were. */
	if (!is_count(node) || json_node_get_int(node) < RESULT_SCHEMA)
		return field_error(error, "schema", "1 or more");
	return true;
}

Result *result_from_json(const char *line, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(Result) r = result_new();
	g_autoptr(GError) problem = NULL;
	JsonNode *root;
	JsonObject *o;

	if (!json_parser_load_from_data(parser, line, -1, &problem)) {
		g_set_error(error, RESULT_ERROR, RESULT_ERROR_SYNTAX, "not JSON: %s",
			    problem->message);
		return NULL;
	}
	root = json_parser_get_root(parser);
	if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
		g_set_error(error, RESULT_ERROR, RESULT_ERROR_SYNTAX, "not a JSON object");
		return NULL;
	}
	o = json_node_get_object(root);
	if (!read_schema(o, error) || !read_texts(r, o, error) || !read_counts(r, o, error) ||
	    !read_seed(r, o, error) || !read_verdict(r, o, error) || !read_milestones(r, o, error))
		return NULL;
	read_checks(r, o);
	return g_steal_pointer(&r);
}

Result *result_copy(const Result *r)
{
	g_autofree char *json = result_to_json(r);

	return result_from_json(json, NULL);
}

/* @line is @len bytes and a NUL, which must be the first one. */
static Result *read_line(const char *line, size_t len, GError **error)
{
	if (strlen(line) != len) {
		g_set_error(error, RESULT_ERROR, RESULT_ERROR_SYNTAX, "a zero byte");
		return NULL;
	}
	return result_from_json(line, error);
}

GPtrArray *results_load(const char *path, GError **error)
{
	g_autoptr(GPtrArray) results =
		g_ptr_array_new_with_free_func((void (*)(void *))result_free);
	g_autoptr(GError) problem = NULL;
	g_autofree char *text = NULL;
	char *line, *end;
	unsigned n = 1;
	size_t len;

	if (!g_file_get_contents(path, &text, &len, &problem)) {
		g_set_error(error, RESULT_ERROR, RESULT_ERROR_FILE, "%s", problem->message);
		return NULL;
	}
	/* What follows the last newline was cut short while it was written. */
	for (line = text; (end = memchr(line, '\n', len - (size_t)(line - text))); line = end + 1) {
		Result *r;

		*end = '\0';
		r = read_line(line, (size_t)(end - line), error);
		if (!r) {
			g_prefix_error(error, "%s:%u: ", path, n);
			return NULL;
		}
		g_ptr_array_add(results, r);
		n++;
	}
	return g_steal_pointer(&results);
}
