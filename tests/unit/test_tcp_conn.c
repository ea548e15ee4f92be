/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/tcp_conn: the states of a connection, and what is done with what comes
 */
#include "server/tcp_conn.h"

#include <check.h>

#include "tests/support/suite.h"

#define MS UINT64_C(1000000)
#define ISS UINT32_C(0xffffff00)
#define PEER UINT32_C(0xfffffff0) /* the guest's first number: both wrap */

static TcpConn *c;
static GString *said;
static uint64_t now_ns;

/* "FLAGS seq ack+bytes", numbers from the first ones on. */
static void on_send(void *self, const struct tcp_flow *flow, const struct tcp_hdr *h,
		    struct slice data)
{
	(void)self;
	ck_assert_uint_eq(flow->guest_port, 40000);
	ck_assert_uint_eq(h->sport, 80);
	ck_assert_uint_eq(h->dport, 40000);
	g_string_append_printf(said, "%s%s%s%s%u:%u", h->flags & TCP_SYN ? "S" : "",
			       h->flags & TCP_FIN ? "F" : "", h->flags & TCP_RST ? "R" : "",
			       h->flags & TCP_ACK ? "" : "!", h->seq - ISS, h->ack - PEER);
	if (data.len)
		g_string_append_printf(said, "+%zu", data.len);
	g_string_append_c(said, ' ');
}

static void on_repeated(void *self, const struct tcp_flow *flow, uint64_t at, const char *why)
{
	(void)self;
	(void)flow;
	(void)at;
	(void)why;
}

static void expect_said(const char *want)
{
	ck_assert_str_eq(said->str, want);
	g_string_truncate(said, 0);
}

static void set_up(void)
{
	static const struct tcp_flow flow = { 0x0a00020f, 0x0a000202, 40000, 80, { { 0 } } };
	struct tcp_conn_ops ops = { on_send, on_repeated, NULL };
	struct tcp_hdr syn = { .seq = PEER, .flags = TCP_SYN, .window = 60000, .mss = 1460 };

	now_ns = 1;
	said = g_string_new(NULL);
	c = tcp_conn_new(&flow, &ops, now_ns, &syn, ISS, 1000 * MS);
	expect_said("S0:1 ");
	ck_assert(!tcp_conn_is_open(c));
}

static void tear_down(void)
{
	expect_said("");
	tcp_conn_free(c);
	g_string_free(said, TRUE);
}

/* A segment of the guest's; numbers count from the first ones on. */
static void input(uint8_t flags, uint32_t seq, uint32_t ack, const char *data)
{
	struct tcp_hdr h = { .seq = PEER + seq, .ack = ISS + ack, .flags = flags, .window = 60000 };

	tcp_conn_input(c, now_ns, &h, (struct slice){ (const uint8_t *)data, strlen(data) });
	tcp_conn_flush(c, now_ns);
}

static void open_conn(void)
{
	set_up();
	input(TCP_ACK, 1, 1, "");
	expect_said("");
	ck_assert(tcp_conn_is_open(c) && !tcp_conn_is_over(c));
}

static void expect_received(const char *want)
{
	struct slice got = tcp_conn_received(c);

	ck_assert_uint_eq(got.len, strlen(want));
	ck_assert(!memcmp(got.p, want, got.len));
}

static void close_conn(void)
{
	tcp_conn_close(c);
	tcp_conn_flush(c, now_ns);
}

static void expect_over(enum tcp_end end, bool gone)
{
	ck_assert(tcp_conn_is_over(c));
	ck_assert_int_eq(tcp_conn_end(c), end);
	ck_assert_int_eq(tcp_conn_is_gone(c), gone);
	if (gone)
		ck_assert_uint_eq(tcp_conn_deadline_ns(c), DEADLINE_NEVER);
}

START_TEST(bytes_come_and_go)
{
	open_conn();
	input(TCP_ACK, 1, 1, "hello");
	expect_said("1:6 ");
	expect_received("hello");
	tcp_conn_consume(c, 3);
	expect_received("lo");
	ck_assert_uint_eq(tcp_conn_n_received(c), 5);
	tcp_conn_write(c, (const uint8_t *)"answer", 6);
	tcp_conn_flush(c, now_ns);
	expect_said("1:6+6 ");
	input(TCP_ACK, 6, 7, " there");
	expect_received("lo there");
	expect_said("7:12 ");
	ck_assert_uint_eq(tcp_conn_n_acked(c), 6);
	tear_down();
}
END_TEST

START_TEST(a_segment_that_cannot_be_acknowledges_nothing)
{
	open_conn();
	tcp_conn_write(c, (const uint8_t *)"answer", 6);
	tcp_conn_flush(c, now_ns);
	expect_said("1:1+6 ");
	input(TCP_ACK, 1 + TCP_IN_MAX, 7, "");
	expect_said("7:1 ");
	ck_assert_uint_eq(tcp_conn_n_acked(c), 0);
	input(TCP_ACK, 1, 7, "");
	ck_assert_uint_eq(tcp_conn_n_acked(c), 6);
	expect_said("");
	tear_down();
}
END_TEST

START_TEST(an_answer_is_an_ack)
{
	struct tcp_hdr h = { .seq = PEER + 1, .ack = ISS + 1, .flags = TCP_ACK, .window = 60000 };

	open_conn();
	tcp_conn_input(c, now_ns, &h, (struct slice){ (const uint8_t *)"hello", 5 });
	tcp_conn_write(c, (const uint8_t *)"answer", 6);
	tcp_conn_flush(c, now_ns);
	expect_said("1:6+6 ");
	tear_down();
}
END_TEST

static const struct {
	const char *what;
	uint32_t seq;
	const char *data, *received, *said;
} order_rows[] = {
	{ "the next bytes", 6, "XY", "helloXY", "1:8 " },
	{ "the same again", 1, "hello", "hello", "1:6 " },
	{ "some of them again", 3, "llo", "hello", "1:6 " },
	{ "old ones and new ones", 4, "loXY", "helloXY", "1:8 " },
	{ "from before the beginning", 0, "?helloXY", "helloXY", "1:8 " },
	{ "a byte too late", 7, "Y", "hello", "1:6 " },
	{ "at the end of the window", 6 + TCP_IN_MAX - 6, "Y", "hello", "1:6 " },
	{ "behind the window", 6 + TCP_IN_MAX, "Y", "hello", "1:6 " },
	{ "far ahead", 0x7fffffff, "Y", "hello", "1:6 " },
	{ "far behind", 0x80000010, "Y", "hello", "1:6 " },
	{ "a question whether we live", 5, "", "hello", "1:6 " },
	{ "nothing", 6, "", "hello", "" },
};

START_TEST(bytes_are_put_in_order)
{
	open_conn();
	input(TCP_ACK, 1, 1, "hello");
	expect_said("1:6 ");
	input(TCP_ACK, order_rows[_i].seq, 1, order_rows[_i].data);
	ck_assert_msg(!strcmp(said->str, order_rows[_i].said), "%s: %s", order_rows[_i].what,
		      said->str);
	g_string_truncate(said, 0);
	expect_received(order_rows[_i].received);
	tear_down();
}
END_TEST

START_TEST(the_window_shuts_and_opens)
{
	g_autofree char *much = g_strnfill(TCP_IN_MAX - 100, 'a');
	g_autofree char *more = g_strnfill(200, 'b');

	open_conn();
	input(TCP_ACK, 1, 1, much);
	expect_said("1:16285 ");
	/* Only a half fits, and so its FIN is not the end. */
	input(TCP_ACK | TCP_FIN, 1 + TCP_IN_MAX - 100, 1, more);
	expect_said("1:16385 ");
	ck_assert(!tcp_conn_is_ended(c));
	ck_assert_uint_eq(tcp_conn_received(c).len, TCP_IN_MAX);
	input(TCP_ACK, 1 + TCP_IN_MAX, 1, "c");
	expect_said("1:16385 ");
	tcp_conn_consume(c, 100);
	tcp_conn_flush(c, now_ns);
	expect_said(""); /* not worth a word */
	tcp_conn_consume(c, TCP_IN_MAX - 100);
	tcp_conn_flush(c, now_ns);
	expect_said("1:16385 ");
	input(TCP_ACK, 1 + TCP_IN_MAX, 1, "c");
	expect_said("1:16386 ");
	expect_received("c");
	tear_down();
}
END_TEST

START_TEST(the_guest_ends_first)
{
	open_conn();
	input(TCP_ACK | TCP_FIN, 1, 1, "bye");
	expect_said("1:5 ");
	expect_received("bye");
	ck_assert(tcp_conn_is_ended(c) && !tcp_conn_is_over(c));
	tcp_conn_write(c, (const uint8_t *)"still", 5); /* half open */
	tcp_conn_flush(c, now_ns);
	expect_said("1:5+5 ");
	close_conn();
	expect_said("F6:5 ");
	input(TCP_ACK | TCP_FIN, 4, 6, ""); /* its FIN again */
	expect_said("7:5 ");
	ck_assert(!tcp_conn_is_over(c));
	input(TCP_ACK, 5, 7, "");
	expect_over(TCP_END_CLOSED, true);
	tear_down();
}
END_TEST

START_TEST(we_end_first)
{
	open_conn();
	tcp_conn_write(c, (const uint8_t *)"answer", 6);
	close_conn();
	expect_said("F1:1+6 ");
	ck_assert_uint_eq(tcp_conn_room(c), 0);
	input(TCP_ACK, 1, 8, "");
	expect_said("");
	ck_assert(!tcp_conn_is_over(c));
	input(TCP_ACK, 1, 8, "late"); /* nobody reads it any more */
	expect_said("8:5 ");
	expect_received("");
	input(TCP_ACK | TCP_FIN, 5, 8, "");
	expect_said("8:6 ");
	expect_over(TCP_END_CLOSED, false);
	input(TCP_ACK | TCP_FIN, 5, 8, ""); /* our ACK was lost */
	expect_said("8:6 ");
	now_ns = tcp_conn_deadline_ns(c);
	tcp_conn_step(c, now_ns - 1);
	ck_assert(!tcp_conn_is_gone(c));
	tcp_conn_step(c, now_ns);
	expect_over(TCP_END_CLOSED, true);
	tear_down();
}
END_TEST

START_TEST(both_end_at_once)
{
	open_conn();
	close_conn();
	expect_said("F1:1 ");
	input(TCP_ACK | TCP_FIN, 1, 1, "");
	expect_said("2:2 ");
	ck_assert(!tcp_conn_is_over(c));
	input(TCP_ACK, 2, 2, "");
	expect_over(TCP_END_CLOSED, false);
	tear_down();
}
END_TEST

START_TEST(both_ends_in_one_segment)
{
	open_conn();
	close_conn();
	expect_said("F1:1 ");
	input(TCP_ACK | TCP_FIN, 1, 2, "");
	expect_said("2:2 ");
	expect_over(TCP_END_CLOSED, false);
	tear_down();
}
END_TEST

START_TEST(a_guest_that_never_ends)
{
	open_conn();
	close_conn();
	expect_said("F1:1 ");
	input(TCP_ACK, 1, 2, "");
	ck_assert(!tcp_conn_is_over(c));
	now_ns = tcp_conn_deadline_ns(c);
	ck_assert_uint_ne(now_ns, DEADLINE_NEVER);
	tcp_conn_step(c, now_ns);
	expect_over(TCP_END_CLOSED, true);
	tear_down();
}
END_TEST

static const struct {
	const char *what;
	uint8_t flags;
	uint32_t seq;
	bool ends;
	const char *said;
} rst_rows[] = {
	{ "just here", TCP_RST, 6, true, "" },
	{ "with an ACK", TCP_RST | TCP_ACK, 6, true, "" },
	{ "in the window", TCP_RST, 7, false, "1:6 " },
	{ "behind the window", TCP_RST, 6 + TCP_IN_MAX, false, "" },
	{ "an old one", TCP_RST, 5, false, "" },
	{ "a SYN just here", TCP_SYN, 6, false, "1:6 " },
	{ "the first SYN again", TCP_SYN, 0, false, "1:6 " },
	{ "no ACK", 0, 6, false, "" },
};

START_TEST(resets_are_looked_at)
{
	open_conn();
	input(TCP_ACK, 1, 1, "hello");
	expect_said("1:6 ");
	input(rst_rows[_i].flags, rst_rows[_i].seq, 1, "");
	ck_assert_msg(!strcmp(said->str, rst_rows[_i].said), "%s: %s", rst_rows[_i].what,
		      said->str);
	g_string_truncate(said, 0);
	ck_assert_msg(tcp_conn_is_gone(c) == rst_rows[_i].ends, "%s", rst_rows[_i].what);
	if (rst_rows[_i].ends)
		expect_over(TCP_END_RESET, true);
	tear_down();
}
END_TEST

START_TEST(a_syn_again)
{
	set_up();
	input(TCP_SYN, 0, 0, "");
	expect_said("S0:1 ");
	input(TCP_ACK, 1, 2, ""); /* of what we never sent */
	expect_said("1:1 ");
	ck_assert(!tcp_conn_is_open(c));
	input(TCP_ACK, 1, 1, "x"); /* the ACK was lost, the request was not */
	expect_said("1:2 ");
	ck_assert(tcp_conn_is_open(c));
	expect_received("x");
	tear_down();
}
END_TEST

START_TEST(a_syn_that_is_taken_back)
{
	set_up();
	input(TCP_RST, 1, 0, "");
	expect_over(TCP_END_RESET, true);
	tear_down();
}
END_TEST

START_TEST(we_abort)
{
	open_conn();
	tcp_conn_write(c, (const uint8_t *)"answer", 6);
	tcp_conn_flush(c, now_ns);
	expect_said("1:1+6 ");
	tcp_conn_abort(c);
	expect_said("R7:1 ");
	expect_over(TCP_END_ABORTED, true);
	tcp_conn_abort(c);
	ck_assert_uint_eq(tcp_conn_room(c), 0);
	input(TCP_ACK, 1, 7, "x");
	tear_down();
}
END_TEST

START_TEST(nobody_answers)
{
	open_conn();
	tcp_conn_write(c, (const uint8_t *)"answer", 6);
	tcp_conn_flush(c, now_ns);
	for (unsigned i = 0; i < 9; i++) {
		ck_assert(!tcp_conn_is_over(c));
		tcp_conn_step(c, tcp_conn_deadline_ns(c));
	}
	ck_assert(g_str_has_suffix(said->str, "R7:1 "));
	g_string_truncate(said, 0);
	expect_over(TCP_END_UNANSWERED, true);
	ck_assert_str_eq(tcp_end_name(tcp_conn_end(c)), "unanswered");
	tear_down();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tcp_conn");

	suite_add(s, bytes_come_and_go);
	suite_add(s, a_segment_that_cannot_be_acknowledges_nothing);
	suite_add(s, an_answer_is_an_ack);
	suite_add_rows(s, bytes_are_put_in_order, N_ROWS(order_rows));
	suite_add(s, the_window_shuts_and_opens);
	suite_add(s, the_guest_ends_first);
	suite_add(s, we_end_first);
	suite_add(s, both_end_at_once);
	suite_add(s, both_ends_in_one_segment);
	suite_add(s, a_guest_that_never_ends);
	suite_add_rows(s, resets_are_looked_at, N_ROWS(rst_rows));
	suite_add(s, a_syn_again);
	suite_add(s, a_syn_that_is_taken_back);
	suite_add(s, we_abort);
	suite_add(s, nobody_answers);
	return suite_run(s);
}
