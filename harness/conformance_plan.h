/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `iplab conformance` boots
 */
#ifndef HARNESS_CONFORMANCE_PLAN_H
#define HARNESS_CONFORMANCE_PLAN_H

#include <glib.h>
#include <stdbool.h>

#include "harness/catalogue.h"
#include "harness/check_catalogue.h"

struct conformance_plan_options {
	bool prove; /* only what proves checks, by the clients that they name */
	bool slow;  /* also what takes long */
};

/**
 * conformance_plan() - The cells that checks need
 * @checks:	Those that are wanted
 * @patterns:	Of clients; none: all that run on the virtual clock and are on this machine
 *
 * Return: array of struct plan_cell; NULL with @error set.
 */
GPtrArray *conformance_plan(const Catalogue *all, const Checks *checks, char **patterns,
			    struct conformance_plan_options options, GError **error);

#endif /* HARNESS_CONFORMANCE_PLAN_H */
