/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/table: the exact text that a run ends with
 */
#include "reports/table.h"

#include <check.h>
#include <string.h>

#include "reports/result.h"
#include "reports/text.h"
#include "tests/support/suite.h"

#define MS UINT64_C(1000000)

static GPtrArray *results;

static void set_up(void)
{
	results = g_ptr_array_new_with_free_func((void (*)(void *))result_free);
}

static void tear_down(void)
{
	g_ptr_array_unref(results);
}

static Result *add(const char *client, const char *server, const char *scenario, uint64_t seed,
		   enum verdict verdict, uint64_t payload_ms)
{
	Result *r = result_new();

	r->cell = g_strdup_printf("%s/%s/%s/%" G_GUINT64_FORMAT, client, server, scenario, seed);
	r->client = g_strdup(client);
	r->server = g_strdup(server);
	r->scenario = g_strdup(scenario);
	r->seed = seed;
	r->clock = g_strdup("wall");
	r->verdict = verdict;
	r->wall_ns = 5000 * MS;
	if (payload_ms)
		result_add_milestone(r, "payload", payload_ms * MS);
	g_ptr_array_add(results, r);
	return r;
}

static Result *add_bad(const char *client, const char *server, const char *scenario, uint64_t seed,
		       enum verdict verdict, const char *reason)
{
	Result *r = add(client, server, scenario, seed, verdict, 0);

	r->reason = g_strdup(reason);
	return r;
}

static void assert_table(const struct table_options *opt, const char *want)
{
	g_autoptr(GString) got = g_string_new(NULL);

	table_write(got, results, opt);
	ck_assert_str_eq(got->str, want);
}

/* As the runner hands it over: in the order of finishing. */
static void add_small_run(void)
{
	add("libnet-7.2", "slirp", "boot/probe", 1, VERDICT_PASS, 98);
	add("direct", "builtin", "boot/probe", 1, VERDICT_PASS, 45);
	add("libnet-7.2", "builtin", "boot/probe", 3, VERDICT_PASS, 123);
	add("libnet-7.2", "builtin", "boot/probe", 1, VERDICT_PASS, 121);
	add("libnet-7.2", "builtin", "boot/probe", 2, VERDICT_PASS, 1500);
	add("libnet-7.2", "builtin", "boot/linux", 1, VERDICT_PASS, 1234);
	add_bad("libnet-7.2", "slirp", "boot/linux", 1, VERDICT_FAIL, "gave up: E3001");
	add_bad("direct", "builtin", "tftp/missing", 1, VERDICT_SKIP, "no kernel here");
}

#define SMALL_REST                                                                                 \
	"\n"                                                                                       \
	"not passed (see: iplab show CELL)\n"                                                      \
	"  fail   libnet-7.2/slirp/boot/linux/1  gave up: E3001\n"                                 \
	"  skip   direct/builtin/tftp/missing/1  no kernel here\n"                                 \
	"\n"                                                                                       \
	"6 passed, 1 failed, 0 errors, 1 skipped in 12.3 s\n"

START_TEST(a_matrix)
{
	add_small_run();
	assert_table(&(struct table_options){ .wall_ns = 12345 * MS },
		     "              direct         libnet-7.2        libnet-7.2\n"
		     "scenario      builtin        builtin           slirp\n"
		     "boot/linux    -              pass      1.23 s  fail   5.00 s\n"
		     "boot/probe    pass  45.0 ms  pass 3/3  123 ms  pass  98.0 ms\n"
		     "tftp/missing  skip           -                 -\n" SMALL_REST);
}
END_TEST

START_TEST(versions_are_in_their_order)
{
	add("c-10.0", "s", "a/b", 1, VERDICT_PASS, 1);
	add("c-5.2", "s", "a/b", 1, VERDICT_PASS, 1);
	assert_table(&(struct table_options){ .wall_ns = 0 },
		     "          c-5.2          c-10.0\n"
		     "scenario  s              s\n"
		     "a/b       pass  1.00 ms  pass  1.00 ms\n"
		     "\n"
		     "2 passed, 0 failed, 0 errors, 0 skipped in 0.00 ms\n");
}
END_TEST

START_TEST(a_matrix_that_just_fits)
{
	g_autoptr(GString) narrow = g_string_new(NULL);
	g_autoptr(GString) fits = g_string_new(NULL);

	add_small_run();
	table_write(fits, results, &(struct table_options){ .width = 60 });
	ck_assert_ptr_nonnull(strstr(fits->str, "scenario "));
	table_write(narrow, results, &(struct table_options){ .width = 59 });
	ck_assert_ptr_null(strstr(narrow->str, "scenario "));
}
END_TEST

START_TEST(lines_when_the_matrix_is_too_wide)
{
	add_small_run();
	assert_table(&(struct table_options){ .width = 50, .wall_ns = 12345 * MS },
		     "boot/linux    libnet-7.2  builtin  pass       1.23 s\n"
		     "boot/linux    libnet-7.2  slirp    fail       5.00 s\n"
		     "boot/probe    direct      builtin  pass      45.0 ms\n"
		     "boot/probe    libnet-7.2  builtin  pass 3/3   123 ms\n"
		     "boot/probe    libnet-7.2  slirp    pass      98.0 ms\n"
		     "tftp/missing  direct      builtin  skip\n" SMALL_REST);
}
END_TEST

START_TEST(colour_is_only_around_words)
{
	add("c", "s", "x", 1, VERDICT_PASS, 45);
	add_bad("c", "s", "y", 1, VERDICT_ERROR, "QEMU died");
	assert_table(&(struct table_options){ .colour = true },
		     "          c\n"
		     "scenario  s\n"
		     "x         \033[32mpass\033[0m   45.0 ms\n"
		     "y         \033[35merror\033[0m\n"
		     "\n"
		     "not passed (see: iplab show CELL)\n"
		     "  \033[35merror\033[0m  c/s/y/1  QEMU died\n"
		     "\n"
		     "1 passed, 0 failed, 1 error, 0 skipped in 0.00 ms\n");
}
END_TEST

static const struct {
	const char *what;
	unsigned n_of[VERDICT_N];
	const char *want;
} verdict_rows[] = {
	{ "one that passed", { 1, 0, 0, 0 }, "pass" },
	{ "all passed", { 50, 0, 0, 0 }, "pass 50/50" },
	{ "failures come first", { 47, 3, 0, 0 }, "fail 3/50" },
	{ "errors are not hidden by failures", { 47, 2, 1, 0 }, "fail 2/50, error 1/50" },
	{ "errors alone", { 48, 0, 2, 0 }, "error 2/50" },
	{ "skipped ones do not count as passed", { 2, 0, 0, 1 }, "pass 2/3" },
	{ "all skipped", { 0, 0, 0, 2 }, "skip 2/2" },
	{ "a known failure", { 0, 0, 0, 0, 1 }, "xfail" },
	{ "known failures beside what passed", { 2, 0, 0, 0, 1 }, "pass 2/3, xfail 1/3" },
	{ "known failures do not hide failures", { 0, 1, 0, 0, 2 }, "fail 1/3" },
	{ "known failures are more than skips", { 0, 0, 0, 1, 1 }, "xfail 1/2" },
	{ "unexpected passes come before passes", { 2, 0, 0, 0, 0, 1 }, "xpass 1/3" },
	{ "and after failures and errors", { 1, 1, 1, 1, 1, 1 }, "fail 1/6, error 1/6, xpass 1/6" },
};

START_TEST(a_group_is_summed_up)
{
	g_autoptr(GString) got = g_string_new(NULL);
	g_autofree char *want = g_strdup_printf("\nx         %s", verdict_rows[_i].want);
	uint64_t seed = 0;

	for (unsigned v = 0; v < VERDICT_N; v++) {
		for (unsigned i = 0; i < verdict_rows[_i].n_of[v]; i++)
			add("c", "s", "x", seed++, v, 0);
	}
	table_write(got, results, &(struct table_options){ 0 });
	ck_assert_msg(strstr(got->str, want) != NULL, "%s: %s", verdict_rows[_i].what, got->str);
}
END_TEST

START_TEST(the_time_is_the_median_of_what_passed)
{
	g_autoptr(GString) got = g_string_new(NULL);

	add("c", "s", "x", 1, VERDICT_PASS, 100);
	add("c", "s", "x", 2, VERDICT_PASS, 200);
	add("c", "s", "x", 3, VERDICT_FAIL, 9000);
	table_write(got, results, &(struct table_options){ 0 });
	ck_assert_ptr_nonnull(strstr(got->str, "fail 1/3  150 ms\n"));
}
END_TEST

START_TEST(a_boot_without_payload_lasts_to_its_end)
{
	g_autoptr(GString) got = g_string_new(NULL);
	Result *r = add("c", "s", "x", 1, VERDICT_PASS, 0);

	g_free(r->clock);
	r->clock = g_strdup("virtual");
	r->virtual_ns = 80000 * MS;
	table_write(got, results, &(struct table_options){ 0 });
	ck_assert_ptr_nonnull(strstr(got->str, "pass  80.0 s\n"));
}
END_TEST

START_TEST(skips_for_one_reason_are_one_line)
{
	add_bad("c", "s", "x", 2, VERDICT_SKIP, "no kernel");
	add_bad("c", "s", "x", 1, VERDICT_SKIP, "no kernel");
	add_bad("c", "s", "y", 1, VERDICT_SKIP, "no firmware");
	add_bad("c", "s", "z", 1, VERDICT_SKIP, "no kernel");
	assert_table(&(struct table_options){ .wall_ns = 400 * MS },
		     "          c\n"
		     "scenario  s\n"
		     "x         skip 2/2\n"
		     "y         skip\n"
		     "z         skip\n"
		     "\n"
		     "not passed (see: iplab show CELL)\n"
		     "  skip   c/s/x/1  no kernel (and 2 more)\n"
		     "  skip   c/s/y/1  no firmware\n"
		     "\n"
		     "0 passed, 0 failed, 0 errors, 4 skipped in 400 ms\n");
}
END_TEST

START_TEST(what_was_known_comes_after_what_was_not)
{
	add_bad("c", "s", "a", 1, VERDICT_SKIP, "no kernel");
	add_bad("c", "s", "b", 1, VERDICT_XFAIL, "known failure k: slow; hung");
	add_bad("c", "s", "b", 2, VERDICT_XFAIL, "known failure k: slow; hung");
	add_bad("c", "s", "b", 3, VERDICT_XFAIL, "known failure k: slow; gave up");
	add_bad("c", "s", "c", 1, VERDICT_XPASS, "known failure k did not happen");
	add_bad("c", "s", "d", 1, VERDICT_ERROR, "QEMU died");
	add_bad("c", "s", "e", 1, VERDICT_FAIL, "gave up");
	assert_table(&(struct table_options){ .wall_ns = 400 * MS },
		     "          c\n"
		     "scenario  s\n"
		     "a         skip\n"
		     "b         xfail 3/3  5.00 s\n"
		     "c         xpass      5.00 s\n"
		     "d         error\n"
		     "e         fail       5.00 s\n"
		     "\n"
		     "not passed (see: iplab show CELL)\n"
		     "  fail   c/s/e/1  gave up\n"
		     "  error  c/s/d/1  QEMU died\n"
		     "  xpass  c/s/c/1  known failure k did not happen\n"
		     "  xfail  c/s/b/1  known failure k: slow; hung (and 1 more)\n"
		     "  xfail  c/s/b/3  known failure k: slow; gave up\n"
		     "  skip   c/s/a/1  no kernel\n"
		     "\n"
		     "0 passed, 1 failed, 1 error, 1 skipped, 3 known failures, 1 unexpected pass "
		     "in 400 ms\n");
}
END_TEST

static const struct {
	unsigned n_xfail, n_xpass;
	const char *want;
} summary_rows[] = {
	{ 0, 0, "\n1 passed, 0 failed, 0 errors, 0 skipped in " },
	{ 1, 0, "\n1 passed, 0 failed, 0 errors, 0 skipped, 1 known failure in " },
	{ 0, 2, "\n1 passed, 0 failed, 0 errors, 0 skipped, 2 unexpected passes in " },
};

START_TEST(the_summary_names_only_what_there_is)
{
	g_autoptr(GString) got = g_string_new(NULL);
	uint64_t seed = 0;

	add("c", "s", "x", seed++, VERDICT_PASS, 1);
	for (unsigned i = 0; i < summary_rows[_i].n_xfail; i++)
		add("c", "s", "x", seed++, VERDICT_XFAIL, 1);
	for (unsigned i = 0; i < summary_rows[_i].n_xpass; i++)
		add("c", "s", "x", seed++, VERDICT_XPASS, 1);
	table_write(got, results, &(struct table_options){ 0 });
	ck_assert_msg(strstr(got->str, summary_rows[_i].want) != NULL, "%s", got->str);
}
END_TEST

START_TEST(known_failures_have_a_colour_of_their_own)
{
	g_autoptr(GString) got = g_string_new(NULL);

	add_bad("c", "s", "x", 1, VERDICT_XFAIL, "r");
	add_bad("c", "s", "y", 1, VERDICT_XPASS, "r");
	add_bad("c", "s", "z", 1, VERDICT_FLAKY, "r");
	table_write(got, results, &(struct table_options){ .colour = true });
	ck_assert_ptr_nonnull(strstr(got->str, "x         \033[33mxfail\033[0m"));
	ck_assert_ptr_nonnull(strstr(got->str, "y         \033[31mxpass\033[0m"));
	ck_assert_ptr_nonnull(strstr(got->str, "z         \033[33mflaky\033[0m"));
	ck_assert_ptr_nonnull(strstr(got->str, ", 1 flaky in "));
}
END_TEST

START_TEST(an_empty_run)
{
	assert_table(&(struct table_options){ .wall_ns = 400 * MS },
		     "0 passed, 0 failed, 0 errors, 0 skipped in 400 ms\n");
}
END_TEST

START_TEST(reasons_and_names_are_made_safe)
{
	g_autoptr(GString) got = g_string_new(NULL);

	add_bad("c\x1b[2J", "s", "x", 1, VERDICT_FAIL, "said \x1b]0;gotcha\x07\n");
	table_write(got, results, &(struct table_options){ 0 });
	ck_assert_ptr_null(strchr(got->str, '\x1b'));
	ck_assert_ptr_nonnull(strstr(got->str, "said \\x1b]0;gotcha\\x07\\x0a\n"));
	ck_assert_ptr_nonnull(strstr(got->str, "c\\x1b[2J/s/x/1  said"));
}
END_TEST

START_TEST(wide_characters_take_two_columns)
{
	add("c", "s", "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97", 1, VERDICT_PASS, 1);
	add("c", "s", "x", 1, VERDICT_PASS, 1);
	assert_table(&(struct table_options){ 0 },
		     "          c\n"
		     "scenario  s\n"
		     "x         pass  1.00 ms\n"
		     "\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97  pass  1.00 ms\n"
		     "\n"
		     "2 passed, 0 failed, 0 errors, 0 skipped in 0.00 ms\n");
}
END_TEST

static const struct {
	uint64_t ns;
	const char *want;
} duration_rows[] = {
	{ 0, "0.00 ms" },
	{ 4560000, "4.56 ms" },
	{ 9994999, "9.99 ms" },
	{ 9995000, "10.0 ms" },
	{ 99949999, "99.9 ms" },
	{ 99950000, "100 ms" },
	{ 999499999, "999 ms" },
	{ 999500000, "1.00 s" },
	{ 12345678901, "12.3 s" },
	{ UINT64_C(1234000000000), "1234 s" },
	{ UINT64_MAX, "18446744074 s" },
};

START_TEST(durations_have_three_digits)
{
	g_autoptr(GString) got = g_string_new(NULL);

	text_append_duration(got, duration_rows[_i].ns);
	ck_assert_str_eq(got->str, duration_rows[_i].want);
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
	Suite *s = suite_create("table");

	add_case(s, "a_matrix", a_matrix, 1);
	add_case(s, "versions", versions_are_in_their_order, 1);
	add_case(s, "a_matrix_that_just_fits", a_matrix_that_just_fits, 1);
	add_case(s, "lines_when_too_wide", lines_when_the_matrix_is_too_wide, 1);
	add_case(s, "colour", colour_is_only_around_words, 1);
	add_case(s, "a_group", a_group_is_summed_up, N_ROWS(verdict_rows));
	add_case(s, "median", the_time_is_the_median_of_what_passed, 1);
	add_case(s, "no_payload", a_boot_without_payload_lasts_to_its_end, 1);
	add_case(s, "skips", skips_for_one_reason_are_one_line, 1);
	add_case(s, "known_failures", what_was_known_comes_after_what_was_not, 1);
	add_case(s, "the_summary", the_summary_names_only_what_there_is, N_ROWS(summary_rows));
	add_case(s, "colour_of_known", known_failures_have_a_colour_of_their_own, 1);
	add_case(s, "an_empty_run", an_empty_run, 1);
	add_case(s, "safe", reasons_and_names_are_made_safe, 1);
	add_case(s, "wide_characters", wide_characters_take_two_columns, 1);
	add_case(s, "durations", durations_have_three_digits, N_ROWS(duration_rows));
	return suite_run(s);
}
