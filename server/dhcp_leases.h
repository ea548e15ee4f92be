/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses a DHCP server has, and who has which
 *
 * Each address remembers its last client, so that a client that comes back gets the same one for as
 * long as nobody else needed it (RFC 2131 4.3.1). A client has at most one address.
 */
#ifndef SERVER_DHCP_LEASES_H
#define SERVER_DHCP_LEASES_H

#include <glib.h>

#include "server/datagram.h"

enum {
	DHCP_LEASES_MAX = 4096,        /* ours: more clients than any scenario has */
	DHCP_CLIENT_KEY_MAX = 1 + 255, /* a kind, then option 61 */
};

/* What tells clients apart; the bytes are the protocol's business. */
struct dhcp_client {
	size_t len;
	uint8_t key[DHCP_CLIENT_KEY_MAX];
};

typedef struct DhcpLeases DhcpLeases;

/**
 * dhcp_leases_new() - Make a pool
 * @net:	Tells the first address, and which are not to be leased: those of the server, the
 *		router and the name server, and what is no host's address in the network
 * @n:		Addresses to have, counted from net->guest; fewer if the network ends before
 */
DhcpLeases *dhcp_leases_new(const struct net_config *net, unsigned n);

/**
 * dhcp_leases_offer() - Set an address aside for a client
 * @wanted:	Address that the client would like; 0: none
 * @until_ns:	When it is free again unless dhcp_leases_bind() comes before
 *
 * The client's own address, held or lapsed; else @wanted if it is free; else one that nobody had
 * yet; else the one free for longest. A lease that runs is not shortened.
 *
 * Return: the address; 0 if none is free.
 */
uint32_t dhcp_leases_offer(DhcpLeases *l, uint64_t now_ns, const struct dhcp_client *c,
			   uint32_t wanted, uint64_t until_ns);

/* Turn what dhcp_leases_find() tells, which must not be 0, into a lease. */
void dhcp_leases_bind(DhcpLeases *l, const struct dhcp_client *c, uint64_t until_ns);

/* Take an offer back. False if there is none; a lease is left alone. */
bool dhcp_leases_withdraw(DhcpLeases *l, uint64_t now_ns, const struct dhcp_client *c);

/* End a lease. False if @address is not a lease of @c that still runs. */
bool dhcp_leases_release(DhcpLeases *l, uint64_t now_ns, const struct dhcp_client *c,
			 uint32_t address);

/* Let nobody have @address before @until_ns. False if it was not set aside for or leased to @c. */
bool dhcp_leases_decline(DhcpLeases *l, uint64_t now_ns, const struct dhcp_client *c,
			 uint32_t address, uint64_t until_ns);

/* The address of @c, held or lapsed but not yet given to another; 0: none on record. */
uint32_t dhcp_leases_find(const DhcpLeases *l, const struct dhcp_client *c);

void dhcp_leases_free(DhcpLeases *l);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DhcpLeases, dhcp_leases_free)

#endif /* SERVER_DHCP_LEASES_H */
