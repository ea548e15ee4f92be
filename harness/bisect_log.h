/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a bisection has seen: bisect.jsonl in its folder
 *
 * Its first line says what is searched, each further one is a boot, and the last one the answer. A
 * bisection is a function of what its boots show, so it goes on by being done again: what is in the
 * log is not booted. Lines are written whole; of one that is not, nothing is read.
 */
#ifndef HARNESS_BISECT_LOG_H
#define HARNESS_BISECT_LOG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "reports/result.h"

#define BISECT_LOG_SCHEMA 1

typedef enum {
	BISECT_LOG_ERROR_FILE,   /* cannot be made, read or written */
	BISECT_LOG_ERROR_USED,   /* the folder of a new one has something in it */
	BISECT_LOG_ERROR_SYNTAX, /* it is no log of a bisection */
	BISECT_LOG_ERROR_OTHER,  /* it is one of another series */
	BISECT_LOG_ERROR_BUSY,   /* somebody is writing it */
} BisectLogError;

#define BISECT_LOG_ERROR bisect_log_error_quark()
GQuark bisect_log_error_quark(void);

typedef struct BisectLog {
	char *dir;      /* absolute */
	char **command; /* command line of the one that is to go on; NULL: it is new */
	char *folder;   /* in which that was given */
	/*< private >*/
	int fd;
	char **series;       /* names of the candidates; NULL: it is new */
	GHashTable *records; /* "seed candidate" -> struct bisect_record */
	bool has_answer;
} BisectLog;

struct bisect_record {
	char *dir; /* below that of the log */
	Result *result;
};

/* @dir must not be there, or be empty. NULL with @error set. */
BisectLog *bisect_log_new(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Go on with one. NULL with @error set. */
BisectLog *bisect_log_open(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Say what is searched; of one that goes on, it must be the same series. */
bool bisect_log_begin(BisectLog *l, char **command, char **series,
		      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A boot that was logged before; NULL: there is none. Borrowed. */
const struct bisect_record *bisect_log_find(const BisectLog *l, const char *candidate,
					    uint64_t seed);

/**
 * bisect_log_add() - Log a boot
 * @dir:	Below that of the log; may be NULL
 * @outcome:	And @why: for people
 * @r:		Copied
 */
bool bisect_log_add(BisectLog *l, const char *candidate, uint64_t seed, const char *dir,
		    const char *outcome, const char *why, const Result *r,
		    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Log the answer, unless it is there. */
bool bisect_log_end(BisectLog *l, const char *first, const char *last, double posterior,
		    unsigned n_boots, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bisect_log_free(BisectLog *l);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BisectLog, bisect_log_free)

#endif /* HARNESS_BISECT_LOG_H */
