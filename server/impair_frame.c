/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A frame whose bytes are being changed: where its layers begin, and its checksums
 */
#include "server/impair_frame.h"

/* Of a packet of either IP, what matters here. */
struct ip_layer {
	bool is_v6, is_fragment;
	uint8_t proto;
};

static bool read_ip(struct ip_layer *out, struct slice *message, uint16_t type, struct slice packet)
{
	struct ipv4_hdr v4;
	struct ipv6_hdr v6;

	if (type == ETH_TYPE_IPV4 && !ipv4_decode(&v4, message, packet.p, packet.len)) {
		*out = (struct ip_layer){ false, v4.more_fragments || v4.frag_offset, v4.proto };
		return true;
	}
	if (type == ETH_TYPE_IPV6 && !ipv6_decode(&v6, message, packet.p, packet.len)) {
		*out = (struct ip_layer){ true, v6.more_fragments || v6.frag_offset, v6.proto };
		return true;
	}
	return false;
}

/* Where the data of a segment is; 0: its header does not say. */
static size_t tcp_payload(const struct impair_frame *fr)
{
	size_t hlen;

	if (fr->l4_end - fr->l4 < TCP_HLEN_MIN)
		return 0;
	hlen = (size_t)(fr->bytes->data[fr->l4 + TCP_DATA_OFFSET] >> 4) * 4;
	return hlen < TCP_HLEN_MIN || hlen > fr->l4_end - fr->l4 ? 0 : fr->l4 + hlen;
}

void impair_frame_init(struct impair_frame *fr, enum frame_kind kind, const uint8_t *buf,
		       size_t len)
{
	struct eth_hdr eth;
	struct udp_hdr udp;
	struct slice packet, message, payload;
	struct ip_layer ip;

	*fr = (struct impair_frame){
		.bytes = g_byte_array_sized_new((unsigned)len),
		.kind = kind,
		.end = len,
		.l4_end = len,
	};
	g_byte_array_append(fr->bytes, buf, (unsigned)len);
	if (eth_decode(&eth, &packet, buf, len) || !read_ip(&ip, &message, eth.type, packet))
		return;
	fr->ip = ETH_HLEN;
	fr->is_v6 = ip.is_v6;
	fr->proto = ip.proto;
	fr->end = (size_t)(message.p - buf) + message.len;
	fr->l4_end = fr->end;
	if (ip.is_fragment)
		return;
	if (ip.proto != IP_PROTO_UDP) {
		fr->l4 = (size_t)(message.p - buf);
		if (ip.proto == IP_PROTO_TCP)
			fr->payload = tcp_payload(fr);
	} else if (!udp_decode_over(&udp, &payload, 0, message.p, message.len)) {
		fr->l4 = (size_t)(message.p - buf);
		fr->payload = (size_t)(payload.p - buf);
		fr->l4_end = fr->payload + payload.len;
	}
}

void impair_frame_fini(struct impair_frame *fr)
{
	g_byte_array_unref(fr->bytes);
}

void impair_frame_put_be16(struct impair_frame *fr, size_t offset, uint16_t v)
{
	struct wr w = WR_INIT(fr->bytes->data + offset, 2);

	wr_be16(&w, v);
}

uint16_t impair_frame_get_be16(const struct impair_frame *fr, size_t offset)
{
	struct rd r = RD_INIT(fr->bytes->data + offset, 2);

	return rd_be16(&r);
}

void impair_frame_set_end(struct impair_frame *fr)
{
	fr->end = fr->l4_end;
	g_byte_array_set_size(fr->bytes, (unsigned)fr->end);
	if (fr->is_v6)
		impair_frame_put_be16(fr, fr->ip + IP6_LENGTH,
				      (uint16_t)(fr->end - fr->ip - IPV6_HLEN));
	else
		impair_frame_put_be16(fr, fr->ip + IP_LENGTH, (uint16_t)(fr->end - fr->ip));
	if (fr->proto == IP_PROTO_UDP)
		impair_frame_put_be16(fr, fr->l4 + UDP_LENGTH, (uint16_t)(fr->l4_end - fr->l4));
}

size_t impair_frame_checksum_at(const struct impair_frame *fr)
{
	size_t at = 0;

	if (!fr->l4)
		return 0;
	if (fr->proto == IP_PROTO_UDP)
		at = UDP_CHECKSUM;
	else if (fr->proto == IP_PROTO_TCP)
		at = TCP_CHECKSUM;
	else if (fr->proto == (fr->is_v6 ? IP6_NEXT_ICMP : IP_PROTO_ICMP))
		at = ICMP_CHECKSUM;
	if (!at || fr->l4_end - fr->l4 < at + CHECKSUM_LEN)
		return 0;
	if (fr->proto == IP_PROTO_UDP && !impair_frame_get_be16(fr, fr->l4 + at))
		return 0; /* none was made (RFC 768) */
	return fr->l4 + at;
}

static uint32_t pseudo_sum(const struct impair_frame *fr)
{
	size_t addresses = fr->ip + (fr->is_v6 ? IP6_ADDRESSES : IP_ADDRESSES);
	size_t len = fr->l4_end - fr->l4;
	uint8_t buf[4];
	struct wr w = WR_INIT(buf, sizeof(buf));

	if (fr->proto == IP_PROTO_ICMP && !fr->is_v6)
		return 0;
	wr_be16(&w, fr->proto);
	wr_be16(&w, fr->proto == IP_PROTO_UDP ? impair_frame_get_be16(fr, fr->l4 + UDP_LENGTH)
					      : (uint16_t)len);
	return ip_checksum_add(ip_checksum_add(0, buf, sizeof(buf)), fr->bytes->data + addresses,
			       fr->is_v6 ? 2 * IP6_ALEN : 8);
}

static size_t ipv4_hlen(const struct impair_frame *fr)
{
	return (size_t)(fr->bytes->data[fr->ip] & 15) * 4;
}

static void repair_ipv4(struct impair_frame *fr)
{
	uint16_t sum;

	impair_frame_put_be16(fr, fr->ip + IP_CHECKSUM, 0);
	sum = ip_checksum_fold(ip_checksum_add(0, fr->bytes->data + fr->ip, ipv4_hlen(fr)));
	impair_frame_put_be16(fr, fr->ip + IP_CHECKSUM, sum);
}

void impair_frame_repair(struct impair_frame *fr)
{
	size_t at = impair_frame_checksum_at(fr);
	uint16_t sum;

	if (fr->ip && !fr->is_v6)
		repair_ipv4(fr);
	if (!at)
		return;
	impair_frame_put_be16(fr, at, 0);
	sum = ip_checksum_fold(
		ip_checksum_add(pseudo_sum(fr), fr->bytes->data + fr->l4, fr->l4_end - fr->l4));
	impair_frame_put_be16(fr, at, sum || fr->proto != IP_PROTO_UDP ? sum : 0xffff);
}

size_t impair_frame_payload_start(const struct impair_frame *fr)
{
	if (fr->ip)
		return fr->ip + (fr->is_v6 ? IPV6_HLEN : ipv4_hlen(fr));
	return MIN(ETH_HLEN, fr->bytes->len);
}

static bool is_checksum(const struct impair_frame *fr, size_t at)
{
	size_t sum = impair_frame_checksum_at(fr), ip_sum = fr->ip + IP_CHECKSUM;

	return (sum && at >= sum && at < sum + CHECKSUM_LEN) ||
	       (fr->ip && !fr->is_v6 && at >= ip_sum && at < ip_sum + CHECKSUM_LEN);
}

char *impair_frame_edits(const struct impair_frame *fr, GBytes *before, bool repaired)
{
	GString *s = g_string_new(NULL);
	const uint8_t *old, *new = fr->bytes->data;
	size_t len, run = 0; /* of bytes that are other ones */

	old = g_bytes_get_data(before, &len);
	for (size_t at = 0; at < MIN(len, fr->bytes->len); at++) {
		bool changed = old[at] != new[at] && !(repaired && is_checksum(fr, at));

		run = changed ? run + 1 : 0;
		if (run == 1)
			g_string_append_printf(s, "%seth+%zu=", s->len ? ";" : "", at);
		if (changed)
			g_string_append_printf(s, "%02x", new[at]);
	}
	return g_string_free(s, FALSE);
}
