/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether what goes into a run is still what it was
 *
 * A run that died and goes on later is one run only if all of its cells had the same firmware,
 * QEMU, plugin and files.
 */
#ifndef HARNESS_SAME_INPUTS_H
#define HARNESS_SAME_INPUTS_H

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>

typedef enum {
	SAME_INPUTS_ERROR_CHANGED, /* something is not what it was */
} SameInputsError;

#define SAME_INPUTS_ERROR same_inputs_error_quark()
GQuark same_inputs_error_quark(void);

/**
 * same_inputs() - Hold the run.json of a run that began against what one would say today
 * @then:	All of that file
 * @now:	The text of one for the cells that are left (run_json_text())
 *
 * Only what goes into those cells counts: files by their sums, wherever they lie; and the versions
 * of what is in the program.
 *
 * Return: false with @error set: the first that is another one, with both sums.
 */
bool same_inputs(JsonObject *then, const char *now, GError **error);

#endif /* HARNESS_SAME_INPUTS_H */
