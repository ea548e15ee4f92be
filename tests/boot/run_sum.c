/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a stored run came to
 */
#include "tests/boot/run_sum.h"

#include <check.h>
#include <string.h>

#include "reports/result.h"

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *run_sum(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) results = results_load(path, &error);

	ck_assert_msg(results != NULL, "%s", error ? error->message : "");
	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		g_ptr_array_add(lines,
				g_strdup_printf("%s %s %s", r->cell, verdict_name(r->verdict),
						r->journal_sha256 ? r->journal_sha256 : ""));
	}
	g_ptr_array_sort(lines, compare);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}
