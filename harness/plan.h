/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan of a run: which cells, how long they will take, in what order
 *
 * The same catalogue, parts and durations give the same plan, with the same hash, on every machine:
 * so shards that never spoke to each other are parts of one whole.
 */
#ifndef HARNESS_PLAN_H
#define HARNESS_PLAN_H

#include <glib.h>

#include "harness/catalogue.h"
#include "harness/plan_file.h"

typedef enum {
	PLAN_ERROR_UNUSED, /* a filter names what there is not */
	PLAN_ERROR_EMPTY,  /* no cell fits */
} PlanError;

#define PLAN_ERROR plan_error_quark()
GQuark plan_error_quark(void);

/**
 * plan_cells() - The cells that parts select, each once
 * @parts:	Of struct plan_part
 * @narrow:	What fits this as well; NULL: all
 *
 * Return: array of struct plan_cell; NULL with @error set (PLAN_ERROR, FILTER_ERROR).
 */
GPtrArray *plan_cells(const Catalogue *c, GPtrArray *parts, Filter *narrow,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * plan_hash() - What is to run, in 64 hexadecimal digits
 * @cells:	Of struct plan_cell, with estimates, in any order
 *
 * Of ids, clocks, estimates, and of what the files of clients and scenarios hold. Caller: g_free().
 */
char *plan_hash(GPtrArray *cells);

/* Put what takes longest first: so no long one is left alone at the end. */
void plan_sort(GPtrArray *cells);

/* How long that many workers will take for them, in nanoseconds. */
uint64_t plan_estimate_ns(GPtrArray *cells, unsigned n_workers);

/* For people: how many, by client, server and clock, and how long. Ends with a newline. */
void plan_preview(GString *out, GPtrArray *cells, unsigned n_workers);

#endif /* HARNESS_PLAN_H */
