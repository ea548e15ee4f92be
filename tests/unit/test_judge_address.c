/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_address and judge_dns: subnets, addresses that are taken, answers about names
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_entry.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING

#define ROUTER 0x0a0002feu
#define AWAY 0x0a090909u
#define OTHER_HOST 0x0a00024du

enum {
	ACK = 3, /* of entry_lease() */
	DNS = 53,
	GUEST_PORT = 4711,
};

static struct boot_script b;

static const struct entry_end booted = { ENTRY_REPORT, "payload", true };
static const struct entry_end stopped = { NULL, "gave-up", false };

static void add_arp(bool to_guest, uint16_t op, uint32_t spa, uint32_t tpa)
{
	struct arp a = { .op = op, .sha = wire_guest_mac, .spa = spa, .tpa = tpa };
	struct eth_hdr eth = { .dst = mac_broadcast, .src = wire_guest_mac, .type = ETH_TYPE_ARP };
	struct boot_frame *f = boot_add(&b, BOOT_GUEST, 1, BOOT_SERVER, 1, NULL, 0);
	struct wr w = WR_INIT(f->f.buf, sizeof(f->f.buf));

	f->to_guest = to_guest;
	eth_encode(&w, &eth);
	arp_encode(&w, &a);
	f->f.len = sizeof(f->f.buf) - w.left;
}

/* A lease of 10.0.2.0/24, whose boot server is in another network. */
static void lease(bool router)
{
	entry_lease(&b);
	boot_edit(&b, ACK,
		  router ? "payload+20=0a090909;350105>3501050104ffffff0003040a0002fe"
			 : "payload+20=0a090909;350105>3501050104ffffff00");
}

START_TEST(another_subnet)
{
	static const char id[] = "arp.offlink.via-router";

	lease(true);
	entry_assert(entry_trace(&b, &stopped), id, BROKEN, "it asks nobody");
	add_arp(false, ARP_REQUEST, BOOT_GUEST, ROUTER);
	entry_assert(entry_trace(&b, &stopped), id, BROKEN, "and sends nothing");
	boot_add(&b, BOOT_GUEST, 2001, AWAY, 69, (const uint8_t *)"\0\1a\0octet", 10);
	entry_assert(entry_trace(&b, &stopped), id, KEPT, "it asks for the router");
	add_arp(false, ARP_REQUEST, BOOT_GUEST, AWAY);
	entry_assert(entry_trace(&b, &stopped), id, BROKEN, "and for the host");
	lease(false);
	entry_assert(entry_trace(&b, &stopped), id, NOTHING, "there is no router");
	entry_lease(&b);
	entry_assert(entry_trace(&b, &stopped), id, NOTHING, "the server is near");
}
END_TEST

START_TEST(no_router)
{
	static const char stops[] = "arp.offlink.no-router", obeys[] = "arp.mask.without-router";

	lease(false);
	entry_assert(entry_trace(&b, &stopped), stops, KEPT, "it stops");
	entry_assert(entry_trace(&b, &stopped), obeys, KEPT, "it asks nobody");
	entry_assert(entry_trace(&b, &(struct entry_end){ NULL, "hang", false }), stops, BROKEN,
		     "it waits");
	add_arp(false, ARP_REQUEST, BOOT_GUEST, AWAY);
	entry_assert(entry_trace(&b, &stopped), obeys, BROKEN, "it asks for the host");
	lease(true);
	entry_assert(entry_trace(&b, &stopped), stops, NOTHING, "there is a router");
	entry_assert(entry_trace(&b, &stopped), obeys, NOTHING, "there is a router");
}
END_TEST

/* A DECLINE as it should be, but for @edits. */
static unsigned decline(const char *edits)
{
	boot_dhcp(&b, DHCP_DECLINE);
	boot_edit(&b, b.n - 1, "36040a000202>36040a00020232040a00020f;370401034243>");
	if (edits)
		boot_edit(&b, b.n - 1, edits);
	return b.n - 1;
}

START_TEST(fields_of_decline)
{
	static const struct {
		const char *edits;
		enum judge_saw saw;
	} cases[] = {
		{ NULL, KEPT },
		{ "payload+12=0a00020f", BROKEN },
		{ "ip+16=0a000202", BROKEN },
		{ "32040a00020f>", BROKEN },
		{ "36040a000202>", BROKEN },
		{ "36040a000202>36040a000202370101", BROKEN },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		entry_lease(&b);
		decline(cases[i].edits);
		entry_assert(entry_trace(&b, &stopped), "dhcp4.decline.fields", cases[i].saw,
			     cases[i].edits ? cases[i].edits : "as it should be");
	}
}
END_TEST

START_TEST(an_address_that_is_taken)
{
	static const char id[] = "arp.dad.conflict-decline";
	unsigned at;

	entry_lease(&b);
	add_arp(false, ARP_REQUEST, 0, BOOT_GUEST);
	entry_assert(entry_trace(&b, &booted), id, NOTHING, "nobody answers");
	add_arp(true, ARP_REPLY, BOOT_GUEST, 0);
	entry_assert(entry_trace(&b, &booted), id, BROKEN, "no DECLINE");
	at = decline(NULL);
	entry_assert(entry_trace(&b, &booted), id, KEPT, "a DECLINE");
	boot_dhcp(&b, DHCP_DISCOVER);
	entry_assert(entry_trace(&b, &booted), id, BROKEN, "and another DISCOVER at once");
	b.frames[at + 1].t_ns = b.frames[at].t_ns + 10000 * BOOT_MS;
	entry_assert(entry_trace(&b, &booted), id, KEPT, "and another after ten seconds");
	entry_lease(&b);
	add_arp(false, ARP_REQUEST, BOOT_GUEST, BOOT_GUEST);
	add_arp(true, ARP_REPLY, BOOT_GUEST, 0);
	entry_assert(entry_trace(&b, &booted), id, NOTHING, "it told, and did not ask");
}
END_TEST

/* --- names --- */

static void query(void)
{
	static const uint8_t q[34] = { 0x12, 0x34, 1 };

	entry_lease(&b);
	boot_add(&b, BOOT_GUEST, GUEST_PORT, BOOT_SERVER, DNS, q, sizeof(q));
}

/* It names OTHER_HOST. */
static void answer(uint8_t number, uint32_t from)
{
	uint8_t a[50] = { number, 0x34, 0x81, [46] = 10, 0, 2, 0x4d };

	boot_add(&b, from, DNS, BOOT_GUEST, GUEST_PORT, a, sizeof(a))->to_guest = true;
}

START_TEST(answers_that_do_not_fit)
{
	static const char id[] = "dns.answer.unmatched";

	query();
	entry_assert(entry_trace(&b, &booted), id, NOTHING, "none comes");
	answer(0xff, BOOT_SERVER);
	answer(0x12, ROUTER);
	boot_rrq(&b, 2001, "a");
	entry_assert(entry_trace(&b, &booted), id, KEPT, "it turns to the server");
	add_arp(false, ARP_REQUEST, BOOT_GUEST, OTHER_HOST);
	entry_assert(entry_trace(&b, &booted), id, BROKEN, "it looks for the host");
	query();
	answer(0xff, BOOT_SERVER);
	boot_add(&b, BOOT_GUEST, 2001, OTHER_HOST, 69, (const uint8_t *)"\0\1a\0octet", 10);
	entry_assert(entry_trace(&b, &booted), id, BROKEN, "it turns to the host");
}
END_TEST

START_TEST(names_without_an_end)
{
	static const char id[] = "dns.compression-loop";
	const struct entry_end hangs = { NULL, "hang", false };

	query();
	entry_assert(entry_trace(&b, &hangs), id, NOTHING, "none comes");
	answer(0x12, BOOT_SERVER);
	entry_assert(entry_trace(&b, &hangs), id, BROKEN, "it reads for ever");
	entry_assert(entry_trace(&b, &booted), id, KEPT, "it goes on");
	query();
	answer(0xff, BOOT_SERVER);
	entry_assert(entry_trace(&b, &hangs), id, NOTHING, "one with another number comes");
}
END_TEST

/* --- what is judged elsewhere, and was served in another way --- */

START_TEST(other_ways)
{
	static const struct {
		const char *id, *event;
	} cases[] = {
		{ "dhcp4.rx.fragmented-reply", "impair.fragment" },
		{ "tftp.wrap.to-1", "impair.rewrite" },
		{ "tftp.final.sizes", "impair.rewrite" },
	};
	const struct entry_end crashed = { NULL, "crash", false };

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		entry_lease(&b);
		b.event = cases[i].event;
		b.event_at = 1;
		entry_assert(entry_trace(&b, &booted), cases[i].id, KEPT, "the same payload");
		entry_assert(entry_trace(&b, &crashed), cases[i].id, BROKEN, "none");
	}
}
END_TEST

START_TEST(frames_that_are_too_long)
{
	static const uint8_t data[1480];
	const struct entry_end crashed = { NULL, "crash", false };

	entry_lease(&b);
	entry_assert(entry_trace(&b, &crashed), "s390.net.rx-oversize", NOTHING, "none comes");
	boot_add(&b, BOOT_SERVER, 1, BOOT_GUEST, 9, data, 1473);
	entry_assert(entry_trace(&b, &crashed), "s390.net.rx-oversize", BROKEN, "one byte more");
	entry_assert(entry_trace(&b, &booted), "s390.net.rx-oversize", KEPT, "it goes on");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_address");

	suite_add(s, another_subnet);
	suite_add(s, no_router);
	suite_add(s, fields_of_decline);
	suite_add(s, an_address_that_is_taken);
	suite_add(s, answers_that_do_not_fit);
	suite_add(s, names_without_an_end);
	suite_add(s, other_ways);
	suite_add(s, frames_that_are_too_long);
	return suite_run(s);
}
