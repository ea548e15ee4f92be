/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/result: a line for each cell, written and read back
 */
#include "reports/result.h"

#include <check.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/suite.h"

/* A line that is good; rows change it. */
#define LINE                                                                                       \
	"{\"schema\":1,\"cell\":\"c/s/boot/x/7\",\"client\":\"c\",\"server\":\"s\","               \
	"\"scenario\":\"boot/x\",\"seed\":7,\"clock\":\"virtual\",\"verdict\":\"pass\","           \
	"\"reason\":null,\"ending\":\"payload\",\"wall_ns\":12,\"virtual_ns\":34,"                 \
	"\"milestones\":{\"dhcp-ack\":5,\"payload\":6},\"journal_sha256\":\"ab\","                 \
	"\"initrd_crc32\":\"0badcafe\",\"cmdline\":\"a=b\","                                       \
	"\"client_version\":\"1:7.2\",\"client_files\":\"firmware:0123\","                         \
	"\"qemu_version\":\"QEMU 7.2\",\"frames_in\":8,\"frames_out\":9}"

static Result *example(void)
{
	Result *r = result_new();

	r->cell = g_strdup("c/s/boot/x/7");
	r->client = g_strdup("c");
	r->server = g_strdup("s");
	r->scenario = g_strdup("boot/x");
	r->seed = 7;
	r->clock = g_strdup("virtual");
	r->verdict = VERDICT_PASS;
	r->ending = g_strdup("payload");
	r->wall_ns = 12;
	r->virtual_ns = 34;
	result_add_milestone(r, "dhcp-ack", 5);
	result_add_milestone(r, "payload", 6);
	r->journal_sha256 = g_strdup("ab");
	r->initrd_crc32 = g_strdup("0badcafe");
	r->cmdline = g_strdup("a=b");
	r->client_version = g_strdup("1:7.2");
	r->client_files = g_strdup("firmware:0123");
	r->qemu_version = g_strdup("QEMU 7.2");
	r->frames_in = 8;
	r->frames_out = 9;
	return r;
}

START_TEST(a_new_result_is_an_error)
{
	g_autoptr(Result) r = result_new();

	ck_assert_int_eq(r->verdict, VERDICT_ERROR);
	ck_assert_ptr_null(r->cell);
	ck_assert_uint_eq(r->milestones->len, 0);
}
END_TEST

START_TEST(the_version_of_a_daemon_is_named)
{
	g_autoptr(Result) r = example(), again = NULL;
	g_autofree char *line = NULL;

	r->server_version = g_strdup("2.90");
	line = result_to_json(r);
	ck_assert_ptr_nonnull(strstr(line, "\"server\":\"s\",\"server_version\":\"2.90\","));
	again = result_from_json(line, NULL);
	ck_assert_str_eq(again->server_version, "2.90");
}
END_TEST

START_TEST(what_only_some_have_is_read_back)
{
	g_autoptr(Result) r = example(), again = NULL;
	g_autofree char *line = NULL;

	r->begun_unix_ns = 1769860800000000001;
	r->known = g_strdup("x");
	r->known_link = g_strdup("https://example.org");
	r->sweep_axis = g_strdup("packets lost");
	r->sweep_at = g_strdup("5%");
	line = result_to_json(r);
	ck_assert_ptr_nonnull(strstr(line, "\"frames_out\":9,\"begun_unix_ns\":1769860800000000001,"
					   "\"known\":\"x\",\"known_link\":\"https://example.org\","
					   "\"sweep_axis\":\"packets lost\",\"sweep_at\":\"5%\"}"));
	again = result_from_json(line, NULL);
	ck_assert_uint_eq(again->begun_unix_ns, 1769860800000000001);
	ck_assert_str_eq(again->known, "x");
	ck_assert_str_eq(again->known_link, "https://example.org");
	ck_assert_str_eq(again->sweep_axis, "packets lost");
	ck_assert_str_eq(again->sweep_at, "5%");
}
END_TEST

START_TEST(what_was_loaded_and_at_which_speed_is_named)
{
	g_autoptr(Result) r = example(), again = NULL;
	g_autofree char *line = NULL;

	r->bytes_loaded = 136175;
	r->ns_per_insn = 32;
	line = result_to_json(r);
	ck_assert_ptr_nonnull(
		strstr(line, "\"frames_out\":9,\"bytes_loaded\":136175,\"ns_per_insn\":32}"));
	again = result_from_json(line, NULL);
	ck_assert_uint_eq(again->bytes_loaded, 136175);
	ck_assert_uint_eq(again->ns_per_insn, 32);
}
END_TEST

START_TEST(a_result_is_one_line)
{
	g_autoptr(Result) r = example();
	g_autofree char *line = result_to_json(r);

	ck_assert_str_eq(line, LINE);
}
END_TEST

START_TEST(what_is_absent_is_null)
{
	g_autoptr(Result) r = example();
	g_autofree char *line = NULL;

	g_clear_pointer(&r->clock, g_free);
	r->clock = g_strdup("wall");
	g_clear_pointer(&r->ending, g_free);
	g_clear_pointer(&r->journal_sha256, g_free);
	g_clear_pointer(&r->initrd_crc32, g_free);
	g_clear_pointer(&r->cmdline, g_free);
	g_clear_pointer(&r->client_version, g_free);
	g_clear_pointer(&r->client_files, g_free);
	g_clear_pointer(&r->qemu_version, g_free);
	line = result_to_json(r);
	ck_assert_ptr_nonnull(strstr(line, "\"reason\":null,\"ending\":null,\"wall_ns\":12,"
					   "\"virtual_ns\":null,"));
	ck_assert_ptr_nonnull(strstr(line, "\"journal_sha256\":null,\"initrd_crc32\":null,"
					   "\"cmdline\":null,\"client_version\":null,"
					   "\"client_files\":null,\"qemu_version\":null,"));
}
END_TEST

START_TEST(a_line_is_read_back)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Result) r = result_from_json(LINE, &error);
	g_autofree char *line = NULL;

	ck_assert_msg(r != NULL, "%s", error ? error->message : "");
	ck_assert_uint_eq(r->milestones->len, 2);
	ck_assert_str_eq(g_array_index(r->milestones, struct milestone, 1).name, "payload");
	ck_assert_uint_eq(g_array_index(r->milestones, struct milestone, 1).t_ns, 6);
	line = result_to_json(r);
	ck_assert_str_eq(line, LINE);
}
END_TEST

START_TEST(every_seed_is_read_back)
{
	g_autoptr(Result) r = example(), again = NULL;
	g_autofree char *line = NULL;

	r->seed = UINT64_MAX;
	line = result_to_json(r);
	ck_assert_ptr_nonnull(strstr(line, "\"seed\":18446744073709551615,"));
	again = result_from_json(line, NULL);
	ck_assert_ptr_nonnull(again);
	ck_assert(again->seed == UINT64_MAX);
}
END_TEST

START_TEST(a_milestone_keeps_its_first_time)
{
	g_autoptr(Result) r = result_new();

	result_add_milestone(r, "payload", 5);
	result_add_milestone(r, "payload", 6);
	ck_assert_uint_eq(r->milestones->len, 1);
	ck_assert_uint_eq(g_array_index(r->milestones, struct milestone, 0).t_ns, 5);
}
END_TEST

static const struct {
	const char *what, *in;
	const char *raw;  /* in the line */
	const char *want; /* as a JSON reader gets it */
} text_rows[] = {
	{ "nothing", "", "\"\"", "" },
	{ "quotes and backslashes", "a\"b\\c", "\"a\\\"b\\\\c\"", "a\"b\\c" },
	{ "control characters", "a\n\x01\x7f", "\"a\\u000a\\u0001\\u007f\"", "a\n\x01\x7f" },
	{ "UTF-8", "k\xc3\xa4se", "\"k\xc3\xa4se\"", "k\xc3\xa4se" },
	{ "a control character above ASCII", "\xc2\x9b", "\"\\u009b\"", "\xc2\x9b" },
	{ "a byte that is no UTF-8 becomes its code point", "a\xff", "\"a\xc3\xbf\"", "a\xc3\xbf" },
	{ "so do those behind it", "\xff\xc3\xa4", "\"\xc3\xbf\xc3\x83\xc2\xa4\"",
	  "\xc3\xbf\xc3\x83\xc2\xa4" },
	{ "UTF-8 cut short", "\xc3", "\"\xc3\x83\"", "\xc3\x83" },
};

START_TEST(any_command_line_is_json)
{
	g_autoptr(Result) r = example(), again = NULL;
	g_autofree char *line = NULL, *want = NULL;

	g_free(r->cmdline);
	r->cmdline = g_strdup(text_rows[_i].in);
	line = result_to_json(r);
	want = g_strdup_printf("\"cmdline\":%s,", text_rows[_i].raw);
	ck_assert_msg(strstr(line, want) != NULL, "%s: %s", text_rows[_i].what, line);
	again = result_from_json(line, NULL);
	ck_assert_msg(again != NULL, "%s: not read back", text_rows[_i].what);
	ck_assert_msg(g_str_equal(again->cmdline, text_rows[_i].want), "%s: %s", text_rows[_i].what,
		      again->cmdline);
}
END_TEST

static const struct {
	const char *what, *from, *to; /* what is changed in the good line */
	int code;                     /* -1: it stays good */
} line_rows[] = {
	{ "an unknown field", "{\"schema\"", "{\"later\":[{}],\"schema\"", -1 },
	{ "a newer schema", "\"schema\":1", "\"schema\":2", -1 },
	{ "what may be null may be missing", "\"cmdline\":\"a=b\",", "", -1 },
	{ "no virtual time", "\"virtual_ns\":34", "\"virtual_ns\":null", -1 },
	{ "nothing", LINE, "", RESULT_ERROR_SYNTAX },
	{ "cut short", "\"frames_out\":9}", "\"frames_ou", RESULT_ERROR_SYNTAX },
	{ "an array", LINE, "[]", RESULT_ERROR_SYNTAX },
	{ "no UTF-8", "a=b", "\xff", RESULT_ERROR_SYNTAX },
	{ "no schema", "\"schema\":1,", "", RESULT_ERROR_FIELD },
	{ "schema 0", "\"schema\":1", "\"schema\":0", RESULT_ERROR_FIELD },
	{ "no cell", "\"cell\":\"c/s/boot/x/7\",", "", RESULT_ERROR_FIELD },
	{ "a cell that is null", "\"cell\":\"c/s/boot/x/7\"", "\"cell\":null", RESULT_ERROR_FIELD },
	{ "a reason that is a number", "\"reason\":null", "\"reason\":1", RESULT_ERROR_FIELD },
	{ "a seed that is text", "\"seed\":7", "\"seed\":\"7\"", RESULT_ERROR_FIELD },
	{ "a seed with a fraction", "\"seed\":7", "\"seed\":7.5", RESULT_ERROR_FIELD },
	{ "a verdict nobody knows", "\"pass\"", "\"perhaps\"", RESULT_ERROR_FIELD },
	{ "no verdict", "\"verdict\":\"pass\",", "", RESULT_ERROR_FIELD },
	{ "time that runs backwards", "\"wall_ns\":12", "\"wall_ns\":-12", RESULT_ERROR_FIELD },
	{ "a count that is missing", "\"frames_in\":8,", "", RESULT_ERROR_FIELD },
	{ "milestones that are no object", "{\"dhcp-ack\":5,\"payload\":6}", "[]",
	  RESULT_ERROR_FIELD },
	{ "a milestone without a time", "\"dhcp-ack\":5", "\"dhcp-ack\":null", RESULT_ERROR_FIELD },
};

static char *replace(const char *text, const char *from, const char *to)
{
	g_auto(GStrv) parts = g_strsplit(text, from, 2);

	ck_assert_uint_eq(g_strv_length(parts), 2);
	return g_strjoinv(to, parts);
}

START_TEST(lines_are_checked)
{
	g_autofree char *line = replace(LINE, line_rows[_i].from, line_rows[_i].to);
	g_autoptr(GError) error = NULL;
	g_autoptr(Result) r = result_from_json(line, &error);

	ck_assert_msg((r != NULL) == (line_rows[_i].code < 0), "%s: %s", line_rows[_i].what,
		      error ? error->message : "accepted");
	ck_assert_msg(r || g_error_matches(error, RESULT_ERROR, line_rows[_i].code), "%s: %s",
		      line_rows[_i].what, r ? "" : error->message);
}
END_TEST

static GPtrArray *load(const char *text, size_t len, char **path, GError **error)
{
	GPtrArray *results;
	int fd = g_file_open_tmp("iplab-results-XXXXXX", path, NULL);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, len), (ssize_t)len);
	close(fd);
	results = results_load(*path, error);
	g_unlink(*path);
	return results;
}

static const struct {
	const char *what, *text;
	unsigned n;
} file_rows[] = {
	{ "an empty file", "", 0 },
	{ "two lines", LINE "\n" LINE "\n", 2 },
	{ "a last line cut short is ignored", LINE "\n{\"sche", 1 },
	{ "even if it is whole but for its newline", LINE "\n" LINE, 1 },
	{ "nothing but a line cut short", "{", 0 },
};

START_TEST(files_are_read)
{
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) results =
		load(file_rows[_i].text, strlen(file_rows[_i].text), &path, &error);

	ck_assert_msg(results != NULL, "%s: %s", file_rows[_i].what, error ? error->message : "");
	ck_assert_msg(results->len == file_rows[_i].n, "%s: %u", file_rows[_i].what, results->len);
}
END_TEST

#define BYTES(s) (s), sizeof(s) - 1

static const struct {
	const char *what, *text;
	size_t len;
	int line, code;
} bad_file_rows[] = {
	{ "a bad line in the middle", BYTES(LINE "\n{\n" LINE "\n"), 2, RESULT_ERROR_SYNTAX },
	{ "an empty line", BYTES(LINE "\n\n"), 2, RESULT_ERROR_SYNTAX },
	{ "a field that is missing", BYTES("{}\n"), 1, RESULT_ERROR_FIELD },
	{ "zero bytes behind a good line", BYTES(LINE "\0\0\n"), 1, RESULT_ERROR_SYNTAX },
};

START_TEST(bad_files_are_refused)
{
	g_autofree char *path = NULL, *where = NULL;
	g_autoptr(GError) error = NULL;
	GPtrArray *results = load(bad_file_rows[_i].text, bad_file_rows[_i].len, &path, &error);

	ck_assert_msg(!results, "%s: accepted", bad_file_rows[_i].what);
	ck_assert_msg(g_error_matches(error, RESULT_ERROR, bad_file_rows[_i].code), "%s: %s",
		      bad_file_rows[_i].what, error->message);
	where = g_strdup_printf("%s:%d: ", path, bad_file_rows[_i].line);
	ck_assert_msg(g_str_has_prefix(error->message, where), "%s: %s", bad_file_rows[_i].what,
		      error->message);
}
END_TEST

START_TEST(a_file_that_is_not_there)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(results_load("/nonexistent/results.jsonl", &error));
	ck_assert(g_error_matches(error, RESULT_ERROR, RESULT_ERROR_FILE));
}
END_TEST

START_TEST(every_verdict_is_read_back)
{
	g_autoptr(Result) r = example(), again = NULL;
	g_autofree char *line = NULL;

	r->verdict = (enum verdict)_i;
	line = result_to_json(r);
	again = result_from_json(line, NULL);
	ck_assert_msg(again != NULL, "%s", line);
	ck_assert_int_eq(again->verdict, _i);
}
END_TEST

START_TEST(verdicts_have_names)
{
	ck_assert_str_eq(verdict_name(VERDICT_PASS), "pass");
	ck_assert_str_eq(verdict_name(VERDICT_FAIL), "fail");
	ck_assert_str_eq(verdict_name(VERDICT_ERROR), "error");
	ck_assert_str_eq(verdict_name(VERDICT_SKIP), "skip");
	ck_assert_str_eq(verdict_name(VERDICT_XFAIL), "xfail");
	ck_assert_str_eq(verdict_name(VERDICT_XPASS), "xpass");
	ck_assert_str_eq(verdict_name(VERDICT_FLAKY), "flaky");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("result");

	suite_add(s, a_new_result_is_an_error);
	suite_add(s, the_version_of_a_daemon_is_named);
	suite_add(s, what_only_some_have_is_read_back);
	suite_add(s, what_was_loaded_and_at_which_speed_is_named);
	suite_add(s, a_result_is_one_line);
	suite_add(s, what_is_absent_is_null);
	suite_add(s, a_line_is_read_back);
	suite_add(s, every_seed_is_read_back);
	suite_add(s, a_milestone_keeps_its_first_time);
	suite_add_rows(s, any_command_line_is_json, N_ROWS(text_rows));
	suite_add_rows(s, lines_are_checked, N_ROWS(line_rows));
	suite_add_rows(s, files_are_read, N_ROWS(file_rows));
	suite_add_rows(s, bad_files_are_refused, N_ROWS(bad_file_rows));
	suite_add(s, a_file_that_is_not_there);
	suite_add_rows(s, every_verdict_is_read_back, VERDICT_N);
	suite_add(s, verdicts_have_names);
	return suite_run(s);
}
