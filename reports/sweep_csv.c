/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sweeps as CSV
 */
#include "reports/sweep_csv.h"

#include <string.h>

#include "reports/sweep.h"

#define NS_PER_S 1e9
#define EOL "\r\n"

/* RFC 4180 2: what has a comma, a quote or a line break is quoted, and quotes are doubled. */
static void append_text(GString *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		g_string_append(out, text);
		return;
	}
	g_string_append_c(out, '"');
	for (; *text; text++)
		g_string_append(out, *text == '"' ? "\"\"" : (char[]){ *text, '\0' });
	g_string_append_c(out, '"');
}

static void append_number(GString *out, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append_c(out, ',');
	g_string_append(out, g_ascii_formatd(text, sizeof(text), "%.6g", value));
}

static void append_interval(GString *out, struct stats_interval i, double unit)
{
	append_number(out, i.value / unit);
	append_number(out, i.low / unit);
	append_number(out, i.high / unit);
}

static void append_cell(GString *out, const struct sweep_cell *c)
{
	struct stats_interval median;

	g_string_append_printf(out, ",%u,%u", c->n, c->payload_ns->len);
	append_interval(out, sweep_completion(c), 1);
	if (!c->payload_ns->len) {
		g_string_append(out, ",,,");
		return;
	}
	median = sweep_median(c);
	append_number(out, median.value / NS_PER_S);
	if (c->payload_ns->len < SWEEP_INTERVAL_MIN) {
		g_string_append(out, ",,");
		return;
	}
	append_number(out, median.low / NS_PER_S);
	append_number(out, median.high / NS_PER_S);
}

static void append_point(GString *out, const struct sweep *s, const struct sweep_point *p)
{
	for (unsigned i = 0; i < s->clients->len; i++) {
		const char *const texts[] = { s->scenario, s->server, s->clock,
					      s->axis,     p->at,     s->clients->pdata[i] };

		if (!p->cells[i].n)
			continue;
		for (unsigned k = 0; k < G_N_ELEMENTS(texts); k++) {
			g_string_append(out, k ? "," : "");
			append_text(out, texts[k]);
		}
		append_cell(out, &p->cells[i]);
		g_string_append(out, EOL);
	}
}

void sweep_csv_report(GString *out, const struct report *r)
{
	g_autoptr(GPtrArray) sweeps = sweeps_of(r->results);

	g_string_append(out, "scenario,server,clock,axis,at,client,boots,completed,"
			     "completion,completion_low,completion_high,"
			     "median_s,median_low_s,median_high_s" EOL);
	for (unsigned i = 0; i < sweeps->len; i++) {
		const struct sweep *s = sweeps->pdata[i];

		for (unsigned k = 0; k < s->points->len; k++)
			append_point(out, s, s->points->pdata[k]);
	}
}
