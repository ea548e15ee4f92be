/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of that which cells ask for is on this machine: clients with their QEMU, and servers
 */
#ifndef HARNESS_PRESENT_H
#define HARNESS_PRESENT_H

#include "harness/catalogue.h"

struct present {
	GHashTable *missing;                        /* Client -> sentence: it cannot run here */
	struct server_here servers[SERVER_N_KINDS]; /* those that cells ask for */
};

/* @cells: of struct plan_cell; each client is resolved with the command line's overrides. */
void present_find(struct present *p, const GPtrArray *cells);

/* Why a cell cannot run here, borrowed; NULL: it can. */
const char *present_lack(const struct present *p, const struct plan_cell *cell);

void present_clear(struct present *p);

#endif /* HARNESS_PRESENT_H */
