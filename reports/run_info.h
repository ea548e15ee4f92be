/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What run.json says of a run: what was asked, and what went in
 */
#ifndef REPORTS_RUN_INFO_H
#define REPORTS_RUN_INFO_H

#include <glib.h>
#include <stdint.h>

/* Texts are owned by it; NULL, or 0: the file does not say. */
typedef struct RunInfo {
	char *iplab;   /* version */
	char *started; /* UTC, as 2026-01-31T12:00:00Z */
	uint64_t started_unix_ns;
	char *command;                   /* words with blanks between them */
	char *kernel, *machine;          /* of the host */
	uint64_t n_cells;                /* that were selected */
	GHashTable *clients, *scenarios; /* name -> summary */
} RunInfo;

/**
 * run_info_parse() - Read the text of a run.json
 *
 * Only what is not JSON, or no object, is refused: what is missing is not known.
 *
 * Return: NULL with @error (RESULT_ERROR_SYNTAX) set.
 */
RunInfo *run_info_parse(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Likewise of the file in a run's folder; or RESULT_ERROR_FILE. */
RunInfo *run_info_load(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void run_info_free(RunInfo *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunInfo, run_info_free)

#endif /* REPORTS_RUN_INFO_H */
