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

struct figure figure_record(const char *name, const char *unit, const double *values, int n)
{
	g_autofree double *v = g_memdup2(values, (size_t)n * sizeof(*v));
	struct figure f;

	qsort(v, (size_t)n, sizeof(*v), compare);
	f = (struct figure){ .median = v[n / 2], .low = v[n / 4], .high = v[n - 1 - n / 4] };
	fprintf(jsonl,
		"{\"name\":\"%s\",\"value\":%.6g,\"unit\":\"%s\",\"n\":%d,\"low\":%.6g,"
		"\"high\":%.6g}\n",
		name, f.median, unit, n, f.low, f.high);
	return f;
}

void figure(const char *name, const char *unit, const double *values, int n)
{
	struct figure f = figure_record(name, unit, values, n);

	printf("  %-50s %9.3f %-4s (%.3f to %.3f, n=%d)\n", name, f.median, unit, f.low, f.high, n);
	fflush(stdout);
}

void figure_close(void)
{
	fclose(jsonl);
}
