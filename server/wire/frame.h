/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a frame is: all layers decoded, and one name for it
 *
 * The journal, the milestones, the impairment and the checks all read frames through this. Nothing
 * here judges: a frame with a wrong checksum still has its name.
 */
#ifndef SERVER_WIRE_FRAME_H
#define SERVER_WIRE_FRAME_H

#include "server/wire/dhcp.h"
#include "server/wire/dhcp6.h"
#include "server/wire/ethernet.h"
#include "server/wire/ip.h"
#include "server/wire/ip6.h"
#include "server/wire/ndp.h"
#include "server/wire/tcp.h"
#include "server/wire/tftp.h"

enum frame_kind {
	FRAME_OTHER,     /* an Ethernet type that is none of ours */
	FRAME_MALFORMED, /* frame.broken says where it stops making sense */
	FRAME_ARP_REQUEST,
	FRAME_ARP_REPLY,
	FRAME_IPV6,     /* a protocol that is none of ours */
	FRAME_IPV4,     /* a protocol that is none of ours */
	FRAME_FRAGMENT, /* IPv4 fragment, but the first */
	FRAME_ICMP_ECHO,
	FRAME_ICMP_ECHO_REPLY,
	FRAME_ICMP_UNREACHABLE,
	FRAME_ICMP_OTHER,
	FRAME_TCP_SYN,
	FRAME_TCP_SYNACK,
	FRAME_TCP_DATA, /* bytes, whatever else it says */
	FRAME_TCP_ACK,  /* nothing but an ACK */
	FRAME_TCP_FIN,
	FRAME_TCP_RST,
	FRAME_UDP, /* of no protocol that we know */
	FRAME_DHCP_BOOTP,
	FRAME_DHCP_DISCOVER,
	FRAME_DHCP_OFFER,
	FRAME_DHCP_REQUEST,
	FRAME_DHCP_DECLINE,
	FRAME_DHCP_ACK,
	FRAME_DHCP_NAK,
	FRAME_DHCP_RELEASE,
	FRAME_DHCP_INFORM,
	FRAME_FRAGMENT6, /* IPv6 fragment, but the first */
	FRAME_ICMP6_ECHO,
	FRAME_ICMP6_ECHO_REPLY,
	FRAME_ICMP6_UNREACHABLE,
	FRAME_ICMP6_RS,
	FRAME_ICMP6_RA,
	FRAME_ICMP6_NS,
	FRAME_ICMP6_NA,
	FRAME_ICMP6_OTHER,
	FRAME_DHCP6_SOLICIT,
	FRAME_DHCP6_ADVERTISE,
	FRAME_DHCP6_REQUEST,
	FRAME_DHCP6_CONFIRM,
	FRAME_DHCP6_RENEW,
	FRAME_DHCP6_REBIND,
	FRAME_DHCP6_REPLY,
	FRAME_DHCP6_RELEASE,
	FRAME_DHCP6_DECLINE,
	FRAME_DHCP6_RECONFIGURE,
	FRAME_DHCP6_INFORMATION_REQUEST,
	FRAME_DHCP6_RELAY, /* to or from a relay */
	FRAME_TFTP_RRQ,    /* TFTP over either IP */
	FRAME_TFTP_WRQ,
	FRAME_TFTP_DATA,
	FRAME_TFTP_ACK,
	FRAME_TFTP_ERROR,
	FRAME_TFTP_OACK,
	FRAME_N_KINDS,
};

/* A frame's layers; those that its kind does not have are not set. Slices lie in its bytes. */
struct frame {
	enum frame_kind kind;
	/* MALFORMED: "ethernet", "arp", "ipv4", "ipv6", "udp", "icmp", "icmp6", "tcp", "dhcp",
	 * "dhcp6", "tftp" */
	const char *broken;
	struct eth_hdr eth;
	struct arp arp;
	struct ipv4_hdr ip;  /* this, */
	struct ipv6_hdr ip6; /* or this: eth.type tells */
	struct udp_hdr udp;
	struct icmp_hdr icmp; /* of ICMPv6 as well */
	struct ndp ndp;
	struct tcp_hdr tcp;
	struct slice payload; /* what is behind the innermost header that was read */
	struct tftp_pkt tftp;
	struct dhcp_msg dhcp;
	struct dhcp6_msg dhcp6;
};

enum {
	FRAME_N_FLOWS = 16,
};

/*
 * TFTP moves to ports of both sides' choice after the request (RFC 1350 4): so somebody has to
 * remember who asked. Zero it before the first frame of a boot.
 */
struct frame_flows {
	struct {
		struct ip_addr ip;
		uint16_t port; /* 0: unused */
	} tftp[FRAME_N_FLOWS];
	unsigned next;
};

/**
 * frame_decode() - Read a frame
 * @out:	Filled as far as its kind goes
 * @flows:	Who speaks TFTP; learns from requests
 *
 * Never fails: what cannot be read is FRAME_MALFORMED or FRAME_OTHER.
 */
void frame_decode(struct frame *out, struct frame_flows *flows, const uint8_t *buf, size_t len);

/* The IP addresses of a frame that has some. */
struct ip_addr frame_src(const struct frame *f);
struct ip_addr frame_dst(const struct frame *f);

/* Whether it holds an IP packet, of version 4 or 6, well-formed or not. */
bool frame_is_ip(const struct frame *f);

/* Whether its IP header could be read: then ip, or ip6, is set. */
bool frame_has_ipv4(const struct frame *f);
bool frame_has_ipv6(const struct frame *f);

/* "dhcp.discover", "tftp.data", "ipv4", ...: area, dot, what it is. */
const char *frame_kind_name(enum frame_kind k);

/* What kinds of frames have in common: the layers that there are, and so the decoded fields. */
enum frame_area {
	FRAME_AREA_OTHER,
	FRAME_AREA_MALFORMED,
	FRAME_AREA_ARP,
	FRAME_AREA_IPV4, /* of no other area, as are IPV6 and UDP */
	FRAME_AREA_FRAGMENT,
	FRAME_AREA_ICMP,
	FRAME_AREA_TCP,
	FRAME_AREA_IPV6,
	FRAME_AREA_FRAGMENT6,
	FRAME_AREA_ICMP6,
	FRAME_AREA_NDP,
	FRAME_AREA_UDP, /* over either IP, as are the following but for DHCP */
	FRAME_AREA_DHCP,
	FRAME_AREA_DHCP6,
	FRAME_AREA_TFTP,
};

enum frame_area frame_kind_area(enum frame_kind k);

#endif /* SERVER_WIRE_FRAME_H */
