/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_ip4 and its neighbours: Ethernet, ARP, IPv4, UDP and ICMP in a transfer
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING
#define VALUE JUDGE_SAW_VALUE

static struct boot_script b;

/* A usual boot whose frames go from card to card. */
static void usual(void)
{
	boot_usual(&b);
	for (unsigned i = 0; i < b.n; i++) {
		struct boot_frame *f = &b.frames[i];

		if (f->to_guest)
			memcpy(f->f.buf + ETH_ALEN, wire_server_mac.b, ETH_ALEN);
		if (i >= BOOT_RRQ || f->to_guest)
			memcpy(f->f.buf, f->to_guest ? wire_guest_mac.b : wire_server_mac.b,
			       ETH_ALEN);
	}
}

/* What a usual boot shows when one of its frames is another. */
static const struct judge_row passive[] = {
	{ "ip4.checksum.tx", "usual", 0, NULL, KEPT },
	{ "ip4.ttl.tx", "usual", 0, NULL, KEPT },
	{ "ip4.ttl.tx", "none left", BOOT_ACK_1, "ip+8=00", BROKEN },
	{ "ip4.ttl.tx-default", "usual", 0, NULL, KEPT },
	{ "ip4.ttl.tx-default", "few", BOOT_ACK_1, "ip+8=20", BROKEN },
	{ "ip4.tos.default", "usual", 0, NULL, KEPT },
	{ "ip4.tos.default", "another", BOOT_ACK_1, "ip+1=10", BROKEN },
	{ "ip4.src.zero-only-init", "usual", 0, NULL, KEPT },
	{ "ip4.src.zero-only-init", "an ACK of nobody", BOOT_ACK_1, "ip+12=00000000", BROKEN },
	{ "eth.src-mac.matches-device", "another card", BOOT_ACK_1, "eth+6=020000000042", BROKEN },
	{ "eth.pad.no-leak", "none", 0, NULL, NOTHING },
	{ "eth.pad.no-leak", "zeros", BOOT_ACK_1, "end=0000", KEPT },
	{ "eth.pad.no-leak", "what was in memory", BOOT_ACK_1, "end=00c0", BROKEN },
	{ "udp.checksum.tx-ffff", "usual", 0, NULL, KEPT },
	{ "arp.announce", "never", 0, NULL, BROKEN },
	{ "arp.dad.probe-after-ack", "never", 0, NULL, BROKEN },
};

START_TEST(passive_checks)
{
	judge_row_assert(&passive[_i]);
}
END_TEST

/* A copy of frame @i with edits, in front of frame @at. */
static void add_copy(unsigned i, unsigned at, const char *edits)
{
	b.frames[b.n] = b.frames[i];
	boot_edit(&b, b.n, edits);
	b.n++;
	for (unsigned k = b.n - 1; k > at; k--) {
		struct boot_frame f = b.frames[k];

		b.frames[k] = b.frames[k - 1];
		b.frames[k - 1] = f;
	}
	b.frames[at].t_ns = b.frames[at + 1].t_ns - BOOT_MS;
}

/* Copies of block 2 that are to be dropped. */
static const struct {
	const char *id, *edits;
} faults[] = {
	{ "ip4.version.not-4", "ip+0=55" },
	{ "ip4.ihl.lt-5", "ip+0=44" },
	{ "ip4.dst.not-us", "ip+16=0a000263" },
	{ "ip4.dst.multicast-unjoined", "ip+16=ef010101" },
	{ "ip4.src.invalid", "ip+12=7f000001" },
	{ "ip4.src.invalid", "ip+12=0a00020f" },
	{ "ip4.len.gt-frame", "ip+2=0700" },
	{ "ip4.len.lt-header", "ip+2=0004" },
	{ "udp.len.gt-payload", "udp+4=0700" },
	{ "udp.len.lt-8", "udp+4=0004" },
	{ "eth.dst.other-unicast-mac", "eth+0=020000000099" },
	{ "eth.dst.broadcast-mac-unicast-ip", "eth+0=ffffffffffff" },
};

START_TEST(what_is_to_be_dropped)
{
	usual();
	boot_assert(&b, faults[_i].id, NOTHING, "without the fault");
	add_copy(BOOT_DATA_2, BOOT_DATA_2, faults[_i].edits);
	boot_assert(&b, faults[_i].id, KEPT, "it is dropped");
	add_copy(BOOT_ACK_2 + 1, BOOT_DATA_2 + 1, "ip+8=3f");
	boot_assert(&b, faults[_i].id, BROKEN, "it is acknowledged");
	usual();
	add_copy(BOOT_DATA_2, BOOT_DATA_2, faults[_i].edits);
	boot_remove(&b, BOOT_ACK_2 + 1);
	boot_assert(&b, faults[_i].id, BROKEN, "nothing is acknowledged any more");
}
END_TEST

/* Block 2, as it is to be taken all the same. */
static const struct {
	const char *id, *edits;
} rarities[] = {
	{ "ip4.options.accept", "ip+20<94040000" },
	{ "ip4.options.unknown", "ip+20<9e04abcd" },
	{ "ip4.ttl.rx-one", "ip+8=01" },
	{ "eth.trailer.ignored", "end=c0ffee" },
};

START_TEST(what_is_to_be_taken)
{
	usual();
	boot_assert(&b, rarities[_i].id, NOTHING, "usual");
	boot_edit(&b, BOOT_DATA_2, rarities[_i].edits);
	boot_assert(&b, rarities[_i].id, KEPT, "it is taken");
	usual();
	add_copy(BOOT_DATA_2, BOOT_DATA_2, rarities[_i].edits);
	boot_assert(&b, rarities[_i].id, BROKEN, "it is taken when it comes again");
}
END_TEST

/* Fragments: of what a block is cut into, the second half comes alone. */
START_TEST(fragments)
{
	usual();
	boot_assert(&b, "ip4.frag.two-in-order", NOTHING, "none");
	boot_assert(&b, "ip4.frag.protocol-in-key", NOTHING, "none");
	boot_edit(&b, BOOT_DATA_2, "ip+6=2000");
	boot_assert(&b, "ip4.frag.two-in-order", KEPT, "an ACK follows");
	boot_assert(&b, "ip4.frag.overlap", KEPT, "and the payload is as it was");
	b.payload = NULL;
	boot_assert(&b, "ip4.frag.two-in-order", BROKEN, "but no payload");
	boot_assert(&b, "ip4.frag.overlap", BROKEN, "but no payload");
	usual();
	add_copy(BOOT_DATA_2, BOOT_DATA_2, "ip+6=0020;ip+9=01");
	boot_assert(&b, "ip4.frag.protocol-in-key", KEPT, "it is no part of the block");
}
END_TEST

/* Block 2 in three pieces, the one in the middle last; the client asks again for it meanwhile. */
START_TEST(a_hole_in_fragments)
{
	static const char id[] = "ip4.frag.hole";

	usual();
	boot_assert(&b, id, NOTHING, "none");
	boot_edit(&b, BOOT_DATA_2, "ip+6=2000");
	add_copy(BOOT_DATA_2, BOOT_DATA_2 + 1, "ip+6=0006");
	add_copy(BOOT_DATA_2, BOOT_DATA_2 + 2, "ip+6=2003");
	boot_assert(&b, id, KEPT, "the ACK comes when all are there");
	add_copy(BOOT_ACK_1, BOOT_DATA_2 + 2, "ip+8=3f");
	boot_assert(&b, id, KEPT, "the ACK before is repeated meanwhile");
	add_copy(BOOT_ACK_2 + 3, BOOT_DATA_2 + 2, "ip+8=3f");
	boot_assert(&b, id, BROKEN, "the ACK comes before the last piece");
}
END_TEST

START_TEST(offers_to_all)
{
	usual();
	boot_assert(&b, "ip4.dst.limited-broadcast", NOTHING, "to the guest");
	boot_edit(&b, BOOT_OFFER, "ip+16=ffffffff");
	boot_assert(&b, "ip4.dst.bcast-ip-unicast-mac", KEPT, "a REQUEST follows");
	boot_edit(&b, BOOT_OFFER, "eth+0=ffffffffffff");
	boot_assert(&b, "ip4.dst.limited-broadcast", KEPT, "a REQUEST follows");
	boot_remove(&b, BOOT_REQUEST);
	boot_assert(&b, "ip4.dst.limited-broadcast", BROKEN, "none does");
}
END_TEST

START_TEST(closed_ports)
{
	usual();
	add_copy(BOOT_DATA_2, BOOT_DATA_2, "udp+0=11110009");
	boot_assert(&b, "udp.port.closed-unreach", BROKEN, "not a word");
	boot_assert(&b, "udp.burst", KEPT, "and on it goes");
	usual();
	add_copy(BOOT_DATA_2, BOOT_DATA_2, "eth+0=ffffffffffff;udp+0=11110009");
	boot_assert(&b, "udp.port.closed-broadcast-silent", KEPT, "not a word");
	b.payload = NULL;
	boot_assert(&b, "udp.noise", BROKEN, "but the boot is over");
}
END_TEST

static const struct mac stranger = { { 0x52, 0x54, 0, 0, 0, 0x77 } };
static const struct mac intruder = { { 0x52, 0x54, 0, 0, 0, 0x66 } };

/* ARP in front of frame @at. */
static void add_arp(unsigned at, bool to_guest, const struct mac *dst, const struct arp *a)
{
	struct eth_hdr eth = { .dst = *dst, .src = a->sha, .type = ETH_TYPE_ARP };
	struct boot_frame *f = &b.frames[at];
	struct wr w = WR_INIT(f->f.buf, sizeof(f->f.buf));

	add_copy(BOOT_DATA_2, at, "ip+8=3e");
	f->to_guest = to_guest;
	eth_encode(&w, &eth);
	arp_encode(&w, a);
	f->f.len = sizeof(f->f.buf) - w.left;
}

#define STRANGER 0x0a00024du
#define OTHER 0x0a00024eu

/* The stranger asks for @ip in front of block 1, and the guest answers; or not. */
static void ask(uint32_t ip, bool is_answered)
{
	struct arp q = { ARP_REQUEST, .sha = stranger, .spa = STRANGER, .tpa = ip };
	struct arp a = { ARP_REPLY, wire_guest_mac, stranger, ip, STRANGER };

	usual();
	add_arp(BOOT_DATA_1, true, &mac_broadcast, &q);
	if (is_answered)
		add_arp(BOOT_DATA_1 + 1, false, &stranger, &a);
}

START_TEST(arp)
{
	usual();
	boot_assert(&b, "arp.reply.for-own-ip", NOTHING, "nobody asks");
	ask(BOOT_GUEST, false);
	boot_assert(&b, "arp.reply.for-own-ip", BROKEN, "no answer");
	ask(BOOT_GUEST, true);
	boot_assert(&b, "arp.reply.for-own-ip", KEPT, "a right answer");
	memset(b.frames[BOOT_DATA_1 + 1].f.buf, 0xff, ETH_ALEN);
	boot_assert(&b, "arp.reply.for-own-ip", BROKEN, "an answer to everybody");
	ask(OTHER, false);
	boot_assert(&b, "arp.reply.not-for-others", KEPT, "no answer");
	ask(OTHER, true);
	boot_assert(&b, "arp.reply.not-for-others", BROKEN, "an answer");
}
END_TEST

START_TEST(who_has_moved)
{
	struct arp a = { ARP_REQUEST, .sha = intruder, .spa = BOOT_SERVER, .tpa = BOOT_SERVER };

	usual();
	add_arp(BOOT_DATA_2, true, &mac_broadcast, &a);
	boot_assert(&b, "arp.cache.update-on-rebind", BROKEN, "the ACK goes where the others went");
	boot_assert(&b, "arp.spoof.unsolicited-reply", VALUE, "likewise");
	memcpy(b.frames[BOOT_ACK_2 + 1].f.buf, intruder.b, ETH_ALEN);
	boot_assert(&b, "arp.cache.update-on-rebind", KEPT, "it goes to the new address");
	boot_assert(&b, "arp.spoof.unsolicited-reply", VALUE, "likewise");
}
END_TEST

START_TEST(identifiers)
{
	static const char id[] = "ip4.id.unique-non-atomic";
	static const int twice[] = { BOOT_RRQ, BOOT_ACK_2 };

	usual();
	boot_assert(&b, id, KEPT, "each has its own");
	for (size_t i = 0; i < G_N_ELEMENTS(twice); i++)
		boot_edit(&b, twice[i], "ip+4=7171;ip+6=0000");
	boot_assert(&b, id, BROKEN, "two have the same");
	boot_edit(&b, BOOT_ACK_2, "ip+6=4000");
	boot_assert(&b, id, KEPT, "one of them may not be cut");
	for (size_t i = 0; i < G_N_ELEMENTS(twice); i++)
		boot_edit(&b, twice[i], "ip+6=0000;ip+9=01;ip+20=0000");
	boot_assert(&b, id, KEPT, "they answer echo requests that had the same");
}
END_TEST

/* That a client asks with an address it has no ACK for: unless there is none in the whole boot. */
START_TEST(an_address_before_its_lease)
{
	static const char id[] = "arp.request.no-spa-before-lease";
	struct arp q = { ARP_REQUEST, .sha = wire_guest_mac, .spa = BOOT_GUEST,
			 .tpa = BOOT_SERVER };

	usual();
	add_arp(BOOT_RRQ, false, &mac_broadcast, &q);
	boot_assert(&b, id, KEPT, "behind the ACK");
	usual();
	add_arp(BOOT_REQUEST, false, &mac_broadcast, &q);
	boot_assert(&b, id, BROKEN, "before the ACK");
	usual();
	add_arp(BOOT_RRQ, false, &mac_broadcast, &q);
	boot_remove(&b, BOOT_ACK);
	boot_assert(&b, id, KEPT, "no ACK: it may have it from BOOTP");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_ip4");

	suite_add_rows(s, passive_checks, N_ROWS(passive));
	suite_add_rows(s, what_is_to_be_dropped, N_ROWS(faults));
	suite_add_rows(s, what_is_to_be_taken, N_ROWS(rarities));
	suite_add(s, fragments);
	suite_add(s, a_hole_in_fragments);
	suite_add(s, offers_to_all);
	suite_add(s, closed_ports);
	suite_add(s, arp);
	suite_add(s, who_has_moved);
	suite_add(s, identifiers);
	suite_add(s, an_address_before_its_lease);
	return suite_run(s);
}
