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
	char **argv;         /* of the worker */
	char *stderr_path;   /* gets its standard error, and QEMU's */
	uint64_t limit_ns;   /* it should have ended by itself before */
	uint64_t slow_ns;    /* longer than this is worth a word; 0: never */
	unsigned memory_mib; /* that it may come to take */
	Result *(*blank)(const struct pool_job *job); /* a result to say what went wrong in */
	void *cell;                                   /* the caller's */
};

struct pool_ops {
	/* The next job, or NULL if there is none now. Owned by the caller, valid until done(). */
	struct pool_job *(*next)(void *self);
	/* There was no next job: how long until there may be one again; 0: there is none left,
	 * unless one comes of those under way. NULL: always 0. */
	uint64_t (*wait_ns)(void *self);
	/* A worker says how far it is. */
	void (*progress)(void *self, struct pool_job *job, const char *milestone);
	/* A job has taken longer than its slow_ns. NULL: nobody wants to know. */
	void (*slow)(void *self, struct pool_job *job);
	/* A job ended; the result is borrowed. */
	void (*done)(void *self, struct pool_job *job, Result *result);
	void *self;
};

struct pool_limits {
	unsigned n_workers;  /* at most so many at once */
	unsigned memory_mib; /* that all of them may take; one alone may take more. 0: no limit */
	uint64_t run_ns;     /* for everything; 0: no limit */
};

enum pool_end {
	POOL_END_DONE,        /* next() had nothing more, nor has it to wait */
	POOL_END_INTERRUPTED, /* SIGINT, SIGTERM, SIGHUP */
	POOL_END_TIME,        /* run_ns is over */
};

/**
 * pool_run() - Run all jobs
 *
 * Return: how it ended. If not with all of them done, nothing runs any more, and the jobs under way
 *	   have no result.
 */
enum pool_end pool_run(const struct pool_ops *ops, const struct pool_limits *limits);

#endif /* HARNESS_POOL_H */
