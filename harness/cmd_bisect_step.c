/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab bisect-step`: one build, judged for `git bisect run`
 */
#include <glib/gstdio.h>
#include <stdio.h>

#include "harness/bisect_boot.h"
#include "harness/bisect_judge.h"
#include "harness/bisect_setup.h"
#include "harness/command.h"
#include "harness/tree.h"
#include "reports/text.h"

/* As git-bisect(1) has them: from 128 on a bisection stops. */
enum {
	STEP_GOOD = 0,
	STEP_BAD = 1,
	STEP_SKIP = 125,
	STEP_USAGE = 129,
	STEP_INTERRUPTED = 130,
	N_SEEDS_MAX = 100000,
};

static struct {
	char *scenario, *client, *server, *clock, *check, *signature, *out;
	gint64 seed;
	int n_seeds;
	gboolean invert;
} opt;

static const GOptionEntry entries[] = {
	{ "scenario", 0, 0, G_OPTION_ARG_STRING, &opt.scenario, "What to boot (that of the check)",
	  "S" },
	{ "client", 'c', 0, G_OPTION_ARG_STRING, &opt.client, "Which client boots it", "C" },
	{ "signature", 0, 0, G_OPTION_ARG_STRING, &opt.signature,
	  "Bad is this failure, and no other (any)", "TEXT" },
	{ "check", 0, 0, G_OPTION_ARG_STRING, &opt.check,
	  "Judge by this check of conformance, not by the boot's verdict", "ID" },
	{ "invert", 0, 0, G_OPTION_ARG_NONE, &opt.invert,
	  "Bad is what passes: for a search of the first that works", NULL },
	{ "server", 0, 0, G_OPTION_ARG_STRING, &opt.server, "Which server answers (builtin)",
	  "SERVER" },
	{ "clock", 0, 0, G_OPTION_ARG_STRING, &opt.clock,
	  "Where a scenario leaves the choice: virtual or wall (virtual for clients that poll)",
	  "CLOCK" },
	{ "seed", 's', 0, G_OPTION_ARG_INT64, &opt.seed, "Of the first boot (1)", "N" },
	{ "seeds", 0, 0, G_OPTION_ARG_INT, &opt.n_seeds,
	  "Boot with so many seeds, until one fails (1)", "N" },
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &opt.out,
	  "Keep journal, console and capture of the last boot in this folder", "DIR" },
	G_OPTION_ENTRY_NULL,
};

static const char usage[] = "- one build, judged for `git bisect run`\n\n"
			    "  git bisect run sh -c 'make && iplab bisect-step --scenario S "
			    "--client C --firmware PATH'\n\n"
			    "Exit status: 0 good, 1 bad, 125 cannot be judged; 129 usage, 130 "
			    "interrupted, at which git\n"
			    "stops. A line says why.";

static int step_usage(const char *message)
{
	command_usage_error("bisect-step", message);
	return STEP_USAGE;
}

static char *check_options(char **args)
{
	if (args[1])
		return g_strdup_printf("\"%s\": everything is said by options", args[1]);
	if (!opt.client)
		return g_strdup("say which client boots: --client C");
	if (opt.check && opt.signature)
		return g_strdup("--check and --signature: one at most");
	if (opt.clock && !g_str_equal(opt.clock, "wall") && !g_str_equal(opt.clock, "virtual"))
		return g_strdup_printf("--clock is \"%s\"; allowed are virtual and wall",
				       opt.clock);
	if (opt.seed < 0)
		return g_strdup_printf("--seed is %" G_GINT64_FORMAT "; allowed are 0 and more",
				       opt.seed);
	if (opt.n_seeds < 1 || opt.n_seeds > N_SEEDS_MAX)
		return g_strdup_printf("--seeds is %d; allowed are 1 to %d", opt.n_seeds,
				       N_SEEDS_MAX);
	return NULL;
}

static int say(enum bisect_outcome outcome, const char *why, unsigned n_boots)
{
	static const char *const words[] = {
		[STEP_GOOD] = "good",
		[STEP_BAD] = "bad",
	};
	int good = opt.invert ? STEP_BAD : STEP_GOOD;
	int code = outcome == BISECT_SKIP ? STEP_SKIP : outcome == BISECT_GOOD ? good : !good;
	g_autofree char *safe = text_safe(why);

	printf("iplab bisect-step: %s: the boot %s%s%s",
	       code == STEP_SKIP ? "cannot be judged" : words[code], bisect_outcome_name(outcome),
	       *safe ? ": " : "", safe);
	if (n_boots > 1)
		printf(" (boot %u)", n_boots);
	putchar('\n');
	return code;
}

static int step(const BisectSetup *setup, const char *dir)
{
	struct bisect_judge judge = { .check = opt.check, .signature = opt.signature };
	struct bisect_boot boot = {
		.cell = setup->cells->pdata[0],
		.files = &command_overrides,
		.check = setup->check,
		.control = setup->control,
		.dir = dir,
	};
	g_autoptr(GString) why = g_string_new(NULL);
	enum bisect_outcome outcome = BISECT_GOOD;
	unsigned n = 0;

	while (n < (unsigned)opt.n_seeds && outcome == BISECT_GOOD) {
		g_autoptr(Result) r = NULL;

		boot.seed = (uint64_t)opt.seed + n++;
		r = bisect_boot(&boot);
		if (!r) {
			fprintf(stderr, "iplab bisect-step: interrupted\n");
			return STEP_INTERRUPTED;
		}
		g_string_truncate(why, 0);
		outcome = bisect_judge(&judge, r, why);
	}
	return say(outcome, why->str, n);
}

int command_bisect_step(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) args = NULL;
	g_autofree char *problem = NULL, *dir = NULL, *boot = NULL;
	g_autoptr(BisectSetup) setup = NULL;
	struct bisect_setup_options what;
	int code;

	(void)argc;
	opt.seed = opt.n_seeds = 1;
	args = command_parse(argv, entries, true, usage, &error);
	if (!args)
		return step_usage(error->message);
	problem = check_options(args);
	if (problem)
		return step_usage(problem);
	what = (struct bisect_setup_options){
		.scenario = opt.scenario,
		.client = opt.client,
		.server = opt.server,
		.check = opt.check,
		.clock = opt.clock,
	};
	setup = bisect_setup_new(&what, &error);
	if (!setup)
		return step_usage(error->message);
	if (setup->cells->len > 1)
		return step_usage("--client fits more than one client");
	dir = opt.out ? g_strdup(opt.out) : g_dir_make_tmp("iplab-bisect-XXXXXX", &error);
	if (!dir)
		return step_usage(error->message);
	boot = g_build_filename(dir, "boot", NULL);
	code = step(setup, boot);
	if (!opt.out)
		tree_remove(dir);
	return code;
}
