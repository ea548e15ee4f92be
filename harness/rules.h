/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Groups [rule.NAME], of scenario files and of client files: what is done to single packets
 */
#ifndef HARNESS_RULES_H
#define HARNESS_RULES_H

#include "harness/ini.h"
#include "server/impair.h"

typedef enum {
	RULES_ERROR_ACTION, /* none, or more than one */
	RULES_ERROR_RULE,   /* what it is for, or its figures, make no sense */
} RulesError;

#define RULES_ERROR rules_error_quark()
GQuark rules_error_quark(void);

/* A group as it stands in the file. */
struct rule_text {
	char *what[IMPAIR_N_ACTIONS];
	struct impair_rule rule;
};

#define RULE_FIELD(field) offsetof(struct rule_text, field)

#define RULE_ACTION(key, action, text)                                                             \
	{                                                                                          \
		"rule.", key, INI_STRING, RULE_FIELD(what[action]), .help = text                   \
	}

/* Their rows in a table of keys. */
#define RULE_KEYS                                                                                  \
	RULE_ACTION("drop", IMPAIR_DROP,                                                           \
		    "lose these packets: KIND and conditions, as docs/impairment.md tells"),       \
		RULE_ACTION("delay", IMPAIR_DELAY, "delay these packets by by_ms"),                \
		RULE_ACTION("duplicate", IMPAIR_DUPLICATE,                                         \
			    "send these packets `times` times more, by_ms apart"),                 \
		RULE_ACTION("swap", IMPAIR_SWAP,                                                   \
			    "swap these packets with the next one of their direction"),            \
		RULE_ACTION("truncate", IMPAIR_TRUNCATE,                                           \
			    "cut the UDP payload of these packets to `bytes`"),                    \
		RULE_ACTION("corrupt", IMPAIR_CORRUPT, "change `field` in these packets"),         \
		RULE_ACTION("error", IMPAIR_ERROR,                                                 \
			    "answer these packets with a TFTP ERROR of `code`"),                   \
		RULE_ACTION("rst", IMPAIR_RST, "make these TCP segments a reset"),                 \
		RULE_ACTION("window", IMPAIR_WINDOW,                                               \
			    "let these TCP segments advertise a window of `bytes`"),               \
		RULE_ACTION("rewrite", IMPAIR_REWRITE, "make `edits` in these packets"),           \
		RULE_ACTION("forge", IMPAIR_FORGE,                                                 \
			    "a copy with `edits` arrives before these packets, by_ms ahead"),      \
		RULE_ACTION("inject", IMPAIR_INJECT,                                               \
			    "another frame arrives with these packets, `times` times"),            \
		RULE_ACTION("fragment", IMPAIR_FRAGMENT,                                           \
			    "let these packets arrive as `pieces`, by_ms apart"),                  \
		{ "rule.",                                                                         \
		  "by_ms",                                                                         \
		  INI_MS,                                                                          \
		  RULE_FIELD(rule.by_ns),                                                          \
		  0,                                                                               \
		  3600000,                                                                         \
		  .help = "delay, or distance of the copies (0)" },                                \
		{ "rule.",                                                                         \
		  "times",                                                                         \
		  INI_UINT,                                                                        \
		  RULE_FIELD(rule.times),                                                          \
		  1,                                                                               \
		  1000,                                                                            \
		  .help = "further copies (1)" },                                                  \
		{ "rule.",                                                                         \
		  "bytes",                                                                         \
		  INI_UINT,                                                                        \
		  RULE_FIELD(rule.bytes),                                                          \
		  0,                                                                               \
		  65507,                                                                           \
		  .help = "what is left of the payload, or of the window (0)" },                   \
		{ "rule.", "random", INI_BOOL, RULE_FIELD(rule.is_random),                         \
		  .help = "what is left of the payload is drawn, up to `bytes` (false)" },         \
		{ "rule.",     "chance",                                                           \
		  INI_PERCENT, RULE_FIELD(rule.chance_ppm),                                        \
		  1,           .help = "do so to this share of these packets (100%)" },            \
		{ "rule.", "field", INI_STRING, RULE_FIELD(rule.field),                            \
		  .help = "what is changed: udp.checksum, tftp.block, ..." },                      \
		{ "rule.", "frame", INI_STRING, RULE_FIELD(rule.frame),                            \
		  .help = "bytes of the injected frame, as docs/impairment.md tells" },            \
		{ "rule.", "back", INI_BOOL, RULE_FIELD(rule.back),                                \
		  .help = "the injected frame goes to the packet's sender (false)" },              \
		{ "rule.", "pieces", INI_STRINGS, RULE_FIELD(rule.pieces),                         \
		  .help = "fragments, as docs/impairment.md tells" },                              \
		{ "rule.", "edits", INI_STRINGS, RULE_FIELD(rule.edits),                           \
		  .help = "what is put where: udp+0=c001 or 0102>0304, in hexadecimal" },          \
		{ "rule.", "repair", INI_BOOL, RULE_FIELD(rule.repair),                            \
		  .help = "make the checksums right again (false)" },                              \
	{                                                                                          \
		"rule.", "code", INI_UINT, RULE_FIELD(rule.code), 0, 65535,                        \
			.help = "of the ERROR (0)"                                                 \
	}

/* An empty list of struct impair_rule, which frees what is in it. */
GPtrArray *rules_new(void);

/**
 * rules_read() - Add the rules of a file to a list, in the file's order
 *
 * Return: whether all of them make sense; false with @error set (INI_ERROR, RULES_ERROR).
 */
bool rules_read(GPtrArray *rules, const Ini *ini, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#endif /* HARNESS_RULES_H */
