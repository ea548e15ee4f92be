/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading and writing messages of the network, byte by byte
 *
 * The guest's side has its own: sharing one with the server would hide its bugs from both. The
 * reader never leaves its buffer and remembers the first failure, so that a parser reads all
 * fields and asks once; the writer likewise. Numbers are big-endian whatever the CPU is, so these
 * run on the host as well.
 */
#ifndef FIRMWARE_LIB_BYTES_H
#define FIRMWARE_LIB_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/lib/string.h"

struct rd {
	const uint8_t *p;
	size_t left;
	bool bad; /* set by the first read that was too long, never cleared */
};

#define RD_INIT(buf, len)                                                                          \
	{                                                                                          \
		.p = (buf), .left = (len)                                                          \
	}

/* Return: the next @n bytes, NULL if there are not so many. */
static inline const uint8_t *rd_take(struct rd *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->bad || n > r->left) {
		r->bad = true;
		return NULL;
	}
	r->p += n;
	r->left -= n;
	return p;
}

static inline uint8_t rd_u8(struct rd *r)
{
	const uint8_t *p = rd_take(r, 1);

	return p ? *p : 0;
}

static inline uint16_t rd_be16(struct rd *r)
{
	const uint8_t *p = rd_take(r, 2);

	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t rd_be32(struct rd *r)
{
	uint32_t high = rd_be16(r);

	return high << 16 | rd_be16(r);
}

/* Return: a string that ends in a NUL inside of the buffer, NULL if none does. */
static inline const char *rd_cstr(struct rd *r)
{
	size_t n = strnlen((const char *)r->p, r->left);

	if (r->bad || n == r->left) {
		r->bad = true;
		return NULL;
	}
	return (const char *)rd_take(r, n + 1);
}

struct wr {
	uint8_t *p;
	size_t left;
	bool bad; /* something did not fit */
};

#define WR_INIT(buf, len)                                                                          \
	{                                                                                          \
		.p = (buf), .left = (len)                                                          \
	}

static inline void wr_bytes(struct wr *w, const void *buf, size_t n)
{
	if (w->bad || n > w->left) {
		w->bad = true;
		return;
	}
	if (n)
		memcpy(w->p, buf, n);
	w->p += n;
	w->left -= n;
}

static inline void wr_u8(struct wr *w, uint8_t v)
{
	wr_bytes(w, &v, 1);
}

static inline void wr_be16(struct wr *w, uint16_t v)
{
	const uint8_t b[] = { (uint8_t)(v >> 8), (uint8_t)v };

	wr_bytes(w, b, sizeof(b));
}

static inline void wr_be32(struct wr *w, uint32_t v)
{
	wr_be16(w, (uint16_t)(v >> 16));
	wr_be16(w, (uint16_t)v);
}

static inline void wr_zeros(struct wr *w, size_t n)
{
	while (n-- && !w->bad)
		wr_u8(w, 0);
}

/* A string with its NUL. */
static inline void wr_cstr(struct wr *w, const char *s)
{
	wr_bytes(w, s, strlen(s) + 1);
}

#endif /* FIRMWARE_LIB_BYTES_H */
