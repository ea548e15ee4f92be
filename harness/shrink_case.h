/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A failing boot, shrunk to what it needs
 *
 * In three steps, each of which boots with less and asks whether the failure still has the same
 * signature: first with parts of the scenario left out (rules, models, faults of the servers); then
 * with only some of the decisions that the network took; last each
 * decision that is left becomes a rule, and once more what is not needed is left out. What comes
 * out was booted, and has the signature.
 */
#ifndef HARNESS_SHRINK_CASE_H
#define HARNESS_SHRINK_CASE_H

#include <glib.h>
#include <stdbool.h>

#include "harness/client.h"
#include "server/server.h"

typedef enum {
	SHRINK_CASE_ERROR_SCENARIO,    /* it cannot be read */
	SHRINK_CASE_ERROR_RUN,         /* it cannot be booted here */
	SHRINK_CASE_ERROR_OTHER,       /* it does not fail, or in another way */
	SHRINK_CASE_ERROR_INTERRUPTED, /* by a signal */
} ShrinkCaseError;

#define SHRINK_CASE_ERROR shrink_case_error_quark()
GQuark shrink_case_error_quark(void);

enum {
	SHRINK_CASE_N_BOOTS = 2000, /* a fair n_boots_max: a minute or two */
};

/* All borrowed. */
struct shrink_case {
	Client *client;
	const struct client_overrides *overrides; /* NULL: none */
	enum server_kind server;
	uint64_t seed;
	bool is_virtual;       /* on the wall clock a failure may come and go: what then comes out
				* is no more than a try */
	const char *name;      /* of the scenario: "loss/20-percent", "sweep/loss@5" */
	const char *text;      /* its file */
	const char *folder;    /* what paths in it are relative to; NULL: nothing */
	const char *signature; /* wanted */
	const char *dir;       /* to work in, made; what is left there is of the last boot */
	unsigned n_workers;    /* boots at once */
	unsigned n_boots_max;
	/* Of @what ("parts of the scenario", "decisions", "rules") so many are left. NULL: nobody
	 * wants to know. */
	void (*progress)(void *self, const char *what, unsigned n_left, unsigned n_boots);
	void *self;
};

typedef struct ShrunkCase {
	char *text;       /* the scenario, with the signature; comments at its head say what of */
	char **decisions; /* names of those that are needed, in order of time */
	char **parts;     /* of the scenario that are needed, decisions said as rules aside */
	char *dir;        /* folder of the boot of the text */
	unsigned n_parts, n_decisions; /* that there were */
	unsigned n_boots;
	bool needs_seed; /* the text has the signature with that seed only */
	bool is_minimal; /* false: n_boots_max ended it early */
} ShrunkCase;

/**
 * shrink_case() - Shrink a failure
 *
 * Return: what it needs; NULL with @error set (SHRINK_CASE_ERROR, G_FILE_ERROR).
 */
ShrunkCase *shrink_case(const struct shrink_case *c, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void shrunk_case_free(ShrunkCase *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ShrunkCase, shrunk_case_free)

#endif /* HARNESS_SHRINK_CASE_H */
