/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab run`: run the selected cells
 *
 * Reads the command line, plans the cells, has them run, and writes the reports.
 */
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/catalogue.h"
#include "harness/command.h"
#include "harness/known.h"
#include "harness/paths.h"
#include "harness/run_cells.h"
#include "reports/junit.h"
#include "reports/table.h"

enum {
	N_WORKERS_MAX = 1024,
	N_REPEAT_MAX = 100000,
	TABLE_WIDTH_DEFAULT = 100,
};

static struct {
	gint64 seed;
	int n_repeat, n_workers, n_verify;
	char *clock, *out, *junit;
	enum scenario_clock clock_kind;
	gboolean json, keep;
} opt;

static const GOptionEntry entries[] = {
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

static unsigned table_width(void)
{
	struct winsize w;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col
								     : TABLE_WIDTH_DEFAULT;
}

static void print_table(const RunCells *run, uint64_t wall_ns)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct table_options options = {
		.width = table_width(),
		.colour = isatty(STDOUT_FILENO),
		.wall_ns = wall_ns,
	};

	if (opt.json)
		return;
	table_write(text, run_cells_results(run), &options);
	fputs(text->str, stdout);
	printf("Results in %s\n", run_cells_dir(run));
}

static int exit_code(const RunCells *run)
{
	const GPtrArray *results = run_cells_results(run);
	bool failed = false, broken = run_cells_write_error(run), ran = false;

	for (unsigned i = 0; i < results->len; i++) {
		enum verdict v = ((const Result *)results->pdata[i])->verdict;

		failed |= v == VERDICT_FAIL || v == VERDICT_XPASS;
		broken |= v == VERDICT_ERROR;
		ran |= v != VERDICT_SKIP;
	}
	if (broken || !ran)
		return EXIT_COULD_NOT_RUN;
	return failed ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
}

static int report(const RunCells *run, uint64_t wall_ns)
{
	g_autofree char *in_dir = g_build_filename(run_cells_dir(run), "junit.xml", NULL);
	const char *write_error = run_cells_write_error(run);
	g_autoptr(GError) error = NULL;
	int code = exit_code(run);

	if (!junit_write(opt.junit ? opt.junit : in_dir, "iplab", run_cells_results(run), &error)) {
		fprintf(stderr, "iplab run: %s\n", error->message);
		code = EXIT_COULD_NOT_RUN;
	}
	print_table(run, wall_ns);
	if (write_error)
		fprintf(stderr, "iplab run: results could not be written: %s\n", write_error);
	return code;
}

/* Takes @cells. */
static int run_and_report(GPtrArray *cells, const Known *known, const Checks *checks,
			  char **command)
{
	struct run_cells_options options = {
		.out = opt.out,
		.n_workers = (unsigned)opt.n_workers,
		.n_verify = (unsigned)opt.n_verify,
		.json = opt.json,
		.keep_captures = opt.keep,
		.keep_trees = opt.keep,
		.known = known,
		.checks = checks,
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
	code = report(run, (uint64_t)(g_get_monotonic_time() - start_us) * 1000);
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
	else if (opt.clock && !parse_clock(opt.clock))
		problem = g_strdup_printf("--clock is \"%s\"; allowed are virtual and wall",
					  opt.clock);
	else if (opt.seed < 0)
		problem = g_strdup_printf("--seed is %" G_GINT64_FORMAT "; allowed are 0 and more",
					  opt.seed);
	return problem ? command_usage_error("run", problem) : EXIT_AS_EXPECTED;
}

int command_run(int argc, char **argv)
{
	g_auto(GStrv) command = g_strdupv(argv);
	g_auto(GStrv) args = NULL;
	g_autoptr(Catalogue) catalogue = NULL;
	g_autoptr(Filter) filter = NULL;
	g_autoptr(Known) known = NULL;
	g_autoptr(Checks) checks = NULL;
	g_auto(GStrv) dirs = paths_scenario_dirs();
	g_autofree char *left_out = NULL;
	g_autoptr(GError) error = NULL;
	GPtrArray *cells;

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
	filter = filter_parse(args + 1, &error);
	if (filter)
		catalogue = catalogue_load(command_client_files, &error);
	if (catalogue)
		known = known_load(dirs, &error);
	if (known)
		checks = checks_load(NULL, &error);
	if (!checks)
		return command_usage_error("run", error->message);
	cells = catalogue_plan(catalogue, filter, opt.clock_kind, (uint64_t)opt.seed,
			       (unsigned)opt.n_repeat);
	left_out = catalogue_leave_out(cells, filter, &command_overrides);
	if (left_out)
		fprintf(stderr, "Left out, not on this machine (see: iplab list clients): %s\n",
			left_out);
	if (cells->len && !filter_unused(filter))
		return run_and_report(cells, known, checks, command);
	if (filter_unused(filter))
		fprintf(stderr, "iplab run: nothing is named \"%s\"; see `iplab list`\n",
			filter_unused(filter));
	else
		fprintf(stderr, "iplab run: no cell fits the filter; see `iplab list cells`\n");
	g_ptr_array_unref(cells);
	return EXIT_COULD_NOT_RUN;
}
