/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two stored runs, held against each other
 */
#include "reports/compare_runs.h"

/* The boots of one client, server and scenario on one clock. */
struct group {
	char *name;
	const char *clock;
	GPtrArray *results;
};

static void group_free(void *group)
{
	struct group *g = group;

	g_free(g->name);
	g_ptr_array_unref(g->results);
	g_free(g);
}

/* The client of all of them, or NULL. */
static const char *only_client(const GPtrArray *results)
{
	const char *client = results->len ? ((const Result *)results->pdata[0])->client : NULL;

	for (guint i = 1; i < results->len; i++)
		if (!g_str_equal(((const Result *)results->pdata[i])->client, client))
			return NULL;
	return client;
}

static char *name_of(const Result *r, bool with_client)
{
	return g_strconcat(with_client ? r->client : "", with_client ? " " : "", r->server, " ",
			   r->scenario, NULL);
}

static struct group *find_group(const GPtrArray *groups, const char *name, const char *clock)
{
	for (guint i = 0; i < groups->len; i++) {
		struct group *g = groups->pdata[i];

		if (g_str_equal(g->name, name) && g_str_equal(g->clock, clock))
			return g;
	}
	return NULL;
}

static GPtrArray *group_all(const GPtrArray *results, bool with_client)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
	g_autoptr(GHashTable) by_name =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];
		g_autofree char *name = name_of(r, with_client);
		char *key = g_strconcat(r->clock, " ", name, NULL);
		struct group *g = g_hash_table_lookup(by_name, key);

		if (!g) {
			g = g_new0(struct group, 1);
			g->name = g_steal_pointer(&name);
			g->clock = r->clock;
			g->results = g_ptr_array_new();
			g_ptr_array_add(groups, g);
			g_hash_table_insert(by_name, key, g);
		} else {
			g_free(key);
		}
		g_ptr_array_add(g->results, results->pdata[i]);
	}
	return groups;
}

static Result *find_seed(const GPtrArray *results, uint64_t seed)
{
	for (guint i = 0; i < results->len; i++)
		if (((const Result *)results->pdata[i])->seed == seed)
			return results->pdata[i];
	return NULL;
}

static Comparison *compare_groups(const struct group *a, const struct group *b,
				  const GPtrArray *metrics)
{
	g_autoptr(GPtrArray) in_a = g_ptr_array_new(), in_b = g_ptr_array_new();

	if (!g_str_equal(a->clock, "virtual"))
		return comparison_new(a->name, a->clock, a->results, b->results, false, metrics);
	for (guint i = 0; i < a->results->len; i++) {
		Result *r = a->results->pdata[i], *other = find_seed(b->results, r->seed);

		if (!other)
			continue;
		g_ptr_array_add(in_a, r);
		g_ptr_array_add(in_b, other);
	}
	/* Seeds that nobody shares met different losses. */
	return in_a->len
		       ? comparison_new(a->name, a->clock, in_a, in_b, true, metrics)
		       : comparison_new(a->name, a->clock, a->results, b->results, false, metrics);
}

GPtrArray *compare_runs(const GPtrArray *a, const GPtrArray *b, const GPtrArray *metrics)
{
	bool with_client = !only_client(a) || !only_client(b);
	g_autoptr(GPtrArray) in_a = group_all(a, with_client), in_b = group_all(b, with_client);
	GPtrArray *comparisons = g_ptr_array_new_with_free_func((GDestroyNotify)comparison_free);

	for (guint i = 0; i < in_a->len; i++) {
		const struct group *x = in_a->pdata[i], *y = find_group(in_b, x->name, x->clock);

		if (y)
			g_ptr_array_add(comparisons, compare_groups(x, y, metrics));
	}
	comparisons_adjust(comparisons);
	return comparisons;
}
