/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All clients and scenarios there are, and the cells that a filter makes of them
 */
#ifndef HARNESS_CATALOGUE_H
#define HARNESS_CATALOGUE_H

#include <glib.h>

#include "harness/client.h"
#include "harness/filter.h"
#include "harness/scenario.h"
#include "server/server.h"

typedef struct Catalogue {
	GPtrArray *clients;   /* of Client, by name, 5.2 before 10.0 */
	GPtrArray *scenarios; /* of Scenario, by name */
	char **client_files;  /* further ones of the user's, borrowed; NULL: none */
} Catalogue;

/**
 * catalogue_load() - Read every client and scenario file
 * @client_files: Further client files of the user's (NULL-terminated, or NULL); must outlive it
 *
 * A file of the user's takes the place of ours with the same name.
 *
 * Return: the catalogue, or NULL with @error set: one bad file is one too many.
 */
Catalogue *catalogue_load(char **client_files, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One boot to do. */
struct plan_cell {
	char *id; /* "client/server/scenario/seed" */
	Client *client;
	Scenario *scenario;
	enum server_kind server;
	uint64_t seed;
	bool is_virtual;      /* the clock it runs on */
	uint64_t estimate_ns; /* of the host's time that it will take; 0: nobody has asked */
	bool is_recorded; /* the estimate is of this very combination, not guessed from others */
};

/* "client/server/scenario/seed". Caller: g_free(). */
char *plan_cell_id(const struct plan_cell *cell);

/* "client/server/scenario": what a cell is without its seed. Caller: g_free(). */
char *plan_cell_combination(const struct plan_cell *cell);

/* The clock's name: "virtual" or "wall". */
const char *plan_cell_clock(const struct plan_cell *cell);

void plan_cell_free(void *cell);

/**
 * catalogue_plan() - The cells that a filter selects
 * @clock:	What runs on either clock runs on this one; ANY: as the client likes
 * @seed:	Of the first repetition; each further one has the next
 *
 * Combinations that can never run (requires, provides) are left out, and scenarios
 * that run on request only when nothing on the axes scenario and tag asks for them.
 *
 * Return: array of struct plan_cell, in order of scenario, client, server, seed.
 */
GPtrArray *catalogue_plan(const Catalogue *c, const Filter *f, enum scenario_clock clock,
			  uint64_t seed, unsigned n_repeat);

/* Take out of a plan what @keep says no to; the rest stays in its order. */
void catalogue_keep(GPtrArray *cells, bool (*keep)(const struct plan_cell *cell, void *self),
		    void *self);

/* The same for what a further filter does not select. */
void catalogue_narrow(GPtrArray *cells, Filter *f);

/**
 * catalogue_leave_out() - Take cells of iplab's own clients that are not on this machine out of a
 * plan
 * @cells:	Of struct plan_cell
 * @f:		What it was planned with: if it names clients, nothing happens
 *
 * Nobody who names no client wants to hear of each of them in each scenario. The user's own are
 * always cells: they will be skipped.
 *
 * Return: the names of those clients, or NULL if there are none. Caller: g_free().
 */
char *catalogue_leave_out(GPtrArray *cells, const Filter *f,
			  const struct client_overrides *overrides);

void catalogue_free(Catalogue *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Catalogue, catalogue_free)

#endif /* HARNESS_CATALOGUE_H */
