/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All clients and scenarios there are, and the cells that a filter makes of them
 */
#define _GNU_SOURCE /* strverscmp() */
#include "harness/catalogue.h"

#include <string.h>

#include "harness/client_layers.h"
#include "harness/paths.h"
#include "harness/scenario_sweep.h"

static bool has_client(const Catalogue *c, const char *name)
{
	for (unsigned i = 0; i < c->clients->len; i++)
		if (g_str_equal(((Client *)c->clients->pdata[i])->name, name))
			return true;
	return false;
}

/* A file with points is there if any of them is. */
static bool has_scenario(const Catalogue *c, const char *name)
{
	for (unsigned i = 0; i < c->scenarios->len; i++) {
		const Scenario *s = c->scenarios->pdata[i];
		size_t n = scenario_sweep_base_len(s->name);

		if (!strncmp(s->name, name, n) && !name[n])
			return true;
	}
	return false;
}

static bool add_client(Catalogue *c, const char *path, const char *name, GError **error)
{
	Client *client;

	if (has_client(c, name))
		return true;
	client = client_load(path, name, c->client_files, error);
	if (client)
		g_ptr_array_add(c->clients, client);
	return client;
}

static bool add_points(Catalogue *c, const Scenario *file, GError **error)
{
	g_auto(GStrv) names = scenario_sweep_names(file);

	for (char **n = names; *n; n++) {
		Scenario *point = scenario_load(file->path, *n, error);

		if (!point)
			return false;
		g_ptr_array_add(c->scenarios, point);
	}
	return true;
}

static bool add_scenario(Catalogue *c, const char *path, const char *name, GError **error)
{
	g_autoptr(Scenario) scenario = NULL;

	if (has_scenario(c, name))
		return true;
	scenario = scenario_load(path, name, error);
	if (!scenario)
		return false;
	if (scenario_sweep_has_points(scenario))
		return add_points(c, scenario, error);
	g_ptr_array_add(c->scenarios, g_steal_pointer(&scenario));
	return true;
}

static bool add_dirs(Catalogue *c, char **dirs, unsigned depth,
		     bool (*add)(Catalogue *, const char *, const char *, GError **),
		     GError **error)
{
	for (; *dirs; dirs++) {
		g_autoptr(GPtrArray) names = paths_list_ini(*dirs, depth);

		for (unsigned i = 0; i < names->len; i++) {
			g_autofree char *path =
				g_strdup_printf("%s/%s.ini", *dirs, (char *)names->pdata[i]);

			if (!add(c, path, names->pdata[i], error))
				return false;
		}
	}
	return true;
}

static bool add_files(Catalogue *c, GError **error)
{
	for (char **files = c->client_files; files && *files; files++) {
		g_autofree char *name = client_layers_name(*files);

		if (!add_client(c, *files, name, error))
			return false;
	}
	return true;
}

static int by_client_name(const void *a, const void *b)
{
	return strverscmp((*(Client *const *)a)->name, (*(Client *const *)b)->name);
}

/* Points stay in the order of their file: g_ptr_array_sort() is stable. */
static int by_scenario_name(const void *a, const void *b)
{
	const Scenario *s = *(Scenario *const *)a, *t = *(Scenario *const *)b;
	size_t n = scenario_sweep_base_len(s->name), m = scenario_sweep_base_len(t->name);
	int order = memcmp(s->name, t->name, MIN(n, m));

	return order ? order : (n > m) - (n < m);
}

Catalogue *catalogue_load(char **client_files, GError **error)
{
	g_autoptr(Catalogue) c = g_new0(Catalogue, 1);
	g_auto(GStrv) client_dirs = paths_client_dirs();
	g_auto(GStrv) scenario_dirs = paths_scenario_dirs();

	c->clients = g_ptr_array_new_with_free_func((GDestroyNotify)client_free);
	c->scenarios = g_ptr_array_new_with_free_func((GDestroyNotify)scenario_free);
	c->client_files = client_files;
	if (!add_files(c, error) || !add_dirs(c, client_dirs, 0, add_client, error) ||
	    !add_dirs(c, scenario_dirs, 1, add_scenario, error))
		return NULL;
	g_ptr_array_sort(c->clients, by_client_name);
	g_ptr_array_sort(c->scenarios, by_scenario_name);
	return g_steal_pointer(&c);
}

void plan_cell_free(void *cell)
{
	struct plan_cell *p = cell;

	g_free(p->id);
	g_free(p);
}

char *plan_cell_id(const struct plan_cell *cell)
{
	g_autofree char *combination = plan_cell_combination(cell);

	return g_strdup_printf("%s/%" G_GUINT64_FORMAT, combination, cell->seed);
}

char *plan_cell_combination(const struct plan_cell *cell)
{
	return g_strdup_printf("%s/%s/%s", cell->client->name, server_kind_name(cell->server),
			       cell->scenario->name);
}

static const char *clock_name(bool is_virtual)
{
	return is_virtual ? "virtual" : "wall";
}

const char *plan_cell_clock(const struct plan_cell *cell)
{
	return clock_name(cell->is_virtual);
}

/* Whether it sets what only a machine with channel-attached devices has. */
static bool is_of_channels(const Scenario *s)
{
	for (unsigned i = 0; i < s->nics->len; i++) {
		const struct scenario_nic *nic = s->nics->pdata[i];

		if (nic->devno || nic->max_revision != SCENARIO_MAX_REVISION)
			return true;
	}
	return s->machine.loadparm;
}

/* Neither may sleep, or go by a clock of its own. */
static bool can_be_virtual(const Client *c, enum server_kind server)
{
	return c->polls && !server_is_real_time(server);
}

static bool can_run(const Scenario *s, const Client *c, enum server_kind server)
{
	FeatureSet has = feature_of_side(c->provides, FEATURE_OF_CLIENT) |
			 feature_of_server(server_kind_name(server));

	if (s->machine.has_memory && s->machine.memory_mib < c->memory_mib)
		return false;
	if (s->clock == SCENARIO_CLOCK_VIRTUAL && !can_be_virtual(c, server))
		return false;
	if (is_of_channels(s) && !feature_has(c->provides, "ccw"))
		return false;
	return !(s->requires & ~has);
}

/* The scenario knows best; then the user, but for what cannot live on the virtual clock. */
static bool is_virtual(const Scenario *s, const Client *c, enum server_kind server,
		       enum scenario_clock clock)
{
	if (s->clock != SCENARIO_CLOCK_ANY)
		return s->clock == SCENARIO_CLOCK_VIRTUAL;
	return can_be_virtual(c, server) && clock != SCENARIO_CLOCK_WALL;
}

static void plan_combination(GPtrArray *cells, Scenario *s, Client *c, enum server_kind server,
			     enum scenario_clock clock, uint64_t seed, unsigned n_repeat)
{
	for (unsigned i = 0; i < n_repeat; i++) {
		struct plan_cell *p = g_new0(struct plan_cell, 1);

		p->client = c;
		p->scenario = s;
		p->server = server;
		p->seed = seed + i;
		p->is_virtual = is_virtual(s, c, server, clock);
		p->id = plan_cell_id(p);
		g_ptr_array_add(cells, p);
	}
}

static bool fits(const Filter *f, const Scenario *s, const Client *c, enum server_kind server,
		 enum scenario_clock clock)
{
	return can_run(s, c, server) &&
	       filter_matches(f, FILTER_CLOCK, clock_name(is_virtual(s, c, server, clock)));
}

/* Each axis is asked about everything, so that filter_unused() knows what names nothing. */
GPtrArray *catalogue_plan(const Catalogue *c, const Filter *f, enum scenario_clock clock,
			  uint64_t seed, unsigned n_repeat)
{
	GPtrArray *cells = g_ptr_array_new_with_free_func(plan_cell_free);
	bool on_request = filter_asks(f, FILTER_SCENARIO) || filter_asks(f, FILTER_TAG);

	for (unsigned i = 0; i < c->scenarios->len; i++) {
		Scenario *s = c->scenarios->pdata[i];
		bool by_name = filter_matches(f, FILTER_SCENARIO, s->name) &&
			       (on_request || !s->on_request);
		bool by_tag = filter_matches_any(f, FILTER_TAG, s->tags);

		for (unsigned k = 0; k < c->clients->len; k++) {
			Client *client = c->clients->pdata[k];
			bool by_client = filter_matches(f, FILTER_CLIENT, client->name);

			for (enum server_kind v = 0; v < SERVER_N_KINDS; v++)
				if (filter_matches(f, FILTER_SERVER, server_kind_name(v)) &&
				    by_name && by_tag && by_client && fits(f, s, client, v, clock))
					plan_combination(cells, s, client, v, clock, seed,
							 n_repeat);
		}
	}
	return cells;
}

void catalogue_keep(GPtrArray *cells, bool (*keep)(const struct plan_cell *cell, void *self),
		    void *self)
{
	unsigned n_kept = 0;

	for (unsigned i = 0; i < cells->len; i++) {
		if (keep(cells->pdata[i], self))
			cells->pdata[n_kept++] = cells->pdata[i];
		else
			plan_cell_free(cells->pdata[i]);
	}
	cells->len = n_kept; /* what is behind it was moved, or freed */
}

/* Each axis is asked, for filter_unused(). */
static bool selects(const struct plan_cell *cell, void *filter)
{
	const Filter *f = filter;
	bool client = filter_matches(f, FILTER_CLIENT, cell->client->name);
	bool server = filter_matches(f, FILTER_SERVER, server_kind_name(cell->server));
	bool scenario = filter_matches(f, FILTER_SCENARIO, cell->scenario->name);
	bool tag = filter_matches_any(f, FILTER_TAG, cell->scenario->tags);
	bool clock = filter_matches(f, FILTER_CLOCK, plan_cell_clock(cell));

	return client && server && scenario && tag && clock;
}

void catalogue_narrow(GPtrArray *cells, Filter *f)
{
	catalogue_keep(cells, selects, f);
}

static bool is_absent(Client *c, const struct client_overrides *overrides)
{
	g_autofree char *dir = g_path_get_dirname(c->path), *missing = NULL;

	return paths_has_own_clients(dir) && !client_resolve(c, overrides, &missing);
}

struct leave_out {
	const struct client_overrides *overrides;
	GHashTable *absent; /* Client -> whether it is */
	GString *names;
};

static bool is_here(const struct plan_cell *cell, void *self)
{
	struct leave_out *l = self;
	Client *c = cell->client;

	if (!g_hash_table_contains(l->absent, c)) {
		bool is = is_absent(c, l->overrides);

		g_hash_table_insert(l->absent, c, GINT_TO_POINTER(is));
		if (is)
			g_string_append_printf(l->names, "%s%s", l->names->len ? ", " : "",
					       c->name);
	}
	return !g_hash_table_lookup(l->absent, c);
}

char *catalogue_leave_out(GPtrArray *cells, const Filter *f,
			  const struct client_overrides *overrides)
{
	g_autoptr(GHashTable) absent = g_hash_table_new(NULL, NULL);
	g_autoptr(GString) names = g_string_new(NULL);
	struct leave_out l = { overrides, absent, names };

	if (filter_asks(f, FILTER_CLIENT))
		return NULL;
	catalogue_keep(cells, is_here, &l);
	return names->len ? g_strdup(names->str) : NULL;
}

void catalogue_free(Catalogue *c)
{
	if (!c)
		return;
	g_ptr_array_unref(c->clients);
	g_ptr_array_unref(c->scenarios);
	g_free(c);
}
