/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest sends in a boot over IPv6, as an input for fuzz_server
 */
#ifndef TESTS_FUZZ_SESSION6_H
#define TESTS_FUZZ_SESSION6_H

#include "server/wire/dhcp6.h"
#include "server/wire/ndp.h"
#include "tests/fuzz/session.h"

static const struct ip6_addr guest6 = { { 0xfd, [15] = 0x56 } };
static const struct ip6_addr server6 = { { 0xfd, [15] = 2 } };

static void add_ip6(struct session *s, struct ipv6_hdr ip, const uint8_t *payload, size_t len)
{
	struct eth_hdr eth = { server_mac, guest_mac, ETH_TYPE_IPV6 };
	uint8_t frame[FRAME_CAP];
	struct wr w = WR_INIT(frame, sizeof(frame));

	if (ip6_is_multicast(&ip.dst))
		eth.dst = ip6_group_mac(&ip.dst);
	eth_encode(&w, &eth);
	ipv6_encode(&w, &ip, len);
	wr_bytes(&w, payload, len);
	session_add(s, 0, frame, sizeof(frame) - w.left);
}

static void add_ndp(struct session *s, uint8_t type, const struct ip6_addr *target,
		    const struct ip6_addr *src, const struct ip6_addr *dst)
{
	struct ipv6_hdr ip = { .src = *src, .dst = *dst, .hop_limit = 255, .proto = IP6_NEXT_ICMP };
	struct ndp n = { .type = type,
			 .target = *target,
			 .solicited = !ip6_is_multicast(dst),
			 .has_mac = !ip6_is_unspecified(src),
			 .mac = guest_mac };
	uint8_t message[128];
	struct wr w = WR_INIT(message, sizeof(message));

	ndp_encode(&w, &n, &ip);
	add_ip6(s, ip, message, sizeof(message) - w.left);
}

static void add_udp6(struct session *s, const struct ip6_addr *dst, uint16_t sport, uint16_t dport,
		     const uint8_t *payload, size_t len)
{
	struct ipv6_hdr ip = { .src = guest6, .dst = *dst, .hop_limit = 64, .proto = IP_PROTO_UDP };
	struct udp_hdr udp = { .sport = sport, .dport = dport };
	uint8_t datagram[FRAME_CAP];
	struct wr w = WR_INIT(datagram, sizeof(datagram));

	udp6_encode(&w, &udp, &ip, payload, len);
	add_ip6(s, ip, datagram, sizeof(datagram) - w.left);
}

/* An echo request; @n_first > 0: in two fragments, the first with so many bytes. */
static void add_echo6(struct session *s, size_t n_first)
{
	struct ipv6_hdr ip = {
		.src = guest6, .dst = server6, .hop_limit = 64, .proto = IP6_NEXT_ICMP
	};
	struct icmp_hdr icmp = { .type = ICMP6_ECHO, .rest = 0x12340001 };
	uint8_t message[128];
	struct wr w = WR_INIT(message, sizeof(message));
	size_t len;

	icmp6_encode(&w, &icmp, &ip, (const uint8_t *)"abcdefghijklmnopqrstuvwxyz", 26);
	len = sizeof(message) - w.left;
	if (n_first) {
		ip.has_fragment = ip.more_fragments = true;
		ip.frag_id = 7;
		add_ip6(s, ip, message, n_first);
		ip.more_fragments = false;
		ip.frag_offset = (uint16_t)n_first;
	}
	add_ip6(s, ip, message + n_first, len - n_first);
}

static void add_dhcp6(struct session *s, enum dhcp6_type type)
{
	static const uint8_t client[] = { 0, 3, 0, 1, 0x52, 0x54, 0, 0x12, 0x34, 0x56 };
	static const uint8_t server[] = { 0, 3, 0, 1, 0x52, 0x55, 0x0a, 0, 2, 2 };
	static const uint8_t oro[] = { 0, 23, 0, 59, 0, 60 };
	struct dhcp6_iaaddr a = { .address = { { 0xfd, [15] = 0x15 } } };
	uint8_t message[256];
	struct wr w = WR_INIT(message, sizeof(message));
	uint8_t *ia;

	dhcp6_hdr_encode(&w, type, 0xac40f6);
	dhcp6_opt_encode(&w, DHCP6_OPT_CLIENT_ID, client, sizeof(client));
	if (type == DHCP6_REQUEST || type == DHCP6_RENEW || type == DHCP6_RELEASE ||
	    type == DHCP6_DECLINE)
		dhcp6_opt_encode(&w, DHCP6_OPT_SERVER_ID, server, sizeof(server));
	if (type == DHCP6_SOLICIT)
		dhcp6_opt_encode(&w, DHCP6_OPT_RAPID_COMMIT, NULL, 0);
	dhcp6_opt_encode(&w, DHCP6_OPT_ORO, oro, sizeof(oro));
	if (type != DHCP6_INFORMATION_REQUEST) {
		ia = dhcp6_opt_open(&w, DHCP6_OPT_IA_NA);
		wr_be32(&w, 1);
		wr_zeros(&w, 8);
		dhcp6_iaaddr_encode(&w, &a);
		dhcp6_opt_close(&w, ia);
	}
	add_udp6(s, &ip6_dhcp_servers, DHCP6_PORT_CLIENT, DHCP6_PORT_SERVER, message,
		 sizeof(message) - w.left);
}

static void add_tftp6(struct session *s, uint16_t port, const char *packet, size_t len)
{
	add_udp6(s, &server6, GUEST_PORT, port, (const uint8_t *)packet, len);
}

static void session_boot6(struct session *s, uint8_t config)
{
	static const char rrq[] = "\0\1kernel.img\0octet\0blksize\0"
				  "2048";
	struct ip6_addr group = ip6_solicited_node(&server6), own = ip6_solicited_node(&guest6);

	session_init(s, config);
	add_ndp(s, ICMP6_NS, &guest6, &ip6_unspecified, &own);
	add_ndp(s, ICMP6_RS, &ip6_unspecified, &guest6, &ip6_all_routers);
	add_dhcp6(s, DHCP6_SOLICIT);
	add_dhcp6(s, DHCP6_REQUEST);
	add_dhcp6(s, DHCP6_CONFIRM);
	add_dhcp6(s, DHCP6_RENEW);
	add_dhcp6(s, DHCP6_INFORMATION_REQUEST);
	add_ndp(s, ICMP6_NS, &server6, &guest6, &group);
	add_echo6(s, 0);
	add_echo6(s, 16);
	add_tftp6(s, TFTP_PORT, rrq, sizeof(rrq));
	add_tftp6(s, TID_FIRST, "\0\4\0\0", 4);
	add_tftp6(s, TID_FIRST, "\0\4\0\1", 4);
	add_tftp6(s, TID_FIRST, "\0\5\0\0no", 7);
	add_udp6(s, &server6, GUEST_PORT, CLOSED_PORT, (const uint8_t *)"who?", 4);
	add_ndp(s, ICMP6_NA, &guest6, &guest6, &server6);
	add_dhcp6(s, DHCP6_RELEASE);
	add_dhcp6(s, DHCP6_DECLINE);
}

#endif /* TESTS_FUZZ_SESSION6_H */
