/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shards
 */
#include "harness/shard.h"

#include <stdint.h>

#include "harness/catalogue.h"
#include "harness/plan.h"

/*
 * The variables of engines. Index and total are decimal; a total of 1 is what GitLab says to jobs
 * that are not parallel. Slurm's ids need not begin at 0 nor be without gaps: the first one and the
 * step are needed as well. Kubernetes does not tell a pod how many there are.
 */
static const struct engine {
	const char *name, *index, *total;
	unsigned first;       /* index of the first shard */
	const char *first_in; /* variable that says it instead; or NULL */
	const char *step_in;  /* variable with the distance from one index to the next; or NULL */
	const char
		*status_file; /* variable naming a file to touch: "yes, I know shards"; or NULL */
} engines[] = {
	{ .name = "GitLab", .index = "CI_NODE_INDEX", .total = "CI_NODE_TOTAL", .first = 1 },
	{ .name = "CircleCI", .index = "CIRCLE_NODE_INDEX", .total = "CIRCLE_NODE_TOTAL" },
	{ .name = "Buildkite",
	  .index = "BUILDKITE_PARALLEL_JOB",
	  .total = "BUILDKITE_PARALLEL_JOB_COUNT" },
	{ .name = "Slurm",
	  .index = "SLURM_ARRAY_TASK_ID",
	  .total = "SLURM_ARRAY_TASK_COUNT",
	  .first_in = "SLURM_ARRAY_TASK_MIN",
	  .step_in = "SLURM_ARRAY_TASK_STEP" },
	{ .name = "Kubernetes", .index = "JOB_COMPLETION_INDEX", .total = "IPLAB_SHARD_TOTAL" },
	{ .name = "Bazel",
	  .index = "TEST_SHARD_INDEX",
	  .total = "TEST_TOTAL_SHARDS",
	  .status_file = "TEST_SHARD_STATUS_FILE" },
};

GQuark shard_error_quark(void)
{
	return g_quark_from_static_string("shard-error-quark");
}

static bool parse_number(const char *text, uint64_t max, uint64_t *out)
{
	return text && g_ascii_string_to_unsigned(text, 10, 0, max, out, NULL);
}

bool shard_parse(struct shard *out, const char *text, GError **error)
{
	g_auto(GStrv) words = g_strsplit(text, "/", -1);
	uint64_t index = 0, total = 0;

	if (g_strv_length(words) == 2 && parse_number(words[0], SHARD_N_MAX, &index) &&
	    parse_number(words[1], SHARD_N_MAX, &total) && index >= 1 && index <= total) {
		*out = (struct shard){ (unsigned)index, (unsigned)total };
		return true;
	}
	g_set_error(error, SHARD_ERROR, SHARD_ERROR_SYNTAX,
		    "\"%s\" is no shard; allowed is INDEX/TOTAL, from 1/TOTAL to TOTAL/TOTAL, "
		    "at most %d of them",
		    text, SHARD_N_MAX);
	return false;
}

/* A variable's number, @fallback if there is no such variable. False: it is no number. */
static bool read_variable(const char *name, uint64_t fallback, uint64_t *out)
{
	const char *text = name ? g_getenv(name) : NULL;

	*out = fallback;
	return !text || parse_number(text, UINT32_MAX, out);
}

/* Whether @e has numbers that fit each other. */
static bool read_engine(struct shard *out, const struct engine *e)
{
	uint64_t index, total, first, step;

	if (!parse_number(g_getenv(e->index), UINT32_MAX, &index) ||
	    !parse_number(g_getenv(e->total), SHARD_N_MAX, &total) ||
	    !read_variable(e->first_in, e->first, &first) || !read_variable(e->step_in, 1, &step))
		return false;
	if (!step || index < first || (index - first) % step || (index - first) / step >= total)
		return false;
	*out = (struct shard){ (unsigned)((index - first) / step + 1), (unsigned)total };
	return true;
}

/* GitLab sets a total of 1 in each job that is not parallel, and then no index. */
static bool is_there(const struct engine *e)
{
	const char *total = g_getenv(e->total);

	return g_getenv(e->index) || (total && !g_str_equal(total, "1"));
}

static void touch(const char *variable)
{
	const char *path = variable ? g_getenv(variable) : NULL;

	if (path)
		g_file_set_contents(path, "", 0, NULL);
}

static bool engine_error(GError **error, const struct engine *e)
{
	const char *index = g_getenv(e->index), *total = g_getenv(e->total);

	g_set_error(error, SHARD_ERROR, SHARD_ERROR_ENGINE,
		    "%s: %s is %s and %s is %s, which is no shard; set both, or say --shard "
		    "INDEX/TOTAL (1/1: everything)",
		    e->name, e->index, index ? index : "not set", e->total,
		    total ? total : "not set");
	return false;
}

static bool two_engines(GError **error, const struct engine *a, const struct engine *b)
{
	g_set_error(error, SHARD_ERROR, SHARD_ERROR_ENGINE,
		    "both %s (%s) and %s (%s) name a shard; say which with --shard INDEX/TOTAL",
		    a->name, a->index, b->name, b->index);
	return false;
}

bool shard_from_environment(struct shard *out, const char **engine, GError **error)
{
	const struct engine *found = NULL;
	struct shard s = { 1, 1 };

	for (size_t i = 0; i < G_N_ELEMENTS(engines); i++) {
		const struct engine *e = &engines[i];
		struct shard here;

		if (!is_there(e))
			continue;
		if (!read_engine(&here, e))
			return engine_error(error, e);
		touch(e->status_file);
		if (here.total == 1)
			continue;
		if (found)
			return two_engines(error, found, e);
		found = e;
		s = here;
	}
	*out = s;
	if (engine)
		*engine = found ? found->name : NULL;
	return true;
}

static unsigned find_least(const uint64_t *load_ns, unsigned n)
{
	unsigned least = 0;

	for (unsigned i = 1; i < n; i++)
		if (load_ns[i] < load_ns[least])
			least = i;
	return least;
}

/* The cells of shard @s. */
static GHashTable *find_cells(GPtrArray *cells, struct shard s)
{
	GHashTable *found = g_hash_table_new(NULL, NULL);
	g_autoptr(GPtrArray) sorted = g_ptr_array_copy(cells, NULL, NULL);
	g_autofree uint64_t *load_ns = g_new0(uint64_t, s.total);

	g_ptr_array_set_free_func(sorted, NULL);
	plan_sort(sorted);
	for (unsigned i = 0; i < sorted->len; i++) {
		struct plan_cell *cell = sorted->pdata[i];
		unsigned shard = find_least(load_ns, s.total);

		load_ns[shard] += MAX(cell->estimate_ns, 1);
		if (shard + 1 == s.index)
			g_hash_table_add(found, cell);
	}
	return found;
}

static bool is_found(const struct plan_cell *cell, void *found)
{
	return g_hash_table_contains(found, cell);
}

void shard_take(GPtrArray *cells, struct shard s)
{
	g_autoptr(GHashTable) found = find_cells(cells, s);

	catalogue_keep(cells, is_found, found);
}
