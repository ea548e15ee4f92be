/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab replay`: a boot out of its bundle, once more
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/bundle_read.h"
#include "harness/command.h"
#include "harness/replay_shrink.h"
#include "harness/replay_text.h"
#include "harness/rundir.h"
#include "harness/stored_run.h"
#include "harness/tree.h"
#include "reports/text.h"

#define SHRUNK_FILE_NAME "shrunk.ini"

enum {
	N_WORKERS_MAX = 1024,
};

static struct {
	char *run, *out;
	gboolean json, shrink;
	int n_workers;
} opt;

static const GOptionEntry entries[] = {
	{ "run", 'r', 0, G_OPTION_ARG_FILENAME, &opt.run, "CELL is of this run (the latest)",
	  "DIR" },
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &opt.out,
	  "Keep what is in the bundle, and what comes of it now (nowhere)", "DIR" },
	{ "json", 0, 0, G_OPTION_ARG_NONE, &opt.json, "Print a line of JSON, and nothing else",
	  NULL },
	{ "shrink", 0, 0, G_OPTION_ARG_NONE, &opt.shrink,
	  "Boot it with less of the scenario and of the network's decisions, as long as it fails "
	  "the same way, and print the scenario that is left",
	  NULL },
	{ "jobs", 'j', 0, G_OPTION_ARG_INT, &opt.n_workers,
	  "With --shrink, so many at once (as many as CPUs)", "N" },
	G_OPTION_ENTRY_NULL,
};

static const char usage[] =
	"BUNDLE|CELL - run a recorded failure again\n\n"
	"BUNDLE is a file " BUNDLE_FILE_NAME "; CELL is a cell of a run, or a part of its id that\n"
	"fits one only. What the bundle holds is used, and nothing of this machine's but QEMU and\n"
	"what is too large for a bundle; the options put other files in its place. Exit status: 0\n"
	"the journal is equal, or the outcome where a journal cannot be (wall clock, other "
	"inputs);\n"
	"1 it is not; 2 usage; 3 it could not run.";

/* What a bundle says ends up in messages: they are made safe. */
static int could_not(const char *why)
{
	g_autofree char *safe = text_safe(why);

	fprintf(stderr, "iplab replay: %s\n", safe);
	return EXIT_COULD_NOT_RUN;
}

/* --- which bundle ------------------------------------------------------------------------------
 */

/* The bundle of a cell, caller frees; NULL: it was said why not, and with which @code. */
static char *bundle_of_cell(const char *wanted, int *code)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *dir = stored_run_dir(opt.run, &error);
	g_autoptr(GPtrArray) results = dir ? stored_run_results(dir, &error) : NULL;
	g_autofree char *path = NULL, *why = NULL;
	const Result *r;

	*code = EXIT_COULD_NOT_RUN;
	if (!results) {
		could_not(error->message);
		return NULL;
	}
	r = stored_run_find(results, wanted, "replay");
	if (!r) {
		*code = EXIT_USAGE;
		return NULL;
	}
	path = g_build_filename(dir, "cells", r->cell, BUNDLE_FILE_NAME, NULL);
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&path);
	why = g_strdup_printf("%s has no bundle: it is a %s; `iplab run` keeps one of each fail, "
			      "error and xpass",
			      r->cell, verdict_name(r->verdict));
	could_not(why);
	return NULL;
}

/* A file, or what has a file's name; else a cell. */
static char *find_bundle(const char *wanted, int *code)
{
	if (g_file_test(wanted, G_FILE_TEST_EXISTS) || g_str_has_suffix(wanted, ".zst"))
		return g_strdup(wanted);
	return bundle_of_cell(wanted, code);
}

/* --- where -------------------------------------------------------------------------------------
 */

static bool is_empty(const char *dir)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);

	return d && !g_dir_read_name(d);
}

/* The folder that the user named, or one that is gone afterwards; NULL: it was said why not. */
static char *make_folder(int *code)
{
	g_autofree char *why = NULL;
	g_autoptr(GError) error = NULL;
	char *dir;

	*code = EXIT_COULD_NOT_RUN;
	if (!opt.out) {
		dir = g_dir_make_tmp("iplab-replay-XXXXXX", &error);
		if (!dir)
			could_not(error->message);
		return dir;
	}
	if (g_mkdir_with_parents(opt.out, 0777) < 0) {
		why = g_strdup_printf("%s: %s", opt.out, g_strerror(errno));
		could_not(why);
		return NULL;
	}
	if (is_empty(opt.out))
		return g_canonicalize_filename(opt.out, NULL);
	why = g_strdup_printf("%s is not an empty folder; name another one with --out", opt.out);
	*code = command_usage_error("replay", why);
	return NULL;
}

/* --- the boot ----------------------------------------------------------------------------------
 */

static int exit_code(const Bundle *b, const Replay *r)
{
	bool can_be_equal = g_str_equal(b->result->clock, "virtual") && !replay_differences(r)->len;

	switch (replay_outcome(r)) {
	case REPLAY_EQUAL:
		return EXIT_AS_EXPECTED;
	case REPLAY_SAME:
		return can_be_equal ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
	case REPLAY_OTHER:
		return EXIT_UNEXPECTED;
	case REPLAY_COULD_NOT:
		break;
	}
	return EXIT_COULD_NOT_RUN;
}

static void print(GString *text)
{
	fputs(text->str, stdout);
	fflush(stdout);
	g_string_truncate(text, 0);
}

static int replay(const Bundle *b, const char *path, const char *dir)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Replay) r = replay_new(b, dir, &command_overrides, &error);
	g_autoptr(GString) text = g_string_new(NULL);

	if (!r) {
		g_prefix_error(&error, "%s: ", path);
		return could_not(error->message);
	}
	if (!opt.json)
		replay_text_before(text, b, r);
	print(text);
	if (!replay_run(r))
		return could_not("interrupted");
	if (opt.json)
		replay_text_json(text, b, r, opt.out ? dir : NULL);
	else
		replay_text_after(text, b, r);
	if (!opt.json && opt.out)
		g_string_append_printf(text, "Files in %s\n", dir);
	print(text);
	return exit_code(b, r);
}

/* --- shrinking ---------------------------------------------------------------------------------
 */

static void on_shrinking(void *self, const char *what, unsigned n_left, unsigned n_boots)
{
	(void)self;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[Kshrinking: %u %s left after %u boots", n_left, what,
			n_boots);
}

/* The scenario goes where a shell can take it. */
static int say_shrunk(const ShrunkCase *s, const char *dir)
{
	g_autofree char *path = opt.out ? g_build_filename(dir, SHRUNK_FILE_NAME, NULL) : NULL;
	g_autoptr(GError) error = NULL;

	fprintf(stderr, "%u decision%s of the network to %u, in %u boots%s%s\n", s->n_decisions,
		s->n_decisions == 1 ? "" : "s", g_strv_length(s->decisions), s->n_boots,
		s->needs_seed ? "; it needs its seed" : "",
		s->is_minimal ? "" : "; there may be less: it took too many boots");
	for (char **d = s->decisions; *d; d++)
		fprintf(stderr, "  %s\n", *d);
	if (!path) {
		fputs(s->text, stdout);
		return EXIT_AS_EXPECTED;
	}
	if (!g_file_set_contents(path, s->text, -1, &error))
		return could_not(error->message);
	printf("Files in %s\n", dir);
	return EXIT_AS_EXPECTED;
}

static int shrink(const Bundle *b, const char *path, const char *dir)
{
	g_autofree char *work = g_build_filename(dir, "shrinking", NULL);
	unsigned n = opt.n_workers ? (unsigned)opt.n_workers : g_get_num_processors();
	g_autoptr(GError) error = NULL;
	g_autoptr(Replay) r = replay_new(b, dir, &command_overrides, &error);
	g_autoptr(ShrunkCase) s = r ? replay_shrink(r, work, n, on_shrinking, NULL, &error) : NULL;

	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
	if (!s) {
		g_prefix_error(&error, "%s: ", path);
		return could_not(error->message);
	}
	return say_shrunk(s, dir);
}

static int replay_file(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Bundle) b = bundle_load(path, &error);
	g_autofree char *dir = NULL;
	int code;

	if (!b)
		return could_not(error->message);
	dir = make_folder(&code);
	if (!dir)
		return code;
	code = opt.shrink ? shrink(b, path, dir) : replay(b, path, dir);
	if (!opt.out)
		tree_remove(dir);
	return code;
}

int command_replay(int argc, char **argv)
{
	g_auto(GStrv) args = NULL;
	g_autofree char *path = NULL;
	g_autoptr(GError) error = NULL;
	int code;

	(void)argc;
	args = command_parse(argv, entries, true, usage, &error);
	if (!args)
		return command_usage_error("replay", error->message);
	if (g_strv_length(args) != 2)
		return command_usage_error("replay", "needs one BUNDLE or CELL");
	if (opt.json && opt.shrink)
		return command_usage_error("replay", "--shrink prints a scenario, and no --json");
	if (opt.n_workers < 0 || opt.n_workers > N_WORKERS_MAX)
		return command_usage_error("replay", "--jobs must be 1 to 1024");
	if (command_client_files)
		return command_usage_error(
			"replay", "takes no --client-file: a bundle has its client with it; "
				  "--qemu, --firmware, --netboot and --image change it");
	path = find_bundle(args[1], &code);
	return path ? replay_file(path) : code;
}
