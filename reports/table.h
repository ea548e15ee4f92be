/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table that a run ends with
 */
#ifndef REPORTS_TABLE_H
#define REPORTS_TABLE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct table_options {
	unsigned width;   /* columns of the terminal; 0: no limit */
	bool colour;      /* the terminal likes it */
	uint64_t wall_ns; /* how long the run took, for the last line */
};

/**
 * table_write() - Append the matrix, what did not pass, and the summary
 * @out:	Text for people; ends with a newline
 * @results:	Array of Result in any order; rows and columns are sorted by name
 */
void table_write(GString *out, GPtrArray *results, const struct table_options *opt);

#endif /* REPORTS_TABLE_H */
