/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a file comes from: its sum, and the package that it was taken out of
 *
 * `make clients` puts a file `package` beside what it unpacks; see ci/clients. What was once asked
 * is remembered for as long as this process lives: a run's files are those of its beginning.
 */
#ifndef HARNESS_ORIGIN_H
#define HARNESS_ORIGIN_H

#include <glib.h>

#include "harness/client.h"
#include "reports/result.h"

struct origin_package {
	char *name, *version, *suite; /* of Debian's; never NULL */
};

/* SHA-256 in hexadecimal; NULL if it cannot be read. Borrowed. */
const char *origin_sha256(const char *path);

/* The package of a file; NULL if nothing is known of one. Borrowed. */
const struct origin_package *origin_package(const char *path);

/* Say in a result what it is a result of; after client_resolve() and client_ask_qemu(). */
void origin_describe(const Client *c, Result *r);

#endif /* HARNESS_ORIGIN_H */
