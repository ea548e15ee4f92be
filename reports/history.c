/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the history says
 */
#include "reports/history.h"

#define LAST_RUNS "(SELECT id FROM run ORDER BY started DESC, id DESC LIMIT ?)"

static void run_free(void *run)
{
	struct history_run *r = run;

	g_free(r->name);
	g_free(r->started);
	g_free(r);
}

static void series_free(void *series)
{
	struct history_series *s = series;

	g_free(s->client);
	g_free(s->server);
	g_free(s->scenario);
	g_free(s->clock);
	g_free(s);
}

static void boot_free(void *boot)
{
	struct history_boot *b = boot;

	g_free(b->client_files);
	result_free(b->result);
	g_free(b);
}

/* @rows if all of them were read; else NULL with @error set to @problem, which is taken. */
static GPtrArray *finish(sqlite3_stmt *s, GPtrArray *rows, GError *problem, GError **error)
{
	sqlite3_finalize(s);
	if (!problem)
		return rows;
	g_propagate_error(error, problem);
	g_ptr_array_unref(rows);
	return NULL;
}

static enum verdict verdict_of(const char *name)
{
	for (enum verdict k = 0; k < VERDICT_N; k++)
		if (!g_strcmp0(name, verdict_name(k)))
			return k;
	return VERDICT_ERROR;
}

static void add_verdict(GPtrArray *runs, sqlite3_stmt *s)
{
	gint64 id = sqlite3_column_int64(s, 0);
	struct history_run *r = runs->len ? runs->pdata[runs->len - 1] : NULL;
	g_autofree char *verdict = history_text(s, 3);

	if (!r || r->id != id) {
		r = g_new0(struct history_run, 1);
		r->id = id;
		r->name = history_text(s, 1);
		r->started = history_text(s, 2);
		g_ptr_array_add(runs, r);
	}
	r->n[verdict_of(verdict)] += (unsigned)sqlite3_column_int64(s, 4);
}

GPtrArray *history_runs(History *h, unsigned n, GError **error)
{
	GPtrArray *runs;
	GError *problem = NULL;
	sqlite3_stmt *s =
		history_prepare(h,
				"SELECT run.id, name, started, verdict, count(*) FROM boot "
				"JOIN run ON run.id = boot.run WHERE run.id IN " LAST_RUNS
				" GROUP BY run.id, verdict ORDER BY started, run.id",
				error);

	if (!s)
		return NULL;
	history_bind_u64(s, 1, n);
	runs = g_ptr_array_new_with_free_func(run_free);
	while (history_next(h, s, &problem))
		add_verdict(runs, s);
	return finish(s, runs, problem, error);
}

GPtrArray *history_series(History *h, GError **error)
{
	GPtrArray *all;
	GError *problem = NULL;
	sqlite3_stmt *s = history_prepare(h,
					  "SELECT id, client, server, scenario, clock FROM series "
					  "ORDER BY scenario, client, server, clock",
					  error);

	if (!s)
		return NULL;
	all = g_ptr_array_new_with_free_func(series_free);
	while (history_next(h, s, &problem)) {
		struct history_series *x = g_new0(struct history_series, 1);

		x->id = sqlite3_column_int64(s, 0);
		x->client = history_text(s, 1);
		x->server = history_text(s, 2);
		x->scenario = history_text(s, 3);
		x->clock = history_text(s, 4);
		g_ptr_array_add(all, x);
	}
	return finish(s, all, problem, error);
}

static struct history_boot *boot_new(const struct history_series *series, sqlite3_stmt *s)
{
	struct history_boot *b = g_new0(struct history_boot, 1);
	uint64_t seed = history_u64(s, 3);
	g_autofree char *verdict = history_text(s, 4);
	g_autofree char *cell = g_strdup_printf("%s/%s/%s/%" G_GUINT64_FORMAT, series->client,
						series->server, series->scenario, seed);
	Result *r = result_new_for(cell, series->client, series->server, series->scenario, seed,
				   g_str_equal(series->clock, "virtual"));

	r->verdict = verdict_of(verdict);
	r->wall_ns = history_u64(s, 5);
	r->virtual_ns = history_u64(s, 6);
	r->ns_per_insn = history_u64(s, 7);
	r->frames_in = history_u64(s, 8);
	r->frames_out = history_u64(s, 9);
	r->bytes_loaded = history_u64(s, 10);
	r->n_sent = history_u64(s, 11);
	b->run = sqlite3_column_int64(s, 1);
	b->client_files = history_text(s, 2);
	b->result = r;
	return b;
}

/* One row for each milestone of each boot; one for a boot without any. */
static void add_row(GPtrArray *boots, const struct history_series *series, sqlite3_stmt *s,
		    gint64 *last)
{
	g_autofree char *milestone = history_text(s, 12);
	gint64 id = sqlite3_column_int64(s, 0);
	struct history_boot *b;

	if (!boots->len || id != *last)
		g_ptr_array_add(boots, boot_new(series, s));
	*last = id;
	b = boots->pdata[boots->len - 1];
	if (milestone)
		result_add_milestone(b->result, milestone, history_u64(s, 13));
}

GPtrArray *history_boots(History *h, const struct history_series *series, unsigned n,
			 GError **error)
{
	GPtrArray *boots;
	GError *problem = NULL;
	gint64 last = 0;
	sqlite3_stmt *s = history_prepare(
		h,
		"SELECT boot.id, boot.run, client.files, seed, verdict, wall_ns, virtual_ns, "
		"ns_per_insn, frames_in, frames_out, bytes_loaded, packets_sent, milestone.name, "
		"t_ns FROM boot JOIN run ON run.id = boot.run "
		"LEFT JOIN client ON client.run = boot.run AND client.name = ? "
		"LEFT JOIN milestone ON milestone.boot = boot.id "
		"WHERE series = ? AND boot.run IN " LAST_RUNS
		" ORDER BY started, run.id, seed, boot.id, t_ns",
		error);

	if (!s)
		return NULL;
	history_bind_text(s, 1, series->client);
	sqlite3_bind_int64(s, 2, series->id);
	history_bind_u64(s, 3, n);
	boots = g_ptr_array_new_with_free_func(boot_free);
	while (history_next(h, s, &problem))
		add_row(boots, series, s, &last);
	return finish(s, boots, problem, error);
}
