/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was decided about a packet, as the journal and the capture tell it
 */
#include "server/impair_note.h"

#include "server/impair_decision.h"
#include "server/impair_model.h"

static const struct {
	const char *action, *done;
} words[] = {
	{ "drop", "dropped" },
	{ "delay", "delayed" },
	{ "duplicate", "duplicated" },
	{ "swap", "held back" },
	{ "truncate", "truncated" },
	{ "corrupt", "corrupted" },
	{ "reorder", "sent ahead" },
	{ "release", "released" },
	{ "error", "answered with an ERROR" },
	{ "rst", "made a reset" },
	{ "window", "given another window" },
	{ "rewrite", "rewritten" },
	{ "forge", "preceded by a forgery" },
	{ "inject", "accompanied by another frame" },
	{ "fragment", "cut into fragments" },
};

void impair_note_add_u64(struct impair_note *n, const char *key, uint64_t value)
{
	g_assert(n->n_fields < IMPAIR_NOTE_N_FIELDS);
	n->fields[n->n_fields].key = key;
	n->fields[n->n_fields].text = NULL;
	n->fields[n->n_fields++].value = value;
}

void impair_note_add_text(struct impair_note *n, const char *key, const char *text)
{
	impair_note_add_u64(n, key, 0);
	n->fields[n->n_fields - 1].text = text;
}

static void journal_hex64(Journal *j, const char *key, uint64_t value)
{
	char text[17];

	g_snprintf(text, sizeof(text), "%016" G_GINT64_MODIFIER "x", value);
	journal_str(j, key, text);
}

static bool has_draw(const struct impair_note *n)
{
	return n->threshold_ppm || n->draw;
}

static void journal_key(Journal *j, const struct packet_id *id)
{
	journal_hex64(j, "transaction", id->transaction);
	journal_u64(j, "ordinal", id->ordinal);
	if (id->position != PACKET_POSITION_NONE)
		journal_u64(j, "position", id->position);
	journal_u64(j, "attempt", id->attempt);
	if (id->file)
		journal_str(j, "file", id->file);
	if (id->n_bytes)
		journal_u64(j, "n_bytes", id->n_bytes);
	if (id->kind == FRAME_TFTP_DATA || id->kind == FRAME_TFTP_ACK)
		journal_u64(j, "block", id->block);
}

void impair_note_journal(const struct impair_note *n, Journal *j, const char *name, uint64_t now_ns,
			 const struct packet_id *id)
{
	g_autofree char *decision = impair_decision_name(n->rule, n->model, id);
	char ev[32];

	g_snprintf(ev, sizeof(ev), "%s.%s", name, n->action);
	journal_begin(j, now_ns, ev);
	journal_str(j, "kind", frame_kind_name(id->kind));
	journal_str(j, "dir", packet_dir_name(id->dir));
	journal_str(j, n->rule ? "rule" : "model", n->rule ? n->rule->name : n->model);
	journal_key(j, id);
	if (has_draw(n)) {
		journal_hex64(j, "draw", n->draw);
		journal_u64(j, "draw_ppm", impair_scale(n->draw, IMPAIR_PPM));
	}
	if (n->threshold_ppm)
		journal_u64(j, "threshold_ppm", n->threshold_ppm);
	for (unsigned i = 0; i < n->n_fields; i++) {
		if (n->fields[i].text)
			journal_str(j, n->fields[i].key, n->fields[i].text);
		else
			journal_u64(j, n->fields[i].key, n->fields[i].value);
	}
	journal_str(j, "decision", decision);
	journal_end(j);
}

void impair_note_comment(const struct impair_note *n, GString *comment)
{
	if (comment->len)
		g_string_append(comment, "; ");
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (!strcmp(words[i].action, n->action))
			g_string_append(comment, words[i].done);
	if (n->rule)
		g_string_append_printf(comment, " by rule %s (%s)", n->rule->name, n->rule->what);
	else
		g_string_append_printf(comment, " by model %s", n->model);
	if (n->threshold_ppm)
		g_string_append_printf(comment, ", draw %u is below %u ppm",
				       (unsigned)impair_scale(n->draw, IMPAIR_PPM),
				       n->threshold_ppm);
	for (unsigned i = 0; i < n->n_fields; i++) {
		g_string_append_printf(comment, ", %s ", n->fields[i].key);
		if (n->fields[i].text)
			g_string_append(comment, n->fields[i].text);
		else
			g_string_append_printf(comment, "%" G_GUINT64_FORMAT, n->fields[i].value);
	}
}
