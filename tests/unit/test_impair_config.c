/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/impair_config: whether the figures of a direction make sense
 */
#include "server/impair_config.h"

#include <check.h>

#include "tests/support/suite.h"

static const struct {
	const char *what;
	struct impair_side side;
	int code;
	const char *says;
} wrong_rows[] = {
	{ "more than certain",
	  { .loss_ppm = 1000001 },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "to-guest: loss_ppm is 1000001, allowed are 0 to 1000000" },
	{ "more than certain, the last of them",
	  { .corrupt_ppm = UINT_MAX },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "corrupt_ppm is 4294967295" },
	{ "longer than an hour",
	  { .delay_ns = IMPAIR_NS_MAX + 1 },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "delay_ns is 3600000000001, allowed are 0 to 3600000000000" },
	{ "jitter of more than an hour",
	  { .jitter_ns = UINT64_MAX },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "jitter_ns" },
	{ "no such distribution",
	  { .distribution = 4 },
	  IMPAIR_CONFIG_ERROR_RANGE,
	  "distribution is 4, allowed are 0 to 3" },
	{ "slots without a length",
	  { .ge_p_ppm = 1, .ge_r_ppm = 1, .ge_loss_bad_ppm = 1 },
	  IMPAIR_CONFIG_ERROR_MODEL,
	  "slot_ns is 0" },
	{ "4-state slots without a length",
	  { .s4_p14_ppm = 1 },
	  IMPAIR_CONFIG_ERROR_MODEL,
	  "slot_ns is 0" },
	{ "a bad state for ever",
	  { .ge_p_ppm = 1, .ge_loss_bad_ppm = 1, .slot_ns = 1 },
	  IMPAIR_CONFIG_ERROR_MODEL,
	  "r is 0" },
	{ "a burst for ever",
	  { .s4_p13_ppm = 1, .slot_ns = 1 },
	  IMPAIR_CONFIG_ERROR_MODEL,
	  "p31 is 0" },
	{ "a pause for ever",
	  { .s4_p13_ppm = 1, .s4_p31_ppm = 1, .s4_p32_ppm = 1, .slot_ns = 1 },
	  IMPAIR_CONFIG_ERROR_MODEL,
	  "p23 is 0" },
	{ "two ways out of a gap",
	  { .s4_p13_ppm = 600000, .s4_p31_ppm = 1, .s4_p14_ppm = 600000, .slot_ns = 1 },
	  IMPAIR_CONFIG_ERROR_MODEL,
	  "p13 and p14" },
	{ "two ways out of a burst",
	  { .s4_p13_ppm = 1, .s4_p31_ppm = 600000, .s4_p32_ppm = 600000, .slot_ns = 1 },
	  IMPAIR_CONFIG_ERROR_MODEL,
	  "p31 and p32" },
	{ "nothing to overtake",
	  { .reorder_ppm = 1 },
	  IMPAIR_CONFIG_ERROR_MODEL,
	  "reorder is allowed with a delay" },
};

START_TEST(wrong_figures_are_refused)
{
	const char *what = wrong_rows[_i].what;
	g_autoptr(GError) error = NULL;

	ck_assert_msg(!impair_side_check(&wrong_rows[_i].side, PACKET_TO_GUEST, &error),
		      "%s: was taken", what);
	ck_assert_msg(g_error_matches(error, IMPAIR_CONFIG_ERROR, wrong_rows[_i].code), "%s: %s",
		      what, error->message);
	ck_assert_msg(strstr(error->message, wrong_rows[_i].says) != NULL, "%s: %s", what,
		      error->message);
	ck_assert_msg(g_str_has_prefix(error->message, "to-guest: "), "%s: %s", what,
		      error->message);
}
END_TEST

START_TEST(largest_figures_are_taken)
{
	const struct impair_side side = {
		.delay_ns = IMPAIR_NS_MAX,
		.jitter_ns = IMPAIR_NS_MAX,
		.distribution = IMPAIR_PARETONORMAL,
		.loss_ppm = 1000000,
		.ge_p_ppm = 1000000,
		.ge_r_ppm = 1000000,
		.ge_loss_bad_ppm = 1000000,
		.ge_loss_good_ppm = 1000000,
		.s4_p13_ppm = 1000000,
		.s4_p31_ppm = 1000000,
		.slot_ns = UINT64_MAX,
		.duplicate_ppm = 1000000,
		.reorder_ppm = 1000000,
		.corrupt_ppm = 1000000,
		.rate_kbit = UINT_MAX,
		.mtu = UINT_MAX,
	};
	g_autoptr(GError) error = NULL;

	ck_assert_msg(impair_side_check(&side, PACKET_TO_GUEST, &error), "%s",
		      error ? error->message : "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("impair_config");

	suite_add_rows(s, wrong_figures_are_refused, N_ROWS(wrong_rows));
	suite_add(s, largest_figures_are_taken);
	return suite_run(s);
}
