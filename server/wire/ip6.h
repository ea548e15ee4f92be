/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv6 headers (RFC 8200), UDP over IPv6, and ICMPv6 (RFC 4443)
 *
 * As in server/wire/ip.h decoders tell what is wrong with a checksum and leave the judgement to the
 * caller.
 */
#ifndef SERVER_WIRE_IP6_H
#define SERVER_WIRE_IP6_H

#include "server/wire/ip.h"
#include "server/wire/ip_addr.h"

enum {
	IPV6_HLEN = 40,
	IPV6_FRAGMENT_HLEN = 8,
	IPV6_PAYLOAD_MAX = 65535,
	IPV6_N_EXTENSIONS_MAX = 8, /* ours: more is an attack or a bug */
	ICMP6_HLEN = 8,            /* with the second word that all messages here have */
};

/* RFC 8200 4: next headers that are extensions, besides those of enum ip_proto. */
enum ip6_next {
	IP6_NEXT_HOP_BY_HOP = 0,
	IP6_NEXT_ROUTING = 43,
	IP6_NEXT_FRAGMENT = 44,
	IP6_NEXT_ICMP = 58,
	IP6_NEXT_NONE = 59,
	IP6_NEXT_DESTINATION = 60,
};

enum {
	IPV6_E_MALFORMED = 1, /* version, length or an extension header do not fit the bytes */
};

struct ipv6_hdr {
	struct ip6_addr src, dst;
	uint8_t hop_limit;
	uint8_t proto; /* behind the extension headers: enum ip_proto, enum ip6_next, or another */
	/* An extension header that a host may not skip: an option that says so (RFC 8200 4.2), or
	 * a route that does not end here (4.4). Decode only. */
	bool refused;
	bool has_fragment; /* there is a fragment header, with the next three */
	bool more_fragments;
	uint16_t frag_offset; /* in bytes */
	uint32_t frag_id;
};

/* RFC 4443 2.1 and 3 to 4, RFC 4861 4 */
enum icmp6_type {
	ICMP6_UNREACHABLE = 1,
	ICMP6_ECHO = 128,
	ICMP6_ECHO_REPLY = 129,
	ICMP6_RS = 133,
	ICMP6_RA = 134,
	ICMP6_NS = 135,
	ICMP6_NA = 136,
};

enum {
	ICMP6_CODE_PORT_UNREACHABLE = 4, /* RFC 4443 3.1 */
};

/**
 * ipv6_decode() - Split an IPv6 packet
 * @out:	Filled with the header
 * @payload:	Filled with what is behind the extension headers, inside @buf; link padding is gone
 *
 * Extension headers are skipped (hop-by-hop options, destination options, routing, and a fragment
 * header around a whole datagram, RFC 6946). Of a fragment the payload begins behind its fragment
 * header, whatever comes there.
 *
 * Return: 0, or IPV6_E_MALFORMED.
 */
int ipv6_decode(struct ipv6_hdr *out, struct slice *payload, const uint8_t *buf, size_t len);

/* Write a header, with a fragment header if there is one; @payload_len bytes follow at w->p. */
void ipv6_encode(struct wr *w, const struct ipv6_hdr *h, size_t payload_len);

/* As udp_decode(); a checksum is mandatory over IPv6 (RFC 8200 8.1), so NONE is a wrong one. */
int udp6_decode(struct udp_hdr *out, struct slice *payload, const struct ipv6_hdr *ip,
		const uint8_t *buf, size_t len);
void udp6_encode(struct wr *w, const struct udp_hdr *u, const struct ipv6_hdr *ip,
		 const uint8_t *payload, size_t len);

/* As icmp_decode(), with the pseudo header in the checksum. */
int icmp6_decode(struct icmp_hdr *out, struct slice *payload, const struct ipv6_hdr *ip,
		 const uint8_t *buf, size_t len);
void icmp6_encode(struct wr *w, const struct icmp_hdr *h, const struct ipv6_hdr *ip,
		  const uint8_t *payload, size_t len);

/* The sum of the pseudo header of RFC 8200 8.1, not folded. */
uint32_t ip6_pseudo_sum(const struct ip6_addr *src, const struct ip6_addr *dst, uint8_t proto,
			size_t len);

#endif /* SERVER_WIRE_IP6_H */
