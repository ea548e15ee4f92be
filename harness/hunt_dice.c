/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What random scenarios are drawn with
 */
#include "harness/hunt_dice.h"

/* --- numbers --- */

/* SplitMix64 (Steele, Lea, Flood, 2014). */
static uint64_t next(struct hunt_dice *d)
{
	uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

unsigned hunt_between(struct hunt_dice *d, unsigned min, unsigned max)
{
	return min + (unsigned)(next(d) % (max - min + 1));
}

bool hunt_one_in(struct hunt_dice *d, unsigned n)
{
	return hunt_between(d, 1, n) == 1;
}

const char *hunt_pick(struct hunt_dice *d, const char *const *words, size_t n)
{
	return words[hunt_between(d, 0, (unsigned)n - 1)];
}

/* --- keys --- */

void hunt_set(struct hunt_dice *d, const char *group, const char *key, const char *value)
{
	g_key_file_set_value(d->file, group, key, value);
}

void hunt_set_number(struct hunt_dice *d, const char *group, const char *key, unsigned min,
		     unsigned max)
{
	g_autofree char *text = g_strdup_printf("%u", hunt_between(d, min, max));

	hunt_set(d, group, key, text);
}
