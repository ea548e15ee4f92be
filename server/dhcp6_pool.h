/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses a DHCPv6 server has, and who has which: server/dhcp_leases.h for IPv6
 *
 * An address is known there by its last 32 bits, in which all of a pool differ and nowhere else.
 */
#ifndef SERVER_DHCP6_POOL_H
#define SERVER_DHCP6_POOL_H

#include "server/dhcp_leases.h"

typedef struct Dhcp6Pool Dhcp6Pool;

/* @n addresses from net->guest upwards, but for net->server; fewer if the last 32 bits end before.
 */
Dhcp6Pool *dhcp6_pool_new(const struct net6_config *net, unsigned n);

/* The address of @c, held or lapsed but not yet given to another. False: none on record. */
bool dhcp6_pool_find(const Dhcp6Pool *p, const struct dhcp_client *c, struct ip6_addr *out);

/* As dhcp_leases_offer(); false: no address is free. */
bool dhcp6_pool_offer(Dhcp6Pool *p, uint64_t now_ns, const struct dhcp_client *c,
		      const struct ip6_addr *wanted, uint64_t until_ns, struct ip6_addr *out);

/* Turn what dhcp6_pool_find() tells, which there must be, into a lease. */
void dhcp6_pool_bind(Dhcp6Pool *p, const struct dhcp_client *c, uint64_t until_ns);

/* End a lease. False if @a is not a lease of @c that still runs. */
bool dhcp6_pool_release(Dhcp6Pool *p, uint64_t now_ns, const struct dhcp_client *c,
			const struct ip6_addr *a);

/* Let nobody have @a before @until_ns. False if it was not set aside for or leased to @c. */
bool dhcp6_pool_decline(Dhcp6Pool *p, uint64_t now_ns, const struct dhcp_client *c,
			const struct ip6_addr *a, uint64_t until_ns);

void dhcp6_pool_free(Dhcp6Pool *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Dhcp6Pool, dhcp6_pool_free)

#endif /* SERVER_DHCP6_POOL_H */
