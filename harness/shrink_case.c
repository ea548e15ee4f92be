/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A failing boot, shrunk to what it needs
 *
 * A candidate is a text: whatever is left out, what is booted is a scenario file. One that does not
 * load (a rule is gone that another key needs) is one that does not fail.
 */
#include "harness/shrink_case.h"

#include <glib/gstdio.h>

#include "harness/attempt.h"
#include "harness/decisions.h"
#include "harness/scenario_sweep.h"
#include "harness/scenario_text.h"
#include "harness/shrink.h"
#include "harness/tree.h"

struct work {
	const struct shrink_case *c;
	char *name;       /* of the scenario that is booted */
	unsigned n_boots; /* so far */
	bool interrupted, is_short;
	Result *last; /* of the last single boot */
	char *last_dir;
	/* What a step makes texts of: of @maker, with a set of its elements. */
	char *(*text_of)(const void *maker, const bool *in);
	const void *maker;
	const char *what;
};

GQuark shrink_case_error_quark(void)
{
	return g_quark_from_static_string("shrink-case-error-quark");
}

/* --- booting texts --- */

static bool shows(const struct work *w, const Result *r)
{
	return r && r->signature && g_str_equal(r->signature, w->c->signature);
}

/* A boot of a text; its scenario is NULL, with @error set, if it does not load. */
static void prepare(struct work *w, struct attempt *a, const char *text, GError **error)
{
	g_autofree char *path = NULL;

	*a = (struct attempt){
		.client = w->c->client,
		.server = w->c->server,
		.seed = w->c->seed,
		.is_virtual = w->c->is_virtual,
		.overrides = w->c->overrides,
		.dir = g_strdup_printf("%s/boot-%u", w->c->dir, ++w->n_boots),
	};
	path = g_build_filename(a->dir, "scenario.ini", NULL);
	if (g_mkdir_with_parents(a->dir, 0777))
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s cannot be made", a->dir);
	else if (g_file_set_contents(path, text, -1, error))
		a->scenario = scenario_load(path, w->name, error);
}

static void let_go(struct attempt *a, bool keep)
{
	if (!keep)
		tree_remove(a->dir);
	g_free(a->dir);
	scenario_free(a->scenario);
	if (a->result)
		result_free(a->result);
}

static bool try_sets(void *self, const bool *const *sets, unsigned n_sets, bool *fails)
{
	struct work *w = self;
	g_autofree struct attempt *all = g_new0(struct attempt, n_sets);
	g_autofree unsigned *which = g_new0(unsigned, n_sets);
	unsigned n = 0;

	for (unsigned i = 0; i < n_sets; i++) {
		g_autofree char *text = w->text_of(w->maker, sets[i]);

		prepare(w, &all[n], text, NULL);
		which[n] = i;
		if (all[n].scenario)
			n++;
		else
			let_go(&all[n], false);
	}
	w->interrupted = n && !attempts_run(all, n, w->c->n_workers);
	for (unsigned i = 0; i < n; i++) {
		fails[which[i]] = shows(w, all[i].result);
		let_go(&all[i], false);
	}
	return !w->interrupted;
}

static bool is_interrupted(const struct work *w, GError **error)
{
	if (w->interrupted)
		g_set_error_literal(error, SHRINK_CASE_ERROR, SHRINK_CASE_ERROR_INTERRUPTED,
				    "interrupted");
	return w->interrupted;
}

/* Boot one, and keep what it leaves. False with @error set: there was no boot. */
static bool boot(struct work *w, const char *text, GError **error)
{
	g_autoptr(GError) cause = NULL;
	struct attempt a;

	if (w->last_dir)
		tree_remove(w->last_dir);
	g_clear_pointer(&w->last_dir, g_free);
	g_clear_pointer(&w->last, result_free);
	prepare(w, &a, text, &cause);
	if (a.scenario) {
		w->interrupted = !attempt_run(&a);
		w->last = g_steal_pointer(&a.result);
	}
	w->last_dir = g_strdup(a.dir);
	let_go(&a, true);
	if (cause)
		g_set_error(error, SHRINK_CASE_ERROR, SHRINK_CASE_ERROR_SCENARIO, "%s",
			    cause->message);
	if (cause || is_interrupted(w, error))
		return false;
	if (w->last->verdict != VERDICT_ERROR && w->last->verdict != VERDICT_SKIP)
		return true;
	g_set_error(error, SHRINK_CASE_ERROR, SHRINK_CASE_ERROR_RUN, "%s",
		    w->last->reason ? w->last->reason : "it could not be booted");
	return false;
}

/* The same, and it must show the failure. */
static bool verify(struct work *w, const char *text, GError **error)
{
	if (!boot(w, text, error))
		return false;
	if (shows(w, w->last))
		return true;
	g_set_error(error, SHRINK_CASE_ERROR, SHRINK_CASE_ERROR_OTHER,
		    "the boot %s%s; looked for is %s",
		    w->last->signature ? "fails with " : "does not fail",
		    w->last->signature ? w->last->signature : "", w->c->signature);
	return false;
}

/* --- steps --- */

static void on_progress(void *self, unsigned n_left, unsigned n_tries)
{
	const struct work *w = self;

	(void)n_tries;
	if (w->c->progress)
		w->c->progress(w->c->self, w->what, n_left, w->n_boots);
}

/* Leave out what is not needed of @n elements. False: interrupted. */
static bool reduce(struct work *w, const char *what, unsigned n, bool *left)
{
	unsigned n_max = w->c->n_boots_max;
	struct shrink_ops ops = {
		.try_sets = try_sets,
		.progress = on_progress,
		.self = w,
		.n_at_once = w->c->n_workers,
		.n_tries_max = n_max > w->n_boots ? n_max - w->n_boots : 0,
	};
	struct shrink_result r;

	w->what = what;
	on_progress(w, n, 0);
	r = shrink(n, &ops, left);
	w->is_short |= !r.is_minimal;
	return !w->interrupted;
}

static char *text_of_parts(const void *maker, const bool *in)
{
	return scenario_text_with(maker, in);
}

struct with_decisions {
	const char *text;
	const GPtrArray *decisions;
};

static char *text_of_decisions(const void *maker, const bool *in)
{
	const struct with_decisions *d = maker;

	return decisions_by_name(d->text, d->decisions, in);
}

/* Parts of the scenario. */
static char *shrink_parts(struct work *w, const ScenarioText *parts, const char *what,
			  char ***names)
{
	unsigned n = scenario_text_n_parts(parts);
	g_autofree bool *left = g_new0(bool, n + 1);
	g_autoptr(GPtrArray) list = g_ptr_array_new();

	w->text_of = text_of_parts;
	w->maker = parts;
	if (!reduce(w, what, n, left))
		return NULL;
	for (unsigned i = 0; i < n; i++)
		if (left[i])
			g_ptr_array_add(list, g_strdup(scenario_text_part(parts, i)));
	g_ptr_array_add(list, NULL);
	g_strfreev(*names);
	*names = (char **)g_ptr_array_steal(list, NULL);
	return scenario_text_with(parts, left);
}

static char **names_of(const GPtrArray *decisions, const bool *in)
{
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < decisions->len; i++)
		if (in[i])
			g_ptr_array_add(names,
					g_strdup(((struct decision *)decisions->pdata[i])->name));
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

/* A rule that turned out not to be needed: nor is its decision. */
static void forget_decisions(ShrunkCase *out)
{
	char **to = out->decisions;

	for (unsigned i = 0; out->decisions[i]; i++) {
		g_autofree char *rule = g_strdup_printf("rule.decision-%u", i + 1);
		char *name = g_steal_pointer(&out->decisions[i]);

		if (g_strv_contains((const char *const *)out->parts, rule))
			*to++ = name;
		else
			g_free(name);
	}
}

/* The scenario with its decisions as rules, if that shows the failure, and what of that is needed.
 */
static bool say_as_rules(struct work *w, const struct with_decisions *d, const bool *in,
			 ShrunkCase *out, GError **error)
{
	bool needs_seed;
	g_autofree char *text = decisions_as_rules(d->text, d->decisions, in, &needs_seed);
	g_autoptr(ScenarioText) parts = scenario_text_parse(text, NULL, error);
	char *shrunk;

	if (!parts)
		return false;
	if (!boot(w, text, NULL) || !shows(w, w->last))
		return !is_interrupted(w, error);
	shrunk = shrink_parts(w, parts, "rules", &out->parts);
	if (!shrunk)
		return !is_interrupted(w, error);
	g_free(out->text);
	out->text = shrunk;
	out->needs_seed = needs_seed;
	if (!needs_seed)
		forget_decisions(out);
	return true;
}

/* What the network decided in the boot of @text; then with less of it. */
static bool shrink_decisions(struct work *w, ShrunkCase *out, GError **error)
{
	g_autofree char *journal = NULL, *text = NULL;
	g_autofree bool *left = NULL;
	g_autoptr(GPtrArray) decisions = NULL;
	struct with_decisions d;

	if (!verify(w, out->text, error))
		return false;
	journal = g_build_filename(w->last_dir, "journal.jsonl.gz", NULL);
	decisions = decisions_of_journal(journal);
	left = g_new0(bool, decisions->len + 1);
	out->n_decisions = MAX(out->n_decisions, decisions->len);
	d = (struct with_decisions){ out->text, decisions };
	w->text_of = text_of_decisions;
	w->maker = &d;
	if (!reduce(w, "decisions", decisions->len, left))
		return !is_interrupted(w, error);
	out->decisions = names_of(decisions, left);
	if (!decisions->len)
		return true;
	text = g_strdup(out->text);
	d.text = text;
	g_free(out->text);
	out->text = decisions_by_name(text, decisions, left);
	out->needs_seed = out->decisions[0] != NULL;
	return say_as_rules(w, &d, left, out, error);
}

/* --- all of it --- */

/* The scenario's text as one of its own: no sweep, and paths that are right anywhere. */
static ScenarioText *take_apart(struct work *w, GError **error)
{
	g_autofree char *path = g_build_filename(w->c->dir, "whole.ini", NULL);
	g_autoptr(ScenarioText) t = scenario_text_parse(w->c->text, w->c->folder, error);
	g_autoptr(Scenario) s = NULL;
	g_autofree char *all = t ? scenario_text_with(t, NULL) : NULL;

	if (!t || !g_file_set_contents(path, all, -1, error))
		return NULL;
	s = scenario_load(path, w->c->name, error);
	g_unlink(path);
	if (!s)
		return NULL;
	if (s->sweep.at)
		scenario_text_flatten(t, s->sweep.key, s->sweep.at);
	return g_steal_pointer(&t);
}

/* What it is, for who finds the file. */
static void add_head(const struct shrink_case *c, ShrunkCase *s)
{
	GString *head = g_string_new(NULL);
	g_autofree char *rest = s->text;

	g_string_append_printf(head, "# %s with %s.\n", c->client->name, c->signature);
	g_string_append_printf(head,
			       "# Shrunk from %s, seed %" G_GUINT64_FORMAT
			       ": %u of %u decisions are needed%s\n",
			       c->name, c->seed, g_strv_length(s->decisions), s->n_decisions,
			       g_strv_length(s->decisions) ? ":" : ".");
	for (char **d = s->decisions; *d; d++)
		g_string_append_printf(head, "#   %s\n", *d);
	if (s->needs_seed)
		g_string_append_printf(head, "# Run it with --seed %" G_GUINT64_FORMAT ".\n",
				       c->seed);
	g_string_append_printf(head, "\n%s", rest);
	s->text = g_string_free(head, FALSE);
}

static bool shrink_all(struct work *w, ShrunkCase *out, GError **error)
{
	g_autoptr(ScenarioText) parts = take_apart(w, error);
	g_autofree char *journal = NULL;
	g_autoptr(GPtrArray) before = NULL;

	if (!parts)
		return false;
	out->n_parts = scenario_text_n_parts(parts);
	out->text = scenario_text_with(parts, NULL);
	if (!verify(w, out->text, error))
		return false;
	journal = g_build_filename(w->last_dir, "journal.jsonl.gz", NULL);
	before = decisions_of_journal(journal);
	out->n_decisions = before->len;
	g_free(out->text);
	out->text = shrink_parts(w, parts, "parts of the scenario", &out->parts);
	if (!out->text)
		return !is_interrupted(w, error);
	if (!shrink_decisions(w, out, error))
		return false;
	add_head(w->c, out);
	if (!verify(w, out->text, error))
		return false;
	out->dir = g_strdup(w->last_dir);
	out->n_boots = w->n_boots;
	out->is_minimal = !w->is_short;
	return true;
}

ShrunkCase *shrink_case(const struct shrink_case *c, GError **error)
{
	struct work w = { .c = c, .name = g_strndup(c->name, scenario_sweep_base_len(c->name)) };
	g_autoptr(ShrunkCase) out = g_new0(ShrunkCase, 1);
	bool ok = true;

	if (g_mkdir_with_parents(c->dir, 0777)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s cannot be made", c->dir);
		ok = false;
	}
	ok = ok && shrink_all(&w, out, error);
	g_free(w.name);
	g_free(w.last_dir);
	if (w.last)
		result_free(w.last);
	return ok ? g_steal_pointer(&out) : NULL;
}

void shrunk_case_free(ShrunkCase *s)
{
	if (!s)
		return;
	g_free(s->text);
	g_strfreev(s->decisions);
	g_strfreev(s->parts);
	g_free(s->dir);
	g_free(s);
}
