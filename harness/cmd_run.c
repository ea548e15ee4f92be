/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab run`: run the selected cells
 *
 * Reads the command line, or that of a stored run, plans the cells, has them run, and writes the
 * reports.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/catalogue.h"
#include "harness/cell_checks.h"
#include "harness/command.h"
#include "harness/known.h"
#include "harness/paths.h"
#include "harness/plan.h"
#include "harness/run_cells.h"
#include "harness/run_options.h"
#include "harness/run_plan.h"
#include "harness/run_report.h"

/* What is to be done, and what it is done with. */
typedef struct Request {
	char **command; /* for run.json: that of the stored run, if there is one */
	char **terms;   /* its name, and the terms of the filter */
	PastRun *from;  /* that is to go on, or whose failures are to run again; or NULL */
	Catalogue *catalogue;
	Known *known;
	Checks *checks;
	struct shard shard;
	struct night night;
} Request;

static void request_clear(Request *r)
{
	g_strfreev(r->command);
	g_strfreev(r->terms);
	past_run_free(r->from);
	catalogue_free(r->catalogue);
	known_free(r->known);
	checks_free(r->checks);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Request, request_clear)

/* --- the command line --------------------------------------------------------------------------
 */

/* In the folder in which we were started: the command may go to another one. */
static char *canonical(const char *path)
{
	g_autofree char *cwd = g_get_current_dir();

	return path ? g_canonicalize_filename(path, cwd) : NULL;
}

/* Put @path, if there is one, in the place of an option; takes it. */
static void set_path(char **option, char **path)
{
	if (!*path)
		return;
	g_free(*option);
	*option = g_steal_pointer(path);
}

/* Where a stored run's command was given, its paths mean what they meant. */
static bool go_there(const PastRun *from, GError **error)
{
	if (from->folder && chdir(from->folder) == 0)
		return true;
	g_set_error(error, PAST_RUN_ERROR, PAST_RUN_ERROR_FILE,
		    "%s: the folder in which it was started, %s: %s", from->path,
		    from->folder ? from->folder : "", g_strerror(errno));
	return false;
}

/*
 * The stored run's command line, and what is given now over it. Its own folder is not ours, unless
 * it is to go on there.
 */
static bool read_stored(Request *r, char **argv, GError **error)
{
	bool resume = run_options.resume != NULL;
	g_autofree char *out = canonical(run_options.out), *junit = canonical(run_options.junit);
	g_auto(GStrv) now = NULL;

	r->from = past_run_load(resume ? run_options.resume : run_options.rerun_failed, error);
	if (!r->from || !go_there(r->from, error))
		return false;
	run_options_reset();
	r->command = g_strdupv(r->from->command);
	r->terms = run_options_parse(r->command, error);
	if (!r->terms)
		return false;
	g_clear_pointer(&run_options.out, g_free);
	/* Why it ended early is no reason to end early again. */
	run_options.fail_fast = FALSE;
	run_options.n_max_fail = run_options.limit_s = 0;
	if (!resume)
		g_clear_pointer(&run_options.junit, g_free);
	now = run_options_parse(argv, error);
	if (!now)
		return false;
	if (now[1]) {
		g_set_error(error, RUN_OPTIONS_ERROR, RUN_OPTIONS_ERROR_CLASH,
			    "\"%s\": a stored run says itself what it is of: without a filter",
			    now[1]);
		return false;
	}
	set_path(&run_options.out, &out);
	set_path(&run_options.junit, &junit);
	return true;
}

static bool read_command(Request *r, char **argv, GError **error)
{
	run_options_reset();
	r->terms = run_options_parse(argv, error);
	if (!r->terms || !run_options_check(error))
		return false;
	if (!run_options.resume && !run_options.rerun_failed) {
		r->command = g_strdupv(argv);
		return true;
	}
	g_clear_pointer(&r->terms, g_strfreev);
	return read_stored(r, argv, error) && run_options_check(error);
}

static bool load_inputs(Request *r, GError **error)
{
	g_auto(GStrv) dirs = paths_scenario_dirs();

	r->catalogue = catalogue_load(command_client_files, error);
	if (r->catalogue)
		r->known = known_load(dirs, error);
	if (r->known)
		r->checks = checks_load(NULL, error);
	return r->checks;
}

/* --- the work ----------------------------------------------------------------------------------
 */

/* What is no failure of a boot, and should be looked at all the same. */
static void note(const Request *r, const GPtrArray *results)
{
	g_autoptr(GPtrArray) scenarios = g_ptr_array_new();
	g_autoptr(GString) text = g_string_new(NULL);
	g_auto(GStrv) lines = NULL;

	for (unsigned i = 0; i < r->catalogue->scenarios->len; i++)
		g_ptr_array_add(scenarios, ((Scenario *)r->catalogue->scenarios->pdata[i])->name);
	cell_checks_append_news(text, r->checks, results);
	known_append_stale(text, r->known, results, scenarios, NULL);
	lines = g_strsplit(g_strchomp(text->str), "\n", -1);
	for (char **line = lines; *line; line++)
		fprintf(stderr, "iplab run: note: %s\n", *line);
}

/* Takes @cells. */
static int run_and_report(const Request *r, GPtrArray *cells, const struct rundir_plan *plan)
{
	const struct run_options *o = &run_options;
	struct run_cells_options options = {
		.out = o->out,
		.n_workers = (unsigned)o->n_workers,
		.n_verify = (unsigned)o->n_verify,
		.n_retries = (unsigned)o->n_retries,
		.n_max_fail = o->fail_fast ? 1 : (unsigned)o->n_max_fail,
		.limit_ns = (uint64_t)o->limit_s * 1000000000,
		.json = o->json,
		.tap = o->tap,
		.keep_captures = o->keep,
		.keep_bundles = !o->n_verify, /* repetitions lie beside each other, and tell more */
		.keep_trees = o->keep,
		.plan = plan,
		.resume = o->resume ? r->from : NULL,
		.known = r->known,
		.checks = r->checks,
	};
	struct run_report_options report = {
		.command = "run",
		.junit = o->junit,
		.quiet = o->json || o->tap,
		.is_part = plan->shard.total > 1,
	};
	gint64 start_us = g_get_monotonic_time();
	g_autoptr(GError) error = NULL;
	g_autoptr(RunCells) run = run_cells_new(cells, &options, r->command, &error);
	enum run_cells_end end;
	int code;

	if (!run) {
		fprintf(stderr, "iplab run: %s\n", error->message);
		return EXIT_COULD_NOT_RUN;
	}
	end = run_cells_work(run);
	report.dir = run_cells_dir(run);
	report.write_error = run_cells_write_error(run);
	report.wall_ns = (uint64_t)(g_get_monotonic_time() - start_us) * 1000;
	code = run_report(run_cells_results(run), &report);
	fflush(stdout);
	note(r, run_cells_results(run));
	if (end == RUN_CELLS_WHOLE)
		return code;
	fprintf(stderr, "iplab run: %s after %u of %u cells; --resume %s goes on\n",
		run_cells_end_name(end), run_cells_results(run)->len, run_cells_total(run),
		run_cells_dir(run));
	return end == RUN_CELLS_MAX_FAIL ? code : EXIT_COULD_NOT_RUN;
}

static void print_preview(GPtrArray *cells)
{
	g_autoptr(GString) text = g_string_new(NULL);

	plan_preview(text, cells, (unsigned)run_options.n_workers);
	fputs(text->str, stdout);
}

static void list_cells(const GPtrArray *cells)
{
	for (unsigned i = 0; i < cells->len; i++)
		puts(((struct plan_cell *)cells->pdata[i])->id);
}

/* Takes @cells. */
static int run_or_list(const Request *r, GPtrArray *cells, const struct rundir_plan *plan)
{
	const struct run_options *o = &run_options;

	plan_sort(cells);
	if (o->list || (o->plan && !o->json && !o->tap && !o->list_cells))
		print_preview(cells);
	if (o->list_cells)
		list_cells(cells);
	if (!o->list && !o->list_cells)
		return run_and_report(r, cells, plan);
	g_ptr_array_unref(cells);
	return EXIT_AS_EXPECTED;
}

/* In run.json stands which night it was: on another day the stored run is of the same cells. */
static void record_night(Request *r)
{
	g_autofree char *option = NULL;
	GPtrArray *words;

	if (!r->night.is_used || run_options.night)
		return;
	option = g_strdup_printf("--night=%" G_GUINT64_FORMAT, r->night.number);
	words = g_ptr_array_new();
	g_ptr_array_add(words, r->command[0]);
	g_ptr_array_add(words, g_steal_pointer(&option));
	for (char **word = r->command + 1; *word; word++)
		g_ptr_array_add(words, *word);
	g_ptr_array_add(words, NULL);
	g_free(r->command);
	r->command = (char **)g_ptr_array_free(words, FALSE);
}

/* Leave in the whole plan what is ours to do, and say what it is part of. */
static bool take_part(const Request *r, GPtrArray *cells, struct rundir_plan *plan, char **hash,
		      GError **error)
{
	if (run_options.rerun_failed && !run_plan_keep_failed(cells, r->from, error))
		return false;
	*hash = plan_hash(cells);
	*plan = (struct rundir_plan){
		.name = run_options.plan,
		.hash = *hash,
		.n_cells = cells->len,
		.shard = r->shard,
		.of_run = run_options.rerun_failed ? r->from->path : NULL,
	};
	if (run_options.resume)
		return run_plan_keep_unfinished(cells, r->from, error);
	shard_take(cells, r->shard);
	return true;
}

/* That nothing fits, or no longer, is no wrong usage: the command may be right tomorrow. */
static int error_code(const GError *error)
{
	if (error->domain != PLAN_ERROR && error->domain != RUN_PLAN_ERROR &&
	    error->domain != PAST_RUN_ERROR)
		return command_usage_error("run", error->message);
	fprintf(stderr, "iplab run: %s\n", error->message);
	return EXIT_COULD_NOT_RUN;
}

int command_run(int argc, char **argv)
{
	g_auto(Request) r = { .shard = { 1, 1 } };
	g_autoptr(GPtrArray) cells = NULL;
	g_autofree char *hash = NULL;
	g_autoptr(GError) error = NULL;
	struct rundir_plan plan;

	(void)argc;
	if (!read_command(&r, argv, &error) || !load_inputs(&r, &error))
		return error_code(error);
	/* A stored run's cells are known: no engine says which they are. */
	if (run_options.resume)
		r.shard = r.from->shard;
	if (!r.from && !run_plan_shard(&r.shard, &run_options, &error))
		return error_code(error);
	cells = run_plan_make(&run_options, r.catalogue, r.terms + 1, &r.night, &error);
	if (cells)
		record_night(&r);
	if (!cells || !take_part(&r, cells, &plan, &hash, &error))
		return error_code(error);
	if (cells->len || !run_options.rerun_failed)
		return run_or_list(&r, g_steal_pointer(&cells), &plan);
	fprintf(run_options.json || run_options.tap ? stderr : stdout, "Nothing of %s failed\n",
		r.from->path);
	return EXIT_AS_EXPECTED;
}
