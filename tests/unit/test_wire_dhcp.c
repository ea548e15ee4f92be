/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/dhcp: DHCPv4 messages and options
 */
#include "server/wire/dhcp.h"

#include <check.h>
#include <stdio.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

enum {
	BUF_LEN = 8192,
	AT_SNAME = 44, /* RFC 2131 2, figure 1 */
	AT_FILE = 108,
	AT_MAGIC = 236,
	AT_OPTIONS = 240,
};

/* Everything before `sname`: a REQUEST of 52:54:00:12:34:56 through a relay, no two fields alike.
 */
#define FIXED                                                                                      \
	"01010601 5a1f00c2 0007 8000 0a00020f 0a000210 0a000211 0a000212 "                         \
	"52540012 34560000 00000000 000000ff"

/* What of a message a test compares, as text: options in hexadecimal, then the text fields. */
static const char *describe(const struct dhcp_msg *m)
{
	static char text[2 * DHCP_OPTIONS_BYTES + 8 * DHCP_N_OPTIONS_MAX + 256];
	char *t = text;

	*t = '\0';
	for (size_t i = 0; i < m->n_opts; i++) {
		t += sprintf(t, "%s%u=", i ? " " : "", m->opts[i].code);
		for (size_t k = 0; k < m->opts[i].len; k++)
			t += sprintf(t, "%02x", m->values[m->opts[i].offset + k]);
	}
	if (m->sname[0])
		t += sprintf(t, " sname:%s", m->sname);
	if (m->file[0])
		t += sprintf(t, " file:%s", m->file);
	return text;
}

/* One field's options as they lie there: "53/1 67/20", whether an END closes them or not. */
static char *describe_field(char *t, const uint8_t *p, size_t len)
{
	struct rd r = RD_INIT(p, len);
	const char *blank = "";

	for (uint8_t code = rd_u8(&r); !r.bad && code != DHCP_OPT_END; code = rd_u8(&r)) {
		uint8_t n = rd_u8(&r);

		rd_take(&r, n);
		t += sprintf(t, "%s%u/%u", blank, code, n);
		blank = " ";
	}
	return t + sprintf(t, r.bad ? "!" : "");
}

/* An encoded message's options: field, `file` and `sname` with a bar before each overloaded one. */
static const char *describe_layout(const uint8_t *buf, size_t len, unsigned overload)
{
	static char text[1024];
	char *t = describe_field(text, buf + AT_OPTIONS, len - AT_OPTIONS);

	if (overload & DHCP_OVERLOAD_FILE)
		t = describe_field(t + sprintf(t, " file:"), buf + AT_FILE, DHCP_FILE_LEN);
	if (overload & DHCP_OVERLOAD_SNAME)
		t = describe_field(t + sprintf(t, " sname:"), buf + AT_SNAME, DHCP_SNAME_LEN);
	return text;
}

static size_t build(uint8_t *buf, const char *sname, const char *file, const char *rest)
{
	memset(buf, 0, BUF_LEN);
	hex_parse(buf, AT_SNAME, FIXED);
	hex_parse(buf + AT_SNAME, DHCP_SNAME_LEN, sname);
	hex_parse(buf + AT_FILE, DHCP_FILE_LEN, file);
	return AT_MAGIC + hex_parse(buf + AT_MAGIC, BUF_LEN - AT_MAGIC, rest);
}

#define MAGIC "63825363 "

static const struct {
	const char *what;
	const char *sname, *file, *rest;
	int want;
	const char *text;
} decode_rows[] = {
	{ "no magic is BOOTP, without options", "", "", "", 0, "" },
	{ "a vendor area of another kind is BOOTP", "", "", "63825364 350101 ff", 0, "" },
	{ "a vendor area shorter than the magic", "", "", "638253", 0, "" },
	{ "the magic alone", "", "", MAGIC, 0, "" },
	{ "an option", "", "", MAGIC "350101 ff", 0, "53=01" },
	{ "an option of length 0", "", "", MAGIC "5000 350101 ff", 0, "80= 53=01" },
	{ "an unknown code is kept", "", "", MAGIC "fe0411223344 ff", 0, "254=11223344" },
	{ "PAD is skipped", "", "", MAGIC "0000 350101 00 3204 0a00020f 00 ff 00", 0,
	  "53=01 50=0a00020f" },
	{ "what follows END is ignored", "", "", MAGIC "350101 ff 430162 35", 0, "53=01" },
	{ "a missing END is forgiven", "", "", MAGIC "350101", 0, "53=01" },
	{ "parts in a row are joined", "", "", MAGIC "4302 6162 4302 6364 ff", 0, "67=61626364" },
	{ "parts are joined over other options, and where the first one was", "", "",
	  MAGIC "4302 6162 350101 4200 4302 6364 ff", 0, "67=61626364 53=01 66=" },
	{ "a part of length 0 joins as nothing", "", "", MAGIC "4302 6162 4300 ff", 0, "67=6162" },
	{ "text fields", "736e", "66696c65", MAGIC "350101 ff", 0, "53=01 sname:sn file:file" },
	{ "text ends at its NUL", "7300 73", "66 00 66", MAGIC "ff", 0, " sname:s file:f" },
	{ "overload of `file`", "73", "4302 6162 ff 4301", MAGIC "340101 350101 ff", 0,
	  "53=01 67=6162 sname:s" },
	{ "overload of `sname`", "4202 6162 ff", "66", MAGIC "340102 350101 ff", 0,
	  "53=01 66=6162 file:f" },
	{ "overload of both: `file` comes first", "4301 63 ff", "4301 62 ff",
	  MAGIC "4301 61 340103 ff", 0, "67=616263" },
	{ "overload 0 says nothing", "73", "66", MAGIC "340100 350101 ff", 0,
	  "53=01 sname:s file:f" },
	{ "overload 4 is ignored", "73", "66", MAGIC "340104 350101 ff", 0,
	  "53=01 sname:s file:f" },
	{ "overload 255 is ignored", "73", "66", MAGIC "3401ff 350101 ff", 0,
	  "53=01 sname:s file:f" },
	{ "overload of two bytes is ignored", "73", "66", MAGIC "34020101 ff", 0,
	  " sname:s file:f" },
	{ "overload of no bytes is ignored", "73", "66", MAGIC "3400 ff", 0, " sname:s file:f" },
	{ "overload inside an overloaded field is ignored", "73", "340102 4301 61 ff",
	  MAGIC "340101 ff", 0, "67=61 sname:s" },
	{ "a code without its length", "", "", MAGIC "350101 43", DHCP_E_MALFORMED, "" },
	{ "a length one beyond the message", "", "", MAGIC "350101 4304 616263", DHCP_E_MALFORMED,
	  "" },
	{ "a length far beyond the message", "", "", MAGIC "43ff 61", DHCP_E_MALFORMED, "" },
};

START_TEST(decodes)
{
	static uint8_t buf[BUF_LEN];
	static struct dhcp_msg m;
	size_t len = build(buf, decode_rows[_i].sname, decode_rows[_i].file, decode_rows[_i].rest);
	int r;

	m = (struct dhcp_msg){ .xid = 0xdead };
	r = dhcp_msg_decode(&m, buf, len);
	ck_assert_msg(r == decode_rows[_i].want, "%s: got %d", decode_rows[_i].what, r);
	if (r) {
		ck_assert_msg(m.xid == 0xdead, "%s: out was touched", decode_rows[_i].what);
		return;
	}
	ck_assert_msg(strcmp(describe(&m), decode_rows[_i].text) == 0, "%s: got '%s'",
		      decode_rows[_i].what, describe(&m));
}
END_TEST

START_TEST(decodes_fixed_fields)
{
	static uint8_t buf[BUF_LEN];
	static struct dhcp_msg m;
	size_t len = build(buf, "", "", MAGIC "350103 ff");

	ck_assert_int_eq(dhcp_msg_decode(&m, buf, len), 0);
	ck_assert_uint_eq(m.op, DHCP_BOOTREQUEST);
	ck_assert_uint_eq(m.htype, 1);
	ck_assert_uint_eq(m.hlen, 6);
	ck_assert_uint_eq(m.hops, 1);
	ck_assert_uint_eq(m.xid, 0x5a1f00c2);
	ck_assert_uint_eq(m.secs, 7);
	ck_assert_uint_eq(m.flags, DHCP_FLAG_BROADCAST);
	ck_assert_uint_eq(m.ciaddr, 0x0a00020f);
	ck_assert_uint_eq(m.yiaddr, 0x0a000210);
	ck_assert_uint_eq(m.siaddr, 0x0a000211);
	ck_assert_uint_eq(m.giaddr, 0x0a000212);
	ck_assert_mem_eq(m.chaddr, buf + 28, DHCP_CHADDR_LEN);
	ck_assert_int_eq(dhcp_msg_type(&m), DHCP_REQUEST);
}
END_TEST

/* Cut anywhere, a message is malformed, plain BOOTP, or one whose last option is gone. */
START_TEST(decodes_every_length)
{
	static uint8_t buf[BUF_LEN], *exact;
	static struct dhcp_msg m;
	size_t len = build(buf, "", "", MAGIC "350103 3204 0a00020f 4302 6162");

	for (size_t n = 0; n <= len; n++) {
		int r;

		exact = malloc(n ? n : 1); /* so that a sanitizer sees the end */
		memcpy(exact, buf, n);
		r = dhcp_msg_decode(&m, exact, n);
		free(exact);
		if (n < DHCP_FIXED_LEN || n == AT_OPTIONS + 1 || n == AT_OPTIONS + 2 ||
		    n == AT_OPTIONS + 4 || n == AT_OPTIONS + 10 || n == len - 1)
			ck_assert_msg(r == DHCP_E_MALFORMED, "%zu bytes: got %d", n, r);
		if (n == DHCP_FIXED_LEN || n == AT_OPTIONS || n == AT_OPTIONS + 3 ||
		    n == AT_OPTIONS + 9 || n == len)
			ck_assert_msg(r == 0, "%zu bytes: got %d", n, r);
	}
}
END_TEST

/* A full field holds its options to the last byte, with and without END. */
START_TEST(decodes_full_fields)
{
	static uint8_t buf[BUF_LEN];
	static struct dhcp_msg m;
	size_t len = build(buf, "", "", MAGIC "340103 ff");
	struct slice v;

	buf[AT_SNAME] = DHCP_OPT_TFTP_SERVER;
	buf[AT_SNAME + 1] = DHCP_SNAME_LEN - 2;
	buf[AT_FILE] = DHCP_OPT_BOOTFILE;
	buf[AT_FILE + 1] = DHCP_FILE_LEN - 3;
	buf[AT_FILE + DHCP_FILE_LEN - 1] = DHCP_OPT_END;
	ck_assert_int_eq(dhcp_msg_decode(&m, buf, len), 0);
	ck_assert_int_eq(dhcp_opt_find(&v, &m, DHCP_OPT_TFTP_SERVER), 0);
	ck_assert_uint_eq(v.len, DHCP_SNAME_LEN - 2);
	ck_assert_int_eq(dhcp_opt_find(&v, &m, DHCP_OPT_BOOTFILE), 0);
	ck_assert_uint_eq(v.len, DHCP_FILE_LEN - 3);

	buf[AT_SNAME + 1]++; /* one byte into `file` */
	ck_assert_int_eq(dhcp_msg_decode(&m, buf, len), DHCP_E_MALFORMED);

	memset(buf + AT_SNAME, 's', DHCP_SNAME_LEN); /* text without a NUL */
	buf[AT_OPTIONS + 2] = DHCP_OVERLOAD_FILE;
	ck_assert_int_eq(dhcp_msg_decode(&m, buf, len), 0);
	ck_assert_uint_eq(strlen(m.sname), DHCP_SNAME_LEN);
}
END_TEST

START_TEST(decode_refuses_too_much)
{
	static uint8_t buf[BUF_LEN];
	static struct dhcp_msg m;
	size_t len = build(buf, "", "", MAGIC);

	for (unsigned code = 60; code < 60 + DHCP_N_OPTIONS_MAX; code++) {
		buf[len++] = (uint8_t)code;
		buf[len++] = 0;
	}
	ck_assert_int_eq(dhcp_msg_decode(&m, buf, len), 0);
	ck_assert_uint_eq(m.n_opts, DHCP_N_OPTIONS_MAX);
	buf[len++] = 60 + DHCP_N_OPTIONS_MAX;
	buf[len++] = 0;
	ck_assert_int_eq(dhcp_msg_decode(&m, buf, len), DHCP_E_TOO_MANY);

	len = AT_OPTIONS;
	for (unsigned n = 0; n < 16; n++, len += 2 + 255) { /* 16 bytes less than there is room */
		buf[len] = DHCP_OPT_BOOTFILE;
		buf[len + 1] = 255;
	}
	buf[len] = DHCP_OPT_TFTP_SERVER;
	buf[len + 1] = 16;
	ck_assert_int_eq(dhcp_msg_decode(&m, buf, len + 18), 0);
	ck_assert_uint_eq(m.values_len, DHCP_OPTIONS_BYTES);
	buf[len + 1] = 17;
	ck_assert_int_eq(dhcp_msg_decode(&m, buf, len + 19), DHCP_E_TOO_MANY);
}
END_TEST

#define BOTH (DHCP_OVERLOAD_FILE | DHCP_OVERLOAD_SNAME)

static const struct {
	const char *what;
	unsigned overload;
	size_t max_len;
	struct {
		uint8_t code;
		uint16_t len;
	} opts[5];
	const char *file;
	int want;
	unsigned used; /* fields that the message must say are overloaded */
	const char *layout;
} encode_rows[] = {
	{ "no options", 0, 548, { { 0, 0 } }, "", 0, 0, "" },
	{ "list order", 0, 548, { { 53, 1 }, { 210, 4 }, { 1, 4 } }, "", 0, 0, "53/1 210/4 1/4" },
	{ "an option of length 0", 0, 548, { { 53, 1 }, { 80, 0 } }, "", 0, 0, "53/1 80/0" },
	{ "255 bytes stay whole", 0, 548, { { 67, 255 } }, "", 0, 0, "67/255" },
	{ "256 bytes are split", 0, 548, { { 67, 256 } }, "", 0, 0, "67/255 67/1" },
	{ "600 bytes are split twice", 0, 1472, { { 67, 600 } }, "", 0, 0, "67/255 67/255 67/90" },
	{ "overload takes what fits whole from the end",
	  BOTH,
	  548,
	  { { 53, 1 }, { 54, 4 }, { 210, 100 }, { 209, 20 }, { 67, 61 } },
	  "",
	  0,
	  BOTH,
	  "53/1 54/4 52/1 file:210/100 209/20 sname:67/61" },
	{ "one byte more does not fit in `sname`",
	  BOTH,
	  548,
	  { { 53, 1 }, { 67, 62 } },
	  "",
	  0,
	  DHCP_OVERLOAD_FILE,
	  "53/1 52/1 file:67/62" },
	{ "the first option stays in the options field",
	  BOTH,
	  548,
	  { { 53, 1 }, { 1, 4 } },
	  "",
	  0,
	  DHCP_OVERLOAD_SNAME,
	  "53/1 52/1 sname:1/4" },
	{ "nothing to put into a field: no overload", BOTH, 548, { { 53, 1 } }, "", 0, 0, "53/1" },
	{ "overload of `file` alone",
	  DHCP_OVERLOAD_FILE,
	  548,
	  { { 53, 1 }, { 67, 10 } },
	  "",
	  0,
	  DHCP_OVERLOAD_FILE,
	  "53/1 52/1 file:67/10" },
	{ "a field that is filled is left alone",
	  BOTH,
	  548,
	  { { 53, 1 }, { 67, 10 } },
	  "kernel.img",
	  0,
	  DHCP_OVERLOAD_SNAME,
	  "53/1 52/1 sname:67/10" },
	{ "and never written over",
	  BOTH,
	  548,
	  { { 53, 1 }, { 67, 70 } },
	  "kernel.img",
	  0,
	  0,
	  "53/1 67/70" },
	{ "the options field full to the last byte",
	  0,
	  548,
	  { { 53, 1 }, { 67, 255 }, { 66, 45 } },
	  "",
	  0,
	  0,
	  "53/1 67/255 66/45" },
	{ "one byte more is refused",
	  0,
	  548,
	  { { 53, 1 }, { 67, 255 }, { 66, 46 } },
	  "",
	  DHCP_E_TOO_MANY,
	  0,
	  "" },
	{ "too much for whole options is split where fields end",
	  BOTH,
	  548,
	  { { 53, 1 }, { 210, 255 }, { 209, 126 }, { 67, 97 } },
	  "",
	  0,
	  BOTH,
	  "53/1 210/255 209/42 52/1 file:209/84 67/39 sname:67/58" },
	{ "and then without a gap",
	  BOTH,
	  548,
	  { { 53, 1 }, { 210, 299 }, { 209, 100 }, { 67, 55 } },
	  "",
	  0,
	  BOTH,
	  "53/1 210/255 210/42 52/1 file:210/2 209/100 67/19 sname:67/36" },
	{ "all three fields full to the last byte",
	  BOTH,
	  548,
	  { { 53, 1 }, { 210, 299 }, { 209, 125 }, { 67, 55 } },
	  "",
	  0,
	  BOTH,
	  "53/1 210/255 210/42 52/1 file:210/2 209/121 sname:209/4 67/55" },
	{ "and one byte more is refused",
	  BOTH,
	  548,
	  { { 53, 1 }, { 210, 299 }, { 209, 125 }, { 67, 56 } },
	  "",
	  DHCP_E_TOO_MANY,
	  0,
	  "" },
	{ "a limit below the shortest message", 0, 299, { { 53, 1 } }, "", DHCP_E_TOO_MANY, 0, "" },
};

/* A message of the row's options; values count up, so that a part out of place shows. */
static void build_row(struct dhcp_msg *m, int row)
{
	uint8_t value[1024];

	*m = (struct dhcp_msg){ .op = DHCP_BOOTREPLY, .xid = 0x5a1f00c2, .chaddr = { 1, 2 } };
	strcpy(m->file, encode_rows[row].file);
	for (size_t i = 0; i < 5 && encode_rows[row].opts[i].code; i++) {
		for (size_t k = 0; k < sizeof(value); k++)
			value[k] = (uint8_t)(k + k / 255 + i);
		ck_assert_int_eq(dhcp_opt_add(m, encode_rows[row].opts[i].code, value,
					      encode_rows[row].opts[i].len),
				 0);
	}
}

START_TEST(encodes)
{
	static uint8_t buf[2048];
	static struct dhcp_msg m, back;
	static char want[BUF_LEN];
	struct wr w = WR_INIT(buf, sizeof(buf));
	size_t len;
	int r;

	build_row(&m, _i);
	r = dhcp_msg_encode(&w, &m, encode_rows[_i].overload, encode_rows[_i].max_len);
	ck_assert_msg(r == encode_rows[_i].want, "%s: got %d", encode_rows[_i].what, r);
	len = sizeof(buf) - w.left;
	if (r) {
		ck_assert_msg(!len, "%s: the writer moved", encode_rows[_i].what);
		return;
	}
	ck_assert_msg(len >= DHCP_MIN_LEN && len <= encode_rows[_i].max_len, "%s: %zu bytes",
		      encode_rows[_i].what, len);
	strcpy(want, encode_rows[_i].layout);
	ck_assert_msg(strcmp(describe_layout(buf, len, encode_rows[_i].used), want) == 0,
		      "%s: got '%s'", encode_rows[_i].what,
		      describe_layout(buf, len, encode_rows[_i].used));

	strcpy(want, describe(&m));
	ck_assert_int_eq(dhcp_msg_decode(&back, buf, len), 0);
	ck_assert_msg(strcmp(describe(&back), want) == 0, "%s: read back as '%s'",
		      encode_rows[_i].what, describe(&back));
}
END_TEST

START_TEST(encodes_fixed_fields)
{
	static uint8_t buf[BUF_LEN], out[DHCP_MIN_LEN + 4];
	static struct dhcp_msg m;
	struct wr w = WR_INIT(out, sizeof(out));
	size_t len = build(buf, "736e", "66696c65", MAGIC "350102 ff");

	memset(out, 0xee, sizeof(out));
	ck_assert_int_eq(dhcp_msg_decode(&m, buf, len), 0);
	ck_assert_int_eq(dhcp_msg_encode(&w, &m, BOTH, 548), 0);
	ck_assert_uint_eq(w.left, sizeof(out) - DHCP_MIN_LEN);
	ck_assert_mem_eq(out, buf, DHCP_MIN_LEN);
	ck_assert_uint_eq(out[DHCP_MIN_LEN], 0xee);
}
END_TEST

START_TEST(encode_refuses_a_small_buffer)
{
	static uint8_t buf[DHCP_MIN_LEN];
	static struct dhcp_msg m = { .op = DHCP_BOOTREPLY };
	struct wr w = WR_INIT(buf, sizeof(buf) - 1);

	ck_assert_int_eq(dhcp_msg_encode(&w, &m, 0, 548), DHCP_E_TOO_MANY);
	ck_assert_uint_eq(w.left, sizeof(buf) - 1);
	w = WR_INIT(buf, sizeof(buf));
	ck_assert_int_eq(dhcp_msg_encode(&w, &m, 0, 548), 0);
	ck_assert_uint_eq(w.left, 0);
}
END_TEST

START_TEST(options_are_added_and_found)
{
	static struct dhcp_msg m;
	uint32_t v32 = 0xdead;
	uint16_t v16 = 0xdead;
	uint8_t v8 = 0xde;
	struct slice v = { 0 };

	ck_assert_int_eq(dhcp_opt_add_u8(&m, DHCP_OPT_TYPE, DHCP_OFFER), 0);
	ck_assert_int_eq(dhcp_opt_add_be16(&m, DHCP_OPT_MAX_SIZE, 0x1234), 0);
	ck_assert_int_eq(dhcp_opt_add_be32(&m, DHCP_OPT_SERVER_ID, 0x0a000202), 0);
	ck_assert_int_eq(dhcp_opt_add_str(&m, DHCP_OPT_BOOTFILE, "ab"), 0);
	ck_assert_int_eq(dhcp_opt_add(&m, DHCP_OPT_MAX_SIZE, NULL, 0), 0);
	ck_assert_str_eq(describe(&m), "53=02 57=1234 54=0a000202 67=6162");

	ck_assert_int_eq(dhcp_opt_find_u8(&v8, &m, DHCP_OPT_TYPE), 0);
	ck_assert_uint_eq(v8, DHCP_OFFER);
	ck_assert_int_eq(dhcp_opt_find_be16(&v16, &m, DHCP_OPT_MAX_SIZE), 0);
	ck_assert_uint_eq(v16, 0x1234);
	ck_assert_int_eq(dhcp_opt_find_be32(&v32, &m, DHCP_OPT_SERVER_ID), 0);
	ck_assert_uint_eq(v32, 0x0a000202);
	ck_assert_int_eq(dhcp_opt_find(&v, &m, DHCP_OPT_BOOTFILE), 0);
	ck_assert_uint_eq(v.len, 2);

	v32 = 0xdead;
	ck_assert_int_eq(dhcp_opt_find_be32(&v32, &m, DHCP_OPT_ROUTER), DHCP_E_NO_OPTION);
	ck_assert_int_eq(dhcp_opt_find_be32(&v32, &m, DHCP_OPT_BOOTFILE), DHCP_E_MALFORMED);
	ck_assert_uint_eq(v32, 0xdead);
}
END_TEST

static const struct {
	uint8_t code;
	size_t len;
	int want;
} length_rows[] = {
	{ DHCP_OPT_SUBNET_MASK, 3, DHCP_E_MALFORMED },
	{ DHCP_OPT_SUBNET_MASK, 4, 0 },
	{ DHCP_OPT_SUBNET_MASK, 5, DHCP_E_MALFORMED },
	{ DHCP_OPT_ROUTER, 0, DHCP_E_MALFORMED },
	{ DHCP_OPT_ROUTER, 8, 0 },
	{ DHCP_OPT_ROUTER, 6, DHCP_E_MALFORMED },
	{ DHCP_OPT_TYPE, 0, DHCP_E_MALFORMED },
	{ DHCP_OPT_TYPE, 2, DHCP_E_MALFORMED },
	{ DHCP_OPT_HOSTNAME, 0, DHCP_E_MALFORMED },
	{ DHCP_OPT_MAX_SIZE, 4, DHCP_E_MALFORMED },
	{ DHCP_OPT_CLIENT_ID, 1, DHCP_E_MALFORMED },
	{ DHCP_OPT_CLIENT_ID, 255, 0 },
	{ DHCP_OPT_CLIENT_ID, 256, DHCP_E_MALFORMED },
	{ DHCP_OPT_BOOTFILE, 1024, 0 },
	{ DHCP_OPT_CLIENT_ARCH, 2, 0 },
	{ DHCP_OPT_CLIENT_ARCH, 3, DHCP_E_MALFORMED },
	{ DHCP_OPT_CLIENT_NDI, 2, DHCP_E_MALFORMED },
	{ DHCP_OPT_CLIENT_UUID, 16, DHCP_E_MALFORMED },
	{ DHCP_OPT_CLIENT_UUID, 17, 0 },
	{ DHCP_OPT_PXELINUX_MAGIC, 3, DHCP_E_MALFORMED },
	{ 224, 0, 0 }, /* not in the registry: any length */
};

START_TEST(lengths_are_judged)
{
	static const uint8_t zeros[1024];
	static struct dhcp_msg m;
	struct slice v = { .len = 0xdead };
	int r;

	m = (struct dhcp_msg){ 0 };
	ck_assert_int_eq(dhcp_opt_add(&m, length_rows[_i].code, zeros, length_rows[_i].len), 0);
	r = dhcp_opt_find(&v, &m, length_rows[_i].code);
	ck_assert_msg(r == length_rows[_i].want, "option %u of %zu bytes: got %d",
		      length_rows[_i].code, length_rows[_i].len, r);
	ck_assert_uint_eq(v.len, r ? 0xdead : length_rows[_i].len);
}
END_TEST

START_TEST(types_and_names)
{
	static struct dhcp_msg m;

	ck_assert_int_eq((int)dhcp_msg_type(&m), 0);
	ck_assert_int_eq(dhcp_opt_add_u8(&m, DHCP_OPT_TYPE, DHCP_INFORM), 0);
	ck_assert_int_eq(dhcp_msg_type(&m), DHCP_INFORM);
	m.values[0] = DHCP_INFORM + 1;
	ck_assert_int_eq((int)dhcp_msg_type(&m), 0);
	m.values[0] = 0;
	ck_assert_int_eq((int)dhcp_msg_type(&m), 0);

	ck_assert_str_eq(dhcp_type_name(DHCP_DISCOVER), "discover");
	ck_assert_str_eq(dhcp_type_name(DHCP_INFORM), "inform");
	ck_assert_str_eq(dhcp_type_name((enum dhcp_type)0), "bootp");
	ck_assert_str_eq(dhcp_opt_name(DHCP_OPT_BOOTFILE), "bootfile");
	ck_assert(!dhcp_opt_name(224));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/dhcp");

	suite_add_rows(s, decodes, N_ROWS(decode_rows));
	suite_add(s, decodes_fixed_fields);
	suite_add(s, decodes_every_length);
	suite_add(s, decodes_full_fields);
	suite_add(s, decode_refuses_too_much);
	suite_add_rows(s, encodes, N_ROWS(encode_rows));
	suite_add(s, encodes_fixed_fields);
	suite_add(s, encode_refuses_a_small_buffer);
	suite_add(s, options_are_added_and_found);
	suite_add_rows(s, lengths_are_judged, N_ROWS(length_rows));
	suite_add(s, types_and_names);
	return suite_run(s);
}
