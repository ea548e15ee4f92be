/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what `iplab run` is asked to do to the cells that it is to run
 */
#include "harness/run_plan.h"

#include <stdio.h>

#include "harness/command.h"
#include "harness/durations.h"
#include "harness/paths.h"
#include "harness/plan.h"
#include "harness/run_report.h"
#include "reports/rate.h"
#include "reports/result.h"

GQuark run_plan_error_quark(void)
{
	return g_quark_from_static_string("run-plan-error-quark");
}

/* The recorded durations that are asked for, else iplab's own, if there are any. */
static Durations *load_durations(const struct run_options *o, GError **error)
{
	g_autofree char *dir = paths_plans_dir();
	g_autofree char *own = g_build_filename(dir, "durations.txt", NULL);

	if (o->durations)
		return durations_load(o->durations, error);
	if (g_file_test(own, G_FILE_TEST_EXISTS))
		return durations_load(own, error);
	return durations_new();
}

/* What the command line says, as the only part of a plan. */
static GPtrArray *select_cells(const struct run_options *o, const Catalogue *c, char **terms,
			       GError **error)
{
	struct plan_part part = {
		.filter = terms,
		.clock = o->clock_kind,
		.seed = (uint64_t)o->seed,
		.n_repeat = (unsigned)o->n_repeat,
		.pairwise = o->pairwise,
	};
	void *one[] = { &part };
	GPtrArray parts = { .pdata = one, .len = 1 };

	return plan_cells(c, &parts, NULL, error);
}

/* Where seeds rotate, those of which night is told. */
static bool rotate(PlanFile *file, const struct run_options *o, struct night *night, GError **error)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();

	if (!night_find(night, o->night, now, error))
		return false;
	night->is_used = plan_file_rotate(file, night->number);
	if (night->is_used)
		fprintf(stderr,
			"Night %" G_GUINT64_FORMAT ", as %s says: seeds that rotate begin with "
			"%" G_GUINT64_FORMAT "\n",
			night->number, night->said_by, night_seed(night->number, 1));
	return true;
}

static GPtrArray *select_of_plan(const struct run_options *o, const Catalogue *c, Filter *narrow,
				 struct night *night, GError **error)
{
	g_autoptr(PlanFile) file = plan_file_load(o->plan, error);
	g_autoptr(GPtrArray) cells = NULL;
	const char *unused;

	if (!file || !rotate(file, o, night, error))
		return NULL;
	cells = plan_cells(c, file->parts, narrow, error);
	if (!cells)
		return NULL;
	unused = filter_unused(narrow);
	if (!unused)
		return g_steal_pointer(&cells);
	g_set_error(error, PLAN_ERROR, PLAN_ERROR_UNUSED, "nothing of the plan is named \"%s\"",
		    unused);
	return NULL;
}

GPtrArray *run_plan_make(const struct run_options *o, const Catalogue *c, char **terms,
			 struct night *night, GError **error)
{
	g_autoptr(Filter) filter = filter_parse(terms, error);
	g_autoptr(Durations) durations = filter ? load_durations(o, error) : NULL;
	g_autoptr(GPtrArray) cells = NULL;
	g_autofree char *left_out = NULL;

	*night = (struct night){ .is_used = false };
	if (!durations)
		return NULL;
	cells = o->plan ? select_of_plan(o, c, filter, night, error)
			: select_cells(o, c, terms, error);
	if (!cells)
		return NULL;
	left_out = catalogue_leave_out(cells, filter, &command_overrides);
	if (left_out)
		fprintf(stderr, "Left out, not on this machine (see: iplab list clients): %s\n",
			left_out);
	durations_estimate(durations, cells);
	if (cells->len)
		return g_steal_pointer(&cells);
	g_set_error(error, PLAN_ERROR, PLAN_ERROR_EMPTY,
		    "no cell fits the filter that could run here");
	return NULL;
}

bool run_plan_shard(struct shard *out, const struct run_options *o, GError **error)
{
	const char *engine = NULL;

	if (o->shard)
		return shard_parse(out, o->shard, error);
	if (!shard_from_environment(out, &engine, error))
		return false;
	if (engine)
		fprintf(stderr, "Shard %u of %u, as %s says\n", out->index, out->total, engine);
	return true;
}

/* --- of a stored run ---------------------------------------------------------------------------
 */

static bool is_named(const struct plan_cell *cell, void *names)
{
	return g_hash_table_contains(names, cell->id);
}

static bool is_not_named(const struct plan_cell *cell, void *names)
{
	return !is_named(cell, names);
}

static bool changed(GError **error, const PastRun *from)
{
	g_set_error(error, RUN_PLAN_ERROR, RUN_PLAN_ERROR_CHANGED,
		    "%s: what it was asked for are other cells today: clients, scenarios, "
		    "durations or the machine have changed; run it anew",
		    from->path);
	return false;
}

bool run_plan_keep_unfinished(GPtrArray *cells, const PastRun *from, GError **error)
{
	g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) done = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *hash = NULL;

	for (char **id = from->cells; *id; id++)
		g_hash_table_add(listed, *id);
	for (unsigned i = 0; i < from->results->len; i++)
		g_hash_table_add(done, ((Result *)from->results->pdata[i])->cell);
	catalogue_keep(cells, is_named, listed);
	hash = plan_hash(cells);
	if (!g_str_equal(hash, from->cells_hash))
		return changed(error, from);
	catalogue_keep(cells, is_not_named, done);
	return true;
}

/* All boots of a group whose rate is not as expected: it takes all of them to judge it again. */
static void add_drifted(GHashTable *failed, const GPtrArray *results)
{
	g_autoptr(GArray) rates = rates_of(results);

	for (unsigned i = 0; i < rates->len; i++) {
		const struct rate *g = &g_array_index(rates, struct rate, i);

		for (unsigned k = 0; g->drift != RATE_AS_EXPECTED && k < results->len; k++) {
			Result *r = results->pdata[k];

			if (rate_has(g, r))
				g_hash_table_add(failed, r->cell);
		}
	}
}

bool run_plan_keep_failed(GPtrArray *cells, const PastRun *from, GError **error)
{
	g_autoptr(GHashTable) failed = g_hash_table_new(g_str_hash, g_str_equal);

	for (unsigned i = 0; i < from->results->len; i++) {
		Result *r = from->results->pdata[i];

		if (run_report_is_unexpected(r->verdict))
			g_hash_table_add(failed, r->cell);
	}
	add_drifted(failed, from->results);
	catalogue_keep(cells, is_named, failed);
	return cells->len == g_hash_table_size(failed) || changed(error, from);
}
