/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses a DHCP server has, and who has which
 *
 * A short table, searched from its start: a scenario has a handful of clients. There is no timer; a
 * slot whose time is over counts as free from then on.
 */
#include "server/dhcp_leases.h"

/*
 *   FREE     -> offer                   -> OFFERED
 *   OFFERED  -> bind                    -> BOUND
 *   OFFERED  -> withdraw                -> FREE
 *   BOUND    -> bind                    -> BOUND
 *   BOUND    -> release                 -> FREE
 *   OFFERED, BOUND -> decline           -> DECLINED
 *   any, its time over -> offer         -> OFFERED
 */
enum lease_state {
	LEASE_FREE,
	LEASE_OFFERED,
	LEASE_BOUND,
	LEASE_DECLINED,
};

struct lease {
	uint32_t address;
	enum lease_state state;
	uint64_t until_ns;         /* end of the state; FREE: when it began */
	struct dhcp_client client; /* whose it is or was; empty: nobody's */
};

struct DhcpLeases {
	size_t n;
	struct lease *leases;
};

static bool is_leasable(const struct net_config *net, uint32_t address)
{
	uint32_t host = address & ~net->netmask;

	return (address & net->netmask) == (net->guest & net->netmask) && host &&
	       host != ~net->netmask && address != net->server && address != net->router &&
	       address != net->dns;
}

DhcpLeases *dhcp_leases_new(const struct net_config *net, unsigned n)
{
	DhcpLeases *l = g_new0(DhcpLeases, 1);

	n = MIN(n, DHCP_LEASES_MAX);
	l->leases = g_new0(struct lease, n);
	for (unsigned i = 0; i < n && i <= UINT32_MAX - net->guest; i++)
		if (is_leasable(net, net->guest + i))
			l->leases[l->n++].address = net->guest + i;
	return l;
}

static bool is_taken(const struct lease *e, uint64_t now_ns)
{
	return e->state != LEASE_FREE && e->until_ns > now_ns;
}

static bool is_of(const struct lease *e, const struct dhcp_client *c)
{
	return e->client.len && e->client.len == c->len &&
	       memcmp(e->client.key, c->key, c->len) == 0;
}

static struct lease *find_client(const DhcpLeases *l, const struct dhcp_client *c)
{
	for (size_t i = 0; i < l->n; i++)
		if (is_of(&l->leases[i], c))
			return &l->leases[i];
	return NULL;
}

/* The client's slot, if it is for this address and its time is not over. */
static struct lease *find_running(const DhcpLeases *l, uint64_t now_ns, const struct dhcp_client *c,
				  uint32_t address)
{
	struct lease *e = find_client(l, c);

	return e && e->address == address && is_taken(e, now_ns) ? e : NULL;
}

/* A slot for a client that has none. */
static struct lease *find_free(const DhcpLeases *l, uint64_t now_ns, uint32_t wanted)
{
	struct lease *best = NULL;

	for (size_t i = 0; i < l->n; i++) {
		struct lease *e = &l->leases[i];

		if (is_taken(e, now_ns))
			continue;
		if (e->address == wanted)
			return e;
		if (!best || e->until_ns < best->until_ns)
			best = e;
	}
	return best;
}

uint32_t dhcp_leases_offer(DhcpLeases *l, uint64_t now_ns, const struct dhcp_client *c,
			   uint32_t wanted, uint64_t until_ns)
{
	struct lease *e = find_client(l, c);

	if (e && e->state == LEASE_BOUND && is_taken(e, now_ns))
		return e->address;
	if (!e)
		e = find_free(l, now_ns, wanted);
	if (!e)
		return 0;
	e->client = *c;
	e->state = LEASE_OFFERED;
	e->until_ns = until_ns;
	return e->address;
}

void dhcp_leases_bind(DhcpLeases *l, const struct dhcp_client *c, uint64_t until_ns)
{
	struct lease *e = find_client(l, c);

	g_assert(e);
	e->state = LEASE_BOUND;
	e->until_ns = until_ns;
}

bool dhcp_leases_withdraw(DhcpLeases *l, uint64_t now_ns, const struct dhcp_client *c)
{
	struct lease *e = find_client(l, c);

	if (!e || e->state != LEASE_OFFERED)
		return false;
	e->state = LEASE_FREE;
	e->until_ns = now_ns;
	return true;
}

bool dhcp_leases_release(DhcpLeases *l, uint64_t now_ns, const struct dhcp_client *c,
			 uint32_t address)
{
	struct lease *e = find_running(l, now_ns, c, address);

	if (!e || e->state != LEASE_BOUND)
		return false;
	e->state = LEASE_FREE;
	e->until_ns = now_ns;
	return true;
}

bool dhcp_leases_decline(DhcpLeases *l, uint64_t now_ns, const struct dhcp_client *c,
			 uint32_t address, uint64_t until_ns)
{
	struct lease *e = find_running(l, now_ns, c, address);

	if (!e)
		return false;
	e->state = LEASE_DECLINED;
	e->until_ns = until_ns;
	e->client.len = 0;
	return true;
}

uint32_t dhcp_leases_find(const DhcpLeases *l, const struct dhcp_client *c)
{
	const struct lease *e = find_client(l, c);

	return e ? e->address : 0;
}

void dhcp_leases_free(DhcpLeases *l)
{
	if (!l)
		return;
	g_free(l->leases);
	g_free(l);
}
