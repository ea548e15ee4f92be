/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Neighbour discovery (RFC 4861 4, RFC 8106): solicitations and advertisements
 */
#ifndef SERVER_WIRE_NDP_H
#define SERVER_WIRE_NDP_H

#include "server/wire/ip6.h"

enum {
	NDP_HOP_LIMIT = 255, /* RFC 4861 4: of all messages; a router in between makes it less */
	NDP_N_DNS_MAX = 4,   /* ours: further name servers are not read */
};

#define NDP_LIFETIME_INFINITE UINT32_MAX /* RFC 4861 4.6.2 */

enum {
	NDP_E_TYPE = 1,  /* none of the four, or with a code other than 0 */
	NDP_E_MALFORMED, /* short, or an option with no or too great a length */
};

/* RFC 4861 4.6.2 */
struct ndp_prefix {
	struct ip6_addr prefix;
	uint8_t len;
	bool on_link, autonomous;
	uint32_t valid_s, preferred_s;
};

/* A message of any of the four types; what its type does not have is zero, and not written. */
struct ndp {
	uint8_t type;                     /* ICMP6_RS, RA, NS or NA */
	struct ip6_addr target;           /* NS, NA */
	bool router, solicited, override; /* NA */
	bool managed, other;              /* RA */
	uint8_t hop_limit;
	uint16_t lifetime_s; /* as a default router */
	uint32_t reachable_ms, retrans_ms;
	/* Options. */
	bool has_mac; /* of the sender; in an NA, of the target */
	struct mac mac;
	bool has_prefix; /* the first one, if there are several */
	struct ndp_prefix prefix;
	uint32_t mtu; /* 0: none */
	unsigned n_dns;
	struct ip6_addr dns[NDP_N_DNS_MAX];
	uint32_t dns_lifetime_s;
};

/**
 * ndp_decode() - Read a message
 * @h:		Its ICMPv6 header
 * @body:	What follows that
 *
 * Options that are not known, or have a length that they cannot have, are skipped.
 *
 * Return: 0, NDP_E_TYPE or NDP_E_MALFORMED. Checksum, hop limit and addresses are the caller's
 *	   business.
 */
int ndp_decode(struct ndp *out, const struct icmp_hdr *h, struct slice body);

/*
 * Whether a message with a right checksum may be believed (RFC 4861 6.1.1, 6.1.2, 7.1.1, 7.1.2, RFC
 * 6980): where it came from, where to, and how far.
 */
bool ndp_is_valid(const struct ndp *n, const struct ipv6_hdr *ip);

/* Write a message as ICMPv6 under @ip, with checksum. */
void ndp_encode(struct wr *w, const struct ndp *n, const struct ipv6_hdr *ip);

#endif /* SERVER_WIRE_NDP_H */
