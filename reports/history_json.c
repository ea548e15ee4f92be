/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the history says, for programs
 */
#include "reports/history_json.h"

#include <math.h>

#include "reports/json_out.h"

enum {
	SHARE_UNIT = 1000000,
};

const struct history_run *history_find_run(const GPtrArray *runs, gint64 id)
{
	for (guint i = 0; i < runs->len; i++)
		if (((const struct history_run *)runs->pdata[i])->id == id)
			return runs->pdata[i];
	return NULL;
}

/* json_out begins a line for each object of a list; texts have none that is not escaped. */
static void append_line(GString *out, GString *json)
{
	g_string_replace(json, "\n", "", 0);
	g_string_append_printf(out, "%s\n", json->str);
}

void history_json_run(GString *out, const struct history_run *run)
{
	g_autoptr(GString) line = g_string_new(NULL);
	struct json_out j = { .s = line };

	json_begin_object(&j, NULL);
	json_count(&j, "schema", HISTORY_JSON_SCHEMA);
	json_text(&j, "run", run->name);
	json_text(&j, "started", run->started);
	json_begin_object(&j, "verdicts");
	for (enum verdict v = 0; v < VERDICT_N; v++)
		if (run->n[v])
			json_count(&j, verdict_name(v), run->n[v]);
	json_end_object(&j);
	json_end_object(&j);
	append_line(out, line);
}

static void value(struct json_out *j, const char *key, const Metric *m, double v)
{
	if (m->kind == METRIC_COMPLETION)
		json_decimal(j, key, (uint64_t)llround(v * SHARE_UNIT), SHARE_UNIT);
	else
		json_count(j, key, (uint64_t)llround(v));
}

static void run_of(struct json_out *j, const GPtrArray *runs, gint64 id)
{
	const struct history_run *run = history_find_run(runs, id);

	json_text(j, "run", run ? run->name : NULL);
	json_text(j, "started", run ? run->started : NULL);
}

static void points(struct json_out *j, const Trend *t, const Metric *m, const GPtrArray *runs)
{
	json_begin_list(j, "points");
	for (guint i = 0; i < t->points->len; i++) {
		const struct trend_point *p = &g_array_index(t->points, struct trend_point, i);

		json_begin_object(j, NULL);
		run_of(j, runs, p->run);
		value(j, "value", m, p->level);
		json_count(j, "boots", p->end - p->begin);
		json_text(j, "client_files", p->client_files);
		json_end_object(j);
	}
	json_end_list(j);
}

static void changes(struct json_out *j, const Trend *t, const Metric *m, const GPtrArray *runs)
{
	json_begin_list(j, "changes");
	for (guint i = 0; i < t->changes->len; i++) {
		const struct trend_change *c = &g_array_index(t->changes, struct trend_change, i);

		json_begin_object(j, NULL);
		run_of(j, runs, g_array_index(t->points, struct trend_point, c->at).run);
		json_count(j, "point", c->at);
		value(j, "before", m, c->before);
		value(j, "after", m, c->after);
		if (c->n_common) {
			json_count(j, "seeds_changed", c->n_changed);
			json_count(j, "seeds_common", c->n_common);
		}
		json_end_object(j);
	}
	json_end_list(j);
}

void history_json_trend(GString *out, const struct history_series *series, const Trend *t,
			const Metric *m, const GPtrArray *runs)
{
	g_autoptr(GString) line = g_string_new(NULL);
	struct json_out j = { .s = line };

	json_begin_object(&j, NULL);
	json_count(&j, "schema", HISTORY_JSON_SCHEMA);
	json_text(&j, "metric", m->name);
	json_text(&j, "client", series->client);
	json_text(&j, "server", series->server);
	json_text(&j, "scenario", series->scenario);
	json_text(&j, "clock", series->clock);
	points(&j, t, m, runs);
	changes(&j, t, m, runs);
	json_end_object(&j);
	append_line(out, line);
}
