/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bisection boots, from the command line
 */
#include "harness/bisect_setup.h"

#include "harness/command.h"

GQuark bisect_setup_error_quark(void)
{
	return g_quark_from_static_string("iplab-bisect-setup-error-quark");
}

static bool cells_error(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static bool cells_error(GError **error, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list args;

	va_start(args, format);
	message = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(error, BISECT_SETUP_ERROR, BISECT_SETUP_ERROR_CELLS, message);
	return false;
}

static Scenario *find_scenario(const Catalogue *c, const char *name)
{
	for (guint i = 0; i < c->scenarios->len; i++) {
		Scenario *s = c->scenarios->pdata[i];

		if (g_str_equal(s->name, name))
			return s;
	}
	return NULL;
}

static bool find_check(BisectSetup *s, const char *id, GError **error)
{
	if (!id)
		return true;
	s->checks = checks_load(NULL, error);
	if (!s->checks)
		return false;
	s->check = checks_find(s->checks, id);
	if (!s->check || s->check->planned || !check_judges(s->check)) {
		g_set_error(error, BISECT_SETUP_ERROR, BISECT_SETUP_ERROR_CHECK,
			    "--check is \"%s\", %s; see `iplab list checks`", id,
			    s->check ? "which passes no judgement" : "which there is not");
		return false;
	}
	if (s->check->kind == CHECK_ACTIVE)
		s->control = find_scenario(s->catalogue, s->check->control);
	return true;
}

static const char *scenario_name(const BisectSetup *s, const char *asked, GError **error)
{
	const char *of_check = s->check ? s->check->scenario : NULL;

	if (s->control && asked && !g_str_equal(asked, of_check)) {
		cells_error(error, "%s is judged in %s and in no other scenario", s->check->id,
			    of_check);
		return NULL;
	}
	if (!asked && !of_check)
		cells_error(error, "say which scenario to boot: --scenario S");
	return asked ? asked : of_check;
}

static Filter *make_filter(const struct bisect_setup_options *o, const char *scenario,
			   GError **error)
{
	g_autofree char *client = g_strconcat("client=", o->client, NULL);
	g_autofree char *name = g_strconcat("scenario=", scenario, NULL);
	g_autofree char *server = g_strconcat("server=", o->server ? o->server : "builtin", NULL);

	return filter_parse((char *[]){ client, name, server, NULL }, error);
}

static bool check_cells(BisectSetup *s, const struct bisect_setup_options *o, const char *scenario,
			const Filter *f, GError **error)
{
	const struct plan_cell *first = s->cells->len ? s->cells->pdata[0] : NULL;

	if (filter_unused(f))
		return cells_error(error, "nothing is named \"%s\"; see `iplab list`",
				   filter_unused(f));
	if (!first)
		return cells_error(error, "%s cannot be booted by %s; see `iplab list cells`",
				   scenario, o->client);
	s->is_virtual = true;
	for (guint i = 0; i < s->cells->len; i++) {
		const struct plan_cell *cell = s->cells->pdata[i];

		s->is_virtual &= cell->is_virtual;
		if (cell->scenario != first->scenario)
			return cells_error(error,
					   "--scenario is \"%s\": that is %s and %s; one "
					   "can be bisected",
					   scenario, first->scenario->name, cell->scenario->name);
		if (cell->client == first->client && cell->server != first->server)
			return cells_error(error, "--server is \"%s\": name one", o->server);
	}
	return true;
}

BisectSetup *bisect_setup_new(const struct bisect_setup_options *o, GError **error)
{
	g_autoptr(BisectSetup) s = g_new0(BisectSetup, 1);
	g_autoptr(Filter) f = NULL;
	enum scenario_clock clock =
		!g_strcmp0(o->clock, "wall") ? SCENARIO_CLOCK_WALL : SCENARIO_CLOCK_VIRTUAL;
	const char *scenario;

	s->catalogue = catalogue_load(command_client_files, error);
	if (!s->catalogue || !find_check(s, o->check, error))
		return NULL;
	scenario = scenario_name(s, o->scenario, error);
	f = scenario ? make_filter(o, scenario, error) : NULL;
	if (!f)
		return NULL;
	s->cells = catalogue_plan(s->catalogue, f, clock, 0, 1);
	return check_cells(s, o, scenario, f, error) ? g_steal_pointer(&s) : NULL;
}

void bisect_setup_free(BisectSetup *s)
{
	if (!s)
		return;
	if (s->cells)
		g_ptr_array_unref(s->cells);
	checks_free(s->checks);
	catalogue_free(s->catalogue);
	g_free(s);
}
