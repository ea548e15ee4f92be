/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deliveries, and the one packet of a direction that waits to be swapped with the next
 */
#ifndef SERVER_IMPAIR_HELD_H
#define SERVER_IMPAIR_HELD_H

#include "server/impair.h"

struct impair_held {
	GPtrArray *deliveries; /* NULL: no packet waits */
	uint64_t deadline_ns;
	const struct impair_rule *rule;
	struct packet_id id;
};

/* An empty array of struct delivery. */
GPtrArray *impair_deliveries_new(void);

/* @frame is owned by the array from now on. */
void impair_deliveries_add(GPtrArray *a, enum packet_dir dir, uint64_t due_ns, GBytes *frame,
			   uint64_t order);

/* By due_ns, then by order. */
void impair_deliveries_sort(GPtrArray *a);

/* When the last of them is due; 0 if there is none. */
uint64_t impair_deliveries_last_ns(const GPtrArray *a);

/* Hold a packet back; there must be none yet. @deliveries is owned from now on. */
void impair_held_init(struct impair_held *h, GPtrArray *deliveries, uint64_t now_ns,
		      const struct impair_rule *rule, const struct packet_id *id);

/**
 * impair_held_release() - The packet that is held back goes on
 * @not_before_ns: None of its deliveries is due before
 * @reason:	For the journal
 * @out:	What they are added to
 */
void impair_held_release(struct impair_held *h, Impair *im, uint64_t now_ns, uint64_t not_before_ns,
			 const char *reason, GPtrArray *out);

void impair_held_fini(struct impair_held *h);

#endif /* SERVER_IMPAIR_HELD_H */
