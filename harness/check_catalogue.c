/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue of checks of conformance
 */
#include "harness/check_catalogue.h"

#include <string.h>

#include "harness/paths.h"

#define CHECK "check."

/* Where a passive check is seen, if it does not say. */
#define SCENARIO_DEFAULT "boot/probe"

static const char *const level_words[] = {
	[CHECK_MUST] = "MUST",         [CHECK_SHOULD] = "SHOULD",
	[CHECK_MAY] = "MAY",           [CHECK_ROBUSTNESS] = "robustness",
	[CHECK_SECURITY] = "security", [CHECK_PRACTICE] = "practice",
	[CHECK_RECORD] = "record",     NULL,
};

static const char *const kind_words[] = {
	[CHECK_PASSIVE] = "passive",
	[CHECK_ACTIVE] = "active",
	NULL,
};

#define FIELD(field) offsetof(struct check, field)

const struct ini_key check_keys[] = {
	{ "area", "title", INI_STRING, offsetof(struct check_area, title), .required = true,
	  .help = "what the checks of this file are about" },
	{ CHECK, "claim", INI_STRING, FIELD(claim), .required = true,
	  .help = "what a conforming client does, in one sentence" },
	{ CHECK, "clause", INI_STRING, FIELD(clause), .help = "RFC and section: RFC 2131 4.1" },
	{ CHECK, "rests_on", INI_STRING, FIELD(rests_on),
	  .help = "without a clause: another specification, or whose practice it is" },
	{ CHECK, "level", INI_WORD, FIELD(level), .words = level_words, .required = true,
	  .help = "how bad it is to break it" },
	{ CHECK, "kind", INI_WORD, FIELD(kind), .words = kind_words, .required = true,
	  .help = "passive: any boot shows it; active: it has to be provoked" },
	{ CHECK, "scenario", INI_STRING, FIELD(scenario),
	  .help = "active: that provokes it; passive: where it is seen (boot/probe)" },
	{ CHECK, "control", INI_STRING, FIELD(control),
	  .help = "active: scenario that is the same boot without the fault" },
	{ CHECK, "pass", INI_STRING, FIELD(pass),
	  .help = "client or mutant on which it was seen to pass" },
	{ CHECK, "fail", INI_STRING, FIELD(fail),
	  .help = "client or mutant on which it was seen to fail" },
	{ CHECK, "slow", INI_BOOL, FIELD(slow), .help = "takes long: only with --slow (false)" },
	{ CHECK, "planned", INI_BOOL, FIELD(planned),
	  .help = "listed only, nobody judges it yet (false)" },
	{ .key = NULL },
};

GQuark checks_error_quark(void)
{
	return g_quark_from_static_string("checks-error-quark");
}

static void area_free(void *area)
{
	struct check_area *a = area;

	ini_clear(check_keys, "area", a);
	g_free(a->name);
	g_free(a);
}

static void check_free(void *check)
{
	struct check *c = check;

	ini_clear(check_keys, CHECK, c);
	g_free(c->id);
	g_free(c);
}

static bool refuse(const Ini *ini, const struct check *c, ChecksError code, const char *what,
		   GError **error)
{
	g_set_error(error, CHECKS_ERROR, code, "%s: [" CHECK "%s] %s", ini_path(ini), c->id, what);
	return false;
}

static bool is_id(const char *id)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";

	return g_ascii_islower(*id) && strchr(id, '.') && strspn(id, letters) == strlen(id) &&
	       !strstr(id, "..") && !g_str_has_suffix(id, ".");
}

static bool check_scenarios(const struct check *c)
{
	if (c->planned)
		return true;
	if (c->judge && (c->kind == CHECK_ACTIVE) != (c->judge->pair != NULL))
		return false;
	return c->kind == CHECK_ACTIVE ? c->scenario && c->control : !c->control;
}

static bool check_check(const Checks *all, const Ini *ini, const struct check *c, GError **error)
{
	if (!is_id(c->id))
		return refuse(ini, c, CHECKS_ERROR_ID,
			      "is no name of a check; allowed: lower-case letters, digits and "
			      "hyphens, with dots between words",
			      error);
	if (checks_find(all, c->id))
		return refuse(ini, c, CHECKS_ERROR_TWICE, "is there already", error);
	if (!c->clause == !c->rests_on)
		return refuse(ini, c, CHECKS_ERROR_RESTS_ON, "needs either clause or rests_on",
			      error);
	if (!check_scenarios(c))
		return refuse(ini, c, CHECKS_ERROR_SCENARIO,
			      "needs scenario, control and a judge of pairs if it is active, and "
			      "neither a control nor such a judge if it is passive",
			      error);
	if (!c->planned == !c->judge)
		return refuse(ini, c, CHECKS_ERROR_JUDGE,
			      c->judge ? "is planned, but has a judge"
				       : "has no judge in harness/judge/; allowed with "
					 "planned = true only",
			      error);
	return true;
}

static bool add_check(Checks *all, const Ini *ini, const char *area, const char *id, GError **error)
{
	g_autofree char *group = g_strconcat(CHECK, id, NULL);
	struct check *c = g_new0(struct check, 1);

	c->id = g_strdup(id);
	c->area = area;
	c->judge = judge_find(id);
	if (!ini_read(ini, group, c, error) || !check_check(all, ini, c, error)) {
		check_free(c);
		return false;
	}
	if (!c->scenario)
		c->scenario = g_strdup(SCENARIO_DEFAULT);
	g_ptr_array_add(all->all, c);
	return true;
}

static bool add_file(Checks *all, const char *dir, const char *name, GError **error)
{
	g_autofree char *file = g_strconcat(name, ".ini", NULL);
	g_autofree char *path = g_build_filename(dir, file, NULL);
	g_autoptr(Ini) ini = ini_load(path, check_keys, error);
	g_auto(GStrv) ids = ini ? ini_instances(ini, CHECK) : NULL;
	struct check_area *area;

	if (!ini)
		return false;
	area = g_new0(struct check_area, 1);
	area->name = g_strdup(name);
	g_ptr_array_add(all->areas, area);
	if (!ini_read(ini, "area", area, error))
		return false;
	for (char **id = ids; *id; id++)
		if (!add_check(all, ini, area->name, *id, error))
			return false;
	return true;
}

Checks *checks_load(const char *dir, GError **error)
{
	g_autofree char *own = dir ? NULL : paths_checks_dir();
	g_autoptr(GPtrArray) names = paths_list_ini(dir ? dir : own, 0);
	g_autoptr(Checks) all = g_new0(Checks, 1);

	all->areas = g_ptr_array_new_with_free_func(area_free);
	all->all = g_ptr_array_new_with_free_func(check_free);
	for (guint i = 0; i < names->len; i++)
		if (!add_file(all, dir ? dir : own, names->pdata[i], error))
			return NULL;
	return g_steal_pointer(&all);
}

static gboolean is_of_area(gconstpointer check, gconstpointer area)
{
	return g_str_equal(((const struct check *)check)->area,
			   ((const struct check_area *)area)->name);
}

/* Mark in @wanted those that fit. */
static bool select_one(const Checks *c, const char *pattern, bool *wanted, GError **error)
{
	bool fits = false;

	for (guint i = 0; i < c->all->len; i++)
		if (g_pattern_match_simple(pattern, ((const struct check *)c->all->pdata[i])->id))
			fits = wanted[i] = true;
	if (!fits)
		g_set_error(error, CHECKS_ERROR, CHECKS_ERROR_ID,
			    "\"%s\" fits no check; see `iplab list checks`", pattern);
	return fits;
}

bool checks_select(Checks *c, const char *patterns, GError **error)
{
	g_auto(GStrv) each = g_strsplit(*patterns ? patterns : ",", ",", -1);
	g_autofree bool *wanted = g_new0(bool, c->all->len);

	for (char **p = each; *p; p++)
		if (!select_one(c, *p, wanted, error))
			return false;
	for (guint i = c->all->len; i--;)
		if (!wanted[i])
			g_ptr_array_remove_index(c->all, i);
	for (guint i = c->areas->len; i--;)
		if (!g_ptr_array_find_with_equal_func(c->all, c->areas->pdata[i], is_of_area, NULL))
			g_ptr_array_remove_index(c->areas, i);
	return true;
}

const struct check *checks_find(const Checks *c, const char *id)
{
	for (guint i = 0; i < c->all->len; i++)
		if (g_str_equal(((const struct check *)c->all->pdata[i])->id, id))
			return c->all->pdata[i];
	return NULL;
}

enum check_verdict check_verdict(const struct check *check, enum judge_saw saw)
{
	/* By level: what it is to break it. */
	static const enum check_verdict broken[] = {
		[CHECK_MUST] = CHECK_FAIL,       [CHECK_SHOULD] = CHECK_WARN,
		[CHECK_MAY] = CHECK_RECORDED,    [CHECK_ROBUSTNESS] = CHECK_FAIL,
		[CHECK_SECURITY] = CHECK_FAIL,   [CHECK_PRACTICE] = CHECK_WARN,
		[CHECK_RECORD] = CHECK_RECORDED,
	};

	switch (saw) {
	case JUDGE_SAW_NOTHING:
		return CHECK_NOT_OBSERVED;
	case JUDGE_SAW_KEPT:
		return check->level == CHECK_RECORD ? CHECK_RECORDED : CHECK_PASS;
	case JUDGE_SAW_BROKEN:
		return broken[check->level];
	case JUDGE_SAW_VALUE:
		return CHECK_RECORDED;
	}
	return CHECK_NOT_OBSERVED;
}

bool check_is_proven(const struct check *check)
{
	return check->pass && check->fail;
}

bool check_judges(const struct check *check)
{
	return check->level != CHECK_MAY && check->level != CHECK_RECORD;
}

const char *check_state(const struct check *check)
{
	if (check->planned)
		return "planned";
	if (!check_judges(check))
		return "records";
	return check_is_proven(check) ? "proven" : "unproven";
}

const char *check_level_name(const struct check *check)
{
	return level_words[check->level];
}

GHashTable *checks_words(const Checks *c)
{
	GHashTable *words = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

	for (guint i = 0; i < c->all->len; i++) {
		const struct check *check = c->all->pdata[i];
		struct check_words w = { check->claim, check_level_name(check),
					 check->clause ? check->clause : check->rests_on };

		g_hash_table_insert(words, check->id, g_memdup2(&w, sizeof(w)));
	}
	return words;
}

void checks_free(Checks *c)
{
	if (!c)
		return;
	g_ptr_array_unref(c->all);
	g_ptr_array_unref(c->areas);
	g_free(c);
}
