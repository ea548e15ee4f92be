/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/tap: each line as the specification has it, and what `prove` makes of it
 */
#include "reports/tap.h"

#include <check.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

#define NASTY_YAML                                                                                 \
	"  message: \"a \\\"b\\\" <c> | d # e \\\\ f\\u000a`g` @all \\u001b[1m \xc3\xbf\"\n"

START_TEST(a_run_is_described)
{
	sample_add_all();
	ck_assert_str_eq(sample_write(tap_report),
			 "TAP version 14\n"
			 "1..7\n"
			 "not ok 1 - libnet-7.2/builtin/boot/broken/1\n"
			 "  ---\n" NASTY_YAML "  verdict: \"fail\"\n"
			 "  ending: \"gave-up\"\n"
			 "  clock: \"virtual\"\n"
			 "  folder: \"cells/libnet-7.2/builtin/boot/broken/1\"\n"
			 "  duration_ms: 1234.567\n"
			 "  ...\n"
			 "not ok 2 - libnet-7.2/builtin/boot/error/1\n"
			 "  ---\n"
			 "  message: \"QEMU died\"\n"
			 "  verdict: \"error\"\n"
			 "  clock: \"virtual\"\n"
			 "  folder: \"cells/libnet-7.2/builtin/boot/error/1\"\n"
			 "  duration_ms: 1234.567\n"
			 "  ...\n"
			 "not ok 3 - libnet-7.2/builtin/boot/known/1 # TODO known failure x: no\n"
			 "  ---\n"
			 "  message: \"known failure x: no\"\n"
			 "  verdict: \"xfail\"\n"
			 "  clock: \"virtual\"\n"
			 "  folder: \"cells/libnet-7.2/builtin/boot/known/1\"\n"
			 "  duration_ms: 1234.567\n"
			 "  ...\n"
			 "not ok 4 - libnet-7.2/builtin/boot/known/2\n"
			 "  ---\n"
			 "  message: \"known failure x did not happen\"\n"
			 "  verdict: \"xpass\"\n"
			 "  clock: \"virtual\"\n"
			 "  folder: \"cells/libnet-7.2/builtin/boot/known/2\"\n"
			 "  duration_ms: 1234.567\n"
			 "  ...\n"
			 "ok 5 - lwip/builtin/boot/probe/1\n"
			 "ok 6 - lwip/builtin/boot/probe/2\n"
			 "ok 7 - lwip/builtin/boot/skipped/1 # SKIP no kernel here\n");
}
END_TEST

START_TEST(an_empty_run_is_skipped)
{
	ck_assert_str_eq(sample_write(tap_report), "TAP version 14\n1..0 # SKIP nothing was run\n");
}
END_TEST

/* A reason is one line, in which nothing else begins. */
START_TEST(reasons_are_escaped)
{
	sample_add("c", "s", 1, VERDICT_SKIP, "a # TODO b\\\nok 2\r\xff");
	ck_assert_str_eq(sample_write(tap_report),
			 "TAP version 14\n1..1\n"
			 "ok 1 - c/builtin/s/1 # SKIP a \\# TODO b\\\\ ok 2 \xef\xbf\xbd\n");
}
END_TEST

START_TEST(a_run_in_pieces_is_the_same)
{
	g_autoptr(GString) text = g_string_new(NULL);

	sample_add_all();
	sample_write(tap_report);
	tap_begin(text, sample_results->len);
	for (unsigned i = 0; i < sample_results->len; i++)
		tap_point(text, i + 1, sample_results->pdata[i]);
	ck_assert_str_eq(text->str, sample_text->str);
}
END_TEST

START_TEST(a_bail_out_is_one_line)
{
	g_autoptr(GString) text = g_string_new(NULL);

	tap_bail_out(text, "no\nmore # of it");
	ck_assert_str_eq(text->str, "Bail out! no more \\# of it\n");
}
END_TEST

START_TEST(version_13_is_the_same)
{
	g_autofree char *text = NULL;

	sample_add_all();
	text = g_strdup(sample_write(tap_report));
	sample_write(tap13_report);
	ck_assert(g_str_has_prefix(sample_text->str, "TAP version 13\n"));
	ck_assert_str_eq(strchr(text, '\n'), strchr(sample_text->str, '\n'));
}
END_TEST

/* What `prove` says of the text, and whether it is content; NULL: it is not here. */
static char *prove(const char *text, bool *content)
{
	g_autofree char *path = NULL, *program = g_find_program_in_path("prove");
	char *argv[] = { program, (char *)"-e", (char *)"cat", NULL, NULL };
	char *out = NULL;
	int fd, status;

	if (!program)
		return NULL;
	fd = g_file_open_tmp("iplab-tap-XXXXXX", &path, NULL);
	ck_assert_int_ge(fd, 0);
	g_close(fd, NULL);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
	argv[3] = path;
	ck_assert(g_spawn_sync(NULL, argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL,
			       &status, NULL));
	*content = g_spawn_check_wait_status(status, NULL);
	g_unlink(path);
	return out;
}

START_TEST(prove_reads_what_failed)
{
	g_autofree char *said = NULL;
	bool content = true;

	sample_add_all();
	said = prove(sample_write(tap13_report), &content);
	if (!said) {
		printf("no prove here: its reading is not tested\n");
		return;
	}
	ck_assert_msg(!content, "%s", said);
	ck_assert_msg(strstr(said, "Failed tests:  1-2, 4\n"), "%s", said);
	ck_assert_msg(strstr(said, "Tests: 7 Failed: 3"), "%s", said);
	ck_assert_msg(!strstr(said, "Parse errors"), "%s", said);
}
END_TEST

START_TEST(prove_is_content_with_what_is_known)
{
	g_autofree char *said = NULL;
	bool content = false;

	sample_add("c", "s", 1, VERDICT_PASS, NULL);
	sample_add("c", "s", 2, VERDICT_XFAIL, "known failure x: # no");
	sample_add("c", "s", 3, VERDICT_SKIP, "not here");
	said = prove(sample_write(tap13_report), &content);
	ck_assert_msg(!said || content, "%s", said);
	ck_assert_msg(!said || strstr(said, "Tests=3"), "%s", said);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tap");
	TCase *tc = tcase_create("tap");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_test(tc, a_run_is_described);
	tcase_add_test(tc, an_empty_run_is_skipped);
	tcase_add_test(tc, reasons_are_escaped);
	tcase_add_test(tc, a_run_in_pieces_is_the_same);
	tcase_add_test(tc, a_bail_out_is_one_line);
	tcase_add_test(tc, version_13_is_the_same);
	tcase_add_test(tc, prove_reads_what_failed);
	tcase_add_test(tc, prove_is_content_with_what_is_known);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
