/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/milestones: how far a boot is, read from its frames
 */
#include "harness/milestones.h"

#include <check.h>

#include "tests/support/boot_frames.h"
#include "tests/support/suite.h"

/* Milestones that write down what they say, and a clock that goes one on for each frame. */
struct lab {
	Milestones *m;
	GString *said; /* "name@time " and "file=bytes@time " */
	uint64_t now_ns;
};

static void on_reached(void *self, uint64_t now_ns, enum milestone_id id)
{
	struct lab *lab = self;

	g_string_append_printf(lab->said, "%s@%" G_GUINT64_FORMAT " ", milestone_name(id), now_ns);
}

static void on_transferred(void *self, uint64_t now_ns, const char *file, uint64_t bytes)
{
	struct lab *lab = self;

	g_string_append_printf(lab->said, "%s=%" G_GUINT64_FORMAT "@%" G_GUINT64_FORMAT " ", file,
			       bytes, now_ns);
}

static const struct milestone_roles all_roles = { true, "cfg", "kernel", "initrd" };

static void lab_start(struct lab *lab, const struct milestone_roles *roles)
{
	struct milestones_ops ops = { on_reached, on_transferred, lab };

	*lab = (struct lab){ .said = g_string_new(NULL) };
	lab->m = milestones_new(roles, &ops);
}

static void feed(struct lab *lab, const struct frame *f)
{
	milestones_frame(lab->m, ++lab->now_ns, f);
}

/* What was said since the last call. */
static void expect_said(struct lab *lab, const char *want)
{
	g_autofree char *said = g_strchomp(g_strdup(lab->said->str));

	ck_assert_str_eq(said, want);
	g_string_truncate(lab->said, 0);
}

static void lab_end(struct lab *lab)
{
	expect_said(lab, "");
	milestones_free(lab->m);
	g_string_free(lab->said, TRUE);
}

/* Forget the first frame: most tests are not about it. */
static void skip_first_frame(struct lab *lab)
{
	milestones_reach(lab->m, 0, MILESTONE_FIRST_FRAME);
	g_string_truncate(lab->said, 0);
}

START_TEST(a_whole_boot)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	milestones_reach(lab.m, 0, MILESTONE_POWER_ON);
	feed(&lab, boot_kind(FRAME_ARP_REQUEST));
	feed(&lab, boot_kind(FRAME_DHCP_DISCOVER));
	feed(&lab, boot_kind(FRAME_DHCP_OFFER));
	feed(&lab, boot_kind(FRAME_DHCP_REQUEST));
	feed(&lab, boot_kind(FRAME_DHCP_ACK));
	feed(&lab, boot_rrq(2001, "cfg"));
	feed(&lab, boot_data(2001, 1, 10));
	feed(&lab, boot_ack(2001, 1));
	feed(&lab, boot_rrq(2002, "kernel"));
	feed(&lab, boot_data(2002, 1, 512));
	feed(&lab, boot_ack(2002, 1));
	feed(&lab, boot_data(2002, 2, 1));
	feed(&lab, boot_ack(2002, 2));
	feed(&lab, boot_rrq(2003, "initrd"));
	feed(&lab, boot_data(2003, 1, 0));
	feed(&lab, boot_ack(2003, 1));
	milestones_reach(lab.m, 50, MILESTONE_HANDOVER);
	milestones_reach(lab.m, 60, MILESTONE_PAYLOAD);
	expect_said(&lab, "power-on@0 first-frame@1 dhcp-discover@2 dhcp-ack@5 "
			  "config-loaded@8 cfg=10@8 kernel-start@10 kernel-done@13 kernel=513@13 "
			  "initrd-done@16 initrd=0@16 handover@50 payload@60");
	ck_assert(milestones_has(lab.m, MILESTONE_KERNEL_DONE));
	ck_assert_uint_eq(milestones_time_ns(lab.m, MILESTONE_KERNEL_DONE), 13);
	lab_end(&lab);
}
END_TEST

START_TEST(each_is_known_by_its_name)
{
	for (enum milestone_id id = 0; id < MILESTONE_N; id++)
		ck_assert_int_eq((int)milestone_by_name(milestone_name(id)), (int)id);
	ck_assert_int_eq((int)milestone_by_name("menu"), MILESTONE_N);
	ck_assert_int_eq((int)milestone_by_name(""), MILESTONE_N);
}
END_TEST

START_TEST(each_is_said_once)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	ck_assert(!milestones_has(lab.m, MILESTONE_DHCP_DISCOVER));
	feed(&lab, boot_kind(FRAME_DHCP_DISCOVER));
	feed(&lab, boot_kind(FRAME_DHCP_DISCOVER));
	milestones_reach(lab.m, 9, MILESTONE_DHCP_DISCOVER);
	expect_said(&lab, "first-frame@1 dhcp-discover@1");
	ck_assert_uint_eq(milestones_time_ns(lab.m, MILESTONE_DHCP_DISCOVER), 1);
	lab_end(&lab);
}
END_TEST

/* DHCPv6 has the same two. */
START_TEST(an_exchange_over_ipv6)
{
	static const enum frame_kind asking[] = { FRAME_DHCP6_SOLICIT,
						  FRAME_DHCP6_INFORMATION_REQUEST };
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_kind(FRAME_ICMP6_RS));
	feed(&lab, boot_kind(asking[_i]));
	feed(&lab, boot_kind(FRAME_DHCP6_ADVERTISE));
	feed(&lab, boot_kind(FRAME_DHCP6_REPLY));
	ck_assert_int_eq(milestones_phase(lab.m), PHASE_CONFIG);
	expect_said(&lab, "dhcp-discover@2 dhcp-ack@4");
	lab_end(&lab);
}
END_TEST

START_TEST(repeated_blocks_count_once)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_rrq(2001, "x"));
	feed(&lab, boot_data(2001, 1, 512));
	feed(&lab, boot_data(2001, 1, 512));
	feed(&lab, boot_data(2001, 3, 512)); /* the second was lost */
	feed(&lab, boot_data(2001, 2, 512));
	feed(&lab, boot_data(2001, 1, 512));
	feed(&lab, boot_data(2001, 3, 100));
	feed(&lab, boot_data(2001, 3, 100));
	feed(&lab, boot_ack(2001, 2)); /* late */
	expect_said(&lab, "");
	feed(&lab, boot_ack(2001, 3));
	expect_said(&lab, "x=1124@10");
	feed(&lab, boot_ack(2001, 3)); /* again: the transfer is over */
	lab_end(&lab);
}
END_TEST

START_TEST(a_repeated_request_starts_again)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_rrq(2001, "x"));
	feed(&lab, boot_oack(2001, "blksize", "1024"));
	feed(&lab, boot_rrq(2001, "x"));
	feed(&lab, boot_oack(2001, "blksize", "1024"));
	feed(&lab, boot_data(2001, 1, 600));
	feed(&lab, boot_ack(2001, 1));
	expect_said(&lab, "x=600@6");
	lab_end(&lab);
}
END_TEST

START_TEST(one_port_for_all_files)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_rrq(2001, "given-up"));
	feed(&lab, boot_data(2001, 1, 512));
	feed(&lab, boot_rrq(2001, "x"));
	feed(&lab, boot_data(2001, 1, 5));
	feed(&lab, boot_ack(2001, 1));
	expect_said(&lab, "x=5@5");
	lab_end(&lab);
}
END_TEST

START_TEST(a_slash_in_front_is_the_root)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_rrq(2001, "/kernel"));
	feed(&lab, boot_data(2001, 1, 5));
	feed(&lab, boot_ack(2001, 1));
	expect_said(&lab, "kernel-start@2 kernel-done@3 kernel=5@3");
	lab_end(&lab);
}
END_TEST

START_TEST(block_numbers_wrap)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_rrq(2001, "x"));
	feed(&lab, boot_oack(2001, "blksize", "8"));
	for (unsigned i = 1; i <= 65537; i++)
		feed(&lab, boot_data(2001, (uint16_t)i, 8));
	feed(&lab, boot_data(2001, 2, 3));
	feed(&lab, boot_ack(2001, 2));
	expect_said(&lab, "x=524299@65541");
	lab_end(&lab);
}
END_TEST

START_TEST(an_exact_multiple_ends_with_an_empty_block)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_rrq(2001, "x"));
	feed(&lab, boot_data(2001, 1, 512));
	feed(&lab, boot_ack(2001, 1));
	expect_said(&lab, "");
	feed(&lab, boot_data(2001, 2, 0));
	feed(&lab, boot_ack(2001, 2));
	expect_said(&lab, "x=512@5");
	lab_end(&lab);
}
END_TEST

static const struct {
	const char *what, *name, *value;
	bool whole; /* a first block of 512 bytes is the last */
} oack_rows[] = {
	{ "a larger block size", "blksize", "1428", true },
	{ "a block size in capitals", "BLKSIZE", "1428", true },
	{ "the same block size", "blksize", "512", false },
	{ "a smaller one", "blksize", "8", false },
	{ "the largest", "blksize", "65464", true },
	{ "one that there is not", "blksize", "65465", false },
	{ "no number", "blksize", "big", false },
	{ "another option", "tsize", "100000", false },
};

START_TEST(the_oack_sets_the_block_size)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_rrq(2001, "x"));
	feed(&lab, boot_oack(2001, oack_rows[_i].name, oack_rows[_i].value));
	feed(&lab, boot_data(2001, 1, 512));
	feed(&lab, boot_ack(2001, 1));
	ck_assert_msg((lab.said->len > 0) == oack_rows[_i].whole, "%s: \"%s\"", oack_rows[_i].what,
		      lab.said->str);
	g_string_truncate(lab.said, 0);
	lab_end(&lab);
}
END_TEST

START_TEST(two_transfers_at_once)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_rrq(2001, "kernel"));
	feed(&lab, boot_rrq(2002, "initrd"));
	feed(&lab, boot_data(2002, 1, 512));
	feed(&lab, boot_data(2001, 1, 7));
	feed(&lab, boot_data(2002, 2, 1));
	feed(&lab, boot_ack(2002, 2));
	feed(&lab, boot_ack(2001, 1));
	expect_said(&lab, "kernel-start@4 initrd-done@6 initrd=513@6 kernel-done@7 kernel=7@7");
	lab_end(&lab);
}
END_TEST

START_TEST(more_transfers_than_are_remembered)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	for (uint16_t i = 0; i < 40; i++)
		feed(&lab, boot_rrq((uint16_t)(2000 + i), "x"));
	feed(&lab, boot_data(2000, 1, 5)); /* forgotten */
	feed(&lab, boot_ack(2000, 1));
	feed(&lab, boot_data(2039, 1, 5));
	feed(&lab, boot_ack(2039, 1));
	expect_said(&lab, "x=5@44");
	lab_end(&lab);
}
END_TEST

START_TEST(frames_of_no_transfer)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_data(2001, 1, 5));
	feed(&lab, boot_ack(2001, 1));
	feed(&lab, boot_oack(2001, "blksize", "8"));
	/* Port 0 marks a free place, and is a port that a broken guest may name. */
	feed(&lab, boot_data(0, 1, 5));
	feed(&lab, boot_ack(0, 1));
	feed(&lab, boot_oack(0, "blksize", "8"));
	feed(&lab, boot_rrq(0, "kernel"));
	feed(&lab, boot_data(0, 1, 5));
	feed(&lab, boot_ack(0, 1));
	feed(&lab, boot_ack(2001, 0));
	feed(&lab, boot_kind(FRAME_MALFORMED));
	lab_end(&lab);
}
END_TEST

START_TEST(an_ack_of_what_never_came)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	skip_first_frame(&lab);
	feed(&lab, boot_rrq(2001, "x"));
	feed(&lab, boot_ack(2001, 0));
	feed(&lab, boot_ack(2001, 1));
	lab_end(&lab);
}
END_TEST

/* --- phases ---------------------------------------------------------------------------------- */

static const struct phase_limits limits = { { 1, 2, 3, 4, 5 }, 100 };

static void expect_phase(const Milestones *m, enum phase want, uint64_t deadline_ns)
{
	ck_assert_str_eq(phase_name(milestones_phase(m)), phase_name(want));
	ck_assert_uint_eq(milestones_deadline_ns(m, &limits), deadline_ns);
}

#define MS(n) ((uint64_t)(n)*1000 * 1000)

START_TEST(each_phase_has_its_deadline)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	milestones_reach(lab.m, 0, MILESTONE_POWER_ON);
	expect_phase(lab.m, PHASE_DHCP, MS(1));
	milestones_reach(lab.m, 100, MILESTONE_FIRST_FRAME);
	milestones_reach(lab.m, 200, MILESTONE_DHCP_DISCOVER);
	expect_phase(lab.m, PHASE_DHCP, MS(1));
	milestones_reach(lab.m, 300, MILESTONE_DHCP_ACK);
	expect_phase(lab.m, PHASE_CONFIG, MS(2) + 300);
	milestones_reach(lab.m, 400, MILESTONE_CONFIG_LOADED);
	expect_phase(lab.m, PHASE_CONFIG, MS(2) + 300);
	milestones_reach(lab.m, 500, MILESTONE_KERNEL_START);
	expect_phase(lab.m, PHASE_KERNEL, MS(3) + 500);
	milestones_reach(lab.m, 600, MILESTONE_KERNEL_DONE);
	expect_phase(lab.m, PHASE_INITRD, MS(4) + 600);
	milestones_reach(lab.m, 700, MILESTONE_INITRD_DONE);
	expect_phase(lab.m, PHASE_PAYLOAD, MS(5) + 700);
	milestones_reach(lab.m, 800, MILESTONE_HANDOVER);
	expect_phase(lab.m, PHASE_PAYLOAD, MS(5) + 800);
	milestones_reach(lab.m, 900, MILESTONE_PAYLOAD);
	expect_phase(lab.m, PHASE_PAYLOAD, MS(5) + 900);
	g_string_truncate(lab.said, 0);
	lab_end(&lab);
}
END_TEST

START_TEST(no_initrd_no_phase_of_it)
{
	struct milestone_roles roles = { true, NULL, "kernel", NULL };
	struct lab lab;

	lab_start(&lab, &roles);
	milestones_reach(lab.m, 0, MILESTONE_POWER_ON);
	milestones_reach(lab.m, 10, MILESTONE_DHCP_ACK);
	milestones_reach(lab.m, 20, MILESTONE_KERNEL_START);
	milestones_reach(lab.m, 30, MILESTONE_KERNEL_DONE);
	expect_phase(lab.m, PHASE_PAYLOAD, MS(5) + 30);
	g_string_truncate(lab.said, 0);
	lab_end(&lab);
}
END_TEST

START_TEST(a_hand_over_ends_all_phases_before)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	milestones_reach(lab.m, 0, MILESTONE_POWER_ON);
	milestones_reach(lab.m, 10, MILESTONE_HANDOVER);
	expect_phase(lab.m, PHASE_PAYLOAD, MS(5) + 10);
	g_string_truncate(lab.said, 0);
	lab_end(&lab);
}
END_TEST

START_TEST(a_direct_client_has_one_phase)
{
	struct milestone_roles roles = { false, "cfg", "kernel", "initrd" };
	struct lab lab;

	lab_start(&lab, &roles);
	milestones_reach(lab.m, 0, MILESTONE_POWER_ON);
	expect_phase(lab.m, PHASE_PAYLOAD, MS(5));
	milestones_reach(lab.m, 40, MILESTONE_FIRST_FRAME);
	expect_phase(lab.m, PHASE_PAYLOAD, MS(5) + 40);
	g_string_truncate(lab.said, 0);
	lab_end(&lab);
}
END_TEST

START_TEST(the_longest_limit_does_not_wrap)
{
	struct phase_limits hour = { { 3600000, 3600000, 3600000, 3600000, 3600000 }, 3600000 };
	struct lab lab;

	lab_start(&lab, &all_roles);
	milestones_reach(lab.m, 0, MILESTONE_POWER_ON);
	ck_assert_uint_eq(milestones_deadline_ns(lab.m, &hour), MS(3600000));
	g_string_truncate(lab.said, 0);
	lab_end(&lab);
}
END_TEST

START_TEST(files_that_no_frame_tells_of)
{
	struct lab lab;

	lab_start(&lab, &all_roles);
	milestones_transfer_started(lab.m, 1, "cfg");
	milestones_transfer_ended(lab.m, 2, "cfg", 7);
	expect_said(&lab, "config-loaded@2 cfg=7@2");
	milestones_transfer_started(lab.m, 3, "other");
	milestones_transfer_ended(lab.m, 4, "other", 8);
	expect_said(&lab, "other=8@4");
	milestones_transfer_started(lab.m, 5, "kernel");
	milestones_transfer_started(lab.m, 6, "kernel"); /* again, after a reset */
	expect_said(&lab, "kernel-start@5");
	milestones_transfer_ended(lab.m, 7, "kernel", 9);
	milestones_transfer_ended(lab.m, 8, "initrd", 10);
	expect_said(&lab, "kernel-done@7 kernel=9@7 initrd-done@8 initrd=10@8");
	lab_end(&lab);
}
END_TEST

START_TEST(all_have_names)
{
	for (int i = 0; i < MILESTONE_N; i++)
		ck_assert_ptr_nonnull(milestone_name((enum milestone_id)i));
	for (int i = 0; i < PHASE_N; i++)
		ck_assert_ptr_nonnull(phase_name((enum phase)i));
	milestones_free(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("milestones");

	suite_add(s, a_whole_boot);
	suite_add(s, each_is_known_by_its_name);
	suite_add(s, each_is_said_once);
	suite_add_rows(s, an_exchange_over_ipv6, 2);
	suite_add(s, repeated_blocks_count_once);
	suite_add(s, a_repeated_request_starts_again);
	suite_add(s, one_port_for_all_files);
	suite_add(s, a_slash_in_front_is_the_root);
	suite_add(s, block_numbers_wrap);
	suite_add(s, an_exact_multiple_ends_with_an_empty_block);
	suite_add_rows(s, the_oack_sets_the_block_size, N_ROWS(oack_rows));
	suite_add(s, two_transfers_at_once);
	suite_add(s, more_transfers_than_are_remembered);
	suite_add(s, frames_of_no_transfer);
	suite_add(s, an_ack_of_what_never_came);
	suite_add(s, each_phase_has_its_deadline);
	suite_add(s, no_initrd_no_phase_of_it);
	suite_add(s, a_hand_over_ends_all_phases_before);
	suite_add(s, a_direct_client_has_one_phase);
	suite_add(s, the_longest_limit_does_not_wrap);
	suite_add(s, files_that_no_frame_tells_of);
	suite_add(s, all_have_names);
	return suite_run(s);
}
