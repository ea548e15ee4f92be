/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a boot shows what a bisection looks for
 */
#include "harness/bisect_judge.h"

#include <math.h>

const char *bisect_outcome_name(enum bisect_outcome o)
{
	static const char *const names[] = {
		[BISECT_GOOD] = "passes",
		[BISECT_BAD] = "fails",
		[BISECT_SKIP] = "cannot be judged",
	};

	return names[o];
}

double bisect_judge_worse(const Metric *m, double value, double reference)
{
	return metric_more_is_better(m) ? reference / value - 1 : value / reference - 1;
}

static const struct check_result *find_check(const Result *r, const char *id)
{
	for (guint i = 0; i < r->checks->len; i++) {
		const struct check_result *c = r->checks->pdata[i];

		if (g_str_equal(c->id, id))
			return c;
	}
	return NULL;
}

static enum bisect_outcome by_check(const char *id, const Result *r, GString *why)
{
	const struct check_result *c = find_check(r, id);
	enum check_verdict v = c ? c->verdict : CHECK_NOT_OBSERVED;

	g_string_append_printf(why, "%s: %s", id, check_verdict_name(v));
	if (c && c->evidence)
		g_string_append_printf(why, ": %s", c->evidence);
	switch (v) {
	case CHECK_PASS:
		return BISECT_GOOD;
	case CHECK_WARN:
	case CHECK_FAIL:
		return BISECT_BAD;
	case CHECK_NOT_APPLICABLE:
	case CHECK_NOT_OBSERVED:
	case CHECK_RECORDED:
	case CHECK_N_VERDICTS:
		break;
	}
	return BISECT_SKIP;
}

const char *bisect_judge_failure(const Result *r)
{
	return r->signature ? r->signature : r->reason ? r->reason : "for no known reason";
}

static enum bisect_outcome by_metric(const struct bisect_judge *j, const Result *r, GString *why)
{
	double value, worse;

	if (r->verdict != VERDICT_PASS) {
		g_string_append_printf(why, "it fails: %s", bisect_judge_failure(r));
		return BISECT_SKIP;
	}
	if (!metric_of(j->metric, r, &value)) {
		g_string_append_printf(why, "it has no %s", j->metric->name);
		return BISECT_SKIP;
	}
	g_string_append_printf(why, "%s ", j->metric->name);
	metric_append(why, j->metric, value);
	if (j->reference <= 0)
		return BISECT_GOOD;
	worse = bisect_judge_worse(j->metric, value, j->reference);
	g_string_append_printf(why, ", %.3g %% %s", fabs(worse) * 100,
			       worse > 0 ? "worse" : "better");
	return worse > j->worse_by ? BISECT_BAD : BISECT_GOOD;
}

static enum bisect_outcome by_signature(const char *signature, const Result *r, GString *why)
{
	if (r->verdict == VERDICT_PASS)
		return BISECT_GOOD;
	if (!signature || g_str_equal(signature, bisect_judge_failure(r))) {
		g_string_append(why, bisect_judge_failure(r));
		return BISECT_BAD;
	}
	g_string_append_printf(why, "another failure: %s", bisect_judge_failure(r));
	return BISECT_SKIP;
}

enum bisect_outcome bisect_judge(const struct bisect_judge *j, const Result *r, GString *why)
{
	if (r->verdict == VERDICT_ERROR || r->verdict == VERDICT_SKIP) {
		g_string_append(why, bisect_judge_failure(r));
		return BISECT_SKIP;
	}
	if (j->check)
		return by_check(j->check, r, why);
	if (j->metric)
		return by_metric(j, r, why);
	return by_signature(j->signature, r, why);
}
