/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One cell: one boot, from the start of QEMU to the verdict
 *
 * This is what a worker process does. Everything meets here: QEMU's sockets, the cable with capture
 * and journal, the server, milestones and expectations, and the clock.
 */
#ifndef HARNESS_CELL_H
#define HARNESS_CELL_H

#include "harness/client.h"
#include "harness/qemu.h"
#include "harness/scenario.h"
#include "reports/result.h"
#include "server/impair.h"
#include "server/server.h"

/* What to do; all borrowed. */
struct cell_job {
	const char *id;       /* "client/server/scenario/seed" */
	const Client *client; /* resolved */
	const Scenario *scenario;
	enum server_kind server;
	const char *server_program; /* as in struct server_config */
	uint64_t seed;
	struct qemu_clock clock;
	struct impair_config impair; /* what the network does; its rules are the scenario's */
	const char *tree;            /* folder with the served files */
	const char *dir;             /* where journal, capture and console go; exists */
	bool keep;                   /* the capture also of a boot that passed */
	/* A milestone was reached, for people who watch. NULL: nobody does. */
	void (*progress)(void *self, const char *milestone, uint64_t t_ns);
	void *self;
};

/* Run it. Never fails: what went wrong is in the result. The caller frees it. */
Result *cell_run(const struct cell_job *job);

#endif /* HARNESS_CELL_H */
