/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One boot of a bisection
 */
#include "harness/bisect_boot.h"

#include "harness/attempt.h"
#include "harness/rundir.h"
#include "harness/tree.h"

static Trace *trace_of(const struct attempt *a)
{
	g_autofree char *path = g_build_filename(a->dir, "journal.jsonl.gz", NULL);

	return trace_load(path, TRACE_N_FRAMES_MAX);
}

static void forget_check(GPtrArray *checks, const char *id)
{
	for (guint i = checks->len; i-- > 0;)
		if (g_str_equal(((struct check_result *)checks->pdata[i])->id, id))
			g_ptr_array_remove_index(checks, i);
}

/* @control: NULL: there is none. */
static void judge(const struct check *check, struct attempt *a, const struct attempt *control)
{
	g_autoptr(Trace) t = trace_of(a), c = control ? trace_of(control) : NULL;
	struct judgement seen = { .saw = JUDGE_SAW_NOTHING };

	forget_check(a->result->checks, check->id);
	if (t && (c || !control))
		seen = judge_boot(check->judge, t, c);
	g_ptr_array_add(a->result->checks,
			check_result_new(check->id, check_verdict(check, seen.saw),
					 g_strdup(seen.evidence), seen.frames, seen.n_frames));
	judgement_clear(&seen);
}

/* The cell with another scenario or seed. */
static char *cell_dir(const struct bisect_boot *b, Scenario *scenario)
{
	struct plan_cell cell = *b->cell;
	g_autofree char *id = NULL;

	cell.scenario = scenario;
	cell.seed = b->seed;
	id = plan_cell_id(&cell);
	return g_build_filename(b->dir, "cells", id, NULL);
}

static struct attempt attempt_of(const struct bisect_boot *b, Scenario *scenario)
{
	return (struct attempt){
		.client = b->cell->client,
		.scenario = scenario,
		.server = b->cell->server,
		.seed = b->seed,
		.is_virtual = b->cell->is_virtual,
		.overrides = b->files,
		.dir = cell_dir(b, scenario),
	};
}

/* For `iplab show`: that it cannot be written is no reason to stop. */
static void store(const char *dir, const struct attempt *attempts, unsigned n)
{
	g_autoptr(Rundir) run = rundir_new(dir, NULL);

	for (unsigned i = 0; run && i < n; i++) {
		g_autofree char *json = result_to_json(attempts[i].result);

		if (!rundir_add_result(run, json, NULL))
			return;
	}
}

Result *bisect_boot(const struct bisect_boot *b)
{
	struct attempt attempts[2] = { attempt_of(b, b->cell->scenario) };
	unsigned n = b->control ? 2 : 1;
	Result *result = NULL;

	if (b->control)
		attempts[1] = attempt_of(b, b->control);
	tree_remove(b->dir);
	if (attempts_run(attempts, n, 1)) {
		if (b->check)
			judge(b->check, &attempts[0], n > 1 ? &attempts[1] : NULL);
		store(b->dir, attempts, n);
		result = g_steal_pointer(&attempts[0].result);
	}
	for (unsigned i = 0; i < n; i++) {
		g_free(attempts[i].dir);
		result_free(attempts[i].result);
	}
	return result;
}
