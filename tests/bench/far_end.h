/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TFTP servers, each at the far end of a cable of its own
 *
 * For each server there is a veth pair. Our end is in the namespace that this program runs in, and
 * has the address 10.9.N.1; the far end is called "wire" and is in a namespace of the server's. A
 * daemon's has the address 10.9.N.2, and the daemon listens there; ours has none, since iplab reads
 * and writes frames there with a packet socket, as `iplab serve` does.
 */
#ifndef TESTS_BENCH_FAR_END_H
#define TESTS_BENCH_FAR_END_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct far_end {
	const char *name;
	const char *program; /* a path, or a name on PATH */
	/* Arguments; "%R" is the folder to serve, "%A" the address, in any place of a word. */
	const char *const *args;
	bool frames; /* it gets a packet socket as descriptor 3; the far end has no address */
	uint32_t address;
	pid_t pid; /* -1: it is not there */
};

/*
 * Start it; @number tells its network apart. False: it said why. Whether it answers, time tells.
 */
bool far_end_start(struct far_end *f, unsigned number, const char *root);

void far_end_stop(struct far_end *f);

#endif /* TESTS_BENCH_FAR_END_H */
