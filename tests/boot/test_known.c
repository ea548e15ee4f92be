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

#define TID "-c", "tftp.tid.wrong-port-data"

static const struct {
	const char *known, *client, *says;
	int code;
} check_rows[] = {
	{ "", "libnet-7.2", "fail  tftp.tid.wrong-port-data  libnet-7.2", 1 },
	{ "[check.tid]\nclient = libnet-*\ncheck = tftp.tid.wrong-*\nreason = any port will do\n",
	  "libnet-7.2", "1 known failure; all is as expected", 0 },
	{ "[check.tid]\ncheck = tftp.tid.wrong-*\nreason = any port will do\n", "lwip",
	  "pass  tftp.tid.wrong-port-data  lwip  was known to be broken", 1 },
	{ "[check.typo]\ncheck = tftp.tdi\nreason = any port will do\n", "lwip",
	  "note: [check.typo] of ", 0 },
};

START_TEST(a_check_is_known)
{
	const char *client = check_rows[_i].client;
	g_autofree char *known = lab_file("known.ini", check_rows[_i].known);
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) run = job_of("conformance", client, TID, "--known", known, "--out", dir);
	g_autoptr(Job) check = job_of("check", dir, TID, "--known", known);

	assert_exit(run, check_rows[_i].code);
	assert_says(run, check_rows[_i].says);
	assert_exit(check, check_rows[_i].code);
	assert_says(check, check_rows[_i].says);
}
END_TEST

/* What was written is all that is expected. */
START_TEST(what_is_broken_is_written)
{
	g_autofree char *dir = lab_path("run"), *known = lab_path("known.ini"), *says = NULL;
	g_autofree char *none = lab_file("none.ini", "");
	g_autoptr(Job) run =
		run_knowing("", (const char *const[]){ "run", "client=libnet-7.2", "server=builtin",
						       "scenario=boot/probe", "--out", dir, NULL });
	g_autoptr(Job) check = NULL, again = NULL;

	assert_exit(run, 0);
	check = job_of("check", dir, "--known", none, "--write-known", known);
	assert_exit(check, 1);
	assert_says(check, "0 known failures, ");
	again = job_of("check", dir, "--known", known);
	assert_exit(again, 0);
	assert_says(again, "; all is as expected");
}
END_TEST

/* A run of boots only notes it. */
START_TEST(a_run_notes_what_is_broken)
{
	g_autofree char *client = lab_file("mine.ini", "[client]\nbase = libnet-7.2\n"
						       "summary = one of my own\n");
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j = job_of("run", "client=mine", "server=builtin", "scenario=boot/probe",
				  "--client-file", client, "--out", dir);

	assert_exit(j, 0);
	assert_says(j, "iplab run: note: ");
	assert_says(j, "passive checks are broken that are not known to be: ");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("known");

	lab_add_rows(s, a_rate_is_expected, N_ROWS(rate_rows));
	lab_add_rows(s, a_check_is_known, N_ROWS(check_rows));
	lab_add(s, what_is_broken_is_written);
	lab_add(s, a_run_notes_what_is_broken);
	return lab_main(s);
}
