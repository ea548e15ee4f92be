/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of a TFTP client's blocks: in order, lost, copied, late, broken (RFC 1350, 1123, 7440)
 */
#include "harness/judge/areas.h"
#include "harness/judge/tftp.h"

/* --- lock step -------------------------------------------------------------------------------- */

/* The first ACK of a block that did not come, or not in order; NULL: there is none. */
static const struct trace_frame *early_ack(const struct tftp_transfer *x, uint16_t *got,
					   unsigned *n)
{
	*got = 0;
	for (const struct trace_frame *f = x->rrq; f < x->end; f++) {
		if (!tftp_transfer_has(x, f))
			continue;
		if (f->kind == FRAME_TFTP_DATA && f->block == (uint16_t)(*got + 1))
			*got = f->block;
		if (f->kind != FRAME_TFTP_ACK)
			continue;
		if ((uint16_t)(f->block - *got) - 1u < 0x7fff)
			return f;
		*n += f->block != 0;
	}
	return NULL;
}

/* Whether the network made up packets: which of them is taken for a block is for other checks. */
static bool has_made_up(const Trace *t)
{
	static const char *const events[] = { "impair.forge", "impair.rewrite", "impair.inject",
					      "impair.fragment" };

	for (size_t i = 0; i < G_N_ELEMENTS(events); i++)
		if (trace_event(t, events[i], NULL))
			return true;
	return false;
}

static void lock_step(struct judgement *out, const Trace *t)
{
	struct tftp_transfer x = { 0 };
	unsigned n = 0;

	if (has_made_up(t))
		return;
	while (tftp_transfer_next(&x, t)) {
		const struct trace_frame *f;
		uint16_t got;

		f = early_ack(&x, &got, &n);
		if (!f)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, f, "ACK %u, but all in order came up to block %u",
			  f->block, got);
		return;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, NULL, "%u ACKs, none of a block that had not come",
			  n);
}

/* --- copies and delays ------------------------------------------------------------------------ */

static unsigned count(const struct tftp_transfer *x, const struct trace_frame *from,
		      enum frame_kind kind, uint16_t block)
{
	unsigned n = 0;

	for (; from < x->end; from++)
		n += from->kind == kind && from->block == block && tftp_transfer_has(x, from);
	return n;
}

/* Whether a block of the transfer gets more ACKs than it comes. */
static const struct trace_frame *too_many_acks(const struct tftp_transfer *x)
{
	for (const struct trace_frame *f = x->rrq; f < x->end; f++)
		if (f->kind == FRAME_TFTP_ACK && f->block && tftp_transfer_has(x, f) &&
		    count(x, x->rrq, FRAME_TFTP_ACK, f->block) >
			    count(x, x->rrq, FRAME_TFTP_DATA, f->block))
			return f;
	return NULL;
}

/* As many ACKs as blocks at most: what grows, grows without end. */
static void no_growth(struct judgement *out, const Trace *t, const Trace *control,
		      const char *event)
{
	struct tftp_transfer x = { 0 };
	const struct trace_frame *f;

	tftp_survives(out, t, control, event);
	while (out->saw == JUDGE_SAW_KEPT && tftp_transfer_next(&x, t)) {
		f = too_many_acks(&x);
		if (f)
			judge_saw(out, JUDGE_SAW_BROKEN, f, "ACK %u comes more often than block %u",
				  f->block, f->block);
	}
}

static void after_late_ack(struct judgement *out, const Trace *t, const Trace *control)
{
	no_growth(out, t, control, "impair.delay");
}

static void after_burst(struct judgement *out, const Trace *t, const Trace *control)
{
	no_growth(out, t, control, "impair.duplicate");
}

/* On a long way nothing is lost: no block has to come three times. */
static void long_way(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tftp_transfer x = { 0 };

	judge_same_payload(out, t, control);
	while (out->saw == JUDGE_SAW_KEPT && tftp_transfer_next(&x, t))
		for (const struct trace_frame *f = x.rrq; f < x.end; f++)
			if (f->kind == FRAME_TFTP_DATA &&
			    count(&x, f, FRAME_TFTP_DATA, f->block) > 2) {
				judge_saw(out, JUDGE_SAW_BROKEN, f,
					  "block %u comes %u times, though nothing is lost",
					  f->block, count(&x, f, FRAME_TFTP_DATA, f->block));
				return;
			}
}

TFTP_SURVIVES(comes_twice, "impair.duplicate")
TFTP_SURVIVES(old_block, "impair.forge")
TFTP_SURVIVES_OR_REFUSES(future_block, "impair.forge")
TFTP_SURVIVES(is_lost, "impair.drop")
TFTP_SURVIVES(is_slow, "impair.delay")

/* --- what is no block ------------------------------------------------------------------------- */

/* A block longer than was agreed on. */
static const struct trace_frame *find_oversize(const Trace *t)
{
	struct tftp_transfer x = { 0 };

	while (tftp_transfer_next(&x, t))
		for (const struct trace_frame *f = x.rrq; f < x.end; f++)
			if (f->kind == FRAME_TFTP_DATA && tftp_transfer_has(&x, f) &&
			    f->data_len > x.blksize)
				return f;
	return NULL;
}

static void oversize(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f = find_oversize(t), *answer;

	(void)control;
	if (!f)
		return;
	answer = tftp_answer(t, f);
	if (answer && answer->kind == FRAME_TFTP_ACK && answer->block >= f->block)
		judge_saw(out, JUDGE_SAW_BROKEN, answer, "a block of %zu bytes is acknowledged",
			  f->data_len);
	else
		judge_saw(out, JUDGE_SAW_KEPT, answer ? answer : f, "a block of %zu bytes is %s",
			  f->data_len, answer ? "refused" : "dropped");
	judge_add_frame(out, f);
}

/* --- windows ---------------------------------------------------------------------------------- */

/* The first ACK of a transfer that is neither of a window's end nor of the last block. */
static const struct trace_frame *odd_ack(const struct tftp_transfer *x, unsigned *n)
{
	const struct trace_frame *last = tftp_last_block(x);
	uint16_t acked = 0;

	for (const struct trace_frame *f = x->rrq; f < x->end; f++) {
		if (f->kind != FRAME_TFTP_ACK || !f->block || !tftp_transfer_has(x, f))
			continue;
		if ((uint16_t)(f->block - acked) != x->window && (!last || f->block != last->block))
			return f;
		acked = f->block;
		++*n;
	}
	return NULL;
}

static void window_ends(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tftp_transfer x = { 0 };
	unsigned n = 0;

	(void)control;
	while (tftp_transfer_next(&x, t)) {
		const struct trace_frame *f = x.window > 1 ? odd_ack(&x, &n) : NULL;

		if (!f)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, f,
			  "ACK %u is neither of the end of a window of %u nor of the last block",
			  f->block, (unsigned)x.window);
		return;
	}
	if (n)
		judge_saw(out, JUDGE_SAW_KEPT, NULL, "%u ACKs, all of the end of a window", n);
}

/* The first block that comes without the one before it; @next is the one that is missing. */
static const struct trace_frame *find_gap(const struct tftp_transfer *x, uint16_t *next)
{
	*next = 1;
	for (const struct trace_frame *f = x->rrq; f < x->end; f++) {
		if (f->kind != FRAME_TFTP_DATA || !tftp_transfer_has(x, f))
			continue;
		if (f->block != *next)
			return f;
		++*next;
	}
	return NULL;
}

static void window_gap(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tftp_transfer x = { 0 };

	while (tftp_transfer_next(&x, t)) {
		const struct trace_frame *gap, *answer;
		uint16_t next;

		gap = x.window > 1 ? find_gap(&x, &next) : NULL;
		if (!gap)
			continue;
		answer = tftp_answer(t, gap);
		if (!answer || answer->kind != FRAME_TFTP_ACK || answer->block != next - 1)
			judge_saw(out, JUDGE_SAW_BROKEN, answer ? answer : gap,
				  "block %u is missing, and no ACK %u says so", next, next - 1);
		else
			judge_same_payload(out, t, control);
		judge_add_frame(out, answer);
		judge_add_frame(out, gap);
		return;
	}
}

/* --- more than 65535 blocks ------------------------------------------------------------------- */

/* The block after 65535; NULL: no transfer comes so far. */
static const struct trace_frame *find_wrap(const Trace *t, bool is_windowed)
{
	struct tftp_transfer x = { 0 };

	while (tftp_transfer_next(&x, t)) {
		bool top = false;

		for (const struct trace_frame *f = x.rrq; f < x.end; f++) {
			if (f->kind != FRAME_TFTP_DATA || is_windowed != (x.window > 1) ||
			    !tftp_transfer_has(&x, f))
				continue;
			if (top && f->block < UINT16_MAX)
				return f;
			top |= f->block == UINT16_MAX;
		}
	}
	return NULL;
}

static void wrap(struct judgement *out, const Trace *t, const Trace *control, bool is_windowed)
{
	const struct trace_frame *f = find_wrap(t, is_windowed);

	if (!f)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

static void wrap_lock_step(struct judgement *out, const Trace *t, const Trace *control)
{
	wrap(out, t, control, false);
}

static void wrap_window(struct judgement *out, const Trace *t, const Trace *control)
{
	wrap(out, t, control, true);
}

static bool is_data_over_ip6(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_TFTP_DATA && f->has_ip6;
}

static void over_ip6(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	guint i;

	f = judge_next(t, 0, is_data_over_ip6, &i);
	if (!f)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

const struct judge judge_tftp_data[] = {
	JUDGE_BOOT("tftp.ack.lock-step", lock_step),
	JUDGE_PAIR("tftp.data.duplicate-last", comes_twice),
	JUDGE_PAIR("tftp.data.duplicate-burst", after_burst),
	JUDGE_PAIR("tftp.sas.no-growth", after_late_ack),
	JUDGE_PAIR("tftp.data.old", old_block),
	JUDGE_PAIR("tftp.data.future", future_block),
	JUDGE_PAIR("tftp.data.reordered-pair", comes_twice),
	JUDGE_PAIR("tftp.data.lost-server-repeats", is_lost),
	JUDGE_PAIR("tftp.data.lost-server-silent", tftp_repeats_by_timer),
	JUDGE_PAIR("tftp.data.first-lost-server-silent", tftp_repeats_by_timer),
	JUDGE_PAIR("tftp.ack.lost", is_lost),
	JUDGE_PAIR("tftp.retry.budget-per-block", is_slow),
	JUDGE_PAIR("tftp.loss.1pct", is_lost),
	JUDGE_PAIR("tftp.delay.500ms", long_way),
	JUDGE_PAIR("tftp.delay.slow-server", is_slow),
	JUDGE_PAIR("tftp.data.oversize", oversize),
	JUDGE_PAIR("tftp.win.ack-window-end", window_ends),
	JUDGE_PAIR("tftp.win.gap", window_gap),
	JUDGE_PAIR("tftp.wrap.to-0", wrap_lock_step),
	JUDGE_PAIR("tftp.wrap.duplicate-across", wrap_lock_step),
	JUDGE_PAIR("tftp.wrap.window", wrap_window),
	JUDGE_PAIR("tftp.v6.transfer", over_ip6),
	JUDGE_END,
};
