/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What judges of TFTP ask of frames
 */
#ifndef HARNESS_JUDGE_TFTP_H
#define HARNESS_JUDGE_TFTP_H

#include "harness/judge/judge.h"

/* A datagram of the client's that begins like an RRQ, to whatever port, readable or not. */
static inline bool tftp_is_like_rrq(const struct trace_frame *f)
{
	return !f->to_guest && f->has_udp && !f->dhcp && f->payload.len > 2 &&
	       f->payload.p[0] == 0 && f->payload.p[1] == TFTP_RRQ;
}

/* An RRQ that can be read. */
static inline bool tftp_is_rrq(const struct trace_frame *f)
{
	return !f->to_guest && f->kind == FRAME_TFTP_RRQ;
}

static inline bool tftp_same_text(struct slice a, struct slice b)
{
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

#endif /* HARNESS_JUDGE_TFTP_H */
