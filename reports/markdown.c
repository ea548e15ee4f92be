/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markdown, for the discussion of a merge request (GitLab's and GitHub's)
 *
 * A comment may have 65,536 characters on GitHub: so rows and reasons are limited, and what is left
 * out is counted. Reasons repeat what a guest said. They stand in <code>, where nobody is mentioned
 * and nothing is linked, and each character that Markdown could take for its own as a number.
 */
#include "reports/markdown.h"

#include <assert.h>
#include <string.h>

#define HARMLESS " .,-/:()=+%'"

static const struct {
	const char *one, *many;
} words[] = {
	[VERDICT_PASS] = { "passed", "passed" },
	[VERDICT_FAIL] = { "failed", "failed" },
	[VERDICT_ERROR] = { "error", "errors" },
	[VERDICT_SKIP] = { "skipped", "skipped" },
	[VERDICT_XFAIL] = { "known failure", "known failures" },
	[VERDICT_XPASS] = { "unexpected pass", "unexpected passes" },
	[VERDICT_FLAKY] = { "flaky", "flaky" },
};
static_assert(G_N_ELEMENTS(words) == VERDICT_N, "words for each verdict");

static void append_code(GString *out, const char *text, glong n_max)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);
	glong n = 0;

	g_string_append(out, "<code>");
	for (const char *p = valid; *p && n < n_max; p = g_utf8_next_char(p), n++) {
		gunichar c = g_utf8_get_char(p);

		if (!g_unichar_isprint(c))
			g_string_append_unichar(out, g_unichar_isspace(c) ? ' ' : 0xfffd);
		else if (c < 0x80 && !g_ascii_isalnum(c) && !strchr(HARMLESS, (int)c))
			g_string_append_printf(out, "&#%u;", c);
		else
			g_string_append_unichar(out, c);
	}
	g_string_append(out, n == n_max && valid[0] && g_utf8_strlen(valid, -1) > n_max
				     ? "…</code>"
				     : "</code>");
}

static void append_counts(GString *out, const struct report_counts *c)
{
	const char *comma = "";

	for (enum verdict v = 0; v < VERDICT_N; v++) {
		if (!c->n[v])
			continue;
		g_string_append_printf(out, "%s%u %s", comma, c->n[v],
				       c->n[v] == 1 ? words[v].one : words[v].many);
		comma = ", ";
	}
}

/* What a reader wants to know first, in one sentence. */
static void append_heading(GString *out, const struct report *r, const struct report_counts *c,
			   unsigned n_bad)
{
	g_string_append(out, "## iplab: ");
	if (!c->n_all)
		g_string_append(out, "no cell was run");
	else if (c->n_rates)
		g_string_append_printf(out, "%u of %u cells and %u rate%s not as expected", n_bad,
				       c->n_all, c->n_rates, c->n_rates == 1 ? "" : "s");
	else if (n_bad)
		g_string_append_printf(out, "%u of %u cells not as expected", n_bad, c->n_all);
	else
		g_string_append_printf(out, "%u cell%s as expected", c->n_all,
				       c->n_all == 1 ? "" : "s");
	g_string_append(out, "\n\n");
	append_counts(out, c);
	if (r->run->n_cells > c->n_all)
		g_string_append_printf(out, "%s%u of %u cells have no result", c->n_all ? "; " : "",
				       (unsigned)(r->run->n_cells - c->n_all),
				       (unsigned)r->run->n_cells);
	g_string_append(out, ".\n");
}

static void append_cell(GString *out, const Result *result)
{
	g_string_append(out, "| ");
	append_code(out, result->cell, G_MAXLONG);
	g_string_append_printf(out, " | %s | ", verdict_name(result->verdict));
	append_code(out, report_reason(result), MARKDOWN_REASON_MAX);
	g_string_append(out, " |\n");
}

static void append_cells(GString *out, const struct report *r, unsigned n_bad)
{
	unsigned n = 0;

	if (!n_bad)
		return;
	g_string_append(out, "\n| cell | verdict | reason |\n|---|---|---|\n");
	for (unsigned i = 0; i < r->results->len && n < MARKDOWN_ROWS_MAX; i++) {
		const Result *result = r->results->pdata[i];

		if (!report_is_bad(result->verdict))
			continue;
		append_cell(out, result);
		n++;
	}
	if (n < n_bad)
		g_string_append_printf(out, "\nand %u more.\n", n_bad - n);
	g_string_append(out, "\n`iplab show CELL` tells what happened in one.\n");
}

static void append_client(GString *out, const char *client, const struct report_counts *c)
{
	g_string_append(out, "| ");
	append_code(out, client, G_MAXLONG);
	g_string_append(out, " |");
	for (enum verdict v = 0; v < VERDICT_N; v++) {
		if (c->n[v])
			g_string_append_printf(out, " %u |", c->n[v]);
		else
			g_string_append(out, " |");
	}
	g_string_append_c(out, '\n');
}

/* Results are sorted by client. */
static void append_clients(GString *out, const struct report *r)
{
	struct report_counts c = { .n_all = 0 };

	g_string_append(out, "\n| client |");
	for (enum verdict v = 0; v < VERDICT_N; v++)
		g_string_append_printf(out, " %s |", words[v].many);
	g_string_append(out, "\n|---|");
	for (enum verdict v = 0; v < VERDICT_N; v++)
		g_string_append(out, "--:|");
	g_string_append_c(out, '\n');
	for (unsigned i = 0; i < r->results->len; i++) {
		const Result *result = r->results->pdata[i];
		const Result *next = i + 1 < r->results->len ? r->results->pdata[i + 1] : NULL;

		c.n[result->verdict] += !result->about;
		if (next && g_str_equal(next->client, result->client))
			continue;
		append_client(out, result->client, &c);
		c = (struct report_counts){ .n_all = 0 };
	}
}

void markdown_report(GString *out, const struct report *r)
{
	struct report_counts c = report_count(r->results);
	unsigned n_bad = 0;

	for (enum verdict v = 0; v < VERDICT_N; v++)
		n_bad += report_is_bad(v) ? c.n[v] : 0;
	append_heading(out, r, &c, n_bad);
	append_cells(out, r, n_bad + c.n_rates);
	if (c.n_all)
		append_clients(out, r);
	g_string_append(out, "\n<sub>");
	append_code(out, r->run->command ? r->run->command : "", MARKDOWN_REASON_MAX);
	g_string_append_printf(out, " iplab %s, %s</sub>\n", r->run->iplab ? r->run->iplab : "",
			       r->run->started ? r->run->started : "");
}
