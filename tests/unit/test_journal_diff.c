/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/journal_diff: where two journals differ first
 */
#include "harness/journal_diff.h"

#include <string.h>
#include <zlib.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

static const struct {
	const char *what, *a, *b;
	unsigned n_equal;
	const char *line_a, *line_b;
} rows[] = {
	{ "the same", "x\ny\n", "x\ny\n", 2, NULL, NULL },
	{ "another line", "x\ny\nz\n", "x\nw\nz\n", 1, "y", "w" },
	{ "the first line", "x\n", "w\n", 0, "x", "w" },
	{ "one ends", "x\ny\n", "x\n", 1, "y", NULL },
	{ "the other ends", "x\n", "x\ny\n", 1, NULL, "y" },
	{ "one is empty", "", "x\n", 0, NULL, "x" },
	{ "one is not there", NULL, "x\n", 0, NULL, "x" },
};

/* The path of a file with @text; of none, if that is NULL. */
static char *journal(const char *dir, const char *name, const char *text)
{
	char *path = g_build_filename(dir, name, NULL);
	gzFile f = text ? gzopen(path, "wb") : NULL;

	if (!f)
		return path;
	ck_assert(!*text || gzwrite(f, text, (unsigned)strlen(text)) > 0);
	ck_assert_int_eq(gzclose(f), Z_OK);
	return path;
}

START_TEST(the_first_difference)
{
	char *dir = temp_folder_new();
	g_autofree char *a = journal(dir, "a", rows[_i].a), *b = journal(dir, "b", rows[_i].b);
	struct journal_diff d;

	journal_diff_load(&d, a, b);
	ck_assert_msg(d.n_equal == rows[_i].n_equal, "%s: %u", rows[_i].what, d.n_equal);
	ck_assert_msg(!g_strcmp0(d.a, rows[_i].line_a), "%s: %s", rows[_i].what, d.a);
	ck_assert_msg(!g_strcmp0(d.b, rows[_i].line_b), "%s: %s", rows[_i].what, d.b);
	journal_diff_fini(&d);
	temp_folder_remove(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("journal_diff");

	suite_add_rows(s, the_first_difference, N_ROWS(rows));
	return suite_run(s);
}
