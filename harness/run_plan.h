/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From what `iplab run` is asked to do to the cells that it is to run
 */
#ifndef HARNESS_RUN_PLAN_H
#define HARNESS_RUN_PLAN_H

#include <glib.h>

#include "harness/catalogue.h"
#include "harness/night.h"
#include "harness/past_run.h"
#include "harness/run_options.h"
#include "harness/shard.h"

typedef enum {
	RUN_PLAN_ERROR_CHANGED, /* a stored run is of other cells than there are now */
} RunPlanError;

#define RUN_PLAN_ERROR run_plan_error_quark()
GQuark run_plan_error_quark(void);

/**
 * run_plan_make() - The whole plan, before it is divided
 * @terms:	Of the filter
 * @night:	Filled; with is_used false it means nothing
 *
 * Says on standard error which clients are left out, and the night if it is used.
 *
 * Return: array of struct plan_cell, with estimates; NULL with @error set.
 */
GPtrArray *run_plan_make(const struct run_options *o, const Catalogue *c, char **terms,
			 struct night *night, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Which shard it is: as the options say, else the environment, which is told on standard error. */
bool run_plan_shard(struct shard *out, const struct run_options *o, GError **error);

/**
 * run_plan_keep_unfinished() - Leave in a plan what a stored run has yet to do
 * @cells:	Of struct plan_cell: what its command line makes today
 *
 * Return: false with @error set if its cells are not what they were.
 */
bool run_plan_keep_unfinished(GPtrArray *cells, const PastRun *from, GError **error);

/* The same for what came out as nobody expected. */
bool run_plan_keep_failed(GPtrArray *cells, const PastRun *from, GError **error);

#endif /* HARNESS_RUN_PLAN_H */
