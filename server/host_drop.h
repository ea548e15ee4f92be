/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the small host does not take or cannot send, and why
 */
#ifndef SERVER_HOST_DROP_H
#define SERVER_HOST_DROP_H

#include "server/journal.h"
#include "server/wire/ethernet.h"
#include "server/wire/ip.h"

enum host_drop {
	HOST_DROP_ETHERNET_MALFORMED,
	HOST_DROP_ETHERNET_TYPE,
	HOST_DROP_NOT_FOR_US,
	HOST_DROP_ARP_MALFORMED,
	HOST_DROP_ARP_SOURCE,
	HOST_DROP_ARP_OPCODE,
	HOST_DROP_IPV4_MALFORMED,
	HOST_DROP_IPV4_CHECKSUM,
	HOST_DROP_IPV4_SOURCE,
	HOST_DROP_IPV4_PROTOCOL,
	HOST_DROP_LINK_BROADCAST,
	HOST_DROP_REASSEMBLY_MALFORMED,
	HOST_DROP_REASSEMBLY_DUPLICATE,
	HOST_DROP_REASSEMBLY_OVERLAP,
	HOST_DROP_REASSEMBLY_FULL,
	HOST_DROP_REASSEMBLY_TIMEOUT,
	HOST_DROP_UDP_MALFORMED,
	HOST_DROP_UDP_CHECKSUM,
	HOST_DROP_PORT_CLOSED,
	HOST_DROP_ICMP_MALFORMED,
	HOST_DROP_ICMP_CHECKSUM,
	HOST_DROP_ICMP_TYPE,
	HOST_DROP_SEND_TOO_LONG,
	HOST_DROP_ARP_UNANSWERED,
	HOST_DROP_ARP_REPLACED,
	HOST_DROP_ARP_FULL,
};

/* A packet on its way in or out, as far as it has been understood. */
struct host_packet {
	size_t len;
	bool has_eth, has_ip, has_udp;
	struct eth_hdr eth;
	struct ipv4_hdr ip;
	struct udp_hdr udp;
};

/* Write the event "host.drop". */
void host_drop_journal(Journal *journal, uint64_t now_ns, enum host_drop why,
		       const struct host_packet *p);

#endif /* SERVER_HOST_DROP_H */
