/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long cells take
 *
 * Whole milliseconds: the file is read by people and kept in git, and what is shorter than one
 * weighs nothing.
 */
#include "harness/durations.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reports/result.h"

enum {
	NS_PER_MS = 1000 * 1000,
	UNKNOWN_MS = 1000,
	MS_MAX = 24 * 3600 * 1000,
};

/* Each key has an array of milliseconds: every one that was recorded. */
struct Durations {
	GHashTable *combinations; /* "virtual client/server/scenario" */
	GHashTable *scenarios;    /* "virtual server/scenario" */
	GHashTable *clocks;       /* "virtual" */
};

GQuark durations_error_quark(void)
{
	return g_quark_from_static_string("durations-error-quark");
}

static GHashTable *table_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
				     (GDestroyNotify)g_array_unref);
}

Durations *durations_new(void)
{
	Durations *d = g_new0(Durations, 1);

	d->combinations = table_new();
	d->scenarios = table_new();
	d->clocks = table_new();
	return d;
}

static void table_add(GHashTable *table, char *key, uint64_t ms)
{
	GArray *all = g_hash_table_lookup(table, key);

	if (!all) {
		all = g_array_new(FALSE, FALSE, sizeof(uint64_t));
		g_hash_table_insert(table, key, all);
	} else {
		g_free(key);
	}
	g_array_append_val(all, ms);
}

/* @combination has a '/': its client is before the first one. */
static void add(Durations *d, const char *clock, const char *combination, uint64_t ms)
{
	table_add(d->combinations, g_strdup_printf("%s %s", clock, combination), ms);
	table_add(d->scenarios, g_strdup_printf("%s%s", clock, strchr(combination, '/')), ms);
	table_add(d->clocks, g_strdup(clock), ms);
}

void durations_add_results(Durations *d, GPtrArray *results)
{
	for (unsigned i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];
		g_autofree char *combination =
			g_strdup_printf("%s/%s/%s", r->client, r->server, r->scenario);

		if (r->verdict != VERDICT_SKIP && r->verdict != VERDICT_ERROR)
			add(d, r->clock, combination, r->wall_ns / NS_PER_MS);
	}
}

static bool parse_line(Durations *d, const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);
	uint64_t ms;

	if (g_strv_length(words) != 3 || !strchr(words[1], '/') ||
	    !(g_str_equal(words[0], "virtual") || g_str_equal(words[0], "wall")) ||
	    !g_ascii_string_to_unsigned(words[2], 10, 0, MS_MAX, &ms, NULL))
		return false;
	add(d, words[0], words[1], ms);
	return true;
}

static bool read_file(Durations *d, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	g_autoptr(GError) cause = NULL;

	if (!g_file_get_contents(path, &text, NULL, &cause)) {
		g_set_error(error, DURATIONS_ERROR, DURATIONS_ERROR_FILE, "%s", cause->message);
		return false;
	}
	lines = g_strsplit(text, "\n", -1);
	for (unsigned i = 0; lines[i]; i++) {
		if (!*lines[i] || *lines[i] == '#' || parse_line(d, lines[i]))
			continue;
		g_set_error(error, DURATIONS_ERROR, DURATIONS_ERROR_SYNTAX,
			    "%s:%u: \"%s\" is no duration; allowed is CLOCK "
			    "CLIENT/SERVER/SCENARIO MILLISECONDS, one blank between",
			    path, i + 1, lines[i]);
		return false;
	}
	return true;
}

static bool read_run(Durations *d, const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autoptr(GError) cause = NULL;
	g_autoptr(GPtrArray) results = results_load(path, &cause);

	if (!results) {
		g_set_error(error, DURATIONS_ERROR, DURATIONS_ERROR_FILE, "%s", cause->message);
		return false;
	}
	durations_add_results(d, results);
	return true;
}

Durations *durations_load(const char *path, GError **error)
{
	g_autoptr(Durations) d = durations_new();
	bool is_run = g_file_test(path, G_FILE_TEST_IS_DIR);

	if (!(is_run ? read_run : read_file)(d, path, error))
		return NULL;
	return g_steal_pointer(&d);
}

static int compare_ms(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The lower one of two in the middle: whole numbers, and no doubt of rounding. */
static uint64_t median_ms(GArray *all)
{
	g_array_sort(all, compare_ms);
	return g_array_index(all, uint64_t, (all->len - 1) / 2);
}

static void estimate(const Durations *d, struct plan_cell *cell)
{
	const char *clock = plan_cell_clock(cell);
	g_autofree char *combination = plan_cell_combination(cell);
	g_autofree char *exact = g_strdup_printf("%s %s", clock, combination);
	g_autofree char *near = g_strdup_printf("%s%s", clock, strchr(combination, '/'));
	GArray *all = g_hash_table_lookup(d->combinations, exact);

	cell->is_recorded = all;
	if (!all)
		all = g_hash_table_lookup(d->scenarios, near);
	if (!all)
		all = g_hash_table_lookup(d->clocks, clock);
	cell->estimate_ns = (all ? median_ms(all) : UNKNOWN_MS) * NS_PER_MS;
}

void durations_estimate(const Durations *d, GPtrArray *cells)
{
	for (unsigned i = 0; i < cells->len; i++)
		estimate(d, cells->pdata[i]);
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *durations_to_text(const Durations *d)
{
	GString *text = g_string_new(NULL);
	unsigned n;
	g_autofree void **keys = g_hash_table_get_keys_as_array(d->combinations, &n);

	qsort(keys, n, sizeof(*keys), compare_text);
	for (unsigned i = 0; i < n; i++)
		g_string_append_printf(text, "%s %" PRIu64 "\n", (char *)keys[i],
				       median_ms(g_hash_table_lookup(d->combinations, keys[i])));
	return g_string_free(text, FALSE);
}

void durations_free(Durations *d)
{
	if (!d)
		return;
	g_hash_table_unref(d->combinations);
	g_hash_table_unref(d->scenarios);
	g_hash_table_unref(d->clocks);
	g_free(d);
}
