/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/junit: XML that a reader gets the right things out of
 */
#include "reports/junit.h"

#include <check.h>
#include <glib/gstdio.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/xpath.h>
#include <string.h>
#include <unistd.h>

#include "reports/result.h"
#include "tests/support/suite.h"
#include "tests/support/text_file.h"

static GPtrArray *results;
static char *dir, *path;

static void add(const char *client, const char *scenario, uint64_t seed, enum verdict verdict,
		const char *reason)
{
	Result *r = result_new();

	r->cell = g_strdup_printf("%s/builtin/%s/%" G_GUINT64_FORMAT, client, scenario, seed);
	r->client = g_strdup(client);
	r->server = g_strdup("builtin");
	r->scenario = g_strdup(scenario);
	r->seed = seed;
	r->clock = g_strdup("wall");
	r->verdict = verdict;
	r->reason = g_strdup(reason);
	r->wall_ns = 1234567890;
	g_ptr_array_add(results, r);
}

static void set_up(void)
{
	results = g_ptr_array_new_with_free_func((void (*)(void *))result_free);
	dir = g_dir_make_tmp("iplab-junit-XXXXXX", NULL);
	ck_assert_ptr_nonnull(dir);
	path = g_build_filename(dir, "junit.xml", NULL);
}

static void tear_down(void)
{
	g_unlink(path);
	ck_assert_msg(!g_rmdir(dir), "something was left in %s", dir);
	g_free(path);
	g_free(dir);
	g_ptr_array_unref(results);
}

static void write_results(void)
{
	g_autoptr(GError) error = NULL;

	ck_assert_msg(junit_write(path, "run 1", results, &error), "%s",
		      error ? error->message : "");
}

/* What the file says at @xpath, as text. */
static void assert_says(const char *xpath, const char *want)
{
	xmlDoc *doc = xmlReadFile(path, NULL, XML_PARSE_NONET);
	xmlXPathContext *context;
	xmlXPathObject *found;
	xmlChar *got;

	ck_assert_msg(doc != NULL, "not XML");
	context = xmlXPathNewContext(doc);
	found = xmlXPathEvalExpression(BAD_CAST xpath, context);
	ck_assert_ptr_nonnull(found);
	got = xmlXPathCastToString(found);
	ck_assert_msg(g_str_equal(got, want), "%s: \"%s\", not \"%s\"", xpath, (char *)got, want);
	xmlFree(got);
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
	xmlFreeDoc(doc);
}

static void be_quiet(void *self, const char *format, ...)
{
	(void)self;
	(void)format;
}

/* Whether the file is as tests/unit/junit.rng says. */
static bool is_valid(const char *file)
{
	g_autofree char *rules = source_file("tests/unit/junit.rng");
	xmlRelaxNGParserCtxt *reader = xmlRelaxNGNewParserCtxt(rules);
	xmlRelaxNG *schema = xmlRelaxNGParse(reader);
	xmlRelaxNGValidCtxt *context;
	xmlDoc *doc = xmlReadFile(file, NULL, XML_PARSE_NONET);
	int r;

	ck_assert_msg(schema != NULL, "%s is no schema", rules);
	context = xmlRelaxNGNewValidCtxt(schema);
	r = doc ? xmlRelaxNGValidateDoc(context, doc) : -1;
	xmlFreeDoc(doc);
	xmlRelaxNGFreeValidCtxt(context);
	xmlRelaxNGFree(schema);
	xmlRelaxNGFreeParserCtxt(reader);
	return r == 0;
}

static void add_one_of_each(void)
{
	add("libnet-7.2", "boot/probe", 1, VERDICT_PASS, NULL);
	add("libnet-7.2", "boot/probe", 2, VERDICT_FAIL, "no \"payload\" <line>");
	add("libnet-7.2", "boot/linux", 1, VERDICT_FAIL, "gave up");
	add("direct", "boot/linux", 1, VERDICT_ERROR, "QEMU died");
	add("direct", "boot/probe", 1, VERDICT_SKIP, "no kernel here");
	add("direct", "boot/ins", 1, VERDICT_SKIP, "no kernel here");
	add("direct", "boot/ins", 2, VERDICT_SKIP, NULL);
	add("libnet-7.2", "loss/x", 1, VERDICT_XFAIL, "known failure x: no; gave up");
	add("libnet-7.2", "loss/x", 2, VERDICT_XPASS, "known failure x did not happen");
	add("libnet-7.2", "loss/x", 3, VERDICT_FLAKY, "passed at try 2");
}

static const struct {
	const char *what, *xpath, *want;
} rows[] = {
	{ "one suite for the run", "count(/testsuites/testsuite)", "1" },
	{ "its name", "/testsuites/testsuite/@name", "run 1" },
	{ "cases in all", "/testsuites/@tests", "10" },
	{ "cases", "/testsuites/testsuite/@tests", "10" },
	{ "failures", "/testsuites/testsuite/@failures", "3" },
	{ "errors", "/testsuites/testsuite/@errors", "1" },
	{ "skipped", "/testsuites/testsuite/@skipped", "4" },
	{ "time of all", "/testsuites/testsuite/@time", "12.345678" },
	{ "as many cases as said", "count(//testcase)", "10" },
	{ "as many failures as said", "count(//testcase/failure)", "3" },
	{ "as many skipped as said", "count(//testcase/skipped)", "4" },
	{ "class", "//testcase[1]/@classname", "libnet-7.2.builtin" },
	{ "name", "//testcase[1]/@name", "boot/probe[1]" },
	{ "time", "//testcase[1]/@time", "1.234567" },
	{ "a pass has no more than its folder", "count(//testcase[1]/*)", "1" },
	{ "folder", "//testcase[1]/system-out", "cells/libnet-7.2/builtin/boot/probe/1\n" },
	{ "message of a failure", "//testcase[2]/failure/@message", "no \"payload\" <line>" },
	{ "text of a failure", "//testcase[2]/failure", "no \"payload\" <line>" },
	{ "message of an error", "//testcase[4]/error/@message", "QEMU died" },
	{ "message of a skip", "//testcase[5]/skipped/@message", "no kernel here" },
	{ "a reason is never missing", "//testcase[7]/skipped/@message", "no reason was given" },
	{ "a known failure is skipped", "//testcase[8]/skipped/@message",
	  "known failure x: no; gave up" },
	{ "one that did not happen is a failure", "//testcase[9]/failure/@message",
	  "known failure x did not happen" },
	{ "a flaky one is none", "//testcase[10]/flakyFailure/@message", "passed at try 2" },
	{ "no attribute that GitLab would obey", "count(//@type)", "0" },
};

START_TEST(a_run_is_described)
{
	add_one_of_each();
	write_results();
	assert_says(rows[_i].xpath, rows[_i].want);
}
END_TEST

START_TEST(the_schema_is_kept)
{
	if (_i)
		add_one_of_each();
	write_results();
	ck_assert(is_valid(path));
}
END_TEST

#define SUITE "name=\"a\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0.1\""
#define CASE "classname=\"a.b\" name=\"c\" time=\"0.1\""

static const struct {
	const char *what, *suite, *inner;
	bool want;
} schema_rows[] = {
	{ "what is good", SUITE, "<testcase " CASE "/>", true },
	{ "no name", "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0.1\"", "",
	  false },
	{ "an attribute that nobody reads", SUITE " disabled=\"x\"", "", false },
	{ "no time", SUITE, "<testcase classname=\"a\" name=\"b\"/>", false },
	{ "no class", SUITE, "<testcase name=\"b\" time=\"0.1\"/>", false },
	{ "an empty name", SUITE, "<testcase classname=\"a\" name=\"\" time=\"0.1\"/>", false },
	{ "two verdicts", SUITE,
	  "<testcase " CASE "><failure message=\"a\"/><error message=\"a\"/></testcase>", false },
	{ "a failure without a message", SUITE, "<testcase " CASE "><failure/></testcase>", false },
	{ "what nobody reads", SUITE, "<testcase " CASE "><verdict/></testcase>", false },
	{ "a type", SUITE, "<testcase " CASE "><failure message=\"a\" type=\"b\"/></testcase>",
	  false },
};

/* That the schema refuses what it should. */
START_TEST(the_schema_is_strict)
{
	g_autofree char *text =
		g_strdup_printf("<testsuites " SUITE "><testsuite %s>%s</testsuite></testsuites>",
				schema_rows[_i].suite, schema_rows[_i].inner);

	ck_assert(g_file_set_contents(path, text, -1, NULL));
	xmlSetGenericErrorFunc(NULL, be_quiet);
	ck_assert_msg(is_valid(path) == schema_rows[_i].want, "%s", schema_rows[_i].what);
}
END_TEST

START_TEST(an_empty_run)
{
	write_results();
	assert_says("/testsuites/testsuite/@tests", "0");
	assert_says("/testsuites/testsuite/@time", "0.000000");
}
END_TEST

static const struct {
	const char *what, *in, *want;
} text_rows[] = {
	{ "UTF-8", "k\xc3\xa4se \xf0\x9f\x98\x80", "k\xc3\xa4se \xf0\x9f\x98\x80" },
	{ "an escape sequence", "\x1b[31m", "\xef\xbf\xbd[31m" },
	{ "other control characters", "\x01\x0b\x0c\x1f",
	  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "a line break", "a\nb\tc", "a\nb\tc" },
	{ "U+FFFE and U+FFFF", "\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd" },
	{ "no UTF-8", "a\xff\xc3", "a\xef\xbf\xbd\xef\xbf\xbd" },
	{ "the end of a CDATA section", "]]>&amp;", "]]>&amp;" },
};

START_TEST(any_reason_is_xml)
{
	add("c", "s", 1, VERDICT_FAIL, text_rows[_i].in);
	write_results();
	assert_says("//failure", text_rows[_i].want);
	assert_says("//failure/@message", text_rows[_i].want);
}
END_TEST

START_TEST(a_file_is_replaced_whole)
{
	ck_assert(g_file_set_contents(path, "old", -1, NULL));
	add_one_of_each();
	write_results();
	assert_says("count(//testcase)", "10");
}
END_TEST

START_TEST(a_file_that_cannot_be_made)
{
	g_autoptr(GError) error = NULL;

	ck_assert(!junit_write("/nonexistent/junit.xml", "run", results, &error));
	ck_assert(g_error_matches(error, RESULT_ERROR, RESULT_ERROR_FILE));
	ck_assert_ptr_nonnull(strstr(error->message, "/nonexistent/junit.xml"));
}
END_TEST

static void add_case(Suite *s, const char *name, const TTest *fn, int n)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, fn, 0, n);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("junit");

	add_case(s, "a_run_is_described", a_run_is_described, N_ROWS(rows));
	add_case(s, "the_schema_is_kept", the_schema_is_kept, 2);
	add_case(s, "the_schema_is_strict", the_schema_is_strict, N_ROWS(schema_rows));
	add_case(s, "an_empty_run", an_empty_run, 1);
	add_case(s, "any_reason_is_xml", any_reason_is_xml, N_ROWS(text_rows));
	add_case(s, "a_file_is_replaced_whole", a_file_is_replaced_whole, 1);
	add_case(s, "a_file_that_cannot_be_made", a_file_that_cannot_be_made, 1);
	return suite_run(s);
}
