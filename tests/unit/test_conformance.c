/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/conformance: runs of two clients, judged from their journals; and harness/cell_checks
 */
#include "harness/conformance.h"

#include <check.h>

#include "harness/cell_checks.h"
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
	g_autoptr(Conformance) c = NULL;

	boot_edit(&b, BOOT_DISCOVER, "payload+3=01");
	add("one", "boot/probe");
	c = conformance_judge(checks, NULL, dir, results);
	conformance_text_write(out, c, checks, "DIR");
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
	conformance_text_write(out, c, checks, "DIR");
	ck_assert_ptr_nonnull(strstr(out->str, " checks not observed: wall clock\n"));
}
END_TEST

START_TEST(a_page)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(Conformance) c = NULL;

	boot_edit(&b, BOOT_DISCOVER, "payload+3=01");
	add("<one> & \"two\"", "boot/probe");
	c = conformance_judge(checks, NULL, dir, results);
	conformance_page(out, c, checks, "DIR");
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

/* --- one cell --- */

/* What a cell came to in a check; NULL: it is not among what is broken. */
static const struct check_result *find(const Result *r, const char *id)
{
	for (guint i = 0; i < r->checks->len; i++) {
		const struct check_result *c = r->checks->pdata[i];

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
	Result *r;

	boot_edit(&b, BOOT_DISCOVER, "payload+3=01;390205c0>3902023f");
	r = add("one", "boot/probe");
	folder = g_build_filename(dir, "cells", r->cell, NULL);
	cell_checks_judge(folder, r);
	ck_assert_uint_gt(r->n_checks_passed, 10);
	n_broken = r->checks->len;
	g_ptr_array_add(r->checks, check_result_new("no.such", CHECK_FAIL, NULL, NULL, 0));
	cell_checks_weigh(checks, r);
	ck_assert_uint_eq(r->checks->len, n_broken);
	c = find(r, "dhcp4.msg.header");
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->verdict, CHECK_FAIL);
	c = find(r, "dhcp4.opt57.present-sane");
	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->verdict, CHECK_WARN);
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
	tcase_add_test(tc, a_cell);
	tcase_add_test(tc, a_cell_without_a_journal);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
