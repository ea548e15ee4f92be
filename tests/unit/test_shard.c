/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/shard: which one this is, and which cells it has
 */
#include "harness/shard.h"

#include <stdio.h>

#include "tests/support/plan_cells.h"
#include "tests/support/suite.h"

static const struct {
	const char *text;
	unsigned index, total; /* 0: refused */
} parse_rows[] = {
	{ "1/1", 1, 1 }, { "2/4", 2, 4 },     { "4/4", 4, 4 },   { "0/4", 0, 0 },  { "5/4", 0, 0 },
	{ "1/0", 0, 0 }, { "2", 0, 0 },       { "1/2/3", 0, 0 }, { "-1/4", 0, 0 }, { "1/ 4", 0, 0 },
	{ "", 0, 0 },    { "1/10001", 0, 0 }, { "a/b", 0, 0 },
};

START_TEST(parses)
{
	struct shard s = { 77, 78 };
	g_autoptr(GError) error = NULL;
	bool ok = shard_parse(&s, parse_rows[_i].text, &error);

	if (parse_rows[_i].total) {
		ck_assert(ok);
		ck_assert_uint_eq(s.index, parse_rows[_i].index);
		ck_assert_uint_eq(s.total, parse_rows[_i].total);
		return;
	}
	ck_assert_msg(!ok, "%s", parse_rows[_i].text);
	ck_assert(g_error_matches(error, SHARD_ERROR, SHARD_ERROR_SYNTAX));
	ck_assert_uint_eq(s.index, 77);
}
END_TEST

static const struct {
	const char *what, *variables, *engine;
	unsigned index, total; /* 0: refused */
} environment_rows[] = {
	{ "none", "", NULL, 1, 1 },
	{ "GitLab counts from 1", "CI_NODE_INDEX=2 CI_NODE_TOTAL=4", "GitLab", 2, 4 },
	{ "GitLab, a job that is not parallel", "CI_NODE_TOTAL=1", NULL, 1, 1 },
	{ "GitLab without the index", "CI_NODE_TOTAL=4", NULL, 0, 0 },
	{ "GitLab from 0", "CI_NODE_INDEX=0 CI_NODE_TOTAL=4", NULL, 0, 0 },
	{ "CircleCI counts from 0", "CIRCLE_NODE_INDEX=3 CIRCLE_NODE_TOTAL=4", "CircleCI", 4, 4 },
	{ "CircleCI beyond", "CIRCLE_NODE_INDEX=4 CIRCLE_NODE_TOTAL=4", NULL, 0, 0 },
	{ "Buildkite", "BUILDKITE_PARALLEL_JOB=0 BUILDKITE_PARALLEL_JOB_COUNT=3", "Buildkite", 1,
	  3 },
	{ "Slurm, sparse",
	  "SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=10 "
	  "SLURM_ARRAY_TASK_MAX=18 SLURM_ARRAY_TASK_STEP=4",
	  "Slurm", 2, 3 },
	{ "Slurm, a list that no step makes",
	  "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 "
	  "SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_STEP=1",
	  NULL, 0, 0 },
	{ "Slurm, between two steps",
	  "SLURM_ARRAY_TASK_ID=11 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=10 "
	  "SLURM_ARRAY_TASK_STEP=4",
	  NULL, 0, 0 },
	{ "Kubernetes", "JOB_COMPLETION_INDEX=1 IPLAB_SHARD_TOTAL=2", "Kubernetes", 2, 2 },
	{ "Kubernetes does not say how many", "JOB_COMPLETION_INDEX=1", NULL, 0, 0 },
	{ "Bazel", "TEST_SHARD_INDEX=0 TEST_TOTAL_SHARDS=2", "Bazel", 1, 2 },
	{ "no number", "CI_NODE_INDEX=two CI_NODE_TOTAL=4", NULL, 0, 0 },
	{ "two engines", "CI_NODE_INDEX=2 CI_NODE_TOTAL=4 TEST_SHARD_INDEX=0 TEST_TOTAL_SHARDS=2",
	  NULL, 0, 0 },
	{ "one of two is not parallel",
	  "CI_NODE_INDEX=1 CI_NODE_TOTAL=1 TEST_SHARD_INDEX=0 TEST_TOTAL_SHARDS=2", "Bazel", 1, 2 },
};

/* Checks run in processes of their own: what is set here is set for this row alone. */
START_TEST(reads_the_environment)
{
	g_auto(GStrv) variables = g_strsplit(environment_rows[_i].variables, " ", -1);
	const char *what = environment_rows[_i].what, *engine = "untouched";
	struct shard s = { 77, 78 };
	g_autoptr(GError) error = NULL;
	bool ok;

	for (char **v = variables; *v; v++) {
		char *equals = strchr(*v, '=');

		*equals = 0;
		g_setenv(*v, equals + 1, TRUE);
	}
	ok = shard_from_environment(&s, &engine, &error);
	if (!environment_rows[_i].total) {
		ck_assert_msg(!ok, "%s", what);
		ck_assert(g_error_matches(error, SHARD_ERROR, SHARD_ERROR_ENGINE));
		ck_assert_uint_eq(s.index, 77);
		return;
	}
	ck_assert_msg(ok, "%s: %s", what, error ? error->message : "");
	ck_assert_msg(s.index == environment_rows[_i].index, "%s: %u", what, s.index);
	ck_assert_uint_eq(s.total, environment_rows[_i].total);
	ck_assert_pstr_eq(engine, environment_rows[_i].engine);
}
END_TEST

START_TEST(bazel_is_told_that_we_know_shards)
{
	g_autofree char *dir = g_dir_make_tmp("iplab-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "status", NULL);
	struct shard s;

	g_setenv("TEST_SHARD_INDEX", "0", TRUE);
	g_setenv("TEST_TOTAL_SHARDS", "2", TRUE);
	g_setenv("TEST_SHARD_STATUS_FILE", path, TRUE);
	ck_assert(shard_from_environment(&s, NULL, NULL));
	ck_assert(g_file_test(path, G_FILE_TEST_EXISTS));
	ck_assert_int_eq(remove(path), 0);
	ck_assert_int_eq(remove(dir), 0);
}
END_TEST

#define CELLS "a0x1=50 a0x2=50 b0x1=10 c0x1=100 d0x1=10 e0x1=30 f0x1=40"

static const struct {
	struct shard s;
	const char *kept;
} take_rows[] = {
	{ { 1, 1 }, "a0x1 a0x2 b0x1 c0x1 d0x1 e0x1 f0x1" },
	{ { 1, 2 }, "c0x1 d0x1 f0x1" },
	{ { 2, 2 }, "a0x1 a0x2 b0x1 e0x1" },
	{ { 8, 8 }, "" },
};

START_TEST(takes_its_share)
{
	g_autoptr(GPtrArray) cells = plan_cells_of(CELLS);
	g_autofree char *kept = NULL;

	shard_take(cells, take_rows[_i].s);
	kept = plan_cells_text(cells);
	ck_assert_str_eq(kept, take_rows[_i].kept);
}
END_TEST

START_TEST(each_cell_is_in_one_shard)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	unsigned n = 0;

	for (unsigned i = 1; i <= 3; i++) {
		g_autoptr(GPtrArray) cells = plan_cells_of(CELLS);

		shard_take(cells, (struct shard){ i, 3 });
		n += cells->len;
		for (unsigned k = 0; k < cells->len; k++)
			g_hash_table_add(seen, g_strdup(((struct plan_cell *)cells->pdata[k])->id));
	}
	ck_assert_uint_eq(n, 7);
	ck_assert_uint_eq(g_hash_table_size(seen), 7);
}
END_TEST

/* Whatever nobody timed counts all the same: not everything goes to the first. */
START_TEST(without_estimates_they_are_even)
{
	g_autoptr(GPtrArray) cells = plan_cells_of("a0x1 b0x1 c0x1 d0x1 e0x1 f0x1");

	shard_take(cells, (struct shard){ 3, 3 });
	ck_assert_uint_eq(cells->len, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("shard");

	suite_add_rows(s, parses, N_ROWS(parse_rows));
	suite_add_rows(s, reads_the_environment, N_ROWS(environment_rows));
	suite_add(s, bazel_is_told_that_we_know_shards);
	suite_add_rows(s, takes_its_share, N_ROWS(take_rows));
	suite_add(s, each_cell_is_in_one_shard);
	suite_add(s, without_estimates_they_are_even);
	return suite_run(s);
}
