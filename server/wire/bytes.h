/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading and writing bytes of the wire
 *
 * The only place that knows byte order. A reader refuses to leave its buffer and remembers the
 * first failure, so a decoder reads all its fields and asks once. A writer does the same when its
 * buffer is full. Nothing is ever overlaid with a struct.
 */
#ifndef SERVER_WIRE_BYTES_H
#define SERVER_WIRE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Some bytes that belong to somebody else; @p is NULL only when @len is 0. */
struct slice {
	const uint8_t *p;
	size_t len;
};

/* A walk over received bytes. */
struct rd {
	const uint8_t *p;
	size_t left;
	bool bad; /* set by the first short read, never cleared */
};

#define RD_INIT(buf, n) ((struct rd){ .p = (buf), .left = (n) })

/* Take the next @n bytes; NULL, and r->bad, when there are fewer. */
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

	return p ? p[0] : 0;
}

static inline uint16_t rd_be16(struct rd *r)
{
	const uint8_t *p = rd_take(r, 2);

	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t rd_be32(struct rd *r)
{
	const uint8_t *p = rd_take(r, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

static inline uint64_t rd_be64(struct rd *r)
{
	uint64_t high = rd_be32(r);

	return high << 32 | rd_be32(r);
}

/* Copy the next @n bytes out; @dst is left alone when there are fewer. */
static inline void rd_copy(struct rd *r, void *dst, size_t n)
{
	const uint8_t *p = rd_take(r, n);

	if (p)
		memcpy(dst, p, n);
}

/* The next @n bytes as a slice; empty, and r->bad, when there are fewer. */
static inline struct slice rd_slice(struct rd *r, size_t n)
{
	const uint8_t *p = rd_take(r, n);

	return (struct slice){ .p = p, .len = p ? n : 0 };
}

/* All that is left. */
static inline struct slice rd_rest(struct rd *r)
{
	return rd_slice(r, r->left);
}

/* The bytes up to the next NUL, which is consumed and not part of the slice; bad without one. */
static inline struct slice rd_cstr(struct rd *r)
{
	const uint8_t *nul = r->bad || !r->left ? NULL : memchr(r->p, 0, r->left);
	struct slice s = { .p = r->p };

	if (!nul) {
		r->bad = true;
		return (struct slice){ 0 };
	}
	s.len = (size_t)(nul - r->p);
	rd_take(r, s.len + 1);
	return s;
}

/* A walk over a buffer to be filled. */
struct wr {
	uint8_t *p;
	size_t left;
	bool bad; /* set by the first write that did not fit, never cleared */
};

#define WR_INIT(buf, n) ((struct wr){ .p = (buf), .left = (n) })

/* Reserve the next @n bytes; NULL, and w->bad, when they do not fit. */
static inline uint8_t *wr_take(struct wr *w, size_t n)
{
	uint8_t *p = w->p;

	if (w->bad || n > w->left) {
		w->bad = true;
		return NULL;
	}
	w->p += n;
	w->left -= n;
	return p;
}

static inline void wr_u8(struct wr *w, uint8_t v)
{
	uint8_t *p = wr_take(w, 1);

	if (p)
		p[0] = v;
}

static inline void wr_be16(struct wr *w, uint16_t v)
{
	uint8_t *p = wr_take(w, 2);

	if (p) {
		p[0] = (uint8_t)(v >> 8);
		p[1] = (uint8_t)v;
	}
}

static inline void wr_be32(struct wr *w, uint32_t v)
{
	wr_be16(w, (uint16_t)(v >> 16));
	wr_be16(w, (uint16_t)v);
}

static inline void wr_be64(struct wr *w, uint64_t v)
{
	wr_be32(w, (uint32_t)(v >> 32));
	wr_be32(w, (uint32_t)v);
}

static inline void wr_bytes(struct wr *w, const void *src, size_t n)
{
	uint8_t *p = wr_take(w, n);

	if (p && n)
		memcpy(p, src, n);
}

static inline void wr_zeros(struct wr *w, size_t n)
{
	uint8_t *p = wr_take(w, n);

	if (p)
		memset(p, 0, n);
}

/* @s and its NUL. */
static inline void wr_cstr(struct wr *w, const char *s)
{
	wr_bytes(w, s, strlen(s) + 1);
}

#endif /* SERVER_WIRE_BYTES_H */
