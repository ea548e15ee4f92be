/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The catalogue held against a run: what each client came to in each check
 *
 * Reads the journals of a run's folder, so a stored run can be judged again. Of all boots of a
 * client that show something of a check, the worst verdict counts.
 */
#ifndef HARNESS_CONFORMANCE_H
#define HARNESS_CONFORMANCE_H

#include "harness/catalogue.h"
#include "harness/check_catalogue.h"
#include "reports/result.h"

/*
 * Scenarios that clients on the wall clock boot as well. Waiting costs them time: what is not
 * marked is `not-observed` for them, with CONFORMANCE_WALL_CLOCK as evidence.
 */
#define CONFORMANCE_WALL_TAG "wall"
#define CONFORMANCE_WALL_CLOCK "wall clock"

/* What a client came to in a check. */
struct conformance_entry {
	const struct check *check;
	const char *client;
	char *cell;                /* that decided; NULL: none did */
	struct check_result *seen; /* its evidence; the verdict is there in any case */
};

typedef struct Conformance Conformance;

/**
 * conformance_judge() - Judge all boots of a run
 * @checks:	Borrowed, as are @clients
 * @clients:	Catalogue that says what is not applicable; NULL: nothing is
 * @dir:	The run's folder
 * @results:	Of Result: its results.jsonl, or what came of it just now
 */
Conformance *conformance_judge(const Checks *checks, const Catalogue *clients, const char *dir,
			       const GPtrArray *results);

/* The clients of the run: of char *, in the order of their first result. */
const GPtrArray *conformance_clients(const Conformance *c);

/* What a client came to; NULL: the client was not in the run. */
const struct conformance_entry *conformance_entry(const Conformance *c, const struct check *check,
						  const char *client);

struct conformance_counts {
	unsigned n[CHECK_N_VERDICTS];
	unsigned n_planned; /* counted nowhere else */
};

/* What a client of the run came to in the checks of an area, or in all (NULL). */
struct conformance_counts conformance_count(const Conformance *c, const char *area,
					    const char *client);

/* How many checks a client on the wall clock was not asked. */
unsigned conformance_n_not_on_wall(const Conformance *c, const char *client);

/* Whether any boot of a client was judged; not if it is not on this machine. */
bool conformance_has_boot(const Conformance *c, const char *client);

void conformance_free(Conformance *c);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Conformance, conformance_free)

#endif /* HARNESS_CONFORMANCE_H */
