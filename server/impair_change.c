/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Changes to the bytes of a frame
 */
#include "server/impair_change.h"

#include "server/impair_model.h"

enum layer {
	LAYER_ETH,
	LAYER_ARP,
	LAYER_IP,
	LAYER_ICMP,
	LAYER_TCP,
	LAYER_UDP,
	LAYER_DHCP,
	LAYER_DHCP6,
	LAYER_TFTP,
	LAYER_TFTP_BLOCK, /* of DATA and ACK */
	LAYER_TFTP_ERROR,
	LAYER_TFTP_DATA,
};

enum change {
	CHANGE_INVERT,
	CHANGE_CHECKSUM,
	CHANGE_BYTE,  /* one of all from the offset on */
	CHANGE_OTHER, /* the same, and it becomes any other byte */
};

enum {
	ERROR_TTL = 64,
};

/* Of a field longer than two bytes its last two. */
static const struct field {
	const char *name;
	enum layer layer;
	size_t offset, len;
	enum change change;
} fields[] = {
	{ "eth.dst", LAYER_ETH, 4, 2, CHANGE_INVERT },
	{ "eth.src", LAYER_ETH, 10, 2, CHANGE_INVERT },
	{ "eth.type", LAYER_ETH, 12, 2, CHANGE_INVERT },
	{ "eth.payload", LAYER_ETH, ETH_HLEN, 1, CHANGE_OTHER },
	{ "arp.op", LAYER_ARP, 6, 2, CHANGE_INVERT }, /* RFC 826 */
	{ "arp.sha", LAYER_ARP, 12, 2, CHANGE_INVERT },
	{ "arp.spa", LAYER_ARP, 16, 2, CHANGE_INVERT },
	{ "arp.tha", LAYER_ARP, 22, 2, CHANGE_INVERT },
	{ "arp.tpa", LAYER_ARP, 26, 2, CHANGE_INVERT },
	{ "ip.length", LAYER_IP, IP_LENGTH, 2, CHANGE_INVERT },
	{ "ip.id", LAYER_IP, 4, 2, CHANGE_INVERT },
	{ "ip.ttl", LAYER_IP, 8, 1, CHANGE_INVERT },
	{ "ip.proto", LAYER_IP, 9, 1, CHANGE_INVERT },
	{ "ip.checksum", LAYER_IP, IP_CHECKSUM, CHECKSUM_LEN, CHANGE_CHECKSUM },
	{ "ip.src", LAYER_IP, IP_ADDRESSES + 2, 2, CHANGE_INVERT },
	{ "ip.dst", LAYER_IP, IP_ADDRESSES + 6, 2, CHANGE_INVERT },
	{ "icmp.checksum", LAYER_ICMP, ICMP_CHECKSUM, CHECKSUM_LEN, CHANGE_CHECKSUM },
	{ "tcp.sport", LAYER_TCP, 0, 2, CHANGE_INVERT },
	{ "tcp.dport", LAYER_TCP, 2, 2, CHANGE_INVERT },
	{ "tcp.seq", LAYER_TCP, 6, 2, CHANGE_INVERT },
	{ "tcp.ack", LAYER_TCP, 10, 2, CHANGE_INVERT },
	{ "tcp.window", LAYER_TCP, TCP_WINDOW, 2, CHANGE_INVERT },
	{ "tcp.checksum", LAYER_TCP, TCP_CHECKSUM, CHECKSUM_LEN, CHANGE_CHECKSUM },
	{ "udp.sport", LAYER_UDP, 0, 2, CHANGE_INVERT },
	{ "udp.dport", LAYER_UDP, 2, 2, CHANGE_INVERT },
	{ "udp.length", LAYER_UDP, UDP_LENGTH, 2, CHANGE_INVERT },
	{ "udp.checksum", LAYER_UDP, UDP_CHECKSUM, CHECKSUM_LEN, CHANGE_CHECKSUM },
	{ "udp.payload", LAYER_UDP, UDP_HLEN, 1, CHANGE_OTHER },
	{ "dhcp.op", LAYER_DHCP, 0, 1, CHANGE_INVERT }, /* RFC 2131 2 */
	{ "dhcp.xid", LAYER_DHCP, 6, 2, CHANGE_INVERT },
	{ "dhcp.yiaddr", LAYER_DHCP, 18, 2, CHANGE_INVERT },
	{ "dhcp.siaddr", LAYER_DHCP, 22, 2, CHANGE_INVERT },
	{ "dhcp.chaddr", LAYER_DHCP, 32, 2, CHANGE_INVERT },
	{ "dhcp.magic", LAYER_DHCP, DHCP_FIXED_LEN + 2, 2, CHANGE_INVERT },
	{ "dhcp.options", LAYER_DHCP, DHCP_FIXED_LEN + 4, 1, CHANGE_OTHER },
	{ "dhcp6.type", LAYER_DHCP6, 0, 1, CHANGE_INVERT }, /* RFC 8415 8 */
	{ "dhcp6.xid", LAYER_DHCP6, 2, 2, CHANGE_INVERT },
	{ "tftp.opcode", LAYER_TFTP, 0, 2, CHANGE_INVERT }, /* RFC 1350 5 */
	{ "tftp.block", LAYER_TFTP_BLOCK, 2, 2, CHANGE_INVERT },
	{ "tftp.code", LAYER_TFTP_ERROR, 2, 2, CHANGE_INVERT },
	{ "tftp.data", LAYER_TFTP_DATA, TFTP_DATA_HLEN, 1, CHANGE_BYTE },
};

/* --- what there is --- */

static const struct field *find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	return NULL;
}

#define BIT(layer) (1U << (layer))

/* Of TFTP, by what a message has. */
static unsigned tftp_layers(enum frame_kind kind)
{
	const unsigned tftp = BIT(LAYER_TFTP);

	if (kind == FRAME_TFTP_DATA)
		return tftp | BIT(LAYER_TFTP_BLOCK) | BIT(LAYER_TFTP_DATA);
	if (kind == FRAME_TFTP_ACK)
		return tftp | BIT(LAYER_TFTP_BLOCK);
	return kind == FRAME_TFTP_ERROR ? tftp | BIT(LAYER_TFTP_ERROR) : tftp;
}

static unsigned layers_of(enum frame_kind kind)
{
	const unsigned eth = BIT(LAYER_ETH), ip = eth | BIT(LAYER_IP), udp = ip | BIT(LAYER_UDP);

	switch (frame_kind_area(kind)) {
	case FRAME_AREA_OTHER:
	case FRAME_AREA_IPV6:
	case FRAME_AREA_FRAGMENT6:
		return eth;
	case FRAME_AREA_ARP:
		return eth | BIT(LAYER_ARP);
	case FRAME_AREA_ICMP6:
	case FRAME_AREA_NDP:
		return eth | BIT(LAYER_ICMP);
	case FRAME_AREA_DHCP6:
		return eth | BIT(LAYER_UDP) | BIT(LAYER_DHCP6);
	case FRAME_AREA_IPV4:
	case FRAME_AREA_FRAGMENT:
		return ip;
	case FRAME_AREA_ICMP:
		return ip | BIT(LAYER_ICMP);
	case FRAME_AREA_TCP:
		return ip | BIT(LAYER_TCP);
	case FRAME_AREA_UDP:
		return udp;
	case FRAME_AREA_DHCP:
		return udp | BIT(LAYER_DHCP);
	case FRAME_AREA_TFTP:
		return udp | tftp_layers(kind);
	case FRAME_AREA_MALFORMED:
		break;
	}
	return 0;
}

bool impair_change_has_field(enum frame_kind kind, const char *field)
{
	const struct field *fi = find(field);

	return fi && layers_of(kind) & BIT(fi->layer);
}

bool impair_change_is_udp(enum frame_kind kind)
{
	return layers_of(kind) & BIT(LAYER_UDP);
}

bool impair_change_is_tcp(enum frame_kind kind)
{
	return layers_of(kind) & BIT(LAYER_TCP);
}

bool impair_change_is_checksum(const char *field)
{
	const struct field *fi = find(field);

	return fi && fi->change == CHANGE_CHECKSUM;
}

char *impair_change_fields(void)
{
	GString *s = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		g_string_append_printf(s, "%s%s", i ? ", " : "", fields[i].name);
	return g_string_free(s, FALSE);
}

/* --- changes --- */

bool impair_change_truncate(struct impair_frame *fr, size_t payload_len)
{
	if (!fr->payload || fr->l4_end - fr->payload <= payload_len)
		return false;
	fr->l4_end = fr->payload + payload_len;
	impair_frame_set_end(fr);
	impair_frame_repair(fr);
	return true;
}

static bool is_tcp(const struct impair_frame *fr)
{
	return fr->proto == IP_PROTO_TCP && fr->l4 && fr->l4_end - fr->l4 >= TCP_HLEN_MIN;
}

bool impair_change_to_rst(struct impair_frame *fr)
{
	uint8_t *tcp;

	if (!is_tcp(fr))
		return false;
	tcp = fr->bytes->data + fr->l4;
	tcp[TCP_DATA_OFFSET] = TCP_HLEN_MIN / 4 << 4;
	tcp[TCP_FLAGS] = TCP_RST | (tcp[TCP_FLAGS] & TCP_ACK);
	fr->end = fr->l4_end = fr->l4 + TCP_HLEN_MIN;
	g_byte_array_set_size(fr->bytes, (unsigned)fr->end);
	impair_frame_put_be16(fr, fr->ip + IP_LENGTH, (uint16_t)(fr->end - fr->ip));
	impair_frame_repair(fr);
	return true;
}

bool impair_change_window(struct impair_frame *fr, unsigned window)
{
	if (!is_tcp(fr) || impair_frame_get_be16(fr, fr->l4 + TCP_WINDOW) == window)
		return false;
	impair_frame_put_be16(fr, fr->l4 + TCP_WINDOW, (uint16_t)MIN(window, TCP_WINDOW_MAX));
	impair_frame_repair(fr);
	return true;
}

/* Where a layer is; SIZE_MAX: nowhere. */
static size_t layer_start(const struct impair_frame *fr, enum layer layer)
{
	size_t at = 0;

	switch (layer) {
	case LAYER_ETH:
		return 0;
	case LAYER_ARP:
		return ETH_HLEN;
	case LAYER_IP:
		at = fr->is_v6 ? 0 : fr->ip;
		break;
	case LAYER_ICMP:
	case LAYER_TCP:
	case LAYER_UDP:
		at = fr->l4;
		break;
	case LAYER_DHCP:
	case LAYER_DHCP6:
	case LAYER_TFTP:
	case LAYER_TFTP_BLOCK:
	case LAYER_TFTP_ERROR:
	case LAYER_TFTP_DATA:
		at = fr->payload;
		break;
	}
	return at ? at : SIZE_MAX;
}

bool impair_change_field(struct impair_frame *fr, const char *field, uint64_t draw,
			 bool want_repair)
{
	const struct field *fi = find(field);
	size_t at, end;

	if (!fi || !(layers_of(fr->kind) & BIT(fi->layer)))
		return false;
	at = layer_start(fr, fi->layer);
	end = fi->layer == LAYER_ETH || fi->layer == LAYER_ARP ? fr->bytes->len : fr->l4_end;
	/* Not there in a frame that was cut, or is no more what its kind says. */
	if (at > end || fi->offset > end - at || fi->len > end - at - fi->offset)
		return false;
	at += fi->offset;

	if (fi->change == CHANGE_BYTE || fi->change == CHANGE_OTHER) {
		at += impair_scale(draw, end - at); /* by the draw's upper bits */
		fr->bytes->data[at] ^=
			fi->change == CHANGE_BYTE ? 0xff : (uint8_t)(1 + draw % UINT8_MAX);
	} else if (fi->change == CHANGE_CHECKSUM) {
		uint16_t sum = impair_frame_get_be16(fr, at) ^ 0x0101;

		impair_frame_put_be16(fr, at, sum ? sum : 0x0202);
	} else if (fi->len == 1) {
		fr->bytes->data[at] ^= 0xff;
	} else {
		/* Inverted, all zeros would be all ones: to a checksum that is the same. */
		impair_frame_put_be16(fr, at, impair_frame_get_be16(fr, at) ^ 0xfffe);
	}
	if (want_repair && fi->change != CHANGE_CHECKSUM)
		impair_frame_repair(fr);
	return true;
}

bool impair_change_bit(struct impair_frame *fr, uint64_t draw, bool want_repair, uint64_t *bit)
{
	size_t start = impair_frame_payload_start(fr), len = fr->end - start;
	size_t skip = want_repair ? impair_frame_checksum_at(fr) : 0;
	uint64_t n;

	if (skip)
		len -= CHECKSUM_LEN;
	if (!len)
		return false;
	n = (uint64_t)start * 8 + impair_scale(draw, (uint64_t)len * 8);
	if (skip && n / 8 >= skip)
		n += CHECKSUM_LEN * 8;
	fr->bytes->data[n / 8] ^= (uint8_t)(0x80 >> n % 8);
	if (want_repair)
		impair_frame_repair(fr);
	*bit = n;
	return true;
}

/* The answer to a datagram, from IP on. */
static void encode_answer4(struct wr *w, const struct frame *f, const uint8_t *payload, size_t len)
{
	struct udp_hdr udp = { .sport = f->udp.dport, .dport = f->udp.sport };
	struct ipv4_hdr ip = {
		.src = f->ip.dst,
		.dst = f->ip.src,
		.dont_fragment = true,
		.ttl = ERROR_TTL,
		.proto = IP_PROTO_UDP,
	};

	ipv4_encode(w, &ip, UDP_HLEN + len);
	udp_encode(w, &udp, &ip, payload, len);
}

static void encode_answer6(struct wr *w, const struct frame *f, const uint8_t *payload, size_t len)
{
	struct udp_hdr udp = { .sport = f->udp.dport, .dport = f->udp.sport };
	struct ipv6_hdr ip = {
		.src = f->ip6.dst,
		.dst = f->ip6.src,
		.hop_limit = ERROR_TTL,
		.proto = IP_PROTO_UDP,
	};

	ipv6_encode(w, &ip, UDP_HLEN + len);
	udp6_encode(w, &udp, &ip, payload, len);
}

GBytes *impair_change_to_error(const struct frame *f, unsigned code)
{
	uint8_t buf[ETH_FRAME_MAX], message[64];
	struct wr w = WR_INIT(buf, sizeof(buf)), m = WR_INIT(message, sizeof(message));
	struct eth_hdr eth = { .dst = f->eth.src, .src = f->eth.dst, .type = f->eth.type };
	size_t len;

	tftp_error_encode(&m, (enum tftp_error)code, "so that the peer sees an error");
	len = sizeof(message) - m.left;
	eth_encode(&w, &eth);
	if (f->eth.type == ETH_TYPE_IPV6)
		encode_answer6(&w, f, message, len);
	else
		encode_answer4(&w, f, message, len);
	return g_bytes_new(buf, sizeof(buf) - w.left);
}
