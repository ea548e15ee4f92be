/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames as bytes, put together from what is in them
 */
#ifndef TESTS_SUPPORT_WIRE_FRAME_H
#define TESTS_SUPPORT_WIRE_FRAME_H

#include <check.h>
#include <string.h>

#include "server/datagram.h"
#include "server/wire/dhcp.h"
#include "server/wire/ethernet.h"
#include "server/wire/ip.h"
#include "server/wire/ip6.h"
#include "server/wire/ndp.h"

struct wire_frame {
	uint8_t buf[2048];
	size_t len;
};

/* From where to where; addresses are host integers. */
struct wire_flow {
	uint32_t src, dst;
	uint16_t sport, dport;
};

static const struct mac wire_guest_mac = { { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 } };

/* An Ethernet frame from the guest to everybody. */
static inline void wire_eth(struct wire_frame *f, uint16_t type, const void *payload, size_t len)
{
	struct wr w = WR_INIT(f->buf, sizeof(f->buf));
	struct eth_hdr h = { .dst = mac_broadcast, .src = wire_guest_mac, .type = type };

	eth_encode(&w, &h);
	wr_bytes(&w, payload, len);
	ck_assert(!w.bad);
	f->len = sizeof(f->buf) - w.left;
}

static inline void wire_ip(struct wire_frame *f, const struct ipv4_hdr *h, const void *payload,
			   size_t len)
{
	uint8_t packet[1600];
	struct wr w = WR_INIT(packet, sizeof(packet));

	ipv4_encode(&w, h, len);
	wr_bytes(&w, payload, len);
	ck_assert(!w.bad);
	wire_eth(f, ETH_TYPE_IPV4, packet, sizeof(packet) - w.left);
}

/* Where groups and hosts of IPv6 are sent to; the server's MAC is all that a host may have. */
static const struct mac wire_server_mac = { { 0x52, 0x55, 0x0a, 0, 2, 2 } };

static inline void wire_ip6(struct wire_frame *f, const struct ipv6_hdr *h, const void *payload,
			    size_t len)
{
	uint8_t packet[1600];
	struct wr w = WR_INIT(packet, sizeof(packet));
	struct mac to = wire_server_mac;

	ipv6_encode(&w, h, len);
	wr_bytes(&w, payload, len);
	ck_assert(!w.bad);
	wire_eth(f, ETH_TYPE_IPV6, packet, sizeof(packet) - w.left);
	if (ip6_is_multicast(&h->dst))
		to = ip6_group_mac(&h->dst);
	memcpy(f->buf, to.b, ETH_ALEN);
}

/* An IPv6 packet that nobody takes. */
static inline void wire_noise6(struct wire_frame *f, const void *payload, size_t len)
{
	struct ipv6_hdr h = { .dst = ip6_all_nodes, .hop_limit = 255, .proto = IP6_NEXT_NONE };

	h.src = ip6_link_local(&wire_guest_mac);
	wire_ip6(f, &h, payload, len);
}

static inline void wire_ndp(struct wire_frame *f, const struct ndp *n, const struct ip6_addr *src,
			    const struct ip6_addr *dst)
{
	struct ipv6_hdr h = {
		.src = *src, .dst = *dst, .hop_limit = NDP_HOP_LIMIT, .proto = IP6_NEXT_ICMP
	};
	uint8_t message[256];
	struct wr w = WR_INIT(message, sizeof(message));

	ndp_encode(&w, n, &h);
	ck_assert(!w.bad);
	wire_ip6(f, &h, message, sizeof(message) - w.left);
}

static inline void wire_udp6(struct wire_frame *f, const struct datagram *d)
{
	struct ipv6_hdr ip = {
		.src = d->src.v6, .dst = d->dst.v6, .hop_limit = 64, .proto = IP_PROTO_UDP
	};
	struct udp_hdr udp = { .sport = d->sport, .dport = d->dport };
	uint8_t datagram[1500];
	struct wr w = WR_INIT(datagram, sizeof(datagram));

	udp6_encode(&w, &udp, &ip, d->payload.p, d->payload.len);
	ck_assert(!w.bad);
	wire_ip6(f, &ip, datagram, sizeof(datagram) - w.left);
}

static inline void wire_udp(struct wire_frame *f, const struct wire_flow *flow, const void *payload,
			    size_t len)
{
	struct ipv4_hdr ip = {
		.src = flow->src, .dst = flow->dst, .ttl = 64, .proto = IP_PROTO_UDP
	};
	struct udp_hdr udp = { .sport = flow->sport, .dport = flow->dport };
	uint8_t datagram[1500];
	struct wr w = WR_INIT(datagram, sizeof(datagram));

	udp_encode(&w, &udp, &ip, payload, len);
	ck_assert(!w.bad);
	wire_ip(f, &ip, datagram, sizeof(datagram) - w.left);
}

/* A DHCP message of the guest's with nothing in it but its type; 0: plain BOOTP. */
static inline void wire_dhcp(struct wire_frame *f, uint8_t type)
{
	static const struct wire_flow flow = { 0, 0xffffffff, DHCP_PORT_CLIENT, DHCP_PORT_SERVER };
	struct dhcp_msg m = {
		.op = DHCP_BOOTREQUEST, .htype = 1, .hlen = ETH_ALEN, .xid = 0x11223344
	};
	uint8_t buf[DHCP_MSG_MAX];
	struct wr w = WR_INIT(buf, sizeof(buf));

	memcpy(m.chaddr, wire_guest_mac.b, ETH_ALEN);
	if (type)
		ck_assert_int_eq(dhcp_opt_add_u8(&m, DHCP_OPT_TYPE, type), 0);
	ck_assert_int_eq(dhcp_msg_encode(&w, &m, 0, sizeof(buf)), 0);
	wire_udp(f, &flow, buf, sizeof(buf) - w.left);
}

#endif /* TESTS_SUPPORT_WIRE_FRAME_H */
