/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Plans without a catalogue: cells with nothing behind their names
 */
#ifndef TESTS_SUPPORT_PLAN_CELLS_H
#define TESTS_SUPPORT_PLAN_CELLS_H

#include <check.h>
#include <string.h>

#include "harness/catalogue.h"

enum {
	PLAN_CELLS_NAMES = 26,
};

/* Client "a" to "z", with a file of that name, which there is not; likewise for scenarios. */
static inline Client *plan_cells_client(char letter)
{
	static Client clients[PLAN_CELLS_NAMES];
	Client *c = &clients[letter - 'a'];

	if (!c->name)
		c->name = c->path = g_strndup(&letter, 1);
	return c;
}

static inline Scenario *plan_cells_scenario(char letter)
{
	static Scenario scenarios[PLAN_CELLS_NAMES];
	Scenario *s = &scenarios[letter - 'a'];

	if (!s->name)
		s->name = s->path = g_strdup_printf("s/%c", letter);
	return s;
}

/*
 * Add a cell: "c1y7" is client c on server 1 in scenario s/y with seed 7. It takes @ms; it runs on
 * the virtual clock.
 */
static inline struct plan_cell *plan_cells_add(GPtrArray *cells, const char *spec, uint64_t ms)
{
	struct plan_cell *cell = g_new0(struct plan_cell, 1);
	g_autofree char *name = NULL;

	cell->client = plan_cells_client(spec[0]);
	cell->server = (enum server_kind)(spec[1] - '0');
	cell->scenario = plan_cells_scenario(spec[2]);
	cell->seed = (uint64_t)(spec[3] - '0');
	cell->is_virtual = true;
	cell->estimate_ns = ms * 1000 * 1000;
	name = plan_cell_combination(cell);
	cell->id = g_strdup_printf("%s/%c", name, spec[3]);
	g_ptr_array_add(cells, cell);
	return cell;
}

/* Cells of specs separated by blanks, each of which may end in "=MS". */
static inline GPtrArray *plan_cells_of(const char *specs)
{
	GPtrArray *cells = g_ptr_array_new_with_free_func(plan_cell_free);
	g_auto(GStrv) list = g_strsplit(specs, " ", -1);

	for (char **spec = list; *spec; spec++)
		plan_cells_add(cells, *spec,
			       (*spec)[4] ? g_ascii_strtoull(*spec + 5, NULL, 10) : 0);
	return cells;
}

/* The other way round, without times. Caller: g_free(). */
static inline char *plan_cells_text(const GPtrArray *cells)
{
	GString *text = g_string_new(NULL);

	for (unsigned i = 0; i < cells->len; i++) {
		const struct plan_cell *cell = cells->pdata[i];

		g_string_append_printf(text, "%s%s%d%c%u", i ? " " : "", cell->client->name,
				       (int)cell->server, cell->scenario->name[2],
				       (unsigned)cell->seed);
	}
	return g_string_free(text, FALSE);
}

#endif /* TESTS_SUPPORT_PLAN_CELLS_H */
