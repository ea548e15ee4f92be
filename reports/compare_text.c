/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comparisons for people, and as lines of JSON
 */
#include "reports/compare_text.h"

#include <json-glib/json-glib.h>
#include <math.h>

#include "reports/text.h"

#define COMPARE_SCHEMA 1

enum {
	LABEL_WIDTH = 26,
	SIDE_WIDTH = 36,
	FACTOR_MIN = 2, /* from here on a ratio is told as a factor, below in percent */
};

static const char *verb(const Metric *m)
{
	return m->kind == METRIC_RATE ? "loads" : "needs";
}

static void append_quantity(GString *s, const Metric *m)
{
	switch (m->kind) {
	case METRIC_TIME:
		if (m->from)
			g_string_append_printf(s, "time from %s to %s", m->from, m->to);
		else
			g_string_append_printf(s, "time to %s", m->to);
		break;
	case METRIC_WALL:
		g_string_append(s, "time of the host's");
		break;
	case METRIC_FRAMES:
		g_string_append(s, "frames");
		break;
	case METRIC_RATE:
		g_string_append(s, "bytes per second");
		break;
	case METRIC_INSNS:
		g_string_append(s, "instructions per frame");
		break;
	case METRIC_COMPLETION: /* nobody compares by it: it has no ratio */
		g_string_append(s, "completions");
		break;
	}
}

/* The same in each locale; @format takes one double. */
static void append_number(GString *s, const char *format, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	g_string_append(s, g_ascii_formatd(text, sizeof(text), format, value));
}

/* "4.81", "15.2", "311" */
static void append_factor(GString *s, double factor)
{
	append_number(s, factor < 10 ? "%.2f" : factor < 100 ? "%.1f" : "%.0f", factor);
}

/* --- sentences -------------------------------------------------------------------------------- */

static void append_base(GString *s, const Comparison *c, const struct compare_row *row)
{
	if (!c->paired)
		g_string_append_printf(s, ", in %u and %u boots", row->n_a, row->n_b);
	else if (row->exact)
		g_string_append_printf(s, ", exactly, in %s%u pair%s",
				       row->n_a > 1 ? "each of " : "", row->n_a,
				       row->n_a > 1 ? "s" : "");
	else
		g_string_append_printf(s, ", in %u pairs", row->n_a);
}

static void append_range(GString *s, double low, double high, const char *format)
{
	g_string_append(s, " (95 %: ");
	append_number(s, format, low);
	g_string_append(s, " to ");
	append_number(s, format, high);
	g_string_append_c(s, ')');
}

/* "A needs 4.81 times the time to payload of B": always told of the one that has more */
static void append_times(GString *s, const struct compare_row *row, const char *more,
			 const char *less, bool inverse)
{
	const struct stats_interval *r = &row->ratio;

	g_string_append_printf(s, "%s %s ", more, verb(row->metric));
	append_factor(s, inverse ? 1 / r->value : r->value);
	g_string_append(s, " times the ");
	append_quantity(s, row->metric);
	g_string_append_printf(s, " of %s", less);
	if (row->exact)
		return;
	g_string_append(s, " (95 %: ");
	append_factor(s, inverse ? 1 / r->high : r->low);
	g_string_append(s, " to ");
	append_factor(s, inverse ? 1 / r->low : r->high);
	g_string_append_c(s, ')');
}

/* "B needs 12.3 % less time to payload than A" */
static void append_percent(GString *s, const struct compare_row *row,
			   const struct compare_names *names, bool less)
{
	const struct stats_interval *r = &row->ratio;
	double sign = less ? -100 : 100;
	bool is_counted = row->metric->kind != METRIC_TIME && row->metric->kind != METRIC_WALL;
	const char *few = is_counted ? "fewer" : "less";

	g_string_append_printf(s, "%s %s ", names->b, verb(row->metric));
	append_number(s, fabs(r->value - 1) < 0.0995 ? "%.2f" : "%.1f", sign * (r->value - 1));
	g_string_append_printf(s, " %% %s ", less ? few : "more");
	append_quantity(s, row->metric);
	g_string_append_printf(s, " than %s", names->a);
	if (!row->exact)
		append_range(s, sign * ((less ? r->high : r->low) - 1),
			     sign * ((less ? r->low : r->high) - 1), "%.2f");
}

static void append_difference(GString *s, const struct compare_row *row,
			      const struct compare_names *names, bool less)
{
	if (less && row->ratio.value * FACTOR_MIN <= 1)
		append_times(s, row, names->a, names->b, true);
	else if (!less && row->ratio.value >= FACTOR_MIN)
		append_times(s, row, names->b, names->a, false);
	else
		append_percent(s, row, names, less);
}

static void append_finding(GString *s, const Comparison *c, const struct compare_row *row,
			   const struct compare_names *names)
{
	enum compare_finding finding = compare_finding(row);

	switch (finding) {
	case COMPARE_NOTHING:
		g_string_append_printf(s, "Of %s nothing can be said: %s.\n", row->metric->name,
				       c->paired ? "no pair has a value for both"
						 : "not both have a boot with a value");
		return;
	case COMPARE_SAME:
		g_string_append_printf(s, "%s and %s have the same ", names->a, names->b);
		append_quantity(s, row->metric);
		break;
	case COMPARE_UNDECIDED:
		g_string_append(s, "No difference is certain in ");
		append_quantity(s, row->metric);
		g_string_append_printf(s, ": %s over %s is ", names->b, names->a);
		append_number(s, "%.4g", row->ratio.value);
		append_range(s, row->ratio.low, row->ratio.high, "%.4g");
		break;
	case COMPARE_LESS:
	case COMPARE_MORE:
		append_difference(s, row, names, finding == COMPARE_LESS);
		break;
	}
	append_base(s, c, row);
	g_string_append(s, ".\n");
}

/* If not every boot was done: then that matters more than any time. */
static void append_done(GString *s, const Comparison *c, const struct compare_names *names)
{
	if (c->n_done_a == c->n_a && c->n_done_b == c->n_b)
		return;
	g_string_append_printf(s, "%s does what is expected in %u of %u boots, %s in %u of %u.\n",
			       names->b, c->n_done_b, c->n_b, names->a, c->n_done_a, c->n_a);
}

static void append_sentences(GString *s, const Comparison *c, const struct compare_names *names)
{
	g_autofree char *name = text_safe(c->name);

	g_string_append_printf(s, "%s:\n", name);
	append_done(s, c, names);
	for (guint i = 0; i < c->rows->len; i++)
		append_finding(s, c, &g_array_index(c->rows, struct compare_row, i), names);
	g_string_append_c(s, '\n');
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* A line of the table: label, A's, B's. */
static void append_line(GString *s, const char *label, const char *a, const char *b)
{
	text_append_styled(s, false, TEXT_PLAIN, label, LABEL_WIDTH);
	g_string_append_c(s, ' ');
	text_append_styled(s, false, TEXT_PLAIN, a, SIDE_WIDTH);
	g_string_append_printf(s, " %s\n", b);
}

static char *done_text(unsigned n_done, unsigned n)
{
	GString *s = g_string_new(NULL);
	struct stats_interval i;

	g_string_printf(s, "%u of %u", n_done, n);
	if (n) {
		i = stats_proportion(n_done, n);
		append_range(s, 100 * i.low, 100 * i.high, "%.1f");
		g_string_insert(s, (gssize)s->len - 1, " %");
	}
	return g_string_free(s, FALSE);
}

static char *median_text(const Metric *m, const struct stats_interval *i, unsigned n)
{
	GString *s = g_string_new(NULL);

	if (!n)
		return g_string_free(g_string_append(s, "-"), FALSE);
	metric_append(s, m, i->value);
	if (i->high > i->low) {
		g_string_append(s, " (");
		metric_append(s, m, i->low);
		g_string_append(s, " to ");
		metric_append(s, m, i->high);
		g_string_append_c(s, ')');
	}
	return g_string_free(s, FALSE);
}

static void append_row(GString *s, const struct compare_row *row)
{
	g_autofree char *a = median_text(row->metric, &row->a, row->n_a);
	g_autofree char *b = median_text(row->metric, &row->b, row->n_b);

	append_line(s, row->metric->name, a, b);
	if (!row->n_a || !row->n_b)
		return;
	g_string_append_printf(s, "%*s", LABEL_WIDTH + 1, "");
	g_string_append(s, "ratio ");
	append_number(s, "%.4g", row->ratio.value);
	if (!row->exact) {
		append_range(s, row->ratio.low, row->ratio.high, "%.4g");
		g_string_append(s, ", p ");
		append_number(s, "%.2g", row->p_adjusted);
	}
	g_string_append(s, ", Cliff's delta ");
	append_number(s, "%.2f", row->delta);
	g_string_append_c(s, '\n');
}

static void append_table(GString *s, const Comparison *c, const struct compare_names *names)
{
	g_autofree char *name = text_safe(c->name);
	g_autofree char *done_a = done_text(c->n_done_a, c->n_a);
	g_autofree char *done_b = done_text(c->n_done_b, c->n_b);

	g_string_append_printf(s, "%s, %s clock, ", name,
			       g_str_equal(c->clock, "virtual") ? "virtual" : "wall");
	if (c->paired)
		g_string_append_printf(s, "%u pairs", c->n_a);
	else
		g_string_append_printf(s, "%u and %u boots, not in pairs", c->n_a, c->n_b);
	if (c->n_left_out)
		g_string_append_printf(s, ", %u boots left out", c->n_left_out);
	g_string_append_c(s, '\n');
	append_line(s, "", names->a, names->b);
	append_line(s, "as expected", done_a, done_b);
	for (guint i = 0; i < c->rows->len; i++)
		append_row(s, &g_array_index(c->rows, struct compare_row, i));
	g_string_append_c(s, '\n');
}

static unsigned count_tests(const GPtrArray *comparisons)
{
	unsigned n = 0;

	for (guint i = 0; i < comparisons->len; i++) {
		const Comparison *c = comparisons->pdata[i];

		for (guint k = 0; k < c->rows->len; k++) {
			const struct compare_row *row =
				&g_array_index(c->rows, struct compare_row, k);

			n += row->n_a && row->n_b && !row->exact;
		}
	}
	return n;
}

void compare_text_write(GString *s, const GPtrArray *comparisons, const struct compare_names *names)
{
	unsigned n_tests = count_tests(comparisons);

	for (guint i = 0; i < comparisons->len; i++)
		append_sentences(s, comparisons->pdata[i], names);
	for (guint i = 0; i < comparisons->len; i++)
		append_table(s, comparisons->pdata[i], names);
	g_string_append_printf(s,
			       "Medians, with 95 %% intervals (bootstrap; of counts Wilson's). "
			       "Ratio: %s over %s.\n",
			       names->b, names->a);
	if (!n_tests)
		return;
	g_string_append(s, "p: Wilcoxon's signed ranks of pairs, Mann and Whitney's U of others");
	if (n_tests > 1)
		g_string_append_printf(s, "; for %u tests together (Benjamini, Hochberg)", n_tests);
	g_string_append(s, ".\n");
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void add_text(JsonBuilder *b, const char *name, const char *value)
{
	json_builder_set_member_name(b, name);
	json_builder_add_string_value(b, value);
}

static void add_count(JsonBuilder *b, const char *name, unsigned value)
{
	json_builder_set_member_name(b, name);
	json_builder_add_int_value(b, value);
}

static void add_double(JsonBuilder *b, const char *name, double value, bool is_there)
{
	json_builder_set_member_name(b, name);
	if (is_there)
		json_builder_add_double_value(b, value);
	else
		json_builder_add_null_value(b);
}

static void add_interval(JsonBuilder *b, const char *name, const struct stats_interval *i,
			 bool is_there)
{
	g_autofree char *low = g_strconcat(name, "_low", NULL);
	g_autofree char *high = g_strconcat(name, "_high", NULL);

	add_double(b, name, i->value, is_there);
	add_double(b, low, i->low, is_there);
	add_double(b, high, i->high, is_there);
}

static void add_row(JsonBuilder *b, const Comparison *c, const struct compare_row *row,
		    const struct compare_names *names)
{
	static const char *const findings[] = {
		[COMPARE_NOTHING] = "nothing",     [COMPARE_SAME] = "same",
		[COMPARE_UNDECIDED] = "undecided", [COMPARE_LESS] = "less",
		[COMPARE_MORE] = "more",
	};
	bool both = row->n_a && row->n_b;

	add_count(b, "schema", COMPARE_SCHEMA);
	add_text(b, "name", c->name);
	add_text(b, "clock", c->clock);
	add_text(b, "metric", row->metric->name);
	add_text(b, "a", names->a);
	add_text(b, "b", names->b);
	add_text(b, "finding", findings[compare_finding(row)]);
	json_builder_set_member_name(b, "paired");
	json_builder_add_boolean_value(b, c->paired);
	json_builder_set_member_name(b, "exact");
	json_builder_add_boolean_value(b, row->exact);
	add_count(b, "boots_a", c->n_a);
	add_count(b, "boots_b", c->n_b);
	add_count(b, "as_expected_a", c->n_done_a);
	add_count(b, "as_expected_b", c->n_done_b);
	add_count(b, "left_out", c->n_left_out);
	add_count(b, "n_a", row->n_a);
	add_count(b, "n_b", row->n_b);
	add_interval(b, "median_a", &row->a, row->n_a);
	add_interval(b, "median_b", &row->b, row->n_b);
	add_interval(b, "ratio", &row->ratio, both);
	add_double(b, "p", row->p, both && !row->exact);
	add_double(b, "p_adjusted", row->p_adjusted, both && !row->exact);
	add_double(b, "cliffs_delta", row->delta, both);
}

static void append_json(GString *s, const Comparison *c, const struct compare_row *row,
			const struct compare_names *names)
{
	g_autoptr(JsonBuilder) b = json_builder_new();
	g_autoptr(JsonNode) root = NULL;
	g_autofree char *text = NULL;

	json_builder_begin_object(b);
	add_row(b, c, row, names);
	json_builder_end_object(b);
	root = json_builder_get_root(b);
	text = json_to_string(root, FALSE);
	g_string_append_printf(s, "%s\n", text);
}

void compare_text_json(GString *s, const GPtrArray *comparisons, const struct compare_names *names)
{
	for (guint i = 0; i < comparisons->len; i++) {
		const Comparison *c = comparisons->pdata[i];

		for (guint k = 0; k < c->rows->len; k++)
			append_json(s, c, &g_array_index(c->rows, struct compare_row, k), names);
	}
}
