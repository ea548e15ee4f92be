/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page of `iplab conformance --report`: complete as it is; its script only hides rows
 */
#include "harness/conformance_page.h"

#include "reports/page.h"

static const struct {
	enum check_verdict verdict;
	const char *sign;
} signs[] = {
	{ CHECK_PASS, "✓" },     { CHECK_FAIL, "✗" },         { CHECK_WARN, "!" },
	{ CHECK_RECORDED, "·" }, { CHECK_NOT_OBSERVED, "–" }, { CHECK_NOT_APPLICABLE, "–" },
};

static const char *sign(enum check_verdict v)
{
	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
		if (signs[i].verdict == v)
			return signs[i].sign;
	return "";
}

static const char *client_at(const Conformance *c, guint i)
{
	return conformance_clients(c)->pdata[i];
}

/* --- areas and clients --- */

static void area_row(GString *out, const Conformance *c, const struct check_area *area)
{
	page_printf(out, "<tr><th scope=\"row\"><a href=\"#area-%s\">%s</a></th>", area->name,
		    area->title);
	for (guint i = 0; i < conformance_clients(c)->len; i++) {
		struct conformance_counts counts =
			conformance_count(c, area->name, client_at(c, i));

		for (size_t v = 0; v < 3; v++) {
			unsigned n = counts.n[signs[v].verdict];

			page_printf(out, "<td class=\"n %s\">%u</td>",
				    n ? check_verdict_name(signs[v].verdict) : "dim", n);
		}
	}
	g_string_append(out, "</tr>\n");
}

static void areas(GString *out, const Conformance *c, const Checks *checks)
{
	guint n = conformance_clients(c)->len;

	g_string_append(out,
			"<div class=\"scroll\"><table>\n<thead><tr><th rowspan=\"2\">Area</th>");
	for (guint i = 0; i < n; i++)
		page_printf(out, "<th colspan=\"3\" scope=\"colgroup\">%s</th>", client_at(c, i));
	g_string_append(out, "</tr>\n<tr>");
	for (guint i = 0; i < n; i++)
		g_string_append(out, "<th class=\"n\">pass</th><th class=\"n\">fail</th>"
				     "<th class=\"n\">warn</th>");
	g_string_append(out, "</tr></thead>\n<tbody>\n");
	for (guint i = 0; i < checks->areas->len; i++)
		area_row(out, c, checks->areas->pdata[i]);
	g_string_append(out, "</tbody></table></div>\n");
}

/* --- checks --- */

static void frames(GString *out, const struct conformance_entry *e, const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "cells", e->cell, "capture.pcapng", NULL);

	if (!e->seen->frames->len)
		return;
	g_string_append(out, "<br>");
	check_result_append_frames(out, e->seen);
	page_printf(out, " of <code>%s</code>", path);
}

/* What is known of what is broken. */
static void known_failure(GString *out, const struct conformance_entry *e, const Known *known)
{
	const struct known_check *k = known_check(known, e->check->id, e->client);

	if (k && (e->seen->verdict == CHECK_FAIL || e->seen->verdict == CHECK_WARN))
		page_printf(out, "<br>known failure %s: %s", k->name, k->reason);
}

static void evidence(GString *out, const Conformance *c, const struct check *check,
		     const Known *known, const char *dir)
{
	for (guint i = 0; i < conformance_clients(c)->len; i++) {
		const struct conformance_entry *e = conformance_entry(c, check, client_at(c, i));

		if (!e->seen->evidence)
			continue;
		page_printf(out, "<p><b>%s</b>: %s", e->client, e->seen->evidence);
		if (e->cell)
			frames(out, e, dir);
		known_failure(out, e, known);
		g_string_append(out, "</p>\n");
	}
}

static const char *seen_in(const struct check *check)
{
	return check->kind == CHECK_PASSIVE ? "any boot" : check->scenario;
}

static void check_row(GString *out, const Conformance *c, const struct check *check,
		      const Known *known, const char *dir)
{
	guint n = conformance_clients(c)->len;

	g_string_append(out, "<tr data-verdicts=\"");
	for (guint i = 0; i < n; i++)
		page_printf(out, "%s ",
			    check_verdict_name(
				    conformance_entry(c, check, client_at(c, i))->seen->verdict));
	page_printf(out, "%s\" id=\"%s\"><th scope=\"row\" class=\"id\"><code>%s</code></th>",
		    check_state(check), check->id, check->id);
	g_string_append(out, "<td class=\"claim\"><details><summary>");
	page_prose(out, check->claim);
	g_string_append(out, "</summary>\n");
	if (!check->planned) {
		page_printf(out, "<p class=\"dim\">Seen in %s", seen_in(check));
		if (check->control)
			page_printf(out, ", beside %s", check->control);
		if (check_judges(check))
			page_printf(out, ". Passes on %s, fails on %s",
				    check->pass ? check->pass : "nobody yet",
				    check->fail ? check->fail : "nobody yet");
		g_string_append(out, ".</p>\n");
	}
	evidence(out, c, check, known, dir);
	page_printf(out, "</details></td><td>%s</td><td>%s</td><td class=\"dim\">%s</td>",
		    check->clause ? check->clause : check->rests_on, check_level_name(check),
		    check_state(check));
	for (guint i = 0; i < n; i++) {
		enum check_verdict v = conformance_entry(c, check, client_at(c, i))->seen->verdict;

		if (check->planned)
			g_string_append(out, "<td></td>");
		else
			page_printf(out, "<td class=\"v %s\">%s %s</td>", check_verdict_name(v),
				    sign(v), check_verdict_name(v));
	}
	g_string_append(out, "</tr>\n");
}

static void area_section(GString *out, const Conformance *c, const Checks *checks,
			 const struct check_area *area, const Known *known, const char *dir)
{
	page_printf(out,
		    "<section data-area=\"%s\" id=\"area-%s\">\n<h2>%s</h2>\n"
		    "<div class=\"scroll\"><table>\n<thead><tr><th>Check</th>"
		    "<th>What a conforming client does</th><th>Rests on</th><th>Level</th>"
		    "<th>Proof</th>",
		    area->name, area->name, area->title);
	for (guint i = 0; i < conformance_clients(c)->len; i++)
		page_printf(out, "<th>%s</th>", client_at(c, i));
	g_string_append(out, "</tr></thead>\n<tbody>\n");
	for (guint i = 0; i < checks->all->len; i++) {
		const struct check *check = checks->all->pdata[i];

		if (g_str_equal(check->area, area->name))
			check_row(out, c, check, known, dir);
	}
	g_string_append(out, "</tbody></table></div>\n</section>\n");
}

static void filter(GString *out)
{
	static const char *const verdicts[] = { "fail",     "warn",         "pass",
						"record",   "not-observed", "planned",
						"unproven", "proven",       NULL };

	page_filter(out, "id, RFC, words", verdicts, "check", "checks");
}

void conformance_page(GString *out, const Conformance *c, const Checks *checks, const Known *known,
		      const char *dir)
{
	guint n = conformance_clients(c)->len;

	page_begin(out, "Conformance");
	g_string_append(out, "<p>");
	for (guint i = 0; i < n; i++)
		page_printf(out, "%s%s", i ? ", " : "", client_at(c, i));
	page_printf(out,
		    ": %u checks. Each is held to boots of the client; its row opens and says "
		    "what was seen. What is <i>unproven</i> was never seen to fail, or to pass, "
		    "and decides nothing.</p>\n",
		    checks->all->len);
	areas(out, c, checks);
	filter(out);
	for (guint i = 0; i < checks->areas->len; i++)
		area_section(out, c, checks, checks->areas->pdata[i], known, dir);
	page_end(out, (const char *const[]){ page_filter_js, NULL });
}
