/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a boot the same every time? (`iplab run --verify-determinism N`)
 *
 * The same cell is run many times; every journal must be equal to the first one, to the byte.
 */
#ifndef HARNESS_VERIFY_H
#define HARNESS_VERIFY_H

#include <glib.h>

#include "reports/result.h"

typedef struct Verify Verify;

/* For @n_runs runs of one cell. */
Verify *verify_new(unsigned n_runs);

/**
 * verify_add() - A run is over
 * @dir:	Its folder: removed if it is like the first one's; if that lies in it, that one is
 * @r:		Its result, borrowed
 *
 * Return: after the last run the result of them all, an error if any two differ (caller:
 *	   result_free()); NULL before.
 */
Result *verify_add(Verify *v, const char *dir, const Result *r);

void verify_free(Verify *v);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Verify, verify_free)

#endif /* HARNESS_VERIFY_H */
