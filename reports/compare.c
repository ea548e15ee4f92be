/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two sets of boots of the same thing, held against each other
 *
 * A boot that did not do what its scenario claims counts as one that was not done, and its times
 * count for nothing: how soon something went wrong is no merit.
 */
#include "reports/compare.h"

enum {
	SEED = 1, /* of resampling */
};

static bool was_booted(const Result *r)
{
	return r->verdict != VERDICT_ERROR && r->verdict != VERDICT_SKIP;
}

static bool was_done(const Result *r)
{
	return r->verdict == VERDICT_PASS || r->verdict == VERDICT_XPASS;
}

static void append(GArray *values, double v)
{
	g_array_append_val(values, v);
}

static const double *data(const GArray *values)
{
	return (const double *)(void *)values->data;
}

static bool has_value(const Metric *m, const Result *r, double *value)
{
	return was_done(r) && metric_of(m, r, value);
}

static void row_of_pairs(struct compare_row *row, const GPtrArray *a, const GPtrArray *b,
			 bool is_virtual)
{
	g_autoptr(GArray) in_a = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GArray) in_b = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GArray) ratios = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GArray) differences = g_array_new(FALSE, FALSE, sizeof(double));
	unsigned n_alike = 0;
	bool chance = false; /* the network drew lots */

	for (guint i = 0; i < a->len; i++) {
		double x, y;

		if (!has_value(row->metric, a->pdata[i], &x) ||
		    !has_value(row->metric, b->pdata[i], &y))
			continue;
		append(in_a, x);
		append(in_b, y);
		append(ratios, y / x);
		append(differences, y - x);
		chance |= ((const Result *)a->pdata[i])->n_sent > 0;
		n_alike += y / x >= data(ratios)[0] && y / x <= data(ratios)[0];
	}
	row->n_a = row->n_b = ratios->len;
	row->a = stats_bootstrap_median(data(in_a), in_a->len, SEED);
	row->b = stats_bootstrap_median(data(in_b), in_b->len, SEED);
	row->ratio = stats_bootstrap_median(data(ratios), ratios->len, SEED);
	/* One draw of lots tells nothing of the next. */
	row->exact = is_virtual && ratios->len > chance && n_alike == ratios->len;
	row->p = stats_wilcoxon(data(differences), differences->len).p;
	row->delta = stats_cliffs_delta(data(in_a), in_a->len, data(in_b), in_b->len);
}

static GArray *values_of(const Metric *m, const GPtrArray *results)
{
	GArray *values = g_array_new(FALSE, FALSE, sizeof(double));
	double v;

	for (guint i = 0; i < results->len; i++)
		if (has_value(m, results->pdata[i], &v))
			append(values, v);
	return values;
}

static void row_of_sets(struct compare_row *row, const GPtrArray *a, const GPtrArray *b)
{
	g_autoptr(GArray) in_a = values_of(row->metric, a), in_b = values_of(row->metric, b);
	const double *x = data(in_a), *y = data(in_b);

	row->n_a = in_a->len;
	row->n_b = in_b->len;
	row->a = stats_bootstrap_median(x, in_a->len, SEED);
	row->b = stats_bootstrap_median(y, in_b->len, SEED);
	row->ratio = stats_bootstrap_ratio(x, in_a->len, y, in_b->len, SEED);
	row->p = stats_mann_whitney(x, in_a->len, y, in_b->len).p;
	row->delta = stats_cliffs_delta(x, in_a->len, y, in_b->len);
}

/* Those that could be booted: of @pair, NULL or as many in the same order, both of the two. */
static GPtrArray *booted(const GPtrArray *results, const GPtrArray *pair, unsigned *n_done)
{
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < results->len; i++) {
		if (!was_booted(results->pdata[i]) || (pair && !was_booted(pair->pdata[i])))
			continue;
		g_ptr_array_add(found, results->pdata[i]);
		*n_done += was_done(results->pdata[i]);
	}
	return found;
}

Comparison *comparison_new(const char *name, const char *clock, const GPtrArray *a,
			   const GPtrArray *b, bool paired, const GPtrArray *metrics)
{
	Comparison *c = g_new0(Comparison, 1);
	g_autoptr(GPtrArray) in_a = booted(a, paired ? b : NULL, &c->n_done_a);
	g_autoptr(GPtrArray) in_b = booted(b, paired ? a : NULL, &c->n_done_b);

	c->name = g_strdup(name);
	c->clock = g_strdup(clock);
	c->paired = paired;
	c->n_a = in_a->len;
	c->n_b = in_b->len;
	c->n_left_out = a->len + b->len - c->n_a - c->n_b;
	c->rows = g_array_new(FALSE, TRUE, sizeof(struct compare_row));
	for (guint i = 0; i < metrics->len; i++) {
		struct compare_row row = { .metric = metrics->pdata[i] };

		if (paired)
			row_of_pairs(&row, in_a, in_b, g_str_equal(clock, "virtual"));
		else
			row_of_sets(&row, in_a, in_b);
		row.p_adjusted = row.p;
		g_array_append_val(c->rows, row);
	}
	return c;
}

/* --- what it says ----------------------------------------------------------------------------- */

/* Whether a test says anything about it: what is known exactly needs none. */
static bool is_tested(const struct compare_row *row)
{
	return row->n_a && row->n_b && !row->exact;
}

static struct compare_row *row_at(const Comparison *c, guint i)
{
	return &g_array_index(c->rows, struct compare_row, i);
}

void comparisons_adjust(const GPtrArray *comparisons)
{
	g_autoptr(GArray) p = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GPtrArray) rows = g_ptr_array_new();

	for (guint i = 0; i < comparisons->len; i++) {
		const Comparison *c = comparisons->pdata[i];

		for (guint k = 0; k < c->rows->len; k++) {
			if (!is_tested(row_at(c, k)))
				continue;
			append(p, row_at(c, k)->p);
			g_ptr_array_add(rows, row_at(c, k));
		}
	}
	stats_benjamini_hochberg((double *)(void *)p->data, p->len);
	for (guint i = 0; i < rows->len; i++)
		((struct compare_row *)rows->pdata[i])->p_adjusted = data(p)[i];
}

enum compare_finding compare_finding(const struct compare_row *row)
{
	if (!row->n_a || !row->n_b)
		return COMPARE_NOTHING;
	if (!row->exact && row->p_adjusted >= COMPARE_P_MAX)
		return COMPARE_UNDECIDED;
	if (row->ratio.high < 1)
		return COMPARE_LESS;
	if (row->ratio.low > 1)
		return COMPARE_MORE;
	return row->exact ? COMPARE_SAME : COMPARE_UNDECIDED;
}

bool comparison_is_precise(const Comparison *c, double precision)
{
	const struct compare_row *row = row_at(c, 0);

	return row->ratio.high - row->ratio.low <= 2 * precision * row->ratio.value;
}

static bool boots_less_often(const Comparison *c)
{
	return c->n_a && c->n_b &&
	       stats_proportion(c->n_done_b, c->n_b).high <
		       stats_proportion(c->n_done_a, c->n_a).low;
}

bool comparison_is_worse(const Comparison *c, double limit)
{
	for (guint i = 0; i < c->rows->len; i++) {
		const struct compare_row *row = row_at(c, i);
		enum compare_finding bad =
			metric_more_is_better(row->metric) ? COMPARE_LESS : COMPARE_MORE;

		if (compare_finding(row) != bad)
			continue;
		if (bad == COMPARE_MORE ? row->ratio.low > 1 + limit
					: row->ratio.high < 1 / (1 + limit))
			return true;
	}
	return boots_less_often(c);
}

void comparison_free(Comparison *c)
{
	if (!c)
		return;
	g_free(c->name);
	g_free(c->clock);
	g_array_unref(c->rows);
	g_free(c);
}
