/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the commands share
 */
#include "harness/command.h"

#include <stdio.h>

struct client_overrides command_overrides;
char **command_client_files;
char *command_dnsmasq;

const GOptionEntry command_override_entries[] = {
	{ "qemu", 0, 0, G_OPTION_ARG_FILENAME, &command_overrides.qemu,
	  "Run this QEMU in place of the clients'", "PATH" },
	{ "firmware", 0, 0, G_OPTION_ARG_FILENAME, &command_overrides.firmware,
	  "Start this firmware (-bios) in place of the clients'", "PATH" },
	{ "netboot", 0, 0, G_OPTION_ARG_FILENAME, &command_overrides.netboot,
	  "Start this netboot image (netboot_fw=) in place of the clients'", "PATH" },
	{ "image", 0, 0, G_OPTION_ARG_FILENAME, &command_overrides.image,
	  "Start this image with the clients that want one", "PATH" },
	{ "dnsmasq", 0, 0, G_OPTION_ARG_FILENAME, &command_dnsmasq,
	  "Run this dnsmasq as the server of that name", "PATH" },
	{ "client-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &command_client_files,
	  "Know this client too; any number of times", "FILE" },
	G_OPTION_ENTRY_NULL,
};

/* The option of that letter that takes a value, or NULL. */
static const GOptionEntry *find_short(const GOptionEntry *entries, char letter)
{
	for (; entries->long_name; entries++)
		if (entries->short_name == letter && entries->arg != G_OPTION_ARG_NONE)
			return entries;
	return NULL;
}

char **command_parse(char **argv, const GOptionEntry *entries, bool boots, const char *usage,
		     GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new(usage);
	GPtrArray *words = g_ptr_array_new();
	char **args;

	/* GLib wants a blank between -j and 2. */
	for (; *argv; argv++) {
		const char *a = *argv;

		if (a[0] == '-' && a[1] && a[1] != '-' && a[2] && find_short(entries, a[1])) {
			g_ptr_array_add(words, g_strndup(a, 2));
			a += 2;
		}
		g_ptr_array_add(words, g_strdup(a));
	}
	g_ptr_array_add(words, NULL);
	args = (char **)g_ptr_array_free(words, FALSE);
	g_option_context_add_main_entries(context, entries, NULL);
	if (boots)
		g_option_context_add_main_entries(context, command_override_entries, NULL);
	if (g_option_context_parse_strv(context, &args, error))
		return args;
	g_strfreev(args);
	return NULL;
}

static void pass(GPtrArray *argv, const char *option, const char *value)
{
	if (!value)
		return;
	g_ptr_array_add(argv, g_strdup(option));
	g_ptr_array_add(argv, g_strdup(value));
}

void command_pass_overrides(GPtrArray *argv, const struct client_overrides *overrides)
{
	pass(argv, "--qemu", overrides->qemu);
	pass(argv, "--firmware", overrides->firmware);
	pass(argv, "--netboot", overrides->netboot);
	pass(argv, "--image", overrides->image);
	for (char **file = command_client_files; file && *file; file++)
		pass(argv, "--client-file", *file); /* a client may be based on it */
	pass(argv, "--dnsmasq", command_dnsmasq);
}

int command_usage_error(const char *name, const char *message)
{
	fprintf(stderr, "iplab %s: %s\nTry `iplab %s --help`.\n", name, message, name);
	return EXIT_USAGE;
}
