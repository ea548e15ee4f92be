/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a boot the same every time?
 */
#include "harness/verify.h"

#include <string.h>
#include <zlib.h>

#include "harness/tree.h"

enum {
	LINE_BYTES_MAX = 64 * 1024,
};

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

/* The next line without its end, or NULL. */
static char *next_line(gzFile f, char *buf)
{
	if (!f || !gzgets(f, buf, LINE_BYTES_MAX))
		return NULL;
	buf[strcspn(buf, "\n")] = 0;
	return buf;
}

static gzFile open_journal(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "journal.jsonl.gz", NULL);

	return gzopen(path, "rb");
}

/* The first line in which two journals differ, in words. */
static char *first_difference(const char *dir_a, const char *dir_b)
{
	g_autofree char *buf_a = g_malloc(LINE_BYTES_MAX), *buf_b = g_malloc(LINE_BYTES_MAX);
	gzFile a = open_journal(dir_a), b = open_journal(dir_b);
	char *line_a, *line_b;
	unsigned n = 0;

	do {
		line_a = next_line(a, buf_a);
		line_b = next_line(b, buf_b);
		n++;
	} while (line_a && line_b && g_str_equal(line_a, line_b));
	if (a)
		gzclose(a);
	if (b)
		gzclose(b);
	return g_strdup_printf("line %u is %s, and in %s it is %s", n,
			       line_a ? line_a : "not there", dir_b, line_b ? line_b : "not there");
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
