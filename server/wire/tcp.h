/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP segments (RFC 9293 3.1)
 */
#ifndef SERVER_WIRE_TCP_H
#define SERVER_WIRE_TCP_H

#include "server/wire/ip.h"

enum {
	TCP_HLEN_MIN = 20,
	TCP_HLEN_MAX = 60,
	TCP_MSS_DEFAULT = 536, /* RFC 9293 3.7.1: where nothing is said */
	TCP_WINDOW_MAX = 65535,
};

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
};

enum {
	TCP_E_MALFORMED = 1, /* the header does not fit the bytes */
};

struct tcp_hdr {
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint8_t flags; /* enum tcp_flag, and whatever the peer said */
	uint16_t window;
	uint16_t mss;     /* option; 0: none */
	bool checksum_ok; /* decode only */
};

/**
 * tcp_decode() - Split a TCP segment
 * @ip:		Header it came under: its addresses are part of the checksum
 * @payload:	Filled with the data
 *
 * Options that make no sense end the list and are no error: what is before them counts.
 *
 * Return: 0, or TCP_E_MALFORMED. A wrong checksum is out->checksum_ok.
 */
int tcp_decode(struct tcp_hdr *out, struct slice *payload, const struct ipv4_hdr *ip,
	       const uint8_t *buf, size_t len);

/* Write header and payload, with checksum; the option only if h->mss is not 0. */
void tcp_encode(struct wr *w, const struct tcp_hdr *h, const struct ipv4_hdr *ip,
		const uint8_t *payload, size_t len);

#endif /* SERVER_WIRE_TCP_H */
