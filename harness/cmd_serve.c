/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab serve`: the emulated server alone
 */
#include <arpa/inet.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "harness/command.h"
#include "harness/paths.h"
#include "harness/scenario_sweep.h"
#include "harness/serve.h"
#include "harness/tree.h"

static struct {
	char *root, *scenario, *server, *bootfile, *card, *capture, *journal;
	char **set;
	int fd, mtu;
	gint64 seed;
	gboolean address, quiet, all;
} opt = { .fd = -1, .seed = 1 };

static const GOptionEntry entries[] = {
	{ "root", 0, 0, G_OPTION_ARG_FILENAME, &opt.root, "Serve the files of this folder", "DIR" },
	{ "scenario", 0, 0, G_OPTION_ARG_STRING, &opt.scenario,
	  "Serve what this scenario says, over the network that it says", "AREA/NAME" },
	{ "bootfile", 0, 0, G_OPTION_ARG_STRING, &opt.bootfile,
	  "Boot file that DHCP names: server.dhcp.bootfile", "NAME" },
	{ "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &opt.set,
	  "Any key of a scenario file (`iplab list keys`); any number of times",
	  "GROUP.KEY=VALUE" },
	{ "server", 0, 0, G_OPTION_ARG_STRING, &opt.server, "Which one (builtin)", "NAME" },
	{ "seed", 0, 0, G_OPTION_ARG_INT64, &opt.seed, "Of what the network does (1)", "N" },
	{ "fd", 0, 0, G_OPTION_ARG_INT, &opt.fd,
	  "Serve on this inherited datagram socket, packet socket or tap: no namespace", "N" },
	{ "card", 0, 0, G_OPTION_ARG_STRING, &opt.card, "Name of the network card (eth0)", "NAME" },
	{ "mtu", 0, 0, G_OPTION_ARG_INT, &opt.mtu, "Of the network card (1500)", "N" },
	{ "address", 0, 0, G_OPTION_ARG_NONE, &opt.address,
	  "Give the card the first address of the leases, for a client that does no DHCP", NULL },
	{ "capture", 0, 0, G_OPTION_ARG_FILENAME, &opt.capture, "Write the frames into this file",
	  "FILE.pcapng" },
	{ "journal", 0, 0, G_OPTION_ARG_FILENAME, &opt.journal,
	  "Write everything that happens into this file", "FILE.jsonl.gz" },
	{ "quiet", 'q', 0, G_OPTION_ARG_NONE, &opt.quiet, "Say nothing of what goes on", NULL },
	{ "all", 'a', 0, G_OPTION_ARG_NONE, &opt.all, "Log every frame and every field", NULL },
	G_OPTION_ENTRY_NULL,
};

static const char usage[] =
	"[-- COMMAND ARG...]\n\n"
	"Serves DHCP, TFTP and HTTP to a client of yours, in a network namespace that is made for "
	"it.\n"
	"With a COMMAND it is run in there, and its exit status is ours; without one the command\n"
	"line that gets in is printed, and serving goes on until Ctrl-C.";

enum {
	MTU_MIN = 576, /* RFC 791: what everybody must take */
	MTU_MAX = 65535,
};

/* --- the scenario ----------------------------------------------------------------------------- */

/* Path of AREA/NAME or of a file; NULL: there is none. */
static char *find_scenario(const char *name)
{
	g_auto(GStrv) dirs = paths_scenario_dirs();

	if (g_str_has_suffix(name, ".ini"))
		return g_strdup(name);
	for (char **d = dirs; *d; d++) {
		g_autofree char *path = g_strdup_printf("%s/%.*s.ini", *d,
							(int)scenario_sweep_base_len(name), name);

		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return g_steal_pointer(&path);
	}
	return NULL;
}

/* The options that are settings as well, after the user's own. */
static char **all_settings(void)
{
	GPtrArray *settings = g_ptr_array_new();

	for (char **s = opt.set; s && *s; s++)
		g_ptr_array_add(settings, g_strdup(*s));
	if (opt.bootfile)
		g_ptr_array_add(settings, g_strdup_printf("server.dhcp.bootfile=%s", opt.bootfile));
	g_ptr_array_add(settings, NULL);
	return (char **)g_ptr_array_free(settings, FALSE);
}

static Scenario *load(GError **error)
{
	g_auto(GStrv) settings = all_settings();
	g_autofree char *path = opt.scenario ? find_scenario(opt.scenario) : NULL;

	if (!opt.scenario)
		return scenario_load_with(NULL, "--set", settings, error);
	if (path)
		return scenario_load_with(path, opt.scenario, settings, error);
	g_set_error(error, INI_ERROR, INI_ERROR_FILE,
		    "there is no scenario \"%s\"; `iplab list scenarios` has all names",
		    opt.scenario);
	return NULL;
}

/* What the scenario wants of its server; NULL, or the first that this one has not. */
static const char *find_lack(const Scenario *s, enum server_kind server)
{
	FeatureSet lack = feature_of_side(s->requires, FEATURE_OF_SERVER) &
			  ~feature_of_server(server_kind_name(server));

	for (unsigned i = 0; features[i].name; i++)
		if (lack & 1u << i)
			return features[i].name;
	return NULL;
}

/* --- what is said ----------------------------------------------------------------------------- */

static void say_ip4(FILE *to, const char *what, uint32_t ip)
{
	if (ip)
		fprintf(to, "%s%u.%u.%u.%u", what, ip >> 24, ip >> 16 & 255, ip >> 8 & 255,
			ip & 255);
}

static void say_text(FILE *to, const char *what, const char *text)
{
	if (text && *text)
		fprintf(to, ", %s \"%s\"", what, text);
}

static void say_dhcp(FILE *to, const Scenario *s)
{
	const struct dhcp_config *d = &s->dhcp;

	if (!d->enabled) {
		fprintf(to, "  DHCP  none\n");
		return;
	}
	fprintf(to, "  DHCP  %u address%s", d->n_leases, d->n_leases == 1 ? "" : "es");
	say_ip4(to, " from ", s->net.guest);
	say_ip4(to, " on, router ", s->net.router);
	say_ip4(to, ", DNS ", s->net.dns);
	say_text(to, "boot file", d->bootfile);
	say_text(to, "config file", d->config_file);
	say_text(to, "path prefix", d->path_prefix);
	fprintf(to, "\n");
}

static void say_what_is_served(const struct serve_job *job)
{
	const Scenario *s = job->scenario;
	unsigned n_rules = s->impair.rules->len;

	fprintf(job->to, "iplab serve: %s", server_kind_name(job->server));
	say_ip4(job->to, " at ", s->net.server);
	if (opt.scenario)
		fprintf(job->to, ", scenario %s: %s", s->name, s->summary);
	fprintf(job->to, "\n");
	say_dhcp(job->to, s);
	fprintf(job->to, "  TFTP  %s\n",
		!s->tftp.enabled ? "none"
		: opt.root       ? opt.root
				 : "the scenario's files");
	if (job->server == SERVER_BUILTIN && s->http.enabled)
		fprintf(job->to, "  HTTP  the same, on port %u\n", s->http.tcp.port);
	if (n_rules)
		fprintf(job->to, "  network  %u rule%s of the scenario's\n", n_rules,
			n_rules == 1 ? "" : "s");
	fflush(job->to);
}

/* --- run -------------------------------------------------------------------------------------- */

static int could_not(const char *message)
{
	fprintf(stderr, "iplab serve: %s\n", message);
	return EXIT_COULD_NOT_RUN;
}

static int run(struct serve_job *job)
{
	g_autoptr(GError) error = NULL;
	int status = EXIT_AS_EXPECTED;

	if (!opt.quiet)
		say_what_is_served(job);
	if (serve_run(job, &status, &error))
		return status;
	if (g_error_matches(error, SERVE_ERROR, SERVE_ERROR_FD))
		return command_usage_error("serve", error->message);
	return could_not(error->message);
}

/* The scenario's files are there for as long as they are served. */
static int run_with_tree(struct serve_job *job)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *dir = g_dir_make_tmp("iplab-serve-XXXXXX", &error);
	int status;

	if (!dir)
		return could_not(error->message);
	job->root = dir;
	status = tree_build(job->scenario, dir, &error) ? run(job) : could_not(error->message);
	tree_remove(dir);
	return status;
}

static int run_with_scenario(enum server_kind server, const Scenario *s, char **command)
{
	const struct scenario_nic *nic = s->nics->pdata[0];
	struct serve_job job = {
		.scenario = s,
		.server = server,
		.root = opt.root,
		.seed = (uint64_t)opt.seed,
		.fd = opt.fd,
		.card = { .card = opt.card ? opt.card : "eth0",
			  .mac = nic->mac,
			  .mtu = (unsigned)opt.mtu,
			  .address = opt.address ? s->net.guest : 0,
			  .netmask = s->net.netmask,
			  .ipv6 = true },
		.argv = (const char *const *)command,
		.capture = opt.capture,
		.journal = opt.journal,
		.to = command ? stderr : stdout,
		.quiet = opt.quiet,
		.all = opt.all,
	};

	return opt.root ? run(&job) : run_with_tree(&job);
}

/* What is wrong with the options, caller frees; NULL: nothing. */
static char *find_fault(char **args, char **command)
{
	if (args[1])
		return g_strdup_printf("what is \"%s\"? A command comes after --", args[1]);
	if (!opt.root && !opt.scenario)
		return g_strdup("what is it to serve? --root DIR or --scenario AREA/NAME");
	if (opt.root && !g_file_test(opt.root, G_FILE_TEST_IS_DIR))
		return g_strdup_printf("--root is \"%s\", which is no folder", opt.root);
	if (opt.fd >= 0 && command)
		return g_strdup("with --fd there is no namespace to run a command in");
	if (opt.fd < -1)
		return g_strdup_printf("--fd is %d; allowed: the number of a descriptor", opt.fd);
	if (opt.mtu && (opt.mtu < MTU_MIN || opt.mtu > MTU_MAX))
		return g_strdup_printf("--mtu is %d; allowed: %d to %d", opt.mtu, MTU_MIN, MTU_MAX);
	if (opt.seed < 0)
		return g_strdup_printf("--seed is %" G_GINT64_FORMAT "; allowed: 0 and more",
				       opt.seed);
	if (opt.card && (!*opt.card || strlen(opt.card) >= IF_NAMESIZE))
		return g_strdup_printf("--card is \"%s\"; allowed: 1 to %d characters", opt.card,
				       IF_NAMESIZE - 1);
	return NULL;
}

/* Cut the command line at "--". Return: what follows, NULL: nothing. */
static char **take_command(char **argv)
{
	for (; *argv; argv++) {
		if (!g_str_equal(*argv, "--"))
			continue;
		*argv = NULL;
		return argv[1] ? argv + 1 : NULL;
	}
	return NULL;
}

static int serve_scenario(char **command)
{
	enum server_kind server = SERVER_BUILTIN;
	g_autoptr(GError) error = NULL;
	g_autoptr(Scenario) scenario = NULL;
	const char *lack;

	if (opt.server && !server_kind_find(opt.server, &server)) {
		g_autofree char *what = g_strdup_printf(
			"there is no server \"%s\"; `iplab list servers` has all names",
			opt.server);

		return command_usage_error("serve", what);
	}
	scenario = load(&error);
	if (!scenario)
		return command_usage_error("serve", error->message);
	lack = find_lack(scenario, server);
	if (lack) {
		g_autofree char *what =
			g_strdup_printf("scenario %s requires \"%s\", which %s does not provide",
					scenario->name, lack, server_kind_name(server));

		return command_usage_error("serve", what);
	}
	return run_with_scenario(server, scenario, command);
}

int command_serve(int argc, char **argv)
{
	char **command = take_command(argv);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) args = command_parse(argv, entries, false, usage, &error);
	g_autofree char *fault = args ? find_fault(args, command) : g_strdup(error->message);
	g_autofree char *program = NULL;

	(void)argc;
	if (fault)
		return command_usage_error("serve", fault);
	if (!command)
		return serve_scenario(NULL);
	program = g_find_program_in_path(command[0]);
	if (!program) {
		g_autofree char *what =
			g_strdup_printf("there is no program \"%s\" on PATH", command[0]);

		return command_usage_error("serve", what);
	}
	command[0] = program;
	return serve_scenario(command);
}
