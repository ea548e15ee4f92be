/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bisection: both ends first, then whatever the search wants to see, then the answer
 *
 * The search knows good ones first and bad ones behind them. Where the older ones fail, the series
 * is turned round for it.
 */
#include "harness/bisect.h"

#include <stdio.h>

#include "harness/bisect_tries.h"
#include "reports/stats.h"
#include "reports/text.h"

enum {
	N_END_FAILURES =
		5,        /* tell the rate well enough to know how often the other end must pass */
	N_END_VALUES = 9, /* of a metric that varies */
	N_RANGE_SHOWN = 20,
};

enum which {
	OLD_END,
	NEW_END,
	N_ENDS,
};

struct end {
	unsigned index; /* of the candidate */
	GPtrArray *results;
	unsigned n[BISECT_SKIP + 1]; /* of each outcome */
	GString *why;                /* the last boot's outcome */
};

typedef struct Bisect {
	const struct bisect_task *task;
	struct bisect_tries tries;
	BisectSearch *search;
	struct end ends[N_ENDS];
	enum which failing;
} Bisect;

static const char *what_they_are[] = {
	[BISECT_OVER_CLIENTS] = "client",
	[BISECT_OVER_IMAGES] = "image",
	[BISECT_OVER_GIT] = "commit",
};

static unsigned n_of(const Bisect *b)
{
	return b->task->series->candidates->len;
}

static struct bisect_candidate *candidate(const Bisect *b, unsigned index)
{
	return b->task->series->candidates->pdata[index];
}

static const char *label(const Bisect *b, unsigned index)
{
	return candidate(b, index)->label;
}

/* A line for each boot: what is known by now stands before what is of any length. */
static void print_step(const Bisect *b, unsigned index, enum bisect_outcome outcome,
		       const char *known, const char *why)
{
	g_autofree char *safe = text_safe(why);

	printf("%4u  %-16s  %-*s  %s%s%s\n", b->tries.n, bisect_outcome_name(outcome),
	       b->task->model.exact ? 9 : 18, known, label(b, index), *safe ? ": " : "", safe);
	fflush(stdout);
}

/* --- the ends --------------------------------------------------------------------------------- */

static bool try_end(Bisect *b, enum which which)
{
	struct end *e = &b->ends[which];
	enum bisect_outcome outcome;
	Result *r = bisect_try(&b->tries, e->index, &outcome, e->why);

	if (!r)
		return false;
	print_step(b, e->index, outcome, which == OLD_END ? "old end" : "new end", e->why->str);
	g_ptr_array_add(e->results, r);
	e->n[outcome]++;
	return true;
}

static bool has_room(const Bisect *b)
{
	return b->tries.n < b->task->n_boots_max;
}

static bool is_judged(const struct end *e)
{
	return e->n[BISECT_SKIP] <= e->n[BISECT_GOOD] + e->n[BISECT_BAD];
}

/* By turns, until one of them fails. */
static bool boot_until_failure(Bisect *b)
{
	struct end *old = &b->ends[OLD_END], *new = &b->ends[NEW_END];

	do {
		if (!try_end(b, NEW_END))
			return false;
		if (!is_judged(new))
			return true;
		if (!try_end(b, OLD_END))
			return false;
	} while (!b->task->model.exact && !old->n[BISECT_BAD] && !new->n[BISECT_BAD] &&
		 is_judged(old) && is_judged(new) && has_room(b));
	return true;
}

static bool fails(const struct end *e)
{
	return e->n[BISECT_BAD] > 0;
}

/* A good end fails, and nothing allows for that. */
static bool is_spoiled(const Bisect *b, const struct end *good)
{
	return fails(good) && (b->task->model.exact || b->task->model.false_rate <= 0);
}

/* How often the bad end fails, and then that the good one does not, which could be luck. */
static bool boot_ends_often(Bisect *b)
{
	struct end *bad = &b->ends[b->failing], *good = &b->ends[!b->failing];
	unsigned n_failures = b->task->model.exact ? 1 : N_END_FAILURES;

	while (bad->n[BISECT_BAD] < n_failures && is_judged(bad) && has_room(b))
		if (!try_end(b, b->failing))
			return false;
	for (guint i = 0; i < bad->results->len; i++) {
		g_autoptr(GString) why = g_string_new(NULL);

		bisect_search_add(b->search, n_of(b) - 1,
				  bisect_judge(&b->tries.judge, bad->results->pdata[i], why));
	}
	while (bisect_search_luck(b->search, good->n[BISECT_GOOD]) >
		       1 - b->task->model.confidence &&
	       is_judged(good) && !is_spoiled(b, good) && has_room(b))
		if (!try_end(b, !b->failing))
			return false;
	return true;
}

static bool wrong_ends(Bisect *b, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool wrong_ends(Bisect *b, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list args;

	va_start(args, format);
	message = g_strdup_vprintf(format, args);
	va_end(args);
	fprintf(stderr, "iplab bisect: %s\n", message);
	b->tries.stop = BISECT_WRONG_ENDS;
	return false;
}

/* An end that does not start is no wrong one: it tells nothing. */
static bool check_judged(Bisect *b, enum which which)
{
	const struct end *e = &b->ends[which];
	const Result *last = e->results->pdata[e->results->len - 1];

	if (is_judged(e))
		return true;
	wrong_ends(b, "the %s end, %s, cannot be judged: %s",
		   which == OLD_END ? b->task->old : b->task->new, label(b, e->index), e->why->str);
	if (last->verdict == VERDICT_SKIP || last->verdict == VERDICT_ERROR)
		b->tries.stop = BISECT_BROKEN;
	return false;
}

/* That a good one fails now and then may be allowed for. */
static bool is_as_bad(const struct end *good, const struct end *bad)
{
	unsigned n_good = good->n[BISECT_GOOD] + good->n[BISECT_BAD];
	unsigned n_bad = bad->n[BISECT_GOOD] + bad->n[BISECT_BAD];

	return 2 * good->n[BISECT_BAD] * n_bad >= bad->n[BISECT_BAD] * n_good;
}

static bool check_failing(Bisect *b)
{
	const struct bisect_task *t = b->task;
	const struct end *old = &b->ends[OLD_END], *new = &b->ends[NEW_END];
	const struct end *bad = &b->ends[b->failing], *good = &b->ends[!b->failing];

	if (!fails(old) && !fails(new))
		return wrong_ends(b, "neither end fails: %s (%s) passes, and so does %s (%s)%s",
				  label(b, old->index), t->old, label(b, new->index), t->new,
				  t->model.exact ? "; a failure that comes and goes wants --seeds N"
						 : "");
	if (is_spoiled(b, good) || (fails(good) && is_as_bad(good, bad)))
		return wrong_ends(b, "both ends fail: %s (%s) and %s (%s), with %s",
				  label(b, old->index), t->old, label(b, new->index), t->new,
				  bad->why->str);
	if (b->failing == OLD_END && !t->either_way)
		return wrong_ends(b,
				  "the ends are swapped: %s (%s) fails, and %s (%s) passes; the "
				  "first that works again is found with --term-old and --term-new",
				  label(b, old->index), t->old, label(b, new->index), t->new);
	return true;
}

static bool ends_by_failure(Bisect *b)
{
	if (!boot_until_failure(b) || !check_judged(b, NEW_END) || !check_judged(b, OLD_END))
		return false;
	b->failing = fails(&b->ends[NEW_END]) ? NEW_END : OLD_END;
	if (fails(&b->ends[OLD_END]) || fails(&b->ends[NEW_END]))
		if (!boot_ends_often(b))
			return false;
	return check_judged(b, NEW_END) && check_judged(b, OLD_END) && check_failing(b);
}

static double median_of(const Bisect *b, const struct end *e)
{
	g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(double));
	double v;

	for (guint i = 0; i < e->results->len; i++)
		if (metric_of(b->tries.judge.metric, e->results->pdata[i], &v))
			g_array_append_val(values, v);
	return stats_median((double *)(void *)values->data, values->len);
}

/* Which end is worse, and by how much: from there on a boot passes or fails like any other. */
static bool ends_by_metric(Bisect *b)
{
	const struct bisect_task *t = b->task;
	unsigned n = t->model.exact ? 1 : N_END_VALUES;
	double value[N_ENDS], worse;
	struct end *bad;

	for (unsigned i = 0; i < n; i++)
		if (!try_end(b, NEW_END) || !try_end(b, OLD_END))
			return false;
	if (!check_judged(b, NEW_END) || !check_judged(b, OLD_END))
		return false;
	for (enum which i = OLD_END; i < N_ENDS; i++)
		value[i] = median_of(b, &b->ends[i]);
	worse = bisect_judge_worse(b->tries.judge.metric, value[NEW_END], value[OLD_END]);
	b->failing = worse >= 0 ? NEW_END : OLD_END;
	bad = &b->ends[b->failing];
	b->tries.judge.reference = value[!b->failing];
	worse = bisect_judge_worse(b->tries.judge.metric, value[b->failing],
				   b->tries.judge.reference);
	if (worse <= t->judge.worse_by)
		return wrong_ends(b, "%s is %.3g %% worse than %s, which is not more than %.3g %%",
				  label(b, bad->index), worse * 100,
				  label(b, b->ends[!b->failing].index), t->judge.worse_by * 100);
	if (b->failing == OLD_END && !t->either_way)
		return wrong_ends(b, "the ends are swapped: %s (%s) is worse than %s (%s)",
				  label(b, bad->index), t->old, label(b, b->ends[NEW_END].index),
				  t->new);
	for (guint i = 0; i < bad->results->len; i++)
		bisect_search_add(b->search, n_of(b) - 1,
				  bisect_judge(&b->tries.judge, bad->results->pdata[i], bad->why));
	return true;
}

/* --- the search ------------------------------------------------------------------------------- */

/* The series as the search has it, and back. */
static unsigned turned(const Bisect *b, unsigned index)
{
	return b->failing == OLD_END ? n_of(b) - 1 - index : index;
}

/* The first of the newer sort, in the series. */
static void find_answer(const Bisect *b, struct bisect_answer *a)
{
	unsigned first, last;

	bisect_search_answer(b->search, a);
	if (b->failing == NEW_END)
		return;
	first = n_of(b) - a->last;
	last = n_of(b) - a->first;
	a->first = first;
	a->last = last;
}

/* "12 left", and how sure the likeliest answer is. */
static char *what_is_left(const Bisect *b)
{
	struct bisect_answer a;

	bisect_search_answer(b->search, &a);
	return b->task->model.exact
		       ? g_strdup_printf("%u left", a.n_left)
		       : g_strdup_printf("%u left, %.3g %%", a.n_left, a.posterior * 100);
}

static bool search(Bisect *b)
{
	g_autoptr(GString) why = g_string_new(NULL);
	enum bisect_outcome outcome;
	unsigned i;

	while (has_room(b) && bisect_search_next(b->search, &i)) {
		g_autoptr(Result) r = bisect_try(&b->tries, turned(b, i), &outcome, why);
		g_autofree char *left = NULL;

		if (!r)
			return false;
		bisect_search_add(b->search, i, outcome);
		left = what_is_left(b);
		print_step(b, turned(b, i), outcome, left, why->str);
	}
	return true;
}

static void print_range(const Bisect *b, const struct bisect_answer *a)
{
	unsigned n = a->last - a->first + 1;

	printf("one of these %u; those between cannot be judged:\n", n);
	for (unsigned i = 0; i < n && i < N_RANGE_SHOWN; i++)
		printf("    %s\n", label(b, a->first + i));
	if (n > N_RANGE_SHOWN)
		printf("    and %u more, to %s\n", n - N_RANGE_SHOWN, label(b, a->last));
}

static void print_reference(const Bisect *b)
{
	const struct bisect_judge *j = &b->tries.judge;
	g_autoptr(GString) value = g_string_new(NULL);

	metric_append(value, j->metric, j->reference);
	printf("  what counts: %s more than %.3g %% worse than %s\n", j->metric->name,
	       j->worse_by * 100, value->str);
}

static void print_certainty(const Bisect *b, const struct bisect_answer *a)
{
	if (b->task->model.exact)
		printf("  steps: %u; each boot is exact\n", b->tries.n);
	else
		printf("  steps: %u; sure to %.6g %%; where it fails, it does so in about %.0f %% "
		       "of "
		       "boots\n",
		       b->tries.n, a->posterior * 100, a->rate * 100);
}

static void print_evidence(const Bisect *b, const struct bisect_answer *a)
{
	const char *dir = b->task->log->dir;
	unsigned index = b->failing == NEW_END ? a->last : a->first - 1;
	const char *evidence = b->tries.evidence[index];

	if (evidence)
		printf("  it fails: iplab show --run %s/%s %s\n", dir, evidence,
		       candidate(b, index)->cell->scenario->name);
	printf("  all else: %s\n", dir);
}

static enum bisect_end report(Bisect *b)
{
	const struct bisect_task *t = b->task;
	const char *what = what_they_are[t->series->over];
	struct bisect_answer a;
	bool sure;

	find_answer(b, &a);
	sure = t->model.exact || a.posterior >= t->model.confidence;
	printf("\nFirst %s %s%s: ", t->new, what, sure ? "" : " (not as sure as was asked)");
	if (a.first == a.last)
		printf("%s\n", label(b, a.first));
	else
		print_range(b, &a);
	printf("  last %s %s: %s\n", t->old, what, label(b, a.first - 1));
	if (b->tries.judge.signature)
		printf("  failure: %s\n", b->tries.judge.signature);
	if (t->judge.metric)
		print_reference(b);
	print_certainty(b, &a);
	print_evidence(b, &a);
	if (!bisect_log_end(t->log, candidate(b, a.first)->name, candidate(b, a.last)->name,
			    a.posterior, b->tries.n, NULL))
		return BISECT_BROKEN;
	return sure && a.first == a.last ? BISECT_FOUND : BISECT_RANGE;
}

static void end_init(struct end *e, unsigned index)
{
	e->index = index;
	e->results = g_ptr_array_new_with_free_func((GDestroyNotify)result_free);
	e->why = g_string_new(NULL);
}

enum bisect_end bisect_run(const struct bisect_task *t)
{
	Bisect b = { .task = t };
	enum bisect_end end = BISECT_FOUND;
	unsigned n = t->series->candidates->len;

	bisect_tries_init(&b.tries, t);
	b.search = bisect_search_new(n, &t->model);
	end_init(&b.ends[OLD_END], 0);
	end_init(&b.ends[NEW_END], n - 1);
	if ((t->judge.metric ? ends_by_metric : ends_by_failure)(&b) && search(&b))
		end = report(&b);
	for (enum which i = OLD_END; i < N_ENDS; i++) {
		g_ptr_array_unref(b.ends[i].results);
		g_string_free(b.ends[i].why, TRUE);
	}
	bisect_search_free(b.search);
	if (b.tries.stop != BISECT_FOUND)
		end = b.tries.stop;
	bisect_tries_fini(&b.tries);
	return end;
}
