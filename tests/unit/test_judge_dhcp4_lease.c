/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_dhcp4_lease: a lease ends while a boot goes on
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING

static struct boot_script b;

/* A usual boot with a lease of 10 s, which lasts so many seconds beyond its ACK. */
static void set_up(unsigned lasts_s)
{
	boot_usual(&b);
	boot_edit(&b, BOOT_ACK, "350105>35010533040000000a");
	b.frames[BOOT_RELEASE].t_ns = b.frames[BOOT_ACK].t_ns + lasts_s * 1000 * BOOT_MS;
}

/* A REQUEST that keeps the lease, so long after the ACK, before the RELEASE. */
static void keep(unsigned after_ms, const char *edits)
{
	struct boot_frame release = b.frames[BOOT_RELEASE];
	uint64_t t_ns = b.frames[BOOT_ACK].t_ns + after_ms * BOOT_MS;

	b.frames[BOOT_RELEASE] = b.frames[BOOT_REQUEST];
	b.frames[BOOT_RELEASE].t_ns = t_ns;
	boot_edit(&b, BOOT_RELEASE, "payload+12=0a00020f;36040a000202>;32040a00020f>");
	boot_edit(&b, BOOT_RELEASE, edits);
	b.frames[b.n++] = release;
}

static const struct {
	const char *id, *what;
	unsigned after_ms; /* 0: nothing keeps it */
	const char *edits;
	enum judge_saw saw;
} rows[] = {
	{ "dhcp4.renew.t1", "in time, to the server", 5100, "ip+16=0a000202", KEPT },
	{ "dhcp4.renew.t1", "too early", 1000, "ip+16=0a000202", BROKEN },
	{ "dhcp4.renew.t1", "too late", 9000, "ip+16=0a000202", BROKEN },
	{ "dhcp4.renew.t1", "to somebody else", 5100, "ip+16=0a000203", BROKEN },
	{ "dhcp4.renew.t1", "with an option 50", 5100, "ip+16=0a000202;350103>35010332040a00020f",
	  BROKEN },
	{ "dhcp4.renew.t1", "never", 0, NULL, BROKEN },
	{ "dhcp4.rebind.broadcast", "in time, to all", 8800, "ip+8=20", KEPT },
	{ "dhcp4.rebind.broadcast", "to the server only", 8800, "ip+16=0a000202", BROKEN },
	{ "dhcp4.lease.expiry-stop", "a RELEASE after its end", 0, NULL, BROKEN },
};

START_TEST(a_short_lease)
{
	set_up(14);
	if (rows[_i].after_ms)
		keep(rows[_i].after_ms, rows[_i].edits);
	boot_assert(&b, rows[_i].id, rows[_i].saw, rows[_i].what);
}
END_TEST

START_TEST(a_boot_that_is_over_before)
{
	set_up(4);
	boot_assert(&b, "dhcp4.renew.t1", NOTHING, "four seconds");
	boot_assert(&b, "dhcp4.rebind.broadcast", NOTHING, "four seconds");
	boot_assert(&b, "dhcp4.lease.expiry-stop", NOTHING, "four seconds");
	set_up(10);
	boot_assert(&b, "dhcp4.lease.expiry-stop", KEPT, "it ends with the lease");
}
END_TEST

START_TEST(times_that_the_server_names)
{
	set_up(14);
	boot_edit(&b, BOOT_ACK, "350105>3501053a0400000002");
	boot_assert(&b, "dhcp4.renew.t1-t2-values", BROKEN, "never");
	keep(2100, "ip+16=0a000202");
	boot_assert(&b, "dhcp4.renew.t1-t2-values", KEPT, "after 2 s");
	boot_usual(&b);
	boot_assert(&b, "dhcp4.renew.t1-t2-values", NOTHING, "none are named");
}
END_TEST

START_TEST(a_lease_for_ever)
{
	set_up(14);
	boot_assert(&b, "dhcp4.lease.infinite", NOTHING, "10 s");
	boot_edit(&b, BOOT_ACK, "33040000000a>3304ffffffff");
	boot_assert(&b, "dhcp4.lease.infinite", KEPT, "nothing is sent");
	keep(5000, "ip+16=0a000202");
	boot_assert(&b, "dhcp4.lease.infinite", BROKEN, "it is renewed");
}
END_TEST

START_TEST(a_lease_without_a_time)
{
	boot_usual(&b);
	boot_assert(&b, "dhcp4.lease.missing", KEPT, "the boot goes on");
	b.payload = NULL;
	boot_assert(&b, "dhcp4.lease.missing", BROKEN, "it does not");
	set_up(4);
	boot_assert(&b, "dhcp4.lease.missing", NOTHING, "there is one");
}
END_TEST

START_TEST(an_offer)
{
	boot_usual(&b);
	boot_assert(&b, "dhcp4.flags.broadcast-need", KEPT, "unicast, and heard");
	boot_assert(&b, "dhcp4.retx.late-offer", NOTHING, "in time");
	for (unsigned i = BOOT_OFFER; i < b.n; i++)
		b.frames[i].t_ns += 2500 * BOOT_MS;
	boot_assert(&b, "dhcp4.retx.late-offer", KEPT, "late");
	b.payload = NULL;
	boot_assert(&b, "dhcp4.retx.late-offer", BROKEN, "late, and nothing comes of it");
	boot_remove(&b, BOOT_REQUEST);
	boot_assert(&b, "dhcp4.flags.broadcast-need", BROKEN, "unicast, and not heard");
	boot_usual(&b);
	boot_edit(&b, BOOT_DISCOVER, "payload+10=8000");
	boot_assert(&b, "dhcp4.flags.broadcast-need", NOTHING, "it asks for broadcast");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_dhcp4_lease");

	suite_add_rows(s, a_short_lease, N_ROWS(rows));
	suite_add(s, a_boot_that_is_over_before);
	suite_add(s, times_that_the_server_names);
	suite_add(s, a_lease_for_ever);
	suite_add(s, a_lease_without_a_time);
	suite_add(s, an_offer);
	return suite_run(s);
}
