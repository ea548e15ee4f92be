/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The database of the history: its file, its schema, and how it is spoken to
 *
 * What is in it is added by reports/history_add.h and read by reports/history.h; its tables are
 * told in docs/history.md. Many programs may write at once: who finds it locked waits.
 */
#ifndef REPORTS_HISTORY_DB_H
#define REPORTS_HISTORY_DB_H

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
	HISTORY_ERROR_FILE,  /* cannot be opened, or is no database */
	HISTORY_ERROR_NEWER, /* a newer iplab made it */
	HISTORY_ERROR_RUN,   /* the folder holds no run, or one without a boot */
	HISTORY_ERROR_SQL,   /* the database refuses: locked for too long, full, damaged */
} HistoryError;

#define HISTORY_ERROR history_error_quark()
GQuark history_error_quark(void);

typedef struct History History;

/**
 * history_open() - Open a history, and bring it up to date
 * @path:	Made if it is not there, with its folder
 *
 * Return: the history, or NULL with @error set.
 */
History *history_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void history_close(History *h);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(History, history_close)

/* Begin to write: nobody else does until history_end(). False with @error set. */
bool history_begin(History *h, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Keep what was written (@ok), or take all of it back. Return: whether it was kept. */
bool history_end(History *h, bool ok, GError **error);

/* A statement; the caller finalizes it. NULL with @error set. */
sqlite3_stmt *history_prepare(History *h, const char *sql, GError **error);

/* Run a statement that has no rows; then it can be bound again. False with @error set. */
bool history_run(History *h, sqlite3_stmt *s, GError **error);

/* The next row of a statement. False: there is none, or with @error set. */
bool history_next(History *h, sqlite3_stmt *s, GError **error);

/* The row that was inserted last, and how many the last statement changed. */
gint64 history_last_row(History *h);
int history_n_changed(History *h);

/* Text (NULL: null) and counts. A seed may look negative in SQL, and comes back as it was. */
void history_bind_text(sqlite3_stmt *s, int at, const char *text);
void history_bind_u64(sqlite3_stmt *s, int at, uint64_t value);
char *history_text(sqlite3_stmt *s, int at); /* caller: g_free() */
uint64_t history_u64(sqlite3_stmt *s, int at);

#endif /* REPORTS_HISTORY_DB_H */
