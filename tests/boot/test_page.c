/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page of a run in a browser: Chromium, without a window and without a network
 *
 * A script that is put before the page's end plays the person, and leaves what it saw in the title.
 * Where there is no Chromium, nothing is tested, and that is said.
 */
#include <stdio.h>
#include <string.h>

#include "tests/boot/lab.h"
#include "tests/support/stored_sample.h"
#include "tests/support/suite.h"

/* What a person can do. */
#define PERSON                                                                                     \
	"const seen = [];\n"                                                                       \
	"const see = (v) => seen.push(v);\n"                                                       \
	"const rows = () => [...document.querySelectorAll('[data-verdicts]')]\n"                   \
	"	.filter((r) => !r.hidden).map((r) => "                                                   \
	"r.querySelector('code').textContent).join();\n"                                           \
	"const type = (v) => { words.value = v; words.dispatchEvent(new Event('input')); };\n"     \
	"const choose = (v) => { verdict.value = v; verdict.dispatchEvent(new Event('change')); "  \
	"};\n"

static const struct {
	const char *what, *script, *want;
} rows[] = {
	{ "all rows are there", "see(count.textContent); see(rows());",
	  "5 scenarios|boot/broken,boot/error,boot/known,boot/probe,boot/skipped" },
	{ "words are looked for in all that a row tells", "type('qemu DIED'); see(rows());",
	  "boot/error" },
	{ "all words must be there", "type('known happen'); see(rows()); see(count.textContent);",
	  "boot/known|1 scenario" },
	{ "words that are nowhere",
	  "type('elephant'); see(count.textContent);"
	  "see(document.querySelector('section').hidden);",
	  "0 scenarios|true" },
	{ "a verdict", "choose('xpass'); see(rows()); choose(''); see(count.textContent);",
	  "boot/known|5 scenarios" },
	{ "words and a verdict", "choose('pass'); type('boot'); see(rows());", "boot/probe" },
	{ "Enter in the box leads nowhere",
	  "document.getElementById('filter').requestSubmit(); see(location.search);", "" },
	{ "a verdict opens its boot",
	  "document.querySelector('a.error').click();"
	  "see(document.querySelector('article:target').id);"
	  "see(document.querySelector('article:target').closest('details').open);",
	  "libnet-7.2/builtin/boot/error/1|true" },
	{ "a row is closed at first", "see(document.querySelector('details').open);", "false" },
	{ "nothing sticks out of a narrow window",
	  "see(document.documentElement.scrollWidth <= innerWidth);", "true" },
	{ "what a guest said is text",
	  "see(document.querySelectorAll('article c').length);"
	  "see(document.querySelector('article').textContent"
	  ".includes('<c> | d'));",
	  "0|true" },
};

/* The sample as the folder of a run. */
static char *store_sample(void)
{
	char *dir = lab_path("run");
	g_autofree char *run = g_build_filename(dir, "run.json", NULL);
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autoptr(GString) lines = g_string_new(NULL);

	sample_set_up();
	sample_add_all();
	for (unsigned i = 0; i < sample_results->len; i++) {
		g_autofree char *json = result_to_json(sample_results->pdata[i]);

		g_string_append_printf(lines, "%s\n", json);
	}
	sample_tear_down();
	ck_assert_int_eq(g_mkdir_with_parents(dir, 0700), 0);
	ck_assert(g_file_set_contents(run, SAMPLE_RUN, -1, NULL));
	ck_assert(g_file_set_contents(path, lines->str, -1, NULL));
	return dir;
}

/* The page of the sample with @script in it, as a URL. */
static char *make_page(const char *script)
{
	g_autofree char *dir = store_sample(), *page = lab_path("page.html"), *text = NULL;
	g_autoptr(Job) j = job_of("report", "html", dir, "--out", page);
	g_autoptr(GString) played = NULL;
	const char *end;

	assert_exit(j, 0);
	ck_assert(g_file_get_contents(page, &text, NULL, NULL));
	end = strstr(text, "</body>");
	ck_assert_ptr_nonnull(end);
	played = g_string_new_len(text, end - text);
	g_string_append_printf(played,
			       "<script>\n" PERSON "%s\ndocument.title = seen.join('|');\n"
			       "</script>\n%s",
			       script, end);
	ck_assert(g_file_set_contents(page, played->str, -1, NULL));
	return g_strconcat("file://", page, NULL);
}

START_TEST(a_person_reads_it)
{
	g_autofree char *program = g_find_program_in_path("chromium"), *home = lab_path("home");
	g_autofree char *data = g_strdup_printf("--user-data-dir=%s", home);
	g_autofree char *url = NULL, *want = NULL;
	g_autoptr(Job) j = NULL;
	struct job_options options = { .program = program };

	if (!program) {
		printf("skip: no chromium here\n");
		return;
	}
	url = make_page(rows[_i].script);
	j = job_run(&options, (const char *const[]){ "--headless", "--no-sandbox", "--disable-gpu",
						     "--window-size=500,800", "--dump-dom", data,
						     "--enable-logging=stderr", url, NULL });
	assert_exit(j, 0);
	want = g_strdup_printf("<title>%s</title>", rows[_i].want);
	ck_assert_msg(strstr(job_out(j), want), "%s: %.*s, not %s", rows[_i].what, 200,
		      strstr(job_out(j), "<title>"), want);
	ck_assert_msg(!strstr(job_err(j), "CONSOLE"), "%.2000s", job_err(j));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("page");

	lab_add_rows(s, a_person_reads_it, N_ROWS(rows));
	return lab_main(s);
}
