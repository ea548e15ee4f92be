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
#include "harness/conformance_page.h"
#include "harness/conformance_text.h"
#include "harness/known.h"
#include "harness/paths.h"
#include "harness/run_cells.h"

enum {
	N_WORKERS_MAX = 1024,
	N_COMPLAINTS = 5,
	SEED = 1,
};

static struct {
	int n_workers;
	char *out, *explain, *document, *check, *page;
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

static const GOptionEntry check_entries[] = { CHECK_ENTRY, REPORT_ENTRY, G_OPTION_ENTRY_NULL };

static const GOptionEntry conformance_entries[] = {
	{ "jobs", 'j', 0, G_OPTION_ARG_INT, &opt.n_workers, "So many at once (as many as CPUs)",
	  "N" },
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &opt.out,
	  "Folder for the results (reports/runs/UTC-TIME)", "DIR" },
	{ "explain", 'e', 0, G_OPTION_ARG_STRING, &opt.explain,
	  "Say what a check does and why, and boot nothing", "ID" },
	CHECK_ENTRY,
	REPORT_ENTRY,
	{ "slow", 0, 0, G_OPTION_ARG_NONE, &opt.slow, "Those as well that take long", NULL },
	{ "prove", 0, 0, G_OPTION_ARG_NONE, &opt.prove,
	  "Hold each check to the clients and mutants on which it is known to pass and to fail",
	  NULL },
	{ "document", 0, 0, G_OPTION_ARG_FILENAME, &opt.document,
	  "Write the catalogue with all verdicts behind the text of this file", "FILE" },
	G_OPTION_ENTRY_NULL,
};

static void add_name(GString *list, GHashTable *seen, const char *name)
{
	if (name && g_hash_table_add(seen, (void *)name))
		g_string_append_printf(list, "%s%s", list->len ? "," : "", name);
}

static bool is_to_boot(const struct check *c)
{
	return !c->planned && (!c->slow || opt.slow);
}

/*
 * The scenarios that a client has to boot, with commas between them: of all checks, or to prove
 * those that name it.
 */
static char *scenarios_for(const Checks *checks, const char *client)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GString *list = g_string_new(NULL);

	for (guint i = 0; i < checks->all->len; i++) {
		const struct check *c = checks->all->pdata[i];
		bool is_named = !g_strcmp0(c->pass, client) || !g_strcmp0(c->fail, client);

		if (!is_to_boot(c) || (opt.prove && !is_named))
			continue;
		add_name(list, seen, c->scenario);
		add_name(list, seen, c->control);
	}
	return g_string_free(list, FALSE);
}

/*
 * The cells of one client; NULL with @error set. On the wall clock waiting costs time: only
 * scenarios that are marked for it.
 */
static GPtrArray *plan_client(const Catalogue *all, const Checks *checks, const Client *client,
			      GError **error)
{
	g_autofree char *names = scenarios_for(checks, client->name);
	g_autofree char *by_client = g_strconcat("client=", client->name, NULL);
	g_autofree char *by_scenario = g_strconcat("scenario=", names, NULL);
	char *terms[] = { by_client, by_scenario, (char *)"server=builtin",
			  client->polls ? NULL : (char *)"tag=" CONFORMANCE_WALL_TAG, NULL };
	g_autoptr(Filter) f = filter_parse(terms, error);
	g_autoptr(GPtrArray) cells = NULL;

	if (!f)
		return NULL;
	cells = catalogue_plan(all, f, SCENARIO_CLOCK_VIRTUAL, SEED, 1);
	if (!filter_unused(f))
		return g_steal_pointer(&cells);
	g_set_error(error, CHECKS_ERROR, CHECKS_ERROR_SCENARIO,
		    "a check names \"%s\", which is no scenario; see `iplab list scenarios`",
		    filter_unused(f));
	return NULL;
}

/* --- which clients --- */

static bool is_wanted(const Client *c, char **patterns)
{
	g_autofree char *missing = NULL;

	if (!*patterns)
		return c->polls && client_has_network(c) &&
		       client_resolve((Client *)c, &command_overrides, &missing);
	for (; *patterns; patterns++)
		if (g_pattern_match_simple(*patterns, c->name))
			return true;
	return false;
}

static bool is_named_as_proof(const Checks *checks, const char *client)
{
	for (guint i = 0; i < checks->all->len; i++) {
		const struct check *c = checks->all->pdata[i];

		if ((!g_strcmp0(c->pass, client) || !g_strcmp0(c->fail, client)) && is_to_boot(c))
			return true;
	}
	return false;
}

/* The cells to boot; NULL with @error set. */
static GPtrArray *plan(const Catalogue *all, const Checks *checks, char **patterns, GError **error)
{
	g_autoptr(GPtrArray) cells = NULL;

	for (guint i = 0; i < all->clients->len; i++) {
		const Client *c = all->clients->pdata[i];
		GPtrArray *more;

		if (opt.prove ? !is_named_as_proof(checks, c->name) : !is_wanted(c, patterns))
			continue;
		more = plan_client(all, checks, c, error);
		if (!more)
			return NULL;
		if (cells)
			g_ptr_array_extend_and_steal(cells, more);
		else
			cells = more;
	}
	if (cells && cells->len)
		return g_steal_pointer(&cells);
	g_set_error(
		error, CHECKS_ERROR, CHECKS_ERROR_SCENARIO,
		"no client fits that could boot what the checks need (those that take long need "
		"--slow); see `iplab list clients`");
	return NULL;
}

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

/* A check that was never seen to pass and to fail may not decide anything. */
static int exit_code(const Conformance *c, const Checks *checks, const GPtrArray *results)
{
	const GPtrArray *clients = conformance_clients(c);
	bool failed = false;

	for (guint i = 0; i < results->len; i++)
		if (((const Result *)results->pdata[i])->verdict == VERDICT_ERROR)
			return EXIT_COULD_NOT_RUN;
	for (guint i = 0; i < checks->all->len * clients->len; i++) {
		const struct check *check = checks->all->pdata[i / clients->len];
		const struct conformance_entry *e =
			conformance_entry(c, check, clients->pdata[i % clients->len]);

		failed |= e->seen->verdict == CHECK_FAIL && check_is_proven(check);
	}
	return failed ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
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
		       const char *dir, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);

	conformance_page(out, c, checks, dir);
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

static int report(const char *command, const Checks *checks, const Catalogue *all, const char *dir,
		  const GPtrArray *results)
{
	g_autoptr(Conformance) c = conformance_judge(checks, all, dir, results);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	int code = exit_code(c, checks, results);

	if (opt.prove) {
		bool holds = conformance_text_prove(text, c, checks, opt.slow);

		if (code != EXIT_COULD_NOT_RUN)
			code = holds ? EXIT_AS_EXPECTED : EXIT_UNEXPECTED;
	} else {
		conformance_text_write(text, c, checks, dir);
	}
	fputs(text->str, stdout);
	fflush(stdout);
	complain(command, results);
	if ((opt.document && !write_document(opt.document, c, checks, &error)) ||
	    (opt.page && !write_page(opt.page, c, checks, dir, &error))) {
		fprintf(stderr, "iplab %s: %s\n", command, error->message);
		code = EXIT_COULD_NOT_RUN;
	}
	if (g_str_equal(command, "conformance"))
		remove_captures(c, checks, dir, results);
	return code;
}

/* --- the commands --- */

/* Takes @cells. */
static int boot_and_report(GPtrArray *cells, const Checks *checks, const Catalogue *all,
			   const Known *known, char **command)
{
	struct run_cells_options options = {
		.out = opt.out,
		.n_workers = (unsigned)opt.n_workers,
		.keep_captures = true,
		.quiet = true,
		.known = known,
		.checks = checks,
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
	code = report("conformance", checks, all, run_cells_dir(run), run_cells_results(run));
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

int command_conformance(int argc, char **argv)
{
	g_auto(GStrv) command = g_strdupv(argv);
	g_auto(GStrv) dirs = paths_scenario_dirs();
	g_auto(GStrv) args = NULL, files = NULL;
	g_autoptr(Catalogue) all = NULL;
	g_autoptr(Checks) checks = NULL;
	g_autoptr(Known) known = NULL;
	g_autoptr(GError) error = NULL;
	GPtrArray *cells = NULL;

	(void)argc;
	opt.n_workers = (int)g_get_num_processors();
	args = command_parse(
		argv, conformance_entries, true,
		"[CLIENT...] - what clients make of the standards\n\n"
		"A CLIENT is a name, in which * and ? may stand; without one, all that "
		"run on the virtual\nclock and are on this machine.",
		&error);
	if (!args)
		return command_usage_error("conformance", error->message);
	if (opt.n_workers < 1 || opt.n_workers > N_WORKERS_MAX)
		return command_usage_error("conformance", "--jobs: allowed are 1 to 1024");
	if (opt.check && opt.document)
		return command_usage_error("conformance",
					   "--document: needs all checks, so not with --check");
	checks = checks_load(NULL, &error);
	if (checks && opt.explain)
		return explain(checks);
	if (checks && opt.check && !checks_select(checks, opt.check, &error))
		return command_usage_error("conformance", error->message);
	files = opt.prove ? with_mutants() : g_strdupv(command_client_files);
	if (checks)
		all = catalogue_load(files, &error);
	if (all)
		known = known_load(dirs, &error);
	if (known)
		cells = plan(all, checks, args + 1, &error);
	if (!cells)
		return command_usage_error("conformance", error->message);
	return boot_and_report(cells, checks, all, known, command);
}

int command_check(int argc, char **argv)
{
	g_auto(GStrv) args = NULL;
	g_autofree char *path = NULL;
	g_autoptr(Checks) checks = NULL;
	g_autoptr(Catalogue) all = NULL;
	g_autoptr(GPtrArray) results = NULL;
	g_autoptr(GError) error = NULL;

	(void)argc;
	args = command_parse(argv, check_entries, true, "DIR - judge a stored run again", &error);
	if (!args)
		return command_usage_error("check", error->message);
	if (g_strv_length(args) != 2)
		return command_usage_error("check", "needs one DIR: the folder of a run");
	checks = checks_load(NULL, &error);
	if (checks && (!opt.check || checks_select(checks, opt.check, &error)))
		all = catalogue_load(command_client_files, &error);
	if (!all)
		return command_usage_error("check", error->message);
	path = g_build_filename(args[1], "results.jsonl", NULL);
	results = results_load(path, &error);
	if (!results) {
		fprintf(stderr, "iplab check: there is no run in %s: %s\n", args[1],
			error->message);
		return EXIT_COULD_NOT_RUN;
	}
	return report("check", checks, all, args[1], results);
}
