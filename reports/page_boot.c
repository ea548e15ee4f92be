/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the page of a run tells of one boot
 */
#include "reports/page_boot.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "reports/console_tail.h"
#include "reports/page.h"
#include "reports/picture.h"
#include "reports/report.h"
#include "reports/text.h"
#include "reports/timeline.h"

static const char *const signs[] = {
	[VERDICT_PASS] = "✓",  [VERDICT_FAIL] = "✗",  [VERDICT_ERROR] = "⚠", [VERDICT_SKIP] = "–",
	[VERDICT_XFAIL] = "✗", [VERDICT_XPASS] = "✓", [VERDICT_FLAKY] = "~",
};
static_assert(G_N_ELEMENTS(signs) == VERDICT_N, "one sign for each verdict");

const char *page_sign(enum verdict v)
{
	return signs[v];
}

static void append_milestones(GString *out, const Result *r)
{
	if (!r->milestones->len)
		return;
	g_string_append(out, "<p>");
	for (unsigned i = 0; i < r->milestones->len; i++) {
		const struct milestone *m = &g_array_index(r->milestones, struct milestone, i);

		page_printf(out, "%s%s&nbsp;", i ? ", " : "", m->name);
		text_append_duration(out, m->t_ns);
	}
	g_string_append(out, "</p>\n");
}

static void append_facts(GString *out, const Result *r)
{
	page_printf(out, "<p class=\"dim\">%s clock, ", r->clock);
	text_append_duration(out, r->wall_ns);
	g_string_append(out, " of the host's time");
	if (r->ending)
		page_printf(out, ", ended with %s", r->ending);
	g_string_append_printf(out, ", %" PRIu64 " frames from the guest and %" PRIu64 " to it",
			       r->frames_in, r->frames_out);
	if (r->n_sent)
		g_string_append_printf(out, ", %" PRIu64 " of %" PRIu64 " packets lost", r->n_lost,
				       r->n_sent);
	page_printf(out, "; <code>iplab show %s</code></p>\n", r->cell);
}

/* --- checks ----------------------------------------------------------------------------------- */

static void append_frames(GString *out, const struct check_result *c)
{
	for (unsigned i = 0; i < c->frames->len; i++)
		g_string_append_printf(out, "%s%" PRIu64,
				       i                     ? ", "
				       : c->frames->len == 1 ? " — frame "
							     : " — frames ",
				       g_array_index(c->frames, uint64_t, i));
}

/* What it demands stands once in the page, below the matrix: here its level and clause will do. */
static void append_check(GString *out, const struct check_result *c, const struct check_words *w)
{
	page_printf(out, "%s %s", check_verdict_name(c->verdict), c->id);
	if (w)
		page_printf(out, " (%s, %s)", w->level, w->clause);
	page_printf(out, ": %s", c->evidence ? c->evidence : "");
	append_frames(out, c);
	if (c->known)
		page_printf(out, " (known failure %s)", c->known);
	g_string_append_c(out, '\n');
}

/*
 * They are much the same in every boot of a client: one has to ask for them. They are plain text,
 * because a page has very many of them, and a browser takes long for elements.
 */
static void append_checks(const struct page_boots *b, const Result *r)
{
	if (!r->checks->len && !r->n_checks_passed)
		return;
	g_string_append_printf(b->out,
			       "<details><summary>checks: %" PRIu64 " passed, %u not</summary>"
			       "<pre class=\"wrap\">",
			       r->n_checks_passed, r->checks->len);
	for (unsigned i = 0; i < r->checks->len; i++) {
		const struct check_result *c = r->checks->pdata[i];

		append_check(b->out, c, b->checks ? g_hash_table_lookup(b->checks, c->id) : NULL);
	}
	g_string_append(b->out, "</pre></details>\n");
}

/* --- evidence: text that is safe for a terminal, so nothing is hidden in it ------------------- */

static void append_text(GString *out, const char *text)
{
	g_autofree char *escaped = g_markup_escape_text(text, -1);

	g_string_append(out, escaped);
}

/* Not more of it than there is room for, in whole lines. */
static void append_lines(GString *out, GString *text)
{
	if (text->len > PAGE_BOOT_TIMELINE_BYTES) {
		const char *end = g_strrstr_len(text->str, PAGE_BOOT_TIMELINE_BYTES, "\n");

		g_string_truncate(text, end ? (gsize)(end + 1 - text->str) : 0);
		g_string_append(text, "... cut here: the page has no room for more\n");
	}
	g_string_append(out, "<details><summary>time line in words</summary><pre>");
	append_text(out, text->str);
	g_string_append(out, "</pre></details>\n");
}

static void append_console(GString *out, const char *dir)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct console_tail tail;
	unsigned n = 0;

	console_tail_init(&tail, PAGE_BOOT_CONSOLE_LINES, false);
	console_tail_read(&tail, dir);
	for (const GList *l = tail.lines.tail; l; l = l->prev) {
		if (text->len + strlen(l->data) >= PAGE_BOOT_CONSOLE_BYTES)
			break;
		g_string_prepend_c(text, '\n');
		g_string_prepend(text, l->data);
		n++;
	}
	if (n) {
		page_printf(out,
			    "<details><summary>console: the last %u of %u lines</summary><pre>", n,
			    tail.n_seen);
		append_text(out, text->str);
		g_string_append(out, "</pre></details>\n");
	}
	console_tail_fini(&tail);
}

static void append_picture(struct page_boots *b, const char *dir)
{
	g_autoptr(Picture) picture = picture_new();
	size_t start = b->out->len;

	if (b->n_picture_bytes >= PAGE_BOOT_PICTURES_BYTES) {
		b->n_without_picture++;
		return;
	}
	if (picture_read(picture, dir))
		picture_append(b->out, picture);
	append_console(b->out, dir);
	b->n_picture_bytes += b->out->len - start;
}

static void append_timeline(struct page_boots *b, const Result *r, const char *dir)
{
	struct timeline_options options = { .result = r };
	g_autoptr(GString) text = g_string_new(NULL);
	size_t start = b->out->len;

	if (b->n_timeline_bytes >= PAGE_BOOT_TIMELINES_BYTES) {
		b->n_without_timeline++;
		return;
	}
	if (!timeline_write(text, dir, &options, NULL))
		return;
	append_lines(b->out, text);
	b->n_timeline_bytes += b->out->len - start;
}

static void append_evidence(struct page_boots *b, const Result *r)
{
	g_autofree char *dir = NULL;

	if (!b->dir || r->verdict == VERDICT_PASS || !r->ending)
		return;
	dir = g_build_filename(b->dir, "cells", r->cell, NULL);
	if (!g_file_test(dir, G_FILE_TEST_IS_DIR))
		return;
	append_picture(b, dir);
	append_timeline(b, r, dir);
}

void page_boot_append(struct page_boots *b, const Result *r)
{
	GString *out = b->out;
	const char *verdict = verdict_name(r->verdict);

	page_printf(out, "<article id=\"%s\"><p><b>%s</b> <span class=\"%s\">", r->cell, r->cell,
		    verdict);
	page_printf(out, "%s %s</span>", signs[r->verdict], verdict);
	if (r->verdict != VERDICT_PASS)
		page_printf(out, ": %s", report_reason(r));
	g_string_append(out, "</p>\n");
	append_milestones(out, r);
	if (!r->about)
		append_facts(out, r);
	append_evidence(b, r);
	append_checks(b, r);
	g_string_append(out, "</article>\n");
}
