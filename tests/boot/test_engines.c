/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files for engines in ci/: four shards through GNU parallel and through Slurm are the whole
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "harness/tree.h"
#include "tests/boot/lab.h"
#include "tests/boot/run_sum.h"
#include "tests/boot/slurm.h"
#include "tests/support/suite.h"
#include "tests/support/text_file.h"

/* Both clocks; passes, failures that are known, one that is not, and seeds of the night. */
#define PLAN                                                                                       \
	"[plan]\nsummary = s\n"                                                                    \
	"[part.virtual]\nclock = virtual\n"                                                        \
	"filter = client=libnet-7.2,lwip;server=builtin;scenario=tftp/*\n"                         \
	"[part.wall]\nfilter = client=direct;server=builtin;scenario=boot/probe\n"                 \
	"[part.fails]\nfilter = client=libnet-7.2;server=builtin;scenario=demo/missing-initrd\n"   \
	"[part.search]\nrotate = true\n"                                                           \
	"filter = client=lwip;server=builtin;scenario=loss/5-percent\n"
#define NIGHT "7"

G_STATIC_ASSERT(SLURM_FIRST_JOB == 7); /* the number of the job is that of the night */

static char *plan, *sum_of_whole;

static void run_whole(void)
{
	g_autofree char *dir = lab_path("whole");
	g_autoptr(Job) j = NULL;

	plan = lab_file("engines.ini", PLAN);
	j = job_of("run", "--plan", plan, "--night", NIGHT, "--out", dir);
	assert_exit(j, 1);
	sum_of_whole = run_sum(dir);
	ck_assert_ptr_nonnull(strstr(sum_of_whole, "xfail"));
	ck_assert_ptr_nonnull(strstr(sum_of_whole, "/loss/5-percent/7001 "));
}

static void forget_whole(void)
{
	g_clear_pointer(&plan, g_free);
	g_clear_pointer(&sum_of_whole, g_free);
}

static void assert_whole(const char *dir)
{
	static const char *const reports[] = { "iplab.html", "iplab.md", "merged/junit.xml" };
	g_autofree char *merged = g_build_filename(dir, "merged", NULL), *sum = run_sum(merged);

	ck_assert_str_eq(sum, sum_of_whole);
	for (size_t i = 0; i < G_N_ELEMENTS(reports); i++) {
		g_autofree char *path = g_build_filename(dir, reports[i], NULL);

		ck_assert_msg(g_file_test(path, G_FILE_TEST_EXISTS), "%s is not there", path);
	}
}

static void skip(const char *what, const char *why)
{
	printf("skip %s: %s\n", what, why);
	fflush(stdout);
}

/* --- GNU parallel ------------------------------------------------------------------------------
 */

static bool has_parallel(void)
{
	g_autofree char *program = g_find_program_in_path("parallel");

	if (!program)
		skip("GNU parallel", "it is not on this machine");
	return program;
}

/* What `ci/parallel` does with four shards; @iplab in the place of the program. */
static Job *run_parallel(const char *iplab, const char *dir)
{
	g_autofree char *program = source_file("ci/parallel");
	g_autofree char *variable = g_strconcat("IPLAB=", iplab, NULL);
	g_autofree char *home = lab_path("home"), *home_variable = g_strconcat("HOME=", home, NULL);
	const char *const env[] = { variable, home_variable, "IPLAB_NIGHT=" NIGHT, NULL };
	const struct job_options o = { .program = program, .env = env };

	ck_assert_int_eq(g_mkdir_with_parents(home, 0755), 0);
	return job_run(&o, (const char *const[]){ plan, "4", dir, "--jobs", "2", NULL });
}

START_TEST(parallel_shards_are_the_whole)
{
	g_autofree char *dir = lab_path("run of mine");
	g_autoptr(Job) j = NULL;

	if (!has_parallel())
		return;
	j = run_parallel(lab_iplab(), dir);
	assert_exit(j, 1);
	assert_gone(j);
	assert_whole(dir);
}
END_TEST

/* An iplab that dies in shard 3. */
#define MORTAL                                                                                     \
	"#!/bin/sh\n"                                                                              \
	"case \"$*\" in\n"                                                                         \
	"*--shard\\ 3/4*) kill -KILL $$ ;;\n"                                                      \
	"esac\n"                                                                                   \
	"exec %s \"$@\"\n"

START_TEST(parallel_without_a_shard_is_refused)
{
	g_autofree char *script = g_strdup_printf(MORTAL, lab_iplab());
	g_autofree char *mortal = lab_file("iplab", script), *dir = lab_path("run");
	g_autofree char *merged = g_build_filename(dir, "merged", NULL);
	g_autoptr(Job) j = NULL;

	if (!has_parallel())
		return;
	ck_assert_int_eq(g_chmod(mortal, 0755), 0);
	j = run_parallel(mortal, dir);
	assert_exit(j, 3);
	assert_says(j, "shard 3 of 4 is missing");
	ck_assert(!g_file_test(merged, G_FILE_TEST_EXISTS));
}
END_TEST

/* --- Slurm -------------------------------------------------------------------------------------
 */

static char *submit(Slurm *s, const char *cwd, const char *script, const char *option,
		    const char *arg)
{
	g_autofree char *path = source_file(script);
	g_autofree char *program = g_strconcat("IPLAB=", lab_iplab(), NULL);
	g_autofree char *plan_variable = g_strconcat("IPLAB_PLAN=", plan, NULL);
	const char *const env[] = { program, plan_variable, NULL };

	return slurm_submit(s, cwd, env, (const char *const[]){ option, path, arg, NULL });
}

/* Wait for a merge that is to end so; the caller frees what it said. */
static char *wait_for_merge(Slurm *s, const char *cwd, const char *id, const char *want)
{
	g_autofree char *log = g_strdup_printf("iplab-merge-%s.log", id), *outcome = NULL;
	char *text;

	slurm_wait(s);
	outcome = slurm_outcome(s, id);
	text = text_file_get(cwd, log);
	ck_assert_msg(g_str_equal(outcome, want), "%s, not %s; it said:\n%s", outcome, want, text);
	return text;
}

/* The shards, and once they are all over the merge: as the comment in the file says. */
static void run_and_merge(Slurm *s, const char *cwd)
{
	g_autofree char *id = submit(s, cwd, "ci/slurm-array.sbatch", "--array=1-4", NULL);
	g_autofree char *after = g_strconcat("--dependency=afterany:", id, NULL);
	g_autofree char *folder = g_strconcat("iplab-", id, NULL);
	g_autofree char *dir = g_build_filename(cwd, folder, NULL);
	g_autofree char *merge = submit(s, cwd, "ci/slurm-merge.sbatch", after, folder);
	/* The whole has a failure. */
	g_autofree char *text = wait_for_merge(s, cwd, merge, "FAILED 1");

	ck_assert_str_eq(id, NIGHT);
	assert_whole(dir);
}

static void merge_without_a_shard(Slurm *s, const char *cwd)
{
	g_autofree char *dir = g_build_filename(cwd, "iplab-" NIGHT, NULL);
	g_autofree char *shard = g_build_filename(dir, "shard-2", NULL);
	g_autofree char *lost = g_build_filename(cwd, "lost", NULL);
	g_autofree char *merged = g_build_filename(dir, "merged", NULL);
	g_autofree char *merge = NULL, *text = NULL;

	ck_assert_int_eq(g_rename(shard, lost), 0);
	tree_remove(merged);
	merge = submit(s, cwd, "ci/slurm-merge.sbatch", "--nice=0", dir);
	text = wait_for_merge(s, cwd, merge, "FAILED 3");
	ck_assert_msg(strstr(text, "shard 2 of 4 is missing"), "%s", text);
}

START_TEST(slurm_shards_are_the_whole)
{
	g_autofree char *why = NULL, *file = lab_file("cwd/x", ""), *cwd = g_path_get_dirname(file);
	Slurm *s = slurm_start(&why);

	if (!s) {
		skip("Slurm", why);
		return;
	}
	run_and_merge(s, cwd);
	merge_without_a_shard(s, cwd);
	slurm_stop(s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("engines");
	TCase *tc = tcase_create("engines");

	tcase_set_timeout(tc, LAB_TEST_S);
	tcase_add_unchecked_fixture(tc, run_whole, forget_whole);
	tcase_add_test(tc, parallel_shards_are_the_whole);
	tcase_add_test(tc, parallel_without_a_shard_is_refused);
	tcase_add_test(tc, slurm_shards_are_the_whole);
	suite_add_tcase(s, tc);
	return lab_main(s);
}
