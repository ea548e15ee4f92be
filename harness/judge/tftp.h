/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What judges of TFTP ask of frames and of whole transfers
 */
#ifndef HARNESS_JUDGE_TFTP_H
#define HARNESS_JUDGE_TFTP_H

#include <string.h>

#include "harness/judge/judge.h"

/* A datagram of the client's that begins like an RRQ, to whatever port, readable or not. */
static inline bool tftp_is_like_rrq(const struct trace_frame *f)
{
	return !f->to_guest && f->has_udp && !f->dhcp && f->payload.len > 2 &&
	       f->payload.p[0] == 0 && f->payload.p[1] == TFTP_RRQ;
}

enum {
	TFTP_LONG_REQUEST = 200, /* bytes: some clients have no room for more, with all headers */
};

/*
 * Whether a request is longer than usual, for the name in it. Of what a client makes of long names
 * judge checks of their own; what it sends after it wrote past a buffer tells nothing else.
 */
static inline bool tftp_is_long_request(const struct trace_frame *f)
{
	return tftp_is_like_rrq(f) && f->payload.len > TFTP_LONG_REQUEST;
}

/* An RRQ that can be read. */
static inline bool tftp_is_rrq(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_TFTP_RRQ;
}

static inline bool tftp_is_any(const struct trace_frame *f)
{
	return frame_kind_area(f->kind) == FRAME_AREA_TFTP;
}

static inline bool tftp_same_text(struct slice a, struct slice b)
{
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

/* The first option of that name in a request or OACK; NULL: there is none. */
const struct tftp_opt *tftp_option(const struct trace_frame *f, const char *name);

/* Its value; @missing if it is not there or no number. */
uint64_t tftp_option_number(const struct trace_frame *f, const char *name, uint64_t missing);

/*
 * What follows an RRQ, until the next one. A request that comes again begins another: the one
 * before then has no answer, or a lost one.
 */
struct tftp_transfer {
	const struct trace_frame *rrq;
	const struct trace_frame *first; /* answer, of the server's; NULL: none came */
	const struct trace_frame *oack;  /* if that is one */
	const struct trace_frame *end;   /* behind its last frame */
	uint64_t blksize, window;        /* as the OACK says */
};

/* The next one; the first if @x is zero. false: there is none. */
bool tftp_transfer_next(struct tftp_transfer *x, const Trace *t);

/* Whether a frame goes from server to client of a transfer, or back. */
bool tftp_transfer_has(const struct tftp_transfer *x, const struct trace_frame *f);

/* What the client sends back to where @f came from, before another request; NULL: nothing. */
const struct trace_frame *tftp_answer(const Trace *t, const struct trace_frame *f);

/* What the server sends that ends a transfer: a block in order that is short; NULL: none came. */
const struct trace_frame *tftp_last_block(const struct tftp_transfer *x);

/* Whether every packet arrived, when it should: none was lost or held back. */
bool tftp_loses_nothing(const Trace *t);

/* The first frame that was handed over after an event of that kind; NULL: there is none. */
const struct trace_frame *tftp_after(const Trace *t, const char *event);

/**
 * tftp_survives() - Whether a boot came to what its control came to, in spite of a fault
 * @event:	What the network writes down of it: without one nothing is seen
 */
void tftp_survives(struct judgement *out, const Trace *t, const Trace *control, const char *event);

/* As above; but an ERROR that the client sends after the fault is as good. */
void tftp_survives_or_refuses(struct judgement *out, const Trace *t, const Trace *control,
			      const char *event);

/* A judge: after a packet was lost the client sends before anything more arrives. */
void tftp_repeats_by_timer(struct judgement *out, const Trace *t, const Trace *control);

/* A judge that asks one of the first two. */
#define TFTP_SURVIVES(fn, event)                                                                   \
	static void fn(struct judgement *out, const Trace *t, const Trace *control)                \
	{                                                                                          \
		tftp_survives(out, t, control, event);                                             \
	}
#define TFTP_SURVIVES_OR_REFUSES(fn, event)                                                        \
	static void fn(struct judgement *out, const Trace *t, const Trace *control)                \
	{                                                                                          \
		tftp_survives_or_refuses(out, t, control, event);                                  \
	}

#endif /* HARNESS_JUDGE_TFTP_H */
