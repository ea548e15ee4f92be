/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults in the middle of a transfer: what a client makes of an odd frame shows in its ACKs
 */
#include "harness/judge/block.h"

uint64_t block_end_ns(const Trace *t)
{
	const struct trace_event *e = judge_payload_event(t);

	return e ? e->t_ns : t->end_ns;
}

static bool is_plain(const struct trace_frame *f, block_is_odd *is)
{
	return f->to_guest && f->kind == FRAME_TFTP_DATA && !is(f);
}

static bool is_ack(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_TFTP_ACK;
}

/* The next plain block from frame @i on, number @block unless that is negative; NULL: none. */
static const struct trace_frame *next_plain(const Trace *t, guint i, guint *at, int block,
					    block_is_odd *is)
{
	const struct trace_frame *f;

	for (; (f = trace_frame(t, i)); i++)
		if (is_plain(f, is) && (block < 0 || f->block == block)) {
			*at = i;
			return f;
		}
	return NULL;
}

/* The first ACK of a block from frame @i up to @end; NULL: there is none. */
static const struct trace_frame *find_ack(const Trace *t, guint i, guint end, uint16_t block)
{
	const struct trace_frame *f;

	for (; i < end && (f = trace_frame(t, i)); i++)
		if (is_ack(f) && f->block == block)
			return f;
	return NULL;
}

uint16_t block_awaited(const Trace *t, guint i)
{
	while (i--)
		if (is_ack(trace_frame(t, i)))
			return (uint16_t)(trace_frame(t, i)->block + 1);
	return 1;
}

/* Whether it refuses the odd frame @odd at @i; else it is said what it does. */
static bool refuses(struct judgement *out, const Trace *t, guint i, block_is_odd *is)
{
	const struct trace_frame *odd = trace_frame(t, i), *ack;
	uint16_t block = block_awaited(t, i);
	guint at = t->frames->len;
	bool comes = next_plain(t, i, &at, block, is);

	ack = find_ack(t, i, at, block);
	if (ack) {
		judge_saw(out, JUDGE_SAW_BROKEN, ack,
			  "block %u is acknowledged before it came as it should", block);
		judge_add_frame(out, odd);
		return false;
	}
	if (comes && find_ack(t, at, t->frames->len, block))
		return true;
	judge_saw(out, JUDGE_SAW_BROKEN, odd, "block %u is not acknowledged any more", block);
	return false;
}

void block_refused(struct judgement *out, const Trace *t, const Trace *control, block_is_odd *is)
{
	const struct trace_frame *f, *first = NULL;
	unsigned n = 0;
	guint i;

	if (!judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is, &i); f; f = judge_next(t, i + 1, is, &i)) {
		if (!refuses(out, t, i, is))
			return;
		first = first ? first : f;
		n++;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, first, "none of %u such frame%s is acknowledged", n,
			  n == 1 ? "" : "s");
}

void block_taken(struct judgement *out, const Trace *t, const Trace *control, block_is_odd *is)
{
	const struct trace_frame *f, *first = NULL;
	unsigned n = 0;
	guint i, at;

	if (!judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is, &i); f; f = judge_next(t, at, is, &i)) {
		uint16_t block = block_awaited(t, i);

		if (!next_plain(t, i, &at, -1, is))
			at = t->frames->len;
		if (!find_ack(t, i, at, block)) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "block %u is not acknowledged%s", block,
				  at < t->frames->len ? " until it comes again as usual" : "");
			return;
		}
		first = first ? first : f;
		n++;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, first, "%u block%s acknowledged at once", n,
			  n == 1 ? " is" : "s are");
}

void block_survived(struct judgement *out, const Trace *t, const Trace *control, block_is_odd *is)
{
	const struct trace_frame *f;
	guint i;

	f = judge_next(t, 0, is, &i);
	if (!f)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

void block_survived_in_time(struct judgement *out, const Trace *t, const Trace *control,
			    block_is_odd *is)
{
	uint64_t took_ns = block_end_ns(t), usual_ns = block_end_ns(control);

	block_survived(out, t, control, is);
	if (out->saw == JUDGE_SAW_KEPT && took_ns > usual_ns + usual_ns / 2)
		judge_saw(out, JUDGE_SAW_BROKEN, NULL,
			  "it took %" G_GUINT64_FORMAT " ms, the control %" G_GUINT64_FORMAT,
			  took_ns / 1000000, usual_ns / 1000000);
}
