/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames between two places, and what is done to them on the way
 */
#include "server/hop.h"

#include "server/datagram.h"

struct Hop {
	Impair *impair; /* NULL: frames come out at once */
	hop_out_fn out;
	void *self;
	GSequence *travelling; /* of struct delivery, by time */
	uint64_t order;        /* of the next one in there */
	struct frame_flows flows;
	struct frame frame; /* scratch: large */
};

static void delivery_free(void *delivery)
{
	struct delivery *d = delivery;

	g_bytes_unref(d->frame);
	g_free(d);
}

Hop *hop_new(Impair *impair, hop_out_fn out, void *self)
{
	Hop *h = g_new0(Hop, 1);

	h->impair = impair;
	h->out = out;
	h->self = self;
	h->travelling = g_sequence_new(delivery_free);
	return h;
}

bool hop_is_idle(const Hop *h)
{
	return !h->impair;
}

static int by_time(const void *a, const void *b, void *unused)
{
	const struct delivery *x = a, *y = b;

	(void)unused;
	if (x->due_ns != y->due_ns)
		return x->due_ns < y->due_ns ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Takes @deliveries. */
static void travel(Hop *h, GPtrArray *deliveries)
{
	for (unsigned i = 0; i < deliveries->len; i++) {
		const struct delivery *d = deliveries->pdata[i];
		struct delivery *mine = g_new(struct delivery, 1);

		*mine = *d;
		g_bytes_ref(mine->frame);
		mine->order = h->order++;
		g_sequence_insert_sorted(h->travelling, mine, by_time, NULL);
	}
	g_ptr_array_unref(deliveries);
}

int hop_enter(Hop *h, uint64_t now_ns, enum packet_dir dir, const uint8_t *frame, size_t len,
	      char **comment)
{
	if (!h->impair)
		return h->out(h->self, now_ns, dir, frame, len);
	frame_decode(&h->frame, &h->flows, frame, len);
	travel(h, impair_send(h->impair, now_ns, dir, frame, len, &h->frame, comment));
	return 0;
}

int hop_step(Hop *h, uint64_t now_ns)
{
	int r = 0;

	if (h->impair && impair_deadline_ns(h->impair) <= now_ns)
		travel(h, impair_step(h->impair, now_ns));
	while (r == 0 && !g_sequence_is_empty(h->travelling)) {
		GSequenceIter *first = g_sequence_get_begin_iter(h->travelling);
		struct delivery d = *(struct delivery *)g_sequence_get(first);
		size_t len;
		const uint8_t *frame;

		if (d.due_ns > now_ns)
			break;
		g_bytes_ref(d.frame);
		g_sequence_remove(first); /* before it comes out: that may bring others in */
		frame = g_bytes_get_data(d.frame, &len);
		r = h->out(h->self, now_ns, d.dir, frame, len);
		g_bytes_unref(d.frame);
	}
	return r;
}

uint64_t hop_deadline_ns(const Hop *h)
{
	uint64_t due_ns = h->impair ? impair_deadline_ns(h->impair) : DEADLINE_NEVER;

	if (!g_sequence_is_empty(h->travelling)) {
		const struct delivery *d = g_sequence_get(g_sequence_get_begin_iter(h->travelling));

		due_ns = MIN(due_ns, d->due_ns);
	}
	return due_ns;
}

struct impair_counts hop_counts(const Hop *h, enum packet_dir dir)
{
	return h->impair ? impair_counts(h->impair, dir) : (struct impair_counts){ 0, 0 };
}

void hop_free(Hop *h)
{
	if (!h)
		return;
	g_sequence_free(h->travelling);
	impair_free(h->impair);
	g_free(h);
}
