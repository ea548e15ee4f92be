/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/run_info: what run.json says, and nothing where it says nothing
 */
#include "reports/run_info.h"

#include <check.h>
#include <string.h>

#include "reports/result.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

START_TEST(a_run_is_read)
{
	g_autoptr(RunInfo) run = run_info_parse(SAMPLE_RUN, NULL);

	ck_assert_str_eq(run->iplab, "0.1");
	ck_assert_str_eq(run->started, "2026-01-31T12:00:00Z");
	ck_assert_uint_eq(run->started_unix_ns, SAMPLE_START_NS);
	ck_assert_str_eq(run->command, "run client=libnet-7.2,lwip");
	ck_assert_str_eq(run->kernel, "6.1.0");
	ck_assert_str_eq(run->machine, "x86_64");
	ck_assert_uint_eq(run->n_cells, 8);
	ck_assert_str_eq(g_hash_table_lookup(run->clients, "lwip"), "lwIP, ours");
	ck_assert_str_eq(g_hash_table_lookup(run->scenarios, "boot/probe"),
			 "A kernel arrives whole");
	ck_assert_ptr_null(g_hash_table_lookup(run->clients, "libnet-7.2"));
}
END_TEST

static const char *const odd_rows[] = {
	"{}",
	"{\"iplab\":1,\"started\":[],\"command\":{},\"host\":[],\"clients\":[],\"n_cells\":-1}",
	"{\"started\":null,\"host\":{\"kernel\":{}},\"clients\":{\"a\":1},\"scenarios\":7}",
};

START_TEST(what_is_not_there_is_not_known)
{
	g_autoptr(RunInfo) run = run_info_parse(odd_rows[_i], NULL);

	ck_assert_ptr_nonnull(run);
	ck_assert_ptr_null(run->iplab);
	ck_assert_ptr_null(run->command);
	ck_assert_ptr_null(run->kernel);
	ck_assert_uint_eq(run->started_unix_ns, 0);
	ck_assert_uint_eq(run->n_cells, 0);
	ck_assert_uint_eq(g_hash_table_size(run->clients), 0);
	ck_assert_uint_eq(g_hash_table_size(run->scenarios), 0);
}
END_TEST

START_TEST(a_time_that_is_none)
{
	g_autoptr(RunInfo) run = run_info_parse("{\"started\":\"yesterday\"}", NULL);

	ck_assert_str_eq(run->started, "yesterday");
	ck_assert_uint_eq(run->started_unix_ns, 0);
}
END_TEST

static const char *const bad_rows[] = { "", "[]", "{", "7" };

START_TEST(what_is_no_object)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(run_info_parse(bad_rows[_i], &error));
	ck_assert(g_error_matches(error, RESULT_ERROR, RESULT_ERROR_SYNTAX));
}
END_TEST

START_TEST(a_folder_without_one)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(run_info_load("/nonexistent", &error));
	ck_assert(g_error_matches(error, RESULT_ERROR, RESULT_ERROR_FILE));
	ck_assert_ptr_nonnull(strstr(error->message, "/nonexistent/run.json"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("run_info");

	suite_add(s, a_run_is_read);
	suite_add_rows(s, what_is_not_there_is_not_known, N_ROWS(odd_rows));
	suite_add(s, a_time_that_is_none);
	suite_add_rows(s, what_is_no_object, N_ROWS(bad_rows));
	suite_add(s, a_folder_without_one);
	return suite_run(s);
}
