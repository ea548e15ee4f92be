/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known failures of real boots: how often they happen, and which checks are broken
 */
#include <string.h>

#include "tests/boot/lab.h"
#include "tests/support/suite.h"

#define LOSS "client=lwip-stock", "server=builtin", "scenario=loss/20-percent", "--repeat=12"

/* A run that knows what @known says, before what iplab's own file says. */
static Job *run_knowing(const char *known, const char *const *argv)
{
	g_autofree char *file = lab_file("scenarios/known-failures.ini", known);
	g_autofree char *scenarios = g_path_get_dirname(file);
	g_autofree char *path = g_path_get_dirname(scenarios);
	g_autofree char *env = g_strconcat("IPLAB_PATH=", path, NULL);
	const struct job_options o = { .env = (const char *const[]){ env, NULL } };

	return job_run(&o, argv);
}

static const struct {
	const char *known, *says;
	int code;
} rate_rows[] = {
	{ "rate = 1%..60%", "known failure often: it is lossy", 0 },
	{ "rate = 95%..100%", "expected that 95 % to 100 % of boots pass, saw ", 1 },
	{ "rate = 0%", "expected that 0 % of boots pass, saw ", 1 },
};

START_TEST(a_rate_is_expected)
{
	g_autofree char *known = g_strdup_printf("[failure.often]\nscenario = loss/*\n"
						 "reason = it is lossy\n%s\n",
						 rate_rows[_i].known);
	g_autofree char *dir = lab_path("run"), *again = lab_path("again"), *junit = NULL;
	g_autofree char *path = g_build_filename(dir, "junit.xml", NULL);
	g_autoptr(Job) run =
		run_knowing(known, (const char *const[]){ "run", LOSS, "--out", dir, NULL });
	g_autoptr(Job) tap = NULL, rerun = NULL;

	assert_exit(run, rate_rows[_i].code);
	assert_says(run, rate_rows[_i].says);
	ck_assert(g_file_get_contents(path, &junit, NULL, NULL));
	ck_assert_int_eq(strstr(junit, "loss/20-percent[rate]") != NULL, rate_rows[_i].code);
	tap = job_of("report", "tap", dir);
	assert_exit(tap, 0);
	assert_says(tap, rate_rows[_i].code ? "1..13\n" : "1..12\n");
	rerun = job_of("run", "--rerun-failed", dir, "--out", again, "--list");
	assert_exit(rerun, 0);
	assert_says(rerun, rate_rows[_i].code ? "12 cells (12 virtual" : "Nothing of ");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("known");

	lab_add_rows(s, a_rate_is_expected, N_ROWS(rate_rows));
	return lab_main(s);
}
