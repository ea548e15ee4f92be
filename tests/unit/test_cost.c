/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/cost: what a process takes of the host
 */
#include "harness/cost.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/suite.h"

enum { BIG_KIB = 64 * 1024 };

START_TEST(user_and_system_time)
{
	const struct rusage used = { .ru_utime = { 2, 3 }, .ru_stime = { 1, 999999 } };

	ck_assert_uint_eq(cost_cpu_ns(&used), 4000002000);
}
END_TEST

/* It is what was once used that counts: freeing takes nothing off. */
START_TEST(the_peak_is_of_the_past)
{
	uint64_t before = cost_own_peak_kib(), after;
	char *big = malloc(BIG_KIB * 1024);

	ck_assert_uint_gt(before, 0);
	memset(big, 1, BIG_KIB * 1024);
	ck_assert_int_eq(big[_i], 1);
	free(big);
	after = cost_own_peak_kib();
	ck_assert_uint_ge(after, before + BIG_KIB / 2);
}
END_TEST

START_TEST(time_grows)
{
	uint64_t before = cost_own_cpu_ns(), after = before;

	for (unsigned i = 0; i < 1000000 && after == before; i++)
		after = cost_own_cpu_ns();
	ck_assert_uint_gt(after, before);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cost");

	suite_add(s, user_and_system_time);
	suite_add(s, the_peak_is_of_the_past);
	suite_add(s, time_grows);
	return suite_run(s);
}
