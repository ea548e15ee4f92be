/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's place on the network: Ethernet, ARP, IPv4, ICMP and UDP of one small host
 *
 * IPv6 beside it, where the network has some, is server/host6.h's.
 */
#ifndef SERVER_HOST_H
#define SERVER_HOST_H

#include <glib.h>

#include "server/datagram.h"
#include "server/journal.h"
#include "server/wire/ip.h"

typedef struct Host Host;

struct host_ops {
	/* A frame to put on the wire; borrowed, gone when the call returns. Must not call back. */
	void (*send_frame)(void *self, const uint8_t *frame, size_t len);
	/* A datagram came in, to our address or, any broadcast, to 255.255.255.255; borrowed. It
	 * may be answered with host_send() at once. False: nobody listens on its port. */
	bool (*recv)(void *self, uint64_t now_ns, const struct datagram *d);
	/* A TCP segment came in, to our address; borrowed. NULL: there is no TCP here. */
	void (*recv_tcp)(void *self, uint64_t now_ns, const struct ipv4_hdr *ip,
			 const struct mac *mac, struct slice segment);
	void *self;
};

/* @ops and @net are copied, @journal is borrowed. Never fails. */
Host *host_new(const struct net_config *net, const struct host_ops *ops, Journal *journal);

/**
 * host_input() - Take a frame off the wire
 *
 * Answers ARP and ICMP echo itself, joins IPv4 fragments (RFC 791, RFC 815), hands UDP on, and
 * answers a closed port with ICMP port unreachable (RFC 1122 4.1.3.1). What is malformed or has a
 * wrong checksum is dropped and journalled.
 */
void host_input(Host *h, uint64_t now_ns, const uint8_t *frame, size_t len);

/**
 * host_send() - Send a datagram, in fragments if it must be
 * @d:		Borrowed; over IPv4 d->src is not looked at, we have one address
 *
 * Everybody is on our segment. Where d->mac is not known it is asked for by ARP, three times in
 * three seconds; meanwhile one packet is kept for each address, the newest (RFC 1122 2.3.2.2).
 */
void host_send(Host *h, uint64_t now_ns, const struct datagram *d);

/* Send a TCP segment to where one came from: nobody needs to be asked. */
void host_send_tcp(Host *h, uint32_t dst, const struct mac *mac, struct slice segment);

/* Do what is due: ARP repetitions, reassembly given up (RFC 791: 15 s). */
void host_step(Host *h, uint64_t now_ns);
uint64_t host_deadline_ns(const Host *h);

void host_free(Host *h);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Host, host_free)

#endif /* SERVER_HOST_H */
