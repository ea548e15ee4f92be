/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program-check words of a guest's lowcore, read from outside
 */
#ifndef HARNESS_LOWCORE_H
#define HARNESS_LOWCORE_H

#include "harness/ending.h"
#include "harness/qmp.h"

/* From a machine, running or not; waits. Not known if QEMU does not answer. */
struct lowcore lowcore_of_guest(Qmp *q);

/* The same without waiting: asking stops no guest, but the answer may take milliseconds. */
void lowcore_ask(Qmp *q, void (*on_lowcore)(void *self, const struct lowcore *l), void *self);

/* What a kernel file puts there when it is copied to absolute 0. Not known if it is too short. */
struct lowcore lowcore_of_kernel(const char *path);

#endif /* HARNESS_LOWCORE_H */
