/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One boot on one time line: what `iplab show CELL` prints
 *
 * The journal is read once. Its lines go to a text of their own, because the heading says what
 * only the end of the journal knows.
 */
#include "reports/timeline.h"

#include <inttypes.h>
#include <string.h>

#include "reports/console_tail.h"
#include "reports/event.h"
#include "reports/fold.h"
#include "reports/lines.h"
#include "reports/text.h"

enum {
	HEADING_WIDTH = 10,
};

struct view {
	const struct timeline_options *opt;
	GString *body;
	struct event_view events;
	Fold *fold;
	JsonParser *parser;
	JsonObject *verdict; /* its event; NULL: none yet */
	bool torn;           /* the last line has no end */
	unsigned n_lines, n_bad, first_bad;
	struct console_tail tail;
};

static void on_event(struct view *v, JsonObject *event)
{
	if (event_is(event, "console") && event_text(event, "text"))
		console_tail_add(&v->tail, event_text(event, "text"));
	if (event_is(event, "verdict")) {
		g_clear_pointer(&v->verdict, json_object_unref);
		v->verdict = json_object_ref(event);
	}
	if (v->opt->all)
		event_write(v->body, event, &v->events);
	else
		fold_write(v->fold, event);
}

static void on_journal_line(void *self, char *line, size_t len, bool whole)
{
	struct view *v = self;
	g_autoptr(JsonObject) event = NULL;

	v->torn = !whole;
	if (v->torn)
		return;
	v->n_lines++;
	if (strlen(line) == len)
		event = event_parse(v->parser, line);
	if (event)
		on_event(v, event);
	else if (!v->n_bad++)
		v->first_bad = v->n_lines;
}

static void append_heading(GString *out, const char *what)
{
	text_append_styled(out, false, TEXT_PLAIN, what, HEADING_WIDTH);
}

static enum text_style style_of(const char *verdict)
{
	if (!g_strcmp0(verdict, verdict_name(VERDICT_PASS)))
		return TEXT_GOOD;
	if (!g_strcmp0(verdict, verdict_name(VERDICT_FLAKY)))
		return TEXT_DOUBTFUL;
	return g_strcmp0(verdict, verdict_name(VERDICT_XFAIL)) ? TEXT_BAD : TEXT_DOUBTFUL;
}

static void write_verdict(GString *out, const char *verdict, const char *reason, bool colour)
{
	g_autofree char *text = text_safe(verdict ? verdict : "none, the journal does not say");

	append_heading(out, "verdict");
	text_append_styled(out, colour, style_of(verdict), text, 0);
	if (reason) {
		g_string_append(out, ": ");
		text_append_safe(out, reason);
	}
	g_string_append_c(out, '\n');
}

/* What was lost beside what was asked: a boot is a small sample. */
static void write_loss(GString *out, const Result *r)
{
	struct loss_interval loss = result_loss(r);

	append_heading(out, "loss");
	g_string_append_printf(out,
			       "%" PRIu64 " of %" PRIu64 " packets, %.1f %% (95 %%: %.1f to %.1f)",
			       r->n_lost, r->n_sent, loss.percent, loss.low, loss.high);
	if (r->loss_ppm)
		g_string_append_printf(out, ", asked were %g %%", (double)r->loss_ppm / 1e4);
	g_string_append_c(out, '\n');
}

static void write_numbers(GString *out, const Result *r)
{
	append_heading(out, "clock");
	text_append_safe(out, r->clock);
	g_string_append(out, ", ");
	if (!g_strcmp0(r->clock, "virtual")) {
		text_append_duration(out, r->virtual_ns);
		g_string_append(out, " in ");
	}
	text_append_duration(out, r->wall_ns);
	g_string_append_c(out, '\n');
	append_heading(out, "frames");
	g_string_append_printf(out, "%" PRIu64 " from the guest, %" PRIu64 " to it\n", r->frames_in,
			       r->frames_out);
	if (r->n_sent)
		write_loss(out, r);
}

static void write_payload(GString *out, const Result *r)
{
	if (r->initrd_crc32) {
		append_heading(out, "initrd");
		g_string_append(out, "CRC-32 ");
		text_append_safe(out, r->initrd_crc32);
		g_string_append_c(out, '\n');
	}
	if (r->cmdline) {
		append_heading(out, "cmdline");
		text_append_quoted(out, r->cmdline);
		g_string_append_c(out, '\n');
	}
}

/* Passive checks of conformance that are not passed; how to know more, `iplab conformance` tells.
 */
static void write_checks(GString *out, const Result *r)
{
	if (!r->n_checks_passed && !r->checks->len)
		return;
	append_heading(out, "checks");
	g_string_append_printf(out, "%" PRIu64 " passed, %u not\n", r->n_checks_passed,
			       r->checks->len);
	for (guint i = 0; i < r->checks->len; i++) {
		const struct check_result *c = r->checks->pdata[i];

		append_heading(out, "");
		g_string_append_printf(out, "%s ", check_verdict_name(c->verdict));
		text_append_safe(out, c->id);
		g_string_append(out, ": ");
		text_append_safe(out, c->evidence ? c->evidence : "");
		for (guint k = 0; k < c->frames->len; k++)
			g_string_append_printf(out, " #%" PRIu64,
					       g_array_index(c->frames, uint64_t, k));
		if (c->known) {
			g_string_append(out, ", known failure ");
			text_append_safe(out, c->known);
		}
		g_string_append_c(out, '\n');
	}
}

static void write_result(GString *out, const Result *r, bool colour)
{
	append_heading(out, "cell");
	text_append_safe(out, r->cell);
	g_string_append_c(out, '\n');
	write_verdict(out, verdict_name(r->verdict), r->reason, colour);
	if (r->ending) {
		append_heading(out, "ending");
		text_append_safe(out, r->ending);
		g_string_append_c(out, '\n');
	}
	write_numbers(out, r);
	write_payload(out, r);
	write_checks(out, r);
}

static void write_no_result(GString *out, const struct view *v, const char *cell_dir)
{
	append_heading(out, "folder");
	text_append_safe(out, cell_dir);
	g_string_append_c(out, '\n');
	write_verdict(out, v->verdict ? event_text(v->verdict, "verdict") : NULL,
		      v->verdict ? event_text(v->verdict, "reason") : NULL, v->opt->colour);
}

static const char *end_text(enum lines_end end)
{
	switch (end) {
	case LINES_COMPLETE:
		return NULL;
	case LINES_MISSING:
		return "missing";
	case LINES_CUT:
		return "cut short; what could be read is below";
	case LINES_DAMAGED:
		return "damaged; what could be read is below";
	case LINES_UNREADABLE:
		return "cannot be read";
	}
	return NULL;
}

static void write_journal_state(GString *out, const struct view *v, enum lines_end end)
{
	const char *problem = end_text(end == LINES_COMPLETE && v->torn ? LINES_CUT : end);

	if (!problem && !v->n_lines)
		problem = "empty";
	if (problem) {
		append_heading(out, "journal");
		g_string_append_printf(out, "%s\n", problem);
	}
	if (v->n_bad) {
		append_heading(out, "journal");
		g_string_append_printf(out, "%u line%s could not be read, the first is line %u\n",
				       v->n_bad, v->n_bad == 1 ? "" : "s", v->first_bad);
	}
}

static void write_inputs(GString *out, const char *const *inputs)
{
	for (; inputs && *inputs; inputs++) {
		append_heading(out, "input");
		text_append_safe(out, *inputs);
		g_string_append_c(out, '\n');
	}
}

/* What the result remembers of a journal that is not there. */
static void write_milestones(GString *out, const Result *r)
{
	for (unsigned i = 0; i < r->milestones->len; i++) {
		const struct milestone *m = &g_array_index(r->milestones, struct milestone, i);

		append_heading(out, "milestone");
		text_append_safe(out, m->name);
		g_string_append(out, " at ");
		text_append_ms(out, m->t_ns);
		g_string_append_c(out, '\n');
	}
}

static void write_header(GString *out, const struct view *v, const char *cell_dir,
			 enum lines_end end)
{
	const Result *r = v->opt->result;

	if (r)
		write_result(out, r, v->opt->colour);
	else
		write_no_result(out, v, cell_dir);
	write_inputs(out, v->opt->inputs);
	write_journal_state(out, v, end);
	if (r && !v->body->len)
		write_milestones(out, r);
	if (!v->body->len)
		return;
	g_string_append_c(out, '\n');
	text_append_styled(out, v->opt->colour, TEXT_DIM,
			   "> from the guest  < to the guest  . server  * milestone  | console  "
			   "! QEMU  = end",
			   0);
	g_string_append_c(out, '\n');
}

static void write_tail(GString *out, const struct console_tail *t, bool colour)
{
	if (!t->lines.length)
		return;
	g_string_append_printf(out, "\nlast %u of %u console lines\n", t->lines.length, t->n_seen);
	for (const GList *l = t->lines.head; l; l = l->next) {
		g_string_append(out, "  ");
		text_append_styled(out, colour, TEXT_DIM, l->data, 0);
		g_string_append_c(out, '\n');
	}
}

static void view_init(struct view *v, const struct timeline_options *opt)
{
	*v = (struct view){ .opt = opt };
	v->events = (struct event_view){ .all = opt->all, .colour = opt->colour };
	console_tail_init(&v->tail, opt->n_console, opt->all);
	v->body = g_string_new(NULL);
	v->fold = fold_new(v->body, &v->events);
	v->parser = json_parser_new();
}

static void view_fini(struct view *v)
{
	console_tail_fini(&v->tail);
	g_clear_pointer(&v->verdict, json_object_unref);
	g_object_unref(v->parser);
	fold_free(v->fold);
	g_string_free(v->body, TRUE);
}

bool timeline_write(GString *out, const char *cell_dir, const struct timeline_options *opt,
		    GError **error)
{
	g_autofree char *path = g_build_filename(cell_dir, "journal.jsonl.gz", NULL);
	enum lines_end end;
	struct view v;

	if (!g_file_test(cell_dir, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, RESULT_ERROR, RESULT_ERROR_FILE, "%s: there is no such folder",
			    cell_dir);
		return false;
	}
	view_init(&v, opt);
	end = lines_read(path, on_journal_line, &v);
	fold_flush(v.fold);
	/* The console as it came is better than what the journal has of it: partial lines count. */
	console_tail_read(&v.tail, cell_dir);
	write_header(out, &v, cell_dir, end);
	g_string_append_len(out, v.body->str, (gssize)v.body->len);
	write_tail(out, &v.tail, opt->colour);
	view_fini(&v);
	return true;
}
