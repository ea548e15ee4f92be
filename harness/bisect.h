/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bisection: both ends first, then whatever the search wants to see, then the answer
 *
 * What is printed is for people; harness/bisect_log.h has the same for programs. Nothing here
 * depends on anything but what boots show: what is in the log already is taken from there.
 */
#ifndef HARNESS_BISECT_H
#define HARNESS_BISECT_H

#include "harness/bisect_judge.h"
#include "harness/bisect_log.h"
#include "harness/bisect_series.h"
#include "harness/check_catalogue.h"

/* All borrowed. */
struct bisect_task {
	BisectSeries *series;
	BisectLog *log;
	struct bisect_judge judge; /* the failure, if not given, is that of the end that fails */
	struct bisect_model model;
	const struct check *check; /* NULL: none */
	Scenario *control;
	/* What the older and the newer ones are called. */
	const char *old, *new;
	bool either_way; /* it may as well be the older ones that fail */
	uint64_t seed;   /* of the first boot; of all, where a boot is exact */
	unsigned n_boots_max;
};

enum bisect_end {
	BISECT_FOUND,
	BISECT_RANGE,       /* one of several, or not as sure as was asked */
	BISECT_WRONG_ENDS,  /* they do not show what they are said to */
	BISECT_BROKEN,      /* an end cannot be built, started or judged; the log not written */
	BISECT_INTERRUPTED, /* a signal */
};

/* Run it. What is wrong is said on standard error. */
enum bisect_end bisect_run(const struct bisect_task *t);

#endif /* HARNESS_BISECT_H */
