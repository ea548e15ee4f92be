/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long boots took, in the page of a run: a chart of distributions for each clock
 */
#include "reports/times_charts.h"

#include <math.h>
#include <string.h>

#include "reports/chart.h"
#include "reports/metric.h"
#include "reports/page.h"
#include "reports/result.h"
#include "reports/stats.h"
#include "reports/text.h"

#define NS_PER_S 1e9

/* A boot that came to its payload; the texts are its result's. */
struct boot {
	const char *client;
	char *key; /* scenario, server and seed */
	double ns;
};

/* Those of a clock. */
struct times {
	GArray *boots;      /* of struct boot */
	GPtrArray *clients; /* of char *, as they come */
	GHashTable *keys;   /* key -> how many clients completed it */
	unsigned n_common;  /* keys that all of them did */
};

static void boot_clear(void *self)
{
	g_free(((struct boot *)self)->key);
}

static void times_init(struct times *t)
{
	t->boots = g_array_new(FALSE, FALSE, sizeof(struct boot));
	g_array_set_clear_func(t->boots, boot_clear);
	t->clients = g_ptr_array_new();
	t->keys = g_hash_table_new(g_str_hash, g_str_equal);
	t->n_common = 0;
}

static void times_fini(struct times *t)
{
	g_hash_table_unref(t->keys);
	g_ptr_array_unref(t->clients);
	g_array_unref(t->boots);
}

static const struct boot *boot_at(const struct times *t, unsigned i)
{
	return &g_array_index(t->boots, struct boot, i);
}

static unsigned n_clients_of(const struct times *t, const char *key)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(t->keys, key));
}

static void add(struct times *t, const Result *r, double ns)
{
	struct boot b = { .client = r->client, .ns = ns };

	b.key = g_strdup_printf("%s %s %" G_GUINT64_FORMAT, r->scenario, r->server, r->seed);
	g_array_append_val(t->boots, b);
	g_hash_table_insert(t->keys, b.key, GUINT_TO_POINTER(n_clients_of(t, b.key) + 1));
	if (!g_ptr_array_find_with_equal_func(t->clients, b.client, g_str_equal, NULL))
		g_ptr_array_add(t->clients, r->client);
}

static void read_clock(struct times *t, const GPtrArray *results, const char *clock)
{
	g_autoptr(Metric) payload = metric_parse("payload", NULL);
	GHashTableIter iter;
	void *n;
	double ns;

	for (unsigned i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		if (g_str_equal(r->clock, clock) && metric_of(payload, r, &ns))
			add(t, r, ns);
	}
	g_hash_table_iter_init(&iter, t->keys);
	while (g_hash_table_iter_next(&iter, NULL, &n))
		t->n_common += GPOINTER_TO_UINT(n) == t->clients->len;
}

/* Whether lines show the same boots of each client. */
static bool is_paired(const struct times *t)
{
	return t->n_common >= TIMES_CHARTS_COMMON_MIN;
}

static gint compare_doubles(gconstpointer one, gconstpointer other)
{
	const double *a = one, *b = other;

	return (*a > *b) - (*a < *b);
}

/* Times of a client's line, sorted, in ns. */
static GArray *times_of(const struct times *t, const char *client)
{
	GArray *ns = g_array_new(FALSE, FALSE, sizeof(double));

	for (unsigned i = 0; i < t->boots->len; i++) {
		const struct boot *b = boot_at(t, i);

		if (!g_str_equal(b->client, client))
			continue;
		if (!is_paired(t) || n_clients_of(t, b->key) == t->clients->len)
			g_array_append_val(ns, b->ns);
	}
	g_array_sort(ns, compare_doubles);
	return ns;
}

static double at(const GArray *ns, unsigned i)
{
	return g_array_index(ns, double, i);
}

/* How many took so long or less; of many only some, the last of all among them. */
static void append_line(struct chart *c, const char *client, const GArray *ns)
{
	unsigned n = MIN(ns->len, TIMES_CHARTS_POINTS_MAX);

	chart_line(c, client);
	chart_point(c, at(ns, 0) / NS_PER_S, 0);
	for (unsigned i = 1; i <= n; i++) {
		unsigned rank = (unsigned)((uint64_t)ns->len * i / n);

		chart_point(c, at(ns, rank - 1) / NS_PER_S, 100.0 * rank / ns->len);
	}
	chart_line_end(c);
}

static const struct {
	const char *name;
	double share;
} quantiles[] = {
	{ "shortest", 0 }, { "10 %", .1 }, { "25 %", .25 },  { "median", .5 },
	{ "75 %", .75 },   { "90 %", .9 }, { "longest", 1 },
};

static double quantile(const GArray *ns, double share)
{
	unsigned rank = (unsigned)ceil(share * ns->len);

	if (share == .5)
		return stats_median((const double *)(const void *)ns->data, ns->len);
	return at(ns, MAX(rank, 1) - 1);
}

static void append_row(GString *out, const char *client, const GArray *ns)
{
	page_printf(out, "<tr><th scope=\"row\">%s</th><td class=\"n\">%u</td>", client, ns->len);
	for (size_t i = 0; i < G_N_ELEMENTS(quantiles); i++) {
		g_string_append(out, "<td class=\"n\">");
		text_append_duration(out, (uint64_t)quantile(ns, quantiles[i].share));
		g_string_append(out, "</td>");
	}
	g_string_append(out, "</tr>\n");
}

static void append_table(GString *out, const struct times *t)
{
	g_string_append(out, "<details><summary>in numbers</summary><div class=\"scroll\"><table>\n"
			     "<thead><tr><th scope=\"col\">Client</th>"
			     "<th scope=\"col\" class=\"n\">boots</th>");
	for (size_t i = 0; i < G_N_ELEMENTS(quantiles); i++)
		page_printf(out, "<th scope=\"col\" class=\"n\">%s</th>", quantiles[i].name);
	g_string_append(out, "</tr></thead>\n<tbody>\n");
	for (unsigned i = 0; i < t->clients->len; i++) {
		g_autoptr(GArray) ns = times_of(t, t->clients->pdata[i]);

		append_row(out, t->clients->pdata[i], ns);
	}
	g_string_append(out, "</tbody></table></div></details>\n");
}

static char *caption_of(const struct times *t, const char *clock)
{
	if (t->clients->len < 2)
		return g_strdup_printf("On the %s clock: the boots that came to the payload.",
				       clock);
	if (is_paired(t))
		return g_strdup_printf(
			"On the %s clock: the %u boots (scenario, server, seed) that "
			"each of these clients completed.",
			clock, t->n_common);
	return g_strdup_printf("On the %s clock: all boots that came to the payload. They are not "
			       "the same ones of each client.",
			       clock);
}

static void append_chart(GString *out, const struct times *t, const char *clock)
{
	const struct chart_axis x = { "time to the payload", NULL, 0 };
	const struct chart_axis y = { "boots that took so long or less", "%", 100 };
	g_autofree char *caption = caption_of(t, clock);
	struct chart c;

	chart_begin(&c, out, caption, &x, &y, true);
	for (unsigned i = 0; i < t->clients->len; i++) {
		g_autoptr(GArray) ns = times_of(t, t->clients->pdata[i]);

		append_line(&c, t->clients->pdata[i], ns);
	}
	chart_end(&c);
	append_table(out, t);
}

bool times_charts_append(GString *out, const GPtrArray *results)
{
	static const char *const clocks[] = { "virtual", "wall" };
	bool any = false;

	for (size_t i = 0; i < G_N_ELEMENTS(clocks); i++) {
		struct times t;

		times_init(&t);
		read_clock(&t, results, clocks[i]);
		if (t.boots->len && !any)
			g_string_append(out, "<section id=\"boot-times\">\n<h2>Boot times</h2>\n");
		if (t.boots->len)
			append_chart(out, &t, clocks[i]);
		any |= t.boots->len > 0;
		times_fini(&t);
	}
	if (any)
		g_string_append(out, "</section>\n");
	return any;
}
