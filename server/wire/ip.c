/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPv4 (RFC 791), UDP (RFC 768) and ICMP (RFC 792) headers
 */
#include "server/wire/ip.h"

enum {
	IPV4_FLAG_DF = 0x4000, /* RFC 791 3.1, flags */
	IPV4_FLAG_MF = 0x2000,
	IPV4_OFFSET_MASK = 0x1fff, /* in units of eight bytes */
	UDP_LENGTH = 4,            /* where it is in the header (RFC 768) */
};

/*
 * Words of 32 bits add up to the same, folded at the end (RFC 1071 2): 64 bits hold 2^32 of them.
 */
uint32_t ip_checksum_add(uint32_t sum, const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	uint64_t acc = sum;

	while (r.left >= 8) {
		acc += rd_be32(&r);
		acc += rd_be32(&r);
	}
	while (r.left >= 2)
		acc += rd_be16(&r);
	if (r.left)
		acc += (uint32_t)rd_u8(&r) << 8;
	while (acc >> 32)
		acc = (acc & 0xffffffff) + (acc >> 32);
	return (uint32_t)acc;
}

uint16_t ip_checksum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

int ipv4_decode(struct ipv4_hdr *out, struct slice *payload, const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	uint8_t version_ihl = rd_u8(&r);
	size_t hlen = (size_t)(version_ihl & 15) * 4;
	struct ipv4_hdr h = { .tos = rd_u8(&r) };
	uint16_t total = rd_be16(&r), frag;

	h.id = rd_be16(&r);
	frag = rd_be16(&r);
	h.ttl = rd_u8(&r);
	h.proto = rd_u8(&r);
	rd_be16(&r); /* checksum: judged over the whole header below */
	h.src = rd_be32(&r);
	h.dst = rd_be32(&r);

	if (r.bad || version_ihl >> 4 != 4 || hlen < IPV4_HLEN_MIN || total < hlen || total > len)
		return IPV4_E_MALFORMED;

	h.options = rd_slice(&r, hlen - IPV4_HLEN_MIN);
	h.frag_offset = (uint16_t)((frag & IPV4_OFFSET_MASK) * 8);
	h.more_fragments = frag & IPV4_FLAG_MF;
	h.dont_fragment = frag & IPV4_FLAG_DF;
	h.checksum_ok = ip_checksum_fold(ip_checksum_add(0, buf, hlen)) == 0;

	*out = h;
	*payload = rd_slice(&r, total - hlen);
	return 0;
}

void ipv4_encode(struct wr *w, const struct ipv4_hdr *h, size_t payload_len)
{
	uint8_t *start = w->p;
	uint16_t sum;

	wr_u8(w, 0x45); /* version 4, five words */
	wr_u8(w, h->tos);
	wr_be16(w, (uint16_t)(IPV4_HLEN_MIN + payload_len));
	wr_be16(w, h->id);
	wr_be16(w, (uint16_t)(h->frag_offset / 8 | (h->more_fragments ? IPV4_FLAG_MF : 0) |
			      (h->dont_fragment ? IPV4_FLAG_DF : 0)));
	wr_u8(w, h->ttl);
	wr_u8(w, h->proto);
	wr_be16(w, 0);
	wr_be32(w, h->src);
	wr_be32(w, h->dst);
	if (w->bad)
		return;
	sum = ip_checksum_fold(ip_checksum_add(0, start, IPV4_HLEN_MIN));
	start[10] = (uint8_t)(sum >> 8);
	start[11] = (uint8_t)sum;
}

/* The pseudo header of RFC 768, but for the length. */
static uint32_t udp_pseudo_sum(const struct ipv4_hdr *ip)
{
	uint8_t buf[10];
	struct wr w = WR_INIT(buf, sizeof(buf));

	wr_be32(&w, ip->src);
	wr_be32(&w, ip->dst);
	wr_be16(&w, IP_PROTO_UDP);
	return ip_checksum_add(0, buf, sizeof(buf));
}

/* The datagram's own checksum: its length counts twice, since the pseudo header has it as well. */
static uint16_t udp_sum(uint32_t pseudo_sum, const uint8_t *datagram, size_t udp_len)
{
	uint32_t sum = ip_checksum_add(pseudo_sum, datagram + UDP_LENGTH, 2);

	return ip_checksum_fold(ip_checksum_add(sum, datagram, udp_len));
}

int udp_decode_over(struct udp_hdr *out, struct slice *payload, uint32_t pseudo_sum,
		    const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	struct udp_hdr u = { .sport = rd_be16(&r) };
	uint16_t udp_len, sum;

	u.dport = rd_be16(&r);
	udp_len = rd_be16(&r);
	sum = rd_be16(&r);
	if (r.bad || udp_len < UDP_HLEN || udp_len > len)
		return UDP_E_MALFORMED;

	if (!sum)
		u.checksum = UDP_CHECKSUM_NONE;
	else if (udp_sum(pseudo_sum, buf, udp_len))
		u.checksum = UDP_CHECKSUM_BAD;
	else
		u.checksum = UDP_CHECKSUM_GOOD;

	*out = u;
	*payload = rd_slice(&r, udp_len - UDP_HLEN);
	return 0;
}

int udp_decode(struct udp_hdr *out, struct slice *payload, const struct ipv4_hdr *ip,
	       const uint8_t *buf, size_t len)
{
	return udp_decode_over(out, payload, udp_pseudo_sum(ip), buf, len);
}

void udp_encode_over(struct wr *w, const struct udp_hdr *u, uint32_t pseudo_sum,
		     const uint8_t *payload, size_t len)
{
	uint8_t *start = w->p;
	size_t udp_len = UDP_HLEN + len;
	uint16_t sum;

	wr_be16(w, u->sport);
	wr_be16(w, u->dport);
	wr_be16(w, (uint16_t)udp_len);
	wr_be16(w, 0);
	wr_bytes(w, payload, len);
	if (w->bad)
		return;
	sum = udp_sum(pseudo_sum, start, udp_len);
	if (!sum)
		sum = 0xffff;
	start[6] = (uint8_t)(sum >> 8);
	start[7] = (uint8_t)sum;
}

void udp_encode(struct wr *w, const struct udp_hdr *u, const struct ipv4_hdr *ip,
		const uint8_t *payload, size_t len)
{
	udp_encode_over(w, u, udp_pseudo_sum(ip), payload, len);
}

int icmp_decode(struct icmp_hdr *out, struct slice *payload, const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	struct icmp_hdr h = { .type = rd_u8(&r), .code = 0 };

	h.code = rd_u8(&r);
	rd_be16(&r); /* checksum: judged over the whole message below */
	h.rest = rd_be32(&r);
	if (r.bad)
		return ICMP_E_MALFORMED;
	h.checksum_ok = ip_checksum_fold(ip_checksum_add(0, buf, len)) == 0;

	*out = h;
	*payload = rd_rest(&r);
	return 0;
}

void icmp_encode(struct wr *w, const struct icmp_hdr *h, const uint8_t *payload, size_t len)
{
	uint8_t *start = w->p;
	uint16_t sum;

	wr_u8(w, h->type);
	wr_u8(w, h->code);
	wr_be16(w, 0);
	wr_be32(w, h->rest);
	wr_bytes(w, payload, len);
	if (w->bad)
		return;
	sum = ip_checksum_fold(ip_checksum_add(0, start, ICMP_HLEN + len));
	start[2] = (uint8_t)(sum >> 8);
	start[3] = (uint8_t)sum;
}
