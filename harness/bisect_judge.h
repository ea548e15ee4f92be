/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a boot shows what a bisection looks for
 *
 * Not any failure is the one that is looked for: a boot that failed in another way says nothing.
 */
#ifndef HARNESS_BISECT_JUDGE_H
#define HARNESS_BISECT_JUDGE_H

#include "harness/bisect_search.h"
#include "reports/metric.h"
#include "reports/result.h"

/* What is looked for: the first of these that is set. */
struct bisect_judge {
	const char *check;    /* id of a check of conformance, whose verdict the results have */
	const Metric *metric; /* a value that is worse than @reference by more than @worse_by */
	double worse_by;      /* share of @reference */
	double reference;     /* 0: it is not known yet, and any value is good */
	char *signature;      /* this failure; NULL: any */
};

/**
 * bisect_judge() - Judge a boot
 * @why:	Gets a sentence: what was seen
 *
 * Return: BISECT_BAD if it shows what is looked for, BISECT_GOOD if it certainly does not.
 */
enum bisect_outcome bisect_judge(const struct bisect_judge *j, const Result *r, GString *why);

/* By how much a value is worse than another, as a share of that; negative: it is better. */
double bisect_judge_worse(const Metric *m, double value, double reference);

/* What a result that is no pass shows: its signature, or else its reason. Borrowed. */
const char *bisect_judge_failure(const Result *r);

/* "passes", "fails", "cannot be judged" */
const char *bisect_outcome_name(enum bisect_outcome o);

#endif /* HARNESS_BISECT_JUDGE_H */
