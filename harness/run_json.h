/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run.json: what was asked, and version and hash of what goes in
 */
#ifndef HARNESS_RUN_JSON_H
#define HARNESS_RUN_JSON_H

#include "harness/rundir.h"

/* Its text, of what rundir_describe() is told. Caller: g_free(). */
char *run_json_text(char **command, GPtrArray *cells, const struct rundir_plan *plan,
		    const struct server_here servers[SERVER_N_KINDS], char **known);

#endif /* HARNESS_RUN_JSON_H */
