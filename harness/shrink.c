/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Delta debugging
 *
 * The part that fails so far is cut into chunks. A chunk that fails alone is the next part, and is
 * cut in two; else a part without one of its chunks that fails, with one chunk less. If there is
 * neither, the chunks are cut in halves, until they are single elements.
 */
#include "harness/shrink.h"

#include <string.h>

struct search {
	const struct shrink_ops *ops;
	unsigned n;
	bool *left;
	unsigned n_left;
	unsigned n_tries;
	bool is_over;
	GHashTable *known; /* a set as bytes: whether it fails */
};

/* --- what was tried --- */

static GBytes *key_of(const struct search *s, const bool *set)
{
	return g_bytes_new(set, s->n * sizeof(*set));
}

static bool is_known(const struct search *s, const bool *set, bool *fails)
{
	g_autoptr(GBytes) key = key_of(s, set);
	gpointer value;

	if (!g_hash_table_lookup_extended(s->known, key, NULL, &value))
		return false;
	*fails = GPOINTER_TO_INT(value);
	return true;
}

/* Try those at once, and remember. */
static void try_batch(struct search *s, const GPtrArray *batch)
{
	g_autofree bool *fails = g_new0(bool, batch->len);

	if (!batch->len)
		return;
	if (s->n_tries + batch->len > s->ops->n_tries_max ||
	    !s->ops->try_sets(s->ops->self, (const bool *const *)batch->pdata, batch->len, fails)) {
		s->is_over = true;
		return;
	}
	s->n_tries += batch->len;
	for (unsigned i = 0; i < batch->len; i++)
		g_hash_table_insert(s->known, key_of(s, batch->pdata[i]),
				    GINT_TO_POINTER(fails[i]));
}

/* The first of these sets that fails, or NULL. */
static const bool *first_that_fails(struct search *s, const GPtrArray *sets)
{
	unsigned at_once = MAX(1, s->ops->n_at_once);

	for (unsigned i = 0; i < sets->len && !s->is_over; i++) {
		g_autoptr(GPtrArray) batch = g_ptr_array_new();
		bool fails = false;

		if (!is_known(s, sets->pdata[i], &fails)) {
			for (unsigned k = i; k < sets->len && batch->len < at_once; k++)
				if (!is_known(s, sets->pdata[k], &fails))
					g_ptr_array_add(batch, sets->pdata[k]);
			try_batch(s, batch);
			fails = false;
		}
		if (is_known(s, sets->pdata[i], &fails) && fails)
			return sets->pdata[i];
	}
	return NULL;
}

/* --- chunks --- */

/* The I-th of @n_chunks of what is left, or what is left without it. */
static bool *chunk(const struct search *s, unsigned i, unsigned n_chunks, bool is_without)
{
	size_t from = (size_t)i * s->n_left / n_chunks, to = (size_t)(i + 1) * s->n_left / n_chunks;
	bool *set = g_new0(bool, s->n + 1);
	size_t nth = 0;

	for (unsigned k = 0; k < s->n; k++) {
		if (!s->left[k])
			continue;
		set[k] = (nth >= from && nth < to) != is_without;
		nth++;
	}
	return set;
}

static GPtrArray *chunks(const struct search *s, unsigned n_chunks, bool is_without)
{
	GPtrArray *sets = g_ptr_array_new_with_free_func(g_free);

	for (unsigned i = 0; i < n_chunks; i++)
		g_ptr_array_add(sets, chunk(s, i, n_chunks, is_without));
	return sets;
}

static void keep(struct search *s, const bool *set)
{
	memcpy(s->left, set, s->n * sizeof(*set));
	s->n_left = 0;
	for (unsigned k = 0; k < s->n; k++)
		s->n_left += set[k];
	if (s->ops->progress)
		s->ops->progress(s->ops->self, s->n_left, s->n_tries);
}

static bool keep_first(struct search *s, unsigned n_chunks, bool is_without)
{
	g_autoptr(GPtrArray) sets = chunks(s, n_chunks, is_without);
	const bool *set = first_that_fails(s, sets);

	if (set)
		keep(s, set);
	return set;
}

/* Whether nothing at all fails as well. */
static bool needs_nothing(struct search *s)
{
	g_autoptr(GPtrArray) sets = chunks(s, 1, true);

	if (!first_that_fails(s, sets))
		return false;
	keep(s, sets->pdata[0]);
	return true;
}

static void search(struct search *s)
{
	unsigned n_chunks = 2;

	if (!s->n || needs_nothing(s))
		return;
	while (s->n_left > 1 && !s->is_over) {
		n_chunks = MIN(n_chunks, s->n_left);
		if (keep_first(s, n_chunks, false))
			n_chunks = 2;
		else if (keep_first(s, n_chunks, true))
			n_chunks = MAX(n_chunks - 1, 2);
		else if (n_chunks == s->n_left)
			break;
		else
			n_chunks *= 2;
	}
}

struct shrink_result shrink(unsigned n, const struct shrink_ops *ops, bool *left)
{
	struct search s = { .ops = ops, .n = n, .left = left, .n_left = n };

	s.known = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
					NULL);
	memset(left, true, n * sizeof(*left));
	search(&s);
	g_hash_table_unref(s.known);
	return (struct shrink_result){ s.n_left, s.n_tries, !s.is_over };
}
