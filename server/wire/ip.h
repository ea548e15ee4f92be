/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv4 (RFC 791), UDP (RFC 768) and ICMP (RFC 792) headers
 *
 * Decoders say whether a checksum is right and leave the judgement to the caller: the server drops
 * such a packet, the capture and the checks want to see what it was.
 */
#ifndef SERVER_WIRE_IP_H
#define SERVER_WIRE_IP_H

#include "server/wire/bytes.h"

enum {
	IPV4_HLEN_MIN = 20,
	IPV4_HLEN_MAX = 60,
	IPV4_TOTAL_MAX = 65535,
	UDP_HLEN = 8,
	ICMP_HLEN = 8,
};

enum ip_proto {
	IP_PROTO_ICMP = 1,
	IP_PROTO_TCP = 6,
	IP_PROTO_UDP = 17,
};

enum {
	IPV4_E_MALFORMED = 1, /* version, header length or total length do not fit the bytes */
	UDP_E_MALFORMED,      /* header or length field do not fit the bytes */
	ICMP_E_MALFORMED,
};

struct ipv4_hdr {
	uint32_t src, dst; /* host integers */
	uint16_t id;
	uint16_t frag_offset; /* in bytes */
	bool more_fragments;
	bool dont_fragment;
	bool checksum_ok; /* decode only */
	uint8_t tos, ttl;
	uint8_t proto;        /* enum ip_proto, or whatever the peer said */
	struct slice options; /* decode only */
};

enum udp_checksum {
	UDP_CHECKSUM_NONE, /* field is zero (RFC 768: none was made) */
	UDP_CHECKSUM_GOOD,
	UDP_CHECKSUM_BAD,
};

struct udp_hdr {
	uint16_t sport, dport;
	enum udp_checksum checksum; /* decode only; GOOD is what encode makes */
};

enum icmp_type {
	ICMP_ECHO_REPLY = 0,
	ICMP_UNREACHABLE = 3,
	ICMP_ECHO = 8,
};

enum {
	ICMP_CODE_PORT_UNREACHABLE = 3, /* RFC 792 */
};

struct icmp_hdr {
	uint8_t type, code;
	uint32_t rest; /* second word: identifier and sequence, or unused */
	bool checksum_ok;
};

/* The Internet checksum of @len bytes (RFC 1071), on top of @sum, not yet folded. */
uint32_t ip_checksum_add(uint32_t sum, const uint8_t *buf, size_t len);

/* Fold and invert. */
uint16_t ip_checksum_fold(uint32_t sum);

/**
 * ipv4_decode() - Split an IPv4 packet (RFC 791 3.1)
 * @out:	Filled with the header
 * @payload:	Filled with total length less header length bytes inside @buf; link padding is gone
 *
 * Return: 0, or IPV4_E_MALFORMED. A wrong checksum is out->checksum_ok, not an error.
 */
int ipv4_decode(struct ipv4_hdr *out, struct slice *payload, const uint8_t *buf, size_t len);

/* Write a header without options for a payload of @payload_len bytes, which follows at w->p. */
void ipv4_encode(struct wr *w, const struct ipv4_hdr *h, size_t payload_len);

/**
 * udp_decode() - Split a UDP datagram (RFC 768)
 * @ip:		Header it came under: its addresses are part of the checksum
 * @payload:	Filled with as many bytes as the UDP length says
 *
 * Return: 0, or UDP_E_MALFORMED.
 */
int udp_decode(struct udp_hdr *out, struct slice *payload, const struct ipv4_hdr *ip,
	       const uint8_t *buf, size_t len);

/* Write header and payload, with checksum (RFC 768: a computed zero is sent as all ones). */
void udp_encode(struct wr *w, const struct udp_hdr *u, const struct ipv4_hdr *ip,
		const uint8_t *payload, size_t len);

/*
 * Both for any network below: @pseudo_sum is what its pseudo header adds to the checksum, not
 * folded, without the length.
 */
int udp_decode_over(struct udp_hdr *out, struct slice *payload, uint32_t pseudo_sum,
		    const uint8_t *buf, size_t len);
void udp_encode_over(struct wr *w, const struct udp_hdr *u, uint32_t pseudo_sum,
		     const uint8_t *payload, size_t len);

int icmp_decode(struct icmp_hdr *out, struct slice *payload, const uint8_t *buf, size_t len);

void icmp_encode(struct wr *w, const struct icmp_hdr *h, const uint8_t *payload, size_t len);

#endif /* SERVER_WIRE_IP_H */
