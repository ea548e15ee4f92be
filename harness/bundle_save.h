/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bundles of boots that are over
 */
#ifndef HARNESS_BUNDLE_SAVE_H
#define HARNESS_BUNDLE_SAVE_H

#include "harness/bundle.h"
#include "harness/client.h"
#include "harness/scenario.h"

enum {
	BUNDLE_INPUT_MAX = 4 << 20, /* bytes of a file that went in: of larger ones the sum */
};

/* What was booted, by whoever did; all borrowed. */
struct bundle_source {
	const Client *client; /* with paths: after client_resolve(), client_ask_qemu() */
	const Scenario *scenario;
	const Result *result;                     /* described: after origin_describe() */
	const struct client_overrides *overrides; /* that were in force; NULL: none */
	const char *server_program;               /* of a daemon; NULL: none, or not known */
	const char *dir;                          /* with the boot's journal, console, capture */
};

/*
 * Whether a run keeps a bundle of what ended so: of what is not as expected; and, with @keep, of
 * every failure.
 */
bool bundle_is_due(enum verdict v, bool keep);

/* The bundle, or NULL with @error set: the scenario or a client file cannot be read any more. */
Bundle *bundle_of(const struct bundle_source *from, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Write it to @path; NULL: to BUNDLE_FILE_NAME in the boot's folder. */
bool bundle_save(const struct bundle_source *from, const char *path,
		 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* HARNESS_BUNDLE_SAVE_H */
