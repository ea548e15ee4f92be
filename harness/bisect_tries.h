/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boots of a bisection: made now, or taken from the log; judged and logged
 */
#ifndef HARNESS_BISECT_TRIES_H
#define HARNESS_BISECT_TRIES_H

#include "harness/bisect.h"

struct bisect_tries {
	const struct bisect_task *task;
	struct bisect_judge judge; /* the task's; its signature is the first failure that came */
	unsigned n;                /* so far */
	char **evidence;           /* of each candidate, the folder of a boot that fails; or NULL */
	enum bisect_end stop;      /* BROKEN, INTERRUPTED; FOUND: nothing has gone wrong */
};

void bisect_tries_init(struct bisect_tries *t, const struct bisect_task *task);

/**
 * bisect_try() - Boot a candidate once more
 * @index:	Of the candidate, in its series
 * @why:	Its text is replaced
 *
 * Return: what came of it, to be freed; NULL if it is over: then stop says why, and so does a
 *	   message on standard error.
 */
Result *bisect_try(struct bisect_tries *t, unsigned index, enum bisect_outcome *outcome,
		   GString *why) G_GNUC_WARN_UNUSED_RESULT;

void bisect_tries_fini(struct bisect_tries *t);

#endif /* HARNESS_BISECT_TRIES_H */
