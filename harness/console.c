/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's console: bytes in, lines out
 */
#include "harness/console.h"

enum {
	LINE_MAX_LEN = 32 * 1024,     /* longer ones are cut: MARKER_LINE_MAX fits */
	RAW_MAX_LEN = 4 * 1024 * 1024 /* ours: a guest that prints for ever does not fill a disk */
};

enum escape {
	ESCAPE_NONE,
	ESCAPE_STARTED,  /* ESC came */
	ESCAPE_SEQUENCE, /* ESC [ came: ends with a letter (ECMA-48 5.4) */
};

struct Console {
	ConsoleLine on_line;
	void *self;
	GString *line;
	size_t cursor; /* in line */
	enum escape escape;
	GString *last;
	GString *raw;
};

Console *console_new(ConsoleLine on_line, void *self)
{
	Console *c = g_new0(Console, 1);

	c->on_line = on_line;
	c->self = self;
	c->line = g_string_new(NULL);
	c->last = g_string_new(NULL);
	c->raw = g_string_new(NULL);
	return c;
}

static bool is_blank(const GString *s)
{
	for (size_t i = 0; i < s->len; i++)
		if (s->str[i] != ' ')
			return false;
	return true;
}

static void remember(Console *c)
{
	if (!is_blank(c->line))
		g_string_assign(c->last, c->line->str);
}

static void end_line(Console *c, uint64_t now_ns)
{
	while (c->line->len && c->line->str[c->line->len - 1] == ' ')
		g_string_truncate(c->line, c->line->len - 1);
	remember(c);
	c->on_line(c->self, now_ns, c->line->str);
	g_string_truncate(c->line, 0);
	c->cursor = 0;
}

static void put(Console *c, char ch)
{
	if (c->cursor >= LINE_MAX_LEN)
		return;
	if (c->cursor < c->line->len)
		c->line->str[c->cursor] = ch;
	else
		g_string_append_c(c->line, ch);
	c->cursor++;
}

/*
 * Return: whether @ch was part of an escape sequence. A control character is not: it ends one that
 * was cut short, so that what follows is not lost.
 */
static bool skip_escape(Console *c, char ch)
{
	if ((unsigned char)ch < ' ' && ch != '\033') {
		c->escape = ESCAPE_NONE;
		return false;
	}
	switch (c->escape) {
	case ESCAPE_NONE:
		if (ch == '\033')
			c->escape = ESCAPE_STARTED;
		return ch == '\033';
	case ESCAPE_STARTED:
		if (ch != '\033')
			c->escape = ch == '[' ? ESCAPE_SEQUENCE : ESCAPE_NONE;
		return true;
	case ESCAPE_SEQUENCE:
		if (ch == '\033')
			c->escape = ESCAPE_STARTED;
		else if (ch >= '@' && ch <= '~')
			c->escape = ESCAPE_NONE;
		return true;
	}
	return false;
}

void console_input(Console *c, uint64_t now_ns, const char *buf, size_t len)
{
	if (c->raw->len < RAW_MAX_LEN)
		g_string_append_len(c->raw, buf, (gssize)MIN(len, RAW_MAX_LEN - c->raw->len));
	for (size_t i = 0; i < len; i++) {
		char ch = buf[i];

		if (skip_escape(c, ch))
			continue;
		if (ch == '\n')
			end_line(c, now_ns);
		else if (ch == '\r')
			c->cursor = 0;
		else if (ch == '\b')
			c->cursor -= c->cursor > 0;
		else if (ch == '\t')
			put(c, ' ');
		else if ((unsigned char)ch >= ' ' && ch != 0x7f)
			put(c, ch);
	}
}

void console_finish(Console *c, uint64_t now_ns)
{
	if (!is_blank(c->line))
		end_line(c, now_ns);
}

const char *console_last_line(const Console *c)
{
	if (!is_blank(c->line))
		return c->line->str;
	return c->last->len ? c->last->str : NULL;
}

const GString *console_raw(const Console *c)
{
	return c->raw;
}

void console_free(Console *c)
{
	if (!c)
		return;
	g_string_free(c->line, TRUE);
	g_string_free(c->last, TRUE);
	g_string_free(c->raw, TRUE);
	g_free(c);
}
