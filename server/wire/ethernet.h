/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ethernet II frames (RFC 894) and ARP for IPv4 over them (RFC 826)
 */
#ifndef SERVER_WIRE_ETHERNET_H
#define SERVER_WIRE_ETHERNET_H

#include "server/wire/bytes.h"

enum {
	ETH_ALEN = 6,
	ETH_HLEN = 14,
	ETH_MTU = 1500,      /* RFC 894: longest payload */
	ETH_FRAME_MAX = 1514 /* header and payload, no FCS: QEMU hands on none */
};

enum eth_type {
	ETH_TYPE_IPV4 = 0x0800,
	ETH_TYPE_ARP = 0x0806,
	ETH_TYPE_IPV6 = 0x86dd,
};

enum {
	ETH_E_MALFORMED = 1, /* shorter than a header */
	ARP_E_MALFORMED,     /* short, or not IPv4 over Ethernet */
};

struct mac {
	uint8_t b[ETH_ALEN];
};

extern const struct mac mac_broadcast;

struct eth_hdr {
	struct mac dst, src;
	uint16_t type;
};

enum arp_op {
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
};

/* Addresses of IPv4 are host integers everywhere: 10.0.2.15 is 0x0a00020f. */
struct arp {
	uint16_t op; /* enum arp_op, or whatever the peer said */
	struct mac sha, tha;
	uint32_t spa, tpa;
};

bool mac_equal(const struct mac *a, const struct mac *b);

/* A group address: broadcast or multicast. */
bool mac_is_group(const struct mac *m);

/**
 * eth_decode() - Split a frame
 * @out:	Filled with the header
 * @payload:	Filled with what follows it, inside @buf
 *
 * Return: 0, or ETH_E_MALFORMED.
 */
int eth_decode(struct eth_hdr *out, struct slice *payload, const uint8_t *buf, size_t len);

/* Write a header; the payload follows at w->p. */
void eth_encode(struct wr *w, const struct eth_hdr *h);

/**
 * arp_decode() - Read an ARP packet for IPv4 over Ethernet (RFC 826)
 *
 * Trailing bytes are Ethernet's padding and ignored.
 *
 * Return: 0, or ARP_E_MALFORMED.
 */
int arp_decode(struct arp *out, const uint8_t *buf, size_t len);

void arp_encode(struct wr *w, const struct arp *a);

#endif /* SERVER_WIRE_ETHERNET_H */
