/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines in which a payload reports
 */
#include "harness/marker.h"

#include <stdbool.h>
#include <string.h>

#include "firmware/marker.h"

/* Take the characters up to one of @stop. */
static char *take_until(const char **p, const char *stop)
{
	size_t len = strcspn(*p, stop);
	char *word = g_strndup(*p, len);

	*p += len;
	return word;
}

/* A value in quotes; *p is behind the first one. NULL: no end, or a bad escape. */
static char *take_quoted(const char **p)
{
	g_autoptr(GString) s = g_string_new(NULL);
	const char *q = *p;

	for (; *q != '"'; q++) {
		if (!*q)
			return NULL;
		if (*q != '\\') {
			g_string_append_c(s, *q);
		} else if (q[1] == '"' || q[1] == '\\') {
			g_string_append_c(s, *++q);
		} else if (q[1] == 'x' && g_ascii_isxdigit(q[2]) && g_ascii_isxdigit(q[3])) {
			g_string_append_c(s, (char)(g_ascii_xdigit_value(q[2]) << 4 |
						    g_ascii_xdigit_value(q[3])));
			q += 3;
		} else {
			return NULL;
		}
	}
	*p = q + 1;
	return g_string_free(g_steal_pointer(&s), FALSE);
}

static bool take_pair(const char **p, GHashTable *values)
{
	g_autofree char *key = take_until(p, "= ");
	char *value;

	if (!*key || **p != '=')
		return false;
	++*p;
	if (**p == '"') {
		++*p;
		value = take_quoted(p);
	} else {
		value = take_until(p, " ");
	}
	if (!value)
		return false;
	g_hash_table_replace(values, g_steal_pointer(&key), value);
	return **p == ' ' || !**p;
}

GHashTable *marker_parse(const char *line, char **verb)
{
	g_autoptr(GHashTable) values =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *word = NULL;
	const char *p = strstr(line, MARKER_PREFIX);

	if (!p)
		return NULL;
	p += strlen(MARKER_PREFIX);
	word = take_until(&p, " ");
	while (*p) {
		if (*p == ' ')
			p++;
		else if (!take_pair(&p, values))
			return NULL;
	}
	if (verb)
		*verb = g_steal_pointer(&word);
	return g_steal_pointer(&values);
}
