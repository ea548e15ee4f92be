/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/place: where loaded files go
 */
#include "firmware/lwip/place.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/suite.h"

enum {
	MEMORY = 0x20000,
	OWN_START = 0x10000,
	OWN_END = 0x14000,
};

static uint8_t *memory;
static struct place place;

static void setup(void)
{
	memory = malloc(MEMORY); /* of this size, so that a sanitizer sees one byte too many */
	memset(memory, 0xee, MEMORY);
	place_init(&place, memory, MEMORY, OWN_START, OWN_END);
}

static void teardown(void)
{
	for (unsigned i = OWN_START; i < OWN_END; i++)
		ck_assert_uint_eq(memory[i], 0xee);
	for (unsigned i = 0; i < PLACE_LOW_LEN; i++)
		ck_assert_uint_eq(memory[i], 0xee);
	free(memory);
}

static const struct {
	const char *what;
	uint64_t addr, room;
} room_rows[] = {
	{ "from the start", 0, OWN_START },         { "one byte below ours", OWN_START - 1, 1 },
	{ "where we begin", OWN_START, 0 },         { "our last byte", OWN_END - 1, 0 },
	{ "behind us", OWN_END, MEMORY - OWN_END }, { "the last byte", MEMORY - 1, 1 },
	{ "the end of the memory", MEMORY, 0 },     { "far out", UINT64_MAX, 0 },
};

START_TEST(room)
{
	ck_assert_msg(place_room(&place, room_rows[_i].addr) == room_rows[_i].room, "%s",
		      room_rows[_i].what);
}
END_TEST

static const struct {
	const char *what;
	uint64_t after, size, want;
} find_rows[] = {
	{ "below us, page by page", 0x5001, 0x1000, 0x6000 },
	{ "exactly the room below us", 0x6000, OWN_START - 0x6000, 0x6000 },
	{ "one byte more goes above", 0x6000, OWN_START - 0x6000 + 1, OWN_END },
	{ "never into what is kept aside", 0, 1, PLACE_LOW_LEN },
	{ "of unknown size: where there is most", 0x8000, 0, OWN_END },
	{ "of unknown size: below, if that is more", 0x2000, 0, 0x2000 },
	{ "too large for any: where there is most", 0x8000, MEMORY, OWN_END },
	{ "behind us already", OWN_END + 1, 16, OWN_END + PLACE_PAGE },
	{ "inside of us", OWN_START + 1, 16, OWN_END },
	{ "nothing left", MEMORY, 1, 0 },
	{ "far out", UINT64_MAX, 1, 0 },
};

START_TEST(find)
{
	uint64_t at = place_find(&place, find_rows[_i].after, find_rows[_i].size);

	ck_assert_msg(at == find_rows[_i].want, "%s: 0x%llx", find_rows[_i].what,
		      (unsigned long long)at);
}
END_TEST

static const struct {
	const char *what;
	uint64_t addr, len;
	bool ok;
} write_rows[] = {
	{ "the low part alone", 0, 8, true },
	{ "across the border of the low part", PLACE_LOW_LEN - 3, 8, true },
	{ "above it", PLACE_LOW_LEN, 8, true },
	{ "up to us", OWN_START - 8, 8, true },
	{ "into us", OWN_START - 7, 8, false },
	{ "in us", OWN_START + 100, 1, false },
	{ "to the end of the memory", MEMORY - 8, 8, true },
	{ "over the end", MEMORY - 7, 8, false },
	{ "around the end of all addresses", UINT64_MAX - 3, 8, false },
	{ "nothing, in us", OWN_START, 0, true },
};

START_TEST(write)
{
	static const uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t back[8] = { 0 };
	uint64_t addr = write_rows[_i].addr, len = write_rows[_i].len;
	bool ok = place_write(&place, addr, bytes, len);

	ck_assert_msg(ok == write_rows[_i].ok, "%s", write_rows[_i].what);
	if (!ok)
		return;
	ck_assert(place_read(&place, addr, back, len));
	ck_assert_msg(memcmp(back, bytes, len) == 0, "%s", write_rows[_i].what);
	ck_assert_uint_eq(place.low_end, addr >= PLACE_LOW_LEN        ? 0
					 : addr + len > PLACE_LOW_LEN ? PLACE_LOW_LEN
								      : addr + len);
	if (addr >= PLACE_LOW_LEN && len && addr < OWN_START)
		ck_assert(memcmp(memory + addr, bytes, len) == 0);
}
END_TEST

START_TEST(read_stays_in_memory)
{
	uint8_t b[4];

	ck_assert(!place_read(&place, MEMORY - 3, b, 4));
	ck_assert(!place_read(&place, UINT64_MAX, b, 4));
	ck_assert(place_read(&place, MEMORY - 4, b, 4));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_place");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, room, 0, N_ROWS(room_rows));
	tcase_add_loop_test(tc, find, 0, N_ROWS(find_rows));
	tcase_add_loop_test(tc, write, 0, N_ROWS(write_rows));
	tcase_add_test(tc, read_stays_in_memory);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
