/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/impair_craft, server/impair_pieces: frames that a scenario writes, and fragments
 */
#include <check.h>

#include "server/impair.h"
#include "server/impair_craft.h"
#include "server/impair_pieces.h"
#include "tests/support/suite.h"
#include "tests/support/wire_frame.h"

static const struct {
	const char *text;
	bool good;
} texts[] = {
	{ "00", true },
	{ "guest-mac server-mac 0800", true },
	{ "4*0102  ip-length udp-length", true },
	{ "guest-ip server-ip guest-port server-port", true },
	{ "payload+0..2 8180 payload+12..12", true },
	{ "payload+2..1", false },
	{ "payload+2", false },
	{ "payload+0..16385", false },
	{ "guest-ip6 server-ip6 ip6-length udp6-length", true },
	{ "", false },
	{ "  ", false },
	{ "0", false },
	{ "0g", false },
	{ "4*", false },
	{ "*00", false },
	{ "0*00", false },
	{ "-1*00", false },
	{ "16384*0000", false },
	{ "guest", false },
};

START_TEST(words)
{
	g_autoptr(GError) error = NULL;
	bool good = impair_craft_check(texts[_i].text, &error);

	ck_assert_msg(good == texts[_i].good, "\"%s\"", texts[_i].text);
	ck_assert(good || error->domain == IMPAIR_CONFIG_ERROR);
}
END_TEST

static void fill(uint8_t *payload, size_t len)
{
	for (size_t i = 0; i < len; i++)
		payload[i] = (uint8_t)i;
}

/* What comes of @text beside the frame @f, which is decoded into @sent. */
static GBytes *craft(const char *text, const struct wire_frame *f, struct frame *sent, bool repair)
{
	struct frame_flows flows = { 0 };

	frame_decode(sent, &flows, f->buf, f->len);
	return impair_craft(text, sent, true, repair);
}

static void decode(struct frame *out, GBytes *frame)
{
	struct frame_flows flows = { 0 };
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(frame, &len);

	frame_decode(out, &flows, bytes, len);
}

/* From the server to the guest: 64 bytes from port 69 to 2001. */
static void make(struct wire_frame *f)
{
	struct ipv4_hdr ip = {
		.src = 0x0a000202, .dst = 0x0a00020f, .ttl = 64, .proto = IP_PROTO_UDP
	};
	struct udp_hdr udp = { .sport = 69, .dport = 2001 };
	uint8_t datagram[100], payload[64];
	struct wr w = WR_INIT(datagram, sizeof(datagram));

	fill(payload, sizeof(payload));
	udp_encode(&w, &udp, &ip, payload, sizeof(payload));
	wire_ip(f, &ip, datagram, sizeof(datagram) - w.left);
}

START_TEST(names_and_lengths)
{
	static const char text[] = "guest-mac server-mac 0800 4500 ip-length 0001 0000 4011 0000 "
				   "server-ip guest-ip server-port guest-port udp-length ffff 3*61";
	static struct frame sent, d;
	g_autoptr(GBytes) frame = NULL;
	struct wire_frame f;

	make(&f);
	frame = craft(text, &f, &sent, true);
	ck_assert_uint_eq(g_bytes_get_size(frame), 14 + 20 + 8 + 3);
	decode(&d, frame);
	ck_assert(mac_equal(&d.eth.dst, &sent.eth.dst) && mac_equal(&d.eth.src, &sent.eth.src));
	ck_assert(d.ip.checksum_ok);
	ck_assert_uint_eq(d.ip.dst, 0x0a00020f);
	ck_assert_uint_eq(d.udp.dport, 2001);
	ck_assert_int_eq(d.udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_uint_eq(d.payload.len, 3);
}
END_TEST

START_TEST(what_came_comes_back)
{
	static const uint8_t want[] = { 2, 3, 4, 0xff, 63, 0, 0 };
	static struct frame sent;
	g_autoptr(GBytes) frame = NULL;
	struct wire_frame f;
	gsize len;
	const uint8_t *bytes;

	make(&f);
	frame = craft("payload+2..5 ff payload+63..66 payload+7..7", &f, &sent, false);
	bytes = g_bytes_get_data(frame, &len);
	ck_assert_uint_eq(len, sizeof(want));
	ck_assert_mem_eq(bytes, want, sizeof(want));
}
END_TEST

/* The same over IPv6. */
static void make6(struct wire_frame *f)
{
	struct ipv6_hdr ip = { .hop_limit = 64, .proto = IP_PROTO_UDP };
	struct udp_hdr udp = { .sport = 69, .dport = 2001 };
	uint8_t datagram[100], payload[64];
	struct wr w = WR_INIT(datagram, sizeof(datagram));

	ip.src.b[0] = ip.dst.b[0] = 0xfd;
	ip.src.b[15] = 2;
	ip.dst.b[15] = 15;
	fill(payload, sizeof(payload));
	udp6_encode(&w, &udp, &ip, payload, sizeof(payload));
	wire_ip6(f, &ip, datagram, sizeof(datagram) - w.left);
}

START_TEST(names_and_lengths_of_ipv6)
{
	static const char text[] = "guest-mac server-mac 86dd 60000000 ip6-length 1140 server-ip6 "
				   "guest-ip6 server-port guest-port udp6-length ffff 3*61";
	static struct frame sent, d;
	g_autoptr(GBytes) frame = NULL;
	struct wire_frame f;

	make6(&f);
	frame = craft(text, &f, &sent, true);
	ck_assert_uint_eq(g_bytes_get_size(frame), 14 + 40 + 8 + 3);
	decode(&d, frame);
	ck_assert(ip6_equal(&d.ip6.src, &sent.ip6.src) && ip6_equal(&d.ip6.dst, &sent.ip6.dst));
	ck_assert_uint_eq(d.udp.dport, 2001);
	ck_assert_int_eq(d.udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_uint_eq(d.payload.len, 3);
}
END_TEST

static const struct {
	const char *text;
	bool good;
} pieces[] = {
	{ "0..8", true },     { "8..", true },       { "8..!", true },   { "0..8+", true },
	{ "0..!+@1", true },  { "", false },         { "8", false },     { "8..8", false },
	{ "8..0", false },    { "..8", false },      { "0..8@", false }, { "0..8@256", false },
	{ "0..8@1!", false }, { "0..70000", false }, { "x..8", false },
};

START_TEST(words_of_pieces)
{
	char *list[] = { (char *)pieces[_i].text, NULL };
	g_autoptr(GError) error = NULL;
	bool good = impair_pieces_check(list, &error);

	ck_assert_msg(good == pieces[_i].good, "\"%s\"", pieces[_i].text);
	ck_assert(good || error->domain == IMPAIR_CONFIG_ERROR);
}
END_TEST

static const struct {
	const char *text;
	size_t offset, len;
	bool more;
	uint8_t proto, last; /* byte */
} cuts[] = {
	{ "0..40", 0, 40, true, 17, 31 },          { "40..", 40, 32, false, 17, 63 },
	{ "40..!", 40, 32, false, 17, 0xff ^ 63 }, { "40..+", 40, 32, true, 17, 63 },
	{ "40..@1", 40, 32, false, 1, 63 },
};

START_TEST(pieces_are_cut)
{
	g_autoptr(GBytes) frame = NULL;
	struct impair_frame fr;
	struct wire_frame f;
	struct ipv4_hdr ip;
	struct slice data;
	const uint8_t *bytes;
	gsize len;

	make(&f);
	impair_frame_init(&fr, FRAME_UDP, f.buf, f.len);
	frame = impair_piece(&fr, cuts[_i].text);
	bytes = g_bytes_get_data(frame, &len);
	ck_assert_int_eq(ipv4_decode(&ip, &data, bytes + ETH_HLEN, len - ETH_HLEN), 0);
	ck_assert(ip.checksum_ok);
	ck_assert_uint_eq(ip.frag_offset, cuts[_i].offset);
	ck_assert_uint_eq(ip.more_fragments, cuts[_i].more);
	ck_assert_uint_eq(ip.proto, cuts[_i].proto);
	ck_assert_uint_eq(data.len, cuts[_i].len);
	ck_assert_uint_eq(data.p[data.len - 1], cuts[_i].last);
	impair_frame_fini(&fr);
}
END_TEST

/* Behind the IP header are 72 bytes. */
static const struct {
	const char *text[3];
	bool fit;
} fits[] = {
	{ { "0..40", "40.." }, true },
	{ { "0..100", "71.." }, true },
	{ { "0..72", "72.." }, false },
	{ { "720..", "0..40" }, false },
};

START_TEST(pieces_fit)
{
	char *list[] = { (char *)fits[_i].text[0], (char *)fits[_i].text[1], NULL };
	struct impair_frame fr;
	struct wire_frame f;

	make(&f);
	impair_frame_init(&fr, FRAME_UDP, f.buf, f.len);
	ck_assert_uint_eq(impair_pieces_fit(&fr, list), fits[_i].fit);
	impair_frame_fini(&fr);
	make6(&f);
	impair_frame_init(&fr, FRAME_UDP, f.buf, f.len);
	ck_assert_uint_eq(impair_pieces_fit(&fr, list), fits[_i].fit);
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(pieces_of_ipv6_are_cut)
{
	g_autoptr(GBytes) frame = NULL;
	struct impair_frame fr;
	struct wire_frame f;
	struct ipv6_hdr ip;
	struct slice data;
	const uint8_t *bytes;
	gsize len;

	make6(&f);
	impair_frame_init(&fr, FRAME_UDP, f.buf, f.len);
	frame = impair_piece(&fr, cuts[_i].text);
	bytes = g_bytes_get_data(frame, &len);
	ck_assert_int_eq(ipv6_decode(&ip, &data, bytes + ETH_HLEN, len - ETH_HLEN), 0);
	ck_assert(ip.has_fragment);
	ck_assert_uint_eq(ip.frag_offset, cuts[_i].offset);
	ck_assert_uint_eq(ip.more_fragments, cuts[_i].more);
	ck_assert_uint_eq(ip.proto, cuts[_i].proto);
	ck_assert_uint_eq(data.len, cuts[_i].len);
	ck_assert_uint_eq(data.p[data.len - 1], cuts[_i].last);
	impair_frame_fini(&fr);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("impair_craft");

	suite_add_rows(s, words, N_ROWS(texts));
	suite_add(s, names_and_lengths);
	suite_add(s, what_came_comes_back);
	suite_add(s, names_and_lengths_of_ipv6);
	suite_add_rows(s, words_of_pieces, N_ROWS(pieces));
	suite_add_rows(s, pieces_are_cut, N_ROWS(cuts));
	suite_add_rows(s, pieces_fit, N_ROWS(fits));
	suite_add_rows(s, pieces_of_ipv6_are_cut, N_ROWS(cuts));
	return suite_run(s);
}
