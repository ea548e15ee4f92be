/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_dhcp4: what it sees of one changed message
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING

static const struct judge_row rows[] = {
	{ "dhcp4.msg.header", "all messages of a usual boot", 0, NULL, KEPT },
	{ "dhcp4.msg.header", "a reply's op", BOOT_DISCOVER, "payload+0=02", BROKEN },
	{ "dhcp4.msg.header", "another kind of hardware", BOOT_REQUEST, "payload+1=06", BROKEN },
	{ "dhcp4.msg.header", "a longer address", BOOT_DISCOVER, "payload+2=10", BROKEN },
	{ "dhcp4.msg.header", "a relay", BOOT_RELEASE, "payload+3=01", BROKEN },
	{ "dhcp4.msg.header", "somebody else's address", BOOT_DISCOVER, "payload+28=52550a",
	  BROKEN },
	{ "dhcp4.msg.header", "something behind the address", BOOT_DISCOVER, "payload+43=01",
	  BROKEN },
	{ "dhcp4.msg.header", "a server's relay is none of its business", BOOT_OFFER,
	  "payload+3=01", KEPT },
	{ "dhcp4.msg.cookie-53", "usual", 0, NULL, KEPT },
	{ "dhcp4.msg.cookie-53", "no cookie", BOOT_DISCOVER, "payload+236=00000000", BROKEN },
	{ "dhcp4.msg.cookie-53", "no type", BOOT_DISCOVER, "350101>e00101", BROKEN },
	{ "dhcp4.msg.cookie-53", "a type that there is not", BOOT_DISCOVER, "350101>3501ee",
	  BROKEN },
	{ "dhcp4.msg.end-option", "usual", 0, NULL, KEPT },
	{ "dhcp4.msg.end-option", "no END", BOOT_DISCOVER, "01034243ff>0103424300", BROKEN },
	{ "dhcp4.msg.end-option", "something behind it", BOOT_DISCOVER, "4243ff00>4243ff01",
	  BROKEN },
	{ "dhcp4.msg.end-option", "an option that leaves the message", BOOT_DISCOVER,
	  "3704010342>37ff010342", BROKEN },
	{ "dhcp4.msg.min-300", "usual", 0, NULL, KEPT },
	{ "dhcp4.msg.min-300", "299 bytes", BOOT_REQUEST, "4243ff00>4243ff", BROKEN },
	{ "dhcp4.msg.ports", "usual", 0, NULL, KEPT },
	{ "dhcp4.msg.ports", "another port", BOOT_DISCOVER, "udp+0=0045", BROKEN },
	{ "dhcp4.msg.flags-reserved", "usual", 0, NULL, KEPT },
	{ "dhcp4.msg.flags-reserved", "BROADCAST", BOOT_DISCOVER, "payload+10=8000", KEPT },
	{ "dhcp4.msg.flags-reserved", "the lowest", BOOT_DISCOVER, "payload+10=8001", BROKEN },
	{ "dhcp4.discover.broadcast", "usual", 0, NULL, KEPT },
	{ "dhcp4.discover.broadcast", "to one host", BOOT_DISCOVER, "ip+16=0a000202", BROKEN },
	{ "dhcp4.discover.broadcast", "to one card", BOOT_DISCOVER, "eth+0=525400000001", BROKEN },
	{ "dhcp4.discover.broadcast", "a REQUEST does not count", BOOT_REQUEST, "ip+16=0a000202",
	  KEPT },
	{ "dhcp4.discover.src-zero", "usual", 0, NULL, KEPT },
	{ "dhcp4.discover.src-zero", "a DISCOVER with an address", BOOT_DISCOVER, "ip+12=0a00020f",
	  BROKEN },
	{ "dhcp4.discover.src-zero", "a REQUEST with one", BOOT_REQUEST, "ip+12=0a00020f", BROKEN },
	{ "dhcp4.discover.ciaddr-zero", "usual", 0, NULL, KEPT },
	{ "dhcp4.discover.ciaddr-zero", "ciaddr", BOOT_DISCOVER, "payload+12=0a00020f", BROKEN },
	{ "dhcp4.discover.ciaddr-zero", "giaddr", BOOT_DISCOVER, "payload+24=0a00020f", BROKEN },
	{ "dhcp4.discover.initial-delay", "after 2 s", 0, NULL, KEPT },
	{ "dhcp4.xid.per-boot-random", "the same as in the control", 0, NULL, BROKEN },
	{ "dhcp4.xid.per-boot-random", "another", BOOT_DISCOVER, "payload+4=0a0b0c0d", KEPT },
	{ "dhcp4.xid.request-equals-offer", "usual", 0, NULL, KEPT },
	{ "dhcp4.xid.request-equals-offer", "another", BOOT_REQUEST, "payload+4=0a0b0c0d", BROKEN },
	{ "dhcp4.request.secs-equal", "usual", 0, NULL, KEPT },
	{ "dhcp4.request.secs-equal", "later", BOOT_REQUEST, "payload+8=0001", BROKEN },
	{ "dhcp4.request.server-id", "usual", 0, NULL, KEPT },
	{ "dhcp4.request.server-id", "of nobody's", BOOT_REQUEST, "36040a000202>36040a000203",
	  BROKEN },
	{ "dhcp4.request.server-id", "none", BOOT_REQUEST, "36040a000202>", BROKEN },
	{ "dhcp4.request.requested-ip", "usual", 0, NULL, KEPT },
	{ "dhcp4.request.requested-ip", "another", BOOT_REQUEST, "32040a00020f>32040a000210",
	  BROKEN },
	{ "dhcp4.request.requested-ip", "none", BOOT_REQUEST, "32040a00020f>", BROKEN },
	{ "dhcp4.request.requested-ip", "ciaddr as well", BOOT_REQUEST, "payload+12=0a00020f",
	  BROKEN },
	{ "dhcp4.request.broadcast", "usual", 0, NULL, KEPT },
	{ "dhcp4.request.broadcast", "to its server", BOOT_REQUEST, "ip+16=0a000202", BROKEN },
	{ "dhcp4.prl.repeated", "usual", 0, NULL, KEPT },
	{ "dhcp4.prl.repeated", "one fewer", BOOT_REQUEST, "370401034243>3703010342", BROKEN },
	{ "dhcp4.prl.repeated", "none", BOOT_REQUEST, "370401034243>", BROKEN },
	{ "dhcp4.prl.repeated", "one more is no breach", BOOT_REQUEST,
	  "370401034243>370501034243d1", KEPT },
	{ "dhcp4.prl.boot-options", "usual", 0, NULL, KEPT },
	{ "dhcp4.prl.boot-options", "no boot file", BOOT_DISCOVER, "370401034243>3703010342",
	  BROKEN },
	{ "dhcp4.prl.boot-options", "209 in the REQUEST only", BOOT_REQUEST,
	  "370401034243>370501034243d1", BROKEN },
	{ "dhcp4.opt57.present-sane", "usual", 0, NULL, KEPT },
	{ "dhcp4.opt57.present-sane", "none", BOOT_DISCOVER, "390205c0>", BROKEN },
	{ "dhcp4.opt57.present-sane", "575", BOOT_DISCOVER, "390205c0>3902023f", BROKEN },
	{ "dhcp4.opt57.present-sane", "576", BOOT_DISCOVER, "390205c0>39020240", KEPT },
	{ "dhcp4.opt57.present-sane", "1501", BOOT_DISCOVER, "390205c0>390205dd", BROKEN },
	{ "dhcp4.opt57.present-sane", "one byte", BOOT_DISCOVER, "390205c0>3901c0", BROKEN },
	{ "dhcp4.opt61.stable", "usual", 0, NULL, KEPT },
	{ "dhcp4.opt61.stable", "another later", BOOT_REQUEST, "3d020102>3d020103", BROKEN },
	{ "dhcp4.opt61.stable", "none later", BOOT_RELEASE, "3d020102>", BROKEN },
	{ "dhcp4.release.fields", "usual", 0, NULL, KEPT },
	{ "dhcp4.release.fields", "no server", BOOT_RELEASE, "36040a000202>", BROKEN },
	{ "dhcp4.release.fields", "no address", BOOT_RELEASE, "payload+12=00000000", BROKEN },
	{ "dhcp4.release.fields", "another's address", BOOT_RELEASE, "payload+12=0a000210",
	  BROKEN },
	{ "dhcp4.release.fields", "to everybody", BOOT_RELEASE, "ip+16=ffffffff", BROKEN },
	{ "dhcp4.release.fields", "a parameter list", BOOT_RELEASE, "3d020102>370101", BROKEN },
	{ "dhcp4.release.then-silent", "usual", 0, NULL, KEPT },
};

START_TEST(a_changed_message)
{
	judge_row_assert(&rows[_i]);
}
END_TEST

static struct boot_script b;

/* Without a DISCOVER, or a REQUEST, or a RELEASE there is nothing to see. */
START_TEST(a_boot_without_dhcp)
{
	boot_usual(&b);
	boot_remove(&b, BOOT_RELEASE);
	for (unsigned i = 0; i <= BOOT_ACK; i++)
		boot_remove(&b, BOOT_DISCOVER);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		boot_assert(&b, rows[i].id, NOTHING, "no DHCP");
}
END_TEST

START_TEST(a_discover_at_once)
{
	boot_usual(&b);
	b.frames[BOOT_DISCOVER].t_ns = 999 * BOOT_MS;
	boot_assert(&b, "dhcp4.discover.initial-delay", BROKEN, "before 1 s");
}
END_TEST

START_TEST(a_word_after_the_release)
{
	boot_usual(&b);
	boot_rrq(&b, 2010, "late");
	boot_assert(&b, "dhcp4.release.then-silent", BROKEN, "a request");
	boot_usual(&b);
	boot_dhcp(&b, DHCP_DISCOVER);
	boot_rrq(&b, 2010, "late");
	boot_assert(&b, "dhcp4.release.then-silent", KEPT, "asked for anew");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_dhcp4");

	suite_add_rows(s, a_changed_message, N_ROWS(rows));
	suite_add(s, a_boot_without_dhcp);
	suite_add(s, a_discover_at_once);
	suite_add(s, a_word_after_the_release);
	return suite_run(s);
}
