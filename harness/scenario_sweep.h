/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * [sweep]: one scenario file that is a scenario for each value of one key
 *
 * scenarios/sweep/loss.ini with "key = link.loss" and "values = 0%;5%" is the scenarios
 * "sweep/loss@0" and "sweep/loss@5". The point is the value without what has no place in the name
 * of a folder.
 */
#ifndef HARNESS_SCENARIO_SWEEP_H
#define HARNESS_SCENARIO_SWEEP_H

#include "harness/scenario.h"

/* Parts the name of a scenario file from the point behind it. */
#define SCENARIO_SWEEP_MARK '@'

/* The length of what stands before the mark, or of all of @name. */
size_t scenario_sweep_base_len(const char *name);

/**
 * scenario_sweep_read() - Read [sweep] into @s, and go to the point that its name says
 *
 * The value goes into @ini, where everything that is read later finds it. A name without a point
 * leaves the file as it is.
 *
 * Return: false with @error set if there is no such point, or the group contradicts itself.
 */
bool scenario_sweep_read(Scenario *s, Ini *ini, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether @s is a file with points, and not one of them. */
bool scenario_sweep_has_points(const Scenario *s);

/* The name of each point, in the order of the file: "sweep/loss@0", ... Caller: g_strfreev(). */
char **scenario_sweep_names(const Scenario *s);

#endif /* HARNESS_SCENARIO_SWEEP_H */
