/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What random scenarios are drawn with: numbers from a seed, and the file that they go into
 */
#ifndef HARNESS_HUNT_DICE_H
#define HARNESS_HUNT_DICE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct hunt_dice {
	GKeyFile *file;
	uint64_t state;   /* the seed at first; the same numbers on every machine */
	unsigned n_rules; /* that there are: they are [rule.1], [rule.2], ... */
};

/* A number from @min to @max, each as likely. */
unsigned hunt_between(struct hunt_dice *d, unsigned min, unsigned max);

bool hunt_one_in(struct hunt_dice *d, unsigned n);

/* One of @n words. */
const char *hunt_pick(struct hunt_dice *d, const char *const *words, size_t n);

#define HUNT_PICK(d, words) hunt_pick(d, words, G_N_ELEMENTS(words))

/* Put a key into the file; one that is there already is replaced. */
void hunt_set(struct hunt_dice *d, const char *group, const char *key, const char *value);
void hunt_set_number(struct hunt_dice *d, const char *group, const char *key, unsigned min,
		     unsigned max);

#endif /* HARNESS_HUNT_DICE_H */
