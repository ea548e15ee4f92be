/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/impair: what the models do to packets
 */
#include "server/impair.h"

#include <check.h>

#include "server/datagram.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"
#include "tests/unit/test_impair_network.h"

/* --- nothing, and everything alike --- */

START_TEST(nothing_to_do_is_idle)
{
	start(1);
	ck_assert(impair_is_idle(im));
	ck_assert_uint_eq(impair_deadline_ns(im), DEADLINE_NEVER);
	lab_arp(&lab, ARP_REQUEST);
	ck_assert_uint_eq(send_frame(), 1);
	assert_untouched(0, now_ns);
	ck_assert_ptr_null(comment);
	ck_assert_str_eq(journal_lines(journal), "");
}
END_TEST

static const struct {
	const char *what;
	struct impair_side side;
} busy_rows[] = {
	{ "delay", { .delay_ns = 1 } },
	{ "jitter", { .jitter_ns = 1 } },
	{ "loss", { .loss_ppm = 1 } },
	{ "Gilbert-Elliott", { .ge_p_ppm = 1, .ge_r_ppm = 1, .ge_loss_bad_ppm = 1, .slot_ns = 1 } },
	{ "loss in the good state", { .ge_loss_good_ppm = 1, .slot_ns = 1 } },
	{ "4-state", { .s4_p14_ppm = 1, .slot_ns = 1 } },
	{ "duplicate", { .duplicate_ppm = 1 } },
	{ "reorder", { .reorder_ppm = 1, .delay_ns = 1 } },
	{ "corrupt", { .corrupt_ppm = 1 } },
	{ "rate", { .rate_kbit = 1 } },
	{ "mtu", { .mtu = 1 } },
};

START_TEST(anything_to_do_is_not_idle)
{
	cfg.side[_i % 2] = busy_rows[_i].side;
	start(1);
	ck_assert_msg(!impair_is_idle(im), "%s", busy_rows[_i].what);
}
END_TEST

START_TEST(a_rule_is_not_idle)
{
	rule(IMPAIR_DROP, "dhcp.offer");
	start(1);
	ck_assert(!impair_is_idle(im));
}
END_TEST

START_TEST(delay_is_for_its_direction)
{
	cfg.side[PACKET_TO_GUEST].delay_ns = 5 * MS;
	start(1);
	lab_arp(&lab, ARP_REQUEST);
	send_frame();
	assert_untouched(0, now_ns);
	lab_arp(&lab, ARP_REPLY);
	send_frame();
	assert_untouched(0, now_ns + 5 * MS);
	ck_assert_str_eq(journal_lines(journal), "");
}
END_TEST

START_TEST(rate_is_a_queue)
{
	uint64_t frame_ns;

	cfg.side[PACKET_TO_GUEST].rate_kbit = 8000; /* a microsecond for each byte */
	cfg.side[PACKET_TO_GUEST].delay_ns = MS;
	start(1);
	begin_transfer();
	send_data(1);
	frame_ns = lab.len * 1000;
	assert_untouched(0, now_ns + frame_ns + MS);
	send_data(2);
	assert_untouched(0, now_ns + 2 * frame_ns + MS);
	now_ns += 3 * frame_ns; /* the queue is empty again */
	send_data(3);
	assert_untouched(0, now_ns + frame_ns + MS);
	lab_ack(&lab, LAB_PORT, 3); /* the other way has none */
	send_frame();
	assert_untouched(0, now_ns);
}
END_TEST

START_TEST(mtu_loses_what_is_longer)
{
	cfg.side[PACKET_TO_GUEST].mtu = 576;
	start(1);
	begin_transfer();
	lab_data(&lab, LAB_PORT, 1, 544); /* with 4 + 8 + 20 bytes of headers */
	ck_assert_uint_eq(send_frame(), 1);
	lab_data(&lab, LAB_PORT, 2, 545);
	ck_assert_uint_eq(send_frame(), 0);
	ck_assert_str_eq(comment, "dropped by model mtu, bytes 577, mtu 576");
	assert_journalled(journal, 1, "impair.drop", "\"model\":\"mtu\"");
	ck_assert_uint_eq(impair_counts(im, PACKET_TO_GUEST).n_lost, 1);
	ck_assert_uint_eq(impair_counts(im, PACKET_TO_GUEST).n_packets, 2);
	ck_assert_uint_eq(impair_counts(im, PACKET_FROM_GUEST).n_packets, 1);
}
END_TEST

/* --- keyed decisions --- */

/* A client fetches a file of @n blocks; '.' and 'x' for those that came and those that did not. */
static char *fetch(unsigned port, const char *file, unsigned n, unsigned noise)
{
	GString *s = g_string_new(NULL);

	lab_rrq(&lab, port, file);
	send_frame();
	lab_oack(&lab, port, 1024);
	send_frame();
	for (unsigned block = 1; block <= n; block++) {
		for (unsigned i = 0; i < noise; i++) {
			lab_dhcp(&lab, DHCP_DISCOVER, block * port + i);
			send_frame();
			lab_arp(&lab, ARP_REQUEST);
			send_frame();
		}
		lab_data(&lab, port, block, 1024);
		g_string_append_c(s, send_frame() ? '.' : 'x');
		now_ns += noise * MS + 1;
	}
	return g_string_free(s, FALSE);
}

static char *fetch_anew(uint64_t seed, unsigned port, unsigned n, unsigned noise)
{
	memset(&lab, 0, sizeof(lab));
	g_clear_pointer(&im, impair_free);
	start(seed);
	return fetch(port, "kernel", n, noise);
}

START_TEST(clients_meet_the_same_losses)
{
	g_autofree char *a = NULL, *b = NULL, *c = NULL;

	cfg.side[PACKET_TO_GUEST].loss_ppm = 200000;
	cfg.side[PACKET_FROM_GUEST].loss_ppm = 200000;
	a = fetch_anew(7, 2001, 500, 0);
	b = fetch_anew(7, 54321, 500, 3);
	c = fetch_anew(8, 2001, 500, 0);
	ck_assert_str_eq(a, b);
	ck_assert_str_ne(a, c);
	ck_assert(strchr(a, 'x') && strchr(a, '.'));
}
END_TEST

START_TEST(files_meet_losses_of_their_own)
{
	g_autofree char *a = NULL, *b = NULL, *again = NULL;

	cfg.side[PACKET_TO_GUEST].loss_ppm = 200000;
	start(7);
	a = fetch(2001, "kernel", 200, 0);
	b = fetch(2001, "initrd", 200, 0);
	lab_ack(&lab, 2001, 1);
	send_frame();
	ck_assert_str_ne(a, b);
	again = fetch_anew(7, 2001, 200, 0);
	ck_assert_str_eq(a, again);
}
END_TEST

START_TEST(half_the_block_size_meets_the_same_losses)
{
	g_autofree char *large = NULL;

	cfg.side[PACKET_TO_GUEST].loss_ppm = 200000;
	large = fetch_anew(7, 2001, 200, 0);
	memset(&lab, 0, sizeof(lab));
	g_clear_pointer(&im, impair_free);
	start(7);
	begin_transfer();
	for (unsigned block = 1; block <= 400; block++) {
		bool came = send_data(block);

		if (block % 2)
			ck_assert_msg(came == (large[block / 2] == '.'), "block %u", block);
	}
}
END_TEST

/* What one run lost, and a second attempt is another draw. */
START_TEST(an_extra_packet_shifts_nothing)
{
	bool came[300];
	unsigned n_other = 0;

	cfg.side[PACKET_TO_GUEST].loss_ppm = 300000;
	start(7);
	begin_transfer();
	for (unsigned block = 1; block < 300; block++)
		came[block] = send_data(block);
	memset(&lab, 0, sizeof(lab));
	g_clear_pointer(&im, impair_free);
	start(7);
	begin_transfer();
	for (unsigned block = 1; block < 300; block++) {
		ck_assert(came[block] == send_data(block));
		if (block % 3 == 0)
			n_other += came[block] != send_data(block);
	}
	ck_assert_uint_gt(n_other, 20);
}
END_TEST

START_TEST(realised_loss_is_as_asked)
{
	struct impair_counts counts;
	double n, lost;

	cfg.side[PACKET_TO_GUEST].loss_ppm = 100000;
	start(7);
	begin_transfer();
	for (unsigned block = 1; block <= 20000; block++) {
		lab_data(&lab, LAB_PORT, block, 512);
		send_frame();
	}
	counts = impair_counts(im, PACKET_TO_GUEST);
	n = (double)counts.n_packets;
	lost = (double)counts.n_lost;
	ck_assert_uint_eq(counts.n_packets, 20000);
	/* Chi-square of one degree of freedom, at 1 %. */
	ck_assert_msg((lost - n * 0.1) * (lost - n * 0.1) / (n * 0.1 * 0.9) <= 6.635, "%.0f lost",
		      lost);
	assert_journalled(journal, (unsigned)lost, "impair.drop", "\"model\":\"loss\"");
}
END_TEST

START_TEST(a_loss_explains_itself)
{
	cfg.side[PACKET_TO_GUEST].loss_ppm = 1000000;
	start(7);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 0);
	ck_assert_msg(g_str_has_prefix(comment, "dropped by model loss, draw "), "%s", comment);
	ck_assert_msg(g_str_has_suffix(comment, " is below 1000000 ppm"), "%s", comment);
	assert_journalled(journal, 1, "impair.drop",
			  "\"kind\":\"tftp.data\",\"dir\":\"to-guest\",\"model\":\"loss\","
			  "\"transaction\":\"");
	assert_journalled(journal, 1, "impair.drop",
			  "\"ordinal\":1,\"position\":0,\"attempt\":1,\"file\":\"kernel\","
			  "\"block\":1,\"draw\":\"");
	assert_journalled(journal, 1, "impair.drop", "\"threshold_ppm\":1000000,\"decision\"");
}
END_TEST

/* Slots of time, not packets: all that is sent in one slot shares its state. */
START_TEST(bursts_are_slots_of_time)
{
	static const struct impair_side sides[] = {
		{ .ge_p_ppm = 200000,
		  .ge_r_ppm = 300000,
		  .ge_loss_bad_ppm = 1000000,
		  .slot_ns = MS },
		{ .s4_p13_ppm = 200000, .s4_p31_ppm = 300000, .slot_ns = MS },
	};
	unsigned block = 1, n_lost = 0;

	cfg.side[PACKET_TO_GUEST] = sides[_i];
	start(7);
	begin_transfer();
	for (unsigned slot = 0; slot < 500; slot++, now_ns += MS) {
		bool lost = !send_data(block++);

		for (unsigned i = 0; i < slot % 5; i++)
			ck_assert(lost == !send_data(block++));
		n_lost += lost;
	}
	ck_assert_uint_gt(n_lost, 120); /* 40 % of 500, in bursts */
	ck_assert_uint_lt(n_lost, 280);
}
END_TEST

START_TEST(duplicate_is_one_copy_more)
{
	cfg.side[PACKET_TO_GUEST].duplicate_ppm = 1000000;
	cfg.side[PACKET_TO_GUEST].delay_ns = MS;
	start(7);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 2);
	assert_untouched(0, now_ns + MS);
	assert_untouched(1, now_ns + MS);
	ck_assert_uint_lt(delivery(0)->order, delivery(1)->order);
	assert_journalled(journal, 1, "impair.duplicate", "\"model\":\"duplicate\"");
}
END_TEST

START_TEST(corruption_is_one_bit)
{
	unsigned n = 0;

	cfg.side[PACKET_TO_GUEST].corrupt_ppm = 1000000;
	start(7);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 1);
	delivered(0);
	ck_assert_uint_eq(got.len, lab.len);
	for (size_t i = 0; i < lab.len; i++)
		for (uint8_t x = got.buf[i] ^ lab.buf[i]; x; x &= (uint8_t)(x - 1))
			n++;
	ck_assert_uint_eq(n, 1);
	assert_journalled(journal, 1, "impair.corrupt", "\"repaired\":0,\"edits\":\"eth+");
}
END_TEST

START_TEST(reordered_goes_ahead)
{
	cfg.side[PACKET_TO_GUEST] = (struct impair_side){
		.delay_ns = 10 * MS,
		.rate_kbit = 8,
		.reorder_ppm = 1000000,
	};
	start(7);
	begin_transfer();
	send_data(1);
	assert_untouched(0, now_ns);
	assert_journalled(journal, 1, "impair.reorder", "\"model\":\"reorder\"");
}
END_TEST

START_TEST(jitter_is_around_the_delay)
{
	uint64_t sum = 0;

	cfg.side[PACKET_TO_GUEST].delay_ns = 10 * MS;
	cfg.side[PACKET_TO_GUEST].jitter_ns = 4 * MS;
	start(7);
	begin_transfer();
	for (unsigned block = 1; block <= 1000; block++) {
		uint64_t ns;

		send_data(block);
		ns = delivery(0)->due_ns - now_ns;
		ck_assert(ns >= 6 * MS && ns <= 14 * MS);
		sum += ns;
	}
	ck_assert(sum / 1000 > 98 * MS / 10 && sum / 1000 < 102 * MS / 10);
	assert_journalled(journal, 1000, "impair.delay", "\"model\":\"jitter\"");
}
END_TEST

START_TEST(jitter_never_arrives_before_it_was_sent)
{
	cfg.side[PACKET_TO_GUEST].delay_ns = 1;
	cfg.side[PACKET_TO_GUEST].jitter_ns = 1000 * MS;
	cfg.side[PACKET_TO_GUEST].distribution = IMPAIR_NORMAL;
	start(7);
	begin_transfer();
	for (unsigned block = 1; block <= 100; block++) {
		send_data(block);
		ck_assert_uint_ge(delivery(0)->due_ns, now_ns);
		ck_assert_uint_lt(delivery(0)->due_ns, now_ns + 8001 * MS);
	}
}
END_TEST

START_TEST(copies_have_jitter_of_their_own)
{
	cfg.side[PACKET_TO_GUEST].delay_ns = 10 * MS;
	cfg.side[PACKET_TO_GUEST].jitter_ns = 4 * MS;
	cfg.side[PACKET_TO_GUEST].duplicate_ppm = 1000000;
	start(7);
	begin_transfer();
	ck_assert_uint_eq(send_data(1), 2);
	ck_assert_uint_lt(delivery(0)->due_ns, delivery(1)->due_ns); /* in this order */
}
END_TEST

/* --- hostile frames --- */

/* Everything at once, over frames cut and turned round; the sanitizers watch. */
START_TEST(any_frame_will_do)
{
	const struct impair_side side = {
		.delay_ns = MS,
		.jitter_ns = MS,
		.distribution = _i,
		.loss_ppm = 50000,
		.ge_p_ppm = 1000,
		.ge_r_ppm = 100000,
		.ge_loss_bad_ppm = 900000,
		.s4_p13_ppm = 1000,
		.s4_p31_ppm = 100000,
		.slot_ns = MS,
		.duplicate_ppm = 100000,
		.reorder_ppm = 100000,
		.corrupt_ppm = 500000,
		.corrupt_repair = _i % 2,
		.rate_kbit = 100000,
		.mtu = 1400,
	};

	cfg.side[0] = cfg.side[1] = side;
	rule(IMPAIR_SWAP, "* attempt=2");
	rule(IMPAIR_TRUNCATE, "tftp.* attempt=3")->bytes = 5;
	rule(IMPAIR_CORRUPT, "*")->field = (char *)"ip.length";
	rule(IMPAIR_ERROR, "tftp.ack attempt=4");
	start(7);
	for (unsigned i = 0; i < 8000; i++) {
		const struct packet_id id = { .position = i };
		uint64_t draw = packet_id_draw(&id, 7, "hostile");
		g_autofree uint8_t *exact = NULL;
		size_t len;

		switch (i % 8) {
		case 0:
			lab_rrq(&lab, LAB_PORT, "kernel");
			break;
		case 1:
			lab_oack(&lab, LAB_PORT, (unsigned)(draw % 70000));
			break;
		case 2:
			lab_data(&lab, LAB_PORT, (unsigned)draw, draw % 1400);
			break;
		case 3:
			lab_ack(&lab, LAB_PORT, (unsigned)(draw % 3));
			break;
		case 4:
			lab_dhcp(&lab, (enum dhcp_type)(draw % 8 + 1), (uint32_t)draw);
			break;
		case 5:
			lab_tcp(&lab, draw % 1000);
			break;
		case 6:
			lab_ping(&lab, draw % 100);
			break;
		default:
			lab_arp(&lab, ARP_REPLY);
		}
		len = i % 3 ? lab.len : (size_t)(draw >> 32) % (lab.len + 1);
		if (i % 5 == 0)
			lab.buf[12 + (draw >> 8) % 40] = (uint8_t)draw;
		exact = g_memdup2(lab.buf, len);
		frame_decode(&lab.f, &lab.flows, exact, len);
		forget();
		out = impair_send(im, now_ns, (enum packet_dir)(draw >> 63), exact, len, &lab.f,
				  i % 2 ? &comment : NULL);
		now_ns += draw % MS;
		forget();
		out = impair_step(im, now_ns);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("impair");
	TCase *tc = tcase_create("network");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, nothing_to_do_is_idle);
	tcase_add_loop_test(tc, anything_to_do_is_not_idle, 0, N_ROWS(busy_rows));
	tcase_add_test(tc, a_rule_is_not_idle);
	tcase_add_test(tc, delay_is_for_its_direction);
	tcase_add_test(tc, rate_is_a_queue);
	tcase_add_test(tc, mtu_loses_what_is_longer);
	tcase_add_test(tc, clients_meet_the_same_losses);
	tcase_add_test(tc, files_meet_losses_of_their_own);
	tcase_add_test(tc, half_the_block_size_meets_the_same_losses);
	tcase_add_test(tc, an_extra_packet_shifts_nothing);
	tcase_add_test(tc, realised_loss_is_as_asked);
	tcase_add_test(tc, a_loss_explains_itself);
	tcase_add_loop_test(tc, bursts_are_slots_of_time, 0, 2);
	tcase_add_test(tc, duplicate_is_one_copy_more);
	tcase_add_test(tc, corruption_is_one_bit);
	tcase_add_test(tc, reordered_goes_ahead);
	tcase_add_test(tc, jitter_is_around_the_delay);
	tcase_add_test(tc, jitter_never_arrives_before_it_was_sent);
	tcase_add_test(tc, copies_have_jitter_of_their_own);
	tcase_add_loop_test(tc, any_frame_will_do, 0, 4);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
