/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Figures of `make bench`: a line for people, and a line of JSON
 */
#ifndef TESTS_BENCH_FIGURE_H
#define TESTS_BENCH_FIGURE_H

#include <stdbool.h>

/* Where the lines of JSON go; @mode as of fopen(). */
bool figure_open(const char *path, const char *mode);

struct figure {
	double median, low, high; /* the middle half of the values is between these */
};

/* Write the line of JSON only. */
struct figure figure_record(const char *name, const char *unit, const double *values, int n);

/* The median of @n values, and the middle half of them. */
void figure(const char *name, const char *unit, const double *values, int n);

void figure_close(void);

#endif /* TESTS_BENCH_FIGURE_H */
