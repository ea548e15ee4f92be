/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a run ends early, and when a cell is tried again
 */
#include <glib/gstdio.h>
#include <string.h>

#include "reports/result.h"
#include "tests/boot/lab.h"
#include "tests/boot/run_sum.h"
#include "tests/support/suite.h"

#define FAILS "client=libnet-7.2", "server=builtin", "scenario=demo/missing-initrd"

static unsigned n_results(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autoptr(GPtrArray) results = results_load(path, NULL);

	ck_assert_ptr_nonnull(results);
	return results->len;
}

static const struct {
	const char *option, *value;
	unsigned n;
} early_rows[] = {
	{ "--fail-fast", "-j1", 1 },
	{ "--max-fail=3", "-j1", 3 },
};

START_TEST(enough_has_failed)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j = job_of("run", FAILS, "--repeat", "6", early_rows[_i].option,
				  early_rows[_i].value, "--out", dir);
	g_autoptr(Job) resumed = NULL;

	assert_exit(j, 1);
	assert_says(j, "enough has failed after ");
	assert_says(j, " of 6 cells");
	ck_assert_uint_eq(n_results(dir), early_rows[_i].n);
	resumed = job_of("run", "--resume", dir);
	assert_exit(resumed, 1);
	ck_assert_uint_eq(n_results(dir), 6);
}
END_TEST

/* A QEMU that starts at every second try only. It is asked for its version before. */
#define SHY_QEMU                                                                                   \
	"#!/bin/sh\n"                                                                              \
	"case \"$*\" in\n"                                                                         \
	"*-S*) if [ -e \"$0.tried\" ]; then rm \"$0.tried\"; else : > \"$0.tried\"; exit 1; fi\n"  \
	"esac\n"                                                                                   \
	"exec qemu-system-s390x \"$@\"\n"

/* One that never comes to anything. */
#define IDLE_QEMU                                                                                  \
	"#!/bin/sh\n"                                                                              \
	"case \"$*\" in\n"                                                                         \
	"*-S*) exec sleep 60\n"                                                                    \
	"esac\n"                                                                                   \
	"exec qemu-system-s390x \"$@\"\n"

static char *put_qemu(const char *script)
{
	char *path = lab_file("qemu", script);

	ck_assert_int_eq(g_chmod(path, 0755), 0);
	return path;
}

START_TEST(time_is_over)
{
	g_autofree char *dir = lab_path("run"), *junit = g_build_filename(dir, "junit.xml", NULL);
	g_autofree char *qemu = put_qemu(IDLE_QEMU);
	g_autoptr(Job) j = job_of("run", "client=direct", "server=builtin", "scenario=boot/probe",
				  "--qemu", qemu, "--limit", "1", "--out", dir);

	assert_exit(j, 3);
	assert_says(j, "its time was over after 0 of 1 cells");
	assert_gone(j);
	ck_assert(g_file_test(junit, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(a_flaky_boot)
{
	g_autofree char *qemu = put_qemu(SHY_QEMU), *dir = lab_path("run"), *sum = NULL,
			*again = NULL;
	g_autoptr(Job) j = job_of("run", "client=direct", "server=builtin", "scenario=boot/probe",
				  "--qemu", qemu, "--retries", "1", "--out", dir);

	assert_exit(j, 0);
	assert_says(j, "passed at try 2; the first one: error: ");
	assert_says(j, "0 passed, 0 failed, 0 errors, 0 skipped, 1 flaky");
	sum = run_sum(dir);
	ck_assert_str_eq(sum, "direct/builtin/boot/probe/1 flaky ");
	again = g_build_filename(dir, "cells/direct/builtin/boot/probe/1/again/1/console.gz", NULL);
	ck_assert(g_file_test(again, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(without_retries_it_is_an_error)
{
	g_autofree char *qemu = put_qemu(SHY_QEMU), *dir = lab_path("run");
	g_autoptr(Job) j = job_of("run", "client=direct", "server=builtin", "scenario=boot/probe",
				  "--qemu", qemu, "--out", dir);

	assert_exit(j, 3);
}
END_TEST

/* The same seed would give the same boot. */
START_TEST(nothing_is_tried_again_on_the_virtual_clock)
{
	g_autofree char *dir = lab_path("run"), *again = NULL;
	g_autoptr(Job) j = job_of("run", FAILS, "--retries", "2", "--out", dir);

	assert_exit(j, 1);
	again = g_build_filename(dir, "cells/libnet-7.2/builtin/demo/missing-initrd/1/again", NULL);
	ck_assert(!g_file_test(again, G_FILE_TEST_EXISTS));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("schedule");

	lab_add_rows(s, enough_has_failed, N_ROWS(early_rows));
	lab_add(s, time_is_over);
	lab_add(s, a_flaky_boot);
	lab_add(s, without_retries_it_is_an_error);
	lab_add(s, nothing_is_tried_again_on_the_virtual_clock);
	return lab_main(s);
}
