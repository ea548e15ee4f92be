/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot trees of a run
 */
#include "harness/shared_trees.h"

#include "harness/tree.h"

struct SharedTrees {
	char *dir;
	bool keep;
	GHashTable *trees; /* Scenario -> struct counted_tree */
};

struct counted_tree {
	struct shared_tree tree;
	unsigned n_left; /* cells that want it */
	bool keep;
};

static void tree_free(void *tree)
{
	struct counted_tree *t = tree;

	if (t->tree.dir && !t->keep)
		tree_remove(t->tree.dir);
	g_free(t->tree.dir);
	g_free(t->tree.problem);
	g_free(t);
}

SharedTrees *shared_trees_new(const char *dir, bool keep)
{
	SharedTrees *t = g_new0(SharedTrees, 1);

	t->dir = g_build_filename(dir, "trees", NULL);
	t->keep = keep;
	t->trees = g_hash_table_new_full(NULL, NULL, NULL, tree_free);
	tree_remove(t->dir);
	return t;
}

void shared_trees_expect(SharedTrees *t, const Scenario *s)
{
	struct counted_tree *tree = g_hash_table_lookup(t->trees, s);

	if (!tree) {
		tree = g_new0(struct counted_tree, 1);
		tree->keep = t->keep;
		g_hash_table_insert(t->trees, (void *)s, tree);
	}
	tree->n_left++;
}

const struct shared_tree *shared_trees_get(SharedTrees *t, const Scenario *s)
{
	struct counted_tree *c = g_hash_table_lookup(t->trees, s);
	struct shared_tree *tree = &c->tree;
	g_autoptr(GError) error = NULL;

	if (tree->dir)
		return tree;
	tree->dir = g_build_filename(t->dir, s->name, NULL);
	if (!tree_build(s, tree->dir, &error)) {
		tree->problem = g_strdup(error->message);
		tree->missing = g_error_matches(error, TREE_ERROR, TREE_ERROR_FIXTURE);
	}
	return tree;
}

void shared_trees_let_go(SharedTrees *t, const Scenario *s)
{
	struct counted_tree *tree = g_hash_table_lookup(t->trees, s);

	if (--tree->n_left == 0)
		g_hash_table_remove(t->trees, s);
}

void shared_trees_free(SharedTrees *t)
{
	if (!t)
		return;
	g_hash_table_unref(t->trees);
	if (!t->keep)
		tree_remove(t->dir);
	g_free(t->dir);
	g_free(t);
}
