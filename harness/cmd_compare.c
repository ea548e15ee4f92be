/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab compare`: two clients, or two stored runs
 *
 * Clients boot in turns, with the same seeds, until their ratio is known well enough.
 */
#include <stdio.h>

#include "harness/command.h"
#include "harness/compare_cells.h"
#include "harness/paths.h"
#include "harness/run_cells.h"
#include "reports/compare_runs.h"
#include "reports/compare_text.h"

enum {
	N_WORKERS_MAX = 1024,
	N_PAIRS_MIN = 10, /* fewer tell too little to say when it is enough */
	N_PAIRS = 200,
	N_PAIRS_MAX = 10000,
	PERCENT_MAX = 1000,
};

static struct {
	char **scenarios, **metrics;
	char *clock, *precision, *slower, *out;
	int n_pairs, n_workers;
	gint64 seed;
	gboolean json;
	enum scenario_clock clock_kind;
	double precision_value, slower_value;
} opt;

static const GOptionEntry entries[] = {
	{ "scenario", 0, 0, G_OPTION_ARG_STRING_ARRAY, &opt.scenarios,
	  "The same as the filter scenario=S; any number of times", "S" },
	{ "metric", 'm', 0, G_OPTION_ARG_STRING_ARRAY, &opt.metrics,
	  "What to compare (payload); any number of times, the first decides when to stop", "M" },
	{ "precision", 'p', 0, G_OPTION_ARG_STRING, &opt.precision,
	  "Stop when the ratio is known to within so much either way (2%)", "P" },
	{ "pairs", 'n', 0, G_OPTION_ARG_INT, &opt.n_pairs,
	  "Stop after so many pairs of a scenario (200)", "N" },
	{ "fail-if-slower", 0, 0, G_OPTION_ARG_STRING, &opt.slower,
	  "Exit with 1 if B is certainly worse by more than this, or boots less often", "P" },
	{ "clock", 0, 0, G_OPTION_ARG_STRING, &opt.clock,
	  "Where a scenario leaves the choice: virtual or wall (virtual for clients that poll)",
	  "CLOCK" },
	{ "seed", 's', 0, G_OPTION_ARG_INT64, &opt.seed, "Of the first pair (1)", "N" },
	{ "jobs", 'j', 0, G_OPTION_ARG_INT, &opt.n_workers,
	  "So many at once (as many as CPUs; 1 if any runs on the wall clock)", "N" },
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &opt.out,
	  "Folder for the results (reports/runs/UTC-TIME)", "DIR" },
	{ "json", 0, 0, G_OPTION_ARG_NONE, &opt.json,
	  "Print a line of JSON for each metric, and nothing else", NULL },
	G_OPTION_ENTRY_NULL,
};

static const char usage[] =
	"A B [FILTER...] - which of two clients is faster\n\n"
	"A and B are names of clients, or folders of runs. Clients boot in turns what the filters\n"
	"select (server=builtin, unless one names servers), the same seeds both. Metrics "
	"are\n" METRIC_HELP ".\n\n" COMMAND_FILTER_HELP;

/* --- options ---------------------------------------------------------------------------------- */

static bool parse_percent(const char *text, double *share)
{
	char *end;
	double v = g_ascii_strtod(text, &end);

	if (end == text || (*end && !g_str_equal(end, "%")) || !(v >= 0 && v <= PERCENT_MAX))
		return false;
	*share = v / 100;
	return true;
}

static bool parse_clock(const char *name)
{
	opt.clock_kind = g_str_equal(name, "wall") ? SCENARIO_CLOCK_WALL : SCENARIO_CLOCK_VIRTUAL;
	return g_str_equal(name, "wall") || g_str_equal(name, "virtual");
}

static int check_options(void)
{
	g_autofree char *problem = NULL;

	if (opt.precision && !parse_percent(opt.precision, &opt.precision_value))
		problem = g_strdup_printf("--precision is \"%s\"; allowed are 0%% to %d%%",
					  opt.precision, PERCENT_MAX);
	else if (opt.slower && !parse_percent(opt.slower, &opt.slower_value))
		problem = g_strdup_printf("--fail-if-slower is \"%s\"; allowed are 0%% to %d%%",
					  opt.slower, PERCENT_MAX);
	else if (opt.n_pairs < 1 || opt.n_pairs > N_PAIRS_MAX)
		problem = g_strdup_printf("--pairs is %d; allowed are 1 to %d", opt.n_pairs,
					  N_PAIRS_MAX);
	else if (opt.n_workers < 0 || opt.n_workers > N_WORKERS_MAX)
		problem = g_strdup_printf("--jobs is %d; allowed are 1 to %d", opt.n_workers,
					  N_WORKERS_MAX);
	else if (opt.clock && !parse_clock(opt.clock))
		problem = g_strdup_printf("--clock is \"%s\"; allowed are virtual and wall",
					  opt.clock);
	else if (opt.seed < 0)
		problem = g_strdup_printf("--seed is %" G_GINT64_FORMAT "; allowed are 0 and more",
					  opt.seed);
	return problem ? command_usage_error("compare", problem) : EXIT_AS_EXPECTED;
}

/* NULL with @error set. */
static GPtrArray *parse_metrics(GError **error)
{
	static char *by_default[] = { (char *)"payload", NULL };
	g_autoptr(GPtrArray) metrics = g_ptr_array_new_with_free_func((GDestroyNotify)metric_free);

	for (char **name = opt.metrics ? opt.metrics : by_default; *name; name++) {
		Metric *m = metric_parse(*name, error);

		if (!m)
			return NULL;
		g_ptr_array_add(metrics, m);
		if (m->kind != METRIC_COMPLETION)
			continue;
		g_set_error(error, METRIC_ERROR, METRIC_ERROR_NAME,
			    "completion is told in any case, and has no ratio; allowed "
			    "are " METRIC_HELP);
		return NULL;
	}
	return g_steal_pointer(&metrics);
}

/* --- what came of it -------------------------------------------------------------------------- */

static int report(const GPtrArray *comparisons, const struct compare_names *names)
{
	g_autoptr(GString) text = g_string_new(NULL);
	bool worse = false, any = false;

	if (opt.json)
		compare_text_json(text, comparisons, names);
	else
		compare_text_write(text, comparisons, names);
	fputs(text->str, stdout);
	for (guint i = 0; i < comparisons->len; i++) {
		const Comparison *c = comparisons->pdata[i];

		worse |= comparison_is_worse(c, opt.slower_value);
		any |= c->n_a && c->n_b;
	}
	if (!any)
		return EXIT_COULD_NOT_RUN;
	return opt.slower && worse ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
}

/* Boots that could not be: the first reason stands for all. */
static bool complain(const GPtrArray *results)
{
	bool broken = false;

	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		if (r->verdict != VERDICT_ERROR && r->verdict != VERDICT_SKIP)
			continue;
		if (!broken)
			fprintf(stderr, "iplab compare: could not run %s: %s\n", r->cell,
				r->reason ? r->reason : "for no known reason");
		broken = true;
	}
	return broken;
}

/* --- two runs --------------------------------------------------------------------------------- */

static bool is_run(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

static GPtrArray *load(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autoptr(GError) error = NULL;
	GPtrArray *results = results_load(path, &error);

	if (!results)
		fprintf(stderr, "iplab compare: %s\n", error->message);
	return results;
}

static int compare_stored(const char *a, const char *b, const GPtrArray *metrics)
{
	g_autoptr(GPtrArray) in_a = load(a), in_b = in_a ? load(b) : NULL, comparisons = NULL;
	g_autofree char *name_a = g_path_get_basename(a), *name_b = g_path_get_basename(b);
	bool same = g_str_equal(name_a, name_b);
	struct compare_names names = { same ? a : name_a, same ? b : name_b };

	if (!in_b)
		return EXIT_COULD_NOT_RUN;
	comparisons = compare_runs(in_a, in_b, metrics);
	if (comparisons->len)
		return report(comparisons, &names);
	fprintf(stderr, "iplab compare: the two runs have no boot in common\n");
	return EXIT_COULD_NOT_RUN;
}

/* --- two clients ------------------------------------------------------------------------------ */

static bool on_wanted(void *self, const struct plan_cell *cell, const GPtrArray *results)
{
	return compare_cells_wants(self, cell, results);
}

static unsigned n_workers(const GPtrArray *cells)
{
	if (opt.n_workers)
		return (unsigned)opt.n_workers;
	for (guint i = 0; i < cells->len; i++)
		if (!((const struct plan_cell *)cells->pdata[i])->is_virtual)
			return 1;
	return g_get_num_processors();
}

/* Takes @cells. */
static int boot_and_report(GPtrArray *cells, const struct compare_cells_options *o,
			   const Known *known, const Checks *checks, char **command)
{
	g_autoptr(CompareCells) compare = compare_cells_new(cells, o);
	struct run_cells_options options = {
		.out = opt.out,
		.n_workers = n_workers(cells),
		.quiet = true,
		.known = known,
		.checks = checks,
		.wanted = on_wanted,
		.self = compare,
	};
	struct compare_names names = { o->a, o->b };
	g_autoptr(RunCells) run = NULL;
	g_autoptr(GPtrArray) comparisons = NULL;
	g_autoptr(GError) error = NULL;
	bool whole, broken;
	int code;

	if (!cells->len) {
		g_ptr_array_unref(cells);
		return command_usage_error(
			"compare", "no scenario fits that both clients can boot on the same "
				   "clock; see `iplab list cells`");
	}
	run = run_cells_new(cells, &options, command, &error);
	if (!run) {
		fprintf(stderr, "iplab compare: %s\n", error->message);
		return EXIT_COULD_NOT_RUN;
	}
	whole = run_cells_work(run) == RUN_CELLS_WHOLE;
	comparisons = compare_cells_judge(compare, run_cells_results(run));
	code = report(comparisons, &names);
	if (!opt.json)
		printf("Results in %s\n", run_cells_dir(run));
	fflush(stdout);
	broken = complain(run_cells_results(run));
	if (!whole)
		fprintf(stderr, "iplab compare: interrupted\n");
	return whole && !broken ? code : EXIT_COULD_NOT_RUN;
}

/* The filter's terms: the two clients, what the options and arguments say, and our own server. */
static Filter *make_filter(char **args, GError **error)
{
	g_autoptr(GPtrArray) terms = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Filter) f = NULL;

	g_ptr_array_add(terms, g_strdup_printf("client=%s,%s", args[0], args[1]));
	for (char **s = opt.scenarios; s && *s; s++)
		g_ptr_array_add(terms, g_strconcat("scenario=", *s, NULL));
	for (args += 2; *args; args++)
		g_ptr_array_add(terms, g_strdup(*args));
	g_ptr_array_add(terms, NULL);
	f = filter_parse((char **)terms->pdata, error);
	if (!f || filter_asks(f, FILTER_SERVER))
		return g_steal_pointer(&f);
	terms->pdata[terms->len - 1] = g_strdup("server=builtin");
	g_ptr_array_add(terms, NULL);
	return filter_parse((char **)terms->pdata, error);
}

static int compare_clients(char **args, const GPtrArray *metrics, char **command)
{
	struct compare_cells_options o = {
		.a = args[0],
		.b = args[1],
		.metrics = metrics,
		.precision = opt.precision_value,
		.n_min = (unsigned)MIN(opt.n_pairs, N_PAIRS_MIN),
		.n_max = (unsigned)opt.n_pairs,
	};
	g_auto(GStrv) dirs = paths_scenario_dirs();
	g_autoptr(GError) error = NULL;
	g_autoptr(Filter) filter = make_filter(args, &error);
	g_autoptr(Catalogue) catalogue =
		filter ? catalogue_load(command_client_files, &error) : NULL;
	g_autoptr(Known) known = catalogue ? known_load(dirs, &error) : NULL;
	g_autoptr(Checks) checks = known ? checks_load(NULL, &error) : NULL;
	g_autofree char *unused = NULL;
	GPtrArray *cells;

	if (!checks)
		return command_usage_error("compare", error->message);
	if (!filter_asks(filter, FILTER_SCENARIO) && !filter_asks(filter, FILTER_TAG))
		return command_usage_error("compare", "say which scenarios to boot: --scenario S");
	cells = catalogue_plan(catalogue, filter, opt.clock_kind, (uint64_t)opt.seed, o.n_max);
	if (!filter_unused(filter))
		return boot_and_report(cells, &o, known, checks, command);
	g_ptr_array_unref(cells);
	unused =
		g_strdup_printf("nothing is named \"%s\"; see `iplab list`", filter_unused(filter));
	return command_usage_error("compare", unused);
}

int command_compare(int argc, char **argv)
{
	g_auto(GStrv) command = g_strdupv(argv);
	g_auto(GStrv) args = NULL;
	g_autoptr(GPtrArray) metrics = NULL;
	g_autoptr(GError) error = NULL;
	unsigned n_runs;

	(void)argc;
	opt.seed = 1;
	opt.n_pairs = N_PAIRS;
	opt.precision_value = 0.02;
	args = command_parse(argv, entries, true, usage, &error);
	if (args)
		metrics = parse_metrics(&error);
	if (!metrics)
		return command_usage_error("compare", error->message);
	if (check_options())
		return EXIT_USAGE;
	if (g_strv_length(args) < 3 || g_str_equal(args[1], args[2]))
		return command_usage_error("compare", "needs two different clients, or two runs");
	n_runs = (unsigned)is_run(args[1]) + (unsigned)is_run(args[2]);
	if (n_runs == 0)
		return compare_clients(args + 1, metrics, command);
	if (n_runs == 1 || args[3])
		return command_usage_error("compare", "a run can be compared with one other run");
	return compare_stored(args[1], args[2], metrics);
}
