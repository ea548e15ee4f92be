/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boots of a comparison: which, in which order, and when there are enough of them
 */
#include "harness/compare_cells.h"

/* A server and scenario. */
struct group {
	char *name;
	GPtrArray *a, *b;    /* cells of either client, by seed; borrowed */
	unsigned n_pairs;    /* whose results are there, without a gap */
	unsigned next_check; /* at so many pairs */
	unsigned n_enough;   /* so many are; 0: not yet */
};

struct CompareCells {
	struct compare_cells_options options;
	GPtrArray *first_metric;
	GPtrArray *groups;
	GHashTable *by_name; /* -> struct group */
	GHashTable *results; /* cell's id -> Result */
	unsigned n_results;  /* of those that were handed over */
};

static void group_free(void *group)
{
	struct group *g = group;

	g_free(g->name);
	g_ptr_array_unref(g->a);
	g_ptr_array_unref(g->b);
	g_free(g);
}

static char *name_of(const struct plan_cell *cell)
{
	return g_strconcat(server_kind_name(cell->server), " ", cell->scenario->name, NULL);
}

static struct group *group_of(const CompareCells *c, const struct plan_cell *cell)
{
	g_autofree char *name = name_of(cell);

	return g_hash_table_lookup(c->by_name, name);
}

static void add_cell(CompareCells *c, struct plan_cell *cell)
{
	struct group *g = group_of(c, cell);
	bool is_a = g_str_equal(cell->client->name, c->options.a);

	if (!g) {
		g = g_new0(struct group, 1);
		g->name = name_of(cell);
		g->a = g_ptr_array_new();
		g->b = g_ptr_array_new();
		g->next_check = c->options.n_min;
		g_ptr_array_add(c->groups, g);
		g_hash_table_insert(c->by_name, g->name, g);
	}
	g_ptr_array_add(is_a ? g->a : g->b, cell);
}

static bool is_comparable(const struct group *g)
{
	const struct plan_cell *a, *b;

	if (!g->a->len || g->a->len != g->b->len)
		return false;
	a = g->a->pdata[0];
	b = g->b->pdata[0];
	return a->is_virtual == b->is_virtual;
}

static void drop_incomparable(CompareCells *c)
{
	for (guint i = c->groups->len; i-- > 0;) {
		struct group *g = c->groups->pdata[i];

		if (is_comparable(g))
			continue;
		g_hash_table_remove(c->by_name, g->name);
		g_ptr_array_remove_index(c->groups, i);
	}
}

/* Pair after pair through all groups; in every second pair B comes first. */
static GPtrArray *in_turns(const CompareCells *c)
{
	GPtrArray *order = g_ptr_array_new();

	for (unsigned i = 0; i < c->options.n_max; i++) {
		for (guint k = 0; k < c->groups->len; k++) {
			const struct group *g = c->groups->pdata[k];
			bool b_first = i % 2;

			if (i >= g->a->len)
				continue;
			g_ptr_array_add(order, (b_first ? g->b : g->a)->pdata[i]);
			g_ptr_array_add(order, (b_first ? g->a : g->b)->pdata[i]);
		}
	}
	return order;
}

/* Give @cells the order of @order, and free what is not in it. */
static void reorder(GPtrArray *cells, const GPtrArray *order)
{
	g_autoptr(GHashTable) kept = g_hash_table_new(NULL, NULL);
	g_autoptr(GPtrArray) dropped = g_ptr_array_new();

	for (guint i = 0; i < order->len; i++)
		g_hash_table_add(kept, order->pdata[i]);
	for (guint i = 0; i < cells->len; i++)
		if (!g_hash_table_contains(kept, cells->pdata[i]))
			g_ptr_array_add(dropped, cells->pdata[i]);
	for (guint i = 0; i < dropped->len; i++)
		g_ptr_array_remove(cells, dropped->pdata[i]);
	for (guint i = 0; i < order->len; i++)
		cells->pdata[i] = order->pdata[i];
}

CompareCells *compare_cells_new(GPtrArray *cells, const struct compare_cells_options *options)
{
	CompareCells *c = g_new0(CompareCells, 1);
	g_autoptr(GPtrArray) order = NULL;

	c->options = *options;
	c->first_metric = g_ptr_array_new();
	g_ptr_array_add(c->first_metric, options->metrics->pdata[0]);
	c->groups = g_ptr_array_new_with_free_func(group_free);
	c->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	c->results = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < cells->len; i++)
		add_cell(c, cells->pdata[i]);
	drop_incomparable(c);
	order = in_turns(c);
	reorder(cells, order);
	return c;
}

/* --- enough? ---------------------------------------------------------------------------------- */

static const Result *result_at(const CompareCells *c, const GPtrArray *cells, unsigned i)
{
	const struct plan_cell *cell = i < cells->len ? cells->pdata[i] : NULL;

	return cell ? g_hash_table_lookup(c->results, cell->id) : NULL;
}

static Comparison *compare_first(const CompareCells *c, const struct group *g, unsigned n,
				 const GPtrArray *metrics)
{
	const struct plan_cell *any = g->a->pdata[0];
	g_autoptr(GPtrArray) a = g_ptr_array_new(), b = g_ptr_array_new();

	for (unsigned i = 0; i < n; i++) {
		g_ptr_array_add(a, (void *)result_at(c, g->a, i));
		g_ptr_array_add(b, (void *)result_at(c, g->b, i));
	}
	return comparison_new(g->name, any->is_virtual ? "virtual" : "wall", a, b, true, metrics);
}

/* Checks become rarer: each looks at all pairs. */
static void check(CompareCells *c, struct group *g)
{
	while (!g->n_enough && g->next_check <= g->n_pairs) {
		g_autoptr(Comparison) x = compare_first(c, g, g->next_check, c->first_metric);

		if (comparison_is_precise(x, c->options.precision))
			g->n_enough = g->next_check;
		g->next_check += MAX(1, g->next_check / 4);
	}
}

static void take_results(CompareCells *c, const GPtrArray *results)
{
	for (; c->n_results < results->len; c->n_results++) {
		Result *r = results->pdata[c->n_results];

		g_hash_table_insert(c->results, r->cell, r);
	}
}

static void update(CompareCells *c, struct group *g)
{
	while (result_at(c, g->a, g->n_pairs) && result_at(c, g->b, g->n_pairs))
		g->n_pairs++;
	check(c, g);
}

bool compare_cells_wants(CompareCells *c, const struct plan_cell *cell, const GPtrArray *results)
{
	struct group *g = group_of(c, cell);

	take_results(c, results);
	update(c, g);
	return !g->n_enough;
}

GPtrArray *compare_cells_judge(CompareCells *c, const GPtrArray *results)
{
	GPtrArray *comparisons = g_ptr_array_new_with_free_func((GDestroyNotify)comparison_free);

	take_results(c, results);
	for (guint i = 0; i < c->groups->len; i++) {
		struct group *g = c->groups->pdata[i];

		update(c, g);
		g_ptr_array_add(comparisons,
				compare_first(c, g, g->n_enough ? g->n_enough : g->n_pairs,
					      c->options.metrics));
	}
	comparisons_adjust(comparisons);
	return comparisons;
}

void compare_cells_free(CompareCells *c)
{
	if (!c)
		return;
	g_ptr_array_unref(c->first_metric);
	g_ptr_array_unref(c->groups);
	g_hash_table_unref(c->by_name);
	g_hash_table_unref(c->results);
	g_free(c);
}
