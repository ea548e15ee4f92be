/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv6 headers (RFC 8200), UDP over IPv6, and ICMPv6 (RFC 4443)
 */
#include "server/wire/ip6.h"

enum {
	VERSION = 6,
	OPTION_PAD1 = 0, /* RFC 8200 4.2 */
	OPTION_ACTION_MASK = 0xc0,
	OPTION_ACTION_SKIP = 0x00,
	FRAGMENT_MORE = 1,
	FRAGMENT_OFFSET_MASK = 0xfff8,
};

/* What hop-by-hop and destination options hold: an unknown one may ask for the packet's end. */
static bool read_options(struct slice options, bool *refused)
{
	struct rd r = RD_INIT(options.p, options.len);

	while (r.left && !r.bad) {
		uint8_t type = rd_u8(&r);

		if (type == OPTION_PAD1)
			continue;
		rd_take(&r, rd_u8(&r));
		if ((type & OPTION_ACTION_MASK) != OPTION_ACTION_SKIP)
			*refused = true;
	}
	return !r.bad;
}

/* Skip a header of type @next, which is consumed. False: it is no extension, or malformed. */
static bool read_extension(struct rd *r, struct ipv6_hdr *h, uint8_t type)
{
	uint8_t next = rd_u8(r);
	size_t len = (size_t)rd_u8(r) * 8 + 6; /* what is left of it (RFC 8200 4.3) */
	struct slice body = rd_slice(r, len);

	if (r->bad)
		return false;
	if (type == IP6_NEXT_ROUTING)
		h->refused |= body.p[1] != 0; /* segments left */
	else if (!read_options(body, &h->refused))
		return false;
	h->proto = next;
	return true;
}

static bool read_fragment(struct rd *r, struct ipv6_hdr *h)
{
	uint8_t next = rd_u8(r);
	uint16_t offset;

	rd_u8(r);
	offset = rd_be16(r);
	h->frag_id = rd_be32(r);
	h->frag_offset = offset & FRAGMENT_OFFSET_MASK;
	h->more_fragments = offset & FRAGMENT_MORE;
	h->proto = next;
	if (r->bad || h->has_fragment)
		return false;
	h->has_fragment = true;
	return true;
}

static bool read_extensions(struct rd *r, struct ipv6_hdr *h)
{
	for (unsigned n = 0; n <= IPV6_N_EXTENSIONS_MAX; n++) {
		switch (h->proto) {
		case IP6_NEXT_HOP_BY_HOP:
			if (n) /* RFC 8200 4.1: it comes first */
				return false;
			/* fall through */
		case IP6_NEXT_ROUTING:
		case IP6_NEXT_DESTINATION:
			if (!read_extension(r, h, h->proto))
				return false;
			break;
		case IP6_NEXT_FRAGMENT:
			if (!read_fragment(r, h))
				return false;
			if (h->frag_offset || h->more_fragments)
				return true;
			break;
		default:
			return true;
		}
	}
	return false;
}

int ipv6_decode(struct ipv6_hdr *out, struct slice *payload, const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	uint32_t version_class_flow = rd_be32(&r);
	uint16_t payload_len = rd_be16(&r);
	struct ipv6_hdr h = { .proto = rd_u8(&r) };

	h.hop_limit = rd_u8(&r);
	h.src = rd_ip6(&r);
	h.dst = rd_ip6(&r);
	if (r.bad || version_class_flow >> 28 != VERSION || payload_len > r.left)
		return IPV6_E_MALFORMED;

	r.left = payload_len; /* without the link's padding */
	if (!read_extensions(&r, &h))
		return IPV6_E_MALFORMED;

	*out = h;
	*payload = rd_rest(&r);
	return 0;
}

void ipv6_encode(struct wr *w, const struct ipv6_hdr *h, size_t payload_len)
{
	size_t len = payload_len + (h->has_fragment ? IPV6_FRAGMENT_HLEN : 0);

	wr_be32(w, (uint32_t)VERSION << 28);
	wr_be16(w, (uint16_t)len);
	wr_u8(w, h->has_fragment ? IP6_NEXT_FRAGMENT : h->proto);
	wr_u8(w, h->hop_limit);
	wr_ip6(w, &h->src);
	wr_ip6(w, &h->dst);
	if (!h->has_fragment)
		return;
	wr_u8(w, h->proto);
	wr_u8(w, 0);
	wr_be16(w, h->frag_offset | (h->more_fragments ? FRAGMENT_MORE : 0));
	wr_be32(w, h->frag_id);
}

uint32_t ip6_pseudo_sum(const struct ip6_addr *src, const struct ip6_addr *dst, uint8_t proto,
			size_t len)
{
	uint8_t buf[2 * IP6_ALEN + 8];
	struct wr w = WR_INIT(buf, sizeof(buf));

	wr_ip6(&w, src);
	wr_ip6(&w, dst);
	wr_be32(&w, (uint32_t)len);
	wr_be32(&w, proto);
	return ip_checksum_add(0, buf, sizeof(buf));
}

int udp6_decode(struct udp_hdr *out, struct slice *payload, const struct ipv6_hdr *ip,
		const uint8_t *buf, size_t len)
{
	return udp_decode_over(out, payload, ip6_pseudo_sum(&ip->src, &ip->dst, IP_PROTO_UDP, 0),
			       buf, len);
}

void udp6_encode(struct wr *w, const struct udp_hdr *u, const struct ipv6_hdr *ip,
		 const uint8_t *payload, size_t len)
{
	udp_encode_over(w, u, ip6_pseudo_sum(&ip->src, &ip->dst, IP_PROTO_UDP, 0), payload, len);
}

int icmp6_decode(struct icmp_hdr *out, struct slice *payload, const struct ipv6_hdr *ip,
		 const uint8_t *buf, size_t len)
{
	uint32_t pseudo = ip6_pseudo_sum(&ip->src, &ip->dst, IP6_NEXT_ICMP, len);
	struct icmp_hdr h;
	struct slice rest;
	int r = icmp_decode(&h, &rest, buf, len);

	if (r)
		return r;
	h.checksum_ok = ip_checksum_fold(ip_checksum_add(pseudo, buf, len)) == 0;
	*out = h;
	*payload = rest;
	return 0;
}

void icmp6_encode(struct wr *w, const struct icmp_hdr *h, const struct ipv6_hdr *ip,
		  const uint8_t *payload, size_t len)
{
	uint32_t sum = ip6_pseudo_sum(&ip->src, &ip->dst, IP6_NEXT_ICMP, ICMP6_HLEN + len);
	uint8_t *start = w->p;
	uint16_t folded;

	wr_u8(w, h->type);
	wr_u8(w, h->code);
	wr_be16(w, 0);
	wr_be32(w, h->rest);
	wr_bytes(w, payload, len);
	if (w->bad)
		return;
	folded = ip_checksum_fold(ip_checksum_add(sum, start, ICMP6_HLEN + len));
	start[2] = (uint8_t)(folded >> 8);
	start[3] = (uint8_t)folded;
}
