/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a boot the same every time?
 */
#include "harness/verify.h"

#include "harness/journal_diff.h"
#include "harness/tree.h"

struct Verify {
	unsigned n_runs, n_done, n_different;
	Result *first;
	char *first_dir;
	char *difference; /* of the first run that was not like the first one */
};

Verify *verify_new(unsigned n_runs)
{
	Verify *v = g_new0(Verify, 1);

	v->n_runs = n_runs;
	return v;
}

/* The first line in which two journals differ, in words. */
static char *first_difference(const char *dir_a, const char *dir_b)
{
	g_autofree char *a = g_build_filename(dir_a, "journal.jsonl.gz", NULL);
	g_autofree char *b = g_build_filename(dir_b, "journal.jsonl.gz", NULL);
	struct journal_diff d;
	char *words;

	journal_diff_load(&d, a, b);
	words = g_strdup_printf("line %u is %s, and in %s it is %s", d.n_equal + 1,
				d.a ? d.a : "not there", dir_b, d.b ? d.b : "not there");
	journal_diff_fini(&d);
	return words;
}

/* Why a run has no journal to compare, or is not like the first; NULL: it is. */
static char *compare(const Verify *v, const char *dir, const Result *r)
{
	if (!r->journal_sha256)
		return g_strdup_printf("a run has no journal: %s",
				       r->reason ? r->reason : verdict_name(r->verdict));
	if (!v->first->journal_sha256 || g_str_equal(r->journal_sha256, v->first->journal_sha256))
		return NULL;
	return first_difference(v->first_dir, dir);
}

static Result *conclude(Verify *v)
{
	Result *r = g_steal_pointer(&v->first);

	if (v->difference) {
		r->verdict = VERDICT_ERROR;
		g_free(r->reason);
		r->reason = g_strdup_printf("%u of %u runs differ: %s", v->n_different, v->n_runs,
					    v->difference);
	}
	return r;
}

/* Of two folders that hold the same one goes: never one that others lie in. */
static void keep_one(Verify *v, const char *dir)
{
	g_autofree char *below = g_strconcat(dir, "/", NULL);

	if (!g_str_has_prefix(v->first_dir, below)) {
		tree_remove(dir);
		return;
	}
	tree_remove(v->first_dir);
	g_free(v->first_dir);
	v->first_dir = g_strdup(dir);
}

Result *verify_add(Verify *v, const char *dir, const Result *r)
{
	g_autofree char *difference = NULL;

	if (!v->first) {
		v->first = result_copy(r);
		v->first_dir = g_strdup(dir);
	}
	difference = compare(v, dir, r);
	if (difference) {
		v->n_different++;
		if (!v->difference)
			v->difference = g_steal_pointer(&difference);
	} else if (!g_str_equal(dir, v->first_dir)) {
		keep_one(v, dir);
	}
	return ++v->n_done == v->n_runs ? conclude(v) : NULL;
}

void verify_free(Verify *v)
{
	if (!v)
		return;
	result_free(v->first);
	g_free(v->first_dir);
	g_free(v->difference);
	g_free(v);
}
