/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decisions by name
 */
#include "server/impair_decision.h"

#include <string.h>

#include "server/impair_rule.h"

/* --- names --- */

/* A word of a rule and of a list: what cannot stand in one is *, which fits it. */
static void append_word(GString *s, const char *text)
{
	for (; *text; text++) {
		bool may = g_ascii_isgraph(*text) && !strchr(";\\*?", *text);

		if (may)
			g_string_append_c(s, *text);
		else if (!s->len || s->str[s->len - 1] != '*')
			g_string_append_c(s, '*');
	}
}

/* Only one side ever sends these. */
static bool has_one_direction(enum frame_kind kind)
{
	const char *name = frame_kind_name(kind);

	return g_str_has_prefix(name, "dhcp.") || g_str_has_prefix(name, "dhcp6.") ||
	       (g_str_has_prefix(name, "tftp.") && kind != FRAME_TFTP_ERROR);
}

static void append_packet(GString *s, const struct packet_id *id)
{
	g_string_append(s, frame_kind_name(id->kind));
	if (!has_one_direction(id->kind))
		g_string_append_printf(s, " dir=%s", packet_dir_name(id->dir));
	if (id->file) {
		g_string_append(s, " file=");
		append_word(s, id->file);
	}
	g_string_append_printf(s, " ordinal=%u", id->ordinal);
	if (id->kind == FRAME_TFTP_DATA || id->kind == FRAME_TFTP_ACK)
		g_string_append_printf(s, " block=%u", id->block);
	if ((id->kind == FRAME_TCP_DATA || id->kind == FRAME_TCP_ACK) && id->bytes_at <= UINT32_MAX)
		g_string_append_printf(s, " bytes=%" G_GUINT64_FORMAT, id->bytes_at);
	g_string_append_printf(s, " attempt=%u", id->attempt);
}

static char *who(const struct impair_rule *rule, const char *model)
{
	GString *s = g_string_new(rule ? "rule." : NULL);

	append_word(s, rule ? rule->name : model);
	return g_string_free(s, FALSE);
}

char *impair_decision_name(const struct impair_rule *rule, const char *model,
			   const struct packet_id *id)
{
	g_autofree char *first = who(rule, model);
	GString *s = g_string_new(first);

	g_string_append_c(s, ' ');
	append_packet(s, id);
	return g_string_free(s, FALSE);
}

/* --- lists of them --- */

struct wanted {
	char *who;
	struct impair_match *match;
};

static void wanted_free(void *data)
{
	struct wanted *w = data;

	impair_match_free(w->match);
	g_free(w->who);
	g_free(w);
}

GPtrArray *impair_only_parse(char **names, GError **error)
{
	g_autoptr(GPtrArray) only = NULL;

	if (!names)
		return NULL;
	only = g_ptr_array_new_with_free_func(wanted_free);
	for (; *names; names++) {
		g_autofree char *name = g_strstrip(g_strdup(*names));
		size_t len = strcspn(name, " \t");
		struct wanted *w = g_new0(struct wanted, 1);

		g_ptr_array_add(only, w);
		w->who = g_strndup(name, len);
		w->match = impair_match_parse(name + len, error);
		if (!w->match) {
			g_prefix_error(error, "decision \"%s\": ", name);
			return NULL;
		}
	}
	return g_steal_pointer(&only);
}

bool impair_only_has(const GPtrArray *only, const struct impair_rule *rule, const char *model,
		     const struct packet_id *id)
{
	g_autofree char *name = NULL;

	if (!only)
		return true;
	name = rule ? g_strconcat("rule.", rule->name, NULL) : g_strdup(model);
	for (unsigned i = 0; i < only->len; i++) {
		const struct wanted *w = only->pdata[i];

		if (impair_match_has(w->match, id) && g_pattern_match_simple(w->who, name))
			return true;
	}
	return false;
}
