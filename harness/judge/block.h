/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults in the middle of a transfer: what a client makes of an odd frame shows in its ACKs
 *
 * The transfers are lock-step (window_max = 1). A block is plain if it is DATA and not odd.
 */
#ifndef HARNESS_JUDGE_BLOCK_H
#define HARNESS_JUDGE_BLOCK_H

#include "harness/judge/judge.h"

typedef bool block_is_odd(const struct trace_frame *f);

/**
 * block_refused() - An odd copy of a block arrives before the plain one
 *
 * Broken: the block is acknowledged before the plain one came, or neither then. Nothing: there is
 * no odd frame, or the control started no payload.
 */
void block_refused(struct judgement *out, const Trace *t, const Trace *control, block_is_odd *is);

/**
 * block_taken() - A block arrives as one or more odd frames, and plain only when it is repeated
 *
 * Broken: it is not acknowledged before it was repeated.
 */
void block_taken(struct judgement *out, const Trace *t, const Trace *control, block_is_odd *is);

/* An odd frame arrives, and then everything goes on to the same payload as the control's. */
void block_survived(struct judgement *out, const Trace *t, const Trace *control, block_is_odd *is);

/* The same, and within one and a half times the control's time. */
void block_survived_in_time(struct judgement *out, const Trace *t, const Trace *control,
			    block_is_odd *is);

/* The block that the client waits for at frame @i: the one behind its last ACK. */
uint16_t block_awaited(const Trace *t, guint i);

/* When the payload reported, or else the boot's end. */
uint64_t block_end_ns(const Trace *t);

/* A byte of what the frame has behind its Ethernet header; 0: it is shorter. */
static inline uint8_t block_ip_byte(const struct trace_frame *f, size_t at)
{
	return at + ETH_HLEN < f->raw.len ? f->raw.p[at + ETH_HLEN] : 0;
}

static inline uint16_t block_ip_be16(const struct trace_frame *f, size_t at)
{
	return (uint16_t)(block_ip_byte(f, at) << 8 | block_ip_byte(f, at + 1));
}

#endif /* HARNESS_JUDGE_BLOCK_H */
