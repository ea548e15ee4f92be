/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random rules: each call adds one to the scenario that is drawn
 *
 * None of them does what no client could tell from the truth; see harness/hunt_draw.h.
 */
#ifndef HARNESS_HUNT_RULES_H
#define HARNESS_HUNT_RULES_H

#include "harness/hunt_dice.h"

void hunt_drop(struct hunt_dice *d);
void hunt_delay(struct hunt_dice *d);
void hunt_duplicate(struct hunt_dice *d);
void hunt_swap(struct hunt_dice *d);
void hunt_refuse(struct hunt_dice *d); /* with an ERROR of TFTP */
void hunt_change(struct hunt_dice *d); /* heads and messages, under right checksums */
void hunt_damage(struct hunt_dice *d); /* DATA, under wrong ones */
void hunt_cut(struct hunt_dice *d);    /* messages, not DATA */
void hunt_forge(struct hunt_dice *d);  /* from or to other ports */
void hunt_inject(struct hunt_dice *d); /* frames of others, right and wrong ones */
void hunt_fragment(struct hunt_dice *d);

#endif /* HARNESS_HUNT_RULES_H */
