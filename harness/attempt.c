/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots on demand
 */
#include "harness/attempt.h"

#include <glib/gstdio.h>

#include "harness/command.h"
#include "harness/origin.h"
#include "harness/paths.h"
#include "harness/pool.h"
#include "harness/tree.h"
#include "harness/worker_job.h"

static const struct client_overrides nothing;

struct batch {
	struct attempt *attempts;
	unsigned n, next;
	char *self;      /* this program */
	GPtrArray *jobs; /* under way, of struct pool_job */
};

/* What a worker needs of an attempt while it runs. */
struct under_way {
	struct plan_cell cell;
	struct attempt *attempt;
	char *tree;
};

static void under_way_free(struct under_way *u)
{
	if (u->tree)
		tree_remove(u->tree);
	g_free(u->tree);
	g_free(u->cell.id);
	g_free(u);
}

static struct under_way *under_way_new(struct attempt *a)
{
	struct under_way *u = g_new0(struct under_way, 1);

	u->attempt = a;
	u->tree = g_build_filename(a->dir, "tree", NULL);
	u->cell = (struct plan_cell){
		.client = a->client,
		.scenario = a->scenario,
		.server = a->server,
		.seed = a->seed,
		.is_virtual = a->is_virtual,
	};
	u->cell.id = plan_cell_id(&u->cell);
	return u;
}

static struct pool_job *without_run(struct under_way *u, enum verdict verdict, const char *reason)
{
	Result *r = worker_job_blank(&u->cell);

	r->verdict = verdict;
	r->reason = g_strdup(reason);
	u->attempt->result = r;
	under_way_free(u);
	return NULL;
}

static bool make_tree(const struct under_way *u, GError **error)
{
	g_autofree char *boot_file = client_bootfile(u->cell.client);

	return tree_build(u->cell.scenario, u->tree, error) &&
	       (!boot_file || tree_add_file(u->tree, boot_file, u->cell.client->image, error));
}

static void let_go(void *data)
{
	struct pool_job *job = data;

	under_way_free(job->cell);
	worker_job_free(job);
}

/* NULL: there is a result already. */
static struct pool_job *prepare(const struct batch *b, struct attempt *a)
{
	struct pool_job *job;
	const struct client_overrides *overrides = a->overrides ? a->overrides : &nothing;
	struct under_way *u = under_way_new(a);
	g_autofree char *missing = NULL, *plugin = NULL;
	g_autoptr(GError) error = NULL;
	struct server_here server = { 0 };

	if (!client_resolve(a->client, overrides, &missing))
		return without_run(u, VERDICT_SKIP, missing);
	client_ask_qemu(a->client);
	missing = client_misfit(a->client);
	if (missing || !worker_job_plugin(&u->cell, &plugin, &missing))
		return without_run(u, VERDICT_SKIP, missing);
	server_find(&server, a->server, command_dnsmasq);
	missing = g_strdup(server.missing);
	server_here_clear(&server);
	if (missing)
		return without_run(u, VERDICT_SKIP, missing);
	if (g_mkdir_with_parents(a->dir, 0777) || !make_tree(u, &error))
		return without_run(u, VERDICT_ERROR, error ? error->message : a->dir);
	job = worker_job_new(&u->cell, b->self, u->tree, a->dir, plugin, overrides, a->keep);
	g_ptr_array_add(b->jobs, job);
	return job;
}

static struct pool_job *on_next(void *self)
{
	struct batch *b = self;
	struct pool_job *job = NULL;

	while (!job && b->next < b->n)
		job = prepare(b, &b->attempts[b->next++]);
	return job;
}

static void on_progress(void *self, struct pool_job *job, const char *milestone)
{
	(void)self;
	(void)job;
	(void)milestone;
}

static void on_done(void *self, struct pool_job *job, Result *result)
{
	struct under_way *u = job->cell;
	struct batch *b = self;

	u->attempt->result = result_copy(result);
	origin_describe(u->cell.client, u->attempt->result);
	g_ptr_array_remove_fast(b->jobs, job);
}

bool attempts_run(struct attempt *attempts, unsigned n, unsigned n_workers)
{
	struct batch b = {
		.attempts = attempts,
		.n = n,
		.self = paths_self(),
		.jobs = g_ptr_array_new_with_free_func(let_go),
	};
	struct pool_limits limits = { .n_workers = n_workers };
	struct pool_ops ops = {
		.next = on_next,
		.progress = on_progress,
		.done = on_done,
		.self = &b,
	};
	bool done;

	done = pool_run(&ops, &limits) == POOL_END_DONE;
	g_ptr_array_unref(b.jobs); /* of an interruption's */
	g_free(b.self);
	return done;
}

bool attempt_run(struct attempt *a)
{
	return attempts_run(a, 1, 1);
}
