/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sweeps in the page of a run: completion and boot time over what a scenario varies
 */
#ifndef REPORTS_SWEEP_CHARTS_H
#define REPORTS_SWEEP_CHARTS_H

#include <glib.h>
#include <stdbool.h>

/**
 * sweep_charts_append() - Append a section with two charts for each sweep, server and clock
 * @results:	Array of Result
 *
 * Of each client the boots that came to the payload, with Wilson's interval, and their median time,
 * with its bootstrap interval, of six boots or more; both 95 %. A table beneath has the same.
 * Sweeps of which one point only was run are left out.
 *
 * Return: false if there is none, and nothing was appended.
 */
bool sweep_charts_append(GString *out, const GPtrArray *results);

#endif /* REPORTS_SWEEP_CHARTS_H */
