/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/serve_log: what goes on, while it goes on
 */
#include "harness/serve_log.h"

#include <check.h>
#include <string.h>

#include "server/datagram.h"
#include "tests/support/suite.h"

#define MS(n) ((uint64_t)(n)*1000000)

struct lab {
	Journal *journal;
	ServeLog *log;
	FILE *file;
	char *text;
	size_t len;
};

static void lab_init_over(struct lab *lab, bool all, bool has_ipv6)
{
	*lab = (struct lab){ .journal = journal_new_nowhere() };
	lab->file = tmpfile();
	ck_assert_ptr_nonnull(lab->file);
	lab->log = serve_log_new(lab->journal, lab->file, all, has_ipv6);
}

static void lab_init(struct lab *lab, bool all)
{
	lab_init_over(lab, all, false);
}

static void lab_fini(struct lab *lab)
{
	serve_log_free(lab->log);
	fclose(lab->file);
	journal_free(lab->journal);
}

/* What was printed since the last time. */
static void expect_printed(struct lab *lab, const char *want)
{
	char buf[4096];
	size_t n;

	fseek(lab->file, (long)lab->len, SEEK_SET);
	n = fread(buf, 1, sizeof(buf) - 1, lab->file);
	buf[n] = '\0';
	lab->len += n;
	ck_assert_str_eq(buf, want);
}

static void tell_frame(struct lab *lab, uint64_t t_ns, const char *ev, const char *dir,
		       uint64_t block)
{
	journal_begin(lab->journal, t_ns, ev);
	journal_str(lab->journal, "nic", "nic0");
	journal_str(lab->journal, "dir", dir);
	journal_u64(lab->journal, "frame", 0);
	journal_u64(lab->journal, "sport", dir[0] == 't' ? 49152 : 2001);
	journal_u64(lab->journal, "dport", dir[0] == 't' ? 2001 : 49152);
	journal_u64(lab->journal, "block", block);
	if (dir[0] == 't')
		journal_u64(lab->journal, "bytes", 512);
	journal_end(lab->journal);
}

static void tell_drop(struct lab *lab, uint64_t t_ns, const char *reason)
{
	journal_begin(lab->journal, t_ns, "host.drop");
	journal_str(lab->journal, "reason", reason);
	journal_end(lab->journal);
}

START_TEST(a_line_is_printed_at_the_next_step)
{
	struct lab lab;

	lab_init(&lab, false);
	ck_assert_uint_eq(serve_log_deadline_ns(lab.log), DEADLINE_NEVER);
	tell_drop(&lab, MS(1), "udp-checksum");
	expect_printed(&lab, "");
	serve_log_step(lab.log, MS(1));
	expect_printed(&lab, "     1.000 ms  . host.drop      reason=udp-checksum\n");
	lab_fini(&lab);
}
END_TEST

START_TEST(a_transfer_is_folded_until_it_pauses)
{
	struct lab lab;

	lab_init(&lab, false);
	for (uint64_t i = 1; i <= 20; i++) {
		tell_frame(&lab, MS(i), "tftp.data", "to-guest", i);
		tell_frame(&lab, MS(i), "tftp.ack", "from-guest", i);
	}
	serve_log_step(lab.log, MS(20));
	expect_printed(&lab, "     1.000 ms  < tftp.data      block 1, 512 bytes\n"
			     "     1.000 ms  > tftp.ack       block 1\n");
	ck_assert_uint_eq(serve_log_deadline_ns(lab.log), MS(270));
	serve_log_step(lab.log, MS(269));
	expect_printed(&lab, "");
	serve_log_step(lab.log, MS(270));
	expect_printed(&lab, "               ... 18 blocks (2..19), 9.2 kB in 17.0 ms ...\n"
			     "    20.000 ms  < tftp.data      block 20, 512 bytes\n"
			     "    20.000 ms  > tftp.ack       block 20\n");
	ck_assert_uint_eq(serve_log_deadline_ns(lab.log), DEADLINE_NEVER);
	lab_fini(&lab);
}
END_TEST

START_TEST(the_rest_is_printed_at_the_end)
{
	struct lab lab;

	lab_init(&lab, false);
	for (uint64_t i = 1; i <= 4; i++)
		tell_frame(&lab, MS(i), "tftp.data", "to-guest", i);
	serve_log_step(lab.log, MS(4));
	expect_printed(&lab, "     1.000 ms  < tftp.data      block 1, 512 bytes\n"
			     "     2.000 ms  < tftp.data      block 2, 512 bytes\n");
	serve_log_free(lab.log);
	lab.log = NULL;
	expect_printed(&lab, "     3.000 ms  < tftp.data      block 3, 512 bytes\n"
			     "     4.000 ms  < tftp.data      block 4, 512 bytes\n");
	ck_assert(!journal_is_heard(lab.journal));
	lab_fini(&lab);
}
END_TEST

static const struct {
	const char *ev, *reason; /* a frame, if there is no reason */
	bool shown, shown_over_ipv6;
} chatter_rows[] = {
	{ "ipv6", NULL, false, false },
	{ "icmp6.rs", NULL, false, true },
	{ "icmp6.other", NULL, false, false },
	{ "ethernet.other", NULL, false, false },
	{ "host.drop", "not-for-us", false, false },
	{ "host.drop", "ethernet-type", false, false },
	{ "host.drop", "port-closed", true, true },
	{ "arp.request", NULL, true, true },
};

START_TEST(chatter_is_shown_when_all_is)
{
	for (int i = 0; i < 4; i++) {
		bool all = i & 1, has_ipv6 = i & 2;
		bool shown = has_ipv6 ? chatter_rows[_i].shown_over_ipv6 : chatter_rows[_i].shown;
		struct lab lab;

		lab_init_over(&lab, all, has_ipv6);
		if (chatter_rows[_i].reason)
			tell_drop(&lab, 0, chatter_rows[_i].reason);
		else
			tell_frame(&lab, 0, chatter_rows[_i].ev, "from-guest", 0);
		serve_log_step(lab.log, 0);
		fseek(lab.file, 0, SEEK_END);
		ck_assert_msg((ftell(lab.file) > 0) == (all || shown), "%s %d %d",
			      chatter_rows[_i].ev, all, has_ipv6);
		lab_fini(&lab);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("serve_log");

	suite_add(s, a_line_is_printed_at_the_next_step);
	suite_add(s, a_transfer_is_folded_until_it_pauses);
	suite_add(s, the_rest_is_printed_at_the_end);
	suite_add_rows(s, chatter_is_shown_when_all_is, N_ROWS(chatter_rows));
	return suite_run(s);
}
