/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last lines of a console, for people
 */
#ifndef REPORTS_CONSOLE_TAIL_H
#define REPORTS_CONSOLE_TAIL_H

#include <glib.h>
#include <stdbool.h>

struct console_tail {
	GQueue lines; /* of char *, safe to print; at most n_max */
	unsigned n_max, n_seen;
	bool all; /* as they came; else as they stand on a screen */
};

void console_tail_init(struct console_tail *t, unsigned n_max, bool all);

/* The next line; a blank one does not count. */
void console_tail_add(struct console_tail *t, const char *line);

/* Take the lines of a cell's console.gz in place of what there is, if it has any. */
void console_tail_read(struct console_tail *t, const char *cell_dir);

void console_tail_fini(struct console_tail *t);

#endif /* REPORTS_CONSOLE_TAIL_H */
