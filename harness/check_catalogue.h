/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue of checks of conformance
 *
 * A file fixtures/checks/AREA.ini for each area, in it a group [check.ID] for each check;
 * docs/conformance.md tells every key. Judges (harness/judge/) say what a boot shows; what that
 * means is here.
 */
#ifndef HARNESS_CHECK_CATALOGUE_H
#define HARNESS_CHECK_CATALOGUE_H

#include <glib.h>
#include <stdbool.h>

#include "harness/ini.h"
#include "harness/judge/judge.h"
#include "reports/check_result.h"

/* What a check rests on, and so how bad it is to break it. */
enum check_level {
	CHECK_MUST,
	CHECK_SHOULD,
	CHECK_MAY,
	CHECK_ROBUSTNESS, /* survive, and go on or stop with a message */
	CHECK_SECURITY,   /* must not be usable against the client */
	CHECK_PRACTICE,   /* no RFC, but what everybody does */
	CHECK_RECORD,     /* no right answer: the value is kept */
	CHECK_N_LEVELS,
};

enum check_kind {
	CHECK_PASSIVE, /* judged from any boot */
	CHECK_ACTIVE,  /* provoked by its scenario, beside its control */
};

struct check {
	char *id;                  /* "dhcp4.msg.header": never changes */
	const char *area;          /* "dhcp4": name of its file */
	char *claim;               /* one sentence */
	char *clause;              /* "RFC 2131 2"; NULL: there is none */
	char *rests_on;            /* what else it rests on; NULL: the clause */
	int level;                 /* enum check_level */
	int kind;                  /* enum check_kind */
	char *scenario;            /* that provokes it; of a passive one, where it is seen */
	char *control;             /* scenario without the fault; NULL: passive */
	char *pass;                /* client on which it was seen to pass; NULL: none */
	char *fail;                /* client or mutant on which it was seen to fail; NULL: none */
	bool slow;                 /* takes long; not without --slow */
	bool planned;              /* listed only: nobody judges it yet */
	const struct judge *judge; /* NULL: planned */
};

struct check_area {
	char *name, *title;
};

typedef struct Checks {
	GPtrArray *areas; /* of struct check_area, by name */
	GPtrArray *all;   /* of struct check, by area, in file order */
} Checks;

typedef enum {
	CHECKS_ERROR_TWICE,    /* two checks with one id */
	CHECKS_ERROR_RESTS_ON, /* neither a clause nor anything else, or both */
	CHECKS_ERROR_SCENARIO, /* active and without scenario or control, or the other way round */
	CHECKS_ERROR_JUDGE,    /* not planned and nobody judges it, or the other way round */
	CHECKS_ERROR_ID,       /* not lower-case words with dots between them; no check has it */
} ChecksError;

#define CHECKS_ERROR checks_error_quark()
GQuark checks_error_quark(void);

extern const struct ini_key check_keys[];

/**
 * checks_load() - Read the catalogue
 * @dir:	Folder with the files; NULL: iplab's own
 *
 * Return: the catalogue; NULL with @error set (CHECKS_ERROR, INI_ERROR): one bad file is one too
 *	   many.
 */
Checks *checks_load(const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * checks_select() - Keep only some of the checks, and their areas
 * @patterns:	Of ids, with commas between them; * and ? may stand
 *
 * Return: false with @error set (CHECKS_ERROR_ID) if a pattern fits none.
 */
bool checks_select(Checks *c, const char *patterns, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The check with that id; NULL: there is none. */
const struct check *checks_find(const Checks *c, const char *id);

/* What it means for a check that a boot showed this. */
enum check_verdict check_verdict(const struct check *check, enum judge_saw saw);

/* Whether it was seen to pass and to fail: only then may it gate. */
bool check_is_proven(const struct check *check);

/* Whether it can fail, or be warned of: what is a MAY or has no right answer is only written down.
 */
bool check_judges(const struct check *check);

/* "planned", "proven", "unproven", or "records" of what judges nothing. */
const char *check_state(const struct check *check);

const char *check_level_name(const struct check *check); /* "MUST", "robustness", ... */

/* For reports, id -> struct check_words: borrowed from @c, which must live longer. Caller: unref.
 */
GHashTable *checks_words(const Checks *c);

void checks_free(Checks *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Checks, checks_free)

#endif /* HARNESS_CHECK_CATALOGUE_H */
