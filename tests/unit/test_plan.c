/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/plan: one hash for one plan, the longest first, and what people see of it
 */
#include "harness/plan.h"

#include "tests/support/plan_cells.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

enum {
	NS_PER_MS = 1000 * 1000,
};

static char *hash_of(const char *specs)
{
	g_autoptr(GPtrArray) cells = plan_cells_of(specs);

	return plan_hash(cells);
}

START_TEST(the_order_does_not_matter)
{
	g_autofree char *a = hash_of("a0x1=5 b0x1=6"), *b = hash_of("b0x1=6 a0x1=5");

	ck_assert_uint_eq(strlen(a), 64);
	ck_assert_str_eq(a, b);
}
END_TEST

static const char *const other_rows[] = {
	"a0x1=5",        "a0x1=5 b0x1=7", "a0x1=5 b0x2=6",
	"a0x1=5 b1x1=6", "a0y1=5 b0x1=6", "a0x1=5 b0x1=6 c0x1=7",
};

START_TEST(all_that_is_different_matters)
{
	g_autofree char *a = hash_of("a0x1=5 b0x1=6"), *b = hash_of(other_rows[_i]);

	ck_assert_str_ne(a, b);
}
END_TEST

START_TEST(the_clock_matters)
{
	g_autofree char *a = hash_of("a0x1=5"), *b = NULL;
	g_autoptr(GPtrArray) cells = plan_cells_of("a0x1=5");

	((struct plan_cell *)cells->pdata[0])->is_virtual = false;
	b = plan_hash(cells);
	ck_assert_str_ne(a, b);
}
END_TEST

/* Another file under the same name: another process, since a file's sum is remembered. */
START_TEST(what_the_files_hold_matters)
{
	char *dir = temp_folder_new();
	g_autofree char *one = text_file(dir, "1", "one"), *two = text_file(dir, "2", "two");
	g_autofree char *a = NULL, *b = NULL, *c = NULL;
	g_autoptr(GPtrArray) cells = plan_cells_of("a0x1=5");
	struct plan_cell *cell = cells->pdata[0];

	a = plan_hash(cells);
	cell->client->path = one;
	b = plan_hash(cells);
	cell->scenario->path = two;
	c = plan_hash(cells);
	ck_assert_str_ne(a, b);
	ck_assert_str_ne(b, c);
	temp_folder_remove(dir);
}
END_TEST

START_TEST(the_longest_is_first)
{
	g_autoptr(GPtrArray) cells = plan_cells_of("c0x1=5 b0x1=6 a0x1=5");
	g_autofree char *text = NULL;

	plan_sort(cells);
	text = plan_cells_text(cells);
	ck_assert_str_eq(text, "b0x1 a0x1 c0x1");
}
END_TEST

static const struct {
	const char *cells;
	unsigned n_workers, ms;
} estimate_rows[] = {
	{ "a0x1=50 b0x1=10 c0x1=100", 1, 160 },
	{ "a0x1=50 b0x1=10 c0x1=100", 2, 100 },
	{ "a0x1=60 b0x1=60 c0x1=60", 2, 120 },
	{ "a0x1=60", 8, 60 },
};

START_TEST(estimates_how_long)
{
	g_autoptr(GPtrArray) cells = plan_cells_of(estimate_rows[_i].cells);

	ck_assert_uint_eq(plan_estimate_ns(cells, estimate_rows[_i].n_workers) / NS_PER_MS,
			  estimate_rows[_i].ms);
}
END_TEST

START_TEST(a_preview)
{
	g_autoptr(GPtrArray) cells = plan_cells_of("b0x1=61000 a0x1=1000 a1x1=3000 a1x2=3000");
	g_autoptr(GString) text = g_string_new(NULL);

	((struct plan_cell *)cells->pdata[2])->is_virtual = false;
	((struct plan_cell *)cells->pdata[0])->is_recorded = true;
	plan_preview(text, cells, 2);
	ck_assert_str_eq(text->str, "client                      virtual     wall\n"
				    "  a                               2        1\n"
				    "  b                               1        0\n"
				    "server                      virtual     wall\n"
				    "  builtin                         2        0\n"
				    "  slirp                           1        1\n"
				    "4 cells (3 virtual, 1 wall), about 1 min 1 s at -j2 "
				    "(3 of them never timed)\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("plan");

	suite_add(s, the_order_does_not_matter);
	suite_add_rows(s, all_that_is_different_matters, N_ROWS(other_rows));
	suite_add(s, the_clock_matters);
	suite_add(s, what_the_files_hold_matters);
	suite_add(s, the_longest_is_first);
	suite_add_rows(s, estimates_how_long, N_ROWS(estimate_rows));
	suite_add(s, a_preview);
	return suite_run(s);
}
