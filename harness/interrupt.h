/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals that end a command which has something to put away first: SIGINT, SIGTERM, SIGHUP
 */
#ifndef HARNESS_INTERRUPT_H
#define HARNESS_INTERRUPT_H

#include <stdbool.h>

/* From now on they do not end this process. */
void interrupt_hold(void);

/* Whether one came since then. Dispatches what is pending in the main context. */
bool interrupt_came(void);

#endif /* HARNESS_INTERRUPT_H */
