/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A journal as it is being written, for people who watch
 *
 * The lines are those of `iplab show`: a transfer takes a few of them.
 */
#ifndef HARNESS_SERVE_LOG_H
#define HARNESS_SERVE_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include "server/journal.h"

typedef struct ServeLog ServeLog;

/**
 * serve_log_new() - Show what a journal is told from now on
 * @j:		Borrowed; must be told nothing more once the log is freed
 * @to:		Where it is printed, borrowed
 * @all:	Every frame and every field, and packets that were for somebody else
 * @has_ipv6:	The server speaks it: what the client asks of routers and neighbours is for it
 */
ServeLog *serve_log_new(Journal *j, FILE *to, bool all, bool has_ipv6);

/* Print what there is; a transfer that paused is shown as far as it has come. */
void serve_log_step(ServeLog *l, uint64_t now_ns);

/* When serve_log_step() has something to do, or DEADLINE_NEVER. */
uint64_t serve_log_deadline_ns(const ServeLog *l);

void serve_log_free(ServeLog *l); /* prints the rest */

#endif /* HARNESS_SERVE_LOG_H */
