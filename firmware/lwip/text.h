/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text of bounded length: what names, paths and command lines are built in
 *
 * A text remembers that something did not fit, so that a caller asks once, at the end. Slices are
 * pieces of somebody else's text.
 */
#ifndef FIRMWARE_LWIP_TEXT_H
#define FIRMWARE_LWIP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed, without a NUL. */
struct slice {
	const char *p;
	size_t len;
};

#define SLICE(literal)                                                                             \
	(struct slice)                                                                             \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

struct text {
	char *p; /* always ends in a NUL */
	size_t len;
	size_t size;   /* of the buffer */
	bool too_long; /* something did not fit */
};

#define TEXT_INIT(buf)                                                                             \
	{                                                                                          \
		.p = (buf), .size = sizeof(buf)                                                    \
	}

/* Make it empty. */
void text_clear(struct text *t);

void text_add(struct text *t, struct slice s);
void text_add_str(struct text *t, const char *s);
void text_add_char(struct text *t, char c);
void text_add_dec(struct text *t, uint64_t v);
void text_add_ip4(struct text *t, uint32_t address);

/* In hex with at least @n_digits; letters from @digits, "0123456789abcdef" or the like. */
void text_add_hex(struct text *t, uint64_t v, unsigned n_digits, const char *digits);

extern const char text_hex_lower[], text_hex_upper[];

/* What a hexadecimal digit of either case is worth; -1: it is none. */
int text_hex_digit(char c);

struct slice slice_of(const char *s);

/* Whether two are the same; letters of either case are. */
bool slice_is(struct slice s, const char *word);
bool slice_equal(struct slice a, struct slice b);

/* Whether @s begins like this, in either case. */
bool slice_has_prefix(struct slice s, const char *prefix);

/* Without blanks and tabs at either end. */
struct slice slice_trim(struct slice s);

/**
 * slice_take_word() - Take the first word
 * @s:	Blanks before it are dropped; left with what follows the word, without blanks before it
 *
 * Return: the word, empty at the end.
 */
struct slice slice_take_word(struct slice *s);

/**
 * slice_take_until() - Take what stands before a character
 * @s:	Left with what follows it, empty if it is not there
 * @c:	The character
 *
 * Return: what stands before it, all if it is not there.
 */
struct slice slice_take_until(struct slice *s, char c);

/**
 * slice_to_u64() - Read a number
 * @v:	Filled
 * @s:	Decimal, or hex after 0x, and nothing else
 *
 * Return: whether it is one.
 */
bool slice_to_u64(uint64_t *v, struct slice s);

/* Read an address of four decimal parts. Return: whether it is one. */
bool slice_to_ip4(uint32_t *address, struct slice s);

#endif /* FIRMWARE_LWIP_TEXT_H */
