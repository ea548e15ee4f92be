/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One TCP connection that a guest opened (RFC 9293 3.3.2)
 *
 *   SYN_RECEIVED -> ACK of our SYN   -> ESTABLISHED
 *   ESTABLISHED  -> we close         -> FIN_WAIT_1 -> ACK -> FIN_WAIT_2 -> FIN -> TIME_WAIT
 *                                       FIN_WAIT_1 -> FIN -> CLOSING    -> ACK -> TIME_WAIT
 *   ESTABLISHED  -> FIN              -> CLOSE_WAIT -> we close -> LAST_ACK -> ACK -> CLOSED
 *   TIME_WAIT, FIN_WAIT_2 -> a minute -> CLOSED
 *   any -> RST, our abort, nothing acknowledged for too long -> CLOSED
 *
 * What is sent is server/tcp_sender.c's business. Of what comes only that in order is taken: guests
 * send us requests of one segment, and who sends more repeats it. Every segment with data is
 * acknowledged at once. Urgent data is data.
 */
#include "server/tcp_conn.h"

#define LINGER_NS UINT64_C(60000000000) /* twice the longest life of a segment: 30 s, ours */

enum tcp_state {
	TCP_SYN_RECEIVED,
	TCP_ESTABLISHED,
	TCP_FIN_WAIT_1,
	TCP_FIN_WAIT_2,
	TCP_CLOSING,
	TCP_TIME_WAIT,
	TCP_CLOSE_WAIT,
	TCP_LAST_ACK,
	TCP_CLOSED,
};

struct TcpConn {
	struct tcp_flow flow;
	struct tcp_conn_ops ops;
	enum tcp_state state;
	enum tcp_end end;   /* CLOSED only */
	uint64_t linger_ns; /* when TIME_WAIT or FIN_WAIT_2 ends */
	TcpSender *sender;
	uint32_t iss;

	uint32_t rcv_nxt;
	uint8_t in[TCP_IN_MAX];
	size_t in_len;
	uint64_t n_in;
	size_t told; /* window that was advertised last */
	bool has_fin, owes_ack;
};

static const char *const end_names[] = {
	[TCP_END_CLOSED] = "closed",
	[TCP_END_RESET] = "reset",
	[TCP_END_ABORTED] = "aborted",
	[TCP_END_UNANSWERED] = "unanswered",
};

const char *tcp_end_name(enum tcp_end e)
{
	return end_names[e];
}

static size_t in_room(const TcpConn *c)
{
	return TCP_IN_MAX - c->in_len;
}

static void set_closed(TcpConn *c, enum tcp_end end)
{
	c->state = TCP_CLOSED;
	c->end = end;
}

static void linger(TcpConn *c, uint64_t now_ns, enum tcp_state state)
{
	c->state = state;
	c->linger_ns = now_ns + LINGER_NS;
}

/* --- out -----------------------------------------------------------------------------------------
 */

static void on_emit(void *self, uint64_t at, uint8_t flags, struct slice data)
{
	TcpConn *c = self;
	struct tcp_hdr h = {
		.sport = c->flow.server_port,
		.dport = c->flow.guest_port,
		.seq = c->iss + (uint32_t)at,
		.ack = c->rcv_nxt,
		.flags = flags | TCP_ACK,
		.window = (uint16_t)in_room(c),
		.mss = flags & TCP_SYN ? TCP_MSS : 0,
	};

	c->told = in_room(c);
	c->owes_ack = false;
	c->ops.send(c->ops.self, &c->flow, &h, data);
}

static void on_repeated(void *self, uint64_t at, const char *why)
{
	TcpConn *c = self;

	c->ops.repeated(c->ops.self, &c->flow, at, why);
}

static void send_bare(TcpConn *c, uint8_t flags)
{
	on_emit(c, tcp_sender_next(c->sender), flags, (struct slice){ 0 });
}

void tcp_conn_flush(TcpConn *c, uint64_t now_ns)
{
	if (c->state == TCP_CLOSED)
		return;
	tcp_sender_flush(c->sender, now_ns);
	/* A window that opens again is worth a word (RFC 9293 3.8.6.2.2). */
	if (c->owes_ack || (c->told < TCP_MSS && in_room(c) >= TCP_IN_MAX / 2))
		send_bare(c, 0);
}

void tcp_conn_step(TcpConn *c, uint64_t now_ns)
{
	if (c->state == TCP_CLOSED)
		return;
	if (c->linger_ns <= now_ns) {
		set_closed(c, TCP_END_CLOSED);
	} else if (tcp_sender_step(c->sender, now_ns) == TCP_SENDER_E_GONE) {
		send_bare(c, TCP_RST);
		set_closed(c, TCP_END_UNANSWERED);
	}
}

uint64_t tcp_conn_deadline_ns(const TcpConn *c)
{
	if (c->state == TCP_CLOSED)
		return DEADLINE_NEVER;
	return MIN(c->linger_ns, tcp_sender_deadline_ns(c->sender));
}

/* --- in ------------------------------------------------------------------------------------------
 */

static void on_rst(TcpConn *c, int32_t ahead)
{
	/* RFC 5961 3.2: only the exact number counts; one that is near is asked about. */
	if (!ahead)
		set_closed(c, c->state == TCP_TIME_WAIT ? TCP_END_CLOSED : TCP_END_RESET);
	else if (ahead > 0 && ahead < TCP_IN_MAX)
		c->owes_ack = true;
}

static void on_syn(TcpConn *c, int32_t ahead)
{
	if (c->state == TCP_SYN_RECEIVED && ahead == -1)
		tcp_sender_repeat_syn(c->sender); /* ours was lost */
	else
		c->owes_ack = true; /* RFC 5961 4.2 */
}

/* What we sent was acknowledged so far as c->sender says. */
static void on_acked(TcpConn *c, uint64_t now_ns)
{
	if (c->state == TCP_SYN_RECEIVED && tcp_sender_syn_is_acked(c->sender))
		c->state = TCP_ESTABLISHED;
	if (!tcp_sender_fin_is_acked(c->sender))
		return;
	if (c->state == TCP_FIN_WAIT_1)
		linger(c, now_ns, TCP_FIN_WAIT_2);
	else if (c->state == TCP_CLOSING)
		linger(c, now_ns, TCP_TIME_WAIT);
	else if (c->state == TCP_LAST_ACK)
		set_closed(c, TCP_END_CLOSED);
}

static void on_fin(TcpConn *c, uint64_t now_ns)
{
	c->rcv_nxt++;
	c->has_fin = true;
	if (c->state == TCP_ESTABLISHED)
		c->state = TCP_CLOSE_WAIT;
	else if (c->state == TCP_FIN_WAIT_1)
		c->state = TCP_CLOSING;
	else if (c->state == TCP_FIN_WAIT_2)
		linger(c, now_ns, TCP_TIME_WAIT);
}

/* What is new of the data of a segment, and a FIN behind it. */
static void on_data(TcpConn *c, uint64_t now_ns, struct slice data, bool fin)
{
	bool is_wanted = c->state == TCP_ESTABLISHED;
	size_t n = is_wanted ? MIN(data.len, in_room(c)) : data.len;

	if (c->has_fin)
		return; /* what could come behind it? */
	if (is_wanted && n) {
		memcpy(c->in + c->in_len, data.p, n);
		c->in_len += n;
		c->n_in += n;
	}
	c->rcv_nxt += (uint32_t)n;
	if (fin && n == data.len)
		on_fin(c, now_ns);
}

/* RFC 9293 3.10.7.4 */
void tcp_conn_input(TcpConn *c, uint64_t now_ns, const struct tcp_hdr *h, struct slice data)
{
	int32_t ahead = (int32_t)(h->seq - c->rcv_nxt);
	bool fin = h->flags & TCP_FIN;
	size_t old = ahead < 0 ? (size_t) - (int64_t)ahead : 0;

	if (c->state == TCP_CLOSED)
		return;
	if (h->flags & TCP_RST) {
		on_rst(c, ahead);
		return;
	}
	if (h->flags & TCP_SYN) {
		on_syn(c, ahead);
		return;
	}
	if (!(h->flags & TCP_ACK))
		return;
	if (ahead >= TCP_IN_MAX || (ahead < 0 && old > data.len + fin) ||
	    tcp_sender_ack(c->sender, now_ns, h, data.len)) {
		c->owes_ack =
			true; /* not of now, or of what was never sent: tell him where we are */
		return;
	}
	on_acked(c, now_ns);
	if (c->state == TCP_CLOSED || c->state == TCP_SYN_RECEIVED)
		return;
	if (data.len || fin || ahead)
		c->owes_ack = true;
	if (ahead <= 0 && old <= data.len)
		on_data(c, now_ns, (struct slice){ data.p + old, data.len - old }, fin);
}

/* --- its user ------------------------------------------------------------------------------------
 */

TcpConn *tcp_conn_new(const struct tcp_flow *flow, const struct tcp_conn_ops *ops, uint64_t now_ns,
		      const struct tcp_hdr *syn, uint32_t iss, uint64_t rto_min_ns)
{
	TcpConn *c = g_new0(TcpConn, 1);
	struct tcp_sender_ops sender_ops = { on_emit, on_repeated, c };

	c->flow = *flow;
	c->ops = *ops;
	c->iss = iss;
	c->rcv_nxt = syn->seq + 1;
	c->linger_ns = DEADLINE_NEVER;
	c->sender = tcp_sender_new(&sender_ops, now_ns, syn, iss, rto_min_ns);
	return c;
}

struct slice tcp_conn_received(const TcpConn *c)
{
	return (struct slice){ c->in, c->in_len };
}

void tcp_conn_consume(TcpConn *c, size_t n)
{
	c->in_len -= n;
	memmove(c->in, c->in + n, c->in_len);
}

bool tcp_conn_is_ended(const TcpConn *c)
{
	return c->has_fin;
}

size_t tcp_conn_room(const TcpConn *c)
{
	return c->state == TCP_CLOSED ? 0 : tcp_sender_room(c->sender);
}

void tcp_conn_write(TcpConn *c, const uint8_t *buf, size_t n)
{
	tcp_sender_write(c->sender, buf, n);
}

void tcp_conn_mark(TcpConn *c)
{
	tcp_sender_mark(c->sender);
}

uint64_t tcp_conn_n_written(const TcpConn *c)
{
	return tcp_sender_n_written(c->sender);
}

uint64_t tcp_conn_n_acked(const TcpConn *c)
{
	return tcp_sender_n_acked(c->sender);
}

uint64_t tcp_conn_n_received(const TcpConn *c)
{
	return c->n_in;
}

void tcp_conn_close(TcpConn *c)
{
	if (c->state == TCP_ESTABLISHED)
		c->state = TCP_FIN_WAIT_1;
	else if (c->state == TCP_CLOSE_WAIT)
		c->state = TCP_LAST_ACK;
	else
		return;
	tcp_sender_end(c->sender);
	c->in_len = 0;
}

void tcp_conn_abort(TcpConn *c)
{
	if (c->state == TCP_CLOSED)
		return;
	send_bare(c, TCP_RST);
	set_closed(c, TCP_END_ABORTED);
}

const struct tcp_flow *tcp_conn_flow(const TcpConn *c)
{
	return &c->flow;
}

bool tcp_conn_is_open(const TcpConn *c)
{
	return c->state != TCP_SYN_RECEIVED;
}

bool tcp_conn_is_over(const TcpConn *c)
{
	return c->state == TCP_TIME_WAIT || c->state == TCP_CLOSED;
}

bool tcp_conn_is_gone(const TcpConn *c)
{
	return c->state == TCP_CLOSED;
}

enum tcp_end tcp_conn_end(const TcpConn *c)
{
	return c->state == TCP_CLOSED ? c->end : TCP_END_CLOSED;
}

void tcp_conn_free(TcpConn *c)
{
	if (!c)
		return;
	tcp_sender_free(c->sender);
	g_free(c);
}
