/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's place on the network: one address on one segment (RFC 826, RFC 791, RFC 1122)
 *
 * Frames come in by host_input() and are believed nothing: what does not decode, has a wrong
 * checksum or is not for us is dropped, with one journal event ("host.drop") that says why. Packets
 * go out by host_send(); those whose MAC is not known wait in server/neighbours.c.
 *
 * Left out on purpose: routing, options in what is sent, path MTU discovery, ICMP errors other than
 * port unreachable. Nothing is random: IP identifiers count up from 1.
 */
#include "server/host.h"

#include <assert.h>

#include "server/host6.h"
#include "server/host_drop.h"
#include "server/neighbours.h"
#include "server/reassembly.h"
#include "server/wire/ip.h"

enum {
	TTL = 64,                                      /* RFC 1700, "IP time to live" */
	HEADROOM = ETH_HLEN + IPV4_HLEN_MIN,           /* in front of each packet's payload */
	FRAGMENT_MAX = (ETH_MTU - IPV4_HLEN_MIN) & ~7, /* payload of a packet, in units of eight */
	PAYLOAD_MAX = IPV4_TOTAL_MAX - IPV4_HLEN_MIN,
	QUOTE_MAX = 8, /* RFC 792: bytes of the payload that an error sends back */
};

struct Host {
	struct net_config net;
	struct host_ops ops;
	Journal *journal;
	Reassembly *reassembly;
	Neighbours *neighbours;
	Host6 *v6; /* NULL: no IPv6 here */
	uint16_t ip_id;
	/* The packet that is being sent; the headers of a later fragment go where the end of the
	 * one before was. */
	uint8_t out[HEADROOM + PAYLOAD_MAX];
};

static void drop(Host *h, uint64_t now_ns, enum host_drop why, const struct host_packet *p)
{
	host_drop_journal(h->journal, now_ns, why, p);
}

/* A packet of ours comes to nothing. */
static void drop_sent(Host *h, uint64_t now_ns, enum host_drop why, uint32_t dst, uint8_t proto,
		      size_t len)
{
	struct host_packet p = { .len = HEADROOM + len, .has_ip = true };

	p.ip = (struct ipv4_hdr){ .src = h->net.server, .dst = dst, .proto = proto };
	drop(h, now_ns, why, &p);
}

static bool is_broadcast(const Host *h, uint32_t ip)
{
	uint32_t hosts = ~h->net.netmask;

	return ip == UINT32_MAX || (hosts > 1 && ip == (h->net.server | hosts));
}

static bool is_multicast(uint32_t ip)
{
	return ip >> 28 == 0xe; /* RFC 1112 4 */
}

/* RFC 1112 6.4 */
static struct mac multicast_mac(uint32_t ip)
{
	return (struct mac){ { 0x01, 0x00, 0x5e, ip >> 16 & 0x7f, ip >> 8 & 0xff, ip & 0xff } };
}

/* Whether a packet can come from there (RFC 1122 3.2.1.3); 0.0.0.0 has no address yet. */
static bool is_source(const Host *h, uint32_t ip)
{
	return ip >> 24 != 127 && !is_multicast(ip) && !is_broadcast(h, ip) && ip != h->net.server;
}

/* Send the @len bytes that lie behind the headroom of h->out. */
static void transmit(Host *h, const struct mac *mac, uint32_t dst, uint8_t proto, size_t len)
{
	struct eth_hdr eth = { .dst = *mac, .src = h->net.mac, .type = ETH_TYPE_IPV4 };
	struct ipv4_hdr ip = {
		.src = h->net.server, .dst = dst, .id = h->ip_id++, .ttl = TTL, .proto = proto
	};
	size_t n;

	for (size_t at = 0; at < len; at += n) {
		uint8_t *frame = h->out + at;
		struct wr w = WR_INIT(frame, HEADROOM);

		n = MIN(len - at, FRAGMENT_MAX);
		ip.frag_offset = (uint16_t)at;
		ip.more_fragments = at + n < len;
		eth_encode(&w, &eth);
		ipv4_encode(&w, &ip, n);
		h->ops.send_frame(h->ops.self, frame, HEADROOM + n);
	}
}

static void send_arp(Host *h, enum arp_op op, const struct mac *to, uint32_t ip)
{
	uint8_t frame[ETH_HLEN + 28];
	struct wr w = WR_INIT(frame, sizeof(frame));
	struct arp a = { .op = op, .sha = h->net.mac, .spa = h->net.server, .tpa = ip };

	if (op == ARP_REPLY)
		a.tha = *to;
	eth_encode(&w, &(struct eth_hdr){ .dst = *to, .src = h->net.mac, .type = ETH_TYPE_ARP });
	arp_encode(&w, &a);
	h->ops.send_frame(h->ops.self, frame, sizeof(frame));
}

static void on_ask(void *self, struct ip_addr ip)
{
	send_arp(self, ARP_REQUEST, &mac_broadcast, ip.v4);
}

static void on_send(void *self, const struct mac *mac, const struct neighbours_packet *p)
{
	Host *h = self;

	memcpy(h->out + HEADROOM, p->payload.p, p->payload.len);
	transmit(h, mac, p->dst.v4, p->proto, p->payload.len);
}

static void on_lost(void *self, uint64_t now_ns, enum neighbours_loss why,
		    const struct neighbours_packet *p)
{
	static const enum host_drop reasons[] = {
		[NEIGHBOURS_UNANSWERED] = HOST_DROP_ARP_UNANSWERED,
		[NEIGHBOURS_REPLACED] = HOST_DROP_ARP_REPLACED,
		[NEIGHBOURS_FULL] = HOST_DROP_ARP_FULL,
	};

	drop_sent(self, now_ns, reasons[why], p->dst.v4, p->proto, p->payload.len);
}

Host *host_new(const struct net_config *net, const struct host_ops *ops, Journal *journal)
{
	Host *h = g_new0(Host, 1);
	struct neighbours_ops neighbours_ops = {
		.ask = on_ask, .send = on_send, .lost = on_lost, .self = h
	};

	h->net = *net;
	h->ops = *ops;
	h->journal = journal;
	h->reassembly = reassembly_new();
	h->neighbours = neighbours_new(&neighbours_ops);
	h->ip_id = 1;
	if (net->v6.enabled)
		h->v6 = host6_new(net, ops, journal);
	return h;
}

/* Send what lies behind the headroom of h->out, or park it until its MAC is known. */
static void dispatch(Host *h, uint64_t now_ns, uint32_t dst, uint8_t proto, size_t len)
{
	struct neighbours_packet p = {
		.src = ip_addr_v4(h->net.server),
		.dst = ip_addr_v4(dst),
		.proto = proto,
		.payload = { h->out + HEADROOM, len },
	};
	struct mac group = is_multicast(dst) ? multicast_mac(dst) : mac_broadcast;
	const struct mac *mac = &group;

	if (!is_multicast(dst) && !is_broadcast(h, dst))
		mac = neighbours_find(h->neighbours, ip_addr_v4(dst));
	if (mac)
		transmit(h, mac, dst, proto, len);
	else
		neighbours_park(h->neighbours, now_ns, &p);
}

void host_send(Host *h, uint64_t now_ns, const struct datagram *d)
{
	struct ipv4_hdr ip = { .src = h->net.server, .dst = d->dst.v4 };
	struct udp_hdr udp = { .sport = d->sport, .dport = d->dport };
	struct wr w = WR_INIT(h->out + HEADROOM, PAYLOAD_MAX);
	size_t len = UDP_HLEN + d->payload.len;

	if (d->dst.is_v6) {
		g_assert(h->v6); /* who else would have an IPv6 address to send to? */
		host6_send(h->v6, now_ns, d);
		return;
	}
	if (d->payload.len > PAYLOAD_MAX - UDP_HLEN) {
		drop_sent(h, now_ns, HOST_DROP_SEND_TOO_LONG, ip.dst, IP_PROTO_UDP, len);
		return;
	}
	udp_encode(&w, &udp, &ip, d->payload.p, d->payload.len);
	if (d->mac_known)
		transmit(h, &d->mac, ip.dst, IP_PROTO_UDP, len);
	else
		dispatch(h, now_ns, ip.dst, IP_PROTO_UDP, len);
}

void host_send_tcp(Host *h, uint32_t dst, const struct mac *mac, struct slice segment)
{
	memcpy(h->out + HEADROOM, segment.p, segment.len);
	transmit(h, mac, dst, IP_PROTO_TCP, segment.len);
}

static void send_icmp(Host *h, uint64_t now_ns, uint32_t dst, const struct icmp_hdr *icmp,
		      struct slice payload)
{
	struct wr w = WR_INIT(h->out + HEADROOM, PAYLOAD_MAX);

	icmp_encode(&w, icmp, payload.p, payload.len);
	dispatch(h, now_ns, dst, IP_PROTO_ICMP, ICMP_HLEN + payload.len);
}

/* The packet's header goes back without its options. */
static void send_port_unreachable(Host *h, uint64_t now_ns, const struct ipv4_hdr *ip,
				  struct slice payload)
{
	struct icmp_hdr icmp = { .type = ICMP_UNREACHABLE, .code = ICMP_CODE_PORT_UNREACHABLE };
	uint8_t quote[IPV4_HLEN_MIN + QUOTE_MAX];
	struct wr w = WR_INIT(quote, sizeof(quote));

	ipv4_encode(&w, ip, payload.len);
	wr_bytes(&w, payload.p, MIN(payload.len, QUOTE_MAX));
	send_icmp(h, now_ns, ip->src, &icmp, (struct slice){ quote, sizeof(quote) - w.left });
}

static void input_arp(Host *h, uint64_t now_ns, const struct host_packet *p, struct slice payload)
{
	struct arp a;

	if (arp_decode(&a, payload.p, payload.len)) {
		drop(h, now_ns, HOST_DROP_ARP_MALFORMED, p);
		return;
	}
	if (mac_is_group(&a.sha) || !is_source(h, a.spa)) {
		drop(h, now_ns, HOST_DROP_ARP_SOURCE, p);
		return;
	}
	if (a.op != ARP_REQUEST && a.op != ARP_REPLY) {
		drop(h, now_ns, HOST_DROP_ARP_OPCODE, p);
		return;
	}
	if (a.tpa != h->net.server) {
		/* Not for us; but who is known already may say that he has moved (RFC 826). */
		if (!neighbours_update(h->neighbours, ip_addr_v4(a.spa), &a.sha))
			drop(h, now_ns, HOST_DROP_NOT_FOR_US, p);
		return;
	}
	if (a.op == ARP_REQUEST)
		send_arp(h, ARP_REPLY, &a.sha, a.spa);
	if (a.spa) /* 0.0.0.0 only wants to know whether we are there (RFC 5227 2.1.1) */
		neighbours_learn(h->neighbours, now_ns, ip_addr_v4(a.spa), &a.sha);
}

static void input_icmp(Host *h, uint64_t now_ns, const struct host_packet *p, struct slice payload)
{
	struct icmp_hdr icmp;
	struct slice data;

	if (icmp_decode(&icmp, &data, payload.p, payload.len)) {
		drop(h, now_ns, HOST_DROP_ICMP_MALFORMED, p);
		return;
	}
	if (!icmp.checksum_ok) {
		drop(h, now_ns, HOST_DROP_ICMP_CHECKSUM, p);
		return;
	}
	/* An echo to all needs no answer (RFC 1122 3.2.2.6), and one from nobody has none. */
	if (icmp.type != ICMP_ECHO || p->ip.dst != h->net.server || !p->ip.src) {
		drop(h, now_ns, HOST_DROP_ICMP_TYPE, p);
		return;
	}
	icmp.type = ICMP_ECHO_REPLY;
	send_icmp(h, now_ns, p->ip.src, &icmp, data);
}

static void input_udp(Host *h, uint64_t now_ns, struct host_packet *p, struct slice payload)
{
	struct datagram d = { .src = ip_addr_v4(p->ip.src), .mac = p->eth.src };
	bool to_all = p->ip.dst != h->net.server;

	if (udp_decode(&p->udp, &d.payload, &p->ip, payload.p, payload.len)) {
		drop(h, now_ns, HOST_DROP_UDP_MALFORMED, p);
		return;
	}
	p->has_udp = true;
	if (p->udp.checksum == UDP_CHECKSUM_BAD) {
		drop(h, now_ns, HOST_DROP_UDP_CHECKSUM, p);
		return;
	}
	d.dst = ip_addr_v4(to_all ? UINT32_MAX : p->ip.dst);
	d.sport = p->udp.sport;
	d.dport = p->udp.dport;
	if (h->ops.recv(h->ops.self, now_ns, &d))
		return;
	drop(h, now_ns, HOST_DROP_PORT_CLOSED, p);
	if (!to_all && p->ip.src) /* RFC 1122 3.2.2 */
		send_port_unreachable(h, now_ns, &p->ip, payload);
}

static void input_whole(Host *h, uint64_t now_ns, struct host_packet *p, struct slice payload)
{
	p->ip.frag_offset = 0;
	p->ip.more_fragments = false;
	if (p->ip.proto == IP_PROTO_UDP)
		input_udp(h, now_ns, p, payload);
	else if (p->ip.proto == IP_PROTO_ICMP)
		input_icmp(h, now_ns, p, payload);
	else if (p->ip.proto == IP_PROTO_TCP && h->ops.recv_tcp && p->ip.dst == h->net.server)
		h->ops.recv_tcp(h->ops.self, now_ns, &p->ip, &p->eth.src, payload);
	else
		drop(h, now_ns, HOST_DROP_IPV4_PROTOCOL, p);
}

static void input_fragment(Host *h, uint64_t now_ns, struct host_packet *p, struct slice payload)
{
	struct reassembly_key key = { ip_addr_v4(p->ip.src), ip_addr_v4(p->ip.dst), p->ip.id,
				      p->ip.proto };
	struct reassembly_piece piece = { p->ip.frag_offset, p->ip.more_fragments, payload };
	struct slice whole;

	switch (reassembly_add(h->reassembly, now_ns, &key, &piece, &whole)) {
	case 0:
		input_whole(h, now_ns, p, whole);
		break;
	case REASSEMBLY_E_INCOMPLETE:
		break;
	case REASSEMBLY_E_DUPLICATE:
		drop(h, now_ns, HOST_DROP_REASSEMBLY_DUPLICATE, p);
		break;
	case REASSEMBLY_E_MALFORMED:
		drop(h, now_ns, HOST_DROP_REASSEMBLY_MALFORMED, p);
		break;
	case REASSEMBLY_E_OVERLAP:
		drop(h, now_ns, HOST_DROP_REASSEMBLY_OVERLAP, p);
		break;
	case REASSEMBLY_E_FULL:
		drop(h, now_ns, HOST_DROP_REASSEMBLY_FULL, p);
		break;
	}
}

static void input_ipv4(Host *h, uint64_t now_ns, struct host_packet *p, struct slice payload)
{
	if (ipv4_decode(&p->ip, &payload, payload.p, payload.len)) {
		drop(h, now_ns, HOST_DROP_IPV4_MALFORMED, p);
		return;
	}
	p->has_ip = true;
	if (!p->ip.checksum_ok)
		drop(h, now_ns, HOST_DROP_IPV4_CHECKSUM, p);
	else if (!is_source(h, p->ip.src))
		drop(h, now_ns, HOST_DROP_IPV4_SOURCE, p);
	else if (p->ip.dst != h->net.server && !is_broadcast(h, p->ip.dst))
		drop(h, now_ns, HOST_DROP_NOT_FOR_US, p);
	else if (p->ip.dst == h->net.server && mac_is_group(&p->eth.dst))
		drop(h, now_ns, HOST_DROP_LINK_BROADCAST, p); /* RFC 1122 3.3.6 */
	else if (p->ip.frag_offset || p->ip.more_fragments)
		input_fragment(h, now_ns, p, payload);
	else
		input_whole(h, now_ns, p, payload);
}

void host_input(Host *h, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	struct host_packet p = { .len = len };
	struct slice payload;

	if (eth_decode(&p.eth, &payload, frame, len) || mac_is_group(&p.eth.src)) {
		drop(h, now_ns, HOST_DROP_ETHERNET_MALFORMED, &p);
		return;
	}
	p.has_eth = true;
	if (!mac_is_group(&p.eth.dst) && !mac_equal(&p.eth.dst, &h->net.mac))
		drop(h, now_ns, HOST_DROP_NOT_FOR_US, &p);
	else if (p.eth.type == ETH_TYPE_ARP)
		input_arp(h, now_ns, &p, payload);
	else if (p.eth.type == ETH_TYPE_IPV4)
		input_ipv4(h, now_ns, &p, payload);
	else if (p.eth.type == ETH_TYPE_IPV6 && h->v6)
		host6_input(h->v6, now_ns, &p.eth, payload);
	else
		drop(h, now_ns, HOST_DROP_ETHERNET_TYPE, &p);
}

void host_step(Host *h, uint64_t now_ns)
{
	struct reassembly_key key;

	host6_step(h->v6, now_ns);
	neighbours_step(h->neighbours, now_ns);
	while (reassembly_expire(h->reassembly, now_ns, &key)) {
		struct host_packet p = { .has_ip = true };

		p.ip = (struct ipv4_hdr){ .src = key.src.v4,
					  .dst = key.dst.v4,
					  .proto = key.proto };
		drop(h, now_ns, HOST_DROP_REASSEMBLY_TIMEOUT, &p);
	}
}

uint64_t host_deadline_ns(const Host *h)
{
	uint64_t v4_ns =
		MIN(reassembly_deadline_ns(h->reassembly), neighbours_deadline_ns(h->neighbours));

	return MIN(v4_ns, host6_deadline_ns(h->v6));
}

void host_free(Host *h)
{
	if (!h)
		return;
	host6_free(h->v6);
	neighbours_free(h->neighbours);
	reassembly_free(h->reassembly);
	g_free(h);
}
