/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/times_charts: which boots a line shows, and where its points are
 */
#include "reports/times_charts.h"

#include "tests/support/html_says.h"
#include "tests/support/json_in_page.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

static Result *boot(const char *client, const char *scenario, uint64_t seed, double ms)
{
	Result *r = sample_add(client, scenario, seed, VERDICT_PASS, NULL);

	if (ms > 0)
		result_add_milestone(r, "payload", (uint64_t)(ms * 1e6));
	return r;
}

/* Five seeds of both, and one of each that the other did not complete. */
static void add_boots(void)
{
	for (unsigned i = 1; i <= 5; i++) {
		boot("libnet-7.2", "boot/probe", i, 600 - 100 * i);
		boot("lwip", "boot/probe", i, 10 * i);
	}
	boot("libnet-7.2", "loss/x", 1, 9000);
	boot("lwip", "boot/probe", 6, 9000);
	boot("lwip", "loss/x", 1, 0);
}

static void append(void)
{
	ck_assert(times_charts_append(sample_text, sample_results));
}

static const struct {
	const char *path, *want;
} data[] = {
	{ "$.lines[*].name", "[\"libnet-7.2\",\"lwip\"]" },
	{ "$.lines[0].points[*][0]", "[0.1,0.1,0.2,0.3,0.4,0.5]" },
	{ "$.lines[0].points[*][1]", "[0,20,40,60,80,100]" },
	{ "$.lines[1].points[-1:][0]", "[0.05]" },
	{ "$.stepped", "[true]" },
	{ "$.y.max", "[100]" },
};

START_TEST(boots_that_all_completed)
{
	add_boots();
	append();
	assert_page_data(sample_text, 0, data[_i].path, data[_i].want);
}
END_TEST

static const struct {
	const char *xpath, *want;
} rows[] = {
	{ "//figcaption", "On the virtual clock: the 5 boots (scenario, server, seed) that each of "
			  "these clients completed." },
	{ "count(//figure)", "1" },
	{ "count(//tbody/tr)", "2" },
	{ "//tbody/tr[1]/th", "libnet-7.2" },
	{ "//tbody/tr[1]/td[1]", "5" },
	{ "//tbody/tr[1]/td[2]", "100 ms" },
	{ "//tbody/tr[1]/td[4]", "200 ms" },
	{ "//tbody/tr[1]/td[5]", "300 ms" },
	{ "//tbody/tr[1]/td[7]", "500 ms" },
	{ "//tbody/tr[1]/td[8]", "500 ms" },
};

START_TEST(and_in_numbers)
{
	add_boots();
	append();
	assert_html_says(sample_text, rows[_i].xpath, rows[_i].want);
}
END_TEST

START_TEST(too_few_in_common)
{
	boot("libnet-7.2", "boot/probe", 1, 100);
	boot("libnet-7.2", "boot/probe", 2, 200);
	boot("lwip", "boot/probe", 1, 50);
	append();
	assert_html_says(sample_text, "contains(//figcaption, 'not the same ones')", "true");
	assert_html_says(sample_text, "//tbody/tr[1]/td[1]", "2");
}
END_TEST

START_TEST(one_client_alone)
{
	boot("lwip", "boot/probe", 1, 50);
	append();
	assert_html_says(sample_text, "//figcaption",
			 "On the virtual clock: the boots that came to the payload.");
	assert_page_data(sample_text, 0, "$.lines[0].points", "[[[0.05,0],[0.05,100]]]");
}
END_TEST

START_TEST(clocks_do_not_mix)
{
	Result *r = boot("lwip", "boot/probe", 1, 50);

	g_free(r->clock);
	r->clock = g_strdup("wall");
	boot("lwip", "boot/probe", 2, 70);
	append();
	assert_html_says(sample_text, "count(//figure)", "2");
	assert_page_data(sample_text, 0, "$.lines[0].points[0]", "[[0.07,0]]");
	assert_page_data(sample_text, 1, "$.lines[0].points[0]", "[[0.05,0]]");
}
END_TEST

START_TEST(many_boots_are_few_points)
{
	for (unsigned i = 1; i <= 1001; i++)
		boot("lwip", "boot/probe", i, i);
	append();
	assert_page_data(sample_text, 0, "$.lines[0].points[1]", "[[0.005,0.499501]]");
	assert_page_data(sample_text, 0, "$.lines[0].points[200][1]", "[100]");
}
END_TEST

START_TEST(nobody_came_so_far)
{
	boot("lwip", "boot/probe", 1, 0);
	ck_assert(!times_charts_append(sample_text, sample_results));
	ck_assert_uint_eq(sample_text->len, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("times_charts");
	TCase *tc = tcase_create("times_charts");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_loop_test(tc, boots_that_all_completed, 0, N_ROWS(data));
	tcase_add_loop_test(tc, and_in_numbers, 0, N_ROWS(rows));
	tcase_add_test(tc, too_few_in_common);
	tcase_add_test(tc, one_client_alone);
	tcase_add_test(tc, clocks_do_not_mix);
	tcase_add_test(tc, many_boots_are_few_points);
	tcase_add_test(tc, nobody_came_so_far);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
