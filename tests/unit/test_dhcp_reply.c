/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/dhcp_reply: what a DHCP server's replies hold
 */
#include "server/dhcp_reply.h"

#include <check.h>

#include "tests/support/suite.h"

enum {
	SERVER = 0x0a000202, /* 10.0.2.2 */
	GUEST = 0x0a00020f,
};

static const struct net_config net = {
	.server = SERVER,
	.netmask = 0xffffff00,
	.router = 0x0a000201,
	.dns = 0x0a000203,
	.guest = GUEST,
};

/* All there is to tell. */
static const struct dhcp_config full = {
	.enabled = true,
	.bootfile = "boot/kernel.img",
	.next_server = 0x0a000204,
	.server_name = "server",
	.tftp_server = "10.0.2.5",
	.tftp_address = 0x0a000206,
	.config_file = "pxe.cfg",
	.path_prefix = "cfg/",
	.reboot_time_s = 30,
	.domain = "example.org",
	.lease_s = 800,
	.n_leases = 1,
};

/* The codes of a message's options: "53 54 51". */
static const char *codes_of(const struct dhcp_msg *m)
{
	g_autoptr(GString) s = g_string_new(NULL);

	for (size_t i = 0; i < m->n_opts; i++)
		g_string_append_printf(s, "%s%u", i ? " " : "", m->opts[i].code);
	return g_intern_string(s->str);
}

/* An option's value in hexadecimal; "none" if it is not there or of a wrong length. */
static const char *value_of(const struct dhcp_msg *m, uint8_t code)
{
	g_autoptr(GString) s = g_string_new(NULL);
	struct slice v;

	if (dhcp_opt_find(&v, m, code))
		return "none";
	for (size_t i = 0; i < v.len; i++)
		g_string_append_printf(s, "%02x", v.p[i]);
	return g_intern_string(s->str);
}

static bool value_is(const struct dhcp_msg *m, uint8_t code, const char *text)
{
	struct slice v;

	return !dhcp_opt_find(&v, m, code) && v.len == strlen(text) &&
	       memcmp(v.p, text, v.len) == 0;
}

/* A client's message; @list has so many codes, NULL: no option 55. */
static void ask(struct dhcp_msg *m, enum dhcp_type type, const uint8_t *list, size_t n)
{
	*m = (struct dhcp_msg){ .op = DHCP_BOOTREQUEST,
				.htype = 1,
				.hlen = 6,
				.hops = 1,
				.xid = 0x5a1f00c2,
				.secs = 4,
				.chaddr = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };
	ck_assert_int_eq(dhcp_opt_add_u8(m, DHCP_OPT_TYPE, (uint8_t)type), 0);
	if (list)
		ck_assert_int_eq(dhcp_opt_add(m, DHCP_OPT_PARAMETERS, list, n), 0);
}

static const struct {
	const char *what;
	bool has_list;
	uint8_t list[12];
	size_t n;
	const char *codes;
} list_rows[] = {
	{ "no list: everything",
	  false,
	  { 0 },
	  0,
	  "53 54 51 1 3 6 15 28 58 59 66 67 150 209 210 211" },
	{ "libnet's DISCOVER", true, { 1, 3, 6, 66, 67, 93 }, 6, "53 54 51 1 3 6 66 67" },
	{ "libnet's REQUEST",
	  true,
	  { 1, 3, 6, 66, 67, 93, 209, 210 },
	  8,
	  "53 54 51 1 3 6 66 67 209 210" },
	{ "the client's order", true, { 210, 67, 6, 1 }, 4, "53 54 51 210 67 6 1" },
	{ "the magic of PXELINUX when asked for", true, { 208, 209 }, 2, "53 54 51 208 209" },
	{ "a code twice", true, { 1, 1, 3, 1 }, 4, "53 54 51 1 3" },
	{ "what is there anyway", true, { 53, 51, 54, 1 }, 4, "53 54 51 1" },
	{ "what nobody can tell", true, { 0, 255, 52, 50, 55, 82, 224, 12 }, 8, "53 54 51" },
};

START_TEST(parameter_lists)
{
	static struct dhcp_msg m, reply;

	ask(&m, DHCP_DISCOVER, list_rows[_i].has_list ? list_rows[_i].list : NULL, list_rows[_i].n);
	dhcp_reply_init_config(&reply, &full, &net, &m, DHCP_OFFER, GUEST);
	ck_assert_msg(strcmp(codes_of(&reply), list_rows[_i].codes) == 0, "%s: got %s",
		      list_rows[_i].what, codes_of(&reply));
}
END_TEST

START_TEST(values)
{
	static struct dhcp_msg m, reply;
	static const uint8_t magic[] = { DHCP_OPT_PXELINUX_MAGIC };

	ask(&m, DHCP_DISCOVER, NULL, 0);
	dhcp_reply_init_config(&reply, &full, &net, &m, DHCP_OFFER, GUEST);
	ck_assert_uint_eq(reply.op, DHCP_BOOTREPLY);
	ck_assert_uint_eq(reply.htype, 1);
	ck_assert_uint_eq(reply.hlen, 6);
	ck_assert_uint_eq(reply.hops, 0);
	ck_assert_uint_eq(reply.secs, 0);
	ck_assert_uint_eq(reply.xid, 0x5a1f00c2);
	ck_assert_uint_eq(reply.ciaddr, 0);
	ck_assert_uint_eq(reply.yiaddr, GUEST);
	ck_assert_uint_eq(reply.siaddr, 0x0a000204);
	ck_assert_uint_eq(reply.giaddr, 0);
	ck_assert_mem_eq(reply.chaddr, m.chaddr, DHCP_CHADDR_LEN);
	ck_assert_str_eq(reply.sname, "server");
	ck_assert_str_eq(reply.file, "boot/kernel.img");

	ck_assert_str_eq(value_of(&reply, DHCP_OPT_TYPE), "02");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_SERVER_ID), "0a000202");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_LEASE_TIME), "00000320");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_SUBNET_MASK), "ffffff00");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_ROUTER), "0a000201");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_DNS), "0a000203");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_BROADCAST), "0a0002ff");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_T1), "00000190"); /* 400 */
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_T2), "000002bc"); /* 700 */
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_TFTP_ADDRESS), "0a000206");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_REBOOT_TIME), "0000001e");
	ck_assert(value_is(&reply, DHCP_OPT_DOMAIN, "example.org"));
	ck_assert(value_is(&reply, DHCP_OPT_TFTP_SERVER, "10.0.2.5"));
	ck_assert(value_is(&reply, DHCP_OPT_BOOTFILE, "boot/kernel.img"));
	ck_assert(value_is(&reply, DHCP_OPT_CONFIG_FILE, "pxe.cfg"));
	ck_assert(value_is(&reply, DHCP_OPT_PATH_PREFIX, "cfg/"));

	ask(&m, DHCP_DISCOVER, magic, sizeof(magic));
	dhcp_reply_init_config(&reply, &full, &net, &m, DHCP_OFFER, GUEST);
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_PXELINUX_MAGIC), "f100747e");
}
END_TEST

START_TEST(nothing_configured_nothing_sent)
{
	static const uint8_t all[] = { 1, 3, 6, 15, 28, 58, 59, 66, 67, 150, 208, 209, 210, 211 };
	static const struct dhcp_config empty = { .bootfile = "", .server_name = "" };
	static const struct net_config alone = { .server = SERVER, .netmask = 0xffffff00 };
	static struct dhcp_msg m, reply;

	ask(&m, DHCP_DISCOVER, all, sizeof(all));
	dhcp_reply_init_config(&reply, &empty, &alone, &m, DHCP_OFFER, GUEST);
	ck_assert_str_eq(codes_of(&reply), "53 54 1 28");
	ck_assert_uint_eq(reply.siaddr, SERVER);
	ck_assert_str_eq(reply.file, "");
	ck_assert_str_eq(reply.sname, "");
}
END_TEST

START_TEST(next_server_can_be_nobody)
{
	static struct dhcp_msg m, reply;
	struct dhcp_config cfg = full;

	cfg.no_next_server = true;
	ask(&m, DHCP_DISCOVER, NULL, 0);
	dhcp_reply_init_config(&reply, &cfg, &net, &m, DHCP_OFFER, GUEST);
	ck_assert_uint_eq(reply.siaddr, 0);
}
END_TEST

START_TEST(an_infinite_lease_has_no_renewal)
{
	static struct dhcp_msg m, reply;
	struct dhcp_config cfg = full;

	cfg.lease_s = DHCP_LEASE_INFINITE_S;
	ask(&m, DHCP_DISCOVER, NULL, 0);
	dhcp_reply_init_config(&reply, &cfg, &net, &m, DHCP_OFFER, GUEST);
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_LEASE_TIME), "ffffffff");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_T1), "none");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_T2), "none");
}
END_TEST

START_TEST(an_inform_gets_no_lease)
{
	static struct dhcp_msg m, reply;

	ask(&m, DHCP_INFORM, NULL, 0);
	m.ciaddr = 0x0a000220;
	dhcp_reply_init_config(&reply, &full, &net, &m, DHCP_ACK, 0);
	ck_assert_uint_eq(reply.yiaddr, 0);
	ck_assert_uint_eq(reply.ciaddr, 0x0a000220);
	ck_assert_str_eq(codes_of(&reply), "53 54 1 3 6 15 28 66 67 150 209 210 211");
}
END_TEST

/* The longest name that `file` holds, and one character more. */
#define NAME_127                                                                                   \
	"0123456789012345678901234567890123456789012345678901234567890123456789"                   \
	"012345678901234567890123456789012345678901234567890123456"

static const struct {
	const char *what;
	const char *name;
	enum dhcp_place place;
	unsigned overload;
	bool asked;
	bool in_field, in_option;
} place_rows[] = {
	{ "both, asked", "k", DHCP_PLACE_BOTH, 0, true, true, true },
	{ "both, not asked", "k", DHCP_PLACE_BOTH, 0, false, true, false },
	{ "field, asked", "k", DHCP_PLACE_FIELD, 0, true, true, false },
	{ "option, asked", "k", DHCP_PLACE_OPTION, 0, true, false, true },
	{ "option, not asked: sent for want of the field", "k", DHCP_PLACE_OPTION, 0, false, false,
	  true },
	{ "field, but it is overloaded", "k", DHCP_PLACE_FIELD, DHCP_OVERLOAD_FILE, false, false,
	  true },
	{ "the other field is overloaded", "k", DHCP_PLACE_FIELD, DHCP_OVERLOAD_SNAME, false, true,
	  false },
	{ "as long as the field", NAME_127, DHCP_PLACE_FIELD, 0, false, true, false },
	{ "longer than the field", NAME_127 "7", DHCP_PLACE_FIELD, 0, false, false, true },
	{ "longer than an option", NAME_127 NAME_127 "56", DHCP_PLACE_FIELD, 0, false, false,
	  true },
};

START_TEST(boot_file_places)
{
	static const uint8_t yes[] = { DHCP_OPT_BOOTFILE }, no[] = { DHCP_OPT_SUBNET_MASK };
	static uint8_t buf[DHCP_MSG_MAX];
	static struct dhcp_msg m, reply;
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct dhcp_config cfg = full;

	cfg.bootfile = place_rows[_i].name;
	cfg.bootfile_place = place_rows[_i].place;
	cfg.overload = place_rows[_i].overload;
	ask(&m, DHCP_DISCOVER, place_rows[_i].asked ? yes : no, 1);
	dhcp_reply_init_config(&reply, &cfg, &net, &m, DHCP_OFFER, GUEST);
	ck_assert_uint_eq(dhcp_reply_encode(&w, &reply, &m, cfg.overload), 0);
	ck_assert_int_eq(dhcp_msg_decode(&reply, buf, sizeof(buf) - w.left), 0);

	ck_assert_msg(strcmp(reply.file, place_rows[_i].in_field ? cfg.bootfile : "") == 0,
		      "%s: file is '%s'", place_rows[_i].what, reply.file);
	ck_assert_msg(value_is(&reply, DHCP_OPT_BOOTFILE, cfg.bootfile) == place_rows[_i].in_option,
		      "%s: options are %s", place_rows[_i].what, codes_of(&reply));
}
END_TEST

START_TEST(a_server_name_that_does_not_fit_is_not_sent)
{
	static struct dhcp_msg m, reply;
	struct dhcp_config cfg = full;

	cfg.server_name = &NAME_127[127 - 63];
	ask(&m, DHCP_DISCOVER, NULL, 0);
	dhcp_reply_init_config(&reply, &cfg, &net, &m, DHCP_OFFER, GUEST);
	ck_assert_str_eq(reply.sname, cfg.server_name);
	cfg.server_name = &NAME_127[127 - 64];
	dhcp_reply_init_config(&reply, &cfg, &net, &m, DHCP_OFFER, GUEST);
	ck_assert_str_eq(reply.sname, "");
}
END_TEST

START_TEST(the_client_hears_who_it_is)
{
	static const uint8_t list[] = { DHCP_OPT_SUBNET_MASK, DHCP_OPT_CLIENT_ARCH };
	static const uint8_t uuid[17] = { 0, 1, 2, 3 };
	static struct dhcp_msg m, reply;
	struct dhcp_config cfg = full;

	cfg.vendor_class = "PXEClient";
	ask(&m, DHCP_REQUEST, list, sizeof(list));
	dhcp_opt_add_be16(&m, DHCP_OPT_CLIENT_ARCH, 0x1f);
	dhcp_opt_add(&m, DHCP_OPT_CLIENT_NDI, "\1\2\1", 3);
	dhcp_opt_add(&m, DHCP_OPT_CLIENT_UUID, uuid, sizeof(uuid));
	dhcp_opt_add(&m, DHCP_OPT_CLIENT_ID, "\1abcdef", 7);
	dhcp_reply_init_config(&reply, &cfg, &net, &m, DHCP_ACK, GUEST);
	ck_assert_str_eq(codes_of(&reply), "53 54 51 61 93 94 97 60 1");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_CLIENT_ARCH), "001f");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_CLIENT_NDI), "010201");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_CLIENT_ID), "01616263646566");
	ck_assert(value_is(&reply, DHCP_OPT_VENDOR_CLASS, "PXEClient"));

	/* Nonsense is not said again. */
	ask(&m, DHCP_REQUEST, list, sizeof(list));
	dhcp_opt_add_u8(&m, DHCP_OPT_CLIENT_ARCH, 0x1f);
	dhcp_opt_add(&m, DHCP_OPT_CLIENT_UUID, uuid, 16);
	dhcp_reply_init_config(&reply, &full, &net, &m, DHCP_ACK, GUEST);
	ck_assert_str_eq(codes_of(&reply), "53 54 51 1");
}
END_TEST

START_TEST(a_nak_says_why_and_nothing_else)
{
	static struct dhcp_msg m, reply;

	ask(&m, DHCP_REQUEST, NULL, 0);
	m.ciaddr = GUEST;
	dhcp_opt_add(&m, DHCP_OPT_CLIENT_ID, "\1abcdef", 7);
	dhcp_opt_add_be16(&m, DHCP_OPT_CLIENT_ARCH, 0x1f);
	dhcp_reply_init_nak(&reply, &net, &m, "no");
	ck_assert_str_eq(codes_of(&reply), "53 54 56 61");
	ck_assert_str_eq(value_of(&reply, DHCP_OPT_TYPE), "06");
	ck_assert(value_is(&reply, DHCP_OPT_MESSAGE, "no"));
	ck_assert_uint_eq(reply.ciaddr | reply.yiaddr | reply.siaddr | reply.giaddr, 0);
	ck_assert_uint_eq(reply.flags, 0);

	m.giaddr = 0x0a000299;
	dhcp_reply_init_nak(&reply, &net, &m, "no");
	ck_assert_uint_eq(reply.giaddr, 0x0a000299);
	ck_assert_uint_eq(reply.flags, DHCP_FLAG_BROADCAST);
}
END_TEST

static const struct {
	const char *what;
	unsigned size; /* option 57; 0: none */
	size_t prefix; /* length of option 210 */
	unsigned overload;
	size_t len;
	bool is_overloaded;
	size_t n_left_out;
} size_rows[] = {
	{ "a small reply is padded to 300", 0, 10, 0, 300, false, 0 },
	{ "no option 57: 576 bytes with headers", 0, 282, 0, 548, false, 0 },
	{ "one byte more: overload", 0, 283, 0, 548, true, 0 },
	{ "option 57 below the legal minimum means the minimum", 100, 282, 0, 548, false, 0 },
	{ "option 57 allows more", 1000, 704, 0, 972, false, 0 },
	{ "and one byte more than that is overload", 1000, 705, 0, 972, true, 0 },
	{ "the limit is a datagram in one piece", 65535, 1200, 0, 1472, false, 0 },
	{ "all the overload there is", 0, 465, 0, 548, true, 0 },
	{ "one byte more: the last option is left out", 0, 466, 0, 300, false, 1 },
	{ "overload because the scenario says so", 0, 10, DHCP_OVERLOAD_SNAME, 300, true, 0 },
};

START_TEST(sizes)
{
	static const uint8_t list[] = { DHCP_OPT_SUBNET_MASK, DHCP_OPT_PATH_PREFIX };
	static uint8_t buf[DHCP_MSG_MAX];
	static struct dhcp_msg m, reply, back;
	g_autofree char *prefix = g_strnfill(size_rows[_i].prefix, 'p');
	struct dhcp_config cfg = { .path_prefix = prefix, .lease_s = 60 };
	struct wr w = WR_INIT(buf, sizeof(buf));
	size_t len, n;

	ask(&m, DHCP_REQUEST, list, sizeof(list));
	if (size_rows[_i].size)
		dhcp_opt_add_be16(&m, DHCP_OPT_MAX_SIZE, (uint16_t)size_rows[_i].size);
	dhcp_reply_init_config(&reply, &cfg, &net, &m, DHCP_ACK, GUEST);
	n = dhcp_reply_encode(&w, &reply, &m, size_rows[_i].overload);
	len = sizeof(buf) - w.left;
	ck_assert_msg(n == size_rows[_i].n_left_out, "%s: %zu left out", size_rows[_i].what, n);
	ck_assert_msg(len == size_rows[_i].len, "%s: %zu bytes", size_rows[_i].what, len);
	ck_assert_msg((buf[44] || buf[108]) == size_rows[_i].is_overloaded, "%s: overload",
		      size_rows[_i].what);

	ck_assert_int_eq(dhcp_msg_decode(&back, buf, len), 0);
	ck_assert_str_eq(codes_of(&back), n ? "53 54 51 1" : "53 54 51 1 210");
	ck_assert_msg(n || value_is(&back, DHCP_OPT_PATH_PREFIX, prefix), "%s: another value",
		      size_rows[_i].what);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dhcp_reply");

	suite_add_rows(s, parameter_lists, N_ROWS(list_rows));
	suite_add(s, values);
	suite_add(s, nothing_configured_nothing_sent);
	suite_add(s, next_server_can_be_nobody);
	suite_add(s, an_infinite_lease_has_no_renewal);
	suite_add(s, an_inform_gets_no_lease);
	suite_add_rows(s, boot_file_places, N_ROWS(place_rows));
	suite_add(s, a_server_name_that_does_not_fit_is_not_sent);
	suite_add(s, the_client_hears_who_it_is);
	suite_add(s, a_nak_says_why_and_nothing_else);
	suite_add_rows(s, sizes, N_ROWS(size_rows));
	return suite_run(s);
}
