/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON, written into a text as it comes
 */
#include "reports/json_out.h"

#include <inttypes.h>
#include <stdarg.h>

void json_append_text(GString *out, const char *text)
{
	const char *p, *valid_end;

	if (!text) {
		g_string_append(out, "null");
		return;
	}
	g_utf8_validate(text, -1, &valid_end);
	g_string_append_c(out, '"');
	for (p = text; *p; p = p < valid_end ? g_utf8_next_char(p) : p + 1) {
		gunichar c = p < valid_end ? g_utf8_get_char(p) : (unsigned char)*p;

		if (c < 0x20 || (c >= 0x7f && c < 0xa0))
			g_string_append_printf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			g_string_append_printf(out, "\\%c", (char)c);
		else
			g_string_append_unichar(out, c);
	}
	g_string_append_c(out, '"');
}

void json_append_decimal(GString *out, uint64_t value, uint64_t unit)
{
	int n_digits = 0;

	for (uint64_t u = unit; u >= 10; u /= 10)
		n_digits++;
	g_string_append_printf(out, "%" PRIu64, value / unit);
	if (n_digits)
		g_string_append_printf(out, ".%0*" PRIu64, n_digits, value % unit);
}

/* What stands before a value. */
static void item(struct json_out *j, const char *key)
{
	if (j->has_item)
		g_string_append_c(j->s, ',');
	j->has_item = true;
	if (!key)
		return;
	json_append_text(j->s, key);
	g_string_append_c(j->s, ':');
}

static void begin(struct json_out *j, const char *key, char bracket)
{
	bool in_list = j->s->len && !key;

	item(j, key);
	if (in_list)
		g_string_append_c(j->s, '\n');
	g_string_append_c(j->s, bracket);
	j->has_item = false;
}

static void end(struct json_out *j, char bracket)
{
	g_string_append_c(j->s, bracket);
	j->has_item = true;
}

void json_begin_object(struct json_out *j, const char *key)
{
	begin(j, key, '{');
}

void json_end_object(struct json_out *j)
{
	end(j, '}');
}

void json_begin_list(struct json_out *j, const char *key)
{
	begin(j, key, '[');
}

void json_end_list(struct json_out *j)
{
	end(j, ']');
}

void json_text(struct json_out *j, const char *key, const char *text)
{
	if (!text)
		return;
	item(j, key);
	json_append_text(j->s, text);
}

void json_printf(struct json_out *j, const char *key, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	json_text(j, key, text);
}

void json_count(struct json_out *j, const char *key, uint64_t value)
{
	item(j, key);
	g_string_append_printf(j->s, "%" PRIu64, value);
}

void json_bool(struct json_out *j, const char *key, bool value)
{
	item(j, key);
	g_string_append(j->s, value ? "true" : "false");
}

void json_double(struct json_out *j, const char *key, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	item(j, key);
	g_string_append(j->s, g_ascii_formatd(text, sizeof(text), "%.9g", value));
}

void json_decimal(struct json_out *j, const char *key, uint64_t value, uint64_t unit)
{
	item(j, key);
	json_append_decimal(j->s, value, unit);
}
