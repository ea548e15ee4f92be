/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a metric of a series went, run after run, and where it changed
 */
#include "reports/trend.h"

#include "reports/change_point.h"
#include "reports/stats.h"

static struct trend_value *value_at(const Trend *t, unsigned i)
{
	return &g_array_index(t->values, struct trend_value, i);
}

static struct trend_point *point_at(const Trend *t, unsigned i)
{
	return &g_array_index(t->points, struct trend_point, i);
}

static double mean_of(const GArray *doubles)
{
	double sum = 0;

	for (unsigned i = 0; i < doubles->len; i++)
		sum += g_array_index(doubles, double, i);
	return doubles->len ? sum / doubles->len : 0;
}

static double level_of(const GArray *doubles, const Metric *m)
{
	if (m->kind == METRIC_COMPLETION)
		return mean_of(doubles);
	return stats_median((const double *)(void *)doubles->data, doubles->len);
}

static double level_of_point(const Trend *t, const struct trend_point *p, const Metric *m)
{
	g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(double));

	for (unsigned i = p->begin; i < p->end; i++)
		g_array_append_val(values, value_at(t, i)->value);
	return level_of(values, m);
}

/* Boots come run by run, and in a run by seed. A boot that failed has no time, but a completion. */
static void add_boot(Trend *t, const struct history_boot *b, const Metric *m)
{
	struct trend_point p = { .run = b->run, .client_files = b->client_files };
	struct trend_value v = { .seed = b->result->seed };
	bool counts = b->result->verdict == VERDICT_PASS || b->result->verdict == VERDICT_XPASS ||
		      m->kind == METRIC_COMPLETION;

	if (!counts || !metric_of(m, b->result, &v.value))
		return;
	g_array_append_val(t->values, v);
	p.begin = t->values->len - 1;
	if (!t->points->len || point_at(t, t->points->len - 1)->run != p.run)
		g_array_append_val(t->points, p);
	point_at(t, t->points->len - 1)->end = t->values->len;
}

static bool is_other(double a, double b)
{
	return a < b || a > b;
}

/* Hold two points against each other, seed by seed; both are sorted by it. */
static void compare_seeds(Trend *t, unsigned at, const Metric *m)
{
	const struct trend_point *old = point_at(t, at - 1), *new = point_at(t, at);
	g_autoptr(GArray) before = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GArray) after = g_array_new(FALSE, FALSE, sizeof(double));
	struct trend_change change = { .at = at };

	for (unsigned i = old->begin, k = new->begin; i < old->end &&k < new->end;) {
		const struct trend_value *a = value_at(t, i), *b = value_at(t, k);

		i += a->seed <= b->seed;
		k += b->seed <= a->seed;
		if (a->seed != b->seed)
			continue;
		g_array_append_val(before, a->value);
		g_array_append_val(after, b->value);
		change.n_changed += is_other(a->value, b->value);
	}
	change.n_common = before->len;
	change.before = level_of(before, m);
	change.after = level_of(after, m);
	if (change.n_changed)
		g_array_append_val(t->changes, change);
}

static void find_levels(Trend *t)
{
	g_autoptr(GArray) levels = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GArray) begins = NULL;
	const double *x;

	for (unsigned i = 0; i < t->points->len; i++)
		g_array_append_val(levels, point_at(t, i)->level);
	x = (const double *)(void *)levels->data;
	begins = change_points(x, levels->len);
	for (unsigned i = 0; i < begins->len; i++) {
		size_t from = i ? g_array_index(begins, size_t, i - 1) : 0;
		size_t at = g_array_index(begins, size_t, i);
		size_t to =
			i + 1 < begins->len ? g_array_index(begins, size_t, i + 1) : levels->len;
		struct trend_change change = {
			.at = (unsigned)at,
			.before = stats_median(x + from, at - from),
			.after = stats_median(x + at, to - at),
		};

		g_array_append_val(t->changes, change);
	}
}

Trend *trend_new(const GPtrArray *boots, const Metric *m, bool exact)
{
	Trend *t = g_new0(Trend, 1);

	t->values = g_array_new(FALSE, FALSE, sizeof(struct trend_value));
	t->points = g_array_new(FALSE, FALSE, sizeof(struct trend_point));
	t->changes = g_array_new(FALSE, FALSE, sizeof(struct trend_change));
	for (guint i = 0; i < boots->len; i++)
		add_boot(t, boots->pdata[i], m);
	for (unsigned i = 0; i < t->points->len; i++)
		point_at(t, i)->level = level_of_point(t, point_at(t, i), m);
	for (unsigned i = 1; exact && i < t->points->len; i++)
		compare_seeds(t, i, m);
	if (!exact)
		find_levels(t);
	return t;
}

void trend_free(Trend *t)
{
	if (!t)
		return;
	g_array_unref(t->values);
	g_array_unref(t->points);
	g_array_unref(t->changes);
	g_free(t);
}
