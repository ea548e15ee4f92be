/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Named plans: what a run is made of, in a file
 *
 *	[plan]
 *	summary = every pull request
 *
 *	[part.lost-packets]
 *	filter = client=libnet-7.2,lwip;tag=loss
 *	repeat = 20
 *
 * docs/plans.md tells every key.
 */
#ifndef HARNESS_PLAN_FILE_H
#define HARNESS_PLAN_FILE_H

#include <glib.h>

#include "harness/ini.h"

/* One selection: of a file, or what a command line says. */
struct plan_part {
	char *name;    /* NULL: a command line's */
	char **filter; /* terms; NULL: everything */
	int clock;     /* enum scenario_clock */
	uint64_t seed; /* of the first repetition */
	unsigned n_repeat;
	bool pairwise;
	bool rotates; /* the seeds are those of the night */
};

typedef struct PlanFile {
	char *name, *path;
	char *summary;
	GPtrArray *parts; /* of struct plan_part, in file order, at least one */
} PlanFile;

extern const struct ini_key plan_keys[];

/**
 * plan_file_load() - Read a plan
 * @name:	"nightly": one of iplab's own; or a path, with a '/' or ending in .ini
 *
 * Return: the plan, or NULL with @error set (INI_ERROR).
 */
PlanFile *plan_file_load(const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * plan_file_rotate() - Make the seeds of the parts that rotate those of a night
 * @night:	Its number. Once for each plan
 *
 * Return: whether there are any.
 */
bool plan_file_rotate(PlanFile *p, uint64_t night);

void plan_file_free(PlanFile *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanFile, plan_file_free)

#endif /* HARNESS_PLAN_FILE_H */
