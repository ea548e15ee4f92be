/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab hunt`: random scenarios against a client, and what they find, shrunk
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/catalogue.h"
#include "harness/command.h"
#include "harness/hunt.h"
#include "harness/hunt_draw.h"
#include "harness/run_json.h"

enum {
	N_WORKERS_MAX = 1024,
	N_BOOTS = 1000,
	N_BOOTS_MAX = 10000000,
	SECONDS_MAX = 30 * 24 * 3600,
	NS_PER_S = 1000 * 1000 * 1000,
};

static struct {
	char *client, *out;
	gint64 seed;
	int n_boots, seconds, n_workers;
} opt;

static const GOptionEntry entries[] = {
	{ "client", 0, 0, G_OPTION_ARG_STRING, &opt.client, "The client; it must poll", "C" },
	{ "count", 'n', 0, G_OPTION_ARG_INT, &opt.n_boots,
	  "So many boots (1000; with --time as many as it takes)", "N" },
	{ "time", 0, 0, G_OPTION_ARG_INT, &opt.seconds,
	  "Begin no boot after so many seconds; then shrink what was found", "SECONDS" },
	{ "seed", 's', 0, G_OPTION_ARG_INT64, &opt.seed, "Of the first boot (1)", "S" },
	{ "jobs", 'j', 0, G_OPTION_ARG_INT, &opt.n_workers, "So many at once (as many as CPUs)",
	  "N" },
	{ "out", 'o', 0, G_OPTION_ARG_FILENAME, &opt.out,
	  "Folder for the results (reports/runs/UTC-TIME)", "DIR" },
	G_OPTION_ENTRY_NULL,
};

static const char usage[] =
	"--client C [OPTION...] - look for crashes, hangs and corruption\n\n"
	"Boots the client in scenarios drawn at random, each from a seed. It has to boot what is\n"
	"served, or to give up before it hands over; whatever else comes of it is a finding. The\n"
	"first one of each kind is shrunk to a scenario file with what it needs. Exit status: 0\n"
	"nothing was found, 1 something was, 3 it could not run. docs/hunt.md tells more.";

/* --- options --- */

static int check_options(void)
{
	g_autofree char *problem = NULL;

	if (!opt.client)
		problem = g_strdup("say which client to hunt: --client C");
	else if (opt.n_boots < 1 || opt.n_boots > N_BOOTS_MAX)
		problem = g_strdup_printf("--count is %d; allowed are 1 to %d", opt.n_boots,
					  N_BOOTS_MAX);
	else if (opt.seconds < 0 || opt.seconds > SECONDS_MAX)
		problem = g_strdup_printf("--time is %d; allowed are 1 to %d", opt.seconds,
					  SECONDS_MAX);
	else if (opt.n_workers < 0 || opt.n_workers > N_WORKERS_MAX)
		problem = g_strdup_printf("--jobs is %d; allowed are 1 to %d", opt.n_workers,
					  N_WORKERS_MAX);
	else if (opt.seed < 0)
		problem = g_strdup_printf("--seed is %" G_GINT64_FORMAT "; allowed are 0 and more",
					  opt.seed);
	return problem ? command_usage_error("hunt", problem) : EXIT_AS_EXPECTED;
}

static Client *find_client(const Catalogue *c, const char *name)
{
	for (guint i = 0; i < c->clients->len; i++)
		if (g_str_equal(((Client *)c->clients->pdata[i])->name, name))
			return c->clients->pdata[i];
	return NULL;
}

/* Why it cannot be hunted; NULL: it can. */
static char *unfit(const Client *c)
{
	if (!c)
		return g_strdup_printf("there is no client \"%s\"; see `iplab list clients`",
				       opt.client);
	if (!c->polls)
		return g_strdup_printf("%s does not poll, and so cannot run on the virtual clock",
				       c->name);
	if (!client_has_network(c) || !feature_has(c->provides, "pxelinux") ||
	    !feature_has(c->provides, "dhcp-4"))
		return g_strdup_printf("%s does not boot by DHCP and PXELINUX configurations, "
				       "which is what is drawn",
				       c->name);
	return NULL;
}

/* --- what is seen --- */

struct view {
	bool terminal;
	const Hunt *h;
	guint n_groups; /* that were told */
	guint group;    /* that is being shrunk, from 1 */
};

static double per_second(const Hunt *h)
{
	return h->wall_ns ? (double)h->n_boots * NS_PER_S / (double)h->wall_ns : 0;
}

static void wipe(const struct view *v)
{
	if (v->terminal)
		fprintf(stderr, "\r\033[K");
}

static void show_boots(struct view *v)
{
	const Hunt *h = v->h;

	wipe(v);
	for (; v->n_groups < h->groups->len; v->n_groups++) {
		const struct hunt_group *g = h->groups->pdata[v->n_groups];

		fprintf(stderr, "found %s (seed %" PRIu64 ")\n", g->signature, g->first_seed);
	}
	if (v->terminal)
		fprintf(stderr, "[%u/%u] %.1f boots/s, %u findings in %u groups", h->n_boots,
			h->o.n_boots, per_second(h), h->n_findings, h->groups->len);
	fflush(stderr);
}

static void show_shrinking(void *self, const char *what, unsigned n_left, unsigned n_boots)
{
	const struct view *v = self;

	if (!v->terminal)
		return;
	wipe(v);
	fprintf(stderr, "shrinking %u of %u: %u %s left after %u boots", v->group,
		v->h->groups->len, n_left, what, n_boots);
	fflush(stderr);
}

static char *needs(const struct hunt_group *g)
{
	unsigned n = g->shrunk ? g_strv_length(g->shrunk->decisions) : 0;
	unsigned n_parts = g->shrunk ? g_strv_length(g->shrunk->parts) : 0;

	if (!g->shrunk)
		return g_strdup("-");
	if (n)
		return g_strdup_printf("%u decision%s%s", n, n > 1 ? "s" : "",
				       g->shrunk->needs_seed ? ", seed" : "");
	return g_strdup_printf("%u key%s", n_parts, n_parts == 1 ? "" : "s");
}

static void show_groups(const Hunt *h)
{
	printf("%u boots of %s, seeds %" PRIu64 " to %" PRIu64 ", %.1f a second: ", h->n_boots,
	       h->o.client->name, h->o.seed, h->o.seed + MAX(h->n_boots, 1) - 1, per_second(h));
	if (!h->groups->len) {
		printf("nothing found\n");
		return;
	}
	printf("%u findings in %u groups\n\n", h->n_findings, h->groups->len);
	printf("%6s  %10s  %-18s  %s\n", "count", "first seed", "needs", "signature");
	for (guint i = 0; i < h->groups->len; i++) {
		const struct hunt_group *g = h->groups->pdata[i];
		g_autofree char *what = needs(g);

		printf("%6u  %10" PRIu64 "  %-18s  %s\n", g->n, g->first_seed, what, g->signature);
		if (g->shrunk)
			printf("%40s%s/scenario.ini\n", "", g->dir);
		else if (g->why_not)
			printf("%40snot shrunk: %s\n", "", g->why_not);
	}
	printf("\n");
}

/* --- all of it --- */

static int could_not(const char *why)
{
	fprintf(stderr, "iplab hunt: %s\n", why);
	return EXIT_COULD_NOT_RUN;
}

static bool boot_all(Hunt *h, struct view *v, GError **error)
{
	GError *cause = NULL;

	while (hunt_boot(h, &cause))
		show_boots(v);
	show_boots(v);
	wipe(v);
	if (cause)
		g_propagate_error(error, cause);
	return !cause;
}

static bool shrink_all(Hunt *h, struct view *v, GError **error)
{
	for (guint i = 0; i < h->groups->len; i++) {
		v->group = i + 1;
		if (!hunt_shrink(h, h->groups->pdata[i], show_shrinking, v, error))
			break;
	}
	wipe(v);
	return !*error;
}

static int hunt(Hunt *h)
{
	struct view v = { .terminal = isatty(STDERR_FILENO), .h = h };
	g_autoptr(GError) error = NULL;

	if (boot_all(h, &v, &error))
		shrink_all(h, &v, &error);
	if (h->n_boots)
		show_groups(h);
	if (h->n_boots)
		printf("Results in %s\n", rundir_path(h->o.dir));
	fflush(stdout);
	if (error)
		return could_not(error->message);
	if (h->broken)
		return could_not(h->broken);
	return h->groups->len ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
}

/* run.json: the one client, and the first scenario, for all that are drawn as it goes. */
static bool describe(const Rundir *dir, Client *client, char **command, GError **error)
{
	g_autofree char *text = hunt_draw((uint64_t)opt.seed);
	g_autofree char *path = g_build_filename(rundir_path(dir), "first.ini", NULL);
	g_autoptr(GPtrArray) cells = g_ptr_array_new();
	struct server_here servers[SERVER_N_KINDS] = { 0 };
	char *none[] = { NULL };
	struct plan_cell cell = { .client = client,
				  .server = SERVER_BUILTIN,
				  .seed = (uint64_t)opt.seed,
				  .is_virtual = true };
	bool ok;

	if (!g_file_set_contents(path, text, -1, error))
		return false;
	cell.scenario = scenario_load(path, HUNT_SCENARIO, error);
	if (!cell.scenario)
		return false;
	cell.id = plan_cell_id(&cell);
	g_ptr_array_add(cells, &cell);
	ok = rundir_describe(dir, command, cells, NULL, servers, none, error);
	g_free(cell.id);
	scenario_free(cell.scenario);
	return ok;
}

static int hunt_client(Client *client, char **command)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *missing = NULL;
	g_autoptr(Rundir) dir = NULL;
	g_autoptr(Hunt) h = NULL;
	struct hunt_options o = {
		.client = client,
		.overrides = &command_overrides,
		.seed = (uint64_t)opt.seed,
		.n_boots = (unsigned)opt.n_boots,
		.limit_ns = (uint64_t)opt.seconds * NS_PER_S,
		.n_workers = opt.n_workers ? (unsigned)opt.n_workers : g_get_num_processors(),
	};

	if (!client_resolve(client, &command_overrides, &missing))
		return could_not(missing);
	dir = rundir_new(opt.out, &error);
	if (!dir || !describe(dir, client, command, &error))
		return could_not(error->message);
	o.dir = dir;
	h = hunt_new(&o);
	return hunt(h);
}

int command_hunt(int argc, char **argv)
{
	g_auto(GStrv) command = g_strdupv(argv);
	g_auto(GStrv) args = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(Catalogue) catalogue = NULL;
	g_autofree char *problem = NULL;
	Client *client;

	(void)argc;
	opt.seed = 1;
	opt.n_boots = -1; /* not said */
	args = command_parse(argv, entries, true, usage, &error);
	if (!args)
		return command_usage_error("hunt", error->message);
	if (g_strv_length(args) > 1)
		problem = g_strdup_printf("\"%s\" is one word too many", args[1]);
	if (problem)
		return command_usage_error("hunt", problem);
	if (opt.n_boots == -1)
		opt.n_boots = opt.seconds ? N_BOOTS_MAX : N_BOOTS;
	if (check_options())
		return EXIT_USAGE;
	catalogue = catalogue_load(command_client_files, &error);
	if (!catalogue)
		return command_usage_error("hunt", error->message);
	client = find_client(catalogue, opt.client);
	problem = unfit(client);
	return problem ? command_usage_error("hunt", problem) : hunt_client(client, command);
}
