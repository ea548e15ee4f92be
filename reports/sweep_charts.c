/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sweeps in the page of a run: completion and boot time over what a scenario varies
 */
#include "reports/sweep_charts.h"

#include <math.h>

#include "reports/chart.h"
#include "reports/page.h"
#include "reports/sweep.h"
#include "reports/text.h"

#define NS_PER_S 1e9

static bool has_interval(const struct sweep_cell *c)
{
	return c->payload_ns->len >= SWEEP_INTERVAL_MIN;
}

/* Nothing where there was no boot. */
static void add_rate(struct chart *chart, double x, const struct sweep_cell *c)
{
	struct stats_interval r;

	if (!c->n)
		return;
	r = sweep_completion(c);
	chart_estimate(chart, x, 100 * r.value, 100 * r.low, 100 * r.high);
}

static void add_median(struct chart *chart, double x, const struct sweep_cell *c)
{
	struct stats_interval m = sweep_median(c);

	if (has_interval(c))
		chart_estimate(chart, x, m.value / NS_PER_S, m.low / NS_PER_S, m.high / NS_PER_S);
	else if (c->payload_ns->len)
		chart_point(chart, x, m.value / NS_PER_S);
}

static void append_chart(GString *out, const struct sweep *s, const char *caption,
			 const struct chart_axis *y,
			 void (*add)(struct chart *chart, double x, const struct sweep_cell *c))
{
	const struct chart_axis x = { s->axis, sweep_unit(s), 0 };
	struct chart chart;

	chart_begin(&chart, out, caption, &x, y, false);
	for (unsigned i = 0; i < s->clients->len; i++) {
		chart_line(&chart, s->clients->pdata[i]);
		for (unsigned k = 0; k < s->points->len; k++) {
			const struct sweep_point *p = s->points->pdata[k];

			add(&chart, p->x, &p->cells[i]);
		}
		chart_line_end(&chart);
	}
	chart_end(&chart);
}

static void append_percent(GString *out, double share)
{
	g_string_append_printf(out, "%u", (unsigned)round(100 * share));
}

/* "28 of 30 (93 %, 78 to 98 %)" and "1.20 s (1.10 s to 1.30 s)" */
static void append_cell(GString *out, const struct sweep_cell *c)
{
	struct stats_interval r, m = sweep_median(c);

	if (!c->n) {
		g_string_append(out, "<td>–</td><td>–</td>");
		return;
	}
	r = sweep_completion(c);
	page_printf(out, "<td class=\"v\">%u of %u (", c->payload_ns->len, c->n);
	append_percent(out, r.value);
	g_string_append(out, "&nbsp;%, ");
	append_percent(out, r.low);
	g_string_append(out, " to ");
	append_percent(out, r.high);
	g_string_append(out, "&nbsp;%)</td><td class=\"v\">");
	if (c->payload_ns->len)
		text_append_duration(out, (uint64_t)m.value);
	else
		g_string_append(out, "–");
	if (has_interval(c)) {
		g_string_append(out, " (");
		text_append_duration(out, (uint64_t)m.low);
		g_string_append(out, " to ");
		text_append_duration(out, (uint64_t)m.high);
		g_string_append_c(out, ')');
	}
	g_string_append(out, "</td>");
}

static void append_table(GString *out, const struct sweep *s)
{
	page_printf(out,
		    "<details><summary>in numbers</summary><div class=\"scroll\"><table>\n"
		    "<thead><tr><th scope=\"col\" rowspan=\"2\">%s</th>",
		    s->axis);
	for (unsigned i = 0; i < s->clients->len; i++)
		page_printf(out, "<th scope=\"colgroup\" colspan=\"2\">%s</th>",
			    (const char *)s->clients->pdata[i]);
	g_string_append(out, "</tr>\n<tr>");
	for (unsigned i = 0; i < s->clients->len; i++)
		g_string_append(out, "<th scope=\"col\">came to the payload</th>"
				     "<th scope=\"col\">median time</th>");
	g_string_append(out, "</tr></thead>\n<tbody>\n");
	for (unsigned k = 0; k < s->points->len; k++) {
		const struct sweep_point *p = s->points->pdata[k];

		page_printf(out, "<tr><th scope=\"row\">%s</th>", p->at);
		for (unsigned i = 0; i < s->clients->len; i++)
			append_cell(out, &p->cells[i]);
		g_string_append(out, "</tr>\n");
	}
	g_string_append(out, "</tbody></table></div></details>\n");
}

static void append_sweep(GString *out, const struct sweep *s)
{
	const struct chart_axis rate = { "boots that came to the payload", "%", 100 };
	const struct chart_axis median = { "median time to the payload", NULL, 0 };

	page_printf(out, "<h3><code>%s</code>, server %s, %s clock</h3>\n", s->scenario, s->server,
		    s->clock);
	/* What is no number has no place on an axis. */
	if (sweep_unit(s)) {
		g_string_append(out, "<div class=\"charts\">\n");
		append_chart(out, s, "Boots that came to the payload, with their 95 % interval.",
			     &rate, add_rate);
		append_chart(out, s,
			     "Median time of those that did, with its 95 % interval where they are "
			     "6 or more.",
			     &median, add_median);
		g_string_append(out, "</div>\n");
	}
	append_table(out, s);
}

bool sweep_charts_append(GString *out, const GPtrArray *results)
{
	g_autoptr(GPtrArray) sweeps = sweeps_of(results);
	bool any = false;

	for (unsigned i = 0; i < sweeps->len; i++) {
		struct sweep *s = sweeps->pdata[i];

		if (s->points->len < 2)
			continue;
		if (!any)
			g_string_append(out, "<section id=\"sweeps\">\n<h2>Sweeps</h2>\n");
		any = true;
		append_sweep(out, s);
	}
	if (any)
		g_string_append(out, "</section>\n");
	return any;
}
