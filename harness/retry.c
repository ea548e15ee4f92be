/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots that failed may be tried again
 */
#include "harness/retry.h"

enum {
	NS_PER_S = 1000 * 1000 * 1000,
};

/* The tries of one cell. */
struct tries {
	void *cell;
	unsigned n;
	Result *first;
	uint64_t due_ns; /* when it is tried again, if it waits */
};

struct Retry {
	unsigned n_retries;
	GHashTable *cells; /* cell -> struct tries */
	GQueue waiting;    /* of struct tries, who is due first at the head */
};

static void tries_free(void *data)
{
	struct tries *t = data;

	result_free(t->first);
	g_free(t);
}

Retry *retry_new(unsigned n_retries)
{
	Retry *t = g_new0(Retry, 1);

	t->n_retries = n_retries;
	t->cells = g_hash_table_new_full(NULL, NULL, NULL, tries_free);
	g_queue_init(&t->waiting);
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
static Result *make_flaky(const struct tries *t, const Result *r)
{
	Result *flaky = result_copy(r);

	flaky->verdict = VERDICT_FLAKY;
	set_reason(flaky, g_strdup_printf("passed at try %u; the first one: %s: %s", t->n,
					  verdict_name(t->first->verdict),
					  t->first->reason ? t->first->reason : "no reason"));
	return flaky;
}

/* Its files are those of the first try. */
static Result *give_up(const struct tries *t)
{
	Result *r = result_copy(t->first);

	if (t->n > 1)
		set_reason(r,
			   g_strdup_printf("%s (and no pass in %u tries)",
					   r->reason ? r->reason : verdict_name(r->verdict), t->n));
	return r;
}

static struct tries *tries_of(Retry *t, void *cell, const Result *r)
{
	struct tries *tries = g_hash_table_lookup(t->cells, cell);

	if (tries)
		return tries;
	tries = g_new0(struct tries, 1);
	tries->cell = cell;
	tries->first = result_copy(r);
	g_hash_table_insert(t->cells, cell, tries);
	return tries;
}

/* The result of all tries; NULL: there must be another one. */
static Result *conclude(const struct tries *t, const Result *r, bool enough)
{
	if (!is_bad(r))
		return t->n > 1 && r->verdict == VERDICT_PASS ? make_flaky(t, r) : result_copy(r);
	return enough ? give_up(t) : NULL;
}

static int by_due(const void *a, const void *b, void *data)
{
	const struct tries *x = a, *y = b;

	(void)data;
	return x->due_ns <= y->due_ns ? -1 : 1; /* who came first stays first */
}

/* How long to wait after so many tries. */
static uint64_t pause_ns(unsigned n)
{
	uint64_t s = RETRY_FIRST_S;

	while (--n && s < RETRY_LONGEST_S)
		s *= 2;
	return s * NS_PER_S;
}

Result *retry_add(Retry *t, void *cell, const Result *r, bool expected, uint64_t now_ns)
{
	struct tries *tries = tries_of(t, cell, r);
	Result *whole;

	tries->n++;
	whole = conclude(tries, r, expected || tries->n > t->n_retries);
	if (whole) {
		g_hash_table_remove(t->cells, cell);
		return whole;
	}
	tries->due_ns = now_ns + pause_ns(tries->n);
	g_queue_insert_sorted(&t->waiting, tries, by_due, NULL);
	return NULL;
}

void *retry_next(Retry *t, uint64_t now_ns)
{
	const struct tries *first = g_queue_peek_head(&t->waiting);

	if (!first || first->due_ns > now_ns)
		return NULL;
	g_queue_pop_head(&t->waiting);
	return first->cell;
}

uint64_t retry_wait_ns(const Retry *t, uint64_t now_ns)
{
	const struct tries *first = t->waiting.head ? t->waiting.head->data : NULL;

	if (!first)
		return 0;
	return first->due_ns > now_ns ? first->due_ns - now_ns : 1;
}

unsigned retry_n_tried(const Retry *t, const void *cell)
{
	const struct tries *tries = g_hash_table_lookup(t->cells, cell);

	return tries ? tries->n : 0;
}

void retry_free(Retry *t)
{
	if (!t)
		return;
	g_queue_clear(&t->waiting);
	g_hash_table_unref(t->cells);
	g_free(t);
}
