/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random scenarios: a seed says what befalls a boot
 *
 * What is drawn is of the vocabulary of scenarios: models of the network, rules for single packets,
 * odd but possible servers, configurations and files of odd sizes. One thing is never drawn: what
 * no client could tell from the truth, as another byte of a file under a right checksum, or a block
 * that is cut short as a last one is. So a client has no excuse for a crash, for a hang, or for
 * starting anything but what is served; to give up is always right.
 */
#ifndef HARNESS_HUNT_DRAW_H
#define HARNESS_HUNT_DRAW_H

#include <stdint.h>

/**
 * hunt_draw() - Draw a scenario
 *
 * Return: the text of its file, the same for the same seed on every machine, and always one that
 * loads; caller: g_free().
 */
char *hunt_draw(uint64_t seed);

#endif /* HARNESS_HUNT_DRAW_H */
