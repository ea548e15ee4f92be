/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What judges of TCP and HTTP ask of frames and of whole connections
 */
#include "harness/judge/tcp.h"

#include "harness/judge/entry.h"

static bool same_ends(const struct trace_frame *sent, const struct trace_frame *f)
{
	if (f->to_guest)
		return f->ip.src == sent->ip.dst && f->ip.dst == sent->ip.src &&
		       f->tcp.sport == sent->tcp.dport && f->tcp.dport == sent->tcp.sport;
	return f->ip.src == sent->ip.src && f->ip.dst == sent->ip.dst &&
	       f->tcp.sport == sent->tcp.sport && f->tcp.dport == sent->tcp.dport;
}

/* Whether @f is a SYN that was sent before. */
static bool is_repeated(const Trace *t, const struct trace_frame *f)
{
	for (const struct trace_frame *g = trace_frame(t, 0); g < f; g++)
		if (tcp_is_syn(g) && same_ends(g, f) && g->tcp.seq == f->tcp.seq)
			return true;
	return false;
}

bool tcp_session_next(struct tcp_session *s, const Trace *t)
{
	const struct trace_frame *f;
	guint i;

	for (f = judge_next(t, s->syn ? tcp_index(t, s->syn) + 1 : 0, tcp_is_syn, &i); f;
	     f = judge_next(t, i + 1, tcp_is_syn, &i)) {
		if (is_repeated(t, f))
			continue;
		s->syn = f;
		s->end = trace_frame(t, 0) + t->frames->len;
		return true;
	}
	return false;
}

unsigned tcp_n_sessions(const Trace *t)
{
	struct tcp_session s = { 0 };
	unsigned n = 0;

	while (tcp_session_next(&s, t))
		n++;
	return n;
}

bool tcp_session_has(const struct tcp_session *s, const struct trace_frame *f)
{
	return f->has_tcp && f >= s->syn && same_ends(s->syn, f);
}

bool tcp_session_of(struct tcp_session *s, const Trace *t, const struct trace_frame *f)
{
	*s = (struct tcp_session){ 0 };
	while (tcp_session_next(s, t))
		if (tcp_session_has(s, f))
			return true;
	return false;
}

void tcp_stream_take(struct tcp_stream *s, const struct trace_frame *f)
{
	if (!tcp_is_received(f) || !f->tcp.checksum_ok || f->tcp.flags & TCP_RST)
		return;
	if (f->kind == FRAME_TCP_SYNACK && !s->is_open) {
		s->is_open = true;
		s->first = s->next = f->tcp.seq + 1;
	} else if (s->is_open && tcp_after(f->tcp.seq, s->next) <= 0 &&
		   tcp_after(tcp_end_of(f), s->next) > 0) {
		s->next = tcp_end_of(f);
	}
}

/* --- judges --- */

void tcp_survived(struct judgement *out, const Trace *t, const Trace *control,
		  const struct trace_frame *fault)
{
	if (!fault || !judge_payload_report(control))
		return;
	judge_same_payload(out, t, control);
	judge_add_frame(out, fault);
}

void tcp_survived_unbroken(struct judgement *out, const Trace *t, const Trace *control,
			   const struct trace_frame *fault)
{
	unsigned n = tcp_n_sessions(t), usual = tcp_n_sessions(control);

	tcp_survived(out, t, control, fault);
	if (out->saw == JUDGE_SAW_KEPT && n > usual)
		judge_saw(out, JUDGE_SAW_BROKEN, fault,
			  "it takes %u connections; the control took %u", n, usual);
}

void tcp_stopped(struct judgement *out, const Trace *t, const Trace *control,
		 const struct trace_frame *fault)
{
	if (!fault || !judge_payload_report(control))
		return;
	entry_stopped(out, t, control);
	judge_add_frame(out, fault);
}

void tcp_survived_or_stopped(struct judgement *out, const Trace *t, const Trace *control,
			     const struct trace_frame *fault)
{
	tcp_survived(out, t, control, fault);
	if (out->saw == JUDGE_SAW_BROKEN && !judge_payload_report(t))
		tcp_stopped(out, t, control, fault);
}
