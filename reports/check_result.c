/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a boot showed of a check of conformance
 */
#include "reports/check_result.h"

#include <inttypes.h>

static const char *const verdict_names[] = {
	[CHECK_NOT_APPLICABLE] = "not-applicable",
	[CHECK_NOT_OBSERVED] = "not-observed",
	[CHECK_PASS] = "pass",
	[CHECK_RECORDED] = "record",
	[CHECK_WARN] = "warn",
	[CHECK_FAIL] = "fail",
};

const char *check_verdict_name(enum check_verdict v)
{
	return verdict_names[v];
}

struct check_result *check_result_new(const char *id, enum check_verdict verdict, char *evidence,
				      const uint64_t *frames, guint n_frames)
{
	struct check_result *r = g_new0(struct check_result, 1);

	r->id = g_strdup(id);
	r->verdict = verdict;
	r->evidence = evidence;
	r->frames = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	if (n_frames)
		g_array_append_vals(r->frames, frames, n_frames);
	return r;
}

void check_result_append_frames(GString *out, const struct check_result *r)
{
	for (guint i = 0; i < r->frames->len; i++)
		g_string_append_printf(out, "%s%" PRIu64,
				       i                     ? ", "
				       : r->frames->len == 1 ? "frame "
							     : "frames ",
				       g_array_index(r->frames, uint64_t, i));
}

char *check_result_to_json(const struct check_result *r)
{
	g_autoptr(JsonBuilder) b = json_builder_new();
	g_autoptr(JsonNode) root = NULL;

	json_builder_begin_object(b);
	json_builder_set_member_name(b, "id");
	json_builder_add_string_value(b, r->id);
	json_builder_set_member_name(b, "verdict");
	json_builder_add_string_value(b, check_verdict_name(r->verdict));
	json_builder_set_member_name(b, "evidence");
	json_builder_add_string_value(b, r->evidence);
	json_builder_set_member_name(b, "frames");
	json_builder_begin_array(b);
	for (guint i = 0; i < r->frames->len; i++)
		json_builder_add_int_value(b, (gint64)g_array_index(r->frames, uint64_t, i));
	json_builder_end_array(b);
	if (r->known) {
		json_builder_set_member_name(b, "known");
		json_builder_add_string_value(b, r->known);
	}
	json_builder_end_object(b);
	root = json_builder_get_root(b);
	return json_to_string(root, FALSE);
}

static const char *text_of(JsonObject *o, const char *key)
{
	JsonNode *node = json_object_get_member(o, key);

	return node && json_node_get_value_type(node) == G_TYPE_STRING ? json_node_get_string(node)
								       : NULL;
}

static bool find_verdict(const char *name, enum check_verdict *out)
{
	for (int v = 0; name && v < CHECK_N_VERDICTS; v++) {
		if (g_str_equal(name, verdict_names[v])) {
			*out = (enum check_verdict)v;
			return true;
		}
	}
	return false;
}

static void read_frames(struct check_result *r, JsonNode *node)
{
	JsonArray *list = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

	for (guint i = 0; list && i < json_array_get_length(list); i++) {
		JsonNode *n = json_array_get_element(list, i);
		uint64_t number = json_node_get_value_type(n) == G_TYPE_INT64
					  ? (uint64_t)json_node_get_int(n)
					  : 0;

		if (number)
			g_array_append_val(r->frames, number);
	}
}

struct check_result *check_result_from_json(JsonNode *node)
{
	JsonObject *o = node && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	struct check_result *r;
	enum check_verdict v;

	if (!o || !text_of(o, "id") || !find_verdict(text_of(o, "verdict"), &v))
		return NULL;
	r = check_result_new(text_of(o, "id"), v, g_strdup(text_of(o, "evidence")), NULL, 0);
	read_frames(r, json_object_get_member(o, "frames"));
	r->known = g_strdup(text_of(o, "known"));
	return r;
}

void check_result_free(struct check_result *r)
{
	if (!r)
		return;
	g_free(r->id);
	g_free(r->evidence);
	g_free(r->known);
	g_array_unref(r->frames);
	g_free(r);
}
