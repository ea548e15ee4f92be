/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The decisions of a boot's network: read from its journal, and said in a scenario
 *
 * A journal has each decision by its name (server/impair_decision.h). A scenario that takes only
 * some of them has either their names, and then needs the seed; or, where they can be said so, one
 * rule for each, which anybody can read and which needs no seed.
 */
#ifndef HARNESS_DECISIONS_H
#define HARNESS_DECISIONS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct decision {
	char *name;        /* "loss tftp.ack file=initrd.img ordinal=1 block=3 attempt=1" */
	char *who;         /* "loss", "rule.late" */
	char *packet;      /* "tftp.ack file=initrd.img ordinal=1 block=3 attempt=1" */
	char *action;      /* "drop", "delay", "corrupt", ... */
	char *edits;       /* of a corruption: what it changed; NULL: not known */
	bool repaired;     /* of a corruption */
	uint64_t bytes;    /* of a truncation: what was left */
	uint64_t delay_ns; /* of jitter: of the whole journey */
};

/**
 * decisions_of_journal() - Read them
 * @path:	journal.jsonl.gz of a cell
 *
 * Return: array of struct decision in order of time, each name once; empty if there is no journal.
 */
GPtrArray *decisions_of_journal(const char *path);

/* The same of one line of a journal; NULL: it is none. */
struct decision *decision_of_line(char *line);

void decision_free(void *decision);

/**
 * decisions_by_name() - A scenario that takes no other decisions
 * @text:	A scenario
 * @in:		Of @decisions, those that are taken; NULL: all
 *
 * Return: its text; caller: g_free(). NULL if @text is no key file.
 */
char *decisions_by_name(const char *text, const GPtrArray *decisions, const bool *in);

/**
 * decisions_as_rules() - A scenario in which each decision is a rule
 * @needs_seed:	Filled: some of them no rule can say; the models stay for these, and they are named
 *
 * Jitter becomes a delay of whole milliseconds, and what a rule did to many packets a rule for
 * each. So it is another scenario, and may fail in another way, or not at all: try it.
 *
 * Return: as decisions_by_name().
 */
char *decisions_as_rules(const char *text, const GPtrArray *decisions, const bool *in,
			 bool *needs_seed);

#endif /* HARNESS_DECISIONS_H */
