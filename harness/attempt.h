/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots on demand, for those who look at one before they know which is next: bisection, shrinking,
 * replay, hunting
 *
 * A run (harness/run_cells.h) has a plan, a folder and a progress line; an attempt has a result.
 */
#ifndef HARNESS_ATTEMPT_H
#define HARNESS_ATTEMPT_H

#include "harness/catalogue.h"
#include "reports/result.h"

struct attempt {
	/* What to boot, borrowed. A client is of one attempt at a time if it has overrides. */
	Client *client;
	Scenario *scenario;
	enum server_kind server;
	uint64_t seed;
	bool is_virtual;
	const struct client_overrides *overrides; /* NULL: none */

	char *dir; /* gets the cell's files (journal, console, capture); made if it is not there */
	bool keep; /* the capture also of what passes */
	Result *result; /* filled: never NULL but after an interruption; caller: result_free() */
};

/**
 * attempts_run() - Boot them, @n_workers at once
 *
 * What cannot run here is a skip, what breaks an error, each with its reason.
 *
 * Return: false if a signal came first (SIGINT, SIGTERM, SIGHUP).
 */
bool attempts_run(struct attempt *attempts, unsigned n, unsigned n_workers);

/* One of them. */
bool attempt_run(struct attempt *a);

#endif /* HARNESS_ATTEMPT_H */
