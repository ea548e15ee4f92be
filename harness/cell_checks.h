/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The passive checks of one cell, on every cell of every run
 *
 * The worker judges, so that what it chokes on is one cell's error; the orchestrator, which has the
 * catalogue, says what it means.
 */
#ifndef HARNESS_CELL_CHECKS_H
#define HARNESS_CELL_CHECKS_H

#include "harness/check_catalogue.h"
#include "harness/known.h"
#include "reports/result.h"

/**
 * cell_checks_judge() - Read a cell's journal, and judge what can be judged without a control
 * @dir:	The cell's folder
 * @r:		Gets the number of checks that passed, and those that are broken or record a value:
 *		as CHECK_FAIL and CHECK_RECORDED, whatever their level
 */
void cell_checks_judge(const char *dir, Result *r);

/*
 * Give each its verdict by its level, and the known failure that it is; those that the catalogue
 * does not have are taken out.
 */
void cell_checks_weigh(const Checks *checks, const Known *known, Result *r);

/**
 * cell_checks_append_news() - Say what is broken that nobody knew, in one line
 * @results:	Of Result, weighed
 *
 * Each check of a client once; nothing if there is none. Checks that are not proven are no news.
 */
void cell_checks_append_news(GString *out, const Checks *checks, const GPtrArray *results);

#endif /* HARNESS_CELL_CHECKS_H */
