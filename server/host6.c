/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's place on the network, IPv6: a link-local and a global address on one segment
 *
 * RFC 8200, RFC 4861, RFC 4443. As in server/host.c nothing is believed: what does not decode, has
 * a wrong checksum or is not for us is dropped, with one journal event ("host.drop"). How packets
 * leave is server/host6_out.c.
 *
 * We are the router as well, if the network has one: solicitations are answered at once and to all
 * (RFC 4861 6.2.6 has a random delay and a limit, which a repeatable run has no use for).
 *
 * Left out on purpose: duplicate detection of our own addresses (we are the only server, and the
 * journal should show the client's frames), neighbour unreachability detection and redirects, MLD
 * (a cable needs no snooping), ICMPv6 errors other than port unreachable.
 */
#include "server/host6.h"

#include <assert.h>

#include "server/host6_out.h"
#include "server/ra.h"
#include "server/reassembly.h"

enum {
	MTU_MIN = 1280,                               /* RFC 8200 5 */
	QUOTE_MAX = MTU_MIN - IPV6_HLEN - ICMP6_HLEN, /* RFC 4443 3.1: what an error sends back */
};

enum drop {
	DROP_NOT_FOR_US,
	DROP_MALFORMED,
	DROP_SOURCE,
	DROP_EXTENSION,
	DROP_REASSEMBLY,
	DROP_REASSEMBLY_TIMEOUT,
	DROP_PROTOCOL,
	DROP_UDP_MALFORMED,
	DROP_UDP_CHECKSUM,
	DROP_PORT_CLOSED,
	DROP_ICMP_MALFORMED,
	DROP_ICMP_CHECKSUM,
	DROP_ICMP_TYPE,
	DROP_NDP_INVALID,
	DROP_NDP_UNASKED,
	DROP_NO_ROUTER,
};

static const char *const drop_reasons[] = {
	[DROP_NOT_FOR_US] = "not-for-us",
	[DROP_MALFORMED] = "ipv6-malformed",
	[DROP_SOURCE] = "ipv6-source",
	[DROP_EXTENSION] = "ipv6-extension",
	[DROP_REASSEMBLY] = "reassembly", /* malformed, twice, overlapping, or too many */
	[DROP_REASSEMBLY_TIMEOUT] = "reassembly-timeout",
	[DROP_PROTOCOL] = "ipv6-protocol",
	[DROP_UDP_MALFORMED] = "udp-malformed",
	[DROP_UDP_CHECKSUM] = "udp-checksum",
	[DROP_PORT_CLOSED] = "port-closed",
	[DROP_ICMP_MALFORMED] = "icmp6-malformed",
	[DROP_ICMP_CHECKSUM] = "icmp6-checksum",
	[DROP_ICMP_TYPE] = "icmp6-type",
	[DROP_NDP_INVALID] = "ndp-invalid", /* RFC 4861 6.1.1, 7.1 */
	[DROP_NDP_UNASKED] = "ndp-unasked", /* RFC 4861 7.2.5 */
	[DROP_NO_ROUTER] = "no-router",
};
static_assert(G_N_ELEMENTS(drop_reasons) == DROP_NO_ROUTER + 1, "one row for each reason");

/* A packet on its way in or out, as far as it has been understood. */
struct packet {
	struct slice bytes;
	const struct eth_hdr *eth; /* NULL: that of many fragments */
	bool has_ip, has_udp;
	struct ipv6_hdr ip;
	struct udp_hdr udp;
};

struct Host6 {
	struct net_config net;
	struct host_ops ops;
	Journal *journal;
	Host6Out *out;
	Reassembly *reassembly;
	uint64_t next_ra_ns; /* DEADLINE_NEVER: only when asked */
};

static void drop(Host6 *h, uint64_t now_ns, enum drop why, const struct packet *p)
{
	journal_begin(h->journal, now_ns, "host.drop");
	journal_str(h->journal, "reason", drop_reasons[why]);
	journal_u64(h->journal, "len", ETH_HLEN + p->bytes.len);
	if (p->eth)
		journal_mac(h->journal, "mac", &p->eth->src);
	if (p->has_ip) {
		journal_ip6(h->journal, "src", &p->ip.src);
		journal_ip6(h->journal, "dst", &p->ip.dst);
		journal_u64(h->journal, "proto", p->ip.proto);
	}
	if (p->has_udp) {
		journal_u64(h->journal, "sport", p->udp.sport);
		journal_u64(h->journal, "dport", p->udp.dport);
	}
	journal_end(h->journal);
}

static bool is_group_of_ours(const Host6 *h, const struct ip6_addr *a)
{
	return ip6_equal(a, &ip6_all_nodes) || ip6_equal(a, &ip6_all_routers) ||
	       ip6_equal(a, &ip6_dhcp_servers) || host6_out_is_solicited_node(h->out, a);
}

static void send_ra(Host6 *h, uint64_t now_ns)
{
	struct ndp n = ra_message(&h->net);

	host6_out_ndp(h->out, now_ns, &n, &ip6_unspecified, &ip6_all_nodes);
}

void host6_send(Host6 *h, uint64_t now_ns, const struct datagram *d)
{
	host6_out_udp(h->out, now_ns, d);
}

Host6 *host6_new(const struct net_config *net, const struct host_ops *ops, Journal *journal)
{
	Host6 *h = g_new0(Host6, 1);

	h->net = *net;
	h->ops = *ops;
	h->journal = journal;
	h->out = host6_out_new(net, ops, journal);
	h->reassembly = reassembly_new();
	h->next_ra_ns = ra_first_ns(&net->v6.ra);
	return h;
}

/* --- receiving --- */

static void on_ns(Host6 *h, uint64_t now_ns, const struct packet *p, const struct ndp *in)
{
	bool from_nobody = ip6_is_unspecified(&p->ip.src); /* wants to know whether it is free */
	struct ndp out = {
		.type = ICMP6_NA,
		.target = in->target,
		.router = h->net.v6.ra.enabled,
		.solicited = !from_nobody,
		.override = true,
		.has_mac = true,
		.mac = h->net.mac,
	};

	if (!host6_out_is_ours(h->out, &in->target)) {
		drop(h, now_ns, DROP_NOT_FOR_US, p);
		return;
	}
	if (in->has_mac)
		host6_out_learn(h->out, now_ns, &p->ip.src, &in->mac);
	host6_out_ndp(h->out, now_ns, &out, &in->target, from_nobody ? &ip6_all_nodes : &p->ip.src);
}

static void on_na(Host6 *h, uint64_t now_ns, const struct packet *p, const struct ndp *in)
{
	/* An answer to us alone may leave the option out (RFC 4861 4.4): then its frame tells. */
	const struct mac *mac = in->has_mac ? &in->mac : &p->eth->src;

	if (!host6_out_answer(h->out, now_ns, &in->target, mac))
		drop(h, now_ns, DROP_NDP_UNASKED, p);
}

static void on_rs(Host6 *h, uint64_t now_ns, const struct packet *p, const struct ndp *in)
{
	if (!h->net.v6.ra.enabled) {
		drop(h, now_ns, DROP_NO_ROUTER, p);
		return;
	}
	if (in->has_mac)
		host6_out_learn(h->out, now_ns, &p->ip.src, &in->mac);
	send_ra(h, now_ns);
}

static void input_ndp(Host6 *h, uint64_t now_ns, const struct packet *p,
		      const struct icmp_hdr *icmp, struct slice body)
{
	struct ndp n;
	int r = ndp_decode(&n, icmp, body);

	if (r == NDP_E_TYPE)
		drop(h, now_ns, DROP_ICMP_TYPE, p);
	else if (r || !ndp_is_valid(&n, &p->ip))
		drop(h, now_ns, DROP_NDP_INVALID, p);
	else if (n.type == ICMP6_NS)
		on_ns(h, now_ns, p, &n);
	else if (n.type == ICMP6_NA)
		on_na(h, now_ns, p, &n);
	else if (n.type == ICMP6_RS)
		on_rs(h, now_ns, p, &n);
	else
		drop(h, now_ns, DROP_ICMP_TYPE, p); /* there is no other router */
}

static void input_icmp(Host6 *h, uint64_t now_ns, const struct packet *p, struct slice payload)
{
	struct icmp_hdr icmp;
	struct slice body;

	if (icmp6_decode(&icmp, &body, &p->ip, payload.p, payload.len)) {
		drop(h, now_ns, DROP_ICMP_MALFORMED, p);
		return;
	}
	if (!icmp.checksum_ok) {
		drop(h, now_ns, DROP_ICMP_CHECKSUM, p);
		return;
	}
	if (icmp.type != ICMP6_ECHO || ip6_is_unspecified(&p->ip.src)) {
		input_ndp(h, now_ns, p, &icmp, body);
		return;
	}
	icmp.type = ICMP6_ECHO_REPLY;
	host6_out_icmp(h->out, now_ns, &icmp, body, &p->ip.dst, &p->ip.src);
}

static void send_port_unreachable(Host6 *h, uint64_t now_ns, const struct packet *p)
{
	struct icmp_hdr icmp = { .type = ICMP6_UNREACHABLE, .code = ICMP6_CODE_PORT_UNREACHABLE };
	struct slice quote = { p->bytes.p, MIN(p->bytes.len, QUOTE_MAX) };

	host6_out_icmp(h->out, now_ns, &icmp, quote, &p->ip.dst, &p->ip.src);
}

static void input_udp(Host6 *h, uint64_t now_ns, struct packet *p, struct slice payload)
{
	struct datagram d = {
		.src = ip_addr_v6(&p->ip.src),
		.dst = ip_addr_v6(&p->ip.dst),
		.mac = p->eth->src,
	};

	if (udp6_decode(&p->udp, &d.payload, &p->ip, payload.p, payload.len)) {
		drop(h, now_ns, DROP_UDP_MALFORMED, p);
		return;
	}
	p->has_udp = true;
	if (p->udp.checksum != UDP_CHECKSUM_GOOD) {
		drop(h, now_ns, DROP_UDP_CHECKSUM, p);
		return;
	}
	if (ip6_is_unspecified(&p->ip.src)) {
		drop(h, now_ns, DROP_SOURCE, p);
		return;
	}
	d.sport = p->udp.sport;
	d.dport = p->udp.dport;
	if (h->ops.recv(h->ops.self, now_ns, &d))
		return;
	drop(h, now_ns, DROP_PORT_CLOSED, p);
	if (!ip6_is_multicast(&p->ip.dst)) /* RFC 4443 2.4 (e) */
		send_port_unreachable(h, now_ns, p);
}

/* @p->bytes are of its last fragment, if it came in several. */
static void input_whole(Host6 *h, uint64_t now_ns, struct packet *p, struct slice payload)
{
	if (p->ip.proto == IP_PROTO_UDP)
		input_udp(h, now_ns, p, payload);
	else if (p->ip.proto == IP6_NEXT_ICMP)
		input_icmp(h, now_ns, p, payload);
	else
		drop(h, now_ns, DROP_PROTOCOL, p);
}

static void input_fragment(Host6 *h, uint64_t now_ns, struct packet *p, struct slice payload)
{
	struct reassembly_key key = { ip_addr_v6(&p->ip.src), ip_addr_v6(&p->ip.dst), p->ip.frag_id,
				      p->ip.proto };
	struct reassembly_piece piece = { p->ip.frag_offset, p->ip.more_fragments, payload };
	struct slice whole;
	int r = reassembly_add(h->reassembly, now_ns, &key, &piece, &whole);

	if (!r)
		input_whole(h, now_ns, p, whole);
	else if (r != REASSEMBLY_E_INCOMPLETE)
		drop(h, now_ns, DROP_REASSEMBLY, p);
}

void host6_input(Host6 *h, uint64_t now_ns, const struct eth_hdr *eth, struct slice packet)
{
	struct packet p = { .bytes = packet, .eth = eth };
	struct slice payload;

	if (ipv6_decode(&p.ip, &payload, packet.p, packet.len)) {
		drop(h, now_ns, DROP_MALFORMED, &p);
		return;
	}
	p.has_ip = true;
	p.bytes.len = (size_t)(payload.p + payload.len - packet.p); /* without padding */
	if (!ip6_is_unspecified(&p.ip.src) &&
	    (!ip6_is_host(&p.ip.src) || host6_out_is_ours(h->out, &p.ip.src)))
		drop(h, now_ns, DROP_SOURCE, &p);
	else if (!host6_out_is_ours(h->out, &p.ip.dst) && !is_group_of_ours(h, &p.ip.dst))
		drop(h, now_ns, DROP_NOT_FOR_US, &p);
	else if (p.ip.refused)
		drop(h, now_ns, DROP_EXTENSION, &p);
	else if (p.ip.frag_offset || p.ip.more_fragments)
		input_fragment(h, now_ns, &p, payload);
	else
		input_whole(h, now_ns, &p, payload);
}

static void give_up_fragments(Host6 *h, uint64_t now_ns)
{
	struct reassembly_key key;

	while (reassembly_expire(h->reassembly, now_ns, &key)) {
		struct packet p = { .has_ip = true };

		p.ip = (struct ipv6_hdr){ .src = key.src.v6,
					  .dst = key.dst.v6,
					  .proto = key.proto };
		drop(h, now_ns, DROP_REASSEMBLY_TIMEOUT, &p);
	}
}

void host6_step(Host6 *h, uint64_t now_ns)
{
	if (!h)
		return;
	host6_out_step(h->out, now_ns);
	give_up_fragments(h, now_ns);
	if (now_ns < h->next_ra_ns)
		return;
	send_ra(h, now_ns);
	h->next_ra_ns = now_ns + h->net.v6.ra.interval_ns;
}

uint64_t host6_deadline_ns(const Host6 *h)
{
	uint64_t first_ns;

	if (!h)
		return DEADLINE_NEVER;
	first_ns = MIN(reassembly_deadline_ns(h->reassembly), host6_out_deadline_ns(h->out));
	return MIN(h->next_ra_ns, first_ns);
}

void host6_free(Host6 *h)
{
	if (!h)
		return;
	host6_out_free(h->out);
	reassembly_free(h->reassembly);
	g_free(h);
}
