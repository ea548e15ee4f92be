/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/dhcp_msg: what a boot client writes and reads
 */
#include "firmware/lwip/dhcp_msg.h"

#include <check.h>
#include <stdlib.h>

#include "tests/support/lwip_dhcp.h"
#include "tests/support/suite.h"

#define OPTIONS_AT REPLY_FIXED

static const struct dhcp_identity who = {
	.mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 },
	.has_uuid = true,
	.uuid = { 0x8d, 0xff, 0x4e, 0xa0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 },
};

/* The value of an option in what we wrote; NULL: it is not there. */
static const uint8_t *find(const uint8_t *buf, size_t len, uint8_t code, size_t *n)
{
	for (size_t i = OPTIONS_AT; i < len && buf[i] != 255; i += 2 + buf[i + 1])
		if (buf[i] == code) {
			*n = buf[i + 1];
			return buf + i + 2;
		}
	return NULL;
}

static void ck_option(const uint8_t *buf, size_t len, uint8_t code, const char *hex)
{
	uint8_t want[256];
	size_t n = 0, n_want = hex_parse(want, sizeof(want), hex);
	const uint8_t *p = find(buf, len, code, &n);

	ck_assert_msg(p && n == n_want && !memcmp(p, want, n), "option %u", code);
}

START_TEST(discover)
{
	const struct dhcp_request r = { .type = DHCP_DISCOVER, .xid = 0x11223344, .secs = 7 };
	uint8_t buf[DHCP_OUT_MAX], fixed[28];
	size_t len, n;

	memset(buf, 0xee, sizeof(buf));
	len = dhcp_request_encode(buf, &r, &who);
	ck_assert_uint_ge(len, 300);
	hex_parse(fixed, sizeof(fixed),
		  "01010600 11223344 0007 0000 00000000 00000000 00000000 00000000");
	ck_assert_mem_eq(buf, fixed, sizeof(fixed));
	ck_assert_mem_eq(buf + 28, who.mac, 6);
	for (unsigned i = 34; i < 236; i++)
		ck_assert_uint_eq(buf[i], 0);
	ck_option(buf, len, 53, "01");
	ck_option(buf, len, 93, "001f");
	ck_option(buf, len, 94, "010000");
	ck_option(buf, len, 97, "00 8dff4ea00102030405060708090a0b0c");
	ck_option(buf, len, 57, "05c0");
	ck_assert_ptr_null(find(buf, len, 50, &n));
	ck_assert_ptr_null(find(buf, len, 54, &n));
	ck_assert_ptr_null(find(buf, len, 61, &n));
	ck_assert(!memcmp(find(buf, len, 60, &n), "PXEClient:Arch:00031:UNDI:000000", 32));
	ck_assert_uint_eq(n, 32);
}
END_TEST

START_TEST(parameters_name_what_a_boot_needs)
{
	static const uint8_t needed[] = { 1, 3, 6, 66, 67, 150, 208, 209, 210, 211 };
	const struct dhcp_request a = { .type = DHCP_DISCOVER };
	const struct dhcp_request b = { .type = DHCP_REQUEST, .requested_ip = 1, .server_id = 2 };
	uint8_t buf[DHCP_OUT_MAX], buf_b[DHCP_OUT_MAX];
	size_t n, n_b;
	const uint8_t *p = find(buf, dhcp_request_encode(buf, &a, &who), 55, &n);
	const uint8_t *q = find(buf_b, dhcp_request_encode(buf_b, &b, &who), 55, &n_b);

	ck_assert(p && q && n == n_b && !memcmp(p, q, n));
	for (unsigned i = 0; i < sizeof(needed); i++)
		ck_assert_msg(memchr(p, needed[i], n) != NULL, "option %u", needed[i]);
}
END_TEST

START_TEST(request)
{
	const struct dhcp_request r = { .type = DHCP_REQUEST,
					.requested_ip = 0x0a00020f,
					.server_id = 0x0a000202 };
	struct dhcp_identity no_uuid = who;
	uint8_t buf[DHCP_OUT_MAX];
	size_t n, len;

	no_uuid.has_uuid = false;
	len = dhcp_request_encode(buf, &r, &no_uuid);
	ck_option(buf, len, 53, "03");
	ck_option(buf, len, 50, "0a00020f");
	ck_option(buf, len, 54, "0a000202");
	ck_assert_ptr_null(find(buf, len, 97, &n));
}
END_TEST

START_TEST(renewal_has_its_address_in_ciaddr)
{
	const struct dhcp_request r = { .type = DHCP_REQUEST, .ciaddr = 0x0a00020f };
	uint8_t buf[DHCP_OUT_MAX];
	size_t n, len = dhcp_request_encode(buf, &r, &who);

	ck_assert_mem_eq(buf + 12, "\x0a\x00\x02\x0f", 4);
	ck_assert_ptr_null(find(buf, len, 50, &n));
	ck_assert_ptr_null(find(buf, len, 54, &n));
}
END_TEST

/* In a block of its own size, so that a sanitizer sees one byte too many. */
static bool decode(struct dhcp_reply *m, const struct reply *r)
{
	uint8_t *exact = malloc(r->len ? r->len : 1);
	bool ok;

	memcpy(exact, r->buf, r->len);
	ok = dhcp_reply_decode(m, exact, r->len);
	free(exact);
	return ok;
}

#define BASE "350102 3604 0a000202 "

START_TEST(all_that_is_told)
{
	struct reply r =
		reply_make(7, 0x0a00020f, 0x0a000203,
			   BASE "0104ffffff00 03080a0002010a0002fe 060c0a0002030a0002050a000206"
				"330400000e10 3a0400000708 3b0400000c4e 4204746674 70"
				"43056b2e696d67 960c 0a000204 0a000205 0a000206 "
				"d10363 6667 d204702f7100 3c09505845436c69656e74 ff");
	struct dhcp_reply m;

	ck_assert(decode(&m, &r));
	ck_assert_int_eq(m.type, DHCP_OFFER);
	ck_assert_uint_eq(m.xid, 7);
	ck_assert_uint_eq(m.yiaddr, 0x0a00020f);
	ck_assert_uint_eq(m.siaddr, 0x0a000203);
	ck_assert_uint_eq(m.server_id, 0x0a000202);
	ck_assert_uint_eq(m.netmask, 0xffffff00);
	ck_assert_uint_eq(m.router, 0x0a000201); /* the first */
	ck_assert_uint_eq(m.dns[0], 0x0a000203);
	ck_assert_uint_eq(m.dns[1], 0x0a000205);
	ck_assert(m.has_lease && m.lease_s == 3600 && m.t1_s == 1800 && m.t2_s == 3150);
	ck_assert_str_eq(m.tftp_name, "tftp");
	ck_assert_str_eq(m.bootfile, "k.img");
	ck_assert_uint_eq(m.tftp_address, 0x0a000204);
	ck_assert_str_eq(m.config_file, "cfg");
	ck_assert_str_eq(m.path_prefix, "p/q"); /* its trailing NUL is not part of it */
	ck_assert(m.has_path_prefix);
}
END_TEST

START_TEST(fields)
{
	struct reply r = reply_make(7, 1, 0, BASE "ff");
	struct dhcp_reply m;

	memcpy(r.buf + REPLY_SNAME, "10.0.2.9", 8);
	memset(r.buf + REPLY_FILE, 'x', 128); /* no NUL */
	ck_assert(decode(&m, &r));
	ck_assert_str_eq(m.sname, "10.0.2.9");
	ck_assert_uint_eq(strlen(m.bootfile), 128);
	r = reply_make(7, 1, 0, BASE "4301 6b ff");
	memcpy(r.buf + REPLY_FILE, "other", 5);
	ck_assert(decode(&m, &r));
	ck_assert_str_eq(m.bootfile, "k"); /* option 67 wins */
}
END_TEST

static const struct {
	const char *what, *options, *file, *sname; /* hex */
	bool ok;
	const char *bootfile, *tftp_name;
} overload_rows[] = {
	{ "file", BASE "340101 ff", "4302 6b31 ff", "4202 7431 ff", true, "k1", "" },
	{ "sname", BASE "340102 ff", "4302 6b31 ff", "4202 7431 ff", true, "C\002k1\xff", "t1" },
	{ "both", BASE "340103 ff", "4302 6b31 ff", "4202 7431 ff", true, "k1", "t1" },
	{ "an option in three parts, in order", BASE "340103 4301 61 ff", "4301 62 ff",
	  "4301 63 ff", true, "abc", "" },
	{ "no end in the field", BASE "340101 ff", "4302 6b31", "", true, "k1", "" },
	{ "a value that means nothing", BASE "340104 ff", "4302 6b31 ff", "", true, "C\002k1\xff",
	  "" },
	{ "another, with the bits of one that does", BASE "340105 ff", "4302 6b31 ff", "", true,
	  "C\002k1\xff", "" },
	{ "a nested one does nothing", BASE "340101 ff", "340102 4302 6b31 ff", "4202 7431 ff",
	  true, "k1", "" },
	{ "a field that an option leaves", BASE "340102 ff", "", "42ff 74", false, "", "" },
};

START_TEST(overload)
{
	struct reply r = reply_make(7, 1, 0, overload_rows[_i].options);
	struct dhcp_reply m;
	bool ok;

	hex_parse(r.buf + REPLY_FILE, 128, overload_rows[_i].file);
	hex_parse(r.buf + REPLY_SNAME, 64, overload_rows[_i].sname);
	ok = decode(&m, &r);
	ck_assert_msg(ok == overload_rows[_i].ok, "%s", overload_rows[_i].what);
	if (!ok)
		return;
	ck_assert_msg(!strcmp(m.bootfile, overload_rows[_i].bootfile), "%s: \"%s\"",
		      overload_rows[_i].what, m.bootfile);
	ck_assert_msg(!strcmp(m.tftp_name, overload_rows[_i].tftp_name), "%s: \"%s\"",
		      overload_rows[_i].what, m.tftp_name);
}
END_TEST

static const struct {
	const char *what, *options;
	bool ok;
} option_rows[] = {
	{ "no end", "350102", true },
	{ "padding before and between", "00 350102 0000 3604 0a000202 00 ff", true },
	{ "no type", "3604 0a000202 ff", false },
	{ "a type of two bytes", "3502 0102 ff", false },
	{ "nothing", "", false },
	{ "the length is missing", "350102 36", false },
	{ "past the end", "350102 3604 0a0002", false },
	{ "behind the end", "ff 350102", false },
	{ "unknown ones", "e000 fe01 01 350102 ff", true },
};

START_TEST(options)
{
	struct reply r = reply_make(7, 1, 0, option_rows[_i].options);
	struct dhcp_reply m = { .xid = 77 };
	bool ok = decode(&m, &r);

	ck_assert_msg(ok == option_rows[_i].ok, "%s", option_rows[_i].what);
	ck_assert_uint_eq(m.xid, ok ? 7 : 77);
}
END_TEST

START_TEST(values_of_a_wrong_length_are_not_there)
{
	struct reply r = reply_make(7, 1, 0,
				    "350102 0103ffffff 3603 0a0002 03050a00020100 0600 4300 "
				    "3308 0000000000000000 ff");
	struct dhcp_reply m;

	ck_assert(decode(&m, &r));
	ck_assert(!m.netmask && !m.server_id && !m.router && !m.dns[0] && !m.has_lease);
	ck_assert_str_eq(m.bootfile, "");
}
END_TEST

START_TEST(long_strings)
{
	struct reply r = reply_make(7, 1, 0, BASE);
	struct dhcp_reply m;

	r.buf[r.len++] = 67;
	r.buf[r.len++] = 255;
	memset(r.buf + r.len, 'n', 255);
	r.len += 255;
	ck_assert(decode(&m, &r));
	ck_assert_uint_eq(strlen(m.bootfile), 255);
	r.buf[r.len++] = 67; /* and more of it: too long is as if it were not there */
	r.buf[r.len++] = 1;
	r.buf[r.len++] = 'n';
	ck_assert(decode(&m, &r));
	ck_assert_str_eq(m.bootfile, "");
}
END_TEST

static const struct {
	const char *what;
	size_t at;
	uint8_t value;
} header_rows[] = {
	{ "a client's message", 0, 1 },
	{ "another hardware", 1, 6 },
	{ "another length of address", 2, 16 },
	{ "another cookie", 239, 0 },
};

START_TEST(header)
{
	struct reply r = reply_make(7, 1, 0, BASE "ff");
	struct dhcp_reply m;

	ck_assert(decode(&m, &r));
	r.buf[header_rows[_i].at] = header_rows[_i].value;
	ck_assert_msg(!decode(&m, &r), "%s", header_rows[_i].what);
}
END_TEST

START_TEST(every_length)
{
	struct reply r = reply_make(7, 1, 0, BASE "340103 ff");
	struct dhcp_reply m;

	for (r.len = 0; r.len < REPLY_FIXED; r.len++)
		ck_assert(!decode(&m, &r));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_dhcp_msg");

	suite_add(s, discover);
	suite_add(s, parameters_name_what_a_boot_needs);
	suite_add(s, request);
	suite_add(s, renewal_has_its_address_in_ciaddr);
	suite_add(s, all_that_is_told);
	suite_add(s, fields);
	suite_add_rows(s, overload, N_ROWS(overload_rows));
	suite_add_rows(s, options, N_ROWS(option_rows));
	suite_add(s, values_of_a_wrong_length_are_not_there);
	suite_add(s, long_strings);
	suite_add_rows(s, header, N_ROWS(header_rows));
	suite_add(s, every_length);
	return suite_run(s);
}
