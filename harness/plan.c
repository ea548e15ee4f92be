/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan of a run
 */
#include "harness/plan.h"

#include <inttypes.h>
#include <string.h>

#include "harness/origin.h"
#include "harness/pairwise.h"

enum {
	NS_PER_MS = 1000 * 1000,
	S_PER_MIN = 60,
	S_PER_HOUR = 3600,
};

GQuark plan_error_quark(void)
{
	return g_quark_from_static_string("plan-error-quark");
}

/* --- which cells -------------------------------------------------------------------------------
 */

static bool check_used(const Filter *f, const struct plan_part *part, GError **error)
{
	const char *unused = filter_unused(f);

	if (!unused)
		return true;
	g_set_error(error, PLAN_ERROR, PLAN_ERROR_UNUSED,
		    "%s%s%snothing is named \"%s\"; see `iplab list`", part->name ? "[part." : "",
		    part->name ? part->name : "", part->name ? "]: " : "", unused);
	return false;
}

/* Moves the cells that are not in @all yet; @ids are borrowed from its cells. */
static void add_new(GPtrArray *all, GHashTable *ids, GPtrArray *more)
{
	g_ptr_array_set_free_func(more, NULL);
	for (unsigned i = 0; i < more->len; i++) {
		struct plan_cell *cell = more->pdata[i];

		if (g_hash_table_add(ids, cell->id))
			g_ptr_array_add(all, cell);
		else
			plan_cell_free(cell);
	}
}

static GPtrArray *cells_of(const Catalogue *c, const struct plan_part *part, Filter *narrow,
			   GError **error)
{
	g_autoptr(Filter) f = filter_parse(part->filter, error);
	g_autoptr(GPtrArray) cells = NULL;

	if (!f)
		return NULL;
	cells = catalogue_plan(c, f, (enum scenario_clock)part->clock, part->seed, part->n_repeat);
	if (!check_used(f, part, error))
		return NULL;
	if (narrow)
		catalogue_narrow(cells, narrow);
	if (part->pairwise)
		pairwise_reduce(cells);
	return g_steal_pointer(&cells);
}

GPtrArray *plan_cells(const Catalogue *c, GPtrArray *parts, Filter *narrow, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(plan_cell_free);
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

	for (unsigned i = 0; i < parts->len; i++) {
		g_autoptr(GPtrArray) cells = cells_of(c, parts->pdata[i], narrow, error);

		if (!cells)
			return NULL;
		add_new(all, ids, cells);
	}
	if (all->len)
		return g_steal_pointer(&all);
	g_set_error(error, PLAN_ERROR, PLAN_ERROR_EMPTY,
		    "no cell fits the filter; see `iplab list cells`");
	return NULL;
}

/* --- what identifies them ----------------------------------------------------------------------
 */

static int by_id(const void *a, const void *b)
{
	return strcmp((*(struct plan_cell *const *)a)->id, (*(struct plan_cell *const *)b)->id);
}

char *plan_hash(GPtrArray *cells)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_copy(cells, NULL, NULL);
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	g_ptr_array_set_free_func(sorted, NULL);
	g_ptr_array_sort(sorted, by_id);
	for (unsigned i = 0; i < sorted->len; i++) {
		const struct plan_cell *cell = sorted->pdata[i];
		const char *client = origin_sha256(cell->client->path);
		const char *scenario = origin_sha256(cell->scenario->path);
		g_autofree char *line =
			g_strdup_printf("%s %s %" PRIu64 " %s %s\n", cell->id,
					plan_cell_clock(cell), cell->estimate_ns / NS_PER_MS,
					client ? client : "", scenario ? scenario : "");

		g_checksum_update(sum, (const unsigned char *)line, -1);
	}
	return g_strdup(g_checksum_get_string(sum));
}

/* --- in what order -----------------------------------------------------------------------------
 */

static int by_estimate(const void *a, const void *b)
{
	const struct plan_cell *x = *(struct plan_cell *const *)a;
	const struct plan_cell *y = *(struct plan_cell *const *)b;

	if (x->estimate_ns != y->estimate_ns)
		return x->estimate_ns > y->estimate_ns ? -1 : 1;
	return strcmp(x->id, y->id);
}

void plan_sort(GPtrArray *cells)
{
	g_ptr_array_sort(cells, by_estimate);
}

/* --- for people --------------------------------------------------------------------------------
 */

static unsigned find_idlest(const uint64_t *busy_ns, unsigned n)
{
	unsigned idlest = 0;

	for (unsigned i = 1; i < n; i++)
		if (busy_ns[i] < busy_ns[idlest])
			idlest = i;
	return idlest;
}

uint64_t plan_estimate_ns(GPtrArray *cells, unsigned n_workers)
{
	g_autofree uint64_t *busy_ns = g_new0(uint64_t, n_workers);
	g_autoptr(GPtrArray) sorted = g_ptr_array_copy(cells, NULL, NULL);
	uint64_t longest_ns = 0;

	g_ptr_array_set_free_func(sorted, NULL);
	plan_sort(sorted);
	for (unsigned i = 0; i < sorted->len; i++) {
		uint64_t *worker = &busy_ns[find_idlest(busy_ns, n_workers)];

		*worker += ((struct plan_cell *)sorted->pdata[i])->estimate_ns;
		longest_ns = MAX(longest_ns, *worker);
	}
	return longest_ns;
}

/* How many there are of each name, on either clock. */
struct count {
	const char *name; /* borrowed */
	unsigned n[2];    /* [is_virtual] */
};

static void count_one(GArray *counts, const char *name, bool is_virtual)
{
	struct count new = { .name = name };
	struct count *c = NULL;

	for (unsigned i = 0; i < counts->len && !c; i++) {
		struct count *x = &g_array_index(counts, struct count, i);

		c = g_str_equal(x->name, name) ? x : NULL;
	}
	if (!c) {
		g_array_append_val(counts, new);
		c = &g_array_index(counts, struct count, counts->len - 1);
	}
	c->n[is_virtual]++;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct count *)a)->name, ((const struct count *)b)->name);
}

static void append_counts(GString *out, const char *title, GArray *counts)
{
	g_array_sort(counts, by_name);
	g_string_append_printf(out, "%-26s %8s %8s\n", title, "virtual", "wall");
	for (unsigned i = 0; i < counts->len; i++) {
		const struct count *c = &g_array_index(counts, struct count, i);

		g_string_append_printf(out, "  %-24s %8u %8u\n", c->name, c->n[true], c->n[false]);
	}
}

static void append_duration(GString *out, uint64_t ns)
{
	unsigned s = (unsigned)((ns + 500 * NS_PER_MS) / (1000ULL * NS_PER_MS));

	if (s >= S_PER_HOUR)
		g_string_append_printf(out, "%u h %u min", s / S_PER_HOUR,
				       s % S_PER_HOUR / S_PER_MIN);
	else if (s >= S_PER_MIN)
		g_string_append_printf(out, "%u min %u s", s / S_PER_MIN, s % S_PER_MIN);
	else
		g_string_append_printf(out, "%u s", s);
}

static void append_total(GString *out, GPtrArray *cells, unsigned n_workers)
{
	unsigned n_virtual = 0, n_recorded = 0;

	for (unsigned i = 0; i < cells->len; i++) {
		const struct plan_cell *cell = cells->pdata[i];

		n_virtual += cell->is_virtual;
		n_recorded += cell->is_recorded;
	}
	g_string_append_printf(out, "%u cells (%u virtual, %u wall), about ", cells->len, n_virtual,
			       cells->len - n_virtual);
	append_duration(out, plan_estimate_ns(cells, n_workers));
	g_string_append_printf(out, " at -j%u", n_workers);
	if (n_recorded < cells->len)
		g_string_append_printf(out, " (%u of them never timed)", cells->len - n_recorded);
	g_string_append_c(out, '\n');
}

void plan_preview(GString *out, GPtrArray *cells, unsigned n_workers)
{
	g_autoptr(GArray) clients = g_array_new(FALSE, FALSE, sizeof(struct count));
	g_autoptr(GArray) servers = g_array_new(FALSE, FALSE, sizeof(struct count));

	for (unsigned i = 0; i < cells->len; i++) {
		const struct plan_cell *cell = cells->pdata[i];

		count_one(clients, cell->client->name, cell->is_virtual);
		count_one(servers, server_kind_name(cell->server), cell->is_virtual);
	}
	append_counts(out, "client", clients);
	append_counts(out, "server", servers);
	append_total(out, cells, n_workers);
}
