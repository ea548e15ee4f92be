/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/feature: names to sets, and whose they are
 */
#include "harness/feature.h"

#include <check.h>
#include <string.h>

#include "harness/ini.h"
#include "tests/support/suite.h"

static FeatureSet set_of(const char *name)
{
	char *names[] = { (char *)name, NULL };
	FeatureSet set = 0;

	ck_assert(feature_parse(names, "x", &set, NULL));
	return set;
}

START_TEST(every_name_is_one_bit)
{
	FeatureSet all = 0;

	for (const struct feature *f = features; f->name; f++) {
		FeatureSet one = set_of(f->name);

		ck_assert_msg(one && !(one & (one - 1)) && !(one & all), "%s", f->name);
		ck_assert_msg(f->help && *f->help, "%s has no help", f->name);
		ck_assert(feature_has(one, f->name) && !feature_has(~one, f->name));
		all |= one;
	}
}
END_TEST

START_TEST(sides_share_nothing)
{
	for (const struct feature *f = features; f->name; f++) {
		FeatureSet one = set_of(f->name);
		bool of_client = f->side == FEATURE_OF_CLIENT;

		ck_assert_uint_eq(feature_of_side(one, FEATURE_OF_CLIENT), of_client ? one : 0);
		ck_assert_uint_eq(feature_of_side(one, FEATURE_OF_SERVER), of_client ? 0 : one);
	}
}
END_TEST

static const struct {
	const char *what;
	const char *names[4];
	bool good;
} list_rows[] = {
	{ "the empty list", { NULL }, true },
	{ "the same name twice", { "ccw", "ccw" }, true },
	{ "an unknown name", { "telepathy" }, false },
	{ "an unknown name behind a good one", { "ccw", "telepathy" }, false },
	{ "part of a name", { "pxe" }, false },
	{ "capitals", { "CCW" }, false },
	{ "an empty name", { "" }, false },
	{ "a blank before a name", { " ccw" }, false },
};

START_TEST(lists_are_checked)
{
	FeatureSet set = 0xdead;
	g_autoptr(GError) error = NULL;
	bool ok = feature_parse((char **)list_rows[_i].names, "FILE: [x] requires", &set, &error);

	ck_assert_msg(ok == list_rows[_i].good, "%s", list_rows[_i].what);
	if (ok) {
		ck_assert_uint_eq(set, *list_rows[_i].names ? set_of("ccw") : 0);
		return;
	}
	ck_assert_msg(set == 0xdead, "%s: out was touched", list_rows[_i].what);
	ck_assert(g_error_matches(error, INI_ERROR, INI_ERROR_VALUE));
	ck_assert_ptr_nonnull(strstr(error->message, "FILE: [x] requires"));
	ck_assert_ptr_nonnull(strstr(error->message, "linux-boot"));
}
END_TEST

START_TEST(no_list_is_the_empty_one)
{
	FeatureSet set = 0xdead;

	ck_assert(feature_parse(NULL, "x", &set, NULL));
	ck_assert_uint_eq(set, 0);
}
END_TEST

START_TEST(what_servers_provide)
{
	FeatureSet dnsmasq = feature_of_server("dnsmasq");

	/* What dnsmasq can do, builtin can. */
	ck_assert_uint_eq(dnsmasq,
			  set_of("dhcp-options") | set_of("tftp-blksize") | set_of("repeats"));
	ck_assert_uint_eq(feature_of_server("builtin"), dnsmasq | set_of("server-control") |
								set_of("ipv6-server") |
								set_of("http-server"));
	ck_assert_uint_eq(feature_of_server("slirp"), 0);
	ck_assert_uint_eq(feature_of_server("nobody"), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("feature");

	suite_add(s, every_name_is_one_bit);
	suite_add(s, sides_share_nothing);
	suite_add_rows(s, lists_are_checked, N_ROWS(list_rows));
	suite_add(s, no_list_is_the_empty_one);
	suite_add(s, what_servers_provide);
	return suite_run(s);
}
