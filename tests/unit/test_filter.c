/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/filter: the selection grammar
 */
#include "harness/filter.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"

/* A filter from terms separated by blanks. */
static Filter *filter(const char *terms, GError **error)
{
	g_auto(GStrv) list = g_strsplit(terms, " ", -1);

	return filter_parse(list, error);
}

static const struct {
	const char *what, *terms;
	enum filter_axis axis;
	const char *value;
	bool want;
} match_rows[] = {
	{ "no terms select everything", "", FILTER_CLIENT, "direct", true },
	{ "another axis is not asked", "server=slirp", FILTER_CLIENT, "direct", true },
	{ "the name itself", "client=direct", FILTER_CLIENT, "direct", true },
	{ "another name", "client=direct", FILTER_CLIENT, "libnet-7.2", false },
	{ "a name is not its beginning", "client=libnet", FILTER_CLIENT, "libnet-7.2", false },
	{ "case matters", "client=Direct", FILTER_CLIENT, "direct", false },
	{ "a star", "client=libnet-*", FILTER_CLIENT, "libnet-7.2", true },
	{ "a star is nothing as well", "client=direct*", FILTER_CLIENT, "direct", true },
	{ "a star spans slashes", "scenario=*psw", FILTER_SCENARIO, "boot/bootfile-psw", true },
	{ "a question mark is one", "scenario=boot/prob?", FILTER_SCENARIO, "boot/probe", true },
	{ "a question mark is not two", "scenario=boot/pro?", FILTER_SCENARIO, "boot/probe",
	  false },
	{ "commas are or", "server=dnsmasq,slirp", FILTER_SERVER, "slirp", true },
	{ "a repeated axis is or", "server=dnsmasq server=slirp", FILTER_SERVER, "slirp", true },
	{ "an exclusion", "server!=slirp", FILTER_SERVER, "slirp", false },
	{ "an exclusion leaves the others", "server!=slirp", FILTER_SERVER, "builtin", true },
	{ "an exclusion wins", "server=* server!=slirp", FILTER_SERVER, "slirp", false },
	{ "an exclusion with commas", "server!=a,slirp", FILTER_SERVER, "slirp", false },
	{ "an equals sign in a pattern", "tag==x", FILTER_TAG, "=x", true },
	{ "all points of a sweep", "scenario=sweep/loss", FILTER_SCENARIO, "sweep/loss@5", true },
	{ "one point of a sweep", "scenario=sweep/loss@5", FILTER_SCENARIO, "sweep/loss@5", true },
	{ "another point", "scenario=sweep/loss@5", FILTER_SCENARIO, "sweep/loss@50", false },
	{ "a glob of points", "scenario=sweep/*@5", FILTER_SCENARIO, "sweep/loss@5", true },
	{ "an exclusion of one point", "scenario!=sweep/loss@5", FILTER_SCENARIO, "sweep/loss@1",
	  true },
	{ "an exclusion of all points", "scenario!=sweep/loss", FILTER_SCENARIO, "sweep/loss@1",
	  false },
	{ "other axes have no points", "tag=a", FILTER_TAG, "a@b", false },
	{ "brackets are no glob", "client=[a-z]", FILTER_CLIENT, "d", false },
};

START_TEST(values_are_matched)
{
	g_autoptr(Filter) f = filter(match_rows[_i].terms, NULL);

	ck_assert_ptr_nonnull(f);
	ck_assert_msg(filter_matches(f, match_rows[_i].axis, match_rows[_i].value) ==
			      match_rows[_i].want,
		      "%s", match_rows[_i].what);
}
END_TEST

static const struct {
	const char *what, *terms;
	const char *tags[3];
	bool want;
} any_rows[] = {
	{ "one that fits is enough", "tag=smoke", { "slow", "smoke" }, true },
	{ "none fits", "tag=smoke", { "slow" }, false },
	{ "there is none", "tag=smoke", { NULL }, false },
	{ "there is none, and none is asked for", "", { NULL }, true },
	{ "there is none to exclude", "tag!=slow", { NULL }, true },
	{ "one excluded is too many", "tag!=slow", { "smoke", "slow" }, false },
	{ "excluded and asked for", "tag=smoke tag!=slow", { "smoke", "slow" }, false },
};

START_TEST(lists_are_matched)
{
	g_autoptr(Filter) f = filter(any_rows[_i].terms, NULL);

	ck_assert_ptr_nonnull(f);
	ck_assert_msg(filter_matches_any(f, FILTER_TAG, (char **)any_rows[_i].tags) ==
			      any_rows[_i].want,
		      "%s", any_rows[_i].what);
	if (!any_rows[_i].tags[0])
		ck_assert_msg(filter_matches_any(f, FILTER_TAG, NULL) == any_rows[_i].want,
			      "%s: NULL", any_rows[_i].what);
}
END_TEST

static const struct {
	const char *what, *term;
	FilterError want;
} bad_rows[] = {
	{ "no equals sign", "client", FILTER_ERROR_SYNTAX },
	{ "nothing at all", "", FILTER_ERROR_SYNTAX },
	{ "no pattern", "client=", FILTER_ERROR_SYNTAX },
	{ "no pattern to exclude", "client!=", FILTER_ERROR_SYNTAX },
	{ "a comma alone", "client=,", FILTER_ERROR_SYNTAX },
	{ "a comma at the end", "client=a,", FILTER_ERROR_SYNTAX },
	{ "two commas", "client=a,,b", FILTER_ERROR_SYNTAX },
	{ "no axis", "=a", FILTER_ERROR_AXIS },
	{ "no axis to exclude from", "!=a", FILTER_ERROR_AXIS },
	{ "an unknown axis", "seed=1", FILTER_ERROR_AXIS },
	{ "an axis in capitals", "CLIENT=a", FILTER_ERROR_AXIS },
	{ "a blank behind the axis", "client =a", FILTER_ERROR_AXIS },
};

START_TEST(bad_terms_are_refused)
{
	char *terms[] = { (char *)"client=*", (char *)bad_rows[_i].term, NULL };
	g_autoptr(GError) error = NULL;
	g_autoptr(Filter) f = filter_parse(terms, &error);

	ck_assert_msg(!f && g_error_matches(error, FILTER_ERROR, (int)bad_rows[_i].want), "%s: %s",
		      bad_rows[_i].what, error ? error->message : "was taken");
	ck_assert_ptr_nonnull(strstr(error->message, bad_rows[_i].term));
}
END_TEST

static const struct {
	const char *what, *terms;
	const char *want; /* NULL: all were used */
} unused_rows[] = {
	{ "a name that is there", "client=direct", NULL },
	{ "a name that is not", "client=dirct", "dirct" },
	{ "the second of two", "client=direct,dirct", "dirct" },
	{ "a glob may name nothing", "client=x*", NULL },
	{ "an exclusion that names something", "client!=direct", NULL },
	{ "an exclusion that names nothing", "client!=dirct", "dirct" },
	{ "no terms", "", NULL },
};

START_TEST(names_of_nothing_are_found)
{
	g_autoptr(Filter) f = filter(unused_rows[_i].terms, NULL);
	const char *got;

	filter_matches(f, FILTER_CLIENT, "direct");
	filter_matches(f, FILTER_SERVER, "dirct"); /* another axis */
	got = filter_unused(f);
	ck_assert_msg(!g_strcmp0(got, unused_rows[_i].want), "%s: %s", unused_rows[_i].what,
		      got ? got : "none");
}
END_TEST

START_TEST(asking_is_not_excluding)
{
	g_autoptr(Filter) f = filter("client=a server!=b", NULL);

	ck_assert(filter_asks(f, FILTER_CLIENT));
	ck_assert(!filter_asks(f, FILTER_SERVER));
	ck_assert(!filter_asks(f, FILTER_TAG));
}
END_TEST

START_TEST(no_list_of_terms)
{
	g_autoptr(Filter) f = filter_parse(NULL, NULL);

	ck_assert_ptr_nonnull(f);
	ck_assert(filter_matches(f, FILTER_SCENARIO, "x"));
	filter_free(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("filter");

	suite_add_rows(s, values_are_matched, N_ROWS(match_rows));
	suite_add_rows(s, lists_are_matched, N_ROWS(any_rows));
	suite_add_rows(s, bad_terms_are_refused, N_ROWS(bad_rows));
	suite_add_rows(s, names_of_nothing_are_found, N_ROWS(unused_rows));
	suite_add(s, asking_is_not_excluding);
	suite_add(s, no_list_of_terms);
	return suite_run(s);
}
