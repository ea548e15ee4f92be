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
	int echo_fds[SCENARIO_N_NICS_MAX]; /* virtual: copies of all that passed a card's hub */
	int turn_fd;                       /* virtual: the clock plugin */
	unsigned n_nics;
	char **argv;     /* what was executed */
	uint64_t cpu_ns; /* that it took of the host, once it was stopped */
};

/* No process, no descriptors: what a struct begins as. */
#define QEMU_NONE                                                                                  \
	((struct qemu){ .pid = -1, .pidfd = -1, .console_fd = -1, .qmp_fd = -1, .turn_fd = -1 })

/* The virtual clock; see harness/drive_virtual.c. */
struct qemu_clock {
	bool is_virtual;
	unsigned shift;     /* an instruction takes 1 << shift nanoseconds */
	uint64_t seed;      /* of random numbers that the guest asks the machine for */
	const char *plugin; /* path of the shared object that fits this QEMU */
};

/**
 * qemu_start() - Start QEMU, stopped before its first instruction
 * @out:	Filled: descriptors are ours, non-blocking, and may be taken over (set them to -1)
 * @clock:	Which clock, borrowed
 * @tree:	Folder with the served files
 *
 * Return: whether it runs; false with @error set.
 */
bool qemu_start(struct qemu *out, const Client *c, const Scenario *s,
		const struct qemu_clock *clock, const char *tree,
		GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What it complained about on standard error, which went to @path; NULL: nothing. Caller frees. */
char *qemu_complaints(const char *path);

/* End it, and do not wait: its memory takes milliseconds to give back. */
void qemu_kill(const struct qemu *q);

/* End it, wait for it, close what is still ours. Return: status as of waitpid(). */
int qemu_stop(struct qemu *q);

#endif /* HARNESS_QEMU_H */
