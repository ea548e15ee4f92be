/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/packet_id: what a packet is, whoever sent it
 */
#include "server/packet_id.h"

#include <check.h>

#include "tests/support/boot_frames.h"
#include "tests/support/suite.h"

enum {
	GUEST = 0x0a00020f,
	SERVER = 0x0a000202,
};

static PacketIds *ids;
static struct packet_id id;

static void set_up(void)
{
	ids = packet_ids_new();
}

static void tear_down(void)
{
	packet_ids_free(ids);
}

static void from_guest(const struct frame *f)
{
	packet_ids_next(ids, PACKET_FROM_GUEST, f, &id);
}

static void to_guest(const struct frame *f)
{
	packet_ids_next(ids, PACKET_TO_GUEST, f, &id);
}

/* --- draws --- */

/*
 * These numbers are what seeds in bug reports mean. They hold on every machine; a change of them is
 * a change of every recorded decision.
 */
static const struct {
	const char *what;
	struct packet_id id;
	uint64_t seed;
	const char *model;
	uint64_t want;
} golden_rows[] = {
	{ "all zero but the attempt", { .attempt = 1 }, 0, "loss", 0x3e5bc3fdc351adbf },
	{ "a block of a file",
	  { .dir = PACKET_TO_GUEST,
	    .kind = FRAME_TFTP_DATA,
	    .transaction = 0x0123456789abcdef,
	    .position = 1428,
	    .attempt = 2 },
	  7,
	  "loss",
	  0xadc72a672a5bf62d },
	{ "the same for another model",
	  { .dir = PACKET_TO_GUEST,
	    .kind = FRAME_TFTP_DATA,
	    .transaction = 0x0123456789abcdef,
	    .position = 1428,
	    .attempt = 2 },
	  7,
	  "duplicate",
	  0x7b02fbe763bdb5c1 },
	{ "numbers with all bytes used",
	  { .dir = PACKET_FROM_GUEST,
	    .kind = FRAME_DHCP_DISCOVER,
	    .transaction = 0xfedcba9876543210,
	    .position = 0x1122334455667788,
	    .attempt = 0x99aabbcc },
	  UINT64_MAX,
	  "jitter",
	  0x872292e6a68b230f },
};

START_TEST(draws_never_change)
{
	uint64_t got =
		packet_id_draw(&golden_rows[_i].id, golden_rows[_i].seed, golden_rows[_i].model);

	ck_assert_msg(got == golden_rows[_i].want, "%s: 0x%016" G_GINT64_MODIFIER "x",
		      golden_rows[_i].what, got);
}
END_TEST

START_TEST(transactions_and_slots_never_change)
{
	ck_assert_uint_eq(packet_id_transaction("tftp", 1, boot_slice("kernel.img")),
			  0x3e4776a24efed0b8);
	ck_assert_uint_eq(packet_id_transaction("dhcp", 0x01020304, (struct slice){ 0 }),
			  0x7346a6590be83a22);
	ck_assert_uint_eq(packet_id_draw_slot(PACKET_TO_GUEST, 0x0102030405060708, 7, "state"),
			  0x0af535f3d4f4f6f2);
}
END_TEST

START_TEST(each_part_of_the_key_counts)
{
	const struct packet_id base = { .attempt = 1 };
	struct packet_id other[5] = { base, base, base, base, base };
	uint64_t draw = packet_id_draw(&base, 1, "loss");

	other[0].dir = PACKET_TO_GUEST;
	other[1].kind = FRAME_TCP_ACK;
	other[2].transaction = 1;
	other[3].position = 1;
	other[4].attempt = 2;
	for (int i = 0; i < 5; i++)
		ck_assert_msg(packet_id_draw(&other[i], 1, "loss") != draw, "part %d", i);
	ck_assert_uint_ne(packet_id_draw(&base, 2, "loss"), draw);
	ck_assert_uint_ne(packet_id_draw(&base, 1, "duplicate"), draw);
}
END_TEST

START_TEST(what_only_rules_see_does_not_count)
{
	struct packet_id a = { .attempt = 1 };
	struct packet_id b = { .attempt = 1, .ordinal = 9, .block = 9, .is_last = true };

	ck_assert_uint_eq(packet_id_draw(&a, 1, "loss"), packet_id_draw(&b, 1, "loss"));
}
END_TEST

/* --- DHCP --- */

static const struct {
	const char *what, *script, *want;
} dhcp_rows[] = {
	{ "a boot", "DORA", "1.1 1.1 1.1 1.1" },
	{ "nobody answers", "DDDD", "1.1 1.2 1.3 1.4" },
	{ "a lost OFFER", "DODORA", "1.1 1.1 1.2 1.2 1.1 1.1" },
	{ "a lost ACK, REQUEST repeated", "DORARA", "1.1 1.1 1.1 1.1 1.2 1.2" },
	{ "a lost ACK, from the start again", "DORADORA", "1.1 1.1 1.1 1.1 1.2 1.2 1.2 1.2" },
	{ "a NAK, from the start again", "DORNDORA", "1.1 1.1 1.1 1.1 1.2 1.2 1.2 1.1" },
	{ "a probe of the address is not its use", "DORAPD", "1.1 1.1 1.1 1.1 1.1 1.2" },
	{ "the address used: the next boot is another", "DORAQDORA",
	  "1.1 1.1 1.1 1.1 1.1 2.1 2.1 2.1 2.1" },
	{ "a UDP packet uses it as well", "DORAUDO", "1.1 1.1 1.1 1.1 1.1 2.1 2.1" },
	{ "an address used before the ACK is an old one", "DUDQD", "1.1 1.1 1.2 1.1 1.3" },
	{ "released and asked for again", "DORALDORA", "1.1 1.1 1.1 1.1 1.1 2.1 2.1 2.1 2.1" },
	{ "RELEASE twice", "DORAQLLD", "1.1 1.1 1.1 1.1 1.1 1.1 1.2 2.1" },
	{ "declined", "DORAED", "1.1 1.1 1.1 1.1 1.1 2.1" },
	{ "BOOTP", "BbBb", "1.1 1.1 1.2 1.2" },
	{ "a REQUEST for an old lease, refused", "RNDORA", "1.1 1.1 1.1 1.1 1.2 1.1" },
	{ "a renewal", "DORAURA", "1.1 1.1 1.1 1.1 1.1 2.1 2.1" },
	{ "an answer to nothing", "OA", "0.1 0.1" },
};

static void dhcp_step(char step, uint32_t xid)
{
	static const struct {
		char step;
		enum frame_kind kind;
		enum packet_dir dir;
	} steps[] = {
		{ 'D', FRAME_DHCP_DISCOVER, PACKET_FROM_GUEST },
		{ 'O', FRAME_DHCP_OFFER, PACKET_TO_GUEST },
		{ 'R', FRAME_DHCP_REQUEST, PACKET_FROM_GUEST },
		{ 'A', FRAME_DHCP_ACK, PACKET_TO_GUEST },
		{ 'N', FRAME_DHCP_NAK, PACKET_TO_GUEST },
		{ 'L', FRAME_DHCP_RELEASE, PACKET_FROM_GUEST },
		{ 'E', FRAME_DHCP_DECLINE, PACKET_FROM_GUEST },
		{ 'B', FRAME_DHCP_BOOTP, PACKET_FROM_GUEST },
		{ 'b', FRAME_DHCP_BOOTP, PACKET_TO_GUEST },
		{ 'U', FRAME_UDP, PACKET_FROM_GUEST },
		{ 'P', FRAME_ARP_REQUEST, PACKET_FROM_GUEST },
		{ 'Q', FRAME_ARP_REQUEST, PACKET_FROM_GUEST },
	};

	for (int i = 0; i < N_ROWS(steps); i++) {
		struct frame *f = boot_frame(steps[i].kind, 68, 67);

		f->dhcp.xid = xid;
		f->ip.src = step == 'U' ? GUEST : 0;
		f->arp.spa = step == 'Q' ? GUEST : 0;
		f->arp.tpa = step == 'Q' ? SERVER : GUEST;
		if (steps[i].step == step)
			packet_ids_next(ids, steps[i].dir, f, &id);
	}
}

/* Run a script; what each packet was. */
static char *dhcp_run(const char *script, uint32_t xid_step)
{
	GString *got = g_string_new(NULL);
	uint32_t xid = 0x5a1f00c2;

	for (; *script; script++, xid += xid_step) {
		dhcp_step(*script, xid);
		g_string_append_printf(got, "%s%u.%u", got->len ? " " : "", id.ordinal, id.attempt);
	}
	return g_string_free(got, FALSE);
}

START_TEST(dhcp_exchanges)
{
	g_autofree char *one_xid = dhcp_run(dhcp_rows[_i].script, 0);
	g_autofree char *many_xids = NULL;

	tear_down();
	set_up();
	many_xids = dhcp_run(dhcp_rows[_i].script, 1);
	ck_assert_msg(!strcmp(one_xid, dhcp_rows[_i].want), "%s: %s", dhcp_rows[_i].what, one_xid);
	ck_assert_msg(!strcmp(many_xids, dhcp_rows[_i].want), "%s, a new xid each: %s",
		      dhcp_rows[_i].what, many_xids);
}
END_TEST

START_TEST(dhcp_exchanges_differ)
{
	uint64_t first;

	dhcp_step('D', 1);
	first = id.transaction;
	dhcp_step('A', 1);
	ck_assert_uint_eq(id.transaction, first);
	dhcp_step('Q', 1);
	dhcp_step('D', 1);
	ck_assert_uint_ne(id.transaction, first);
}
END_TEST

/* --- IPv6 --- */

static const struct ip6_addr guest_local = { { 0xfe, 0x80, [15] = 0x56 } },
			     guest_global = { { 0xfd, [15] = 0x56 } };

static void take6(enum frame_kind kind, enum packet_dir dir, const struct ip6_addr *src,
		  const struct ip6_addr *target)
{
	struct frame *f = boot_frame(kind, 546, 547);

	f->eth.type = ETH_TYPE_IPV6;
	f->ip6.src = *src;
	f->ndp.target = *target;
	packet_ids_next(ids, dir, f, &id);
}

static void expect_dhcp6(enum frame_kind kind, enum packet_dir dir, unsigned ordinal,
			 unsigned attempt)
{
	take6(kind, dir, &guest_local, &ip6_unspecified);
	ck_assert_msg(id.ordinal == ordinal && id.attempt == attempt, "%s: %u.%u, not %u.%u",
		      frame_kind_name(kind), id.ordinal, id.attempt, ordinal, attempt);
}

START_TEST(dhcp6_exchanges)
{
	expect_dhcp6(FRAME_DHCP6_SOLICIT, PACKET_FROM_GUEST, 1, 1);
	expect_dhcp6(FRAME_DHCP6_SOLICIT, PACKET_FROM_GUEST, 1, 2);
	expect_dhcp6(FRAME_DHCP6_ADVERTISE, PACKET_TO_GUEST, 1, 1);
	expect_dhcp6(FRAME_DHCP6_REQUEST, PACKET_FROM_GUEST, 1, 1);
	expect_dhcp6(FRAME_DHCP6_REPLY, PACKET_TO_GUEST, 1, 1);
	/* It is not seen to have it, so that the Reply may have been lost. */
	expect_dhcp6(FRAME_DHCP6_REQUEST, PACKET_FROM_GUEST, 1, 2);
	expect_dhcp6(FRAME_DHCP6_REPLY, PACKET_TO_GUEST, 1, 2);
	take6(FRAME_ICMP6_NS, PACKET_FROM_GUEST, &guest_local, &guest_global);
	expect_dhcp6(FRAME_DHCP6_REQUEST, PACKET_FROM_GUEST, 1, 3);
	expect_dhcp6(FRAME_DHCP6_REPLY, PACKET_TO_GUEST, 1, 3);
	take6(FRAME_ICMP6_NS, PACKET_FROM_GUEST, &guest_global, &guest_global);
	expect_dhcp6(FRAME_DHCP6_INFORMATION_REQUEST, PACKET_FROM_GUEST, 2, 1);
	expect_dhcp6(FRAME_DHCP6_RELEASE, PACKET_FROM_GUEST, 2, 1);
	expect_dhcp6(FRAME_DHCP6_SOLICIT, PACKET_FROM_GUEST, 3, 1);
}
END_TEST

/* Another address of the guest's, before there is a Reply. */
START_TEST(an_offer_ends_no_dhcp6_exchange)
{
	expect_dhcp6(FRAME_DHCP6_SOLICIT, PACKET_FROM_GUEST, 1, 1);
	expect_dhcp6(FRAME_DHCP6_ADVERTISE, PACKET_TO_GUEST, 1, 1);
	take6(FRAME_ICMP6_NS, PACKET_FROM_GUEST, &guest_global, &guest_global);
	expect_dhcp6(FRAME_DHCP6_SOLICIT, PACKET_FROM_GUEST, 1, 2);
}
END_TEST

/* Each has its own exchanges, which differ. */
START_TEST(dhcp6_is_not_dhcp)
{
	uint64_t transaction;

	dhcp_step('D', 1);
	transaction = id.transaction;
	dhcp_step('A', 1);
	expect_dhcp6(FRAME_DHCP6_SOLICIT, PACKET_FROM_GUEST, 1, 1);
	ck_assert_uint_ne(id.transaction, transaction);
	expect_dhcp6(FRAME_DHCP6_REPLY, PACKET_TO_GUEST, 1, 1);
	take6(FRAME_ICMP6_NS, PACKET_FROM_GUEST, &guest_global, &guest_global);
	dhcp_step('D', 1);
	ck_assert_uint_eq(id.ordinal, 1); /* its address is not used yet */
	ck_assert_uint_eq(id.attempt, 2);
}
END_TEST

START_TEST(ndp_goes_by_the_address_in_question)
{
	uint64_t about;

	take6(FRAME_ICMP6_NS, PACKET_FROM_GUEST, &guest_local, &guest_global);
	about = id.transaction;
	take6(FRAME_ICMP6_NA, PACKET_TO_GUEST, &guest_global, &guest_global);
	ck_assert_uint_eq(id.transaction, about);
	ck_assert_uint_eq(id.attempt, 1);
	take6(FRAME_ICMP6_NS, PACKET_FROM_GUEST, &guest_local, &guest_local);
	ck_assert_uint_ne(id.transaction, about);
	ck_assert_uint_eq(id.attempt, 1);
	take6(FRAME_ICMP6_NS, PACKET_FROM_GUEST, &guest_local, &guest_global);
	ck_assert_uint_eq(id.attempt, 2);
	take6(FRAME_ICMP6_RS, PACKET_FROM_GUEST, &guest_local, &guest_global);
	ck_assert_uint_eq(id.attempt, 1);
	take6(FRAME_ICMP6_RS, PACKET_FROM_GUEST, &guest_local, &guest_local);
	ck_assert_uint_eq(id.attempt, 2);
}
END_TEST

/* --- ARP --- */

static void arp(enum frame_kind kind, uint32_t spa, uint32_t tpa)
{
	struct frame *f = boot_frame(kind, 0, 0);

	f->arp.spa = spa;
	f->arp.tpa = tpa;
	packet_ids_next(ids, kind == FRAME_ARP_REQUEST ? PACKET_FROM_GUEST : PACKET_TO_GUEST, f,
			&id);
}

START_TEST(arp_goes_by_the_address_in_question)
{
	uint64_t about_server;

	arp(FRAME_ARP_REQUEST, GUEST, SERVER);
	about_server = id.transaction;
	ck_assert_uint_eq(id.attempt, 1);
	arp(FRAME_ARP_REPLY, SERVER, GUEST);
	ck_assert_uint_eq(id.transaction, about_server);
	ck_assert_uint_eq(id.attempt, 1);
	arp(FRAME_ARP_REQUEST, GUEST, SERVER + 1);
	ck_assert_uint_ne(id.transaction, about_server);
	ck_assert_uint_eq(id.attempt, 1);
	arp(FRAME_ARP_REQUEST, GUEST, SERVER);
	ck_assert_uint_eq(id.transaction, about_server);
	ck_assert_uint_eq(id.attempt, 2);
}
END_TEST

/* --- others --- */

static void payload(enum frame_kind kind, const char *text)
{
	struct frame *f = boot_frame(kind, 1, 2);

	f->payload = boot_slice(text);
	from_guest(f);
}

START_TEST(others_go_by_equal_payload)
{
	uint64_t first;

	payload(FRAME_UDP, "query");
	ck_assert_uint_eq(id.ordinal, 1);
	first = id.transaction;
	payload(FRAME_IPV6, "solicitation");
	ck_assert_uint_eq(id.ordinal, 1);
	payload(FRAME_UDP, "another query");
	ck_assert_uint_eq(id.ordinal, 2);
	ck_assert_uint_eq(id.attempt, 1);
	payload(FRAME_UDP, "query");
	ck_assert_uint_eq(id.ordinal, 1);
	ck_assert_uint_eq(id.attempt, 2);
	ck_assert_uint_eq(id.transaction, first);
}
END_TEST

START_TEST(frames_without_a_header_are_equal)
{
	struct frame *f = boot_frame(FRAME_MALFORMED, 0, 0);

	f->broken = "ethernet";
	f->payload = (struct slice){ (const uint8_t *)1, 99 }; /* not set by the decoder */
	to_guest(f);
	to_guest(f);
	ck_assert_uint_eq(id.ordinal, 1);
	ck_assert_uint_eq(id.attempt, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("packet_id");
	TCase *tc = tcase_create("tracker");

	suite_add_rows(s, draws_never_change, N_ROWS(golden_rows));
	suite_add(s, transactions_and_slots_never_change);
	suite_add(s, each_part_of_the_key_counts);
	suite_add(s, what_only_rules_see_does_not_count);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, dhcp_exchanges, 0, N_ROWS(dhcp_rows));
	tcase_add_test(tc, dhcp_exchanges_differ);
	tcase_add_test(tc, dhcp6_exchanges);
	tcase_add_test(tc, an_offer_ends_no_dhcp6_exchange);
	tcase_add_test(tc, dhcp6_is_not_dhcp);
	tcase_add_test(tc, ndp_goes_by_the_address_in_question);
	tcase_add_test(tc, arp_goes_by_the_address_in_question);
	tcase_add_test(tc, others_go_by_equal_payload);
	tcase_add_test(tc, frames_without_a_header_are_equal);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
