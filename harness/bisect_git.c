/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commits of a bisection, and the worktree in which they are built
 */
#include "harness/bisect_git.h"

#include <stdio.h>
#include <string.h>

#include "harness/child.h"
#include "harness/tree.h"

struct BisectGit {
	char *repo, *worktree;
	bool has_worktree;
};

GQuark bisect_git_error_quark(void)
{
	return g_quark_from_static_string("iplab-bisect-git-error-quark");
}

static void commit_free(void *commit)
{
	struct bisect_commit *c = commit;

	g_free(c->id);
	g_free(c->subject);
	g_free(c);
}

/* Run git in @dir. */
#define git(dir, out, error, ...)                                                                  \
	git_run((const char *const[]){ GIT(dir), __VA_ARGS__, NULL }, out, error)
#define GIT(dir)                                                                                   \
	"git", "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false", "-C", dir

static bool git_run(const char *const *argv, char **out, GError **error)
{
	struct child c = { .argv = argv };

	return child_run(&c, out, error);
}

static void forget_worktree(const BisectGit *g)
{
	if (!git(g->repo, NULL, NULL, "worktree", "remove", "--force", "--force", g->worktree))
		tree_remove(g->worktree);
}

BisectGit *bisect_git_open(const char *repo, const char *worktree, GError **error)
{
	g_autoptr(BisectGit) g = g_new0(BisectGit, 1);
	g_autoptr(GError) cause = NULL;

	g->repo = g_canonicalize_filename(repo, NULL);
	g->worktree = g_canonicalize_filename(worktree, NULL);
	if (!git(g->repo, NULL, &cause, "rev-parse", "--git-dir")) {
		g_set_error(error, BISECT_GIT_ERROR, BISECT_GIT_ERROR_REPO,
			    "%s is no git repository (%s)", repo, cause->message);
		return NULL;
	}
	return g_steal_pointer(&g);
}

static char *resolve(const BisectGit *g, const char *revision, GError **error)
{
	g_autofree char *commit = g_strconcat(revision, "^{commit}", NULL);
	char *id = NULL;

	if (*revision != '-' && git(g->repo, &id, NULL, "rev-parse", "--quiet", "--verify", commit))
		return g_strstrip(id);
	g_set_error(error, BISECT_GIT_ERROR, BISECT_GIT_ERROR_REVISION, "%s has no commit \"%s\"",
		    g->repo, revision);
	return NULL;
}

static bool is_behind(const BisectGit *g, const char *old, const char *new)
{
	return git(g->repo, NULL, NULL, "merge-base", "--is-ancestor", old, new);
}

static bool check_order(const BisectGit *g, const char *old, const char *new, const char *old_id,
			const char *new_id, GError **error)
{
	bool same = g_str_equal(old_id, new_id);

	if (!same && is_behind(g, old_id, new_id))
		return true;
	if (same)
		g_set_error(error, BISECT_GIT_ERROR, BISECT_GIT_ERROR_ORDER,
			    "%s and %s are the same commit", old, new);
	else if (is_behind(g, new_id, old_id))
		g_set_error(
			error, BISECT_GIT_ERROR, BISECT_GIT_ERROR_ORDER,
			"%s comes after %s: the two ends are swapped (the first that works again "
			"is found with --old BROKEN --new WORKING)",
			old, new);
	else
		g_set_error(error, BISECT_GIT_ERROR, BISECT_GIT_ERROR_ORDER,
			    "%s is no ancestor of %s; `git merge-base` names one of both", old,
			    new);
	return false;
}

/* Pairs of lines: "commit ID", and its subject. */
static void add_commits(GPtrArray *commits, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **l = lines; l[0] && l[1]; l += 2) {
		struct bisect_commit *c = g_new0(struct bisect_commit, 1);

		c->id = g_strdup(l[0] + strlen("commit "));
		c->subject = g_strdup(l[1]);
		g_ptr_array_add(commits, c);
	}
}

GPtrArray *bisect_git_commits(const BisectGit *g, const char *old, const char *new,
			      bool first_parent, GError **error)
{
	g_autofree char *from = resolve(g, old, error), *to = from ? resolve(g, new, error) : NULL;
	g_autofree char *range = NULL, *first = NULL, *others = NULL;
	g_autoptr(GPtrArray) commits = g_ptr_array_new_with_free_func(commit_free);

	if (!to || !check_order(g, old, new, from, to, error))
		return NULL;
	range = g_strconcat(from, "..", to, NULL);
	if (!git(g->repo, &first, error, "rev-list", "--no-walk", "--format=%s", from) ||
	    !git(g->repo, &others, error, "rev-list", "--reverse", "--topo-order",
		 "--ancestry-path", "--format=%s", range, first_parent ? "--first-parent" : "--"))
		return NULL;
	add_commits(commits, first);
	add_commits(commits, others);
	return g_steal_pointer(&commits);
}

bool bisect_git_checkout(BisectGit *g, const char *id, GError **error)
{
	if (g->has_worktree)
		return git(g->worktree, NULL, error, "checkout", "--quiet", "--force", "--detach",
			   id);
	/* Of one that was killed. */
	if (g_file_test(g->worktree, G_FILE_TEST_EXISTS))
		forget_worktree(g);
	/* Whether or not all of it comes about, it is to be removed. */
	g->has_worktree = true;
	return git(g->repo, NULL, error, "worktree", "add", "--quiet", "--detach", "--force",
		   g->worktree, id);
}

void bisect_git_close(BisectGit *g)
{
	if (!g)
		return;
	if (g->has_worktree)
		forget_worktree(g);
	g_free(g->repo);
	g_free(g->worktree);
	g_free(g);
}
