/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Named plans
 */
#include "harness/plan_file.h"

#include <string.h>

#include "harness/night.h"
#include "harness/paths.h"
#include "harness/scenario.h"

enum {
	N_REPEAT_MAX = 100000,
};

#define PLAN(field) offsetof(PlanFile, field)
#define PART(field) offsetof(struct part_keys, field)

/* A part as it is read: a seed in a file is no larger than any other number there. */
struct part_keys {
	struct plan_part part;
	unsigned seed;
};

static const char *const clock_words[] = {
	[SCENARIO_CLOCK_ANY] = "any",
	[SCENARIO_CLOCK_VIRTUAL] = "virtual",
	[SCENARIO_CLOCK_WALL] = "wall",
	NULL,
};

const struct ini_key plan_keys[] = {
	{ "plan", "summary", INI_STRING, PLAN(summary), .required = true,
	  .help = "what it is for, in one line" },
	{ "part.", "filter", INI_STRINGS, PART(part.filter),
	  .help = "terms as of the command line; without it, everything" },
	{ "part.", "clock", INI_WORD, PART(part.clock), .words = clock_words,
	  .help = "where a scenario leaves the choice" },
	{ "part.", "seed", INI_UINT, PART(seed), 0, G_MAXUINT32,
	  .help = "of the first repetition" },
	{ "part.", "repeat", INI_UINT, PART(part.n_repeat), 1, N_REPEAT_MAX,
	  .help = "each cell so often, each with the next seed" },
	{ "part.", "rotate", INI_BOOL, PART(part.rotates), .help = "other seeds each night" },
	{ "part.", "pairwise", INI_BOOL, PART(part.pairwise),
	  .help = "only as many cells as try each pair of client, server and scenario" },
	{ .key = NULL },
};

static void part_free(void *part)
{
	struct plan_part *p = part;

	g_strfreev(p->filter);
	g_free(p->name);
	g_free(p);
}

/* Return: the part, or NULL with @error set. */
static struct plan_part *read_part(const Ini *ini, const char *name, GError **error)
{
	g_autofree char *group = g_strconcat("part.", name, NULL);
	struct part_keys keys = { .part.n_repeat = 1, .seed = 1 };

	if (!ini_read(ini, group, &keys, error)) {
		ini_clear(plan_keys, "part.", &keys);
		return NULL;
	}
	keys.part.name = g_strdup(name);
	keys.part.seed = keys.seed;
	return g_memdup2(&keys.part, sizeof(keys.part));
}

static bool read_parts(PlanFile *p, const Ini *ini, GError **error)
{
	g_auto(GStrv) names = ini_instances(ini, "part.");

	for (char **name = names; *name; name++) {
		struct plan_part *part = read_part(ini, *name, error);

		if (!part)
			return false;
		g_ptr_array_add(p->parts, part);
	}
	if (p->parts->len)
		return true;
	g_set_error(error, INI_ERROR, INI_ERROR_MISSING, "%s: there is no group [part.NAME]",
		    p->path);
	return false;
}

/* "a, b, c" of the plans that there are. */
static char *names_of_own(void)
{
	g_autofree char *dir = paths_plans_dir();
	g_autoptr(GPtrArray) names = paths_list_ini(dir, 0);

	g_ptr_array_add(names, NULL);
	return g_strjoinv(", ", (char **)names->pdata);
}

static char *find(const char *name, GError **error)
{
	g_autofree char *dir = paths_plans_dir(), *own = NULL, *names = NULL;
	g_autofree char *file = g_strconcat(name, ".ini", NULL);

	if (strchr(name, '/') || g_str_has_suffix(name, ".ini"))
		return g_strdup(name);
	own = g_build_filename(dir, file, NULL);
	if (g_file_test(own, G_FILE_TEST_IS_REGULAR))
		return g_steal_pointer(&own);
	names = names_of_own();
	g_set_error(error, INI_ERROR, INI_ERROR_FILE,
		    "there is no plan \"%s\"; allowed are %s, and the path of a file", name, names);
	return NULL;
}

PlanFile *plan_file_load(const char *name, GError **error)
{
	g_autoptr(PlanFile) p = g_new0(PlanFile, 1);
	g_autoptr(Ini) ini = NULL;

	p->name = g_strdup(name);
	p->parts = g_ptr_array_new_with_free_func(part_free);
	p->path = find(name, error);
	if (p->path)
		ini = ini_load(p->path, plan_keys, error);
	if (!ini || !ini_read(ini, "plan", p, error) || !read_parts(p, ini, error))
		return NULL;
	return g_steal_pointer(&p);
}

bool plan_file_rotate(PlanFile *p, uint64_t night)
{
	bool any = false;

	for (unsigned i = 0; i < p->parts->len; i++) {
		struct plan_part *part = p->parts->pdata[i];

		if (part->rotates)
			part->seed = night_seed(night, part->seed);
		any |= part->rotates;
	}
	return any;
}

void plan_file_free(PlanFile *p)
{
	if (!p)
		return;
	ini_clear(plan_keys, "plan", p);
	g_ptr_array_unref(p->parts);
	g_free(p->name);
	g_free(p->path);
	g_free(p);
}
