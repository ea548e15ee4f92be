/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table that a run ends with
 *
 * Results that differ in nothing but the seed are a group: a cell of the matrix, scenarios down,
 * client and server across. When the matrix is wider than the terminal, groups are lines.
 */
#define _GNU_SOURCE /* strverscmp() */
#include "reports/table.h"

#include <assert.h>
#include <string.h>

#include "reports/rate.h"
#include "reports/result.h"
#include "reports/text.h"

struct group {
	const Result *any;
	char *scenario, *client, *server; /* safe to print */
	unsigned n, n_of[VERDICT_N];
	GArray *pass_ns, *fail_ns; /* of uint64_t: boot times */
	char *what;                /* "pass 50/50" */
	char *time;                /* "123 ms", or "" */
	enum text_style style;
};

/* Widths of what stands below a heading. */
struct column {
	const struct group *heading; /* gives client and server */
	unsigned what, time, all;
};

struct table {
	GPtrArray *groups; /* by scenario, client, server */
	GArray *columns;   /* of struct column */
	unsigned scenario_width;
};

static const enum text_style verdict_style[] = {
	[VERDICT_PASS] = TEXT_GOOD,      [VERDICT_FAIL] = TEXT_BAD,
	[VERDICT_ERROR] = TEXT_BROKEN,   [VERDICT_SKIP] = TEXT_DOUBTFUL,
	[VERDICT_XFAIL] = TEXT_DOUBTFUL, [VERDICT_XPASS] = TEXT_BAD,
	[VERDICT_FLAKY] = TEXT_DOUBTFUL,
};
static_assert(G_N_ELEMENTS(verdict_style) == VERDICT_N, "one style for each verdict");

static const enum verdict bad_first[] = { VERDICT_FAIL,  VERDICT_ERROR, VERDICT_XPASS,
					  VERDICT_FLAKY, VERDICT_XFAIL, VERDICT_SKIP };

/* A group tells the first of these rows that it has anything of: each ends with VERDICT_N. */
static const enum verdict tell_first[][4] = {
	{ VERDICT_FAIL, VERDICT_ERROR, VERDICT_XPASS, VERDICT_N },
	{ VERDICT_PASS, VERDICT_FLAKY, VERDICT_XFAIL, VERDICT_N },
	{ VERDICT_SKIP, VERDICT_N },
};

static int compare_peers(const Result *a, const Result *b)
{
	int c = strverscmp(a->client, b->client); /* 5.2 before 10.0 */

	return c ? c : strcmp(a->server, b->server);
}

static int compare_groups(const Result *a, const Result *b)
{
	int c = strverscmp(a->scenario, b->scenario);

	return c ? c : compare_peers(a, b);
}

static int compare_results(const void *pa, const void *pb)
{
	const Result *a = *(Result *const *)pa, *b = *(Result *const *)pb;
	int c = compare_groups(a, b);

	return c ? c : (a->seed > b->seed) - (a->seed < b->seed);
}

static int compare_columns(const void *pa, const void *pb)
{
	const struct column *a = pa, *b = pb;

	return compare_peers(a->heading->any, b->heading->any);
}

static int compare_u64(const void *pa, const void *pb)
{
	const uint64_t *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

static void group_free(void *data)
{
	struct group *g = data;

	g_free(g->scenario);
	g_free(g->client);
	g_free(g->server);
	g_array_unref(g->pass_ns);
	g_array_unref(g->fail_ns);
	g_free(g->what);
	g_free(g->time);
	g_free(g);
}

static struct group *group_new(const Result *r)
{
	struct group *g = g_new0(struct group, 1);

	g->any = r;
	g->scenario = text_safe(r->scenario);
	g->client = text_safe(r->client);
	g->server = text_safe(r->server);
	g->pass_ns = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	g->fail_ns = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	return g;
}

/* From power-on to the payload or, where none came, to the end. */
static uint64_t boot_ns(const Result *r)
{
	for (unsigned i = 0; i < r->milestones->len; i++) {
		const struct milestone *m = &g_array_index(r->milestones, struct milestone, i);

		if (g_str_equal(m->name, "payload"))
			return m->t_ns;
	}
	return g_str_equal(r->clock, "virtual") ? r->virtual_ns : r->wall_ns;
}

static void group_add(struct group *g, const Result *r)
{
	uint64_t ns = boot_ns(r);

	g->n++;
	g->n_of[r->verdict]++;
	if (r->verdict == VERDICT_PASS || r->verdict == VERDICT_XPASS ||
	    r->verdict == VERDICT_FLAKY)
		g_array_append_val(g->pass_ns, ns);
	else if (r->verdict == VERDICT_FAIL || r->verdict == VERDICT_XFAIL)
		g_array_append_val(g->fail_ns, ns);
}

static uint64_t median(GArray *values)
{
	unsigned half = values->len / 2;
	uint64_t low, high;

	g_array_sort(values, compare_u64);
	high = g_array_index(values, uint64_t, half);
	low = g_array_index(values, uint64_t, values->len % 2 ? half : half - 1);
	return low + (high - low) / 2;
}

static void append_verdict(GString *s, struct group *g, enum verdict v)
{
	if (s->len)
		g_string_append(s, ", ");
	else
		g->style = verdict_style[v];
	g_string_append(s, verdict_name(v));
	if (g->n > 1)
		g_string_append_printf(s, " %u/%u", g->n_of[v], g->n);
}

/* What went wrong if anything did; else what was as expected; else it was skipped. */
static void describe_verdict(struct group *g)
{
	GString *s = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(tell_first) && !s->len; i++) {
		for (const enum verdict *v = tell_first[i]; *v != VERDICT_N; v++)
			if (g->n_of[*v])
				append_verdict(s, g, *v);
	}
	g->what = g_string_free(s, FALSE);
}

/* Boots that passed; where none did, the failed ones. The two never mix. */
static void describe_time(struct group *g)
{
	GString *s = g_string_new(NULL);
	GArray *times = g->pass_ns->len ? g->pass_ns : g->fail_ns;

	if (times->len)
		text_append_duration(s, median(times));
	g->time = g_string_free(s, FALSE);
}

static GPtrArray *make_groups(GPtrArray *sorted)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
	const Result *before = NULL;
	struct group *g = NULL;

	for (unsigned i = 0; i < sorted->len; i++) {
		const Result *r = sorted->pdata[i];

		if (!before || compare_groups(before, r)) {
			g = group_new(r);
			g_ptr_array_add(groups, g);
		}
		group_add(g, r);
		before = r;
	}
	for (unsigned i = 0; i < groups->len; i++) {
		describe_verdict(groups->pdata[i]);
		describe_time(groups->pdata[i]);
	}
	return groups;
}

static bool is_in_column(const struct group *g, const struct column *c)
{
	return !compare_peers(g->any, c->heading->any);
}

static struct column *column_of(GArray *columns, const struct group *g)
{
	struct column new = { .heading = g };

	for (unsigned i = 0; i < columns->len; i++) {
		struct column *c = &g_array_index(columns, struct column, i);

		if (is_in_column(g, c))
			return c;
	}
	new.all = MAX(text_width(g->client), text_width(g->server));
	g_array_append_val(columns, new);
	return &g_array_index(columns, struct column, columns->len - 1);
}

static void table_init(struct table *t, GPtrArray *sorted)
{
	t->groups = make_groups(sorted);
	t->columns = g_array_new(FALSE, FALSE, sizeof(struct column));
	t->scenario_width = text_width("scenario");
	for (unsigned i = 0; i < t->groups->len; i++) {
		const struct group *g = t->groups->pdata[i];
		struct column *c = column_of(t->columns, g);

		t->scenario_width = MAX(t->scenario_width, text_width(g->scenario));
		c->what = MAX(c->what, text_width(g->what));
		c->time = MAX(c->time, text_width(g->time));
		c->all = MAX(c->all, c->what + (c->time ? 2 + c->time : 0));
	}
	g_array_sort(t->columns, compare_columns);
}

static void table_fini(struct table *t)
{
	g_array_unref(t->columns);
	g_ptr_array_unref(t->groups);
}

static unsigned matrix_width(const struct table *t)
{
	unsigned width = t->scenario_width;

	for (unsigned i = 0; i < t->columns->len; i++)
		width += 2 + g_array_index(t->columns, struct column, i).all;
	return width;
}

static void end_line(GString *out)
{
	while (out->len && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	g_string_append_c(out, '\n');
}

static void append_cell(GString *out, const char *text, unsigned width)
{
	text_append_styled(out, false, TEXT_PLAIN, text, width);
	g_string_append(out, "  ");
}

/* The verdict at the left, the time at the right. */
static void append_group(GString *out, const struct group *g, const struct column *c, bool colour)
{
	unsigned gap = c->time ? 2 + c->time - text_width(g->time) : 0;

	text_append_styled(out, colour, g->style, g->what, c->what + gap);
	g_string_append(out, g->time);
	for (unsigned used = c->what + (c->time ? 2 + c->time : 0); used < c->all + 2; used++)
		g_string_append_c(out, ' ');
}

static void write_headings(GString *out, const struct table *t)
{
	append_cell(out, "", t->scenario_width);
	for (unsigned i = 0; i < t->columns->len; i++) {
		const struct column *c = &g_array_index(t->columns, struct column, i);

		append_cell(out, c->heading->client, c->all);
	}
	end_line(out);
	append_cell(out, "scenario", t->scenario_width);
	for (unsigned i = 0; i < t->columns->len; i++) {
		const struct column *c = &g_array_index(t->columns, struct column, i);

		append_cell(out, c->heading->server, c->all);
	}
	end_line(out);
}

/* Groups come in the order of the columns, some may be missing. Return: the next row's first. */
static unsigned write_row(GString *out, const struct table *t, unsigned first, bool colour)
{
	const struct group *g = t->groups->pdata[first];
	const char *scenario = g->any->scenario;

	append_cell(out, g->scenario, t->scenario_width);
	for (unsigned i = 0; i < t->columns->len; i++) {
		const struct column *c = &g_array_index(t->columns, struct column, i);

		if (!g || !is_in_column(g, c)) {
			append_cell(out, "-", c->all);
			continue;
		}
		append_group(out, g, c, colour);
		g = ++first < t->groups->len ? t->groups->pdata[first] : NULL;
		if (g && !g_str_equal(g->any->scenario, scenario))
			g = NULL;
	}
	end_line(out);
	return first;
}

static void write_matrix(GString *out, const struct table *t, bool colour)
{
	unsigned i = 0;

	write_headings(out, t);
	while (i < t->groups->len)
		i = write_row(out, t, i, colour);
}

static void write_lines(GString *out, const struct table *t, bool colour)
{
	unsigned client_width = 0, server_width = 0;
	struct column all = { 0 };

	for (unsigned i = 0; i < t->columns->len; i++) {
		const struct column *c = &g_array_index(t->columns, struct column, i);

		client_width = MAX(client_width, text_width(c->heading->client));
		server_width = MAX(server_width, text_width(c->heading->server));
		all.what = MAX(all.what, c->what);
		all.time = MAX(all.time, c->time);
	}
	for (unsigned i = 0; i < t->groups->len; i++) {
		const struct group *g = t->groups->pdata[i];

		append_cell(out, g->scenario, t->scenario_width);
		append_cell(out, g->client, client_width);
		append_cell(out, g->server, server_width);
		append_group(out, g, &all, colour);
		end_line(out);
	}
}

static void write_bad_line(GString *out, const Result *r, unsigned n_more, bool colour,
			   unsigned cell_width)
{
	g_autofree char *cell = text_safe(r->cell);

	g_string_append(out, "  ");
	text_append_styled(out, colour, verdict_style[r->verdict], verdict_name(r->verdict), 7);
	append_cell(out, cell, cell_width);
	text_append_safe(out, r->reason ? r->reason : "no reason was given");
	if (n_more)
		g_string_append_printf(out, " (and %u more)", n_more);
	g_string_append_c(out, '\n');
}

/* One line for each reason is enough: a missing input or a known bug may cost a hundred cells. */
static bool is_told_once(enum verdict v)
{
	return v == VERDICT_SKIP || v == VERDICT_XFAIL;
}

/* How many have verdict @v for each reason. */
static GHashTable *count_reasons(GPtrArray *sorted, enum verdict v)
{
	GHashTable *reasons = g_hash_table_new(g_str_hash, g_str_equal);

	for (unsigned i = 0; i < sorted->len; i++) {
		const Result *r = sorted->pdata[i];
		char *reason = r->reason ? r->reason : (char *)"";
		unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(reasons, reason));

		if (r->verdict == v)
			g_hash_table_insert(reasons, reason, GUINT_TO_POINTER(n + 1));
	}
	return reasons;
}

static void write_bad(GString *out, GPtrArray *sorted, enum verdict v, unsigned cell_width,
		      bool colour)
{
	g_autoptr(GHashTable) reasons = count_reasons(sorted, v);

	for (unsigned i = 0; i < sorted->len; i++) {
		const Result *r = sorted->pdata[i];
		const char *reason = r->reason ? r->reason : "";
		void *n = GUINT_TO_POINTER(1);

		if (r->verdict != v)
			continue;
		if (is_told_once(v) && !g_hash_table_steal_extended(reasons, reason, NULL, &n))
			continue;
		write_bad_line(out, r, GPOINTER_TO_UINT(n) - 1, colour, cell_width);
	}
}

static void write_all_bad(GString *out, GPtrArray *sorted, bool colour)
{
	unsigned cell_width = 0;

	for (unsigned i = 0; i < sorted->len; i++) {
		const Result *r = sorted->pdata[i];
		g_autofree char *cell = text_safe(r->cell);

		if (r->verdict != VERDICT_PASS)
			cell_width = MAX(cell_width, text_width(cell));
	}
	if (!cell_width)
		return;
	g_string_append(out, "not passed (see: iplab show CELL)\n");
	for (size_t i = 0; i < G_N_ELEMENTS(bad_first); i++)
		write_bad(out, sorted, bad_first[i], cell_width, colour);
	g_string_append_c(out, '\n');
}

static void write_summary(GString *out, GPtrArray *results, unsigned n_drifts, uint64_t wall_ns)
{
	unsigned n[VERDICT_N] = { 0 };

	for (unsigned i = 0; i < results->len; i++)
		n[((const Result *)results->pdata[i])->verdict]++;
	g_string_append_printf(out, "%u passed, %u failed, %u error%s, %u skipped", n[VERDICT_PASS],
			       n[VERDICT_FAIL], n[VERDICT_ERROR], n[VERDICT_ERROR] == 1 ? "" : "s",
			       n[VERDICT_SKIP]);
	if (n[VERDICT_XFAIL])
		g_string_append_printf(out, ", %u known failure%s", n[VERDICT_XFAIL],
				       n[VERDICT_XFAIL] == 1 ? "" : "s");
	if (n[VERDICT_XPASS])
		g_string_append_printf(out, ", %u unexpected pass%s", n[VERDICT_XPASS],
				       n[VERDICT_XPASS] == 1 ? "" : "es");
	if (n[VERDICT_FLAKY])
		g_string_append_printf(out, ", %u flaky", n[VERDICT_FLAKY]);
	if (n_drifts)
		g_string_append_printf(out, ", %u rate%s not as expected", n_drifts,
				       n_drifts == 1 ? "" : "s");
	g_string_append(out, " in ");
	text_append_duration(out, wall_ns);
	g_string_append_c(out, '\n');
}

void table_write(GString *out, GPtrArray *results, const struct table_options *opt)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_copy(results, NULL, NULL);
	g_autoptr(GPtrArray) drifts = NULL, all = rates_with_drifts(results, &drifts);
	struct table t;

	g_ptr_array_set_free_func(sorted, NULL);
	g_ptr_array_sort(sorted, compare_results);
	if (sorted->len) {
		table_init(&t, sorted);
		if (!opt->width || matrix_width(&t) <= opt->width)
			write_matrix(out, &t, opt->colour);
		else
			write_lines(out, &t, opt->colour);
		table_fini(&t);
		g_string_append_c(out, '\n');
	}
	g_ptr_array_sort(all, compare_results);
	write_all_bad(out, all, opt->colour);
	write_summary(out, results, drifts->len, opt->wall_ns);
}
