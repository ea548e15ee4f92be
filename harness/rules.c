/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Groups [rule.NAME], of scenario files and of client files
 */
#include "harness/rules.h"

#include "server/impair_rule.h"

GQuark rules_error_quark(void)
{
	return g_quark_from_static_string("rules-error-quark");
}

/* "drop, delay, ..." */
static char *action_names(void)
{
	GString *s = g_string_new(NULL);

	for (int a = 0; a < IMPAIR_N_ACTIONS; a++)
		g_string_append_printf(s, "%s%s", a ? ", " : "",
				       impair_action_name((enum impair_action)a));
	return g_string_free(s, FALSE);
}

/* Exactly one of the actions is named; it becomes the rule's. */
static bool take_action(struct rule_text *r, const Ini *ini, GError **error)
{
	g_autofree char *names = NULL;
	unsigned n = 0;

	for (int a = 0; a < IMPAIR_N_ACTIONS; a++) {
		if (!r->what[a])
			continue;
		n++;
		r->rule.action = a;
		g_free(r->rule.what);
		r->rule.what = g_strdup(r->what[a]);
	}
	if (n == 1)
		return true;
	names = action_names();
	g_set_error(error, RULES_ERROR, RULES_ERROR_ACTION,
		    "%s: [rule.%s] needs exactly one of %s; it has %u", ini_path(ini), r->rule.name,
		    names, n);
	return false;
}

static bool check(const struct impair_rule *r, const Ini *ini, GError **error)
{
	g_autoptr(GError) cause = NULL;
	struct impair_match *m = impair_rule_parse(r, &cause);

	if (!m)
		g_set_error(error, RULES_ERROR, RULES_ERROR_RULE, "%s: %s", ini_path(ini),
			    cause->message);
	impair_match_free(m);
	return m;
}

static void rule_free(void *rule)
{
	struct impair_rule *r = rule;

	g_free(r->name);
	g_free(r->what);
	g_free(r->field);
	g_strfreev(r->edits);
	g_free(r->frame);
	g_strfreev(r->pieces);
	g_free(r);
}

GPtrArray *rules_new(void)
{
	return g_ptr_array_new_with_free_func(rule_free);
}

static bool read_rule(GPtrArray *rules, const Ini *ini, const char *name, GError **error)
{
	g_autofree char *group = g_strconcat("rule.", name, NULL);
	struct rule_text r = { .rule = { .name = g_strdup(name), .times = 1 } };
	bool ok = ini_read(ini, group, &r, error) && take_action(&r, ini, error) &&
		  check(&r.rule, ini, error);

	g_ptr_array_add(rules, g_memdup2(&r.rule, sizeof(r.rule)));
	for (int a = 0; a < IMPAIR_N_ACTIONS; a++)
		g_free(r.what[a]);
	return ok;
}

bool rules_read(GPtrArray *rules, const Ini *ini, GError **error)
{
	g_auto(GStrv) names = ini_instances(ini, "rule.");

	for (char **name = names; *name; name++)
		if (!read_rule(rules, ini, *name, error))
			return false;
	return true;
}
