/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was decided about a packet, as the journal and the capture tell it
 */
#ifndef SERVER_IMPAIR_NOTE_H
#define SERVER_IMPAIR_NOTE_H

#include "server/impair.h"

enum {
	IMPAIR_NOTE_N_FIELDS = 4,
};

struct impair_note {
	const char *action;             /* "drop": the event is "NAME.drop" */
	const struct impair_rule *rule; /* who decided: a rule, or else a model */
	const char *model;
	uint64_t draw;
	unsigned threshold_ppm; /* 0: there was none */
	/* What the action did. */
	struct {
		const char *key, *text; /* text NULL: value */
		uint64_t value;
	} fields[IMPAIR_NOTE_N_FIELDS];
	unsigned n_fields;
};

/* @key and @text are borrowed; at most IMPAIR_NOTE_N_FIELDS of them. */
void impair_note_add_u64(struct impair_note *n, const char *key, uint64_t value);
void impair_note_add_text(struct impair_note *n, const char *key, const char *text);

/* @name: what the event begins with. */
void impair_note_journal(const struct impair_note *n, Journal *j, const char *name, uint64_t now_ns,
			 const struct packet_id *id);

/* Append a sentence; those that are there already end in a semicolon then. */
void impair_note_comment(const struct impair_note *n, GString *comment);

#endif /* SERVER_IMPAIR_NOTE_H */
