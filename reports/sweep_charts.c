/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sweeps in the page of a run: completion and boot time over what a scenario varies
 */
#include "reports/sweep_charts.h"

#include <math.h>
#include <string.h>

#include "reports/chart.h"
#include "reports/metric.h"
#include "reports/page.h"
#include "reports/result.h"
#include "reports/stats.h"
#include "reports/text.h"

#define NS_PER_S 1e9

enum {
	SEED = 1, /* of the bootstrap: the same page each time */
};

/* The boots of a client at a point. */
struct cell {
	unsigned n;
	GArray *payload_ns; /* of double: of those that came to it */
};

/* A value of what varies. The text is its first result's. */
struct point {
	const char *at;
	double x;
	struct cell *cells; /* one for each client */
};

/* Texts are those of a result. */
struct sweep {
	char *key; /* scenario up to its @, server, clock */
	const char *axis, *server, *clock;
	size_t scenario_len; /* of the key */
	GPtrArray *clients;  /* of char *, as they come */
	GPtrArray *results;  /* of Result */
	GPtrArray *points;   /* of struct point, by x */
};

static void point_free(struct point *p, unsigned n_clients)
{
	for (unsigned i = 0; i < n_clients; i++)
		g_array_unref(p->cells[i].payload_ns);
	g_free(p->cells);
	g_free(p);
}

static void sweep_free(void *self)
{
	struct sweep *s = self;

	for (unsigned i = 0; i < s->points->len; i++)
		point_free(s->points->pdata[i], s->clients->len);
	g_ptr_array_unref(s->points);
	g_ptr_array_unref(s->clients);
	g_ptr_array_unref(s->results);
	g_free(s->key);
	g_free(s);
}

/* --- from results to points ------------------------------------------------------------------- */

static char *key_of(const Result *r, size_t *scenario_len)
{
	*scenario_len = strcspn(r->scenario, "@");
	return g_strdup_printf("%.*s %s %s", (int)*scenario_len, r->scenario, r->server, r->clock);
}

static struct sweep *find_sweep(GPtrArray *sweeps, const Result *r)
{
	size_t scenario_len;
	g_autofree char *key = key_of(r, &scenario_len);
	struct sweep *s;

	for (unsigned i = 0; i < sweeps->len; i++) {
		s = sweeps->pdata[i];
		if (g_str_equal(s->key, key))
			return s;
	}
	s = g_new0(struct sweep, 1);
	s->key = g_steal_pointer(&key);
	s->scenario_len = scenario_len;
	s->axis = r->sweep_axis;
	s->server = r->server;
	s->clock = r->clock;
	s->clients = g_ptr_array_new();
	s->results = g_ptr_array_new();
	s->points = g_ptr_array_new();
	g_ptr_array_add(sweeps, s);
	return s;
}

/* Whether it says anything of the client. */
static bool counts(const Result *r)
{
	return r->sweep_axis && r->sweep_at && r->verdict != VERDICT_SKIP &&
	       r->verdict != VERDICT_ERROR;
}

static GPtrArray *find_sweeps(const GPtrArray *results)
{
	GPtrArray *sweeps = g_ptr_array_new_with_free_func(sweep_free);

	for (unsigned i = 0; i < results->len; i++) {
		Result *r = results->pdata[i];
		struct sweep *s;

		if (!counts(r))
			continue;
		s = find_sweep(sweeps, r);
		g_ptr_array_add(s->results, r);
		if (!g_ptr_array_find_with_equal_func(s->clients, r->client, g_str_equal, NULL))
			g_ptr_array_add(s->clients, r->client);
	}
	return sweeps;
}

static struct point *find_point(struct sweep *s, const char *at)
{
	struct point *p;

	for (unsigned i = 0; i < s->points->len; i++) {
		p = s->points->pdata[i];
		if (g_str_equal(p->at, at))
			return p;
	}
	p = g_new0(struct point, 1);
	p->at = at;
	p->x = g_ascii_strtod(at, NULL);
	p->cells = g_new0(struct cell, s->clients->len);
	for (unsigned i = 0; i < s->clients->len; i++)
		p->cells[i].payload_ns = g_array_new(FALSE, FALSE, sizeof(double));
	g_ptr_array_add(s->points, p);
	return p;
}

static gint compare_points(gconstpointer one, gconstpointer other)
{
	const struct point *a = *(struct point *const *)one, *b = *(struct point *const *)other;

	return (a->x > b->x) - (a->x < b->x);
}

static void find_points(struct sweep *s)
{
	g_autoptr(Metric) payload = metric_parse("payload", NULL);
	unsigned client = 0;
	double ns;

	for (unsigned i = 0; i < s->results->len; i++) {
		const Result *r = s->results->pdata[i];
		struct cell *c;

		g_ptr_array_find_with_equal_func(s->clients, r->client, g_str_equal, &client);
		c = &find_point(s, r->sweep_at)->cells[client];
		c->n++;
		if (metric_of(payload, r, &ns))
			g_array_append_val(c->payload_ns, ns);
	}
	g_ptr_array_sort(s->points, compare_points);
}

static const char *unit_at(const struct sweep *s, unsigned i)
{
	char *end;

	g_ascii_strtod(((const struct point *)s->points->pdata[i])->at, &end);
	return end;
}

/* What stands behind the number at every point ("%", ""); NULL: they are not all numbers of one. */
static const char *unit_of(const struct sweep *s)
{
	for (unsigned i = 0; i < s->points->len; i++) {
		const struct point *p = s->points->pdata[i];

		if (unit_at(s, i) == p->at || !isfinite(p->x) ||
		    !g_str_equal(unit_at(s, i), unit_at(s, 0)))
			return NULL;
	}
	return unit_at(s, 0) + strspn(unit_at(s, 0), " ");
}

/* --- as charts and a table -------------------------------------------------------------------- */

static struct stats_interval rate_of(const struct cell *c)
{
	return stats_proportion(c->payload_ns->len, c->n);
}

static struct stats_interval median_of(const struct cell *c)
{
	return stats_bootstrap_median((const double *)(const void *)c->payload_ns->data,
				      c->payload_ns->len, SEED);
}

static bool has_interval(const struct cell *c)
{
	return c->payload_ns->len >= SWEEP_CHARTS_MEDIAN_MIN;
}

/* Nothing where there was no boot. */
static void add_rate(struct chart *chart, double x, const struct cell *c)
{
	struct stats_interval r;

	if (!c->n)
		return;
	r = rate_of(c);
	chart_estimate(chart, x, 100 * r.value, 100 * r.low, 100 * r.high);
}

static void add_median(struct chart *chart, double x, const struct cell *c)
{
	struct stats_interval m = median_of(c);

	if (has_interval(c))
		chart_estimate(chart, x, m.value / NS_PER_S, m.low / NS_PER_S, m.high / NS_PER_S);
	else if (c->payload_ns->len)
		chart_point(chart, x, m.value / NS_PER_S);
}

static void append_chart(GString *out, const struct sweep *s, const char *caption,
			 const struct chart_axis *y,
			 void (*add)(struct chart *chart, double x, const struct cell *c))
{
	const struct chart_axis x = { s->axis, unit_of(s), 0 };
	struct chart chart;

	chart_begin(&chart, out, caption, &x, y, false);
	for (unsigned i = 0; i < s->clients->len; i++) {
		chart_line(&chart, s->clients->pdata[i]);
		for (unsigned k = 0; k < s->points->len; k++) {
			const struct point *p = s->points->pdata[k];

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
static void append_cell(GString *out, const struct cell *c)
{
	struct stats_interval r, m = median_of(c);

	if (!c->n) {
		g_string_append(out, "<td>–</td><td>–</td>");
		return;
	}
	r = rate_of(c);
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
		const struct point *p = s->points->pdata[k];

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
	g_autofree char *scenario = g_strndup(s->key, s->scenario_len);

	page_printf(out, "<h3><code>%s</code>, server %s, %s clock</h3>\n", scenario, s->server,
		    s->clock);
	/* What is no number has no place on an axis. */
	if (unit_of(s)) {
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
	g_autoptr(GPtrArray) sweeps = find_sweeps(results);
	bool any = false;

	for (unsigned i = 0; i < sweeps->len; i++) {
		struct sweep *s = sweeps->pdata[i];

		find_points(s);
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
