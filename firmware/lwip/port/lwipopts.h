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
#define LWIP_TCP 0 /* comes with HTTP */
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
#define CHECKSUM_CHECK_IP 1
#define CHECKSUM_CHECK_UDP 1
#define CHECKSUM_CHECK_ICMP 1
#define CHECKSUM_CHECK_ICMP6 1

#define LWIP_STATS 0
#define LWIP_NETIF_STATUS_CALLBACK 0
#define LWIP_NETIF_LINK_CALLBACK 0
#define LWIP_NETIF_TX_SINGLE_PBUF 0

/* On big-endian machines lwIP 2.2.1 reads TCP timestamps in the wrong order. */
#define LWIP_TCP_TIMESTAMPS 0

#endif /* FIRMWARE_LWIP_PORT_LWIPOPTS_H */
