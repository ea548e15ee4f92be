/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a JSON text must look like: a table with a row for each value there may be
 *
 * Written in our own words from the specification of a format. What is in no row is refused, and
 * so is what is null.
 */
#ifndef TESTS_SUPPORT_JSON_SHAPE_H
#define TESTS_SUPPORT_JSON_SHAPE_H

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <string.h>

struct json_shape {
	const char *path;    /* "" is all; "a.b" a member; "a[]" each in a list */
	char type;           /* s text, i whole number from 0, n number, b boolean, a list,
			      * o object of what the table has, O object of anything */
	bool required;       /* by the object that it is in */
	const char *pattern; /* of a text: regular expression for all of it; NULL: any */
};

static inline bool json_shape_has_type(JsonNode *node, char type)
{
	GType value = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_INVALID;

	switch (type) {
	case 's':
		return value == G_TYPE_STRING;
	case 'i':
		return value == G_TYPE_INT64 && json_node_get_int(node) >= 0;
	case 'n':
		return value == G_TYPE_INT64 || value == G_TYPE_DOUBLE;
	case 'b':
		return value == G_TYPE_BOOLEAN;
	case 'a':
		return JSON_NODE_HOLDS_ARRAY(node);
	default:
		return JSON_NODE_HOLDS_OBJECT(node);
	}
}

static inline const struct json_shape *json_shape_row(const struct json_shape *rows, size_t n,
						      const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (g_str_equal(rows[i].path, path))
			return &rows[i];
	return NULL;
}

/* Whether row path @child names a member of the object at @path. */
static inline const char *json_shape_member(const char *path, const char *child)
{
	size_t len = strlen(path);

	if (len) {
		if (!g_str_has_prefix(child, path) || child[len] != '.')
			return NULL;
		child += len + 1;
	}
	return *child && !strpbrk(child, ".[") ? child : NULL;
}

static inline char *json_shape_find(const struct json_shape *rows, size_t n, JsonNode *node,
				    const char *path);

static inline char *json_shape_find_in_object(const struct json_shape *rows, size_t n,
					      JsonObject *o, const char *path)
{
	JsonObjectIter iter;
	const char *name;
	JsonNode *node;

	for (size_t i = 0; i < n; i++) {
		const char *member = json_shape_member(path, rows[i].path);

		if (member && rows[i].required && !json_object_has_member(o, member))
			return g_strdup_printf("%s is missing", rows[i].path);
	}
	json_object_iter_init(&iter, o);
	while (json_object_iter_next(&iter, &name, &node)) {
		g_autofree char *inner =
			*path ? g_strdup_printf("%s.%s", path, name) : g_strdup(name);
		char *problem = json_shape_find(rows, n, node, inner);

		if (problem)
			return problem;
	}
	return NULL;
}

/* What is wrong with @node, or NULL; the caller frees it. */
static inline char *json_shape_find(const struct json_shape *rows, size_t n, JsonNode *node,
				    const char *path)
{
	const struct json_shape *row = json_shape_row(rows, n, path);
	g_autofree char *each = g_strdup_printf("%s[]", path), *all = NULL;
	char *problem = NULL;

	if (!row)
		return g_strdup_printf("%s is not known", path);
	if (!json_shape_has_type(node, row->type))
		return g_strdup_printf("%s is not of type %c", path, row->type);
	all = row->pattern ? g_strdup_printf("^(?:%s)$", row->pattern) : NULL;
	if (all &&
	    !g_regex_match_simple(all, json_node_get_string(node), G_REGEX_DOLLAR_ENDONLY, 0))
		return g_strdup_printf("%s is \"%s\"", path, json_node_get_string(node));
	if (row->type == 'o')
		return json_shape_find_in_object(rows, n, json_node_get_object(node), path);
	for (guint i = 0;
	     row->type == 'a' && !problem && i < json_array_get_length(json_node_get_array(node));
	     i++)
		problem = json_shape_find(
			rows, n, json_array_get_element(json_node_get_array(node), i), each);
	return problem;
}

/* The same of a text. */
static inline char *json_shape_problem(const struct json_shape *rows, size_t n, const char *text)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) error = NULL;

	if (!json_parser_load_from_data(parser, text, -1, &error))
		return g_strdup(error->message);
	return json_shape_find(rows, n, json_parser_get_root(parser), "");
}

/* What JSON path @path finds in @text, as JSON: a value; several as a list; none as "". Caller
 * frees. */
static inline char *json_at(const char *text, const char *path)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(JsonNode) found = NULL;
	JsonArray *list;

	if (!json_parser_load_from_data(parser, text, -1, NULL))
		return g_strdup("no JSON");
	found = json_path_query(path, json_parser_get_root(parser), NULL);
	list = found ? json_node_get_array(found) : NULL;
	if (!list || !json_array_get_length(list))
		return g_strdup("");
	return json_to_string(
		json_array_get_length(list) == 1 ? json_array_get_element(list, 0) : found, FALSE);
}

#endif /* TESTS_SUPPORT_JSON_SHAPE_H */
