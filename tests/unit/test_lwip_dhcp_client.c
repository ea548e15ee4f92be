/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/dhcp_client: getting an address to boot with
 */
#include "firmware/lwip/dhcp_client.h"

#include <check.h>
#include <stdio.h>

#include "tests/support/lwip_dhcp.h"
#include "tests/support/suite.h"

#define S UINT64_C(1000000000)

enum {
	SERVER = 0x0a000202,
	OTHER = 0x0a000209,
	GUEST = 0x0a00020f,
};

static struct dhcp_client c;
static struct dhcp_out out;
static struct random rnd;
static uint64_t now;

static const struct dhcp_identity who = { .mac = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 } };

static void step(void)
{
	dhcp_client_step(&c, now, &out);
}

static void start(void)
{
	rnd.state = 1;
	now = 3 * S;
	dhcp_client_init(&c, &who, &rnd, now);
	step();
}

static uint8_t sent_type(void)
{
	return out.len ? out.buf[REPLY_FIXED + 2] : 0; /* option 53 comes first */
}

static uint32_t sent32(size_t at)
{
	return (uint32_t)out.buf[at] << 24 | (uint32_t)out.buf[at + 1] << 16 |
	       (uint32_t)out.buf[at + 2] << 8 | out.buf[at + 3];
}

static unsigned sent_secs(void)
{
	return (unsigned)(out.buf[8] << 8 | out.buf[9]);
}

static void input(const struct reply *r)
{
	dhcp_client_input(&c, now, r->buf, r->len, &out);
}

static void reply(uint8_t type, uint32_t server, uint32_t yiaddr, uint32_t siaddr, const char *more)
{
	char options[256];
	struct reply r;

	snprintf(options, sizeof(options), "3501%02x 3604%08x %s ff", type, server, more);
	r = reply_make(c.xid, yiaddr, siaddr, options);
	input(&r);
}

static void offer(void)
{
	reply(DHCP_OFFER, SERVER, GUEST, SERVER, "");
}

static void ack(const char *more)
{
	reply(DHCP_ACK, SERVER, GUEST, SERVER, more);
}

static void wait_deadline(void)
{
	ck_assert(c.deadline_ns != UINT64_MAX && c.deadline_ns >= now);
	now = c.deadline_ns;
	step();
}

START_TEST(four_messages)
{
	uint32_t xid;

	start();
	ck_assert_uint_eq(sent_type(), DHCP_DISCOVER);
	ck_assert_uint_eq(out.dst, 0xffffffff);
	xid = sent32(4);
	now += S / 10;
	offer();
	ck_assert_uint_eq(sent_type(), DHCP_REQUEST);
	ck_assert_uint_eq(out.dst, 0xffffffff);
	ck_assert_uint_eq(sent32(4), xid);
	ack("3304 00015180");
	ck_assert(out.bound && !out.len);
	ck_assert_int_eq(c.state, DHCP_STATE_BOUND);
	ck_assert_uint_eq(c.lease.yiaddr, GUEST);
	ck_assert_uint_eq(c.deadline_ns, now + 43200 * S);
}
END_TEST

/* RFC 2131 4.1: doubled each time, up to 64 s, give or take one second. */
START_TEST(backoff)
{
	static const unsigned seconds[] = { 4, 8, 16, 32, 64 };
	uint64_t begin;
	bool exact = true;

	start();
	begin = now;
	for (unsigned i = 0; i < 5; i++) {
		uint64_t before = now;

		ck_assert_uint_eq(sent_type(), DHCP_DISCOVER);
		ck_assert_uint_eq(sent_secs(), (before - begin) / S);
		wait_deadline();
		ck_assert_uint_ge(now - before, (seconds[i] - 1) * S);
		ck_assert_uint_le(now - before, (seconds[i] + 1) * S);
		exact = exact && (now - before) % S == 0;
	}
	ck_assert(!exact); /* it is random */
	ck_assert_int_eq(c.state, DHCP_STATE_FAILED);
	ck_assert_uint_eq(out.len, 0);
	ck_assert_uint_eq(c.deadline_ns, UINT64_MAX);
}
END_TEST

START_TEST(lost_ack)
{
	uint32_t xid;

	start();
	wait_deadline(); /* secs is not 0 */
	offer();
	xid = sent32(4);
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP_REQUEST);
	ck_assert_uint_eq(sent32(4), xid);
	ck_assert_uint_ge(sent_secs(), 3); /* that of the DISCOVER, still */
	ck_assert_uint_le(sent_secs(), 5);
	ack("");
	ck_assert_int_eq(c.state, DHCP_STATE_BOUND);
	ck_assert_uint_eq(c.deadline_ns, UINT64_MAX); /* no lease time: for ever */
}
END_TEST

START_TEST(no_ack_at_all_begins_again)
{
	start();
	offer();
	for (unsigned i = 0; i < 4; i++) {
		ck_assert_uint_eq(sent_type(), DHCP_REQUEST);
		wait_deadline();
	}
	ck_assert_uint_eq(out.len, 0);
	ck_assert_int_eq(c.state, DHCP_STATE_INIT);
	step();
	ck_assert_uint_eq(sent_type(), DHCP_DISCOVER);
}
END_TEST

START_TEST(nak_begins_again)
{
	uint32_t xid;

	start();
	xid = c.xid;
	offer();
	reply(DHCP_NAK, OTHER, 0, 0, "");
	ck_assert_int_eq(c.state, DHCP_STATE_REQUESTING); /* not the server that we asked */
	reply(DHCP_NAK, SERVER, 0, 0, "");
	ck_assert_int_eq(c.state, DHCP_STATE_INIT);
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP_DISCOVER);
	ck_assert_uint_ne(c.xid, xid);
	offer();
	ack("");
	ck_assert_int_eq(c.state, DHCP_STATE_BOUND);
}
END_TEST

START_TEST(naks_for_ever)
{
	uint64_t begin;
	unsigned n = 0;

	start();
	begin = now;
	while (c.state != DHCP_STATE_FAILED && n < 100) {
		if (c.state == DHCP_STATE_INIT)
			wait_deadline();
		offer();
		reply(DHCP_NAK, SERVER, 0, 0, "");
		n++;
	}
	ck_assert_uint_eq(n, 5);
	ck_assert_uint_ge(now - begin, 4 * S); /* not a flood */
}
END_TEST

START_TEST(nak_of_a_discover_is_ignored)
{
	start();
	reply(DHCP_NAK, SERVER, 0, 0, "");
	ck_assert_int_eq(c.state, DHCP_STATE_SELECTING);
}
END_TEST

START_TEST(one_request_for_many_offers)
{
	start();
	offer();
	ck_assert_uint_eq(sent_type(), DHCP_REQUEST);
	offer();
	ck_assert_uint_eq(out.len, 0);
	reply(DHCP_OFFER, OTHER, GUEST + 1, OTHER, "");
	ck_assert_uint_eq(out.len, 0);
	ck_assert_uint_eq(c.offer.server_id, SERVER);
}
END_TEST

START_TEST(an_offer_that_says_how_to_boot_is_better)
{
	start();
	reply(DHCP_OFFER, OTHER, GUEST + 1, 0, "");
	ck_assert_uint_eq(out.len, 0); /* waits a moment */
	now += S / 10;
	offer();
	ck_assert_uint_eq(sent_type(), DHCP_REQUEST);
	ck_assert_uint_eq(c.offer.server_id, SERVER);
}
END_TEST

START_TEST(an_offer_that_does_not_is_better_than_none)
{
	uint64_t before;

	start();
	before = now;
	reply(DHCP_OFFER, OTHER, GUEST + 1, 0, "");
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP_REQUEST);
	ck_assert_uint_le(now - before, S);
	ck_assert_uint_eq(c.offer.server_id, OTHER);
}
END_TEST

static const struct {
	const char *what;
	uint8_t type;
	uint32_t server, yiaddr;
} bad_offer_rows[] = {
	{ "no address: a proxy", DHCP_OFFER, SERVER, 0 },
	{ "the broadcast address", DHCP_OFFER, SERVER, 0xffffffff },
	{ "the loopback", DHCP_OFFER, SERVER, 0x7f000001 },
	{ "a group", DHCP_OFFER, SERVER, 0xe0000001 },
	{ "no server", DHCP_OFFER, 0, GUEST },
	{ "an ACK", DHCP_ACK, SERVER, GUEST },
	{ "a client's message", DHCP_REQUEST, SERVER, GUEST },
	{ "an unknown type", 13, SERVER, GUEST },
};

START_TEST(bad_offers)
{
	start();
	reply(bad_offer_rows[_i].type, bad_offer_rows[_i].server, bad_offer_rows[_i].yiaddr, SERVER,
	      "");
	ck_assert_msg(c.state == DHCP_STATE_SELECTING && !out.len, "%s", bad_offer_rows[_i].what);
	offer();
	ck_assert_uint_eq(sent_type(), DHCP_REQUEST);
}
END_TEST

START_TEST(somebody_elses_messages)
{
	struct reply r;

	start();
	r = reply_make(c.xid + 1, GUEST, SERVER, "350102 36040a000202 ff");
	input(&r);
	ck_assert_uint_eq(out.len, 0);
	r = reply_make(c.xid, GUEST, SERVER, "350102 36040a000202 ff");
	r.buf[28 + 5] ^= 1; /* another card */
	input(&r);
	ck_assert_uint_eq(out.len, 0);
}
END_TEST

START_TEST(ack_of_another_server)
{
	start();
	offer();
	reply(DHCP_ACK, OTHER, GUEST + 1, OTHER, "");
	ck_assert_int_eq(c.state, DHCP_STATE_REQUESTING);
	ack("");
	ck_assert_uint_eq(c.lease.yiaddr, GUEST);
}
END_TEST

START_TEST(the_ack_counts_not_the_offer)
{
	start();
	reply(DHCP_OFFER, SERVER, GUEST, SERVER, "4301 61");
	reply(DHCP_ACK, SERVER, GUEST + 1, OTHER, "4301 62");
	ck_assert_uint_eq(c.lease.yiaddr, GUEST + 1);
	ck_assert_uint_eq(c.lease.siaddr, OTHER);
	ck_assert_str_eq(c.lease.bootfile, "b");
}
END_TEST

START_TEST(renewal)
{
	start();
	offer();
	ack("3304 00000e10");
	ck_assert_uint_eq(c.deadline_ns - now, 1800 * S);
	wait_deadline();
	ck_assert_uint_eq(sent_type(), DHCP_REQUEST);
	ck_assert_uint_eq(out.dst, SERVER);
	ck_assert_uint_eq(sent32(12), GUEST); /* ciaddr */
	ck_assert_int_eq(c.state, DHCP_STATE_RENEWING);
	while (c.state == DHCP_STATE_RENEWING)
		wait_deadline();
	ck_assert_int_eq(c.state, DHCP_STATE_REBINDING);
	ck_assert_uint_eq(out.dst, 0xffffffff);
	ck_assert_uint_ge(now, c.t2_ns);
	reply(DHCP_ACK, OTHER, GUEST, SERVER, "3304 00000e10");
	ck_assert(out.bound);
	ck_assert_int_eq(c.state, DHCP_STATE_BOUND);
	ck_assert_uint_eq(c.deadline_ns - now, 1800 * S);
}
END_TEST

START_TEST(short_lease)
{
	start();
	offer();
	ack("3304 00000004");
	ck_assert_uint_eq(c.deadline_ns - now, 2 * S);
	wait_deadline();
	ck_assert_int_eq(c.state, DHCP_STATE_RENEWING);
	ck_assert_uint_eq(out.dst, SERVER);
	wait_deadline();
	ck_assert_int_eq(c.state, DHCP_STATE_REBINDING);
}
END_TEST

START_TEST(explicit_times)
{
	start();
	offer();
	ack("3304 0000003c 3a0400000005 3b040000000a");
	ck_assert_uint_eq(c.t1_ns - now, 5 * S);
	ck_assert_uint_eq(c.t2_ns - now, 10 * S);
	ck_assert_uint_eq(c.expiry_ns - now, 60 * S);
}
END_TEST

START_TEST(lease_runs_out)
{
	uint64_t expiry;
	unsigned n = 0;

	start();
	offer();
	ack("3304 00000e10");
	expiry = c.expiry_ns;
	for (; c.state != DHCP_STATE_FAILED && n < 100; n++)
		wait_deadline();
	ck_assert_uint_eq(now, expiry);
	ck_assert_uint_le(n, 60); /* no more than one a minute */
}
END_TEST

START_TEST(lease_for_ever_and_for_no_time)
{
	start();
	offer();
	ack("3304 ffffffff");
	ck_assert_uint_eq(c.deadline_ns, UINT64_MAX);
	start();
	offer();
	ack("3304 00000000");
	step();
	ck_assert_int_eq(c.state, DHCP_STATE_FAILED);
	start();
	offer();
	ack("3304 00000001"); /* and not a message for each moment of it */
	ck_assert_uint_eq(c.deadline_ns - now, S);
}
END_TEST

START_TEST(nak_of_a_renewal_ends_it)
{
	start();
	offer();
	ack("3304 00000e10");
	wait_deadline();
	reply(DHCP_NAK, SERVER, 0, 0, "");
	ck_assert_int_eq(c.state, DHCP_STATE_FAILED);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_dhcp_client");

	suite_add(s, four_messages);
	suite_add(s, backoff);
	suite_add(s, lost_ack);
	suite_add(s, no_ack_at_all_begins_again);
	suite_add(s, nak_begins_again);
	suite_add(s, naks_for_ever);
	suite_add(s, nak_of_a_discover_is_ignored);
	suite_add(s, one_request_for_many_offers);
	suite_add(s, an_offer_that_says_how_to_boot_is_better);
	suite_add(s, an_offer_that_does_not_is_better_than_none);
	suite_add_rows(s, bad_offers, N_ROWS(bad_offer_rows));
	suite_add(s, somebody_elses_messages);
	suite_add(s, ack_of_another_server);
	suite_add(s, the_ack_counts_not_the_offer);
	suite_add(s, renewal);
	suite_add(s, short_lease);
	suite_add(s, explicit_times);
	suite_add(s, lease_runs_out);
	suite_add(s, lease_for_ever_and_for_no_time);
	suite_add(s, nak_of_a_renewal_ends_it);
	return suite_run(s);
}
