/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decisions by name: what a model or a rule did to a packet, said in the words of rules
 *
 *	loss tftp.ack file=initrd.img ordinal=1 block=3 attempt=1
 *	rule.late dhcp.offer ordinal=1 attempt=2
 *
 * First who decided, a model or rule.NAME; then the packet, as a rule would be written that is for
 * it. So a name says the same in every boot, whatever else is decided there, and a list of names
 * says which decisions are to be taken: those of its packets that these would touch anyway.
 */
#ifndef SERVER_IMPAIR_DECISION_H
#define SERVER_IMPAIR_DECISION_H

#include <glib.h>

#include "server/impair.h"

/**
 * impair_decision_name() - Name a decision
 * @rule:	Who decided; NULL: @model did
 *
 * What a list or a rule cannot hold of a name of a file or rule (blanks, semicolons, ...) stands as
 * *. Packets that no condition tells apart have one name: ARP for several addresses.
 *
 * Return: the name; caller: g_free().
 */
char *impair_decision_name(const struct impair_rule *rule, const char *model,
			   const struct packet_id *id);

/**
 * impair_only_parse() - Read the decisions that are to be taken
 * @names:	Each WHO KIND [CONDITION]...; WHO is a pattern with * and ?, and so "rule.*" is any
 *		rule; the rest is as of impair_match_parse(). NULL: all are taken
 *
 * Return: an array for impair_only_has(), NULL if @names is; or NULL with @error set.
 */
GPtrArray *impair_only_parse(char **names, GError **error);

/* Whether a decision is to be taken. @only NULL: all are. */
bool impair_only_has(const GPtrArray *only, const struct impair_rule *rule, const char *model,
		     const struct packet_id *id);

#endif /* SERVER_IMPAIR_DECISION_H */
