/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest sends in a boot, as an input for fuzz_server
 *
 * An input is the number of a configuration, then records: how long the guest waits (a row of
 * waits_ns in fuzz_server.c), the length of a frame in two bytes, the frame.
 */
#ifndef TESTS_FUZZ_SESSION_H
#define TESTS_FUZZ_SESSION_H

#include "server/wire/dhcp.h"
#include "server/wire/ethernet.h"
#include "server/wire/ip.h"
#include "server/wire/tftp.h"

enum {
	SESSION_CAP = 64 * 1024,
	SESSION_N_MAX = 64,   /* records */
	RECORD_HLEN = 3,      /* before the frame */
	FRAME_CAP = 4 * 1024, /* of one frame of ours, also after it was mutated */
	TID_FIRST = 49152,    /* port of the server's first transfer */
	GUEST_PORT = 2001,    /* as libnet has it */
	CLOSED_PORT = 9999,
};

#define GUEST_IP UINT32_C(0x0a00020f)
#define SERVER_IP UINT32_C(0x0a000202)

static const struct mac guest_mac = { { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 } };
static const struct mac server_mac = { { 0x52, 0x55, 0x0a, 0x00, 0x02, 0x02 } };

struct session {
	uint8_t buf[SESSION_CAP];
	size_t len;
	size_t at[SESSION_N_MAX + 1]; /* where the records begin; one more: their end */
	unsigned n;
};

static void session_init(struct session *s, uint8_t config)
{
	s->buf[0] = config;
	s->len = s->at[0] = 1;
	s->n = 0;
}

static void session_add(struct session *s, uint8_t wait, const uint8_t *frame, size_t len)
{
	struct wr w = WR_INIT(s->buf + s->len, SESSION_CAP - s->len);

	if (s->n == SESSION_N_MAX)
		abort();
	wr_u8(&w, wait);
	wr_be16(&w, (uint16_t)len);
	wr_bytes(&w, frame, len);
	if (w.bad)
		abort();
	s->len += RECORD_HLEN + len;
	s->at[++s->n] = s->len;
}

/* The frame of record @i. */
static inline struct slice session_frame(const struct session *s, unsigned i)
{
	size_t at = s->at[i] + RECORD_HLEN;

	return (struct slice){ s->buf + at, s->at[i + 1] - at };
}

static void add_ip(struct session *s, bool to_all, struct ipv4_hdr ip, const uint8_t *payload,
		   size_t len)
{
	struct eth_hdr eth = { to_all ? mac_broadcast : server_mac, guest_mac, ETH_TYPE_IPV4 };
	uint8_t frame[FRAME_CAP];
	struct wr w = WR_INIT(frame, sizeof(frame));

	ip.ttl = 64;
	eth_encode(&w, &eth);
	ipv4_encode(&w, &ip, len);
	wr_bytes(&w, payload, len);
	session_add(s, 0, frame, sizeof(frame) - w.left);
}

static void add_udp(struct session *s, uint16_t sport, uint16_t dport, const uint8_t *payload,
		    size_t len)
{
	bool is_dhcp = dport == DHCP_PORT_SERVER;
	struct ipv4_hdr ip = { .src = is_dhcp ? 0 : GUEST_IP,
			       .dst = is_dhcp ? UINT32_MAX : SERVER_IP,
			       .proto = IP_PROTO_UDP };
	struct udp_hdr udp = { .sport = sport, .dport = dport };
	uint8_t datagram[FRAME_CAP];
	struct wr w = WR_INIT(datagram, sizeof(datagram));

	udp_encode(&w, &udp, &ip, payload, len);
	add_ip(s, is_dhcp, ip, datagram, sizeof(datagram) - w.left);
}

static void add_dhcp(struct session *s, enum dhcp_type type)
{
	static const uint8_t asks_for[] = { 1, 3, 6, 15, 51, 54, 60, 66, 67, 93, 150, 209, 210 };
	static struct dhcp_msg m;
	uint8_t message[DHCP_MSG_MAX];
	struct wr w = WR_INIT(message, sizeof(message));

	m = (struct dhcp_msg){ .op = DHCP_BOOTREQUEST, .htype = 1, .hlen = 6, .xid = 0x5a1f00c2 };
	memcpy(m.chaddr, guest_mac.b, ETH_ALEN);
	dhcp_opt_add_u8(&m, DHCP_OPT_TYPE, (uint8_t)type);
	if (type == DHCP_INFORM || type == DHCP_RELEASE)
		m.ciaddr = GUEST_IP;
	if (type == DHCP_REQUEST || type == DHCP_DECLINE)
		dhcp_opt_add_be32(&m, DHCP_OPT_REQUESTED_IP, GUEST_IP);
	if (type != DHCP_DISCOVER && type != DHCP_INFORM)
		dhcp_opt_add_be32(&m, DHCP_OPT_SERVER_ID, SERVER_IP);
	dhcp_opt_add_be16(&m, DHCP_OPT_CLIENT_ARCH, 31);
	dhcp_opt_add(&m, DHCP_OPT_PARAMETERS, asks_for, sizeof(asks_for));
	if (dhcp_msg_encode(&w, &m, 0, sizeof(message)))
		abort();
	add_udp(s, DHCP_PORT_CLIENT, DHCP_PORT_SERVER, message, sizeof(message) - w.left);
}

static void add_arp(struct session *s, enum arp_op op)
{
	struct eth_hdr eth = { op == ARP_REQUEST ? mac_broadcast : server_mac, guest_mac,
			       ETH_TYPE_ARP };
	struct arp arp = {
		.op = (uint16_t)op, .sha = guest_mac, .spa = GUEST_IP, .tpa = SERVER_IP
	};
	uint8_t frame[64];
	struct wr w = WR_INIT(frame, sizeof(frame));

	eth_encode(&w, &eth);
	arp_encode(&w, &arp);
	session_add(s, 0, frame, sizeof(frame) - w.left);
}

/* An echo request; @n_first > 0: in two fragments, the first with so many bytes. */
static void add_echo(struct session *s, size_t n_first)
{
	struct ipv4_hdr ip = { .src = GUEST_IP, .dst = SERVER_IP, .id = 7, .proto = IP_PROTO_ICMP };
	struct icmp_hdr icmp = { .type = ICMP_ECHO, .rest = 0x12340001 };
	uint8_t message[128];
	struct wr w = WR_INIT(message, sizeof(message));
	size_t len;

	icmp_encode(&w, &icmp, (const uint8_t *)"abcdefghijklmnopqrstuvwxyz", 26);
	len = sizeof(message) - w.left;
	if (n_first) {
		ip.more_fragments = true;
		add_ip(s, false, ip, message, n_first);
		ip.more_fragments = false;
		ip.frag_offset = (uint16_t)n_first;
	}
	add_ip(s, false, ip, message + n_first, len - n_first);
}

/* RRQ, or WRQ, with options as "name", "value", ..., NULL. */
static void add_request(struct session *s, enum tftp_op op, const char *file,
			const char *const *options)
{
	uint8_t packet[1024];
	struct wr w = WR_INIT(packet, sizeof(packet));

	wr_be16(&w, (uint16_t)op);
	wr_cstr(&w, file);
	wr_cstr(&w, "octet");
	for (; options && *options; options++)
		wr_cstr(&w, *options);
	add_udp(s, GUEST_PORT, TFTP_PORT, packet, sizeof(packet) - w.left);
}

static void add_ack(struct session *s, unsigned transfer, uint16_t block)
{
	uint8_t packet[TFTP_DATA_HLEN];
	struct wr w = WR_INIT(packet, sizeof(packet));

	tftp_ack_encode(&w, block);
	add_udp(s, GUEST_PORT, (uint16_t)(TID_FIRST + transfer), packet, sizeof(packet));
}

static void add_error(struct session *s, unsigned transfer)
{
	uint8_t packet[64];
	struct wr w = WR_INIT(packet, sizeof(packet));

	tftp_error_encode(&w, TFTP_ERR_OPTION, "no");
	add_udp(s, GUEST_PORT, (uint16_t)(TID_FIRST + transfer), packet, sizeof(packet) - w.left);
}

/* The boot; transfers are numbered in the order of their requests. */
static void session_boot(struct session *s, uint8_t config)
{
	static const char *const usual[] = { "blksize", "1428", "tsize", "0", NULL };
	static const char *const large[] = { "blksize", "2048",       "timeout", "1", "tsize",
					     "0",       "windowsize", "4",       NULL };

	session_init(s, config);
	add_dhcp(s, DHCP_DISCOVER);
	add_dhcp(s, DHCP_REQUEST);
	add_arp(s, ARP_REQUEST);
	add_echo(s, 0);
	add_echo(s, 16);
	add_request(s, TFTP_RRQ, "pxelinux.cfg/default", NULL);
	add_ack(s, 0, 1);
	add_ack(s, 0, 2);
	add_request(s, TFTP_RRQ, "kernel.img", usual);
	add_ack(s, 1, 0);
	add_ack(s, 1, 1);
	add_request(s, TFTP_RRQ, "kernel.img", large);
	add_ack(s, 2, 0);
	add_ack(s, 2, 2);
	add_error(s, 2);
	add_request(s, TFTP_RRQ, "../secret", NULL);
	add_request(s, TFTP_RRQ, "an \"odd\" \\ \001\x7f\xff name", usual);
	add_request(s, TFTP_WRQ, "kernel.img", NULL);
	add_udp(s, GUEST_PORT, CLOSED_PORT, (const uint8_t *)"who?", 4);
	add_arp(s, ARP_REPLY);
	add_dhcp(s, DHCP_INFORM);
	add_dhcp(s, DHCP_RELEASE);
	add_dhcp(s, DHCP_DECLINE);
}

#endif /* TESTS_FUZZ_SESSION_H */
