/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The statistical models: pure functions of draws
 *
 * A draw is a uniform 64-bit number. All arithmetic is on integers, so that the same draw is the
 * same decision, and the same delay to the nanosecond, on every machine.
 */
#ifndef SERVER_IMPAIR_MODEL_H
#define SERVER_IMPAIR_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/impair.h"

enum {
	IMPAIR_PPM = 1000000,         /* certainty */
	IMPAIR_EPOCH_SLOTS = 16384,   /* see impair_chain_state() */
	IMPAIR_NORMAL_CELLS = 2048,   /* of the half curve */
	IMPAIR_NORMAL_PER_SIGMA = 256 /* of them: the curve ends at 8 sigma */
};

/* A draw scaled down: 0 to @n - 1, each as likely. @n: not 0. */
uint64_t impair_scale(uint64_t draw, uint64_t n);

/* Whether what happens in @ppm of a million cases happens. */
bool impair_hit(uint64_t draw, unsigned ppm);

/* --- jitter --- */

/* The normal distribution: part of the half curve that is left of each cell, of 2^63. */
struct impair_normal {
	uint64_t below[IMPAIR_NORMAL_CELLS + 1];
};

void impair_normal_init(struct impair_normal *n);

/**
 * impair_jitter_ns() - How much a packet's delay differs from the mean
 * @d:		Of the distributions all have mean 0. uniform: between -@jitter_ns and +@jitter_ns;
 *		the others have a standard deviation of @jitter_ns. pareto: of shape 3, its longest
 *		2^-20 cut off (as it was, the variance of its variance is infinite); paretonormal:
 *		a quarter of it normal and three quarters pareto, brought back to one deviation
 * @draw, @draw2: @draw2 is used by paretonormal only
 */
int64_t impair_jitter_ns(enum impair_distribution d, const struct impair_normal *n,
			 uint64_t jitter_ns, uint64_t draw, uint64_t draw2);

/* --- models with memory --- */

enum impair_chain_kind {
	IMPAIR_CHAIN_GE,     /* Gilbert-Elliott */
	IMPAIR_CHAIN_4STATE, /* tc-netem(8), "loss state" */
};

enum impair_state {
	IMPAIR_GOOD,
	IMPAIR_BAD,
	IMPAIR_GAP = 1,  /* received, state 1 */
	IMPAIR_BURST,    /* received within a burst of losses */
	IMPAIR_LOST,     /* lost in a burst */
	IMPAIR_ISOLATED, /* lost alone */
};

struct impair_chain {
	enum impair_chain_kind kind;
	enum packet_dir dir;
	uint64_t seed;
	uint64_t slot; /* the last that was asked for */
	int state;     /* enum impair_state, in it; -1: none was asked for yet */
};

#define IMPAIR_CHAIN_INIT(k, d, s)                                                                 \
	((struct impair_chain){ .kind = (k), .dir = (d), .seed = (s), .state = -1 })

/**
 * impair_chain_state() - Where a chain is in a slot of time
 * @s:		Its probabilities
 *
 * Depends on (seed, kind, direction, slot) alone, not on which slots were asked for before: the
 * chain moves once a slot, by a draw keyed by the slot. Every IMPAIR_EPOCH_SLOTS slots it is drawn
 * anew from what it is in the long run, so no gap costs more steps than that; a burst of losses
 * that lies across such a slot may be cut there.
 *
 * Return: enum impair_state.
 */
int impair_chain_state(struct impair_chain *c, const struct impair_side *s, uint64_t slot);

/* "gemodel", "state": netem's words. */
const char *impair_chain_name(enum impair_chain_kind k);

/* --- rate --- */

/* How long @len bytes take, rounded up. @rate_kbit: not 0. */
uint64_t impair_serialise_ns(size_t len, unsigned rate_kbit);

#endif /* SERVER_IMPAIR_MODEL_H */
