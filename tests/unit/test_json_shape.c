/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tests/support/json_shape: that what holds others to a shape refuses what has none
 */
#include "tests/support/json_shape.h"

#include <check.h>

#include "tests/support/suite.h"

static const struct json_shape shape[] = {
	{ "", 'o', true, NULL },     { "a", 's', true, "x+" },     { "b", 'a', false, NULL },
	{ "b[]", 'o', false, NULL }, { "b[].n", 'i', true, NULL }, { "b[].d", 'n', false, NULL },
	{ "m", 'O', false, NULL },   { "t", 'b', false, NULL },
};

static const struct {
	const char *text, *problem; /* NULL: none */
} rows[] = {
	{ "{\"a\":\"xx\"}", NULL },
	{ "{\"a\":\"x\",\"b\":[{\"n\":1,\"d\":0.5},{\"n\":0}],\"m\":{\"any\":[]},\"t\":true}",
	  NULL },
	{ "{\"a\":\"x\",\"b\":[]}", NULL },
	{ "{}", "a is missing" },
	{ "{\"a\":\"y\"}", "a is \"y\"" },
	{ "{\"a\":\"xx\\n\"}", "a is \"xx\n\"" },
	{ "{\"a\":1}", "a is not of type s" },
	{ "{\"a\":null}", "a is not of type s" },
	{ "{\"a\":\"x\",\"c\":1}", "c is not known" },
	{ "{\"a\":\"x\",\"b\":{}}", "b is not of type a" },
	{ "{\"a\":\"x\",\"b\":[1]}", "b[] is not of type o" },
	{ "{\"a\":\"x\",\"b\":[{\"n\":1},{}]}", "b[].n is missing" },
	{ "{\"a\":\"x\",\"b\":[{\"n\":-1}]}", "b[].n is not of type i" },
	{ "{\"a\":\"x\",\"b\":[{\"n\":1.5}]}", "b[].n is not of type i" },
	{ "{\"a\":\"x\",\"b\":[{\"n\":1,\"d\":\"1\"}]}", "b[].d is not of type n" },
	{ "{\"a\":\"x\",\"m\":1}", "m is not of type O" },
	{ "{\"a\":\"x\",\"t\":1}", "t is not of type b" },
	{ "[]", " is not of type o" },
};

START_TEST(a_shape_is_held)
{
	g_autofree char *problem = json_shape_problem(shape, G_N_ELEMENTS(shape), rows[_i].text);

	ck_assert_msg(!g_strcmp0(problem, rows[_i].problem), "%s: %s, not %s", rows[_i].text,
		      problem ? problem : "no problem",
		      rows[_i].problem ? rows[_i].problem : "none");
}
END_TEST

START_TEST(what_is_no_json)
{
	g_autofree char *problem = json_shape_problem(shape, G_N_ELEMENTS(shape), "{\"a\":");

	ck_assert_ptr_nonnull(problem);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("json_shape");

	suite_add_rows(s, a_shape_is_held, N_ROWS(rows));
	suite_add(s, what_is_no_json);
	return suite_run(s);
}
