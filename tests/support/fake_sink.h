/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A datagram_sink that keeps what was sent, and the words of TFTP to look at it
 *
 * Each expect_...() takes the oldest datagram that nobody has looked at yet. Bytes are taken apart
 * here by hand: the codec under test must not be its own witness.
 */
#ifndef TESTS_SUPPORT_FAKE_SINK_H
#define TESTS_SUPPORT_FAKE_SINK_H

#include <check.h>
#include <glib.h>

#include "server/datagram.h"

struct fake_sent {
	struct datagram d; /* its payload is in @bytes */
	GBytes *bytes;
};

struct fake_sink {
	struct datagram_sink sink;
	GQueue sent;           /* of struct fake_sent */
	struct fake_sent *now; /* the one that was taken last */
};

static inline void fake_sent_free(gpointer data)
{
	struct fake_sent *f = data;

	if (!f)
		return;
	g_bytes_unref(f->bytes);
	g_free(f);
}

static inline void fake_sink_send(void *self, const struct datagram *d)
{
	struct fake_sink *s = self;
	struct fake_sent *f = g_new0(struct fake_sent, 1);

	f->bytes = g_bytes_new(d->payload.p, d->payload.len);
	f->d = *d;
	f->d.payload.p = g_bytes_get_data(f->bytes, NULL);
	g_queue_push_tail(&s->sent, f);
}

static inline void fake_sink_init(struct fake_sink *s)
{
	*s = (struct fake_sink){ .sink = { fake_sink_send, s } };
	g_queue_init(&s->sent);
}

/* The oldest datagram; borrowed, until the next one is taken. */
static inline const struct datagram *expect_datagram(struct fake_sink *s)
{
	ck_assert_msg(s->sent.length > 0, "nothing was sent");
	fake_sent_free(s->now);
	s->now = g_queue_pop_head(&s->sent);
	return &s->now->d;
}

static inline void expect_nothing(struct fake_sink *s)
{
	ck_assert_msg(!s->sent.length, "%u datagrams were sent that nobody expected",
		      s->sent.length);
}

/* A test ends with this: nothing is left over. */
static inline void fake_sink_fini(struct fake_sink *s)
{
	expect_nothing(s);
	fake_sent_free(s->now);
}

/* Forget what was sent. */
static inline void fake_sink_clear(struct fake_sink *s)
{
	g_queue_clear_full(&s->sent, fake_sent_free);
}

static inline unsigned fake_be16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

/* A packet with this opcode and second number; what follows them. */
static inline struct slice expect_packet(struct fake_sink *s, unsigned op, unsigned number)
{
	struct slice p = expect_datagram(s)->payload;

	ck_assert_uint_ge(p.len, 4);
	ck_assert_msg(fake_be16(p.p) == op && fake_be16(p.p + 2) == number,
		      "opcode %u with %u, not %u with %u", fake_be16(p.p), fake_be16(p.p + 2), op,
		      number);
	return (struct slice){ p.p + 4, p.len - 4 };
}

/* DATA with @len bytes; they are borrowed, until the next datagram is taken. */
static inline struct slice expect_data(struct fake_sink *s, unsigned block, size_t len)
{
	struct slice data = expect_packet(s, 3, block);

	ck_assert_uint_eq(data.len, len);
	return data;
}

static inline void expect_error(struct fake_sink *s, unsigned code)
{
	struct slice message = expect_packet(s, 5, code);

	ck_assert_msg(message.len > 1 && !message.p[message.len - 1], "no message");
}

/* OACK with these names and values and no others, in this order: "blksize 1428 tsize 5000". */
static inline void expect_oack(struct fake_sink *s, const char *want)
{
	struct slice p = expect_datagram(s)->payload;
	g_autofree char *text = g_malloc(p.len + 1);

	ck_assert_uint_ge(p.len, 3);
	ck_assert_uint_eq(fake_be16(p.p), 6);
	ck_assert_uint_eq(p.p[p.len - 1], 0);
	memcpy(text, p.p + 2, p.len - 2);
	for (size_t i = 0; i < p.len - 3; i++)
		if (!text[i])
			text[i] = ' ';
	ck_assert_str_eq(text, want);
}

#endif /* TESTS_SUPPORT_FAKE_SINK_H */
