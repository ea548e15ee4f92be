/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `iplab run` is asked to do
 */
#include "harness/run_options.h"

#include "harness/command.h"
#include "harness/night.h"

enum {
	N_WORKERS_MAX = 1024,
	N_REPEAT_MAX = 100000,
	N_RETRIES_MAX = 100,
	N_MAX_FAIL_MAX = 1000000,
	LIMIT_S_MAX = 7 * 24 * 3600,
};

struct run_options run_options;

static const GOptionEntry entries[] = {
	{ "plan", 'p', 0, G_OPTION_ARG_STRING, &run_options.plan,
	  "Run this plan: smoke, nightly, full, or a file; a FILTER narrows it", "PLAN" },
	{ "list", 'l', 0, G_OPTION_ARG_NONE, &run_options.list,
	  "Run nothing: say how many cells it would be, of what, and how long", NULL },
	{ "list-cells", 0, 0, G_OPTION_ARG_NONE, &run_options.list_cells,
	  "Run nothing: print the ids of the cells", NULL },
	{ "pairwise", 0, 0, G_OPTION_ARG_NONE, &run_options.pairwise,
	  "Only as many cells as try each pair of client, server and scenario", NULL },
	{ "shard", 0, 0, G_OPTION_ARG_STRING, &run_options.shard,
	  "Run this part of the plan (as the CI engine's variables say, else 1/1)", "INDEX/TOTAL" },
	{ "night", 0, 0, G_OPTION_ARG_STRING, &run_options.night,
	  "Seeds that rotate are those of this night ($" NIGHT_VARIABLE ", else the UTC date)",
	  "N" },
	{ "durations", 0, 0, G_OPTION_ARG_FILENAME, &run_options.durations,
	  "Know from this file, or folder of a run, how long cells take", "PATH" },
	{ "resume", 0, 0, G_OPTION_ARG_FILENAME, &run_options.resume,
	  "Go on with the run in this folder, as it was asked for", "DIR" },
	{ "rerun-failed", 0, 0, G_OPTION_ARG_FILENAME, &run_options.rerun_failed,
	  "Run again what failed in this folder, as it was asked for; results elsewhere", "DIR" },
	{ "retries", 0, 0, G_OPTION_ARG_INT, &run_options.n_retries,
	  "Try what fails on the wall clock so often again; a pass then is \"flaky\" (0)", "N" },
	{ "fail-fast", 0, 0, G_OPTION_ARG_NONE, &run_options.fail_fast,
	  "Begin no further cell after the first unexpected result", NULL },
	{ "max-fail", 0, 0, G_OPTION_ARG_INT, &run_options.n_max_fail, "The same after so many",
	  "N" },
	{ "limit", 0, 0, G_OPTION_ARG_INT, &run_options.limit_s,
	  "Stop after so many seconds, and report what there is", "SECONDS" },
	{ "clock", 0, 0, G_OPTION_ARG_STRING, &run_options.clock,
	  "Where a scenario leaves the choice: virtual or wall (virtual for clients that poll)",
	  "CLOCK" },
	{ "seed", 's', 0, G_OPTION_ARG_INT64, &run_options.seed, "Of the first repetition (1)",
	  "N" },
	{ "repeat", 'n', 0, G_OPTION_ARG_INT, &run_options.n_repeat,
	  "Run each cell so often, each with the next seed (1)", "N" },
	{ "verify-determinism", 0, 0, G_OPTION_ARG_INT, &run_options.n_verify,
	  "Run each cell on the virtual clock so often; any difference is an error", "N" },
	{ "jobs", 'j', 0, G_OPTION_ARG_INT, &run_options.n_workers,
	  "So many at once (as many as CPUs)", "N" },
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &run_options.out,
	  "Folder for the results (reports/runs/UTC-TIME)", "DIR" },
	{ "junit", 0, 0, G_OPTION_ARG_FILENAME, &run_options.junit,
	  "Write the JUnit file here (junit.xml in the folder)", "FILE" },
	{ "json", 0, 0, G_OPTION_ARG_NONE, &run_options.json,
	  "Print each result as a line of JSON, and nothing else, on standard output", NULL },
	{ "tap", 0, 0, G_OPTION_ARG_NONE, &run_options.tap,
	  "Print each result as a test point of TAP 14, and nothing else, on standard output",
	  NULL },
	{ "keep", 'k', 0, G_OPTION_ARG_NONE, &run_options.keep,
	  "Keep captures and served files also of what passed", NULL },
	G_OPTION_ENTRY_NULL,
};

GQuark run_options_error_quark(void)
{
	return g_quark_from_static_string("run-options-error-quark");
}

void run_options_reset(void)
{
	struct run_options *o = &run_options;
	char *texts[] = { o->clock, o->out,    o->junit,        o->plan, o->durations,
			  o->shard, o->resume, o->rerun_failed, o->night };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	run_options = (struct run_options){
		.seed = 1,
		.n_repeat = 1,
		.n_workers = (int)g_get_num_processors(),
	};
}

char **run_options_parse(char **argv, GError **error)
{
	return command_parse(argv, entries, true,
			     "[FILTER...] - boot the selected cells\n\n" COMMAND_FILTER_HELP
			     "\nWithout one, everything runs.",
			     error);
}

static bool check_range(const char *name, int value, int min, int max, GError **error)
{
	if (value >= min && value <= max)
		return true;
	g_set_error(error, RUN_OPTIONS_ERROR, RUN_OPTIONS_ERROR_RANGE,
		    "--%s is %d; allowed are %d to %d", name, value, min, max);
	return false;
}

static bool check_ranges(const struct run_options *o, GError **error)
{
	return check_range("repeat", o->n_repeat, 1, N_REPEAT_MAX, error) &&
	       check_range("jobs", o->n_workers, 1, N_WORKERS_MAX, error) &&
	       check_range("retries", o->n_retries, 0, N_RETRIES_MAX, error) &&
	       check_range("max-fail", o->n_max_fail, 0, N_MAX_FAIL_MAX, error) &&
	       check_range("limit", o->limit_s, 0, LIMIT_S_MAX, error) &&
	       (!o->n_verify ||
		check_range("verify-determinism", o->n_verify, 2, N_REPEAT_MAX, error));
}

static bool check_clashes(const struct run_options *o, GError **error)
{
	const char *problem = NULL;

	if (o->plan && (o->clock || o->pairwise || o->seed != 1 || o->n_repeat != 1))
		problem = "--plan says clock, seeds and repetitions itself: without --clock, "
			  "--seed, --repeat and --pairwise";
	else if (o->night && !o->plan && !o->resume && !o->rerun_failed)
		problem = "--night is for seeds of plans that rotate: with --plan";
	else if (o->json && o->tap)
		problem = "standard output is for one of --json and --tap";
	else if (o->resume && o->rerun_failed)
		problem = "--resume and --rerun-failed are one or the other";
	else if (o->fail_fast && o->n_max_fail)
		problem = "--fail-fast is --max-fail 1";
	else if (o->n_verify && o->n_retries)
		problem = "--verify-determinism is for the virtual clock, --retries for the wall "
			  "clock";
	else if (o->resume && o->out)
		problem = "--resume goes on in its own folder: without --out";
	if (problem)
		g_set_error(error, RUN_OPTIONS_ERROR, RUN_OPTIONS_ERROR_CLASH, "%s", problem);
	return !problem;
}

static bool check_clock(struct run_options *o, GError **error)
{
	bool wall = !g_strcmp0(o->clock, "wall"), virtual = !g_strcmp0(o->clock, "virtual");

	o->clock_kind = wall      ? SCENARIO_CLOCK_WALL
			: virtual ? SCENARIO_CLOCK_VIRTUAL
				  : SCENARIO_CLOCK_ANY;
	if (wall || virtual || !o->clock)
		return true;
	g_set_error(error, RUN_OPTIONS_ERROR, RUN_OPTIONS_ERROR_RANGE,
		    "--clock is \"%s\"; allowed are virtual and wall", o->clock);
	return false;
}

bool run_options_check(GError **error)
{
	struct run_options *o = &run_options;

	if (!check_ranges(o, error) || !check_clashes(o, error) || !check_clock(o, error))
		return false;
	if (o->seed >= 0)
		return true;
	g_set_error(error, RUN_OPTIONS_ERROR, RUN_OPTIONS_ERROR_RANGE,
		    "--seed is %" G_GINT64_FORMAT "; allowed are 0 and more", o->seed);
	return false;
}
