/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/dhcp6: DHCPv6 server
 */
#include "server/dhcp6.h"

#include <check.h>

#include "server/wire/dhcp6.h"
#include "tests/support/hex.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"

#define SECOND UINT64_C(1000000000)

enum {
	XID = 0xabcdef,
	IAID = 0x00123456,
};

static const struct ip6_addr client = { { 0xfe, 0x80, [15] = 0x56 } };
static const struct ip6_addr first = { { 0xfd, [15] = 0x15 } }, second = { { 0xfd, [15] = 0x16 } },
			     elsewhere = { { 0xfc, [15] = 0x15 } };
static const struct mac client_mac = { { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };
static const char client_duid[] = "00030001525400123456", other_duid[] = "00030001525400123457",
		  server_duid[] = "0003000152550a000202";

static struct lab {
	struct dhcp6_config cfg;
	struct net_config net;
	Journal *journal;
	Dhcp6Server *server;
	uint64_t now_ns;
	/* The message to be sent. */
	uint8_t out[2000];
	struct wr w;
	/* The answer. */
	unsigned n_sent;
	struct datagram sent;
	uint8_t bytes[2000];
	struct dhcp6_msg m;
} lab;

static void on_send(void *self, const struct datagram *d)
{
	(void)self;
	lab.n_sent++;
	lab.sent = *d;
	ck_assert_uint_le(d->payload.len, sizeof(lab.bytes));
	memcpy(lab.bytes, d->payload.p, d->payload.len);
	ck_assert_int_eq(dhcp6_msg_decode(&lab.m, lab.bytes, d->payload.len), 0);
}

static void lab_init(void)
{
	lab = (struct lab){
		.cfg = { .enabled = true, .lease_s = 1000, .n_leases = 16 },
		.net = { .mac = { { 0x52, 0x55, 0x0a, 0, 2, 2 } },
			 .v6 = { .enabled = true,
				 .server = { { 0xfd, [15] = 2 } },
				 .prefix_len = 64,
				 .guest = first } },
	};
}

static void start(void)
{
	lab.journal = journal_new(NULL);
	lab.server = dhcp6_server_new(&lab.cfg, &lab.net, lab.journal);
}

static void lab_fini(void)
{
	dhcp6_server_free(lab.server);
	journal_free(lab.journal);
}

/* --- what a client sends --- */

static void begin(enum dhcp6_type type)
{
	lab.w = WR_INIT(lab.out, sizeof(lab.out));
	dhcp6_hdr_encode(&lab.w, type, XID);
}

static void add_hex(uint16_t code, const char *hex)
{
	uint8_t value[256];

	dhcp6_opt_encode(&lab.w, code, value, hex_parse(value, sizeof(value), hex));
}

static void add_ia(uint32_t iaid, const struct ip6_addr *a)
{
	uint8_t *ia = dhcp6_opt_open(&lab.w, DHCP6_OPT_IA_NA);
	struct dhcp6_iaaddr addr;

	wr_be32(&lab.w, iaid);
	wr_zeros(&lab.w, 8);
	if (a) {
		addr = (struct dhcp6_iaaddr){ .address = *a };
		dhcp6_iaaddr_encode(&lab.w, &addr);
	}
	dhcp6_opt_close(&lab.w, ia);
}

/* Return: whether there was an answer. */
static bool send_it(void)
{
	struct datagram_sink sink = { on_send, NULL };
	struct datagram d = {
		.src = ip_addr_v6(&client),
		.dst = ip_addr_v6(&ip6_dhcp_servers),
		.sport = DHCP6_PORT_CLIENT,
		.dport = DHCP6_PORT_SERVER,
		.mac = client_mac,
		.payload = { lab.out, sizeof(lab.out) - lab.w.left },
	};

	ck_assert(!lab.w.bad);
	lab.n_sent = 0;
	dhcp6_server_input(lab.server, lab.now_ns, &d, &sink);
	ck_assert_uint_le(lab.n_sent, 1);
	return lab.n_sent;
}

/* What most messages hold; @a NULL: no address in its IA. */
static bool say_as(const char *duid, enum dhcp6_type type, const struct ip6_addr *a)
{
	begin(type);
	add_hex(DHCP6_OPT_CLIENT_ID, duid);
	if (type == DHCP6_REQUEST || type == DHCP6_RENEW || type == DHCP6_RELEASE ||
	    type == DHCP6_DECLINE)
		add_hex(DHCP6_OPT_SERVER_ID, server_duid);
	add_ia(IAID, a);
	return send_it();
}

static bool say(enum dhcp6_type type, const struct ip6_addr *a)
{
	return say_as(client_duid, type, a);
}

/* --- what it is told --- */

static struct slice expect_option(uint16_t code)
{
	struct slice v = { 0 };

	ck_assert_msg(!dhcp6_opt_find(&v, &lab.m, code), "no option %u", code);
	return v;
}

static void expect_no_option(uint16_t code)
{
	struct slice v;

	ck_assert_msg(dhcp6_opt_find(&v, &lab.m, code) == DHCP6_E_NO_OPTION, "option %u", code);
}

static void expect_hex(struct slice v, const char *hex)
{
	uint8_t want[256];
	size_t len = hex_parse(want, sizeof(want), hex);

	ck_assert_uint_eq(v.len, len);
	ck_assert_mem_eq(v.p, want, len);
}

static void expect_answer(enum dhcp6_type type)
{
	ck_assert_msg(lab.n_sent == 1, "no answer; journal:\n%s", journal_lines(lab.journal));
	ck_assert_str_eq(dhcp6_type_name(lab.m.type), dhcp6_type_name(type));
	ck_assert_uint_eq(lab.m.xid, XID);
	expect_hex(expect_option(DHCP6_OPT_SERVER_ID), server_duid);
}

static struct dhcp6_ia expect_ia(void)
{
	struct dhcp6_ia ia;

	ck_assert_int_eq(dhcp6_ia_decode(&ia, expect_option(DHCP6_OPT_IA_NA)), 0);
	ck_assert_uint_eq(ia.iaid, IAID);
	return ia;
}

static void expect_address(const struct ip6_addr *want, uint32_t lifetime_s)
{
	struct dhcp6_ia ia = expect_ia();
	struct dhcp6_iaaddr a;

	ck_assert_int_eq(dhcp6_ia_find_address(&a, &ia), 0);
	ck_assert(ip6_equal(&a.address, want));
	ck_assert_uint_eq(a.valid_s, lifetime_s);
	ck_assert_uint_eq(a.preferred_s, lifetime_s);
}

static void expect_status_in(struct slice v, enum dhcp6_status want)
{
	struct rd r = RD_INIT(v.p, v.len);

	ck_assert_uint_eq(rd_be16(&r), want);
}

/* The IA has no address, and says why. */
static void expect_ia_status(enum dhcp6_status want)
{
	struct dhcp6_ia ia = expect_ia();
	struct rd r = RD_INIT(ia.options.p, ia.options.len);
	struct dhcp6_opt o;

	ck_assert(dhcp6_opt_next(&r, &o));
	ck_assert_uint_eq(o.code, DHCP6_OPT_STATUS);
	expect_status_in(o.value, want);
	ck_assert(!dhcp6_opt_next(&r, &o));
}

static void expect_ignored(const char *reason)
{
	g_autofree char *part = g_strdup_printf("\"reason\":\"%s\"", reason);

	ck_assert_uint_eq(lab.n_sent, 0);
	assert_journalled(lab.journal, 1, "dhcp6.ignored", part);
}

/* --- stateful --- */

START_TEST(a_client_gets_an_address)
{
	struct dhcp6_ia ia;

	lab_init();
	start();
	say(DHCP6_SOLICIT, NULL);
	expect_answer(DHCP6_ADVERTISE);
	expect_address(&first, 1000);
	expect_hex(expect_option(DHCP6_OPT_CLIENT_ID), client_duid);
	expect_no_option(DHCP6_OPT_PREFERENCE);
	expect_no_option(DHCP6_OPT_STATUS);
	assert_journalled(lab.journal, 0, "dhcp6.lease", "");

	say(DHCP6_REQUEST, &first);
	expect_answer(DHCP6_REPLY);
	expect_address(&first, 1000);
	ia = expect_ia();
	ck_assert_uint_eq(ia.t1_s, 500);
	ck_assert_uint_eq(ia.t2_s, 800);
	assert_journalled(lab.journal, 1, "dhcp6.lease", "\"address\":\"fd00::15\"");
	assert_journalled(lab.journal, 1, "dhcp6.lease", "\"expires_ns\":1000000000000");
	lab_fini();
}
END_TEST

START_TEST(answers_go_back_where_they_came_from)
{
	struct ip_addr to = ip_addr_v6(&client);

	lab_init();
	start();
	say(DHCP6_SOLICIT, NULL);
	ck_assert(ip_addr_equal(&lab.sent.dst, &to));
	ck_assert(lab.sent.mac_known && mac_equal(&lab.sent.mac, &client_mac));
	ck_assert_uint_eq(lab.sent.sport, 547);
	ck_assert_uint_eq(lab.sent.dport, 546);
	lab_fini();
}
END_TEST

START_TEST(leases_that_never_end)
{
	struct dhcp6_ia ia;

	lab_init();
	lab.cfg.lease_s = UINT32_MAX;
	start();
	say(DHCP6_REQUEST, NULL);
	expect_address(&first, UINT32_MAX);
	ia = expect_ia();
	ck_assert_uint_eq(ia.t1_s, UINT32_MAX);
	ck_assert_uint_eq(ia.t2_s, UINT32_MAX);
	assert_journalled(lab.journal, 0, "dhcp6.lease", "expires_ns");
	lab_fini();
}
END_TEST

START_TEST(each_client_has_its_own)
{
	lab_init();
	start();
	say(DHCP6_REQUEST, NULL);
	expect_address(&first, 1000);
	say_as(other_duid, DHCP6_REQUEST, NULL);
	expect_address(&second, 1000);
	say(DHCP6_REQUEST, NULL);
	expect_address(&first, 1000);
	lab_fini();
}
END_TEST

START_TEST(each_association_has_its_own)
{
	struct dhcp6_iaaddr a;
	struct dhcp6_ia ia;
	unsigned n = 0;

	lab_init();
	start();
	begin(DHCP6_SOLICIT);
	add_hex(DHCP6_OPT_CLIENT_ID, client_duid);
	add_ia(1, NULL);
	add_ia(2, NULL);
	send_it();
	for (size_t i = 0; i < lab.m.n_opts; i++) {
		if (lab.m.opts[i].code != DHCP6_OPT_IA_NA)
			continue;
		n++;
		ck_assert_int_eq(dhcp6_ia_decode(&ia, lab.m.opts[i].value), 0);
		ck_assert_uint_eq(ia.iaid, n);
		ck_assert_int_eq(dhcp6_ia_find_address(&a, &ia), 0);
		ck_assert(ip6_equal(&a.address, n == 1 ? &first : &second));
	}
	ck_assert_uint_eq(n, 2);
	lab_fini();
}
END_TEST

START_TEST(a_wish_is_granted)
{
	lab_init();
	start();
	say(DHCP6_SOLICIT, &second);
	expect_address(&second, 1000);
	say_as(other_duid, DHCP6_SOLICIT, &second);
	expect_address(&first, 1000);
	lab_fini();
}
END_TEST

START_TEST(no_address_is_left)
{
	lab_init();
	lab.cfg.n_leases = 1;
	start();
	say_as(other_duid, DHCP6_REQUEST, NULL);
	say(DHCP6_SOLICIT, NULL);
	expect_answer(DHCP6_ADVERTISE);
	expect_ia_status(DHCP6_STATUS_NO_ADDRS_AVAIL);
	say(DHCP6_REQUEST, &first);
	expect_answer(DHCP6_REPLY);
	expect_ia_status(DHCP6_STATUS_NO_ADDRS_AVAIL);
	assert_journalled(lab.journal, 2, "dhcp6.refused", "no address left");

	lab.now_ns = 1001 * SECOND; /* the other lease is over */
	say(DHCP6_SOLICIT, NULL);
	expect_address(&first, 1000);
	lab_fini();
}
END_TEST

/* The server's own address is never leased. */
START_TEST(the_servers_address_is_left_out)
{
	struct ip6_addr third = { { 0xfd, [15] = 3 } };

	lab_init();
	lab.net.v6.guest = lab.net.v6.server;
	start();
	say(DHCP6_SOLICIT, NULL);
	expect_address(&third, 1000);
	lab_fini();
}
END_TEST

START_TEST(an_address_of_another_network)
{
	lab_init();
	start();
	say(DHCP6_REQUEST, &elsewhere);
	expect_answer(DHCP6_REPLY);
	expect_ia_status(DHCP6_STATUS_NOT_ON_LINK);
	lab_fini();
}
END_TEST

START_TEST(a_hasty_client)
{
	lab_init();
	lab.cfg.rapid_commit = _i & 1;
	start();
	begin(DHCP6_SOLICIT);
	add_hex(DHCP6_OPT_CLIENT_ID, client_duid);
	if (_i & 2)
		dhcp6_opt_encode(&lab.w, DHCP6_OPT_RAPID_COMMIT, NULL, 0);
	add_ia(IAID, NULL);
	send_it();
	expect_answer(_i == 3 ? DHCP6_REPLY : DHCP6_ADVERTISE);
	expect_address(&first, 1000);
	if (_i == 3)
		expect_option(DHCP6_OPT_RAPID_COMMIT);
	else
		expect_no_option(DHCP6_OPT_RAPID_COMMIT);
	assert_journalled(lab.journal, _i == 3, "dhcp6.lease", "");
	lab_fini();
}
END_TEST

START_TEST(a_preference_is_advertised)
{
	lab_init();
	lab.cfg.preference = 255;
	start();
	say(DHCP6_SOLICIT, NULL);
	expect_hex(expect_option(DHCP6_OPT_PREFERENCE), "ff");
	say(DHCP6_REQUEST, NULL);
	expect_no_option(DHCP6_OPT_PREFERENCE);
	lab_fini();
}
END_TEST

static const enum dhcp6_type extensions[] = { DHCP6_RENEW, DHCP6_REBIND };

START_TEST(a_lease_is_extended)
{
	lab_init();
	start();
	say(DHCP6_REQUEST, NULL);
	lab.now_ns = 500 * SECOND;
	say(extensions[_i], &first);
	expect_answer(DHCP6_REPLY);
	expect_address(&first, 1000);
	assert_journalled(lab.journal, 1, "dhcp6.lease", "\"expires_ns\":1500000000000");
	lab_fini();
}
END_TEST

START_TEST(a_lease_that_is_not_known)
{
	lab_init();
	start();
	say(extensions[_i], &first);
	expect_answer(DHCP6_REPLY);
	expect_ia_status(DHCP6_STATUS_NO_BINDING);
	say(extensions[_i], &elsewhere);
	expect_address(&elsewhere, 0); /* to be used no more */
	lab_fini();
}
END_TEST

START_TEST(addresses_are_confirmed)
{
	lab_init();
	start();
	say(DHCP6_CONFIRM, &first);
	expect_answer(DHCP6_REPLY);
	expect_status_in(expect_option(DHCP6_OPT_STATUS), DHCP6_STATUS_SUCCESS);
	expect_no_option(DHCP6_OPT_IA_NA);
	say(DHCP6_CONFIRM, &elsewhere);
	expect_status_in(expect_option(DHCP6_OPT_STATUS), DHCP6_STATUS_NOT_ON_LINK);
	lab_fini();
}
END_TEST

START_TEST(a_lease_is_given_back)
{
	lab_init();
	lab.cfg.n_leases = 1;
	start();
	say(DHCP6_REQUEST, NULL);
	say(DHCP6_RELEASE, &first);
	expect_answer(DHCP6_REPLY);
	expect_status_in(expect_option(DHCP6_OPT_STATUS), DHCP6_STATUS_SUCCESS);
	expect_no_option(DHCP6_OPT_IA_NA);
	assert_journalled(lab.journal, 1, "dhcp6.released", "\"address\":\"fd00::15\"");
	say_as(other_duid, DHCP6_REQUEST, NULL);
	expect_address(&first, 1000);
	say(DHCP6_RELEASE, &first);
	expect_ia_status(DHCP6_STATUS_NO_BINDING);
	lab_fini();
}
END_TEST

START_TEST(an_address_is_declined)
{
	lab_init();
	start();
	say(DHCP6_REQUEST, NULL);
	say(DHCP6_DECLINE, &first);
	expect_answer(DHCP6_REPLY);
	assert_journalled(lab.journal, 1, "dhcp6.declined", "\"address\":\"fd00::15\"");
	say(DHCP6_REQUEST, NULL);
	expect_address(&second, 1000);
	say_as(other_duid, DHCP6_SOLICIT, &first);
	ck_assert(lab.n_sent);
	say_as(other_duid, DHCP6_DECLINE, &first);
	expect_ia_status(DHCP6_STATUS_NO_BINDING);
	lab_fini();
}
END_TEST

/* --- what else it tells --- */

static void ask(const char *oro)
{
	begin(DHCP6_INFORMATION_REQUEST);
	add_hex(DHCP6_OPT_CLIENT_ID, client_duid);
	if (oro)
		add_hex(DHCP6_OPT_ORO, oro);
	send_it();
}

static void configure(void)
{
	static char *params[] = { (char *)"one", (char *)"two=2", NULL };

	lab_init();
	lab.cfg.mode = DHCP6_STATELESS;
	lab.cfg.bootfile_url = "tftp://[fd00::2]/k";
	lab.cfg.bootfile_params = params;
	lab.cfg.dns = second;
	start();
}

START_TEST(what_is_asked_for_is_told)
{
	configure();
	ask("0017 0018 003b 003c");
	expect_answer(DHCP6_REPLY);
	expect_hex(expect_option(DHCP6_OPT_CLIENT_ID), client_duid);
	expect_hex(expect_option(DHCP6_OPT_DNS), "fd000000000000000000000000000016");
	expect_hex(expect_option(DHCP6_OPT_BOOTFILE_URL), "746674703a2f2f5b666430303a3a325d2f6b");
	expect_hex(expect_option(DHCP6_OPT_BOOTFILE_PARAM), "0003 6f6e65 0005 74776f3d32");
	expect_no_option(DHCP6_OPT_IA_NA);
	lab_fini();
}
END_TEST

START_TEST(nothing_else_is_told)
{
	configure();
	ask(_i ? "0018" : NULL);
	expect_answer(DHCP6_REPLY);
	expect_no_option(DHCP6_OPT_DNS);
	expect_no_option(DHCP6_OPT_BOOTFILE_URL);
	expect_no_option(DHCP6_OPT_BOOTFILE_PARAM);
	lab_fini();
}
END_TEST

START_TEST(what_there_is_not_is_not_told)
{
	lab_init();
	start();
	ask("0017 003b 003c");
	expect_answer(DHCP6_REPLY);
	expect_no_option(DHCP6_OPT_DNS);
	expect_no_option(DHCP6_OPT_BOOTFILE_URL);
	expect_no_option(DHCP6_OPT_BOOTFILE_PARAM);
	lab_fini();
}
END_TEST

START_TEST(a_client_without_a_name)
{
	configure();
	begin(DHCP6_INFORMATION_REQUEST);
	send_it();
	expect_answer(DHCP6_REPLY);
	expect_no_option(DHCP6_OPT_CLIENT_ID);
	lab_fini();
}
END_TEST

START_TEST(a_status_is_told_on_demand)
{
	lab_init();
	lab.cfg.status = DHCP6_STATUS_UNSPEC_FAIL;
	start();
	say(DHCP6_SOLICIT, NULL);
	expect_status_in(expect_option(DHCP6_OPT_STATUS), DHCP6_STATUS_UNSPEC_FAIL);
	expect_address(&first, 1000);
	ask(NULL);
	expect_status_in(expect_option(DHCP6_OPT_STATUS), DHCP6_STATUS_UNSPEC_FAIL);
	lab_fini();
}
END_TEST

START_TEST(an_answer_that_would_be_too_long)
{
	g_autofree char *url = g_strnfill(2000, 'x');

	lab_init();
	lab.cfg.bootfile_url = url;
	start();
	ask("003b");
	expect_ignored("the answer would be too long");
	lab_fini();
}
END_TEST

/* --- what is not answered --- */

#define CLIENT "0001 000a 00030001525400123456 "
#define SERVER "0002 000a 0003000152550a000202 "
#define OTHER "0002 000a 0003000152550a000203 "
#define IA "0003 000c 001234560000000000000000 "

static const struct {
	const char *in, *reason;
} ignored_rows[] = {
	{ "01", "malformed" },
	{ "00abcdef", "malformed" },
	{ "01abcdef 0001 0020 00", "malformed" },
	{ "01abcdef" IA, "no client identity" },
	{ "01abcdef 0001 0001 00" IA, "an option has a wrong length" },
	{ "01abcdef" CLIENT "0003 0004 00000001", "an option has a wrong length" },
	{ "01abcdef" CLIENT "000e 0001 00" IA, "an option has a wrong length" },
	{ "01abcdef" CLIENT SERVER IA, "names a server" },
	{ "03abcdef" CLIENT IA, "names no server" },
	{ "03abcdef" CLIENT OTHER IA, "for another server" },
	{ "04abcdef" CLIENT SERVER IA, "names a server" },
	{ "05abcdef" CLIENT OTHER IA, "for another server" },
	{ "06abcdef" CLIENT SERVER IA, "names a server" },
	{ "08abcdef" CLIENT IA, "names no server" },
	{ "09abcdef" CLIENT OTHER IA, "for another server" },
	{ "0babcdef" OTHER, "for another server" },
	{ "0babcdef" CLIENT IA, "asks for an address" },
	{ "02abcdef" CLIENT SERVER IA, "not a client's message" },
	{ "07abcdef" CLIENT SERVER IA, "not a client's message" },
	{ "0aabcdef" CLIENT SERVER, "not a client's message" },
	{ "0c00", "malformed" },
	{ "0c00fd00", "not a client's message" },
	{ "0d00fd00", "not a client's message" },
};

START_TEST(messages_are_ignored)
{
	uint8_t bytes[256];
	size_t len = hex_parse(bytes, sizeof(bytes), ignored_rows[_i].in);

	lab_init();
	start();
	lab.w = WR_INIT(lab.out, sizeof(lab.out));
	wr_bytes(&lab.w, bytes, len);
	send_it();
	expect_ignored(ignored_rows[_i].reason);
	lab_fini();
}
END_TEST

START_TEST(a_malformed_association_is_left_out)
{
	lab_init();
	start();
	begin(DHCP6_SOLICIT);
	add_hex(DHCP6_OPT_CLIENT_ID, client_duid);
	add_hex(DHCP6_OPT_IA_NA, "00000007 00000000 00000000 0005 0018 fd00");
	add_ia(IAID, NULL);
	send_it();
	expect_address(&first, 1000); /* of the good one */
	lab_fini();
}
END_TEST

START_TEST(stateless_means_no_addresses)
{
	configure();
	say(DHCP6_SOLICIT, NULL);
	expect_ignored("no addresses here");
	lab_fini();
}
END_TEST

START_TEST(a_server_that_is_off)
{
	lab_init();
	lab.cfg.enabled = false;
	start();
	say(DHCP6_SOLICIT, NULL);
	expect_ignored("disabled");
	lab_fini();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dhcp6");

	suite_add(s, a_client_gets_an_address);
	suite_add(s, answers_go_back_where_they_came_from);
	suite_add(s, leases_that_never_end);
	suite_add(s, each_client_has_its_own);
	suite_add(s, each_association_has_its_own);
	suite_add(s, a_wish_is_granted);
	suite_add(s, no_address_is_left);
	suite_add(s, the_servers_address_is_left_out);
	suite_add(s, an_address_of_another_network);
	suite_add_rows(s, a_hasty_client, 4);
	suite_add(s, a_preference_is_advertised);
	suite_add_rows(s, a_lease_is_extended, N_ROWS(extensions));
	suite_add_rows(s, a_lease_that_is_not_known, N_ROWS(extensions));
	suite_add(s, addresses_are_confirmed);
	suite_add(s, a_lease_is_given_back);
	suite_add(s, an_address_is_declined);
	suite_add(s, what_is_asked_for_is_told);
	suite_add_rows(s, nothing_else_is_told, 2);
	suite_add(s, what_there_is_not_is_not_told);
	suite_add(s, a_client_without_a_name);
	suite_add(s, a_status_is_told_on_demand);
	suite_add(s, an_answer_that_would_be_too_long);
	suite_add_rows(s, messages_are_ignored, N_ROWS(ignored_rows));
	suite_add(s, a_malformed_association_is_left_out);
	suite_add(s, stateless_means_no_addresses);
	suite_add(s, a_server_that_is_off);
	return suite_run(s);
}
