/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a QEMU program is and can do
 */
#ifndef HARNESS_QEMU_INFO_H
#define HARNESS_QEMU_INFO_H

#include <glib.h>
#include <stdbool.h>

struct qemu_info {
	char *version; /* first line of its help; NULL: it does not start */
	bool has_sandbox;
	bool no_netboot; /* it is one that loads no netboot image of its own: QEMU from 9.2 on */
	int plugin_abi;  /* version of the TCG plugin interface to use; 0: it has none */
};

/* Ask the program itself (`-help`): takes some ten milliseconds. */
void qemu_info_load(struct qemu_info *out, const char *program);

void qemu_info_fini(struct qemu_info *info);

/* The same, asked once for each program; borrowed, for as long as this process lives. */
const struct qemu_info *qemu_info_of(const char *program);

#endif /* HARNESS_QEMU_INFO_H */
