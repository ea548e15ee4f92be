/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/page_compare: which boots stand together, and which clients at first
 */
#include "reports/page_compare.h"

#include "tests/support/html_says.h"
#include "tests/support/json_in_page.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

static void boot(const char *client, const char *scenario, uint64_t seed, enum verdict v, double ms)
{
	Result *r = sample_add(client, scenario, seed, v, NULL);

	if (ms > 0)
		result_add_milestone(r, "payload", (uint64_t)(ms * 1e6));
}

static void add_boots(void)
{
	boot("direct", "boot/</script>", 1, VERDICT_SKIP, 0);
	boot("libnet-7.2", "boot/probe", 1, VERDICT_PASS, 100);
	boot("libnet-7.2", "boot/probe", 2, VERDICT_PASS, 300);
	boot("libnet-7.2", "boot/probe", 3, VERDICT_FAIL, 0);
	boot("libnet-7.2", "loss/x", 1, VERDICT_FAIL, 0);
	boot("lwip", "boot/probe", 1, VERDICT_PASS, 50);
}

static const struct {
	const char *path, *want;
} data[] = {
	{ "$.places[*].scenario", "[\"boot/</script>\",\"boot/probe\",\"loss/x\"]" },
	{ "$.places[1].server", "[\"builtin\"]" },
	{ "$.places[1].clients['1'].verdicts", "[\"✓ 2 pass, ✗ 1 fail\"]" },
	{ "$.places[1].clients['1'].shares", "[\"666 333 0 0 0 0 0\"]" },
	{ "$.places[1].clients['2'].shares", "[\"1000 0 0 0 0 0 0\"]" },
	{ "$.places[1].clients['1'].clock", "[\"virtual\"]" },
	{ "$.places[1].clients['1'].ns", "[200000000]" }, /* of those that came so far */
	{ "$.places[1].clients['2'].ns", "[50000000]" },
	{ "$.places[1].clients['0']", "[]" },
	{ "$.places[2].clients['1'].ns", "[]" },
	{ "$.places[0].clients['0'].verdicts", "[\"– 1 skip\"]" },
};

START_TEST(boots_are_put_together)
{
	add_boots();
	ck_assert(page_compare_append(sample_text, sample_results));
	assert_page_data(sample_text, 0, data[_i].path, data[_i].want);
}
END_TEST

static const struct {
	const char *clients[4];
	const char *one, *other;
} choices[] = {
	{ { "direct", "libnet-5.2", "libnet-7.2", "lwip" }, "libnet-5.2", "lwip" },
	{ { "lwip", "libnet-7.2" }, "libnet-7.2", "lwip" },
	{ { "direct", "lwip" }, "direct", "lwip" },
	{ { "libnet-5.2", "libnet-7.2" }, "libnet-5.2", "libnet-7.2" },
	{ { "lwip", "lwip-stock" }, "lwip", "lwip-stock" },
	{ { "a", "b", "c" }, "a", "b" },
};

START_TEST(two_are_chosen)
{
	for (unsigned i = 0; i < 4 && choices[_i].clients[i]; i++)
		boot(choices[_i].clients[i], "boot/probe", 1, VERDICT_PASS, 1);
	ck_assert(page_compare_append(sample_text, sample_results));
	assert_html_says(sample_text, "//select[@id='compare-one']/option[@selected]",
			 choices[_i].one);
	assert_html_says(sample_text, "//select[@id='compare-other']/option[@selected]",
			 choices[_i].other);
}
END_TEST

START_TEST(one_client_has_no_other)
{
	boot("lwip", "boot/probe", 1, VERDICT_PASS, 50);
	ck_assert(!page_compare_append(sample_text, sample_results));
	ck_assert_uint_eq(sample_text->len, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("page_compare");
	TCase *tc = tcase_create("page_compare");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_loop_test(tc, boots_are_put_together, 0, N_ROWS(data));
	tcase_add_loop_test(tc, two_are_chosen, 0, N_ROWS(choices));
	tcase_add_test(tc, one_client_has_no_other);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
