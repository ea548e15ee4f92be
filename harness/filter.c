/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The selection grammar, the same on every command
 */
#include "harness/filter.h"

#include <string.h>

struct pattern {
	enum filter_axis axis;
	bool exclude;
	bool used; /* it matched something */
	char *glob;
};

struct Filter {
	GPtrArray *patterns; /* of struct pattern */
};

static const char *const axis_names[FILTER_N_AXES] = {
	[FILTER_CLIENT] = "client", [FILTER_SERVER] = "server", [FILTER_SCENARIO] = "scenario",
	[FILTER_TAG] = "tag",       [FILTER_CLOCK] = "clock",
};

GQuark filter_error_quark(void)
{
	return g_quark_from_static_string("filter-error-quark");
}

static void pattern_free(void *pattern)
{
	struct pattern *p = pattern;

	g_free(p->glob);
	g_free(p);
}

static int find_axis(const char *name)
{
	for (int i = 0; i < FILTER_N_AXES; i++)
		if (g_str_equal(axis_names[i], name))
			return i;
	return -1;
}

/* "a,,b", "a," and "" name nothing, and would select nothing. */
static bool has_empty(char **globs)
{
	for (; *globs; globs++)
		if (!**globs)
			return true;
	return false;
}

static bool parse_term(Filter *f, const char *term, GError **error)
{
	const char *equals = strchr(term, '=');
	bool exclude = equals && equals > term && equals[-1] == '!';
	g_autofree char *name = equals ? g_strndup(term, (size_t)(equals - term) - exclude) : NULL;
	g_auto(GStrv) globs = equals ? g_strsplit(equals + 1, ",", -1) : NULL;
	int axis;

	/* GLib's patterns end the program over anything else. */
	if (!g_utf8_validate(term, -1, NULL)) {
		g_set_error(error, FILTER_ERROR, FILTER_ERROR_SYNTAX, "a filter is not UTF-8");
		return false;
	}
	if (!name || !*globs || has_empty(globs)) {
		g_set_error(error, FILTER_ERROR, FILTER_ERROR_SYNTAX,
			    "\"%s\" is no filter; allowed are AXIS=PATTERN and AXIS!=PATTERN, "
			    "patterns separated by commas",
			    term);
		return false;
	}
	axis = find_axis(name);
	if (axis < 0) {
		g_set_error(error, FILTER_ERROR, FILTER_ERROR_AXIS,
			    "\"%s\": there is no axis \"%s\"; allowed are client, server, "
			    "scenario, tag, clock",
			    term, name);
		return false;
	}
	for (char **glob = globs; *glob; glob++) {
		struct pattern *p = g_new0(struct pattern, 1);

		p->axis = (enum filter_axis)axis;
		p->exclude = exclude;
		p->glob = g_strdup(*glob);
		g_ptr_array_add(f->patterns, p);
	}
	return true;
}

Filter *filter_parse(char **terms, GError **error)
{
	g_autoptr(Filter) f = g_new0(Filter, 1);

	f->patterns = g_ptr_array_new_with_free_func(pattern_free);
	for (; terms && *terms; terms++)
		if (!parse_term(f, *terms, error))
			return NULL;
	return g_steal_pointer(&f);
}

bool filter_matches(const Filter *f, enum filter_axis axis, const char *value)
{
	char *values[] = { (char *)value, NULL };

	return filter_matches_any(f, axis, values);
}

/* A scenario's name without a point in the pattern is all points of its sweep. */
static bool fits(const struct pattern *p, const char *value)
{
	const char *mark = strchr(value, '@');
	g_autofree char *base = NULL;

	if (p->axis != FILTER_SCENARIO || !mark || strchr(p->glob, '@'))
		return g_pattern_match_simple(p->glob, value);
	base = g_strndup(value, (gsize)(mark - value));
	return g_pattern_match_simple(p->glob, base);
}

bool filter_matches_any(const Filter *f, enum filter_axis axis, char **values)
{
	bool has_include = false, included = false, excluded = false;

	for (unsigned i = 0; i < f->patterns->len; i++) {
		struct pattern *p = f->patterns->pdata[i];

		if (p->axis != axis)
			continue;
		has_include |= !p->exclude;
		for (char **v = values; v && *v; v++) {
			if (!fits(p, *v))
				continue;
			p->used = true;
			*(p->exclude ? &excluded : &included) = true;
		}
	}
	return !excluded && (included || !has_include);
}

bool filter_asks(const Filter *f, enum filter_axis axis)
{
	for (unsigned i = 0; i < f->patterns->len; i++) {
		const struct pattern *p = f->patterns->pdata[i];

		if (p->axis == axis && !p->exclude)
			return true;
	}
	return false;
}

const char *filter_unused(const Filter *f)
{
	for (unsigned i = 0; i < f->patterns->len; i++) {
		const struct pattern *p = f->patterns->pdata[i];

		if (!p->used && !strpbrk(p->glob, "*?"))
			return p->glob;
	}
	return NULL;
}

void filter_free(Filter *f)
{
	if (!f)
		return;
	g_ptr_array_unref(f->patterns);
	g_free(f);
}
