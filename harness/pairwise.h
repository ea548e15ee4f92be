/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fewer cells that still try every pair
 *
 * Most faults show with one client on one server, or one scenario on one server, whatever the third
 * is. So of all cells as many are kept as it takes for each pair of client and server, client and
 * scenario, and server and scenario that the cells have to be in one of them.
 */
#ifndef HARNESS_PAIRWISE_H
#define HARNESS_PAIRWISE_H

#include <glib.h>

/**
 * pairwise_reduce() - Take cells out of a plan that try no pair that others do not try
 * @cells:	Of struct plan_cell; those that are kept stay in their order, and each
 *		client/server/scenario with all its seeds or none
 *
 * The same cells give the same choice.
 */
void pairwise_reduce(GPtrArray *cells);

#endif /* HARNESS_PAIRWISE_H */
