/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known failures: what a client is known not to do, so that a run over it is still as expected
 *
 * Files known-failures.ini and known-checks.ini in a folder with scenarios, of one syntax: what a
 * person writes, and what `iplab conformance --write-known` may write anew. docs/known-failures.md
 * tells every key.
 */
#ifndef HARNESS_KNOWN_H
#define HARNESS_KNOWN_H

#include <glib.h>
#include <stdbool.h>

#include "harness/ini.h"
#include "reports/result.h"

#define KNOWN_FILE "known-failures.ini"
#define KNOWN_CHECKS_FILE "known-checks.ini"

typedef struct Known Known;

extern const struct ini_key known_keys[];

/* A check that clients are known to break. */
struct known_check {
	char *name;
	const char *path;         /* of the file, borrowed */
	char **checks, **clients; /* globs; clients: NULL: any */
	char *reason, *link;      /* link: NULL: none */
};

/**
 * known_load() - Read the files of each folder that has them
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

/* The same of one file alone. */
Known *known_load_file(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The first entry that says that a client breaks a check; NULL: nobody knows. Borrowed. */
const struct known_check *known_check(const Known *k, const char *check, const char *client);

/**
 * known_append_stale() - Say which entries are about nothing, a line of text for each
 * @results:	Of Result; an entry with flaky of which none of many boots failed. NULL: of none
 * @scenarios:	Names of all that there are: a pattern that fits none; NULL: not known
 * @checks:	Likewise, ids
 */
void known_append_stale(GString *out, const Known *k, const GPtrArray *results,
			const GPtrArray *scenarios, const GPtrArray *checks);

/* The files that were read; NULL-terminated, borrowed. */
char **known_files(const Known *k);

void known_free(Known *k);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Known, known_free)

#endif /* HARNESS_KNOWN_H */
