/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One boot on one time line: what `iplab show CELL` prints
 */
#ifndef REPORTS_TIMELINE_H
#define REPORTS_TIMELINE_H

#include <glib.h>
#include <stdbool.h>

#include "reports/result.h"

#define TIMELINE_CONSOLE_LINES 10 /* a good n_console */

struct timeline_options {
	const Result *result;      /* for the heading; NULL: from the journal, as far as it goes */
	const char *const *inputs; /* lines for the heading, versions for instance; or NULL */
	bool all;                  /* every frame and every field, console bytes as they came */
	bool colour;               /* the terminal likes it */
	unsigned n_console;        /* console lines to repeat at the end; 0: none */
};

/**
 * timeline_write() - Append a cell's time line
 * @out:	Text for people, safe to print whatever the guest said; ends with a newline
 * @cell_dir:	The cell's folder, with journal.jsonl.gz and console.gz
 * @error:	RESULT_ERROR_FILE
 *
 * Files that are missing or damaged are no failure: the text says so and has what could be read.
 *
 * Return: false if there is no such folder.
 */
bool timeline_write(GString *out, const char *cell_dir, const struct timeline_options *opt,
		    GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* REPORTS_TIMELINE_H */
