/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/packet_id_tally: a number for each of many keys, in bounded memory
 */
#include "server/packet_id_tally.h"

#include <check.h>

#include "tests/support/suite.h"

/* Keys are hashes: spread, but these are not random. */
static uint64_t key(uint64_t i)
{
	return i * UINT64_C(0x9e3779b97f4a7c15);
}

START_TEST(numbers_are_kept)
{
	PacketIdTally *t = packet_id_tally_new();

	ck_assert_uint_eq(*packet_id_tally_at(t, 5), 0);
	++*packet_id_tally_at(t, 5);
	++*packet_id_tally_at(t, 5);
	ck_assert_uint_eq(*packet_id_tally_at(t, 5), 2);
	ck_assert_uint_eq(*packet_id_tally_at(t, 5 + 64), 0); /* the same place */
	ck_assert_uint_eq(*packet_id_tally_at(t, 5), 2);
	packet_id_tally_free(t);
}
END_TEST

START_TEST(no_key_is_special)
{
	PacketIdTally *t = packet_id_tally_new();

	*packet_id_tally_at(t, 0) = 7;
	*packet_id_tally_at(t, UINT64_MAX) = 8;
	ck_assert_uint_eq(*packet_id_tally_at(t, 0), 7);
	ck_assert_uint_eq(*packet_id_tally_at(t, UINT64_MAX), 8);
	packet_id_tally_free(t);
}
END_TEST

START_TEST(the_latest_are_remembered)
{
	PacketIdTally *t = packet_id_tally_new();
	const uint64_t back = PACKET_ID_TALLY_KEPT / 2 - 1;
	unsigned n_kept = 0;

	/* Each step uses two keys: looking one up is a use as well. */
	for (uint64_t i = 0; i < 10 * PACKET_ID_TALLY_KEPT; i++) {
		*packet_id_tally_at(t, key(i)) = (unsigned)i + 1;
		if (i >= back && *packet_id_tally_at(t, key(i - back)) != i - back + 1)
			ck_abort_msg("%u is gone", (unsigned)(i - back));
	}
	for (uint64_t i = 0; i < 5 * PACKET_ID_TALLY_KEPT; i++)
		n_kept += *packet_id_tally_at(t, key(i)) != 0;
	ck_assert_uint_eq(n_kept, 0);
	packet_id_tally_free(t);
}
END_TEST

START_TEST(what_is_used_is_not_forgotten)
{
	PacketIdTally *t = packet_id_tally_new();

	*packet_id_tally_at(t, 1) = 9;
	for (uint64_t i = 0; i < 10 * PACKET_ID_TALLY_KEPT; i++) {
		*packet_id_tally_at(t, key(i + 1)) = 1;
		if (i % 1000 == 0 && *packet_id_tally_at(t, 1) != 9)
			ck_abort_msg("forgotten after %u", (unsigned)i);
	}
	packet_id_tally_free(t);
}
END_TEST

START_TEST(nothing_is_freed)
{
	packet_id_tally_free(NULL);
	packet_id_tally_free(packet_id_tally_new());
}
END_TEST

int main(void)
{
	Suite *s = suite_create("packet_id_tally");

	suite_add(s, numbers_are_kept);
	suite_add(s, no_key_is_special);
	suite_add(s, the_latest_are_remembered);
	suite_add(s, what_is_used_is_not_forgotten);
	suite_add(s, nothing_is_freed);
	return suite_run(s);
}
