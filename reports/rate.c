/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often boots pass where chance decides, held against what is expected
 *
 * A few boots say little of a rate: so it is not the share that is compared but Wilson's interval,
 * the rates that such a share may come from.
 */
#include "reports/rate.h"

#include <inttypes.h>

#define RATE_ABOUT "rate"

static bool passed(const Result *r)
{
	return r->verdict == VERDICT_PASS || r->verdict == VERDICT_XPASS ||
	       r->verdict == VERDICT_FLAKY;
}

static bool failed(const Result *r)
{
	return r->verdict == VERDICT_FAIL || r->verdict == VERDICT_XFAIL;
}

bool rate_has(const struct rate *g, const Result *r)
{
	const Result *a = g->first;

	return !g_strcmp0(a->rate, r->rate) && g_str_equal(a->client, r->client) &&
	       g_str_equal(a->server, r->server) && g_str_equal(a->scenario, r->scenario) &&
	       g_str_equal(a->clock, r->clock);
}

struct stats_interval rate_seen(const struct rate *g)
{
	return stats_proportion(g->n_passed, g->n);
}

static enum rate_drift judge(const struct rate *g)
{
	struct stats_interval seen;

	if (g->n < RATE_N_MIN)
		return RATE_AS_EXPECTED;
	seen = rate_seen(g);
	if (seen.high * RATE_PPM_ALL < (double)g->first->rate_low_ppm)
		return RATE_TOO_LOW;
	return seen.low * RATE_PPM_ALL > (double)g->first->rate_high_ppm ? RATE_TOO_HIGH
									 : RATE_AS_EXPECTED;
}

static char *key_of(const Result *r)
{
	return g_strjoin("\n", r->rate, r->client, r->server, r->scenario, r->clock, NULL);
}

/* The group of a result among @groups, made if it is not there; @at: key -> index + 1. */
static struct rate *group_of(GArray *groups, GHashTable *at, const Result *r)
{
	char *key = key_of(r);
	guint i = GPOINTER_TO_UINT(g_hash_table_lookup(at, key));
	struct rate new = { .first = r };

	if (!i) {
		g_array_append_val(groups, new);
		i = groups->len;
		g_hash_table_insert(at, g_steal_pointer(&key), GUINT_TO_POINTER(i));
	}
	g_free(key);
	return &g_array_index(groups, struct rate, i - 1);
}

GArray *rates_of(const GPtrArray *results)
{
	g_autoptr(GHashTable) at = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GArray *groups = g_array_new(FALSE, FALSE, sizeof(struct rate));

	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];
		struct rate *g;

		if (!r->rate || (!passed(r) && !failed(r)))
			continue;
		g = group_of(groups, at, r);
		g->n++;
		g->n_passed += passed(r);
	}
	for (guint i = 0; i < groups->len; i++) {
		struct rate *g = &g_array_index(groups, struct rate, i);

		g->drift = judge(g);
	}
	return groups;
}

/* --- in words --------------------------------------------------------------------------------- */

static void append_percent(GString *s, const char *format, double share)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append_printf(s, "%s %%",
			       g_ascii_formatd(text, sizeof(text), format, 100 * share));
}

static void append_ppm(GString *s, uint64_t ppm)
{
	append_percent(s, "%.6g", (double)ppm / RATE_PPM_ALL);
}

/* "known failure x: expected that 90 % to 100 % of boots pass, saw 12 of 30: 40.0 % (...)" */
static char *describe(const struct rate *g)
{
	const Result *r = g->first;
	struct stats_interval seen = rate_seen(g);
	GString *s = g_string_new(NULL);

	g_string_printf(s, "known failure %s: expected that ", r->rate);
	append_ppm(s, r->rate_low_ppm);
	if (r->rate_high_ppm != r->rate_low_ppm) {
		g_string_append(s, " to ");
		append_ppm(s, r->rate_high_ppm);
	}
	g_string_append_printf(s, " of boots pass, saw %" PRIu64 " of %" PRIu64 ": ", g->n_passed,
			       g->n);
	append_percent(s, "%.1f", seen.value);
	g_string_append(s, " (95 %: ");
	append_percent(s, "%.1f", seen.low);
	g_string_append(s, " to ");
	append_percent(s, "%.1f", seen.high);
	g_string_append_c(s, ')');
	return g_string_free(s, FALSE);
}

static Result *drift_of(const struct rate *g)
{
	const Result *a = g->first;
	g_autofree char *id = g_strjoin("/", a->client, a->server, a->scenario, RATE_ABOUT, NULL);
	Result *r = result_new_for(id, a->client, a->server, a->scenario, UINT64_MAX,
				   g_str_equal(a->clock, "virtual"));

	r->about = g_strdup(RATE_ABOUT);
	r->verdict = g->drift == RATE_TOO_LOW ? VERDICT_FAIL : VERDICT_XPASS;
	r->reason = describe(g);
	if (g->drift == RATE_TOO_HIGH)
		r->known = g_strdup(a->rate);
	return r;
}

GPtrArray *rates_drifts(const GPtrArray *results)
{
	GPtrArray *drifts = g_ptr_array_new_with_free_func((GDestroyNotify)result_free);
	g_autoptr(GArray) groups = rates_of(results);

	for (guint i = 0; i < groups->len; i++) {
		const struct rate *g = &g_array_index(groups, struct rate, i);

		if (g->drift != RATE_AS_EXPECTED)
			g_ptr_array_add(drifts, drift_of(g));
	}
	return drifts;
}

GPtrArray *rates_with_drifts(const GPtrArray *results, GPtrArray **drifts)
{
	GPtrArray *all = g_ptr_array_sized_new(results->len);

	*drifts = rates_drifts(results);
	for (guint i = 0; i < results->len; i++)
		g_ptr_array_add(all, results->pdata[i]);
	for (guint i = 0; i < (*drifts)->len; i++)
		g_ptr_array_add(all, (*drifts)->pdata[i]);
	return all;
}
