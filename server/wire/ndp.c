/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Neighbour discovery (RFC 4861 4, RFC 8106): solicitations and advertisements
 */
#include "server/wire/ndp.h"

enum ndp_option {
	OPT_SOURCE_MAC = 1, /* RFC 4861 4.6.1 */
	OPT_TARGET_MAC = 2,
	OPT_PREFIX = 3, /* 4.6.2 */
	OPT_MTU = 5,    /* 4.6.4 */
	OPT_RDNSS = 25, /* RFC 8106 5.1 */
};

enum {
	UNIT = 8, /* RFC 4861 4.6: an option's length counts these */
	OPT_HLEN = 2,
	MESSAGE_MAX = 256, /* an RA with all options is shorter */
	RA_MANAGED = 0x80, /* 4.2 */
	RA_OTHER = 0x40,
	NA_ROUTER = 0x80, /* 4.4, the first byte of the second word */
	NA_SOLICITED = 0x40,
	NA_OVERRIDE = 0x20,
	PREFIX_ON_LINK = 0x80, /* 4.6.2 */
	PREFIX_AUTONOMOUS = 0x40,
	PREFIX_UNITS = 4,
	REST_FLAGS_SHIFT = 24, /* of an NA's flags in the header's second word */
};

/* --- reading --- */

static void read_mac(struct ndp *n, struct rd *r)
{
	rd_copy(r, n->mac.b, ETH_ALEN);
	n->has_mac = true;
}

static void read_prefix(struct ndp *n, struct rd *r)
{
	struct ndp_prefix p = { .len = rd_u8(r) };
	uint8_t flags = rd_u8(r);

	p.on_link = flags & PREFIX_ON_LINK;
	p.autonomous = flags & PREFIX_AUTONOMOUS;
	p.valid_s = rd_be32(r);
	p.preferred_s = rd_be32(r);
	rd_be32(r);
	p.prefix = rd_ip6(r);
	if (r->bad || p.len > IP6_PREFIX_MAX || n->has_prefix)
		return;
	n->prefix = p;
	n->has_prefix = true;
}

static void read_mtu(struct ndp *n, struct rd *r)
{
	rd_be16(r);
	n->mtu = rd_be32(r);
}

static void read_dns(struct ndp *n, struct rd *r)
{
	rd_be16(r);
	n->dns_lifetime_s = rd_be32(r);
	while (r->left >= IP6_ALEN && n->n_dns < NDP_N_DNS_MAX)
		n->dns[n->n_dns++] = rd_ip6(r);
}

static void read_option(struct ndp *n, uint8_t code, struct rd *r)
{
	bool is_ra = n->type == ICMP6_RA;

	if (code == (n->type == ICMP6_NA ? OPT_TARGET_MAC : OPT_SOURCE_MAC))
		read_mac(n, r);
	else if (code == OPT_PREFIX && is_ra)
		read_prefix(n, r);
	else if (code == OPT_MTU && is_ra)
		read_mtu(n, r);
	else if (code == OPT_RDNSS && is_ra)
		read_dns(n, r);
}

static bool read_options(struct ndp *n, struct rd *r)
{
	while (r->left && !r->bad) {
		uint8_t code = rd_u8(r), units = rd_u8(r);
		struct slice body;
		struct rd option;

		if (!units)
			return false;
		body = rd_slice(r, (size_t)units * UNIT - OPT_HLEN);
		option = RD_INIT(body.p, body.len);
		if (!r->bad)
			read_option(n, code, &option);
	}
	return !r->bad;
}

int ndp_decode(struct ndp *out, const struct icmp_hdr *h, struct slice body)
{
	struct rd r = RD_INIT(body.p, body.len);
	struct ndp n = { .type = h->type };
	uint8_t flags = (uint8_t)(h->rest >> REST_FLAGS_SHIFT);

	if (h->code)
		return NDP_E_TYPE;
	switch (h->type) {
	case ICMP6_RS:
		break;
	case ICMP6_RA:
		n.hop_limit = flags;
		flags = (uint8_t)(h->rest >> 16);
		n.managed = flags & RA_MANAGED;
		n.other = flags & RA_OTHER;
		n.lifetime_s = (uint16_t)h->rest;
		n.reachable_ms = rd_be32(&r);
		n.retrans_ms = rd_be32(&r);
		break;
	case ICMP6_NA:
		n.router = flags & NA_ROUTER;
		n.solicited = flags & NA_SOLICITED;
		n.override = flags & NA_OVERRIDE;
		n.target = rd_ip6(&r);
		break;
	case ICMP6_NS:
		n.target = rd_ip6(&r);
		break;
	default:
		return NDP_E_TYPE;
	}
	if (!read_options(&n, &r))
		return NDP_E_MALFORMED;

	*out = n;
	return 0;
}

bool ndp_is_valid(const struct ndp *n, const struct ipv6_hdr *ip)
{
	bool from_nobody = ip6_is_unspecified(&ip->src);

	if (ip->hop_limit != NDP_HOP_LIMIT || ip->has_fragment || ip6_is_multicast(&n->target))
		return false;
	if (n->has_mac && (from_nobody || mac_is_group(&n->mac)))
		return false;
	if (n->type == ICMP6_RA)
		return ip6_is_link_local(&ip->src);
	if (n->type == ICMP6_NA)
		return !from_nobody && !(n->solicited && ip6_is_multicast(&ip->dst));
	return !from_nobody || ip6_is_multicast(&ip->dst);
}

/* --- writing --- */

static void write_prefix(struct wr *w, const struct ndp_prefix *p)
{
	wr_u8(w, OPT_PREFIX);
	wr_u8(w, PREFIX_UNITS);
	wr_u8(w, p->len);
	wr_u8(w, (p->on_link ? PREFIX_ON_LINK : 0) | (p->autonomous ? PREFIX_AUTONOMOUS : 0));
	wr_be32(w, p->valid_s);
	wr_be32(w, p->preferred_s);
	wr_be32(w, 0);
	wr_ip6(w, &p->prefix);
}

static void write_options(struct wr *w, const struct ndp *n)
{
	if (n->has_mac) {
		wr_u8(w, n->type == ICMP6_NA ? OPT_TARGET_MAC : OPT_SOURCE_MAC);
		wr_u8(w, 1);
		wr_bytes(w, n->mac.b, ETH_ALEN);
	}
	if (n->has_prefix)
		write_prefix(w, &n->prefix);
	if (n->mtu) {
		wr_u8(w, OPT_MTU);
		wr_u8(w, 1);
		wr_be16(w, 0);
		wr_be32(w, n->mtu);
	}
	if (n->n_dns) {
		wr_u8(w, OPT_RDNSS);
		wr_u8(w, (uint8_t)(1 + n->n_dns * IP6_ALEN / UNIT));
		wr_be16(w, 0);
		wr_be32(w, n->dns_lifetime_s);
		for (unsigned i = 0; i < n->n_dns; i++)
			wr_ip6(w, &n->dns[i]);
	}
}

void ndp_encode(struct wr *w, const struct ndp *n, const struct ipv6_hdr *ip)
{
	struct icmp_hdr h = { .type = n->type };
	uint8_t buf[MESSAGE_MAX];
	struct wr body = WR_INIT(buf, sizeof(buf));
	unsigned flags = 0;

	if (n->type == ICMP6_RA) {
		flags = (n->managed ? RA_MANAGED : 0) | (n->other ? RA_OTHER : 0);
		h.rest = (uint32_t)n->hop_limit << 24 | flags << 16 | n->lifetime_s;
		wr_be32(&body, n->reachable_ms);
		wr_be32(&body, n->retrans_ms);
	} else if (n->type != ICMP6_RS) {
		flags = (n->router ? NA_ROUTER : 0) | (n->solicited ? NA_SOLICITED : 0) |
			(n->override ? NA_OVERRIDE : 0);
		h.rest = (uint32_t)flags << REST_FLAGS_SHIFT;
		wr_ip6(&body, &n->target);
	}
	write_options(&body, n);
	icmp6_encode(w, &h, ip, buf, sizeof(buf) - body.left);
}
