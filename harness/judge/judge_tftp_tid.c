/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of transfer identifiers: whom a TFTP client listens to (RFC 1350 4)
 *
 * Active: somebody else sends into a transfer. Where it comes from is seen in the boot itself: a
 * datagram to the client's port from one that is not the server's, after the server's was known.
 */
#include "harness/judge/areas.h"
#include "harness/judge/tftp.h"

/*
 * The first datagram of a kind that is none of the server's; NULL: there is none. A transfer has
 * the client's port of its request, and the server's of the first answer.
 */
static const struct trace_frame *find_stray(const Trace *t, bool (*is)(const struct trace_frame *))
{
	uint16_t client = 0, server = 0;
	const struct trace_frame *f;

	for (guint i = 0; (f = trace_frame(t, i)); i++) {
		if (tftp_is_rrq(f)) {
			client = f->udp.sport;
			server = 0;
		}
		if (!f->to_guest || !f->has_udp || f->udp.dport != client)
			continue;
		if (!server)
			server = f->udp.sport;
		else if (f->udp.sport != server && is(f))
			return f;
	}
	return NULL;
}

static bool is_data(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_TFTP_DATA;
}

/* What a client answers with an ACK. */
static bool is_to_acknowledge(const struct trace_frame *f)
{
	return is_data(f) || (f->to_guest && f->kind == FRAME_TFTP_OACK);
}

static bool is_error(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_TFTP_ERROR;
}

/* What the client sent to the port that the stray came from; NULL: nothing. */
static const struct trace_frame *answer(const Trace *t, const struct trace_frame *stray,
					enum frame_kind kind)
{
	const struct trace_frame *f = stray + 1;
	const struct trace_frame *end = trace_frame(t, 0) + t->frames->len;

	for (; f < end; f++)
		if (!f->to_guest && f->kind == kind && f->udp.dport == stray->udp.sport)
			return f;
	return NULL;
}

static void stray_data(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *stray = find_stray(t, is_data), *ack;

	if (!stray)
		return;
	ack = answer(t, stray, FRAME_TFTP_ACK);
	if (ack)
		judge_saw(out, JUDGE_SAW_BROKEN, ack,
			  "it acknowledges a block from port %u, which "
			  "is not the server's",
			  stray->udp.sport);
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, stray);
}

/* Seen to be refused, by an ERROR to where it came from. */
static void stray_is_told(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *stray = find_stray(t, is_data), *error;

	(void)control; /* the boot goes on or not: that is another check */
	if (!stray)
		return;
	error = answer(t, stray, FRAME_TFTP_ERROR);
	if (!error)
		judge_saw(out, JUDGE_SAW_BROKEN, stray,
			  "no ERROR goes to port %u, from which a "
			  "stray block came",
			  stray->udp.sport);
	else
		judge_saw(out,
			  error->tftp->error == TFTP_ERR_UNKNOWN_TID ? JUDGE_SAW_KEPT
								     : JUDGE_SAW_BROKEN,
			  error, "an ERROR %u goes to port %u", error->tftp->error,
			  stray->udp.sport);
	judge_add_frame(out, stray);
}

/* The second of two transfers that one request began. */
static void second_answer(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *stray = find_stray(t, is_to_acknowledge), *ack, *error;

	if (!stray)
		return;
	ack = answer(t, stray, FRAME_TFTP_ACK);
	error = answer(t, stray, FRAME_TFTP_ERROR);
	if (ack)
		judge_saw(out, JUDGE_SAW_BROKEN, ack,
			  "it acknowledges what port %u sends, which has not the transfer",
			  stray->udp.sport);
	else
		judge_same_payload(out, t, control);
	judge_add_frame(out, stray);
	judge_add_frame(out, error);
}

/* The server goes on from another port, and no block comes from its own any more. */
static void moved_port(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *stray = find_stray(t, is_data), *ack;

	(void)control;
	if (!stray)
		return;
	ack = answer(t, stray, FRAME_TFTP_ACK);
	if (ack)
		judge_saw(out, JUDGE_SAW_BROKEN, ack, "an ACK goes to port %u, the new one",
			  stray->udp.sport);
	else
		judge_saw(out, judge_ended(t) ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, stray,
			  "no ACK goes to port %u, the new one%s", stray->udp.sport,
			  judge_ended(t) ? "" : ", but nothing else follows");
	judge_add_frame(out, stray);
}

/* A block of the transfer before that arrives while a request waits for its answer. */
static const struct trace_frame *find_stale(const Trace *t)
{
	struct tftp_transfer x = { 0 }, before = { 0 };

	while (tftp_transfer_next(&x, t)) {
		const struct trace_frame *f = x.rrq;

		for (; before.first && f < x.end; f++) {
			if (is_data(f) && f->udp.sport == before.first->udp.sport &&
			    f->udp.dport == before.first->udp.dport)
				return f;
			if (f == x.first)
				break;
		}
		before = x;
	}
	return NULL;
}

static void stale_block(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *stale = find_stale(t);

	if (!stale)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, stale);
}

TFTP_SURVIVES(other_host, "impair.forge")

static bool is_from_69(const struct trace_frame *f)
{
	return is_data(f) && f->udp.sport == TFTP_PORT;
}

static void single_port(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	guint i;

	f = judge_next(t, 0, is_from_69, &i);
	if (!f)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, f);
}

static void stray_error(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *stray = find_stray(t, is_error);

	if (!stray)
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, stray);
}

/* The server answers from a port of its own, as RFC 1350 has it; that is where ACKs belong. */
static void new_port(struct judgement *out, const Trace *t)
{
	const struct trace_frame *f, *reply, *first = NULL;
	guint i;

	/* What is refused is no transfer; nor is an answer to a request that is sent again. */
	for (f = judge_next(t, 0, is_to_acknowledge, &i); f;
	     f = judge_next(t, i + 1, is_to_acknowledge, &i)) {
		reply = tftp_answer(t, f);
		if (f->udp.sport == TFTP_PORT)
			return;
		if (reply && reply->kind == FRAME_TFTP_ACK) {
			judge_saw(out, JUDGE_SAW_KEPT, reply, "ACKs go to port %u", f->udp.sport);
			return;
		}
		first = first || reply ? first : f;
	}
	if (first)
		judge_saw(out, JUDGE_SAW_BROKEN, first,
			  "no ACK goes to port %u, which the server answers from",
			  first->udp.sport);
}

const struct judge judge_tftp_tid[] = {
	JUDGE_BOOT("tftp.tid.new-server-port", new_port),
	JUDGE_PAIR("tftp.tid.wrong-port-data", stray_data),
	JUDGE_PAIR("tftp.tid.error-5", stray_is_told),
	JUDGE_PAIR("tftp.tid.spoofed-error", stray_error),
	JUDGE_PAIR("tftp.tid.single-port-server", single_port),
	JUDGE_PAIR("tftp.tid.reply-other-ip", other_host),
	JUDGE_PAIR("tftp.tid.wrong-ip-data", other_host),
	JUDGE_PAIR("tftp.tid.server-moves-port", moved_port),
	JUDGE_PAIR("tftp.tid.stale-previous-file", stale_block),
	JUDGE_PAIR("tftp.rrq.duplicated-on-wire", second_answer),
	JUDGE_END,
};
