/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet on its way through the network: what server/impair.c and its rules share
 */
#ifndef SERVER_IMPAIR_PASSAGE_H
#define SERVER_IMPAIR_PASSAGE_H

#include "server/impair.h"
#include "server/impair_frame.h"
#include "server/impair_held.h"
#include "server/impair_model.h"
#include "server/impair_note.h"
#include "server/impair_rule.h"

struct way {
	struct impair_side cfg;
	struct impair_chain ge, s4;
	uint64_t free_ns; /* when the rate lets the next packet begin */
	struct impair_held held;
	struct impair_counts counts;
};

struct Impair {
	char *name; /* what its events begin with */
	uint64_t seed;
	Journal *journal;
	PacketIds *ids;
	struct way ways[2]; /* by enum packet_dir */
	GPtrArray *rules;   /* of struct impair_read_rule */
	GPtrArray *only;    /* decisions that are taken; NULL: all are */
	struct impair_normal normal;
	uint64_t n_delivered;
	bool idle;
};

/* A packet on its way through. */
struct passage {
	Impair *im;
	struct way *way;
	uint64_t now_ns;
	const uint8_t *sent; /* as its sender sent it */
	size_t sent_len;
	const struct frame *f;
	struct packet_id id;
	struct impair_frame changed; /* a copy, if is_changed */
	bool is_changed;
	bool is_over; /* it is lost */
	uint64_t delay_ns, gap_ns;
	unsigned n_copies;              /* that rules made */
	bool is_doubled;                /* by the model */
	const struct impair_rule *swap; /* NULL: not to be held back */
	char *edits;                    /* that the last corruption was, for its note */
	GPtrArray *out;
	GString *comment;
};

uint64_t passage_add_ns(uint64_t a, uint64_t b); /* UINT64_MAX is never left */

uint64_t passage_draw(const struct passage *p, const char *model);

/* Of the N-th rule, or copy of the packet; 0: of the packet itself. */
uint64_t passage_draw_of(const struct passage *p, const char *model, unsigned number);

/* The packet as something that may be changed. */
struct impair_frame *passage_change(struct passage *p);

size_t passage_length(const struct passage *p);

/* Whether a decision about it may be taken: @rule's, or that of @model if it is NULL. */
bool passage_may(const struct passage *p, const struct impair_rule *rule, const char *model);

/* Into the journal, and into the comment of the capture. */
void passage_note(struct passage *p, const struct impair_note *n);

/* The frame was @before, and is corrupted now: note how. */
void passage_note_change(struct passage *p, struct impair_note *n, GBytes *before, bool repaired);

void passage_lose(struct passage *p);

/* Takes @frame. */
void passage_deliver(struct passage *p, enum packet_dir dir, uint64_t due_ns, GBytes *frame);

/* All rules that are for it, in their order. */
void passage_apply_rules(struct passage *p);

#endif /* SERVER_IMPAIR_PASSAGE_H */
