/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_tcp and judge_tcp_data: connections, and what comes over them
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/tcp_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING

static struct boot_script b;

/* What a usual boot shows when one of its frames is another. */
static const struct judge_row rows[] = {
	{ "tcp.syn.mss", "usual", 0, NULL, KEPT },
	{ "tcp.syn.mss", "none", TCP_BOOT_SYN, "udp+20=01010101", BROKEN },
	{ "tcp.syn.mss", "too much", TCP_BOOT_SYN, "udp+22=05b5", BROKEN },
	{ "tcp.syn.isn", "too few connections", 0, NULL, NOTHING },
	{ "tcp.syn.port-random", "too few connections", 0, NULL, NOTHING },
	{ "tcp.close.half", "usual", 0, NULL, KEPT },
	{ "tcp.close.half", "a RST", TCP_BOOT_FIN, "udp+13=14", BROKEN },
	{ "tcp.close.half", "no FIN", TCP_BOOT_FIN, "udp+13=10", BROKEN },
	{ "tcp.close.half", "no FIN of the server's", TCP_BOOT_DATA_3, "udp+13=18", KEPT },
	{ "tcp.cksum.bad", "usual", 0, NULL, NOTHING },
	{ "tcp.data.out-of-order", "usual", 0, NULL, NOTHING },
	{ "tcp.data.duplicate-overlap", "usual", 0, NULL, NOTHING },
	{ "tcp.data.out-of-window", "usual", 0, NULL, NOTHING },
	{ "tcp.opt.unknown-illegal", "usual", 0, NULL, NOTHING },
	{ "tcp.opt.unknown-illegal", "one", TCP_BOOT_DATA_1, "udp+12=60;udp+20<fd000101", KEPT },
	{ "tcp.seq.wrap", "usual", 0, NULL, NOTHING },
	{ "tcp.seq.wrap", "it wraps", TCP_BOOT_DATA_1, "udp+4=fffffff0", KEPT },
	{ "tcp.ack.delay", "usual", 0, NULL, KEPT },
	{ "tcp.win.update", "usual", 0, NULL, NOTHING },
	{ "tcp.win.update", "shut, and then open", TCP_BOOT_ACK, "udp+14=0000", KEPT },
	{ "tcp.win.probe-answer", "usual", 0, NULL, NOTHING },
	{ "tcp.rst.in-sequence", "usual", 0, NULL, NOTHING },
	{ "tcp.rst.in-sequence", "the connection goes on", TCP_BOOT_DATA_1, "udp+13=14", BROKEN },
	{ "tcp.rst.in-sequence", "not the very one", TCP_BOOT_DATA_2, "udp+13=14;udp+4=20002042",
	  NOTHING },
	{ "tcp.rst.out-of-window", "the very one", TCP_BOOT_DATA_1, "udp+13=14", NOTHING },
	{ "tcp.rst.out-of-window", "another", TCP_BOOT_DATA_1, "udp+13=14;udp+4=70000000", KEPT },
	{ "tcp.synack.bad-ack", "usual", 0, NULL, NOTHING },
	{ "tcp.syn.refused", "usual", 0, NULL, NOTHING },
	{ "tcp.icmp.soft", "usual", 0, NULL, NOTHING },
	{ "tcp.unknown-conn.rst", "usual", 0, NULL, NOTHING },
	{ "tcp.unknown-conn.rst", "no answer", TCP_BOOT_DATA_1, "udp+2=0009", BROKEN },
	{ "tcp.syn.retransmit", "usual", 0, NULL, NOTHING },
	{ "tcp.req.retransmit", "usual", 0, NULL, NOTHING },
	{ "tcp.dead-peer", "usual", 0, NULL, NOTHING },
};

START_TEST(one_frame)
{
	const struct judge_row *r = &rows[_i];

	tcp_boot_usual(&b);
	if (r->edits)
		boot_edit(&b, r->frame, r->edits);
	tcp_boot_assert(&b, r->id, r->saw, r->what);
}
END_TEST

START_TEST(numbers)
{
	static const uint16_t random[] = { 50000, 61234, 49999, 52001 };

	tcp_boot_usual(&b);
	b.n = 0;
	for (unsigned i = 0; i < 4; i++)
		tcp_boot_add(&b, false, random[i], TCP_SYN, 0, 0, "", 0);
	tcp_boot_assert(&b, "tcp.syn.isn", KEPT, "random");
	tcp_boot_assert(&b, "tcp.syn.port-random", KEPT, "random");
	for (unsigned i = 0; i < 4; i++)
		boot_edit(&b, i, "udp+4=11112222");
	tcp_boot_assert(&b, "tcp.syn.isn", BROKEN, "always the same");
	b.n = 0;
	for (uint16_t i = 0; i < 4; i++)
		tcp_boot_add(&b, false, 50000, TCP_SYN, 1000000u * i * i, 0, "", 0)->t_ns =
			100 * BOOT_MS * i * i;
	tcp_boot_assert(&b, "tcp.syn.isn", BROKEN, "as time goes by");
	b.n = 0;
	for (uint16_t i = 0; i < 4; i++)
		tcp_boot_add(&b, false, 50000 + i, TCP_SYN, 0, 0, "", 0);
	tcp_boot_assert(&b, "tcp.syn.port-random", BROKEN, "one more each time");
}
END_TEST

/* Times at which SYNs are lost; the one that arrives is at 4 s. */
static const struct {
	unsigned ms[4];
	enum judge_saw saw;
} waits[] = {
	{ { 0, 500, 1500 }, KEPT },
	{ { 0, 1000, 2000 }, BROKEN },
	{ { 0, 1000, 3500 }, BROKEN },
	{ { 0 }, NOTHING },
};

START_TEST(repetitions)
{
	tcp_boot_usual(&b);
	for (unsigned i = 0; i < b.n; i++)
		b.frames[i].t_ns += 4000 * BOOT_MS;
	tcp_boot_add(&b, true, 1, TCP_ACK, 0, 0, "", 0);
	tcp_boot_move_last(&b, 0);
	b.frames[0].t_ns = b.frames[1].t_ns - 4000 * BOOT_MS;
	b.event = "impair.drop";
	b.event_name = "tcp.syn";
	b.event_at = 0;
	memcpy(b.event_ms, waits[_i].ms, sizeof(waits[_i].ms));
	tcp_boot_assert(&b, "tcp.syn.retransmit", waits[_i].saw, "SYNs");
	b.event_name = "tcp.data";
	tcp_boot_assert(&b, "tcp.syn.retransmit", NOTHING, "no SYN was lost");
	b.event_name = "tcp.syn";
	b.n = 1;
	if (_i == N_ROWS(waits) - 1)
		tcp_boot_assert(&b, "tcp.syn.retransmit", BROKEN, "it is not sent again");
}
END_TEST

START_TEST(refusal)
{
	tcp_boot_usual(&b);
	b.n = TCP_BOOT_SYN + 1;
	tcp_boot_add(&b, true, TCP_BOOT_PORT, TCP_RST | TCP_ACK, 0, 1, "", 0);
	b.payload = NULL;
	b.ending = "gave-up";
	tcp_boot_assert(&b, "tcp.syn.refused", KEPT, "it stops");
	tcp_boot_add(&b, false, TCP_BOOT_PORT + 1, TCP_SYN, 0, 0, "", 0);
	tcp_boot_assert(&b, "tcp.syn.refused", KEPT, "it tries another connection");
	b.frames[b.n - 1].t_ns += 40000 * BOOT_MS;
	tcp_boot_assert(&b, "tcp.syn.refused", BROKEN, "it takes too long");
	tcp_boot_add(&b, false, TCP_BOOT_PORT, TCP_SYN, 0, 0, "", 0);
	tcp_boot_assert(&b, "tcp.syn.refused", BROKEN, "it tries the same again");
}
END_TEST

START_TEST(answer_to_another_syn)
{
	tcp_boot_usual(&b);
	tcp_boot_add(&b, true, TCP_BOOT_PORT, TCP_SYN | TCP_ACK, 7, 12345, "", 0);
	tcp_boot_move_last(&b, TCP_BOOT_SYNACK);
	tcp_boot_assert(&b, "tcp.synack.bad-ack", BROKEN, "no RST");
	tcp_boot_add(&b, false, TCP_BOOT_PORT, TCP_RST, 12344, 0, "", 0);
	tcp_boot_move_last(&b, TCP_BOOT_SYNACK + 1);
	tcp_boot_assert(&b, "tcp.synack.bad-ack", BROKEN, "a RST with another number");
	boot_remove(&b, TCP_BOOT_SYNACK + 1);
	tcp_boot_add(&b, false, TCP_BOOT_PORT, TCP_RST, 12345, 0, "", 0);
	tcp_boot_move_last(&b, TCP_BOOT_SYNACK + 1);
	tcp_boot_assert(&b, "tcp.synack.bad-ack", KEPT, "a RST");
}
END_TEST

START_TEST(spoilt)
{
	tcp_boot_usual(&b);
	tcp_boot_data(&b, TCP_BOOT_PORT, 1, 0);
	b.frames[b.n - 1].f.buf[60] ^= 1;
	tcp_boot_move_last(&b, TCP_BOOT_DATA_1);
	tcp_boot_assert(&b, "tcp.cksum.bad", KEPT, "the same payload");
	tcp_boot_add(&b, false, 60000, TCP_SYN, 0, 0, "", 0);
	tcp_boot_assert(&b, "tcp.cksum.bad", BROKEN, "it takes one more connection");
	b.n--;
	b.payload = NULL;
	tcp_boot_assert(&b, "tcp.cksum.bad", BROKEN, "no payload");
}
END_TEST

START_TEST(overlap)
{
	tcp_boot_usual(&b);
	tcp_boot_data(&b, TCP_BOOT_PORT, 1, 0);
	tcp_boot_move_last(&b, TCP_BOOT_DATA_2);
	tcp_boot_assert(&b, "tcp.data.duplicate-overlap", NOTHING, "all of it twice");
	tcp_boot_data(&b, TCP_BOOT_PORT, 51, 0);
	tcp_boot_move_last(&b, TCP_BOOT_DATA_2);
	tcp_boot_assert(&b, "tcp.data.duplicate-overlap", KEPT, "half of it twice");
}
END_TEST

START_TEST(far_away)
{
	tcp_boot_usual(&b);
	tcp_boot_data(&b, TCP_BOOT_PORT, 0x40000000, 0);
	tcp_boot_move_last(&b, TCP_BOOT_DATA_2);
	tcp_boot_assert(&b, "tcp.data.out-of-window", BROKEN, "no ACK");
	tcp_boot_ack(&b, TCP_BOOT_PORT, 0, 101);
	tcp_boot_move_last(&b, TCP_BOOT_DATA_2 + 1);
	tcp_boot_assert(&b, "tcp.data.out-of-window", KEPT, "one ACK more");
}
END_TEST

/* The first segment comes last. */
START_TEST(gap)
{
	tcp_boot_usual(&b);
	boot_remove(&b, TCP_BOOT_DATA_1);
	tcp_boot_data(&b, TCP_BOOT_PORT, 1, 0);
	tcp_boot_move_last(&b, TCP_BOOT_DATA_2);
	tcp_boot_assert(&b, "tcp.data.out-of-order", BROKEN, "no ACK tells");
	for (unsigned i = 0; i < 2; i++) {
		tcp_boot_ack(&b, TCP_BOOT_PORT, 0, 1);
		tcp_boot_move_last(&b, TCP_BOOT_DATA_2);
	}
	tcp_boot_assert(&b, "tcp.data.out-of-order", KEPT, "ACKs tell");
	boot_edit(&b, TCP_BOOT_DATA_2 + 3, "udp+8=20002065");
	for (unsigned i = TCP_BOOT_DATA_2 + 4; i < b.n; i++)
		b.frames[i].t_ns += 1000 * BOOT_MS;
	tcp_boot_assert(&b, "tcp.data.out-of-order", BROKEN, "it was not kept");
}
END_TEST

START_TEST(late_ack)
{
	tcp_boot_usual(&b);
	for (unsigned i = TCP_BOOT_ACK; i < b.n; i++)
		b.frames[i].t_ns += 600 * BOOT_MS;
	tcp_boot_assert(&b, "tcp.ack.delay", BROKEN, "it comes late");
	b.event = "impair.drop";
	tcp_boot_assert(&b, "tcp.ack.delay", NOTHING, "something was lost");
	b.event = "http.response";
	tcp_boot_assert(&b, "tcp.ack.delay", NOTHING, "the server did something odd");
	b.event = NULL;
	tcp_boot_add(&b, false, TCP_BOOT_PORT, TCP_ACK, 1, 101, "", 0);
	tcp_boot_move_last(&b, TCP_BOOT_ACK);
	b.frames[TCP_BOOT_ACK].t_ns -= 300 * BOOT_MS;
	tcp_boot_assert(&b, "tcp.ack.delay", KEPT, "it is busy with what came before");
}
END_TEST

START_TEST(shut_window)
{
	tcp_boot_usual(&b);
	boot_edit(&b, TCP_BOOT_ACK, "udp+14=0000");
	for (unsigned i = TCP_BOOT_DATA_3; i < b.n; i++)
		b.frames[i].t_ns += 1000 * BOOT_MS;
	tcp_boot_assert(&b, "tcp.win.update", BROKEN, "the server asks");
	tcp_boot_assert(&b, "tcp.win.probe-answer", KEPT, "and is answered");
	b.n = TCP_BOOT_DATA_3 + 1;
	tcp_boot_assert(&b, "tcp.win.probe-answer", NOTHING, "the boot ends");
	tcp_boot_add(&b, false, 60000, TCP_SYN, 0, 0, "", 0)->t_ns += 2000 * BOOT_MS;
	tcp_boot_assert(&b, "tcp.win.probe-answer", BROKEN, "there is no answer");
}
END_TEST

START_TEST(stray)
{
	tcp_boot_usual(&b);
	tcp_boot_add(&b, true, 9, TCP_ACK, 7, 12345, "abcd", 4);
	tcp_boot_add(&b, false, 9, TCP_RST, 12345, 0, "", 0);
	tcp_boot_assert(&b, "tcp.unknown-conn.rst", KEPT, "a RST");
	b.n--;
	tcp_boot_add(&b, false, 9, TCP_RST, 12346, 0, "", 0);
	tcp_boot_assert(&b, "tcp.unknown-conn.rst", BROKEN, "with another number");
}
END_TEST

START_TEST(gone)
{
	tcp_boot_usual(&b);
	b.event = "impair.drop";
	b.event_name = "tcp.data";
	b.event_at = TCP_BOOT_DATA_2;
	tcp_boot_assert(&b, "tcp.dead-peer", BROKEN, "a payload started");
	b.payload = NULL;
	b.ending = "gave-up";
	tcp_boot_assert(&b, "tcp.dead-peer", KEPT, "it stops");
	b.ending = "hang";
	tcp_boot_assert(&b, "tcp.dead-peer", BROKEN, "it hangs");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_tcp");

	suite_add_rows(s, one_frame, N_ROWS(rows));
	suite_add(s, numbers);
	suite_add_rows(s, repetitions, N_ROWS(waits));
	suite_add(s, refusal);
	suite_add(s, answer_to_another_syn);
	suite_add(s, spoilt);
	suite_add(s, overlap);
	suite_add(s, far_away);
	suite_add(s, gap);
	suite_add(s, late_ack);
	suite_add(s, shut_window);
	suite_add(s, stray);
	suite_add(s, gone);
	return suite_run(s);
}
