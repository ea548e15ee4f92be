/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/trend: each difference on the virtual clock, levels on the wall clock
 */
#include "reports/trend.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "reports/history_json.h"
#include "tests/support/boot_result.h"
#include "tests/support/suite.h"

enum {
	MS = 1000 * 1000,
};

static GPtrArray *boots;
static Metric *payload;

static void boot_free(void *boot)
{
	struct history_boot *b = boot;

	result_free(b->result);
	g_free(b->client_files);
	g_free(b);
}

static void set_up(void)
{
	boots = g_ptr_array_new_with_free_func(boot_free);
	payload = metric_parse("payload", NULL);
}

static void tear_down(void)
{
	g_ptr_array_unref(boots);
	metric_free(payload);
}

/* 0 ms: it failed. */
static void boot(gint64 run, uint64_t seed, unsigned ms)
{
	struct history_boot *b = g_new0(struct history_boot, 1);

	b->run = run;
	b->client_files = g_strdup_printf("firmware:%d", (int)run);
	b->result = boot_result("c", seed, true, (uint64_t)ms * MS);
	g_ptr_array_add(boots, b);
}

static const struct trend_change *change_at(const Trend *t, unsigned i)
{
	return &g_array_index(t->changes, struct trend_change, i);
}

static const struct trend_point *point_at(const Trend *t, unsigned i)
{
	return &g_array_index(t->points, struct trend_point, i);
}

static void assert_ms(double value, double ms)
{
	ck_assert_msg(fabs(value - ms * MS) < 1, "%g ms", value / MS);
}

START_TEST(what_stays_the_same_has_no_change)
{
	g_autoptr(Trend) t = NULL;

	for (int run = 1; run <= 5; run++)
		for (unsigned seed = 1; seed <= 3; seed++)
			boot(run, seed, 100 * seed);
	t = trend_new(boots, payload, true);
	ck_assert_uint_eq(t->points->len, 5);
	ck_assert_uint_eq(t->changes->len, 0);
	assert_ms(point_at(t, 4)->level, 200);
	ck_assert_str_eq(point_at(t, 4)->client_files, "firmware:5");
}
END_TEST

/* One seed of three, in the last of two runs: noise could do that, the virtual clock cannot. */
START_TEST(each_difference_is_a_change)
{
	g_autoptr(Trend) t = NULL;

	boot(1, 1, 100);
	boot(1, 2, 100);
	boot(1, 3, 100);
	boot(2, 1, 100);
	boot(2, 2, 100);
	boot(2, 3, 101);
	t = trend_new(boots, payload, true);
	ck_assert_uint_eq(t->changes->len, 1);
	ck_assert_uint_eq(change_at(t, 0)->at, 1);
	ck_assert_uint_eq(change_at(t, 0)->n_changed, 1);
	ck_assert_uint_eq(change_at(t, 0)->n_common, 3);
}
END_TEST

/* A seed of its own each night changes the median, and means nothing. */
START_TEST(only_seeds_of_both_are_compared)
{
	g_autoptr(Trend) t = NULL;

	boot(1, 1, 100);
	boot(1, 7, 500);
	boot(2, 1, 100);
	boot(2, 5, 900);
	boot(2, 6, 900);
	boot(3, 1, 200);
	boot(3, 8, 10);
	t = trend_new(boots, payload, true);
	ck_assert_uint_eq(t->changes->len, 1);
	ck_assert_uint_eq(change_at(t, 0)->at, 2);
	ck_assert_uint_eq(change_at(t, 0)->n_common, 1);
	assert_ms(change_at(t, 0)->before, 100);
	assert_ms(change_at(t, 0)->after, 200);
}
END_TEST

START_TEST(seeds_find_each_other)
{
	g_autoptr(Trend) t = NULL;

	for (unsigned seed = 1; seed <= 9; seed += 2)
		boot(1, seed, 100);
	for (unsigned seed = 2; seed <= 8; seed += 2)
		boot(2, seed, 300);
	boot(2, 9, 200);
	for (unsigned seed = 1; seed <= 7; seed++)
		boot(3, seed + 10, 100);
	boot(3, 20, 100);
	boot(4, 20, 200);
	t = trend_new(boots, payload, true);
	ck_assert_uint_eq(t->changes->len, 2);
	ck_assert_uint_eq(change_at(t, 0)->at, 1);
	ck_assert_uint_eq(change_at(t, 0)->n_common, 1);
	ck_assert_uint_eq(change_at(t, 1)->at, 3);
	ck_assert_uint_eq(change_at(t, 1)->n_common, 1);
}
END_TEST

START_TEST(how_soon_it_went_wrong_is_no_value)
{
	g_autoptr(Trend) t = NULL;

	boot(1, 1, 100);
	boot(2, 1, 50);
	((struct history_boot *)boots->pdata[1])->result->verdict = VERDICT_FAIL;
	t = trend_new(boots, payload, true);
	ck_assert_uint_eq(t->points->len, 1);
	ck_assert_uint_eq(t->changes->len, 0);
}
END_TEST

START_TEST(a_run_without_a_value_is_no_point)
{
	g_autoptr(Trend) t = NULL;

	boot(1, 1, 100);
	boot(2, 1, 0);
	boot(3, 1, 100);
	boot(4, 1, 110);
	t = trend_new(boots, payload, true);
	ck_assert_uint_eq(t->points->len, 3);
	ck_assert_uint_eq(t->changes->len, 1);
	ck_assert_int_eq(point_at(t, change_at(t, 0)->at)->run, 4);
}
END_TEST

START_TEST(the_wall_clock_has_levels)
{
	static const unsigned levels_ms[] = { 1000, 1100, 1300 };
	g_autoptr(Trend) t = NULL;

	for (int run = 1; run <= 60; run++)
		for (unsigned seed = 1; seed <= 3; seed++)
			boot(run, seed, levels_ms[(run - 1) / 20] + (unsigned)run * 37 % 11 + seed);
	t = trend_new(boots, payload, false);
	ck_assert_uint_eq(t->points->len, 60);
	ck_assert_uint_eq(t->changes->len, 2);
	ck_assert_int_eq(point_at(t, change_at(t, 0)->at)->run, 21);
	ck_assert_int_eq(point_at(t, change_at(t, 1)->at)->run, 41);
	ck_assert(change_at(t, 0)->before < 1013.0 * MS && change_at(t, 0)->after >= 1102.0 * MS);
	ck_assert(change_at(t, 0)->after < 1113.0 * MS && change_at(t, 1)->before < 1113.0 * MS);
	ck_assert(change_at(t, 1)->after >= 1302.0 * MS);
	ck_assert_uint_eq(change_at(t, 0)->n_common, 0);
}
END_TEST

START_TEST(nothing_has_no_trend)
{
	g_autoptr(Trend) exact = trend_new(boots, payload, true);
	g_autoptr(Trend) noisy = trend_new(boots, payload, false);

	ck_assert_uint_eq(exact->points->len + exact->changes->len, 0);
	ck_assert_uint_eq(noisy->points->len + noisy->changes->len, 0);
}
END_TEST

/* Boots that fail have a completion. */
START_TEST(of_completions_the_share_counts)
{
	g_autoptr(Metric) m = metric_parse("completion", NULL);
	g_autoptr(Trend) t = NULL;

	for (unsigned seed = 1; seed <= 4; seed++)
		boot(1, seed, 100);
	for (unsigned seed = 1; seed <= 4; seed++)
		boot(2, seed, seed == 3 ? 0 : 900);
	boot(2, 9, 0);
	t = trend_new(boots, m, true);
	ck_assert_uint_eq(t->points->len, 2);
	ck_assert_msg(fabs(point_at(t, 0)->level - 1) < 1e-9, "%g", point_at(t, 0)->level);
	ck_assert_msg(fabs(point_at(t, 1)->level - 0.6) < 1e-9, "%g", point_at(t, 1)->level);
	ck_assert_uint_eq(t->changes->len, 1);
	ck_assert_uint_eq(change_at(t, 0)->n_changed, 1);
	ck_assert_uint_eq(change_at(t, 0)->n_common, 4);
	ck_assert_msg(fabs(change_at(t, 0)->before - 1) < 1e-9, "%g", change_at(t, 0)->before);
	ck_assert_msg(fabs(change_at(t, 0)->after - 0.75) < 1e-9, "%g", change_at(t, 0)->after);
}
END_TEST

/* Eight nights of 90 %, more or less, then eight of 50 %. */
START_TEST(rates_have_levels)
{
	static const unsigned n_passed[] = { 9, 10, 9, 8, 9, 9, 10, 9, 5, 4, 5, 6, 5, 5, 4, 5 };
	g_autoptr(Metric) m = metric_parse("completion", NULL);
	g_autoptr(Trend) t = NULL;

	for (unsigned run = 0; run < G_N_ELEMENTS(n_passed); run++)
		for (unsigned seed = 0; seed < 10; seed++)
			boot(run + 1, 10 * run + seed, seed < n_passed[run] ? 100 : 0);
	t = trend_new(boots, m, false);
	ck_assert_uint_eq(t->changes->len, 1);
	ck_assert_uint_eq(change_at(t, 0)->at, 8);
	ck_assert_msg(fabs(change_at(t, 0)->before - 0.9) < 1e-9, "%g", change_at(t, 0)->before);
	ck_assert_msg(fabs(change_at(t, 0)->after - 0.5) < 1e-9, "%g", change_at(t, 0)->after);
}
END_TEST

START_TEST(a_line_of_json)
{
	struct history_series series = { .client = (char *)"c",
					 .server = (char *)"s",
					 .scenario = (char *)"a/b",
					 .clock = (char *)"virtual" };
	struct history_run one = { .id = 1, .name = (char *)"n1", .started = (char *)"t1" };
	struct history_run two = { .id = 2, .name = (char *)"n2", .started = (char *)"t2" };
	void *ids[] = { &one, &two };
	GPtrArray runs = { ids, 2 };
	g_autoptr(Metric) m = metric_parse("completion", NULL);
	g_autoptr(Trend) times = NULL, shares = NULL;
	g_autoptr(GString) out = g_string_new(NULL);

	boot(1, 1, 100);
	boot(2, 1, 200);
	times = trend_new(boots, payload, true);
	history_json_trend(out, &series, times, payload, &runs);
	ck_assert_str_eq(
		out->str,
		"{\"schema\":1,\"metric\":\"payload\",\"client\":\"c\",\"server\":\"s\","
		"\"scenario\":"
		"\"a/"
		"b\",\"clock\":\"virtual\",\"points\":[{\"run\":\"n1\",\"started\":\"t1\","
		"\"value\":"
		"100000000,\"boots\":1,\"client_files\":\"firmware:1\"},{\"run\":\"n2\","
		"\"started\":\"t2\","
		"\"value\":200000000,\"boots\":1,\"client_files\":\"firmware:2\"}],\"changes\":[{"
		"\"run\":"
		"\"n2\",\"started\":\"t2\",\"point\":1,\"before\":100000000,\"after\":200000000,"
		"\"seeds_changed\":1,\"seeds_common\":1}]}\n");
	boot(2, 2, 0);
	g_string_truncate(out, 0);
	shares = trend_new(boots, m, true);
	history_json_trend(out, &series, shares, m, &runs);
	ck_assert_msg(strstr(out->str, "\"value\":0.500000,\"boots\":2") != NULL, "%s", out->str);
}
END_TEST

START_TEST(a_run_in_a_line_of_json)
{
	struct history_run run = { .name = (char *)"n", .started = (char *)"t" };
	g_autoptr(GString) out = g_string_new(NULL);

	run.n[VERDICT_PASS] = 3;
	run.n[VERDICT_XFAIL] = 1;
	history_json_run(out, &run);
	ck_assert_str_eq(out->str, "{\"schema\":1,\"run\":\"n\",\"started\":\"t\",\"verdicts\":{"
				   "\"pass\":3,\"xfail\":1}}\n");
}
END_TEST

static void add_test(Suite *s, const char *name, const TTest *test)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test);
	suite_add_tcase(s, tc);
}

#define ADD(fn) add_test(s, #fn, fn)

int main(void)
{
	Suite *s = suite_create("trend");

	ADD(what_stays_the_same_has_no_change);
	ADD(each_difference_is_a_change);
	ADD(only_seeds_of_both_are_compared);
	ADD(seeds_find_each_other);
	ADD(how_soon_it_went_wrong_is_no_value);
	ADD(a_run_without_a_value_is_no_point);
	ADD(the_wall_clock_has_levels);
	ADD(nothing_has_no_trend);
	ADD(of_completions_the_share_counts);
	ADD(rates_have_levels);
	ADD(a_line_of_json);
	ADD(a_run_in_a_line_of_json);
	return suite_run(s);
}
