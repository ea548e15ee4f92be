/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One QEMU process: its command line, its sockets, its life
 *
 * Everything it is connected to is an inherited descriptor: console, QMP, one datagram socket for
 * each network card. It dies with this process, whatever that one dies of.
 */
#ifndef HARNESS_QEMU_H
#define HARNESS_QEMU_H

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

#include "harness/client.h"
#include "harness/scenario.h"

typedef enum {
	QEMU_ERROR_START, /* sockets or process could not be made */
} QemuError;

#define QEMU_ERROR qemu_error_quark()
GQuark qemu_error_quark(void);

struct qemu {
	pid_t pid;
	int pidfd; /* readable when it has ended */
	int console_fd, qmp_fd;
	int nic_fds[SCENARIO_N_NICS_MAX];
	unsigned n_nics;
	char **argv; /* what was executed */
};

/**
 * qemu_start() - Start QEMU, stopped before its first instruction
 * @out:	Filled: descriptors are ours, non-blocking, and may be taken over (set them to -1)
 * @tree:	Folder with the served files
 *
 * Return: whether it runs; false with @error set.
 */
bool qemu_start(struct qemu *out, const Client *c, const Scenario *s, const char *tree,
		GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* End it, wait for it, close what is still ours. Return: status as of waitpid(). */
int qemu_stop(struct qemu *q);

#endif /* HARNESS_QEMU_H */
