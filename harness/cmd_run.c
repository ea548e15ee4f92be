/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab run`: run the selected cells
 *
 * Makes the run's folder, describes what goes in, makes a boot tree for each scenario before its
 * first cell, hands the cells to the pool, and writes the reports.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/catalogue.h"
#include "harness/command.h"
#include "harness/paths.h"
#include "harness/pool.h"
#include "harness/progress.h"
#include "harness/rundir.h"
#include "harness/tree.h"
#include "reports/junit.h"
#include "reports/table.h"

enum {
	N_WORKERS_MAX = 1024,
	N_REPEAT_MAX = 100000,
	WORKER_GRACE_MS = 30000, /* above the cell's own limit: to start QEMU, judge and write */
	NS_PER_MS = 1000 * 1000,
	TABLE_WIDTH_DEFAULT = 100,
};

static struct {
	gint64 seed;
	int n_repeat, n_workers;
	char *out, *junit;
	gboolean json, keep;
} opt;

static const GOptionEntry entries[] = {
	{ "seed", 's', 0, G_OPTION_ARG_INT64, &opt.seed, "Of the first repetition (1)", "N" },
	{ "repeat", 'n', 0, G_OPTION_ARG_INT, &opt.n_repeat,
	  "Run each cell so often, each with the next seed (1)", "N" },
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

/* A scenario's boot tree, made for the first of its cells and removed after the last. */
struct shared_tree {
	char *dir;
	char *problem; /* why there is none; NULL: it is there */
	bool missing;  /* the problem is a fixture that was not built */
	unsigned n_left;
};

struct run {
	Rundir *dir;
	GPtrArray *cells; /* of struct plan_cell */
	unsigned next;
	GHashTable *trees;   /* Scenario -> struct shared_tree */
	GHashTable *missing; /* Client -> sentence: it cannot run here */
	GPtrArray *results;
	GPtrArray *jobs; /* under way, of struct pool_job */
	Progress *progress;
	char *self;
	char *write_error; /* results could not be written */
};

static void tree_free(void *tree)
{
	struct shared_tree *t = tree;

	if (t->dir && !opt.keep)
		tree_remove(t->dir);
	g_free(t->dir);
	g_free(t->problem);
	g_free(t);
}

static Result *blank_result(const struct plan_cell *cell)
{
	Result *r = result_new();

	r->cell = g_strdup(cell->id);
	r->client = g_strdup(cell->client->name);
	r->server = g_strdup(server_kind_name(cell->server));
	r->scenario = g_strdup(cell->scenario->name);
	r->seed = cell->seed;
	r->clock = g_strdup("wall");
	return r;
}

static Result *blank_for_job(const struct pool_job *job)
{
	return blank_result(job->cell);
}

static struct shared_tree *tree_of(struct run *run, const Scenario *s)
{
	struct shared_tree *t = g_hash_table_lookup(run->trees, s);
	g_autoptr(GError) error = NULL;

	if (t->dir)
		return t;
	t->dir = g_build_filename(rundir_path(run->dir), "trees", s->name, NULL);
	if (!tree_build(s, t->dir, &error)) {
		t->problem = g_strdup(error->message);
		t->missing = g_error_matches(error, TREE_ERROR, TREE_ERROR_FIXTURE);
	}
	return t;
}

/* A cell is finished, whatever came of it. */
static void take_result(struct run *run, const struct plan_cell *cell, Result *r)
{
	struct shared_tree *t = g_hash_table_lookup(run->trees, cell->scenario);
	g_autofree char *json = result_to_json(r);
	g_autoptr(GError) error = NULL;

	if (!rundir_add_result(run->dir, json, &error) && !run->write_error)
		run->write_error = g_strdup(error->message);
	if (opt.json) {
		puts(json);
		fflush(stdout);
	}
	progress_done(run->progress, r);
	if (--t->n_left == 0)
		g_hash_table_remove(run->trees, cell->scenario);
}

static void job_free(void *data)
{
	struct pool_job *job = data;

	g_strfreev(job->argv);
	g_free(job->id);
	g_free(job->stderr_path);
	g_free(job);
}

static void add_arg(GPtrArray *argv, const char *option, const char *value)
{
	g_ptr_array_add(argv, g_strdup(option));
	g_ptr_array_add(argv, g_strdup(value));
}

static struct pool_job *job_new(struct run *run, struct plan_cell *cell, const char *tree,
				const char *dir)
{
	struct pool_job *job = g_new0(struct pool_job, 1);
	g_autofree char *seed = g_strdup_printf("%" G_GUINT64_FORMAT, cell->seed);
	GPtrArray *argv = g_ptr_array_new();

	g_ptr_array_add(argv, g_strdup(run->self));
	g_ptr_array_add(argv, g_strdup("worker"));
	add_arg(argv, "--client", cell->client->name);
	add_arg(argv, "--client-path", cell->client->path);
	add_arg(argv, "--scenario", cell->scenario->name);
	add_arg(argv, "--scenario-path", cell->scenario->path);
	add_arg(argv, "--server", server_kind_name(cell->server));
	add_arg(argv, "--seed", seed);
	add_arg(argv, "--tree", tree);
	add_arg(argv, "--dir", dir);
	if (opt.keep)
		g_ptr_array_add(argv, g_strdup("--keep"));
	if (!cell->client->sandbox)
		g_ptr_array_add(argv, g_strdup("--no-sandbox"));
	command_pass_overrides(argv);
	g_ptr_array_add(argv, NULL);

	job->id = g_strdup(cell->id);
	job->argv = (char **)g_ptr_array_free(argv, FALSE);
	job->stderr_path = g_build_filename(dir, "stderr.txt", NULL);
	job->limit_ns = (uint64_t)(cell->scenario->limits.cell_ms + WORKER_GRACE_MS) * NS_PER_MS;
	job->blank = blank_for_job;
	job->cell = cell;
	g_ptr_array_add(run->jobs, job);
	return job;
}

/* A cell that does not get as far as a worker. */
static void take_without_run(struct run *run, const struct plan_cell *cell, enum verdict v,
			     const char *reason)
{
	Result *r = blank_result(cell);

	r->verdict = v;
	r->reason = g_strdup(reason);
	g_ptr_array_add(run->results, r);
	take_result(run, cell, r);
}

/* The job of a cell, or NULL if it is finished with a reason already. */
static struct pool_job *prepare(struct run *run, struct plan_cell *cell)
{
	const char *missing = g_hash_table_lookup(run->missing, cell->client);
	struct shared_tree *tree;
	g_autofree char *dir = NULL;
	g_autoptr(GError) error = NULL;

	if (missing) {
		take_without_run(run, cell, VERDICT_SKIP, missing);
		return NULL;
	}
	tree = tree_of(run, cell->scenario);
	if (tree->problem) {
		take_without_run(run, cell, tree->missing ? VERDICT_SKIP : VERDICT_ERROR,
				 tree->problem);
		return NULL;
	}
	dir = rundir_cell(run->dir, cell->id, &error);
	if (!dir) {
		take_without_run(run, cell, VERDICT_ERROR, error->message);
		return NULL;
	}
	progress_started(run->progress, cell->id);
	return job_new(run, cell, tree->dir, dir);
}

static struct pool_job *on_next(void *self)
{
	struct run *run = self;
	struct pool_job *job = NULL;

	while (!job && run->next < run->cells->len)
		job = prepare(run, run->cells->pdata[run->next++]);
	return job;
}

static void on_progress(void *self, struct pool_job *job, const char *milestone)
{
	struct run *run = self;

	progress_milestone(run->progress, job->id, milestone);
}

/* Standard error that nobody wrote to is no file worth keeping. */
static void remove_if_empty(const char *path)
{
	g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, NULL);

	if (file && !g_mapped_file_get_length(file))
		unlink(path);
}

static void on_done(void *self, struct pool_job *job, Result *result)
{
	struct run *run = self;
	g_autofree char *json = result_to_json(result);
	Result *kept = result_from_json(json, NULL);

	g_assert(kept);
	g_ptr_array_add(run->results, kept);
	remove_if_empty(job->stderr_path);
	take_result(run, job->cell, kept);
	g_ptr_array_remove_fast(run->jobs, job);
}

/* --- before and after ------------------------------------------------------------------------- */

static void resolve_clients(struct run *run)
{
	for (unsigned i = 0; i < run->cells->len; i++) {
		const struct plan_cell *cell = run->cells->pdata[i];
		char *missing = NULL;

		if (g_hash_table_contains(run->missing, cell->client))
			continue;
		if (client_resolve(cell->client, &command_overrides, &missing))
			client_ask_qemu(cell->client);
		g_hash_table_insert(run->missing, cell->client, missing);
	}
}

static void count_trees(struct run *run)
{
	for (unsigned i = 0; i < run->cells->len; i++) {
		const struct plan_cell *cell = run->cells->pdata[i];
		struct shared_tree *t = g_hash_table_lookup(run->trees, cell->scenario);

		if (!t) {
			t = g_new0(struct shared_tree, 1);
			g_hash_table_insert(run->trees, cell->scenario, t);
		}
		t->n_left++;
	}
}

static unsigned table_width(void)
{
	struct winsize w;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col
								     : TABLE_WIDTH_DEFAULT;
}

static void print_table(const struct run *run, uint64_t wall_ns)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct table_options options = {
		.width = table_width(),
		.colour = isatty(STDOUT_FILENO),
		.wall_ns = wall_ns,
	};

	if (opt.json)
		return;
	table_write(text, run->results, &options);
	fputs(text->str, stdout);
	printf("Results in %s\n", rundir_path(run->dir));
}

static int exit_code(const struct run *run)
{
	bool failed = false, broken = run->write_error, ran = false;

	for (unsigned i = 0; i < run->results->len; i++) {
		enum verdict v = ((const Result *)run->results->pdata[i])->verdict;

		failed |= v == VERDICT_FAIL;
		broken |= v == VERDICT_ERROR;
		ran |= v != VERDICT_SKIP;
	}
	if (broken || !ran)
		return EXIT_COULD_NOT_RUN;
	return failed ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
}

static int report(struct run *run, bool whole, uint64_t wall_ns)
{
	g_autofree char *in_dir = g_build_filename(rundir_path(run->dir), "junit.xml", NULL);
	g_autofree char *trees = g_build_filename(rundir_path(run->dir), "trees", NULL);
	g_autoptr(GError) error = NULL;
	int code = exit_code(run);

	if (!junit_write(opt.junit ? opt.junit : in_dir, "iplab", run->results, &error)) {
		fprintf(stderr, "iplab run: %s\n", error->message);
		code = EXIT_COULD_NOT_RUN;
	}
	if (!opt.keep)
		tree_remove(trees);
	print_table(run, wall_ns);
	if (run->write_error)
		fprintf(stderr, "iplab run: results could not be written: %s\n", run->write_error);
	if (whole)
		return code;
	fprintf(stderr, "iplab run: interrupted after %u of %u cells\n", run->results->len,
		run->cells->len);
	return EXIT_COULD_NOT_RUN;
}

static void run_fini(struct run *run)
{
	progress_free(run->progress);
	rundir_free(run->dir);
	g_ptr_array_unref(run->results);
	g_ptr_array_unref(run->jobs);
	g_ptr_array_unref(run->cells);
	g_hash_table_unref(run->missing);
	g_hash_table_unref(run->trees);
	g_free(run->self);
	g_free(run->write_error);
}

/* Takes @cells. */
static int run_cells(GPtrArray *cells, char **command)
{
	struct run run = {
		.cells = cells,
		.trees = g_hash_table_new_full(NULL, NULL, NULL, tree_free),
		.missing = g_hash_table_new_full(NULL, NULL, NULL, g_free),
		.results = g_ptr_array_new_with_free_func((GDestroyNotify)result_free),
		.jobs = g_ptr_array_new_with_free_func(job_free),
		.self = paths_self(),
	};
	struct pool_ops ops = {
		.next = on_next,
		.progress = on_progress,
		.done = on_done,
		.self = &run,
	};
	gint64 start_us = g_get_monotonic_time();
	g_autoptr(GError) error = NULL;
	bool whole;
	int code;

	resolve_clients(&run);
	count_trees(&run);
	run.progress = progress_new(opt.json ? stderr : stdout, cells->len, opt.json);
	run.dir = rundir_new(opt.out, &error);
	if (!run.dir || !rundir_describe(run.dir, command, cells, &error)) {
		fprintf(stderr, "iplab run: %s\n", error->message);
		run_fini(&run);
		return EXIT_COULD_NOT_RUN;
	}
	whole = pool_run(&ops, (unsigned)opt.n_workers);
	progress_clear(run.progress);
	code = report(&run, whole, (uint64_t)(g_get_monotonic_time() - start_us) * 1000);
	run_fini(&run);
	return code;
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
	if (!catalogue)
		return command_usage_error("run", error->message);
	cells = catalogue_plan(catalogue, filter, (uint64_t)opt.seed, (unsigned)opt.n_repeat);
	if (cells->len && !filter_unused(filter))
		return run_cells(cells, command);
	if (filter_unused(filter))
		fprintf(stderr, "iplab run: nothing is named \"%s\"; see `iplab list`\n",
			filter_unused(filter));
	else
		fprintf(stderr, "iplab run: no cell fits the filter; see `iplab list cells`\n");
	g_ptr_array_unref(cells);
	return EXIT_COULD_NOT_RUN;
}
