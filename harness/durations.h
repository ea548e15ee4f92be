/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long cells take: recorded in earlier runs, to put the longest first and shards in balance
 *
 * A line of a file is CLOCK, CLIENT/SERVER/SCENARIO and milliseconds of the host, with blanks
 * between. Runs of the same plan that are to be merged must read the same file.
 */
#ifndef HARNESS_DURATIONS_H
#define HARNESS_DURATIONS_H

#include <glib.h>
#include <stdbool.h>

#include "harness/catalogue.h"

typedef enum {
	DURATIONS_ERROR_FILE,   /* cannot be read */
	DURATIONS_ERROR_SYNTAX, /* a line that is none */
} DurationsError;

#define DURATIONS_ERROR durations_error_quark()
GQuark durations_error_quark(void);

typedef struct Durations Durations;

/* Nothing is recorded. */
Durations *durations_new(void);

/**
 * durations_load() - Read what is recorded
 * @path:	A file as above, or the folder of a run, whose results are taken
 *
 * Return: the durations, or NULL with @error set.
 */
Durations *durations_load(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The results of a run as well; what did not run, or went wrong on our side, tells nothing. */
void durations_add_results(Durations *d, GPtrArray *results);

/**
 * durations_estimate() - Fill the estimates of cells
 * @cells:	Of struct plan_cell
 *
 * The median of what is recorded of the combination on that clock; else of its server and scenario
 * there, else of the clock, else a second.
 */
void durations_estimate(const Durations *d, GPtrArray *cells);

/* The same as a file, sorted, one line for each combination and clock, with the median. */
char *durations_to_text(const Durations *d);

void durations_free(Durations *d);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Durations, durations_free)

#endif /* HARNESS_DURATIONS_H */
