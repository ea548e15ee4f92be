/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run that is over: its folder, its results, and the cell that a person means
 */
#ifndef HARNESS_STORED_RUN_H
#define HARNESS_STORED_RUN_H

#include <glib.h>

#include "reports/result.h"

/* @dir, or the latest run's if it is NULL. Caller frees; NULL with @error: there is none yet. */
char *stored_run_dir(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The results in a run's folder, in file order; NULL with @error set. */
GPtrArray *stored_run_results(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * stored_run_find() - The one cell that a person means
 * @wanted:	All of its id, whole parts of it, or a pattern
 * @command:	Who says on standard error what there is instead, if not one cell fits
 *
 * Return: it, borrowed; or NULL.
 */
const Result *stored_run_find(const GPtrArray *results, const char *wanted, const char *command);

#endif /* HARNESS_STORED_RUN_H */
