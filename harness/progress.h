/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person sees while cells run
 *
 * On a terminal, a line at the bottom that is drawn again and again, and a line that stays for each
 * cell that did not pass. In a pipe, one plain line for each cell.
 */
#ifndef HARNESS_PROGRESS_H
#define HARNESS_PROGRESS_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

#include "reports/result.h"

typedef struct Progress Progress;

enum progress_style {
	PROGRESS_CELLS,  /* as above */
	PROGRESS_STATUS, /* the line at the bottom of a terminal only */
	PROGRESS_NONE,
};

Progress *progress_new(FILE *to, unsigned n_cells, enum progress_style style);

void progress_started(Progress *p, const char *cell);
void progress_milestone(Progress *p, const char *cell, const char *milestone);
/* It is still running after half of what it may take. */
void progress_slow(Progress *p, const char *cell, unsigned elapsed_s, unsigned limit_s);

void progress_done(Progress *p, const Result *r);

/* Wipe the line at the bottom: something else is to be printed. */
void progress_clear(Progress *p);

void progress_free(Progress *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

#endif /* HARNESS_PROGRESS_H */
