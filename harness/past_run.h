/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run's folder, read back: what was asked, and what came of it
 */
#ifndef HARNESS_PAST_RUN_H
#define HARNESS_PAST_RUN_H

#include <glib.h>
#include <json-glib/json-glib.h>

#include "harness/shard.h"

typedef enum {
	PAST_RUN_ERROR_FILE, /* cannot be read, or holds no run */
	PAST_RUN_ERROR_PLAN, /* does not say what plan it is of */
} PastRunError;

#define PAST_RUN_ERROR past_run_error_quark()
GQuark past_run_error_quark(void);

typedef struct PastRun {
	char *path;       /* absolute */
	JsonObject *json; /* all of run.json */
	char **command;   /* that made it, the command's name first */
	char *folder;     /* in which it was given */
	char *plan;       /* name of the plan; NULL: none */
	char *hash;       /* of the whole plan */
	unsigned n_whole; /* cells of the whole plan */
	unsigned n_cells; /* cells of this run */
	char *cells_hash; /* of them alone */
	char **cells;     /* their ids */
	struct shard shard;
	GPtrArray *results; /* of Result, those that are there */
} PastRun;

/* Return: the run, or NULL with @error set. */
PastRun *past_run_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void past_run_free(PastRun *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PastRun, past_run_free)

#endif /* HARNESS_PAST_RUN_H */
