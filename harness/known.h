/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known failures: what a client is known not to do, so that a run over it is still as expected
 *
 * A file known-failures.ini in a folder with scenarios; docs/known-failures.md tells every key.
 */
#ifndef HARNESS_KNOWN_H
#define HARNESS_KNOWN_H

#include <glib.h>
#include <stdbool.h>

#include "harness/ini.h"
#include "reports/result.h"

#define KNOWN_FILE "known-failures.ini"

typedef struct Known Known;

extern const struct ini_key known_keys[];

/**
 * known_load() - Read the known-failures.ini of each folder that has one
 * @dirs:	Folders with scenarios, those that count first in front (paths_scenario_dirs())
 *
 * Return: the entries, in that order; NULL with @error set (INI_ERROR).
 */
Known *known_load(char **dirs, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * known_apply() - Make of a verdict what it is in the light of what is known
 * @r:		Changed if it is a pass or a fail and an entry fits: the first that does decides
 *
 * A fail becomes an xfail; a pass an xpass, unless the entry says that it may pass, or how often.
 * The latter is noted in the result, for rates_of().
 */
void known_apply(const Known *k, Result *r);

/* The files that were read; NULL-terminated, borrowed. */
char **known_files(const Known *k);

void known_free(Known *k);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Known, known_free)

#endif /* HARNESS_KNOWN_H */
