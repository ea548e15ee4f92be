/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes written as text, for test vectors
 */
#ifndef TESTS_SUPPORT_HEX_H
#define TESTS_SUPPORT_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/*
 * "45 00 001c" to bytes; blanks are skipped. At most @cap bytes; anything that is no hex digit
 * ends the program, since a broken vector proves nothing.
 */
static inline size_t hex_parse(uint8_t *out, size_t cap, const char *text)
{
	size_t n = 0;
	unsigned nibbles = 0, v = 0;

	for (; *text; text++) {
		char c = *text;

		if (c == ' ')
			continue;
		if (c >= '0' && c <= '9')
			v = v << 4 | (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (unsigned)(c - 'a' + 10);
		else
			abort();
		if (++nibbles % 2)
			continue;
		if (n == cap)
			abort();
		out[n++] = (uint8_t)v;
		v = 0;
	}
	if (nibbles % 2)
		abort();
	return n;
}

#endif /* TESTS_SUPPORT_HEX_H */
