/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames that a scenario writes down byte by byte
 */
#include "server/impair_craft.h"

#include <string.h>

#include "server/hex.h"
#include "server/impair.h"
#include "server/impair_change.h"
#include "server/impair_frame.h"

/* Whose names are known, and where lengths are to be put. */
struct craft {
	GByteArray *bytes;
	const struct frame *f; /* NULL: it is only looked whether everything can be read */
	bool to_guest;
	size_t ip_length, udp_length, ip6_length, udp6_length; /* 0: nowhere */
};

static void put_be16(struct craft *c, uint16_t v)
{
	uint8_t buf[2];
	struct wr w = WR_INIT(buf, sizeof(buf));

	wr_be16(&w, v);
	g_byte_array_append(c->bytes, buf, sizeof(buf));
}

static void put_mac(struct craft *c, bool of_guest)
{
	static const struct mac none;
	const struct mac *mac = &none;

	if (c->f)
		mac = of_guest == c->to_guest ? &c->f->eth.dst : &c->f->eth.src;
	g_byte_array_append(c->bytes, mac->b, ETH_ALEN);
}

static void put_ip(struct craft *c, bool of_guest)
{
	uint32_t ip = 0;

	if (c->f && frame_has_ipv4(c->f))
		ip = of_guest == c->to_guest ? c->f->ip.dst : c->f->ip.src;
	put_be16(c, (uint16_t)(ip >> 16));
	put_be16(c, (uint16_t)ip);
}

static void put_ip6(struct craft *c, bool of_guest)
{
	const struct ip6_addr *ip = &ip6_unspecified;

	if (c->f && frame_has_ipv6(c->f))
		ip = of_guest == c->to_guest ? &c->f->ip6.dst : &c->f->ip6.src;
	g_byte_array_append(c->bytes, ip->b, IP6_ALEN);
}

static void put_port(struct craft *c, bool of_guest)
{
	uint16_t port = 0;

	if (c->f && impair_change_is_udp(c->f->kind))
		port = of_guest == c->to_guest ? c->f->udp.dport : c->f->udp.sport;
	put_be16(c, port);
}

/* payload+FROM..TO; zeros for what the packet does not have. */
static bool put_payload(struct craft *c, const char *word)
{
	static const char start[] = "payload+";
	g_auto(GStrv) ends = NULL;
	guint64 from, to;

	if (!g_str_has_prefix(word, start))
		return false;
	ends = g_strsplit(word + strlen(start), "..", -1);
	if (g_strv_length(ends) != 2 ||
	    !g_ascii_string_to_unsigned(ends[0], 10, 0, IMPAIR_CRAFT_BYTES_MAX, &from, NULL) ||
	    !g_ascii_string_to_unsigned(ends[1], 10, from, IMPAIR_CRAFT_BYTES_MAX, &to, NULL))
		return false;
	for (; from < to; from++) {
		bool has = c->f && impair_change_is_udp(c->f->kind) && from < c->f->payload.len;
		uint8_t byte = has ? c->f->payload.p[from] : 0;

		g_byte_array_append(c->bytes, &byte, 1);
	}
	return true;
}

static bool put_name(struct craft *c, const char *name)
{
	static const struct {
		const char *name;
		void (*put)(struct craft *c, bool of_guest);
		bool of_guest;
	} names[] = {
		{ "guest-mac", put_mac, true },   { "server-mac", put_mac, false },
		{ "guest-ip", put_ip, true },     { "server-ip", put_ip, false },
		{ "guest-ip6", put_ip6, true },   { "server-ip6", put_ip6, false },
		{ "guest-port", put_port, true }, { "server-port", put_port, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_equal(name, names[i].name)) {
			names[i].put(c, names[i].of_guest);
			return true;
		}
	return false;
}

static bool put_length(struct craft *c, const char *name)
{
	size_t *place = g_str_equal(name, "ip-length")     ? &c->ip_length
			: g_str_equal(name, "udp-length")  ? &c->udp_length
			: g_str_equal(name, "ip6-length")  ? &c->ip6_length
			: g_str_equal(name, "udp6-length") ? &c->udp6_length
							   : NULL;

	if (!place)
		return false;
	*place = c->bytes->len;
	put_be16(c, 0);
	return true;
}

static bool put_hex(struct craft *c, const char *hex)
{
	size_t n = strlen(hex) / 2;
	guint at = c->bytes->len;

	if (!n || strlen(hex) % 2)
		return false;
	g_byte_array_set_size(c->bytes, at + (guint)n);
	return hex_decode(c->bytes->data + at, hex, n);
}

/* HEX or N*HEX */
static bool put_bytes(struct craft *c, const char *word)
{
	const char *star = strchr(word, '*');
	g_autofree char *count = star ? g_strndup(word, (size_t)(star - word)) : g_strdup("1");
	guint64 n;

	if (!g_ascii_string_to_unsigned(count, 10, 1, IMPAIR_CRAFT_BYTES_MAX, &n, NULL))
		return false;
	for (guint64 i = 0; i < n && c->bytes->len <= IMPAIR_CRAFT_BYTES_MAX; i++)
		if (!put_hex(c, star ? star + 1 : word))
			return false;
	return true;
}

static void set_length(struct craft *c, size_t at, size_t from)
{
	struct wr w = WR_INIT(c->bytes->data + at, 2);

	if (at)
		wr_be16(&w, (uint16_t)(c->bytes->len - MIN(c->bytes->len, from)));
}

/* The word that makes no bytes; NULL: they all do. */
static char *write_words(struct craft *c, const char *text)
{
	g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);

	for (char **word = words; *word; word++)
		if (**word && !put_name(c, *word) && !put_length(c, *word) &&
		    !put_payload(c, *word) && !put_bytes(c, *word))
			return g_strdup(*word);
	set_length(c, c->ip_length, ETH_HLEN);
	set_length(c, c->udp_length, ETH_HLEN + IPV4_HLEN_MIN);
	set_length(c, c->ip6_length, ETH_HLEN + IPV6_HLEN);
	set_length(c, c->udp6_length, ETH_HLEN + IPV6_HLEN);
	return NULL;
}

bool impair_craft_check(const char *text, GError **error)
{
	struct craft c = { .bytes = g_byte_array_new() };
	g_autofree char *wrong = text ? write_words(&c, text) : NULL;
	size_t len = c.bytes->len;

	g_byte_array_unref(c.bytes);
	if (wrong)
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE,
			    "frame has \"%s\", allowed are HEX, N*HEX, guest-mac, server-mac, "
			    "guest-ip, server-ip, guest-ip6, server-ip6, guest-port, server-port, "
			    "ip-length, udp-length, ip6-length, udp6-length, "
			    "payload+N..M",
			    wrong);
	else if (!len || len > IMPAIR_CRAFT_BYTES_MAX)
		g_set_error(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RANGE,
			    "frame has %s bytes, allowed are 1 to %d", len ? "too many" : "no",
			    IMPAIR_CRAFT_BYTES_MAX);
	return !wrong && len && len <= IMPAIR_CRAFT_BYTES_MAX;
}

GBytes *impair_craft(const char *text, const struct frame *f, bool to_guest, bool repair)
{
	struct craft c = { .bytes = g_byte_array_new(), .f = f, .to_guest = to_guest };
	g_autofree char *wrong = write_words(&c, text);
	struct impair_frame fr;
	GBytes *frame;

	impair_frame_init(&fr, f->kind, c.bytes->data, c.bytes->len);
	if (repair)
		impair_frame_repair(&fr);
	frame = g_bytes_new(fr.bytes->data, fr.bytes->len);
	impair_frame_fini(&fr);
	g_byte_array_unref(c.bytes);
	return frame;
}
