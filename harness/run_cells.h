/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cells of a run, from the plan to their results
 *
 * Makes the run's folder, describes what goes in, makes a boot tree for each scenario before its
 * first cell, hands the cells to the pool, and writes down each result as it comes.
 */
#ifndef HARNESS_RUN_CELLS_H
#define HARNESS_RUN_CELLS_H

#include <glib.h>
#include <stdbool.h>

#include "harness/check_catalogue.h"
#include "harness/known.h"
#include "harness/past_run.h"
#include "harness/rundir.h"

struct plan_cell;

typedef struct RunCells RunCells;

/* Borrowed until run_cells_free(). */
struct run_cells_options {
	const char *out;    /* folder for the results; NULL: the default one */
	unsigned n_workers; /* so many at once */
	unsigned n_verify;  /* run each cell so often, and compare its journals; 0: once, and do not
			     */
	unsigned n_retries; /* a cell on the wall clock that fails is tried so often again */
	unsigned n_max_fail; /* after so many unexpected results no further cell is begun; 0: go on
			      */
	uint64_t limit_ns;   /* for the whole run; 0: no limit */
	bool json;           /* each result as a line on standard output, and nothing else */
	bool tap;            /* likewise, as TAP */
	bool quiet;          /* nothing on standard output, and the status on standard error */
	bool keep_captures;  /* also of what passed */
	bool keep_bundles;   /* of what is not as expected */
	bool keep_trees;     /* the served files */
	const struct rundir_plan *plan; /* what the cells are part of; NULL: nothing */
	const PastRun *resume;          /* go on in its folder; NULL: a new one */
	const Known *known;
	const Checks *checks;
	/* Asked before each cell, with the results so far: false leaves it out. NULL: all are
	 * wanted. */
	bool (*wanted)(void *self, const struct plan_cell *cell, const GPtrArray *results);
	void *self;
};

/**
 * run_cells_new() - Make the folder, and find out what this machine has
 * @cells:	Of struct plan_cell; taken, also on failure
 * @command:	Command line, for run.json; borrowed during the call
 *
 * Return: the run; NULL with @error set if the folder cannot be made or written.
 */
RunCells *run_cells_new(GPtrArray *cells, const struct run_cells_options *options, char **command,
			GError **error) G_GNUC_WARN_UNUSED_RESULT;

enum run_cells_end {
	RUN_CELLS_WHOLE,       /* it came to the last one */
	RUN_CELLS_INTERRUPTED, /* by a signal */
	RUN_CELLS_TIME,        /* limit_ns is over */
	RUN_CELLS_MAX_FAIL,    /* n_max_fail were there before the last one */
};

/* "interrupted", ... */
const char *run_cells_end_name(enum run_cells_end end);

/* Run all cells; blocks. Return: how it ended. */
enum run_cells_end run_cells_work(RunCells *run);

/* The run's folder. */
const char *run_cells_dir(const RunCells *run);

/* How many results there will be in the end. */
unsigned run_cells_total(const RunCells *run);

/* Of Result, in the order of finishing, also of what was there before; borrowed. */
GPtrArray *run_cells_results(const RunCells *run);

/* Why results could not be written, or NULL. */
const char *run_cells_write_error(const RunCells *run);

/* Removes the served files as well, unless they are to be kept. */
void run_cells_free(RunCells *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunCells, run_cells_free)

#endif /* HARNESS_RUN_CELLS_H */
