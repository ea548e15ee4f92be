/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/tcp: segments
 */
#include "server/wire/tcp.h"

#include <check.h>
#include <stdio.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

static const struct ipv4_hdr ip = { .src = 0x0a00020f, .dst = 0x0a000202 };

/* Ports 40000 and 80, numbers 1 and 2, window 0x2000. */
#define HEAD(offset_flags, sum) "9c40 0050 00000001 00000002 " offset_flags " 2000 " sum " 0000 "

static const struct {
	const char *what, *in;
	const char *text; /* NULL: malformed */
} decode_rows[] = {
	{ "no option, no data", HEAD("5010", "db30"), "flags=10 mss=0 sum=1 data=" },
	{ "a wrong checksum", HEAD("5010", "db31"), "flags=10 mss=0 sum=0 data=" },
	{ "one byte", HEAD("5018", "9a27") "41", "flags=18 mss=0 sum=1 data=A" },
	{ "an MSS", HEAD("6002", "c382") "020405b4", "flags=02 mss=1460 sum=1 data=" },
	{ "an MSS behind NOPs", HEAD("7002", "0000") "0101 020405b4 0000",
	  "flags=02 mss=1460 sum=0 data=" },
	{ "an MSS behind an unknown option", HEAD("7002", "0000") "fe04aaaa 020405b4",
	  "flags=02 mss=1460 sum=0 data=" },
	{ "an MSS behind the end", HEAD("7002", "0000") "00000000 020405b4",
	  "flags=02 mss=0 sum=0 data=" },
	{ "an option of length 0", HEAD("7002", "0000") "fe000000 020405b4",
	  "flags=02 mss=0 sum=0 data=" },
	{ "an option of length 1", HEAD("7002", "0000") "fe010000 020405b4",
	  "flags=02 mss=0 sum=0 data=" },
	{ "an option past the header", HEAD("6002", "0000") "fe0a0000 41",
	  "flags=02 mss=0 sum=0 data=A" },
	{ "an option without its length", HEAD("6002", "0000") "010101fe",
	  "flags=02 mss=0 sum=0 data=" },
	{ "an MSS of another length", HEAD("6002", "0000") "020305b4",
	  "flags=02 mss=0 sum=0 data=" },
	{ "an MSS cut by the header's end", HEAD("6002", "0000") "01020405 b4",
	  "flags=02 mss=0 sum=0 data=\xb4" },
	{ "a header of four words", HEAD("4010", "0000"), NULL },
	{ "a header longer than the bytes", HEAD("6010", "0000"), NULL },
	{ "one byte short", "9c40 0050 00000001 00000002 5010 2000 0000 00", NULL },
	{ "nothing", "", NULL },
};

START_TEST(segments_are_read)
{
	uint8_t buf[128];
	size_t len = hex_parse(buf, sizeof(buf), decode_rows[_i].in);
	struct tcp_hdr h = { .sport = 0xdead };
	struct slice data = { 0 };
	int r = tcp_decode(&h, &data, &ip, buf, len);
	char text[128];

	if (!decode_rows[_i].text) {
		ck_assert_msg(r == TCP_E_MALFORMED, "%s: got %d", decode_rows[_i].what, r);
		ck_assert_uint_eq(h.sport, 0xdead);
		return;
	}
	ck_assert_msg(r == 0, "%s: got %d", decode_rows[_i].what, r);
	snprintf(text, sizeof(text), "flags=%02x mss=%u sum=%d data=%.*s", h.flags, h.mss,
		 h.checksum_ok, (int)data.len, (const char *)data.p);
	ck_assert_msg(strcmp(text, decode_rows[_i].text) == 0, "%s: %s", decode_rows[_i].what,
		      text);
	ck_assert_uint_eq(h.sport, 40000);
	ck_assert_uint_eq(h.dport, 80);
	ck_assert_uint_eq(h.seq, 1);
	ck_assert_uint_eq(h.ack, 2);
	ck_assert_uint_eq(h.window, 0x2000);
}
END_TEST

static const struct {
	const char *what;
	struct tcp_hdr h;
	const char *data, *out;
} encode_rows[] = {
	{ "no option, no data",
	  { 40000, 80, 1, 2, TCP_ACK, 0x2000, 0, false },
	  "",
	  HEAD("5010", "db30") },
	{ "one byte",
	  { 40000, 80, 1, 2, TCP_ACK | TCP_PSH, 0x2000, 0, false },
	  "A",
	  HEAD("5018", "9a27") "41" },
	{ "an MSS",
	  { 40000, 80, 1, 2, TCP_SYN, 0x2000, 1460, false },
	  "",
	  HEAD("6002", "c382") "020405b4" },
};

START_TEST(segments_are_written)
{
	uint8_t buf[64], want[64];
	struct wr w = WR_INIT(buf, sizeof(buf));
	size_t len = hex_parse(want, sizeof(want), encode_rows[_i].out);
	const char *data = encode_rows[_i].data;

	tcp_encode(&w, &encode_rows[_i].h, &ip, (const uint8_t *)data, strlen(data));
	ck_assert_uint_eq(sizeof(buf) - w.left, len);
	ck_assert_msg(!memcmp(buf, want, len), "%s", encode_rows[_i].what);
}
END_TEST

START_TEST(no_room)
{
	uint8_t buf[19];
	struct wr w = WR_INIT(buf, sizeof(buf));

	tcp_encode(&w, &encode_rows[0].h, &ip, NULL, 0);
	ck_assert(w.bad);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/tcp");

	suite_add_rows(s, segments_are_read, N_ROWS(decode_rows));
	suite_add_rows(s, segments_are_written, N_ROWS(encode_rows));
	suite_add(s, no_room);
	return suite_run(s);
}
