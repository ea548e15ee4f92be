/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `iplab run` is asked to do
 */
#ifndef HARNESS_RUN_OPTIONS_H
#define HARNESS_RUN_OPTIONS_H

#include <glib.h>

#include "harness/scenario.h"

typedef enum {
	RUN_OPTIONS_ERROR_RANGE, /* a value that is not allowed */
	RUN_OPTIONS_ERROR_CLASH, /* options that exclude each other */
} RunOptionsError;

#define RUN_OPTIONS_ERROR run_options_error_quark()
GQuark run_options_error_quark(void);

struct run_options {
	gint64 seed;
	int n_repeat, n_workers, n_verify, n_retries, n_max_fail, limit_s;
	char *clock, *out, *junit, *plan, *durations, *shard, *resume, *rerun_failed, *night;
	enum scenario_clock clock_kind;
	gboolean json, tap, keep, fail_fast, pairwise, list, list_cells;
};

/* There is one command line. */
extern struct run_options run_options;

/**
 * run_options_parse() - Read a command line over what was read before
 * @argv:	NULL-terminated, "run" first
 *
 * Return: what is left, the name first; caller: g_strfreev(). NULL with @error set.
 */
char **run_options_parse(char **argv, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Nothing is asked for. */
void run_options_reset(void);

/* Whether all that was read makes sense; fills what follows from it. */
bool run_options_check(GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* HARNESS_RUN_OPTIONS_H */
