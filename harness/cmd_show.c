/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab show CELL`: one boot on one time line
 */
#include <stdio.h>
#include <unistd.h>

#include "harness/bundle.h"
#include "harness/command.h"
#include "harness/rundir.h"
#include "harness/stored_run.h"
#include "reports/text.h"
#include "reports/timeline.h"

static char *run_dir;
static gboolean all;

static const GOptionEntry entries[] = {
	{ "run", 'r', 0, G_OPTION_ARG_FILENAME, &run_dir, "Of this run (the latest)", "DIR" },
	{ "all", 'a', 0, G_OPTION_ARG_NONE, &all, "Every frame and every field", NULL },
	G_OPTION_ENTRY_NULL,
};

/* What can be run again is worth a hint. */
static void add_hint(GString *out, const char *cell_dir, const Result *r)
{
	g_autofree char *bundle = g_build_filename(cell_dir, BUNDLE_FILE_NAME, NULL);
	g_autofree char *cell = text_safe(r->cell);

	if (g_file_test(bundle, G_FILE_TEST_EXISTS))
		g_string_append_printf(out, "\nagain: iplab replay %s%s%s\n", cell,
				       run_dir ? " --run " : "", run_dir ? run_dir : "");
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
	add_hint(out, cell_dir, r);
	fputs(out->str, stdout);
	return EXIT_AS_EXPECTED;
}

int command_show(int argc, char **argv)
{
	g_autofree char *dir = NULL;
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
	dir = stored_run_dir(run_dir, &error);
	results = dir ? stored_run_results(dir, &error) : NULL;
	if (!results) {
		fprintf(stderr, "iplab show: %s\n", error->message);
		return EXIT_COULD_NOT_RUN;
	}
	r = stored_run_find(results, args[1], "show");
	return r ? show(dir, r) : EXIT_USAGE;
}
