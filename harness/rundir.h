/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run's folder: run.json, results.jsonl, cells/, and `latest` beside it
 *
 * results.jsonl is written a whole line at a time, so that it is valid however the run ends.
 */
#ifndef HARNESS_RUNDIR_H
#define HARNESS_RUNDIR_H

#include <glib.h>
#include <stdbool.h>

#include "harness/catalogue.h"
#include "harness/shard.h"

#define RUNDIR_SCHEMA 1

typedef enum {
	RUNDIR_ERROR_FILE, /* cannot be made, read or written */
	RUNDIR_ERROR_USED, /* holds a run already */
	RUNDIR_ERROR_NONE, /* there is no such run or cell */
	RUNDIR_ERROR_BUSY, /* a run is still writing into it */
} RundirError;

#define RUNDIR_ERROR rundir_error_quark()
GQuark rundir_error_quark(void);

typedef struct Rundir Rundir;

/**
 * rundir_new() - Make the folder of a new run
 * @path:	Where; NULL: the default folder, under the present UTC time
 *
 * Return: the folder, or NULL with @error set.
 */
Rundir *rundir_new(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * rundir_open() - Go on in the folder of a run that came to no end
 *
 * What a line of its results lacks of an end is cut off.
 *
 * Return: the folder, or NULL with @error set.
 */
Rundir *rundir_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *rundir_path(const Rundir *r);

/* Remove what there is of a cell's files. */
void rundir_forget_cell(const Rundir *r, const char *id);

/* Where a cell's files go; made if it is not there. Caller frees; NULL with @error set. */
char *rundir_cell(const Rundir *r, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What of which plan a run is; all borrowed. */
struct rundir_plan {
	const char *name;   /* of the plan file; NULL: none */
	const char *hash;   /* of the whole plan, as of plan_hash() */
	unsigned n_cells;   /* of the whole plan */
	struct shard shard; /* which part of it */
	const char *of_run; /* folder of the run whose failures these are; NULL: none */
};

/**
 * rundir_describe() - Write cells.txt, and run.json: the command line, and version and hash of what
 * goes in
 * @cells:	Of struct plan_cell: what this run is to do
 * @plan:	What they are part of; NULL: nothing
 * @servers:	Of each kind, what this machine has
 * @known:	Files of known failures; NULL-terminated
 */
bool rundir_describe(const Rundir *r, char **command, GPtrArray *cells,
		     const struct rundir_plan *plan,
		     const struct server_here servers[SERVER_N_KINDS], char **known,
		     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Append a line to results.jsonl. */
bool rundir_add_result(Rundir *r, const char *json, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void rundir_free(Rundir *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rundir, rundir_free)

/* What run.json of @dir says went into a cell, in lines for people; caller: g_strfreev(). */
char **rundir_inputs(const char *dir, const char *client, const char *scenario);

/* The latest run's folder, or NULL. Caller frees. */
char *rundir_latest(void);

#endif /* HARNESS_RUNDIR_H */
