/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KCIDB, the format in which KernelCI takes results of others: version 5.3
 */
#ifndef REPORTS_KCIDB_H
#define REPORTS_KCIDB_H

#include "reports/report.h"

/* A checkout for the run, a build for each client, a test for each cell. */
void kcidb_report(GString *out, const struct report *r);

/* Whether KCIDB takes it for the name of a CI system. */
bool kcidb_is_origin(const char *text);

/* Whether it takes it for a commit: all 40 digits. */
bool kcidb_is_commit(const char *text);

/* Whether it takes it for the URL of a repository. */
bool kcidb_is_repository(const char *text);

#endif /* REPORTS_KCIDB_H */
