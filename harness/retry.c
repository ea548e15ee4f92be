/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot that failed may be tried again
 */
#include "harness/retry.h"

struct Retry {
	unsigned n_retries, n_tried;
	Result *first; /* NULL: it was not tried yet */
};

Retry *retry_new(unsigned n_retries)
{
	Retry *t = g_new0(Retry, 1);

	t->n_retries = n_retries;
	return t;
}

static bool is_bad(const Result *r)
{
	return r->verdict == VERDICT_FAIL || r->verdict == VERDICT_ERROR;
}

static void set_reason(Result *r, char *reason)
{
	g_free(r->reason);
	r->reason = reason;
}

/* It failed before, and now it does not: what it measured is of the boot that went well. */
static Result *make_flaky(const Retry *t, const Result *r)
{
	Result *flaky = result_copy(r);

	flaky->verdict = VERDICT_FLAKY;
	set_reason(flaky, g_strdup_printf("passed at try %u; the first one: %s: %s", t->n_tried,
					  verdict_name(t->first->verdict),
					  t->first->reason ? t->first->reason : "no reason"));
	return flaky;
}

/* Its files are those of the first try. */
static Result *give_up(const Retry *t)
{
	Result *r = result_copy(t->first);

	if (t->n_tried > 1)
		set_reason(r, g_strdup_printf("%s (and no pass in %u tries)",
					      r->reason ? r->reason : verdict_name(r->verdict),
					      t->n_tried));
	return r;
}

Result *retry_add(Retry *t, const Result *r, bool expected)
{
	t->n_tried++;
	if (!t->first)
		t->first = result_copy(r);
	if (!is_bad(r))
		return t->n_tried > 1 && r->verdict == VERDICT_PASS ? make_flaky(t, r)
								    : result_copy(r);
	if (!expected && t->n_tried <= t->n_retries)
		return NULL;
	return give_up(t);
}

unsigned retry_n_tried(const Retry *t)
{
	return t->n_tried;
}

void retry_free(Retry *t)
{
	if (!t)
		return;
	result_free(t->first);
	g_free(t);
}
