/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cell as a job for the pool: the command line of its worker
 */
#ifndef HARNESS_WORKER_JOB_H
#define HARNESS_WORKER_JOB_H

#include "harness/catalogue.h"
#include "harness/pool.h"

/**
 * worker_job_new() - The job of a cell
 * @cell:	Borrowed; the job's `cell`
 * @self:	This program
 * @tree:	Folder of the served files
 * @dir:	Where the cell's files go
 * @plugin:	The clock plugin; NULL: it runs on the wall clock
 * @overrides:	What takes the place of the client's files
 * @keep:	Keep the capture also of what passes
 *
 * Return: the job; caller: worker_job_free().
 */
struct pool_job *worker_job_new(struct plan_cell *cell, const char *self, const char *tree,
				const char *dir, const char *plugin,
				const struct client_overrides *overrides, bool keep);

/**
 * worker_job_plugin() - The clock plugin of a cell
 * @plugin:	Filled with its path, caller: g_free(); untouched on the wall clock
 * @why:	Filled, if there is none that fits, with a sentence; caller: g_free()
 *
 * Return: whether the cell can run on its clock.
 */
bool worker_job_plugin(const struct plan_cell *cell, char **plugin, char **why);

/* An error that says nothing yet; caller: result_free(). */
Result *worker_job_blank(const struct plan_cell *cell);

void worker_job_free(void *job);

#endif /* HARNESS_WORKER_JOB_H */
