/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_pxe: what a client says of its machine, and how it asks for names
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING
#define VALUE JUDGE_SAW_VALUE

/* All that there is to say, in both messages. */
#define CLASS "3c20505845436c69656e743a417263683a30303033313a554e44493a303030303030"
#define UUID "6111000123456789abcdef0011223344556677"
#define ALL CLASS "5d02001f5e03010000" UUID

static struct boot_script b;

static const struct {
	const char *id, *what;
	const char *edits; /* of the REQUEST, after ALL */
	enum judge_saw saw;
} rows[] = {
	{ "pxe.opt93.every-message", "in both", NULL, KEPT },
	{ "pxe.opt93.every-message", "not in the REQUEST", "5d02001f>", BROKEN },
	{ "pxe.opt94", "in both", NULL, KEPT },
	{ "pxe.opt94", "of another type", "5e03010000>5e03020000", BROKEN },
	{ "pxe.opt94", "not in the REQUEST", "5e03010000>", BROKEN },
	{ "pxe.opt60", "in both", NULL, KEPT },
	{ "pxe.opt60", "with letters for digits", "3a3030303331>3a3030304141", BROKEN },
	{ "pxe.opt60", "not in the REQUEST", CLASS ">", BROKEN },
	{ "pxe.opt97", "in both", NULL, KEPT },
	{ "pxe.opt97", "another machine's", "00012345>00012344", BROKEN },
	{ "pxe.opt97", "not in the REQUEST", UUID ">", BROKEN },
	{ "pxe.opt93.value-s390", "31", NULL, KEPT },
};

START_TEST(a_pxe_client)
{
	boot_usual(&b);
	boot_assert(&b, rows[_i].id, NOTHING, "it is none");
	boot_edit(&b, BOOT_DISCOVER, "350101>350101" ALL);
	boot_edit(&b, BOOT_REQUEST, "350103>350103" ALL);
	if (rows[_i].edits)
		boot_edit(&b, BOOT_REQUEST, rows[_i].edits);
	boot_assert(&b, rows[_i].id, rows[_i].saw, rows[_i].what);
}
END_TEST

START_TEST(another_machine)
{
	boot_usual(&b);
	boot_edit(&b, BOOT_DISCOVER, "350101>3501015d020000");
	boot_assert(&b, "pxe.opt93.value-s390", BROKEN, "an x86 PC");
}
END_TEST

START_TEST(boot_servers)
{
	boot_usual(&b);
	boot_assert(&b, "pxe.opt43-discovery", NOTHING, "there is no list");
	boot_edit(&b, BOOT_ACK,
		  "350105>3501053c095058"
		  "45436c69656e742b03060103");
	boot_assert(&b, "pxe.opt43-discovery", VALUE, "there is one");
}
END_TEST

/* --- names --- */

static void add_query(struct boot_script *s, uint16_t port, const char *id, uint32_t server)
{
	uint8_t query[12] = { (uint8_t)id[0], (uint8_t)id[1] };

	boot_add(s, BOOT_GUEST, port, server, 53, query, sizeof(query));
}

/* What is seen of a boot beside a control with a query of its own. */
static enum judge_saw saw(const char *id, bool control_asks)
{
	static struct boot_script usual;
	struct judgement seen;
	enum judge_saw out;
	Trace *t, *control;

	boot_usual(&usual);
	if (control_asks)
		add_query(&usual, 4000, "ab", BOOT_SERVER);
	t = boot_trace(&b);
	control = boot_trace(&usual);
	seen = judge_boot(judge_find(id), t, control);
	out = seen.saw;
	judgement_clear(&seen);
	trace_free(t);
	trace_free(control);
	return out;
}

START_TEST(numbers_of_queries)
{
	static const struct {
		uint16_t port;
		const char *id;
		enum judge_saw want;
	} queries[] = {
		{ 4001, "xy", KEPT },
		{ 4001, "ab", BROKEN },
		{ 4000, "xy", BROKEN },
	};

	boot_usual(&b);
	ck_assert_int_eq(saw("dns.txid.random", true), NOTHING);
	for (size_t i = 0; i < N_ROWS(queries); i++) {
		boot_usual(&b);
		add_query(&b, queries[i].port, queries[i].id, BOOT_SERVER);
		ck_assert_int_eq(saw("dns.txid.random", true), queries[i].want);
		ck_assert_int_eq(saw("dns.txid.random", false), NOTHING);
	}
}
END_TEST

START_TEST(two_servers)
{
	static const struct arp ask = { .op = ARP_REQUEST, .spa = BOOT_GUEST, .tpa = 0x0a000261 };
	struct arp a = ask;
	uint8_t buf[64];
	struct wr w = WR_INIT(buf, sizeof(buf));

	boot_usual(&b);
	boot_edit(&b, BOOT_ACK, "350105>35010506080a0002610a000202");
	ck_assert_int_eq(saw("dns.retry-second-server", true), NOTHING);
	a.sha = wire_guest_mac;
	arp_encode(&w, &a);
	wire_eth(&b.frames[b.n].f, ETH_TYPE_ARP, buf, sizeof(buf) - w.left);
	b.frames[b.n].t_ns = b.frames[b.n - 1].t_ns + BOOT_MS;
	b.frames[b.n].to_guest = false;
	b.n++;
	ck_assert_int_eq(saw("dns.retry-second-server", true), BROKEN);
	ck_assert_int_eq(saw("dns.retry-second-server", false), NOTHING);
	add_query(&b, 4000, "xy", BOOT_SERVER);
	ck_assert_int_eq(saw("dns.retry-second-server", true), KEPT);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_pxe");

	suite_add_rows(s, a_pxe_client, N_ROWS(rows));
	suite_add(s, another_machine);
	suite_add(s, boot_servers);
	suite_add(s, numbers_of_queries);
	suite_add(s, two_servers);
	return suite_run(s);
}
