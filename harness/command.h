/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commands of the program
 */
#ifndef HARNESS_COMMAND_H
#define HARNESS_COMMAND_H

#include <glib.h>

#include "harness/client.h"

enum exit_code {
	EXIT_AS_EXPECTED = 0,
	EXIT_UNEXPECTED = 1,    /* a client did something unexpected */
	EXIT_USAGE = 2,         /* a wrong option, filter or file */
	EXIT_COULD_NOT_RUN = 3, /* an error of ours or the machine's, or nothing that could run */
};

/* For --help of the commands that select cells. */
#define COMMAND_FILTER_HELP                                                                        \
	"A FILTER is AXIS=PATTERN[,PATTERN...] or AXIS!=PATTERN; axes are client, server,\n"       \
	"scenario, tag and clock; patterns may hold * and ?; different axes must all fit."

/* Each takes its arguments with its own name first, like a main(), and returns an exit code. */
int command_bisect(int argc, char **argv);
int command_bisect_step(int argc, char **argv); /* its exit codes are git's */
int command_check(int argc, char **argv);
int command_compare(int argc, char **argv);
int command_conformance(int argc, char **argv);
int command_history(int argc, char **argv);
int command_hunt(int argc, char **argv);
int command_image(int argc, char **argv);
int command_list(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_report(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_run(int argc, char **argv);
int command_show(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_worker(int argc, char **argv); /* not for people: one cell */

/* Say "iplab NAME: MESSAGE" on standard error. Return: EXIT_USAGE. */
int command_usage_error(const char *name, const char *message);

/**
 * command_parse() - Read a command line
 * @argv:	NULL-terminated, the command's name first
 * @entries:	The command's own options; NULL-terminated
 * @boots:	Whether it takes command_override_entries as well
 * @usage:	What follows the options, and a text for --help
 *
 * Options may stand anywhere, and the value of a short one may follow at once (-j2).
 *
 * Return: what is left, the name first; caller: g_strfreev(). NULL with @error set.
 */
char **command_parse(char **argv, const GOptionEntry *entries, bool boots, const char *usage,
		     GError **error);

/* The options that put the user's own build in place, for a GOptionContext. */
extern struct client_overrides command_overrides;
extern char **command_client_files;
extern char *command_dnsmasq;
extern const GOptionEntry command_override_entries[];

/* The same options again, with these overrides, for the command line of a worker: appended to
 * @argv.
 */
void command_pass_overrides(GPtrArray *argv, const struct client_overrides *overrides);

#endif /* HARNESS_COMMAND_H */
