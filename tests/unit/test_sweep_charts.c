/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/sweep_charts: what a curve's points are
 */
#include "reports/sweep_charts.h"

#include "tests/support/html_says.h"
#include "tests/support/json_in_page.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

static Result *boot(const char *client, const char *at, uint64_t seed, enum verdict v, double ms)
{
	g_autofree char *scenario = g_strdup_printf("sweep/loss@%.*s", (int)strcspn(at, "% "), at);
	Result *r = sample_add(client, scenario, seed, v, NULL);

	r->sweep_axis = g_strdup("packets <lost>");
	r->sweep_at = g_strdup(at);
	if (ms > 0)
		result_add_milestone(r, "payload", (uint64_t)(ms * 1e6));
	return r;
}

/* lwip comes through at all, and is not there at 20 %; libnet fails once at 5 %, always at 20 %. */
static void add_boots(void)
{
	boot("libnet-7.2", "0%", 1, VERDICT_PASS, 100);
	boot("libnet-7.2", "20%", 1, VERDICT_FAIL, 0);
	boot("libnet-7.2", "5%", 1, VERDICT_PASS, 300);
	boot("libnet-7.2", "5%", 2, VERDICT_FAIL, 0);
	boot("libnet-7.2", "5%", 3, VERDICT_PASS, 500);
	boot("libnet-7.2", "5%", 4, VERDICT_ERROR, 0);
	boot("lwip", "0%", 1, VERDICT_PASS, 10);
	boot("lwip", "5%", 1, VERDICT_PASS, 20);
	boot("lwip", "20%", 1, VERDICT_SKIP, 0);
	sample_add("lwip", "boot/probe", 1, VERDICT_PASS, NULL);
}

static void append(void)
{
	ck_assert(sweep_charts_append(sample_text, sample_results));
}

static const struct {
	unsigned chart;
	const char *path, *want;
} data[] = {
	{ 0, "$.x.label", "[\"packets <lost>\"]" },
	{ 0, "$.x.unit", "[\"%\"]" },
	{ 0, "$.lines[*].name", "[\"libnet-7.2\",\"lwip\"]" },
	{ 0, "$.lines[0].points[*][0]", "[0,5,20]" },
	{ 0, "$.lines[0].points[*][1]", "[100,66.6667,0]" }, /* an error is not the client's */
	{ 0, "$.lines[0].points[1]", "[[5,66.6667,20.766,93.8508]]" },
	{ 0, "$.lines[1].points[*][0]", "[0,5]" },
	{ 1, "$.lines[0].points[*][0]", "[0,5]" },
	{ 1, "$.lines[0].points[*][1]", "[0.1,0.4]" },
	{ 1, "$.lines[0].points[1]", "[[5,0.4]]" }, /* of two boots there is no interval */
	{ 1, "$.lines[1].points[1][1]", "[0.02]" },
	{ 1, "$.x.unit", "[\"%\"]" },
};

START_TEST(points_of_curves)
{
	add_boots();
	append();
	assert_page_data(sample_text, data[_i].chart, data[_i].path, data[_i].want);
}
END_TEST

#define NBSP "\xc2\xa0"

static const struct {
	const char *xpath, *want;
} rows[] = {
	{ "//h3", "sweep/loss, server builtin, virtual clock" },
	{ "count(//figure)", "2" },
	{ "count(//tbody/tr)", "3" },
	{ "//thead/tr[1]/th[1]", "packets <lost>" },
	{ "//tbody/tr[2]/th", "5%" },
	{ "//tbody/tr[2]/td[1]", "2 of 3 (67" NBSP "%, 21 to 94" NBSP "%)" },
	{ "//tbody/tr[2]/td[2]", "400 ms" },
	{ "//tbody/tr[3]/td[1]", "0 of 1 (0" NBSP "%, 0 to 79" NBSP "%)" },
	{ "//tbody/tr[3]/td[2]", "–" },
	{ "//tbody/tr[3]/td[3]", "–" },
};

START_TEST(and_in_numbers)
{
	add_boots();
	append();
	assert_html_says(sample_text, rows[_i].xpath, rows[_i].want);
}
END_TEST

START_TEST(six_boots_have_an_interval)
{
	boot("lwip", "0%", 1, VERDICT_PASS, 10);
	for (unsigned i = 1; i <= 6; i++)
		boot("lwip", "5%", i, VERDICT_PASS, 100);
	append();
	assert_page_data(sample_text, 1, "$.lines[0].points[1]", "[[5,0.1,0.1,0.1]]");
	assert_html_says(sample_text, "//tbody/tr[2]/td[2]", "100 ms (100 ms to 100 ms)");
}
END_TEST

START_TEST(a_point_is_no_curve)
{
	boot("lwip", "0%", 1, VERDICT_PASS, 10);
	boot("lwip", "0%", 2, VERDICT_PASS, 10);
	boot("lwip", "5%", 2, VERDICT_SKIP, 0);
	ck_assert(!sweep_charts_append(sample_text, sample_results));
	ck_assert_uint_eq(sample_text->len, 0);
}
END_TEST

/* Another server, another clock, another scenario: another curve. */
START_TEST(sweeps_do_not_mix)
{
	boot("lwip", "0%", 1, VERDICT_PASS, 10);
	boot("lwip", "5%", 1, VERDICT_PASS, 10);
	for (unsigned i = 0; i < 2; i++) {
		Result *r = boot("lwip", i ? "5%" : "0%", 1, VERDICT_PASS, 20);

		if (_i == 0) {
			g_free(r->server);
			r->server = g_strdup("dnsmasq");
		} else if (_i == 1) {
			g_free(r->clock);
			r->clock = g_strdup("wall");
		} else {
			g_free(r->scenario);
			r->scenario = g_strdup(i ? "sweep/other@5" : "sweep/other@0");
		}
	}
	append();
	assert_html_says(sample_text, "count(//h3)", "2");
	assert_html_says(sample_text, "count(//figure)", "4");
	assert_page_data(sample_text, 3, "$.lines[0].points[*][1]", "[0.02,0.02]");
}
END_TEST

static const struct {
	const char *one, *other;
	const char *n_figures, *unit;
} values[] = {
	{ "256", "512", "2", "[\"\"]" },  { "1.5 ms", "20 ms", "2", "[\"ms\"]" },
	{ "random", "burst", "0", NULL }, { "1%", "1 ms", "0", NULL },
	{ "1", "1e999", "0", NULL },
};

/* What is no number has no place on an axis, but in the table. */
START_TEST(values_of_other_kinds)
{
	boot("lwip", values[_i].one, 1, VERDICT_PASS, 10);
	boot("lwip", values[_i].other, 1, VERDICT_PASS, 10);
	append();
	assert_html_says(sample_text, "count(//figure)", values[_i].n_figures);
	assert_html_says(sample_text, "count(//tbody/tr)", "2");
	if (values[_i].unit)
		assert_page_data(sample_text, 0, "$.x.unit", values[_i].unit);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sweep_charts");
	TCase *tc = tcase_create("sweep_charts");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_loop_test(tc, points_of_curves, 0, N_ROWS(data));
	tcase_add_loop_test(tc, and_in_numbers, 0, N_ROWS(rows));
	tcase_add_test(tc, six_boots_have_an_interval);
	tcase_add_test(tc, a_point_is_no_curve);
	tcase_add_loop_test(tc, sweeps_do_not_mix, 0, 3);
	tcase_add_loop_test(tc, values_of_other_kinds, 0, N_ROWS(values));
	suite_add_tcase(s, tc);
	return suite_run(s);
}
