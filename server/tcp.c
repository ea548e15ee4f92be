/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP connections that guests open to one port of ours (RFC 9293)
 *
 * A table of connections. When it is full the one goes that nobody will miss: one that is over, or
 * one that was never answered; if there is none the SYN is not heard.
 *
 * Nothing is random: first sequence numbers follow the clock and the number of connections.
 */
#include "server/tcp.h"

enum {
	N_CONNECTIONS = 64,     /* ours: at once */
	ISN_TICK_NS = 4000,     /* RFC 9293 3.4.1: a step of the sequence numbers' clock */
	ISN_PER_OPEN = 1 << 20, /* more than two connections of the same moment have in flight */
};

struct entry {
	TcpConn *conn; /* NULL: free */
	void *user;    /* NULL: not open yet, or over */
	bool was_open, was_told;
	unsigned number;
	uint64_t used; /* larger is later */
};

struct Tcp {
	struct tcp_config cfg;
	struct tcp_ops ops;
	Journal *journal;
	uint64_t now_ns;
	struct entry entries[N_CONNECTIONS];
	unsigned n_opened;
	uint64_t n_used;
};

Tcp *tcp_new(const struct tcp_config *cfg, const struct tcp_ops *ops, Journal *journal)
{
	Tcp *t = g_new0(Tcp, 1);

	t->cfg = *cfg;
	t->ops = *ops;
	t->journal = journal;
	return t;
}

/* --- out ---------------------------------------------------------------------------------------
 */

static void on_send(void *self, const struct tcp_flow *flow, const struct tcp_hdr *h,
		    struct slice data)
{
	Tcp *t = self;
	struct ipv4_hdr ip = { .src = flow->server_ip, .dst = flow->guest_ip };
	uint8_t buf[TCP_HLEN_MAX + TCP_MSS];
	struct wr w = WR_INIT(buf, sizeof(buf));

	tcp_encode(&w, h, &ip, data.p, data.len);
	g_assert(!w.bad);
	t->ops.send(t->ops.self, flow, (struct slice){ buf, sizeof(buf) - w.left });
}

static void flow_fields(Tcp *t, const struct tcp_flow *flow)
{
	journal_ip4(t->journal, "src", flow->guest_ip);
	journal_u64(t->journal, "sport", flow->guest_port);
	journal_u64(t->journal, "dport", flow->server_port);
}

static void on_repeated(void *self, const struct tcp_flow *flow, uint64_t at, const char *why)
{
	Tcp *t = self;

	journal_begin(t->journal, t->now_ns, "tcp.repeat");
	flow_fields(t, flow);
	journal_u64(t->journal, "position", at);
	journal_str(t->journal, "reason", why);
	journal_end(t->journal);
}

/* RFC 9293 3.10.7.1 */
static void refuse(Tcp *t, const struct tcp_flow *flow, const struct tcp_hdr *h, size_t len)
{
	struct tcp_hdr rst = { .sport = flow->server_port,
			       .dport = flow->guest_port,
			       .flags = TCP_RST };

	if (h->flags & TCP_RST)
		return;
	if (h->flags & TCP_ACK) {
		rst.seq = h->ack;
	} else {
		rst.flags |= TCP_ACK;
		rst.ack = h->seq + (uint32_t)len + !!(h->flags & TCP_SYN) + !!(h->flags & TCP_FIN);
	}
	on_send(t, flow, &rst, (struct slice){ 0 });
}

/* --- connections -------------------------------------------------------------------------------
 */

static void say_end(Tcp *t, const struct entry *e, const char *reason)
{
	journal_begin(t->journal, t->now_ns, "tcp.close");
	journal_u64(t->journal, "connection", e->number);
	journal_str(t->journal, "reason", reason);
	journal_u64(t->journal, "in", tcp_conn_n_received(e->conn));
	journal_u64(t->journal, "out", tcp_conn_n_acked(e->conn));
	journal_end(t->journal);
}

/* The connection is over, or is not to be any more. */
static void leave(Tcp *t, struct entry *e, const char *reason)
{
	void *user = e->user;

	if (!e->was_told)
		say_end(t, e, reason);
	e->was_told = true;
	e->user = NULL;
	if (user)
		t->ops.closed(t->ops.self, t->now_ns, user);
}

static void drop(Tcp *t, struct entry *e, const char *reason)
{
	leave(t, e, reason);
	tcp_conn_free(e->conn);
	*e = (struct entry){ 0 };
}

static void open_entry(Tcp *t, struct entry *e)
{
	const struct tcp_flow *flow = tcp_conn_flow(e->conn);

	journal_begin(t->journal, t->now_ns, "tcp.open");
	journal_u64(t->journal, "connection", e->number);
	flow_fields(t, flow);
	journal_end(t->journal);
	e->was_open = true;
	e->user = t->ops.opened(t->ops.self, t->now_ns, e->conn, e->number);
}

/* What came of the last thing that happened to a connection. */
static void settle(Tcp *t, struct entry *e)
{
	if (!e->was_open && tcp_conn_is_open(e->conn) && !tcp_conn_is_over(e->conn))
		open_entry(t, e);
	if (e->user)
		t->ops.work(t->ops.self, t->now_ns, e->user);
	tcp_conn_flush(e->conn, t->now_ns);
	if (tcp_conn_is_over(e->conn))
		leave(t, e, tcp_end_name(tcp_conn_end(e->conn)));
	if (tcp_conn_is_gone(e->conn))
		drop(t, e, NULL);
}

static struct entry *find(Tcp *t, const struct tcp_flow *flow)
{
	for (unsigned i = 0; i < N_CONNECTIONS; i++) {
		const struct tcp_flow *f;

		if (!t->entries[i].conn)
			continue;
		f = tcp_conn_flow(t->entries[i].conn);
		if (f->guest_port == flow->guest_port && f->server_port == flow->server_port &&
		    f->guest_ip == flow->guest_ip && f->server_ip == flow->server_ip)
			return &t->entries[i];
	}
	return NULL;
}

/* A place for one more; NULL: all are in use. */
static struct entry *find_free(Tcp *t)
{
	struct entry *oldest = NULL;

	for (unsigned i = 0; i < N_CONNECTIONS; i++) {
		struct entry *e = &t->entries[i];

		if (!e->conn)
			return e;
		if (!e->user && (!oldest || e->used < oldest->used))
			oldest = e;
	}
	if (oldest)
		drop(t, oldest, "replaced");
	return oldest;
}

static void accept_syn(Tcp *t, const struct tcp_flow *flow, const struct tcp_hdr *h)
{
	struct tcp_conn_ops ops = { on_send, on_repeated, t };
	struct entry *e = find_free(t);
	uint32_t isn;

	if (!e)
		return;
	*e = (struct entry){ .number = ++t->n_opened, .used = ++t->n_used };
	isn = (uint32_t)(t->now_ns / ISN_TICK_NS) + e->number * ISN_PER_OPEN;
	e->conn = tcp_conn_new(flow, &ops, t->now_ns, h, t->cfg.has_isn ? t->cfg.isn : isn,
			       t->cfg.rto_min_ns);
}

static void drop_segment(Tcp *t, const struct ipv4_hdr *ip, const char *reason)
{
	journal_begin(t->journal, t->now_ns, "tcp.drop");
	journal_str(t->journal, "reason", reason);
	journal_ip4(t->journal, "src", ip->src);
	journal_end(t->journal);
}

static bool is_syn(const struct tcp_hdr *h)
{
	return (h->flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN;
}

void tcp_input(Tcp *t, uint64_t now_ns, const struct ipv4_hdr *ip, const struct mac *mac,
	       struct slice segment)
{
	struct tcp_flow flow = { .guest_ip = ip->src, .server_ip = ip->dst, .mac = *mac };
	struct slice data;
	struct tcp_hdr h;
	struct entry *e;

	t->now_ns = now_ns;
	if (tcp_decode(&h, &data, ip, segment.p, segment.len)) {
		drop_segment(t, ip, "malformed");
		return;
	}
	if (!h.checksum_ok) {
		drop_segment(t, ip, "checksum");
		return;
	}
	flow.guest_port = h.sport;
	flow.server_port = h.dport;
	e = find(t, &flow);
	/* One that only stands for late segments makes room (RFC 9293 3.6.1). */
	if (e && is_syn(&h) && tcp_conn_is_over(e->conn)) {
		drop(t, e, NULL);
		e = NULL;
	}
	if (e) {
		e->used = ++t->n_used;
		tcp_conn_input(e->conn, now_ns, &h, data);
		settle(t, e);
	} else if (is_syn(&h) && t->cfg.port && h.dport == t->cfg.port) {
		accept_syn(t, &flow, &h);
	} else {
		refuse(t, &flow, &h, data.len);
	}
}

void tcp_flush(Tcp *t, uint64_t now_ns, TcpConn *c)
{
	struct entry *e = find(t, tcp_conn_flow(c));

	t->now_ns = now_ns;
	if (e)
		settle(t, e);
}

void tcp_step(Tcp *t, uint64_t now_ns)
{
	t->now_ns = now_ns;
	for (unsigned i = 0; i < N_CONNECTIONS; i++) {
		struct entry *e = &t->entries[i];

		if (!e->conn || tcp_conn_deadline_ns(e->conn) > now_ns)
			continue;
		tcp_conn_step(e->conn, now_ns);
		settle(t, e);
	}
}

uint64_t tcp_deadline_ns(const Tcp *t)
{
	uint64_t due_ns = DEADLINE_NEVER;

	for (unsigned i = 0; i < N_CONNECTIONS; i++)
		if (t->entries[i].conn)
			due_ns = MIN(due_ns, tcp_conn_deadline_ns(t->entries[i].conn));
	return due_ns;
}

void tcp_free(Tcp *t, uint64_t now_ns)
{
	if (!t)
		return;
	t->now_ns = now_ns;
	for (unsigned i = 0; i < N_CONNECTIONS; i++) {
		struct entry *e = &t->entries[i];

		if (e->conn && e->user)
			t->ops.closed(t->ops.self, now_ns, e->user);
		tcp_conn_free(e->conn);
	}
	g_free(t);
}
