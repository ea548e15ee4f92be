/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * OpenMetrics 1.0.0, text format
 *
 * A seed is no label: each would be a series of its own, of one point. Over the seeds of a cell
 * stands the median of those that passed; a boot that did not get there has no time.
 */
#include "reports/openmetrics.h"

#include <inttypes.h>
#include <string.h>

#include "reports/json_out.h"
#include "reports/rate.h"

#define NS_PER_S 1000000000u

/* A label's value: any UTF-8; ABNF "escaped-string". */
static void append_value(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);

	for (const char *p = valid; *p; p++) {
		if (*p == '\n')
			g_string_append(out, "\\n");
		else if (*p == '"' || *p == '\\')
			g_string_append_printf(out, "\\%c", *p);
		else if (*p == '\r')
			g_string_append_c(out, ' '); /* "MUST NOT contain carriage returns" */
		else
			g_string_append_c(out, *p);
	}
}

/* Pairs of name and value; ends with a NULL. */
static void append_sample(GString *out, const char *metric, const char *const *labels)
{
	g_string_append_printf(out, "%s{", metric);
	for (unsigned i = 0; labels[i]; i += 2) {
		g_string_append_printf(out, "%s%s=\"", i ? "," : "", labels[i]);
		append_value(out, labels[i + 1]);
		g_string_append_c(out, '"');
	}
	g_string_append(out, "} ");
}

#define SAMPLE(out, metric, ...)                                                                   \
	append_sample(out, metric, (const char *const[]){ __VA_ARGS__, NULL })

/* @unit: NULL, or what the name ends with. */
static void append_family(GString *out, const char *name, const char *type, const char *unit,
			  const char *help)
{
	g_string_append_printf(out, "# TYPE %s %s\n", name, type);
	if (unit)
		g_string_append_printf(out, "# UNIT %s %s\n", name, unit);
	g_string_append_printf(out, "# HELP %s %s\n", name, help);
}

static const Result *result_at(const struct report *r, unsigned i)
{
	return r->results->pdata[i];
}

static bool is_same_pair(const Result *a, const Result *b)
{
	return g_str_equal(a->client, b->client) && g_str_equal(a->server, b->server);
}

static bool is_same_boot(const Result *a, const Result *b)
{
	return is_same_pair(a, b) && g_str_equal(a->scenario, b->scenario);
}

/* The first result from @begin on that is not @same as that one. */
static unsigned end_of(const struct report *r, unsigned begin,
		       bool (*same)(const Result *a, const Result *b))
{
	unsigned i = begin + 1;

	while (i < r->results->len && same(result_at(r, begin), result_at(r, i)))
		i++;
	return i;
}

static void append_run(GString *out, const struct report *r)
{
	append_family(out, "iplab_run", "info", NULL, "What ran.");
	SAMPLE(out, "iplab_run_info", "version", r->run->iplab ? r->run->iplab : "", "command",
	       r->run->command ? r->run->command : "");
	g_string_append(out, "1\n");
	append_family(out, "iplab_run_start_seconds", "gauge", "seconds",
		      "When the run began, since 1970.");
	g_string_append(out, "iplab_run_start_seconds ");
	json_append_decimal(out, r->run->started_unix_ns, NS_PER_S);
	g_string_append_c(out, '\n');
	append_family(out, "iplab_run_selected_cells", "gauge", NULL,
		      "Cells that were to run; fewer results are a run that was cut short.");
	g_string_append_printf(out, "iplab_run_selected_cells %" PRIu64 "\n", r->run->n_cells);
}

static void append_cells(GString *out, const struct report *r)
{
	append_family(out, "iplab_cells", "gauge", NULL, "Cells of each verdict.");
	for (unsigned i = 0, end; i < r->results->len; i = end) {
		unsigned n[VERDICT_N] = { 0 };

		end = end_of(r, i, is_same_pair);
		for (unsigned k = i; k < end; k++)
			n[result_at(r, k)->verdict] += !result_at(r, k)->about;
		for (enum verdict v = 0; v < VERDICT_N; v++) {
			SAMPLE(out, "iplab_cells", "client", result_at(r, i)->client, "server",
			       result_at(r, i)->server, "verdict", verdict_name(v));
			g_string_append_printf(out, "%u\n", n[v]);
		}
	}
}

static gint compare_u64(gconstpointer one, gconstpointer other)
{
	uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

	return (a > b) - (a < b);
}

/* Of at least one. */
static uint64_t median(GArray *values)
{
	guint mid = values->len / 2;

	g_array_sort(values, compare_u64);
	if (values->len % 2)
		return g_array_index(values, uint64_t, mid);
	return g_array_index(values, uint64_t, mid - 1) / 2 +
	       g_array_index(values, uint64_t, mid) / 2;
}

/* Append the time of milestone @name, if @result passed and has it. */
static void take_time(GArray *values, const Result *result, const char *name)
{
	for (unsigned i = 0; result->verdict == VERDICT_PASS && i < result->milestones->len; i++) {
		const struct milestone *m = &g_array_index(result->milestones, struct milestone, i);

		if (g_str_equal(m->name, name))
			g_array_append_val(values, m->t_ns);
	}
}

/* The names of all milestones of those that passed, in the order of the first that has each. */
static GPtrArray *milestone_names(const struct report *r, unsigned begin, unsigned end)
{
	GPtrArray *names = g_ptr_array_new();

	for (unsigned i = begin; i < end; i++) {
		const Result *result = result_at(r, i);

		for (unsigned k = 0; result->verdict == VERDICT_PASS && k < result->milestones->len;
		     k++) {
			char *name = g_array_index(result->milestones, struct milestone, k).name;

			if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
				g_ptr_array_add(names, name);
		}
	}
	return names;
}

static void append_milestones_of(GString *out, const struct report *r, unsigned begin, unsigned end)
{
	const Result *first = result_at(r, begin);
	g_autoptr(GPtrArray) names = milestone_names(r, begin, end);

	for (unsigned k = 0; k < names->len; k++) {
		g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(uint64_t));

		for (unsigned i = begin; i < end; i++)
			take_time(values, result_at(r, i), names->pdata[k]);
		SAMPLE(out, "iplab_milestone_seconds", "client", first->client, "server",
		       first->server, "scenario", first->scenario, "clock", first->clock,
		       "milestone", names->pdata[k]);
		json_append_decimal(out, median(values), NS_PER_S);
		g_string_append_c(out, '\n');
	}
}

static void append_milestones(GString *out, const struct report *r)
{
	append_family(out, "iplab_milestone_seconds", "gauge", "seconds",
		      "From power-on to the milestone, median of the seeds that passed.");
	for (unsigned i = 0, end; i < r->results->len; i = end) {
		end = end_of(r, i, is_same_boot);
		append_milestones_of(out, r, i, end);
	}
}

static void append_losses(GString *out, const struct report *r)
{
	append_family(out, "iplab_loss_ratio", "gauge", "ratio",
		      "Packets that the network lost, of those that entered it.");
	for (unsigned i = 0, end; i < r->results->len; i = end) {
		const Result *first = result_at(r, i);
		uint64_t n_sent = 0, n_lost = 0;

		end = end_of(r, i, is_same_boot);
		for (unsigned k = i; k < end; k++) {
			n_sent += result_at(r, k)->n_sent;
			n_lost += result_at(r, k)->n_lost;
		}
		if (!n_sent)
			continue;
		SAMPLE(out, "iplab_loss_ratio", "client", first->client, "server", first->server,
		       "scenario", first->scenario);
		json_append_decimal(out, (uint64_t)((double)n_lost / (double)n_sent * 1e6),
				    1000000);
		g_string_append_c(out, '\n');
	}
}

static void append_rates(GString *out, const struct report *r)
{
	g_autoptr(GArray) rates = rates_of(r->results);

	append_family(out, "iplab_pass_ratio", "gauge", "ratio",
		      "Boots that passed, of those of which a share is expected to.");
	for (unsigned i = 0; i < rates->len; i++) {
		const struct rate *g = &g_array_index(rates, struct rate, i);

		SAMPLE(out, "iplab_pass_ratio", "client", g->first->client, "server",
		       g->first->server, "scenario", g->first->scenario, "clock", g->first->clock);
		json_append_decimal(out, g->n_passed * RATE_PPM_ALL / g->n, RATE_PPM_ALL);
		g_string_append_c(out, '\n');
	}
}

void openmetrics_report(GString *out, const struct report *r)
{
	append_run(out, r);
	append_cells(out, r);
	append_milestones(out, r);
	append_losses(out, r);
	append_rates(out, r);
	g_string_append(out, "# EOF\n");
}
