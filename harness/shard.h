/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shards: a plan in so many parts of the same length, each for a machine or job of its own
 *
 * Who gives out the parts is the CI engine. All we do is find out which one this is, and choose its
 * cells: from the whole plan and nothing else, so that each shard comes to the same division.
 */
#ifndef HARNESS_SHARD_H
#define HARNESS_SHARD_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	SHARD_ERROR_SYNTAX, /* not INDEX/TOTAL, or not in range */
	SHARD_ERROR_ENGINE, /* variables of an engine that say nothing, or of several */
} ShardError;

#define SHARD_ERROR shard_error_quark()
GQuark shard_error_quark(void);

enum {
	SHARD_N_MAX = 10000,
};

struct shard {
	unsigned index, total; /* index from 1 to total; total 1: everything */
};

/* "2/4". Return: false with @error set, and @out as it was. */
bool shard_parse(struct shard *out, const char *text, GError **error);

/**
 * shard_from_environment() - What the engine's variables say
 * @out:	1/1 if there are none
 * @engine:	Name of the engine, borrowed; NULL: none. May be NULL
 *
 * Return: false with @error set, and @out as it was: better no run than the whole plan on each of a
 * hundred machines.
 */
bool shard_from_environment(struct shard *out, const char **engine, GError **error);

/**
 * shard_take() - Leave in a plan the cells of a shard
 * @cells:	Of struct plan_cell, with estimates; stay in their order
 *
 * From the longest on, each cell goes to the shard that has least to do.
 */
void shard_take(GPtrArray *cells, struct shard s);

#endif /* HARNESS_SHARD_H */
