/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JUnit XML, for the test tabs of GitLab and Jenkins
 */
#ifndef REPORTS_JUNIT_H
#define REPORTS_JUNIT_H

#include "reports/report.h"

/* A suite with a case for each cell. */
void junit_report(GString *out, const struct report *r);

/**
 * junit_write() - Write the same into a file
 * @path:	File; it appears whole or not at all
 * @suite_name:	Name of the run
 * @results:	Array of Result, in the order wanted
 * @error:	RESULT_ERROR_FILE
 *
 * Return: whether the file was written.
 */
bool junit_write(const char *path, const char *suite_name, GPtrArray *results,
		 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* REPORTS_JUNIT_H */
