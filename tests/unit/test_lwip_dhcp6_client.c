/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/dhcp6_client: an address and a boot file by DHCPv6
 */
#include "firmware/lwip/dhcp6_client.h"

#include <check.h>
#include <stdio.h>

#include "tests/support/lwip_dhcp6.h"
#include "tests/support/suite.h"

#define S UINT64_C(1000000000)

#define LEASE IA6("00000064", "000000c8", "0000012c", "00000190") /* 100, 200, 300, 400 s */
#define REFUSED "000d0002 0002 "
#define FAILED "000d0002 0001 "

static struct dhcp6_client c;
static struct dhcp6_out out;
static struct random rnd;
static uint64_t now;

static const struct dhcp_identity who = { .mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };

static void step(void)
{
	dhcp6_client_step(&c, now, &out);
}

static void wait_deadline(void)
{
	ck_assert(c.deadline_ns != UINT64_MAX && c.deadline_ns >= now);
	now = c.deadline_ns;
	step();
}

/* And send the first message. */
static void start(bool wants_address, bool rapid_commit)
{
	rnd.state = 1;
	now = 3 * S;
	dhcp6_client_init(&c, &who, &rnd, wants_address, rapid_commit, now);
	step();
	ck_assert_uint_eq(out.len, 0);
	ck_assert(c.deadline_ns <= now + S); /* SOL_MAX_DELAY, INF_MAX_DELAY */
	wait_deadline();
}

static unsigned sent_type(void)
{
	return out.len ? out.buf[0] : 0;
}

static uint32_t sent_xid(void)
{
	return (uint32_t)out.buf[1] << 16 | (uint32_t)out.buf[2] << 8 | out.buf[3];
}

/* Return: the value of an option that was sent, NULL: it was not. */
static const uint8_t *sent_option(unsigned code)
{
	for (size_t at = 4; at + 4 <= out.len; at += 4u + out.buf[at + 2] * 256u + out.buf[at + 3])
		if (out.buf[at] * 256u + out.buf[at + 1] == code)
			return out.buf + at + 4;
	return NULL;
}

static unsigned sent_elapsed(void)
{
	const uint8_t *p = sent_option(8);

	return p[0] * 256u + p[1];
}

static void reply(uint8_t type, const char *options)
{
	struct message6 m = message6_make(type, c.xid, options);

	dhcp6_client_input(&c, now, m.buf, m.len, &out);
}

START_TEST(four_messages)
{
	uint32_t xid;

	start(true, false);
	ck_assert_uint_eq(sent_type(), DHCP6_SOLICIT);
	ck_assert(sent_option(3) && !sent_option(2) && !sent_option(14));
	xid = sent_xid();
	reply(DHCP6_ADVERTISE, CLIENT6_ID SERVER6_ID LEASE);
	ck_assert_uint_eq(sent_type(), 0); /* a better one may come */
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP6_REQUEST);
	ck_assert_uint_ne(sent_xid(), xid);
	ck_assert_uint_eq(sent_elapsed(), 0);
	ck_assert_uint_eq(sent_option(2)[9], 2);
	reply(DHCP6_REPLY, CLIENT6_ID SERVER6_ID LEASE URL6);
	ck_assert(out.bound && !out.len);
	ck_assert_int_eq(c.state, DHCP6_STATE_BOUND);
	ck_assert_str_eq(c.lease.url, "tftp://");
	ck_assert_uint_eq(c.deadline_ns, now + 100 * S);
}
END_TEST

START_TEST(two_messages)
{
	start(false, true);
	ck_assert_uint_eq(sent_type(), DHCP6_INFORMATION_REQUEST);
	ck_assert(!sent_option(3) && !sent_option(14));
	reply(DHCP6_REPLY, CLIENT6_ID SERVER6_ID URL6);
	ck_assert(out.bound && !out.len);
	ck_assert_uint_eq(c.deadline_ns, UINT64_MAX);
}
END_TEST

START_TEST(rapid_commit)
{
	start(true, true);
	ck_assert(sent_option(14));
	reply(DHCP6_REPLY, CLIENT6_ID SERVER6_ID LEASE); /* it does not say that it is one */
	ck_assert(!out.bound);
	reply(DHCP6_REPLY, CLIENT6_ID SERVER6_ID LEASE "000e0000");
	ck_assert(out.bound);
	start(true, false);
	reply(DHCP6_REPLY, CLIENT6_ID SERVER6_ID LEASE "000e0000"); /* not asked for */
	ck_assert(!out.bound);
}
END_TEST

/* RFC 8415 15: RT doubles with a tenth more or less, up to MRT; the first of a Solicit is longer.
 */
START_TEST(repeats)
{
	uint64_t begin, last, wait = 0;
	uint32_t xid;

	start(true, false);
	begin = last = now;
	xid = sent_xid();
	for (unsigned i = 1; i < 7; i++) {
		wait_deadline();
		ck_assert_uint_eq(sent_type(), DHCP6_SOLICIT);
		ck_assert_uint_eq(sent_xid(), xid);
		ck_assert_uint_eq(sent_elapsed(), (now - begin) / (S / 100));
		if (i == 1) {
			ck_assert(now - last > S && now - last <= S * 11 / 10);
		} else {
			ck_assert_uint_ge(now - last, wait * 19 / 10);
			ck_assert_uint_le(now - last, wait * 21 / 10);
		}
		wait = now - last;
		last = now;
	}
	wait_deadline();
	ck_assert_uint_eq(sent_type(), 0);
	ck_assert_int_eq(c.state, DHCP6_STATE_FAILED);
	ck_assert_uint_eq(c.deadline_ns, UINT64_MAX);
}
END_TEST

START_TEST(a_request_is_repeated_up_to_30_s)
{
	uint64_t last;

	start(true, false);
	reply(DHCP6_ADVERTISE, CLIENT6_ID SERVER6_ID LEASE "00070001ff");
	ck_assert_uint_eq(sent_type(), DHCP6_REQUEST);
	for (unsigned i = 1; i < 10; i++) {
		last = now;
		wait_deadline();
		ck_assert_uint_eq(sent_type(), DHCP6_REQUEST);
	}
	ck_assert_uint_ge(now - last, 27 * S);
	ck_assert_uint_le(now - last, 33 * S);
	wait_deadline();
	ck_assert_uint_eq(sent_type(), 0);
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP6_SOLICIT);
}
END_TEST

START_TEST(server_tells_how_rarely_to_solicit)
{
	start(true, false);
	reply(DHCP6_ADVERTISE, CLIENT6_ID SERVER6_ID REFUSED "00520004 0000003c");
	ck_assert_uint_eq(c.sol_max_ns, 60 * S);
	c.n_sent = 5;
	c.wait_ns = 50 * S;
	now = c.deadline_ns;
	step();
	ck_assert_uint_ge(c.wait_ns, 54 * S);
	ck_assert_uint_le(c.wait_ns, 66 * S);
}
END_TEST

static const struct {
	const char *what, *first, *second;
	unsigned last_byte; /* of the chosen server's DUID */
} choice_rows[] = {
	{ "the first of two that are alike", SERVER6_ID, OTHER6_ID, 2 },
	{ "the higher preference", SERVER6_ID, OTHER6_ID "0007000101", 9 },
	{ "the higher preference, though it names no boot file", SERVER6_ID URL6,
	  OTHER6_ID "0007000101", 9 },
	{ "the one that names a boot file", SERVER6_ID, OTHER6_ID URL6, 9 },
	{ "not the one that refuses", SERVER6_ID, OTHER6_ID "0007000101" REFUSED, 2 },
};

START_TEST(chooses)
{
	char options[512];

	start(true, false);
	snprintf(options, sizeof(options), CLIENT6_ID LEASE "%s", choice_rows[_i].first);
	reply(DHCP6_ADVERTISE, options);
	snprintf(options, sizeof(options), CLIENT6_ID LEASE "%s", choice_rows[_i].second);
	reply(DHCP6_ADVERTISE, options);
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP6_REQUEST);
	ck_assert_msg(sent_option(2)[9] == choice_rows[_i].last_byte, "%s", choice_rows[_i].what);
}
END_TEST

/* RFC 8415 18.2.1: after the first wait there is none. */
START_TEST(a_late_offer_is_taken_at_once)
{
	start(true, false);
	wait_deadline();
	reply(DHCP6_ADVERTISE, CLIENT6_ID SERVER6_ID LEASE);
	ck_assert_uint_eq(sent_type(), DHCP6_REQUEST);
}
END_TEST

static const struct {
	const char *what;
	uint8_t type;
	const char *options;
} ignored_rows[] = {
	{ "another client's", DHCP6_REPLY, "0001000a 00030001 525400123457" SERVER6_ID LEASE },
	{ "nobody's", DHCP6_REPLY, SERVER6_ID LEASE },
	{ "from nobody", DHCP6_REPLY, CLIENT6_ID LEASE },
	{ "from another server", DHCP6_REPLY, CLIENT6_ID OTHER6_ID LEASE },
	{ "an Advertise", DHCP6_ADVERTISE, CLIENT6_ID SERVER6_ID LEASE },
	{ "UnspecFail", DHCP6_REPLY, CLIENT6_ID SERVER6_ID LEASE FAILED },
	{ "UseMulticast", DHCP6_REPLY, CLIENT6_ID SERVER6_ID "000d0002 0005" },
};

START_TEST(is_no_answer)
{
	uint64_t deadline;

	start(true, false);
	reply(DHCP6_ADVERTISE, CLIENT6_ID SERVER6_ID LEASE "00070001ff");
	deadline = c.deadline_ns;
	reply(ignored_rows[_i].type, ignored_rows[_i].options);
	ck_assert_msg(!out.bound && !out.len, "%s", ignored_rows[_i].what);
	ck_assert_msg(c.state == DHCP6_STATE_REQUESTING, "%s", ignored_rows[_i].what);
	ck_assert_uint_eq(c.deadline_ns, deadline);
	reply(DHCP6_REPLY, CLIENT6_ID SERVER6_ID LEASE);
	ck_assert(out.bound);
}
END_TEST

START_TEST(another_transaction_is_not_ours)
{
	struct message6 m;

	start(false, false);
	m = message6_make(DHCP6_REPLY, c.xid ^ 1, CLIENT6_ID SERVER6_ID);
	dhcp6_client_input(&c, now, m.buf, m.len, &out);
	ck_assert(!out.bound);
	reply(DHCP6_REPLY, CLIENT6_ID); /* neither is a server that does not say who it is */
	ck_assert(!out.bound);
}
END_TEST

/* It asks anew, and not for ever. */
START_TEST(refusals_come_to_an_end)
{
	unsigned n = 0;

	start(true, false);
	while (c.state != DHCP6_STATE_FAILED) {
		ck_assert_uint_lt(n++, 10);
		ck_assert_uint_eq(sent_type(), DHCP6_SOLICIT);
		reply(DHCP6_ADVERTISE, CLIENT6_ID SERVER6_ID LEASE "00070001ff");
		ck_assert_uint_eq(sent_type(), DHCP6_REQUEST);
		reply(DHCP6_REPLY, CLIENT6_ID SERVER6_ID REFUSED);
		if (c.state != DHCP6_STATE_FAILED)
			wait_deadline();
	}
	ck_assert_uint_eq(n, 5);
}
END_TEST

START_TEST(nothing_is_taken_before_something_is_asked)
{
	rnd.state = 1;
	dhcp6_client_init(&c, &who, &rnd, true, true, now);
	reply(DHCP6_REPLY, CLIENT6_ID SERVER6_ID LEASE "000e0000");
	ck_assert(!out.bound);
	reply(DHCP6_ADVERTISE, CLIENT6_ID SERVER6_ID LEASE "00070001ff");
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

static void lease(const char *ia)
{
	char options[512];

	start(true, true);
	snprintf(options, sizeof(options), CLIENT6_ID SERVER6_ID "000e0000 %s", ia);
	reply(DHCP6_REPLY, options);
	ck_assert(out.bound);
}

START_TEST(renews)
{
	lease(LEASE);
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP6_RENEW);
	ck_assert(sent_option(2) && sent_option(3) && !sent_option(14));
	ck_assert_uint_ge(c.deadline_ns, now + 9 * S);
	reply(DHCP6_REPLY, CLIENT6_ID SERVER6_ID LEASE);
	ck_assert(out.bound);
	ck_assert_uint_eq(c.deadline_ns, now + 100 * S);
}
END_TEST

START_TEST(rebinds_and_ends)
{
	uint64_t begin;
	unsigned n = 0;

	lease(LEASE);
	begin = now;
	while (c.state != DHCP6_STATE_FAILED) {
		ck_assert_uint_lt(n++, 40);
		wait_deadline();
		if (now < begin + 200 * S)
			ck_assert_uint_eq(sent_type(), DHCP6_RENEW);
		else if (now < begin + 400 * S)
			ck_assert(sent_type() == DHCP6_REBIND && !sent_option(2));
	}
	ck_assert_uint_eq(now, begin + 400 * S);
	ck_assert_uint_eq(c.deadline_ns, UINT64_MAX);
}
END_TEST

START_TEST(declines)
{
	uint64_t begin;

	lease(LEASE);
	dhcp6_client_decline(&c, now, &out);
	ck_assert_uint_eq(sent_type(), DHCP6_DECLINE);
	ck_assert_uint_eq(sent_option(2)[9], 2);
	ck_assert_uint_eq(sent_option(3)[31], 0x15);
	ck_assert(!sent_option(6) && !sent_option(14) && !out.bound);
	begin = now;
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP6_DECLINE);
	ck_assert_uint_eq(sent_elapsed(), (now - begin) / (S / 100));
	reply(DHCP6_REPLY, CLIENT6_ID OTHER6_ID);
	ck_assert_int_eq(c.state, DHCP6_STATE_DECLINING);
	reply(DHCP6_REPLY, CLIENT6_ID SERVER6_ID "000d0002 0003"); /* it never heard of it */
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP6_SOLICIT);
	ck_assert(!sent_option(2));
	dhcp6_client_decline(&c, now, &out);
	ck_assert_uint_eq(sent_type(), 0);
}
END_TEST

START_TEST(declines_four_times)
{
	unsigned n = 1;

	lease(LEASE);
	dhcp6_client_decline(&c, now, &out);
	while (c.state == DHCP6_STATE_DECLINING && n < 10) {
		wait_deadline();
		n += sent_type() == DHCP6_DECLINE;
	}
	ck_assert_uint_eq(n, 4);
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP6_SOLICIT);
}
END_TEST

static const struct {
	const char *what, *ia;
	uint64_t t1_s, t2_s; /* 0: never */
} time_rows[] = {
	{ "as the server says", LEASE, 100, 200 },
	{ "ours: 0.5 and 0.8", IA6("00000000", "00000000", "00000064", "000000c8"), 50, 80 },
	{ "not preferred at all", IA6("00000000", "00000000", "00000000", "00000064"), 50, 80 },
	{ "for ever", IA6("00000000", "00000000", "ffffffff", "ffffffff"), 0, 0 },
	{ "never behind the end", IA6("00000064", "000000c8", "0000000a", "0000000a"), 10, 10 },
	{ "T1 alone", IA6("0000005a", "00000000", "00000064", "000000c8"), 90, 90 },
};

START_TEST(has_times)
{
	lease(time_rows[_i].ia);
	ck_assert_msg(c.t1_ns == (time_rows[_i].t1_s ? now + time_rows[_i].t1_s * S : UINT64_MAX),
		      "%s", time_rows[_i].what);
	ck_assert_msg(c.t2_ns == (time_rows[_i].t2_s ? now + time_rows[_i].t2_s * S : UINT64_MAX),
		      "%s", time_rows[_i].what);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_dhcp6_client");

	suite_add(s, four_messages);
	suite_add(s, two_messages);
	suite_add(s, rapid_commit);
	suite_add(s, repeats);
	suite_add(s, a_request_is_repeated_up_to_30_s);
	suite_add(s, server_tells_how_rarely_to_solicit);
	suite_add_rows(s, chooses, N_ROWS(choice_rows));
	suite_add(s, a_late_offer_is_taken_at_once);
	suite_add_rows(s, is_no_answer, N_ROWS(ignored_rows));
	suite_add(s, another_transaction_is_not_ours);
	suite_add(s, refusals_come_to_an_end);
	suite_add(s, nothing_is_taken_before_something_is_asked);
	suite_add(s, renews);
	suite_add(s, rebinds_and_ends);
	suite_add(s, declines);
	suite_add(s, declines_four_times);
	suite_add_rows(s, has_times, N_ROWS(time_rows));
	return suite_run(s);
}
