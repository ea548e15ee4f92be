/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_s390: what is handed over, and what the network still hears
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_entry.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING

#define REPORT(words) "@iplab payload kind=probe cmdline=\"\" " words

static const struct {
	const char *id, *payload; /* NULL: none, it gave up */
	enum judge_saw saw;
	const char *what;
} rows[] = {
	{ "s390.kernel.s390ep", ENTRY_REPORT, KEPT, "the kernel's entry" },
	{ "s390.kernel.s390ep", REPORT("entry=0x800"), BROKEN, "another" },
	{ "s390.kernel.s390ep", NULL, NOTHING, "no payload" },
	{ "s390.kernel.s390ep", "@iplab payload kind=probe entry=0x800", NOTHING,
	  "an image without a parameter area" },
	{ "s390.initrd.params", REPORT("initrd=0x12000 initrd_len=77"), KEPT, "as fetched" },
	{ "s390.initrd.params", REPORT("initrd=0x12000 initrd_len=76"), BROKEN, "one byte short" },
	{ "s390.initrd.params", REPORT("initrd=0x12001 initrd_len=77"), BROKEN, "not aligned" },
	{ "s390.initrd.params", REPORT("initrd=0x0 initrd_len=77"), BROKEN, "nowhere" },
	{ "s390.initrd.params", NULL, BROKEN, "no payload" },
	{ "s390.initrd.odd-sizes", REPORT("initrd=0x12000 initrd_len=4096"), BROKEN,
	  "whole pages" },
	{ "s390.initrd.absent", REPORT("initrd=0x0 initrd_len=0"), KEPT, "none" },
	{ "s390.initrd.absent", REPORT("initrd=0x12000 initrd_len=1"), BROKEN, "one" },
	{ "s390.initrd.absent", NULL, BROKEN, "no payload" },
	{ "s390.initrd.empty", REPORT("initrd=0x0 initrd_len=0"), KEPT, "none" },
	{ "s390.initrd.empty", REPORT("initrd=0x12000 initrd_len=1"), BROKEN, "one" },
	{ "s390.initrd.empty", NULL, KEPT, "refused" },
	{ "s390.fallback.release", NULL, BROKEN, "none" },
	{ "s390.fallback.release", ENTRY_REPORT, NOTHING, "it boots" },
};

static struct boot_script b;

START_TEST(words)
{
	entry_lease(&b);
	entry_file(&b, "kernel.img", 500);
	entry_file(&b, "initrd.img", 77);
	entry_assert(entry_trace(&b, &(struct entry_end){ rows[_i].payload,
							  rows[_i].payload ? "payload" : "gave-up",
							  rows[_i].payload }),
		     rows[_i].id, rows[_i].saw, rows[_i].what);
}
END_TEST

START_TEST(a_release)
{
	const struct entry_end started = { ENTRY_REPORT, "payload", true };
	const struct entry_end stopped = { NULL, "gave-up", false };

	entry_lease(&b);
	entry_assert(entry_trace(&b, &started), "s390.net.release-before-start", BROKEN, "none");
	boot_dhcp(&b, DHCP_RELEASE);
	entry_assert(entry_trace(&b, &started), "s390.net.release-before-start", KEPT, "one");
	entry_assert(entry_trace(&b, &stopped), "s390.net.release-before-start", NOTHING,
		     "nothing is started");
	entry_assert(entry_trace(&b, &stopped), "s390.fallback.release", KEPT, "one");
	b = (struct boot_script){ .payload = NULL };
	entry_assert(entry_trace(&b, &started), "s390.net.release-before-start", NOTHING,
		     "there was no lease");
}
END_TEST

/* The event of the hand-over that entry_trace() makes stands behind all frames. */
START_TEST(nothing_comes_at_the_start)
{
	const struct entry_end started = { ENTRY_REPORT, "payload", true };
	const struct entry_end crashed = { NULL, "crash", false };

	entry_lease(&b);
	entry_assert(entry_trace(&b, &started), "s390.net.device-quiet-at-start", NOTHING,
		     "no frame after it");
	entry_assert(entry_trace(&b, &crashed), "s390.net.device-quiet-at-start", BROKEN,
		     "it never starts");
}
END_TEST

START_TEST(one_card_sends)
{
	const struct entry_end started = { ENTRY_REPORT, "payload", true };
	const struct entry_end stopped = { NULL, "gave-up", false };

	b = (struct boot_script){ .payload = NULL };
	entry_lease(&b);
	entry_assert(entry_trace(&b, &started), "s390.net.two-nics", KEPT, "one card");
	entry_assert(entry_trace(&b, &stopped), "s390.net.two-nics", BROKEN, "no payload");
	boot_edit(&b, 0, "eth+6=525400123499");
	entry_assert(entry_trace(&b, &started), "s390.net.two-nics", BROKEN, "two cards");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_s390");

	suite_add_rows(s, words, N_ROWS(rows));
	suite_add(s, a_release);
	suite_add(s, nothing_comes_at_the_start);
	suite_add(s, one_card_sends);
	return suite_run(s);
}
