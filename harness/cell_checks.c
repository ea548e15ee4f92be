/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The passive checks of one cell, on every cell of every run
 */
#include "harness/cell_checks.h"

enum {
	N_NEWS = 3, /* that are named */
};

static void take(Result *r, const struct judge *j, struct judgement *seen)
{
	enum check_verdict v = seen->saw == JUDGE_SAW_BROKEN ? CHECK_FAIL : CHECK_RECORDED;

	if (seen->saw == JUDGE_SAW_KEPT)
		r->n_checks_passed++;
	if (seen->saw == JUDGE_SAW_BROKEN || seen->saw == JUDGE_SAW_VALUE)
		g_ptr_array_add(r->checks, check_result_new(j->id, v, g_strdup(seen->evidence),
							    seen->frames, seen->n_frames));
	judgement_clear(seen);
}

void cell_checks_judge(const char *dir, Result *r)
{
	g_autofree char *path = g_build_filename(dir, "journal.jsonl.gz", NULL);
	g_autoptr(Trace) t = trace_load(path, TRACE_N_FRAMES_FEW);
	const struct judge *j;

	for (unsigned i = 0; t && (j = judge_at(i)); i++) {
		struct judgement seen = judge_boot(j, t, NULL);

		take(r, j, &seen);
	}
}

static void mark_known(struct check_result *c, const Known *known, const char *client)
{
	bool is_broken = c->verdict == CHECK_FAIL || c->verdict == CHECK_WARN;
	const struct known_check *k = is_broken ? known_check(known, c->id, client) : NULL;

	c->known = k ? g_strdup(k->name) : NULL;
}

void cell_checks_weigh(const Checks *checks, const Known *known, Result *r)
{
	for (guint i = r->checks->len; i-- > 0;) {
		struct check_result *c = r->checks->pdata[i];
		const struct check *check = checks_find(checks, c->id);
		enum judge_saw saw = c->verdict == CHECK_FAIL ? JUDGE_SAW_BROKEN : JUDGE_SAW_VALUE;

		if (!check) {
			g_ptr_array_remove_index(r->checks, i);
			continue;
		}
		c->verdict = check_verdict(check, saw);
		mark_known(c, known, r->client);
	}
}

static bool is_news(const Checks *checks, const struct check_result *c)
{
	const struct check *check = checks_find(checks, c->id);

	return c->verdict == CHECK_FAIL && !c->known && check && check_is_proven(check);
}

void cell_checks_append_news(GString *out, const Checks *checks, const GPtrArray *results)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) first = g_string_new(NULL);
	unsigned n = 0;

	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		for (guint k = 0; k < r->checks->len; k++) {
			const struct check_result *c = r->checks->pdata[k];

			if (!is_news(checks, c) ||
			    !g_hash_table_add(seen, g_strjoin(" ", r->client, c->id, NULL)))
				continue;
			if (n++ < N_NEWS)
				g_string_append_printf(first, "%s%s of %s", n > 1 ? ", " : ": ",
						       c->id, r->client);
		}
	}
	if (n)
		g_string_append_printf(out,
				       "%u passive check%s broken that %s not known to be%s%s; see "
				       "`iplab check`\n",
				       n, n == 1 ? " is" : "s are", n == 1 ? "is" : "are",
				       first->str, n > N_NEWS ? ", ..." : "");
}
