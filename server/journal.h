/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The journal of a cell: what happened, one JSON object a line, each with a time
 *
 *	{"t_ns":104233000,"ev":"dhcp.offer","xid":"5a1f00c2","yiaddr":"10.0.2.15"}
 *
 * An event is begun, given its fields, and ended. (Calls instead of one variadic call, because the
 * compiler then checks each type.) Times are nanoseconds since power-on, on the cell's clock.
 */
#ifndef SERVER_JOURNAL_H
#define SERVER_JOURNAL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/wire/bytes.h"
#include "server/wire/ethernet.h"
#include "server/wire/ip_addr.h"

#define JOURNAL_SCHEMA 1

typedef struct Journal Journal;

/**
 * journal_new() - Start a journal
 * @path:	File to write, gzip-compressed; NULL keeps the lines in memory (tests)
 *
 * Return: the journal; NULL with errno set if the file cannot be made.
 */
Journal *journal_new(const char *path);

/* The same, but the lines are kept nowhere: for journal_listen(), or for nobody. Never fails. */
Journal *journal_new_nowhere(void);

/* Each event from here on also goes to @fn when it ends: a line and its newline, borrowed. */
void journal_listen(Journal *j, void (*fn)(void *self, const char *line, size_t len), void *self);

/* Whether events go anywhere at all: if not, those that take work need not be made. */
bool journal_is_heard(const Journal *j);

/* Hash the lines from here on; before the first event. */
void journal_hash(Journal *j);

/* SHA-256 of all lines so far, in hexadecimal; only after journal_hash(). Borrowed. Ends hashing.
 */
const char *journal_sha256(Journal *j);

/* Begin an event of kind @ev ("tftp.rrq": area, dot, what happened). */
void journal_begin(Journal *j, uint64_t now_ns, const char *ev);

/* Its fields; @key is a literal of ours, values are escaped. */
void journal_str(Journal *j, const char *key, const char *value);
void journal_text(Journal *j, const char *key, struct slice value); /* bytes of the peer's */
void journal_u64(Journal *j, const char *key, uint64_t value);
void journal_hex32(Journal *j, const char *key, uint32_t value); /* "5a1f00c2" */
void journal_hex(Journal *j, const char *key, struct slice value);
void journal_ip4(Journal *j, const char *key, uint32_t value);
void journal_ip6(Journal *j, const char *key, const struct ip6_addr *value); /* RFC 5952 */
void journal_ip(Journal *j, const char *key, const struct ip_addr *value);
void journal_mac(Journal *j, const char *key, const struct mac *value);
void journal_bool(Journal *j, const char *key, bool value);

void journal_end(Journal *j);

/* The lines so far; only of a journal in memory. Borrowed. */
const char *journal_lines(const Journal *j);

/**
 * journal_close() - Write what is left
 *
 * Return: 0, or the first negative errno of any write: the file is then not complete.
 */
int journal_close(Journal *j);

void journal_free(Journal *j); /* closes first */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Journal, journal_free)

#endif /* SERVER_JOURNAL_H */
