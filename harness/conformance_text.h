/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What clients came to, for people
 */
#ifndef HARNESS_CONFORMANCE_TEXT_H
#define HARNESS_CONFORMANCE_TEXT_H

#include "harness/conformance.h"
#include "harness/known.h"

/* A table of areas and clients with how many checks came to what, and then all that are broken. */
void conformance_text_write(GString *out, const Conformance *c, const Checks *checks,
			    const Known *known, const char *dir);

/* One of those that are broken, and @known if it is known to be (NULL: it is not). */
void conformance_text_write_broken(GString *out, const struct conformance_entry *e,
				   const struct known_check *known, const char *dir);

/* All of a check: claim, what it rests on, what is done, and its proof. */
void conformance_text_explain(GString *out, const struct check *check);

/* The whole catalogue as docs/conformance.md, with the verdict of each client of the run. */
void conformance_text_document(GString *out, const Conformance *c, const Checks *checks);

/*
 * Hold the catalogue to its proofs: each check passes on the client that it names for that, and
 * fails on the other. What does not, and what names none, is said. Those that take long were booted
 * only if @slow.
 *
 * Return: whether all that are named hold.
 */
bool conformance_text_prove(GString *out, const Conformance *c, const Checks *checks, bool slow);

#endif /* HARNESS_CONFORMANCE_TEXT_H */
