/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab bisect`: the first bad one of clients, images or commits
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/bisect.h"
#include "harness/bisect_setup.h"
#include "harness/command.h"
#include "harness/interrupt.h"
#include "harness/paths.h"

enum {
	N_BOOTS_MAX = 1000,
	PERCENT_MAX = 1000,
};

static struct {
	char *over, *old, *new, *as, *build;
	char *scenario, *client, *server, *clock;
	char *check, *metric, *worse_by, *signature;
	char *term_old, *term_new, *confidence, *false_failures;
	char *good, *bad, *out, *resume;
	gint64 seed;
	int n_seeds;
	gboolean first_parent;
} opt;

static const GOptionEntry entries[] = {
	{ "over", 0, 0, G_OPTION_ARG_STRING, &opt.over,
	  "What to go through: clients:PATTERN, images:DIR (or DIR), git:REPO", "SERIES" },
	{ "scenario", 0, 0, G_OPTION_ARG_STRING, &opt.scenario, "What to boot (that of the check)",
	  "S" },
	{ "client", 'c', 0, G_OPTION_ARG_STRING, &opt.client,
	  "Of images and commits: the client whose files they are", "C" },
	{ "good", 0, 0, G_OPTION_ARG_STRING, &opt.good,
	  "The good end: a revision, a client or an image (the first)", "A" },
	{ "bad", 0, 0, G_OPTION_ARG_STRING, &opt.bad, "The bad end (the last)", "B" },
	{ "old", 0, 0, G_OPTION_ARG_STRING, &opt.old, "The older end, whichever of the two fails",
	  "A" },
	{ "new", 0, 0, G_OPTION_ARG_STRING, &opt.new, "The newer end", "B" },
	{ "term-old", 0, 0, G_OPTION_ARG_STRING, &opt.term_old,
	  "What the older ones are called; either end may be the one that fails", "WORD" },
	{ "term-new", 0, 0, G_OPTION_ARG_STRING, &opt.term_new, "What the newer ones are called",
	  "WORD" },
	{ "build", 'b', 0, G_OPTION_ARG_STRING, &opt.build,
	  "Of commits: command of a shell, in a worktree of the commit", "CMD" },
	{ "first-parent", 0, 0, G_OPTION_ARG_NONE, &opt.first_parent,
	  "Of commits: only the branch itself, not what was merged into it", NULL },
	{ "as", 0, 0, G_OPTION_ARG_STRING, &opt.as,
	  "Which of the client's files an image is: firmware, netboot, image, qemu (firmware)",
	  "FILE" },
	{ "check", 0, 0, G_OPTION_ARG_STRING, &opt.check,
	  "Judge by this check of conformance, not by the boot's verdict", "ID" },
	{ "metric", 'm', 0, G_OPTION_ARG_STRING, &opt.metric, "Judge by this metric", "M" },
	{ "worse-by", 0, 0, G_OPTION_ARG_STRING, &opt.worse_by,
	  "Bad is what is worse than the good end by more than this (5%)", "P" },
	{ "signature", 0, 0, G_OPTION_ARG_STRING, &opt.signature,
	  "The failure that is looked for (that of the end that fails)", "TEXT" },
	{ "server", 0, 0, G_OPTION_ARG_STRING, &opt.server, "Which server answers (builtin)",
	  "SERVER" },
	{ "clock", 0, 0, G_OPTION_ARG_STRING, &opt.clock,
	  "Where a scenario leaves the choice: virtual or wall (virtual for clients that poll)",
	  "CLOCK" },
	{ "seed", 's', 0, G_OPTION_ARG_INT64, &opt.seed, "Of the first boot (1)", "N" },
	{ "seeds", 0, 0, G_OPTION_ARG_INT, &opt.n_seeds,
	  "Each boot has a seed of its own, at most N of them (1000 on the wall clock)", "N" },
	{ "confidence", 0, 0, G_OPTION_ARG_STRING, &opt.confidence,
	  "With many seeds: how sure to be, 0.5 to 0.999999 (0.99)", "P" },
	{ "false-failures", 0, 0, G_OPTION_ARG_STRING, &opt.false_failures,
	  "With many seeds: how often a good one fails (0; 5% of a metric)", "P" },
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &opt.out,
	  "Folder for log, builds and boots (reports/runs/bisect-UTC-TIME)", "DIR" },
	{ "resume", 0, 0, G_OPTION_ARG_FILENAME, &opt.resume,
	  "Go on with the bisection of that folder; no other option", "DIR" },
	G_OPTION_ENTRY_NULL,
};

static const char usage[] =
	"- the first bad one of clients, images or commits\n\n"
	"Boots both ends, then what tells most. A failure counts only if it is that of the bad "
	"end.\n"
	"What cannot be built, started or judged is skipped. On the virtual clock one boot says it "
	"all;\non the wall clock, or with --seeds, they are repeated until the answer is sure.\n\n"
	"With git:REPO, --firmware, --netboot, --image and --qemu name what the build leaves in "
	"the\n"
	"worktree; with images:DIR, what the folders of DIR have. Exit status: 0 found, 1 a range, "
	"or\nnot as sure as asked, 2 usage, or wrong ends, 3 could not run. Metrics "
	"are\n" METRIC_HELP ".";

/* --- options ---------------------------------------------------------------------------------- */

static bool parse_share(const char *text, double max, double *share)
{
	char *end;
	double v = g_ascii_strtod(text, &end);

	if (end != text && g_str_equal(end, "%")) {
		v /= 100;
		end++;
	}
	if (end == text || *end || !(v >= 0 && v <= max))
		return false;
	*share = v;
	return true;
}

/* The sentence on what is wrong, or NULL. */
static char *check_shares(struct bisect_task *t)
{
	t->judge.worse_by = 0.05;
	t->model.confidence = 0.99;
	t->model.false_rate = opt.metric ? 0.05 : 0;
	if (opt.worse_by && !parse_share(opt.worse_by, PERCENT_MAX / 100.0, &t->judge.worse_by))
		return g_strdup_printf("--worse-by is \"%s\"; allowed are 0%% to %d%%",
				       opt.worse_by, PERCENT_MAX);
	if (opt.confidence && (!parse_share(opt.confidence, 0.999999, &t->model.confidence) ||
			       t->model.confidence < 0.5))
		return g_strdup_printf("--confidence is \"%s\"; allowed are 0.5 to 0.999999",
				       opt.confidence);
	if (opt.false_failures && !parse_share(opt.false_failures, 0.5, &t->model.false_rate))
		return g_strdup_printf("--false-failures is \"%s\"; allowed are 0%% to 50%%",
				       opt.false_failures);
	return NULL;
}

static char *check_options(void)
{
	unsigned n_judges = (opt.check != NULL) + (opt.metric != NULL) + (opt.signature != NULL);

	if (!opt.over)
		return g_strdup("say what to go through: --over clients:PATTERN, images:DIR or "
				"git:REPO");
	if (n_judges > 1)
		return g_strdup("--check, --metric and --signature: one at most");
	if (opt.worse_by && !opt.metric)
		return g_strdup("--worse-by is for --metric");
	if ((opt.good || opt.bad) && (opt.old || opt.new || opt.term_old || opt.term_new))
		return g_strdup("--good and --bad go together, and so do --old, --new, --term-old "
				"and --term-new");
	if (opt.clock && !g_str_equal(opt.clock, "wall") && !g_str_equal(opt.clock, "virtual"))
		return g_strdup_printf("--clock is \"%s\"; allowed are virtual and wall",
				       opt.clock);
	if (opt.seed < 0)
		return g_strdup_printf("--seed is %" G_GINT64_FORMAT "; allowed are 0 and more",
				       opt.seed);
	if (opt.n_seeds < 0 || opt.n_seeds > 100 * N_BOOTS_MAX)
		return g_strdup_printf("--seeds is %d; allowed are 1 to %d", opt.n_seeds,
				       100 * N_BOOTS_MAX);
	return NULL;
}

/* --- the work --------------------------------------------------------------------------------- */

static int complain(const GError *error, int code)
{
	if (code == EXIT_USAGE)
		return command_usage_error("bisect", error->message);
	fprintf(stderr, "iplab bisect: %s\n", error->message);
	return code;
}

static char *folder(const BisectLog *past)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *stamp = g_date_time_format(now, "bisect-%Y%m%dT%H%M%SZ");
	g_autofree char *runs = paths_runs_dir();

	if (past)
		return g_strdup(past->dir);
	return opt.out ? g_canonicalize_filename(opt.out, NULL)
		       : g_build_filename(runs, stamp, NULL);
}

static char **names_of(const BisectSeries *s)
{
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < s->candidates->len; i++) {
		const struct bisect_candidate *c = s->candidates->pdata[i];

		g_ptr_array_add(names, g_strdup(c->name));
	}
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

static void print_heading(const struct bisect_task *t)
{
	static const char *const kinds[] = { "clients", "images", "commits" };
	const GPtrArray *all = t->series->candidates;
	const struct bisect_candidate *first = all->pdata[0], *last = all->pdata[all->len - 1];

	printf("%u %s\n  %s: %s\n  %s: %s\n", all->len, kinds[t->series->over], t->old,
	       first->label, t->new, last->label);
	if (t->series->absent)
		printf("  not on this machine: %s\n", t->series->absent);
	printf("Scenario %s, %s clock%s\n\n", first->cell->scenario->name,
	       plan_cell_clock(first->cell),
	       t->model.exact ? ": one boot of each says it all" : ", each boot with another seed");
	fflush(stdout);
}

/* @past: log of the one that goes on; NULL: it is new. Takes it. */
static int bisect(struct bisect_task *t, BisectLog *past, char **command)
{
	static const int codes[] = {
		[BISECT_FOUND] = EXIT_AS_EXPECTED,         [BISECT_RANGE] = EXIT_UNEXPECTED,
		[BISECT_WRONG_ENDS] = EXIT_USAGE,          [BISECT_BROKEN] = EXIT_COULD_NOT_RUN,
		[BISECT_INTERRUPTED] = EXIT_COULD_NOT_RUN,
	};
	g_autoptr(BisectLog) log = past;
	g_autofree char *out = folder(past);
	struct bisect_series_options series = {
		.old = opt.good ? opt.good : opt.old,
		.new = opt.bad ? opt.bad : opt.new,
		.as = opt.as,
		.build = opt.build,
		.first_parent = opt.first_parent,
		.out = out,
	};
	struct bisect_setup_options what = {
		.scenario = opt.scenario,
		.server = opt.server,
		.check = opt.check,
		.clock = opt.clock,
	};
	g_autoptr(BisectSetup) setup = NULL;
	g_autoptr(BisectSeries) s = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) names = NULL;

	if (!bisect_over_parse(opt.over, &series.over, &series.arg, &error))
		return complain(error, EXIT_USAGE);
	what.client = series.over == BISECT_OVER_CLIENTS ? series.arg : opt.client;
	if (!what.client)
		return command_usage_error("bisect", "say whose files these are: --client C");
	setup = bisect_setup_new(&what, &error);
	if (!setup)
		return complain(error, EXIT_USAGE);
	if (series.over != BISECT_OVER_CLIENTS && setup->cells->len > 1)
		return command_usage_error("bisect", "--client fits more than one client");
	series.cells = setup->cells;
	s = bisect_series_new(&series, &command_overrides, &error);
	if (!s)
		return complain(error, EXIT_USAGE);
	if (!log)
		log = bisect_log_new(out, &error);
	names = names_of(s);
	if (!log || !bisect_log_begin(log, command, names, &error))
		return complain(error, EXIT_COULD_NOT_RUN);
	t->series = s;
	t->log = log;
	t->check = setup->check;
	t->control = setup->control;
	t->model.exact = setup->is_virtual && !opt.n_seeds;
	t->n_boots_max = t->model.exact ? G_MAXUINT
			 : opt.n_seeds  ? (unsigned)opt.n_seeds
					: N_BOOTS_MAX;
	print_heading(t);
	interrupt_hold(); /* a worktree is to be removed */
	return codes[bisect_run(t)];
}

static int parse_and_bisect(BisectLog *past, char **command)
{
	g_autoptr(BisectLog) log = past;
	g_autoptr(Metric) metric = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) args = NULL;
	g_autofree char *problem = NULL;
	struct bisect_task t = { 0 };

	opt.seed = 1;
	args = command_parse(command, entries, true, usage, &error);
	if (!args)
		return complain(error, EXIT_USAGE);
	if (opt.resume && !log)
		return -1;
	problem = args[1] ? g_strdup_printf("\"%s\": everything is said by options", args[1])
			  : check_options();
	if (!problem)
		problem = check_shares(&t);
	if (problem)
		return command_usage_error("bisect", problem);
	if (opt.metric && !(metric = metric_parse(opt.metric, &error)))
		return complain(error, EXIT_USAGE);
	t.judge.check = opt.check;
	t.judge.metric = metric;
	t.judge.signature = opt.signature;
	t.either_way = opt.old || opt.new || opt.term_old || opt.term_new;
	t.old = opt.term_old ? opt.term_old : t.either_way ? "old" : "good";
	t.new = opt.term_new ? opt.term_new : t.either_way ? "new" : "bad";
	t.seed = (uint64_t)opt.seed;
	return bisect(&t, g_steal_pointer(&log), command);
}

static int resume(char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(BisectLog) log = NULL;
	g_auto(GStrv) command = NULL;

	if (g_strv_length(argv) > 3)
		return command_usage_error("bisect", "--resume DIR goes alone: what is searched is "
						     "in the folder");
	log = bisect_log_open(opt.resume, &error);
	if (!log)
		return complain(error, EXIT_COULD_NOT_RUN);
	if (chdir(log->folder)) {
		fprintf(stderr, "iplab bisect: %s: %s\n", log->folder, g_strerror(errno));
		return EXIT_COULD_NOT_RUN;
	}
	command = g_strdupv(log->command);
	g_clear_pointer(&opt.resume, g_free);
	return parse_and_bisect(g_steal_pointer(&log), command);
}

int command_bisect(int argc, char **argv)
{
	g_auto(GStrv) command = g_strdupv(argv);
	int code;

	(void)argc;
	code = parse_and_bisect(NULL, command);
	return code < 0 ? resume(argv) : code;
}
