/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot under way: what is connected to what, and the two clocks that drive it
 *
 * harness/cell.c sets it up and takes it down. In between one of the drivers runs it, until the
 * observer says that it is over or something of ours breaks. A driver is the only place that knows
 * which clock there is: everything else is told the time.
 */
#ifndef HARNESS_BOOT_H
#define HARNESS_BOOT_H

#include "harness/observer.h"
#include "harness/qemu.h"
#include "harness/qmp.h"
#include "server/link.h"
#include "server/server.h"

/*
 * `iplab serve` is a boot without a machine of ours: there are no QEMU, QMP, observer and scenario.
 */
struct boot {
	struct qemu qemu;
	Qmp *qmp;
	Observer *observer;
	Server *server;
	Link *links[SCENARIO_N_NICS_MAX];
	unsigned n_links;
	unsigned server_link; /* the one that leads to the server */
	unsigned shift;       /* virtual: an instruction takes 1 << shift nanoseconds */
	uint64_t now_ns;      /* of what is being done, since power-on */
	char *broken;         /* ours or the machine's failure: the cell is an error */
};

/* Remember the first failure. Return: false. */
bool boot_fail(struct boot *b, const char *what, const char *why);

/* Do everything that is due until @until_ns, in order of time, each at its own time. */
void boot_run_until(struct boot *b, uint64_t until_ns);

/* When boot_run_until() has something to do: server, links. The observer's deadlines are apart. */
uint64_t boot_deadline_ns(const struct boot *b);

/* The host's monotonic clock, for deadlines and nothing else. */
uint64_t boot_host_ns(void);

/* Run it on the host's clock. */
void boot_drive_wall(struct boot *b);

/*
 * Run it on the virtual clock: guest and server take turns, and time is instructions executed. The
 * result depends on nothing but scenario, seed, firmware and QEMU.
 */
void boot_drive_virtual(struct boot *b);

#endif /* HARNESS_BOOT_H */
