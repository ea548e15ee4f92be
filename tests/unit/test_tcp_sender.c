/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/tcp_sender: what is sent when, and when again
 */
#include "server/tcp_sender.h"

#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

enum {
	MSS = 1000, /* what the peer takes, for round figures */
	WINDOW = 60000,
};

#define ISS UINT32_C(0xfffffe00) /* wraps soon */
#define MS UINT64_C(1000000)
#define RTO (1000 * MS)

static TcpSender *s;
static GString *said;
static uint64_t now_ns;

/* "AT+LEN", with S, F and P for flags. */
static void on_emit(void *self, uint64_t at, uint8_t flags, struct slice data)
{
	(void)self;
	g_string_append_printf(said, "%" G_GUINT64_FORMAT "+%zu%s%s%s ", at, data.len,
			       flags & TCP_SYN ? "S" : "", flags & TCP_FIN ? "F" : "",
			       flags & TCP_PSH ? "P" : "");
	for (size_t i = 0; i < data.len; i++)
		if (data.p[i] != temp_file_byte(at - 1 + i))
			ck_abort_msg("byte %zu of the segment at %" G_GUINT64_FORMAT, i, at);
}

static void on_repeated(void *self, uint64_t at, const char *why)
{
	(void)self;
	(void)at;
	g_string_append_printf(said, "(%s) ", why);
}

static void expect_said(const char *want)
{
	ck_assert_str_eq(said->str, want);
	g_string_truncate(said, 0);
}

static void set_up_with(unsigned mss, unsigned window)
{
	struct tcp_sender_ops ops = { on_emit, on_repeated, NULL };
	struct tcp_hdr syn = { .seq = 7, .flags = TCP_SYN, .window = (uint16_t)window };

	syn.mss = (uint16_t)mss;
	now_ns = 5000 * MS;
	said = g_string_new(NULL);
	s = tcp_sender_new(&ops, now_ns, &syn, ISS, RTO);
	expect_said("0+0S ");
}

static int ack_window(uint64_t to, unsigned window)
{
	struct tcp_hdr h = { .seq = 8, .ack = ISS + (uint32_t)to, .flags = TCP_ACK };
	int r;

	h.window = (uint16_t)window;
	r = tcp_sender_ack(s, now_ns, &h, 0);
	tcp_sender_flush(s, now_ns);
	return r;
}

static int ack(uint64_t to)
{
	return ack_window(to, WINDOW);
}

static void set_up(void)
{
	set_up_with(MSS, WINDOW);
	ck_assert_int_eq(ack(1), 0);
	expect_said("");
}

static void tear_down(void)
{
	expect_said("");
	tcp_sender_free(s);
	g_string_free(said, TRUE);
}

/* @n further bytes of the file that all tests send. */
static void put(size_t n)
{
	g_autofree uint8_t *bytes = g_malloc(n);

	for (size_t i = 0; i < n; i++)
		bytes[i] = temp_file_byte(tcp_sender_n_written(s) + i);
	tcp_sender_write(s, bytes, n);
}

static void write_flush(size_t n)
{
	put(n);
	tcp_sender_flush(s, now_ns);
}

/* The timer is due at @in_ms from now, and not before. */
static int expire(uint64_t in_ms)
{
	uint64_t due = now_ns + in_ms * MS;
	int r;

	ck_assert_uint_eq(tcp_sender_deadline_ns(s), due);
	ck_assert_int_eq(tcp_sender_step(s, due - 1), 0);
	expect_said("");
	now_ns = due;
	r = tcp_sender_step(s, now_ns);
	if (!r)
		tcp_sender_flush(s, now_ns);
	return r;
}

START_TEST(a_syn_is_repeated_until_it_is_enough)
{
	set_up_with(MSS, WINDOW);
	for (unsigned i = 0; i < 8; i++) {
		ck_assert_int_eq(expire(MIN(1000u << i, 60000)), 0);
		expect_said("(timeout) 0+0S ");
	}
	ck_assert_int_eq(expire(60000), TCP_SENDER_E_GONE);
	ck_assert_uint_eq(tcp_sender_deadline_ns(s), DEADLINE_NEVER);
	tear_down();
}
END_TEST

START_TEST(nothing_goes_before_the_answer)
{
	set_up_with(MSS, WINDOW);
	write_flush(10);
	expect_said("");
	ck_assert(!tcp_sender_syn_is_acked(s));
	ack(1);
	expect_said("1+10P ");
	ck_assert(tcp_sender_syn_is_acked(s));
	tear_down();
}
END_TEST

START_TEST(little_goes_at_once)
{
	set_up();
	write_flush(10);
	expect_said("1+10P ");
	write_flush(5);
	expect_said("11+5P ");
	ck_assert_uint_eq(tcp_sender_n_written(s), 15);
	ack(11);
	ck_assert_uint_eq(tcp_sender_n_acked(s), 10);
	ack(16);
	ck_assert_uint_eq(tcp_sender_n_acked(s), 15);
	ck_assert_uint_eq(tcp_sender_deadline_ns(s), DEADLINE_NEVER);
	tear_down();
}
END_TEST

static const struct {
	unsigned told, used;
} mss_rows[] = {
	{ 0, 536 }, { 1, 64 }, { 63, 64 }, { 1460, 1460 }, { 1461, 1460 }, { 65535, 1460 }
};

START_TEST(segments_are_as_long_as_the_peer_takes)
{
	g_autofree char *want = g_strdup_printf("1+%u ", mss_rows[_i].used);

	set_up_with(mss_rows[_i].told, WINDOW);
	ack(1);
	write_flush(3000);
	ck_assert_msg(g_str_has_prefix(said->str, want), "%s", said->str);
	g_string_truncate(said, 0);
	tear_down();
}
END_TEST

START_TEST(it_starts_slowly)
{
	set_up();
	write_flush(40000);
	expect_said("1+1000 1001+1000 2001+1000 3001+1000 4001+1000 5001+1000 6001+1000 "
		    "7001+1000 8001+1000 9001+1000 ");
	ack(2001); /* two arrived: two for them, and two more */
	expect_said("10001+1000 11001+1000 12001+1000 13001+1000 ");
	tear_down();
}
END_TEST

START_TEST(the_window_is_kept)
{
	set_up_with(MSS, 2500);
	ack_window(1, 2500);
	write_flush(5000);
	expect_said("1+1000 1001+1000 "); /* no part of one while an ACK will come */
	ack_window(1001, 1500);
	expect_said("");
	ack_window(1001, 2000);
	expect_said("2001+1000 ");
	ack_window(3001, 700); /* all there: now a part is better than nothing */
	expect_said("3001+700 ");
	ack_window(3701, 60000);
	expect_said("3701+1000 4701+300P ");
	tear_down();
}
END_TEST

START_TEST(a_late_ack_shuts_no_window)
{
	struct tcp_hdr late = { .seq = 7, .ack = ISS + 1, .flags = TCP_ACK, .window = 0 };

	set_up();
	ck_assert_int_eq(tcp_sender_ack(s, now_ns, &late, 0), 0);
	write_flush(10);
	expect_said("1+10P ");
	tear_down();
}
END_TEST

START_TEST(a_shut_window_is_probed)
{
	set_up_with(MSS, 0);
	ack_window(1, 0);
	write_flush(3000);
	expect_said("");
	for (unsigned i = 0; i < 20; i++) { /* for ever: he answers */
		ck_assert_int_eq(expire(MIN((uint64_t)1000 << i, 60000)), 0);
		expect_said("1+1 ");
		ack_window(1, 0);
		expect_said("");
	}
	ack_window(1, 60000);
	expect_said("1+1000 1001+1000 2001+1000P ");
	tear_down();
}
END_TEST

START_TEST(a_probe_that_is_taken)
{
	set_up_with(MSS, 0);
	ack_window(1, 0);
	write_flush(3000);
	ck_assert_int_eq(expire(1000), 0);
	expect_said("1+1 ");
	ack_window(2, 0);
	expect_said("");
	ck_assert_int_eq(expire(1000), 0);
	expect_said("2+1 ");
	tear_down();
}
END_TEST

START_TEST(a_shut_window_that_nobody_answers)
{
	unsigned n = 0;

	set_up_with(MSS, 0);
	ack_window(1, 0);
	write_flush(3000);
	while (!tcp_sender_step(s, tcp_sender_deadline_ns(s)))
		ck_assert_uint_lt(n++, 10);
	g_string_truncate(said, 0);
	tear_down();
}
END_TEST

START_TEST(three_duplicates_are_a_loss)
{
	set_up();
	write_flush(12000);
	g_string_truncate(said, 0);
	ack(1001);
	expect_said("10001+1000 11001+1000P ");
	/* 1001 was lost. RFC 3042: the first two let new segments out, of which there are none. */
	ack(1001);
	ack(1001);
	expect_said("");
	ack(1001);
	expect_said("(duplicate-acks) 1001+1000 ");
	ack(1001);
	expect_said("");
	ack(3001); /* and 3001 was lost as well */
	expect_said("(duplicate-acks) 3001+1000 ");
	ack(12001);
	expect_said("");
	ck_assert_uint_eq(tcp_sender_deadline_ns(s), DEADLINE_NEVER);
	tear_down();
}
END_TEST

START_TEST(the_first_duplicates_let_new_segments_out)
{
	set_up();
	write_flush(40000);
	g_string_truncate(said, 0);
	ack(1);
	expect_said("10001+1000 ");
	ack(1);
	expect_said("11001+1000 ");
	ack(1);
	expect_said("(duplicate-acks) 1+1000 ");
	tear_down();
}
END_TEST

START_TEST(what_only_looks_like_a_duplicate)
{
	set_up();
	write_flush(3000);
	g_string_truncate(said, 0);
	for (unsigned i = 0; i < 9; i++)
		ack_window(1, WINDOW - 1 - i); /* it is the window that it is about */
	expect_said("");
	for (unsigned i = 0; i < 9; i++) {
		struct tcp_hdr h = { .seq = 8, .ack = ISS + 1, .window = WINDOW - 9 };

		h.flags = TCP_ACK;
		ck_assert_int_eq(tcp_sender_ack(s, now_ns, &h, 5), 0); /* it has data */
	}
	expect_said("");
	tear_down();
}
END_TEST

START_TEST(a_timeout_starts_all_over)
{
	set_up();
	write_flush(4000);
	g_string_truncate(said, 0);
	ck_assert_int_eq(expire(1000), 0);
	expect_said("(timeout) 1+1000 ");
	ck_assert_int_eq(expire(2000), 0);
	expect_said("(timeout) 1+1000 ");
	ack(1001); /* it grows from one again */
	expect_said("1001+1000 2001+1000 ");
	ack(4001); /* he had the rest already */
	expect_said("");
	ck_assert_uint_eq(tcp_sender_deadline_ns(s), DEADLINE_NEVER);
	tear_down();
}
END_TEST

START_TEST(an_ack_ends_the_back_off)
{
	set_up();
	write_flush(2000);
	g_string_truncate(said, 0);
	ck_assert_int_eq(expire(1000), 0);
	g_string_truncate(said, 0);
	ck_assert_int_eq(expire(2000), 0);
	g_string_truncate(said, 0);
	ack(1001);
	expect_said("1001+1000P ");
	ck_assert_uint_eq(tcp_sender_deadline_ns(s), now_ns + RTO);
	tear_down();
}
END_TEST

START_TEST(a_long_way_is_waited_for)
{
	set_up();
	write_flush(10);
	now_ns += 900 * MS;
	ack(11);
	write_flush(10);
	g_string_truncate(said, 0);
	/* RFC 6298: 900 ms now, smoothed with the 0 ms of the SYN's */
	ck_assert_uint_gt(tcp_sender_deadline_ns(s), now_ns + RTO);
	tear_down();
}
END_TEST

START_TEST(what_was_repeated_tells_no_time)
{
	set_up();
	write_flush(10);
	ck_assert_int_eq((g_string_truncate(said, 0), expire(1000)), 0);
	now_ns += 900 * MS;
	ack(11);
	write_flush(10);
	g_string_truncate(said, 0);
	ck_assert_uint_eq(tcp_sender_deadline_ns(s), now_ns + RTO);
	tear_down();
}
END_TEST

START_TEST(marks_end_segments)
{
	set_up();
	put(3);
	tcp_sender_mark(s);
	put(1500);
	tcp_sender_mark(s);
	put(2);
	tcp_sender_flush(s, now_ns);
	expect_said("1+3 4+1000 1004+500 1504+2P ");
	ck_assert_int_eq(expire(1000), 0); /* and are the same when repeated */
	expect_said("(timeout) 1+3 ");
	ack(4);
	expect_said("4+1000 ");
	ack(1506);
	tear_down();
}
END_TEST

/* However wide the window is. */
START_TEST(a_writer_that_is_fast_enough_sends_whole_segments)
{
	set_up();
	for (uint64_t to = 1; to < 500000; to += 1000) {
		struct tcp_hdr h = { .seq = 8, .ack = ISS + (uint32_t)to, .flags = TCP_ACK };

		h.window = 65535;
		ck_assert_int_eq(tcp_sender_ack(s, now_ns, &h, 0), 0);
		put(tcp_sender_room(s));
		tcp_sender_flush(s, now_ns);
	}
	for (char *word = strtok(said->str, " "); word; word = strtok(NULL, " "))
		ck_assert_msg(g_str_has_suffix(word, "+1000"), "%s", word);
	g_string_truncate(said, 0);
	tear_down();
}
END_TEST

START_TEST(a_full_buffer_holds_its_tail_back)
{
	set_up();
	put(TCP_OUT_MAX);
	ck_assert_uint_eq(tcp_sender_room(s), 0);
	tcp_sender_flush(s, now_ns);
	for (uint64_t to = 1001; to <= 65001; to += 1000)
		ack(to);
	/* All segments are whole, the last bytes went when nothing else was under way. */
	ck_assert_ptr_null(strstr(said->str, "+999"));
	ck_assert_ptr_nonnull(strstr(said->str, "64001+1000 65001+536P "));
	g_string_truncate(said, 0);
	ck_assert_uint_eq(tcp_sender_room(s), TCP_OUT_MAX - 536);
	tear_down();
}
END_TEST

START_TEST(the_end_goes_with_the_last_bytes)
{
	set_up();
	put(1500);
	tcp_sender_end(s);
	ck_assert_uint_eq(tcp_sender_room(s), 0);
	tcp_sender_flush(s, now_ns);
	expect_said("1+1000 1001+500FP ");
	ack(1501);
	ck_assert(!tcp_sender_fin_is_acked(s));
	ck_assert_int_eq(expire(1000), 0);
	expect_said("(timeout) 1501+0F ");
	ack(1502);
	ck_assert(tcp_sender_fin_is_acked(s));
	ck_assert_uint_eq(tcp_sender_n_acked(s), 1500);
	ck_assert_uint_eq(tcp_sender_deadline_ns(s), DEADLINE_NEVER);
	tear_down();
}
END_TEST

START_TEST(what_was_never_sent_cannot_have_come)
{
	set_up();
	write_flush(10);
	g_string_truncate(said, 0);
	ck_assert_int_eq(ack(12), TCP_SENDER_E_NEVER_SENT);
	ck_assert_uint_eq(tcp_sender_n_acked(s), 0);
	ck_assert_int_eq(ack(0), 0); /* old */
	ck_assert_uint_eq(tcp_sender_n_acked(s), 0);
	tear_down();
}
END_TEST

/* 20 MB through a wrapping counter, each ACK for two segments. */
START_TEST(a_long_stream)
{
	uint64_t end = 20 * 1000 * 1000;

	set_up();
	while (tcp_sender_n_acked(s) < end) {
		size_t n = MIN(tcp_sender_room(s), end - tcp_sender_n_written(s));

		if (n)
			put(n);
		tcp_sender_flush(s, now_ns);
		g_string_truncate(said, 0);
		now_ns += MS;
		ck_assert_int_eq(ack(MIN(tcp_sender_n_acked(s) + 2000, end) + 1), 0);
		ck_assert_ptr_null(strstr(said->str, "("));
	}
	g_string_truncate(said, 0);
	tear_down();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tcp_sender");

	suite_add(suite, a_syn_is_repeated_until_it_is_enough);
	suite_add(suite, nothing_goes_before_the_answer);
	suite_add(suite, little_goes_at_once);
	suite_add_rows(suite, segments_are_as_long_as_the_peer_takes, N_ROWS(mss_rows));
	suite_add(suite, it_starts_slowly);
	suite_add(suite, the_window_is_kept);
	suite_add(suite, a_late_ack_shuts_no_window);
	suite_add(suite, a_shut_window_is_probed);
	suite_add(suite, a_probe_that_is_taken);
	suite_add(suite, a_shut_window_that_nobody_answers);
	suite_add(suite, three_duplicates_are_a_loss);
	suite_add(suite, the_first_duplicates_let_new_segments_out);
	suite_add(suite, what_only_looks_like_a_duplicate);
	suite_add(suite, a_timeout_starts_all_over);
	suite_add(suite, an_ack_ends_the_back_off);
	suite_add(suite, a_long_way_is_waited_for);
	suite_add(suite, what_was_repeated_tells_no_time);
	suite_add(suite, marks_end_segments);
	suite_add(suite, a_writer_that_is_fast_enough_sends_whole_segments);
	suite_add(suite, a_full_buffer_holds_its_tail_back);
	suite_add(suite, the_end_goes_with_the_last_bytes);
	suite_add(suite, what_was_never_sent_cannot_have_come);
	suite_add(suite, a_long_stream);
	return suite_run(suite);
}
