/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab report`: every format, from a run that really was
 */
#include <json-glib/json-glib.h>
#include <string.h>

#include "reports/report.h"
#include "tests/boot/lab.h"
#include "tests/support/suite.h"

/* A run of two boots, in @dir. */
static void run_probe(const char *dir)
{
	g_autoptr(Job) j = job_of("run", "client=libnet-7.2", "server=builtin",
				  "scenario=boot/probe", "--repeat", "2", "--out", dir);

	assert_exit(j, 0);
}

/* Each boot began while the run went on. */
START_TEST(a_boot_has_a_begin)
{
	g_autofree char *dir = lab_path("run"),
			*path = g_build_filename(dir, "results.jsonl", NULL);
	uint64_t before_ns = (uint64_t)g_get_real_time() * 1000, after_ns;
	g_autoptr(GPtrArray) results = NULL;

	run_probe(dir);
	after_ns = (uint64_t)g_get_real_time() * 1000;
	results = results_load(path, NULL);
	ck_assert_ptr_nonnull(results);
	ck_assert_uint_eq(results->len, 2);
	for (unsigned i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		ck_assert_uint_gt(r->begun_unix_ns, before_ns);
		ck_assert_uint_lt(r->begun_unix_ns + r->wall_ns, after_ns);
	}
}
END_TEST

static void assert_json(const char *text)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(GError) error = NULL;

	ck_assert_msg(json_parser_load_from_data(parser, text, -1, &error), "%s",
		      error ? error->message : "");
}

START_TEST(every_format_tells_of_the_run)
{
	g_autofree char *dir = lab_path("run"), *path = lab_path("report");

	run_probe(dir);
	for (const struct report_format *f = report_formats; f->name; f++) {
		g_autoptr(Job) out = job_of("report", f->name, dir);
		g_autoptr(Job) file = job_of("report", f->name, dir, "--out", path);
		g_autofree char *text = NULL;

		assert_exit(out, 0);
		assert_exit(file, 0);
		ck_assert_str_eq(job_err(out), "");
		/* Of sweeps there are none. */
		assert_says(out, g_str_equal(f->name, "sweeps") ? "client" : "libnet-7.2");
		ck_assert(g_file_get_contents(path, &text, NULL, NULL));
		ck_assert_str_eq(text, job_out(out));
		if (*text == '{')
			assert_json(text);
	}
}
END_TEST

START_TEST(a_boot_has_a_trace)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) run = NULL, boot = NULL;

	run_probe(dir);
	run = job_of("report", "trace", dir);
	boot = job_of("report", "trace", dir, "--cell", "probe/2");
	assert_exit(run, 0);
	assert_says(run, "\"worker 1\"");
	assert_exit(boot, 0);
	assert_json(job_out(boot));
	assert_says(boot, "libnet-7.2/builtin/boot/probe/2");
	assert_says(boot, "\"tftp.rrq\"");
	assert_says(boot, "\"kernel-done\"");
	assert_says(boot, "Using IPv4 address");
}
END_TEST

static const struct {
	const char *args[6];
	int status;
	const char *says;
} rows[] = {
	{ { "report" }, 2, "needs a FORMAT" },
	{ { "report", "tap", "a", "b" }, 2, "one DIR at most" },
	{ { "report", "word", "/nonexistent" }, 2, "there is no format \"word\"" },
	{ { "report", "tap", "/nonexistent" }, 3, "there is no run in /nonexistent" },
	{ { "report", "tap", "--cell", "x" }, 2, "--cell is for trace, not for tap" },
	{ { "report", "tap", "--commit", "x" }, 2, "are for kcidb, not for tap" },
	{ { "report", "kcidb", "--origin", "A" }, 2, "--origin is \"A\"" },
	{ { "report", "kcidb", "--commit", "abc" }, 2, "40 digits" },
	{ { "report", "kcidb", "--repository", "x" }, 2, "https://" },
	{ { "report", "--help" }, 0, "openmetrics" },
};

START_TEST(usage)
{
	g_autoptr(Job) j = job_run(NULL, rows[_i].args);

	assert_exit(j, rows[_i].status);
	assert_says(j, rows[_i].says);
}
END_TEST

START_TEST(a_sweep_as_csv)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) run = job_of("run", "client=libnet-7.2", "server=builtin",
				    "scenario=sweep/pace@8,sweep/pace@6", "--out", dir);
	g_autoptr(Job) csv = job_of("report", "sweeps", dir);

	assert_exit(run, 0);
	assert_exit(csv, 0);
	assert_says(csv, "\r\nsweep/pace,builtin,virtual,");
	assert_says(csv, ",8,libnet-7.2,1,1,1,");
	ck_assert(strstr(job_out(csv), ",6,libnet-7.2") < strstr(job_out(csv), ",8,libnet-7.2"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("report");

	lab_add(s, every_format_tells_of_the_run);
	lab_add(s, a_sweep_as_csv);
	lab_add(s, a_boot_has_a_begin);
	lab_add(s, a_boot_has_a_trace);
	lab_add_rows(s, usage, N_ROWS(rows));
	return lab_main(s);
}
