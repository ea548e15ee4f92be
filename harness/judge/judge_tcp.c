/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of TCP: how connections begin and end (RFC 9293)
 */
#include <string.h>

#include "harness/judge/areas.h"
#include "harness/judge/block.h"
#include "harness/judge/tcp.h"

enum {
	MSS_MAX = 1460,     /* Ethernet's MTU without two headers */
	N_SESSIONS_MIN = 4, /* to say something of how numbers follow each other */
	N_SENT_MAX = 8,     /* that are looked at */
	RATE_PARTS =
		64, /* two rates are the same if they differ by less than one part of so many */
	REFUSED_S_MAX = 30, /* ours: time in which a person learns that nobody listens */
};

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* --- SYN --- */

static char *mss(const Trace *t, const struct trace_frame *f)
{
	(void)t;
	if (!f->tcp.mss)
		return g_strdup("it says no MSS");
	return f->tcp.mss <= MSS_MAX ? NULL : g_strdup_printf("it says an MSS of %u", f->tcp.mss);
}

static GPtrArray *syns(const Trace *t)
{
	struct tcp_session s = { 0 };
	GPtrArray *all = g_ptr_array_new();

	while (tcp_session_next(&s, t))
		g_ptr_array_add(all, (void *)s.syn);
	return all;
}

static const struct trace_frame *syn_at(const GPtrArray *all, guint i)
{
	return all->pdata[i];
}

/* How much the number grew from one connection to the next. */
static uint32_t isn_step(const GPtrArray *all, guint i)
{
	return syn_at(all, i + 1)->tcp.seq - syn_at(all, i)->tcp.seq;
}

/* The same in a second. */
static double isn_rate(const GPtrArray *all, guint i)
{
	uint64_t ns = syn_at(all, i + 1)->t_ns - syn_at(all, i)->t_ns;

	return (double)isn_step(all, i) * (double)NS_PER_S / (double)MAX(ns, 1);
}

static bool is_same_rate(double a, double b)
{
	return MAX(a, b) - MIN(a, b) < MAX(a, b) / RATE_PARTS;
}

static void isn(struct judgement *out, const Trace *t)
{
	g_autoptr(GPtrArray) all = syns(t);
	bool steps = true, rates = true;

	if (all->len < N_SESSIONS_MIN)
		return;
	for (guint i = 1; i + 1 < all->len; i++) {
		steps &= isn_step(all, i) == isn_step(all, 0);
		rates &= is_same_rate(isn_rate(all, i), isn_rate(all, 0));
	}
	judge_saw(out, steps || rates ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, syn_at(all, 0),
		  "%u connections begin with %u, %u, %u, ...%s", all->len, syn_at(all, 0)->tcp.seq,
		  syn_at(all, 1)->tcp.seq, syn_at(all, 2)->tcp.seq,
		  steps   ? ": always as much more"
		  : rates ? ": as much more as time went by"
			  : "");
}

static void port(struct judgement *out, const Trace *t)
{
	g_autoptr(GPtrArray) all = syns(t);
	bool same = true;

	if (all->len < N_SESSIONS_MIN)
		return;
	for (guint i = 0; i + 2 < all->len; i++)
		same &= (uint16_t)(syn_at(all, i + 1)->tcp.sport - syn_at(all, i)->tcp.sport) ==
			(uint16_t)(syn_at(all, i + 2)->tcp.sport - syn_at(all, i + 1)->tcp.sport);
	judge_saw(out, same ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, syn_at(all, 0),
		  "%u connections come from ports %u, %u, %u, ...%s", all->len,
		  syn_at(all, 0)->tcp.sport, syn_at(all, 1)->tcp.sport, syn_at(all, 2)->tcp.sport,
		  same ? ": always as much more" : "");
}

/* --- what is sent again --- */

/* When segments of a kind were sent: those that were lost, and the first that arrived after. */
static unsigned find_sent(uint64_t sent_ns[N_SENT_MAX], const Trace *t, enum frame_kind kind,
			  const struct trace_frame **last)
{
	unsigned n = 0;
	guint n_frames = 0;

	for (guint i = 0; i < t->events->len && n + 1 < N_SENT_MAX; i++) {
		const struct trace_event *e = &g_array_index(t->events, struct trace_event, i);

		if (!g_str_equal(e->kind, "impair.drop") ||
		    !g_str_equal(e->name, frame_kind_name(kind)))
			continue;
		sent_ns[n++] = e->t_ns;
		n_frames = e->n_frames;
	}
	*last = n_frames ? trace_frame(t, n_frames - 1) : NULL;
	for (guint i = n_frames; n && i < t->frames->len; i++) {
		const struct trace_frame *f = trace_frame(t, i);

		if (!tcp_is_sent(f) || f->kind != kind)
			continue;
		*last = f;
		sent_ns[n++] = f->t_ns;
		break;
	}
	return n;
}

/* The first ones are lost, and each wait is longer than the one before (RFC 6298 5.5). */
static void backs_off(struct judgement *out, const Trace *t, const Trace *control,
		      enum frame_kind kind)
{
	uint64_t sent_ns[N_SENT_MAX];
	const struct trace_frame *f;
	g_autoptr(GString) waits = g_string_new(NULL);
	unsigned n = find_sent(sent_ns, t, kind, &f);
	bool grows = true;

	if (!n || n == 2 || !judge_payload_report(control))
		return;
	if (n == 1) {
		judge_saw(out, JUDGE_SAW_BROKEN, f, "it is not sent again");
		return;
	}
	for (unsigned i = 1; i < n; i++) {
		uint64_t wait = sent_ns[i] - sent_ns[i - 1];

		g_string_append_printf(waits, "%s%u", i > 1 ? ", " : "",
				       (unsigned)(wait / NS_PER_MS));
		/* Timers tick: what is doubled may come out a bit less. */
		grows &= i == 1 || wait * 2 >= (sent_ns[i - 1] - sent_ns[i - 2]) * 3;
	}
	judge_saw(out, grows ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f, "it is sent again after %s ms",
		  waits->str);
}

static void syn_backs_off(struct judgement *out, const Trace *t, const Trace *control)
{
	backs_off(out, t, control, FRAME_TCP_SYN);
}

static void request_backs_off(struct judgement *out, const Trace *t, const Trace *control)
{
	backs_off(out, t, control, FRAME_TCP_DATA);
}

/* --- answers to a SYN --- */

static bool is_refusal(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_TCP_RST && f->tcp.flags & TCP_ACK;
}

/* Nobody listens: the connection is given up at once, and after some tries the boot. */
static void refused(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	struct tcp_session s;
	uint64_t took_ns;
	guint i;

	f = judge_next(t, 0, is_refusal, &i);
	if (!f || !tcp_session_of(&s, t, f) || !judge_payload_report(control))
		return;
	for (const struct trace_frame *g = f + 1; g < s.end; g++) {
		if (!tcp_session_has(&s, g) || g->to_guest || g->tcp.seq != s.syn->tcp.seq)
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, g, "the SYN is sent again after it was refused");
		judge_add_frame(out, f);
		return;
	}
	took_ns = block_end_ns(t) - f->t_ns;
	tcp_stopped(out, t, control, f);
	if (out->saw == JUDGE_SAW_KEPT)
		judge_saw(out,
			  took_ns < REFUSED_S_MAX * NS_PER_S ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN, f,
			  "the boot ends %u ms after the first refusal",
			  (unsigned)(took_ns / NS_PER_MS));
}

/* An answer that acknowledges what was never sent; NULL: there is none. */
static const struct trace_frame *bad_synack(const Trace *t, struct tcp_session *s)
{
	const struct trace_frame *f;

	for (guint i = 0; (f = trace_frame(t, i)); i++)
		if (f->to_guest && f->kind == FRAME_TCP_SYNACK && tcp_session_of(s, t, f) &&
		    f->tcp.ack != s->syn->tcp.seq + 1)
			return f;
	return NULL;
}

static void bad_ack(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tcp_session s;
	const struct trace_frame *bad = bad_synack(t, &s), *f;

	if (!bad || !judge_payload_report(control))
		return;
	for (f = bad + 1; f < s.end; f++)
		if (!f->to_guest && f->kind == FRAME_TCP_RST && tcp_session_has(&s, f) &&
		    f->tcp.seq == bad->tcp.ack)
			break;
	if (f == s.end) {
		judge_saw(out, JUDGE_SAW_BROKEN, bad, "it is not answered with a RST");
		return;
	}
	tcp_survived_unbroken(out, t, control, bad);
	judge_add_frame(out, f);
}

/* --- RST --- */

static bool is_rst_received(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_TCP_RST && f->tcp.checksum_ok;
}

/* Its sequence number is the very one that is awaited: nothing more comes on that connection. */
static void rst_in_sequence(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *rst, *f;
	struct tcp_stream stream = { 0 };
	struct tcp_session s;
	guint i;

	rst = judge_next(t, 0, is_rst_received, &i);
	if (!rst || !tcp_session_of(&s, t, rst) || !judge_payload_report(control))
		return;
	for (f = s.syn; f < rst; f++)
		if (tcp_session_has(&s, f))
			tcp_stream_take(&stream, f);
	if (!stream.is_open || rst->tcp.seq != stream.next)
		return;
	/* What was on its way when it came is about what came before. */
	for (f = rst + 1; f < s.end; f++)
		if (tcp_session_has(&s, f) && tcp_is_ack(f) &&
		    tcp_after(f->tcp.ack, rst->tcp.seq) > 0) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "the connection is used after the RST");
			judge_add_frame(out, rst);
			return;
		}
	tcp_survived_or_stopped(out, t, control, rst);
}

/* One outside of the window, one inside but not at its edge: both end nothing (RFC 5961 3.2). */
static void rst_blind(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *rst, *f;
	struct tcp_stream stream = { 0 };
	struct tcp_session s;
	guint i;

	rst = judge_next(t, 0, is_rst_received, &i);
	if (!rst || !tcp_session_of(&s, t, rst))
		return;
	for (f = s.syn; f < rst; f++)
		if (tcp_session_has(&s, f))
			tcp_stream_take(&stream, f);
	if (stream.is_open && rst->tcp.seq != stream.next)
		tcp_survived_unbroken(out, t, control, rst);
}

/* --- the end --- */

static bool is_fin_received(const struct trace_frame *f)
{
	return tcp_is_received(f) && f->tcp.flags & TCP_FIN;
}

/* It acknowledges the server's FIN, sends its own, and no RST. */
static void close_in_order(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *fin, *f, *ack = NULL, *own = NULL;
	struct tcp_session s;
	guint i;

	fin = judge_next(t, 0, is_fin_received, &i);
	if (!fin || !tcp_session_of(&s, t, fin) || !judge_payload_report(control))
		return;
	for (f = s.syn; f < s.end; f++) {
		if (!tcp_session_has(&s, f) || f->to_guest)
			continue;
		if (f->kind == FRAME_TCP_RST) {
			judge_saw(out, JUDGE_SAW_BROKEN, f, "it ends with a RST");
			judge_add_frame(out, fin);
			return;
		}
		own = f->tcp.flags & TCP_FIN ? f : own;
		ack = f > fin && tcp_after(f->tcp.ack, tcp_end_of(fin)) >= 0 ? f : ack;
	}
	if (!own || !ack)
		judge_saw(out, JUDGE_SAW_BROKEN, fin, "%s",
			  own ? "the FIN is not acknowledged" : "it sends no FIN of its own");
	else
		judge_saw(out, JUDGE_SAW_KEPT, fin, "both sides end it with a FIN");
	judge_add_frame(out, own);
}

/* --- segments and errors of no connection --- */

static bool is_stray(const struct trace_frame *f)
{
	return f->to_guest && f->has_tcp && f->tcp.dport == 9;
}

static void unknown_connection(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *stray, *f;
	guint i;

	stray = judge_next(t, 0, is_stray, &i);
	if (!stray || !judge_payload_report(control))
		return;
	for (f = stray + 1; f < trace_frame(t, 0) + t->frames->len; f++)
		if (!f->to_guest && f->kind == FRAME_TCP_RST && f->tcp.sport == stray->tcp.dport &&
		    f->tcp.dport == stray->tcp.sport)
			break;
	if (f == trace_frame(t, 0) + t->frames->len)
		judge_saw(out, JUDGE_SAW_BROKEN, stray, "a segment for nobody is not answered");
	else if (stray->tcp.flags & TCP_ACK && f->tcp.seq != stray->tcp.ack)
		judge_saw(out, JUDGE_SAW_BROKEN, f, "its RST is not at the number acknowledged");
	else
		judge_saw(out, JUDGE_SAW_KEPT, f, "it is answered with a RST");
	judge_add_frame(out, stray);
}

static bool is_unreachable(const struct trace_frame *f)
{
	return f->to_guest && f->kind == FRAME_ICMP_UNREACHABLE;
}

static void soft_error(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	guint i;

	f = judge_next(t, 0, is_unreachable, &i);
	tcp_survived_unbroken(out, t, control, f);
}

const struct judge judge_tcp[] = {
	JUDGE_EACH("tcp.syn.mss", tcp_is_syn, mss),
	JUDGE_BOOT("tcp.syn.isn", isn),
	JUDGE_BOOT("tcp.syn.port-random", port),
	JUDGE_PAIR("tcp.syn.retransmit", syn_backs_off),
	JUDGE_PAIR("tcp.syn.refused", refused),
	JUDGE_PAIR("tcp.synack.bad-ack", bad_ack),
	JUDGE_PAIR("tcp.req.retransmit", request_backs_off),
	JUDGE_PAIR("tcp.rst.in-sequence", rst_in_sequence),
	JUDGE_PAIR("tcp.rst.out-of-window", rst_blind),
	JUDGE_PAIR("tcp.close.half", close_in_order),
	JUDGE_PAIR("tcp.icmp.soft", soft_error),
	JUDGE_PAIR("tcp.unknown-conn.rst", unknown_connection),
	JUDGE_END,
};
