/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/page_checks: what is counted, and of whom
 */
#include "reports/page_checks.h"

#include "tests/support/html_says.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

static void see(Result *r, const char *id, enum check_verdict v)
{
	g_ptr_array_add(r->checks, check_result_new(id, v, NULL, NULL, 0));
}

/* libnet breaks a check in two of its boots and warns in a third; lwip only records. */
static void add_boots(void)
{
	Result *r = sample_add("libnet-7.2", "boot/probe", 1, VERDICT_PASS, NULL);

	r->n_checks_passed = 40;
	see(r, "ip4.tos", CHECK_FAIL);
	see(r, "ip.x", CHECK_WARN);
	r = sample_add("libnet-7.2", "boot/probe", 2, VERDICT_FAIL, "no");
	r->n_checks_passed = 2;
	see(r, "ip4.tos", CHECK_FAIL);
	see(r, "ip4.id", CHECK_WARN);
	see(r, "dhcp4.<secs>", CHECK_WARN);
	r = sample_add("libnet-7.2", "boot/probe", 3, VERDICT_PASS, NULL);
	see(r, "ip4.tos", CHECK_WARN);
	sample_add("linux", "boot/probe", 1, VERDICT_SKIP, "not here");
	r = sample_add("lwip", "boot/probe", 1, VERDICT_PASS, NULL);
	r->n_checks_passed = 50;
	see(r, "ip4.id", CHECK_RECORDED);
}

#define AREA(name) "//tbody[tr/th='" name "']"

static const struct {
	const char *xpath, *want;
} rows[] = {
	{ "count(//section[@id='conformance'])", "1" },
	{ "count(//tbody)", "3" },
	{ "//tbody[1]/tr[1]/th", "dhcp4" },
	{ "//tbody[2]/tr[1]/th", "ip" }, /* and no part of ip4 */
	{ "//tbody[3]/tr[1]/th", "ip4" },
	/* a client that was never judged has no column */
	{ "count(//thead/tr[1]/th)", "3" },
	{ "//thead/tr[1]/th[2]", "libnet-7.2" },
	/* once for a client, by the worst */
	{ AREA("ip4") "/tr[1]/td[1]", "1" },
	{ AREA("ip4") "/tr[1]/td[2]", "1" },
	{ AREA("ip4") "/tr[1]/td[3]", "0" },
	{ AREA("ip4") "/tr[1]/td[4]", "0" },
	{ "string(" AREA("ip4") "/tr[1]/td[1]/@class)", "n fail" },
	{ "string(" AREA("ip4") "/tr[1]/td[3]/@class)", "n dim" },
	{ AREA("ip4") "//summary", "2 checks" },
	{ AREA("ip4") "//p[1]", "ip4.id: libnet-7.2 warn in 1 boot, lwip record in 1 boot" },
	{ AREA("ip4") "//p[2]",
	  "ip4.tos (SHOULD, RFC 1122 3.2.1.6) TOS is zero: libnet-7.2 fail in 2 boots" },
	{ AREA("dhcp4") "//p[1]", "dhcp4.<secs>: libnet-7.2 warn in 1 boot" },
	{ "//tfoot/tr/td[1]", "3, 42" },
	{ "//tfoot/tr/td[2]", "1, 50" },
};

START_TEST(checks_are_counted)
{
	g_autoptr(GHashTable) words = g_hash_table_new(g_str_hash, g_str_equal);
	struct check_words tos = { "TOS is `zero`", "SHOULD", "RFC 1122 3.2.1.6" };

	add_boots();
	g_hash_table_insert(words, (char *)"ip4.tos", &tos);
	ck_assert(page_checks_append(sample_text, sample_results, words));
	assert_html_says(sample_text, rows[_i].xpath, rows[_i].want);
}
END_TEST

START_TEST(nobody_was_judged)
{
	sample_add("lwip", "boot/probe", 1, VERDICT_SKIP, "not here");
	ck_assert(!page_checks_append(sample_text, sample_results, NULL));
	ck_assert_uint_eq(sample_text->len, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("page_checks");
	TCase *tc = tcase_create("page_checks");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_loop_test(tc, checks_are_counted, 0, N_ROWS(rows));
	tcase_add_test(tc, nobody_was_judged);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
