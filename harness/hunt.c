/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hunt
 *
 * Boots come in batches: long enough that workers are busy, short enough that a person sees how it
 * goes.
 */
#include "harness/hunt.h"

#include <stdio.h>

#include "harness/attempt.h"
#include "harness/bundle_save.h"
#include "harness/hunt_draw.h"
#include "harness/tree.h"

enum {
	BATCH_PER_WORKER = 24,
	SLUG_MAX = 60,
	NS_PER_US = 1000,
};

static void group_free(void *data)
{
	struct hunt_group *g = data;

	g_free(g->signature);
	g_free(g->dir);
	g_free(g->why_not);
	shrunk_case_free(g->shrunk);
	g_free(g);
}

Hunt *hunt_new(const struct hunt_options *o)
{
	Hunt *h = g_new0(Hunt, 1);

	h->o = *o;
	h->groups = g_ptr_array_new_with_free_func(group_free);
	return h;
}

/* --- boots --- */

static struct plan_cell cell_of(const Hunt *h, uint64_t seed, Scenario *s)
{
	return (struct plan_cell){
		.client = h->o.client,
		.scenario = s,
		.server = SERVER_BUILTIN,
		.seed = seed,
		.is_virtual = true,
	};
}

static bool draw(const Hunt *h, struct attempt *a, uint64_t seed, GError **error)
{
	Scenario name_only = { .name = (char *)HUNT_SCENARIO };
	struct plan_cell cell = cell_of(h, seed, &name_only);
	g_autofree char *id = plan_cell_id(&cell), *text = hunt_draw(seed), *path = NULL;

	*a = (struct attempt){
		.client = h->o.client,
		.server = SERVER_BUILTIN,
		.seed = seed,
		.is_virtual = true,
		.overrides = h->o.overrides,
		.dir = rundir_cell(h->o.dir, id, error),
	};
	if (!a->dir)
		return false;
	path = g_build_filename(a->dir, "scenario.ini", NULL);
	if (!g_file_set_contents(path, text, -1, error))
		return false;
	a->scenario = scenario_load(path, HUNT_SCENARIO, error);
	return a->scenario;
}

static struct hunt_group *group_of(Hunt *h, const Result *r)
{
	struct hunt_group *g;

	for (guint i = 0; i < h->groups->len; i++) {
		g = h->groups->pdata[i];
		if (g_str_equal(g->signature, r->signature))
			return g;
	}
	g = g_new0(struct hunt_group, 1);
	g->signature = g_strdup(r->signature);
	g->first_seed = r->seed;
	g_ptr_array_add(h->groups, g);
	return g;
}

/* Return: whether its files are kept. */
static bool judge(Hunt *h, const Result *r)
{
	struct hunt_group *g;

	h->n_boots++;
	if (r->verdict == VERDICT_ERROR || r->verdict == VERDICT_SKIP) {
		if (!h->broken)
			h->broken = g_strdup_printf("%s: %s", r->cell,
						    r->reason ? r->reason : "no reason");
		return true;
	}
	if (!r->signature)
		return false;
	h->n_findings++;
	g = group_of(h, r);
	return ++g->n <= HUNT_N_KEPT;
}

static bool take(Hunt *h, struct attempt *a, GError **error)
{
	g_autofree char *json = NULL;

	if (!a->result)
		return true;
	if (!judge(h, a->result))
		rundir_forget_cell(h->o.dir, a->result->cell);
	json = result_to_json(a->result);
	return rundir_add_result(h->o.dir, json, error);
}

static void clear(struct attempt *a)
{
	/* What a signal cut short tells nothing. */
	if (!a->result && a->dir)
		tree_remove(a->dir);
	g_free(a->dir);
	scenario_free(a->scenario);
	if (a->result)
		result_free(a->result);
}

static bool boot_batch(Hunt *h, struct attempt *all, unsigned n, GError **error)
{
	bool ok = true;

	for (unsigned i = 0; i < n && ok; i++)
		ok = draw(h, &all[i], h->o.seed + h->n_boots + i, error);
	if (ok && !attempts_run(all, n, h->o.n_workers)) {
		g_set_error_literal(error, SHRINK_CASE_ERROR, SHRINK_CASE_ERROR_INTERRUPTED,
				    "interrupted");
		ok = false;
	}
	/* Also of a batch that was cut short: what was booted was. */
	for (unsigned i = 0; i < n; i++)
		if (!take(h, &all[i], error && *error ? NULL : error))
			ok = false;
	return ok;
}

bool hunt_boot(Hunt *h, GError **error)
{
	unsigned n = MIN(h->o.n_workers * BATCH_PER_WORKER, h->o.n_boots - h->n_boots);
	g_autofree struct attempt *all = NULL;
	gint64 start_us = g_get_monotonic_time();
	bool ok;

	if (!n || h->broken || (h->o.limit_ns && h->wall_ns >= h->o.limit_ns))
		return false;
	all = g_new0(struct attempt, n);
	ok = boot_batch(h, all, n, error);
	for (unsigned i = 0; i < n; i++)
		clear(&all[i]);
	h->wall_ns += (uint64_t)(g_get_monotonic_time() - start_us) * NS_PER_US;
	return ok && !h->broken;
}

/* --- groups --- */

/* A name for a folder: "03-crash-handover-program-check-0x0001". */
static char *folder_of(const Hunt *h, const struct hunt_group *g)
{
	guint i = 0;
	GString *s = g_string_new(NULL);

	g_ptr_array_find(h->groups, g, &i);
	g_string_printf(s, "%02u", i + 1);
	for (const char *p = g->signature; *p && s->len < SLUG_MAX; p++) {
		if (g_ascii_isalnum(*p) && (p == g->signature || !g_ascii_isalnum(p[-1])))
			g_string_append_c(s, '-');
		if (g_ascii_isalnum(*p))
			g_string_append_c(s, *p);
	}
	return g_string_free(s, FALSE);
}

static bool write_file(const char *dir, const char *name, const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	return g_file_set_contents(path, text, -1, error);
}

/* Boot what was shrunk once more, for its result, and keep it in one file. */
static bool write_bundle(const Hunt *h, const struct hunt_group *g, const char *boot,
			 GError **error)
{
	g_autofree char *path = g_build_filename(g->dir, "scenario.ini", NULL);
	g_autofree char *bundle = g_build_filename(g->dir, BUNDLE_FILE_NAME, NULL);
	g_autoptr(Scenario) scenario = scenario_load(path, HUNT_SCENARIO, error);
	struct attempt a = {
		.client = h->o.client,
		.scenario = scenario,
		.server = SERVER_BUILTIN,
		.seed = g->first_seed,
		.is_virtual = true,
		.overrides = h->o.overrides,
		.dir = (char *)boot,
		.keep = true,
	};
	bool ok;

	if (!scenario)
		return false;
	if (!attempt_run(&a)) {
		g_set_error(error, SHRINK_CASE_ERROR, SHRINK_CASE_ERROR_INTERRUPTED, "interrupted");
		return false;
	}
	ok = bundle_save(
		&(struct bundle_source){
			.client = a.client,
			.scenario = scenario,
			.result = a.result,
			.overrides = a.overrides,
			.dir = boot,
		},
		bundle, error);
	result_free(a.result);
	return ok;
}

/* What there is of a group, for who finds the folder. */
static bool write_group(const Hunt *h, struct hunt_group *g, const char *drawn, GError **error)
{
	g_autofree char *boot = g_build_filename(g->dir, "boot", NULL);
	g_autofree char *work = g_build_filename(g->dir, "work", NULL);

	if (!write_file(g->dir, "drawn.ini", drawn, error))
		return false;
	tree_remove(work);
	return !g->shrunk || (write_file(g->dir, "scenario.ini", g->shrunk->text, error) &&
			      write_bundle(h, g, boot, error));
}

bool hunt_shrink(Hunt *h, struct hunt_group *g,
		 void (*progress)(void *self, const char *what, unsigned n_left, unsigned n_boots),
		 void *self, GError **error)
{
	g_autofree char *name = folder_of(h, g), *text = hunt_draw(g->first_seed), *work = NULL;
	g_autoptr(GError) cause = NULL;
	struct shrink_case c = {
		.client = h->o.client,
		.overrides = h->o.overrides,
		.server = SERVER_BUILTIN,
		.seed = g->first_seed,
		.is_virtual = true,
		.name = HUNT_SCENARIO,
		.text = text,
		.signature = g->signature,
		.n_workers = h->o.n_workers,
		.n_boots_max = SHRINK_CASE_N_BOOTS,
		.progress = progress,
		.self = self,
	};

	g->dir = g_build_filename(rundir_path(h->o.dir), "groups", name, NULL);
	c.dir = work = g_build_filename(g->dir, "work", NULL);
	g->shrunk = shrink_case(&c, &cause);
	if (g_error_matches(cause, SHRINK_CASE_ERROR, SHRINK_CASE_ERROR_INTERRUPTED)) {
		tree_remove(g->dir);
		g_clear_pointer(&g->dir, g_free);
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	if (cause)
		g->why_not = g_strdup(cause->message);
	return write_group(h, g, text, error);
}

void hunt_free(Hunt *h)
{
	if (!h)
		return;
	g_ptr_array_unref(h->groups);
	g_free(h->broken);
	g_free(h);
}
