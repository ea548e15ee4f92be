/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/packet_id_tcp: which connection a segment belongs to, and where in its stream it is
 */
#include "server/packet_id_tcp.h"

#include <check.h>

#include "tests/support/boot_frames.h"
#include "tests/support/suite.h"

enum {
	GUEST = 0x0a00020f,
	SERVER = 0x0a000202,
};

static PacketIds *ids;
static struct packet_id id;

static void set_up(void)
{
	ids = packet_ids_new();
}

static void tear_down(void)
{
	packet_ids_free(ids);
}

static void assert_same(const struct packet_id *a, const struct packet_id *b)
{
	ck_assert_int_eq(a->dir, b->dir);
	ck_assert_int_eq(a->kind, b->kind);
	ck_assert_uint_eq(a->transaction, b->transaction);
	ck_assert_uint_eq(a->position, b->position);
	ck_assert_uint_eq(a->attempt, b->attempt);
}

enum {
	SYN = TCP_SYN,
	RST = TCP_RST,
	ACK = TCP_ACK,
};

static enum frame_kind kind_of(uint8_t flags, size_t len)
{
	if (flags & RST)
		return FRAME_TCP_RST;
	if (flags & SYN)
		return flags & ACK ? FRAME_TCP_SYNACK : FRAME_TCP_SYN;
	return len ? FRAME_TCP_DATA : FRAME_TCP_ACK;
}

struct side {
	uint16_t guest_port;
	uint32_t guest_isn, server_isn;
};

static void tcp(const struct side *s, enum packet_dir dir, uint8_t flags, uint32_t seq,
		uint32_t ack, size_t len)
{
	bool out = dir == PACKET_FROM_GUEST;
	struct frame *f = boot_frame(kind_of(flags, len), 0, 0);
	static const uint8_t bytes[2000];

	f->ip.src = out ? GUEST : SERVER;
	f->ip.dst = out ? SERVER : GUEST;
	f->tcp = (struct tcp_hdr){
		.sport = out ? s->guest_port : 80,
		.dport = out ? 80 : s->guest_port,
		.seq = seq + (out ? s->guest_isn : s->server_isn),
		.ack = ack + (out ? s->server_isn : s->guest_isn),
		.flags = flags,
	};
	f->payload = (struct slice){ bytes, len };
	packet_ids_next(ids, dir, f, &id);
}

/* A connection with 3,000 bytes to the guest, one segment repeated. */
static void tcp_run(const struct side *s, struct packet_id out[9])
{
	unsigned n = 0;

	tcp(s, PACKET_FROM_GUEST, SYN, 0, 0, 0);
	out[n++] = id;
	tcp(s, PACKET_TO_GUEST, SYN | ACK, 0, 1, 0);
	out[n++] = id;
	tcp(s, PACKET_FROM_GUEST, ACK, 1, 1, 0);
	out[n++] = id;
	tcp(s, PACKET_FROM_GUEST, ACK, 1, 1, 50); /* no attempt more of the bare ACK */
	out[n++] = id;
	tcp(s, PACKET_TO_GUEST, ACK, 1, 1, 1000);
	out[n++] = id;
	tcp(s, PACKET_TO_GUEST, ACK, 1001, 1, 1000);
	out[n++] = id;
	tcp(s, PACKET_TO_GUEST, ACK, 1, 1, 1000);
	out[n++] = id;
	tcp(s, PACKET_FROM_GUEST, ACK, 1, 2001, 0);
	out[n++] = id;
	tcp(s, PACKET_FROM_GUEST, RST, 1, 2001, 0);
	out[n++] = id;
}

START_TEST(tcp_goes_by_the_offset_in_the_stream)
{
	static const struct side a = { 40000, 1000, 5000 };
	static const struct side b = { 50000, 0xffffff00, 0xfffffffe }; /* both wrap */
	static const uint64_t positions[] = { 0, 0, 1, 1, 1, 1001, 1, 2001, 0 };
	static const unsigned attempts[] = { 1, 1, 1, 1, 1, 1, 2, 1, 1 };
	struct packet_id x[9], y[9];

	tcp_run(&a, x);
	tear_down();
	set_up();
	tcp_run(&b, y);
	for (int i = 0; i < 9; i++) {
		assert_same(&x[i], &y[i]);
		ck_assert_uint_eq(x[i].position, positions[i]);
		ck_assert_uint_eq(x[i].attempt, attempts[i]);
	}
}
END_TEST

START_TEST(tcp_connections_are_counted)
{
	static const struct side a = { 40000, 1000, 5000 }, b = { 40001, 1000, 5000 };
	static const struct side again = { 40000, 1001, 5000 };

	tcp(&a, PACKET_FROM_GUEST, SYN, 0, 0, 0);
	ck_assert_uint_eq(id.ordinal, 1);
	tcp(&a, PACKET_FROM_GUEST, SYN, 0, 0, 0);
	ck_assert_uint_eq(id.ordinal, 1);
	ck_assert_uint_eq(id.attempt, 2);
	tcp(&b, PACKET_FROM_GUEST, SYN, 0, 0, 0);
	ck_assert_uint_eq(id.ordinal, 2);
	ck_assert_uint_eq(id.attempt, 1);
	tcp(&again, PACKET_FROM_GUEST, SYN, 0, 0, 0);
	ck_assert_uint_eq(id.ordinal, 3);
	ck_assert_uint_eq(id.attempt, 1);
}
END_TEST

START_TEST(tcp_streams_are_longer_than_their_numbers)
{
	static const struct side s = { 40000, 7, 9 };

	tcp(&s, PACKET_TO_GUEST, SYN, 0, 0, 0);
	for (uint64_t at = 1; at < UINT64_C(10) << 30; at += UINT64_C(1) << 28) {
		tcp(&s, PACKET_TO_GUEST, ACK, (uint32_t)at, 0, 100);
		ck_assert_uint_eq(id.position, at);
	}
}
END_TEST

START_TEST(rules_see_bytes_from_0)
{
	static const struct side s = { 40000, 0xffffff00, 5000 };

	tcp(&s, PACKET_FROM_GUEST, SYN, 0, 0, 0);
	ck_assert_uint_eq(id.n_bytes, 0);
	tcp(&s, PACKET_TO_GUEST, SYN | ACK, 0, 1, 0);
	tcp(&s, PACKET_FROM_GUEST, ACK, 1, 1, 300);
	ck_assert_uint_eq(id.bytes_at, 0);
	ck_assert_uint_eq(id.n_bytes, 300);
	tcp(&s, PACKET_TO_GUEST, ACK, 1001, 301, 1000);
	ck_assert_uint_eq(id.bytes_at, 1000);
	ck_assert_uint_eq(id.n_bytes, 1000);
	tcp(&s, PACKET_TO_GUEST, ACK, 2001, 301, 0);
	ck_assert_uint_eq(id.bytes_at, 300); /* that it acknowledges */
	ck_assert_uint_eq(id.n_bytes, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("packet_id_tcp");
	TCase *tc = tcase_create("tracker");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, tcp_goes_by_the_offset_in_the_stream);
	tcase_add_test(tc, tcp_connections_are_counted);
	tcase_add_test(tc, tcp_streams_are_longer_than_their_numbers);
	tcase_add_test(tc, rules_see_bytes_from_0);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
