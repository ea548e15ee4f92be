/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_dhcp4_reply, _answer and _option, judge_boot4: a reply is another, or comes
 * beside another; and the client takes it, or not
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING
#define VALUE JUDGE_SAW_VALUE

/* Of a stranger: another address to give, and another server. */
#define STRANGE "payload+16=0a00024d;payload+245=0a000263"
/* What a client sends that took it. */
#define TAKEN "32040a00020f>32040a00024d"

static struct boot_script b;

/* A copy of frame @i, in front of it. */
static void copy_before(unsigned i)
{
	memmove(&b.frames[i + 1], &b.frames[i], (b.n - i) * sizeof(b.frames[0]));
	b.n++;
}

/* A message beside the right one; and the REQUEST that follows, as it is and taking it. */
static const struct {
	const char *id;
	unsigned at;
	const char *edits;
	enum judge_saw ignored, taken;
} strangers[] = {
	{ "dhcp4.rx.xid-mismatch", BOOT_OFFER, STRANGE ";payload+4=deadbeef", KEPT, BROKEN },
	{ "dhcp4.rx.chaddr-mismatch", BOOT_OFFER, STRANGE ";payload+28=525400abcdef", KEPT,
	  BROKEN },
	{ "dhcp4.rx.hlen-htype", BOOT_OFFER, STRANGE ";payload+1=0610", KEPT, BROKEN },
	{ "dhcp4.rx.op-request", BOOT_OFFER, STRANGE ";payload+0=01", KEPT, BROKEN },
	{ "dhcp4.rx.src-port", BOOT_OFFER, STRANGE ";udp+0=042b", VALUE, VALUE },
	{ "dhcp4.rx.bad-cookie", BOOT_OFFER, STRANGE ";payload+236=01020304", KEPT, BROKEN },
	{ "dhcp4.rx.no-53-bootp", BOOT_OFFER, STRANGE ";350102>", VALUE, VALUE },
	{ "dhcp4.offer.yiaddr-invalid", BOOT_OFFER, "payload+16=7f000001", KEPT, KEPT },
	{ "dhcp4.ack.before-request", BOOT_OFFER, STRANGE ";350102>350105", KEPT, BROKEN },
	{ "dhcp4.rx.client-id-echo-mismatch", BOOT_OFFER, STRANGE ";350102>3501023d020909", KEPT,
	  BROKEN },
};

START_TEST(a_stranger)
{
	for (int taken = 0; taken < 2; taken++) {
		boot_usual(&b);
		copy_before(strangers[_i].at);
		boot_edit(&b, strangers[_i].at, strangers[_i].edits);
		if (taken)
			boot_edit(&b, BOOT_REQUEST + 1, TAKEN);
		boot_assert(&b, strangers[_i].id,
			    taken ? strangers[_i].taken : strangers[_i].ignored,
			    taken ? "taken" : "ignored");
		/* Without anybody strange there is nothing to see. */
		boot_usual(&b);
		boot_assert(&b, strangers[_i].id, NOTHING, "usual");
		/* Nor is anything right if the boot comes to nothing. */
		boot_usual(&b);
		copy_before(strangers[_i].at);
		boot_edit(&b, strangers[_i].at, strangers[_i].edits);
		b.payload = NULL;
		if (strangers[_i].ignored == KEPT)
			boot_assert(&b, strangers[_i].id, BROKEN, "no payload");
	}
}
END_TEST

/* An address is also taken by whoever sends from it. */
START_TEST(an_address_in_use)
{
	boot_usual(&b);
	copy_before(BOOT_ACK);
	boot_edit(&b, BOOT_ACK, STRANGE);
	boot_assert(&b, "dhcp4.ack.other-server", KEPT, "ignored");
	boot_edit(&b, BOOT_RRQ + 1, "ip+12=0a00024d");
	boot_assert(&b, "dhcp4.ack.other-server", BROKEN, "taken");
	boot_usual(&b);
	copy_before(BOOT_OFFER);
	boot_edit(&b, BOOT_OFFER, "payload+16=00000000;payload+245=0a000263");
	boot_assert(&b, "dhcp4.offer.yiaddr-zero-proxydhcp", KEPT, "ignored");
	boot_edit(&b, BOOT_REQUEST + 1, "32040a00020f>320400000000");
	boot_assert(&b, "dhcp4.offer.yiaddr-zero-proxydhcp", BROKEN, "taken");
}
END_TEST

START_TEST(several_offers)
{
	boot_usual(&b);
	boot_assert(&b, "dhcp4.offer.duplicate", NOTHING, "one OFFER");
	copy_before(BOOT_OFFER);
	boot_assert(&b, "dhcp4.offer.duplicate", KEPT, "one REQUEST");
	boot_assert(&b, "dhcp4.offer.single-request", KEPT, "one REQUEST");
	boot_edit(&b, BOOT_OFFER, STRANGE ";payload+20=00000000");
	boot_assert(&b, "dhcp4.offer.prefer-with-boot", VALUE, "the second");
	copy_before(BOOT_REQUEST + 1);
	boot_assert(&b, "dhcp4.offer.duplicate", BROKEN, "two REQUESTs");
	boot_assert(&b, "dhcp4.offer.single-request", BROKEN, "two REQUESTs");
}
END_TEST

START_TEST(a_nak)
{
	boot_usual(&b);
	boot_assert(&b, "dhcp4.nak.restart", NOTHING, "none");
	copy_before(BOOT_ACK);
	boot_edit(&b, BOOT_ACK, "350105>350106;payload+245=0a000263");
	boot_assert(&b, "dhcp4.nak.other-server", KEPT, "it goes on");
	boot_assert(&b, "dhcp4.nak.restart", BROKEN, "it goes on");
	boot_assert(&b, "dhcp4.nak.loop-rate", NOTHING, "one REQUEST");
	copy_before(BOOT_REQUEST);
	boot_assert(&b, "dhcp4.nak.loop-rate", KEPT, "two REQUESTs");
	for (int i = 0; i < 12; i++)
		copy_before(BOOT_REQUEST);
	boot_assert(&b, "dhcp4.nak.loop-rate", BROKEN, "fourteen REQUESTs");
	boot_usual(&b);
	copy_before(BOOT_ACK);
	boot_edit(&b, BOOT_ACK, "350105>350106;payload+245=0a000263");
	copy_before(BOOT_ACK + 1);
	b.frames[BOOT_ACK + 1] = b.frames[BOOT_DISCOVER];
	b.frames[BOOT_ACK + 1].t_ns = b.frames[BOOT_ACK].t_ns;
	boot_assert(&b, "dhcp4.nak.other-server", BROKEN, "it begins anew");
	boot_assert(&b, "dhcp4.nak.restart", KEPT, "it begins anew");
	boot_usual(&b);
	copy_before(BOOT_OFFER);
	boot_edit(&b, BOOT_OFFER, "350102>350106");
	boot_assert(&b, "dhcp4.nak.in-selecting", KEPT, "it goes on");
	copy_before(BOOT_OFFER + 1);
	b.frames[BOOT_OFFER + 1] = b.frames[BOOT_DISCOVER];
	boot_assert(&b, "dhcp4.nak.in-selecting", BROKEN, "it begins anew");
}
END_TEST

/* One reply is another, and one frame behind it: as it is, and as of a client that misread it. */
static const struct {
	const char *id;
	unsigned at;
	const char *edits;
	unsigned then;
	const char *misread; /* NULL: no payload */
} coded[] = {
	{ "dhcp4.rx.relay-source", BOOT_OFFER, "ip+12=0a000262", BOOT_REQUEST,
	  "36040a000202>36040a000262" },
	{ "dhcp4.offer.no-server-id", BOOT_OFFER, "36040a000202>", 0, NULL },
	{ "dhcp4.opt.fixed-len-wrong", BOOT_OFFER, "36040a000202>36030a0002", BOOT_REQUEST,
	  "36040a000202>36040a000233" },
	{ "dhcp4.rx.giaddr-not-gateway", BOOT_OFFER, "payload+24=0a000263", 0, NULL },
	{ "dhcp4.rx.auth-90", BOOT_ACK, "350105>5a0100350105", 0, NULL },
	{ "dhcp4.ack.yiaddr-changed", BOOT_ACK, "payload+16=0a00024d", BOOT_RRQ, "" },
	{ "dhcp4.opt.pad", BOOT_OFFER, "350102>000000350102", 0, NULL },
	{ "dhcp4.opt.unknown", BOOT_OFFER, "350102>e00101350102", 0, NULL },
	{ "dhcp4.opt.order", BOOT_OFFER, "35010236040a000202>36040a000202350102", 0, NULL },
	{ "dhcp4.opt.zero-length-text", BOOT_OFFER, "350102>0c004300350102", 0, NULL },
	{ "dhcp4.opt.after-end", BOOT_ACK, "ff000000000000000000>ff430a6b65726e656c2e696d67",
	  BOOT_RRQ, "" },
	{ "dhcp4.overload.file", BOOT_ACK,
	  "payload+108=430a6b65726e656c2e696d67ff;350105>340101350105", BOOT_RRQ,
	  "6b65726e656c>7865726e656c" },
	{ "dhcp4.overload.sname", BOOT_ACK, "payload+44=420831302e302e322e32ff;350105>340102350105",
	  BOOT_RRQ, "ip+16=0a000261" },
	{ "dhcp4.overload.both-order", BOOT_ACK, "350105>340103350105", BOOT_RRQ,
	  "6b65726e656c>6e656c6b6572" },
	{ "dhcp4.overload.nested", BOOT_ACK, "payload+108=340103ff;350105>340101350105", 0, NULL },
	{ "dhcp4.overload.no-end-in-field", BOOT_ACK, "payload+108=e07e;350105>340101350105", 0,
	  NULL },
	{ "dhcp4.long.split-67", BOOT_ACK,
	  "350105>43036b6572"
	  "43076e656c2e696d67350105",
	  BOOT_RRQ, "6b65726e656c>6e656c" },
	{ "dhcp4.long.split-unordered", BOOT_ACK, "350105>43036b657235010543076e656c2e696d67",
	  BOOT_RRQ, "6b65726e656c>6e656c" },
	{ "dhcp4.opt119.pointer-loop", BOOT_ACK, "350105>7702c000350105", 0, NULL },
	{ "dhcp4.opt43.garbage", BOOT_ACK, "350105>2b020a40350105", 0, NULL },
	{ "boot4.next-server.siaddr", BOOT_ACK, "payload+20=0a000202;ip+12=0a000262", BOOT_RRQ,
	  "ip+16=0a000262" },
	{ "boot4.file.67-trailing-nul", BOOT_ACK, "350105>350105430c6b65726e656c2e696d670000",
	  BOOT_RRQ, "2e696d67>2e696d672e" },
	{ "boot4.info.ack-over-offer", BOOT_ACK, "350105>350105430a6b65726e656c2e696d67", BOOT_RRQ,
	  "6b65726e656c>6f6666657221" },
	{ "boot4.file.67-len-255", BOOT_ACK, "350105>350105430a6b65726e656c2e696d67", BOOT_RRQ,
	  "6b65726e656c>6b65726e656c6c" },
	{ "boot4.file.trailing-slash", BOOT_ACK, "350105>35010543046469722f", BOOT_RRQ, "" },
};

START_TEST(a_reply_that_is_coded_in_another_way)
{
	const char *id = coded[_i].id, *misread = coded[_i].misread;

	boot_usual(&b);
	boot_edit(&b, coded[_i].at, coded[_i].edits);
	/* Those that a usual boot breaks are turned round. */
	if (g_str_equal(id, "dhcp4.ack.yiaddr-changed") || g_str_equal(id, "dhcp4.opt.after-end") ||
	    g_str_equal(id, "boot4.file.trailing-slash")) {
		boot_assert(&b, id, BROKEN, "usual");
		if (g_str_equal(id, "dhcp4.ack.yiaddr-changed"))
			boot_edit(&b, BOOT_RRQ, "ip+12=0a00024d");
		else
			boot_edit(&b, BOOT_RRQ, "6b65726e656c>6469722f6b65726e656c");
		boot_assert(&b, id, KEPT, "as the reply has it");
		return;
	}
	if (g_str_equal(id, "dhcp4.offer.no-server-id") ||
	    g_str_equal(id, "dhcp4.opt.fixed-len-wrong")) {
		boot_assert(&b, id, BROKEN, "a REQUEST");
		boot_remove(&b, BOOT_REQUEST);
		boot_assert(&b, id, KEPT, "no REQUEST");
		return;
	}
	boot_assert(&b, id, KEPT, "as it should be");
	if (misread)
		boot_edit(&b, coded[_i].then, misread);
	else
		b.payload = NULL;
	boot_assert(&b, id, BROKEN, misread ? "misread" : "no payload");
}
END_TEST

/* Whatever comes of it, as long as something does. */
static const struct {
	const char *id;
	unsigned at;
	const char *edits;
} broken[] = {
	{ "dhcp4.opt.len-past-end", BOOT_ACK, "ff0000000000>43c86c65616b" },
	{ "dhcp4.overload.combined-len-wrap", BOOT_ACK,
	  "payload+108=430461616161ff;350105>340101350105430a61616161616161616161" },
	{ "dhcp4.overload.bad-value", BOOT_ACK, "350105>340104350105" },
	{ "boot4.file.control-chars", BOOT_ACK, "350105>3501054308610d0a464f52474544" },
	{ "boot4.next-server.none", BOOT_ACK, "payload+20=00000000" },
};

START_TEST(a_reply_that_is_broken)
{
	const char *id = broken[_i].id;

	boot_usual(&b);
	if (!g_str_equal(id, "boot4.next-server.none"))
		boot_edit(&b, broken[_i].at, broken[_i].edits);
	b.payload = NULL;
	b.ending = "gave-up";
	boot_assert(&b, id, KEPT, "it gives up");
	b.ending = "crash";
	boot_assert(&b, id, BROKEN, "it crashes");
	b.ending = "hang";
	boot_assert(&b, id, BROKEN, "it hangs");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_dhcp4_replies");

	suite_add_rows(s, a_stranger, N_ROWS(strangers));
	suite_add(s, an_address_in_use);
	suite_add(s, several_offers);
	suite_add(s, a_nak);
	suite_add_rows(s, a_reply_that_is_coded_in_another_way, N_ROWS(coded));
	suite_add_rows(s, a_reply_that_is_broken, N_ROWS(broken));
	return suite_run(s);
}
