/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The passive checks of one cell, on every cell of every run
 */
#include "harness/cell_checks.h"

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

void cell_checks_weigh(const Checks *checks, Result *r)
{
	for (guint i = r->checks->len; i-- > 0;) {
		struct check_result *c = r->checks->pdata[i];
		const struct check *check = checks_find(checks, c->id);
		enum judge_saw saw = c->verdict == CHECK_FAIL ? JUDGE_SAW_BROKEN : JUDGE_SAW_VALUE;

		if (check)
			c->verdict = check_verdict(check, saw);
		else
			g_ptr_array_remove_index(r->checks, i);
	}
}
