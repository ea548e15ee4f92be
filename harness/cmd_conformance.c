/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab conformance`: the checks of conformance against clients; `iplab check`: of a stored run
 *
 * Boots what the checks need on the virtual clock, with our own server, and judges the journals.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "harness/catalogue.h"
#include "harness/command.h"
#include "harness/conformance.h"
#include "harness/conformance_news.h"
#include "harness/conformance_page.h"
#include "harness/conformance_plan.h"
#include "harness/conformance_text.h"
#include "harness/known.h"
#include "harness/paths.h"
#include "harness/run_cells.h"
#include "reports/run_info.h"

enum {
	N_WORKERS_MAX = 1024,
	N_COMPLAINTS = 5,
};

static struct {
	int n_workers;
	char *out, *explain, *document, *check, *page, *known, *write_known;
	gboolean slow, prove;
} opt;

#define CHECK_ENTRY                                                                                \
	{                                                                                          \
		"check", 'c', 0, G_OPTION_ARG_STRING, &opt.check,                                  \
			"Only these; * and ? may stand in it, and commas between several", "ID"    \
	}

#define REPORT_ENTRY                                                                               \
	{                                                                                          \
		"report", 0, 0, G_OPTION_ARG_FILENAME, &opt.page,                                  \
			"Write a page of HTML, with all evidence", "FILE"                          \
	}

#define KNOWN_ENTRY                                                                                \
	{                                                                                          \
		"known", 0, 0, G_OPTION_ARG_FILENAME, &opt.known,                                  \
			"Expect what is known by this file, and no other", "FILE"                  \
	}

#define WRITE_KNOWN_ENTRY                                                                          \
	{                                                                                          \
		"write-known", 0, 0, G_OPTION_ARG_FILENAME, &opt.write_known,                      \
			"Write all that is broken as a file of known failures", "FILE"             \
	}

static const GOptionEntry check_entries[] = { CHECK_ENTRY, REPORT_ENTRY, KNOWN_ENTRY,
					      WRITE_KNOWN_ENTRY, G_OPTION_ENTRY_NULL };

static const GOptionEntry conformance_entries[] = {
	{ "jobs", 'j', 0, G_OPTION_ARG_INT, &opt.n_workers, "So many at once (as many as CPUs)",
	  "N" },
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &opt.out,
	  "Folder for the results (reports/runs/UTC-TIME)", "DIR" },
	{ "explain", 'e', 0, G_OPTION_ARG_STRING, &opt.explain,
	  "Say what a check does and why, and boot nothing", "ID" },
	CHECK_ENTRY,
	REPORT_ENTRY,
	KNOWN_ENTRY,
	WRITE_KNOWN_ENTRY,
	{ "slow", 0, 0, G_OPTION_ARG_NONE, &opt.slow, "Those as well that take long", NULL },
	{ "prove", 0, 0, G_OPTION_ARG_NONE, &opt.prove,
	  "Hold each check to the clients and mutants on which it is known to pass and to fail",
	  NULL },
	{ "document", 0, 0, G_OPTION_ARG_FILENAME, &opt.document,
	  "Write the catalogue with all verdicts behind the text of this file", "FILE" },
	G_OPTION_ENTRY_NULL,
};

/* --- what came of it --- */

/* Whether it is evidence of something that is broken. */
static bool is_evidence(const Conformance *c, const Checks *checks, const Result *r)
{
	for (guint i = 0; i < checks->all->len; i++) {
		const struct conformance_entry *e =
			conformance_entry(c, checks->all->pdata[i], r->client);

		if (e->seen->verdict >= CHECK_WARN && !g_strcmp0(e->cell, r->cell))
			return true;
	}
	return false;
}

/* All boots were captured; what shows nothing that is broken is not kept. */
static void remove_captures(const Conformance *c, const Checks *checks, const char *dir,
			    const GPtrArray *results)
{
	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];
		g_autofree char *path =
			g_build_filename(dir, "cells", r->cell, "capture.pcapng", NULL);

		if (r->verdict == VERDICT_PASS && !is_evidence(c, checks, r))
			g_unlink(path);
	}
}

/* An error tells nothing of the client. */
static bool could_run(const GPtrArray *results)
{
	for (guint i = 0; i < results->len; i++)
		if (((const Result *)results->pdata[i])->verdict == VERDICT_ERROR)
			return false;
	return true;
}

/* Put the catalogue behind what a person wrote, in the file @path. */
static bool write_document(const char *path, const Conformance *c, const Checks *checks,
			   GError **error)
{
	static const char mark[] = "<!-- What follows is written by `make docs`. -->\n";
	g_autofree char *text = NULL;
	g_autoptr(GString) out = NULL;
	char *end;

	if (!g_file_get_contents(path, &text, NULL, error))
		return false;
	end = strstr(text, mark);
	out = g_string_new_len(text, end ? end - text : (gssize)strlen(text));
	g_string_append(out, mark);
	conformance_text_document(out, c, checks);
	return g_file_set_contents(path, out->str, (gssize)out->len, error);
}

static bool write_page(const char *path, const Conformance *c, const Checks *checks,
		       const Known *known, const char *dir, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);

	conformance_page(out, c, checks, known, dir);
	return g_file_set_contents(path, out->str, (gssize)out->len, error);
}

/* What could not run tells nothing: say so, or it looks as if nothing had been to see. */
static void complain(const char *command, const GPtrArray *results)
{
	unsigned n = 0;

	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		if (r->verdict == VERDICT_ERROR && n++ < N_COMPLAINTS)
			fprintf(stderr, "iplab %s: could not run %s: %s\n", command, r->cell,
				r->reason ? r->reason : "for no known reason");
	}
	if (n > N_COMPLAINTS)
		fprintf(stderr, "iplab %s: nor could %u more\n", command, n - N_COMPLAINTS);
}

static bool write_known(const char *path, const Conformance *c, const Checks *checks,
			const Known *known, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);

	conformance_news_write_known(out, c, checks, known);
	return g_file_set_contents(path, out->str, (gssize)out->len, error);
}

static bool write_files(const Conformance *c, const Checks *checks, const Known *known,
			const char *dir, GError **error)
{
	return (!opt.document || write_document(opt.document, c, checks, error)) &&
	       (!opt.page || write_page(opt.page, c, checks, known, dir, error)) &&
	       (!opt.write_known || write_known(opt.write_known, c, checks, known, error));
}

/* What to judge with. */
typedef struct Means {
	Checks *checks;
	Catalogue *all;
	Known *known;
} Means;

static void means_clear(Means *m)
{
	checks_free(m->checks);
	catalogue_free(m->all);
	known_free(m->known);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Means, means_clear)

/* Return: whether all is as expected. */
static bool tell(const Conformance *c, const Means *m, const char *dir, bool is_whole)
{
	struct conformance_sum sum = conformance_news_count(c, m->checks, m->known, is_whole);
	g_autoptr(GString) text = g_string_new(NULL);
	bool is_well = !sum.n[NEWS_BROKEN] && !sum.n[NEWS_KEPT];

	if (opt.prove) {
		is_well = conformance_text_prove(text, c, m->checks, opt.slow);
	} else {
		conformance_text_write(text, c, m->checks, m->known, dir);
		conformance_news_write(text, c, m->checks, m->known, is_whole, dir);
	}
	fputs(text->str, stdout);
	fflush(stdout);
	return is_well;
}

static int report(const char *command, const Means *m, const char *dir, bool is_whole,
		  const GPtrArray *results)
{
	g_autoptr(Conformance) c = conformance_judge(m->checks, m->all, dir, results);
	g_autoptr(GError) error = NULL;
	int code = tell(c, m, dir, is_whole) ? EXIT_AS_EXPECTED : EXIT_UNEXPECTED;

	complain(command, results);
	if (!could_run(results))
		code = EXIT_COULD_NOT_RUN;
	if (!write_files(c, m->checks, m->known, dir, &error)) {
		fprintf(stderr, "iplab %s: %s\n", command, error->message);
		code = EXIT_COULD_NOT_RUN;
	}
	if (g_str_equal(command, "conformance"))
		remove_captures(c, m->checks, dir, results);
	return code;
}

/* --- the commands --- */

/* Takes @cells. */
static int boot_and_report(GPtrArray *cells, const Means *m, char **command)
{
	struct run_cells_options options = {
		.out = opt.out,
		.n_workers = (unsigned)opt.n_workers,
		.keep_captures = true,
		.quiet = true,
		.known = m->known,
		.checks = m->checks,
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(RunCells) run = run_cells_new(cells, &options, command, &error);
	int code;

	if (!run) {
		fprintf(stderr, "iplab conformance: %s\n", error->message);
		return EXIT_COULD_NOT_RUN;
	}
	if (run_cells_work(run) != RUN_CELLS_WHOLE) {
		fprintf(stderr, "iplab conformance: interrupted\n");
		return EXIT_COULD_NOT_RUN;
	}
	code = report("conformance", m, run_cells_dir(run), !opt.check, run_cells_results(run));
	printf("\nResults in %s\n", run_cells_dir(run));
	return code;
}

static int explain(const Checks *checks)
{
	const struct check *check = checks_find(checks, opt.explain);
	g_autoptr(GString) text = g_string_new(NULL);

	if (!check)
		return command_usage_error("conformance",
					   "there is no such check; see `iplab list checks`");
	conformance_text_explain(text, check);
	fputs(text->str, stdout);
	return EXIT_AS_EXPECTED;
}

/* The user's client files, and all mutants. */
static char **with_mutants(void)
{
	g_autofree char *dir = paths_mutants_dir();
	g_autoptr(GPtrArray) names = paths_list_ini(dir, 0);
	GPtrArray *files = g_ptr_array_new();

	for (char **f = command_client_files; f && *f; f++)
		g_ptr_array_add(files, g_strdup(*f));
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *file = g_strconcat(names->pdata[i], ".ini", NULL);

		g_ptr_array_add(files, g_build_filename(dir, file, NULL));
	}
	g_ptr_array_add(files, NULL);
	return (char **)g_ptr_array_free(files, FALSE);
}

/* Entries of checks that there are not: somebody has to look at them, but nothing is broken. */
static void note_stale(const char *command, const Means *m)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	g_autoptr(GString) text = g_string_new(NULL);
	g_auto(GStrv) lines = NULL;

	for (guint i = 0; i < m->checks->all->len; i++)
		g_ptr_array_add(ids, ((struct check *)m->checks->all->pdata[i])->id);
	known_append_stale(text, m->known, NULL, NULL, ids);
	lines = g_strsplit(g_strchomp(text->str), "\n", -1);
	for (char **line = lines; *line; line++)
		fprintf(stderr, "iplab %s: note: %s\n", command, *line);
}

static bool load_means(Means *m, char **files, const char *command, GError **error)
{
	g_auto(GStrv) dirs = paths_scenario_dirs();

	m->all = catalogue_load(files, error);
	if (m->all)
		m->known = opt.known ? known_load_file(opt.known, error) : known_load(dirs, error);
	if (!m->known)
		return false;
	note_stale(command, m);
	return !opt.check || checks_select(m->checks, opt.check, error);
}

int command_conformance(int argc, char **argv)
{
	g_auto(GStrv) command = g_strdupv(argv);
	g_auto(GStrv) args = NULL, files = NULL;
	g_auto(Means) m = { NULL };
	g_autoptr(GError) error = NULL;
	GPtrArray *cells = NULL;

	(void)argc;
	opt.n_workers = (int)g_get_num_processors();
	args = command_parse(
		argv, conformance_entries, true,
		"[CLIENT...] - what clients make of the standards\n\n"
		"A CLIENT is a name, in which * and ? may stand; without one, all that "
		"run on the virtual\nclock and are on this machine. What a client is known to "
		"break "
		"(docs/known-failures.md)\nis as expected.",
		&error);
	if (!args)
		return command_usage_error("conformance", error->message);
	if (opt.n_workers < 1 || opt.n_workers > N_WORKERS_MAX)
		return command_usage_error("conformance", "--jobs: allowed are 1 to 1024");
	if (opt.check && (opt.document || opt.write_known))
		return command_usage_error("conformance", "--document and --write-known need all "
							  "checks, so not with --check");
	m.checks = checks_load(NULL, &error);
	if (m.checks && opt.explain)
		return explain(m.checks);
	files = opt.prove ? with_mutants() : g_strdupv(command_client_files);
	if (m.checks && load_means(&m, files, "conformance", &error))
		cells = conformance_plan(m.all, m.checks, args + 1,
					 (struct conformance_plan_options){ opt.prove, opt.slow },
					 &error);
	if (!cells)
		return command_usage_error("conformance", error->message);
	return boot_and_report(cells, &m, command);
}

/* Whether a stored run has all boots that the checks ask for. */
static bool is_whole_run(const char *dir)
{
	g_autoptr(RunInfo) run = run_info_load(dir, NULL);
	const char *command = run && run->command ? run->command : "";

	return !opt.check && g_str_has_prefix(command, "conformance") && !strstr(command, " -c") &&
	       !strstr(command, " --check");
}

int command_check(int argc, char **argv)
{
	g_auto(GStrv) args = NULL;
	g_autofree char *path = NULL;
	g_auto(Means) m = { NULL };
	g_autoptr(GPtrArray) results = NULL;
	g_autoptr(GError) error = NULL;

	(void)argc;
	args = command_parse(argv, check_entries, true, "DIR - judge a stored run again", &error);
	if (!args)
		return command_usage_error("check", error->message);
	if (g_strv_length(args) != 2)
		return command_usage_error("check", "needs one DIR: the folder of a run");
	if (opt.check && opt.write_known)
		return command_usage_error("check",
					   "--write-known needs all checks, so not with --check");
	m.checks = checks_load(NULL, &error);
	if (!m.checks || !load_means(&m, command_client_files, "check", &error))
		return command_usage_error("check", error->message);
	path = g_build_filename(args[1], "results.jsonl", NULL);
	results = results_load(path, &error);
	if (!results) {
		fprintf(stderr, "iplab check: there is no run in %s: %s\n", args[1],
			error->message);
		return EXIT_COULD_NOT_RUN;
	}
	return report("check", &m, args[1], is_whole_run(args[1]), results);
}
