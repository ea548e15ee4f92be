/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab worker`: one cell, for the pool
 */
#include <stdio.h>

#include "harness/cell.h"
#include "harness/command.h"
#include "harness/cost.h"

static struct {
	char *client, *scenario, *server, *client_path, *scenario_path, *tree, *dir;
	char *plugin;
	gint64 seed;
	gboolean keep, no_sandbox;
} opt;

static const GOptionEntry entries[] = {
	{ "client", 0, 0, G_OPTION_ARG_STRING, &opt.client, "Its name", "NAME" },
	{ "client-path", 0, 0, G_OPTION_ARG_FILENAME, &opt.client_path, "Its file", "FILE" },
	{ "scenario", 0, 0, G_OPTION_ARG_STRING, &opt.scenario, "Its name", "NAME" },
	{ "scenario-path", 0, 0, G_OPTION_ARG_FILENAME, &opt.scenario_path, "Its file", "FILE" },
	{ "server", 0, 0, G_OPTION_ARG_STRING, &opt.server, "Its name", "NAME" },
	{ "seed", 0, 0, G_OPTION_ARG_INT64, &opt.seed, "Of this boot", "N" },
	{ "tree", 0, 0, G_OPTION_ARG_FILENAME, &opt.tree, "Folder with the served files", "DIR" },
	{ "dir", 0, 0, G_OPTION_ARG_FILENAME, &opt.dir, "Folder for what it writes", "DIR" },
	{ "plugin", 0, 0, G_OPTION_ARG_FILENAME, &opt.plugin,
	  "Run on the virtual clock, with this clock plugin", "FILE" },
	{ "keep", 0, 0, G_OPTION_ARG_NONE, &opt.keep, "Keep the capture of a pass", NULL },
	{ "no-sandbox", 0, 0, G_OPTION_ARG_NONE, &opt.no_sandbox, "This QEMU has no -sandbox",
	  NULL },
	G_OPTION_ENTRY_NULL,
};

static void on_progress(void *self, const char *milestone, uint64_t t_ns)
{
	(void)self;
	printf("{\"progress\":\"%s\",\"t_ns\":%" G_GUINT64_FORMAT "}\n", milestone, t_ns);
	fflush(stdout);
}

/* Machines at the same time in different scenarios have different random numbers. */
static uint64_t machine_seed(const Scenario *s)
{
	return (uint64_t)opt.seed << 32 ^ g_str_hash(s->name);
}

static int run(const Client *client, const Scenario *scenario, enum server_kind server)
{
	g_autofree char *id = g_strdup_printf("%s/%s/%s/%" G_GINT64_FORMAT, opt.client, opt.server,
					      opt.scenario, opt.seed);
	struct cell_job job = {
		.id = id,
		.client = client,
		.scenario = scenario,
		.server = server,
		.server_program = command_dnsmasq,
		.seed = (uint64_t)opt.seed,
		.clock = { .is_virtual = opt.plugin,
			   .shift = scenario->shift,
			   .seed = machine_seed(scenario),
			   .plugin = opt.plugin },

		.impair = scenario_network(scenario, opt.plugin),
		.tree = opt.tree,
		.dir = opt.dir,
		.keep = opt.keep,
		.progress = on_progress,
	};
	g_autoptr(Result) result = NULL;

	g_autofree char *json = NULL;

	result = cell_run(&job);
	result->worker_cpu_ns = cost_own_cpu_ns();
	result->worker_peak_kib = cost_own_peak_kib();
	json = result_to_json(result);
	puts(json);
	return EXIT_AS_EXPECTED;
}

int command_worker(int argc, char **argv)
{
	g_auto(GStrv) args = command_parse(argv, entries, true, "- run one cell", NULL);
	g_autoptr(Client) client = NULL;
	g_autoptr(Scenario) scenario = NULL;
	g_autoptr(GError) error = NULL;
	g_autofree char *missing = NULL;
	enum server_kind server;

	(void)argc;
	if (!args || !opt.client || !opt.client_path || !opt.scenario || !opt.scenario_path ||
	    !opt.server || !opt.tree || !opt.dir || !server_kind_find(opt.server, &server))
		return command_usage_error("worker",
					   "needs client, scenario, server, tree and dir");
	client = client_load(opt.client_path, opt.client, command_client_files, &error);
	if (client)
		scenario = scenario_load(opt.scenario_path, opt.scenario, &error);
	if (!scenario)
		return command_usage_error("worker", error->message);
	if (!client_resolve(client, &command_overrides, &missing)) {
		fprintf(stderr, "iplab worker: %s\n", missing);
		return EXIT_COULD_NOT_RUN;
	}
	client->sandbox = !opt.no_sandbox;
	return run(client, scenario, server);
}
