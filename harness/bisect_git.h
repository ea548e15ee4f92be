/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commits of a bisection, and the worktree in which they are built
 *
 * The user's checkout is not touched: all happens in a worktree of our own, which is removed in the
 * end. Hooks of the repository do not run.
 */
#ifndef HARNESS_BISECT_GIT_H
#define HARNESS_BISECT_GIT_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	BISECT_GIT_ERROR_REPO,     /* no repository of git's */
	BISECT_GIT_ERROR_REVISION, /* not in this repository */
	BISECT_GIT_ERROR_ORDER,    /* the two ends are not one behind the other */
} BisectGitError;

#define BISECT_GIT_ERROR bisect_git_error_quark()
GQuark bisect_git_error_quark(void);

struct bisect_commit {
	char *id;      /* whole */
	char *subject; /* as it is in the commit: not to be printed as it is */
};

typedef struct BisectGit BisectGit;

/**
 * bisect_git_open() - Look at a repository
 * @repo:	A folder of it
 * @worktree:	Where ours will be; if there is one it is of ours, left by one that was killed
 *
 * Return: NULL with @error set (BISECT_GIT_ERROR, CHILD_ERROR) if there is none.
 */
BisectGit *bisect_git_open(const char *repo, const char *worktree,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bisect_git_commits() - The commits between two, and these
 * @first_parent: Only those of the branch itself, and not what was merged into it
 *
 * In topological order, @old first: parents before children.
 *
 * Return: array of struct bisect_commit, at least 2; NULL with @error set.
 */
GPtrArray *bisect_git_commits(const BisectGit *g, const char *old, const char *new,
			      bool first_parent, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Put a commit's files into the worktree; what builds left there stays. */
bool bisect_git_checkout(BisectGit *g, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes the worktree. */
void bisect_git_close(BisectGit *g);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BisectGit, bisect_git_close)

#endif /* HARNESS_BISECT_GIT_H */
