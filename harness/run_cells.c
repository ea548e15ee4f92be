/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cells of a run, from the plan to their results
 *
 * A cell that has all it needs becomes a job for the pool; any other is finished with a reason at
 * once. Either way its result goes through take_result(), which is the only place that holds it
 * against the known failures, and that writes it down.
 */
#include "harness/run_cells.h"

#include <stdio.h>
#include <unistd.h>

#include "harness/catalogue.h"
#include "harness/cell_checks.h"
#include "harness/command.h"
#include "harness/origin.h"
#include "harness/paths.h"
#include "harness/pool.h"
#include "harness/progress.h"
#include "harness/qemu.h"
#include "harness/rundir.h"
#include "harness/tree.h"
#include "harness/verify.h"

enum {
	WORKER_GRACE_MS = 30000, /* above the cell's own limit: to start QEMU, judge and write */
	NS_PER_MS = 1000 * 1000,
	PLUGIN_ABI_FIRST = 1,
};

/* A scenario's boot tree, made for the first of its cells and removed after the last. */
struct shared_tree {
	char *dir;
	char *problem; /* why there is none; NULL: it is there */
	bool missing;  /* the problem is a fixture that was not built */
	unsigned n_left;
	bool keep; /* do not remove it */
};

struct RunCells {
	struct run_cells_options options;
	Rundir *dir;
	GPtrArray *cells;          /* of struct plan_cell */
	unsigned next, next_round; /* cell, and its repetition for comparing */
	GHashTable *verifies;      /* struct plan_cell -> Verify, of cells under way */
	GHashTable *trees;         /* Scenario -> struct shared_tree */
	GHashTable *missing;       /* Client -> sentence: it cannot run here */
	struct server_here servers[SERVER_N_KINDS]; /* those that cells ask for */
	GPtrArray *jobs;                            /* under way, of struct pool_job */
	GPtrArray *results;
	Progress *progress;
	char *self;
	char *write_error; /* results could not be written */
};

static void tree_free(void *tree)
{
	struct shared_tree *t = tree;

	if (t->dir && !t->keep)
		tree_remove(t->dir);
	g_free(t->dir);
	g_free(t->problem);
	g_free(t);
}

static Result *blank_result(const struct plan_cell *cell)
{
	return result_new_for(cell->id, cell->client->name, server_kind_name(cell->server),
			      cell->scenario->name, cell->seed, cell->is_virtual);
}

static Result *blank_for_job(const struct pool_job *job)
{
	return blank_result(job->cell);
}

static struct shared_tree *tree_of(RunCells *run, const Scenario *s)
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
static void take_result(RunCells *run, const struct plan_cell *cell, Result *r)
{
	struct shared_tree *t = g_hash_table_lookup(run->trees, cell->scenario);
	g_autofree char *json = NULL;
	g_autoptr(GError) error = NULL;

	origin_describe(cell->client, r);
	known_apply(run->options.known, r);
	cell_checks_weigh(run->options.checks, r);
	r->server_version = g_strdup(run->servers[cell->server].version);
	r->begun_unix_ns = (uint64_t)g_get_real_time() * 1000 - r->wall_ns;
	json = result_to_json(r);
	if (!rundir_add_result(run->dir, json, &error) && !run->write_error)
		run->write_error = g_strdup(error->message);
	if (run->options.json) {
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

static struct pool_job *job_new(RunCells *run, struct plan_cell *cell, const char *tree,
				const char *dir, const char *plugin)
{
	struct pool_job *job = g_new0(struct pool_job, 1);
	g_autofree char *seed = g_strdup_printf("%" G_GUINT64_FORMAT, cell->seed);
	struct phase_limits limits = client_limits(cell->client, &cell->scenario->limits);
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
	if (run->options.keep_captures)
		g_ptr_array_add(argv, g_strdup("--keep"));
	if (plugin)
		add_arg(argv, "--plugin", plugin);
	if (!cell->client->sandbox)
		g_ptr_array_add(argv, g_strdup("--no-sandbox"));
	command_pass_overrides(argv);
	g_ptr_array_add(argv, NULL);

	job->id = g_strdup(cell->id);
	job->argv = (char **)g_ptr_array_free(argv, FALSE);
	job->stderr_path = g_build_filename(dir, "stderr.txt", NULL);
	job->limit_ns = (uint64_t)(limits.cell_ms + WORKER_GRACE_MS) * NS_PER_MS;
	job->blank = blank_for_job;
	job->cell = cell;
	return job;
}

/* A cell that does not get as far as a worker. */
static void take_without_run(RunCells *run, const struct plan_cell *cell, enum verdict v,
			     const char *reason)
{
	Result *r = blank_result(cell);

	r->verdict = v;
	r->reason = g_strdup(reason);
	g_ptr_array_add(run->results, r);
	take_result(run, cell, r);
}

/* The clock plugin of a cell, or none on the wall clock. False: @why says why there is none. */
static bool find_plugin(const struct plan_cell *cell, char **plugin, char **why)
{
	/* One that does not say what it is will not start, and then says why. */
	int abi = cell->client->qemu_version ? cell->client->plugin_abi : PLUGIN_ABI_FIRST;

	if (!cell->is_virtual)
		return true;
	if (abi)
		*plugin = paths_plugin(abi);
	if (*plugin)
		return true;
	*why = g_strdup_printf("no virtual clock: %s; --clock wall does without",
			       abi ? "the clock plugin is not built"
				   : "this QEMU takes no plugins");
	return false;
}

/* Where the files of a cell, or of one of its repetitions, go. */
static char *cell_dir(RunCells *run, const struct plan_cell *cell, GError **error)
{
	g_autofree char *again = g_strdup_printf("%s/again/%u", cell->id, run->next_round);

	return rundir_cell(run->dir, run->next_round ? again : cell->id, error);
}

/* A client that is its own boot file is served to itself. */
static bool serve_image(const Client *c, const char *tree, GError **error)
{
	g_autofree char *name = client_bootfile(c);

	return !name || tree_add_file(tree, name, c->image, error);
}

/* The job of a cell, or NULL if it is finished with a reason already. */
static struct pool_job *prepare(RunCells *run, struct plan_cell *cell)
{
	struct pool_job *job;
	const char *missing = g_hash_table_lookup(run->missing, cell->client);
	struct shared_tree *tree;
	g_autofree char *dir = NULL, *plugin = NULL, *no_clock = NULL;
	g_autoptr(GError) error = NULL;

	if (missing) {
		take_without_run(run, cell, VERDICT_SKIP, missing);
		return NULL;
	}
	if (run->servers[cell->server].missing) {
		take_without_run(run, cell, VERDICT_SKIP, run->servers[cell->server].missing);
		return NULL;
	}
	if (!find_plugin(cell, &plugin, &no_clock)) {
		take_without_run(run, cell, VERDICT_SKIP, no_clock);
		return NULL;
	}
	tree = tree_of(run, cell->scenario);
	if (tree->problem) {
		take_without_run(run, cell, tree->missing ? VERDICT_SKIP : VERDICT_ERROR,
				 tree->problem);
		return NULL;
	}
	if (!serve_image(cell->client, tree->dir, &error)) {
		take_without_run(run, cell, VERDICT_ERROR, error->message);
		return NULL;
	}
	if (run->options.n_verify && !cell->is_virtual) {
		take_without_run(run, cell, VERDICT_SKIP,
				 "the wall clock is not the same every time");
		return NULL;
	}
	dir = cell_dir(run, cell, &error);
	if (!dir) {
		take_without_run(run, cell, VERDICT_ERROR, error->message);
		return NULL;
	}
	progress_started(run->progress, cell->id);
	job = job_new(run, cell, tree->dir, dir, plugin);
	g_ptr_array_add(run->jobs, job);
	return job;
}

/* A cell of which repetitions are under way is wanted to its end. */
static bool is_wanted(const RunCells *run, const struct plan_cell *cell)
{
	return !run->options.wanted || run->next_round ||
	       run->options.wanted(run->options.self, cell, run->results);
}

static struct pool_job *on_next(void *self)
{
	RunCells *run = self;
	struct pool_job *job = NULL;

	while (!job && run->next < run->cells->len) {
		if (!is_wanted(run, run->cells->pdata[run->next])) {
			run->next++;
			continue;
		}
		job = prepare(run, run->cells->pdata[run->next]);
		if (job && ++run->next_round < run->options.n_verify)
			continue;
		run->next_round = 0;
		run->next++;
	}
	return job;
}

static void on_progress(void *self, struct pool_job *job, const char *milestone)
{
	RunCells *run = self;

	progress_milestone(run->progress, job->id, milestone);
}

/* Standard error without a complaint is no file worth keeping. */
static void remove_if_empty(const char *path)
{
	g_autofree char *complaints = qemu_complaints(path);

	if (!complaints)
		unlink(path);
}

/* What a finished job means for the run: its result; or nothing yet, when it is one of many. */
static Result *result_of(RunCells *run, struct pool_job *job, const Result *result)
{
	g_autofree char *dir = g_path_get_dirname(job->stderr_path);
	Verify *v = g_hash_table_lookup(run->verifies, job->cell);

	if (!run->options.n_verify)
		return result_copy(result);
	if (!v) {
		v = verify_new(run->options.n_verify);
		g_hash_table_insert(run->verifies, job->cell, v);
	}
	return verify_add(v, dir, result);
}

static void on_done(void *self, struct pool_job *job, Result *result)
{
	RunCells *run = self;
	Result *whole;

	remove_if_empty(job->stderr_path);
	whole = result_of(run, job, result);
	if (whole) {
		g_ptr_array_add(run->results, whole);
		take_result(run, job->cell, whole);
		g_hash_table_remove(run->verifies, job->cell);
	}
	g_ptr_array_remove_fast(run->jobs, job);
}

/* --- before and after ------------------------------------------------------------------------- */

static void resolve_clients(RunCells *run)
{
	for (unsigned i = 0; i < run->cells->len; i++) {
		const struct plan_cell *cell = run->cells->pdata[i];
		char *missing = NULL;

		if (g_hash_table_contains(run->missing, cell->client))
			continue;
		if (client_resolve(cell->client, &command_overrides, &missing)) {
			client_ask_qemu(cell->client);
			missing = client_misfit(cell->client);
		}
		g_hash_table_insert(run->missing, cell->client, missing);
	}
}

static void find_servers(RunCells *run)
{
	bool found[SERVER_N_KINDS] = { false };

	for (unsigned i = 0; i < run->cells->len; i++) {
		enum server_kind k = ((const struct plan_cell *)run->cells->pdata[i])->server;

		if (!found[k])
			server_find(&run->servers[k], k, command_dnsmasq);
		found[k] = true;
	}
}

static void count_trees(RunCells *run)
{
	for (unsigned i = 0; i < run->cells->len; i++) {
		const struct plan_cell *cell = run->cells->pdata[i];
		struct shared_tree *t = g_hash_table_lookup(run->trees, cell->scenario);

		if (!t) {
			t = g_new0(struct shared_tree, 1);
			t->keep = run->options.keep_trees;
			g_hash_table_insert(run->trees, cell->scenario, t);
		}
		t->n_left++;
	}
}

static void remove_trees(const RunCells *run)
{
	g_autofree char *trees = g_build_filename(rundir_path(run->dir), "trees", NULL);

	tree_remove(trees);
}

/* What a run that died has left half done: its served files, and those of cells under way. */
static bool go_on(RunCells *run, GError **error)
{
	const GPtrArray *done = run->options.resume->results;

	run->dir = rundir_open(run->options.resume->path, error);
	if (!run->dir)
		return false;
	remove_trees(run);
	for (unsigned i = 0; i < run->cells->len; i++)
		rundir_forget_cell(run->dir, ((struct plan_cell *)run->cells->pdata[i])->id);
	for (unsigned i = 0; i < done->len; i++)
		g_ptr_array_add(run->results, result_copy(done->pdata[i]));
	return true;
}

static bool open_folder(RunCells *run, char **command, GError **error)
{
	if (run->options.resume)
		return go_on(run, error);
	run->dir = rundir_new(run->options.out, error);
	return run->dir && rundir_describe(run->dir, command, run->cells, run->options.plan,
					   run->servers, known_files(run->options.known), error);
}

RunCells *run_cells_new(GPtrArray *cells, const struct run_cells_options *options, char **command,
			GError **error)
{
	g_autoptr(RunCells) run = g_new0(RunCells, 1);

	run->options = *options;
	run->cells = cells;
	run->trees = g_hash_table_new_full(NULL, NULL, NULL, tree_free);
	run->missing = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	run->results = g_ptr_array_new_with_free_func((GDestroyNotify)result_free);
	run->verifies = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)verify_free);
	run->jobs = g_ptr_array_new_with_free_func(job_free);
	run->self = paths_self();
	resolve_clients(run);
	find_servers(run);
	count_trees(run);
	run->progress = progress_new(options->quiet ? stderr : stdout, cells->len,
				     options->json    ? PROGRESS_NONE
				     : options->quiet ? PROGRESS_STATUS
						      : PROGRESS_CELLS);
	if (!open_folder(run, command, error))
		return NULL;
	return g_steal_pointer(&run);
}

bool run_cells_work(RunCells *run)
{
	struct pool_ops ops = {
		.next = on_next,
		.progress = on_progress,
		.done = on_done,
		.self = run,
	};
	bool whole = pool_run(&ops, run->options.n_workers);

	progress_clear(run->progress);
	return whole;
}

const char *run_cells_dir(const RunCells *run)
{
	return rundir_path(run->dir);
}

unsigned run_cells_total(const RunCells *run)
{
	return run->cells->len + (run->options.resume ? run->options.resume->results->len : 0);
}

GPtrArray *run_cells_results(const RunCells *run)
{
	return run->results;
}

const char *run_cells_write_error(const RunCells *run)
{
	return run->write_error;
}

void run_cells_free(RunCells *run)
{
	if (!run)
		return;
	g_hash_table_unref(run->trees);
	if (run->dir && !run->options.keep_trees)
		remove_trees(run);
	progress_free(run->progress);
	rundir_free(run->dir);
	g_hash_table_unref(run->verifies);
	g_ptr_array_unref(run->jobs);
	g_ptr_array_unref(run->results);
	g_ptr_array_unref(run->cells);
	g_hash_table_unref(run->missing);
	for (enum server_kind k = 0; k < SERVER_N_KINDS; k++)
		server_here_clear(&run->servers[k]);
	g_free(run->self);
	g_free(run->write_error);
	g_free(run);
}
