/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the small host does not take or cannot send, and why
 */
#include "server/host_drop.h"

#include <assert.h>

static const char *const drop_reasons[] = {
	/* received */
	[HOST_DROP_ETHERNET_MALFORMED] = "ethernet-malformed",
	[HOST_DROP_ETHERNET_TYPE] = "ethernet-type",
	[HOST_DROP_NOT_FOR_US] = "not-for-us",
	[HOST_DROP_ARP_MALFORMED] = "arp-malformed",
	[HOST_DROP_ARP_SOURCE] = "arp-source",
	[HOST_DROP_ARP_OPCODE] = "arp-opcode",
	[HOST_DROP_IPV4_MALFORMED] = "ipv4-malformed",
	[HOST_DROP_IPV4_CHECKSUM] = "ipv4-checksum",
	[HOST_DROP_IPV4_SOURCE] = "ipv4-source",
	[HOST_DROP_IPV4_PROTOCOL] = "ipv4-protocol",
	[HOST_DROP_LINK_BROADCAST] = "link-broadcast", /* to one address in a frame to all */
	[HOST_DROP_REASSEMBLY_MALFORMED] = "reassembly-malformed",
	[HOST_DROP_REASSEMBLY_DUPLICATE] = "reassembly-duplicate",
	[HOST_DROP_REASSEMBLY_OVERLAP] = "reassembly-overlap",
	[HOST_DROP_REASSEMBLY_FULL] = "reassembly-full",
	[HOST_DROP_REASSEMBLY_TIMEOUT] = "reassembly-timeout",
	[HOST_DROP_UDP_MALFORMED] = "udp-malformed",
	[HOST_DROP_UDP_CHECKSUM] = "udp-checksum",
	[HOST_DROP_PORT_CLOSED] = "port-closed",
	[HOST_DROP_ICMP_MALFORMED] = "icmp-malformed",
	[HOST_DROP_ICMP_CHECKSUM] = "icmp-checksum",
	[HOST_DROP_ICMP_TYPE] = "icmp-type",
	/* to be sent */
	[HOST_DROP_SEND_TOO_LONG] = "send-too-long",
	[HOST_DROP_ARP_UNANSWERED] = "arp-unanswered",
	[HOST_DROP_ARP_REPLACED] = "arp-replaced", /* a newer packet to the same address came */
	[HOST_DROP_ARP_FULL] = "arp-full",         /* its neighbour had to leave the table */
};
static_assert(G_N_ELEMENTS(drop_reasons) == HOST_DROP_ARP_FULL + 1, "one row for each reason");

void host_drop_journal(Journal *j, uint64_t now_ns, enum host_drop why, const struct host_packet *p)
{
	journal_begin(j, now_ns, "host.drop");
	journal_str(j, "reason", drop_reasons[why]);
	journal_u64(j, "len", p->len);
	if (p->has_eth)
		journal_mac(j, "mac", &p->eth.src);
	if (p->has_eth && !p->has_ip)
		journal_u64(j, "type", p->eth.type);
	if (p->has_ip) {
		journal_ip4(j, "src", p->ip.src);
		journal_ip4(j, "dst", p->ip.dst);
		journal_u64(j, "proto", p->ip.proto);
	}
	if (p->has_udp) {
		journal_u64(j, "sport", p->udp.sport);
		journal_u64(j, "dport", p->udp.dport);
	}
	journal_end(j);
}
