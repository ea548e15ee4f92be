/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the commands share
 */
#include "harness/command.h"

#include <stdio.h>

struct client_overrides command_overrides;
char **command_client_files;

const GOptionEntry command_override_entries[] = {
	{ "qemu", 0, 0, G_OPTION_ARG_FILENAME, &command_overrides.qemu,
	  "Run this QEMU in place of the clients'", "PATH" },
	{ "firmware", 0, 0, G_OPTION_ARG_FILENAME, &command_overrides.firmware,
	  "Start this firmware (-bios) in place of the clients'", "PATH" },
	{ "netboot", 0, 0, G_OPTION_ARG_FILENAME, &command_overrides.netboot,
	  "Start this netboot image (netboot_fw=) in place of the clients'", "PATH" },
	{ "image", 0, 0, G_OPTION_ARG_FILENAME, &command_overrides.image,
	  "Start this image with the clients that want one", "PATH" },
	{ "client-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &command_client_files,
	  "Know this client too; any number of times", "FILE" },
	G_OPTION_ENTRY_NULL,
};

static void pass(GPtrArray *argv, const char *option, const char *value)
{
	if (!value)
		return;
	g_ptr_array_add(argv, g_strdup(option));
	g_ptr_array_add(argv, g_strdup(value));
}

void command_pass_overrides(GPtrArray *argv)
{
	pass(argv, "--qemu", command_overrides.qemu);
	pass(argv, "--firmware", command_overrides.firmware);
	pass(argv, "--netboot", command_overrides.netboot);
	pass(argv, "--image", command_overrides.image);
}

int command_usage_error(const char *name, const char *message)
{
	fprintf(stderr, "iplab %s: %s\nTry `iplab %s --help`.\n", name, message, name);
	return EXIT_USAGE;
}
