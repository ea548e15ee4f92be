/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/change_point: levels are found where they begin, and not in noise
 */
#include "reports/change_point.h"

#include <check.h>
#include <stdint.h>

#include "tests/support/suite.h"

enum {
	N_MAX = 120,
	N_NOISES = 100,
};

/* Noise of -1 ... 1, another one for each seed. */
static double noise(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (double)(*state >> 33) / 0x40000000 - 1;
}

static const struct {
	const char *what;
	size_t n, at[3]; /* where levels begin; 0: no more */
	double level[4];
} rows[] = {
	{ "nothing", 0, { 0 }, { 0 } },
	{ "too few to tell", 5, { 0 }, { 5 } },
	{ "always the same", 30, { 0 }, { 5 } },
	{ "one step up", 30, { 20 }, { 10, 15 } },
	{ "one step down", 30, { 10 }, { 15, 10 } },
	{ "up and down again", 60, { 20, 40 }, { 10, 15, 10 } },
	{ "three steps", 120, { 30, 60, 90 }, { 10, 15, 20, 40 } },
	{ "a step at the end, as soon as it can be", 40, { 37 }, { 10, 20 } },
};

START_TEST(levels)
{
	double x[N_MAX];
	unsigned level = 0;
	uint64_t state = 1;
	g_autoptr(GArray) found = NULL;

	for (size_t i = 0; i < rows[_i].n; i++) {
		if (level < 3 && rows[_i].at[level] && i == rows[_i].at[level])
			level++;
		x[i] = rows[_i].level[level] + (rows[_i].at[0] ? noise(&state) : 0);
	}
	found = change_points(x, rows[_i].n);
	for (unsigned i = 0; i < found->len; i++)
		ck_assert_msg(i < 3 && g_array_index(found, size_t, i) == rows[_i].at[i], "%s: %zu",
			      rows[_i].what, g_array_index(found, size_t, i));
	ck_assert_msg(found->len == 3 || !rows[_i].at[found->len], "%s: only %u", rows[_i].what,
		      found->len);
}
END_TEST

/* A hundred series of nothing but noise: at 1 % each, a handful would be too many. */
START_TEST(noise_has_no_levels)
{
	unsigned n = 0;
	uint64_t state = 7;

	for (unsigned k = 0; k < N_NOISES; k++) {
		double x[40];
		g_autoptr(GArray) found = NULL;

		for (size_t i = 0; i < G_N_ELEMENTS(x); i++)
			x[i] = noise(&state);
		found = change_points(x, G_N_ELEMENTS(x));
		n += found->len > 0;
	}
	ck_assert_uint_le(n, 4);
}
END_TEST

/* One slow night is no level. */
START_TEST(a_single_value_is_no_level)
{
	double x[30];
	uint64_t state = 3;
	g_autoptr(GArray) found = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(x); i++)
		x[i] = 10 + noise(&state) + (i == 15 ? 50 : 0);
	found = change_points(x, G_N_ELEMENTS(x));
	ck_assert_uint_eq(found->len, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("change_point");

	suite_add_rows(s, levels, N_ROWS(rows));
	suite_add(s, noise_has_no_levels);
	suite_add(s, a_single_value_is_no_level);
	return suite_run(s);
}
