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

/* Each takes its arguments with its own name first, like a main(), and returns an exit code. */
int command_list(int argc, char **argv);
int command_run(int argc, char **argv);
int command_show(int argc, char **argv);
int command_worker(int argc, char **argv); /* not for people: one cell */

/* Say "iplab NAME: MESSAGE" on standard error. Return: EXIT_USAGE. */
int command_usage_error(const char *name, const char *message);

/* The options that put the user's own build in place, for a GOptionContext. */
extern struct client_overrides command_overrides;
extern char **command_client_files;
extern const GOptionEntry command_override_entries[];

/* The same options again, for the command line of a worker: appended to @argv. */
void command_pass_overrides(GPtrArray *argv);

#endif /* HARNESS_COMMAND_H */
