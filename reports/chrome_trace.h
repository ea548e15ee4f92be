/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Chrome's trace format: what happened when, for Perfetto (ui.perfetto.dev) and chrome://tracing
 */
#ifndef REPORTS_CHROME_TRACE_H
#define REPORTS_CHROME_TRACE_H

#include "reports/report.h"

enum {
	CHROME_TRACE_EVENTS_MAX = 500 * 1000, /* of one boot; that more were left out is said */
};

/* A run: a track for each cell that went on at the same time, a slice for each cell. */
void chrome_trace_report(GString *out, const struct report *r);

/**
 * chrome_trace_boot() - Append the trace of one boot
 * @cell_dir:	Its folder, with journal.jsonl.gz
 * @title:	Of the whole
 * @error:	RESULT_ERROR_FILE
 *
 * Tracks for phases (from one milestone to the next), frames from and to the guest, server,
 * network, console and the rest. A journal that stops early is shown as far as it goes.
 *
 * Return: false if there is no journal.
 */
bool chrome_trace_boot(GString *out, const char *cell_dir, const char *title,
		       GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* REPORTS_CHROME_TRACE_H */
