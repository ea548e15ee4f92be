/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/reassembly: joining IPv4 fragments
 */
#include "server/reassembly.h"

#include <check.h>

#include "server/wire/ip.h"
#include "tests/support/suite.h"

#define SECOND UINT64_C(1000000000)

enum {
	LEN = 40, /* of the datagram that the rows are cut from: five units */
	ID = 0x1234,
	N_STEPS = 6,
};

/* Where a row's datagram stands after its last fragment. */
enum outcome {
	WHOLE,
	WAITING,
	GONE,
};

enum {
	LAST = 0,
	MORE = 1,
	FORGED = 2, /* other bytes than the datagram has there */
};

struct piece {
	unsigned offset, len, flags;
	int want;
};

static const struct {
	const char *what;
	struct piece pieces[N_STEPS]; /* up to the first with .len == 0 */
	enum outcome outcome;
} rows[] = {
	{ "two pieces in order",
	  { { 0, 16, MORE, REASSEMBLY_E_INCOMPLETE }, { 16, 24, LAST, 0 } },
	  WHOLE },
	{ "two pieces, the last one first",
	  { { 16, 24, LAST, REASSEMBLY_E_INCOMPLETE }, { 0, 16, MORE, 0 } },
	  WHOLE },
	{ "the middle comes last",
	  { { 0, 8, MORE, REASSEMBLY_E_INCOMPLETE },
	    { 32, 8, LAST, REASSEMBLY_E_INCOMPLETE },
	    { 8, 24, MORE, 0 } },
	  WHOLE },
	{ "a repeated piece changes nothing",
	  { { 0, 16, MORE, REASSEMBLY_E_INCOMPLETE },
	    { 0, 16, MORE, REASSEMBLY_E_DUPLICATE },
	    { 8, 8, MORE, REASSEMBLY_E_DUPLICATE },
	    { 16, 24, LAST, 0 } },
	  WHOLE },
	{ "a hole stays a hole",
	  { { 0, 8, MORE, REASSEMBLY_E_INCOMPLETE }, { 16, 24, LAST, REASSEMBLY_E_INCOMPLETE } },
	  WAITING },
	{ "an overlap drops all",
	  { { 0, 16, MORE, REASSEMBLY_E_INCOMPLETE }, { 8, 16, MORE, REASSEMBLY_E_OVERLAP } },
	  GONE },
	{ "a repeated piece with other bytes drops all",
	  { { 0, 16, MORE, REASSEMBLY_E_INCOMPLETE },
	    { 0, 16, MORE | FORGED, REASSEMBLY_E_OVERLAP } },
	  GONE },
	{ "a second last piece, further out, drops all",
	  { { 16, 16, LAST, REASSEMBLY_E_INCOMPLETE }, { 32, 8, LAST, REASSEMBLY_E_OVERLAP } },
	  GONE },
	{ "a piece beyond the last one drops all",
	  { { 8, 16, LAST, REASSEMBLY_E_INCOMPLETE }, { 24, 8, MORE, REASSEMBLY_E_OVERLAP } },
	  GONE },
	{ "a last piece that ends before another drops all",
	  { { 24, 16, MORE, REASSEMBLY_E_INCOMPLETE }, { 8, 8, LAST, REASSEMBLY_E_OVERLAP } },
	  GONE },
	{ "a piece that is not in units of eight is refused",
	  { { 0, 15, MORE, REASSEMBLY_E_MALFORMED } },
	  GONE },
	{ "a piece that ends beyond the longest packet is refused",
	  { { 65504, 16, LAST, REASSEMBLY_E_MALFORMED } },
	  GONE },
};

static uint8_t original(size_t i)
{
	return (uint8_t)(i * 7 + 1);
}

static int add(Reassembly *r, uint64_t now_ns, uint16_t id, const struct piece *p,
	       struct slice *whole)
{
	struct reassembly_key key = {
		.src = ip_addr_v4(1), .dst = ip_addr_v4(2), .id = id, .proto = IP_PROTO_UDP
	};
	uint8_t data[LEN];
	struct reassembly_piece piece = { p->offset, p->flags & MORE, { data, p->len } };

	for (size_t i = 0; i < p->len; i++)
		data[i] = (uint8_t)(original(p->offset + i) ^ (p->flags & FORGED ? 0xff : 0));
	return reassembly_add(r, now_ns, &key, &piece, whole);
}

START_TEST(joins)
{
	g_autoptr(Reassembly) r = reassembly_new();
	struct slice whole = { .len = 0xdead };
	const char *what = rows[_i].what;

	for (const struct piece *p = rows[_i].pieces; p->len; p++) {
		int e = add(r, 0, ID, p, &whole);

		ck_assert_msg(e == p->want, "%s: offset %u: got %d", what, p->offset, e);
		ck_assert_msg(e == 0 || whole.len == 0xdead, "%s: out was touched", what);
	}
	ck_assert_msg((reassembly_deadline_ns(r) != DEADLINE_NEVER) ==
			      (rows[_i].outcome == WAITING),
		      "%s: deadline", what);
	if (rows[_i].outcome != WHOLE)
		return;
	ck_assert_msg(whole.len == LEN, "%s: %zu bytes", what, whole.len);
	for (size_t i = 0; i < LEN; i++)
		ck_assert_msg(whole.p[i] == original(i), "%s: byte %zu", what, i);
}
END_TEST

START_TEST(empty_fragment_is_refused)
{
	g_autoptr(Reassembly) r = reassembly_new();
	struct slice whole;

	ck_assert_int_eq(add(r, 0, ID, &(struct piece){ .flags = MORE }, &whole),
			 REASSEMBLY_E_MALFORMED);
	ck_assert_int_eq(add(r, 0, ID, &(struct piece){ .offset = 8 }, &whole),
			 REASSEMBLY_E_MALFORMED);
}
END_TEST

START_TEST(last_piece_may_have_any_length)
{
	g_autoptr(Reassembly) r = reassembly_new();
	struct slice whole;

	ck_assert_int_eq(add(r, 0, ID, &(struct piece){ 0, 16, MORE, 0 }, &whole),
			 REASSEMBLY_E_INCOMPLETE);
	ck_assert_int_eq(add(r, 0, ID, &(struct piece){ 16, 3, LAST, 0 }, &whole), 0);
	ck_assert_uint_eq(whole.len, 19);
}
END_TEST

START_TEST(longest_datagram_is_joined)
{
	static const uint8_t data[IPV4_TOTAL_MAX];
	g_autoptr(Reassembly) r = reassembly_new();
	struct reassembly_key key = { .proto = IP_PROTO_UDP };
	struct reassembly_piece first = { 0, true, { data, 65512 } };
	struct reassembly_piece last = { 65512, false, { data, 3 } };
	struct slice whole;

	ck_assert_int_eq(reassembly_add(r, 0, &key, &first, &whole), REASSEMBLY_E_INCOMPLETE);
	ck_assert_int_eq(reassembly_add(r, 0, &key, &last, &whole), 0);
	ck_assert_uint_eq(whole.len, 65515);
}
END_TEST

START_TEST(datagrams_do_not_mix)
{
	g_autoptr(Reassembly) r = reassembly_new();
	const struct piece first = { 0, 16, MORE, 0 }, last = { 16, 24, LAST, 0 };
	struct slice whole;

	ck_assert_int_eq(add(r, 0, 1, &first, &whole), REASSEMBLY_E_INCOMPLETE);
	ck_assert_int_eq(add(r, 0, 2, &last, &whole), REASSEMBLY_E_INCOMPLETE);
	ck_assert_int_eq(add(r, 0, 1, &last, &whole), 0);
	ck_assert_int_eq(add(r, 0, 2, &first, &whole), 0);
}
END_TEST

START_TEST(families_do_not_mix)
{
	const struct reassembly_key v4 = { .id = ID, .proto = IP_PROTO_UDP };
	struct reassembly_key v6 = v4;
	const struct reassembly_piece first = { 0, true, { (const uint8_t *)"12345678", 8 } };
	const struct reassembly_piece last = { 8, false, { (const uint8_t *)"9", 1 } };
	g_autoptr(Reassembly) r = reassembly_new();
	struct slice whole;

	v6.src.is_v6 = v6.dst.is_v6 = true;
	ck_assert_int_eq(reassembly_add(r, 0, &v4, &first, &whole), REASSEMBLY_E_INCOMPLETE);
	ck_assert_int_eq(reassembly_add(r, 0, &v6, &last, &whole), REASSEMBLY_E_INCOMPLETE);
	v6.src.v6.b[15] = 1; /* another host */
	ck_assert_int_eq(reassembly_add(r, 0, &v6, &last, &whole), REASSEMBLY_E_INCOMPLETE);
	v6.src.v6.b[15] = 0;
	ck_assert_int_eq(reassembly_add(r, 0, &v6, &first, &whole), 0);
	ck_assert_uint_eq(whole.len, 9);
}
END_TEST

START_TEST(time_is_counted_from_the_first_piece)
{
	g_autoptr(Reassembly) r = reassembly_new();
	struct reassembly_key key = { 0 };
	struct slice whole;

	add(r, SECOND, ID, &(struct piece){ 0, 8, MORE, 0 }, &whole);
	add(r, 9 * SECOND, ID, &(struct piece){ 8, 8, MORE, 0 }, &whole);
	ck_assert_uint_eq(reassembly_deadline_ns(r), 16 * SECOND);
	ck_assert(!reassembly_expire(r, 16 * SECOND - 1, &key));
	ck_assert(reassembly_expire(r, 16 * SECOND, &key));
	ck_assert_uint_eq(key.id, ID);
	ck_assert(!reassembly_expire(r, 16 * SECOND, &key));
	ck_assert_uint_eq(reassembly_deadline_ns(r), DEADLINE_NEVER);
}
END_TEST

START_TEST(memory_is_bounded)
{
	g_autoptr(Reassembly) r = reassembly_new();
	const struct piece first = { 0, 16, MORE, 0 }, last = { 16, 24, LAST, 0 };
	struct reassembly_key key;
	struct slice whole;

	for (uint16_t id = 0; id < REASSEMBLY_N_DATAGRAMS; id++)
		ck_assert_int_eq(add(r, id, id, &first, &whole), REASSEMBLY_E_INCOMPLETE);
	ck_assert_int_eq(add(r, 100, 100, &first, &whole), REASSEMBLY_E_FULL);
	ck_assert_int_eq(add(r, 100, 3, &last, &whole), 0);
	ck_assert_int_eq(add(r, 100, 100, &first, &whole), REASSEMBLY_E_INCOMPLETE);
	while (reassembly_expire(r, REASSEMBLY_TIMEOUT_NS + 100, &key))
		;
	ck_assert_uint_eq(reassembly_deadline_ns(r), DEADLINE_NEVER);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("reassembly");

	suite_add_rows(s, joins, N_ROWS(rows));
	suite_add(s, empty_fragment_is_refused);
	suite_add(s, last_piece_may_have_any_length);
	suite_add(s, longest_datagram_is_joined);
	suite_add(s, datagrams_do_not_mix);
	suite_add(s, families_do_not_mix);
	suite_add(s, time_is_counted_from_the_first_piece);
	suite_add(s, memory_is_bounded);
	return suite_run(s);
}
