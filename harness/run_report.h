/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a run ends with: its reports, its table, its exit code
 */
#ifndef HARNESS_RUN_REPORT_H
#define HARNESS_RUN_REPORT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct run_report_options {
	const char *command;     /* "run": for messages */
	const char *dir;         /* the run's folder */
	const char *junit;       /* where that file goes; NULL: into the folder */
	const char *write_error; /* why results could not be written; NULL: they were */
	bool quiet;              /* no table */
	bool is_part;            /* of a whole: that nothing of it could run tells nothing */
	uint64_t wall_ns;        /* how long it took */
};

/**
 * run_report() - Write JUnit, print the table
 * @results:	Of Result
 *
 * Return: the exit code that the results, and what could not be written, make.
 */
int run_report(GPtrArray *results, const struct run_report_options *o);

/* Whether a result is what nobody expected: a fail, an xpass, an error. */
bool run_report_is_unexpected(unsigned verdict);

#endif /* HARNESS_RUN_REPORT_H */
