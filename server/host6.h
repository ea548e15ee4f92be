/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's place on the network, IPv6: neighbour discovery, ICMPv6, UDP, and the router's word
 *
 * A part of server/host.c, which has the Ethernet below it; nobody else includes this.
 */
#ifndef SERVER_HOST6_H
#define SERVER_HOST6_H

#include "server/host.h"

typedef struct Host6 Host6;

/* @ops and @net are copied, @journal is borrowed. Never fails. */
Host6 *host6_new(const struct net_config *net, const struct host_ops *ops, Journal *journal);

/**
 * host6_input() - Take an IPv6 packet off the wire
 * @eth:	The header of its frame, which is for us or for a group
 *
 * Answers neighbour and router solicitations (RFC 4861) and ICMPv6 echo itself, joins fragments
 * (RFC 8200 4.5, RFC 5722), hands UDP on, and answers a closed port with ICMPv6 port unreachable
 * (RFC 4443 3.1). What is malformed or has a wrong checksum is dropped and journalled.
 */
void host6_input(Host6 *h, uint64_t now_ns, const struct eth_hdr *eth, struct slice packet);

/**
 * host6_send() - Send a datagram, in fragments if it must be
 * @d:		Borrowed; comes from d->src if that is an address of ours, else from the one that
 *		suits d->dst
 *
 * Everybody is on our segment. Where d->mac is not known it is asked for, as host_send() does.
 */
void host6_send(Host6 *h, uint64_t now_ns, const struct datagram *d);

/* Do what is due: solicitations again, advertisements unasked. @h may be NULL. */
void host6_step(Host6 *h, uint64_t now_ns);
uint64_t host6_deadline_ns(const Host6 *h);

void host6_free(Host6 *h);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Host6, host6_free)

#endif /* SERVER_HOST6_H */
