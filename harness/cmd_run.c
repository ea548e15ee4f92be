/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab run`: run the selected cells
 *
 * Reads the command line, plans the cells, has them run, and writes the reports.
 */
#include <stdio.h>

#include "harness/catalogue.h"
#include "harness/command.h"
#include "harness/durations.h"
#include "harness/known.h"
#include "harness/paths.h"
#include "harness/plan.h"
#include "harness/run_cells.h"
#include "harness/run_report.h"
#include "harness/shard.h"

enum {
	N_WORKERS_MAX = 1024,
	N_REPEAT_MAX = 100000,
};

static struct {
	gint64 seed;
	int n_repeat, n_workers, n_verify;
	char *clock, *out, *junit, *plan, *durations, *shard;
	enum scenario_clock clock_kind;
	gboolean json, keep, pairwise, list, list_cells;
} opt;

static const GOptionEntry entries[] = {
	{ "plan", 'p', 0, G_OPTION_ARG_STRING, &opt.plan,
	  "Run this plan: smoke, nightly, full, or a file; a FILTER narrows it", "PLAN" },
	{ "list", 'l', 0, G_OPTION_ARG_NONE, &opt.list,
	  "Run nothing: say how many cells it would be, of what, and how long", NULL },
	{ "list-cells", 0, 0, G_OPTION_ARG_NONE, &opt.list_cells,
	  "Run nothing: print the ids of the cells", NULL },
	{ "pairwise", 0, 0, G_OPTION_ARG_NONE, &opt.pairwise,
	  "Only as many cells as try each pair of client, server and scenario", NULL },
	{ "shard", 0, 0, G_OPTION_ARG_STRING, &opt.shard,
	  "Run this part of the plan (as the CI engine's variables say, else 1/1)", "INDEX/TOTAL" },
	{ "durations", 0, 0, G_OPTION_ARG_FILENAME, &opt.durations,
	  "Know from this file, or folder of a run, how long cells take", "PATH" },
	{ "clock", 0, 0, G_OPTION_ARG_STRING, &opt.clock,
	  "Where a scenario leaves the choice: virtual or wall (virtual for clients that poll)",
	  "CLOCK" },
	{ "seed", 's', 0, G_OPTION_ARG_INT64, &opt.seed, "Of the first repetition (1)", "N" },
	{ "repeat", 'n', 0, G_OPTION_ARG_INT, &opt.n_repeat,
	  "Run each cell so often, each with the next seed (1)", "N" },
	{ "verify-determinism", 0, 0, G_OPTION_ARG_INT, &opt.n_verify,
	  "Run each cell on the virtual clock so often; any difference is an error", "N" },
	{ "jobs", 'j', 0, G_OPTION_ARG_INT, &opt.n_workers, "So many at once (as many as CPUs)",
	  "N" },
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &opt.out,
	  "Folder for the results (reports/runs/UTC-TIME)", "DIR" },
	{ "junit", 0, 0, G_OPTION_ARG_FILENAME, &opt.junit,
	  "Write the JUnit file here (junit.xml in the folder)", "FILE" },
	{ "json", 0, 0, G_OPTION_ARG_NONE, &opt.json,
	  "Print each result as a line of JSON, and nothing else, on standard output", NULL },
	{ "keep", 'k', 0, G_OPTION_ARG_NONE, &opt.keep,
	  "Keep captures and served files also of what passed", NULL },
	G_OPTION_ENTRY_NULL,
};

/* Takes @cells. */
static int run_and_report(GPtrArray *cells, const struct rundir_plan *plan, const Known *known,
			  const Checks *checks, char **command)
{
	struct run_cells_options options = {
		.out = opt.out,
		.n_workers = (unsigned)opt.n_workers,
		.n_verify = (unsigned)opt.n_verify,
		.json = opt.json,
		.keep_captures = opt.keep,
		.keep_trees = opt.keep,
		.plan = plan,
		.known = known,
		.checks = checks,
	};
	struct run_report_options report = {
		.command = "run",
		.junit = opt.junit,
		.quiet = opt.json,
		.is_part = plan->shard.total > 1,
	};
	gint64 start_us = g_get_monotonic_time();
	g_autoptr(GError) error = NULL;
	g_autoptr(RunCells) run = run_cells_new(cells, &options, command, &error);
	bool whole;
	int code;

	if (!run) {
		fprintf(stderr, "iplab run: %s\n", error->message);
		return EXIT_COULD_NOT_RUN;
	}
	whole = run_cells_work(run);
	report.dir = run_cells_dir(run);
	report.write_error = run_cells_write_error(run);
	report.wall_ns = (uint64_t)(g_get_monotonic_time() - start_us) * 1000;
	code = run_report(run_cells_results(run), &report);
	if (whole)
		return code;
	fprintf(stderr, "iplab run: interrupted after %u of %u cells\n",
		run_cells_results(run)->len, cells->len);
	return EXIT_COULD_NOT_RUN;
}

static bool parse_clock(const char *name)
{
	opt.clock_kind = g_str_equal(name, "wall") ? SCENARIO_CLOCK_WALL : SCENARIO_CLOCK_VIRTUAL;
	return g_str_equal(name, "wall") || g_str_equal(name, "virtual");
}

static int check_options(void)
{
	g_autofree char *problem = NULL;

	if (opt.n_repeat < 1 || opt.n_repeat > N_REPEAT_MAX)
		problem = g_strdup_printf("--repeat is %d; allowed are 1 to %d", opt.n_repeat,
					  N_REPEAT_MAX);
	else if (opt.n_workers < 1 || opt.n_workers > N_WORKERS_MAX)
		problem = g_strdup_printf("--jobs is %d; allowed are 1 to %d", opt.n_workers,
					  N_WORKERS_MAX);
	else if (opt.n_verify && (opt.n_verify < 2 || opt.n_verify > N_REPEAT_MAX))
		problem = g_strdup_printf("--verify-determinism is %d; allowed are 2 to %d",
					  opt.n_verify, N_REPEAT_MAX);
	else if (opt.plan && (opt.clock || opt.pairwise || opt.seed != 1 || opt.n_repeat != 1))
		problem = g_strdup("--plan says clock, seeds and repetitions itself: without "
				   "--clock, --seed, --repeat and --pairwise");
	else if (opt.clock && !parse_clock(opt.clock))
		problem = g_strdup_printf("--clock is \"%s\"; allowed are virtual and wall",
					  opt.clock);
	else if (opt.seed < 0)
		problem = g_strdup_printf("--seed is %" G_GINT64_FORMAT "; allowed are 0 and more",
					  opt.seed);
	return problem ? command_usage_error("run", problem) : EXIT_AS_EXPECTED;
}

/* The recorded durations that are asked for, else iplab's own, if there are any. */
static Durations *load_durations(GError **error)
{
	g_autofree char *dir = paths_plans_dir();
	g_autofree char *own = g_build_filename(dir, "durations.txt", NULL);

	if (opt.durations)
		return durations_load(opt.durations, error);
	if (g_file_test(own, G_FILE_TEST_EXISTS))
		return durations_load(own, error);
	return durations_new();
}

/* What the command line says, as the only part of a plan. */
static GPtrArray *select_parts(const Catalogue *catalogue, char **terms, GError **error)
{
	struct plan_part part = {
		.filter = terms,
		.clock = opt.clock_kind,
		.seed = (uint64_t)opt.seed,
		.n_repeat = (unsigned)opt.n_repeat,
		.pairwise = opt.pairwise,
	};
	void *one[] = { &part };
	GPtrArray parts = { .pdata = one, .len = 1 };

	return plan_cells(catalogue, &parts, NULL, error);
}

static GPtrArray *select_plan(const Catalogue *catalogue, Filter *narrow, GError **error)
{
	g_autoptr(PlanFile) file = plan_file_load(opt.plan, error);
	g_autoptr(GPtrArray) cells = NULL;
	const char *unused;

	if (!file)
		return NULL;
	cells = plan_cells(catalogue, file->parts, narrow, error);
	if (!cells)
		return NULL;
	unused = filter_unused(narrow);
	if (!unused)
		return g_steal_pointer(&cells);
	g_set_error(error, PLAN_ERROR, PLAN_ERROR_UNUSED, "nothing of the plan is named \"%s\"",
		    unused);
	return NULL;
}

/* The whole plan, before it is divided. NULL with @error set. */
static GPtrArray *make_plan(const Catalogue *catalogue, char **terms, GError **error)
{
	g_autoptr(Filter) filter = filter_parse(terms, error);
	g_autoptr(Durations) durations = filter ? load_durations(error) : NULL;
	g_autoptr(GPtrArray) cells = NULL;
	g_autofree char *left_out = NULL;

	if (!durations)
		return NULL;
	cells = opt.plan ? select_plan(catalogue, filter, error)
			 : select_parts(catalogue, terms, error);
	if (!cells)
		return NULL;
	left_out = catalogue_leave_out(cells, filter, &command_overrides);
	if (left_out)
		fprintf(stderr, "Left out, not on this machine (see: iplab list clients): %s\n",
			left_out);
	durations_estimate(durations, cells);
	if (cells->len)
		return g_steal_pointer(&cells);
	g_set_error(error, PLAN_ERROR, PLAN_ERROR_EMPTY, "no cell fits that could run here");
	return NULL;
}

/* --list and --list-cells, and a plan before it runs. */
static void print_preview(GPtrArray *cells)
{
	g_autoptr(GString) text = g_string_new(NULL);

	plan_preview(text, cells, (unsigned)opt.n_workers);
	fputs(text->str, stdout);
}

static int list_cells(const GPtrArray *cells)
{
	for (unsigned i = 0; i < cells->len; i++)
		puts(((struct plan_cell *)cells->pdata[i])->id);
	return EXIT_AS_EXPECTED;
}

/* Nothing fits is no wrong usage: a filter may come from a script. */
static int plan_error(const GError *error)
{
	if (error->domain != PLAN_ERROR)
		return command_usage_error("run", error->message);
	fprintf(stderr, "iplab run: %s\n", error->message);
	return EXIT_COULD_NOT_RUN;
}

static bool find_shard(struct shard *out, GError **error)
{
	const char *engine = NULL;

	if (opt.shard)
		return shard_parse(out, opt.shard, error);
	if (!shard_from_environment(out, &engine, error))
		return false;
	if (engine)
		fprintf(stderr, "Shard %u of %u, as %s says\n", out->index, out->total, engine);
	return true;
}

/* Run, or show, what of the plan is this shard's. Takes @cells. */
static int run_or_list(GPtrArray *cells, struct shard shard, const Known *known,
		       const Checks *checks, char **command)
{
	g_autofree char *hash = plan_hash(cells);
	struct rundir_plan plan = { opt.plan, hash, cells->len, shard };
	int code = EXIT_AS_EXPECTED;

	shard_take(cells, shard);
	plan_sort(cells);
	if (opt.list || (opt.plan && !opt.json && !opt.list_cells))
		print_preview(cells);
	if (opt.list_cells)
		code = list_cells(cells);
	if (!opt.list && !opt.list_cells)
		return run_and_report(cells, &plan, known, checks, command);
	g_ptr_array_unref(cells);
	return code;
}

int command_run(int argc, char **argv)
{
	g_auto(GStrv) command = g_strdupv(argv);
	g_auto(GStrv) args = NULL;
	g_autoptr(Catalogue) catalogue = NULL;
	g_autoptr(Known) known = NULL;
	g_autoptr(Checks) checks = NULL;
	g_auto(GStrv) dirs = paths_scenario_dirs();
	g_autoptr(GPtrArray) cells = NULL;
	g_autoptr(GError) error = NULL;
	struct shard shard;

	(void)argc;
	opt.seed = opt.n_repeat = 1;
	opt.n_workers = (int)g_get_num_processors();
	args = command_parse(argv, entries, true,
			     "[FILTER...] - boot the selected cells\n\n" COMMAND_FILTER_HELP
			     "\nWithout one, everything runs.",
			     &error);
	if (!args)
		return command_usage_error("run", error->message);
	if (check_options())
		return EXIT_USAGE;
	catalogue = catalogue_load(command_client_files, &error);
	if (catalogue)
		known = known_load(dirs, &error);
	if (known)
		checks = checks_load(NULL, &error);
	if (!checks || !find_shard(&shard, &error))
		return command_usage_error("run", error->message);
	cells = make_plan(catalogue, args + 1, &error);
	if (!cells)
		return plan_error(error);
	return run_or_list(g_steal_pointer(&cells), shard, known, checks, command);
}
