/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data that a page of HTML has for its scripts
 */
#ifndef TESTS_SUPPORT_JSON_IN_PAGE_H
#define TESTS_SUPPORT_JSON_IN_PAGE_H

#include <check.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* As JSON, with six digits of a number that is no integer. */
static inline void append_json(GString *out, JsonNode *node)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	g_autofree char *other = NULL;
	JsonArray *a;

	if (JSON_NODE_HOLDS_ARRAY(node)) {
		a = json_node_get_array(node);
		g_string_append_c(out, '[');
		for (guint i = 0; i < json_array_get_length(a); i++) {
			g_string_append(out, i ? "," : "");
			append_json(out, json_array_get_element(a, i));
		}
		g_string_append_c(out, ']');
	} else if (json_node_get_value_type(node) == G_TYPE_DOUBLE) {
		g_ascii_formatd(text, sizeof(text), "%.6g", json_node_get_double(node));
		g_string_append(out, text);
	} else {
		other = json_to_string(node, FALSE);
		g_string_append(out, other);
	}
}

/* What JSONPath @path finds in the @n-th data of @html (from 0), as JSON, is @want. */
static inline void assert_page_data(const GString *html, unsigned n, const char *path,
				    const char *want)
{
	const char *begin = html->str, *end;
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(JsonNode) found = NULL;
	g_autoptr(GString) got = g_string_new(NULL);

	for (unsigned i = 0; i <= n; i++) {
		begin = strstr(begin, "<script type=\"application/json\"");
		ck_assert_ptr_nonnull(begin);
		begin = strchr(begin, '>') + 1;
	}
	end = strstr(begin, "</script>");
	ck_assert_ptr_nonnull(end);
	ck_assert(json_parser_load_from_data(parser, begin, end - begin, NULL));
	found = json_path_query(path, json_parser_get_root(parser), NULL);
	ck_assert_ptr_nonnull(found);
	append_json(got, found);
	ck_assert_msg(g_str_equal(got->str, want), "%s: %s, not %s", path, got->str, want);
}

#endif /* TESTS_SUPPORT_JSON_IN_PAGE_H */
