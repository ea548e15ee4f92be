/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots that failed may be tried again (`iplab run --retries N`)
 *
 * On the wall clock a machine may have been busy at the wrong moment. A boot that passes later is
 * flaky: that is a verdict of its own, and nothing that is kept quiet. On the virtual clock nothing
 * is tried again: the same seed gives the same boot.
 *
 * What kept the machine busy may still do: before each further try there is a time, twice as long
 * as before the last one, in which other cells run.
 */
#ifndef HARNESS_RETRY_H
#define HARNESS_RETRY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "reports/result.h"

enum {
	RETRY_FIRST_S = 1,
	RETRY_LONGEST_S = 64,
};

/* All cells that are tried; each is a pointer of the caller's, borrowed. */
typedef struct Retry Retry;

/* Each cell is tried again at most @n_retries times. */
Retry *retry_new(unsigned n_retries);

/**
 * retry_add() - A cell has been tried
 * @r:		What came of it; borrowed
 * @expected:	It is not to be tried again, whatever it says: it was known
 *
 * Return: the result of all tries (caller: result_free()), and the cell is forgotten; NULL: it is
 *	   to be tried again, and comes from retry_next() in its time.
 */
Result *retry_add(Retry *t, void *cell, const Result *r, bool expected, uint64_t now_ns);

/* A cell whose time has come, NULL: there is none. */
void *retry_next(Retry *t, uint64_t now_ns);

/* How long until there is one, at least 1; 0: none waits. */
uint64_t retry_wait_ns(const Retry *t, uint64_t now_ns);

/* So often a cell was tried: the number of its next try, from 0. */
unsigned retry_n_tried(const Retry *t, const void *cell);

void retry_free(Retry *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Retry, retry_free)

#endif /* HARNESS_RETRY_H */
