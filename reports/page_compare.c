/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two clients of a run side by side, in its page
 *
 * Here boots are put together: those of a client in a scenario with a server. Which two of them
 * stand side by side is chosen in the page, so every pair can be had without a table of its own.
 */
#include "reports/page_compare.h"

#include <string.h>

#include "reports/json_out.h"
#include "reports/metric.h"
#include "reports/page.h"
#include "reports/page_boot.h"
#include "reports/result.h"
#include "reports/stats.h"

/* The boots of a client in a scenario with a server. */
struct boots {
	const char *clock; /* of the first of them; NULL: there are none */
	unsigned n[VERDICT_N];
	GArray *payload_ns; /* of double: of those that came to it */
};

/* A scenario with a server. */
struct place {
	const char *scenario, *server;
	struct boots *boots; /* one for each client */
};

struct side_by_side {
	GPtrArray *clients; /* of char *, as they come */
	GPtrArray *places;  /* of struct place, as they come */
	Metric *payload;
};

static void place_free(struct place *p, unsigned n_clients)
{
	for (unsigned i = 0; i < n_clients; i++)
		if (p->boots[i].payload_ns)
			g_array_unref(p->boots[i].payload_ns);
	g_free(p->boots);
	g_free(p);
}

static void find_clients(GPtrArray *clients, const GPtrArray *results)
{
	for (unsigned i = 0; i < results->len; i++) {
		char *name = ((const Result *)results->pdata[i])->client;

		if (!g_ptr_array_find_with_equal_func(clients, name, g_str_equal, NULL))
			g_ptr_array_add(clients, name);
	}
}

static void add_boot(struct side_by_side *s, struct place *p, const Result *r)
{
	struct boots *b;
	unsigned client = 0;
	double ns;

	g_ptr_array_find_with_equal_func(s->clients, r->client, g_str_equal, &client);
	b = &p->boots[client];
	if (!b->clock) {
		b->clock = r->clock;
		b->payload_ns = g_array_new(FALSE, FALSE, sizeof(double));
	}
	b->n[r->verdict]++;
	if (metric_of(s->payload, r, &ns))
		g_array_append_val(b->payload_ns, ns);
}

static void find_places(struct side_by_side *s, const GPtrArray *results)
{
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (unsigned i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];
		char *key = g_strdup_printf("%s %s", r->scenario, r->server);
		struct place *p = g_hash_table_lookup(known, key);

		if (!p) {
			p = g_new0(struct place, 1);
			p->scenario = r->scenario;
			p->server = r->server;
			p->boots = g_new0(struct boots, s->clients->len);
			g_ptr_array_add(s->places, p);
			g_hash_table_insert(known, g_steal_pointer(&key), p);
		}
		add_boot(s, p, r);
		g_free(key);
	}
}

/* "✓ 3 pass, ✗ 1 fail" */
static char *verdicts_of(const struct boots *b)
{
	GString *s = g_string_new(NULL);

	for (enum verdict v = 0; v < VERDICT_N; v++)
		if (b->n[v])
			g_string_append_printf(s, "%s%s %u %s", s->len ? ", " : "", page_sign(v),
					       b->n[v], verdict_name(v));
	return g_string_free(s, FALSE);
}

/* How many of a thousand have which verdict: equal where seeds are more, but not the verdicts. */
static char *shares_of(const struct boots *b)
{
	GString *s = g_string_new(NULL);
	unsigned n = 0;

	for (enum verdict v = 0; v < VERDICT_N; v++)
		n += b->n[v];
	for (enum verdict v = 0; v < VERDICT_N; v++)
		g_string_append_printf(s, "%s%u", v ? " " : "", 1000 * b->n[v] / n);
	return g_string_free(s, FALSE);
}

static void write_boots(struct json_out *j, unsigned client, const struct boots *b)
{
	g_autofree char *verdicts = verdicts_of(b), *shares = shares_of(b);
	g_autofree char *number = g_strdup_printf("%u", client);
	const double *ns = (const double *)(const void *)b->payload_ns->data;

	json_begin_object(j, number);
	json_text(j, "verdicts", verdicts);
	json_text(j, "shares", shares);
	json_text(j, "clock", b->clock);
	if (b->payload_ns->len)
		json_count(j, "ns", (uint64_t)stats_median(ns, b->payload_ns->len));
	json_end_object(j);
}

static void write_places(struct json_out *j, const struct side_by_side *s)
{
	json_begin_list(j, "places");
	for (unsigned i = 0; i < s->places->len; i++) {
		const struct place *p = s->places->pdata[i];

		json_begin_object(j, NULL);
		json_text(j, "scenario", p->scenario);
		json_text(j, "server", p->server);
		json_begin_object(j, "clients");
		for (unsigned k = 0; k < s->clients->len; k++)
			if (p->boots[k].clock)
				write_boots(j, k, &p->boots[k]);
		json_end_object(j);
		json_end_object(j);
	}
	json_end_list(j);
}

/* The first one whose name begins so, but for @other; else the first one but for that. */
static unsigned find_first(const struct side_by_side *s, const char *prefix, unsigned other)
{
	for (unsigned i = 0; i < s->clients->len; i++)
		if (i != other && g_str_has_prefix(s->clients->pdata[i], prefix))
			return i;
	return other == 0;
}

static void append_data(GString *out, const struct side_by_side *s)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct json_out j = { .s = text };

	json_begin_object(&j, NULL);
	write_places(&j, s);
	json_end_object(&j);
	page_json(out, "compare-data", text->str);
}

static void append_choice(GString *out, const struct side_by_side *s, const char *id,
			  const char *label, unsigned chosen)
{
	page_printf(out, "<label for=\"%s\">%s</label><select id=\"%s\">", id, label, id);
	for (unsigned i = 0; i < s->clients->len; i++)
		page_printf(out, "<option value=\"%u\"%s>%s</option>", i,
			    i == chosen ? " selected" : "", (const char *)s->clients->pdata[i]);
	g_string_append(out, "</select>\n");
}

static void append_section(GString *out, const struct side_by_side *s)
{
	unsigned one = find_first(s, "libnet", s->clients->len);
	unsigned other = find_first(s, "lwip", one);

	g_string_append(out,
			"<section id=\"side-by-side\">\n<h2>Side by side</h2>\n"
			"<noscript><p>This table is made by the page's script.</p></noscript>\n"
			"<form id=\"compare\">\n");
	append_choice(out, s, "compare-one", "Compare", one);
	append_choice(out, s, "compare-other", "with", other);
	g_string_append(
		out,
		"</form>\n<p id=\"compare-sum\" role=\"status\"></p>\n"
		"<p class=\"dim\">Times are medians from power-on to the payload, of the boots "
		"that came so far; where few of one client did, they say little. Rows in which "
		"verdicts differ come first, and say so.</p>\n"
		"<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" "
		"aria-label=\"Two clients side by side\"><table id=\"compare-table\"></table>"
		"</div>\n");
	append_data(out, s);
	g_string_append(out, "</section>\n");
}

bool page_compare_append(GString *out, const GPtrArray *results)
{
	g_autoptr(GPtrArray) clients = g_ptr_array_new();
	g_autoptr(GPtrArray) places = g_ptr_array_new();
	g_autoptr(Metric) payload = metric_parse("payload", NULL);
	struct side_by_side s = { clients, places, payload };

	find_clients(clients, results);
	if (clients->len < 2)
		return false;
	find_places(&s, results);
	append_section(out, &s);
	for (unsigned i = 0; i < places->len; i++)
		place_free(places->pdata[i], clients->len);
	return true;
}
