/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_dhcp4_retry: nobody answers, or an ACK is lost
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/trace_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING

enum {
	N_TRIES_MAX = 12,
};

static struct boot_script b;

static const struct {
	const char *id, *what;
	unsigned at_ms[N_TRIES_MAX]; /* of DISCOVERs; a 0 ends them, but as the first one */
	uint8_t last_secs;
	const char *ending;
	enum judge_saw saw;
} silent[] = {
	{ "dhcp4.secs.monotonic", "they grow", { 0, 4100, 12600 }, 12, "gave-up", KEPT },
	{ "dhcp4.secs.monotonic", "they do not", { 0, 4100, 12600 }, 0, "gave-up", BROKEN },
	{ "dhcp4.secs.monotonic", "too early to tell", { 0, 4100 }, 0, "gave-up", NOTHING },
	{ "dhcp4.retx.randomised-backoff",
	  "they double, and are random",
	  { 0, 4210, 12870, 28200, 60930 },
	  0,
	  "gave-up",
	  KEPT },
	{ "dhcp4.retx.randomised-backoff",
	  "all the same",
	  { 0, 8028, 16056, 24084, 32112 },
	  0,
	  "gave-up",
	  BROKEN },
	{ "dhcp4.retx.randomised-backoff",
	  "they double to the second",
	  { 0, 4000, 12001, 28003, 60010 },
	  0,
	  "gave-up",
	  BROKEN },
	{ "dhcp4.retx.randomised-backoff", "too few", { 0, 4000, 12000 }, 0, "gave-up", NOTHING },
	{ "dhcp4.retx.rate-cap", "few", { 0, 4000, 12000 }, 0, "gave-up", KEPT },
	{ "dhcp4.retx.rate-cap",
	  "eleven in less than ten seconds",
	  { 0, 900, 1800, 2700, 3600, 4500, 5400, 6300, 7200, 8100, 9000, 20000 },
	  0,
	  "gave-up",
	  BROKEN },
	{ "dhcp4.retx.rate-cap",
	  "eleven in ten seconds",
	  { 0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10000, 20000 },
	  0,
	  "gave-up",
	  KEPT },
	{ "dhcp4.retx.giveup", "it says so", { 0, 4000 }, 0, "gave-up", KEPT },
	{ "dhcp4.retx.giveup", "it never ends", { 0, 4000 }, 0, "hang", BROKEN },
	{ "dhcp4.retx.giveup", "it crashes", { 0, 4000 }, 0, "crash", BROKEN },
};

START_TEST(nobody_answers)
{
	boot_usual(&b);
	b.n = 0;
	b.payload = NULL;
	b.ending = silent[_i].ending;
	for (unsigned i = 0; i < N_TRIES_MAX && (!i || silent[_i].at_ms[i]); i++) {
		boot_dhcp(&b, DHCP_DISCOVER);
		b.frames[i].t_ns = (100 + silent[_i].at_ms[i]) * BOOT_MS;
	}
	if (silent[_i].last_secs) {
		g_autofree char *edit = g_strdup_printf("payload+8=%04x", silent[_i].last_secs);

		boot_edit(&b, b.n - 1, edit);
	}
	boot_assert(&b, silent[_i].id, silent[_i].saw, silent[_i].what);
}
END_TEST

static const struct {
	const char *what;
	enum dhcp_type next; /* 0: nothing */
	bool is_other;       /* another exchange */
	enum judge_saw saw;
} lost[] = {
	{ "the REQUEST comes again", DHCP_REQUEST, false, KEPT },
	{ "another REQUEST comes", DHCP_REQUEST, true, BROKEN },
	{ "it begins anew", DHCP_DISCOVER, false, BROKEN },
	{ "nothing comes", 0, false, BROKEN },
};

START_TEST(an_ack_is_lost)
{
	boot_usual(&b);
	b.n = BOOT_ACK;
	if (lost[_i].next)
		boot_dhcp(&b, lost[_i].next);
	if (lost[_i].is_other)
		boot_edit(&b, b.n - 1, "payload+4=01020304");
	boot_assert(&b, "dhcp4.retx.request-on-lost-ack", lost[_i].saw, lost[_i].what);
}
END_TEST

START_TEST(an_ack_that_arrives_tells_nothing)
{
	boot_usual(&b);
	boot_assert(&b, "dhcp4.retx.request-on-lost-ack", NOTHING, "usual");
}
END_TEST

/* "Nothing happened" needs a control in which it does. */
START_TEST(a_control_without_a_lease_tells_nothing)
{
	static const char *const ids[] = { "dhcp4.secs.monotonic", "dhcp4.retx.rate-cap",
					   "dhcp4.retx.giveup", "dhcp4.retx.request-on-lost-ack" };
	Trace *t;

	boot_usual(&b);
	b.n = 0;
	for (int i = 0; i < 5; i++)
		boot_dhcp(&b, DHCP_DISCOVER);
	t = boot_trace(&b);
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		struct judgement seen = judge_boot(judge_find(ids[i]), t, t);

		ck_assert_msg(seen.saw == NOTHING, "%s: %s", ids[i], seen.evidence);
	}
	trace_free(t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_dhcp4_retry");

	suite_add_rows(s, nobody_answers, N_ROWS(silent));
	suite_add_rows(s, an_ack_is_lost, N_ROWS(lost));
	suite_add(s, an_ack_that_arrives_tells_nothing);
	suite_add(s, a_control_without_a_lease_tells_nothing);
	return suite_run(s);
}
