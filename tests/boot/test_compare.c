/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab compare` with a real QEMU: in pairs, until it is enough, and over stored runs
 */
#include <string.h>

#include "reports/result.h"
#include "tests/boot/lab.h"
#include "tests/support/suite.h"

#define PROBE "--scenario", "boot/probe"

static GPtrArray *load_results(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	GPtrArray *results = results_load(path, NULL);

	ck_assert_ptr_nonnull(results);
	return results;
}

/* Nothing is left to chance: ten pairs, and no estimate. */
START_TEST(the_virtual_clock_is_exact)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j = job_of("compare", "libnet-7.2", "lwip", PROBE, "-j1", "--out", dir,
				  "--fail-if-slower", "2%");
	g_autoptr(GPtrArray) results = NULL;

	assert_exit(j, 0);
	assert_says(j, "libnet-7.2 needs ");
	assert_says(j, " times the time to payload of lwip, exactly, in each of 10 pairs.");
	results = load_results(dir);
	ck_assert_uint_eq(results->len, 20);
	ck_assert_str_eq(((Result *)results->pdata[0])->cell, "libnet-7.2/builtin/boot/probe/1");
	ck_assert_str_eq(((Result *)results->pdata[1])->cell, "lwip/builtin/boot/probe/1");
	ck_assert_str_eq(((Result *)results->pdata[2])->cell, "lwip/builtin/boot/probe/2");
}
END_TEST

START_TEST(slower_is_an_exit_status)
{
	g_autofree char *a = lab_path("a"), *b = lab_path("b"), *c = lab_path("c");
	g_autoptr(Job) clients = job_of("compare", "lwip", "lwip-matched", PROBE, "--out", a,
					"--fail-if-slower", "2%");
	g_autoptr(Job) run = NULL, faster = NULL, far = NULL;

	assert_exit(clients, 1);
	run = job_of("run", "client=lwip", "server=builtin", "scenario=boot/probe", "--out", b);
	assert_exit(run, 0);
	faster = job_of("compare", a, b, "--fail-if-slower", "0");
	assert_exit(faster, 0);
	assert_says(faster, "have the same time to payload, exactly, in 1 pair.");
	far = job_of("compare", "lwip", "lwip-matched", PROBE, "--pairs", "1", "--out", c,
		     "--fail-if-slower", "900%");
	assert_exit(far, 0);
}
END_TEST

static const struct {
	const char *args[5], *says;
	int code;
} bad_rows[] = {
	{ { "lwip", "lwip", PROBE }, "needs two different clients", 2 },
	{ { "lwip", "direct", PROBE }, "no scenario fits that both clients can boot", 2 },
	{ { "lwip", "lwpi", PROBE }, "nothing is named \"lwpi\"", 2 },
	{ { "lwip", "linux" }, "say which scenarios", 2 },
	{ { "lwip", "linux", "--metric", "Payload" }, "is no metric", 2 },
	{ { "lwip", "linux", "--precision", "2x" }, "--precision is \"2x\"", 2 },
	{ { "lwip", "linux", "--fail-if-slower", "-1" }, "--fail-if-slower is \"-1\"", 2 },
};

START_TEST(what_cannot_be_compared_is_said)
{
	const char *const *a = bad_rows[_i].args;
	g_autoptr(Job) j = job_of("compare", a[0], a[1], a[2], a[3], a[4]);

	assert_exit(j, bad_rows[_i].code);
	assert_says(j, bad_rows[_i].says);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("compare");

	lab_add(s, the_virtual_clock_is_exact);
	lab_add(s, slower_is_an_exit_status);
	lab_add_rows(s, what_cannot_be_compared_is_said, N_ROWS(bad_rows));
	return lab_main(s);
}
