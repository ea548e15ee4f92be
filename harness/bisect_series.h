/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The series that a bisection goes through: clients, images in a folder, or commits
 */
#ifndef HARNESS_BISECT_SERIES_H
#define HARNESS_BISECT_SERIES_H

#include "harness/bisect_git.h"
#include "harness/catalogue.h"

typedef enum {
	BISECT_SERIES_ERROR_OVER,   /* neither clients:, images:, git: nor a folder */
	BISECT_SERIES_ERROR_OPTION, /* an option is missing, or does not fit this series */
	BISECT_SERIES_ERROR_END,    /* there is no candidate of that name */
	BISECT_SERIES_ERROR_FEW,    /* fewer than two candidates */
	BISECT_SERIES_ERROR_BUILD,  /* it does not build */
} BisectSeriesError;

#define BISECT_SERIES_ERROR bisect_series_error_quark()
GQuark bisect_series_error_quark(void);

enum bisect_over {
	BISECT_OVER_CLIENTS,
	BISECT_OVER_IMAGES,
	BISECT_OVER_GIT,
};

/**
 * bisect_over_parse() - What --over says
 * @arg:	Filled with what follows "KIND:", in @text; a bare folder is one of images
 */
bool bisect_over_parse(const char *text, enum bisect_over *over, const char **arg,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

struct bisect_candidate {
	char *name;                    /* of a client or file; of a commit its id */
	char *label;                   /* for people, safe to print: with a commit's subject */
	const struct plan_cell *cell;  /* what it boots */
	struct client_overrides files; /* of this candidate: absolute, or NULL */
	bool is_ready;                 /* it is built */
};

typedef struct BisectSeries {
	enum bisect_over over;
	GPtrArray *candidates; /* of struct bisect_candidate, the old end first, at least 2 */
	char *absent;          /* clients left out as they are not on this machine; NULL: none */
	/*< private >*/
	BisectGit *git;
	char *build, *worktree, *builds;
	struct client_overrides yield;
} BisectSeries;

/* All borrowed. */
struct bisect_series_options {
	enum bisect_over over;
	const char *arg;       /* of bisect_over_parse() */
	const char *old, *new; /* ends: names, or revisions; NULL: the first, the last */
	const char *as;        /* which of a client's files an image is; NULL: "firmware" */
	const char *build;     /* command of a shell, in the worktree */
	bool first_parent;
	const GPtrArray
		*cells;  /* of struct plan_cell: of all clients, or of the one that boots all */
	const char *out; /* folder, absolute, that gets worktree/ and builds/ */
};

/**
 * bisect_series_new() - List the candidates
 * @files:	What the user puts in the place of the client's files: of images and commits,
 *		relative to the candidate
 *
 * Return: NULL with @error set (BISECT_SERIES_ERROR, BISECT_GIT_ERROR, CHILD_ERROR).
 */
BisectSeries *bisect_series_new(const struct bisect_series_options *o,
				const struct client_overrides *files,
				GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * bisect_series_prepare() - Have a candidate's files ready
 *
 * What a build says is in builds/ID.log.
 *
 * Return: false with @error set: BISECT_SERIES_ERROR_BUILD if it cannot be built, which says
 *	   nothing of others; CHILD_ERROR_INTERRUPTED; anything else is the end of it all.
 */
bool bisect_series_prepare(BisectSeries *s, struct bisect_candidate *c,
			   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes the worktree. */
void bisect_series_free(BisectSeries *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BisectSeries, bisect_series_free)

#endif /* HARNESS_BISECT_SERIES_H */
