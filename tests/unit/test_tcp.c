/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/tcp: connections by their addresses and ports, and what belongs to none
 */
#include "server/tcp.h"

#include <check.h>

#include "tests/support/journal_says.h"
#include "tests/support/suite.h"

enum {
	GUEST = 0x0a00020f,
	SERVER = 0x0a000202,
};

#define SECOND UINT64_C(1000000000)

static Tcp *t;
static Journal *journal;
static GString *said;
static uint64_t now_ns;
static TcpConn *last; /* that was opened */
static unsigned n_open;
static struct tcp_hdr sent; /* the last segment */

static void on_send(void *self, const struct tcp_flow *flow, struct slice segment)
{
	struct ipv4_hdr ip = { .src = flow->server_ip, .dst = flow->guest_ip };
	struct slice data;

	(void)self;
	ck_assert_int_eq(tcp_decode(&sent, &data, &ip, segment.p, segment.len), 0);
	ck_assert(sent.checksum_ok);
	ck_assert_uint_eq(flow->mac.b[5], 0x56);
	g_string_append_printf(said, "%u>%u%s%s%s%s ", sent.sport, sent.dport,
			       sent.flags & TCP_SYN ? "S" : "", sent.flags & TCP_ACK ? "A" : "",
			       sent.flags & TCP_FIN ? "F" : "", sent.flags & TCP_RST ? "R" : "");
}

static void *on_opened(void *self, uint64_t at_ns, TcpConn *c, unsigned number)
{
	(void)self;
	ck_assert_uint_eq(at_ns, now_ns);
	last = c;
	n_open++;
	g_string_append_printf(said, "opened%u ", number);
	return c;
}

/* It ends when the guest does. */
static void on_work(void *self, uint64_t at_ns, void *user)
{
	(void)self;
	(void)at_ns;
	if (tcp_conn_is_ended(user))
		tcp_conn_close(user);
}

static void on_closed(void *self, uint64_t at_ns, void *user)
{
	(void)self;
	(void)at_ns;
	n_open--;
	g_string_append_printf(said, "closed-%s ", tcp_end_name(tcp_conn_end(user)));
}

static void set_up_with(unsigned port)
{
	struct tcp_ops ops = { on_send, on_opened, on_work, on_closed, NULL };
	struct tcp_config cfg = { .port = port, .rto_min_ns = SECOND };

	now_ns = 0;
	n_open = 0;
	journal = journal_new(NULL);
	said = g_string_new(NULL);
	t = tcp_new(&cfg, &ops, journal);
}

static void expect_said(const char *want)
{
	ck_assert_str_eq(said->str, want);
	g_string_truncate(said, 0);
}

static void tear_down(void)
{
	tcp_free(t, now_ns);
	ck_assert_uint_eq(n_open, 0);
	journal_free(journal);
	g_string_free(said, TRUE);
}

static void input_bytes(const uint8_t *p, size_t n)
{
	static const struct ipv4_hdr ip = { .src = GUEST, .dst = SERVER };
	static const struct mac mac = { { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 } };

	tcp_input(t, now_ns, &ip, &mac, (struct slice){ p, n });
}

static void input_to(uint16_t sport, uint16_t dport, uint8_t flags, uint32_t seq, uint32_t ack,
		     const char *data)
{
	static const struct ipv4_hdr ip = { .src = GUEST, .dst = SERVER };
	struct tcp_hdr h = { .sport = sport, .dport = dport, .seq = seq, .ack = ack };
	uint8_t buf[256];
	struct wr w = WR_INIT(buf, sizeof(buf));

	h.flags = flags;
	h.window = 8192;
	tcp_encode(&w, &h, &ip, (const uint8_t *)data, strlen(data));
	input_bytes(buf, sizeof(buf) - w.left);
}

static void input(uint16_t sport, uint8_t flags, uint32_t seq, uint32_t ack)
{
	input_to(sport, 80, flags, seq, ack, "");
}

/* Open a connection from @sport with first number 100. Return: the server's. */
static uint32_t open_from(uint16_t sport)
{
	uint32_t isn;

	input(sport, TCP_SYN, 100, 0);
	isn = sent.seq;
	input(sport, TCP_ACK, 101, isn + 1);
	return isn;
}

START_TEST(a_connection_comes_and_goes)
{
	uint32_t isn;

	set_up_with(80);
	input(40000, TCP_SYN, 100, 0);
	expect_said("80>40000SA ");
	isn = sent.seq;
	ck_assert_uint_eq(sent.ack, 101);
	ck_assert_uint_eq(sent.mss, TCP_MSS);
	input(40000, TCP_ACK, 101, isn + 1);
	expect_said("opened1 ");
	input(40000, TCP_ACK | TCP_FIN, 101, isn + 1);
	expect_said("80>40000AF ");
	input(40000, TCP_ACK, 102, isn + 2);
	expect_said("closed-closed ");
	ck_assert_uint_eq(tcp_deadline_ns(t), DEADLINE_NEVER);
	assert_journalled(journal, 1, "tcp.open", "\"sport\":40000,\"dport\":80");
	assert_journalled(journal, 1, "tcp.close", "\"reason\":\"closed\",\"in\":0,\"out\":0");
	tear_down();
}
END_TEST

static const struct {
	const char *what;
	uint16_t dport;
	uint8_t flags;
	const char *data;
	uint8_t want_flags; /* 0: no answer */
	uint32_t want_seq, want_ack;
} closed_rows[] = {
	{ "a SYN to another port", 81, TCP_SYN, "", TCP_RST | TCP_ACK, 0, 101 },
	{ "a SYN with data", 81, TCP_SYN, "abc", TCP_RST | TCP_ACK, 0, 104 },
	{ "an ACK of nothing", 80, TCP_ACK, "", TCP_RST, 7, 0 },
	{ "data of nothing", 80, TCP_ACK, "abc", TCP_RST, 7, 0 },
	{ "SYN and ACK", 80, TCP_SYN | TCP_ACK, "", TCP_RST, 7, 0 },
	{ "SYN and FIN", 80, TCP_SYN | TCP_FIN, "", TCP_RST | TCP_ACK, 0, 102 },
	{ "a FIN of nothing", 80, TCP_FIN, "", TCP_RST | TCP_ACK, 0, 101 },
	{ "no flag at all", 80, 0, "ab", TCP_RST | TCP_ACK, 0, 102 },
	{ "a RST", 80, TCP_RST, "", 0, 0, 0 },
	{ "a RST with ACK", 81, TCP_RST | TCP_ACK, "", 0, 0, 0 },
};

START_TEST(what_belongs_to_nothing_is_reset)
{
	set_up_with(80);
	sent = (struct tcp_hdr){ 0 };
	input_to(40000, closed_rows[_i].dport, closed_rows[_i].flags, 100, 7, closed_rows[_i].data);
	ck_assert_msg(sent.flags == closed_rows[_i].want_flags, "%s: %02x", closed_rows[_i].what,
		      sent.flags);
	ck_assert_msg(sent.seq == closed_rows[_i].want_seq, "%s", closed_rows[_i].what);
	ck_assert_msg(sent.ack == closed_rows[_i].want_ack, "%s", closed_rows[_i].what);
	ck_assert_uint_eq(tcp_deadline_ns(t), DEADLINE_NEVER);
	tear_down();
}
END_TEST

START_TEST(no_port_is_open)
{
	set_up_with(0);
	input_to(40000, 0, TCP_SYN, 100, 0, "");
	expect_said("0>40000AR ");
	input(40000, TCP_SYN, 100, 0);
	expect_said("80>40000AR ");
	tear_down();
}
END_TEST

START_TEST(bad_segments_are_dropped)
{
	uint8_t bytes[20] = { 0x9c, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 5 << 4, TCP_SYN };

	set_up_with(80);
	input_bytes(bytes, sizeof(bytes));
	assert_journalled(journal, 1, "tcp.drop", "checksum");
	input_bytes(bytes, 19);
	assert_journalled(journal, 1, "tcp.drop", "malformed");
	expect_said("");
	tear_down();
}
END_TEST

START_TEST(connections_do_not_mix)
{
	uint32_t first, second;

	set_up_with(80);
	first = open_from(40000);
	expect_said("80>40000SA opened1 ");
	second = open_from(40001);
	expect_said("80>40001SA opened2 ");
	ck_assert_uint_ne(first, second);
	input_to(40001, 80, TCP_ACK, 101, second + 1, "abc");
	ck_assert_uint_eq(tcp_conn_received(last).len, 3);
	expect_said("80>40001A ");
	input(40000, TCP_RST, 101, 0);
	expect_said("closed-reset ");
	ck_assert_uint_eq(n_open, 1);
	tear_down();
}
END_TEST

START_TEST(the_same_port_again)
{
	uint32_t isn;

	set_up_with(80);
	isn = open_from(40000);
	g_string_truncate(said, 0);
	tcp_conn_close(last);
	tcp_flush(t, now_ns, last);
	expect_said("80>40000AF ");
	input(40000, TCP_ACK | TCP_FIN, 101, isn + 2);
	expect_said("80>40000A closed-closed ");
	ck_assert_uint_ne(tcp_deadline_ns(t), DEADLINE_NEVER); /* it lingers */
	input(40000, TCP_SYN, 5000, 0);
	expect_said("80>40000SA ");
	ck_assert_uint_eq(sent.ack, 5001);
	tear_down();
}
END_TEST

START_TEST(late_segments_are_answered_for_a_while)
{
	uint32_t isn;

	set_up_with(80);
	isn = open_from(40000);
	tcp_conn_close(last);
	tcp_flush(t, now_ns, last);
	input(40000, TCP_ACK | TCP_FIN, 101, isn + 2);
	g_string_truncate(said, 0);
	input(40000, TCP_ACK | TCP_FIN, 101, isn + 2);
	expect_said("80>40000A ");
	now_ns = tcp_deadline_ns(t);
	tcp_step(t, now_ns);
	ck_assert_uint_eq(tcp_deadline_ns(t), DEADLINE_NEVER);
	input(40000, TCP_ACK | TCP_FIN, 101, isn + 2);
	expect_said("80>40000R ");
	assert_journalled(journal, 1, "tcp.close", "");
	tear_down();
}
END_TEST

START_TEST(repetitions_are_journalled)
{
	set_up_with(80);
	input(40000, TCP_SYN, 100, 0);
	expect_said("80>40000SA ");
	ck_assert_uint_eq(tcp_deadline_ns(t), SECOND);
	now_ns = SECOND;
	tcp_step(t, now_ns);
	expect_said("80>40000SA ");
	assert_journalled(journal, 1, "tcp.repeat", "\"position\":0,\"reason\":\"timeout\"");
	tear_down();
}
END_TEST

START_TEST(the_table_is_bounded)
{
	set_up_with(80);
	for (uint16_t port = 1000; port < 1064; port++)
		open_from(port);
	ck_assert_uint_eq(n_open, 64);
	g_string_truncate(said, 0);
	input(2000, TCP_SYN, 100, 0); /* all are in use: not heard */
	expect_said("");
	input(1000, TCP_RST, 101, 0);
	expect_said("closed-reset ");
	input(2000, TCP_SYN, 100, 0);
	expect_said("80>2000SA ");
	input(2001, TCP_SYN, 100, 0); /* one that never answered has to go */
	expect_said("80>2001SA ");
	assert_journalled(journal, 1, "tcp.close", "replaced");
	input(2000, TCP_ACK, 101, 0);
	expect_said("80>2000R ");
	tear_down();
}
END_TEST

START_TEST(first_numbers)
{
	struct tcp_ops ops = { on_send, on_opened, on_work, on_closed, NULL };
	struct tcp_config cfg = { .port = 80, .rto_min_ns = SECOND, .has_isn = true };
	uint32_t a, b;

	set_up_with(80);
	input(40000, TCP_SYN, 100, 0);
	a = sent.seq;
	now_ns = 4000;
	input(40001, TCP_SYN, 100, 0);
	b = sent.seq;
	ck_assert_uint_eq(b - a, (1 << 20) + 1);
	tcp_free(t, now_ns);
	cfg.isn = 0xffffff00;
	t = tcp_new(&cfg, &ops, journal);
	input(40000, TCP_SYN, 100, 0);
	ck_assert_uint_eq(sent.seq, 0xffffff00);
	input(40001, TCP_SYN, 100, 0);
	ck_assert_uint_eq(sent.seq, 0xffffff00);
	tear_down();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tcp");

	suite_add(s, a_connection_comes_and_goes);
	suite_add_rows(s, what_belongs_to_nothing_is_reset, N_ROWS(closed_rows));
	suite_add(s, no_port_is_open);
	suite_add(s, bad_segments_are_dropped);
	suite_add(s, connections_do_not_mix);
	suite_add(s, the_same_port_again);
	suite_add(s, late_segments_are_answered_for_a_while);
	suite_add(s, repetitions_are_journalled);
	suite_add(s, the_table_is_bounded);
	suite_add(s, first_numbers);
	return suite_run(s);
}
