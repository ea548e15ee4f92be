/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/tftp: TFTP packets and options
 */
#include "server/wire/tftp.h"

#include <check.h>
#include <stdio.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

static char *describe_slice(char *t, const char *key, struct slice s)
{
	t += sprintf(t, " %s=", key);
	for (size_t i = 0; i < s.len; i++)
		*t++ = s.p[i] ? (char)s.p[i] : '|'; /* a NUL is never part of a string */
	*t = '\0';
	return t;
}

/* What a packet says, as text: the name of its opcode, then every field that it has. */
static const char *describe(const struct tftp_pkt *p)
{
	static char text[1024];
	char *t = text + sprintf(text, "%s", tftp_op_name(p->op));

	if (p->op == TFTP_RRQ || p->op == TFTP_WRQ) {
		t = describe_slice(t, "file", p->file);
		t = describe_slice(t, "mode", p->mode);
	}
	if (p->op == TFTP_DATA || p->op == TFTP_ACK)
		t += sprintf(t, " block=%u", p->block);
	if (p->op == TFTP_DATA)
		t = describe_slice(t, "data", p->data);
	if (p->op == TFTP_ERROR) {
		t += sprintf(t, " code=%u", p->error);
		t = describe_slice(t, "message", p->message);
	}
	for (size_t i = 0; i < p->n_opts; i++) {
		t = describe_slice(t, "opt", p->opts[i].name);
		t = describe_slice(t, "value", p->opts[i].value);
	}
	return text;
}

#define OCTET "6f6374657400 "

static const struct {
	const char *what;
	const char *in;
	const char *text; /* NULL: malformed */
} decode_rows[] = {
	{ "a read request", "0001 6b00 " OCTET, "rrq file=k mode=octet" },
	{ "a write request", "0002 6b00 " OCTET, "wrq file=k mode=octet" },
	{ "an empty file name", "0001 00 " OCTET, "rrq file= mode=octet" },
	{ "an option", "0001 6b00 " OCTET "626c6b73697a6500 3134323800",
	  "rrq file=k mode=octet opt=blksize value=1428" },
	{ "two options", "0001 6b00 " OCTET "6100 3100 6200 3200",
	  "rrq file=k mode=octet opt=a value=1 opt=b value=2" },
	{ "an empty value", "0001 6b00 " OCTET "6100 00", "rrq file=k mode=octet opt=a value=" },
	{ "an option without a name", "0001 6b00 " OCTET "00 3100", NULL },
	{ "an option without a value", "0001 6b00 " OCTET "6100", NULL },
	{ "an option without its last NUL", "0001 6b00 " OCTET "6100 31", NULL },
	{ "a mode without its NUL", "0001 6b00 6f63746574", NULL },
	{ "no mode", "0001 6b00", NULL },
	{ "a file name without its NUL", "0001 6b", NULL },
	{ "no file name", "0001", NULL },
	{ "data", "0003 0102 646174610a", "data block=258 data=data\n" },
	{ "no data: the last block", "0003 ffff", "data block=65535 data=" },
	{ "data without a whole block number", "0003 01", NULL },
	{ "an ACK", "0004 8001", "ack block=32769" },
	{ "an ACK one byte short", "0004 80", NULL },
	{ "an ACK one byte long", "0004 8001 00", NULL },
	{ "an error", "0005 0001 6e6f00", "error code=1 message=no" },
	{ "an error without its NUL", "0005 0001 6e6f", "error code=1 message=no" },
	{ "an error without a message", "0005 0008", "error code=8 message=" },
	{ "an error with a code of its own", "0005 ffff 00", "error code=65535 message=" },
	{ "bytes behind the message", "0005 0001 6e00 6f", "error code=1 message=n" },
	{ "an error without a whole code", "0005 00", NULL },
	{ "an OACK", "0006 747369 7a6500 353000", "oack opt=tsize value=50" },
	{ "an OACK of nothing", "0006", "oack" },
	{ "an OACK without its last NUL", "0006 747369 7a6500 3530", NULL },
	{ "opcode 0", "0000 0001", NULL },
	{ "opcode 7", "0007 0001", NULL },
	{ "an opcode in the wrong byte order", "0100 6b00 " OCTET, NULL },
	{ "half an opcode", "00", NULL },
	{ "nothing at all", "", NULL },
};

START_TEST(decodes)
{
	uint8_t buf[128];
	size_t len = hex_parse(buf, sizeof(buf), decode_rows[_i].in);
	uint8_t *exact = malloc(len ? len : 1); /* so that a sanitizer sees the end */
	struct tftp_pkt p = { .block = 0xdead };
	int r;

	memcpy(exact, buf, len);
	r = tftp_pkt_decode(&p, exact, len);
	ck_assert_msg(r == (decode_rows[_i].text ? 0 : TFTP_E_MALFORMED), "%s: got %d",
		      decode_rows[_i].what, r);
	if (r)
		ck_assert_msg(p.block == 0xdead, "%s: out was touched", decode_rows[_i].what);
	else
		ck_assert_msg(strcmp(describe(&p), decode_rows[_i].text) == 0, "%s: got '%s'",
			      decode_rows[_i].what, describe(&p));
	free(exact);
}
END_TEST

START_TEST(decode_refuses_too_many_options)
{
	uint8_t buf[128];
	size_t len = hex_parse(buf, sizeof(buf), "0006");
	struct tftp_pkt p;

	for (unsigned i = 0; i < TFTP_N_OPTIONS_MAX; i++)
		len += hex_parse(buf + len, sizeof(buf) - len, "6100 3100");
	ck_assert_int_eq(tftp_pkt_decode(&p, buf, len), 0);
	ck_assert_uint_eq(p.n_opts, TFTP_N_OPTIONS_MAX);
	len += hex_parse(buf + len, sizeof(buf) - len, "6100 3100");
	ck_assert_int_eq(tftp_pkt_decode(&p, buf, len), TFTP_E_MALFORMED);
}
END_TEST

static void encode_rrq(struct wr *w)
{
	tftp_rrq_encode(w, "kernel.img", "octet");
	tftp_opt_encode_u64(w, "blksize", TFTP_BLKSIZE_MAX);
}

static void encode_data(struct wr *w)
{
	tftp_data_encode(w, 0x1234, (const uint8_t *)"data", 4);
}

static void encode_last(struct wr *w)
{
	tftp_data_encode(w, 0, NULL, 0);
}

static void encode_ack(struct wr *w)
{
	tftp_ack_encode(w, 0xfffe);
}

static void encode_error(struct wr *w)
{
	tftp_error_encode(w, TFTP_ERR_NOT_FOUND, "none");
}

static void encode_oack(struct wr *w)
{
	tftp_oack_encode(w);
	tftp_opt_encode_u64(w, "tsize", UINT64_MAX);
	tftp_opt_encode_u64(w, "windowsize", 0);
}

static const struct {
	const char *what;
	void (*encode)(struct wr *w);
	const char *bytes;
	const char *text;
} encode_rows[] = {
	{ "a read request", encode_rrq,
	  "0001 6b65726e656c2e696d6700 6f6374657400 626c6b73697a6500 363534363400",
	  "rrq file=kernel.img mode=octet opt=blksize value=65464" },
	{ "data", encode_data, "0003 1234 64617461", "data block=4660 data=data" },
	{ "no data", encode_last, "0003 0000", "data block=0 data=" },
	{ "an ACK", encode_ack, "0004 fffe", "ack block=65534" },
	{ "an error", encode_error, "0005 0001 6e6f6e6500", "error code=1 message=none" },
	{ "an OACK", encode_oack,
	  "0006 7473697a6500 3138343436373434303733373039353531363135 00 "
	  "77696e646f7773697a6500 3000",
	  "oack opt=tsize value=18446744073709551615 opt=windowsize value=0" },
};

START_TEST(encodes)
{
	uint8_t want[128], buf[128];
	size_t want_len = hex_parse(want, sizeof(want), encode_rows[_i].bytes), len;
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct tftp_pkt p;

	encode_rows[_i].encode(&w);
	len = sizeof(buf) - w.left;
	ck_assert_msg(!w.bad && len == want_len && memcmp(buf, want, len) == 0,
		      "%s: other bytes, %zu of them", encode_rows[_i].what, len);
	ck_assert_int_eq(tftp_pkt_decode(&p, buf, len), 0);
	ck_assert_msg(strcmp(describe(&p), encode_rows[_i].text) == 0, "%s: read back as '%s'",
		      encode_rows[_i].what, describe(&p));

	w = WR_INIT(buf, want_len - 1);
	encode_rows[_i].encode(&w);
	ck_assert_msg(w.bad, "%s: fits in one byte less", encode_rows[_i].what);
}
END_TEST

static const struct {
	const char *what;
	const char *in;
	uint64_t max;
	int want;
	uint64_t value;
} number_rows[] = {
	{ "a number", "1428", 65464, 0, 1428 },
	{ "zero", "0", 65464, 0, 0 },
	{ "zeros in front", "0008", 9, 0, 8 },
	{ "the limit", "65464", 65464, 0, 65464 },
	{ "one beyond the limit", "65465", 65464, TFTP_E_MALFORMED, 0 },
	{ "one digit beyond a small limit", "9", 8, TFTP_E_MALFORMED, 0 },
	{ "a limit of zero", "0", 0, 0, 0 },
	{ "beyond a limit of zero", "1", 0, TFTP_E_MALFORMED, 0 },
	{ "the largest there is", "18446744073709551615", UINT64_MAX, 0, UINT64_MAX },
	{ "one beyond the largest", "18446744073709551616", UINT64_MAX, TFTP_E_MALFORMED, 0 },
	{ "ten times the largest", "184467440737095516150", UINT64_MAX, TFTP_E_MALFORMED, 0 },
	{ "nothing", "", 65464, TFTP_E_MALFORMED, 0 },
	{ "a minus", "-1", UINT64_MAX, TFTP_E_MALFORMED, 0 },
	{ "a plus", "+1", UINT64_MAX, TFTP_E_MALFORMED, 0 },
	{ "a blank in front", " 1", UINT64_MAX, TFTP_E_MALFORMED, 0 },
	{ "a blank behind", "1 ", UINT64_MAX, TFTP_E_MALFORMED, 0 },
	{ "a hexadecimal number", "0x10", UINT64_MAX, TFTP_E_MALFORMED, 0 },
	{ "the character before 0", "1/", UINT64_MAX, TFTP_E_MALFORMED, 0 },
	{ "the character after 9", "1:", UINT64_MAX, TFTP_E_MALFORMED, 0 },
};

static struct slice to_slice(const char *s)
{
	return (struct slice){ .p = (const uint8_t *)s, .len = strlen(s) };
}

START_TEST(numbers)
{
	uint64_t v = 0xdead;
	int r = tftp_number(&v, to_slice(number_rows[_i].in), number_rows[_i].max);

	ck_assert_msg(r == number_rows[_i].want, "%s: got %d", number_rows[_i].what, r);
	ck_assert_msg(v == (r ? 0xdead : number_rows[_i].value), "%s: another value",
		      number_rows[_i].what);
}
END_TEST

static const struct {
	const char *name, *want;
} root_rows[] = {
	{ "x", "x" }, { "/x", "x" }, { "//x/y", "x/y" }, { "x/", "x/" }, { "/", "" }, { "", "" },
};

START_TEST(a_slash_in_front_is_the_root)
{
	struct slice got = tftp_file_in_root(to_slice(root_rows[_i].name));

	ck_assert_msg(got.len == strlen(root_rows[_i].want) &&
			      !memcmp(got.p, root_rows[_i].want, got.len),
		      "\"%s\"", root_rows[_i].name);
}
END_TEST

START_TEST(names_have_no_case)
{
	ck_assert(tftp_name_is(to_slice("blksize"), "blksize"));
	ck_assert(tftp_name_is(to_slice("BlkSIZE"), "blksize"));
	ck_assert(tftp_name_is(to_slice("octet"), "OCTET"));
	ck_assert(!tftp_name_is(to_slice("blksiz"), "blksize"));
	ck_assert(!tftp_name_is(to_slice("blksizes"), "blksize"));
	ck_assert(!tftp_name_is(to_slice("blksizf"), "blksize"));
	ck_assert(!tftp_name_is(to_slice("@"), "`")); /* as far apart as A and a */
	ck_assert(tftp_name_is((struct slice){ 0 }, ""));
	ck_assert(!tftp_name_is((struct slice){ 0 }, "a"));
	ck_assert_str_eq(tftp_op_name((enum tftp_op)7), "unknown");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/tftp");

	suite_add_rows(s, decodes, N_ROWS(decode_rows));
	suite_add(s, decode_refuses_too_many_options);
	suite_add_rows(s, encodes, N_ROWS(encode_rows));
	suite_add_rows(s, numbers, N_ROWS(number_rows));
	suite_add_rows(s, a_slash_in_front_is_the_root, N_ROWS(root_rows));
	suite_add(s, names_have_no_case);
	return suite_run(s);
}
