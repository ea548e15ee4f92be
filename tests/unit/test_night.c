/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/night: which night it is, and its seeds
 */
#include "harness/night.h"

#include "tests/support/suite.h"

static const struct {
	const char *what, *option, *variable;
	uint64_t number;
	const char *said_by; /* NULL: refused */
} rows[] = {
	{ "nothing is said", NULL, NULL, 20261123, "the UTC date" },
	{ "the variable", NULL, "7", 7, "IPLAB_NIGHT" },
	{ "the option goes over it", "8", "7", 8, "--night" },
	{ "the option goes over nonsense", "8", "x", 8, "--night" },
	{ "the largest", "9000000000000", NULL, 9000000000000, "--night" },
	{ "one more", "9000000000001", NULL, 0, NULL },
	{ "a variable that is empty", NULL, "", 0, NULL },
	{ "a date with dashes", "2026-11-23", NULL, 0, NULL },
	{ "a sign", "-1", NULL, 0, NULL },
};

START_TEST(finds)
{
	struct night n = { .number = 77 };
	g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 23, 23, 59, 59);
	g_autoptr(GError) error = NULL;
	bool ok;

	g_unsetenv("IPLAB_NIGHT");
	if (rows[_i].variable)
		g_setenv("IPLAB_NIGHT", rows[_i].variable, TRUE);
	ok = night_find(&n, rows[_i].option, now, &error);
	ck_assert_msg(ok == (rows[_i].said_by != NULL), "%s", rows[_i].what);
	if (!ok) {
		ck_assert(g_error_matches(error, NIGHT_ERROR, NIGHT_ERROR_SYNTAX));
		ck_assert_uint_eq(n.number, 77);
		return;
	}
	ck_assert_msg(n.number == rows[_i].number, "%s", rows[_i].what);
	ck_assert_str_eq(n.said_by, rows[_i].said_by);
}
END_TEST

/* JSON's readers have 53 bits for a whole number. */
START_TEST(seeds_of_a_night)
{
	ck_assert_uint_eq(night_seed(20261123, 1), 20261123001);
	ck_assert_uint_eq(night_seed(0, 5), 5);
	ck_assert_uint_eq(night_seed(1, 0) - night_seed(0, 0), NIGHT_N_SEEDS);
	ck_assert_uint_lt(night_seed(NIGHT_MAX, UINT32_MAX), UINT64_C(1) << 53);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("night");

	suite_add_rows(s, finds, N_ROWS(rows));
	suite_add(s, seeds_of_a_night);
	return suite_run(s);
}
