/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a frame is: all layers decoded, and one name for it
 */
#include "server/wire/frame.h"

static const struct {
	const char *name;
	enum frame_area area;
} kind_info[FRAME_N_KINDS] = {
	[FRAME_OTHER] = { "ethernet.other", FRAME_AREA_OTHER },
	[FRAME_MALFORMED] = { "malformed", FRAME_AREA_MALFORMED },
	[FRAME_ARP_REQUEST] = { "arp.request", FRAME_AREA_ARP },
	[FRAME_ARP_REPLY] = { "arp.reply", FRAME_AREA_ARP },
	[FRAME_IPV6] = { "ipv6", FRAME_AREA_IPV6 },
	[FRAME_IPV4] = { "ipv4", FRAME_AREA_IPV4 },
	[FRAME_FRAGMENT] = { "ipv4.fragment", FRAME_AREA_FRAGMENT },
	[FRAME_ICMP_ECHO] = { "icmp.echo", FRAME_AREA_ICMP },
	[FRAME_ICMP_ECHO_REPLY] = { "icmp.echo-reply", FRAME_AREA_ICMP },
	[FRAME_ICMP_UNREACHABLE] = { "icmp.unreachable", FRAME_AREA_ICMP },
	[FRAME_ICMP_OTHER] = { "icmp.other", FRAME_AREA_ICMP },
	[FRAME_TCP_SYN] = { "tcp.syn", FRAME_AREA_TCP },
	[FRAME_TCP_SYNACK] = { "tcp.synack", FRAME_AREA_TCP },
	[FRAME_TCP_DATA] = { "tcp.data", FRAME_AREA_TCP },
	[FRAME_TCP_ACK] = { "tcp.ack", FRAME_AREA_TCP },
	[FRAME_TCP_FIN] = { "tcp.fin", FRAME_AREA_TCP },
	[FRAME_TCP_RST] = { "tcp.rst", FRAME_AREA_TCP },
	[FRAME_UDP] = { "udp", FRAME_AREA_UDP },
	[FRAME_DHCP_BOOTP] = { "dhcp.bootp", FRAME_AREA_DHCP },
	[FRAME_DHCP_DISCOVER] = { "dhcp.discover", FRAME_AREA_DHCP },
	[FRAME_DHCP_OFFER] = { "dhcp.offer", FRAME_AREA_DHCP },
	[FRAME_DHCP_REQUEST] = { "dhcp.request", FRAME_AREA_DHCP },
	[FRAME_DHCP_DECLINE] = { "dhcp.decline", FRAME_AREA_DHCP },
	[FRAME_DHCP_ACK] = { "dhcp.ack", FRAME_AREA_DHCP },
	[FRAME_DHCP_NAK] = { "dhcp.nak", FRAME_AREA_DHCP },
	[FRAME_DHCP_RELEASE] = { "dhcp.release", FRAME_AREA_DHCP },
	[FRAME_DHCP_INFORM] = { "dhcp.inform", FRAME_AREA_DHCP },
	[FRAME_FRAGMENT6] = { "ipv6.fragment", FRAME_AREA_FRAGMENT6 },
	[FRAME_ICMP6_ECHO] = { "icmp6.echo", FRAME_AREA_ICMP6 },
	[FRAME_ICMP6_ECHO_REPLY] = { "icmp6.echo-reply", FRAME_AREA_ICMP6 },
	[FRAME_ICMP6_UNREACHABLE] = { "icmp6.unreachable", FRAME_AREA_ICMP6 },
	[FRAME_ICMP6_RS] = { "icmp6.rs", FRAME_AREA_NDP },
	[FRAME_ICMP6_RA] = { "icmp6.ra", FRAME_AREA_NDP },
	[FRAME_ICMP6_NS] = { "icmp6.ns", FRAME_AREA_NDP },
	[FRAME_ICMP6_NA] = { "icmp6.na", FRAME_AREA_NDP },
	[FRAME_ICMP6_OTHER] = { "icmp6.other", FRAME_AREA_ICMP6 },
	[FRAME_DHCP6_SOLICIT] = { "dhcp6.solicit", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_ADVERTISE] = { "dhcp6.advertise", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_REQUEST] = { "dhcp6.request", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_CONFIRM] = { "dhcp6.confirm", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_RENEW] = { "dhcp6.renew", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_REBIND] = { "dhcp6.rebind", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_REPLY] = { "dhcp6.reply", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_RELEASE] = { "dhcp6.release", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_DECLINE] = { "dhcp6.decline", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_RECONFIGURE] = { "dhcp6.reconfigure", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_INFORMATION_REQUEST] = { "dhcp6.information-request", FRAME_AREA_DHCP6 },
	[FRAME_DHCP6_RELAY] = { "dhcp6.relay", FRAME_AREA_DHCP6 },
	[FRAME_TFTP_RRQ] = { "tftp.rrq", FRAME_AREA_TFTP },
	[FRAME_TFTP_WRQ] = { "tftp.wrq", FRAME_AREA_TFTP },
	[FRAME_TFTP_DATA] = { "tftp.data", FRAME_AREA_TFTP },
	[FRAME_TFTP_ACK] = { "tftp.ack", FRAME_AREA_TFTP },
	[FRAME_TFTP_ERROR] = { "tftp.error", FRAME_AREA_TFTP },
	[FRAME_TFTP_OACK] = { "tftp.oack", FRAME_AREA_TFTP },
};

const char *frame_kind_name(enum frame_kind k)
{
	return kind_info[k].name;
}

enum frame_area frame_kind_area(enum frame_kind k)
{
	return kind_info[k].area;
}

bool frame_is_ip(const struct frame *f)
{
	if (f->kind == FRAME_MALFORMED && !strcmp(f->broken, "ethernet"))
		return false;
	return f->eth.type == ETH_TYPE_IPV4 || f->eth.type == ETH_TYPE_IPV6;
}

static bool has_header(const struct frame *f, uint16_t eth_type, const char *layer)
{
	return frame_is_ip(f) && f->eth.type == eth_type &&
	       !(f->kind == FRAME_MALFORMED && !strcmp(f->broken, layer));
}

bool frame_has_ipv4(const struct frame *f)
{
	return has_header(f, ETH_TYPE_IPV4, "ipv4");
}

bool frame_has_ipv6(const struct frame *f)
{
	return has_header(f, ETH_TYPE_IPV6, "ipv6");
}

static void broken(struct frame *f, const char *layer)
{
	f->kind = FRAME_MALFORMED;
	f->broken = layer;
}

static bool is_v6(const struct frame *f)
{
	return f->eth.type == ETH_TYPE_IPV6;
}

struct ip_addr frame_src(const struct frame *f)
{
	return is_v6(f) ? ip_addr_v6(&f->ip6.src) : ip_addr_v4(f->ip.src);
}

struct ip_addr frame_dst(const struct frame *f)
{
	return is_v6(f) ? ip_addr_v6(&f->ip6.dst) : ip_addr_v4(f->ip.dst);
}

static bool flows_has(const struct frame_flows *flows, struct ip_addr ip, uint16_t port)
{
	for (unsigned i = 0; i < FRAME_N_FLOWS; i++)
		if (port && flows->tftp[i].port == port && ip_addr_equal(&flows->tftp[i].ip, &ip))
			return true;
	return false;
}

static void flows_learn(struct frame_flows *flows, struct ip_addr ip, uint16_t port)
{
	if (!port || flows_has(flows, ip, port))
		return;
	flows->tftp[flows->next].ip = ip;
	flows->tftp[flows->next].port = port;
	flows->next = (flows->next + 1) % FRAME_N_FLOWS;
}

static void decode_dhcp(struct frame *f)
{
	static const enum frame_kind kinds[] = {
		[0] = FRAME_DHCP_BOOTP,
		[DHCP_DISCOVER] = FRAME_DHCP_DISCOVER,
		[DHCP_OFFER] = FRAME_DHCP_OFFER,
		[DHCP_REQUEST] = FRAME_DHCP_REQUEST,
		[DHCP_DECLINE] = FRAME_DHCP_DECLINE,
		[DHCP_ACK] = FRAME_DHCP_ACK,
		[DHCP_NAK] = FRAME_DHCP_NAK,
		[DHCP_RELEASE] = FRAME_DHCP_RELEASE,
		[DHCP_INFORM] = FRAME_DHCP_INFORM,
	};

	if (dhcp_msg_decode(&f->dhcp, f->payload.p, f->payload.len))
		broken(f, "dhcp");
	else
		f->kind = kinds[dhcp_msg_type(&f->dhcp)];
}

static void decode_tftp(struct frame *f)
{
	static const enum frame_kind kinds[] = {
		[TFTP_RRQ] = FRAME_TFTP_RRQ,     [TFTP_WRQ] = FRAME_TFTP_WRQ,
		[TFTP_DATA] = FRAME_TFTP_DATA,   [TFTP_ACK] = FRAME_TFTP_ACK,
		[TFTP_ERROR] = FRAME_TFTP_ERROR, [TFTP_OACK] = FRAME_TFTP_OACK,
	};

	if (tftp_pkt_decode(&f->tftp, f->payload.p, f->payload.len))
		broken(f, "tftp");
	else
		f->kind = kinds[f->tftp.op];
}

static void decode_dhcp6(struct frame *f)
{
	static const enum frame_kind kinds[] = {
		[DHCP6_SOLICIT] = FRAME_DHCP6_SOLICIT,
		[DHCP6_ADVERTISE] = FRAME_DHCP6_ADVERTISE,
		[DHCP6_REQUEST] = FRAME_DHCP6_REQUEST,
		[DHCP6_CONFIRM] = FRAME_DHCP6_CONFIRM,
		[DHCP6_RENEW] = FRAME_DHCP6_RENEW,
		[DHCP6_REBIND] = FRAME_DHCP6_REBIND,
		[DHCP6_REPLY] = FRAME_DHCP6_REPLY,
		[DHCP6_RELEASE] = FRAME_DHCP6_RELEASE,
		[DHCP6_DECLINE] = FRAME_DHCP6_DECLINE,
		[DHCP6_RECONFIGURE] = FRAME_DHCP6_RECONFIGURE,
		[DHCP6_INFORMATION_REQUEST] = FRAME_DHCP6_INFORMATION_REQUEST,
		[DHCP6_RELAY_FORW] = FRAME_DHCP6_RELAY,
		[DHCP6_RELAY_REPL] = FRAME_DHCP6_RELAY,
	};

	if (dhcp6_msg_decode(&f->dhcp6, f->payload.p, f->payload.len))
		broken(f, "dhcp6");
	else
		f->kind = kinds[f->dhcp6.type];
}

static bool is_dhcp6(const struct udp_hdr *u)
{
	return u->dport == DHCP6_PORT_SERVER || u->dport == DHCP6_PORT_CLIENT;
}

static bool is_dhcp(const struct udp_hdr *u)
{
	return u->dport == DHCP_PORT_SERVER ||
	       (u->dport == DHCP_PORT_CLIENT && u->sport == DHCP_PORT_SERVER);
}

/* What a datagram holds whose header has been read. */
static void decode_datagram(struct frame *f, struct frame_flows *flows)
{
	bool v6 = is_v6(f);

	f->kind = FRAME_UDP;
	if (!v6 && is_dhcp(&f->udp)) {
		decode_dhcp(f);
	} else if (v6 && is_dhcp6(&f->udp)) {
		decode_dhcp6(f);
	} else if (f->udp.dport == TFTP_PORT) {
		flows_learn(flows, frame_src(f), f->udp.sport);
		decode_tftp(f);
	} else if (flows_has(flows, frame_src(f), f->udp.sport) ||
		   flows_has(flows, frame_dst(f), f->udp.dport)) {
		decode_tftp(f);
	}
}

static void decode_udp(struct frame *f, struct frame_flows *flows)
{
	struct slice datagram = f->payload;

	if (!udp_decode(&f->udp, &f->payload, &f->ip, datagram.p, datagram.len))
		decode_datagram(f, flows);
	else if (f->ip.more_fragments)
		/* The first of several fragments holds less than its length field says. */
		f->kind = FRAME_FRAGMENT;
	else
		broken(f, "udp");
}

static void decode_udp6(struct frame *f, struct frame_flows *flows)
{
	struct slice datagram = f->payload;

	if (!udp6_decode(&f->udp, &f->payload, &f->ip6, datagram.p, datagram.len))
		decode_datagram(f, flows);
	else if (f->ip6.more_fragments)
		f->kind = FRAME_FRAGMENT6;
	else
		broken(f, "udp");
}

static void decode_icmp(struct frame *f)
{
	struct slice message = f->payload;

	if (icmp_decode(&f->icmp, &f->payload, message.p, message.len)) {
		broken(f, "icmp");
		return;
	}
	if (f->icmp.type == ICMP_ECHO)
		f->kind = FRAME_ICMP_ECHO;
	else if (f->icmp.type == ICMP_ECHO_REPLY)
		f->kind = FRAME_ICMP_ECHO_REPLY;
	else if (f->icmp.type == ICMP_UNREACHABLE)
		f->kind = FRAME_ICMP_UNREACHABLE;
	else
		f->kind = FRAME_ICMP_OTHER;
}

static enum frame_kind tcp_kind(const struct tcp_hdr *h, size_t len)
{
	if (h->flags & TCP_RST)
		return FRAME_TCP_RST;
	if (h->flags & TCP_SYN)
		return h->flags & TCP_ACK ? FRAME_TCP_SYNACK : FRAME_TCP_SYN;
	if (len)
		return FRAME_TCP_DATA;
	return h->flags & TCP_FIN ? FRAME_TCP_FIN : FRAME_TCP_ACK;
}

static void decode_tcp(struct frame *f)
{
	struct slice segment = f->payload;

	if (f->ip.more_fragments)
		f->kind = FRAME_FRAGMENT; /* how much it holds, nobody knows */
	else if (tcp_decode(&f->tcp, &f->payload, &f->ip, segment.p, segment.len))
		broken(f, "tcp");
	else
		f->kind = tcp_kind(&f->tcp, f->payload.len);
}

static void decode_ipv4(struct frame *f, struct frame_flows *flows)
{
	struct slice packet = f->payload;

	if (ipv4_decode(&f->ip, &f->payload, packet.p, packet.len))
		broken(f, "ipv4");
	else if (f->ip.frag_offset)
		f->kind = FRAME_FRAGMENT;
	else if (f->ip.proto == IP_PROTO_UDP)
		decode_udp(f, flows);
	else if (f->ip.proto == IP_PROTO_ICMP)
		decode_icmp(f);
	else if (f->ip.proto == IP_PROTO_TCP)
		decode_tcp(f);
	else
		f->kind = FRAME_IPV4;
}

static void decode_icmp6(struct frame *f)
{
	static const enum frame_kind ndp_kinds[] = {
		[ICMP6_RS - ICMP6_RS] = FRAME_ICMP6_RS,
		[ICMP6_RA - ICMP6_RS] = FRAME_ICMP6_RA,
		[ICMP6_NS - ICMP6_RS] = FRAME_ICMP6_NS,
		[ICMP6_NA - ICMP6_RS] = FRAME_ICMP6_NA,
	};
	struct slice message = f->payload;

	if (icmp6_decode(&f->icmp, &f->payload, &f->ip6, message.p, message.len)) {
		broken(f, "icmp6");
		return;
	}
	f->kind = FRAME_ICMP6_OTHER;
	if (f->icmp.type == ICMP6_ECHO) {
		f->kind = FRAME_ICMP6_ECHO;
	} else if (f->icmp.type == ICMP6_ECHO_REPLY) {
		f->kind = FRAME_ICMP6_ECHO_REPLY;
	} else if (f->icmp.type == ICMP6_UNREACHABLE) {
		f->kind = FRAME_ICMP6_UNREACHABLE;
	} else {
		int r = ndp_decode(&f->ndp, &f->icmp, f->payload);

		if (r == NDP_E_MALFORMED)
			broken(f, "icmp6");
		else if (!r)
			f->kind = ndp_kinds[f->ndp.type - ICMP6_RS];
	}
}

static void decode_ipv6(struct frame *f, struct frame_flows *flows)
{
	struct slice packet = f->payload;

	if (ipv6_decode(&f->ip6, &f->payload, packet.p, packet.len))
		broken(f, "ipv6");
	else if (f->ip6.frag_offset)
		f->kind = FRAME_FRAGMENT6;
	else if (f->ip6.proto == IP_PROTO_UDP)
		decode_udp6(f, flows);
	else if (f->ip6.more_fragments)
		f->kind = FRAME_FRAGMENT6;
	else if (f->ip6.proto == IP6_NEXT_ICMP)
		decode_icmp6(f);
	else
		f->kind = FRAME_IPV6;
}

void frame_decode(struct frame *out, struct frame_flows *flows, const uint8_t *buf, size_t len)
{
	out->kind = FRAME_OTHER;
	out->broken = NULL;
	if (eth_decode(&out->eth, &out->payload, buf, len)) {
		broken(out, "ethernet");
		return;
	}
	if (out->eth.type == ETH_TYPE_IPV4) {
		decode_ipv4(out, flows);
	} else if (out->eth.type == ETH_TYPE_IPV6) {
		decode_ipv6(out, flows);
	} else if (out->eth.type == ETH_TYPE_ARP) {
		if (arp_decode(&out->arp, out->payload.p, out->payload.len))
			broken(out, "arp");
		else if (out->arp.op == ARP_REQUEST)
			out->kind = FRAME_ARP_REQUEST;
		else if (out->arp.op == ARP_REPLY)
			out->kind = FRAME_ARP_REPLY;
	}
}
