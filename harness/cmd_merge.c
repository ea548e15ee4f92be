/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab merge`: shards into one run
 */
#include <stdio.h>
#include <string.h>

#include "harness/command.h"
#include "harness/merge.h"
#include "harness/past_run.h"
#include "harness/run_report.h"
#include "harness/rundir.h"
#include "reports/result.h"

static struct {
	char *out, *junit;
} opt;

static const GOptionEntry entries[] = {
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &opt.out,
	  "Folder for the whole (reports/runs/UTC-TIME)", "DIR" },
	{ "junit", 0, 0, G_OPTION_ARG_FILENAME, &opt.junit,
	  "Write the JUnit file here (junit.xml in the folder)", "FILE" },
	G_OPTION_ENTRY_NULL,
};

static bool write_results(Rundir *dir, GPtrArray *results, GError **error)
{
	for (unsigned i = 0; i < results->len; i++) {
		g_autofree char *json = result_to_json(results->pdata[i]);

		if (!rundir_add_result(dir, json, error))
			return false;
	}
	return true;
}

static uint64_t total_ns(GPtrArray *results)
{
	uint64_t ns = 0;

	for (unsigned i = 0; i < results->len; i++)
		ns += ((const Result *)results->pdata[i])->wall_ns;
	return ns;
}

static bool write_whole(GPtrArray *runs, GPtrArray *results, Rundir *dir, const char *json,
			GError **error)
{
	g_autofree char *path = g_build_filename(rundir_path(dir), "run.json", NULL);

	return g_file_set_contents(path, json, -1, error) && write_results(dir, results, error) &&
	       merge_cells(runs, rundir_path(dir), error);
}

static int merge(GPtrArray *runs, GError **error)
{
	g_autoptr(GPtrArray) results = NULL;
	g_autofree char *json = NULL;
	g_autoptr(Rundir) dir = NULL;
	struct run_report_options report = { .command = "merge", .junit = opt.junit };

	if (!merge_check(runs, error))
		return EXIT_COULD_NOT_RUN;
	json = merge_describe(runs, error);
	if (!json)
		return EXIT_COULD_NOT_RUN;
	results = merge_results(runs);
	dir = rundir_new(opt.out, error);
	if (!dir || !write_whole(runs, results, dir, json, error))
		return EXIT_COULD_NOT_RUN;
	report.dir = rundir_path(dir);
	report.wall_ns = total_ns(results);
	return run_report(results, &report);
}

int command_merge(int argc, char **argv)
{
	g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify)past_run_free);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) args = NULL;
	int code;

	(void)argc;
	args = command_parse(
		argv, entries, false,
		"DIR... - make one run of the folders of all shards\n\n"
		"Refuses, with exit status 3, shards of different plans, missing ones, "
		"and\nthose that are there twice or have not come to their end.",
		&error);
	if (!args)
		return command_usage_error("merge", error->message);
	if (!args[1])
		return command_usage_error("merge", "no shards; give the folder of each");
	for (char **dir = args + 1; *dir; dir++) {
		PastRun *run = past_run_load(*dir, &error);

		if (!run) {
			fprintf(stderr, "iplab merge: %s\n", error->message);
			return EXIT_COULD_NOT_RUN;
		}
		g_ptr_array_add(runs, run);
	}
	code = merge(runs, &error);
	if (error)
		fprintf(stderr, "iplab merge: %s\n", error->message);
	return code;
}
