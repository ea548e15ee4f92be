/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab report FORMAT [DIR]`: a stored run in the formats of other programs
 */
#include <errno.h>
#include <stdio.h>

#include "harness/check_catalogue.h"
#include "harness/command.h"
#include "harness/stored_run.h"
#include "reports/chrome_trace.h"
#include "reports/kcidb.h"
#include "reports/rate.h"
#include "reports/report.h"

static struct {
	char *out, *cell, *origin, *commit, *repository;
} opt;

static const GOptionEntry entries[] = {
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &opt.out,
	  "Write it here; it appears whole or not at all (standard output)", "FILE" },
	{ "cell", 0, 0, G_OPTION_ARG_STRING, &opt.cell, "trace: of this boot, not of the run",
	  "CELL" },
	{ "origin", 0, 0, G_OPTION_ARG_STRING, &opt.origin,
	  "kcidb: name of your CI system there (iplab)", "NAME" },
	{ "commit", 0, 0, G_OPTION_ARG_STRING, &opt.commit,
	  "kcidb: the commit that the clients were built from", "HASH" },
	{ "repository", 0, 0, G_OPTION_ARG_STRING, &opt.repository,
	  "kcidb: where that commit is from", "URL" },
	G_OPTION_ENTRY_NULL,
};

static char *usage(void)
{
	GString *s =
		g_string_new("FORMAT [DIR] - show a stored run to other programs\n\n"
			     "DIR is a run's folder, by default that of the latest. Formats:\n");

	for (const struct report_format *f = report_formats; f->name; f++)
		g_string_append_printf(s, "\n  %-12s %s", f->name, f->help);
	return g_string_free(s, FALSE);
}

/* What is wrong with the options; NULL: nothing. */
static char *find_problem(const struct report_format *format)
{
	bool is_kcidb = g_str_equal(format->name, "kcidb");

	if (opt.cell && !g_str_equal(format->name, "trace"))
		return g_strdup_printf("--cell is for trace, not for %s", format->name);
	if (!is_kcidb && (opt.origin || opt.commit || opt.repository))
		return g_strdup_printf("--origin, --commit and --repository are for kcidb, not "
				       "for %s",
				       format->name);
	if (opt.origin && !kcidb_is_origin(opt.origin))
		return g_strdup_printf("--origin is \"%s\"; allowed are a-z, 0-9 and _",
				       opt.origin);
	if (opt.commit && !kcidb_is_commit(opt.commit))
		return g_strdup_printf("--commit is \"%s\"; it must be 40 digits of 0-9 and a-f",
				       opt.commit);
	if (opt.repository && !kcidb_is_repository(opt.repository))
		return g_strdup_printf("--repository is \"%s\"; it must begin with https:// or "
				       "git://",
				       opt.repository);
	return NULL;
}

/* The run as text. 0, or an exit code with @error set unless it is said already. */
static int write_text(GString *text, const struct report_format *format, const char *dir,
		      GError **error)
{
	g_autoptr(GPtrArray) results = stored_run_results(dir, error);
	g_autoptr(RunInfo) run = results ? run_info_load(dir, error) : NULL;
	g_autoptr(Checks) checks = run ? checks_load(NULL, error) : NULL;
	g_autoptr(GHashTable) words = checks ? checks_words(checks) : NULL;
	struct report report = {
		.run = run,
		.results = results,
		.dir = dir,
		.checks = words,
		.origin = opt.origin,
		.commit = opt.commit,
		.repository = opt.repository,
	};
	g_autoptr(GPtrArray) drifts = NULL, all = NULL;
	g_autofree char *cell_dir = NULL;
	const Result *r;

	if (!checks)
		return EXIT_COULD_NOT_RUN;
	if (!opt.cell) {
		report.results = all = rates_with_drifts(results, &drifts);
		report_sort(all);
		format->write(text, &report);
		return EXIT_AS_EXPECTED;
	}
	r = stored_run_find(results, opt.cell, "report");
	if (!r)
		return EXIT_USAGE;
	cell_dir = g_build_filename(dir, "cells", r->cell, NULL);
	return chrome_trace_boot(text, cell_dir, r->cell, error) ? EXIT_AS_EXPECTED
								 : EXIT_COULD_NOT_RUN;
}

static int put(const GString *text, GError **error)
{
	if (opt.out)
		return g_file_set_contents(opt.out, text->str, (gssize)text->len, error)
			       ? EXIT_AS_EXPECTED
			       : EXIT_COULD_NOT_RUN;
	if (fwrite(text->str, 1, text->len, stdout) == text->len && fflush(stdout) == 0)
		return EXIT_AS_EXPECTED;
	g_set_error(error, RESULT_ERROR, RESULT_ERROR_FILE, "standard output: %s",
		    g_strerror(errno));
	return EXIT_COULD_NOT_RUN;
}

int command_report(int argc, char **argv)
{
	g_autofree char *words = usage(), *problem = NULL, *dir = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) args = command_parse(argv, entries, false, words, &error);
	const struct report_format *format;
	int code;

	(void)argc;
	if (!args)
		return command_usage_error("report", error->message);
	if (!args[1] || (args[2] && args[3]))
		return command_usage_error("report", "needs a FORMAT, and one DIR at most");
	format = report_find(args[1]);
	if (!format)
		problem = g_strdup_printf("there is no format \"%s\"", args[1]);
	else
		problem = find_problem(format);
	if (problem)
		return command_usage_error("report", problem);
	dir = stored_run_dir(args[2], &error);
	code = dir ? write_text(text, format, dir, &error) : EXIT_COULD_NOT_RUN;
	if (code == EXIT_AS_EXPECTED)
		code = put(text, &error);
	if (error)
		fprintf(stderr, "iplab report: %s\n", error->message);
	return code;
}
