/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A number for each of many keys, in bounded memory
 *
 * Two generations: keys are looked for in both and always end up in the young one. When that is
 * full it becomes the old one, and the old one is forgotten. So the latest PACKET_ID_TALLY_KEPT
 * keys are there, at most twice as many, and nothing is moved but what is used again. The tables
 * are open addressed (keys are hashes already) and grow as they fill.
 */
#include "server/packet_id_tally.h"

#include <glib.h>

enum {
	FIRST_CAPACITY = 64, /* of slots: a power of two, as all are */
};

struct entry {
	uint64_t key; /* 0: free */
	unsigned value;
};

struct generation {
	struct entry *entries;
	size_t capacity, used; /* at most half of the slots are used */
};

struct PacketIdTally {
	struct generation young, old;
};

PacketIdTally *packet_id_tally_new(void)
{
	return g_new0(PacketIdTally, 1);
}

/* The entry of @key, or the free one where it belongs; NULL if there are no slots at all. */
static struct entry *find(const struct generation *g, uint64_t key)
{
	size_t i = (size_t)key & (g->capacity - 1);

	if (!g->capacity)
		return NULL;
	while (g->entries[i].key && g->entries[i].key != key)
		i = (i + 1) & (g->capacity - 1);
	return &g->entries[i];
}

static void grow(struct generation *g)
{
	struct generation bigger = {
		.capacity = g->capacity ? g->capacity * 2 : FIRST_CAPACITY,
		.used = g->used,
	};

	bigger.entries = g_new0(struct entry, bigger.capacity);
	for (size_t i = 0; i < g->capacity; i++)
		if (g->entries[i].key)
			*find(&bigger, g->entries[i].key) = g->entries[i];
	g_free(g->entries);
	*g = bigger;
}

static void turn_over(PacketIdTally *t)
{
	g_free(t->old.entries);
	t->old = t->young;
	t->young = (struct generation){ 0 };
}

unsigned *packet_id_tally_at(PacketIdTally *t, uint64_t key)
{
	struct entry *e, *before;
	unsigned value = 0;

	if (!key)
		key = 1;
	e = find(&t->young, key);
	if (e && e->key)
		return &e->value;

	before = find(&t->old, key);
	if (before && before->key)
		value = before->value;
	if (t->young.used == PACKET_ID_TALLY_KEPT)
		turn_over(t);
	if (t->young.used == t->young.capacity / 2)
		grow(&t->young);
	e = find(&t->young, key);
	*e = (struct entry){ .key = key, .value = value };
	t->young.used++;
	return &e->value;
}

void packet_id_tally_free(PacketIdTally *t)
{
	if (!t)
		return;
	g_free(t->young.entries);
	g_free(t->old.entries);
	g_free(t);
}
