/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what goes into a run is still what it was
 *
 * Both sides are run.json, so what is recorded is what is compared: an object with a sum is a file,
 * wherever in it it stands. A file that was not there has the sum null.
 */
#include "harness/same_inputs.h"

GQuark same_inputs_error_quark(void)
{
	return g_quark_from_static_string("same-inputs-error-quark");
}

static JsonNode *member(JsonNode *node, const char *name)
{
	return node && JSON_NODE_HOLDS_OBJECT(node)
		       ? json_object_get_member(json_node_get_object(node), name)
		       : NULL;
}

static JsonNode *element(JsonNode *node, guint i)
{
	JsonArray *list = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

	return list && i < json_array_get_length(list) ? json_array_get_element(list, i) : NULL;
}

/* NULL: it is no text, or not there. */
static const char *text_of(JsonNode *node)
{
	return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_string(node) : NULL;
}

/* Both may be NULL, and so may be what they hold. */
static bool same_file(const char *what, JsonNode *then, JsonNode *now, GError **error)
{
	const char *was = text_of(member(then, "sha256")), *is = text_of(member(now, "sha256"));
	const char *path = text_of(member(is ? now : then, "path"));

	if (!g_strcmp0(was, is))
		return true;
	g_set_error(error, SAME_INPUTS_ERROR, SAME_INPUTS_ERROR_CHANGED,
		    "%s, %s, is not what it was when the run began: sha256 %s, then %s; run it "
		    "anew",
		    what, path ? path : "", is ? is : "none (it is not there)",
		    was ? was : "none (it was not there)");
	return false;
}

static bool same_node(const char *what, JsonNode *then, JsonNode *now, GError **error);

static bool same_members(const char *what, JsonNode *then, JsonNode *names, JsonNode *now,
			 GError **error)
{
	JsonObjectIter iter;
	const char *name;

	json_object_iter_init_ordered(&iter, json_node_get_object(names));
	while (json_object_iter_next_ordered(&iter, &name, NULL)) {
		bool is_served = g_str_equal(name, "served"); /* its members are the files */
		g_autofree char *inner = g_strdup_printf("%s of %s", name, what);

		if (!same_node(is_served ? what : inner, member(then, name), member(now, name),
			       error))
			return false;
	}
	return true;
}

static bool same_list(const char *what, JsonNode *then, JsonNode *now, GError **error)
{
	for (guint i = 0; element(then, i) || element(now, i); i++)
		if (!same_node(what, element(then, i), element(now, i), error))
			return false;
	return true;
}

static bool is_of(JsonNode *node, JsonNodeType type)
{
	return node && JSON_NODE_TYPE(node) == type;
}

/* What is neither a file nor holds any is words about it: they may change. */
static bool same_node(const char *what, JsonNode *then, JsonNode *now, GError **error)
{
	if (member(then, "sha256") || member(now, "sha256"))
		return same_file(what, then, now, error);
	if (is_of(then, JSON_NODE_ARRAY) || is_of(now, JSON_NODE_ARRAY))
		return same_list(what, then, now, error);
	return (!is_of(now, JSON_NODE_OBJECT) || same_members(what, then, now, now, error)) &&
	       (!is_of(then, JSON_NODE_OBJECT) || same_members(what, then, then, now, error));
}

/* Each that is there today: what no cell is left of does not count. */
static bool same_kind(const char *kind, const char *word, JsonNode *then, JsonNode *now,
		      GError **error)
{
	JsonNode *all = member(now, kind), *is;
	JsonObjectIter iter;
	const char *name;

	if (!is_of(all, JSON_NODE_OBJECT))
		return true;
	json_object_iter_init_ordered(&iter, json_node_get_object(all));
	while (json_object_iter_next_ordered(&iter, &name, &is)) {
		g_autofree char *what = g_strdup_printf("%s %s", word, name);

		if (!same_node(what, member(member(then, kind), name), is, error))
			return false;
	}
	return true;
}

static bool same_version(const char *name, JsonNode *then, JsonNode *now, GError **error)
{
	const char *was = text_of(member(then, name)), *is = text_of(member(now, name));

	if (!g_strcmp0(was, is))
		return true;
	g_set_error(error, SAME_INPUTS_ERROR, SAME_INPUTS_ERROR_CHANGED,
		    "%s is %s, and was %s when the run began; run it anew", name,
		    is ? is : "not there", was ? was : "not there");
	return false;
}

bool same_inputs(JsonObject *then, const char *now, GError **error)
{
	static const struct {
		const char *kind, *word;
	} kinds[] = {
		{ "clients", "client" },
		{ "servers", "server" },
		{ "scenarios", "scenario" },
	};
	g_autoptr(JsonNode) was = json_node_new(JSON_NODE_OBJECT);
	g_autoptr(JsonNode) is = json_from_string(now, NULL);

	json_node_set_object(was, then);
	if (!same_version("iplab", was, is, error) || !same_version("libslirp", was, is, error))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (!same_kind(kinds[i].kind, kinds[i].word, was, is, error))
			return false;
	return same_node("file of known failures", member(was, "known_failures"),
			 member(is, "known_failures"), error);
}
