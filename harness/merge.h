/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shards into one run
 *
 * What is refused is what would make a whole run look like one that it is not: a part is missing,
 * is there twice, has not come to its end, or is of something else.
 */
#ifndef HARNESS_MERGE_H
#define HARNESS_MERGE_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	MERGE_ERROR_PLAN,   /* not of the same plan, or not of the same division of it */
	MERGE_ERROR_INPUTS, /* of the same plan, but with other files */
	MERGE_ERROR_TWICE,  /* a shard or a cell is there twice */
	MERGE_ERROR_GAP,    /* a shard is missing, or has not come to its end */
	MERGE_ERROR_FILE,   /* cannot be read or written */
} MergeError;

#define MERGE_ERROR merge_error_quark()
GQuark merge_error_quark(void);

/**
 * merge_check() - See that runs are the shards of one plan, all of them, each once and complete
 * @runs:	Of PastRun, at least one
 */
bool merge_check(GPtrArray *runs, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All their results, sorted by cell; borrowed from the runs. Caller: g_ptr_array_unref(). */
GPtrArray *merge_results(GPtrArray *runs);

/**
 * merge_describe() - The run.json of the whole
 * @runs:	Of PastRun, checked
 *
 * Return: JSON text, caller: g_free(); NULL with @error set if they had different inputs.
 */
char *merge_describe(GPtrArray *runs, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * merge_cells() - Put the folders of all cells below another one
 * @runs:	Of PastRun
 * @to:		A run's folder
 *
 * Files are linked where that is possible, else copied.
 */
bool merge_cells(GPtrArray *runs, const char *to, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* HARNESS_MERGE_H */
