/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAP, the Test Anything Protocol: versions 13 and 14 (testanything.org)
 *
 * A known failure is TODO: it does not fail the run. One that did not happen is "not ok" without
 * that, for a TODO that is "ok" is only a remark to most readers, and the run is not as expected.
 * YAML is what JSON is, so its texts are written as JSON's. Nothing here needs what version 14 has
 * more than 13 (subtests, escapes apart), and many harnesses refuse numbers that they do not know.
 */
#include "reports/tap.h"

#include <inttypes.h>

#include "reports/json_out.h"

/* In one line, with what would begin a directive escaped; what is no UTF-8 as U+FFFD. */
static void append_escaped(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c == '#' || c == '\\')
			g_string_append_c(out, '\\');
		g_string_append_unichar(out, g_unichar_iscntrl(c) ? ' ' : c);
	}
}

static void append_directive(GString *out, const char *word, const Result *r)
{
	g_string_append_printf(out, " # %s ", word);
	append_escaped(out, report_reason(r));
}

static void append_field(GString *out, const char *key, const char *text)
{
	if (!text)
		return;
	g_string_append_printf(out, "  %s: ", key);
	json_append_text(out, text);
	g_string_append_c(out, '\n');
}

static void append_diagnostics(GString *out, const Result *r)
{
	g_autofree char *folder = g_strconcat("cells/", r->cell, NULL);

	g_string_append(out, "  ---\n");
	append_field(out, "message", report_reason(r));
	append_field(out, "verdict", verdict_name(r->verdict));
	append_field(out, "ending", r->ending);
	append_field(out, "clock", r->clock);
	append_field(out, "folder", r->about ? NULL : folder);
	g_string_append(out, "  duration_ms: ");
	json_append_decimal(out, r->wall_ns / 1000, 1000);
	g_string_append(out, "\n  ...\n");
}

void tap_point(GString *out, unsigned number, const Result *r)
{
	bool is_ok = r->verdict == VERDICT_PASS || r->verdict == VERDICT_SKIP ||
		     r->verdict == VERDICT_FLAKY;

	g_string_append_printf(out, "%s %u - ", is_ok ? "ok" : "not ok", number);
	append_escaped(out, r->cell);
	if (r->verdict == VERDICT_SKIP)
		append_directive(out, "SKIP", r);
	else if (r->verdict == VERDICT_XFAIL)
		append_directive(out, "TODO", r);
	g_string_append_c(out, '\n');
	if (!is_ok || r->verdict == VERDICT_FLAKY)
		append_diagnostics(out, r);
}

static void append_plan(GString *out, unsigned version, unsigned n_points)
{
	g_string_append_printf(out, "TAP version %u\n1..%u%s\n", version, n_points,
			       n_points ? "" : " # SKIP nothing was run");
}

void tap_begin(GString *out, unsigned n_points)
{
	append_plan(out, 14, n_points);
}

void tap_bail_out(GString *out, const char *why)
{
	g_string_append(out, "Bail out! ");
	append_escaped(out, why);
	g_string_append_c(out, '\n');
}

static void append_document(GString *out, unsigned version, const struct report *r)
{
	append_plan(out, version, r->results->len);
	for (unsigned i = 0; i < r->results->len; i++)
		tap_point(out, i + 1, r->results->pdata[i]);
}

void tap_report(GString *out, const struct report *r)
{
	append_document(out, 14, r);
}

void tap13_report(GString *out, const struct report *r)
{
	append_document(out, 13, r);
}
