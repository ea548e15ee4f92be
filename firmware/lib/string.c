/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory and string functions
 *
 * Copies and fills go in chunks of 256 bytes, for which the compiler emits a single MVC (or XC):
 * the emulator runs those at the host's speed, a loop over bytes at a hundredth of it. This file
 * must be compiled with -fno-tree-loop-distribute-patterns, or the loops would call themselves.
 */
#include "firmware/lib/string.h"

#include <stdint.h>

enum {
	CHUNK = 256, /* most that one MVC moves */
};

struct chunk {
	uint8_t b[CHUNK];
};

void *memcpy(void *restrict dst, const void *restrict src, size_t n)
{
	uint8_t *d = dst;
	const uint8_t *s = src;

	for (; n >= CHUNK; n -= CHUNK, d += CHUNK, s += CHUNK)
		*(struct chunk *)d = *(const struct chunk *)s;
	for (; n >= sizeof(uint64_t); n -= 8, d += 8, s += 8)
		__builtin_memcpy(d, s, sizeof(uint64_t));
	while (n--)
		*d++ = *s++;
	return dst;
}

/* For a destination that lies inside the source: from the end, eight bytes at a time. */
static void copy_down(uint8_t *d, const uint8_t *s, size_t n)
{
	while (n >= sizeof(uint64_t)) {
		uint64_t word;

		n -= sizeof(word);
		__builtin_memcpy(&word, s + n, sizeof(word));
		__builtin_memcpy(d + n, &word, sizeof(word));
	}
	while (n--)
		d[n] = s[n];
}

/* The other overlap: from the start; each word is read before the one it lies on is written. */
static void copy_up(uint8_t *d, const uint8_t *s, size_t n)
{
	for (; n >= sizeof(uint64_t); n -= 8, d += 8, s += 8) {
		uint64_t word;

		__builtin_memcpy(&word, s, sizeof(word));
		__builtin_memcpy(d, &word, sizeof(word));
	}
	while (n--)
		*d++ = *s++;
}

void *memmove(void *dst, const void *src, size_t n)
{
	uintptr_t d = (uintptr_t)dst, s = (uintptr_t)src;

	if (d - s >= n && s - d >= n)
		return memcpy(dst, src, n);
	if (d < s)
		copy_up(dst, src, n);
	else
		copy_down(dst, src, n);
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	uint8_t *d = dst;
	uint64_t word = (uint8_t)c * 0x0101010101010101u;

	if (!c)
		for (; n >= CHUNK; n -= CHUNK, d += CHUNK)
			*(struct chunk *)d = (struct chunk){ 0 };
	for (; n >= sizeof(word); n -= sizeof(word), d += sizeof(word))
		__builtin_memcpy(d, &word, sizeof(word));
	while (n--)
		*d++ = (uint8_t)c;
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *p = a, *q = b;

	for (; n; n--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

size_t strnlen(const char *s, size_t n_max)
{
	size_t n = 0;

	while (n < n_max && s[n])
		n++;
	return n;
}

size_t strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}
