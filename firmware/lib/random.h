/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random numbers from a seed (SplitMix64)
 *
 * Good enough to choose ports and transaction numbers, and nothing secret: who knows the seed knows
 * all of them. On a machine without random numbers of its own (firmware/lib/trng.h) a boot that
 * starts at the same time with the same address draws the same ones.
 */
#ifndef FIRMWARE_LIB_RANDOM_H
#define FIRMWARE_LIB_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state;
};

/* Return: the next number. */
static inline uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Return: a number from 0 to @n - 1; @n is not 0. */
static inline uint32_t random_below(struct random *r, uint32_t n)
{
	return (uint32_t)((random_next(r) >> 32) * n >> 32);
}

#endif /* FIRMWARE_LIB_RANDOM_H */
