/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans and shards: what is listed is what runs, and parts put together are the whole
 */
#include <glib/gstdio.h>
#include <string.h>

#include "tests/boot/lab.h"
#include "tests/boot/run_sum.h"
#include "tests/support/suite.h"

#define CELLS "client=libnet-7.2,lwip", "server=builtin", "scenario=tftp/*", "clock=virtual"

enum {
	N_SHARDS = 3,
};

static char *shard_dirs[N_SHARDS];

static void run_shards(void)
{
	for (unsigned i = 0; i < N_SHARDS; i++) {
		g_autofree char *shard = g_strdup_printf("%u/%u", i + 1, N_SHARDS);
		g_autoptr(Job) j = NULL;

		shard_dirs[i] = lab_path("shard");
		j = job_of("run", CELLS, "--shard", shard, "--out", shard_dirs[i]);
		assert_exit(j, 0);
	}
}

static void forget_shards(void)
{
	for (unsigned i = 0; i < N_SHARDS; i++)
		g_clear_pointer(&shard_dirs[i], g_free);
}

START_TEST(all_shards_are_the_whole)
{
	g_autofree char *whole = lab_path("whole"), *merged = lab_path("merged");
	g_autofree char *sum_of_whole = NULL, *sum_of_merged = NULL, *junit = NULL;
	g_autoptr(Job) run = job_of("run", CELLS, "--out", whole);
	g_autoptr(Job) merge =
		job_of("merge", shard_dirs[2], shard_dirs[0], shard_dirs[1], "--out", merged);
	g_autoptr(Job) show = NULL;

	assert_exit(run, 0);
	assert_exit(merge, 0);
	sum_of_whole = run_sum(whole);
	sum_of_merged = run_sum(merged);
	ck_assert_str_eq(sum_of_merged, sum_of_whole);
	junit = g_build_filename(merged, "junit.xml", NULL);
	ck_assert(g_file_test(junit, G_FILE_TEST_EXISTS));
	show = job_of("show", "--run", merged, "lwip/builtin/tftp/lost-first-data/1");
	assert_exit(show, 0);
	assert_says(show, "payload");
}
END_TEST

START_TEST(a_missing_shard_is_named)
{
	g_autofree char *merged = lab_path("merged");
	g_autoptr(Job) merge = job_of("merge", shard_dirs[2], shard_dirs[0], "--out", merged);

	assert_exit(merge, 3);
	assert_says(merge, "shard 2 of 3 is missing");
	ck_assert(!g_file_test(merged, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(other_durations_are_another_plan)
{
	g_autofree char *durations =
		lab_file("d.txt", "virtual lwip/builtin/tftp/lost-first-data 5000\n");
	g_autofree char *dir = lab_path("shard"), *merged = lab_path("merged");
	g_autoptr(Job) j =
		job_of("run", CELLS, "--shard", "1/3", "--durations", durations, "--out", dir);
	g_autoptr(Job) merge = job_of("merge", dir, shard_dirs[1], shard_dirs[2], "--out", merged);

	assert_exit(j, 0);
	assert_exit(merge, 3);
	assert_says(merge, "is of plan");
}
END_TEST

static Job *list_with(const char *const *env, const char *option)
{
	const struct job_options o = { .env = env };

	return job_run(&o, (const char *const[]){ "run", CELLS, "--list-cells", option, NULL });
}

START_TEST(an_engine_says_which)
{
	static const char *const env[] = { "CI_NODE_INDEX=2", "CI_NODE_TOTAL=3", NULL };
	static const char *const half[] = { "CI_NODE_TOTAL=3", NULL };
	g_autoptr(Job) by_engine = list_with(env, NULL), by_option = list_with(NULL, "--shard=2/3");
	g_autoptr(Job) overridden = list_with(env, "--shard=1/1"), all = list_with(NULL, NULL);
	g_autoptr(Job) broken = list_with(half, NULL);

	assert_exit(by_engine, 0);
	assert_says(by_engine, "GitLab");
	ck_assert_str_eq(job_out(by_engine), job_out(by_option));
	ck_assert_str_ne(job_out(by_engine), job_out(all));
	ck_assert_str_eq(job_out(overridden), job_out(all));
	assert_exit(broken, 2);
	assert_says(broken, "CI_NODE_INDEX is not set");
}
END_TEST

/* More shards than cells: nothing to do is as expected. */
START_TEST(an_empty_shard)
{
	g_autofree char *dir = lab_path("shard");
	g_autoptr(Job) j = job_of("run", "client=lwip", "server=builtin",
				  "scenario=tftp/lost-first-data", "--shard", "2/2", "--out", dir);

	assert_exit(j, 0);
}
END_TEST

static const char *const plan_rows[] = { "smoke", "nightly", "full" };

START_TEST(a_plan_is_previewed)
{
	g_autoptr(Job) list = job_of("run", "--plan", plan_rows[_i], "--list");
	g_autoptr(Job) cells = job_of("run", "--plan", plan_rows[_i], "--list-cells");
	g_auto(GStrv) ids = g_strsplit(job_out(cells), "\n", -1);
	g_autofree char *total = g_strdup_printf("\n%u cells (", g_strv_length(ids) - 1);

	assert_exit(list, 0);
	assert_exit(cells, 0);
	assert_says(list, total);
	assert_says(list, "  builtin ");
}
END_TEST

START_TEST(a_plan_of_mine_runs)
{
	g_autofree char *path = lab_file("mine.ini", "[plan]\nsummary = s\n[part.a]\n"
						     "filter = client=lwip;server=builtin;"
						     "scenario=tftp/lost-first-data\nrepeat = 2\n"
						     "[part.b]\nfilter = client=direct;"
						     "server=builtin;scenario=boot/probe\n");
	g_autofree char *dir = lab_path("run"), *narrow_dir = lab_path("run");
	g_autoptr(Job) j = job_of("run", "--plan", path, "--out", dir);
	g_autoptr(Job) narrow = job_of("run", "--plan", path, "client=direct", "--out", narrow_dir);
	g_autoptr(Job) contradiction = job_of("run", "--plan", path, "--repeat", "3");

	assert_exit(j, 0);
	assert_says(j, "3 cells (2 virtual, 1 wall)");
	assert_says(j, "3 passed");
	assert_exit(narrow, 0);
	assert_says(narrow, "1 passed");
	assert_exit(contradiction, 2);
}
END_TEST

#define ROTATING                                                                                   \
	"[plan]\nsummary = s\n[part.search]\nrotate = true\nrepeat = 2\n"                          \
	"filter = client=libnet-7.2;server=builtin;scenario=demo/missing-initrd\n"

static Job *run_on_night(const char *night, const char *plan, const char *shard, const char *dir)
{
	g_autofree char *variable = g_strconcat("IPLAB_NIGHT=", night, NULL);
	const char *const env[] = { variable, NULL };
	const struct job_options o = { .env = env };

	return job_run(&o, (const char *const[]){ "run", "--plan", plan, "--shard", shard, "--out",
						  dir, NULL });
}

START_TEST(each_night_has_its_seeds)
{
	g_autofree char *plan = lab_file("mine.ini", ROTATING), *a = lab_path("shard");
	g_autofree char *b = lab_path("shard"), *merged = lab_path("merged");
	g_autoptr(Job) first = run_on_night("7", plan, "1/2", a);
	g_autoptr(Job) second = run_on_night("8", plan, "2/2", b);
	g_autoptr(Job) merge = job_of("merge", a, b, "--out", merged);

	assert_exit(first, 1);
	assert_says(first, "Night 7, as IPLAB_NIGHT says");
	assert_says(first, "/demo/missing-initrd/7001");
	assert_says(second, "/demo/missing-initrd/8002");
	assert_exit(merge, 3);
	assert_says(merge, "another night");
}
END_TEST

/* The date, and the variable, are others by then. */
START_TEST(a_night_can_be_had_again)
{
	g_autofree char *plan = lab_file("mine.ini", ROTATING), *dir = lab_path("run");
	g_autofree char *again = lab_path("again"), *once = NULL, *twice = NULL;
	g_autoptr(Job) run = run_on_night("7", plan, "1/1", dir), rerun = NULL;

	assert_exit(run, 1);
	rerun = job_of("run", "--rerun-failed", dir, "--out", again);
	assert_exit(rerun, 1);
	once = run_sum(dir);
	twice = run_sum(again);
	ck_assert_str_eq(once, twice);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("shard");
	TCase *tc = tcase_create("shards");

	tcase_set_timeout(tc, LAB_TEST_S);
	tcase_add_unchecked_fixture(tc, run_shards, forget_shards);
	tcase_add_test(tc, all_shards_are_the_whole);
	tcase_add_test(tc, a_missing_shard_is_named);
	tcase_add_test(tc, other_durations_are_another_plan);
	suite_add_tcase(s, tc);
	lab_add(s, an_engine_says_which);
	lab_add(s, an_empty_shard);
	lab_add_rows(s, a_plan_is_previewed, N_ROWS(plan_rows));
	lab_add(s, a_plan_of_mine_runs);
	lab_add(s, each_night_has_its_seeds);
	lab_add(s, a_night_can_be_had_again);
	return lab_main(s);
}
