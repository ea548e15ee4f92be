/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wall clock: time is the host's, and what comes first is done first
 *
 * What a loop on the host's clock has to do for links and server, whoever else it waits for.
 */
#ifndef HARNESS_WALL_H
#define HARNESS_WALL_H

#include <poll.h>

#include "harness/boot.h"

enum {
	WALL_N_OTHERS_MAX = 4,
};

struct wall {
	struct boot *b;
	uint64_t t0_ns; /* of the host's clock, at time 0 */
	bool server_is_ready;
	bool is_gone; /* nobody took a frame that was sent: the other end is closed */
};

/* Time 0 is now. */
struct wall wall_begin(struct boot *b);

/* Something is taken up: what it leads to has the same time, which is returned. */
uint64_t wall_tick(struct wall *w);

/**
 * wall_wait() - Wait until something is there to do, and take the frames that have come
 * @others:	Further descriptors to wait for, at most WALL_N_OTHERS_MAX; their `revents` are set
 * @until_ns:	Wait no longer than that
 *
 * What goes wrong is the boot's failure. wall_run() must follow.
 */
void wall_wait(struct wall *w, struct pollfd *others, unsigned n_others, uint64_t until_ns);

/* Do what is due now: server, links. */
void wall_run(struct wall *w);

/* Take what frames there still are. */
void wall_drain(struct wall *w);

#endif /* HARNESS_WALL_H */
