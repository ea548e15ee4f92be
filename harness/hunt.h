/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hunt: random scenarios against one client, and what was found, in groups
 *
 * Boot N of a hunt has seed N: for what is drawn (harness/hunt_draw.h), and for what the network
 * then decides. So a finding is known by its seed. What counts as one is what the scenarios expect:
 * the client boots what is served, or gives up before it hands over. All else has a signature, and
 * those of one signature are a group.
 */
#ifndef HARNESS_HUNT_H
#define HARNESS_HUNT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/client.h"
#include "harness/rundir.h"
#include "harness/shrink_case.h"

#define HUNT_SCENARIO "hunt/drawn"

enum {
	HUNT_N_KEPT = 3, /* of each group, the boots whose files are kept */
};

struct hunt_group {
	char *signature;
	unsigned n; /* boots */
	uint64_t first_seed;
	char *dir;          /* with scenario.ini, drawn.ini and boot/; NULL: not shrunk */
	ShrunkCase *shrunk; /* NULL: not (yet), for the reason why_not */
	char *why_not;
};

/* All borrowed. */
struct hunt_options {
	Client *client;
	const struct client_overrides *overrides; /* NULL: none */
	uint64_t seed;                            /* of the first boot */
	unsigned n_boots;                         /* at most */
	uint64_t limit_ns;                        /* no boot is begun after that; 0: no limit */
	unsigned n_workers;
	Rundir *dir;
};

typedef struct Hunt {
	struct hunt_options o;
	unsigned n_boots, n_findings;
	uint64_t wall_ns;  /* of the boots */
	GPtrArray *groups; /* of struct hunt_group, in order of their first seeds */
	char *broken;      /* why a boot could not be; NULL: all could */
} Hunt;

Hunt *hunt_new(const struct hunt_options *o);

/**
 * hunt_boot() - Draw and boot the next few
 *
 * Return: false if there are no more, or one could not be (see broken), or @error is set: by a
 * signal (SHRINK_CASE_ERROR_INTERRUPTED), or because results cannot be written.
 */
bool hunt_boot(Hunt *h, GError **error);

/**
 * hunt_shrink() - Shrink the first member of a group, and write it down
 * @progress:	As of struct shrink_case
 *
 * Return: false with @error set if a signal came, or nothing can be written. That it could not be
 * shrunk is no error: then the group says why not.
 */
bool hunt_shrink(Hunt *h, struct hunt_group *g,
		 void (*progress)(void *self, const char *what, unsigned n_left, unsigned n_boots),
		 void *self, GError **error);

void hunt_free(Hunt *h);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hunt, hunt_free)

#endif /* HARNESS_HUNT_H */
