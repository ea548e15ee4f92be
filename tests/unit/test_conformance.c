/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/conformance: runs of two clients, judged from their journals; and harness/cell_checks
 */
#include "harness/conformance.h"

#include <check.h>

#include "harness/cell_checks.h"
#include "harness/conformance_news.h"
#include "harness/conformance_page.h"
#include "harness/conformance_text.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"
#include "tests/support/trace_boot.h"

static char *dir;
static Checks *checks;
static GPtrArray *results;
static struct boot_script b;

static void set_up(void)
{
	g_autofree char *folder = source_file("fixtures/checks");

	dir = temp_folder_new();
	checks = checks_load(folder, NULL);
	ck_assert_ptr_nonnull(checks);
	results = g_ptr_array_new_with_free_func((GDestroyNotify)result_free);
	boot_usual(&b);
}

static void tear_down(void)
{
	g_ptr_array_unref(results);
	checks_free(checks);
	temp_folder_remove(dir);
}

/* A cell of the run whose journal is that of @b. */
static Result *add(const char *client, const char *scenario)
{
	g_autofree char *cell = g_strdup_printf("%s/builtin/%s/1", client, scenario);
	g_autofree char *folder = g_build_filename(dir, "cells", cell, NULL);
	g_autofree char *path = g_build_filename(folder, "journal.jsonl.gz", NULL);
	Result *r = result_new_for(cell, client, "builtin", scenario, 1, true);

	ck_assert_int_eq(g_mkdir_with_parents(folder, 0755), 0);
	boot_write(&b, path);
	r->verdict = VERDICT_PASS;
	g_ptr_array_add(results, r);
	return r;
}

static Known *know(const char *text)
{
	g_autofree char *path = g_build_filename(dir, "known.ini", NULL);
	g_autoptr(GError) error = NULL;
	Known *known;

	ck_assert(g_file_set_contents(path, text, -1, NULL));
	known = known_load_file(path, &error);
	ck_assert_msg(known != NULL, "%s", error ? error->message : "");
	return known;
}

static const struct check_result *seen(const Conformance *c, const char *id, const char *client)
{
	const struct conformance_entry *e = conformance_entry(c, checks_find(checks, id), client);

	ck_assert_msg(e != NULL, "nothing of %s for %s", id, client);
	return e->seen;
}

START_TEST(the_worst_boot_counts)
{
	g_autoptr(Conformance) c = NULL;
	const struct conformance_entry *e;

	add("one", "boot/probe");
	add("two", "boot/probe");
	boot_edit(&b, BOOT_DISCOVER, "payload+3=01");
	add("one", "boot/other");
	c = conformance_judge(checks, NULL, dir, results);
	ck_assert_uint_eq(conformance_clients(c)->len, 2);
	e = conformance_entry(c, checks_find(checks, "dhcp4.msg.header"), "one");
	ck_assert_int_eq(e->seen->verdict, CHECK_FAIL);
	ck_assert_str_eq(e->cell, "one/builtin/boot/other/1");
	ck_assert_str_eq(e->seen->evidence, "hops is 1, not 0");
	ck_assert_uint_eq(g_array_index(e->seen->frames, uint64_t, 0), 1);
	ck_assert_int_eq(seen(c, "dhcp4.msg.header", "two")->verdict, CHECK_PASS);
	ck_assert_ptr_null(conformance_entry(c, e->check, "three"));
}
END_TEST

/* In the order of names, not of ending: the evidence is the same every time. */
START_TEST(of_equals_the_first_counts)
{
	g_autoptr(Conformance) c = NULL;
	const struct conformance_entry *e;

	boot_edit(&b, BOOT_DISCOVER, "payload+3=01");
	add("one", "z/z");
	add("one", "a/a");
	c = conformance_judge(checks, NULL, dir, results);
	e = conformance_entry(c, checks_find(checks, "dhcp4.msg.header"), "one");
	ck_assert_str_eq(e->cell, "one/builtin/a/a/1");
}
END_TEST

START_TEST(a_should_is_a_warning)
{
	g_autoptr(Conformance) c = NULL;

	boot_edit(&b, BOOT_DISCOVER, "390205c0>");
	add("one", "boot/probe");
	c = conformance_judge(checks, NULL, dir, results);
	ck_assert_int_eq(seen(c, "dhcp4.opt57.present-sane", "one")->verdict, CHECK_WARN);
}
END_TEST

/* Active: the scenario and its control, of the same client. */
START_TEST(pairs_are_of_one_client)
{
	g_autoptr(Conformance) c = NULL;

	add("one", "boot/probe");
	boot_edit(&b, BOOT_DISCOVER, "payload+4=01020304");
	add("one", "check-dhcp4/other-time");
	add("two", "check-dhcp4/other-time");
	c = conformance_judge(checks, NULL, dir, results);
	ck_assert_int_eq(seen(c, "dhcp4.xid.per-boot-random", "one")->verdict, CHECK_PASS);
	ck_assert_int_eq(seen(c, "dhcp4.xid.per-boot-random", "two")->verdict, CHECK_NOT_OBSERVED);
}
END_TEST

START_TEST(what_did_not_run_tells_nothing)
{
	g_autoptr(Conformance) c = NULL;

	boot_edit(&b, BOOT_DISCOVER, "payload+3=01");
	add("one", "boot/probe")->verdict = VERDICT_ERROR;
	c = conformance_judge(checks, NULL, dir, results);
	ck_assert_int_eq(seen(c, "dhcp4.msg.header", "one")->verdict, CHECK_NOT_OBSERVED);
}
END_TEST

START_TEST(a_client_may_declare)
{
	char *patterns[] = { (char *)"dhcp4.msg.*", NULL };
	Client client = { .name = (char *)"one", .not_applicable = patterns };
	Catalogue all = { .clients = g_ptr_array_new() };
	g_autoptr(Conformance) c = NULL;

	g_ptr_array_add(all.clients, &client);
	boot_edit(&b, BOOT_DISCOVER, "payload+3=01");
	add("one", "boot/probe");
	c = conformance_judge(checks, &all, dir, results);
	ck_assert_int_eq(seen(c, "dhcp4.msg.header", "one")->verdict, CHECK_NOT_APPLICABLE);
	ck_assert_int_eq(seen(c, "dhcp4.release.fields", "one")->verdict, CHECK_PASS);
	g_ptr_array_unref(all.clients);
}
END_TEST

/* What is not on this machine proves nothing, and is no fault. */
START_TEST(nobody_is_there)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(Conformance) c = NULL;

	add("lwip", "boot/probe")->verdict = VERDICT_SKIP;
	c = conformance_judge(checks, NULL, dir, results);
	ck_assert(!conformance_has_boot(c, "lwip"));
	ck_assert(conformance_text_prove(out, c, checks, false));
	ck_assert_ptr_nonnull(strstr(out->str, "skipped   dhcp4.msg.header: lwip is not on"));
}
END_TEST

START_TEST(in_words)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(Known) known = know("");
	g_autoptr(Conformance) c = NULL;

	boot_edit(&b, BOOT_DISCOVER, "payload+3=01");
	add("one", "boot/probe");
	c = conformance_judge(checks, NULL, dir, results);
	conformance_text_write(out, c, checks, known, "DIR");
	ck_assert_msg(strstr(out->str, "fail  dhcp4.msg.header  one  (MUST, RFC 2131 2)\n"
				       "      hops is 1, not 0\n"
				       "      frame 1 of DIR/cells/one/builtin/boot/probe/1/"
				       "capture.pcapng\n") != NULL,
		      "%s", out->str);
}
END_TEST

/* On the wall clock: what was not booted is excused, what was booted and showed nothing is not. */
START_TEST(a_client_on_the_wall_clock)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(Known) known = know("");
	g_autoptr(Conformance) c = NULL;
	Result *r = add("one", "check-dhcp4/other-time");

	g_free(r->clock);
	r->clock = g_strdup("wall");
	add("two", "boot/probe");
	c = conformance_judge(checks, NULL, dir, results);
	ck_assert_str_eq(seen(c, "tftp.tid.wrong-port-data", "one")->evidence,
			 CONFORMANCE_WALL_CLOCK);
	ck_assert_int_eq(seen(c, "tftp.tid.wrong-port-data", "one")->verdict, CHECK_NOT_OBSERVED);
	ck_assert_ptr_null(seen(c, "dhcp4.xid.per-boot-random", "one")->evidence);
	ck_assert_ptr_null(seen(c, "tftp.tid.wrong-port-data", "two")->evidence);
	ck_assert_uint_gt(conformance_n_not_on_wall(c, "one"), 100);
	ck_assert_uint_eq(conformance_n_not_on_wall(c, "two"), 0);
	conformance_text_write(out, c, checks, known, "DIR");
	ck_assert_ptr_nonnull(strstr(out->str, " checks not observed: wall clock\n"));
}
END_TEST

START_TEST(a_page)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(Known) known = know("[check.heads]\ncheck=*.header\nreason=a <bug>\n");
	g_autoptr(Conformance) c = NULL;

	boot_edit(&b, BOOT_DISCOVER, "payload+3=01");
	add("<one> & \"two\"", "boot/probe");
	c = conformance_judge(checks, NULL, dir, results);
	conformance_page(out, c, checks, known, "DIR");
	ck_assert_ptr_nonnull(strstr(out->str, "<br>known failure heads: a &lt;bug&gt;</p>"));
	ck_assert(g_str_has_prefix(out->str, "<!doctype html>"));
	ck_assert(g_str_has_suffix(out->str, "</html>\n"));
	ck_assert_ptr_nonnull(strstr(out->str, "id=\"dhcp4.msg.header\""));
	ck_assert_ptr_nonnull(strstr(out->str, "</b>: hops is 1, not 0<br>frame 1 of <code>DIR/"));
	ck_assert_ptr_nonnull(strstr(out->str, "<b>&lt;one&gt; &amp; &quot;two&quot;</b>"));
	ck_assert_ptr_null(strstr(out->str, "<one>"));
	/* It asks nobody for anything. */
	ck_assert_ptr_null(strstr(out->str, "://"));
	ck_assert_ptr_null(strstr(out->str, "src="));
	ck_assert_ptr_null(strstr(out->str, "<link"));
}
END_TEST

/* The catalogue says lwip passes and a mutant fails: here it is the other way round. */
START_TEST(a_proof_that_does_not_hold)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(Conformance) c = NULL;

	add("dhcp4-header", "boot/probe");
	boot_edit(&b, BOOT_DISCOVER, "payload+3=01");
	add("lwip", "boot/probe");
	c = conformance_judge(checks, NULL, dir, results);
	ck_assert(!conformance_text_prove(out, c, checks, false));
	ck_assert_msg(strstr(out->str, "wrong     dhcp4.msg.header: should pass on lwip, and is "
				       "fail there: hops is 1, not 0\n") != NULL,
		      "%s", out->str);
	ck_assert_ptr_nonnull(strstr(out->str, "wrong     dhcp4.msg.header: should fail on "
					       "dhcp4-header, and is pass there"));
	ck_assert_ptr_nonnull(strstr(out->str, "skipped   dhcp4.msg.ports: dhcp4-port is not on "
					       "this machine\n"));
}
END_TEST

/* --- what is known --- */

#define HEADER "dhcp4.msg.header"       /* passive, MUST */
#define SIZE "dhcp4.opt57.present-sane" /* passive, SHOULD */
#define XID "dhcp4.xid.per-boot-random" /* active */
#define KNOWN(check) "[check.x]\nclient = o*\ncheck = dhcp6.*;" check "\nreason = a bug\n"

static const struct {
	const char *what, *known, *id;
	bool is_whole;
	enum conformance_news broken, kept; /* kept: by a client that breaks nothing */
} news_rows[] = {
	{ "nothing is known", "", HEADER, true, NEWS_BROKEN, NEWS_NONE },
	{ "it is known", KNOWN(HEADER), HEADER, true, NEWS_KNOWN, NEWS_KEPT },
	{ "in some other boot it may break it", KNOWN(HEADER), HEADER, false, NEWS_KNOWN,
	  NEWS_NONE },
	{ "by a pattern", KNOWN("dhcp4.msg.*"), HEADER, true, NEWS_KNOWN, NEWS_KEPT },
	{ "of another check", KNOWN("dhcp4.msg.h"), HEADER, true, NEWS_BROKEN, NEWS_NONE },
	{ "of another client", "[check.x]\nclient=two\ncheck=*\nreason=a bug\n", HEADER, true,
	  NEWS_BROKEN, NEWS_NONE },
	{ "of any client", "[check.x]\ncheck=*\nreason=a bug\n", HEADER, true, NEWS_KNOWN,
	  NEWS_KEPT },
	{ "a SHOULD decides nothing", "", SIZE, true, NEWS_NONE, NEWS_NONE },
	{ "it may be known", KNOWN(SIZE), SIZE, true, NEWS_KNOWN, NEWS_KEPT },
	{ "what was provoked is the same in each run", KNOWN(XID), XID, false, NEWS_KEPT,
	  NEWS_KEPT },
	{ "no boot came to it", KNOWN("arp.*"), "dhcp6.tx.ports-address", true, NEWS_NOT_SEEN,
	  NEWS_NOT_SEEN },
	{ "there were not all boots", KNOWN("arp.*"), "dhcp6.tx.ports-address", false, NEWS_NONE,
	  NEWS_NONE },
};

static enum conformance_news news_of(const Conformance *c, const char *id, const char *client,
				     const Known *known, bool is_whole)
{
	const struct known_check *entry;

	return conformance_news(conformance_entry(c, checks_find(checks, id), client), known,
				is_whole, &entry);
}

/* "one" breaks HEADER and SIZE, "ok" nothing. */
static Conformance *judge_one_and_ok(void)
{
	add("ok", "boot/probe");
	boot_edit(&b, BOOT_DISCOVER, "payload+4=01020304");
	add("ok", "check-dhcp4/other-time");
	add("one", "check-dhcp4/other-time");
	boot_usual(&b);
	boot_edit(&b, BOOT_DISCOVER, "payload+3=01;390205c0>");
	add("one", "boot/probe");
	return conformance_judge(checks, NULL, dir, results);
}

START_TEST(what_is_news)
{
	g_autoptr(Conformance) c = judge_one_and_ok();
	g_autoptr(Known) known = know(news_rows[_i].known);
	const char *id = news_rows[_i].id;

	ck_assert_msg(news_of(c, id, "one", known, news_rows[_i].is_whole) == news_rows[_i].broken,
		      "%s", news_rows[_i].what);
	ck_assert_msg(news_of(c, id, "ok", known, news_rows[_i].is_whole) == news_rows[_i].kept,
		      "%s", news_rows[_i].what);
}
END_TEST

START_TEST(news_are_told)
{
	g_autoptr(Conformance) c = judge_one_and_ok();
	g_autoptr(Known) none = know(""), some = know(KNOWN(HEADER)),
			 wrong = know("[check.x]\nclient=one;ok\ncheck=" HEADER "\nreason=a bug\n");
	g_autoptr(GString) out = g_string_new(NULL);

	conformance_news_write(out, c, checks, none, true, "DIR");
	ck_assert_msg(strstr(out->str, "\nNot as expected:\n\nfail  " HEADER "  one  (MUST, "),
		      "%s", out->str);
	ck_assert_ptr_nonnull(strstr(out->str, "frame 1 of DIR/cells/one/builtin/boot/probe/1/"));
	ck_assert(g_str_has_suffix(
		out->str, "\n0 known failures, 1 that was not known, 0 that did not happen\n"));
	g_string_truncate(out, 0);
	conformance_news_write(out, c, checks, wrong, true, "DIR");
	ck_assert_msg(strstr(out->str, "pass  " HEADER "  ok  was known to be broken\n"
				       "      known failure x: a bug; it is kept\n"
				       "      take it out of [check.x] in "),
		      "%s", out->str);
	ck_assert(g_str_has_suffix(
		out->str, "\n1 known failure, 0 that were not known, 1 that did not happen\n"));
	g_string_truncate(out, 0);
	conformance_news_write(out, c, checks, some, false, "DIR");
	ck_assert_str_eq(out->str, "\n1 known failure; all is as expected\n");
}
END_TEST

/* What it writes is what it expects; a reason that somebody found stays. */
START_TEST(what_is_known_is_written)
{
	g_autoptr(Conformance) c = judge_one_and_ok();
	g_autoptr(Known) none = know(""), reason = NULL, anew = NULL;
	g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);
	struct conformance_sum sum;

	conformance_news_write_known(first, c, checks, none);
	ck_assert_msg(strstr(first->str, "[check.dhcp4-messages]\nclient = one\ncheck = " HEADER
					 "\nreason = broken when "),
		      "%s", first->str);
	reason = know("[check.mine]\ncheck = dhcp4.*\nreason = a bug\nlink = https://x.org/1\n");
	conformance_news_write_known(second, c, checks, reason);
	ck_assert_msg(strstr(second->str, "[check.mine]\nclient = one\ncheck = " HEADER
					  "\nreason = a bug\nlink = https://x.org/1\n"),
		      "%s", second->str);
	anew = know(second->str);
	sum = conformance_news_count(c, checks, anew, true);
	ck_assert_uint_eq(sum.n[NEWS_KNOWN], 1);
	ck_assert_uint_eq(sum.n[NEWS_BROKEN] + sum.n[NEWS_KEPT] + sum.n[NEWS_NOT_SEEN], 0);
}
END_TEST

/* --- one cell --- */

/* What a cell came to in a check; NULL: it is not among what is broken. */
static struct check_result *find(const Result *r, const char *id)
{
	for (guint i = 0; i < r->checks->len; i++) {
		struct check_result *c = r->checks->pdata[i];

		if (g_str_equal(c->id, id))
			return c;
	}
	return NULL;
}

START_TEST(a_cell)
{
	const struct check_result *c;
	guint n_broken;
	g_autofree char *folder = NULL;
	g_autoptr(Known) known = know("[check.heads]\ncheck = *.header\nreason = no\n");
	g_autoptr(GString) news = g_string_new(NULL);
	Result *r;

	boot_edit(&b, BOOT_DISCOVER, "payload+3=01;390205c0>3902023f");
	r = add("one", "boot/probe");
	folder = g_build_filename(dir, "cells", r->cell, NULL);
	cell_checks_judge(folder, r);
	ck_assert_uint_gt(r->n_checks_passed, 10);
	n_broken = r->checks->len;
	g_ptr_array_add(r->checks, check_result_new("no.such", CHECK_FAIL, NULL, NULL, 0));
	cell_checks_weigh(checks, known, r);
	ck_assert_uint_eq(r->checks->len, n_broken);
	c = find(r, "dhcp4.msg.header");
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->verdict, CHECK_FAIL);
	c = find(r, "dhcp4.opt57.present-sane");
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->verdict, CHECK_WARN);
	ck_assert_ptr_null(c->known);
	ck_assert_str_eq(find(r, "dhcp4.msg.header")->known, "heads");
	cell_checks_append_news(news, checks, results);
	ck_assert_msg(!strstr(news->str, "dhcp4"), "%s", news->str);
	g_clear_pointer(&find(r, "dhcp4.msg.header")->known, g_free);
	add("one", "boot/linux");
	cell_checks_append_news(news, checks, results);
	ck_assert_str_eq(news->str, "1 passive check is broken that is not known to be: "
				    "dhcp4.msg.header of one; see `iplab check`\n");
}
END_TEST

START_TEST(a_cell_without_a_journal)
{
	g_autoptr(Result) r = result_new();

	cell_checks_judge("/nowhere", r);
	ck_assert_uint_eq(r->n_checks_passed, 0);
	ck_assert_uint_eq(r->checks->len, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("conformance");
	TCase *tc = tcase_create("run");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, the_worst_boot_counts);
	tcase_add_test(tc, of_equals_the_first_counts);
	tcase_add_test(tc, a_should_is_a_warning);
	tcase_add_test(tc, pairs_are_of_one_client);
	tcase_add_test(tc, what_did_not_run_tells_nothing);
	tcase_add_test(tc, a_client_may_declare);
	tcase_add_test(tc, nobody_is_there);
	tcase_add_test(tc, in_words);
	tcase_add_test(tc, a_proof_that_does_not_hold);
	tcase_add_test(tc, a_client_on_the_wall_clock);
	tcase_add_test(tc, a_page);
	tcase_add_loop_test(tc, what_is_news, 0, N_ROWS(news_rows));
	tcase_add_test(tc, news_are_told);
	tcase_add_test(tc, what_is_known_is_written);
	tcase_add_test(tc, a_cell);
	tcase_add_test(tc, a_cell_without_a_journal);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
