/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a QEMU program is and can do
 */
#include "harness/qemu_info.h"

#include <string.h>

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
	out->has_sandbox = strstr(help, "\n-sandbox ") != NULL;
}

void qemu_info_fini(struct qemu_info *info)
{
	g_clear_pointer(&info->version, g_free);
}
