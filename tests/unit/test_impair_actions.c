/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/impair: what scripted rules do to packets
 */
#include "server/impair.h"

#include <check.h>

#include "server/datagram.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"
#include "tests/unit/test_impair_network.h"

START_TEST(drop_loses_what_it_names)
{
	rule(IMPAIR_DROP, "tftp.data block=3 attempt=1");
	start(1);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 1);
	ck_assert_uint_eq(send_data(3), 0);
	ck_assert_str_eq(comment, "dropped by rule test (tftp.data block=3 attempt=1)");
	ck_assert_uint_eq(send_data(3), 1);
	ck_assert_ptr_null(comment);
	assert_journalled(journal, 1, "impair.drop", "\"rule\":\"test\"");
	ck_assert_uint_eq(impair_counts(im, PACKET_TO_GUEST).n_lost, 1);
}
END_TEST

START_TEST(delay_adds_to_the_delay)
{
	rule(IMPAIR_DELAY, "dhcp.offer")->by_ns = 3000 * MS;
	cfg.side[PACKET_TO_GUEST].delay_ns = MS;
	start(1);
	lab_dhcp(&lab, DHCP_OFFER, 1);
	ck_assert_uint_eq(send_frame(), 1);
	assert_untouched(0, now_ns + 3001 * MS);
	ck_assert_str_eq(comment, "delayed by rule test (dhcp.offer), by_ns 3000000000");
	lab_dhcp(&lab, DHCP_ACK, 1);
	send_frame();
	assert_untouched(0, now_ns + MS);
}
END_TEST

START_TEST(duplicate_makes_copies_after_each_other)
{
	struct impair_rule *r = rule(IMPAIR_DUPLICATE, "tftp.ack last");

	r->times = 2;
	r->by_ns = 10 * MS;
	start(1);
	begin_transfer();
	lab_data(&lab, LAB_PORT, 1, 100);
	ck_assert_uint_eq(send_frame(), 1);
	lab_ack(&lab, LAB_PORT, 1);
	ck_assert_uint_eq(send_frame(), 3);
	for (unsigned i = 0; i < 3; i++)
		assert_untouched(i, now_ns + i * 10 * MS);
	assert_journalled(journal, 1, "impair.duplicate", "\"copies\":2,\"decision\"");
}
END_TEST

START_TEST(swap_waits_for_the_next)
{
	rule(IMPAIR_SWAP, "tftp.data block=1");
	start(1);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 0);
	ck_assert_str_eq(comment, "held back by rule test (tftp.data block=1)");
	ck_assert_uint_eq(impair_deadline_ns(im), now_ns + IMPAIR_SWAP_NS);
	lab_ack(&lab, LAB_PORT, 0); /* not of this direction */
	ck_assert_uint_eq(send_frame(), 1);
	now_ns += MS;
	ck_assert_uint_eq(send_data(2), 2);
	assert_untouched(0, now_ns);
	ck_assert_uint_eq(delivered(1)->tftp.block, 1);
	ck_assert_uint_eq(delivery(1)->due_ns, now_ns);
	ck_assert_uint_gt(delivery(1)->order, delivery(0)->order);
	ck_assert_uint_eq(impair_deadline_ns(im), DEADLINE_NEVER);
	assert_journalled(journal, 1, "impair.release", "\"reason\":\"successor\"");
	ck_assert_uint_eq(impair_counts(im, PACKET_TO_GUEST).n_lost, 0);
}
END_TEST

START_TEST(swap_does_not_wait_for_ever)
{
	rule(IMPAIR_SWAP, "tftp.data block=1")->by_ns = 20 * MS;
	start(1);
	begin_transfer();
	send_data(1);
	forget();
	out = impair_step(im, now_ns + 20 * MS - 1);
	ck_assert_uint_eq(out->len, 0);
	forget();
	out = impair_step(im, now_ns + 20 * MS);
	assert_untouched(0, now_ns + 20 * MS);
	ck_assert_uint_eq(impair_deadline_ns(im), DEADLINE_NEVER);
	assert_journalled(journal, 1, "impair.release", "\"reason\":\"timeout\"");
}
END_TEST

/* Those that are lost are no successors, nor is one that would be swapped itself held. */
START_TEST(swap_takes_the_next_that_comes_through)
{
	rule(IMPAIR_SWAP, "tftp.data");
	rule(IMPAIR_DROP, "tftp.data block=2");
	start(1);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 0);
	ck_assert_uint_eq(send_data(2), 0);
	ck_assert_uint_eq(send_data(3), 2);
	ck_assert_uint_eq(delivered(0)->tftp.block, 3);
	ck_assert_uint_eq(delivered(1)->tftp.block, 1);
	ck_assert_uint_eq(send_data(4), 0); /* and is left when the network goes */
	assert_journalled(journal, 2, "impair.swap", "");
}
END_TEST

START_TEST(swap_overtakes_delays)
{
	cfg.side[PACKET_TO_GUEST].delay_ns = 5 * MS;
	rule(IMPAIR_SWAP, "tftp.data block=1");
	start(1);
	begin_transfer();
	send_data(1);
	now_ns += MS;
	ck_assert_uint_eq(send_data(2), 2);
	assert_untouched(0, now_ns + 5 * MS);
	ck_assert_uint_eq(delivery(1)->due_ns, now_ns + 5 * MS);
	ck_assert_uint_eq(delivered(1)->tftp.block, 1);
}
END_TEST

START_TEST(truncate_cuts_the_payload)
{
	rule(IMPAIR_TRUNCATE, "tftp.data")->bytes = 104;
	start(1);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 1);
	ck_assert_uint_eq(delivered(0)->tftp.data.len, 100);
	ck_assert_int_eq(got.f.udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert(got.f.ip.checksum_ok);
	assert_journalled(journal, 1, "impair.truncate", "\"bytes\":104,\"decision\"");
	lab_data(&lab, LAB_PORT, 2, 100);
	send_frame();
	ck_assert_ptr_null(comment); /* it is short already */
}
END_TEST

START_TEST(truncate_may_draw_the_length)
{
	struct impair_rule *r = rule(IMPAIR_TRUNCATE, "tftp.data");
	bool seen[104 + 1] = { false };
	unsigned n = 0;

	r->bytes = 104;
	r->is_random = true;
	start(1);
	begin_transfer();
	for (uint16_t block = 1; block <= 2000; block++) {
		const struct delivery *d;
		size_t len;

		send_data(block);
		d = out->pdata[0];
		len = g_bytes_get_size(d->frame) - 42;
		ck_assert_uint_le(len, 104);
		seen[len] = true;
	}
	for (int i = 0; i < N_ROWS(seen); i++)
		n += seen[i];
	ck_assert_uint_eq(n, N_ROWS(seen));
}
END_TEST

START_TEST(a_chance_is_a_share_and_keyed)
{
	unsigned n_lost = 0, n_same = 0;
	bool lost[1000];

	rule(IMPAIR_DROP, "tftp.data")->chance_ppm = 250000;
	start(1);
	begin_transfer();
	for (uint16_t i = 0; i < N_ROWS(lost); i++)
		n_lost += lost[i] = !send_data(i + 1);
	ck_assert_uint_ge(n_lost, 200);
	ck_assert_uint_le(n_lost, 300);
	assert_journalled(journal, n_lost, "impair.drop", "\"threshold_ppm\":250000");
	/* The next attempt is another draw; of the first all are known again. */
	for (uint16_t i = 0; i < N_ROWS(lost); i++)
		n_same += lost[i] && !send_data(i + 1);
	ck_assert_uint_lt(n_same, n_lost);
	ck_assert_uint_gt(n_same, 0);
}
END_TEST

START_TEST(segments_are_reset_and_windows_shut)
{
	rule(IMPAIR_WINDOW, "tcp.data attempt=1")->bytes = 7;
	rule(IMPAIR_RST, "tcp.data attempt=2");
	start(1);
	lab_tcp(&lab, 100);
	ck_assert_uint_eq(send_frame(), 1);
	ck_assert_uint_eq(delivered(0)->tcp.window, 7);
	ck_assert_uint_eq(got.f.payload.len, 100);
	assert_journalled(journal, 1, "impair.window", "\"n_bytes\":100,\"bytes\":7,\"decision\"");
	ck_assert_ptr_nonnull(strstr(comment, "given another window by rule"));
	lab_tcp(&lab, 100);
	ck_assert_uint_eq(send_frame(), 1);
	ck_assert_int_eq(delivered(0)->kind, FRAME_TCP_RST);
	assert_journalled(journal, 1, "impair.rst", "\"attempt\":2");
	ck_assert_ptr_nonnull(strstr(comment, "made a reset by rule"));
}
END_TEST

START_TEST(corrupt_changes_the_field)
{
	rule(IMPAIR_CORRUPT, "tftp.data block=1")->field = (char *)"udp.checksum";
	rule(IMPAIR_CORRUPT, "tftp.data block=2")->field = (char *)"tftp.block";
	rules[1].repair = true;
	start(1);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 1);
	ck_assert_int_eq(delivered(0)->udp.checksum, UDP_CHECKSUM_BAD);
	ck_assert_uint_eq(got.f.tftp.block, 1);
	ck_assert_uint_eq(send_data(2), 1);
	ck_assert_int_eq(delivered(0)->udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_uint_eq(got.f.tftp.block, 0xfffc);
	ck_assert_uint_eq(send_data(3), 1);
	assert_untouched(0, now_ns);
	assert_journalled(journal, 1, "impair.corrupt", "\"field\":\"udp.checksum\"");
	assert_journalled(journal, 2, "impair.corrupt", "\"rule\":\"test\"");
}
END_TEST

START_TEST(rewrite_puts_other_bytes)
{
	char *edits[] = { (char *)"payload+4=aabb", NULL };
	struct impair_rule *r = rule(IMPAIR_REWRITE, "tftp.data block=1");

	r->edits = edits;
	r->repair = true;
	start(1);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 1);
	ck_assert_int_eq(delivered(0)->udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_mem_eq(got.f.tftp.data.p, "\xaa\xbb", 2);
	ck_assert_str_eq(comment, "rewritten by rule test (tftp.data block=1), edits "
				  "payload+4=aabb, repaired 1");
	assert_journalled(journal, 1, "impair.rewrite", "\"edits\":\"payload+4=aabb\"");
	send_data(2);
	assert_untouched(0, now_ns);
}
END_TEST

START_TEST(forge_sends_a_copy_ahead)
{
	char *edits[] = { (char *)"udp+0=beef", NULL };
	struct impair_rule *r = rule(IMPAIR_FORGE, "tftp.data block=1 attempt=1");

	r->edits = edits;
	r->repair = true;
	r->by_ns = 5 * MS;
	cfg.side[PACKET_TO_GUEST].delay_ns = MS;
	start(1);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 2);
	ck_assert_uint_eq(delivered(0)->udp.sport, 0xbeef);
	ck_assert_uint_eq(delivery(0)->due_ns, now_ns + MS);
	assert_untouched(1, now_ns + 6 * MS);
	assert_journalled(journal, 1, "impair.forge", "\"edits\":\"udp+0=beef\"");
	ck_assert_uint_eq(send_data(1), 1);
	ck_assert_uint_eq(impair_counts(im, PACKET_TO_GUEST).n_lost, 0);
}
END_TEST

START_TEST(a_forgery_at_the_same_time_comes_first)
{
	char *edits[] = { (char *)"udp+0=beef", NULL };

	rule(IMPAIR_FORGE, "tftp.data")->edits = edits;
	start(1);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 2);
	ck_assert_uint_eq(delivered(0)->udp.sport, 0xbeef);
	assert_untouched(1, now_ns);
}
END_TEST

START_TEST(error_answers_in_its_place)
{
	rule(IMPAIR_ERROR, "tftp.rrq file=kernel attempt=1")->code = TFTP_ERR_ACCESS;
	cfg.side[PACKET_TO_GUEST].delay_ns = 2 * MS;
	cfg.side[PACKET_FROM_GUEST].delay_ns = MS;
	start(1);
	lab_rrq(&lab, LAB_PORT, "kernel");
	ck_assert_uint_eq(send_frame(), 1);
	ck_assert_int_eq(delivery(0)->dir, PACKET_TO_GUEST);
	ck_assert_uint_eq(delivery(0)->due_ns, now_ns + 3 * MS);
	ck_assert_int_eq(delivered(0)->kind, FRAME_TFTP_ERROR);
	ck_assert_uint_eq(got.f.tftp.error, TFTP_ERR_ACCESS);
	ck_assert_uint_eq(impair_counts(im, PACKET_FROM_GUEST).n_lost, 1);
	assert_journalled(journal, 1, "impair.error", "\"code\":2,\"decision\"");
	ck_assert_uint_eq(send_frame(), 1); /* the second attempt */
	assert_untouched(0, now_ns + MS);
}
END_TEST

START_TEST(rules_work_together_in_file_order)
{
	rule(IMPAIR_DELAY, "tftp.data")->by_ns = 5 * MS;
	rule(IMPAIR_DELAY, "tftp.data block=2")->by_ns = 7 * MS;
	rule(IMPAIR_DROP, "tftp.data block=3");
	rule(IMPAIR_DELAY, "tftp.data block=3")->by_ns = MS;
	start(1);
	begin_transfer();
	send_data(1);
	assert_untouched(0, now_ns + 5 * MS);
	send_data(2);
	assert_untouched(0, now_ns + 12 * MS);
	ck_assert_uint_eq(send_data(3), 0);
	ck_assert_str_eq(comment, "delayed by rule test (tftp.data), by_ns 5000000; "
				  "dropped by rule test (tftp.data block=3)");
	assert_journalled(journal, 4, "impair.delay", "");
}
END_TEST

START_TEST(deliveries_come_in_order_of_time)
{
	struct impair_rule *r = rule(IMPAIR_DUPLICATE, "tftp.data");

	r->times = 20;
	r->by_ns = MS;
	cfg.side[PACKET_TO_GUEST].jitter_ns = 50 * MS;
	start(1);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 21);
	for (unsigned i = 1; i < out->len; i++) {
		ck_assert_uint_ge(delivery(i)->due_ns, delivery(i - 1)->due_ns);
		if (delivery(i)->due_ns == delivery(i - 1)->due_ns)
			ck_assert_uint_gt(delivery(i)->order, delivery(i - 1)->order);
	}
}
END_TEST

START_TEST(wrong_rules_are_refused)
{
	g_autoptr(GError) error = NULL;

	rule(IMPAIR_DROP, "dhcp.offer");
	rule(IMPAIR_DROP, "dhcp.offre");
	ck_assert(!impair_new(&cfg, 1, journal, &error));
	ck_assert(g_error_matches(error, IMPAIR_CONFIG_ERROR, IMPAIR_CONFIG_ERROR_RULE));
	ck_assert_msg(strstr(error->message, "rule test: dhcp.offre: \"dhcp.offre\" is no kind "
					     "of packet; allowed are ") != NULL,
		      "%s", error->message);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("impair, rules");
	TCase *tc = tcase_create("network");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, drop_loses_what_it_names);
	tcase_add_test(tc, delay_adds_to_the_delay);
	tcase_add_test(tc, duplicate_makes_copies_after_each_other);
	tcase_add_test(tc, swap_waits_for_the_next);
	tcase_add_test(tc, swap_does_not_wait_for_ever);
	tcase_add_test(tc, swap_takes_the_next_that_comes_through);
	tcase_add_test(tc, swap_overtakes_delays);
	tcase_add_test(tc, truncate_cuts_the_payload);
	tcase_add_test(tc, truncate_may_draw_the_length);
	tcase_add_test(tc, a_chance_is_a_share_and_keyed);
	tcase_add_test(tc, segments_are_reset_and_windows_shut);
	tcase_add_test(tc, corrupt_changes_the_field);
	tcase_add_test(tc, rewrite_puts_other_bytes);
	tcase_add_test(tc, forge_sends_a_copy_ahead);
	tcase_add_test(tc, a_forgery_at_the_same_time_comes_first);
	tcase_add_test(tc, error_answers_in_its_place);
	tcase_add_test(tc, rules_work_together_in_file_order);
	tcase_add_test(tc, deliveries_come_in_order_of_time);
	tcase_add_test(tc, wrong_rules_are_refused);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
