/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/sweep_csv: a line for each value and client
 */
#include "reports/sweep_csv.h"

#include <check.h>
#include <string.h>

#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

#define HEAD                                                                                       \
	"scenario,server,clock,axis,at,client,boots,completed,completion,completion_low,"          \
	"completion_high,median_s,median_low_s,median_high_s\r\n"

static void boot(const char *client, const char *at, uint64_t seed, double ms)
{
	g_autofree char *scenario = g_strdup_printf("sweep/loss@%.*s", (int)strcspn(at, "%"), at);
	Result *r = sample_add(client, scenario, seed, ms > 0 ? VERDICT_PASS : VERDICT_FAIL, NULL);

	r->sweep_axis = g_strdup("lost, \"really\"");
	r->sweep_at = g_strdup(at);
	if (ms > 0)
		result_add_milestone(r, "payload", (uint64_t)(ms * 1e6));
}

static void expect(const char *want)
{
	struct report r = { .results = sample_results };

	sweep_csv_report(sample_text, &r);
	ck_assert_str_eq(sample_text->str, want);
}

START_TEST(no_sweeps)
{
	sample_add("lwip", "boot/probe", 1, VERDICT_PASS, NULL);
	expect(HEAD);
}
END_TEST

/* Values in their order, not in that of the results; a client that was not there has no line. */
START_TEST(values_and_clients)
{
	boot("libnet-7.2", "10%", 1, 0);
	boot("libnet-7.2", "5%", 1, 1500);
	boot("libnet-7.2", "5%", 2, 2500);
	boot("lwip", "5%", 1, 20);
	expect(HEAD "sweep/loss,builtin,virtual,\"lost, "
		    "\"\"really\"\"\",5%,libnet-7.2,2,2,1,0.34238,1,2,,\r\n"
		    "sweep/loss,builtin,virtual,\"lost, "
		    "\"\"really\"\"\",5%,lwip,1,1,1,0.206549,1,0.02,,\r\n"
		    "sweep/loss,builtin,virtual,\"lost, "
		    "\"\"really\"\"\",10%,libnet-7.2,1,0,0,0,0.793451,,,\r\n");
}
END_TEST

START_TEST(a_median_of_six_has_an_interval)
{
	for (uint64_t seed = 1; seed <= 6; seed++)
		boot("lwip", "5%", seed, 1000);
	expect(HEAD
	       "sweep/loss,builtin,virtual,\"lost, \"\"really\"\"\",5%,lwip,6,6,1,0.609666,1,1,"
	       "1,1\r\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sweep_csv");
	TCase *tc = tcase_create("sweep_csv");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_test(tc, no_sweeps);
	tcase_add_test(tc, values_and_clients);
	tcase_add_test(tc, a_median_of_six_has_an_interval);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
