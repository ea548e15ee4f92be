/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line: exit codes, and messages that name what is wrong and what is allowed
 *
 * Nothing here gets as far as a boot, but for what says so.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/boot/lab.h"
#include "tests/support/suite.h"

enum {
	N_ARGS_MAX = 8,
	N_SAYS_MAX = 5,
};

/* A command line, its exit status, and what it says. */
static const struct {
	const char *what;
	const char *args[N_ARGS_MAX];
	int status;
	const char *says[N_SAYS_MAX];
} rows[] = {
	{ "no command", { NULL }, 2, { "Usage: iplab COMMAND", "run", "list", "show" } },
	{ "an unknown command", { "boot" }, 2, { "\"boot\"", "Usage: iplab COMMAND" } },
	{ "help", { "--help" }, 0, { "Usage: iplab COMMAND", "Exit status" } },
	{ "help of run", { "run", "--help" }, 0, { "--repeat", "--netboot", "FILTER" } },
	{ "help of list", { "list", "--help" }, 0, { "clients|servers" } },
	{ "help of show", { "show", "--help" }, 0, { "CELL" } },
	{ "the version", { "--version" }, 0, { "iplab " } },
	{ "an unknown option", { "run", "--no-such" }, 2, { "--no-such", "iplab run --help" } },
	{ "an option without its value", { "run", "--out" }, 2, { "--out" } },
	{ "an option that is no number", { "run", "--repeat", "many" }, 2, { "many", "--repeat" } },
	{ "too few repetitions",
	  { "run", "--repeat", "0" },
	  2,
	  { "--repeat is 0", "1 to 100000" } },
	{ "too many jobs", { "run", "-j", "5000" }, 2, { "--jobs is 5000", "1 to 1024" } },
	{ "no job", { "run", "-j", "0" }, 2, { "--jobs is 0", "1 to 1024" } },
	{ "a negative seed", { "run", "--seed", "-1" }, 2, { "--seed is -1", "0 and more" } },
	{ "a filter with an unknown axis",
	  { "run", "colour=red" },
	  2,
	  { "\"colour=red\"", "client, server, scenario, tag" } },
	{ "a filter that is none", { "run", "boot/probe" }, 2, { "boot/probe", "AXIS=PATTERN" } },
	{ "a filter without a pattern", { "run", "client=" }, 2, { "client=", "AXIS=PATTERN" } },
	{ "a filter that is not UTF-8", { "run", "client=a*\xff\xfe" }, 2, { "UTF-8" } },
	{ "a scenario that there is not",
	  { "run", "scenario=no/such" },
	  3,
	  { "no/such", "iplab list" } },
	{ "a client that there is not", { "run", "client=nobody" }, 3, { "nobody", "iplab list" } },
	{ "a glob that fits nothing", { "run", "scenario=x*y" }, 3, { "no cell fits" } },
	{ "a combination that never runs",
	  { "run", "client=direct", "scenario=tftp/*" },
	  3,
	  { "no cell fits" } },
	{ "cells that there are not", { "list", "cells", "scenario=x*y" }, 3, { "" } },
	{ "a list of nothing", { "list" }, 2, { "clients, servers, scenarios" } },
	{ "an unknown list", { "list", "birds" }, 2, { "clients, servers, scenarios" } },
	{ "all clients", { "list", "clients" }, 0, { "libnet-7.2", "direct" } },
	{ "all servers", { "list", "servers" }, 0, { "builtin", "slirp", "dnsmasq" } },
	{ "all scenarios", { "list", "scenarios" }, 0, { "boot/probe", "demo/missing-initrd" } },
	{ "all keys", { "list", "keys" }, 0, { "[server.tftp]", "16 to 65536", "gave_up" } },
	{ "the cells of a filter",
	  { "list", "cells", "client=direct", "server!=slirp", "scenario=boot/probe" },
	  0,
	  { "direct/builtin/boot/probe/1\n" } },
	{ "a cell without a name", { "show" }, 2, { "CELL" } },
	{ "a run that there is not",
	  { "show", "--run", "/nonexistent", "x" },
	  3,
	  { "/nonexistent/results.jsonl" } },
	{ "a client file that there is not",
	  { "run", "--client-file", "/nonexistent/c.ini" },
	  2,
	  { "/nonexistent/c.ini" } },
	{ "a folder that cannot be made",
	  { "run", "scenario=boot/probe", "--out", "/proc/none/run" },
	  3,
	  { "/proc/none/run" } },
};

START_TEST(command_line)
{
	g_autoptr(Job) j = job_run(NULL, rows[_i].args);

	ck_assert_msg(job_status(j) == rows[_i].status,
		      "%s: exit status %d, not %d; it said:\n%s%s", rows[_i].what, job_status(j),
		      rows[_i].status, job_out(j), job_err(j));
	for (unsigned i = 0; i < N_SAYS_MAX && rows[_i].says[i]; i++)
		assert_says(j, rows[_i].says[i]);
}
END_TEST

/* --- files -------------------------------------------------------------------------------------
 */

#define HEAD "[scenario]\nsummary = x\n"
#define CLIENT "[client]\nsummary = x\nprovides = linux-boot\nenter = firmware\n"

/* A file with a mistake, and what the message names: file, group, key, what is allowed. */
static const struct {
	const char *what;
	const char *text;
	const char *says[N_SAYS_MAX];
} bad_scenarios[] = {
	{ "an unknown key",
	  HEAD "[machine]\nmemory = 5\n",
	  { "[machine]", "memory", "memory_mib" } },
	{ "an unknown group", HEAD "[machines]\nsmp = 1\n", { "[machines]", "[machine]" } },
	{ "a word for a number",
	  HEAD "[machine]\nsmp = two\n",
	  { "[machine] smp", "two", "1 to 16" } },
	{ "a number out of range", HEAD "[machine]\nsmp = 17\n", { "smp", "17", "1 to 16" } },
	{ "a negative number", HEAD "[deadline]\ncell_ms = -1\n", { "cell_ms", "-1", "1 to " } },
	{ "an unknown word", HEAD "[expect]\nending = well\n", { "ending", "well", "gave-up" } },
	{ "an unknown feature",
	  HEAD "requires = magic\n",
	  { "[scenario] requires", "magic", "pxelinux" } },
	{ "no summary", "[scenario]\ntags = x\n", { "[scenario]", "summary" } },
	{ "no key file", "hello\n", { "own.ini" } },
	{ "a file from two sources",
	  HEAD "[file.a]\ntext = x\nhex = 00\n",
	  { "[file.a]", "exactly one of text" } },
	{ "a file that leaves the tree", HEAD "[file.../a]\ntext = x\n", { "[file.../a]" } },
	{ "a kernel that is not served", HEAD "[boot]\nkernel = k\n", { "kernel", "[file.k]" } },
};

/* The folder three levels up of scenarios/my/own.ini. */
static char *path_variable(const char *scenario)
{
	return g_strdup_printf("IPLAB_PATH=%.*s",
			       (int)(strlen(scenario) - strlen("/scenarios/my/own.ini")), scenario);
}

START_TEST(scenario_file)
{
	g_autofree char *file = lab_file("scenarios/my/own.ini", bad_scenarios[_i].text);
	g_autofree char *env = path_variable(file);
	const struct job_options o = { .env = (const char *const[]){ env, NULL } };
	g_autoptr(Job) j = job_run(&o, (const char *const[]){ "run", "scenario=my/own", NULL });

	ck_assert_msg(job_status(j) == 2, "%s: exit status %d; it said:\n%s",
		      bad_scenarios[_i].what, job_status(j), job_err(j));
	assert_says(j, file);
	for (unsigned i = 0; i < N_SAYS_MAX && bad_scenarios[_i].says[i]; i++)
		assert_says(j, bad_scenarios[_i].says[i]);
}
END_TEST

static const struct {
	const char *what;
	const char *text;
	const char *says[N_SAYS_MAX];
} bad_clients[] = {
	{ "an unknown key", CLIENT "bios = x\n", { "[client]", "bios", "firmware" } },
	{ "an unknown group", CLIENT "[serial]\na = b\n", { "[serial]", "[console]" } },
	{ "a number out of range", CLIENT "memory_mib = 70000\n", { "70000", "0 to 65536" } },
	{ "an unknown way in", CLIENT "enter = magic\n", { "[client] enter", "magic", "direct" } },
	{ "a bad expression", CLIENT "[console]\ngave_up = (\n", { "[console] gave_up", "(" } },
	{ "an unknown feature", CLIENT "provides = magic\n", { "provides", "magic", "pxelinux" } },
};

START_TEST(client_file)
{
	g_autofree char *file = lab_file("own.ini", bad_clients[_i].text);
	g_autoptr(Job) j = job_of("run", "--client-file", file, "client=own");

	ck_assert_msg(job_status(j) == 2, "%s: exit status %d; it said:\n%s", bad_clients[_i].what,
		      job_status(j), job_err(j));
	assert_says(j, file);
	for (unsigned i = 0; i < N_SAYS_MAX && bad_clients[_i].says[i]; i++)
		assert_says(j, bad_clients[_i].says[i]);
}
END_TEST

/* --- runs that boot nothing ---------------------------------------------------------------------
 */

#define HERE_NOT                                                                                   \
	"[client]\nsummary = x\nprovides = linux-boot;pxelinux\nenter = firmware\n"                \
	"firmware = no-such-firmware.img\n"

START_TEST(nothing_but_skips_is_no_success)
{
	g_autofree char *file = lab_file("elsewhere.ini", HERE_NOT), *dir = lab_path("run");
	g_autoptr(Job) j = job_of("run", "--client-file", file, "client=elsewhere",
				  "scenario=boot/probe", "--out", dir);

	assert_exit(j, 3);
	assert_says(j, "no-such-firmware.img");
	assert_says(j, "--firmware");
	assert_says(j, "0 passed, 0 failed, 0 errors, 3 skipped");
}
END_TEST

START_TEST(an_image_client_without_an_image_is_skipped)
{
	g_autofree char *file =
		lab_file("mine.ini", "[client]\nsummary = x\nprovides = linux-boot\n"
				     "enter = image-kernel\n");
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j = job_of("run", "--client-file", file, "client=mine",
				  "scenario=boot/probe", "--out", dir);

	assert_exit(j, 3);
	assert_says(j, "--image");
}
END_TEST

/* What exists is not written over. */
START_TEST(a_folder_is_used_once)
{
	g_autofree char *file = lab_file("elsewhere.ini", HERE_NOT), *dir = lab_path("run");
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autofree char *before = NULL, *after = NULL;
	g_autoptr(Job) first =
		job_of("run", "--client-file", file, "client=elsewhere", "--out", dir);
	g_autoptr(Job) second = NULL;

	assert_exit(first, 3);
	ck_assert(g_file_get_contents(path, &before, NULL, NULL));
	second = job_of("run", "--client-file", file, "client=elsewhere", "--out", dir);
	assert_exit(second, 3);
	assert_says(second, dir);
	assert_says(second, "--out");
	ck_assert(g_file_get_contents(path, &after, NULL, NULL));
	ck_assert_str_eq(before, after);
}
END_TEST

START_TEST(a_file_is_no_folder)
{
	g_autofree char *file = lab_file("file", "x\n");
	g_autofree char *below = g_build_filename(file, "run", NULL);
	g_autoptr(Job) j = job_of("run", "scenario=boot/probe", "--out", below);

	assert_exit(j, 3);
	assert_says(j, below);
}
END_TEST

static const struct {
	const char *option, *word;
} overrides[] = {
	{ "--qemu", "QEMU" },
	{ "--firmware", "firmware" },
	{ "--netboot", "netboot" },
};

START_TEST(an_override_that_is_not_there_boots_nothing)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j = job_of("run", "client=libnet-7.2", "scenario=boot/probe",
				  overrides[_i].option, "/nonexistent/file", "--out", dir);

	assert_exit(j, 3);
	assert_says(j, "/nonexistent/file");
	assert_says(j, overrides[_i].word);
}
END_TEST

START_TEST(a_cell_that_there_is_not_is_named)
{
	g_autofree char *file = lab_file("elsewhere.ini", HERE_NOT), *dir = lab_path("run");
	g_autoptr(Job) run = job_of("run", "--client-file", file, "client=elsewhere",
				    "scenario=boot/*", "--out", dir);
	g_autoptr(Job) none = job_of("show", "--run", dir, "no/such");
	g_autoptr(Job) many = job_of("show", "--run", dir, "boot");

	assert_exit(run, 3);
	assert_exit(none, 2);
	assert_says(none, "no cell fits \"no/such\"");
	assert_exit(many, 2);
	assert_says(many, "more than one cell fits");
	assert_says(many, "elsewhere/builtin/boot/probe/1");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli");

	lab_add_rows(s, command_line, N_ROWS(rows));
	lab_add_rows(s, scenario_file, N_ROWS(bad_scenarios));
	lab_add_rows(s, client_file, N_ROWS(bad_clients));
	lab_add(s, nothing_but_skips_is_no_success);
	lab_add(s, an_image_client_without_an_image_is_skipped);
	lab_add(s, a_folder_is_used_once);
	lab_add(s, a_file_is_no_folder);
	lab_add_rows(s, an_override_that_is_not_there_boots_nothing, N_ROWS(overrides));
	lab_add(s, a_cell_that_there_is_not_is_named);
	return lab_main(s);
}
