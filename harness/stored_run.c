/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run that is over
 */
#include "harness/stored_run.h"

#include <stdio.h>
#include <string.h>

#include "harness/rundir.h"

char *stored_run_dir(const char *dir, GError **error)
{
	char *found = dir ? g_strdup(dir) : rundir_latest();

	if (!found)
		g_set_error(error, RUNDIR_ERROR, RUNDIR_ERROR_NONE,
			    "there is no run yet; `iplab run` makes one");
	return found;
}

GPtrArray *stored_run_results(const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	GPtrArray *results = results_load(path, error);

	if (!results)
		g_prefix_error(error, "there is no run in %s: ", dir);
	return results;
}

/* Whether a person who typed @wanted may mean this cell: all of it, or whole parts of it. */
static bool is_meant(const Result *r, const char *wanted)
{
	g_autofree char *inner = g_strdup_printf("/%s/", wanted);
	g_autofree char *id = g_strdup_printf("/%s/", r->cell);

	return strstr(id, inner) ||
	       (g_utf8_validate(wanted, -1, NULL) && g_pattern_match_simple(wanted, r->cell));
}

const Result *stored_run_find(const GPtrArray *results, const char *wanted, const char *command)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();

	for (unsigned i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		if (g_str_equal(r->cell, wanted))
			return r;
		if (is_meant(r, wanted))
			g_ptr_array_add(found, (void *)r);
	}
	if (found->len == 1)
		return found->pdata[0];
	fprintf(stderr, "iplab %s: %s \"%s\"%s\n", command,
		found->len ? "more than one cell fits" : "no cell fits", wanted,
		found->len || results->len ? ":" : "; the run has no results");
	if (!found->len)
		for (unsigned i = 0; i < results->len; i++)
			g_ptr_array_add(found, results->pdata[i]);
	for (unsigned i = 0; i < found->len && i < 20; i++)
		fprintf(stderr, "  %s\n", ((const Result *)found->pdata[i])->cell);
	if (found->len > 20)
		fprintf(stderr, "  ... and %u more\n", found->len - 20);
	return NULL;
}
