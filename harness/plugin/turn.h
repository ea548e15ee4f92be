/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the clock plugin and the worker say to each other, over one socket pair
 *
 * The plugin reports, and the guest stands still; the worker answers, and it goes on. Both run on
 * one machine: the numbers are the machine's own.
 */
#ifndef HARNESS_PLUGIN_TURN_H
#define HARNESS_PLUGIN_TURN_H

#include <stdint.h>

enum turn_why {
	TURN_LIMIT,   /* the limit was reached */
	TURN_NOTIFY,  /* the guest notified a device, and frames of it are out */
	TURN_CONSOLE, /* the guest called the service processor: it may have printed */
};

struct turn_report {
	uint64_t count; /* instructions executed so far */
	uint64_t why;   /* enum turn_why */
};

struct turn_answer {
	uint64_t limit; /* go on until so many instructions are executed */
};

#endif /* HARNESS_PLUGIN_TURN_H */
