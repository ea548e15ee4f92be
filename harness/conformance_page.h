/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page of `iplab conformance --report`
 */
#ifndef HARNESS_CONFORMANCE_PAGE_H
#define HARNESS_CONFORMANCE_PAGE_H

#include "harness/conformance.h"
#include "harness/known.h"

/**
 * conformance_page() - Append the page: areas and clients, and each check with its evidence
 * @known:	Whose words stand beside what is broken
 * @dir:	The run's folder, in which captures are
 */
void conformance_page(GString *out, const Conformance *c, const Checks *checks, const Known *known,
		      const char *dir);

#endif /* HARNESS_CONFORMANCE_PAGE_H */
