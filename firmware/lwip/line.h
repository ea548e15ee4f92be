/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line that a person types, without I/O
 */
#ifndef FIRMWARE_LWIP_LINE_H
#define FIRMWARE_LWIP_LINE_H

#include <stdbool.h>

#include "firmware/lwip/text.h"

enum {
	LINE_MAX_LEN = 1024, /* more is not taken */
};

struct line {
	char text[LINE_MAX_LEN + 1]; /* ends in a NUL */
	size_t len;
};

/**
 * line_input() - Take a character
 * @l:		The line; begins with zeros
 * @c:		What was typed: CR or LF ends it, backspace and DEL take one back, control-U all
 * @echo:	What the screen is to show for it is added
 *
 * Return: whether the line is complete.
 */
bool line_input(struct line *l, char c, struct text *echo);

#endif /* FIRMWARE_LWIP_LINE_H */
