/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * iplab: a network-boot laboratory
 */
#include <locale.h>
#include <stdio.h>

#include "harness/command.h"
#include "harness/version.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help; /* NULL: not for people */
} commands[] = {
	{ "list", command_list, "what there is: clients, servers, scenarios, cells, checks, keys" },
	{ "run", command_run, "boot: run the selected cells" },
	{ "merge", command_merge, "shards into one run" },
	{ "show", command_show, "one boot on one time line" },
	{ "replay", command_replay,
	  "run a recorded failure again, and say whether it is the same" },
	{ "report", command_report, "a stored run in the formats of other programs" },
	{ "compare", command_compare, "two clients, or two runs: which is faster, and how sure" },
	{ "bisect", command_bisect, "the first bad one of clients, images or commits" },
	{ "bisect-step", command_bisect_step, "one build, judged for `git bisect run`" },
	{ "conformance", command_conformance, "the checks of conformance against clients" },
	{ "check", command_check, "judge a stored run by the checks again" },
	{ "history", command_history, "runs of many nights, and what changed" },
	{ "hunt", command_hunt, "random scenarios against a client, and what they find" },
	{ "serve", command_serve, "the server alone, for a client of yours" },
	{ "image", command_image, "build a Linux netboot image, or examine any" },
	{ "worker", command_worker, NULL },
};

static void print_help(FILE *to)
{
	fprintf(to, "Usage: iplab COMMAND [OPTION...]\n\n"
		    "Boots real firmware over an emulated network and says what came of it.\n\n");
	for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++)
		if (commands[i].help)
			fprintf(to, "  %-11s %s\n", commands[i].name, commands[i].help);
	fprintf(to, "\n`iplab COMMAND --help` tells more. Exit status: 0 all as expected,\n"
		    "1 a client did something unexpected, 2 usage, 3 something could not run.\n");
}

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h")) {
		print_help(stdout);
		return EXIT_AS_EXPECTED;
	}
	if (g_str_equal(argv[1], "--version")) {
		printf("iplab %s\n", version_exact());
		return EXIT_AS_EXPECTED;
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (g_str_equal(argv[1], commands[i].name)) {
			g_autofree char *name = g_strconcat("iplab ", argv[1], NULL);

			g_set_prgname(name);
			return commands[i].run(argc - 1, argv + 1);
		}
	}
	fprintf(stderr, "iplab: there is no command \"%s\".\n", argv[1]);
	print_help(stderr);
	return EXIT_USAGE;
}
