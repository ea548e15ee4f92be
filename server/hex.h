/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes that are written as pairs of hexadecimal digits
 */
#ifndef SERVER_HEX_H
#define SERVER_HEX_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The @n bytes that the 2 * @n digits of @text are. Return: false if one is no digit. */
static inline bool hex_decode(uint8_t *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int high = g_ascii_xdigit_value(text[2 * i]);
		int low = g_ascii_xdigit_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

#endif /* SERVER_HEX_H */
