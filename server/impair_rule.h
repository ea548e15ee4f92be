/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scripted rules: which packets one is for, and whether it makes sense
 */
#ifndef SERVER_IMPAIR_RULE_H
#define SERVER_IMPAIR_RULE_H

#include "server/impair.h"

/* A number that is asked for; min 0 and max UINT64_MAX: any. */
struct impair_range {
	uint64_t min, max;
};

struct impair_match {
	bool kinds[FRAME_N_KINDS];
	bool to_guest, from_guest;
	struct impair_range block, attempt, ordinal, bytes;
	bool first, last;
	char *file; /* a glob; NULL: any */
};

/**
 * impair_match_parse() - Read which packets a rule is for
 * @text:	KIND [CONDITION]...
 *
 * KIND is a name of frame_kind_name(), or a glob over them: "tftp.*", "dhcp.?ak", "*". The
 * conditions, all of which must hold:
 *
 *   attempt=N	the N-th time that it is sent
 *   ordinal=N	of the N-th exchange, transfer of its file, or connection of the boot
 *   dir=D	D is from-guest or to-guest
 *   block=N	of TFTP: number of the block, from 1 and not wrapped; 0 is the ACK of an OACK
 *   from=N to=M  of TFTP: the same for a range of blocks; either may stand alone
 *   first, last  of TFTP: the file's first, last block
 *   file=NAME	of TFTP: a glob over the name as the client asked for it; "file=" is a name without
 *		letters
 *
 *   bytes=N	of TCP data: has this byte of its sender's stream, from 0; of a bare ACK:
 *		acknowledges so many
 *
 * N of attempt, ordinal, block and bytes may be a range, "2..4". Conditions of TFTP need a KIND
 * with no others; block and its like need DATA or ACK, and bytes tcp.data or
 * tcp.ack.
 *
 * Return: the match; NULL with @error set, which says what is allowed.
 */
struct impair_match *impair_match_parse(const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

bool impair_match_has(const struct impair_match *m, const struct packet_id *id);

void impair_match_free(struct impair_match *m);

/**
 * impair_rule_parse() - Read a rule's packets, and judge whether it makes sense as a whole
 *
 * Return: as impair_match_parse(); the message begins with the rule's name.
 */
struct impair_match *impair_rule_parse(const struct impair_rule *r,
				       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A rule, and what was read of it. */
struct impair_read_rule {
	const struct impair_rule *rule; /* borrowed */
	struct impair_match *match;
	unsigned number; /* in the file, from 1: what its draws are keyed by */
	char *edits;     /* all of them, for notes; NULL: it has none */
};

/**
 * impair_rules_parse() - The same for all rules of a file
 * @rules:	Of struct impair_rule, borrowed by the result; NULL: none
 *
 * Return: an array of struct impair_read_rule, in the same order; NULL with @error set.
 */
GPtrArray *impair_rules_parse(const GPtrArray *rules, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "drop", "delay", ... */
const char *impair_action_name(enum impair_action a);

#endif /* SERVER_IMPAIR_RULE_H */
