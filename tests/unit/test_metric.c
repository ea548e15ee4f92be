/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reports/metric: what can be measured of a boot
 */
#include "reports/metric.h"

#include <check.h>
#include <math.h>

#include "tests/support/boot_result.h"
#include "tests/support/suite.h"

/* 2 MB in 2 s, from an address at 1 s on; 500 frames; an instruction takes 4 ns. */
static Result *example(void)
{
	Result *r = boot_result("c", 1, true, 4000000000);

	result_add_milestone(r, "power-on", 0);
	result_add_milestone(r, "dhcp-ack", 1000000000);
	result_add_milestone(r, "config-loaded", 1500000000);
	result_add_milestone(r, "kernel-start", 2000000000);
	result_add_milestone(r, "kernel-done", 3000000000);
	r->wall_ns = 70000000;
	r->virtual_ns = 4000000000;
	r->ns_per_insn = 4;
	r->frames_in = 200;
	r->frames_out = 300;
	r->bytes_loaded = 2000000;
	return r;
}

static const struct {
	const char *name;
	double want; /* 0: there is no value */
	bool more_is_better;
	const char *text;
} rows[] = {
	{ "payload", 4e9, false, "4.00 s" },
	{ "dhcp-ack", 1e9, false, "1.00 s" },
	{ "kernel-start..kernel-done", 1e9, false, "1.00 s" },
	{ "kernel-done..kernel-start", 0, false, NULL }, /* backwards */
	{ "kernel-done..kernel-done", 0, false, NULL },  /* 0 is half of nothing */
	{ "power-on", 0, false, NULL },
	{ "initrd-done", 0, false, NULL }, /* not reached */
	{ "initrd-done..payload", 0, false, NULL },
	{ "wall", 7e7, false, "70.0 ms" },
	{ "frames", 500, false, "500" },
	{ "bytes/s", 1e6, true, "1.0 MB/s" },
	{ "completion", 1, true, "100.0 %" },
	{ "insns-per-frame", 2e6, false, "2000000" },
};

START_TEST(values)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Metric) m = metric_parse(rows[_i].name, &error);
	g_autoptr(Result) r = example();
	g_autoptr(GString) text = g_string_new(NULL);
	double v = -1;

	ck_assert_msg(m, "%s: %s", rows[_i].name, error ? error->message : "");
	ck_assert_str_eq(m->name, rows[_i].name);
	ck_assert_msg(metric_of(m, r, &v) == (rows[_i].want > 0), "%s", rows[_i].name);
	ck_assert_msg(fabs(v - (rows[_i].want > 0 ? rows[_i].want : -1)) < 1e-6, "%s: %g",
		      rows[_i].name, v);
	ck_assert(metric_more_is_better(m) == rows[_i].more_is_better);
	if (rows[_i].text) {
		metric_append(text, m, v);
		ck_assert_str_eq(text->str, rows[_i].text);
	}
}
END_TEST

static const char *const bad_names[] = {
	"",          "..",
	"payload..", "..payload",
	"a..b..c",   "Payload",
	"bytes/m",   "-x",
	"pay load",  "a-name-that-is-longer-than-any-of-ours-may-be",
};

START_TEST(other_names_are_refused)
{
	g_autoptr(GError) error = NULL;

	ck_assert_msg(!metric_parse(bad_names[_i], &error), "\"%s\"", bad_names[_i]);
	ck_assert(g_error_matches(error, METRIC_ERROR, METRIC_ERROR_NAME));
}
END_TEST

/* A boot on the wall clock, and one that has no network. */
START_TEST(what_nobody_counted_has_no_value)
{
	g_autoptr(Result) r = boot_result("c", 1, false, 5);
	g_autoptr(Metric) rate = metric_parse("bytes/s", NULL);
	g_autoptr(Metric) insns = metric_parse("insns-per-frame", NULL);
	double v;

	ck_assert(!metric_of(rate, r, &v));
	ck_assert(!metric_of(insns, r, &v));
	r->ns_per_insn = 4;
	r->virtual_ns = 9;
	ck_assert_msg(!metric_of(insns, r, &v), "no frames");
	r->bytes_loaded = 9;
	result_add_milestone(r, "dhcp-ack", 5);
	ck_assert_msg(!metric_of(rate, r, &v), "nothing loaded");
}
END_TEST

static const struct {
	enum verdict verdict;
	double want; /* below 0: none */
} completion_rows[] = {
	{ VERDICT_PASS, 1 },  { VERDICT_FAIL, 0 },  { VERDICT_ERROR, -1 }, { VERDICT_SKIP, -1 },
	{ VERDICT_XFAIL, 0 }, { VERDICT_XPASS, 1 }, { VERDICT_FLAKY, 1 },
};

START_TEST(completions)
{
	g_autoptr(Metric) m = metric_parse("completion", NULL);
	g_autoptr(Result) r = result_new();
	double v = -1;

	r->verdict = completion_rows[_i].verdict;
	ck_assert_int_eq(metric_of(m, r, &v), completion_rows[_i].want >= 0);
	ck_assert_msg(fabs(v - completion_rows[_i].want) < 1e-9, "%g", v);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("metric");

	suite_add_rows(s, values, N_ROWS(rows));
	suite_add_rows(s, completions, N_ROWS(completion_rows));
	suite_add_rows(s, other_names_are_refused, N_ROWS(bad_names));
	suite_add(s, what_nobody_counted_has_no_value);
	return suite_run(s);
}
