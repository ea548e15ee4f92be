/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab history`: runs of many nights, and what changed
 */
#include <stdio.h>

#include "harness/command.h"
#include "harness/filter.h"
#include "harness/paths.h"
#include "harness/rundir.h"
#include "reports/history.h"
#include "reports/history_add.h"
#include "reports/history_json.h"
#include "reports/text.h"
#include "reports/trend.h"

enum {
	N_LAST = 100,
	N_LAST_MAX = 100000,
};

static struct {
	char *db, *metric;
	int n_last;
	gboolean all, json;
} opt;

static const GOptionEntry entries[] = {
	{ "db", 0, 0, G_OPTION_ARG_FILENAME, &opt.db,
	  "The database (reports/runs/history.sqlite); made if it is not there", "FILE" },
	{ "last", 'n', 0, G_OPTION_ARG_INT, &opt.n_last, "Look at the last N runs (100)", "N" },
	{ "metric", 'm', 0, G_OPTION_ARG_STRING, &opt.metric, "What to follow (payload)", "M" },
	{ "all", 'a', 0, G_OPTION_ARG_NONE, &opt.all, "Print what did not change as well", NULL },
	{ "json", 0, 0, G_OPTION_ARG_NONE, &opt.json,
	  "show, trend: print a line of JSON for each run, or series, and nothing else", NULL },
	G_OPTION_ENTRY_NULL,
};

static const char usage[] =
	"add [DIR...] | show | trend [FILTER...] - runs of many nights\n\n"
	"  add    put runs into the history (the latest, if no DIR is named)\n"
	"  show   the runs that are in it\n"
	"  trend  where a metric changed, for each client, server and scenario\n\n"
	"A FILTER is AXIS=PATTERN[,PATTERN...] or AXIS!=PATTERN; axes are client, server and\n"
	"scenario. A metric is " METRIC_HELP ",\n"
	"or completion: which share of the boots passed.";

static int could_not(const GError *error)
{
	fprintf(stderr, "iplab history: %s\n", error->message);
	return EXIT_COULD_NOT_RUN;
}

/* --- add -------------------------------------------------------------------------------------- */

static int add(History *h, char **dirs)
{
	g_autofree char *latest = *dirs ? NULL : rundir_latest();
	char *only_latest[] = { latest, NULL };

	if (!*dirs && !latest)
		return command_usage_error("history", "there is no latest run; name a DIR");
	for (char **dir = *dirs ? dirs : only_latest; *dir; dir++) {
		g_autoptr(GError) error = NULL;
		bool is_new;

		if (!history_add(h, *dir, &is_new, &error))
			return could_not(error);
		printf("%s %s\n", is_new ? "added" : "there already:", *dir);
	}
	return EXIT_AS_EXPECTED;
}

/* --- show ------------------------------------------------------------------------------------- */

static void print_run(const struct history_run *r)
{
	g_autofree char *name = text_safe(r->name), *started = text_safe(r->started);

	printf("%-20s  %s ", *started ? started : "-", name);
	for (enum verdict v = 0; v < VERDICT_N; v++)
		if (r->n[v])
			printf(" %u %s", r->n[v], verdict_name(v));
	putchar('\n');
}

static void print_run_json(const struct history_run *r)
{
	g_autoptr(GString) line = g_string_new(NULL);

	history_json_run(line, r);
	fputs(line->str, stdout);
}

static int show(History *h)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) runs = history_runs(h, (unsigned)opt.n_last, &error);

	if (!runs)
		return could_not(error);
	for (guint i = 0; i < runs->len; i++)
		(opt.json ? print_run_json : print_run)(runs->pdata[i]);
	return EXIT_AS_EXPECTED;
}

/* --- trend ------------------------------------------------------------------------------------ */

static const struct trend_point *point_at(const Trend *t, guint i)
{
	return &g_array_index(t->points, struct trend_point, i);
}

/* "1.22 s -> 1.26 s (+3.28 %)"; a share is a percentage already */
static void append_change(GString *s, const struct trend_change *c, const Metric *m)
{
	char percent[G_ASCII_DTOSTR_BUF_SIZE];

	metric_append(s, m, c->before);
	g_string_append(s, " -> ");
	metric_append(s, m, c->after);
	g_ascii_formatd(percent, sizeof(percent), "%+.2f", 100 * (c->after / c->before - 1));
	if (m->kind != METRIC_COMPLETION)
		g_string_append_printf(s, " (%s %%)", percent);
	if (c->n_common > 1)
		g_string_append_printf(s, ", %u of %u seeds changed", c->n_changed, c->n_common);
}

static void print_change(const Trend *t, const struct trend_change *c, const Metric *m,
			 const GPtrArray *runs)
{
	const struct trend_point *p = point_at(t, c->at), *last = point_at(t, c->at - 1);
	const struct history_run *run = history_find_run(runs, p->run);
	g_autofree char *name = text_safe(run ? run->name : "?");
	g_autofree char *started = text_safe(run ? run->started : "?");
	g_autofree char *old = text_safe(last->client_files ? last->client_files : "unknown");
	g_autofree char *new = text_safe(p->client_files ? p->client_files : "unknown");
	g_autoptr(GString) s = g_string_new(NULL);

	append_change(s, c, m);
	printf("  %s  %s  %s\n", started, name, s->str);
	if (!g_str_equal(old, new))
		printf("    %s -> %s\n", old, new);
}

static void print_trend(const struct history_series *x, const Trend *t, const Metric *m,
			const GPtrArray *runs)
{
	g_autoptr(GString) s = g_string_new(NULL);

	if (opt.json) {
		history_json_trend(s, x, t, m, runs);
		fputs(s->str, stdout);
		return;
	}
	text_append_safe(s, x->scenario);
	g_string_append_c(s, ' ');
	text_append_safe(s, x->client);
	g_string_append_c(s, ' ');
	text_append_safe(s, x->server);
	g_string_append_printf(s, ", %s clock, %u run%s, now ", x->clock, t->points->len,
			       t->points->len == 1 ? "" : "s");
	metric_append(s, m, point_at(t, t->points->len - 1)->level);
	puts(s->str);
	for (guint i = 0; i < t->changes->len; i++)
		print_change(t, &g_array_index(t->changes, struct trend_change, i), m, runs);
}

static bool is_selected(const Filter *f, const struct history_series *x)
{
	bool client = filter_matches(f, FILTER_CLIENT, x->client);
	bool server = filter_matches(f, FILTER_SERVER, x->server);
	bool scenario = filter_matches(f, FILTER_SCENARIO, x->scenario);

	return client && server && scenario;
}

static int trend_all(History *h, const Filter *f, const Metric *m)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) runs = history_runs(h, (unsigned)opt.n_last, &error);
	g_autoptr(GPtrArray) series = runs ? history_series(h, &error) : NULL;
	unsigned n = 0, n_changed = 0;

	for (guint i = 0; series && i < series->len; i++) {
		const struct history_series *x = series->pdata[i];
		g_autoptr(GPtrArray) boots = NULL;
		g_autoptr(Trend) t = NULL;

		if (!is_selected(f, x))
			continue;
		boots = history_boots(h, x, (unsigned)opt.n_last, &error);
		if (!boots)
			return could_not(error);
		t = trend_new(boots, m, g_str_equal(x->clock, "virtual"));
		n += t->points->len > 0;
		n_changed += t->changes->len > 0;
		if (t->changes->len || (opt.all && t->points->len))
			print_trend(x, t, m, runs);
	}
	if (!series)
		return could_not(error);
	if (filter_unused(f)) {
		g_autofree char *unused =
			g_strdup_printf("the history has nothing named \"%s\"", filter_unused(f));

		return command_usage_error("history", unused);
	}
	if (!opt.json)
		printf("%s changed in %u of %u series, in %u runs.\n", m->name, n_changed, n,
		       runs->len);
	return n ? EXIT_AS_EXPECTED : EXIT_COULD_NOT_RUN;
}

static int trend(History *h, char **terms)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Metric) m = metric_parse(opt.metric ? opt.metric : "payload", &error);
	g_autoptr(Filter) f = m ? filter_parse(terms, &error) : NULL;

	if (!f)
		return command_usage_error("history", error->message);
	if (filter_asks(f, FILTER_TAG))
		return command_usage_error("history", "the history knows no tags");
	return trend_all(h, f, m);
}

/* --- all of them ------------------------------------------------------------------------------ */

static History *open_history(GError **error)
{
	g_autofree char *runs = paths_runs_dir();
	g_autofree char *by_default = g_build_filename(runs, "history.sqlite", NULL);

	return history_open(opt.db ? opt.db : by_default, error);
}

int command_history(int argc, char **argv)
{
	g_auto(GStrv) args = NULL;
	g_autoptr(History) h = NULL;
	g_autoptr(GError) error = NULL;
	const char *what;

	(void)argc;
	opt.n_last = N_LAST;
	args = command_parse(argv, entries, false, usage, &error);
	if (!args)
		return command_usage_error("history", error->message);
	if (opt.n_last < 1 || opt.n_last > N_LAST_MAX)
		return command_usage_error("history", "--last: allowed are 1 to 100000");
	what = args[1] ? args[1] : "";
	if (!g_str_equal(what, "add") && !g_str_equal(what, "show") && !g_str_equal(what, "trend"))
		return command_usage_error("history", "say what: add, show or trend");
	if (g_str_equal(what, "add") && opt.json)
		return command_usage_error("history", "--json is for show and trend");
	if (g_str_equal(what, "show") && args[2])
		return command_usage_error("history", "show takes no arguments");
	h = open_history(&error);
	if (!h)
		return could_not(error);
	if (g_str_equal(what, "add"))
		return add(h, args + 2);
	return g_str_equal(what, "show") ? show(h) : trend(h, args + 2);
}
