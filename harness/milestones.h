/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a boot is: milestones, and the phases between them with a deadline for each
 *
 * Reads frames as they are handed over, so it works with every server and every client; of HTTP it
 * is told.
 */
#ifndef HARNESS_MILESTONES_H
#define HARNESS_MILESTONES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/wire/frame.h"

enum milestone_id {
	MILESTONE_POWER_ON,
	MILESTONE_FIRST_FRAME,
	MILESTONE_DHCP_DISCOVER, /* or DHCPv6 Solicit, Information-request */
	MILESTONE_DHCP_ACK,      /* or DHCPv6 Reply */
	MILESTONE_CONFIG_LOADED,
	MILESTONE_KERNEL_START, /* the first block of the kernel came */
	MILESTONE_KERNEL_DONE,
	MILESTONE_INITRD_DONE,
	MILESTONE_HANDOVER, /* the client says that it starts the kernel */
	MILESTONE_PAYLOAD,  /* the payload says that it runs */
	MILESTONE_N,
};

enum {
	MILESTONE_NAME_MAX = 32, /* ours: characters in the name of a client's own milestone */
};

enum phase {
	PHASE_DHCP,    /* until an ACK */
	PHASE_CONFIG,  /* until the kernel's first block */
	PHASE_KERNEL,  /* until its last */
	PHASE_INITRD,  /* until the initrd's last block */
	PHASE_PAYLOAD, /* until the payload has spoken and stopped */
	PHASE_N,
};

/* How long each phase may take, and the whole. */
struct phase_limits {
	unsigned phase_ms[PHASE_N];
	unsigned cell_ms;
};

/* Served names by role; NULL: there is none. Borrowed. */
struct milestone_roles {
	bool network; /* false: nothing comes over the network */
	const char *config, *kernel, *initrd;
};

typedef struct Milestones Milestones;

struct milestones_ops {
	/* A milestone was reached; once for each. */
	void (*reached)(void *self, uint64_t now_ns, enum milestone_id m);
	/* A file arrived whole. */
	void (*transferred)(void *self, uint64_t now_ns, const char *file, uint64_t bytes);
	void *self;
};

Milestones *milestones_new(const struct milestone_roles *roles, const struct milestones_ops *ops);

/* A frame was handed over. */
void milestones_frame(Milestones *m, uint64_t now_ns, const struct frame *f);

/*
 * The guest has the first bytes of a file, or all of it. Of TFTP the frames tell, so these are for
 * what a server knows of other protocols.
 */
void milestones_transfer_started(Milestones *m, uint64_t now_ns, const char *file);
void milestones_transfer_ended(Milestones *m, uint64_t now_ns, const char *file, uint64_t bytes);

/* Something else says that @id is reached. */
void milestones_reach(Milestones *m, uint64_t now_ns, enum milestone_id id);

bool milestones_has(const Milestones *m, enum milestone_id id);

/* When @id was reached; only if milestones_has(). */
uint64_t milestones_time_ns(const Milestones *m, enum milestone_id id);

enum phase milestones_phase(const Milestones *m);

/* When the present phase is over its limit. */
uint64_t milestones_deadline_ns(const Milestones *m, const struct phase_limits *limits);

void milestones_free(Milestones *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Milestones, milestones_free)

const char *milestone_name(enum milestone_id id);
enum milestone_id milestone_by_name(const char *name); /* MILESTONE_N: there is none */
const char *phase_name(enum phase p);

#endif /* HARNESS_MILESTONES_H */
