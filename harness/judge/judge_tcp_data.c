/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Judges of TCP: data, what acknowledges it, and windows (RFC 9293)
 */
#include "harness/judge/areas.h"
#include "harness/judge/block.h"
#include "harness/judge/tcp.h"
#include "harness/judge/tftp.h"

enum {
	FAR = 1 << 20, /* further than any window that a client has */
};

#define NS_PER_MS UINT64_C(1000000)
#define ACK_DELAY_NS (500 * NS_PER_MS) /* RFC 9293 3.8.6.3 */
#define PROMPT_NS (200 * NS_PER_MS)    /* "at once", for a client that works off a ring of frames */

static bool is_data(const struct trace_frame *f)
{
	return tcp_is_received(f) && f->kind == FRAME_TCP_DATA;
}

/* --- what must not get into a file --- */

static bool is_spoilt(const struct trace_frame *f)
{
	return is_data(f) && !f->tcp.checksum_ok;
}

static void bad_checksum(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;

	tcp_survived_unbroken(out, t, control, judge_next(t, 0, is_spoilt, &i));
}

/* What the client waits for on the connection of @f, before that comes. false: not known. */
static bool stream_before(struct tcp_stream *stream, struct tcp_session *s, const Trace *t,
			  const struct trace_frame *f)
{
	*stream = (struct tcp_stream){ 0 };
	if (!tcp_session_of(s, t, f))
		return false;
	for (const struct trace_frame *g = s->syn; g < f; g++)
		if (tcp_session_has(s, g))
			tcp_stream_take(stream, g);
	return stream->is_open;
}

/* The first data for which that is so of where it begins and what is awaited; NULL: none. */
static const struct trace_frame *find_data(const Trace *t, struct tcp_session *s,
					   struct tcp_stream *stream,
					   bool (*is)(const struct trace_frame *f, uint32_t next))
{
	const struct trace_frame *f;
	guint i;

	for (f = judge_next(t, 0, is_data, &i); f; f = judge_next(t, i + 1, is_data, &i))
		if (stream_before(stream, s, t, f) && is(f, stream->next))
			return f;
	return NULL;
}

/* Whether a part of it came before, in a segment that began elsewhere. */
static bool is_overlap(const struct tcp_session *s, const struct trace_frame *f)
{
	for (const struct trace_frame *g = s->syn; g < f; g++)
		if (tcp_session_has(s, g) && is_data(g) && g->tcp.seq != f->tcp.seq &&
		    tcp_after(tcp_end_of(g), f->tcp.seq) > 0 &&
		    tcp_after(tcp_end_of(f), g->tcp.seq) > 0)
			return true;
	return false;
}

static void overlap(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f;
	struct tcp_session s;
	guint i;

	for (f = judge_next(t, 0, is_data, &i); f; f = judge_next(t, i + 1, is_data, &i))
		if (tcp_session_of(&s, t, f) && is_overlap(&s, f))
			break;
	tcp_survived_unbroken(out, t, control, f);
}

static bool is_far(const struct trace_frame *f, uint32_t next)
{
	return tcp_after(f->tcp.seq, next) > FAR || tcp_after(f->tcp.seq, next) < -FAR;
}

/* How many ACKs of the first @n_bytes that came over the @number-th connection there are. */
static unsigned n_acks_of(const Trace *t, unsigned number, uint32_t n_bytes)
{
	struct tcp_session s = { 0 };
	struct tcp_stream stream = { 0 };
	unsigned n = 0;

	while (number--)
		if (!tcp_session_next(&s, t))
			return 0;
	for (const struct trace_frame *f = s.syn; f < s.end; f++) {
		if (!tcp_session_has(&s, f))
			continue;
		tcp_stream_take(&stream, f);
		n += stream.is_open && f->kind == FRAME_TCP_ACK && tcp_is_ack(f) &&
		     f->tcp.ack == stream.first + n_bytes;
	}
	return n;
}

/* Which connection of the boot it is, counted from 1. */
static unsigned number_of(const Trace *t, const struct tcp_session *s)
{
	struct tcp_session other = { 0 };
	unsigned n = 0;

	while (tcp_session_next(&other, t) && ++n && other.syn != s->syn)
		;
	return n;
}

/* Each is answered: there is an ACK more than in the control of what had come until then. */
static void out_of_window(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_frame *f, *first = NULL;
	struct tcp_stream stream;
	struct tcp_session s;
	guint i;

	if (!judge_payload_report(control))
		return;
	for (f = judge_next(t, 0, is_data, &i); f; f = judge_next(t, i + 1, is_data, &i)) {
		uint32_t n_bytes;
		unsigned number;

		if (!stream_before(&stream, &s, t, f) || !is_far(f, stream.next))
			continue;
		first = first ? first : f;
		n_bytes = stream.next - stream.first;
		number = number_of(t, &s);
		if (n_acks_of(t, number, n_bytes) > n_acks_of(control, number, n_bytes))
			continue;
		judge_saw(out, JUDGE_SAW_BROKEN, f, "it is not answered with an ACK");
		return;
	}
	tcp_survived_unbroken(out, t, control, first);
}

static bool is_gap(const struct trace_frame *f, uint32_t next)
{
	return f->tcp.checksum_ok && tcp_after(f->tcp.seq, next) > 0 &&
	       tcp_after(f->tcp.seq, next) < FAR;
}

/* The segment that fills a gap; NULL: none. */
static const struct trace_frame *filled(const struct tcp_session *s, const struct trace_frame *f,
					uint32_t next)
{
	for (; f < s->end; f++)
		if (tcp_session_has(s, f) && is_data(f) && tcp_after(f->tcp.seq, next) <= 0 &&
		    tcp_after(tcp_end_of(f), next) > 0)
			return f;
	return NULL;
}

/* What comes behind a gap is acknowledged at once, and kept until the gap is filled. */
static void out_of_order(struct judgement *out, const Trace *t, const Trace *control)
{
	struct tcp_stream stream;
	struct tcp_session s;
	const struct trace_frame *f = find_data(t, &s, &stream, is_gap), *fill, *g;
	unsigned n_acks = 0;
	uint32_t end;

	if (!f || !judge_payload_report(control))
		return;
	fill = filled(&s, f, stream.next);
	if (!fill)
		return;
	end = tcp_end_of(f);
	for (g = f + 1; g < fill; g++) {
		if (!tcp_session_has(&s, g))
			continue;
		n_acks += tcp_is_ack(g) && g->tcp.ack == stream.next;
		end = is_data(g) && g->tcp.seq == end ? tcp_end_of(g) : end;
	}
	if (n_acks < 2) { /* one may be of what came before */
		judge_saw(out, JUDGE_SAW_BROKEN, f, "no ACK tells of the gap");
		return;
	}
	for (g = fill + 1; g < s.end; g++)
		if (tcp_session_has(&s, g) && tcp_is_ack(g) && tcp_after(g->tcp.ack, end) >= 0)
			break;
	if (g == s.end || g->t_ns > fill->t_ns + PROMPT_NS)
		judge_saw(out, JUDGE_SAW_BROKEN, fill, "what came behind the gap is thrown away");
	else
		judge_saw(out, JUDGE_SAW_KEPT, g, "%u ACKs tell of the gap, and then one of all",
			  n_acks);
	judge_add_frame(out, f);
}

/* --- headers --- */

/* Options on data: this server sends none. */
static bool has_options(const struct trace_frame *f)
{
	size_t at = ETH_HLEN + IPV4_HLEN_MIN + 12;

	return is_data(f) && f->raw.len > at && f->raw.p[at] >> 4 > 5;
}

static void options(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;

	tcp_survived_unbroken(out, t, control, judge_next(t, 0, has_options, &i));
}

static bool is_past_wrap(const struct trace_frame *f)
{
	return is_data(f) && tcp_end_of(f) < f->tcp.seq;
}

static void wrap(struct judgement *out, const Trace *t, const Trace *control)
{
	guint i;

	tcp_survived_unbroken(out, t, control, judge_next(t, 0, is_past_wrap, &i));
}

/* --- acknowledgements --- */

/* How long the client lets data wait on a connection. */
struct owing {
	struct tcp_stream stream;
	uint32_t acked;
	uint64_t
		since_ns; /* that it says nothing though it owes an ACK; UINT64_MAX: it owes none */
	uint64_t longest_ns;
	const struct trace_frame *data, *slowest; /* that waits; that waited for longest */
};

static void owing_until(struct owing *o, uint64_t now_ns)
{
	if (o->since_ns > now_ns || (o->slowest && now_ns - o->since_ns <= o->longest_ns))
		return;
	o->longest_ns = now_ns - o->since_ns;
	o->slowest = o->data;
}

static bool owes(const struct owing *o)
{
	return tcp_after(o->stream.next, o->acked) > 0;
}

/* A client that is busy with what came before is not late: each segment of its own counts. */
static void owing_take(struct owing *o, const struct trace_frame *f)
{
	tcp_stream_take(&o->stream, f);
	if (f->kind == FRAME_TCP_SYNACK) {
		o->acked = o->stream.next;
	} else if (tcp_is_ack(f)) {
		owing_until(o, f->t_ns);
		o->acked = f->tcp.ack;
		o->since_ns = owes(o) ? f->t_ns : UINT64_MAX;
	} else if (is_data(f) && owes(o) && o->since_ns == UINT64_MAX) {
		o->since_ns = f->t_ns;
		o->data = f;
	}
}

/* Whether the server did something to a response: a client may be at work on it for long. */
static bool is_served_oddly(const Trace *t)
{
	for (guint i = 0; i < t->events->len; i++) {
		const struct trace_event *e = &g_array_index(t->events, struct trace_event, i);

		if (g_str_equal(e->kind, "http.response") && *e->name)
			return true;
	}
	return false;
}

/* In a network that loses nothing each byte in order is acknowledged within half a second. */
static void ack_delay(struct judgement *out, const Trace *t)
{
	struct owing o = { .since_ns = UINT64_MAX };
	struct tcp_session s = { 0 };
	const struct trace_frame *f;

	if (!tftp_loses_nothing(t) || is_served_oddly(t))
		return;
	while (tcp_session_next(&s, t)) {
		o = (struct owing){ .since_ns = UINT64_MAX,
				    .longest_ns = o.longest_ns,
				    .slowest = o.slowest };
		for (f = s.syn; f < s.end; f++) {
			if (!tcp_session_has(&s, f))
				continue;
			if (f->kind == FRAME_TCP_RST)
				break;
			owing_take(&o, f);
		}
		if (f == s.end)
			owing_until(&o, t->end_ns);
	}
	if (o.slowest)
		judge_saw(out, o.longest_ns < ACK_DELAY_NS ? JUDGE_SAW_KEPT : JUDGE_SAW_BROKEN,
			  o.slowest, "with data to acknowledge it says nothing for %u ms at most",
			  (unsigned)(o.longest_ns / NS_PER_MS));
}

/* --- windows --- */

/* An ACK that closes the window. */
static bool is_shut(const struct trace_frame *f)
{
	return tcp_is_ack(f) && !f->tcp.window && !(f->tcp.flags & TCP_FIN);
}

/* What the server sends into a window that is shut, and has been for longer than a way there. */
static bool is_probe(const struct trace_frame *shut, const struct trace_frame *f)
{
	return tcp_is_received(f) && f->t_ns > shut->t_ns + PROMPT_NS;
}

/* A window that was shut opens by itself, before the server must ask. */
static void window_update(struct judgement *out, const Trace *t)
{
	const struct trace_frame *shut, *f, *asked = NULL;
	struct tcp_session s;
	guint i;

	shut = judge_next(t, 0, is_shut, &i);
	if (!shut || !tcp_session_of(&s, t, shut) || !tftp_loses_nothing(t))
		return;
	for (f = shut + 1; f < s.end; f++) {
		if (!tcp_session_has(&s, f))
			continue;
		asked = !asked && is_probe(shut, f) ? f : asked;
		if (!tcp_is_ack(f) || !f->tcp.window)
			continue;
		judge_saw(out, asked ? JUDGE_SAW_BROKEN : JUDGE_SAW_KEPT, f,
			  asked ? "the window stays shut until the server asks"
				: "the window opens by itself");
		judge_add_frame(out, shut);
		return;
	}
}

static void probe(struct judgement *out, const Trace *t)
{
	const struct trace_frame *shut, *f, *asked = NULL;
	struct tcp_session s;
	guint i;

	shut = judge_next(t, 0, is_shut, &i);
	if (!shut || !tcp_session_of(&s, t, shut))
		return;
	for (f = shut + 1; f < s.end; f++) {
		if (!tcp_session_has(&s, f))
			continue;
		if (f->kind == FRAME_TCP_RST)
			break;
		if (!asked && tcp_is_ack(f) && f->tcp.window)
			return;
		if (!asked && is_probe(shut, f)) {
			asked = f;
		} else if (asked && tcp_is_ack(f)) {
			judge_saw(out, JUDGE_SAW_KEPT, asked,
				  "a probe is answered, with a window of %u", f->tcp.window);
			judge_add_frame(out, f);
			return;
		}
	}
	if (asked && (f < s.end ? f->t_ns : t->end_ns) > asked->t_ns + PROMPT_NS)
		judge_saw(out, JUDGE_SAW_BROKEN, asked, "a probe of its window is not answered");
}

/* --- a server that is gone --- */

static void dead_peer(struct judgement *out, const Trace *t, const Trace *control)
{
	const struct trace_event *lost = trace_event(t, "impair.drop", "tcp.data");
	const struct trace_frame *f = lost ? trace_frame(t, lost->n_frames - 1) : NULL;

	tcp_stopped(out, t, control, f);
	if (out->saw == JUDGE_SAW_KEPT)
		judge_saw(out, JUDGE_SAW_KEPT, f, "it gives up after %u s",
			  (unsigned)((block_end_ns(t) - lost->t_ns) / (1000 * NS_PER_MS)));
}

const struct judge judge_tcp_data[] = {
	JUDGE_PAIR("tcp.cksum.bad", bad_checksum),
	JUDGE_PAIR("tcp.data.out-of-order", out_of_order),
	JUDGE_PAIR("tcp.data.duplicate-overlap", overlap),
	JUDGE_PAIR("tcp.data.out-of-window", out_of_window),
	JUDGE_PAIR("tcp.opt.unknown-illegal", options),
	JUDGE_PAIR("tcp.seq.wrap", wrap),
	JUDGE_BOOT("tcp.ack.delay", ack_delay),
	JUDGE_BOOT("tcp.win.update", window_update),
	JUDGE_BOOT("tcp.win.probe-answer", probe),
	JUDGE_PAIR("tcp.dead-peer", dead_peer),
	JUDGE_END,
};
