/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server alone, for a client that is not ours
 *
 * At the other end of the cable is the network card of a namespace that is made for it, with a
 * command in it or open to whoever enters, or whatever a descriptor leads to.
 */
#ifndef HARNESS_SERVE_H
#define HARNESS_SERVE_H

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

#include "harness/scenario.h"
#include "server/server.h"
#include "server/veth.h"

typedef enum {
	SERVE_ERROR_FD,        /* nothing that frames go through, or somebody else's end is gone */
	SERVE_ERROR_NAMESPACE, /* not on this machine */
	SERVE_ERROR_COMMAND,   /* cannot be executed */
	SERVE_ERROR_FILE,      /* journal or capture cannot be written */
	SERVE_ERROR_RUN,       /* it broke */
} ServeError;

#define SERVE_ERROR serve_error_quark()
GQuark serve_error_quark(void);

struct serve_job {
	const Scenario *scenario; /* what the server is, and what the network does */
	enum server_kind server;
	const char *root; /* folder that is served */
	uint64_t seed;
	int fd;                        /* an end of a cable, ours from now on; -1: a namespace */
	struct veth_config card;       /* of the namespace */
	const char *const *argv;       /* a path and arguments, to run in there; NULL: nothing */
	const char *capture, *journal; /* files; NULL: none */
	FILE *to;                      /* where it is told what goes on */
	bool quiet, all;               /* no live log; every frame in it */
};

/**
 * serve_run() - Serve until it is told to stop or the command ends
 * @status:	Filled with the exit status of the command, 128 and the signal that ended it; 0 if
 *		there is none
 *
 * SIGINT, SIGTERM and SIGHUP end it, and are blocked from now on. A command gets them too, and
 * some seconds; then everything that it started is killed.
 *
 * Return: false with @error set.
 */
bool serve_run(const struct serve_job *job, int *status, GError **error);

#endif /* HARNESS_SERVE_H */
