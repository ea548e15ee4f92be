/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the history says
 */
#ifndef REPORTS_HISTORY_H
#define REPORTS_HISTORY_H

#include <glib.h>

#include "reports/history_db.h"
#include "reports/result.h"

struct history_run {
	gint64 id;
	char *name;    /* of its folder */
	char *started; /* UTC, "2026-11-23T13:09:15Z"; "" if the run does not say */
	unsigned n[VERDICT_N];
};

/* One client, server and scenario on one clock. */
struct history_series {
	gint64 id;
	char *client, *server, *scenario, *clock;
};

struct history_boot {
	gint64 run;
	char *client_files; /* as in the result; of that run; NULL: not known */
	Result *result;     /* what is kept of it */
};

/**
 * history_open() - Open a history, and bring it up to date
 * @path:	Made if it is not there, with its folder
 *
 * Return: the history, or NULL with @error set.
 */
History *history_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The last @n runs, the oldest first: of struct history_run. NULL with @error set. */
GPtrArray *history_runs(History *h, unsigned n, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All series, by name: of struct history_series. NULL with @error set. */
GPtrArray *history_series(History *h, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The boots of a series in the last @n runs of the history, by time of the run and seed: of struct
 * history_boot. NULL with @error set.
 */
GPtrArray *history_boots(History *h, const struct history_series *s, unsigned n,
			 GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* REPORTS_HISTORY_H */
