/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program on a network of its own, whose other end is frames in our hands
 *
 * A child in a user and network namespace of its own gets one network card. The card's cable (a
 * veth pair) ends in an AF_PACKET socket that is handed to us: one datagram is one bare Ethernet
 * frame. No root, no /dev/net/tun, nothing of the host's network is seen or changed. The program
 * dies with us, and the namespace with the program.
 */
#ifndef SERVER_NETNS_H
#define SERVER_NETNS_H

#include <sys/types.h>

#include "server/veth.h"

enum {
	NETNS_E_FORBIDDEN = 1, /* this machine lets us have no namespaces */
	NETNS_STEP_MAX = 48,
};

struct netns_config {
	struct veth_config network;
	/* Program, a path, and arguments, borrowed; NULL: nobody, the namespace stays until
	 * netns_stop(). */
	const char *const *argv;
	int output_fd; /* its standard output and error; -1: ours */
};

struct netns {
	pid_t pid;    /* of the program, a child of ours; -1: none */
	int pidfd;    /* readable when it has ended */
	int frame_fd; /* non-blocking */
};

#define NETNS_NONE ((struct netns){ .pid = -1, .pidfd = -1, .frame_fd = -1 })

/**
 * netns_start() - Make the namespace and start the program in it
 * @step:	Filled, unless all is well, with what was being done, for a message
 *
 * When it returns, card and loopback are up and the program has been executed. Called while there
 * is one thread.
 *
 * Return: 0; NETNS_E_FORBIDDEN; negative errno, of the program as well when it cannot be executed.
 */
int netns_start(struct netns *out, const struct netns_config *cfg, char step[NETNS_STEP_MAX]);

/* Kill the program, if it still runs, and close everything. Return: its status, as of waitpid(). */
int netns_stop(struct netns *n);

#endif /* SERVER_NETNS_H */
