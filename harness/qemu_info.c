/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a QEMU program is and can do
 */
#include "harness/qemu_info.h"

#include <string.h>

/* The interface changed with QEMU 9 (harness/plugin/qemu_plugin.h); QEMU checks it again itself. */
static int plugin_abi(const char *help)
{
	const char *version = strstr(help, " version ");
	guint64 major = version ? g_ascii_strtoull(version + strlen(" version "), NULL, 10) : 0;

	return major < 9 ? 1 : 4;
}

void qemu_info_load(struct qemu_info *out, const char *program)
{
	const char *argv[] = { program, "-help", NULL };
	g_autofree char *help = NULL;

	*out = (struct qemu_info){ .version = NULL };
	if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &help,
			  NULL, NULL, NULL))
		return;
	if (*help)
		out->version = g_strndup(help, strcspn(help, "\n"));
	if (strstr(help, "\n-plugin "))
		out->plugin_abi = plugin_abi(help);
	out->has_sandbox = strstr(help, "\n-sandbox ") != NULL;
}

void qemu_info_fini(struct qemu_info *info)
{
	g_clear_pointer(&info->version, g_free);
}
