/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * [sweep]: one scenario file that is a scenario for each value of one key
 */
#include "harness/scenario_sweep.h"

#include <string.h>

#include "harness/scenario_keys.h"

static const char *point_in(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *mark = strchr(slash ? slash : name, SCENARIO_SWEEP_MARK);

	return mark ? mark + 1 : NULL;
}

size_t scenario_sweep_base_len(const char *name)
{
	const char *point = point_in(name);

	return point ? (size_t)(point - 1 - name) : strlen(name);
}

/* "5%" is the point "5": names are folders, and parts of addresses. */
static char *point_of(const char *value)
{
	GString *point = g_string_new(NULL);

	for (; *value; value++)
		if (g_ascii_isalnum(*value) || strchr(".-_", *value))
			g_string_append_c(point, *value);
	return g_string_free(point, FALSE);
}

static char **points_of(char **values)
{
	GPtrArray *points = g_ptr_array_new();

	for (; *values; values++)
		g_ptr_array_add(points, point_of(*values));
	g_ptr_array_add(points, NULL);
	return (char **)g_ptr_array_free(points, FALSE);
}

static bool contradiction(const Scenario *s, GError **error, const char *what, const char *value)
{
	g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTRADICTION, "%s: [sweep] %s%s",
		    s->path, what, value);
	return false;
}

static bool check(const Scenario *s, GError **error)
{
	const struct scenario_sweep *sweep = &s->sweep;
	g_auto(GStrv) points = sweep->values ? points_of(sweep->values) : NULL;

	if (!sweep->key || !points || !*points)
		return contradiction(s, error, "needs both a key and values", "");
	for (char **p = points; *p; p++) {
		char *value = sweep->values[p - points];

		if (!**p)
			return contradiction(s, error,
					     "has a value without a letter or digit: ", value);
		for (char **q = points; q < p; q++)
			if (g_str_equal(*q, *p))
				return contradiction(s, error, "has two values that are named ",
						     *p);
	}
	return true;
}

static bool no_such_point(const Scenario *s, const char *point, GError **error)
{
	g_auto(GStrv) points = points_of(s->sweep.values);
	g_autofree char *allowed = g_strjoinv(", ", points);

	g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTRADICTION,
		    "%s: [sweep] has no point \"%s\"; allowed are %s", s->path, point, allowed);
	return false;
}

static bool go_to(Scenario *s, Ini *ini, const char *point, GError **error)
{
	for (unsigned i = 0; s->sweep.values[i]; i++) {
		g_autofree char *here = point_of(s->sweep.values[i]), *setting = NULL;

		if (!g_str_equal(here, point))
			continue;
		s->sweep.at = s->sweep.values[i];
		setting = g_strdup_printf("%s=%s", s->sweep.key, s->sweep.at);
		return ini_set(ini, setting, error);
	}
	return no_such_point(s, point, error);
}

/* Else the points would be told apart by their names alone. */
static bool say_point(const Scenario *s, Ini *ini, GError **error)
{
	g_autofree char *summary = ini_text(ini, "scenario", "summary");
	g_autofree char *setting = g_strdup_printf(
		"scenario.summary=%s (%s: %s)", summary ? summary : "", s->sweep.axis, s->sweep.at);

	return !summary || ini_set(ini, setting, error);
}

bool scenario_sweep_read(Scenario *s, Ini *ini, GError **error)
{
	const char *point = point_in(s->name);

	if (!ini_has_group(ini, "sweep")) {
		if (!point)
			return true;
		g_set_error(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTRADICTION,
			    "%s: has no [sweep], and so no point \"%s\"", s->path, point);
		return false;
	}
	if (!ini_read(ini, "sweep", &s->sweep, error) || !check(s, error))
		return false;
	if (!s->sweep.axis)
		s->sweep.axis = g_strdup(s->sweep.key);
	if (!point)
		return true;
	return go_to(s, ini, point, error) && say_point(s, ini, error);
}

bool scenario_sweep_has_points(const Scenario *s)
{
	return s->sweep.values && !s->sweep.at;
}

char **scenario_sweep_names(const Scenario *s)
{
	char **names = points_of(s->sweep.values);

	for (char **n = names; *n; n++) {
		char *point = *n;

		*n = g_strdup_printf("%s%c%s", s->name, SCENARIO_SWEEP_MARK, point);
		g_free(point);
	}
	return names;
}
