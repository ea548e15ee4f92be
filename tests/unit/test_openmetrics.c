/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/openmetrics: the grammar of the text format, line by line, and the figures
 */
#include "reports/openmetrics.h"

#include <check.h>
#include <string.h>

#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

#define NAME "[a-zA-Z_:][a-zA-Z0-9_:]*"
#define LABEL "[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\\\n]|\\\\[n\"\\\\])*\""
#define NUMBER "[+-]?\\d+(\\.\\d*)?"

static bool fits(const char *pattern, const char *line)
{
	return g_regex_match_simple(pattern, line, G_REGEX_DOLLAR_ENDONLY, 0);
}

/* Lines as in "Text format": descriptors of a family, then its samples, at last # EOF. */
static void assert_grammar(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *family = g_strdup("");
	unsigned n = g_strv_length(lines);

	ck_assert(!strchr(text, '\r'));
	ck_assert_uint_ge(n, 2);
	ck_assert_str_eq(lines[n - 1], "");
	ck_assert_str_eq(lines[n - 2], "# EOF");
	for (unsigned i = 0; i < n - 2; i++) {
		const char *line = lines[i];
		g_auto(GStrv) words = g_strsplit(line, " ", 4);

		if (g_str_has_prefix(line, "# TYPE ")) {
			ck_assert_msg(fits("^# TYPE " NAME " (gauge|counter|info)$", line), "%s",
				      line);
			g_free(family);
			family = g_strdup(words[2]);
			ck_assert_msg(g_hash_table_add(seen, g_strdup(family)), "%s twice", family);
		} else if (*line == '#') {
			ck_assert_msg(fits("^# (UNIT|HELP) " NAME " [^\\n]+$", line), "%s", line);
			ck_assert_msg(g_str_equal(words[2], family), "%s in %s", line, family);
			ck_assert_msg(!g_str_has_prefix(line, "# UNIT ") ||
					      g_str_has_suffix(family, words[3]),
				      "%s", line);
		} else {
			ck_assert_msg(fits("^" NAME "(\\{(" LABEL "(," LABEL ")*)?\\})? " NUMBER
					   "$",
					   line),
				      "%s", line);
			ck_assert_msg(g_str_has_prefix(line, family), "%s in %s", line, family);
		}
	}
}

START_TEST(the_grammar_is_kept)
{
	if (_i)
		sample_add_all();
	assert_grammar(sample_write(openmetrics_report));
}
END_TEST

#define BOOT "client=\"lwip\",server=\"builtin\",scenario=\"boot/probe\""

static const char *const rows[] = {
	"\niplab_run_info{version=\"0.1\",command=\"run client=libnet-7.2,lwip\"} 1\n",
	"\niplab_run_start_seconds 1769860800.000000000\n",
	"\niplab_run_selected_cells 8\n",
	"\niplab_cells{client=\"libnet-7.2\",server=\"builtin\",verdict=\"pass\"} 0\n",
	"\niplab_cells{client=\"libnet-7.2\",server=\"builtin\",verdict=\"xpass\"} 1\n",
	"\niplab_cells{client=\"lwip\",server=\"builtin\",verdict=\"pass\"} 2\n",
	"\niplab_cells{client=\"lwip\",server=\"builtin\",verdict=\"skip\"} 1\n",
	"\n# UNIT iplab_milestone_seconds seconds\n",
	"\niplab_milestone_seconds{" BOOT
	",clock=\"virtual\",milestone=\"power-on\"} 0.000000000\n",
	"\niplab_milestone_seconds{" BOOT ",clock=\"virtual\",milestone=\"payload\"} 2.000000000\n",
	"\niplab_loss_ratio{" BOOT "} 0.250000\n",
};

START_TEST(figures)
{
	sample_add_all();
	ck_assert_msg(strstr(sample_write(openmetrics_report), rows[_i]), "%s in %s", rows[_i],
		      sample_text->str);
}
END_TEST

static void add_time(uint64_t seed, enum verdict verdict, uint64_t ns)
{
	Result *r = sample_add("c", "s", seed, verdict, NULL);

	result_add_milestone(r, "payload", ns);
}

/* A network that does nothing loses nothing, and has no rate. */
START_TEST(a_rate_is_of_something)
{
	sample_add_all();
	ck_assert_ptr_eq(strstr(sample_write(openmetrics_report), "\niplab_loss_ratio{"),
			 g_strrstr(sample_text->str, "\niplab_loss_ratio{"));
}
END_TEST

/* Of those that passed, and in order of size. */
START_TEST(a_median_is_one)
{
	add_time(1, VERDICT_PASS, 30);
	add_time(2, VERDICT_PASS, 10);
	add_time(3, VERDICT_FAIL, 1);
	add_time(4, VERDICT_PASS, 20);
	ck_assert_ptr_nonnull(
		strstr(sample_write(openmetrics_report), "milestone=\"payload\"} 0.000000020\n"));
}
END_TEST

START_TEST(labels_are_escaped)
{
	sample_add("a\"b\\c\nd\re\xff", "s", 1, VERDICT_PASS, NULL);
	assert_grammar(sample_write(openmetrics_report));
	ck_assert_ptr_nonnull(strstr(sample_text->str, "client=\"a\\\"b\\\\c\\nd e\xef\xbf\xbd\""));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("openmetrics");
	TCase *tc = tcase_create("openmetrics");

	tcase_add_checked_fixture(tc, sample_set_up, sample_tear_down);
	tcase_add_loop_test(tc, the_grammar_is_kept, 0, 2);
	tcase_add_loop_test(tc, figures, 0, N_ROWS(rows));
	tcase_add_test(tc, a_rate_is_of_something);
	tcase_add_test(tc, a_median_is_one);
	tcase_add_test(tc, labels_are_escaped);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
