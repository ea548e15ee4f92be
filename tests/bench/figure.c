/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Figures of `make bench`
 */
#include "tests/bench/figure.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

static FILE *jsonl;

bool figure_open(const char *path, const char *mode)
{
	jsonl = fopen(path, mode);
	return jsonl;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void figure(const char *name, const char *unit, const double *values, int n)
{
	g_autofree double *v = g_memdup2(values, (size_t)n * sizeof(*v));

	qsort(v, (size_t)n, sizeof(*v), compare);
	printf("  %-50s %9.3f %-4s (%.3f to %.3f, n=%d)\n", name, v[n / 2], unit, v[n / 4],
	       v[n - 1 - n / 4], n);
	fprintf(jsonl,
		"{\"name\":\"%s\",\"value\":%.6g,\"unit\":\"%s\",\"n\":%d,\"low\":%.6g,"
		"\"high\":%.6g}\n",
		name, v[n / 2], unit, n, v[n / 4], v[n - 1 - n / 4]);
	fflush(stdout);
}

void figure_close(void)
{
	fclose(jsonl);
}
