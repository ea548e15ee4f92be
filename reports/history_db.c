/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The database of the history: its file, its schema, and how it is spoken to
 *
 * PRAGMA user_version counts the steps of the schema that are done. A step is never changed: what
 * is to be different comes as a further one.
 */
#include "reports/history_db.h"

enum {
	BUSY_MS = 60 * 1000, /* how long to wait for other writers */
	DIR_MODE = 0755,
	N_TRIES = 100, /* to switch the journal, which does not wait by itself */
	TRY_MS = 50,
};

static const char *const steps[] = {
	/* 1: runs and their boots */
	"CREATE TABLE run("
	"  id INTEGER PRIMARY KEY,"
	"  digest TEXT NOT NULL UNIQUE," /* SHA-256 of results.jsonl */
	"  name TEXT NOT NULL,"
	"  started TEXT NOT NULL,"
	"  iplab TEXT NOT NULL);"
	"CREATE TABLE series("
	"  id INTEGER PRIMARY KEY,"
	"  client TEXT NOT NULL,"
	"  server TEXT NOT NULL,"
	"  scenario TEXT NOT NULL,"
	"  clock TEXT NOT NULL,"
	"  UNIQUE(client, server, scenario, clock));"
	"CREATE TABLE boot("
	"  id INTEGER PRIMARY KEY,"
	"  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,"
	"  series INTEGER NOT NULL REFERENCES series,"
	"  seed INTEGER NOT NULL,"
	"  verdict TEXT NOT NULL,"
	"  wall_ns INTEGER NOT NULL,"
	"  virtual_ns INTEGER NOT NULL,"
	"  ns_per_insn INTEGER NOT NULL,"
	"  frames_in INTEGER NOT NULL,"
	"  frames_out INTEGER NOT NULL,"
	"  bytes_loaded INTEGER NOT NULL,"
	"  packets_sent INTEGER NOT NULL,"
	"  packets_lost INTEGER NOT NULL);"
	"CREATE INDEX boot_by_series ON boot(series, run);"
	"CREATE INDEX boot_by_run ON boot(run);"
	"CREATE TABLE milestone("
	"  boot INTEGER NOT NULL REFERENCES boot ON DELETE CASCADE,"
	"  name TEXT NOT NULL,"
	"  t_ns INTEGER NOT NULL,"
	"  PRIMARY KEY(boot, name)) WITHOUT ROWID;",
	/* 2: what the clients were */
	"CREATE TABLE client("
	"  run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,"
	"  name TEXT NOT NULL,"
	"  version TEXT,"
	"  files TEXT,"
	"  qemu_version TEXT,"
	"  PRIMARY KEY(run, name)) WITHOUT ROWID;",
};

struct History {
	sqlite3 *db;
};

GQuark history_error_quark(void)
{
	return g_quark_from_static_string("iplab-history-error-quark");
}

static bool sql_error(History *h, GError **error)
{
	g_set_error(error, HISTORY_ERROR, HISTORY_ERROR_SQL, "%s", sqlite3_errmsg(h->db));
	return false;
}

static bool execute(History *h, const char *sql, GError **error)
{
	return sqlite3_exec(h->db, sql, NULL, NULL, NULL) == SQLITE_OK || sql_error(h, error);
}

sqlite3_stmt *history_prepare(History *h, const char *sql, GError **error)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(h->db, sql, -1, &s, NULL) != SQLITE_OK)
		sql_error(h, error);
	return s;
}

bool history_run(History *h, sqlite3_stmt *s, GError **error)
{
	int r = sqlite3_step(s);

	sqlite3_reset(s);
	return r == SQLITE_DONE || sql_error(h, error);
}

bool history_next(History *h, sqlite3_stmt *s, GError **error)
{
	int r = sqlite3_step(s);

	if (r != SQLITE_ROW && r != SQLITE_DONE)
		sql_error(h, error);
	return r == SQLITE_ROW;
}

gint64 history_last_row(History *h)
{
	return sqlite3_last_insert_rowid(h->db);
}

int history_n_changed(History *h)
{
	return sqlite3_changes(h->db);
}

void history_bind_text(sqlite3_stmt *s, int at, const char *text)
{
	sqlite3_bind_text(s, at, text, -1, SQLITE_TRANSIENT);
}

void history_bind_u64(sqlite3_stmt *s, int at, uint64_t value)
{
	sqlite3_bind_int64(s, at, (sqlite3_int64)value);
}

char *history_text(sqlite3_stmt *s, int at)
{
	return g_strdup((const char *)sqlite3_column_text(s, at));
}

uint64_t history_u64(sqlite3_stmt *s, int at)
{
	return (uint64_t)sqlite3_column_int64(s, at);
}

bool history_begin(History *h, GError **error)
{
	return execute(h, "BEGIN IMMEDIATE", error);
}

bool history_end(History *h, bool ok, GError **error)
{
	if (ok && execute(h, "COMMIT", error))
		return true;
	sqlite3_exec(h->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

/* --- the file --------------------------------------------------------------------------------- */

static bool read_version(History *h, int *version, GError **error)
{
	sqlite3_stmt *s = history_prepare(h, "PRAGMA user_version", error);
	bool ok = s && history_next(h, s, error);

	if (ok)
		*version = sqlite3_column_int(s, 0);
	sqlite3_finalize(s);
	return ok;
}

/* Within a transaction: whoever else opens it waits, and then finds nothing to do. */
static bool take_steps(History *h, const char *path, GError **error)
{
	int version;

	if (!read_version(h, &version, error))
		return false;
	if (version > (int)G_N_ELEMENTS(steps)) {
		g_set_error(error, HISTORY_ERROR, HISTORY_ERROR_NEWER,
			    "%s: its schema is %d, and this iplab knows up to %d", path, version,
			    (int)G_N_ELEMENTS(steps));
		return false;
	}
	for (; version < (int)G_N_ELEMENTS(steps); version++) {
		g_autofree char *mark = g_strdup_printf("PRAGMA user_version = %d", version + 1);

		if (!execute(h, steps[version], error) || !execute(h, mark, error))
			return false;
	}
	return true;
}

static bool migrate(History *h, const char *path, GError **error)
{
	int version;

	if (!read_version(h, &version, error))
		return false;
	if (version == (int)G_N_ELEMENTS(steps))
		return true;
	return history_begin(h, error) && history_end(h, take_steps(h, path, error), error);
}

/* With a write-ahead log readers and a writer do not wait for each other. */
static bool use_wal(History *h, GError **error)
{
	for (unsigned i = 0; i < N_TRIES; i++) {
		int r = sqlite3_exec(h->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);

		if (r != SQLITE_BUSY)
			return r == SQLITE_OK || sql_error(h, error);
		sqlite3_sleep(TRY_MS);
	}
	return sql_error(h, error);
}

History *history_open(const char *path, GError **error)
{
	g_autoptr(History) h = g_new0(History, 1);
	g_autofree char *dir = g_path_get_dirname(path);

	g_mkdir_with_parents(dir, DIR_MODE);
	if (sqlite3_open_v2(path, &h->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
	    SQLITE_OK) {
		g_set_error(error, HISTORY_ERROR, HISTORY_ERROR_FILE, "%s: %s", path,
			    h->db ? sqlite3_errmsg(h->db) : "out of memory");
		return NULL;
	}
	sqlite3_busy_timeout(h->db, BUSY_MS);
	if (use_wal(h, error) && execute(h, "PRAGMA foreign_keys = ON", error) &&
	    migrate(h, path, error))
		return g_steal_pointer(&h);
	g_prefix_error(error, "%s: ", path);
	return NULL;
}

void history_close(History *h)
{
	if (!h)
		return;
	sqlite3_close(h->db);
	g_free(h);
}
