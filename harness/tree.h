/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boot trees: the folder with a scenario's served files
 *
 * All cells of a scenario read the same one; it is made before the first and removed after the
 * last.
 */
#ifndef HARNESS_TREE_H
#define HARNESS_TREE_H

#include <glib.h>
#include <stdbool.h>

#include "harness/scenario.h"

typedef enum {
	TREE_ERROR_FIXTURE, /* the build has not made it: the scenario cannot run here */
	TREE_ERROR_FILE,    /* cannot be read or written */
} TreeError;

#define TREE_ERROR tree_error_quark()
GQuark tree_error_quark(void);

/* Fill @dir, which is made if it is not there. */
bool tree_build(const Scenario *s, const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file that is copied for @f, caller frees; NULL: it is made up, or @error is set. */
char *tree_source(const Scenario *s, const struct scenario_file *f, GError **error);

/* Put a copy of the file @path into it as @name, if it has none of that name. */
bool tree_add_file(const char *dir, const char *name, const char *path,
		   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Remove a folder and all that is in it; follows no symbolic link. */
void tree_remove(const char *dir);

#endif /* HARNESS_TREE_H */
