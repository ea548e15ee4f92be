/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `iplab conformance` boots
 */
#include "harness/conformance_plan.h"

#include "harness/command.h"
#include "harness/conformance.h"

enum {
	SEED = 1,
};

static void add_name(GString *list, GHashTable *seen, const char *name)
{
	if (name && g_hash_table_add(seen, (void *)name))
		g_string_append_printf(list, "%s%s", list->len ? "," : "", name);
}

static bool is_to_boot(const struct check *c, const struct conformance_plan_options *o)
{
	return !c->planned && (!c->slow || o->slow);
}

/*
 * The scenarios that a client has to boot, with commas between them: of all checks, or to prove
 * those that name it.
 */
static char *scenarios_for(const Checks *checks, const char *client,
			   const struct conformance_plan_options *o)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GString *list = g_string_new(NULL);

	for (guint i = 0; i < checks->all->len; i++) {
		const struct check *c = checks->all->pdata[i];
		bool is_named = !g_strcmp0(c->pass, client) || !g_strcmp0(c->fail, client);

		if (!is_to_boot(c, o) || (o->prove && !is_named))
			continue;
		add_name(list, seen, c->scenario);
		add_name(list, seen, c->control);
	}
	return g_string_free(list, FALSE);
}

/*
 * The cells of one client; NULL with @error set. On the wall clock waiting costs time: only
 * scenarios that are marked for it.
 */
static GPtrArray *plan_client(const Catalogue *all, const Checks *checks, const Client *client,
			      const struct conformance_plan_options *o, GError **error)
{
	g_autofree char *names = scenarios_for(checks, client->name, o);
	g_autofree char *by_client = g_strconcat("client=", client->name, NULL);
	g_autofree char *by_scenario = g_strconcat("scenario=", names, NULL);
	char *terms[] = { by_client, by_scenario, (char *)"server=builtin",
			  client->polls ? NULL : (char *)"tag=" CONFORMANCE_WALL_TAG, NULL };
	g_autoptr(Filter) f = filter_parse(terms, error);
	g_autoptr(GPtrArray) cells = NULL;

	if (!f)
		return NULL;
	cells = catalogue_plan(all, f, SCENARIO_CLOCK_VIRTUAL, SEED, 1);
	if (!filter_unused(f))
		return g_steal_pointer(&cells);
	g_set_error(error, CHECKS_ERROR, CHECKS_ERROR_SCENARIO,
		    "a check names \"%s\", which is no scenario; see `iplab list scenarios`",
		    filter_unused(f));
	return NULL;
}

/* --- which clients --- */

static bool is_wanted(const Client *c, char **patterns)
{
	g_autofree char *missing = NULL;

	if (!*patterns)
		return c->polls && client_has_network(c) &&
		       client_resolve((Client *)c, &command_overrides, &missing);
	for (; *patterns; patterns++)
		if (g_pattern_match_simple(*patterns, c->name))
			return true;
	return false;
}

static bool is_named_as_proof(const Checks *checks, const char *client,
			      const struct conformance_plan_options *o)
{
	for (guint i = 0; i < checks->all->len; i++) {
		const struct check *c = checks->all->pdata[i];

		if ((!g_strcmp0(c->pass, client) || !g_strcmp0(c->fail, client)) &&
		    is_to_boot(c, o))
			return true;
	}
	return false;
}

GPtrArray *conformance_plan(const Catalogue *all, const Checks *checks, char **patterns,
			    struct conformance_plan_options options, GError **error)
{
	const struct conformance_plan_options *o = &options;
	g_autoptr(GPtrArray) cells = NULL;

	for (guint i = 0; i < all->clients->len; i++) {
		const Client *c = all->clients->pdata[i];
		GPtrArray *more;

		if (o->prove ? !is_named_as_proof(checks, c->name, o) : !is_wanted(c, patterns))
			continue;
		more = plan_client(all, checks, c, o, error);
		if (!more)
			return NULL;
		if (cells)
			g_ptr_array_extend_and_steal(cells, more);
		else
			cells = more;
	}
	if (cells && cells->len)
		return g_steal_pointer(&cells);
	g_set_error(
		error, CHECKS_ERROR, CHECKS_ERROR_SCENARIO,
		"no client fits that could boot what the checks need (those that take long need "
		"--slow); see `iplab list clients`");
	return NULL;
}
