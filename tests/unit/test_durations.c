/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/durations: what was recorded, and what is guessed from it
 */
#include "harness/durations.h"

#include "reports/result.h"
#include "tests/support/plan_cells.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

enum {
	NS_PER_MS = 1000 * 1000,
};

static const char *const recorded = "# a comment\n"
				    "virtual a/builtin/s/x 100\n"
				    "virtual b/builtin/s/x 300\n"
				    "virtual c/builtin/s/x 200\n"
				    "virtual a/slirp/s/y 40\n"
				    "wall a/builtin/s/x 5000\n";

static const struct {
	const char *what, *cell;
	bool wall, is_recorded;
	unsigned ms;
} rows[] = {
	{ "recorded, whatever the seed", "a0x9", false, true, 100 },
	{ "recorded on the other clock", "a0x1", true, true, 5000 },
	{ "the median of other clients", "d0x1", false, false, 200 },
	{ "of the clock, where nothing is known of the server", "a1x1", false, false, 100 },
	{ "of its own clock", "d1z1", true, false, 5000 },
};

START_TEST(estimates)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "durations.txt", recorded);
	g_autoptr(Durations) d = durations_load(path, NULL);
	g_autoptr(GPtrArray) cells = plan_cells_of(rows[_i].cell);
	struct plan_cell *cell = cells->pdata[0];

	ck_assert_ptr_nonnull(d);
	cell->is_virtual = !rows[_i].wall;
	durations_estimate(d, cells);
	ck_assert_msg(cell->estimate_ns == (uint64_t)rows[_i].ms * NS_PER_MS, "%s: %u ms",
		      rows[_i].what, (unsigned)(cell->estimate_ns / NS_PER_MS));
	ck_assert_msg(cell->is_recorded == rows[_i].is_recorded, "%s", rows[_i].what);
	temp_folder_remove(dir);
}
END_TEST

START_TEST(nothing_is_known)
{
	g_autoptr(Durations) d = durations_new();
	g_autoptr(GPtrArray) cells = plan_cells_of("a0x1");

	durations_estimate(d, cells);
	ck_assert_uint_eq(((struct plan_cell *)cells->pdata[0])->estimate_ns, 1000000000);
	durations_free(NULL);
}
END_TEST

static void put_result(GString *lines, const char *verdict, uint64_t wall_ms, uint64_t seed)
{
	g_autoptr(Result) r = result_new_for("c", "a", "builtin", "s/x", seed, true);
	g_autofree char *json = NULL;

	r->wall_ns = wall_ms * NS_PER_MS;
	for (r->verdict = 0; !g_str_equal(verdict_name(r->verdict), verdict); r->verdict++)
		;
	json = result_to_json(r);
	g_string_append_printf(lines, "%s\n", json);
}

START_TEST(a_run_is_read)
{
	char *dir = temp_folder_new();
	g_autoptr(GString) lines = g_string_new(NULL);
	g_autoptr(Durations) d = NULL;
	g_autofree char *text = NULL;

	put_result(lines, "pass", 10, 1);
	put_result(lines, "fail", 30, 2);
	put_result(lines, "xfail", 20, 3);
	put_result(lines, "skip", 0, 4);
	put_result(lines, "skip", 0, 5);
	put_result(lines, "error", 90000, 6);
	put_result(lines, "error", 90000, 7);
	text_file_put(dir, "results.jsonl", lines->str);
	d = durations_load(dir, NULL);
	ck_assert_ptr_nonnull(d);
	text = durations_to_text(d);
	ck_assert_str_eq(text, "virtual a/builtin/s/x 20\n");
	temp_folder_remove(dir);
}
END_TEST

START_TEST(text_is_sorted_and_can_be_read_again)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "durations.txt", recorded);
	g_autoptr(Durations) d = durations_load(path, NULL);
	g_autofree char *text = durations_to_text(d);

	ck_assert_str_eq(text, "virtual a/builtin/s/x 100\nvirtual a/slirp/s/y 40\n"
			       "virtual b/builtin/s/x 300\nvirtual c/builtin/s/x 200\n"
			       "wall a/builtin/s/x 5000\n");
	temp_folder_remove(dir);
}
END_TEST

static const char *const bad_rows[] = {
	"virtual a/builtin/s/x",    "virtual a/builtin/s/x 10 ",
	"sundial a/builtin/s/x 10", "virtual a/builtin/s/x -1",
	"virtual abc 10",           "virtual a/builtin/s/x 99999999999",
};

START_TEST(a_bad_line_is_an_error)
{
	char *dir = temp_folder_new();
	g_autofree char *path = text_file(dir, "d.txt", bad_rows[_i]);
	g_autoptr(GError) error = NULL, no_file = NULL;

	ck_assert_msg(!durations_load(path, &error), "%s", bad_rows[_i]);
	ck_assert(g_error_matches(error, DURATIONS_ERROR, DURATIONS_ERROR_SYNTAX));
	ck_assert_ptr_null(durations_load("/nonexistent/d", &no_file));
	ck_assert(g_error_matches(no_file, DURATIONS_ERROR, DURATIONS_ERROR_FILE));
	temp_folder_remove(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("durations");

	suite_add_rows(s, estimates, N_ROWS(rows));
	suite_add(s, nothing_is_known);
	suite_add(s, a_run_is_read);
	suite_add(s, text_is_sorted_and_can_be_read_again);
	suite_add_rows(s, a_bad_line_is_an_error, N_ROWS(bad_rows));
	return suite_run(s);
}
