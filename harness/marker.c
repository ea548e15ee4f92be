/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines in which a payload reports
 */
#include "harness/marker.h"

#include <stdbool.h>
#include <string.h>

#include "firmware/marker.h"

static bool is_bare(char c)
{
	return c > ' ' && c <= '~' && c != '"' && c != '\\';
}

static bool is_of_key(char c)
{
	return g_ascii_islower(c) || g_ascii_isdigit(c) || c == '_';
}

/* Take the characters that are in a class. NULL: there is none. */
static char *take_word(const char **p, bool (*is_in)(char c))
{
	const char *start = *p;

	while (is_in(**p))
		++*p;
	return *p > start ? g_strndup(start, (size_t)(*p - start)) : NULL;
}

/* The byte of "\xHH"; 0 if it is none, and for the NUL that no value holds. */
static char escaped_byte(const char *q)
{
	if (q[1] != 'x' || !g_ascii_isxdigit(q[2]) || g_ascii_isupper(q[2]) ||
	    !g_ascii_isxdigit(q[3]) || g_ascii_isupper(q[3]))
		return 0;
	return (char)(g_ascii_xdigit_value(q[2]) << 4 | g_ascii_xdigit_value(q[3]));
}

/* A value in quotes; *p is behind the first one. NULL: no end, or what must be escaped. */
static char *take_quoted(const char **p)
{
	g_autoptr(GString) s = g_string_new(NULL);
	const char *q = *p;

	for (; *q != '"'; q++) {
		if (*q < ' ' || *q > '~') /* the end of the line as well */
			return NULL;
		if (*q != '\\') {
			g_string_append_c(s, *q);
		} else if (q[1] == '"' || q[1] == '\\') {
			g_string_append_c(s, *++q);
		} else if (escaped_byte(q)) {
			g_string_append_c(s, escaped_byte(q));
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
	g_autofree char *key = take_word(p, is_of_key);
	char *value;

	if (!key || **p != '=')
		return false;
	++*p;
	if (**p == '"') {
		++*p;
		value = take_quoted(p);
	} else {
		value = take_word(p, is_bare);
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
	word = take_word(&p, is_bare);
	if (!word)
		return NULL;
	while (*p)
		if (*p++ != ' ' || !take_pair(&p, values))
			return NULL;
	if (verb)
		*verb = g_steal_pointer(&word);
	return g_steal_pointer(&values);
}
