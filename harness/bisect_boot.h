/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One boot of a bisection, in a folder that is a run of its own: `iplab show --run` shows it
 */
#ifndef HARNESS_BISECT_BOOT_H
#define HARNESS_BISECT_BOOT_H

#include "harness/catalogue.h"
#include "harness/check_catalogue.h"
#include "reports/result.h"

/* All borrowed. */
struct bisect_boot {
	const struct plan_cell *cell;
	uint64_t seed; /* in place of the cell's */
	const struct client_overrides *files;
	const struct check *check; /* NULL: none */
	Scenario *control;         /* of the check; NULL: it is passive */
	const char *dir;           /* made; if it is there it is removed first */
};

/**
 * bisect_boot() - Boot
 *
 * If there is a check, its verdict is among the result's checks: not only when it is broken.
 *
 * Return: the result; NULL if a signal came. Caller: result_free().
 */
Result *bisect_boot(const struct bisect_boot *b) G_GNUC_WARN_UNUSED_RESULT;

#endif /* HARNESS_BISECT_BOOT_H */
