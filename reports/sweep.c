/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sweeps: the boots of a run by what their scenarios vary
 */
#include "reports/sweep.h"

#include <math.h>
#include <string.h>

#include "reports/metric.h"
#include "reports/result.h"

enum {
	SEED = 1, /* of the bootstrap: the same figures each time */
};

static void point_free(struct sweep_point *p, unsigned n_clients)
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
	g_free(s->scenario);
	g_free(s);
}

static struct sweep *find_sweep(GPtrArray *sweeps, const Result *r)
{
	size_t len = strcspn(r->scenario, "@");
	struct sweep *s;

	for (unsigned i = 0; i < sweeps->len; i++) {
		s = sweeps->pdata[i];
		if (strlen(s->scenario) == len && !strncmp(s->scenario, r->scenario, len) &&
		    g_str_equal(s->server, r->server) && g_str_equal(s->clock, r->clock))
			return s;
	}
	s = g_new0(struct sweep, 1);
	s->scenario = g_strndup(r->scenario, len);
	s->axis = r->sweep_axis;
	s->server = r->server;
	s->clock = r->clock;
	s->clients = g_ptr_array_new();
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

static struct sweep_point *find_point(struct sweep *s, const char *at)
{
	struct sweep_point *p;

	for (unsigned i = 0; i < s->points->len; i++) {
		p = s->points->pdata[i];
		if (g_str_equal(p->at, at))
			return p;
	}
	p = g_new0(struct sweep_point, 1);
	p->at = at;
	p->x = g_ascii_strtod(at, NULL);
	p->cells = g_new0(struct sweep_cell, s->clients->len);
	for (unsigned i = 0; i < s->clients->len; i++)
		p->cells[i].payload_ns = g_array_new(FALSE, FALSE, sizeof(double));
	g_ptr_array_add(s->points, p);
	return p;
}

static gint compare_points(gconstpointer one, gconstpointer other)
{
	const struct sweep_point *a = *(struct sweep_point *const *)one,
				 *b = *(struct sweep_point *const *)other;

	return (a->x > b->x) - (a->x < b->x);
}

static void add_client(GPtrArray *sweeps, const Result *r)
{
	struct sweep *s = find_sweep(sweeps, r);

	if (!g_ptr_array_find_with_equal_func(s->clients, r->client, g_str_equal, NULL))
		g_ptr_array_add(s->clients, r->client);
}

static void add_boot(GPtrArray *sweeps, const Metric *payload, const Result *r)
{
	struct sweep *s = find_sweep(sweeps, r);
	struct sweep_cell *c;
	unsigned client = 0;
	double ns;

	g_ptr_array_find_with_equal_func(s->clients, r->client, g_str_equal, &client);
	c = &find_point(s, r->sweep_at)->cells[client];
	c->n++;
	if (metric_of(payload, r, &ns))
		g_array_append_val(c->payload_ns, ns);
}

/* Points have a cell for each client, so clients come first. */
GPtrArray *sweeps_of(const GPtrArray *results)
{
	GPtrArray *sweeps = g_ptr_array_new_with_free_func(sweep_free);
	g_autoptr(Metric) payload = metric_parse("payload", NULL);

	for (unsigned i = 0; i < results->len; i++)
		if (counts(results->pdata[i]))
			add_client(sweeps, results->pdata[i]);
	for (unsigned i = 0; i < results->len; i++)
		if (counts(results->pdata[i]))
			add_boot(sweeps, payload, results->pdata[i]);
	for (unsigned i = 0; i < sweeps->len; i++)
		g_ptr_array_sort(((struct sweep *)sweeps->pdata[i])->points, compare_points);
	return sweeps;
}

static const char *unit_at(const struct sweep *s, unsigned i)
{
	char *end;

	g_ascii_strtod(((const struct sweep_point *)s->points->pdata[i])->at, &end);
	return end;
}

const char *sweep_unit(const struct sweep *s)
{
	for (unsigned i = 0; i < s->points->len; i++) {
		const struct sweep_point *p = s->points->pdata[i];

		if (unit_at(s, i) == p->at || !isfinite(p->x) ||
		    !g_str_equal(unit_at(s, i), unit_at(s, 0)))
			return NULL;
	}
	return unit_at(s, 0) + strspn(unit_at(s, 0), " ");
}

struct stats_interval sweep_completion(const struct sweep_cell *c)
{
	return stats_proportion(c->payload_ns->len, c->n);
}

struct stats_interval sweep_median(const struct sweep_cell *c)
{
	return stats_bootstrap_median((const double *)(const void *)c->payload_ns->data,
				      c->payload_ns->len, SEED);
}
