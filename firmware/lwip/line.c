/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line that a person types, without I/O
 */
#include "firmware/lwip/line.h"

enum {
	KEY_BACKSPACE = 0x08,
	KEY_CONTROL_U = 0x15,
	KEY_DEL = 0x7f,
};

static void take_back(struct line *l, struct text *echo)
{
	if (!l->len)
		return;
	l->text[--l->len] = '\0';
	text_add_str(echo, "\b \b");
}

bool line_input(struct line *l, char c, struct text *echo)
{
	if (c == '\r' || c == '\n')
		return true;
	if (c == KEY_BACKSPACE || c == KEY_DEL)
		take_back(l, echo);
	while (c == KEY_CONTROL_U && l->len)
		take_back(l, echo);
	if (c < ' ' || c == KEY_DEL || l->len == LINE_MAX_LEN)
		return false;
	l->text[l->len++] = c;
	l->text[l->len] = '\0';
	text_add_char(echo, c);
	return false;
}
