/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab show CELL`: one boot on one time line
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/command.h"
#include "harness/rundir.h"
#include "reports/timeline.h"

static char *run_dir;
static gboolean all;

static const GOptionEntry entries[] = {
	{ "run", 'r', 0, G_OPTION_ARG_FILENAME, &run_dir, "Of this run (the latest)", "DIR" },
	{ "all", 'a', 0, G_OPTION_ARG_NONE, &all, "Every frame and every field", NULL },
	G_OPTION_ENTRY_NULL,
};

/* Whether a person who typed @wanted may mean this cell: all of it, or whole parts of it. */
static bool is_meant(const Result *r, const char *wanted)
{
	g_autofree char *inner = g_strdup_printf("/%s/", wanted);
	g_autofree char *id = g_strdup_printf("/%s/", r->cell);

	return strstr(id, inner) ||
	       (g_utf8_validate(wanted, -1, NULL) && g_pattern_match_simple(wanted, r->cell));
}

/* The one cell that is meant, or NULL with a message on standard error. */
static const Result *find(GPtrArray *results, const char *wanted)
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
	fprintf(stderr, "iplab show: %s \"%s\"%s\n",
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

static int show(const char *dir, const Result *r)
{
	g_autofree char *cell_dir = g_build_filename(dir, "cells", r->cell, NULL);
	g_auto(GStrv) inputs = rundir_inputs(dir, r->client, r->scenario);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	struct timeline_options options = {
		.result = r,
		.inputs = (const char *const *)inputs,
		.all = all,
		.colour = isatty(STDOUT_FILENO),
		.n_console = TIMELINE_CONSOLE_LINES,
	};

	if (!timeline_write(out, cell_dir, &options, &error)) {
		fprintf(stderr, "iplab show: %s\n", error->message);
		return EXIT_COULD_NOT_RUN;
	}
	fputs(out->str, stdout);
	return EXIT_AS_EXPECTED;
}

int command_show(int argc, char **argv)
{
	g_autofree char *dir = NULL, *path = NULL;
	g_auto(GStrv) args = NULL;
	g_autoptr(GPtrArray) results = NULL;
	g_autoptr(GError) error = NULL;
	const Result *r;

	(void)argc;
	args = command_parse(
		argv, entries, false,
		"CELL\n\nCELL is client/server/scenario/seed, or a part of it that fits "
		"one cell only.",
		&error);
	if (!args)
		return command_usage_error("show", error->message);
	if (g_strv_length(args) != 2)
		return command_usage_error("show", "needs one CELL");
	dir = run_dir ? g_strdup(run_dir) : rundir_latest();
	if (!dir) {
		fprintf(stderr, "iplab show: there is no run yet; `iplab run` makes one\n");
		return EXIT_COULD_NOT_RUN;
	}
	path = g_build_filename(dir, "results.jsonl", NULL);
	results = results_load(path, &error);
	if (!results) {
		fprintf(stderr, "iplab show: there is no run in %s: %s\n", dir, error->message);
		return EXIT_COULD_NOT_RUN;
	}
	r = find(results, args[1]);
	return r ? show(dir, r) : EXIT_USAGE;
}
