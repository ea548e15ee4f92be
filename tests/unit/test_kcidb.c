/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/kcidb: what KCIDB 5.3 takes, field by field, and what stands in it
 */
#include "reports/kcidb.h"

#include <check.h>
#include <string.h>

#include "tests/support/json_shape.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

#define ORIGIN "[a-z0-9_]+"
#define ID ORIGIN ":.*"
#define TIME "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)"
#define TEST_PATH "([a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_-]+)*)?"
#define EXCERPT "[^\\0]{0,16384}"
#define URI "[a-z][a-z0-9+.-]*:.+"

/* Of the fields that KCIDB has those that we write: it takes no others. */
static const struct json_shape shape[] = {
	{ "", 'o', true, NULL },
	{ "version", 'o', true, NULL },
	{ "version.major", 'i', true, NULL },
	{ "version.minor", 'i', false, NULL },

	{ "checkouts", 'a', false, NULL },
	{ "checkouts[]", 'o', false, NULL },
	{ "checkouts[].id", 's', true, ID },
	{ "checkouts[].origin", 's', true, ORIGIN },
	{ "checkouts[].git_repository_url", 's', false, "(https|git)://.*" },
	{ "checkouts[].git_commit_hash", 's', false, "[0-9a-f]{40}" },
	{ "checkouts[].patchset_hash", 's', false, "|[0-9a-f]{64}" },
	{ "checkouts[].start_time", 's', false, TIME },
	{ "checkouts[].comment", 's', false, NULL },
	{ "checkouts[].valid", 'b', false, NULL },

	{ "builds", 'a', false, NULL },
	{ "builds[]", 'o', false, NULL },
	{ "builds[].checkout_id", 's', true, ID },
	{ "builds[].id", 's', true, ID },
	{ "builds[].origin", 's', true, ORIGIN },
	{ "builds[].comment", 's', false, NULL },
	{ "builds[].architecture", 's', false, "[a-z0-9_]*" },
	{ "builds[].config_name", 's', false, NULL },
	{ "builds[].misc", 'O', false, NULL },

	{ "tests", 'a', false, NULL },
	{ "tests[]", 'o', false, NULL },
	{ "tests[].build_id", 's', true, ID },
	{ "tests[].id", 's', true, ID },
	{ "tests[].origin", 's', true, ORIGIN },
	{ "tests[].path", 's', false, TEST_PATH },
	{ "tests[].status", 's', false, "FAIL|ERROR|MISS|PASS|DONE|SKIP" },
	{ "tests[].comment", 's', false, NULL },
	{ "tests[].start_time", 's', false, TIME },
	{ "tests[].duration", 'n', false, NULL },
	{ "tests[].number", 'o', false, NULL },
	{ "tests[].number.value", 'n', true, NULL },
	{ "tests[].number.unit", 's', false, NULL },
	{ "tests[].number.prefix", 's', false, "metric|binary" },
	{ "tests[].log_excerpt", 's', false, EXCERPT },
	{ "tests[].environment", 'o', false, NULL },
	{ "tests[].environment.comment", 's', false, NULL },
	{ "tests[].environment.misc", 'O', false, NULL },
	{ "tests[].misc", 'O', false, NULL },

	{ "issues", 'a', false, NULL },
	{ "issues[]", 'o', false, NULL },
	{ "issues[].id", 's', true, ID },
	{ "issues[].version", 'i', true, NULL },
	{ "issues[].origin", 's', true, ORIGIN },
	{ "issues[].report_url", 's', false, URI },
	{ "issues[].culprit", 'o', false, NULL },
	{ "issues[].culprit.code", 'b', false, NULL },
	{ "issues[].culprit.tool", 'b', false, NULL },
	{ "issues[].culprit.harness", 'b', false, NULL },
	{ "issues[].comment", 's', false, NULL },

	{ "incidents", 'a', false, NULL },
	{ "incidents[]", 'o', false, NULL },
	{ "incidents[].id", 's', true, ID },
	{ "incidents[].origin", 's', true, ORIGIN },
	{ "incidents[].issue_id", 's', true, ID },
	{ "incidents[].issue_version", 'i', true, NULL },
	{ "incidents[].test_id", 's', false, ID },
	{ "incidents[].present", 'b', false, NULL },
};

static void assert_taken(const char *text)
{
	g_autofree char *problem = json_shape_problem(shape, G_N_ELEMENTS(shape), text);

	ck_assert_msg(!problem, "%s", problem);
}

START_TEST(kernelci_takes_it)
{
	if (_i)
		sample_add_all();
	assert_taken(sample_write(kcidb_report));
	sample.origin = "my_ci2";
	sample.commit = "0123456789abcdef0123456789abcdef01234567";
	sample.repository = "https://example.org/qemu.git";
	assert_taken(sample_write(kcidb_report));
}
END_TEST

#define RUN_ID "iplab:iplab-2026-01-31T12:00:00Z"

static const struct {
	const char *path, *want;
} rows[] = {
	{ "$.version", "{\"major\":5,\"minor\":3}" },
	{ "$.checkouts[*].id", "\"" RUN_ID "\"" },
	{ "$.checkouts[0].start_time", "\"2026-01-31T12:00:00.000000+00:00\"" },
	{ "$.checkouts[0].comment", "\"iplab run client=libnet-7.2,lwip\"" },
	{ "$.checkouts[0].git_commit_hash", "" },
	{ "$.checkouts[0].patchset_hash", "" },
	{ "$.builds[0].id", "\"" RUN_ID "/libnet-7.2\"" },
	{ "$.builds[0].checkout_id", "\"" RUN_ID "\"" },
	{ "$.builds[1].id", "\"" RUN_ID "/lwip\"" },
	{ "$.builds[1].comment", "\"lwIP, ours\"" },
	{ "$.builds[1].misc.version", "\"1:7.2\"" },
	{ "$.builds[*].config_name", "[\"libnet-7.2\",\"lwip\"]" },
	{ "$.tests[0].status", "\"FAIL\"" },
	{ "$.tests[0].build_id", "\"" RUN_ID "/libnet-7.2\"" },
	{ "$.tests[0].id", "\"" RUN_ID "/libnet-7.2/builtin/boot/broken/1\"" },
	{ "$.tests[1].status", "\"MISS\"" },
	{ "$.tests[1].log_excerpt", "\"QEMU died\"" },
	{ "$.tests[2].status", "\"FAIL\"" },
	{ "$.tests[2].misc.verdict", "\"xfail\"" },
	{ "$.tests[3].status", "\"PASS\"" },
	{ "$.tests[3].misc.verdict", "\"xpass\"" },
	{ "$.tests[4].status", "\"PASS\"" },
	{ "$.tests[4].path", "\"iplab.builtin.boot.probe\"" },
	{ "$.tests[4].comment", "\"A kernel arrives whole\"" },
	{ "$.tests[4].start_time", "\"2026-01-31T12:00:00.500000+00:00\"" },
	{ "$.tests[4].number", "{\"value\":1.5,\"unit\":\"s\",\"prefix\":\"metric\"}" },
	{ "$.tests[4].log_excerpt", "" },
	{ "$.tests[4].environment.comment", "\"QEMU 7.2\"" },
	{ "$.tests[4].environment.misc.clock", "\"virtual\"" },
	{ "$.tests[4].misc.seed", "1" },
	{ "$.tests[4].misc.journal_sha256", "\"ab\"" },
	{ "$.tests[5].misc.seed", "2" },
	{ "$.tests[6].status", "\"SKIP\"" },
	{ "$.tests[6].number", "" },
	{ "$.tests[6].start_time", "" },
	{ "$.issues[*].id", "\"iplab:iplab-known-x\"" },
	{ "$.issues[0].report_url", "\"https://example.org/1\"" },
	{ "$.issues[0].culprit", "{\"code\":true,\"tool\":false,\"harness\":false}" },
	{ "$.incidents[0].issue_id", "\"iplab:iplab-known-x\"" },
	{ "$.incidents[0].test_id", "\"" RUN_ID "/libnet-7.2/builtin/boot/known/1\"" },
	{ "$.incidents[*].present", "[true,false]" },
};

START_TEST(a_run_is_described)
{
	g_autofree char *got = NULL;

	sample_add_all();
	got = json_at(sample_write(kcidb_report), rows[_i].path);
	ck_assert_msg(g_str_equal(got, rows[_i].want), "%s: %s, not %s", rows[_i].path, got,
		      rows[_i].want);
}
END_TEST

START_TEST(times_are_seconds)
{
	sample_add("c", "s/s", 1, VERDICT_PASS, NULL);
	ck_assert_ptr_nonnull(strstr(sample_write(kcidb_report), "\"duration\":1.234567890,"));
}
END_TEST

START_TEST(the_source_is_the_callers)
{
	g_autofree char *commit = NULL, *patches = NULL, *url = NULL, *id = NULL;

	sample.origin = "my_ci2";
	sample.commit = "0123456789abcdef0123456789abcdef01234567";
	sample.repository = "git://example.org/qemu";
	sample_write(kcidb_report);
	commit = json_at(sample_text->str, "$.checkouts[0].git_commit_hash");
	patches = json_at(sample_text->str, "$.checkouts[0].patchset_hash");
	url = json_at(sample_text->str, "$.checkouts[0].git_repository_url");
	id = json_at(sample_text->str, "$.checkouts[0].id");
	ck_assert_str_eq(commit, "\"0123456789abcdef0123456789abcdef01234567\"");
	ck_assert_str_eq(patches, "\"\"");
	ck_assert_str_eq(url, "\"git://example.org/qemu\"");
	ck_assert_str_eq(id, "\"my_ci2:iplab-2026-01-31T12:00:00Z\"");
}
END_TEST

START_TEST(names_become_a_path)
{
	g_autofree char *got = NULL;

	sample_add("c", "bo.ot/pr obe", 1, VERDICT_PASS, NULL);
	got = json_at(sample_write(kcidb_report), "$.tests[0].path");
	ck_assert_str_eq(got, "\"iplab.builtin.bo_ot.pr_obe\"");
}
END_TEST

START_TEST(a_reason_without_end)
{
	g_autoptr(GString) reason = g_string_new(NULL);

	while (reason->len < 40000)
		g_string_append(reason, "\xc3\xa4");
	sample_add("c", "s/s", 1, VERDICT_FAIL, reason->str);
	assert_taken(sample_write(kcidb_report));
	ck_assert_ptr_nonnull(strstr(sample_text->str, "\xc3\xa4\xc3\xa4"));
}
END_TEST

static const struct {
	bool (*is)(const char *text);
	const char *text;
	bool want;
} word_rows[] = {
	{ kcidb_is_origin, "my_ci2", true },
	{ kcidb_is_origin, "", false },
	{ kcidb_is_origin, "My", false },
	{ kcidb_is_origin, "a:b", false },
	{ kcidb_is_commit, "0123456789abcdef0123456789abcdef01234567", true },
	{ kcidb_is_commit, "0123456789abcdef0123456789abcdef0123456", false },
	{ kcidb_is_commit, "0123456789ABCDEF0123456789abcdef01234567", false },
	{ kcidb_is_commit, "", false },
	{ kcidb_is_repository, "https://example.org/a", true },
	{ kcidb_is_repository, "git://example.org/a", true },
	{ kcidb_is_repository, "ssh://example.org/a", false },
};

START_TEST(words_are_checked)
{
	ck_assert_msg(word_rows[_i].is(word_rows[_i].text) == word_rows[_i].want, "%s",
		      word_rows[_i].text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kcidb");
	TCase *tc = tcase_create("kcidb");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_loop_test(tc, kernelci_takes_it, 0, 2);
	tcase_add_loop_test(tc, a_run_is_described, 0, N_ROWS(rows));
	tcase_add_test(tc, times_are_seconds);
	tcase_add_test(tc, the_source_is_the_callers);
	tcase_add_test(tc, names_become_a_path);
	tcase_add_test(tc, a_reason_without_end);
	suite_add_tcase(s, tc);
	suite_add_rows(s, words_are_checked, N_ROWS(word_rows));
	return suite_run(s);
}
