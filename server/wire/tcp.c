/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP segments (RFC 9293 3.1)
 *
 * Of the options only the maximum segment size is read and written: the rest is optional for both
 * sides.
 */
#include "server/wire/tcp.h"

enum {
	OPT_END = 0, /* RFC 9293 3.2 */
	OPT_NOP = 1,
	OPT_MSS = 2,
	OPT_MSS_LEN = 4,
	CHECKSUM_AT = 16,
};

static uint32_t pseudo_sum(const struct ipv4_hdr *ip, size_t tcp_len)
{
	uint8_t buf[12];
	struct wr w = WR_INIT(buf, sizeof(buf));

	wr_be32(&w, ip->src);
	wr_be32(&w, ip->dst);
	wr_be16(&w, IP_PROTO_TCP);
	wr_be16(&w, (uint16_t)tcp_len);
	return ip_checksum_add(0, buf, sizeof(buf));
}

static uint16_t mss_option(struct slice options)
{
	struct rd r = RD_INIT(options.p, options.len);

	while (r.left) {
		uint8_t kind = rd_u8(&r), len;

		if (kind == OPT_END)
			break;
		if (kind == OPT_NOP)
			continue;
		len = rd_u8(&r);
		if (r.bad || len < 2)
			break;
		if (kind == OPT_MSS && len == OPT_MSS_LEN)
			return rd_be16(&r);
		rd_take(&r, len - 2u);
		if (r.bad)
			break;
	}
	return 0;
}

int tcp_decode(struct tcp_hdr *out, struct slice *payload, const struct ipv4_hdr *ip,
	       const uint8_t *buf, size_t len)
{
	struct rd r = RD_INIT(buf, len);
	struct tcp_hdr h = { .sport = rd_be16(&r) };
	struct slice options;
	size_t hlen;

	h.dport = rd_be16(&r);
	h.seq = rd_be32(&r);
	h.ack = rd_be32(&r);
	hlen = (size_t)(rd_u8(&r) >> 4) * 4;
	h.flags = rd_u8(&r);
	h.window = rd_be16(&r);
	rd_be16(&r); /* checksum: judged over the whole segment below */
	rd_be16(&r); /* urgent pointer */
	if (r.bad || hlen < TCP_HLEN_MIN || hlen > len)
		return TCP_E_MALFORMED;

	options = rd_slice(&r, hlen - TCP_HLEN_MIN);
	h.mss = mss_option(options);
	h.checksum_ok = !ip_checksum_fold(ip_checksum_add(pseudo_sum(ip, len), buf, len));
	*out = h;
	*payload = rd_rest(&r);
	return 0;
}

void tcp_encode(struct wr *w, const struct tcp_hdr *h, const struct ipv4_hdr *ip,
		const uint8_t *payload, size_t len)
{
	uint8_t *start = w->p;
	size_t hlen = TCP_HLEN_MIN + (h->mss ? OPT_MSS_LEN : 0);
	uint16_t sum;

	wr_be16(w, h->sport);
	wr_be16(w, h->dport);
	wr_be32(w, h->seq);
	wr_be32(w, h->ack);
	wr_u8(w, (uint8_t)(hlen / 4 << 4));
	wr_u8(w, h->flags);
	wr_be16(w, h->window);
	wr_be16(w, 0);
	wr_be16(w, 0);
	if (h->mss) {
		wr_u8(w, OPT_MSS);
		wr_u8(w, OPT_MSS_LEN);
		wr_be16(w, h->mss);
	}
	wr_bytes(w, payload, len);
	if (w->bad)
		return;
	sum = ip_checksum_fold(ip_checksum_add(pseudo_sum(ip, hlen + len), start, hlen + len));
	start[CHECKSUM_AT] = (uint8_t)(sum >> 8);
	start[CHECKSUM_AT + 1] = (uint8_t)sum;
}
