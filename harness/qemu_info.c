/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a QEMU program is and can do
 */
#include "harness/qemu_info.h"

#include <stdio.h>
#include <string.h>

enum {
	/* The interface changed (harness/plugin/qemu_plugin.h); QEMU checks it again itself. */
	VERSION_PLUGIN_ABI_4 = 900,
	VERSION_NO_NETBOOT = 902, /* s390-netboot.img went into s390-ccw.img */
};

/* "QEMU emulator version 9.2.1 (Debian ...)" as 902; 0 if it does not say. */
static unsigned version_number(const char *help)
{
	const char *text = strstr(help, " version ");
	unsigned major = 0, minor = 0;

	if (!text || sscanf(text, " version %3u.%2u", &major, &minor) < 1)
		return 0;
	return 100 * major + minor;
}

void qemu_info_load(struct qemu_info *out, const char *program)
{
	const char *argv[] = { program, "-help", NULL };
	g_autofree char *help = NULL;
	unsigned number;

	*out = (struct qemu_info){ .version = NULL };
	if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &help,
			  NULL, NULL, NULL))
		return;
	number = version_number(help);
	if (*help)
		out->version = g_strndup(help, strcspn(help, "\n"));
	if (strstr(help, "\n-plugin "))
		out->plugin_abi = number < VERSION_PLUGIN_ABI_4 ? 1 : 4;
	out->has_sandbox = strstr(help, "\n-sandbox ") != NULL;
	out->no_netboot = number >= VERSION_NO_NETBOOT;
}

void qemu_info_fini(struct qemu_info *info)
{
	g_clear_pointer(&info->version, g_free);
}

static void info_free(void *data)
{
	qemu_info_fini(data);
	g_free(data);
}

const struct qemu_info *qemu_info_of(const char *program)
{
	static GHashTable *known; /* program -> struct qemu_info */
	struct qemu_info *info;

	if (!known)
		known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, info_free);
	info = g_hash_table_lookup(known, program);
	if (info)
		return info;
	info = g_new(struct qemu_info, 1);
	qemu_info_load(info, program);
	g_hash_table_insert(known, g_strdup(program), info);
	return info;
}
