/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/known: which results are known failures, and what becomes of them
 */
#include "harness/known.h"

#include <check.h>
#include <string.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

/* An entry that fits the example result; rows add to it. */
#define ENTRY "[failure.x]\nscenario=loss/10-percent\nreason=it gives up\n"

static char *ours, *theirs;
static Result *result;
static Known *known;

static void set_up(void)
{
	ours = temp_folder_new();
	theirs = temp_folder_new();
	result = result_new();
	result->client = g_strdup("libnet-7.2");
	result->server = g_strdup("builtin");
	result->scenario = g_strdup("loss/10-percent");
	result->seed = 7;
	result->clock = g_strdup("virtual");
	result->verdict = VERDICT_FAIL;
	result->reason = g_strdup("ended with hung");
}

static void tear_down(void)
{
	known_free(known);
	result_free(result);
	temp_folder_remove(theirs);
	temp_folder_remove(ours);
}

static void write_known(const char *dir, const char *text)
{
	g_autofree char *path = g_build_filename(dir, "known-failures.ini", NULL);

	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

/* The user's folder is the first one. */
static void load(void)
{
	char *dirs[] = { theirs, ours, NULL };
	g_autoptr(GError) error = NULL;

	known = known_load(dirs, &error);
	ck_assert_msg(known != NULL, "%s", error ? error->message : "");
}

static void set_verdict(enum verdict verdict, const char *reason)
{
	g_free(result->reason);
	result->reason = g_strdup(reason);
	result->verdict = verdict;
}

static void assert_result(enum verdict verdict, const char *reason)
{
	ck_assert_str_eq(verdict_name(result->verdict), verdict_name(verdict));
	ck_assert_pstr_eq(result->reason, reason);
}

START_TEST(nothing_is_known)
{
	load();
	ck_assert_ptr_null(known_files(known)[0]);
	known_apply(known, result);
	assert_result(VERDICT_FAIL, "ended with hung");
	ck_assert_ptr_null(result->known);
}
END_TEST

START_TEST(a_file_with_nothing_but_words)
{
	write_known(ours, "# none yet\n");
	load();
	ck_assert_str_eq(known_files(known)[0] + strlen(ours), "/known-failures.ini");
	ck_assert_ptr_null(known_files(known)[1]);
	known_apply(known, result);
	assert_result(VERDICT_FAIL, "ended with hung");
}
END_TEST

START_TEST(a_fail_is_expected)
{
	write_known(ours, ENTRY);
	load();
	known_apply(known, result);
	assert_result(VERDICT_XFAIL, "known failure x: it gives up; ended with hung");
	ck_assert_str_eq(result->known, "x");
	ck_assert_ptr_null(result->known_link);
}
END_TEST

START_TEST(a_fail_without_a_reason)
{
	write_known(ours, ENTRY "link=https://example.org/1\n");
	load();
	set_verdict(VERDICT_FAIL, NULL);
	known_apply(known, result);
	assert_result(VERDICT_XFAIL, "known failure x: it gives up (https://example.org/1)");
	ck_assert_str_eq(result->known_link, "https://example.org/1");
}
END_TEST

START_TEST(a_pass_is_not_expected)
{
	g_autofree char *want = g_strdup_printf(
		"known failure x did not happen; take [failure.x] out of %s/known-failures.ini",
		ours);

	write_known(ours, ENTRY);
	load();
	set_verdict(VERDICT_PASS, NULL);
	known_apply(known, result);
	assert_result(VERDICT_XPASS, want);
}
END_TEST

START_TEST(a_flaky_one_may_pass)
{
	write_known(ours, ENTRY "flaky=true\n");
	load();
	known_apply(known, result);
	assert_result(VERDICT_XFAIL, "known failure x: it gives up; ended with hung");
	set_verdict(VERDICT_PASS, NULL);
	known_apply(known, result);
	assert_result(VERDICT_PASS, NULL);
}
END_TEST

START_TEST(a_rate_is_noted)
{
	write_known(ours, ENTRY "rate=35%..60.5%\n");
	load();
	known_apply(known, result);
	assert_result(VERDICT_XFAIL, "known failure x: it gives up; ended with hung");
	ck_assert_str_eq(result->rate, "x");
	ck_assert_uint_eq(result->rate_low_ppm, 350000);
	ck_assert_uint_eq(result->rate_high_ppm, 605000);
}
END_TEST

START_TEST(a_pass_belongs_to_the_rate)
{
	write_known(ours, ENTRY "rate=90%\n");
	load();
	set_verdict(VERDICT_PASS, NULL);
	known_apply(known, result);
	assert_result(VERDICT_PASS, NULL);
	ck_assert_str_eq(result->rate, "x");
	ck_assert_uint_eq(result->rate_low_ppm, 900000);
	ck_assert_uint_eq(result->rate_high_ppm, 900000);
	ck_assert_ptr_null(result->known);
}
END_TEST

START_TEST(an_error_belongs_to_no_rate)
{
	write_known(ours, ENTRY "rate=0%..100%\n");
	load();
	set_verdict(VERDICT_ERROR, "QEMU died");
	known_apply(known, result);
	ck_assert_ptr_null(result->rate);
}
END_TEST

START_TEST(what_is_no_verdict_on_the_client_stays)
{
	write_known(ours, ENTRY);
	load();
	set_verdict(VERDICT_ERROR, "QEMU died");
	known_apply(known, result);
	assert_result(VERDICT_ERROR, "QEMU died");
	set_verdict(VERDICT_SKIP, "no firmware");
	known_apply(known, result);
	assert_result(VERDICT_SKIP, "no firmware");
}
END_TEST

START_TEST(the_first_that_fits_decides)
{
	write_known(ours, ENTRY "[failure.later]\nscenario=*\nreason=no\n");
	write_known(theirs, "[failure.other]\nscenario=dhcp/*\nreason=no\n"
			    "[failure.mine]\nscenario=loss/*\nreason=my own\nflaky=true\n");
	load();
	ck_assert(g_str_has_prefix(known_files(known)[0], theirs));
	ck_assert(g_str_has_prefix(known_files(known)[1], ours));
	known_apply(known, result);
	assert_result(VERDICT_XFAIL, "known failure mine: my own; ended with hung");
	set_verdict(VERDICT_PASS, NULL);
	known_apply(known, result);
	assert_result(VERDICT_PASS, NULL);
}
END_TEST

static const struct {
	const char *what, *keys; /* besides a reason */
	bool fits;
} fit_rows[] = {
	{ "another scenario", "scenario=loss/1-percent", false },
	{ "one of two scenarios", "scenario=dhcp/x; loss/10-percent", true },
	{ "* crosses a slash", "scenario=*percent", true },
	{ "? is one character", "scenario=loss/?0-percent", true },
	{ "a part is not enough", "scenario=loss", false },
	{ "this client", "scenario=*\nclient=libnet-*", true },
	{ "one of two clients", "scenario=*\nclient=direct;libnet-7.2;", true },
	{ "another client", "scenario=*\nclient=libnet-8*", false },
	{ "this server", "scenario=*\nserver=builtin", true },
	{ "another server", "scenario=*\nserver=slirp", false },
	{ "any clock", "scenario=*\nclock=any", true },
	{ "this clock", "scenario=*\nclock=virtual", true },
	{ "the other clock", "scenario=*\nclock=wall", false },
	{ "this seed", "scenario=*\nseeds=7", true },
	{ "another seed", "scenario=*\nseeds=70;8", false },
	{ "the low end of a range", "scenario=*\nseeds=7-9", true },
	{ "the high end of a range", "scenario=*\nseeds=1; 3-7", true },
	{ "below a range", "scenario=*\nseeds=8-20", false },
	{ "above a range", "scenario=*\nseeds=0-6", false },
	{ "all that fit", "scenario=*\nclient=*\nserver=*\nclock=virtual\nseeds=0-1000", true },
	{ "all but one that fit", "scenario=*\nclient=*\nserver=slirp\nclock=virtual", false },
};

START_TEST(entries_fit)
{
	g_autofree char *text = g_strdup_printf("[failure.x]\nreason=r\n%s\n", fit_rows[_i].keys);

	write_known(ours, text);
	load();
	known_apply(known, result);
	ck_assert_msg((result->verdict == VERDICT_XFAIL) == fit_rows[_i].fits, "%s: %s",
		      fit_rows[_i].what, verdict_name(result->verdict));
}
END_TEST

START_TEST(the_largest_seed)
{
	write_known(ours, ENTRY "seeds=18446744073709551615\n");
	load();
	known_apply(known, result);
	assert_result(VERDICT_FAIL, "ended with hung");
	result->seed = UINT64_MAX;
	known_apply(known, result);
	ck_assert_int_eq(result->verdict, VERDICT_XFAIL);
}
END_TEST

START_TEST(checks_are_found)
{
	g_autofree char *path = g_build_filename(ours, "known-checks.ini", NULL);

	write_known(theirs, "[check.mine]\ncheck=a.b\nreason=my own\n");
	write_known(ours, "[check.x]\nclient=libnet-*;l?n\ncheck=a.*;b.c\nreason=a bug\n");
	ck_assert(g_file_set_contents(path, "[check.y]\ncheck=b.?\nreason=r\n", -1, NULL));
	load();
	ck_assert_str_eq(known_files(known)[2], path);
	ck_assert_str_eq(known_check(known, "a.b", "lwip")->name, "mine");
	ck_assert_str_eq(known_check(known, "a.c", "lin")->name, "x");
	ck_assert_str_eq(known_check(known, "b.c", "libnet-7.2")->reason, "a bug");
	ck_assert_str_eq(known_check(known, "b.c", "lwip")->name, "y");
	ck_assert_ptr_null(known_check(known, "a.c", "lwip"));
	ck_assert_ptr_null(known_check(known, "b.cd", "libnet-7.2"));
}
END_TEST

START_TEST(one_file_alone)
{
	g_autofree char *path = g_build_filename(ours, "known-failures.ini", NULL);

	write_known(ours, ENTRY);
	known = known_load_file(path, NULL);
	ck_assert_ptr_nonnull(known);
	ck_assert_str_eq(known_files(known)[0], path);
	ck_assert_ptr_null(known_files(known)[1]);
	known_apply(known, result);
	ck_assert_int_eq(result->verdict, VERDICT_XFAIL);
	ck_assert_ptr_null(known_load_file("/nonexistent", NULL));
}
END_TEST

static const struct {
	const char *what, *text;
	unsigned n;        /* boots like the example */
	enum verdict last; /* of the last one; the others pass */
	const char *says;  /* NULL: nothing */
} stale_rows[] = {
	{ "it fits", ENTRY, 1, VERDICT_PASS, NULL },
	{ "a scenario that there is not", ENTRY "[failure.y]\nreason=r\nscenario=loss/*;lost/*\n",
	  1, VERDICT_PASS, "[failure.y] of " },
	{ "which", "[failure.y]\nreason=r\nscenario=loss/*;lost/*\n", 1, VERDICT_PASS,
	  "there is no scenario \"lost/*\"" },
	{ "a check that there is not", "[check.c]\ncheck=a.*;c.d\nreason=r\n", 0, VERDICT_PASS,
	  "there is no check \"c.d\"" },
	{ "flaky, and none fails", ENTRY "flaky=true\n", 10, VERDICT_PASS,
	  "none of 10 boots failed" },
	{ "one fails", ENTRY "flaky=true\n", 10, VERDICT_FAIL, NULL },
	{ "one tells nothing", ENTRY "flaky=true\n", 10, VERDICT_SKIP, NULL },
	{ "too few to tell", ENTRY "flaky=true\n", 9, VERDICT_PASS, NULL },
	{ "another entry decides", ENTRY "[failure.y]\nreason=r\nscenario=*\nflaky=true\n", 10,
	  VERDICT_PASS, NULL },
};

START_TEST(entries_about_nothing)
{
	void *names[] = { (char *)"loss/10-percent" }, *ids[] = { (char *)"a.b" };
	GPtrArray scenarios = { names, 1 }, checks = { ids, 1 };
	g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func((GDestroyNotify)result_free);
	g_autoptr(GString) out = g_string_new(NULL);

	write_known(ours, stale_rows[_i].text);
	load();
	for (unsigned i = 1; i <= stale_rows[_i].n; i++) {
		Result *r =
			result_new_for("c", "libnet-7.2", "builtin", "loss/10-percent", 7, true);

		r->verdict = i < stale_rows[_i].n ? VERDICT_PASS : stale_rows[_i].last;
		known_apply(known, r);
		g_ptr_array_add(results, r);
	}
	known_append_stale(out, known, results, &scenarios, &checks);
	if (stale_rows[_i].says)
		ck_assert_msg(strstr(out->str, stale_rows[_i].says) != NULL, "%s: %s",
			      stale_rows[_i].what, out->str);
	else
		ck_assert_msg(!out->len, "%s: %s", stale_rows[_i].what, out->str);
}
END_TEST

static const struct {
	const char *what, *text;
	int code;
	const char *says; /* so that a person finds the place */
} bad_rows[] = {
	{ "no key file", "failure\n", INI_ERROR_SYNTAX, "" },
	{ "an unknown group", "[fail.x]\nreason=r\n", INI_ERROR_UNKNOWN, "[fail.x]" },
	{ "a group without a name", "[failure.]\nreason=r\n", INI_ERROR_UNKNOWN, "[failure.]" },
	{ "an unknown key", ENTRY "clients=x\n", INI_ERROR_UNKNOWN, "\"clients\"" },
	{ "no reason", "[failure.x]\nscenario=*\n", INI_ERROR_MISSING, "\"reason\"" },
	{ "an empty reason", "[failure.x]\nscenario=*\nreason=\n", INI_ERROR_VALUE, "reason" },
	{ "no scenario", "[failure.x]\nreason=r\n", INI_ERROR_MISSING, "\"scenario\"" },
	{ "an empty scenario", "[failure.x]\nscenario=\nreason=r\n", INI_ERROR_VALUE, "scenario" },
	{ "an empty pattern", ENTRY "client=a;;b\n", INI_ERROR_VALUE, "client is \"\"" },
	{ "commas, as in a filter", ENTRY "client=a,b\n", INI_ERROR_VALUE, "\"a,b\"" },
	{ "brackets, as in a shell", ENTRY "client=libnet-[5-7]*\n", INI_ERROR_VALUE, "[5-7]" },
	{ "a blank in a pattern", ENTRY "client=a b\n", INI_ERROR_VALUE, "\"a b\"" },
	{ "no UTF-8", ENTRY "client=\xff\n", INI_ERROR_VALUE, "client" },
	{ "a server that there is not", ENTRY "server=builtin;built\n", INI_ERROR_VALUE,
	  "\"built\"" },
	{ "a server pattern that fits none", ENTRY "server=b?\n", INI_ERROR_VALUE, "\"b?\"" },
	{ "a clock that there is not", ENTRY "clock=host\n", INI_ERROR_VALUE, "\"host\"" },
	{ "no seeds", ENTRY "seeds=\n", INI_ERROR_VALUE, "seeds" },
	{ "a seed that is no number", ENTRY "seeds=1;two\n", INI_ERROR_VALUE, "\"two\"" },
	{ "a seed below 0", ENTRY "seeds=-1\n", INI_ERROR_VALUE, "\"-1\"" },
	{ "a range from high to low", ENTRY "seeds=20-10\n", INI_ERROR_VALUE, "\"20-10\"" },
	{ "a range without an end", ENTRY "seeds=10-\n", INI_ERROR_VALUE, "\"10-\"" },
	{ "a range of three", ENTRY "seeds=1-2-3\n", INI_ERROR_VALUE, "\"1-2-3\"" },
	{ "a seed too large", ENTRY "seeds=18446744073709551616\n", INI_ERROR_VALUE, "616\"" },
	{ "flaky with another word", ENTRY "flaky=yes\n", INI_ERROR_VALUE, "\"yes\"" },
	{ "a rate without %", ENTRY "rate=90\n", INI_ERROR_VALUE, "\"90\"" },
	{ "a rate above all", ENTRY "rate=101%\n", INI_ERROR_VALUE, "\"101%\"" },
	{ "a rate below none", ENTRY "rate=-1%\n", INI_ERROR_VALUE, "\"-1%\"" },
	{ "a rate that is no number", ENTRY "rate=nan%\n", INI_ERROR_VALUE, "nan" },
	{ "no rate", ENTRY "rate=\n", INI_ERROR_VALUE, "rate" },
	{ "a range from high to low", ENTRY "rate=60%..35%\n", INI_ERROR_VALUE, "60%..35%" },
	{ "half a range", ENTRY "rate=60%..\n", INI_ERROR_VALUE, "60%.." },
	{ "more than a range", ENTRY "rate=1%..2%..3%\n", INI_ERROR_VALUE, "3%" },
	{ "flaky beside a rate", ENTRY "rate=1%\nflaky=true\n", INI_ERROR_VALUE, "flaky" },
	{ "no check", "[check.x]\nreason=r\n", INI_ERROR_MISSING, "\"check\"" },
	{ "a check without a reason", "[check.x]\ncheck=a\nreason=\n", INI_ERROR_VALUE, "reason" },
	{ "checks with commas", "[check.x]\ncheck=a,b\nreason=r\n", INI_ERROR_VALUE, "\"a,b\"" },
	{ "a client of a check", "[check.x]\ncheck=a\nclient=\nreason=r\n", INI_ERROR_VALUE,
	  "[check.x] client" },
	{ "a rate of a check", "[check.x]\ncheck=a\nreason=r\nrate=1%\n", INI_ERROR_UNKNOWN,
	  "\"rate\"" },
	{ "a link that is none", ENTRY "link=bug 7\n", INI_ERROR_VALUE, "\"bug 7\"" },
};

START_TEST(mistakes_are_refused)
{
	char *dirs[] = { theirs, ours, NULL };
	g_autofree char *path = g_build_filename(ours, "known-failures.ini", NULL);
	g_autoptr(GError) error = NULL;

	write_known(theirs, ENTRY);
	write_known(ours, bad_rows[_i].text);
	ck_assert_msg(!known_load(dirs, &error), "%s: accepted", bad_rows[_i].what);
	ck_assert_msg(g_error_matches(error, INI_ERROR, bad_rows[_i].code), "%s: %s",
		      bad_rows[_i].what, error->message);
	ck_assert_msg(g_str_has_prefix(error->message, path) &&
			      strstr(error->message, bad_rows[_i].says),
		      "%s: %s", bad_rows[_i].what, error->message);
}
END_TEST

START_TEST(a_file_that_cannot_be_read)
{
	char *dirs[] = { ours, NULL };
	g_autofree char *path = g_build_filename(ours, "known-failures.ini", NULL);
	g_autoptr(GError) error = NULL;

	ck_assert_int_eq(g_mkdir(path, 0755), 0);
	ck_assert_ptr_null(known_load(dirs, &error));
	ck_assert_ptr_nonnull(error);
	ck_assert_ptr_nonnull(strstr(error->message, path));
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
	Suite *s = suite_create("known");

	add_case(s, "nothing_is_known", nothing_is_known, 1);
	add_case(s, "nothing_but_words", a_file_with_nothing_but_words, 1);
	add_case(s, "a_fail_is_expected", a_fail_is_expected, 1);
	add_case(s, "a_fail_without_a_reason", a_fail_without_a_reason, 1);
	add_case(s, "a_pass_is_not_expected", a_pass_is_not_expected, 1);
	add_case(s, "a_flaky_one_may_pass", a_flaky_one_may_pass, 1);
	add_case(s, "a_rate_is_noted", a_rate_is_noted, 1);
	add_case(s, "a_pass_belongs_to_the_rate", a_pass_belongs_to_the_rate, 1);
	add_case(s, "an_error_belongs_to_no_rate", an_error_belongs_to_no_rate, 1);
	add_case(s, "no_verdict_on_the_client", what_is_no_verdict_on_the_client_stays, 1);
	add_case(s, "the_first_that_fits_decides", the_first_that_fits_decides, 1);
	add_case(s, "entries_fit", entries_fit, N_ROWS(fit_rows));
	add_case(s, "the_largest_seed", the_largest_seed, 1);
	add_case(s, "checks_are_found", checks_are_found, 1);
	add_case(s, "one_file_alone", one_file_alone, 1);
	add_case(s, "entries_about_nothing", entries_about_nothing, N_ROWS(stale_rows));
	add_case(s, "mistakes_are_refused", mistakes_are_refused, N_ROWS(bad_rows));
	add_case(s, "a_file_that_cannot_be_read", a_file_that_cannot_be_read, 1);
	return suite_run(s);
}
