/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot that failed may be tried again (`iplab run --retries N`)
 *
 * On the wall clock a machine may have been busy at the wrong moment. One that passes later is
 * flaky: that is a verdict of its own, and nothing that is kept quiet. On the virtual clock nothing
 * is tried again: the same seed gives the same boot.
 */
#ifndef HARNESS_RETRY_H
#define HARNESS_RETRY_H

#include <glib.h>

#include "reports/result.h"

typedef struct Retry Retry;

/* For one cell, that is tried again at most @n_retries times. */
Retry *retry_new(unsigned n_retries);

/**
 * retry_add() - The cell has been tried
 * @r:		What came of it; borrowed
 * @expected:	It is not to be tried again, whatever it says: it was known
 *
 * Return: the result of all tries (caller: result_free()); NULL: try again.
 */
Result *retry_add(Retry *t, const Result *r, bool expected);

/* So often it was tried: the number of the next try, from 0. */
unsigned retry_n_tried(const Retry *t);

void retry_free(Retry *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Retry, retry_free)

#endif /* HARNESS_RETRY_H */
