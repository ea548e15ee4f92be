/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page of a run in a browser: Chromium, without a window and without a network
 *
 * A script that is put before the page's end plays the person, and leaves what it saw in the title.
 * Where there is no Chromium, nothing is tested, and that is said.
 */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

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
	"const compare = (id, v) => { const s = document.getElementById(id); "                     \
	"s.value = [...s.options].find((o) => o.textContent === v).value; "                        \
	"s.dispatchEvent(new Event('change')); };\n"                                               \
	"const told = () => see(document.getElementById('compare-sum').textContent);\n"            \
	"const openAll = () => document.querySelectorAll('details')"                               \
	".forEach((d) => { d.open = true; });\n"                                                   \
	"const choose = (v) => { verdict.value = v; verdict.dispatchEvent(new Event('change')); "  \
	"};\n"

static const struct {
	const char *what, *script, *want;
} rows[] = {
	{ "all rows are there", "see(count.textContent); see(rows());",
	  "7 scenarios|boot/broken,boot/error,boot/known,boot/probe,boot/probe@0,boot/probe@5,"
	  "boot/skipped" },
	{ "words are looked for in all that a row tells", "type('qemu DIED'); see(rows());",
	  "boot/error" },
	{ "all words must be there", "type('known happen'); see(rows()); see(count.textContent);",
	  "boot/known|1 scenario" },
	{ "words that are nowhere",
	  "type('elephant'); see(count.textContent);"
	  "see(document.querySelector('section').hidden);",
	  "0 scenarios|true" },
	{ "a verdict", "choose('xpass'); see(rows()); choose(''); see(count.textContent);",
	  "boot/known|7 scenarios" },
	{ "words and a verdict", "choose('pass'); type('lwip'); see(rows());",
	  "boot/broken,boot/probe" },
	{ "Enter in the box leads nowhere",
	  "document.getElementById('filter').requestSubmit(); see(location.search);", "" },
	{ "a verdict opens its boot",
	  "document.querySelector('a.error').click();"
	  "see(document.querySelector('article:target').id);"
	  "see(document.querySelector('article:target').closest('details').open);",
	  "libnet-7.2/builtin/boot/error/1|true" },
	{ "a row is closed at first", "see(document.querySelector('details').open);", "false" },
	{ "nothing sticks out of a narrow window",
	  "see(document.documentElement.scrollWidth <= innerWidth); openAll();"
	  "see(document.documentElement.scrollWidth <= innerWidth);",
	  "true|true" },
	{ "the contents lead to what is below the matrix",
	  "for (const a of document.querySelectorAll('nav a')) {"
	  "see(a.textContent); see(!!document.querySelector(a.hash)); }",
	  "Scenarios|true|Side by side|true|Boot times|true|Sweeps|true|Conformance|true" },
	{ "a boot that did not pass has a picture, as wide as there is room",
	  "document.querySelector('a.fail').click();"
	  "const picture = document.querySelector('article:target svg');"
	  "see(picture.getAttribute('role'));"
	  "see(picture.getBoundingClientRect().width > 350);"
	  "see([...picture.querySelectorAll('text')].map((t) => t.textContent)"
	  ".slice(-3).join());"
	  "see(picture.querySelector('path.lost').getBoundingClientRect().width > 0);",
	  "img|true|1 frames from the guest,1 frames to the guest,1 lost by the network|true" },
	{ "charts are drawn, and have their numbers beneath",
	  "for (const c of document.querySelectorAll('figure.chart canvas')) {"
	  "see(c.getAttribute('role'));"
	  "see(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean)); }"
	  "see(document.querySelector('#boot-times table').rows.length);"
	  "see(document.querySelector('#sweeps table').rows.length);",
	  "img|true|img|true|img|true|4|4" },
	{ "charts follow the page's colours",
	  "const chart = Chart.getChart(document.querySelector('canvas'));"
	  "see(chart.data.datasets[0].borderColor); see(chart.data.datasets[0].label);",
	  "#0072b2|direct" },
	{ "two clients side by side",
	  "told(); see(document.querySelector('#compare-table').rows.length);"
	  "see(document.querySelector('#compare-table tbody').rows[0].textContent);",
	  "Of 1 scenario that both ran, verdicts differ in 1.|2|"
	  "boot/broken✗ 1 fail✓ 1 pass (differs)–3.00 svirtual–" },
	{ "and two others",
	  "compare('compare-other', 'direct'); told();"
	  "compare('compare-one', 'lwip'); told();"
	  "see(document.querySelector('#compare-table tbody').rows[0].cells[6].textContent);",
	  "libnet-7.2 and direct ran nothing in common.|"
	  "Of 1 scenario that both ran, verdicts differ in 0. On the virtual clock direct takes "
	  "0.167 × the time of lwip to the payload (geometric mean of 1), and is faster in 1.|"
	  "0.167 ×" },
	{ "conformance is counted",
	  "see(document.querySelector('#conformance tbody').textContent.replace(/\\s+/g, ' '));",
	  "arp1000 1 check arp.announce (SHOULD, RFC 5227 2.3) A client tells everybody of its "
	  "address: libnet-7.2 fail in 1 boot " },
	{ "what a guest said is text",
	  "see(document.querySelectorAll('article c').length);"
	  "see(document.querySelector('article').textContent"
	  ".includes('<c> | d'));",
	  "0|true" },
};

static Result *add_boot(const char *client, const char *scenario, double ms)
{
	Result *r = sample_add(client, scenario, 1, VERDICT_PASS, NULL);

	result_add_milestone(r, "payload", (uint64_t)(ms * 1e6));
	return r;
}

/* What the sample has nothing of: a pair, a sweep, and checks. */
static void add_more(void)
{
	Result *r = sample_results->pdata[0];

	g_ptr_array_add(r->checks, check_result_new("arp.announce", CHECK_FAIL, NULL, NULL, 0));
	((Result *)sample_results->pdata[4])->n_checks_passed = 2;
	add_boot("lwip", "boot/broken", 3000);
	add_boot("direct", "boot/probe", 333);
	for (unsigned i = 0; i < 2; i++) {
		r = add_boot("linux", i ? "boot/probe@5" : "boot/probe@0", 4000);
		r->sweep_axis = g_strdup("packets lost");
		r->sweep_at = g_strdup(i ? "5%" : "0%");
	}
}

/* A journal for the sample's cell that failed. */
static void store_journal(const char *dir)
{
	g_autofree char *cell =
		g_build_filename(dir, "cells", "libnet-7.2/builtin/boot/broken/1", NULL);
	g_autofree char *path = g_build_filename(cell, "journal.jsonl.gz", NULL);
	gzFile f;

	ck_assert_int_eq(g_mkdir_with_parents(cell, 0700), 0);
	f = gzopen(path, "wb1");
	ck_assert_ptr_nonnull(f);
	gzputs(f, "{\"t_ns\":0,\"ev\":\"milestone\",\"name\":\"power-on\"}\n"
		  "{\"t_ns\":10,\"ev\":\"tftp.ack\",\"dir\":\"from-guest\"}\n"
		  "{\"t_ns\":20,\"ev\":\"tftp.data\",\"dir\":\"to-guest\"}\n"
		  "{\"t_ns\":30,\"ev\":\"impair.drop\",\"dir\":\"to-guest\"}\n"
		  "{\"t_ns\":40,\"ev\":\"console\",\"text\":\"<c> | d\"}\n");
	ck_assert_int_eq(gzclose(f), Z_OK);
}

/* The sample as the folder of a run. */
static char *store_sample(void)
{
	char *dir = lab_path("run");
	g_autofree char *run = g_build_filename(dir, "run.json", NULL);
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autoptr(GString) lines = g_string_new(NULL);

	sample_set_up();
	sample_add_all();
	add_more();
	store_journal(dir);
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
