/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a TCP connection sends: when, how much at once, and when again
 *
 * Slow start, congestion avoidance and fast retransmit (RFC 5681), limited transmit (RFC 3042),
 * NewReno's fast recovery (RFC 6582), one timer with back-off (RFC 6298), which also probes a
 * window of zero (RFC 9293 3.8.6.1). Left out on purpose: SACK, window scaling and timestamps, all
 * of which a peer may do without, and Nagle's algorithm, since whoever writes says all he has to
 * say at once.
 */
#include "server/tcp_sender.h"

#define NS_PER_MS UINT64_C(1000000)
#define RTO_MAX_NS (60000 * NS_PER_MS) /* RFC 6298 2.5 */

enum {
	MSS_MIN = 64,              /* ours: who wants less is not up to any good */
	N_SEGMENTS_FIRST = 10,     /* RFC 6928 */
	N_DUPLICATES = 3,          /* RFC 5681 3.2 */
	N_TRIES = 8,               /* ours: of a segment, before the peer is taken for gone */
	CWND_MAX = 1024 * 1024,    /* more than any window */
	BUF_LEN = 2 * TCP_OUT_MAX, /* so that what is left moves once in a while, not each time */
};

struct TcpSender {
	struct tcp_sender_ops ops;
	uint64_t now_ns; /* of the call that is under way */
	uint32_t iss;
	unsigned mss;

	uint64_t una, nxt, max; /* first not acknowledged; next to be sent; furthest sent so far */
	uint64_t first;         /* place of the first byte in the buffer */
	uint8_t *buf;
	size_t start, len; /* of what is in it */
	GArray *marks;     /* of uint64_t: places where a segment ends, in order */
	bool ends;         /* a FIN comes behind the last byte */

	uint32_t wnd;      /* the peer's window */
	uint32_t wl1, wl2; /* sequence and ACK number of the segment that said so */
	uint64_t cwnd, ssthresh;
	unsigned n_duplicates;
	bool recovering;
	uint64_t recover; /* recovery ends when this is acknowledged */

	uint64_t rto_min_ns, rto_ns, srtt_ns, rttvar_ns;
	uint64_t due_ns;
	unsigned n_tries;
	uint64_t timed, timed_ns; /* place whose ACK is waited for, 0: none; when it was sent */
};

static uint64_t end_of_data(const TcpSender *s)
{
	return s->first + s->len;
}

static uint64_t flight(const TcpSender *s)
{
	return s->nxt - s->una;
}

static void start_timer(TcpSender *s)
{
	s->due_ns = s->now_ns + s->rto_ns;
}

/* --- segments ----------------------------------------------------------------------------------
 */

/* @n bytes from @at on, with our FIN if that comes next. */
static void send_data(TcpSender *s, uint64_t at, size_t n)
{
	struct slice data = { s->buf + s->start + (size_t)(at - s->first), n };
	bool is_last = at + n == end_of_data(s), fin = s->ends && is_last;
	uint64_t next = at + n + (fin ? 1 : 0);
	unsigned flags = (fin ? TCP_FIN : 0) | (n && is_last ? TCP_PSH : 0);

	if (at < s->max) {
		s->timed = 0; /* RFC 6298 3: what was sent twice tells no time */
	} else if (!s->timed) {
		s->timed = next;
		s->timed_ns = s->now_ns;
	}
	s->nxt = MAX(s->nxt, next);
	s->max = MAX(s->max, next);
	if (s->due_ns == DEADLINE_NEVER)
		start_timer(s);
	s->ops.emit(s->ops.self, at, (uint8_t)flags, data);
}

/* The first mark behind @at; UINT64_MAX: none. */
static uint64_t next_mark(const TcpSender *s, uint64_t at)
{
	unsigned low = 0, high = s->marks->len;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (g_array_index(s->marks, uint64_t, middle) > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low < s->marks->len ? g_array_index(s->marks, uint64_t, low) : UINT64_MAX;
}

/* How long the segment at @at is. */
static size_t segment_len(const TcpSender *s, uint64_t at)
{
	size_t n = (size_t)MIN(end_of_data(s) - at, s->mss);

	return (size_t)MIN(n, next_mark(s, at) - at);
}

/* How far may be sent. */
static uint64_t limit_of(const TcpSender *s)
{
	uint64_t cwnd = s->cwnd;

	/* RFC 3042: the first two duplicates say that segments arrive as well. */
	if (!s->recovering)
		cwnd += (uint64_t)MIN(s->n_duplicates, N_DUPLICATES - 1) * s->mss;
	return s->una + MIN(s->wnd, cwnd);
}

/* How much goes in the next segment; false: nothing does now. */
static bool next_segment(const TcpSender *s, size_t *len)
{
	uint64_t limit = limit_of(s);

	if (s->nxt > end_of_data(s))
		return false; /* the FIN was sent */
	*len = segment_len(s, s->nxt);
	if (!*len)
		return s->ends;
	if (s->nxt + *len <= limit)
		return true;
	/* A part of one is not worth a segment while an ACK is to be expected. */
	if (flight(s) || limit <= s->nxt)
		return false;
	*len = (size_t)(limit - s->nxt);
	return true;
}

void tcp_sender_flush(TcpSender *s, uint64_t now_ns)
{
	size_t n;

	s->now_ns = now_ns;
	if (!s->una)
		return;
	while (next_segment(s, &n))
		send_data(s, s->nxt, n);
	/* The window is shut, and nothing under way whose ACK would tell that it opens. */
	if (s->due_ns == DEADLINE_NEVER && s->nxt < end_of_data(s))
		start_timer(s);
}

void tcp_sender_repeat_syn(TcpSender *s)
{
	s->timed = 0;
	s->ops.emit(s->ops.self, 0, TCP_SYN, (struct slice){ 0 });
}

/* The first segment that is not acknowledged. */
static void repeat(TcpSender *s, const char *why)
{
	s->ops.repeated(s->ops.self, s->una, why);
	if (s->una)
		send_data(s, s->una, segment_len(s, s->una));
	else
		tcp_sender_repeat_syn(s);
}

int tcp_sender_step(TcpSender *s, uint64_t now_ns)
{
	if (s->due_ns > now_ns)
		return 0;
	s->now_ns = now_ns;
	if (s->n_tries++ >= N_TRIES) {
		s->due_ns = DEADLINE_NEVER;
		return TCP_SENDER_E_GONE;
	}
	s->rto_ns = MIN(s->rto_ns * 2, RTO_MAX_NS);
	start_timer(s);
	if (s->una && !s->wnd) {
		send_data(s, s->una, MIN(s->len, 1)); /* RFC 9293 3.8.6.1 */
		return 0;
	}
	/* RFC 5681 3.1: all over again, from what was not acknowledged */
	s->ssthresh = MAX(flight(s) / 2, 2 * s->mss);
	s->cwnd = s->mss;
	s->recovering = false;
	s->n_duplicates = 0;
	s->recover = s->max;
	if (s->una)
		s->nxt = s->una;
	repeat(s, "timeout");
	return 0;
}

uint64_t tcp_sender_deadline_ns(const TcpSender *s)
{
	return s->due_ns;
}

/* --- ACKs --------------------------------------------------------------------------------------
 */

/* RFC 6298 2 */
static void measure(TcpSender *s)
{
	uint64_t rtt_ns = s->now_ns - s->timed_ns;
	uint64_t off_ns = MAX(s->srtt_ns, rtt_ns) - MIN(s->srtt_ns, rtt_ns);

	if (!s->srtt_ns) {
		s->srtt_ns = rtt_ns;
		s->rttvar_ns = rtt_ns / 2;
	} else {
		s->rttvar_ns = (3 * s->rttvar_ns + off_ns) / 4;
		s->srtt_ns = (7 * s->srtt_ns + rtt_ns) / 8;
	}
	s->timed = 0;
}

static void forget_until(TcpSender *s, uint64_t to)
{
	size_t n = to > s->first ? (size_t)MIN(to - s->first, s->len) : 0;
	unsigned n_passed = 0;

	s->first += n;
	s->start += n;
	s->len -= n;
	while (n_passed < s->marks->len && g_array_index(s->marks, uint64_t, n_passed) <= to)
		n_passed++;
	if (n_passed)
		g_array_remove_range(s->marks, 0, n_passed);
}

/* RFC 5681 3.1, RFC 6582 3.2 */
static void adapt(TcpSender *s, uint64_t n_acked)
{
	if (s->recovering && s->una < s->recover) {
		s->cwnd = MAX(s->ssthresh, s->mss);
		repeat(s, "duplicate-acks"); /* the next hole */
	} else if (s->recovering) {
		s->recovering = false;
		s->cwnd = s->ssthresh;
	} else if (s->cwnd < s->ssthresh) {
		s->cwnd = MIN(s->cwnd + MIN(n_acked, 2 * s->mss), CWND_MAX);
	} else {
		s->cwnd = MIN(s->cwnd + MAX((uint64_t)s->mss * s->mss / s->cwnd, 1), CWND_MAX);
	}
}

static void on_progress(TcpSender *s, uint64_t to)
{
	uint64_t n = to - s->una;

	if (s->timed && to >= s->timed)
		measure(s);
	forget_until(s, to);
	s->una = to;
	s->nxt = MAX(s->nxt, to);
	s->n_tries = 0;
	s->n_duplicates = 0;
	s->rto_ns = MIN(MAX(s->srtt_ns + 4 * s->rttvar_ns, s->rto_min_ns), RTO_MAX_NS);
	s->due_ns = DEADLINE_NEVER;
	if (s->max > s->una) {
		start_timer(s);
		adapt(s, n);
	} else if (!tcp_sender_fin_is_acked(s)) {
		adapt(s, n);
	}
}

/* RFC 5681 2 and 3.2 */
static void on_duplicate(TcpSender *s)
{
	s->n_duplicates++;
	if (s->recovering) {
		s->cwnd = MIN(s->cwnd + s->mss, CWND_MAX);
	} else if (s->n_duplicates == N_DUPLICATES && s->una > s->recover) {
		s->ssthresh = MAX(flight(s) / 2, 2 * s->mss);
		s->cwnd = s->ssthresh + N_DUPLICATES * s->mss;
		s->recovering = true;
		s->recover = s->max;
		repeat(s, "duplicate-acks");
	}
}

/* RFC 9293 3.10.7.4: a segment that came late says nothing. */
static void take_window(TcpSender *s, const struct tcp_hdr *h)
{
	if ((int32_t)(h->seq - s->wl1) < 0 || (h->seq == s->wl1 && (int32_t)(h->ack - s->wl2) < 0))
		return;
	/* What was sent into a window that was shut may have been thrown away. */
	if (!s->wnd && h->window && s->max > s->una)
		s->nxt = s->una;
	s->wnd = h->window;
	s->wl1 = h->seq;
	s->wl2 = h->ack;
}

int tcp_sender_ack(TcpSender *s, uint64_t now_ns, const struct tcp_hdr *h, size_t n_bytes)
{
	int32_t ahead = (int32_t)(h->ack - (s->iss + (uint32_t)s->una));
	uint32_t old_wnd = s->wnd;

	s->now_ns = now_ns;
	if (ahead > 0 && (uint64_t)ahead > s->max - s->una)
		return TCP_SENDER_E_NEVER_SENT;
	if (ahead < 0)
		return 0;
	if (ahead > 0)
		on_progress(s, s->una + (uint64_t)ahead);
	take_window(s, h);
	if (!s->wnd)
		s->n_tries = 0; /* he is there, and only busy */
	else if (!ahead && s->max > s->una && s->wnd == old_wnd && !n_bytes &&
		 !(h->flags & TCP_FIN))
		on_duplicate(s);
	return 0;
}

/* --- life --------------------------------------------------------------------------------------
 */

TcpSender *tcp_sender_new(const struct tcp_sender_ops *ops, uint64_t now_ns,
			  const struct tcp_hdr *syn, uint32_t iss, uint64_t rto_min_ns)
{
	TcpSender *s = g_new0(TcpSender, 1);

	s->ops = *ops;
	s->now_ns = now_ns;
	s->iss = iss;
	s->mss = CLAMP(syn->mss ? syn->mss : TCP_MSS_DEFAULT, MSS_MIN, TCP_MSS);
	s->nxt = s->max = s->first = 1;
	s->buf = g_malloc(BUF_LEN);
	s->marks = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	s->wnd = syn->window;
	s->wl1 = syn->seq;
	s->wl2 = iss;
	s->cwnd = (uint64_t)N_SEGMENTS_FIRST * s->mss;
	s->ssthresh = CWND_MAX;
	s->rto_min_ns = s->rto_ns = rto_min_ns;
	s->timed = 1;
	s->timed_ns = now_ns;
	start_timer(s);
	s->ops.emit(s->ops.self, 0, TCP_SYN, (struct slice){ 0 });
	return s;
}

size_t tcp_sender_room(const TcpSender *s)
{
	return s->ends ? 0 : TCP_OUT_MAX - s->len;
}

void tcp_sender_write(TcpSender *s, const uint8_t *buf, size_t n)
{
	g_assert(n <= tcp_sender_room(s));
	if (s->start + s->len + n > BUF_LEN) {
		memmove(s->buf, s->buf + s->start, s->len);
		s->start = 0;
	}
	memcpy(s->buf + s->start + s->len, buf, n);
	s->len += n;
}

void tcp_sender_mark(TcpSender *s)
{
	uint64_t end = end_of_data(s);

	g_array_append_val(s->marks, end);
}

void tcp_sender_end(TcpSender *s)
{
	s->ends = true;
}

uint64_t tcp_sender_n_written(const TcpSender *s)
{
	return end_of_data(s) - 1;
}

uint64_t tcp_sender_n_acked(const TcpSender *s)
{
	return s->first - 1;
}

bool tcp_sender_syn_is_acked(const TcpSender *s)
{
	return s->una != 0;
}

bool tcp_sender_fin_is_acked(const TcpSender *s)
{
	return s->ends && s->una > end_of_data(s);
}

uint64_t tcp_sender_next(const TcpSender *s)
{
	return s->nxt;
}

void tcp_sender_free(TcpSender *s)
{
	if (!s)
		return;
	g_array_unref(s->marks);
	g_free(s->buf);
	g_free(s);
}
