/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run that died goes on, and comes to what it would have come to; what failed runs again
 */
#include <signal.h>
#include <string.h>

#include "tests/boot/lab.h"
#include "tests/boot/run_sum.h"
#include "tests/support/suite.h"

#define CELLS "client=libnet-7.2,lwip", "server=builtin", "scenario=tftp/*", "clock=virtual"
#define FAILS "client=libnet-7.2", "server=builtin", "scenario=demo/missing-initrd,boot/probe"

/* After so many results it is killed. */
static const unsigned moments[] = { 1, 9, 20 };

START_TEST(a_killed_run_goes_on)
{
	g_autofree char *whole = lab_path("whole"), *dir = lab_path("run");
	g_autofree char *sum_of_whole = NULL, *sum = NULL;
	g_autoptr(Job) uninterrupted = job_of("run", CELLS, "--out", whole);
	g_autoptr(Job) killed = job_start(
		NULL, (const char *const[]){ "run", CELLS, "--json", "--out", dir, NULL });
	const struct job_options elsewhere = { .cwd = "/" };
	g_autoptr(Job) resumed = NULL;

	for (unsigned i = 0; i < moments[_i]; i++)
		ck_assert_ptr_nonnull(job_line(killed));
	job_kill(killed, SIGKILL);
	ck_assert_int_eq(job_wait(killed), 256 + SIGKILL);
	assert_gone(killed);
	resumed = job_run(&elsewhere, (const char *const[]){ "run", "--resume", dir, NULL });
	assert_exit(uninterrupted, 0);
	assert_exit(resumed, 0);
	sum_of_whole = run_sum(whole);
	sum = run_sum(dir);
	ck_assert_str_eq(sum, sum_of_whole);
}
END_TEST

/* It tells again what came of it. */
START_TEST(there_is_nothing_left_to_do)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) run = job_of("run", FAILS, "--out", dir);
	g_autoptr(Job) resumed = job_of("run", "--resume", dir);

	assert_exit(run, 1);
	assert_exit(resumed, 1);
	assert_says(resumed, "1 passed, 1 failed");
}
END_TEST

START_TEST(what_failed_runs_again)
{
	g_autofree char *dir = lab_path("run"), *again = lab_path("again"), *sum = NULL;
	g_autoptr(Job) run = job_of("run", FAILS, "--out", dir);
	g_autoptr(Job) rerun = job_of("run", "--rerun-failed", dir, "--out", again);
	g_autoptr(Job) resumed = job_of("run", "--resume", again);

	assert_exit(run, 1);
	assert_exit(rerun, 1);
	assert_says(rerun, "0 passed, 1 failed");
	assert_exit(resumed, 1);
	sum = run_sum(again);
	ck_assert(g_str_has_prefix(sum, "libnet-7.2/builtin/demo/missing-initrd/1 fail "));
	ck_assert_ptr_null(strchr(sum, '\n'));
}
END_TEST

START_TEST(nothing_failed)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) run = job_of("run", "client=lwip", "server=builtin",
				    "scenario=tftp/lost-first-data", "--out", dir);
	g_autoptr(Job) rerun = job_of("run", "--rerun-failed", dir);

	assert_exit(run, 0);
	assert_exit(rerun, 0);
	assert_says(rerun, "failed");
}
END_TEST

START_TEST(what_is_refused)
{
	g_autofree char *dir = lab_path("run"), *nowhere = lab_path("nowhere");
	g_autoptr(Job) run = job_of("run", FAILS, "--out", dir);
	g_autoptr(Job) filter = job_of("run", "--resume", dir, "client=lwip");
	g_autoptr(Job) other = job_of("run", "--resume", dir, "--seed", "2");
	g_autoptr(Job) both = job_of("run", "--resume", dir, "--rerun-failed", dir);
	g_autoptr(Job) none = job_of("run", "--resume", nowhere);

	assert_exit(run, 1);
	assert_exit(filter, 2);
	assert_exit(other, 3);
	assert_says(other, "other cells today");
	assert_exit(both, 2);
	assert_exit(none, 3);
}
END_TEST

/* A QEMU of our own, which can become another one. */
static void write_qemu(const char *path, const char *comment)
{
	g_autofree char *script =
		g_strdup_printf("#!/bin/sh\n# %s\nexec qemu-system-s390x \"$@\"\n", comment);

	ck_assert(g_file_set_contents_full(path, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
}

START_TEST(another_qemu_than_when_it_began)
{
	g_autofree char *dir = lab_path("run"), *qemu = lab_path("my-qemu");
	g_autofree char *says = g_strdup_printf("qemu of client libnet-7.2, %s, is not", qemu);
	g_autoptr(Job) run = NULL, other = NULL, resumed = NULL;

	write_qemu(qemu, "one");
	run = job_of("run", "client=libnet-7.2", "server=builtin", "scenario=demo/missing-initrd",
		     "--repeat=2", "-j1", "--fail-fast", "--qemu", qemu, "--out", dir);
	assert_exit(run, 1);
	write_qemu(qemu, "two");
	other = job_of("run", "--resume", dir);
	assert_exit(other, 3);
	assert_says(other, says);
	write_qemu(qemu, "one");
	resumed = job_of("run", "--resume", dir);
	assert_exit(resumed, 1);
	assert_says(resumed, "0 passed, 2 failed");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("resume");

	lab_add_rows(s, a_killed_run_goes_on, N_ROWS(moments));
	lab_add(s, there_is_nothing_left_to_do);
	lab_add(s, what_failed_runs_again);
	lab_add(s, nothing_failed);
	lab_add(s, what_is_refused);
	lab_add(s, another_qemu_than_when_it_began);
	return lab_main(s);
}
