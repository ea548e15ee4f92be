/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/compare, compare_runs, compare_text: two sets of boots, and what is said of them
 */
#include "reports/compare.h"

#include <check.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "reports/compare_runs.h"
#include "reports/compare_text.h"
#include "tests/support/boot_result.h"
#include "tests/support/suite.h"

enum {
	MS = 1000 * 1000,
	N_MANY = 20,
};

static GPtrArray *metrics;

static void set_up(void)
{
	metrics = g_ptr_array_new_with_free_func((GDestroyNotify)metric_free);
	g_ptr_array_add(metrics, metric_parse("payload", NULL));
}

static void tear_down(void)
{
	g_ptr_array_unref(metrics);
}

/* Boots of seeds 1, 2, ...: at @base ms and what chance adds, which is the same for each client. */
static GPtrArray *boots(const char *client, unsigned n, bool is_virtual, unsigned base_ms,
			unsigned chance_ms)
{
	GPtrArray *results = boot_results_new();

	for (unsigned i = 0; i < n; i++)
		g_ptr_array_add(results,
				boot_result(client, i + 1, is_virtual,
					    (uint64_t)(base_ms + i * 7 % 5 * chance_ms) * MS));
	return results;
}

static void set_impaired(GPtrArray *results)
{
	for (guint i = 0; i < results->len; i++)
		((Result *)results->pdata[i])->n_sent = 9;
}

static GPtrArray *compare(const GPtrArray *a, const GPtrArray *b, bool paired)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)comparison_free);

	g_ptr_array_add(all, comparison_new("builtin boot/x", ((Result *)a->pdata[0])->clock, a, b,
					    paired, metrics));
	comparisons_adjust(all);
	return all;
}

static const Comparison *first(const GPtrArray *all)
{
	return all->pdata[0];
}

static const struct compare_row *row_of(const GPtrArray *all)
{
	return &g_array_index(first(all)->rows, struct compare_row, 0);
}

static char *text_of(const GPtrArray *all)
{
	GString *s = g_string_new(NULL);

	compare_text_write(s, all, &(struct compare_names){ "old", "new" });
	return g_string_free(s, FALSE);
}

static void assert_text(const GPtrArray *all, const char *want)
{
	g_autofree char *text = text_of(all);

	ck_assert_msg(strstr(text, want) != NULL, "no \"%s\" in:\n%s", want, text);
}

/* --- what is found --- */

static const struct {
	const char *what;
	unsigned n, a_ms, b_ms, chance_a_ms, chance_b_ms;
	bool is_virtual, impaired, paired;
	enum compare_finding want;
	bool exact, worse; /* by more than 2 % */
	const char *says;
} rows[] = {
	{ "one boot each, nothing by chance", 1, 100, 110, 0, 0, true, false, true, COMPARE_MORE,
	  true, true, "new needs 10.0 % more time to payload than old, exactly, in 1 pair." },
	{ "the same, each time", 3, 100, 100, 0, 0, true, false, true, COMPARE_SAME, true, false,
	  "old and new have the same time to payload, exactly, in each of 3 pairs." },
	{ "a little less, each time", 3, 1000, 990, 0, 0, true, false, true, COMPARE_LESS, true,
	  false, "new needs 1.00 % less time to payload than old, exactly" },
	{ "a little more than less", 3, 1000, 1020, 0, 0, true, false, true, COMPARE_MORE, true,
	  false, "new needs 2.00 % more time to payload" },
	{ "one draw of lots is no proof", 1, 100, 200, 0, 0, true, true, true, COMPARE_UNDECIDED,
	  false, false, "No difference is certain in time to payload: new over old is 2" },
	{ "but twenty are", N_MANY, 100, 200, 100, 100, true, true, true, COMPARE_MORE, false, true,
	  "new needs 33.3 % more time to payload than old (95 %: 25.00 to 50.00), in 20 pairs." },
	{ "on the wall clock nothing is exact", N_MANY, 100, 90, 0, 0, false, false, true,
	  COMPARE_LESS, false, false,
	  "new needs 10.0 % less time to payload than old (95 %: 10.00 to 10.00), in 20 pairs." },
	{ "what lies apart needs no pairs", N_MANY, 100, 900, 10, 10, false, false, false,
	  COMPARE_MORE, false, true,
	  "new needs 7.67 times the time to payload of old (95 %: 7.04 to 8.41), in 20 and 20 "
	  "boots." },
	{ "the other way round", N_MANY, 900, 100, 10, 10, false, false, true, COMPARE_LESS, false,
	  false, "old needs 7.67 times the time to payload of new" },
	{ "what differs less than chance does is seen in pairs", N_MANY, 100, 110, 100, 100, false,
	  false, true, COMPARE_MORE, false, true, "more time to payload than old" },
	{ "but not without", N_MANY, 100, 110, 100, 100, false, false, false, COMPARE_UNDECIDED,
	  false, false, "No difference is certain" },
};

START_TEST(findings)
{
	g_autoptr(GPtrArray) a =
		boots("c", rows[_i].n, rows[_i].is_virtual, rows[_i].a_ms, rows[_i].chance_a_ms);
	g_autoptr(GPtrArray) b =
		boots("d", rows[_i].n, rows[_i].is_virtual, rows[_i].b_ms, rows[_i].chance_b_ms);
	g_autoptr(GPtrArray) all = NULL;

	if (rows[_i].impaired) {
		set_impaired(a);
		set_impaired(b);
	}
	all = compare(a, b, rows[_i].paired);
	ck_assert_msg(compare_finding(row_of(all)) == rows[_i].want, "%s: %d", rows[_i].what,
		      compare_finding(row_of(all)));
	ck_assert_msg(row_of(all)->exact == rows[_i].exact, "%s", rows[_i].what);
	ck_assert_msg(comparison_is_worse(first(all), 0.02) == rows[_i].worse, "%s", rows[_i].what);
	assert_text(all, rows[_i].says);
}
END_TEST

START_TEST(a_boot_that_fails_has_no_time)
{
	g_autoptr(GPtrArray) a = boots("c", N_MANY, true, 100, 10);
	g_autoptr(GPtrArray) b = boots("d", N_MANY, true, 200, 10);
	g_autoptr(GPtrArray) all = NULL;
	Result *failed = b->pdata[3], *slow = a->pdata[3];

	failed->verdict = VERDICT_FAIL;
	g_array_index(slow->milestones, struct milestone, 0).t_ns = (uint64_t)MS * MS;
	all = compare(a, b, true);
	ck_assert_uint_eq(row_of(all)->n_a, N_MANY - 1);
	ck_assert_uint_eq(first(all)->n_b, N_MANY);
	ck_assert_uint_eq(first(all)->n_done_b, N_MANY - 1);
	ck_assert_uint_eq(first(all)->n_done_a, N_MANY);
	ck_assert(row_of(all)->a.high <= 140.0 * MS);
	assert_text(all, "new does what is expected in 19 of 20 boots, old in 20 of 20.");
	ck_assert_msg(!comparison_is_worse(first(all), 10), "one of twenty is no proof");
}
END_TEST

START_TEST(who_boots_less_often_is_worse)
{
	g_autoptr(GPtrArray) a = boots("c", N_MANY, true, 100, 10);
	g_autoptr(GPtrArray) b = boots("d", N_MANY, true, 50, 10);
	g_autoptr(GPtrArray) all = NULL, other = NULL;

	for (unsigned i = 0; i < N_MANY / 2; i++)
		((Result *)b->pdata[i])->verdict = VERDICT_FAIL;
	all = compare(a, b, true);
	other = compare(b, a, true);
	ck_assert_int_eq(compare_finding(row_of(all)), COMPARE_LESS);
	ck_assert(comparison_is_worse(first(all), 0.02));
	ck_assert(comparison_is_worse(first(other), 10) == false);
}
END_TEST

START_TEST(nothing_to_compare)
{
	g_autoptr(GPtrArray) a = boots("c", 10, true, 100, 10);
	g_autoptr(GPtrArray) b = boots("d", 10, true, 0, 0);
	g_autoptr(GPtrArray) all = compare(a, b, true);

	ck_assert_int_eq(compare_finding(row_of(all)), COMPARE_NOTHING);
	ck_assert(comparison_is_precise(first(all), 0.02));
	ck_assert(comparison_is_worse(first(all), 0.02));
	assert_text(all, "Of payload nothing can be said: no pair has a value for both.");
}
END_TEST

START_TEST(what_could_not_run_takes_its_pair_with_it)
{
	g_autoptr(GPtrArray) a = boots("c", 10, true, 100, 10);
	g_autoptr(GPtrArray) b = boots("d", 10, true, 100, 10);
	g_autoptr(GPtrArray) pairs = NULL, sets = NULL;

	((Result *)a->pdata[2])->verdict = VERDICT_ERROR;
	((Result *)b->pdata[7])->verdict = VERDICT_SKIP;
	pairs = compare(a, b, true);
	ck_assert_uint_eq(first(pairs)->n_a, 8);
	ck_assert_uint_eq(first(pairs)->n_b, 8);
	ck_assert_uint_eq(first(pairs)->n_left_out, 4);
	ck_assert_uint_eq(row_of(pairs)->n_a, 8);
	assert_text(pairs, "8 pairs, 4 boots left out");
	sets = compare(a, b, false);
	ck_assert_uint_eq(first(sets)->n_a, 9);
	ck_assert_uint_eq(first(sets)->n_left_out, 2);
}
END_TEST

START_TEST(precision_is_that_of_the_ratio)
{
	g_autoptr(GPtrArray) a = boots("c", N_MANY, false, 100, 0);
	g_autoptr(GPtrArray) b = boots("d", N_MANY, false, 100, 10); /* 100 ... 140 */
	g_autoptr(GPtrArray) all = compare(a, b, true);
	const struct stats_interval *r = &row_of(all)->ratio;
	double half = (r->high - r->low) / 2 / r->value;

	ck_assert(half > 0);
	ck_assert(comparison_is_precise(first(all), half * 1.001));
	ck_assert(!comparison_is_precise(first(all), half * 0.999));
}
END_TEST

/* Of a rate, less is worse. */
START_TEST(more_bytes_are_better)
{
	g_autoptr(GPtrArray) a = boots("c", 3, true, 100, 0), b = boots("d", 3, true, 100, 0);
	g_autoptr(GPtrArray) all = NULL, other = NULL;

	for (unsigned i = 0; i < 6; i++) {
		Result *r = (i < 3 ? a : b)->pdata[i % 3];

		result_add_milestone(r, "dhcp-ack", 1);
		result_add_milestone(r, "kernel-done", 1000001);
		r->bytes_loaded = i < 3 ? 5000 : 15000;
	}
	g_ptr_array_add(metrics, metric_parse("bytes/s", NULL));
	g_ptr_array_remove_index(metrics, 0);
	all = compare(a, b, true);
	other = compare(b, a, true);
	assert_text(all, "new loads 3.00 times the bytes per second of old, exactly");
	assert_text(other, "old loads 3.00 times the bytes per second of new, exactly");
	ck_assert(!comparison_is_worse(first(all), 0.02));
	ck_assert(comparison_is_worse(first(other), 0.02));
	ck_assert_msg(!comparison_is_worse(first(other), 2.01), "a third is not worse by 201 %%");
}
END_TEST

/* Many tests at once: one that would be believed alone is not. */
START_TEST(many_tests_need_more)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)comparison_free);
	g_autoptr(GPtrArray) a = boots("c", 6, false, 100, 0), b = boots("d", 6, false, 110, 0);

	/* six of six: 0.03125 */
	g_ptr_array_add(all, comparison_new("x", "wall", a, b, true, metrics));
	comparisons_adjust(all);
	ck_assert_int_eq(compare_finding(row_of(all)), COMPARE_MORE);
	for (unsigned i = 0; i < 9; i++)
		g_ptr_array_add(all, comparison_new("x", "wall", a, a, true, metrics));
	comparisons_adjust(all);
	ck_assert_int_eq(compare_finding(row_of(all)), COMPARE_UNDECIDED);
	ck_assert(fabs(row_of(all)->p - 0.03125) < 1e-12);
	ck_assert(fabs(row_of(all)->p_adjusted - 0.3125) < 1e-12);
	assert_text(all, "for 10 tests together");
}
END_TEST

START_TEST(json_has_the_numbers)
{
	g_autoptr(GPtrArray) a = boots("c", 3, true, 100, 0), b = boots("d", 3, true, 110, 0);
	g_autoptr(GPtrArray) all = compare(a, b, true);
	g_autoptr(GString) s = g_string_new(NULL);
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonObject *o;

	compare_text_json(s, all, &(struct compare_names){ "old", "new" });
	ck_assert(g_str_has_suffix(s->str, "}\n"));
	ck_assert(json_parser_load_from_data(parser, s->str, -1, NULL));
	o = json_node_get_object(json_parser_get_root(parser));
	ck_assert_str_eq(json_object_get_string_member(o, "b"), "new");
	ck_assert_str_eq(json_object_get_string_member(o, "finding"), "more");
	ck_assert(json_object_get_boolean_member(o, "exact"));
	ck_assert(fabs(json_object_get_double_member(o, "ratio") - 1.1) < 1e-12);
	ck_assert(json_object_get_null_member(o, "p"));
}
END_TEST

/* --- two runs --- */

START_TEST(runs_of_one_client_each)
{
	g_autoptr(GPtrArray) a = boots("c", 5, true, 100, 10), b = boots("d", 7, true, 110, 10);
	g_autoptr(GPtrArray) all = NULL;

	g_ptr_array_remove_index(a, 0); /* seed 1 */
	all = compare_runs(a, b, metrics);
	ck_assert_uint_eq(all->len, 1);
	ck_assert_str_eq(first(all)->name, "builtin boot/x");
	ck_assert(first(all)->paired);
	ck_assert_uint_eq(row_of(all)->n_a, 4); /* seeds 2 ... 5 */
}
END_TEST

START_TEST(runs_of_several_clients)
{
	g_autoptr(GPtrArray) a = boots("c", 3, true, 100, 10), b = boots("d", 3, true, 100, 10);
	g_autoptr(GPtrArray) more = boots("d", 3, true, 200, 10), all = NULL;

	g_ptr_array_extend_and_steal(a, g_steal_pointer(&more)); /* c and d */
	all = compare_runs(a, b, metrics);
	ck_assert_uint_eq(all->len, 1);
	ck_assert_str_eq(first(all)->name, "d builtin boot/x");
	ck_assert(row_of(all)->ratio.value < 1);
}
END_TEST

START_TEST(runs_on_the_wall_clock_have_no_pairs)
{
	g_autoptr(GPtrArray) a = boots("c", 3, false, 100, 10), b = boots("c", 5, false, 100, 10);
	g_autoptr(GPtrArray) all = compare_runs(a, b, metrics);

	ck_assert(!first(all)->paired);
	ck_assert_uint_eq(row_of(all)->n_a, 3);
	ck_assert_uint_eq(row_of(all)->n_b, 5);
	assert_text(all, "3 and 5 boots, not in pairs");
}
END_TEST

START_TEST(nor_have_those_with_other_seeds)
{
	g_autoptr(GPtrArray) a = boots("c", 3, true, 100, 10), b = boots("c", 3, true, 100, 10);
	g_autoptr(GPtrArray) all = NULL;

	for (guint i = 0; i < b->len; i++)
		((Result *)b->pdata[i])->seed += 100;
	all = compare_runs(a, b, metrics);
	ck_assert(!first(all)->paired);
}
END_TEST

START_TEST(clocks_do_not_mix)
{
	g_autoptr(GPtrArray) a = boots("c", 3, false, 100, 10), b = boots("c", 3, true, 100, 10);
	g_autoptr(GPtrArray) all = compare_runs(a, b, metrics);

	ck_assert_uint_eq(all->len, 0);
}
END_TEST

static void add(Suite *s, const char *name, const TTest *test, int n)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_loop_test(tc, test, 0, n);
	suite_add_tcase(s, tc);
}

#define ADD(fn) add(s, #fn, fn, 1)

int main(void)
{
	Suite *s = suite_create("compare");

	add(s, "findings", findings, N_ROWS(rows));
	ADD(a_boot_that_fails_has_no_time);
	ADD(who_boots_less_often_is_worse);
	ADD(nothing_to_compare);
	ADD(what_could_not_run_takes_its_pair_with_it);
	ADD(precision_is_that_of_the_ratio);
	ADD(more_bytes_are_better);
	ADD(many_tests_need_more);
	ADD(json_has_the_numbers);
	ADD(runs_of_one_client_each);
	ADD(runs_of_several_clients);
	ADD(runs_on_the_wall_clock_have_no_pairs);
	ADD(nor_have_those_with_other_seeds);
	ADD(clocks_do_not_mix);
	return suite_run(s);
}
