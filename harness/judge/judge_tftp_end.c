/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of how TFTP transfers end: the last block, ERRORs, packets that end nothing (RFC 1350)
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/tftp.h"

#define NS_PER_MS UINT64_C(1000000)

enum {
	NEXT_MS_MAX = 1000, /* ours: that a client may take to go on after an ERROR */
};

/* --- the last block --------------------------------------------------------------------------- */

/* The ACK of a block, after it; NULL: none comes. */
static const struct trace_frame *ack_of(const struct tftp_transfer *x, const struct trace_frame *f)
{
	for (const struct trace_frame *g = f + 1; g < x->end; g++)
		if (g->kind == FRAME_TFTP_ACK && g->block == f->block && tftp_transfer_has(x, g))
			return g;
	return NULL;
}

/* Whether the client does not want the file after all. */
static bool ends_it_with_an_error(const struct tftp_transfer *x)
{
	for (const struct trace_frame *f = x->rrq; f < x->end; f++)
		if (!f->to_guest && f->kind == FRAME_TFTP_ERROR && tftp_transfer_has(x, f))
			return true;
	return false;
}

/* Whether anything of the client's arrives after a frame: else its ACK may be on its way. */
static bool is_heard_after(const Trace *t, const struct trace_frame *f)
{
	const struct trace_frame *end = trace_frame(t, 0) + t->frames->len;

	for (f++; f < end; f++)
		if (!f->to_guest)
			return true;
	return false;
}

/* A client that has no room for a file leaves it: the payload shows that it had all it wanted. */
static void last_is_acknowledged(struct judgement *out, const Trace *t)
{
	const struct trace_frame *f, *first = NULL;
	struct tftp_transfer x = { 0 };

	while (judge_payload_report(t) && tftp_loses_nothing(t) && tftp_transfer_next(&x, t)) {
		f = tftp_last_block(&x);
		if (!f || !is_heard_after(t, f) || ends_it_with_an_error(&x))
			continue;
		if (!ack_of(&x, f)) {
			judge_saw(out, JUDGE_SAW_BROKEN, f,
				  "no ACK comes of block %u, the short one", f->block);
			return;
		}
		first = first ? first : ack_of(&x, f);
	}
	if (first)
		judge_saw(out, JUDGE_SAW_KEPT, first,
			  "the short block of each file is acknowledged");
}

/* An empty last block, first or not; NULL: there is none. */
static const struct trace_frame *find_empty(const Trace *t, struct tftp_transfer *x, bool is_first)
{
	*x = (struct tftp_transfer){ 0 };
	while (tftp_transfer_next(x, t)) {
		const struct trace_frame *f = tftp_last_block(x);

		if (f && !f->data_len && (f->block == 1) == is_first)
			return f;
	}
	return NULL;
}

static void exact_multiple(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tftp_transfer x;
	const struct trace_frame *f = find_empty(t, &x, false);

	if (!f)
		return;
	if (ack_of(&x, f))
		judge_same_payload(out, t, control);
	else
		judge_saw(out, JUDGE_SAW_BROKEN, NULL, "no ACK comes of the empty block %u",
			  f->block);
	judge_add_frame(out, f);
}

static void empty_file(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tftp_transfer x;
	const struct trace_frame *f = find_empty(t, &x, true), *ack;

	(void)control;
	if (!f)
		return;
	ack = ack_of(&x, f);
	if (!ack)
		judge_saw(out, JUDGE_SAW_BROKEN, f, "no ACK comes of the empty block 1");
	else if (!judge_ended(t))
		judge_saw(out, JUDGE_SAW_BROKEN, ack,
			  "it is acknowledged, and then nothing follows");
	else
		judge_saw(out, JUDGE_SAW_KEPT, ack, "it is acknowledged");
	judge_add_frame(out, f);
}

/* The next copy of @f after @from, whatever else is asked for meanwhile. */
static const struct trace_frame *same_again(const Trace *t, const struct trace_frame *f,
					    const struct trace_frame *from)
{
	const struct trace_frame *end = trace_frame(t, 0) + t->frames->len;

	for (; from < end; from++)
		if (from->kind == f->kind && from->block == f->block &&
		    from->udp.sport == f->udp.sport && from->udp.dport == f->udp.dport)
			return from;
	return NULL;
}

/* A last block that comes again after its ACK was sent is acknowledged again. */
static void dally(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tftp_transfer x = { 0 };

	(void)control;
	while (tftp_transfer_next(&x, t)) {
		const struct trace_frame *f = tftp_last_block(&x), *ack, *copy, *again;

		ack = f ? ack_of(&x, f) : NULL;
		copy = ack ? same_again(t, f, ack) : NULL;
		if (!copy)
			continue;
		again = same_again(t, ack, copy);
		if (again)
			judge_saw(out, JUDGE_SAW_KEPT, again, "ACK %u is sent again", ack->block);
		else
			judge_saw(out, JUDGE_SAW_BROKEN, copy,
				  "block %u, the last, comes again, and no ACK follows", f->block);
		judge_add_frame(out, ack);
		return;
	}
}

/* --- ERRORs ----------------------------------------------------------------------------------- */

static bool is_error_to_guest(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_TFTP_ERROR;
}

static bool is_not_found(const struct trace_frame *f)
{
	return is_error_to_guest(f) && f->tftp->error == TFTP_ERR_NOT_FOUND;
}

/* The next request for another file than the one before @i was for; NULL: none comes. */
static const struct trace_frame *other_request(const Trace *t, guint i)
{
	const struct trace_frame *f = trace_frame(t, i), *before = f;
	const struct trace_frame *end = trace_frame(t, 0) + t->frames->len;

	while (before > trace_frame(t, 0) && !tftp_is_rrq(before))
		before--;
	for (; f < end; f++)
		if (tftp_is_rrq(f) && tftp_is_rrq(before) &&
		    !tftp_same_text(f->tftp->file, before->tftp->file))
			return f;
	return NULL;
}

/* After each "file not found" the next name is asked for; after the last one the boot ends. */
static void not_found(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *next, *first = NULL;
	uint64_t longest = 0;
	guint i;

	(void)control;
	for (f = judge_next(t, 0, is_not_found, &i); f;
	     f = judge_next(t, i + 1, is_not_found, &i)) {
		next = other_request(t, i);
		if (!next)
			break;
		first = first ? first : f;
		longest = MAX(longest, next->t_ns - f->t_ns);
		if (longest <= NEXT_MS_MAX * NS_PER_MS)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, next,
			  "the next request comes %u ms after an ERROR 1",
			  (unsigned)(longest / NS_PER_MS));
		judge_add_frame(out, f);
		return;
	}
	if (first)
		judge_saw(out, JUDGE_SAW_KEPT, first, "the next request comes after %u ms at most",
			  (unsigned)(longest / NS_PER_MS));
}

/* The first ERROR that comes after a block of its transfer. */
static const struct trace_frame *error_after_data(const Trace *t)
{
	struct tftp_transfer x = { 0 };

	while (tftp_transfer_next(&x, t)) {
		bool data = false;

		for (const struct trace_frame *f = x.rrq; f < x.end; f++) {
			if (!tftp_transfer_has(&x, f))
				continue;
			if (data && is_error_to_guest(f))
				return f;
			data |= f->kind == FRAME_TFTP_DATA;
		}
	}
	return NULL;
}

static void error_ends_it(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f = error_after_data(t);

	if (!f)
		return;
	judge_same_payload(out, control, control);
	if (out->saw != JUDGE_SAW_KEPT)
		return;
	judge_same_payload(out, t, control);
	if (out->saw == JUDGE_SAW_KEPT || trace_event(t, "milestone", "payload"))
		judge_saw(out, JUDGE_SAW_BROKEN, f, "a payload started after the ERROR");
	else if (!judge_ended(t))
		judge_saw(out, JUDGE_SAW_BROKEN, f, "nothing follows");
	else
		judge_saw(out, JUDGE_SAW_KEPT, f, "the boot ends, and no payload started");
}

static void error_has_no_answer(struct judgement *out, const Trace *t)
{
	const struct trace_frame *f, *first = NULL, *answer;
	guint i;

	for (f = judge_next(t, 0, is_error_to_guest, &i); f;
	     f = judge_next(t, i + 1, is_error_to_guest, &i)) {
		answer = tftp_answer(t, f);
		if (answer &&
		    (answer->kind == FRAME_TFTP_ACK || answer->kind == FRAME_TFTP_ERROR)) {
			judge_saw(out, JUDGE_SAW_BROKEN, answer, "%s answers an ERROR",
				  frame_kind_name(answer->kind));
			judge_add_frame(out, f);
			return;
		}
		first = first ? first : f;
	}
	if (first)
		judge_saw(out, JUDGE_SAW_KEPT, first, "nothing answers");
}

/* Texts of the server's that would steer a terminal stay off the console. */
static void error_texts(struct judgement *out, const Trace *t, const Trace *control)
{
	tftp_survives(out, t, control, "impair.rewrite");
	for (guint i = 0; out->saw == JUDGE_SAW_KEPT && i < t->events->len; i++) {
		const struct trace_event *e = &g_array_index(t->events, struct trace_event, i);

		if (g_str_equal(e->kind, "console") && strpbrk(e->name, "\033\a"))
			judge_saw(out, JUDGE_SAW_BROKEN, NULL, "on the console is \"%s\"", e->name);
	}
}

/* A transfer that the client leaves before its last block, for another one. */
static void says_it_is_full(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tftp_transfer x = { 0 };

	(void)control;
	while (tftp_transfer_next(&x, t)) {
		const struct trace_frame *data = NULL, *error = NULL;

		for (const struct trace_frame *f = x.rrq; f < x.end; f++) {
			if (!tftp_transfer_has(&x, f))
				continue;
			data = f->kind == FRAME_TFTP_DATA ? f : data;
			error = !f->to_guest && f->kind == FRAME_TFTP_ERROR ? f : error;
		}
		if (!data || tftp_last_block(&x))
			continue;
		if (error)
			judge_saw(out,
				  error->tftp->error == TFTP_ERR_DISK_FULL ? JUDGE_SAW_KEPT
									   : JUDGE_SAW_BROKEN,
				  error, "it says ERROR %u", error->tftp->error);
		else
			judge_saw(out, JUDGE_SAW_BROKEN, data,
				  "after block %u it says nothing more", data->block);
		return;
	}
}

/* --- what ends nothing ------------------------------------------------------------------------ */

TFTP_SURVIVES(is_dropped, "impair.forge")
TFTP_SURVIVES_OR_REFUSES(is_ignored, "impair.forge")

TFTP_SURVIVES(wraps_to_1, "impair.rewrite")

const struct judge judge_tftp_end[] = {
	JUDGE_BOOT("tftp.final.short", last_is_acknowledged),
	JUDGE_PAIR("tftp.final.exact-multiple", exact_multiple),
	JUDGE_PAIR("tftp.final.sizes", judge_same_payload),
	JUDGE_PAIR("tftp.wrap.to-1", wraps_to_1),
	JUDGE_PAIR("tftp.final.empty-file", empty_file),
	JUDGE_PAIR("tftp.final.dally", dally),
	JUDGE_PAIR("tftp.error.not-found", not_found),
	JUDGE_PAIR("tftp.error.mid-transfer", error_ends_it),
	JUDGE_BOOT("tftp.error.not-acked", error_has_no_answer),
	JUDGE_PAIR("tftp.error.bad-string", error_texts),
	JUDGE_PAIR("tftp.error.client-sends-on-full", says_it_is_full),
	JUDGE_PAIR("tftp.data.short-header", is_dropped),
	JUDGE_PAIR("tftp.op.unknown", is_ignored),
	JUDGE_PAIR("tftp.op.high-byte", is_dropped),
	JUDGE_PAIR("tftp.op.unexpected", is_ignored),
	JUDGE_END,
};
