/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of a journal's line, one after the other
 *
 * Reads what server/journal.c writes, which is JSON without blanks, arrays and objects inside.
 */
#include "reports/journal_line.h"

#include <glib.h>
#include <string.h>

enum {
	SYMBOL_FOR_ZERO = 0x2400,
};

static bool take(struct journal_line *l, char c)
{
	if (l->p == l->end || *l->p != c)
		return false;
	l->p++;
	return true;
}

/* What is between quotes. */
static bool take_text(struct journal_line *l, const char **text, size_t *len)
{
	if (!take(l, '"'))
		return false;
	*text = l->p;
	while (l->p < l->end && *l->p != '"')
		l->p += *l->p == '\\' && l->end - l->p > 1 ? 2 : 1;
	*len = (size_t)(l->p - *text);
	return take(l, '"');
}

/* A number, or a word. */
static void take_word(struct journal_line *l, const char **text, size_t *len)
{
	*text = l->p;
	while (l->p < l->end && *l->p != ',' && *l->p != '}')
		l->p++;
	*len = (size_t)(l->p - *text);
}

bool journal_line_init(struct journal_line *l, const char *line, size_t len)
{
	*l = (struct journal_line){ line, line + len };
	return take(l, '{');
}

bool journal_line_next(struct journal_line *l, struct journal_field *f)
{
	take(l, ',');
	if (!take_text(l, &f->key, &f->key_len) || !take(l, ':') || l->p == l->end)
		return false;
	f->is_text = *l->p == '"';
	if (f->is_text)
		return take_text(l, &f->value, &f->value_len);
	take_word(l, &f->value, &f->value_len);
	return f->value_len;
}

bool journal_field_is(const struct journal_field *f, const char *key)
{
	return f->key_len == strlen(key) && !memcmp(f->key, key, f->key_len);
}

uint64_t journal_field_u64(const struct journal_field *f)
{
	uint64_t v = 0;

	for (size_t i = 0; i < f->value_len; i++) {
		if (f->is_text || !g_ascii_isdigit(f->value[i]) || v > UINT64_MAX / 10 - 1)
			return 0;
		v = v * 10 + (uint64_t)(f->value[i] - '0');
	}
	return v;
}

/* What is behind "\u"; 0 if that is none. */
static gunichar code_point(const char *p, const char *end)
{
	gunichar c = 0;

	if (end - p < 4)
		return 0;
	for (int i = 0; i < 4; i++) {
		if (!g_ascii_isxdigit(p[i]))
			return 0;
		c = c << 4 | (gunichar)g_ascii_xdigit_value(p[i]);
	}
	return c ? c : SYMBOL_FOR_ZERO;
}

char *journal_field_text(const struct journal_field *f)
{
	GString *s = g_string_sized_new(f->value_len);
	const char *p = f->value, *end = p + f->value_len;

	while (p < end) {
		gunichar c;

		if (*p != '\\' || end - p < 2) {
			g_string_append_c(s, *p++);
			continue;
		}
		c = p[1] == 'u' ? code_point(p + 2, end) : 0;
		if (c)
			g_string_append_unichar(s, c);
		else
			g_string_append_c(s, p[1]);
		p += c ? 6 : 2;
	}
	return g_string_free(s, FALSE);
}
