/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue held against a run: what each client came to in each check
 */
#include "harness/conformance.h"

struct Conformance {
	const Checks *checks;
	const Catalogue *clients; /* NULL: nothing is known of them */
	const char *dir;          /* during conformance_judge() */
	const GPtrArray *results; /* likewise */
	GPtrArray *names;         /* of char * */
	GHashTable *booted;       /* of those in names */
	GHashTable *entries;      /* "client id" -> struct conformance_entry */
	GHashTable *traces;       /* cell -> Trace: controls, of the client under way */
};

static void entry_free(void *entry)
{
	struct conformance_entry *e = entry;

	check_result_free(e->seen);
	g_free(e->cell);
	g_free(e);
}

static bool was_booted(const Result *r)
{
	return r->verdict != VERDICT_SKIP && r->verdict != VERDICT_ERROR;
}

/* --- traces --- */

static Trace *load(const Conformance *c, const Result *r)
{
	g_autofree char *path =
		g_build_filename(c->dir, "cells", r->cell, "journal.jsonl.gz", NULL);

	return trace_load(path, TRACE_N_FRAMES_MAX);
}

/* The boot of the same client, server and seed in another scenario; NULL: it is not there. */
static const Result *find_control(const Conformance *c, const Result *r, const char *scenario)
{
	for (guint i = 0; i < c->results->len; i++) {
		const Result *o = c->results->pdata[i];

		if (was_booted(o) && g_str_equal(o->client, r->client) &&
		    g_str_equal(o->server, r->server) && o->seed == r->seed &&
		    g_str_equal(o->scenario, scenario) && !g_strcmp0(o->clock, r->clock))
			return o;
	}
	return NULL;
}

/* Controls serve many checks: they are kept while their client is under way. */
static const Trace *control_of(Conformance *c, const Result *r, const struct check *check)
{
	const Result *control = find_control(c, r, check->control);
	Trace *t = control ? g_hash_table_lookup(c->traces, control->cell) : NULL;

	if (!control || t)
		return t;
	t = load(c, control);
	if (t)
		g_hash_table_insert(c->traces, control->cell, t);
	return t;
}

/* --- judging --- */

static char *key_of(const char *client, const char *id)
{
	return g_strconcat(client, " ", id, NULL);
}

static struct conformance_entry *find(const Conformance *c, const struct check *check,
				      const char *client)
{
	g_autofree char *key = key_of(client, check->id);

	return g_hash_table_lookup(c->entries, key);
}

static bool matches_any(char **patterns, const char *id)
{
	for (; patterns && *patterns; patterns++)
		if (g_pattern_match_simple(*patterns, id))
			return true;
	return false;
}

/* What its file says of a client. */
static bool is_applicable(const Conformance *c, const struct check *check, const char *client)
{
	for (guint i = 0; c->clients && i < c->clients->clients->len; i++) {
		const Client *x = c->clients->clients->pdata[i];

		if (g_str_equal(x->name, client))
			return !matches_any(x->not_applicable, check->id);
	}
	return true;
}

static void add_client(Conformance *c, const char *client)
{
	for (guint i = 0; i < c->names->len; i++)
		if (g_str_equal(c->names->pdata[i], client))
			return;
	g_ptr_array_add(c->names, g_strdup(client));
	for (guint i = 0; i < c->checks->all->len; i++) {
		const struct check *check = c->checks->all->pdata[i];
		struct conformance_entry *e = g_new0(struct conformance_entry, 1);

		e->check = check;
		e->client = g_ptr_array_index(c->names, c->names->len - 1);
		e->seen = check_result_new(check->id,
					   is_applicable(c, check, client) ? CHECK_NOT_OBSERVED
									   : CHECK_NOT_APPLICABLE,
					   NULL, NULL, 0);
		g_hash_table_insert(c->entries, key_of(client, check->id), e);
	}
}

/* The worst counts; of equals the first. */
static void take(struct conformance_entry *e, const Result *r, const struct judgement *seen)
{
	enum check_verdict v = check_verdict(e->check, seen->saw);

	if (v <= e->seen->verdict)
		return;
	check_result_free(e->seen);
	e->seen = check_result_new(e->check->id, v, g_strdup(seen->evidence), seen->frames,
				   seen->n_frames);
	g_free(e->cell);
	e->cell = g_strdup(r->cell);
}

/* Passive checks are judged of every boot, active ones of their scenario only. */
static bool is_judged_by(const struct check *check, const Result *r)
{
	return check->judge &&
	       (check->kind == CHECK_PASSIVE || g_str_equal(check->scenario, r->scenario));
}

static void judge_cell(Conformance *c, const Result *r)
{
	g_autoptr(Trace) t = load(c, r);

	for (guint i = 0; t && i < c->checks->all->len; i++) {
		const struct check *check = c->checks->all->pdata[i];
		struct conformance_entry *e;
		struct judgement seen;

		if (!is_judged_by(check, r))
			continue;
		e = find(c, check, r->client);
		if (e->seen->verdict == CHECK_NOT_APPLICABLE)
			continue;
		seen = judge_boot(check->judge, t,
				  check->kind == CHECK_ACTIVE ? control_of(c, r, check) : NULL);
		take(e, r, &seen);
		judgement_clear(&seen);
	}
}

static bool has_booted(const Conformance *c, const char *client, const char *scenario)
{
	for (guint i = 0; i < c->results->len; i++) {
		const Result *r = c->results->pdata[i];

		if (g_str_equal(r->client, client) && g_str_equal(r->scenario, scenario))
			return true;
	}
	return false;
}

/* What a client on the wall clock was not asked. */
static void excuse(Conformance *c, const char *client)
{
	for (guint i = 0; i < c->checks->all->len; i++) {
		const struct check *check = c->checks->all->pdata[i];
		struct conformance_entry *e = find(c, check, client);

		if (check->kind != CHECK_ACTIVE || check->planned ||
		    e->seen->verdict != CHECK_NOT_OBSERVED ||
		    has_booted(c, client, check->scenario))
			continue;
		check_result_free(e->seen);
		e->seen = check_result_new(check->id, CHECK_NOT_OBSERVED,
					   g_strdup(CONFORMANCE_WALL_CLOCK), NULL, 0);
	}
}

static bool is_on_wall(const Conformance *c, const char *client)
{
	for (guint i = 0; i < c->results->len; i++) {
		const Result *r = c->results->pdata[i];

		if (g_str_equal(r->client, client))
			return !g_strcmp0(r->clock, "wall");
	}
	return false;
}

static void judge_client(Conformance *c, const char *client)
{
	for (guint i = 0; i < c->results->len; i++) {
		const Result *r = c->results->pdata[i];

		if (!g_str_equal(r->client, client) || !was_booted(r))
			continue;
		g_hash_table_add(c->booted, (void *)client);
		judge_cell(c, r);
	}
	g_hash_table_remove_all(c->traces);
	if (is_on_wall(c, client))
		excuse(c, client);
}

/* Results come in the order of ending, which is another each time. */
static int by_cell(const void *a, const void *b)
{
	const Result *const *x = a, *const *y = b;

	return g_strcmp0((*x)->cell, (*y)->cell);
}

Conformance *conformance_judge(const Checks *checks, const Catalogue *clients, const char *dir,
			       const GPtrArray *results)
{
	Conformance *c = g_new0(Conformance, 1);
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();

	g_ptr_array_extend(sorted, (GPtrArray *)results, NULL, NULL);
	g_ptr_array_sort(sorted, by_cell);
	c->checks = checks;
	c->clients = clients;
	c->dir = dir;
	c->results = sorted;
	c->names = g_ptr_array_new_with_free_func(g_free);
	c->booted = g_hash_table_new(g_str_hash, g_str_equal);
	c->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
	c->traces =
		g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)trace_free);
	for (guint i = 0; i < sorted->len; i++)
		add_client(c, ((const Result *)sorted->pdata[i])->client);
	for (guint i = 0; i < c->names->len; i++)
		judge_client(c, c->names->pdata[i]);
	c->dir = NULL;
	c->results = NULL;
	return c;
}

const GPtrArray *conformance_clients(const Conformance *c)
{
	return c->names;
}

const struct conformance_entry *conformance_entry(const Conformance *c, const struct check *check,
						  const char *client)
{
	return find(c, check, client);
}

struct conformance_counts conformance_count(const Conformance *c, const char *area,
					    const char *client)
{
	struct conformance_counts counts = { .n_planned = 0 };

	for (guint i = 0; i < c->checks->all->len; i++) {
		const struct check *check = c->checks->all->pdata[i];

		if (area && !g_str_equal(check->area, area))
			continue;
		if (check->planned)
			counts.n_planned++;
		else
			counts.n[find(c, check, client)->seen->verdict]++;
	}
	return counts;
}

unsigned conformance_n_not_on_wall(const Conformance *c, const char *client)
{
	unsigned n = 0;

	for (guint i = 0; i < c->checks->all->len; i++) {
		const struct conformance_entry *e =
			conformance_entry(c, c->checks->all->pdata[i], client);

		n += e->seen->verdict == CHECK_NOT_OBSERVED &&
		     !g_strcmp0(e->seen->evidence, CONFORMANCE_WALL_CLOCK);
	}
	return n;
}

bool conformance_has_boot(const Conformance *c, const char *client)
{
	return g_hash_table_contains(c->booted, client);
}

void conformance_free(Conformance *c)
{
	if (!c)
		return;
	g_hash_table_unref(c->traces);
	g_hash_table_unref(c->entries);
	g_hash_table_unref(c->booted);
	g_ptr_array_unref(c->names);
	g_free(c);
}
