/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boots of a bisection
 */
#include "harness/bisect_tries.h"

#include <stdio.h>
#include <string.h>

#include "harness/bisect_boot.h"
#include "harness/child.h"
#include "harness/interrupt.h"
#include "harness/worker_job.h"

enum {
	NAME_LEN = 40, /* of a candidate, in names of folders */
};

void bisect_tries_init(struct bisect_tries *t, const struct bisect_task *task)
{
	*t = (struct bisect_tries){ .task = task, .judge = task->judge, .stop = BISECT_FOUND };
	t->judge.signature = g_strdup(task->judge.signature);
	t->evidence = g_new0(char *, task->series->candidates->len);
}

static struct bisect_candidate *candidate_at(const struct bisect_tries *t, unsigned index)
{
	return t->task->series->candidates->pdata[index];
}

static char *boot_dir(const struct bisect_tries *t, const struct bisect_candidate *c)
{
	size_t len = strcspn(c->label, " ");
	g_autofree char *name = g_strndup(c->label, MIN(len, NAME_LEN));

	g_strcanon(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.", '-');
	return g_strdup_printf("boots/%03u-%s", t->n + 1, name);
}

/* What is not there cannot be booted: a result of that sort. */
static Result *unbuilt(const struct bisect_candidate *c, const char *why)
{
	Result *r = worker_job_blank(c->cell);

	r->verdict = VERDICT_SKIP;
	r->reason = g_strdup(why);
	return r;
}

/* NULL with @error set if there can be none, for a reason that is not the candidate's. */
static Result *boot_now(const struct bisect_tries *t, struct bisect_candidate *c, uint64_t seed,
			const char *dir, GError **error)
{
	g_autofree char *path = g_build_filename(t->task->log->dir, dir, NULL);
	struct bisect_boot boot = {
		.cell = c->cell,
		.seed = seed,
		.files = &c->files,
		.check = t->task->check,
		.control = t->task->control,
		.dir = path,
	};
	g_autoptr(GError) cause = NULL;
	Result *r;

	if (!bisect_series_prepare(t->task->series, c, &cause)) {
		if (g_error_matches(cause, BISECT_SERIES_ERROR, BISECT_SERIES_ERROR_BUILD))
			return unbuilt(c, cause->message);
		g_propagate_error(error, g_steal_pointer(&cause));
		return NULL;
	}
	r = bisect_boot(&boot);
	if (!r)
		g_set_error(error, CHILD_ERROR, CHILD_ERROR_INTERRUPTED, "interrupted");
	return r;
}

static bool stop(struct bisect_tries *t, const GError *error)
{
	bool interrupted = g_error_matches(error, CHILD_ERROR, CHILD_ERROR_INTERRUPTED);

	fprintf(stderr, "iplab bisect: %s\n", error->message);
	if (interrupted)
		fprintf(stderr, "iplab bisect: --resume %s goes on\n", t->task->log->dir);
	t->stop = interrupted ? BISECT_INTERRUPTED : BISECT_BROKEN;
	return false;
}

/* The failure that is looked for is the first one that an end shows. */
static void learn_failure(struct bisect_tries *t, const Result *r, enum bisect_outcome outcome)
{
	bool by_signature = !t->judge.check && !t->judge.metric;

	if (outcome == BISECT_BAD && by_signature && !t->judge.signature)
		t->judge.signature = g_strdup(bisect_judge_failure(r));
}

Result *bisect_try(struct bisect_tries *t, unsigned index, enum bisect_outcome *outcome,
		   GString *why)
{
	struct bisect_candidate *c = candidate_at(t, index);
	uint64_t seed = t->task->seed + (t->task->model.exact ? 0 : t->n);
	const struct bisect_record *past = bisect_log_find(t->task->log, c->name, seed);
	g_autofree char *dir = past ? g_strdup(past->dir) : boot_dir(t, c);
	g_autoptr(GError) error = NULL;
	g_autoptr(Result) r = NULL;

	if (interrupt_came())
		g_set_error(&error, CHILD_ERROR, CHILD_ERROR_INTERRUPTED, "interrupted");
	else
		r = past ? result_copy(past->result) : boot_now(t, c, seed, dir, &error);
	if (!r) {
		stop(t, error);
		return NULL;
	}
	t->n++;
	g_string_truncate(why, 0);
	*outcome = bisect_judge(&t->judge, r, why);
	learn_failure(t, r, *outcome);
	if (!past && !bisect_log_add(t->task->log, c->name, seed, dir,
				     bisect_outcome_name(*outcome), why->str, r, &error)) {
		stop(t, error);
		return NULL;
	}
	/* Whether a value is bad is not known before both ends have one. */
	if (!t->evidence[index] && (*outcome == BISECT_BAD || t->judge.metric))
		t->evidence[index] = g_steal_pointer(&dir);
	return g_steal_pointer(&r);
}

void bisect_tries_fini(struct bisect_tries *t)
{
	for (guint i = 0; i < t->task->series->candidates->len; i++)
		g_free(t->evidence[i]);
	g_free(t->evidence);
	g_free(t->judge.signature);
}
