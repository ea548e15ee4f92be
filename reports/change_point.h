/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Change points: where a series of noisy values goes over to another level
 *
 * E-divisive (Matteson and James 2014): the split at which the two sides lie furthest apart by
 * their energy distance is held against splits of the same values in random order, and each side is
 * then looked at alone. It supposes nothing of the values' distribution.
 */
#ifndef REPORTS_CHANGE_POINT_H
#define REPORTS_CHANGE_POINT_H

#include <glib.h>
#include <stddef.h>

enum {
	CHANGE_POINT_SIDE_MIN = 3, /* values on each side of one */
	CHANGE_POINT_N_ORDERS = 199,
};

/*
 * Where levels begin: of size_t, ascending, without 0. Below a chance of 1 % each; the orders are
 * drawn by a fixed seed. The caller unrefs.
 */
GArray *change_points(const double *x, size_t n);

#endif /* REPORTS_CHANGE_POINT_H */
