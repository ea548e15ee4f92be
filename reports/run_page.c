/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run as one page of HTML: complete as it is; its script only hides rows
 */
#define _GNU_SOURCE /* strverscmp() */
#include "reports/run_page.h"

#include <inttypes.h>
#include <string.h>

#include "reports/page.h"
#include "reports/page_boot.h"
#include "reports/page_checks.h"
#include "reports/page_compare.h"
#include "reports/sweep_charts.h"
#include "reports/times_charts.h"

/* A client with a server: what a column of the table is. Borrowed from the results. */
struct column {
	const char *client, *server;
};

struct page {
	GString *out;
	GArray *columns;      /* of struct column */
	GPtrArray *results;   /* by scenario, then as they came */
	bool several_servers; /* so that columns say theirs */
	struct page_boots boots;
	unsigned n_described, n_left_out;
};

static const Result *result_at(const struct page *p, unsigned i)
{
	return p->results->pdata[i];
}

static bool is_of(const Result *r, const struct column *c)
{
	return g_str_equal(r->client, c->client) && g_str_equal(r->server, c->server);
}

/* --- a scenario ------------------------------------------------------------------------------- */

/* The first of @begin to @end that is of @c and has that verdict; NULL: none. */
static const Result *first_of(const struct page *p, unsigned begin, unsigned end,
			      const struct column *c, enum verdict v)
{
	for (unsigned i = begin; i < end; i++)
		if (result_at(p, i)->verdict == v && is_of(result_at(p, i), c))
			return result_at(p, i);
	return NULL;
}

static unsigned count_of(const struct page *p, unsigned begin, unsigned end, const struct column *c,
			 enum verdict v)
{
	unsigned n = 0;

	for (unsigned i = begin; i < end; i++)
		n += result_at(p, i)->verdict == v && is_of(result_at(p, i), c);
	return n;
}

/* A verdict, with how many there are of it, as link to the first of them. */
static void append_verdict(GString *out, const Result *first, unsigned n)
{
	const char *verdict = verdict_name(first->verdict);
	g_autofree char *target = g_uri_escape_string(first->cell, "/", FALSE);

	page_printf(out, "<a class=\"%s\" href=\"#%s\">%s ", verdict, target,
		    page_sign(first->verdict));
	if (n > 1)
		page_printf(out, "%u ", n);
	page_printf(out, "%s</a>", verdict);
}

static void append_verdicts(const struct page *p, unsigned begin, unsigned end,
			    const struct column *c)
{
	bool any = false;

	g_string_append(p->out, "<td class=\"v\">");
	for (enum verdict v = 0; v < VERDICT_N; v++) {
		const Result *first = first_of(p, begin, end, c, v);

		if (!first)
			continue;
		if (any)
			g_string_append(p->out, "<br>");
		append_verdict(p->out, first, count_of(p, begin, end, c, v));
		any = true;
	}
	g_string_append(p->out, "</td>");
}

static void append_boots(struct page *p, unsigned begin, unsigned end)
{
	for (unsigned i = begin; i < end; i++) {
		const Result *r = result_at(p, i);
		struct column c = { r->client, r->server };

		if (r->verdict == VERDICT_PASS) {
			if (first_of(p, begin, i, &c, VERDICT_PASS))
				continue;
		} else if (p->n_described++ >= RUN_PAGE_BOOTS_MAX) {
			p->n_left_out++;
			continue;
		}
		page_boot_append(&p->boots, r);
	}
}

static void append_scenario(struct page *p, const struct report *report, unsigned begin,
			    unsigned end)
{
	const Result *first = result_at(p, begin);
	const char *claim = g_hash_table_lookup(report->run->scenarios, first->scenario);
	unsigned n[VERDICT_N] = { 0 };
	const char *blank = "";

	for (unsigned i = begin; i < end; i++)
		n[result_at(p, i)->verdict]++;
	g_string_append(p->out, "<tbody class=\"row\" data-verdicts=\"");
	for (enum verdict v = 0; v < VERDICT_N; v++) {
		if (!n[v])
			continue;
		page_printf(p->out, "%s%s", blank, verdict_name(v));
		blank = " ";
	}
	page_printf(p->out, "\"><tr><th scope=\"row\" class=\"id\"><code>%s</code></th>",
		    first->scenario);
	for (unsigned i = 0; i < p->columns->len; i++)
		append_verdicts(p, begin, end, &g_array_index(p->columns, struct column, i));
	page_printf(p->out, "</tr>\n<tr><td colspan=\"%u\"><details><summary class=\"dim\">",
		    p->columns->len + 1);
	page_prose(p->out, claim ? claim : "its boots");
	g_string_append(p->out, "</summary>\n");
	append_boots(p, begin, end);
	g_string_append(p->out, "</details></td></tr></tbody>\n");
}

/* --- all of it -------------------------------------------------------------------------------- */

/* AREA of AREA/NAME. */
static size_t area_len(const char *scenario)
{
	return strcspn(scenario, "/");
}

static void begin_area(const struct page *p, const char *scenario)
{
	g_autofree char *area = g_strndup(scenario, area_len(scenario));

	page_printf(p->out,
		    "<section data-area=\"%s\">\n<h2>%s</h2>\n<div class=\"scroll\"><table>\n"
		    "<thead><tr><th scope=\"col\">Scenario</th>",
		    area, area);
	for (unsigned i = 0; i < p->columns->len; i++) {
		const struct column *c = &g_array_index(p->columns, struct column, i);

		page_printf(p->out, "<th scope=\"col\">%s", c->client);
		if (p->several_servers)
			page_printf(p->out, "<br><span class=\"dim\">%s</span>", c->server);
		g_string_append(p->out, "</th>");
	}
	g_string_append(p->out, "</tr></thead>\n");
}

static void end_area(const struct page *p)
{
	g_string_append(p->out, "</table></div>\n</section>\n");
}

static void append_matrix(struct page *p, const struct report *report)
{
	const char *area = NULL;

	for (unsigned i = 0, end; i < p->results->len; i = end) {
		const char *scenario = result_at(p, i)->scenario;

		for (end = i + 1; end < p->results->len; end++)
			if (!g_str_equal(result_at(p, end)->scenario, scenario))
				break;
		if (!area || area_len(area) != area_len(scenario) ||
		    strncmp(area, scenario, area_len(area)) != 0) {
			if (area)
				end_area(p);
			begin_area(p, scenario);
			area = scenario;
		}
		append_scenario(p, report, i, end);
	}
	if (area)
		end_area(p);
}

static void append_fact(GString *out, const char *name, const char *text)
{
	if (text)
		page_printf(out, "<dt>%s</dt><dd>%s</dd>\n", name, text);
}

static void append_heading(GString *out, const struct report *r)
{
	struct report_counts c = report_count(r->results);
	g_autofree char *cells = g_strdup_printf("%u of %" PRIu64 " selected", c.n_all,
						 MAX(r->run->n_cells, c.n_all));

	g_string_append(out, "<p>");
	if (!c.n_all)
		g_string_append(out, "No cell was run.");
	for (enum verdict v = 0; v < VERDICT_N; v++)
		if (c.n[v])
			page_printf(out, "<span class=\"%s\">%s %u %s</span> ", verdict_name(v),
				    page_sign(v), c.n[v], verdict_name(v));
	if (c.n_rates)
		page_printf(out, "<span class=\"fail\">%u rate%s not as expected</span>", c.n_rates,
			    c.n_rates == 1 ? "" : "s");
	g_string_append(out, "</p>\n<dl>\n");
	append_fact(out, "command", r->run->command);
	append_fact(out, "cells", cells);
	append_fact(out, "begun", r->run->started);
	append_fact(out, "iplab", r->run->iplab);
	append_fact(out, "host", r->run->kernel);
	g_string_append(out, "</dl>\n");
}

static gint compare_scenarios(gconstpointer one, gconstpointer other)
{
	const Result *a = *(Result *const *)one, *b = *(Result *const *)other;

	return strverscmp(a->scenario, b->scenario); /* loss@5 before loss@10 */
}

static void find_columns(struct page *p, const struct report *r)
{
	for (unsigned i = 0; i < r->results->len; i++) {
		const Result *result = r->results->pdata[i];
		struct column c = { result->client, result->server };
		unsigned k = 0;

		while (k < p->columns->len &&
		       !is_of(result, &g_array_index(p->columns, struct column, k)))
			k++;
		if (k == p->columns->len)
			g_array_append_val(p->columns, c);
		p->several_servers |=
			!g_str_equal(c.server, g_array_index(p->columns, struct column, 0).server);
	}
}

static void append_filter(GString *out)
{
	const char *verdicts[VERDICT_N + 1] = { NULL };

	for (enum verdict v = 0; v < VERDICT_N; v++)
		verdicts[v] = verdict_name(v);
	g_string_append(out, "<div id=\"matrix\"></div>\n");
	page_filter(out, "scenario, client, words of a reason", verdicts, "scenario", "scenarios");
}

/* What follows the matrix, in this order. */
struct section {
	const char *id, *title;
	GString *text;
	bool is_there;
};

enum {
	SECTION_COMPARE,
	SECTION_TIMES,
	SECTION_SWEEPS,
	SECTION_CHECKS,
	SECTION_N,
};

/* Links to all that there is below the matrix, which may be long. */
static void append_contents(GString *out, const struct section *sections)
{
	g_string_append(out, "<nav aria-label=\"Contents\"><a href=\"#matrix\">Scenarios</a>");
	for (unsigned i = 0; i < SECTION_N; i++)
		if (sections[i].is_there)
			page_printf(out, "<a href=\"#%s\">%s</a>", sections[i].id,
				    sections[i].title);
	g_string_append(out, "</nav>\n");
}

/* Without what is said of several of them. */
static GPtrArray *boots_of(const GPtrArray *results)
{
	GPtrArray *boots = g_ptr_array_new();

	for (unsigned i = 0; i < results->len; i++)
		if (!((const Result *)results->pdata[i])->about)
			g_ptr_array_add(boots, results->pdata[i]);
	return boots;
}

static void make_sections(struct section *s, const struct report *r)
{
	static const struct section all[] = {
		[SECTION_COMPARE] = { "side-by-side", "Side by side", NULL, false },
		[SECTION_TIMES] = { "boot-times", "Boot times", NULL, false },
		[SECTION_SWEEPS] = { "sweeps", "Sweeps", NULL, false },
		[SECTION_CHECKS] = { "conformance", "Conformance", NULL, false },
	};
	g_autoptr(GPtrArray) boots = boots_of(r->results);

	for (unsigned i = 0; i < SECTION_N; i++) {
		s[i] = all[i];
		s[i].text = g_string_new(NULL);
	}
	s[SECTION_COMPARE].is_there = page_compare_append(s[SECTION_COMPARE].text, boots);
	s[SECTION_TIMES].is_there = times_charts_append(s[SECTION_TIMES].text, boots);
	s[SECTION_SWEEPS].is_there = sweep_charts_append(s[SECTION_SWEEPS].text, boots);
	s[SECTION_CHECKS].is_there = page_checks_append(s[SECTION_CHECKS].text, boots, r->checks);
}

/* The library is large: only a page with charts has it. */
static void end_page(GString *out, const struct section *s)
{
	const char *scripts[SECTION_N + 1] = { page_filter_js };
	unsigned n = 1;

	if (s[SECTION_COMPARE].is_there)
		scripts[n++] = page_compare_js;
	if (s[SECTION_TIMES].is_there || s[SECTION_SWEEPS].is_there) {
		scripts[n++] = page_chart_library_js;
		scripts[n++] = page_charts_js;
	}
	page_end(out, scripts);
}

void run_page_report(GString *out, const struct report *r)
{
	g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(struct column));
	g_autoptr(GPtrArray) results = g_ptr_array_sized_new(r->results->len);
	struct section sections[SECTION_N];
	struct page p = { .out = out, .columns = columns, .results = results };

	p.boots = (struct page_boots){ .out = out, .dir = r->dir, .checks = r->checks };
	for (unsigned i = 0; i < r->results->len; i++)
		g_ptr_array_add(results, r->results->pdata[i]);
	g_ptr_array_sort(results, compare_scenarios); /* keeps the order of equals */
	find_columns(&p, r);
	page_begin(out, "iplab: a run");
	append_heading(out, r);
	make_sections(sections, r);
	append_contents(out, sections);
	append_filter(out);
	append_matrix(&p, r);
	if (p.n_left_out)
		page_printf(out,
			    "<p>%u boots that did not pass are not described here: "
			    "<code>iplab show</code> tells of each.</p>\n",
			    p.n_left_out);
	if (p.boots.n_without_picture || p.boots.n_without_timeline)
		page_printf(
			out,
			"<p>The page has no room for pictures and consoles of %u boots, and for "
			"time lines of %u: <code>iplab show</code> has each.</p>\n",
			p.boots.n_without_picture, p.boots.n_without_timeline);
	for (unsigned i = 0; i < SECTION_N; i++) {
		g_string_append_len(out, sections[i].text->str, (gssize)sections[i].text->len);
		g_string_free(sections[i].text, TRUE);
	}
	end_page(out, sections);
}
