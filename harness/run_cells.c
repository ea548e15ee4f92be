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
#include <string.h>
#include <unistd.h>

#include "harness/bundle_save.h"
#include "harness/catalogue.h"
#include "harness/cell_checks.h"
#include "harness/command.h"
#include "harness/origin.h"
#include "harness/paths.h"
#include "harness/pool.h"
#include "harness/present.h"
#include "harness/progress.h"
#include "harness/qemu.h"
#include "harness/retry.h"
#include "harness/run_json.h"
#include "harness/run_report.h"
#include "harness/rundir.h"
#include "harness/same_inputs.h"
#include "harness/shared_trees.h"
#include "harness/tree.h"
#include "harness/verify.h"
#include "harness/worker_job.h"
#include "reports/tap.h"

enum {
	NS_PER_MS = 1000 * 1000,
	NS_PER_S = 1000 * NS_PER_MS,
	KIB_PER_MIB = 1024,
};

struct RunCells {
	struct run_cells_options options;
	Rundir *dir;
	GPtrArray *cells;          /* of struct plan_cell */
	unsigned next, next_round; /* cell, and its repetition for comparing */
	unsigned n_unexpected;     /* results so far */
	unsigned n_printed;        /* test points of TAP so far */
	GHashTable *verifies;      /* struct plan_cell -> Verify, of cells under way */
	Retry *retry;              /* of cells under way on the wall clock; NULL: none is */
	SharedTrees *trees;
	struct present present;
	GPtrArray *jobs; /* under way, of struct pool_job */
	GPtrArray *results;
	Progress *progress;
	char *self;
	char *write_error; /* results could not be written */
};

static void print(const GString *text)
{
	fputs(text->str, stdout);
	fflush(stdout);
}

/* What other programs read while the run goes on. */
static void print_result(RunCells *run, const Result *r, const char *json)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (run->options.json)
		g_string_append_printf(text, "%s\n", json);
	else if (run->options.tap)
		tap_point(text, ++run->n_printed, r);
	print(text);
}

/* What is not as expected can be run again elsewhere. */
static void keep_bundle(RunCells *run, const struct plan_cell *cell, const Result *r)
{
	g_autofree char *dir = g_build_filename(rundir_path(run->dir), "cells", cell->id, NULL);
	struct bundle_source from = {
		.client = cell->client,
		.scenario = cell->scenario,
		.result = r,
		.overrides = &command_overrides,
		.server_program = run->present.servers[cell->server].program,
		.dir = dir,
	};
	g_autoptr(GError) error = NULL;

	if (g_file_test(dir, G_FILE_TEST_IS_DIR) && !bundle_save(&from, NULL, &error) &&
	    !run->write_error)
		run->write_error = g_strdup(error->message);
}

/* A cell is finished, whatever came of it. */
static void take_result(RunCells *run, const struct plan_cell *cell, Result *r)
{
	g_autofree char *json = NULL;
	g_autoptr(GError) error = NULL;

	origin_describe(cell->client, r);
	known_apply(run->options.known, r);
	cell_checks_weigh(run->options.checks, run->options.known, r);
	r->server_version = g_strdup(run->present.servers[cell->server].version);
	r->begun_unix_ns = (uint64_t)g_get_real_time() * 1000 - r->wall_ns;
	if (run->options.keep_bundles && bundle_is_due(r->verdict, run->options.keep_captures))
		keep_bundle(run, cell, r);
	json = result_to_json(r);
	if (!rundir_add_result(run->dir, json, &error) && !run->write_error)
		run->write_error = g_strdup(error->message);
	print_result(run, r, json);
	run->n_unexpected += run_report_is_unexpected(r->verdict);
	progress_done(run->progress, r);
	shared_trees_let_go(run->trees, cell->scenario);
}

/* A cell that does not get as far as a worker. */
static void take_without_run(RunCells *run, const struct plan_cell *cell, enum verdict v,
			     const char *reason)
{
	Result *r = worker_job_blank(cell);

	r->verdict = v;
	r->reason = g_strdup(reason);
	g_ptr_array_add(run->results, r);
	take_result(run, cell, r);
}

/* Where the files of a cell go: those of a repetition or a further try lie in the first one's. */
static char *cell_dir(RunCells *run, const struct plan_cell *cell, GError **error)
{
	unsigned n_tried = run->retry ? retry_n_tried(run->retry, cell) : 0;
	unsigned n = n_tried ? n_tried : run->next_round;
	g_autofree char *again = g_strdup_printf("%s/again/%u", cell->id, n);

	return rundir_cell(run->dir, n ? again : cell->id, error);
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
	const char *lack = present_lack(&run->present, cell);
	const struct shared_tree *tree;
	g_autofree char *dir = NULL, *plugin = NULL, *no_clock = NULL;
	g_autoptr(GError) error = NULL;

	if (lack) {
		take_without_run(run, cell, VERDICT_SKIP, lack);
		return NULL;
	}
	if (!worker_job_plugin(cell, &plugin, &no_clock)) {
		take_without_run(run, cell, VERDICT_SKIP, no_clock);
		return NULL;
	}
	tree = shared_trees_get(run->trees, cell->scenario);
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
	job = worker_job_new(cell, run->self, tree->dir, dir, plugin, &command_overrides,
			     run->options.keep_captures);
	g_ptr_array_add(run->jobs, job);
	return job;
}

/* A cell of which repetitions are under way is wanted to its end. */
static bool is_wanted(const RunCells *run, const struct plan_cell *cell)
{
	return !run->options.wanted || run->next_round ||
	       run->options.wanted(run->options.self, cell, run->results);
}

static bool has_failed_enough(const RunCells *run)
{
	return run->options.n_max_fail && run->n_unexpected >= run->options.n_max_fail;
}

static uint64_t now_ns(void)
{
	return (uint64_t)g_get_monotonic_time() * 1000;
}

/* What was begun comes to its end, also if nothing else is begun any more. */
static struct pool_job *on_next(void *self)
{
	RunCells *run = self;
	struct pool_job *job = NULL;
	struct plan_cell *again;

	while (!job && run->retry && (again = retry_next(run->retry, now_ns())))
		job = prepare(run, again);
	while (!job && run->next < run->cells->len && !has_failed_enough(run)) {
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

static uint64_t on_wait(void *self)
{
	const RunCells *run = self;

	return run->retry ? retry_wait_ns(run->retry, now_ns()) : 0;
}

static void on_progress(void *self, struct pool_job *job, const char *milestone)
{
	RunCells *run = self;

	progress_milestone(run->progress, job->id, milestone);
}

static void on_slow(void *self, struct pool_job *job)
{
	RunCells *run = self;

	progress_slow(run->progress, job->id, (unsigned)(job->slow_ns / NS_PER_S),
		      (unsigned)(job->slow_ns * 2 / NS_PER_S));
}

/* Standard error without a complaint is no file worth keeping. */
static void remove_if_empty(const char *path)
{
	g_autofree char *complaints = qemu_complaints(path);

	if (!complaints)
		unlink(path);
}

/* The result of a cell that was run often to compare; NULL: not yet. */
static Result *verify(RunCells *run, struct pool_job *job, const Result *result)
{
	g_autofree char *dir = g_path_get_dirname(job->stderr_path);
	Verify *v = g_hash_table_lookup(run->verifies, job->cell);

	if (!v) {
		v = verify_new(run->options.n_verify);
		g_hash_table_insert(run->verifies, job->cell, v);
	}
	return verify_add(v, dir, result);
}

/* Whether it failed as it was known to. */
static bool is_known(const RunCells *run, const Result *result)
{
	g_autoptr(Result) r = result_copy(result);

	known_apply(run->options.known, r);
	return r->verdict == VERDICT_XFAIL;
}

/* What a finished job means for the run: its result; or nothing yet, when it is one of many. */
static Result *result_of(RunCells *run, struct pool_job *job, const Result *result)
{
	const struct plan_cell *cell = job->cell;

	if (run->options.n_verify)
		return verify(run, job, result);
	if (run->retry && !cell->is_virtual)
		return retry_add(run->retry, job->cell, result, is_known(run, result), now_ns());
	return result_copy(result);
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

/* Whether the cells that are left would be boots of what the others were. */
static bool has_same_inputs(const RunCells *run, char **command, GError **error)
{
	g_autofree char *now = run_json_text(command, run->cells, run->options.plan,
					     run->present.servers, known_files(run->options.known));

	return !run->cells->len || same_inputs(run->options.resume->json, now, error);
}

/* What a run that died has left half done: cells that were under way. */
static bool go_on(RunCells *run, char **command, GError **error)
{
	const GPtrArray *done = run->options.resume->results;

	if (!has_same_inputs(run, command, error))
		return false;
	run->dir = rundir_open(run->options.resume->path, error);
	if (!run->dir)
		return false;
	for (unsigned i = 0; i < run->cells->len; i++)
		rundir_forget_cell(run->dir, ((struct plan_cell *)run->cells->pdata[i])->id);
	for (unsigned i = 0; i < done->len; i++)
		g_ptr_array_add(run->results, result_copy(done->pdata[i]));
	return true;
}

static bool open_folder(RunCells *run, char **command, GError **error)
{
	if (run->options.resume)
		return go_on(run, command, error);
	run->dir = rundir_new(run->options.out, error);
	return run->dir &&
	       rundir_describe(run->dir, command, run->cells, run->options.plan,
			       run->present.servers, known_files(run->options.known), error);
}

RunCells *run_cells_new(GPtrArray *cells, const struct run_cells_options *options, char **command,
			GError **error)
{
	g_autoptr(RunCells) run = g_new0(RunCells, 1);

	run->options = *options;
	run->cells = cells;
	run->results = g_ptr_array_new_with_free_func((GDestroyNotify)result_free);
	run->verifies = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)verify_free);
	run->retry = options->n_retries ? retry_new(options->n_retries) : NULL;
	run->jobs = g_ptr_array_new_with_free_func(worker_job_free);
	run->self = paths_self();
	present_find(&run->present, cells);
	run->progress = progress_new(options->quiet ? stderr : stdout, cells->len,
				     options->json || options->tap ? PROGRESS_NONE
				     : options->quiet              ? PROGRESS_STATUS
								   : PROGRESS_CELLS);
	if (!open_folder(run, command, error))
		return NULL;
	run->trees = shared_trees_new(rundir_path(run->dir), options->keep_trees);
	for (unsigned i = 0; i < cells->len; i++)
		shared_trees_expect(run->trees, ((struct plan_cell *)cells->pdata[i])->scenario);
	return g_steal_pointer(&run);
}

/* Three quarters of what there is: guests need not all fill theirs. 0: no idea. */
static unsigned spare_mib(void)
{
	g_autofree char *text = NULL;
	const char *line;

	if (!g_file_get_contents("/proc/meminfo", &text, NULL, NULL))
		return 0;
	line = strstr(text, "MemAvailable:");
	return line ? (unsigned)(g_ascii_strtoull(line + strlen("MemAvailable:"), NULL, 10) /
				 KIB_PER_MIB * 3 / 4)
		    : 0;
}

const char *run_cells_end_name(enum run_cells_end end)
{
	static const char *const names[] = {
		[RUN_CELLS_WHOLE] = "complete",
		[RUN_CELLS_INTERRUPTED] = "interrupted",
		[RUN_CELLS_TIME] = "its time was over",
		[RUN_CELLS_MAX_FAIL] = "enough has failed",
	};

	return names[end];
}

static enum run_cells_end work(RunCells *run)
{
	struct pool_ops ops = {
		.next = on_next,
		.wait_ns = on_wait,
		.progress = on_progress,
		.slow = on_slow,
		.done = on_done,
		.self = run,
	};
	struct pool_limits limits = {
		.n_workers = run->options.n_workers,
		.memory_mib = spare_mib(),
		.run_ns = run->options.limit_ns,
	};
	enum pool_end end = pool_run(&ops, &limits);

	progress_clear(run->progress);
	if (end != POOL_END_DONE)
		return end == POOL_END_TIME ? RUN_CELLS_TIME : RUN_CELLS_INTERRUPTED;
	return run->next < run->cells->len ? RUN_CELLS_MAX_FAIL : RUN_CELLS_WHOLE;
}

enum run_cells_end run_cells_work(RunCells *run)
{
	g_autoptr(GString) text = g_string_new(NULL);
	enum run_cells_end end;

	if (run->options.tap)
		tap_begin(text, run->cells->len);
	print(text);
	end = work(run);
	g_string_truncate(text, 0);
	if (run->options.tap && end != RUN_CELLS_WHOLE)
		tap_bail_out(text, run_cells_end_name(end));
	print(text);
	return end;
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
	shared_trees_free(run->trees);
	progress_free(run->progress);
	rundir_free(run->dir);
	g_hash_table_unref(run->verifies);
	retry_free(run->retry);
	g_ptr_array_unref(run->jobs);
	g_ptr_array_unref(run->results);
	g_ptr_array_unref(run->cells);
	present_clear(&run->present);
	g_free(run->self);
	g_free(run->write_error);
	g_free(run);
}
