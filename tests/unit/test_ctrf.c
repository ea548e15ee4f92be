/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/ctrf: what CTRF's schema asks for, field by field, and what stands in it
 */
#include "reports/ctrf.h"

#include <check.h>

#include "tests/support/json_shape.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

#define STATUS "passed|failed|skipped|pending|other"

/* Of the fields that CTRF has those that we write: its objects take no others. */
static const struct json_shape shape[] = {
	{ "", 'o', true, NULL },
	{ "reportFormat", 's', true, "CTRF" },
	{ "specVersion", 's', true, "\\d+\\.\\d+\\.\\d+" },
	{ "generatedBy", 's', false, NULL },
	{ "results", 'o', true, NULL },
	{ "results.tool", 'o', true, NULL },
	{ "results.tool.name", 's', true, ".+" },
	{ "results.tool.version", 's', false, NULL },
	{ "results.summary", 'o', true, NULL },
	{ "results.summary.tests", 'i', true, NULL },
	{ "results.summary.passed", 'i', true, NULL },
	{ "results.summary.failed", 'i', true, NULL },
	{ "results.summary.skipped", 'i', true, NULL },
	{ "results.summary.pending", 'i', true, NULL },
	{ "results.summary.other", 'i', true, NULL },
	{ "results.summary.start", 'i', true, NULL },
	{ "results.summary.stop", 'i', true, NULL },
	{ "results.tests", 'a', true, NULL },
	{ "results.tests[]", 'o', false, NULL },
	{ "results.tests[].name", 's', true, ".+" },
	{ "results.tests[].status", 's', true, STATUS },
	{ "results.tests[].rawStatus", 's', false, NULL },
	{ "results.tests[].duration", 'i', true, NULL },
	{ "results.tests[].start", 'i', false, NULL },
	{ "results.tests[].stop", 'i', false, NULL },
	{ "results.tests[].suite", 'a', false, NULL },
	{ "results.tests[].suite[]", 's', false, NULL },
	{ "results.tests[].type", 's', false, NULL },
	{ "results.tests[].message", 's', false, NULL },
	{ "results.tests[].parameters", 'O', false, NULL },
	{ "results.tests[].attachments", 'a', false, NULL },
	{ "results.tests[].attachments[]", 'o', false, NULL },
	{ "results.tests[].attachments[].name", 's', true, NULL },
	{ "results.tests[].attachments[].contentType", 's', true, "[a-z]+/[a-z.+-]+" },
	{ "results.tests[].attachments[].path", 's', true, NULL },
	{ "results.environment", 'o', false, NULL },
	{ "results.environment.reportName", 's', false, NULL },
	{ "results.environment.osPlatform", 's', false, NULL },
	{ "results.environment.osRelease", 's', false, NULL },
};

START_TEST(the_schema_is_kept)
{
	g_autofree char *problem = NULL;

	if (_i)
		sample_add_all();
	problem = json_shape_problem(shape, G_N_ELEMENTS(shape), sample_write(ctrf_report));
	ck_assert_msg(!problem, "%s", problem);
}
END_TEST

static const struct {
	const char *path, *want;
} rows[] = {
	{ "$.results.tool", "{\"name\":\"iplab\",\"version\":\"0.1\"}" },
	{ "$.results.summary",
	  "{\"tests\":7,\"passed\":2,\"failed\":3,\"skipped\":1,\"pending\":0,\"other\":1,"
	  "\"start\":1769860800000,\"stop\":1769860802234}" },
	{ "$.results.environment.reportName", "\"iplab run client=libnet-7.2,lwip\"" },
	{ "$.results.environment.osRelease", "\"6.1.0\"" },
	{ "$.results.tests[0].name", "\"libnet-7.2/builtin/boot/broken/1\"" },
	{ "$.results.tests[0].status", "\"failed\"" },
	{ "$.results.tests[0].attachments[2].path",
	  "\"cells/libnet-7.2/builtin/boot/broken/1/capture.pcapng\"" },
	{ "$.results.tests[1].status", "\"failed\"" },
	{ "$.results.tests[1].rawStatus", "\"error\"" },
	{ "$.results.tests[1].message", "\"QEMU died\"" },
	{ "$.results.tests[1].attachments", "" },
	{ "$.results.tests[2].status", "\"other\"" },
	{ "$.results.tests[2].rawStatus", "\"xfail\"" },
	{ "$.results.tests[3].status", "\"failed\"" },
	{ "$.results.tests[3].rawStatus", "\"xpass\"" },
	{ "$.results.tests[4].status", "\"passed\"" },
	{ "$.results.tests[4].duration", "1234" },
	{ "$.results.tests[4].start", "1769860800500" },
	{ "$.results.tests[4].stop", "1769860801734" },
	{ "$.results.tests[4].suite", "[\"lwip\",\"builtin\"]" },
	{ "$.results.tests[4].message", "" },
	{ "$.results.tests[4].parameters",
	  "{\"client\":\"lwip\",\"server\":\"builtin\",\"scenario\":\"boot/probe\",\"seed\":1,"
	  "\"clock\":\"virtual\"}" },
	{ "$.results.tests[4].attachments[*].name", "[\"journal.jsonl.gz\",\"console.gz\"]" },
	{ "$.results.tests[4].attachments[1].path",
	  "\"cells/lwip/builtin/boot/probe/1/console.gz\"" },
	{ "$.results.tests[6].status", "\"skipped\"" },
	{ "$.results.tests[6].start", "" },
};

START_TEST(a_run_is_described)
{
	g_autofree char *got = NULL;

	sample_add_all();
	got = json_at(sample_write(ctrf_report), rows[_i].path);
	ck_assert_msg(g_str_equal(got, rows[_i].want), "%s: %s, not %s", rows[_i].path, got,
		      rows[_i].want);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ctrf");
	TCase *tc = tcase_create("ctrf");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_loop_test(tc, the_schema_is_kept, 0, 2);
	tcase_add_loop_test(tc, a_run_is_described, 0, N_ROWS(rows));
	suite_add_tcase(s, tc);
	return suite_run(s);
}
