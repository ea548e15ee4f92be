/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of a gzip file, as far as they can be read
 *
 * A cell that was killed leaves files that stop anywhere.
 */
#ifndef REPORTS_LINES_H
#define REPORTS_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum lines_end {
	LINES_COMPLETE,
	LINES_MISSING,    /* there is no such file */
	LINES_CUT,        /* the file stops before its end */
	LINES_DAMAGED,    /* what follows is not what was written */
	LINES_UNREADABLE, /* the system refused it */
};

/* @line is @len bytes and a zero byte, and may be changed; @whole: a newline ended it. */
typedef void (*lines_fn)(void *self, char *line, size_t len, bool whole);

/* Call @fn for each line of @path. Return: how the file ended. */
enum lines_end lines_read(const char *path, lines_fn fn, void *self);

#endif /* REPORTS_LINES_H */
