/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way out of the IPv6 host: our addresses, headers, fragments, and the neighbours' MACs
 */
#include "server/host6_out.h"

#include "server/neighbours.h"

enum {
	HOP_LIMIT = 64,                                  /* RFC 1700, "IP time to live" */
	PACKET_HEADROOM = ETH_HLEN + IPV6_HLEN,          /* in front of a packet's payload */
	HEADROOM = PACKET_HEADROOM + IPV6_FRAGMENT_HLEN, /* of a fragment's */
	WHOLE_MAX = ETH_MTU - IPV6_HLEN, /* payload of a packet that needs no fragments */
	FRAGMENT_MAX = (WHOLE_MAX - IPV6_FRAGMENT_HLEN) & ~7,
	PAYLOAD_MAX = IPV6_PAYLOAD_MAX - IPV6_FRAGMENT_HLEN,
};

struct Host6Out {
	struct net_config net;
	struct ip6_addr link_local;
	struct host_ops ops;
	Journal *journal;
	Neighbours *neighbours;
	uint32_t frag_id;
	/* The packet that is being sent; the headers of a later fragment go where the end of the
	 * one before was. */
	uint8_t out[HEADROOM + PAYLOAD_MAX];
};

/* A packet of ours comes to nothing. */
static void drop(Host6Out *o, uint64_t now_ns, const char *reason, const struct ipv6_hdr *ip,
		 size_t len)
{
	journal_begin(o->journal, now_ns, "host.drop");
	journal_str(o->journal, "reason", reason);
	journal_u64(o->journal, "len", PACKET_HEADROOM + len);
	journal_ip6(o->journal, "src", &ip->src);
	journal_ip6(o->journal, "dst", &ip->dst);
	journal_u64(o->journal, "proto", ip->proto);
	journal_end(o->journal);
}

bool host6_out_is_ours(const Host6Out *o, const struct ip6_addr *a)
{
	return ip6_equal(a, &o->link_local) || ip6_equal(a, &o->net.v6.server);
}

bool host6_out_is_solicited_node(const Host6Out *o, const struct ip6_addr *a)
{
	struct ip6_addr local = ip6_solicited_node(&o->link_local);
	struct ip6_addr global = ip6_solicited_node(&o->net.v6.server);

	return ip6_equal(a, &local) || ip6_equal(a, &global);
}

/* RFC 6724 5, rule 2: of our two addresses the one with the scope of @dst. */
static const struct ip6_addr *source_for(const Host6Out *o, const struct ip6_addr *wish,
					 const struct ip6_addr *dst)
{
	if (host6_out_is_ours(o, wish))
		return wish;
	if (ip6_is_multicast(dst) || ip6_is_link_local(dst))
		return &o->link_local;
	return &o->net.v6.server;
}

/* Write the headers of a packet in front of its @len bytes of payload, and send it. */
static void transmit_packet(Host6Out *o, const struct mac *mac, const struct ipv6_hdr *ip,
			    uint8_t *payload, size_t len)
{
	struct eth_hdr eth = { .dst = *mac, .src = o->net.mac, .type = ETH_TYPE_IPV6 };
	size_t headers = ip->has_fragment ? HEADROOM : PACKET_HEADROOM;
	struct wr w = WR_INIT(payload - headers, headers);

	eth_encode(&w, &eth);
	ipv6_encode(&w, ip, len);
	o->ops.send_frame(o->ops.self, payload - headers, headers + len);
}

/* Send the @len bytes that lie behind the headroom of o->out. */
static void transmit(Host6Out *o, const struct mac *mac, struct ipv6_hdr ip, size_t len)
{
	uint8_t *payload = o->out + HEADROOM;
	size_t n;

	ip.hop_limit = ip.proto == IP6_NEXT_ICMP ? NDP_HOP_LIMIT : HOP_LIMIT;
	if (len <= WHOLE_MAX) {
		transmit_packet(o, mac, &ip, payload, len);
		return;
	}
	ip.has_fragment = true;
	ip.frag_id = o->frag_id++;
	for (size_t at = 0; at < len; at += n) {
		n = MIN(len - at, FRAGMENT_MAX);
		ip.frag_offset = (uint16_t)at;
		ip.more_fragments = at + n < len;
		transmit_packet(o, mac, &ip, payload + at, n);
	}
}

/* Send what lies behind the headroom of o->out, or park it until its MAC is known. */
static void dispatch(Host6Out *o, uint64_t now_ns, const struct ipv6_hdr *ip, size_t len)
{
	struct neighbours_packet p = {
		.src = ip_addr_v6(&ip->src),
		.dst = ip_addr_v6(&ip->dst),
		.proto = ip->proto,
		.payload = { o->out + HEADROOM, len },
	};
	struct mac group = ip6_group_mac(&ip->dst);
	const struct mac *mac = &group;

	if (!ip6_is_multicast(&ip->dst))
		mac = neighbours_find(o->neighbours, p.dst);
	if (mac)
		transmit(o, mac, *ip, len);
	else
		neighbours_park(o->neighbours, now_ns, &p);
}

void host6_out_ndp(Host6Out *o, uint64_t now_ns, const struct ndp *n, const struct ip6_addr *src,
		   const struct ip6_addr *dst)
{
	struct ipv6_hdr ip = { .dst = *dst, .proto = IP6_NEXT_ICMP };
	struct wr w = WR_INIT(o->out + HEADROOM, PAYLOAD_MAX);

	ip.src = *source_for(o, src, dst);
	ndp_encode(&w, n, &ip);
	dispatch(o, now_ns, &ip, PAYLOAD_MAX - w.left);
}

void host6_out_icmp(Host6Out *o, uint64_t now_ns, const struct icmp_hdr *icmp, struct slice payload,
		    const struct ip6_addr *src, const struct ip6_addr *dst)
{
	struct ipv6_hdr ip = { .dst = *dst, .proto = IP6_NEXT_ICMP };
	struct wr w = WR_INIT(o->out + HEADROOM, PAYLOAD_MAX);

	ip.src = *source_for(o, src, dst);
	icmp6_encode(&w, icmp, &ip, payload.p, payload.len);
	dispatch(o, now_ns, &ip, PAYLOAD_MAX - w.left);
}

void host6_out_udp(Host6Out *o, uint64_t now_ns, const struct datagram *d)
{
	struct ipv6_hdr ip = { .dst = d->dst.v6, .proto = IP_PROTO_UDP };
	struct udp_hdr udp = { .sport = d->sport, .dport = d->dport };
	struct wr w = WR_INIT(o->out + HEADROOM, PAYLOAD_MAX);
	size_t len = UDP_HLEN + d->payload.len;

	ip.src = *source_for(o, &d->src.v6, &ip.dst);
	if (d->payload.len > PAYLOAD_MAX - UDP_HLEN) {
		drop(o, now_ns, "send-too-long", &ip, len);
		return;
	}
	udp6_encode(&w, &udp, &ip, d->payload.p, d->payload.len);
	if (d->mac_known)
		transmit(o, &d->mac, ip, len);
	else
		dispatch(o, now_ns, &ip, len);
}

/* --- neighbours --- */

static void on_ask(void *self, struct ip_addr ip)
{
	Host6Out *o = self;
	struct ndp n = { .type = ICMP6_NS, .target = ip.v6, .has_mac = true, .mac = o->net.mac };
	struct ip6_addr group = ip6_solicited_node(&ip.v6);

	/* To a group: it waits for nobody, whatever the time. */
	host6_out_ndp(o, 0, &n, source_for(o, &ip6_unspecified, &ip.v6), &group);
}

static struct ipv6_hdr parked_header(const struct neighbours_packet *p)
{
	return (struct ipv6_hdr){ .src = p->src.v6, .dst = p->dst.v6, .proto = p->proto };
}

static void on_send(void *self, const struct mac *mac, const struct neighbours_packet *p)
{
	Host6Out *o = self;

	memcpy(o->out + HEADROOM, p->payload.p, p->payload.len);
	transmit(o, mac, parked_header(p), p->payload.len);
}

static void on_lost(void *self, uint64_t now_ns, enum neighbours_loss why,
		    const struct neighbours_packet *p)
{
	static const char *const reasons[] = {
		[NEIGHBOURS_UNANSWERED] = "ndp-unanswered",
		[NEIGHBOURS_REPLACED] = "ndp-replaced", /* a newer one to the same address came */
		[NEIGHBOURS_FULL] = "ndp-full",         /* its neighbour had to leave the table */
	};
	struct ipv6_hdr ip = parked_header(p);

	drop(self, now_ns, reasons[why], &ip, p->payload.len);
}

Host6Out *host6_out_new(const struct net_config *net, const struct host_ops *ops, Journal *journal)
{
	Host6Out *o = g_new0(Host6Out, 1);
	struct neighbours_ops neighbours_ops = {
		.ask = on_ask, .send = on_send, .lost = on_lost, .self = o
	};

	o->net = *net;
	o->link_local = ip6_link_local(&net->mac);
	o->ops = *ops;
	o->journal = journal;
	o->neighbours = neighbours_new(&neighbours_ops);
	o->frag_id = 1;
	return o;
}

void host6_out_learn(Host6Out *o, uint64_t now_ns, const struct ip6_addr *a, const struct mac *mac)
{
	neighbours_learn(o->neighbours, now_ns, ip_addr_v6(a), mac);
}

bool host6_out_answer(Host6Out *o, uint64_t now_ns, const struct ip6_addr *a, const struct mac *mac)
{
	return neighbours_answer(o->neighbours, now_ns, ip_addr_v6(a), mac);
}

void host6_out_step(Host6Out *o, uint64_t now_ns)
{
	neighbours_step(o->neighbours, now_ns);
}

uint64_t host6_out_deadline_ns(const Host6Out *o)
{
	return neighbours_deadline_ns(o->neighbours);
}

void host6_out_free(Host6Out *o)
{
	if (!o)
		return;
	neighbours_free(o->neighbours);
	g_free(o);
}
