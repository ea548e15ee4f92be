/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fewer cells that still try every pair
 *
 * Greedy: whatever tries the most new pairs is taken next. Each round asks everything that is left,
 * so it takes time with the square of the combinations; there are some thousands of them, and what
 * has nothing new to try is not asked again.
 */
#include "harness/pairwise.h"

#include "harness/catalogue.h"

enum {
	N_PAIRS = 3, /* of three axes */
};

/* A client on a server in a scenario, with all its seeds. */
struct combination {
	char *name;
	char *pairs[N_PAIRS];
};

static void combination_free(void *combination)
{
	struct combination *c = combination;

	g_free(c->name);
	for (unsigned i = 0; i < N_PAIRS; i++)
		g_free(c->pairs[i]);
	g_free(c);
}

static struct combination *combination_new(const struct plan_cell *cell)
{
	struct combination *c = g_new0(struct combination, 1);
	const char *client = cell->client->name, *scenario = cell->scenario->name;
	const char *server = server_kind_name(cell->server);

	c->name = plan_cell_combination(cell);
	c->pairs[0] = g_strdup_printf("client %s server %s", client, server);
	c->pairs[1] = g_strdup_printf("client %s scenario %s", client, scenario);
	c->pairs[2] = g_strdup_printf("server %s scenario %s", server, scenario);
	return c;
}

/* Each combination once, in the order of the cells. */
static GPtrArray *find_combinations(GPtrArray *cells)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(combination_free);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (unsigned i = 0; i < cells->len; i++) {
		struct combination *c = combination_new(cells->pdata[i]);

		if (g_hash_table_add(seen, c->name))
			g_ptr_array_add(all, c);
		else
			combination_free(c);
	}
	return all;
}

static unsigned count_new(const struct combination *c, GHashTable *tried)
{
	unsigned n = 0;

	for (unsigned i = 0; i < N_PAIRS; i++)
		n += !g_hash_table_contains(tried, c->pairs[i]);
	return n;
}

/* The first of those that try the most. Those that try nothing new leave @left. */
static struct combination *find_best(GPtrArray *left, GHashTable *tried)
{
	struct combination *best = NULL;
	unsigned n_best = 0, n_left = 0;

	for (unsigned i = 0; i < left->len; i++) {
		struct combination *c = left->pdata[i];
		unsigned n = count_new(c, tried);

		if (n > n_best) {
			n_best = n;
			best = c;
		}
		if (n)
			left->pdata[n_left++] = c;
	}
	g_ptr_array_set_size(left, (int)n_left);
	return best;
}

/* The names of those that are to be kept; they belong to @all. */
static GHashTable *choose(GPtrArray *all)
{
	GHashTable *chosen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) tried = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) left = g_ptr_array_new();
	struct combination *c;

	for (unsigned i = 0; i < all->len; i++)
		g_ptr_array_add(left, all->pdata[i]);
	while ((c = find_best(left, tried))) {
		g_hash_table_add(chosen, c->name);
		for (unsigned i = 0; i < N_PAIRS; i++)
			g_hash_table_add(tried, c->pairs[i]);
	}
	return chosen;
}

static bool is_chosen(const struct plan_cell *cell, void *chosen)
{
	g_autofree char *name = plan_cell_combination(cell);

	return g_hash_table_contains(chosen, name);
}

void pairwise_reduce(GPtrArray *cells)
{
	g_autoptr(GPtrArray) all = find_combinations(cells);
	g_autoptr(GHashTable) chosen = choose(all);

	catalogue_keep(cells, is_chosen, chosen);
}
