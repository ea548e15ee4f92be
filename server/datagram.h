/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What protocol modules see of the network: UDP datagrams in and out, and the addresses they have
 *
 * A protocol module is a state machine: state, now and a datagram in; datagrams and the next
 * deadline out. It never asks for the time and never touches a socket.
 */
#ifndef SERVER_DATAGRAM_H
#define SERVER_DATAGRAM_H

#include "server/wire/bytes.h"
#include "server/wire/ethernet.h"
#include "server/wire/ip_addr.h"

#define DEADLINE_NEVER UINT64_MAX

/* What the router of an IPv6 network, which is the server, says of it (RFC 4861 6.2.1). */
struct ra_config {
	bool enabled;         /* false: there is no router */
	bool managed, other;  /* M: addresses come by DHCPv6; O: other things do */
	bool on_link;         /* L of the prefix */
	bool autonomous;      /* A of the prefix: hosts make their own addresses */
	uint64_t interval_ns; /* said unasked so often; 0: only when asked */
	unsigned lifetime_s;  /* as a default router; 0: it is none */
	unsigned valid_s;     /* of the prefix; UINT32_MAX: for ever */
	unsigned preferred_s; /* more than valid_s makes no sense, and is said */
	unsigned mtu;         /* 0: not told */
	struct ip6_addr dns;  /* ::, none told */
};

/* IPv6 beside IPv4. */
struct net6_config {
	bool enabled;
	struct ip6_addr server; /* its global address; it has a link-local one that its MAC tells */
	unsigned prefix_len;
	struct ip6_addr guest; /* first address to lease by DHCPv6; further ones follow */
	struct ra_config ra;
};

/* The network that a server plays. Addresses are host integers: 10.0.2.2 is 0x0a000202. */
struct net_config {
	struct mac mac;  /* of the server */
	uint32_t server; /* its address: DHCP, TFTP and HTTP are all here */
	uint32_t netmask;
	uint32_t router; /* as told by DHCP; 0: none told */
	uint32_t dns;    /* as told by DHCP; 0: none told */
	uint32_t guest;  /* first address to lease; further clients get the following ones */
	struct net6_config v6;
};

struct datagram {
	struct ip_addr src, dst; /* in: to all, or to a group, is IPv4's 255.255.255.255 */
	uint16_t sport, dport;
	struct mac mac; /* in: who sent the frame; out: where to, see mac_known */
	bool mac_known; /* out: mac is set, ask nobody (a DHCP client has no address yet) */
	struct slice payload;
};

/* Whether it came to more than one host. */
static inline bool datagram_is_to_group(const struct datagram *d)
{
	return d->dst.is_v6 ? ip6_is_multicast(&d->dst.v6) : d->dst.v4 == UINT32_MAX;
}

/* Where a module's datagrams go. The payload is borrowed and gone when the call returns. */
struct datagram_sink {
	void (*send)(void *self, const struct datagram *d);
	void *self;
};

static inline void datagram_send(const struct datagram_sink *s, const struct datagram *d)
{
	s->send(s->self, d);
}

#endif /* SERVER_DATAGRAM_H */
