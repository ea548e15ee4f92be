/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How lwIP is built: no operating system, one card, everything polled
 */
#ifndef FIRMWARE_LWIP_PORT_LWIPOPTS_H
#define FIRMWARE_LWIP_PORT_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_SINGLE_NETIF 1

/* Memory: frames stay in the card's ring; these are for what lwIP makes itself. */
#define MEM_ALIGNMENT 8
#define MEM_SIZE (128 * 1024)
#define MEMP_NUM_UDP_PCB 8
#define MEMP_NUM_PBUF 32
#define PBUF_POOL_SIZE 16
#define LWIP_SUPPORT_CUSTOM_PBUF 1

#define LWIP_ARP 1
#define LWIP_ETHERNET 1
#define ARP_QUEUEING 1
#define LWIP_IPV4 1
#define IP_REASSEMBLY 1
#define IP_REASS_MAX_PBUFS 32 /* far fewer than the ring has */
#define IP_FRAG 1
#define LWIP_ICMP 1
#define LWIP_IGMP 1 /* without it, what is for any group is taken */

/* IPv6. Its frames are dropped until it is begun. */
#define LWIP_IPV6 1
#define LWIP_IPV6_MLD 1
#define MEMP_NUM_MLD6_GROUP 8
#define LWIP_IPV6_NUM_ADDRESSES 5
#define LWIP_IPV6_REASS 1
#define LWIP_IPV6_FRAG 1
#define IPV6_FRAG_COPYHEADER 1 /* pointers are longer than lwIP thinks */
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS DNS_MAX_SERVERS
/* lwIP tells its DHCPv6 client the router's flags M and O: ours is told in its place. */
#define LWIP_IPV6_DHCP6 1

#define LWIP_UDP 1
#define LWIP_TCP 1
#define LWIP_ALTCP 0 /* HTTPS needs it: fetch_http.c is written for it */
#define LWIP_DNS 1
#define DNS_MAX_NAME_LENGTH 256

/* DHCP is ours: its answers come before there is an address. */
#define LWIP_DHCP 0
#define LWIP_AUTOIP 0
#define LWIP_ACD 0
#define LWIP_IP_ACCEPT_UDP_PORT(port) ((port) == PP_NTOHS(68))

/* Every checksum is made and verified. */
#define CHECKSUM_GEN_IP 1
#define CHECKSUM_GEN_UDP 1
#define CHECKSUM_GEN_ICMP 1
#define CHECKSUM_GEN_ICMP6 1
#define CHECKSUM_GEN_TCP 1
#define CHECKSUM_CHECK_TCP 1
#define CHECKSUM_CHECK_IP 1
#define CHECKSUM_CHECK_UDP 1
#define CHECKSUM_CHECK_ICMP 1
#define CHECKSUM_CHECK_ICMP6 1

#define LWIP_STATS 0
#define LWIP_NETIF_STATUS_CALLBACK 0
#define LWIP_NETIF_LINK_CALLBACK 0
#define LWIP_NETIF_TX_SINGLE_PBUF 0

/*
 * A window that a fast server can fill. Segments behind a lost one stay in the card's ring, which
 * must not run out: net.c says how many that may be.
 */
#define TCP_MSS 1460
#define TCP_WND (96 * TCP_MSS)
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 2
#define TCP_QUEUE_OOSEQ 1
#define TCP_OOSEQ_MAX_PBUFS 96
/* One connection may keep so many: the one that brings a file. */
#define TCP_OOSEQ_PBUFS_LIMIT(pcb) ((pcb)->state == ESTABLISHED ? TCP_OOSEQ_MAX_PBUFS : 0)
#define LWIP_TCP_SACK_OUT 1
#define TCP_SND_BUF (8 * TCP_MSS) /* requests are short */
#define TCP_SND_QUEUELEN 32
#define MEMP_NUM_TCP_SEG (TCP_OOSEQ_MAX_PBUFS + 2 * TCP_SND_QUEUELEN)
#define MEMP_NUM_TCP_PCB 64              /* most of them wait for the end of what is over */
#define LWIP_TCP_RTO_TIME 1000           /* RFC 6298 2.1 */
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1 /* one of them is about frames in lwIP's own pool */
#define LWIP_HOOK_TCP_ISN(...) port_random()

/* On big-endian machines lwIP 2.2.1 reads TCP timestamps in the wrong order. */
#define LWIP_TCP_TIMESTAMPS 0

#endif /* FIRMWARE_LWIP_PORT_LWIPOPTS_H */
