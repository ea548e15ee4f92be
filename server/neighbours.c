/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MAC addresses of the neighbours, and the packets that wait for one (RFC 826, RFC 1122 2.3.2;
 * RFC 4861 7)
 *
 * Each row of the table is a small state machine:
 *
 *   FREE   -> a MAC is learnt               -> KNOWN
 *   FREE   -> a packet is parked            -> ASKING; a request is sent
 *   ASKING -> the MAC is learnt             -> KNOWN; the packet is sent
 *   ASKING -> a second, requests left       -> ASKING; a request is sent
 *   ASKING -> a second, none left           -> FREE; the packet is dropped
 *   any    -> full, and unused for longest  -> FREE; its packet, if any, is dropped
 *
 * Nothing ages: a boot is short, and a neighbour that moves says so.
 */
#include "server/neighbours.h"

struct neighbour {
	enum {
		STATE_FREE,
		STATE_ASKING,
		STATE_KNOWN,
	} state;
	struct ip_addr ip;
	struct mac mac;    /* KNOWN */
	uint64_t last_use; /* a count, not a time */
	unsigned n_asked;  /* ASKING, and the rest too */
	uint64_t deadline_ns;
	struct neighbours_packet parked;
	uint8_t *payload; /* of @parked, owned; NULL: nothing is parked */
};

struct Neighbours {
	struct neighbours_ops ops;
	struct neighbour rows[NEIGHBOURS_MAX];
	uint64_t n_uses;
};

Neighbours *neighbours_new(const struct neighbours_ops *ops)
{
	Neighbours *n = g_new0(Neighbours, 1);

	n->ops = *ops;
	return n;
}

static struct neighbour *row_find(Neighbours *n, struct ip_addr ip)
{
	for (size_t i = 0; i < NEIGHBOURS_MAX; i++) {
		struct neighbour *row = &n->rows[i];

		if (row->state == STATE_FREE || !ip_addr_equal(&row->ip, &ip))
			continue;
		row->last_use = ++n->n_uses;
		return row;
	}
	return NULL;
}

static void row_lose(Neighbours *n, uint64_t now_ns, struct neighbour *row,
		     enum neighbours_loss why)
{
	if (!row->payload)
		return;
	n->ops.lost(n->ops.self, now_ns, why, &row->parked);
	g_clear_pointer(&row->payload, g_free);
}

/* A row for an address that has none: a free one, or the one that was unused for longest. */
static struct neighbour *row_add(Neighbours *n, uint64_t now_ns, struct ip_addr ip)
{
	struct neighbour *best = &n->rows[0];

	for (size_t i = 0; i < NEIGHBOURS_MAX && best->state != STATE_FREE; i++) {
		struct neighbour *row = &n->rows[i];

		if (row->state == STATE_FREE || row->last_use < best->last_use)
			best = row;
	}
	row_lose(n, now_ns, best, NEIGHBOURS_FULL);
	*best = (struct neighbour){ .ip = ip, .last_use = ++n->n_uses };
	return best;
}

static void row_ask(Neighbours *n, uint64_t now_ns, struct neighbour *row)
{
	row->state = STATE_ASKING;
	row->n_asked++;
	row->deadline_ns = now_ns + NEIGHBOURS_ASK_NS;
	n->ops.ask(n->ops.self, row->ip);
}

const struct mac *neighbours_find(Neighbours *n, struct ip_addr ip)
{
	struct neighbour *row = row_find(n, ip);

	return row && row->state == STATE_KNOWN ? &row->mac : NULL;
}

void neighbours_park(Neighbours *n, uint64_t now_ns, const struct neighbours_packet *p)
{
	struct neighbour *row = row_find(n, p->dst);

	if (!row)
		row = row_add(n, now_ns, p->dst);
	row_lose(n, now_ns, row, NEIGHBOURS_REPLACED);
	row->payload = g_memdup2(p->payload.p, p->payload.len);
	row->parked = *p;
	row->parked.payload.p = row->payload;
	if (row->state == STATE_FREE)
		row_ask(n, now_ns, row);
}

void neighbours_learn(Neighbours *n, uint64_t now_ns, struct ip_addr ip, const struct mac *mac)
{
	struct neighbour *row = row_find(n, ip);

	if (!row)
		row = row_add(n, now_ns, ip);
	row->state = STATE_KNOWN;
	row->mac = *mac;
	if (!row->payload)
		return;
	n->ops.send(n->ops.self, &row->mac, &row->parked);
	g_clear_pointer(&row->payload, g_free);
}

bool neighbours_update(Neighbours *n, struct ip_addr ip, const struct mac *mac)
{
	struct neighbour *row = row_find(n, ip);

	if (!row || row->state != STATE_KNOWN)
		return false;
	row->mac = *mac;
	return true;
}

bool neighbours_answer(Neighbours *n, uint64_t now_ns, struct ip_addr ip, const struct mac *mac)
{
	if (!row_find(n, ip))
		return false;
	neighbours_learn(n, now_ns, ip, mac);
	return true;
}

void neighbours_step(Neighbours *n, uint64_t now_ns)
{
	for (size_t i = 0; i < NEIGHBOURS_MAX; i++) {
		struct neighbour *row = &n->rows[i];

		if (row->state != STATE_ASKING || now_ns < row->deadline_ns)
			continue;
		if (row->n_asked < NEIGHBOURS_ASK_MAX) {
			row_ask(n, now_ns, row);
			continue;
		}
		row_lose(n, now_ns, row, NEIGHBOURS_UNANSWERED);
		row->state = STATE_FREE;
	}
}

uint64_t neighbours_deadline_ns(const Neighbours *n)
{
	uint64_t first = DEADLINE_NEVER;

	for (size_t i = 0; i < NEIGHBOURS_MAX; i++)
		if (n->rows[i].state == STATE_ASKING)
			first = MIN(first, n->rows[i].deadline_ns);
	return first;
}

void neighbours_free(Neighbours *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < NEIGHBOURS_MAX; i++)
		g_free(n->rows[i].payload);
	g_free(n);
}
