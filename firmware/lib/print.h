/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Console text, gathered and sent a line at a time
 *
 * Text goes to the console with print_line_end(), or when the buffer is full, so that a usual line
 * costs one request to the machine.
 */
#ifndef FIRMWARE_LIB_PRINT_H
#define FIRMWARE_LIB_PRINT_H

#include <stddef.h>
#include <stdint.h>

/**
 * print_str() - Add text as it is
 * @s:	NUL-terminated
 */
void print_str(const char *s);

/**
 * print_dec() - Add a number in decimal
 * @v:	The number
 */
void print_dec(uint64_t v);

/**
 * print_hex() - Add a number in lower-case hex, without 0x
 * @v:		The number
 * @n_digits:	At least so many digits, 16 at most; 1 for a number without leading zeros
 */
void print_hex(uint64_t v, unsigned n_digits);

/**
 * print_quoted() - Add bytes as a quoted value of a marker (firmware/marker.h)
 * @text:	Any bytes, NUL included
 * @len:	Their number
 */
void print_quoted(const char *text, size_t len);

/**
 * print_line_end() - Add CR LF and send what was gathered
 *
 * Return: 0, or an sclp_error if anything since the line's start was not taken.
 */
int print_line_end(void);

#endif /* FIRMWARE_LIB_PRINT_H */
