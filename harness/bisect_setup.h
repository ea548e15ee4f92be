/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bisection boots, from the command line: the cells, and a check's control
 */
#ifndef HARNESS_BISECT_SETUP_H
#define HARNESS_BISECT_SETUP_H

#include "harness/catalogue.h"
#include "harness/check_catalogue.h"

typedef enum {
	BISECT_SETUP_ERROR_CHECK, /* there is no such check, or it judges nothing */
	BISECT_SETUP_ERROR_CELLS, /* nothing to boot, or more than one scenario */
} BisectSetupError;

#define BISECT_SETUP_ERROR bisect_setup_error_quark()
GQuark bisect_setup_error_quark(void);

/* Borrowed. */
struct bisect_setup_options {
	const char *scenario; /* NULL: that of the check */
	const char *client;   /* may be a pattern */
	const char *server;   /* NULL: builtin */
	const char *check;    /* NULL: none */
	const char *clock;    /* "virtual", "wall"; NULL: as the client likes */
};

typedef struct BisectSetup {
	GPtrArray *cells; /* of struct plan_cell, by client; at least one, of one scenario */
	const struct check *check; /* NULL: none */
	Scenario *control;         /* NULL: the check is passive, or there is none */
	bool is_virtual;           /* all of them are */
	/*< private >*/
	Catalogue *catalogue;
	Checks *checks;
} BisectSetup;

/* NULL with @error set (BISECT_SETUP_ERROR, FILTER_ERROR, or of the files that are read). */
BisectSetup *bisect_setup_new(const struct bisect_setup_options *o,
			      GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bisect_setup_free(BisectSetup *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BisectSetup, bisect_setup_free)

#endif /* HARNESS_BISECT_SETUP_H */
