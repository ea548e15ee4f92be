/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ethernet II frames (RFC 894) and ARP for IPv4 over them (RFC 826)
 */
#include "server/wire/ethernet.h"

enum {
	ARP_HTYPE_ETHERNET = 1, /* RFC 826, "Packet format" */
};

const struct mac mac_broadcast = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };

bool mac_equal(const struct mac *a, const struct mac *b)
{
	return memcmp(a->b, b->b, ETH_ALEN) == 0;
}

bool mac_is_group(const struct mac *m)
{
	return m->b[0] & 1;
}

int eth_decode(struct eth_hdr *out, struct slice *payload, const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	struct eth_hdr h;

	if (len < ETH_HLEN)
		return ETH_E_MALFORMED;
	rd_copy(&r, h.dst.b, ETH_ALEN);
	rd_copy(&r, h.src.b, ETH_ALEN);
	h.type = rd_be16(&r);

	*out = h;
	*payload = rd_rest(&r);
	return 0;
}

void eth_encode(struct wr *w, const struct eth_hdr *h)
{
	wr_bytes(w, h->dst.b, ETH_ALEN);
	wr_bytes(w, h->src.b, ETH_ALEN);
	wr_be16(w, h->type);
}

int arp_decode(struct arp *out, const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	uint16_t htype = rd_be16(&r), ptype = rd_be16(&r);
	uint8_t hlen = rd_u8(&r), plen = rd_u8(&r);
	struct arp a = { .op = rd_be16(&r) };

	rd_copy(&r, a.sha.b, ETH_ALEN);
	a.spa = rd_be32(&r);
	rd_copy(&r, a.tha.b, ETH_ALEN);
	a.tpa = rd_be32(&r);

	if (r.bad || htype != ARP_HTYPE_ETHERNET || ptype != ETH_TYPE_IPV4 || hlen != ETH_ALEN ||
	    plen != 4)
		return ARP_E_MALFORMED;

	*out = a;
	return 0;
}

void arp_encode(struct wr *w, const struct arp *a)
{
	wr_be16(w, ARP_HTYPE_ETHERNET);
	wr_be16(w, ETH_TYPE_IPV4);
	wr_u8(w, ETH_ALEN);
	wr_u8(w, 4);
	wr_be16(w, a->op);
	wr_bytes(w, a->sha.b, ETH_ALEN);
	wr_be32(w, a->spa);
	wr_bytes(w, a->tha.b, ETH_ALEN);
	wr_be32(w, a->tpa);
}
