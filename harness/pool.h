/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Worker processes: one for each cell, so many at a time
 *
 * A worker is this program again (`iplab worker`), in a process group of its own. It dies with this
 * process; what it leaves undone is an error of its cell and of no other.
 */
#ifndef HARNESS_POOL_H
#define HARNESS_POOL_H

#include <glib.h>
#include <stdbool.h>

#include "reports/result.h"

/* What a worker is to do. */
struct pool_job {
	char *id;
	char **argv;                                  /* of the worker */
	char *stderr_path;                            /* gets its standard error, and QEMU's */
	uint64_t limit_ns;                            /* it should have ended by itself before */
	Result *(*blank)(const struct pool_job *job); /* a result to say what went wrong in */
	void *cell;                                   /* the caller's */
};

struct pool_ops {
	/* The next job, or NULL if there is none left. Owned by the caller, valid until done(). */
	struct pool_job *(*next)(void *self);
	/* A worker says how far it is. */
	void (*progress)(void *self, struct pool_job *job, const char *milestone);
	/* A job ended; the result is borrowed. */
	void (*done)(void *self, struct pool_job *job, Result *result);
	void *self;
};

/**
 * pool_run() - Run all jobs
 * @n_workers:	At most so many at once
 *
 * Return: true; false if it was interrupted (SIGINT, SIGTERM): then nothing runs any more, and the
 *	   jobs under way have no result.
 */
bool pool_run(const struct pool_ops *ops, unsigned n_workers);

#endif /* HARNESS_POOL_H */
