/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What judges of TCP and HTTP ask of frames and of whole connections
 */
#ifndef HARNESS_JUDGE_TCP_H
#define HARNESS_JUDGE_TCP_H

#include "harness/judge/judge.h"

/* A connection that the client makes: from its first SYN that arrived. */
struct tcp_session {
	const struct trace_frame *syn;
	const struct trace_frame *end; /* behind the last frame of the boot */
};

/* The next one; the first if @s is zero. false: there is none. */
bool tcp_session_next(struct tcp_session *s, const Trace *t);

/* How many connections the client makes. */
unsigned tcp_n_sessions(const Trace *t);

/* Whether a segment is of that connection, in either direction. */
bool tcp_session_has(const struct tcp_session *s, const struct trace_frame *f);

/* The connection that a segment is of. false: of none whose SYN arrived. */
bool tcp_session_of(struct tcp_session *s, const Trace *t, const struct trace_frame *f);

/*
 * What the client waits for, as far as it came in order: segments behind a gap are not remembered.
 * Zero it, and tell it every frame of the connection.
 */
struct tcp_stream {
	bool is_open;
	uint32_t first; /* sequence number of the first byte */
	uint32_t next;  /* of the byte that is awaited */
};

void tcp_stream_take(struct tcp_stream *s, const struct trace_frame *f);

/* How far @a is behind @b; negative: before it. */
static inline int32_t tcp_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

/* The sequence number behind a segment. */
static inline uint32_t tcp_end_of(const struct trace_frame *f)
{
	return f->tcp.seq + (uint32_t)f->data_len + (f->tcp.flags & TCP_SYN ? 1 : 0) +
	       (f->tcp.flags & TCP_FIN ? 1 : 0);
}

/* A segment of the client's, or for it. */
static inline bool tcp_is_sent(const struct trace_frame *f)
{
	return f->has_tcp && !f->to_guest;
}

static inline bool tcp_is_received(const struct trace_frame *f)
{
	return f->has_tcp && f->to_guest;
}

/* A SYN of the client's. */
static inline bool tcp_is_syn(const struct trace_frame *f)
{
	return tcp_is_sent(f) && f->kind == FRAME_TCP_SYN;
}

/* One that says up to where the client has everything. */
static inline bool tcp_is_ack(const struct trace_frame *f)
{
	return tcp_is_sent(f) && f->tcp.flags & TCP_ACK && !(f->tcp.flags & TCP_RST);
}

/* Where in the trace a frame of it is. */
static inline guint tcp_index(const Trace *t, const struct trace_frame *f)
{
	return (guint)(f - trace_frame(t, 0));
}

/* Judges, of what is given as evidence; NULL: they see nothing, as when the control came to none.
 */

/* Kept: the same payload as the control's. */
void tcp_survived(struct judgement *out, const Trace *t, const Trace *control,
		  const struct trace_frame *fault);

/* The same, and without more connections than the control. */
void tcp_survived_unbroken(struct judgement *out, const Trace *t, const Trace *control,
			   const struct trace_frame *fault);

/* Kept: no payload, and the client stops by itself. */
void tcp_stopped(struct judgement *out, const Trace *t, const Trace *control,
		 const struct trace_frame *fault);

/* Kept: one or the other of the first and the last. */
void tcp_survived_or_stopped(struct judgement *out, const Trace *t, const Trace *control,
			     const struct trace_frame *fault);

#endif /* HARNESS_JUDGE_TCP_H */
