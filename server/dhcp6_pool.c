/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses a DHCPv6 server has, and who has which: server/dhcp_leases.h for IPv6
 */
#include "server/dhcp6_pool.h"

enum {
	SUFFIX_LEN = 4, /* bytes of an address by which the leases know it */
	PREFIX_BITS = IP6_PREFIX_MAX - 8 * SUFFIX_LEN,
};

struct Dhcp6Pool {
	struct ip6_addr first;
	DhcpLeases *leases;
};

/* 0: it is none of the pool's; the address that ends in zeros is nobody's either (RFC 4291 2.6.1).
 */
static uint32_t suffix_of(const Dhcp6Pool *p, const struct ip6_addr *a)
{
	struct rd r = RD_INIT(a->b + IP6_ALEN - SUFFIX_LEN, SUFFIX_LEN);

	return ip6_same_prefix(a, &p->first, PREFIX_BITS) ? rd_be32(&r) : 0;
}

static bool take(const Dhcp6Pool *p, uint32_t suffix, struct ip6_addr *out)
{
	struct ip6_addr a = p->first;
	struct wr w = WR_INIT(a.b + IP6_ALEN - SUFFIX_LEN, SUFFIX_LEN);

	if (!suffix)
		return false;
	wr_be32(&w, suffix);
	*out = a;
	return true;
}

Dhcp6Pool *dhcp6_pool_new(const struct net6_config *net, unsigned n)
{
	Dhcp6Pool *p = g_new0(Dhcp6Pool, 1);
	struct net_config suffixes = { 0 };

	p->first = net->guest;
	suffixes.guest = suffix_of(p, &net->guest);
	suffixes.server = suffix_of(p, &net->server);
	p->leases = dhcp_leases_new(&suffixes, n);
	return p;
}

bool dhcp6_pool_find(const Dhcp6Pool *p, const struct dhcp_client *c, struct ip6_addr *out)
{
	return take(p, dhcp_leases_find(p->leases, c), out);
}

bool dhcp6_pool_offer(Dhcp6Pool *p, uint64_t now_ns, const struct dhcp_client *c,
		      const struct ip6_addr *wanted, uint64_t until_ns, struct ip6_addr *out)
{
	uint32_t suffix = suffix_of(p, wanted);

	return take(p, dhcp_leases_offer(p->leases, now_ns, c, suffix, until_ns), out);
}

void dhcp6_pool_bind(Dhcp6Pool *p, const struct dhcp_client *c, uint64_t until_ns)
{
	dhcp_leases_bind(p->leases, c, until_ns);
}

bool dhcp6_pool_release(Dhcp6Pool *p, uint64_t now_ns, const struct dhcp_client *c,
			const struct ip6_addr *a)
{
	return dhcp_leases_release(p->leases, now_ns, c, suffix_of(p, a));
}

bool dhcp6_pool_decline(Dhcp6Pool *p, uint64_t now_ns, const struct dhcp_client *c,
			const struct ip6_addr *a, uint64_t until_ns)
{
	return dhcp_leases_decline(p->leases, now_ns, c, suffix_of(p, a), until_ns);
}

void dhcp6_pool_free(Dhcp6Pool *p)
{
	if (!p)
		return;
	dhcp_leases_free(p->leases);
	g_free(p);
}
