/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/run_page: a page that is well-formed, complete, and asks nobody for anything
 */
#include "reports/run_page.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>
#include <zlib.h>

#include "reports/page_boot.h"
#include "tests/support/html_says.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

static void assert_says(const char *xpath, const char *want)
{
	assert_html_says(sample_text, xpath, want);
}

#define ROW(name) "//tbody[tr/th/code='" name "']"

static const struct {
	const char *xpath, *want;
} rows[] = {
	{ "//h1", "iplab: a run" },
	{ "//dd[1]", "run client=libnet-7.2,lwip" },
	{ "//dd[2]", "7 of 8 selected" },
	{ "normalize-space(//main/p[1])",
	  "✓ 2 pass ✗ 1 fail ⚠ 1 error – 1 skip ✗ 1 xfail ✓ 1 xpass" },
	{ "count(//section[@data-area])", "1" },
	{ "string(//section/@data-area)", "boot" },
	{ "count(//section[1]//thead/tr/th)", "3" },
	{ "//thead/tr/th[2]", "libnet-7.2" },
	{ "count(//section[1]//tbody)", "5" },
	/* what is below the matrix, and the way there */
	{ "//nav", "ScenariosSide by sideBoot times" },
	{ "count(//section[@id=substring(//nav/a[2]/@href, 2)])", "1" },
	{ "count(//section[@id=substring(//nav/a[3]/@href, 2)])", "1" },
	{ "count(//figure)", "1" },
	{ "count(//script[@type='application/json'])", "2" },
	{ "contains((//script)[last()], 'new Chart(')", "true" },
	{ "string(" ROW("boot/probe") "/@data-verdicts)", "pass" },
	{ "string(" ROW("boot/known") "/@data-verdicts)", "xfail xpass" },
	{ ROW("boot/probe") "/tr[1]/td[1]", "" },
	{ ROW("boot/probe") "/tr[1]/td[2]", "✓ 2 pass" },
	{ "string(" ROW("boot/probe") "/tr[1]/td[2]/a/@href)", "#lwip/builtin/boot/probe/1" },
	{ ROW("boot/probe") "//summary", "A kernel arrives whole" },
	{ "count(" ROW("boot/probe") "//article)", "1" },
	{ "string(" ROW("boot/probe") "//article/@id)", "lwip/builtin/boot/probe/1" },
	{ ROW("boot/probe") "//article/p[2]", "power-on\xc2\xa0"
					      "0.00 ms, payload\xc2\xa0"
					      "1.50 s" },
	{ "count(" ROW("boot/known") "//article)", "2" },
	{ ROW("boot/known") "/tr[1]/td[1]/a[2]", "✓ xpass" },
	{ ROW("boot/error") "//article/p[1]",
	  "libnet-7.2/builtin/boot/error/1 ⚠ error: QEMU died" },
	{ "string(" ROW("boot/error") "//article/p[1]/span/@class)", "error" },
	{ ROW("boot/error") "//summary", "its boots" },
	{ ROW("boot/broken") "//article/p[1]/text()[2]",
	  ": a \"b\" <c> | d # e \\ f\\x0a`g` @all \\x1b[1m \\xff" },
	{ "count(//form[@id='filter']//option)", "8" },
	{ "count(//pre)", "0" },
};

START_TEST(a_run_is_described)
{
	sample_add_all();
	sample_write(run_page_report);
	assert_says(rows[_i].xpath, rows[_i].want);
}
END_TEST

START_TEST(checks_are_told)
{
	const uint64_t frames[] = { 7, 9 };
	g_autoptr(GHashTable) words = g_hash_table_new(g_str_hash, g_str_equal);
	struct check_words announce = { "A client `tells`", "SHOULD", "RFC 826" };
	Result *r = sample_add("lwip", "boot/probe", 1, VERDICT_PASS, NULL);

	g_ptr_array_add(r->checks, check_result_new("arp.announce", CHECK_WARN,
						    g_strdup("tells <nobody>"), frames, 2));
	r->n_checks_passed = 3;
	sample_write(run_page_report);
	assert_says("//article/details/summary", "checks: 3 passed, 1 not");
	assert_says("//article/details/pre", "warn arp.announce: tells <nobody> — frames 7, 9\n");
	sample.checks = words;
	g_hash_table_insert(words, (char *)"arp.announce", &announce);
	sample_write(run_page_report);
	assert_says("//article/details/pre",
		    "warn arp.announce (SHOULD, RFC 826): tells <nobody> — frames 7, 9\n");
	assert_says("//section[@id='conformance']//details/p",
		    "arp.announce (SHOULD, RFC 826) A client tells: lwip warn in 1 boot");
}
END_TEST

START_TEST(several_servers_are_columns)
{
	Result *r = sample_add("lwip", "boot/probe", 1, VERDICT_PASS, NULL);

	g_free(r->server);
	r->server = g_strdup("slirp");
	sample_add("lwip", "boot/probe", 1, VERDICT_FAIL, "no");
	sample_add("lwip", "loss/x", 1, VERDICT_PASS, NULL);
	sample_write(run_page_report);
	assert_says("//section[1]/div/table/thead/tr/th[2]", "lwipslirp");
	assert_says("//section[1]/div/table/thead/tr/th[3]", "lwipbuiltin");
	assert_says("//section[1]//tr[1]/td[2]", "✗ fail");
	assert_says("string(//section[2]/@data-area)", "loss");
	assert_says("//section[2]//tbody/tr[1]/td[1]", "");
	assert_says("//section[2]//tbody/tr[1]/td[2]", "✓ pass");
}
END_TEST

START_TEST(nothing_was_run)
{
	sample_write(run_page_report);
	assert_says("//main/p[1]", "No cell was run.");
	assert_says("count(//section)", "0");
}
END_TEST

/* The journal of the sample's cell @cell, of @n lines, in a run's folder at @dir. */
static void write_journal(const char *dir, const char *cell, unsigned n)
{
	g_autofree char *folder = g_build_filename(dir, "cells", cell, NULL);
	g_autofree char *path = g_build_filename(folder, "journal.jsonl.gz", NULL);
	gzFile f;

	ck_assert_int_eq(g_mkdir_with_parents(folder, 0700), 0);
	f = gzopen(path, "wb1");
	ck_assert_ptr_nonnull(f);
	while (n--)
		ck_assert_int_gt(gzputs(f, "{\"t_ns\":1,\"ev\":\"console\",\"text\":\"<b>\"}\n"),
				 0);
	ck_assert_int_eq(gzclose(f), Z_OK);
}

/* Only of what did not pass, as text, and of a long one the begin. */
START_TEST(time_lines_are_told)
{
	char *dir = temp_folder_new();

	sample_add_all();
	sample.dir = dir;
	write_journal(dir, "libnet-7.2/builtin/boot/broken/1", _i ? 5000 : 3);
	write_journal(dir, "lwip/builtin/boot/probe/1", 3);
	sample_write(run_page_report);
	temp_folder_remove(dir);
	assert_says("count(//pre)", "1");
	assert_says("count(//article/svg)", "1");
	assert_says("count(" ROW("boot/broken") "//article/details/pre)", "1");
	assert_says("contains(//pre, \"| '<b>'\")", "true");
	assert_says("count(//pre/b)", "0");
	assert_says("contains(//pre, 'cut here')", _i ? "true" : "false");
	ck_assert_uint_lt(sample_text->len, PAGE_BOOT_TIMELINE_BYTES + 512 * 1024);
}
END_TEST

/* The end of it, as text, bounded however long its lines are. */
START_TEST(consoles_are_told)
{
	char *dir = temp_folder_new();
	g_autofree char *folder =
		g_build_filename(dir, "cells/libnet-7.2/builtin/boot/broken/1", NULL);
	g_autofree char *path = g_build_filename(folder, "console.gz", NULL);
	g_autofree char *line = g_strnfill(_i ? 3000 : 30, 'x');
	gzFile f;

	sample_add_all();
	sample.dir = dir;
	ck_assert_int_eq(g_mkdir_with_parents(folder, 0700), 0);
	f = gzopen(path, "wb1");
	for (unsigned i = 1; i <= 40; i++)
		ck_assert_int_gt(gzprintf(f, "line %u <b>\x1b %s\r\n", i, line), 0);
	ck_assert_int_eq(gzclose(f), Z_OK);
	sample_write(run_page_report);
	temp_folder_remove(dir);
	assert_says("//article/details[1]/summary",
		    _i ? "console: the last 2 of 40 lines" : "console: the last 30 of 40 lines");
	assert_says("contains(//pre, 'line 40 <b>\\x1b xxx')", "true");
	assert_says("contains(//pre, 'line 10 ')", "false");
	assert_says("count(//pre/b)", "0");
}
END_TEST

/* One more than there is room for, and the others are counted. */
START_TEST(there_is_room_for_so_much)
{
	char *dir = temp_folder_new();
	struct page_boots boots = { .out = sample_text, .dir = dir };
	Result *r = sample_add("lwip", "loss/x", 1, VERDICT_FAIL, "no");

	r->ending = g_strdup("hang");
	write_journal(dir, r->cell, 3);
	boots.n_timeline_bytes = PAGE_BOOT_TIMELINES_BYTES - 1;
	boots.n_picture_bytes = PAGE_BOOT_PICTURES_BYTES - 1;
	for (unsigned i = 0; i < 4; i++)
		page_boot_append(&boots, r);
	temp_folder_remove(dir);
	assert_says("count(//article)", "4");
	assert_says("count(//article[1]//pre)", "1");
	assert_says("count(//article[2]//pre)", "0");
	assert_says("count(//article[1]//svg[@role])", "1");
	assert_says("count(//article[2]//svg[@role])", "0");
	ck_assert_uint_eq(boots.n_without_timeline, 3);
	ck_assert_uint_eq(boots.n_without_picture, 3);
}
END_TEST

/* The page stays small, and says what it has not. */
START_TEST(a_night_in_which_all_fails)
{
	for (unsigned i = 0; i < RUN_PAGE_BOOTS_MAX + 5; i++)
		sample_add("lwip", "loss/x", i, VERDICT_FAIL, "no");
	sample_write(run_page_report);
	assert_says("//tbody/tr[1]/td", "✗ 2005 fail");
	assert_says("count(//article)", "2000");
	ck_assert_ptr_nonnull(
		strstr(sample_text->str, "<p>5 boots that did not pass are not described here"));
}
END_TEST

/* The library stays out of a page without charts; in one with, its notice of licence is there. */
START_TEST(charts_are_paid_for_where_they_are)
{
	static const char notice[] = "Chart.js v3", *const licence =
							    "Released under the MIT License";

	sample_add("lwip", "boot/probe", 1, VERDICT_FAIL, "no");
	sample_write(run_page_report);
	ck_assert_ptr_null(strstr(sample_text->str, notice));
	ck_assert_uint_lt(sample_text->len, 32 * 1024);
	sample_add_all();
	sample_write(run_page_report);
	ck_assert_ptr_nonnull(strstr(sample_text->str, notice));
	ck_assert_ptr_nonnull(strstr(sample_text->str, licence));
}
END_TEST

/* No address, no import, and a browser that is told to refuse them: it works in a train. */
START_TEST(nobody_is_asked)
{
	static const char *const words[] = { "http://", "https://", "src=",
					     "@import", "url(",     "<link" };

	sample_add("lwip", "boot/probe", 1, VERDICT_PASS, NULL);
	sample_write(run_page_report);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		ck_assert_msg(!strstr(sample_text->str, words[i]), "%s", words[i]);
	assert_says("string(//meta[@http-equiv='Content-Security-Policy']/@content)",
		    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("run_page");
	TCase *tc = tcase_create("run_page");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_loop_test(tc, a_run_is_described, 0, N_ROWS(rows));
	tcase_add_test(tc, checks_are_told);
	tcase_add_test(tc, several_servers_are_columns);
	tcase_add_loop_test(tc, time_lines_are_told, 0, 2);
	tcase_add_loop_test(tc, consoles_are_told, 0, 2);
	tcase_add_test(tc, nothing_was_run);
	tcase_add_test(tc, there_is_room_for_so_much);
	tcase_add_test(tc, a_night_in_which_all_fails);
	tcase_add_test(tc, charts_are_paid_for_where_they_are);
	tcase_add_test(tc, nobody_is_asked);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
