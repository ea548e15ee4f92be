/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be measured of a boot: a number for each result
 */
#ifndef REPORTS_METRIC_H
#define REPORTS_METRIC_H

#include <glib.h>
#include <stdbool.h>

#include "reports/result.h"

typedef enum {
	METRIC_ERROR_NAME, /* no such metric, and no name of a milestone */
} MetricError;

#define METRIC_ERROR metric_error_quark()
GQuark metric_error_quark(void);

enum metric_kind {
	METRIC_TIME,   /* "payload", "kernel-start..kernel-done": ns from milestone to milestone */
	METRIC_WALL,   /* "wall": ns of the host's that the cell took */
	METRIC_FRAMES, /* "frames": in and out */
	METRIC_RATE,   /* "bytes/s": what was loaded, from the address to the last file */
	METRIC_INSNS,  /* "insns-per-frame": instructions that the guest executed, on the virtual
			* clock */
	/* "completion": 1 of a boot that passed, 0 of one that failed. For trends: of many boots it
	 * is the share that counts, and nothing can be its multiple. */
	METRIC_COMPLETION,
};

typedef struct Metric {
	char *name;
	enum metric_kind kind;
	char *from, *to; /* milestones; from is NULL for power-on */
} Metric;

/* For --help, and for messages; completion is for the history alone. */
#define METRIC_HELP                                                                                \
	"a milestone (payload), two of them (kernel-start..kernel-done), bytes/s,\n"               \
	"insns-per-frame, frames or wall"

/* Any name in the form of a milestone is taken for one. NULL with @error set. */
Metric *metric_parse(const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Its value; false: the boot has none, or one that is not positive (@value untouched). Only of
 * METRIC_COMPLETION a value may be 0.
 */
bool metric_of(const Metric *m, const Result *r, double *value);

/* Whether larger values are better. */
bool metric_more_is_better(const Metric *m);

/* Append a value as a person reads it: "12.3 ms", "1.20 MB/s". */
void metric_append(GString *s, const Metric *m, double value);

void metric_free(Metric *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Metric, metric_free)

#endif /* REPORTS_METRIC_H */
