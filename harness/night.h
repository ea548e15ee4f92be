/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which night it is: a search goes on with other seeds each time
 *
 * Regression needs seeds that stay, a search needs new ones. A number for each night gives them:
 * that of its UTC date, or what a CI engine says, for two shards may run on both sides of midnight.
 * The same number gives the same seeds at any time.
 */
#ifndef HARNESS_NIGHT_H
#define HARNESS_NIGHT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
	NIGHT_ERROR_SYNTAX, /* no number, or not in range */
} NightError;

#define NIGHT_ERROR night_error_quark()
GQuark night_error_quark(void);

#define NIGHT_VARIABLE "IPLAB_NIGHT"

/* So that all seeds are whole numbers in JSON, whoever reads them (2^53). */
#define NIGHT_MAX UINT64_C(9000000000000)

enum {
	NIGHT_N_SEEDS = 1000, /* of one night, before they are those of the next one */
};

struct night {
	uint64_t number;
	const char *said_by; /* "--night", ...; a constant */
	bool is_used;        /* a part of the plan rotates */
};

/**
 * night_find() - Which night it is
 * @option:	What the command line says; NULL: nothing. Then the variable counts, then the date
 * @now:	UTC
 *
 * Return: false with @error set, and @out as it was, if what is said is no number.
 */
bool night_find(struct night *out, const char *option, GDateTime *now,
		GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is seed @seed on a night that is none, on this one: 20261123 makes 20261123001 of 1. */
uint64_t night_seed(uint64_t night, uint64_t seed);

#endif /* HARNESS_NIGHT_H */
