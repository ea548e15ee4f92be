/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program of somebody else's, run to its end: git, a build
 *
 * It is in a process group of its own, so that a Ctrl-C on the terminal is ours alone; it dies with
 * this process.
 */
#ifndef HARNESS_CHILD_H
#define HARNESS_CHILD_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	CHILD_ERROR_START,       /* it could not be started */
	CHILD_ERROR_STATUS,      /* it did not exit with 0 */
	CHILD_ERROR_INTERRUPTED, /* SIGINT, SIGTERM, SIGHUP: its group was killed */
} ChildError;

#define CHILD_ERROR child_error_quark()
GQuark child_error_quark(void);

struct child {
	const char *const *argv; /* a name for PATH, or a path; NULL-terminated */
	const char *cwd;         /* NULL: ours */
	const char *log;         /* file that gets all it says; NULL: it is in @out */
	bool may_interrupt;      /* a signal ends it; else it is left to its end */
};

/**
 * child_run() - Run it
 * @out:	Filled with its standard output, if there is no log; the caller frees. NULL: nobody
 *		wants it
 *
 * Of git's own variables it inherits none: they would lead it to the repository of whoever started
 * us.
 *
 * Return: whether it exited with 0; if not, @error is set: without a log, with what it said on
 *	   standard error.
 */
bool child_run(const struct child *c, char **out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* HARNESS_CHILD_H */
