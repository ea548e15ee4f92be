/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What came of a replay, in words and as JSON
 */
#include "harness/replay_text.h"

#include <string.h>

#include "reports/json_out.h"
#include "reports/text.h"

enum {
	LINE_SHOWN = 160, /* bytes of a journal's line */
};

const char *replay_outcome_name(enum replay_outcome o)
{
	static const char *const names[] = {
		[REPLAY_EQUAL] = "equal",
		[REPLAY_SAME] = "same-failure",
		[REPLAY_OTHER] = "other",
		[REPLAY_COULD_NOT] = "could-not-run",
	};

	return names[o];
}

/* "LABEL     TEXT", whatever is in it. */
static void add_line(GString *out, const char *label, const char *text)
{
	g_string_append_printf(out, "%-10s", label);
	text_append_safe(out, text);
	g_string_append_c(out, '\n');
}

static void add_result(GString *out, const char *label, const Result *r)
{
	g_autofree char *text = g_strdup_printf("%s%s%s", verdict_name(r->verdict),
						r->reason ? ": " : "", r->reason ? r->reason : "");

	add_line(out, label, text);
}

void replay_text_before(GString *out, const Bundle *b, const Replay *r)
{
	const GPtrArray *differences = replay_differences(r);
	g_autofree char *cell = g_strdup_printf("%s, %s clock", b->result->cell, b->result->clock);

	add_line(out, "cell", cell);
	add_result(out, "recorded", b->result);
	if (b->result->signature)
		add_line(out, "signature", b->result->signature);
	if (!differences->len)
		add_line(out, "inputs", "all as recorded");
	for (guint i = 0; i < differences->len; i++) {
		const struct replay_difference *d = differences->pdata[i];
		g_autofree char *text =
			g_strdup_printf("%s: recorded %s; here %s%s", d->what, d->recorded, d->here,
					d->is_asked ? ", as asked for" : "");

		add_line(out, "differs", text);
	}
}

/* The beginning of a line of a journal, which is long. */
static void add_journal_line(GString *out, const char *label, const char *line)
{
	g_autofree char *start = g_strndup(line ? line : "", LINE_SHOWN);
	bool is_cut = line && strlen(line) > LINE_SHOWN;

	g_string_append_printf(out, "  %-9s ", label);
	text_append_safe(out, line ? start : "(it has ended)");
	g_string_append(out, is_cut ? "...\n" : "\n");
}

static void add_difference(GString *out, const Replay *r)
{
	const struct journal_diff *d = replay_journal_diff(r);

	if (!d || (!d->a && !d->b))
		return;
	g_string_append_printf(out, "the journals differ first in line %u:\n", d->n_equal + 1);
	add_journal_line(out, "recorded", d->a);
	add_journal_line(out, "now", d->b);
}

static void add_equal(GString *out, const Replay *r)
{
	const struct journal_diff *d = replay_journal_diff(r);

	g_string_append_printf(out, "equal: %u events, sha256 %s\n", d ? d->n_equal : 0,
			       replay_result(r)->journal_sha256);
}

static void add_same(GString *out, const Bundle *b, const Replay *r)
{
	if (g_str_equal(b->result->clock, "wall")) {
		g_string_append(out, "the same outcome; journals of the wall clock are never "
				     "equal\n");
		return;
	}
	g_string_append(out, "the same outcome, and another journal");
	g_string_append(out, replay_differences(r)->len
				     ? "\n"
				     : ", although all that went in is the same\n");
	add_difference(out, r);
}

void replay_text_after(GString *out, const Bundle *b, const Replay *r)
{
	const Result *now = replay_result(r);

	add_result(out, "now", now);
	switch (replay_outcome(r)) {
	case REPLAY_EQUAL:
		add_equal(out, r);
		break;
	case REPLAY_SAME:
		add_same(out, b, r);
		break;
	case REPLAY_OTHER:
		if (now->signature)
			add_line(out, "signature", now->signature);
		g_string_append(out, "another outcome\n");
		if (g_str_equal(b->result->clock, "virtual"))
			add_difference(out, r);
		break;
	case REPLAY_COULD_NOT:
		g_string_append(out, "it could not run\n");
		break;
	}
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void json_result(struct json_out *j, const char *key, const Result *r)
{
	json_begin_object(j, key);
	json_text(j, "verdict", verdict_name(r->verdict));
	json_text(j, "reason", r->reason);
	json_text(j, "ending", r->ending);
	json_text(j, "signature", r->signature);
	json_text(j, "journal_sha256", r->journal_sha256);
	json_end_object(j);
}

static void json_differences(struct json_out *j, const Replay *r)
{
	const GPtrArray *differences = replay_differences(r);

	json_begin_list(j, "differences");
	for (guint i = 0; i < differences->len; i++) {
		const struct replay_difference *d = differences->pdata[i];

		json_begin_object(j, NULL);
		json_text(j, "what", d->what);
		json_text(j, "recorded", d->recorded);
		json_text(j, "here", d->here);
		json_bool(j, "asked", d->is_asked);
		json_end_object(j);
	}
	json_end_list(j);
}

static void json_journal(struct json_out *j, const struct journal_diff *d)
{
	json_count(j, "equal_events", d->n_equal);
	if (!d->a && !d->b)
		return;
	json_begin_object(j, "first_difference");
	json_count(j, "line", d->n_equal + 1);
	json_text(j, "recorded", d->a);
	json_text(j, "now", d->b);
	json_end_object(j);
}

void replay_text_json(GString *out, const Bundle *b, const Replay *r, const char *dir)
{
	struct json_out j = { .s = out };
	const struct journal_diff *d = replay_journal_diff(r);

	json_begin_object(&j, NULL);
	json_count(&j, "schema", REPLAY_SCHEMA);
	json_text(&j, "cell", b->result->cell);
	json_text(&j, "clock", b->result->clock);
	json_text(&j, "outcome", replay_outcome_name(replay_outcome(r)));
	json_result(&j, "recorded", b->result);
	json_result(&j, "now", replay_result(r));
	json_differences(&j, r);
	if (d)
		json_journal(&j, d);
	json_text(&j, "folder", dir);
	json_end_object(&j);
	g_string_append_c(out, '\n');
}
