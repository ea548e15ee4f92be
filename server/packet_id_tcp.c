/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which connection a TCP segment belongs to, and where in its stream it is (RFC 9293)
 *
 * A connection is found by its four addresses and ports, and counted by the port of the server
 * alone: the guest's is drawn at random. A SYN with another first sequence number than that of the
 * connection it seems to belong to begins a new one. One whose beginning was not seen counts from
 * the first segment that was.
 */
#include "server/packet_id_tcp.h"

#include "server/packet_id_tally.h"

enum {
	N_CONNECTIONS = 32, /* ours: remembered at once */
};

struct segment {
	uint32_t guest_ip, server_ip;
	uint16_t guest_port, server_port;
	uint32_t seq, ack;
	uint8_t flags;
	size_t len; /* of its data */
};

struct stream {
	bool known;
	uint32_t isn;
	uint64_t high; /* furthest offset that was spoken of */
};

struct connection {
	uint32_t guest_ip, server_ip;
	uint16_t guest_port, server_port;
	unsigned ordinal;             /* 0: unused */
	uint64_t used;                /* larger is later */
	struct stream stream[2];      /* by who sends it, enum packet_dir */
	uint64_t bytes, acks, resets; /* transactions */
};

struct PacketIdTcp {
	struct connection connections[N_CONNECTIONS];
	uint64_t n_used;
	PacketIdTally *ordinals; /* latest ordinal of a server's port */
};

PacketIdTcp *packet_id_tcp_new(void)
{
	PacketIdTcp *t = g_new0(PacketIdTcp, 1);

	t->ordinals = packet_id_tally_new();
	return t;
}

static struct segment segment_of(enum packet_dir dir, const struct frame *f)
{
	bool out = dir == PACKET_FROM_GUEST;

	return (struct segment){
		.guest_ip = out ? f->ip.src : f->ip.dst,
		.server_ip = out ? f->ip.dst : f->ip.src,
		.guest_port = out ? f->tcp.sport : f->tcp.dport,
		.server_port = out ? f->tcp.dport : f->tcp.sport,
		.seq = f->tcp.seq,
		.ack = f->tcp.ack,
		.flags = f->tcp.flags,
		.len = f->payload.len,
	};
}

static struct connection *find(PacketIdTcp *t, const struct segment *s)
{
	for (unsigned i = 0; i < N_CONNECTIONS; i++) {
		struct connection *c = &t->connections[i];

		if (c->ordinal && c->guest_port == s->guest_port &&
		    c->server_port == s->server_port && c->guest_ip == s->guest_ip &&
		    c->server_ip == s->server_ip)
			return c;
	}
	return NULL;
}

static struct connection *oldest(PacketIdTcp *t)
{
	struct connection *c = &t->connections[0];

	for (unsigned i = 1; i < N_CONNECTIONS; i++)
		if (t->connections[i].used < c->used)
			c = &t->connections[i];
	return c;
}

static void begin(PacketIdTcp *t, struct connection *c, const struct segment *s)
{
	uint8_t port[2];
	struct wr w = WR_INIT(port, sizeof(port));
	struct slice name = { port, sizeof(port) };
	unsigned *ordinal;

	wr_be16(&w, s->server_port);
	ordinal = packet_id_tally_at(t->ordinals, packet_id_transaction("tcp", 0, name));
	++*ordinal;
	*c = (struct connection){
		.guest_ip = s->guest_ip,
		.server_ip = s->server_ip,
		.guest_port = s->guest_port,
		.server_port = s->server_port,
		.ordinal = *ordinal,
		.bytes = packet_id_transaction("tcp", *ordinal, name),
		.acks = packet_id_transaction("tcp.ack", *ordinal, name),
		.resets = packet_id_transaction("tcp.rst", *ordinal, name),
	};
}

/* Sequence numbers wrap at 2^32: the offset that is nearest to the furthest so far. */
static uint64_t offset_of(struct stream *s, uint32_t seq)
{
	uint32_t ahead;
	uint64_t offset;

	if (!s->known)
		*s = (struct stream){ .known = true, .isn = seq };
	ahead = seq - (s->isn + (uint32_t)s->high);
	if (ahead < UINT32_C(1) << 31)
		offset = s->high + ahead;
	else
		offset = s->high - (uint32_t)-ahead; /* before the beginning: wraps, is no other */
	if (offset > s->high && ahead < UINT32_C(1) << 31)
		s->high = offset;
	return offset;
}

static bool is_new(const struct connection *c, enum packet_dir dir, const struct segment *s)
{
	const struct stream *sender = &c->stream[dir];

	return s->flags & TCP_SYN && sender->known && sender->isn != s->seq;
}

void packet_id_tcp_next(PacketIdTcp *t, enum packet_dir dir, const struct frame *f,
			struct packet_id *out)
{
	struct segment s = segment_of(dir, f);
	struct connection *c = find(t, &s);

	if (!c || is_new(c, dir, &s)) {
		c = c ? c : oldest(t);
		begin(t, c, &s);
	}
	c->used = ++t->n_used;

	out->ordinal = c->ordinal;
	if (s.flags & TCP_RST) {
		out->transaction = c->resets;
		out->position = 0;
	} else if (s.len || s.flags & (TCP_SYN | TCP_FIN)) {
		out->transaction = c->bytes;
		out->position = offset_of(&c->stream[dir], s.seq);
		out->bytes_at = out->position ? out->position - 1 : 0;
		out->n_bytes = s.len;
	} else {
		out->transaction = c->acks;
		out->position = offset_of(&c->stream[!dir], s.ack);
		out->bytes_at = out->position ? out->position - 1 : 0;
	}
}

void packet_id_tcp_free(PacketIdTcp *t)
{
	if (!t)
		return;
	packet_id_tally_free(t->ordinals);
	g_free(t);
}
