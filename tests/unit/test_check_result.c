/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/check_result: out as JSON, and back
 */
#include "reports/check_result.h"

#include <check.h>

#include "reports/result.h"
#include "tests/support/suite.h"

START_TEST(there_and_back)
{
	static const uint64_t frames[] = { 2, 7 };
	g_autoptr(Result) r = result_new_for("c/s/a/b/1", "c", "s", "a/b", 1, true);
	g_autoptr(Result) again = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *json = NULL;
	const struct check_result *c = NULL;

	r->n_checks_passed = 5;
	for (int v = 0; v < CHECK_N_VERDICTS; v++)
		g_ptr_array_add(r->checks, check_result_new("a.b", (enum check_verdict)v,
							    v ? g_strdup("it \"says\" so") : NULL,
							    frames, v ? 2 : 0));
	json = result_to_json(r);
	again = result_from_json(json, &error);
	ck_assert_msg(again != NULL, "%s", error ? error->message : "");
	ck_assert_uint_eq(again->n_checks_passed, 5);
	ck_assert_uint_eq(again->checks->len, CHECK_N_VERDICTS);
	for (guint v = 0; v < again->checks->len; v++) {
		c = again->checks->pdata[v];
		ck_assert_str_eq(c->id, "a.b");
		ck_assert_uint_eq(c->verdict, v);
		ck_assert_pstr_eq(c->evidence, v ? "it \"says\" so" : NULL);
		ck_assert_uint_eq(c->frames->len, v ? 2 : 0);
	}
	ck_assert_uint_eq(g_array_index(c->frames, uint64_t, 1), 7);
}
END_TEST

START_TEST(none_is_not_mentioned)
{
	g_autoptr(Result) r = result_new_for("c/s/a/b/1", "c", "s", "a/b", 1, true);
	g_autofree char *json = result_to_json(r);

	ck_assert_ptr_null(strstr(json, "checks"));
}
END_TEST

static const char *const strange[] = {
	"1",
	"{}",
	"{\"id\":\"a.b\"}",
	"{\"id\":\"a.b\",\"verdict\":\"perhaps\"}",
	"{\"id\":1,\"verdict\":\"pass\"}",
	"[]",
	"null",
};

START_TEST(what_is_none)
{
	g_autoptr(JsonNode) node = json_from_string(strange[_i], NULL);

	ck_assert_msg(check_result_from_json(node) == NULL, "%s", strange[_i]);
}
END_TEST

START_TEST(what_is_known_is_kept)
{
	struct check_result *r = check_result_new("a.b", CHECK_FAIL, NULL, NULL, 0), *back;
	g_autofree char *json = NULL;
	g_autoptr(JsonNode) node = NULL;

	r->known = g_strdup("x");
	json = check_result_to_json(r);
	node = json_from_string(json, NULL);
	back = check_result_from_json(node);
	ck_assert_str_eq(back->known, "x");
	check_result_free(back);
	check_result_free(r);
}
END_TEST

START_TEST(strange_frames_are_left_out)
{
	g_autoptr(JsonNode) node = json_from_string(
		"{\"id\":\"a.b\",\"verdict\":\"fail\",\"frames\":[1,\"2\",0,{},3]}", NULL);
	struct check_result *r = check_result_from_json(node);

	ck_assert_ptr_nonnull(r);
	ck_assert_uint_eq(r->frames->len, 2);
	check_result_free(r);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("check_result");

	suite_add(s, there_and_back);
	suite_add(s, none_is_not_mentioned);
	suite_add_rows(s, what_is_none, N_ROWS(strange));
	suite_add(s, what_is_known_is_kept);
	suite_add(s, strange_frames_are_left_out);
	return suite_run(s);
}
