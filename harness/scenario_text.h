/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario file as text: taken apart, and put together from some of its parts
 *
 * Parts are what a failure may need or not: each rule, each fault of the HTTP server, each key of
 * network, servers and machine. The rest (what is served, expected, and how long it may take) stays
 * as it is: with less of a configuration another boot would be the right one. Comments are lost.
 */
#ifndef HARNESS_SCENARIO_TEXT_H
#define HARNESS_SCENARIO_TEXT_H

#include <glib.h>
#include <stdbool.h>

typedef struct ScenarioText ScenarioText;

/**
 * scenario_text_parse() - Take a scenario file apart
 * @folder:	What paths in it are relative to: they become absolute; NULL: as they are
 *
 * Whether it is a scenario is not looked at.
 *
 * Return: the parts; NULL with @error set (G_KEY_FILE_ERROR) if it is no key file.
 */
ScenarioText *scenario_text_parse(const char *text, const char *folder,
				  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Put a key in its place: a scenario that was a point of a sweep becomes one of its own. */
void scenario_text_flatten(ScenarioText *t, const char *setting_key, const char *value);

unsigned scenario_text_n_parts(const ScenarioText *t);

/* "rule.late", "link loss"; borrowed. */
const char *scenario_text_part(const ScenarioText *t, unsigned i);

/* The text with the parts of which @in is true, of all if it is NULL; caller: g_free(). */
char *scenario_text_with(const ScenarioText *t, const bool *in);

/* A list without the separator at its end that GLib writes; @items are texts. */
void scenario_text_set_list(GKeyFile *file, const char *group, const char *key,
			    const GPtrArray *items);

/* A key file as scenario files are written: the claim first, then what is done to the boot. */
char *scenario_text_write(GKeyFile *file);

void scenario_text_free(ScenarioText *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScenarioText, scenario_text_free)

#endif /* HARNESS_SCENARIO_TEXT_H */
