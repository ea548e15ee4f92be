/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/pairwise: every pair is still there, and little else
 */
#include "harness/pairwise.h"

#include "tests/support/plan_cells.h"
#include "tests/support/suite.h"

static const struct {
	const char *what, *cells, *kept;
} rows[] = {
	{ "one cell has all its pairs", "a0x1", "a0x1" },
	{ "a server alone adds no pair that could be left out", "a0x1 a1x1", "a0x1 a1x1" },
	{ "two of each: half of eight", "a0x1 a0y1 a1x1 a1y1 b0x1 b0y1 b1x1 b1y1",
	  "a0x1 a1y1 b0y1 b1x1" },
	{ "all seeds or none", "a0x1 a0x2 a0y1 a0y2 a1x1 a1x2 a1y1 a1y2 b0x1 b0y1 b1x1 b1y1",
	  "a0x1 a0x2 a1y1 a1y2 b0y1 b1x1" },
};

START_TEST(keeps)
{
	g_autoptr(GPtrArray) cells = plan_cells_of(rows[_i].cells);
	g_autofree char *kept = NULL;

	pairwise_reduce(cells);
	kept = plan_cells_text(cells);
	ck_assert_msg(g_str_equal(kept, rows[_i].kept), "%s: %s", rows[_i].what, kept);
}
END_TEST

/* "a0", "ax", "0x" of each cell */
static GHashTable *pairs_of(const GPtrArray *cells)
{
	GHashTable *pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *text = plan_cells_text(cells);
	g_auto(GStrv) list = g_strsplit(text, " ", -1);

	for (char **c = list; *c; c++) {
		g_hash_table_add(pairs, g_strdup_printf("%c%c ", (*c)[0], (*c)[1]));
		g_hash_table_add(pairs, g_strdup_printf("%c %c", (*c)[0], (*c)[2]));
		g_hash_table_add(pairs, g_strdup_printf(" %c%c", (*c)[1], (*c)[2]));
	}
	return pairs;
}

/* With holes: a combination that can never run is no cell. */
START_TEST(no_pair_is_lost)
{
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(plan_cell_free);
	g_autoptr(GHashTable) before = NULL, after = NULL;
	unsigned n = 0, n_before;

	for (char client = 'a'; client <= 'h'; client++)
		for (char scenario = 'a'; scenario <= 'z'; scenario++)
			for (char server = '0'; server <= '2'; server++)
				if (++n % 7)
					plan_cells_add(cells,
						       (char[]){ client, server, scenario, '1', 0 },
						       0);
	before = pairs_of(cells);
	n_before = cells->len;
	pairwise_reduce(cells);
	after = pairs_of(cells);
	ck_assert_uint_eq(g_hash_table_size(after), g_hash_table_size(before));
	/* There are 208 pairs of client and scenario: fewer cells cannot do. */
	ck_assert_uint_lt(cells->len, 230);
	ck_assert_uint_gt(n_before, 500);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pairwise");

	suite_add_rows(s, keeps, N_ROWS(rows));
	suite_add(s, no_pair_is_lost);
	return suite_run(s);
}
