/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab list`: what there is, and what a filter would run
 */
#include <stdio.h>
#include <string.h>

#include "harness/catalogue.h"
#include "harness/check_catalogue.h"
#include "harness/command.h"
#include "harness/durations.h"
#include "harness/known.h"
#include "harness/origin.h"
#include "harness/plan_file.h"

/* "firmware 1:10.0.2+ds-2 (bookworm-backports)", or the file where no package is known. */
static void print_file(const char *role, const char *path)
{
	const struct origin_package *p = path ? origin_package(path) : NULL;

	if (p)
		printf(", %s %s (%s)", role, p->version, p->suite);
	else if (path)
		printf(", %s %s", role, path);
}

/* What is there, or what is missing and how to get it. */
static void print_state(Client *c)
{
	g_autofree char *missing = NULL;

	if (client_resolve(c, &command_overrides, &missing)) {
		client_ask_qemu(c);
		missing = client_misfit(c);
	}
	if (missing) {
		printf("  not here: %s\n", missing);
		return;
	}
	printf("  here: %s", c->qemu_version ? c->qemu_version : c->qemu);
	if (c->enter != CLIENT_DIRECT) {
		print_file("firmware", c->firmware);
		print_file("netboot", c->netboot);
		print_file("image", c->enter == CLIENT_FIRMWARE ? NULL : c->image);
	}
	putchar('\n');
}

static int list_clients(const Catalogue *c, const Filter *f)
{
	for (unsigned i = 0; i < c->clients->len; i++) {
		Client *client = c->clients->pdata[i];

		if (!filter_matches(f, FILTER_CLIENT, client->name))
			continue;
		printf("%-28s %s\n", client->name, client->summary);
		print_state(client);
	}
	return EXIT_AS_EXPECTED;
}

static int list_servers(const Catalogue *c, const Filter *f)
{
	static const char *const help[SERVER_N_KINDS] = {
		[SERVER_BUILTIN] =
			"our own DHCP, TFTP and HTTP: does exactly what the scenario says",
		[SERVER_SLIRP] = "libslirp's, as QEMU's -netdev user has them",
		[SERVER_DNSMASQ] = "the daemon itself, in a network namespace",
	};

	(void)c;
	for (enum server_kind k = 0; k < SERVER_N_KINDS; k++) {
		struct server_here here;

		if (!filter_matches(f, FILTER_SERVER, server_kind_name(k)))
			continue;
		server_find(&here, k, command_dnsmasq);
		printf("%-16s %s\n", server_kind_name(k), help[k]);
		if (here.missing)
			printf("%-16s not here: %s\n", "", here.missing);
		else if (here.version)
			printf("%-16s version %s, %s\n", "", here.version, here.program);
		server_here_clear(&here);
	}
	return EXIT_AS_EXPECTED;
}

static int list_scenarios(const Catalogue *c, const Filter *f)
{
	for (unsigned i = 0; i < c->scenarios->len; i++) {
		const Scenario *s = c->scenarios->pdata[i];

		if (filter_matches(f, FILTER_SCENARIO, s->name) &&
		    filter_matches_any(f, FILTER_TAG, s->tags))
			printf("%-24s %s\n", s->name, s->summary);
	}
	return EXIT_AS_EXPECTED;
}

static int list_cells(const Catalogue *c, const Filter *f)
{
	g_autoptr(GPtrArray) cells = catalogue_plan(c, f, SCENARIO_CLOCK_ANY, 1, 1);
	g_autofree char *left_out = catalogue_leave_out(cells, f, &command_overrides);

	for (unsigned i = 0; i < cells->len; i++)
		puts(((struct plan_cell *)cells->pdata[i])->id);
	return cells->len ? EXIT_AS_EXPECTED : EXIT_COULD_NOT_RUN;
}

static void print_keys(const char *of, const struct ini_key *keys)
{
	const char *group = "";

	printf("# %s\n", of);
	for (; keys->key; keys++) {
		g_autofree char *allowed = ini_allowed(keys);

		if (!g_str_equal(group, keys->group)) {
			group = keys->group;
			printf("[%s%s]\n", group, g_str_has_suffix(group, ".") ? "NAME" : "");
		}
		printf("  %-15s %s\n  %-15s allowed: %s%s\n", keys->key, keys->help, "", allowed,
		       keys->required ? "; must be there" : "");
	}
}

static int list_keys(const Catalogue *c, const Filter *f)
{
	(void)c;
	(void)f;
	print_keys("scenario files", scenario_keys);
	print_keys("client files", client_keys);
	print_keys("known-failures files", known_keys);
	print_keys("files of checks", check_keys);
	print_keys("plans", plan_keys);
	return EXIT_AS_EXPECTED;
}

/* Checks are no axis of a filter: their ids may be given instead, as patterns. */
static int list_checks(char **patterns)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Checks) checks = checks_load(NULL, &error);
	bool any = false;

	if (!checks)
		return command_usage_error("list", error->message);
	for (guint i = 0; i < checks->all->len; i++) {
		const struct check *c = checks->all->pdata[i];
		bool fits = !*patterns;

		for (char **p = patterns; *p; p++)
			fits |= g_pattern_match_simple(*p, c->id);
		if (!fits)
			continue;
		any = true;
		printf("%-32s %-10s %-8s %s\n", c->id, check_level_name(c), check_state(c),
		       c->claim);
	}
	return any ? EXIT_AS_EXPECTED : EXIT_COULD_NOT_RUN;
}

/* How long the cells of runs took, as the file that `iplab run` reads. */
static int list_durations(char **dirs)
{
	g_autoptr(Durations) d = durations_new();
	g_autofree char *text = NULL;

	for (; *dirs; dirs++) {
		g_autofree char *path = g_build_filename(*dirs, "results.jsonl", NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) results = results_load(path, &error);

		if (!results)
			return command_usage_error("list", error->message);
		durations_add_results(d, results);
	}
	text = durations_to_text(d);
	fputs(text, stdout);
	return *text ? EXIT_AS_EXPECTED : EXIT_COULD_NOT_RUN;
}

static int list_features(const Catalogue *c, const Filter *f)
{
	(void)c;
	(void)f;
	for (const struct feature *x = features; x->name; x++)
		printf("%-16s %-7s %s\n", x->name,
		       x->side == FEATURE_OF_CLIENT ? "client" : "server", x->help);
	return EXIT_AS_EXPECTED;
}

static const struct {
	const char *name;
	int (*list)(const Catalogue *c, const Filter *f);
} lists[] = {
	{ "clients", list_clients }, { "servers", list_servers }, { "scenarios", list_scenarios },
	{ "cells", list_cells },     { "keys", list_keys },       { "features", list_features },
};

int command_list(int argc, char **argv)
{
	static const GOptionEntry none[] = { G_OPTION_ENTRY_NULL };
	g_auto(GStrv) args = NULL;
	g_autoptr(Catalogue) catalogue = NULL;
	g_autoptr(Filter) filter = NULL;
	g_autoptr(GError) error = NULL;

	(void)argc;
	args = command_parse(argv, none, true,
			     "clients|servers|scenarios|cells|checks|keys|features "
			     "[FILTER...]\n  iplab list durations RUN...\n\n" COMMAND_FILTER_HELP
			     "\nOf checks it is a pattern over their ids; of durations, folders of "
			     "runs.",
			     &error);
	if (!args)
		return command_usage_error("list", error->message);
	if (!args[1])
		return command_usage_error("list", "what? clients, servers, scenarios, cells, "
						   "checks, keys, features or durations");
	if (g_str_equal(args[1], "checks"))
		return list_checks(args + 2);
	if (g_str_equal(args[1], "durations"))
		return list_durations(args + 2);
	filter = filter_parse(args + 2, &error);
	if (filter)
		catalogue = catalogue_load(command_client_files, &error);
	if (!catalogue)
		return command_usage_error("list", error->message);
	for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
		if (g_str_equal(lists[i].name, args[1]))
			return lists[i].list(catalogue, filter);
	return command_usage_error("list", "there is no such list; allowed are clients, servers, "
					   "scenarios, cells, checks, keys, features, durations");
}
