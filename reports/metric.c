/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be measured of a boot
 */
#include "reports/metric.h"

#include <math.h>
#include <string.h>

#include "reports/text.h"

#define SPAN ".."

enum {
	NAME_MAX_LEN = 32, /* of a milestone */
};

static const struct {
	const char *name;
	enum metric_kind kind;
} fixed[] = {
	{ "wall", METRIC_WALL },
	{ "frames", METRIC_FRAMES },
	{ "bytes/s", METRIC_RATE },
	{ "insns-per-frame", METRIC_INSNS },
	{ "completion", METRIC_COMPLETION },
};

GQuark metric_error_quark(void)
{
	return g_quark_from_static_string("iplab-metric-error-quark");
}

static bool is_milestone_name(const char *name)
{
	const char *p = name;

	while (g_ascii_islower(*p) || g_ascii_isdigit(*p) || *p == '-')
		p++;
	return !*p && g_ascii_islower(*name) && p - name <= NAME_MAX_LEN;
}

Metric *metric_parse(const char *name, GError **error)
{
	g_autoptr(Metric) m = g_new0(Metric, 1);
	const char *span = strstr(name, SPAN);

	m->name = g_strdup(name);
	for (size_t i = 0; i < G_N_ELEMENTS(fixed); i++) {
		if (g_str_equal(name, fixed[i].name)) {
			m->kind = fixed[i].kind;
			return g_steal_pointer(&m);
		}
	}
	m->from = span ? g_strndup(name, (gsize)(span - name)) : NULL;
	m->to = g_strdup(span ? span + strlen(SPAN) : name);
	if (is_milestone_name(m->to) && (!m->from || is_milestone_name(m->from)))
		return g_steal_pointer(&m);
	g_set_error(error, METRIC_ERROR, METRIC_ERROR_NAME,
		    "\"%s\" is no metric; allowed are " METRIC_HELP, name);
	return NULL;
}

static bool milestone_time(const Result *r, const char *name, double *t_ns)
{
	for (unsigned i = 0; i < r->milestones->len; i++) {
		const struct milestone *m = &g_array_index(r->milestones, struct milestone, i);

		if (g_str_equal(m->name, name)) {
			*t_ns = (double)m->t_ns;
			return true;
		}
	}
	return false;
}

static double span_of(const Metric *m, const Result *r)
{
	double from = 0, to;

	if (!milestone_time(r, m->to, &to) || (m->from && !milestone_time(r, m->from, &from)))
		return 0;
	return to - from;
}

/* From the address on: what is loaded, configurations as well, is asked for after it. */
static double rate_of(const Result *r)
{
	static const char *const ends[] = { "config-loaded", "kernel-done", "initrd-done" };
	double from, to = 0, t;

	if (!milestone_time(r, "dhcp-ack", &from))
		return 0;
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
		if (milestone_time(r, ends[i], &t))
			to = MAX(to, t);
	return to > from ? (double)r->bytes_loaded / (to - from) * 1e9 : 0;
}

static double frames_of(const Result *r)
{
	return (double)r->frames_in + (double)r->frames_out;
}

static double insns_of(const Result *r)
{
	return r->ns_per_insn && frames_of(r) > 0
		       ? (double)r->virtual_ns / (double)r->ns_per_insn / frames_of(r)
		       : 0;
}

/* Errors and what was skipped tell nothing. */
static bool completion_of(const Result *r, double *value)
{
	bool passed = r->verdict == VERDICT_PASS || r->verdict == VERDICT_XPASS ||
		      r->verdict == VERDICT_FLAKY;

	if (!passed && r->verdict != VERDICT_FAIL && r->verdict != VERDICT_XFAIL)
		return false;
	*value = passed;
	return true;
}

bool metric_of(const Metric *m, const Result *r, double *value)
{
	double v = 0;

	switch (m->kind) {
	case METRIC_TIME:
		v = span_of(m, r);
		break;
	case METRIC_WALL:
		v = (double)r->wall_ns;
		break;
	case METRIC_FRAMES:
		v = frames_of(r);
		break;
	case METRIC_RATE:
		v = rate_of(r);
		break;
	case METRIC_INSNS:
		v = insns_of(r);
		break;
	case METRIC_COMPLETION:
		return completion_of(r, value);
	}
	if (v <= 0)
		return false;
	*value = v;
	return true;
}

bool metric_more_is_better(const Metric *m)
{
	return m->kind == METRIC_RATE || m->kind == METRIC_COMPLETION;
}

void metric_append(GString *s, const Metric *m, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	switch (m->kind) {
	case METRIC_COMPLETION:
		g_string_append_printf(s, "%s %%",
				       g_ascii_formatd(text, sizeof(text), "%.1f", 100 * value));
		break;
	case METRIC_TIME:
	case METRIC_WALL:
		text_append_duration(s, (uint64_t)llround(value));
		break;
	case METRIC_RATE:
		text_append_size(s, (uint64_t)llround(value));
		g_string_append(s, "/s");
		break;
	case METRIC_FRAMES:
	case METRIC_INSNS:
		g_string_append_printf(s, "%" G_GINT64_FORMAT, (gint64)llround(value));
		break;
	}
}

void metric_free(Metric *m)
{
	if (!m)
		return;
	g_free(m->name);
	g_free(m->from);
	g_free(m->to);
	g_free(m);
}
