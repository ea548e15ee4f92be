/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/compare_cells: the order of the boots, and when there are enough
 */
#include "harness/compare_cells.h"

#include <check.h>

#include "tests/support/boot_result.h"
#include "tests/support/suite.h"

enum {
	MS = 1000 * 1000,
	N_PAIRS = 40,
	N_MIN = 4,
};

static Client client_a = { .name = (char *)"c" }, client_b = { .name = (char *)"d" };
static Scenario scenario_x = { .name = (char *)"boot/x" },
		scenario_y = { .name = (char *)"boot/y" };
static GPtrArray *metrics, *cells, *results;

static void cell_free(void *cell)
{
	g_free(((struct plan_cell *)cell)->id);
	g_free(cell);
}

static void add_cells(Client *client, Scenario *s, bool is_virtual)
{
	for (unsigned i = 0; i < N_PAIRS; i++) {
		struct plan_cell *cell = g_new0(struct plan_cell, 1);

		cell->client = client;
		cell->scenario = s;
		cell->server = SERVER_BUILTIN;
		cell->seed = i + 1;
		cell->is_virtual = is_virtual;
		cell->id = g_strdup_printf("%s/builtin/%s/%u", client->name, s->name, i + 1);
		g_ptr_array_add(cells, cell);
	}
}

static void set_up(void)
{
	metrics = g_ptr_array_new_with_free_func((GDestroyNotify)metric_free);
	g_ptr_array_add(metrics, metric_parse("payload", NULL));
	cells = g_ptr_array_new_with_free_func(cell_free);
	results = boot_results_new();
}

static void tear_down(void)
{
	g_ptr_array_unref(metrics);
	g_ptr_array_unref(cells);
	g_ptr_array_unref(results);
}

static CompareCells *compare_new(double precision)
{
	struct compare_cells_options o = {
		.a = "c",
		.b = "d",
		.metrics = metrics,
		.precision = precision,
		.n_min = N_MIN,
		.n_max = N_PAIRS,
	};

	return compare_cells_new(cells, &o);
}

/* Boot it: d takes twice as long as c; @chance: or more. */
static void boot(const struct plan_cell *cell, bool chance)
{
	bool is_b = cell->client == &client_b;
	uint64_t ms = is_b ? 200 + (chance ? cell->seed * 7 % 13 * 10 : 0) : 100;
	Result *r = boot_result(cell->client->name, cell->seed, cell->is_virtual, ms * MS);

	g_free(r->cell);
	r->cell = g_strdup(cell->id);
	g_ptr_array_add(results, r);
}

static const struct plan_cell *cell_at(unsigned i)
{
	return cells->pdata[i];
}

START_TEST(clients_take_turns)
{
	static const char *const want[] = {
		"c/builtin/boot/x/1", "d/builtin/boot/x/1", "c/builtin/boot/y/1",
		"d/builtin/boot/y/1", "d/builtin/boot/x/2", "c/builtin/boot/x/2",
		"d/builtin/boot/y/2", "c/builtin/boot/y/2", "c/builtin/boot/x/3",
	};
	g_autoptr(CompareCells) c = NULL;

	add_cells(&client_a, &scenario_x, true);
	add_cells(&client_b, &scenario_x, true);
	add_cells(&client_a, &scenario_y, false);
	add_cells(&client_b, &scenario_y, false);
	c = compare_new(0);
	ck_assert_uint_eq(cells->len, 4 * N_PAIRS);
	for (unsigned i = 0; i < G_N_ELEMENTS(want); i++)
		ck_assert_str_eq(cell_at(i)->id, want[i]);
}
END_TEST

START_TEST(what_only_one_can_boot_is_left_out)
{
	g_autoptr(CompareCells) c = NULL;

	add_cells(&client_a, &scenario_x, true); /* d cannot */
	add_cells(&client_a, &scenario_y, true);
	add_cells(&client_b, &scenario_y, true);
	c = compare_new(0);
	ck_assert_uint_eq(cells->len, 2 * N_PAIRS);
	for (unsigned i = 0; i < cells->len; i++)
		ck_assert_ptr_eq(cell_at(i)->scenario, &scenario_y);
}
END_TEST

START_TEST(clocks_must_be_the_same)
{
	g_autoptr(CompareCells) c = NULL;

	add_cells(&client_a, &scenario_x, true);
	add_cells(&client_b, &scenario_x, false);
	c = compare_new(0);
	ck_assert_uint_eq(cells->len, 0);
}
END_TEST

/* Boot what is wanted, so many at once. Return: how many. */
static unsigned work(CompareCells *c, unsigned n_at_once, bool chance)
{
	g_autoptr(GPtrArray) under_way = g_ptr_array_new();
	unsigned n = 0;

	for (unsigned i = 0; i < cells->len; i++) {
		if (!compare_cells_wants(c, cell_at(i), results))
			continue;
		n++;
		g_ptr_array_add(under_way, cells->pdata[i]);
		if (under_way->len == n_at_once) /* the last one to start is the first to end */
			boot(g_ptr_array_steal_index(under_way, under_way->len - 1), chance);
	}
	while (under_way->len)
		boot(g_ptr_array_steal_index(under_way, 0), chance);
	return n;
}

START_TEST(what_is_exact_needs_the_fewest_pairs)
{
	g_autoptr(CompareCells) c = NULL;
	g_autoptr(GPtrArray) all = NULL;
	const struct compare_row *row;

	add_cells(&client_a, &scenario_x, true);
	add_cells(&client_b, &scenario_x, true);
	c = compare_new(0.02);
	ck_assert_uint_eq(work(c, 1, false), 2 * N_MIN);
	all = compare_cells_judge(c, results);
	ck_assert_uint_eq(all->len, 1);
	row = &g_array_index(((Comparison *)all->pdata[0])->rows, struct compare_row, 0);
	ck_assert(row->exact && row->n_a == N_MIN);
	ck_assert(row->ratio.value >= 2 && row->ratio.value <= 2);
}
END_TEST

/* One scenario has enough before the other. */
START_TEST(each_scenario_for_itself)
{
	g_autoptr(CompareCells) c = NULL;
	unsigned n_x = 0, n_y = 0;

	add_cells(&client_a, &scenario_x, true);
	add_cells(&client_b, &scenario_x, true);
	add_cells(&client_a, &scenario_y, true);
	add_cells(&client_b, &scenario_y, true);
	c = compare_new(0.001);
	for (unsigned i = 0; i < cells->len; i++) {
		bool is_x = cell_at(i)->scenario == &scenario_x;

		if (!compare_cells_wants(c, cell_at(i), results))
			continue;
		boot(cell_at(i), !is_x);
		n_x += is_x;
		n_y += !is_x;
	}
	ck_assert_uint_eq(n_x, 2 * N_MIN);
	ck_assert_uint_eq(n_y, 2 * N_PAIRS);
}
END_TEST

/* Pairs used, with so many boots at once. */
static unsigned n_used(unsigned n_at_once)
{
	g_autoptr(CompareCells) c = NULL;
	g_autoptr(GPtrArray) all = NULL;

	g_ptr_array_set_size(results, 0);
	g_ptr_array_set_size(cells, 0);
	add_cells(&client_a, &scenario_x, true);
	add_cells(&client_b, &scenario_x, true);
	c = compare_new(0.1);
	work(c, n_at_once, true);
	all = compare_cells_judge(c, results);
	return ((Comparison *)all->pdata[0])->n_a;
}

START_TEST(how_many_at_once_changes_nothing)
{
	unsigned alone = n_used(1);

	ck_assert_uint_gt(alone, N_MIN);
	ck_assert_uint_lt(alone, N_PAIRS);
	ck_assert_uint_eq(n_used(7), alone);
	ck_assert_uint_eq(n_used(30), alone);
}
END_TEST

START_TEST(an_interrupted_run_has_the_pairs_that_are_whole)
{
	g_autoptr(CompareCells) c = NULL;
	g_autoptr(GPtrArray) all = NULL;

	add_cells(&client_a, &scenario_x, true);
	add_cells(&client_b, &scenario_x, true);
	c = compare_new(0);
	for (unsigned i = 0; i < 2 * 3 + 1; i++)
		boot(cell_at(i), false);
	all = compare_cells_judge(c, results);
	ck_assert_uint_eq(((Comparison *)all->pdata[0])->n_a, 3);
}
END_TEST

static void add(Suite *s, const char *name, const TTest *test)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test);
	suite_add_tcase(s, tc);
}

#define ADD(fn) add(s, #fn, fn)

int main(void)
{
	Suite *s = suite_create("compare_cells");

	ADD(clients_take_turns);
	ADD(what_only_one_can_boot_is_left_out);
	ADD(clocks_must_be_the_same);
	ADD(what_is_exact_needs_the_fewest_pairs);
	ADD(each_scenario_for_itself);
	ADD(how_many_at_once_changes_nothing);
	ADD(an_interrupted_run_has_the_pairs_that_are_whole);
	return suite_run(s);
}
