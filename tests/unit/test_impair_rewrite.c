/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/impair_rewrite: bytes of a frame, replaced by others
 */
#include "server/impair_rewrite.h"

#include <check.h>

#include "server/impair.h"
#include "tests/support/suite.h"
#include "tests/support/wire_frame.h"

static const struct {
	const char *edit;
	bool good;
} texts[] = {
	{ "eth+0=01", true },
	{ "ip+8=01", true },
	{ "udp+0=c001", true },
	{ "payload+4=DeadBeef", true },
	{ " payload+4=00 ", true },
	{ "0102>03", true },
	{ "0102>", true },
	{ "ip+20<01010101", true },
	{ "end=00", true },
	{ "end=", false },
	{ "end<00", false },
	{ "ip+20<", false },
	{ "", false },
	{ "x", false },
	{ "0102", false },
	{ ">01", false },
	{ "udp+0=", false },
	{ "udp+0=1", false },
	{ "udp+0=0g", false },
	{ "udp+=01", false },
	{ "udp+-1=01", false },
	{ "udp+65536=01", false },
	{ "udp=01", false },
	{ "payload=01", true },
	{ "payload=", true },
	{ "payload=0", false },
	{ "payloads=01", false },
	{ "tcp+0=01", false },
	{ "+0=01", false },
	{ "01>02=03", false },
};

START_TEST(words)
{
	g_autofree char *text = g_strdup(texts[_i].edit);
	char *edits[] = { text, NULL };
	g_autoptr(GError) error = NULL;
	bool good = impair_rewrite_check(edits, &error);

	ck_assert_msg(good == texts[_i].good, "\"%s\"", texts[_i].edit);
	if (good)
		return;
	ck_assert(g_error_matches(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE));
}
END_TEST

START_TEST(no_edits)
{
	char *none[] = { NULL };
	g_autoptr(GError) error = NULL;

	ck_assert(!impair_rewrite_check(NULL, NULL));
	ck_assert(!impair_rewrite_check(none, &error));
	ck_assert_ptr_nonnull(error);
}
END_TEST

#define PAYLOAD "\1\2\3\4\5\6"

static const struct {
	const char *what, *edits;
	bool changes;
	const char *payload;
	size_t len;
	uint16_t sport;
} rows[] = {
	{ "bytes of the payload", "payload+1=aabb", true, "\1\xaa\xbb\4\5\6", 6, 7 },
	{ "the last byte", "payload+5=aa", true, "\1\2\3\4\5\xaa", 6, 7 },
	{ "one that is not there", "payload+6=aa", false, PAYLOAD, 6, 7 },
	{ "one that is half there", "payload+5=aabb", false, PAYLOAD, 6, 7 },
	{ "the same again", "payload+0=0102", false, PAYLOAD, 6, 7 },
	{ "a port", "udp+0=1234", true, PAYLOAD, 6, 0x1234 },
	{ "fewer bytes", "0203>ff", true, "\1\xff\4\5\6", 5, 7 },
	{ "more bytes", "0203>ffffff", true, "\1\xff\xff\xff\4\5\6", 7, 7 },
	{ "none", "0506>", true, "\1\2\3\4", 4, 7 },
	{ "all of them", "010203040506>", true, "", 0, 7 },
	{ "bytes that are not there", "0204>ff", false, PAYLOAD, 6, 7 },
	{ "another payload", "payload=aabb", true, "\xaa\xbb", 2, 7 },
	{ "a longer one", "payload=aabbccddeeff0011", true, "\xaa\xbb\xcc\xdd\xee\xff\0\x11", 8,
	  7 },
	{ "no payload", "payload=", true, "", 0, 7 },
	{ "another payload, changed", "payload=0102;payload+1=03", true, "\1\3", 2, 7 },
	{ "one after the other", "01>02;0202>;payload+0=ee", true, "\xee\4\5\6", 4, 7 },
	{ "one that fits and one that does not", "payload+99=00;udp+0=0009", true, PAYLOAD, 6, 9 },
};

static void make(struct wire_frame *f)
{
	struct ipv4_hdr ip = { .src = 1, .dst = 2, .ttl = 64, .proto = IP_PROTO_UDP };
	struct udp_hdr udp = { .sport = 7, .dport = 8 };
	uint8_t datagram[64];
	struct wr w = WR_INIT(datagram, sizeof(datagram));

	udp_encode(&w, &udp, &ip, (const uint8_t *)PAYLOAD, 6);
	wire_ip(f, &ip, datagram, sizeof(datagram) - w.left);
	/* Link padding, as a card adds it. */
	memset(f->buf + f->len, 0, 60 - f->len);
	f->len = 60;
}

START_TEST(changes)
{
	g_auto(GStrv) edits = g_strsplit(rows[_i].edits, ";", -1);
	struct frame_flows flows = { 0 };
	static struct frame d;
	struct impair_frame fr;
	struct wire_frame f;

	make(&f);
	impair_frame_init(&fr, FRAME_UDP, f.buf, f.len);
	ck_assert_msg(impair_rewrite(&fr, edits, true) == rows[_i].changes, "%s", rows[_i].what);
	frame_decode(&d, &flows, fr.bytes->data, fr.bytes->len);
	/* Lengths and checksums are right again, or nothing would be read. */
	ck_assert_msg(d.kind == FRAME_UDP && d.ip.checksum_ok, "%s", rows[_i].what);
	ck_assert_msg(d.udp.checksum == UDP_CHECKSUM_GOOD, "%s", rows[_i].what);
	ck_assert_uint_eq(d.udp.sport, rows[_i].sport);
	ck_assert_msg(d.payload.len == rows[_i].len &&
			      !memcmp(d.payload.p, rows[_i].payload, rows[_i].len),
		      "%s", rows[_i].what);
	impair_frame_fini(&fr);
}
END_TEST

/* The data of a TCP segment is a payload as well; no length of TCP's own tells of it. */
static const struct {
	const char *edits, *data;
} tcp_rows[] = {
	{ "payload+1=7878", "axxdef" }, { "6364>", "abef" },           { "6364>78797a", "abxyzef" },
	{ "payload=5858", "XX" },       { "payload+2<2d", "ab-cdef" }, { "payload=", "" },
};

START_TEST(data_of_tcp)
{
	struct ipv4_hdr ip = { .src = 1, .dst = 2, .ttl = 64, .proto = IP_PROTO_TCP };
	struct tcp_hdr h = { .sport = 7, .dport = 8, .seq = 9, .flags = TCP_ACK, .mss = 1460 };
	g_auto(GStrv) edits = g_strsplit(tcp_rows[_i].edits, ";", -1);
	struct frame_flows flows = { 0 };
	static struct frame d;
	struct impair_frame fr;
	struct wire_frame f;
	uint8_t segment[64];
	struct wr w = WR_INIT(segment, sizeof(segment));

	tcp_encode(&w, &h, &ip, (const uint8_t *)"abcdef", 6);
	wire_ip(&f, &ip, segment, sizeof(segment) - w.left);
	impair_frame_init(&fr, FRAME_TCP_DATA, f.buf, f.len);
	ck_assert(impair_rewrite(&fr, edits, true));
	frame_decode(&d, &flows, fr.bytes->data, fr.bytes->len);
	ck_assert_int_eq(frame_kind_area(d.kind), FRAME_AREA_TCP);
	ck_assert(d.ip.checksum_ok && d.tcp.checksum_ok && d.tcp.seq == 9);
	ck_assert_uint_eq(d.payload.len, strlen(tcp_rows[_i].data));
	ck_assert(!memcmp(d.payload.p, tcp_rows[_i].data, d.payload.len));
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(a_checksum_may_be_left_wrong)
{
	char *edits[] = { (char *)"payload+0=99", NULL };
	struct frame_flows flows = { 0 };
	static struct frame d;
	struct impair_frame fr;
	struct wire_frame f;

	make(&f);
	impair_frame_init(&fr, FRAME_UDP, f.buf, f.len);
	ck_assert(impair_rewrite(&fr, edits, false));
	frame_decode(&d, &flows, fr.bytes->data, fr.bytes->len);
	ck_assert_int_eq(d.udp.checksum, UDP_CHECKSUM_BAD);
	impair_frame_fini(&fr);
}
END_TEST

START_TEST(options_and_a_trailer)
{
	char *edits[] = { (char *)"ip+20<94040000", (char *)"end=c0ffee", NULL };
	struct frame_flows flows = { 0 };
	static struct frame d;
	struct impair_frame fr;
	struct wire_frame f;

	make(&f);
	impair_frame_init(&fr, FRAME_UDP, f.buf, f.len);
	ck_assert(impair_rewrite(&fr, edits, true));
	ck_assert_uint_eq(fr.bytes->len, f.len + 4 + 3);
	frame_decode(&d, &flows, fr.bytes->data, fr.bytes->len);
	ck_assert_int_ne(d.kind, FRAME_MALFORMED);
	ck_assert(d.ip.checksum_ok);
	ck_assert_uint_eq(d.ip.options.len, 4);
	ck_assert_uint_eq(d.ip.options.p[0], 0x94);
	ck_assert_int_eq(d.udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_uint_eq(fr.bytes->data[fr.bytes->len - 1], 0xee);
	impair_frame_fini(&fr);
}
END_TEST

/* Frames that end anywhere: nothing outside of them is touched. */
START_TEST(frames_that_are_cut)
{
	char *edits[] = { (char *)"eth+0=ff", (char *)"ip+16=ffffffff",   (char *)"udp+4=ffff",
			  (char *)"0102>03",  (char *)"payload+3=ffffff", NULL };

	for (size_t len = 0; len <= 60; len++) {
		struct impair_frame fr;
		struct wire_frame f;

		make(&f);
		impair_frame_init(&fr, FRAME_UDP, f.buf, len);
		impair_rewrite(&fr, edits, true);
		ck_assert_uint_le(fr.bytes->len, 60);
		impair_frame_fini(&fr);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("impair_rewrite");

	suite_add_rows(s, words, N_ROWS(texts));
	suite_add(s, no_edits);
	suite_add_rows(s, changes, N_ROWS(rows));
	suite_add_rows(s, data_of_tcp, N_ROWS(tcp_rows));
	suite_add(s, a_checksum_may_be_left_wrong);
	suite_add(s, options_and_a_trailer);
	suite_add(s, frames_that_are_cut);
	return suite_run(s);
}
