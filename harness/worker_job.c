/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cell as a job for the pool: the command line of its worker
 */
#include "harness/worker_job.h"

#include "harness/command.h"
#include "harness/paths.h"

enum {
	WORKER_GRACE_MS = 30000, /* above the cell's own limit: to start QEMU, judge and write */
	NS_PER_MS = 1000 * 1000,
	PLUGIN_ABI_FIRST = 1,
};

Result *worker_job_blank(const struct plan_cell *cell)
{
	return result_new_for(cell->id, cell->client->name, server_kind_name(cell->server),
			      cell->scenario->name, cell->seed, cell->is_virtual);
}

static Result *blank_for_job(const struct pool_job *job)
{
	return worker_job_blank(job->cell);
}

void worker_job_free(void *data)
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

struct pool_job *worker_job_new(struct plan_cell *cell, const char *self, const char *tree,
				const char *dir, const char *plugin,
				const struct client_overrides *overrides, bool keep)
{
	struct pool_job *job = g_new0(struct pool_job, 1);
	g_autofree char *seed = g_strdup_printf("%" G_GUINT64_FORMAT, cell->seed);
	struct phase_limits limits = client_limits(cell->client, &cell->scenario->limits);
	GPtrArray *argv = g_ptr_array_new();

	g_ptr_array_add(argv, g_strdup(self));
	g_ptr_array_add(argv, g_strdup("worker"));
	add_arg(argv, "--client", cell->client->name);
	add_arg(argv, "--client-path", cell->client->path);
	add_arg(argv, "--scenario", cell->scenario->name);
	add_arg(argv, "--scenario-path", cell->scenario->path);
	add_arg(argv, "--server", server_kind_name(cell->server));
	add_arg(argv, "--seed", seed);
	add_arg(argv, "--tree", tree);
	add_arg(argv, "--dir", dir);
	if (keep)
		g_ptr_array_add(argv, g_strdup("--keep"));
	if (plugin)
		add_arg(argv, "--plugin", plugin);
	if (!cell->client->sandbox)
		g_ptr_array_add(argv, g_strdup("--no-sandbox"));
	command_pass_overrides(argv, overrides);
	g_ptr_array_add(argv, NULL);

	job->id = g_strdup(cell->id);
	job->argv = (char **)g_ptr_array_free(argv, FALSE);
	job->stderr_path = g_build_filename(dir, "stderr.txt", NULL);
	job->limit_ns = (uint64_t)(limits.cell_ms + WORKER_GRACE_MS) * NS_PER_MS;
	job->slow_ns = (uint64_t)limits.cell_ms / 2 * NS_PER_MS;
	job->memory_mib = MAX(cell->scenario->machine.memory_mib, cell->client->memory_mib);
	job->blank = blank_for_job;
	job->cell = cell;
	return job;
}

bool worker_job_plugin(const struct plan_cell *cell, char **plugin, char **why)
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
