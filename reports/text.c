/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words and numbers for people
 */
#include "reports/text.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* SGR parameters (ECMA-48 8.3.117); the eight old colours, which every terminal has. */
static const char *const sgr[] = {
	[TEXT_PLAIN] = NULL, [TEXT_STRONG] = "1",  [TEXT_DIM] = "2",       [TEXT_GOOD] = "32",
	[TEXT_BAD] = "31",   [TEXT_BROKEN] = "35", [TEXT_DOUBTFUL] = "33",
};
static_assert(sizeof(sgr) / sizeof(sgr[0]) == TEXT_N_STYLES, "one row for each style");

static bool is_harmless(gunichar c)
{
	GUnicodeType type = g_unichar_type(c);

	return g_unichar_isprint(c) && type != G_UNICODE_LINE_SEPARATOR &&
	       type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

/* @quote: the one around it; 0: none */
static void append_escaped(GString *s, const char *text, char quote)
{
	while (*text) {
		gunichar c = g_utf8_get_char_validated(text, -1);

		if (c == (gunichar)-1 || c == (gunichar)-2) {
			g_string_append_printf(s, "\\x%02x", (unsigned char)*text++);
			continue;
		}
		if (quote && (c == (gunichar)quote || c == '\\'))
			g_string_append_printf(s, "\\%c", (char)c);
		else if (is_harmless(c))
			g_string_append_unichar(s, c);
		else
			g_string_append_printf(s, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
		text = g_utf8_next_char(text);
	}
}

void text_append_safe(GString *s, const char *text)
{
	append_escaped(s, text, 0);
}

void text_append_quoted(GString *s, const char *text)
{
	char quote = strchr(text, '\'') && !strchr(text, '"') ? '"' : '\'';

	g_string_append_c(s, quote);
	append_escaped(s, text, quote);
	g_string_append_c(s, quote);
}

char *text_safe(const char *text)
{
	GString *s = g_string_new(NULL);

	text_append_safe(s, text);
	return g_string_free(s, FALSE);
}

/* A code point, or NO_UTF8 and a byte. */
#define NO_UTF8 UINT32_C(0x80000000)

static uint32_t take_unit(const char **text)
{
	gunichar c = g_utf8_get_char_validated(*text, -1);

	if (c == (gunichar)-1 || c == (gunichar)-2)
		return NO_UTF8 | (unsigned char)*(*text)++;
	*text = g_utf8_next_char(*text);
	return c;
}

static void put_unit(GArray *units, unsigned at, uint32_t unit)
{
	if (at < units->len)
		g_array_index(units, uint32_t, at) = unit;
	else
		g_array_append_val(units, unit);
}

static char *join_units(const GArray *units)
{
	GString *s = g_string_sized_new(units->len);

	for (unsigned i = 0; i < units->len; i++) {
		uint32_t unit = g_array_index(units, uint32_t, i);

		if (unit & NO_UTF8)
			g_string_append_c(s, (char)(unit & 0xff));
		else
			g_string_append_unichar(s, unit);
	}
	return g_string_free(s, FALSE);
}

char *text_overstrike(const char *line)
{
	g_autoptr(GArray) units = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	unsigned at = 0;

	while (*line) {
		uint32_t unit = take_unit(&line);

		if (unit == '\r')
			at = 0;
		else if (unit == '\b')
			at -= at > 0;
		else
			put_unit(units, at++, unit);
	}
	return join_units(units);
}

void text_append_styled(GString *s, bool colour, enum text_style style, const char *text,
			unsigned width)
{
	if (colour && sgr[style])
		g_string_append_printf(s, "\033[%sm%s\033[0m", sgr[style], text);
	else
		g_string_append(s, text);
	for (unsigned i = text_width(text); i < width; i++)
		g_string_append_c(s, ' ');
}

/* @value / @unit, rounded to @n_decimals; @value times 100 must not wrap if there are any. */
static void append_ratio(GString *s, uint64_t value, uint64_t unit, unsigned n_decimals)
{
	static const unsigned scale[] = { 1, 10, 100 };
	uint64_t whole = value / unit, rest = value % unit;
	uint64_t part = (rest * scale[n_decimals] + unit / 2) / unit;

	whole += part / scale[n_decimals];
	part %= scale[n_decimals];
	g_string_append_printf(s, "%" PRIu64, whole);
	if (n_decimals)
		g_string_append_printf(s, ".%0*" PRIu64, (int)n_decimals, part);
}

void text_append_duration(GString *s, uint64_t ns)
{
	bool seconds = ns >= 999500 * (NS_PER_MS / 1000);
	uint64_t unit = seconds ? NS_PER_S : NS_PER_MS;
	unsigned n_decimals = 0;

	if (ns < 10 * unit - unit / 200)
		n_decimals = 2;
	else if (ns < 100 * unit - unit / 20)
		n_decimals = 1;
	append_ratio(s, ns, unit, n_decimals);
	g_string_append(s, seconds ? " s" : " ms");
}

void text_append_ms(GString *s, uint64_t ns)
{
	uint64_t us = ns / 1000 + (ns % 1000 >= 500);

	g_string_append_printf(s, "%" PRIu64 ".%03" PRIu64 " ms", us / 1000, us % 1000);
}

void text_append_size(GString *s, uint64_t bytes)
{
	static const char *const names[] = { "kB", "MB", "GB" };
	uint64_t unit = 1000;
	size_t i = 0;

	if (bytes < 1000) {
		g_string_append_printf(s, "%u byte%s", (unsigned)bytes, bytes == 1 ? "" : "s");
		return;
	}
	while (i + 1 < G_N_ELEMENTS(names) && bytes >= 1000 * unit - unit / 20) {
		unit *= 1000;
		i++;
	}
	append_ratio(s, bytes, unit, 1);
	g_string_append_printf(s, " %s", names[i]);
}

unsigned text_width(const char *text)
{
	unsigned width = 0;

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (!g_unichar_iszerowidth(c))
			width += g_unichar_iswide(c) ? 2 : 1;
	}
	return width;
}
