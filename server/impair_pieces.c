/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fragments of a packet, as a scenario wants them
 */
#include "server/impair_pieces.h"

#include <string.h>

#include "server/impair.h"

#define PIECES_ID 0x69706c61 /* of all fragments of IPv6 */

struct piece {
	uint64_t from, to;
	bool is_inverted, has_more;
	int proto; /* -1: the packet's */
};

/* A decimal number at *text, which is moved behind it. */
static bool take_number(uint64_t *out, const char **text, uint64_t max)
{
	g_autofree char *digits = g_strndup(*text, strspn(*text, "0123456789"));
	guint64 v;

	if (!g_ascii_string_to_unsigned(digits, 10, 0, max, &v, NULL))
		return false;
	*text += strlen(digits);
	*out = v;
	return true;
}

static bool parse(struct piece *out, const char *words)
{
	g_autofree char *copy = g_strstrip(g_strdup(words));
	const char *text = copy;
	uint64_t proto;

	*out = (struct piece){ .to = UINT64_MAX, .proto = -1 };
	if (!take_number(&out->from, &text, IPV4_TOTAL_MAX) || !g_str_has_prefix(text, ".."))
		return false;
	text += strlen("..");
	if (g_ascii_isdigit(*text) && !take_number(&out->to, &text, IPV4_TOTAL_MAX))
		return false;
	while (*text == '!' || *text == '+') {
		out->is_inverted |= *text == '!';
		out->has_more |= *text++ == '+';
	}
	if (*text == '@') {
		text++;
		if (!take_number(&proto, &text, UINT8_MAX))
			return false;
		out->proto = (int)proto;
	}
	return !*text && out->from < out->to;
}

bool impair_pieces_check(char **pieces, GError **error)
{
	struct piece p;

	if (!pieces || !*pieces) {
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
			    "there are no pieces");
		return false;
	}
	for (; *pieces; pieces++) {
		if (parse(&p, *pieces))
			continue;
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
			    "pieces has \"%s\", allowed are FROM..TO and FROM.., and !, + and @N "
			    "behind them, in this order",
			    *pieces);
		return false;
	}
	return true;
}

/* Of IPv6 it is an extension header, for which there is room behind the first. */
static void make_header6(struct impair_frame *out, const struct piece *p, bool has_more)
{
	uint8_t *next = out->bytes->data + out->ip + IP6_NEXT;
	struct wr w = WR_INIT(out->bytes->data + out->ip + IPV6_HLEN, IPV6_FRAGMENT_HLEN);

	wr_u8(&w, p->proto >= 0 ? (uint8_t)p->proto : *next);
	wr_u8(&w, 0);
	wr_be16(&w, (uint16_t)((p->from & ~UINT64_C(7)) | (has_more ? 1 : 0)));
	wr_be32(&w, PIECES_ID);
	*next = IP6_NEXT_FRAGMENT;
	impair_frame_put_be16(out, out->ip + IP6_LENGTH,
			      (uint16_t)(out->bytes->len - out->ip - IPV6_HLEN));
}

static void make_header(struct impair_frame *out, const struct piece *p, bool has_more)
{
	uint16_t flags = (uint16_t)(p->from / 8);

	out->end = out->l4_end = out->bytes->len;
	out->l4 = 0;
	if (has_more)
		flags |= 0x2000; /* MF */
	impair_frame_put_be16(out, out->ip + IP_LENGTH, (uint16_t)(out->end - out->ip));
	impair_frame_put_be16(out, out->ip + IP_FRAGMENT, flags);
	if (p->proto >= 0)
		out->bytes->data[out->ip + IP_PROTO] = (uint8_t)p->proto;
	impair_frame_repair(out);
}

bool impair_pieces_fit(const struct impair_frame *fr, char **pieces)
{
	size_t len = fr->end - impair_frame_payload_start(fr);
	struct piece p;

	for (; *pieces; pieces++)
		if (!parse(&p, *pieces) || p.from >= len)
			return false;
	return true;
}

GBytes *impair_piece(const struct impair_frame *fr, const char *text)
{
	size_t start = impair_frame_payload_start(fr), len = fr->end - start, first, from, to;
	struct impair_frame out;
	struct piece p;
	GBytes *frame;

	if (!parse(&p, text))
		return g_bytes_new(NULL, 0);
	from = MIN(p.from, len);
	to = MIN(p.to, len);
	impair_frame_init(&out, fr->kind, fr->bytes->data, fr->bytes->len);
	first = start + (fr->is_v6 ? IPV6_FRAGMENT_HLEN : 0);
	g_byte_array_set_size(out.bytes, (unsigned)first);
	g_byte_array_append(out.bytes, fr->bytes->data + start + from, (unsigned)(to - from));
	for (size_t i = first; p.is_inverted && i < out.bytes->len; i++)
		out.bytes->data[i] ^= 0xff;
	if (fr->is_v6)
		make_header6(&out, &p, p.has_more || to < len);
	else
		make_header(&out, &p, p.has_more || to < len);
	frame = g_bytes_new(out.bytes->data, out.bytes->len);
	impair_frame_fini(&out);
	return frame;
}
