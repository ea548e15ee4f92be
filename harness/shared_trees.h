/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot trees of a run: each made for the first cell of its scenario, and removed after the last
 */
#ifndef HARNESS_SHARED_TREES_H
#define HARNESS_SHARED_TREES_H

#include <glib.h>
#include <stdbool.h>

#include "harness/scenario.h"

typedef struct SharedTrees SharedTrees;

struct shared_tree {
	char *dir;
	char *problem; /* why there is none; NULL: it is there */
	bool missing;  /* the problem is a fixture that was not built */
};

/**
 * shared_trees_new() - What a run before left there is removed
 * @dir:	The run's folder
 * @keep:	Do not remove any
 */
SharedTrees *shared_trees_new(const char *dir, bool keep);

/* A cell will want the tree of @s; before the first shared_trees_get(). */
void shared_trees_expect(SharedTrees *t, const Scenario *s);

/* The tree of @s, made if it is not there. Borrowed, until it is let go by all. */
const struct shared_tree *shared_trees_get(SharedTrees *t, const Scenario *s);

/* A cell that was expected wants it no more. */
void shared_trees_let_go(SharedTrees *t, const Scenario *s);

void shared_trees_free(SharedTrees *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SharedTrees, shared_trees_free)

#endif /* HARNESS_SHARED_TREES_H */
