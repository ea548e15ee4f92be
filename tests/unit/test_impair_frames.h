/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames of a boot as bytes, for the tests of the impairment
 */
#ifndef TESTS_UNIT_TEST_IMPAIR_FRAMES_H
#define TESTS_UNIT_TEST_IMPAIR_FRAMES_H

#include <check.h>

#include "server/packet_id.h"
#include "server/wire/frame.h"

enum {
	LAB_GUEST = 0x0a00020f,
	LAB_SERVER = 0x0a000202,
	LAB_PORT = 2001,
	LAB_TID = 49152,
};

static const struct mac lab_guest_mac = { { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 } };
static const struct mac lab_server_mac = { { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 } };

/* The frame that was made last, and what it is. */
struct lab_frame {
	enum packet_dir dir;
	uint8_t buf[2048];
	size_t len;
	struct frame f;
	struct frame_flows flows;
};

static inline void lab_end(struct lab_frame *l, enum packet_dir dir, const struct wr *w)
{
	ck_assert(!w->bad);
	l->dir = dir;
	l->len = sizeof(l->buf) - w->left;
	frame_decode(&l->f, &l->flows, l->buf, l->len);
}

static inline struct wr lab_eth(struct lab_frame *l, enum packet_dir dir, uint16_t type)
{
	bool out = dir == PACKET_FROM_GUEST;
	struct wr w = WR_INIT(l->buf, sizeof(l->buf));

	eth_encode(&w, &(struct eth_hdr){ .dst = out ? lab_server_mac : lab_guest_mac,
					  .src = out ? lab_guest_mac : lab_server_mac,
					  .type = type });
	return w;
}

static inline struct ipv4_hdr lab_ip(enum packet_dir dir, uint8_t proto)
{
	bool out = dir == PACKET_FROM_GUEST;

	return (struct ipv4_hdr){
		.src = out ? LAB_GUEST : LAB_SERVER,
		.dst = out ? LAB_SERVER : LAB_GUEST,
		.ttl = 64,
		.proto = proto,
	};
}

/* Between link-local addresses. */
static inline struct ipv6_hdr lab_ip6(enum packet_dir dir, uint8_t proto)
{
	bool out = dir == PACKET_FROM_GUEST;

	return (struct ipv6_hdr){
		.src = ip6_link_local(out ? &lab_guest_mac : &lab_server_mac),
		.dst = ip6_link_local(out ? &lab_server_mac : &lab_guest_mac),
		.hop_limit = 255,
		.proto = proto,
	};
}

static inline void lab_udp6(struct lab_frame *l, enum packet_dir dir, unsigned sport,
			    unsigned dport, const uint8_t *payload, size_t len)
{
	struct wr w = lab_eth(l, dir, ETH_TYPE_IPV6);
	struct ipv6_hdr ip = lab_ip6(dir, IP_PROTO_UDP);
	struct udp_hdr udp = { .sport = (uint16_t)sport, .dport = (uint16_t)dport };

	ipv6_encode(&w, &ip, UDP_HLEN + len);
	udp6_encode(&w, &udp, &ip, payload, len);
	lab_end(l, dir, &w);
}

static inline void lab_udp(struct lab_frame *l, enum packet_dir dir, unsigned sport, unsigned dport,
			   const uint8_t *payload, size_t len)
{
	struct wr w = lab_eth(l, dir, ETH_TYPE_IPV4);
	struct ipv4_hdr ip = lab_ip(dir, IP_PROTO_UDP);

	ipv4_encode(&w, &ip, UDP_HLEN + len);
	udp_encode(&w, &(struct udp_hdr){ .sport = (uint16_t)sport, .dport = (uint16_t)dport }, &ip,
		   payload, len);
	lab_end(l, dir, &w);
}

static inline void lab_tftp(struct lab_frame *l, enum packet_dir dir, unsigned port,
			    const uint8_t *buf, const struct wr *w)
{
	bool out = dir == PACKET_FROM_GUEST;

	ck_assert(!w->bad);
	lab_udp(l, dir, out ? port : LAB_TID, out ? LAB_TID : port, buf, (size_t)(w->p - buf));
}

static inline void lab_rrq(struct lab_frame *l, unsigned port, const char *file)
{
	uint8_t buf[256];
	struct wr w = WR_INIT(buf, sizeof(buf));

	tftp_rrq_encode(&w, file, "octet");
	lab_udp(l, PACKET_FROM_GUEST, port, TFTP_PORT, buf, sizeof(buf) - w.left);
}

static inline void lab_oack(struct lab_frame *l, unsigned port, unsigned blksize)
{
	uint8_t buf[64];
	struct wr w = WR_INIT(buf, sizeof(buf));

	tftp_oack_encode(&w);
	tftp_opt_encode_u64(&w, "blksize", blksize);
	lab_tftp(l, PACKET_TO_GUEST, port, buf, &w);
}

static inline void lab_data(struct lab_frame *l, unsigned port, unsigned block, size_t len)
{
	uint8_t buf[1600], data[1500];
	struct wr w = WR_INIT(buf, sizeof(buf));

	memset(data, 0xda, sizeof(data));
	tftp_data_encode(&w, (uint16_t)block, data, len);
	lab_tftp(l, PACKET_TO_GUEST, port, buf, &w);
}

static inline void lab_ack(struct lab_frame *l, unsigned port, unsigned block)
{
	uint8_t buf[4];
	struct wr w = WR_INIT(buf, sizeof(buf));

	tftp_ack_encode(&w, (uint16_t)block);
	lab_tftp(l, PACKET_FROM_GUEST, port, buf, &w);
}

static inline void lab_arp(struct lab_frame *l, enum arp_op op)
{
	enum packet_dir dir = op == ARP_REQUEST ? PACKET_FROM_GUEST : PACKET_TO_GUEST;
	struct wr w = lab_eth(l, dir, ETH_TYPE_ARP);
	bool out = op == ARP_REQUEST;

	arp_encode(&w, &(struct arp){ .op = (uint16_t)op,
				      .sha = out ? lab_guest_mac : lab_server_mac,
				      .spa = out ? LAB_GUEST : LAB_SERVER,
				      .tha = out ? mac_broadcast : lab_guest_mac,
				      .tpa = out ? LAB_SERVER : LAB_GUEST });
	lab_end(l, dir, &w);
}

static inline void lab_dhcp(struct lab_frame *l, enum dhcp_type type, uint32_t xid)
{
	bool out = type == DHCP_DISCOVER || type == DHCP_REQUEST;
	struct dhcp_msg m = {
		.op = out ? DHCP_BOOTREQUEST : DHCP_BOOTREPLY,
		.htype = 1,
		.hlen = ETH_ALEN,
		.xid = xid,
		.yiaddr = out ? 0 : LAB_GUEST,
	};
	uint8_t buf[600];
	struct wr w = WR_INIT(buf, sizeof(buf));

	ck_assert_int_eq(dhcp_opt_add_u8(&m, DHCP_OPT_TYPE, (uint8_t)type), 0);
	ck_assert_int_eq(dhcp_msg_encode(&w, &m, 0, sizeof(buf)), 0);
	lab_udp(l, out ? PACKET_FROM_GUEST : PACKET_TO_GUEST, out ? 68 : 67, out ? 67 : 68, buf,
		sizeof(buf) - w.left);
}

static inline void lab_ping(struct lab_frame *l, size_t len)
{
	struct wr w = lab_eth(l, PACKET_TO_GUEST, ETH_TYPE_IPV4);
	struct ipv4_hdr ip = lab_ip(PACKET_TO_GUEST, IP_PROTO_ICMP);
	uint8_t data[256] = { 0 };

	ipv4_encode(&w, &ip, ICMP_HLEN + len);
	icmp_encode(&w, &(struct icmp_hdr){ .type = ICMP_ECHO }, data, len);
	lab_end(l, PACKET_TO_GUEST, &w);
}

/* A TCP segment; its checksum is made here by hand, since no codec of ours makes one. */
static inline uint16_t lab_tcp_sum(const struct lab_frame *l)
{
	const uint8_t *ip = l->buf + ETH_HLEN;
	size_t len = l->len - ETH_HLEN - IPV4_HLEN_MIN;
	uint32_t sum = IP_PROTO_TCP + (uint32_t)len;

	sum = ip_checksum_add(sum, ip + 12, 8);
	return ip_checksum_fold(ip_checksum_add(sum, ip + IPV4_HLEN_MIN, len));
}

static inline void lab_tcp(struct lab_frame *l, size_t len)
{
	struct wr w = lab_eth(l, PACKET_TO_GUEST, ETH_TYPE_IPV4);
	struct ipv4_hdr ip = lab_ip(PACKET_TO_GUEST, IP_PROTO_TCP);
	uint16_t sum;

	ipv4_encode(&w, &ip, 20 + len);
	wr_be16(&w, 80);
	wr_be16(&w, 40000);
	wr_be32(&w, 1000);
	wr_be32(&w, 2000);
	wr_be16(&w, 5 << 12 | 0x10);
	wr_be16(&w, 8192);
	wr_be32(&w, 0);
	wr_zeros(&w, len);
	lab_end(l, PACKET_TO_GUEST, &w);
	sum = lab_tcp_sum(l);
	w = WR_INIT(l->buf + ETH_HLEN + IPV4_HLEN_MIN + 16, 2);
	wr_be16(&w, sum);
}

#endif /* TESTS_UNIT_TEST_IMPAIR_FRAMES_H */
