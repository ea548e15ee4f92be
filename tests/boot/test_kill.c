/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whatever is killed, whenever: nothing is left behind, and what is written is whole
 *
 * Moments are events (a number of results, a process that is there), and some microseconds after
 * them, the same in each run of the tests.
 */
#define _GNU_SOURCE /* ppoll() */
#include <libxml/parser.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reports/result.h"
#include "tests/boot/lab.h"
#include "tests/support/suite.h"

#define LIBNET "client=libnet-7.2"
#define BUILTIN "server=builtin"
#define PROBE "scenario=boot/probe"

/* Half a minute of waiting is enough in one of the modes. */
#ifdef __SANITIZE_ADDRESS__
#define N_PATIENT 0
#else
#define N_PATIENT 1
#endif

enum {
	N_MOMENTS = 28,
	LINES_MAX = 4,           /* results before a kill */
	OFFSET_MAX_US = 60000,   /* as long as one boot */
	OFFSET_RUNS_US = 200000, /* after which a guest runs, most likely */
	N_CELLS = 200,           /* of a run that is killed: more than it gets to */
};

/* What there is of results.jsonl: NULL if it was not even begun. Each line of it is a result. */
static GPtrArray *whole_results(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	GPtrArray *results;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return NULL;
	ck_assert_msg(!len || text[len - 1] == '\n', "a line is cut: %s", text);
	results = results_load(path, &error);
	ck_assert_msg(results, "%s", error ? error->message : "");
	return results;
}

static unsigned offset_us(unsigned moment)
{
	unsigned v = moment * 2654435761u;

	return moment % 4 ? v % OFFSET_MAX_US : 0;
}

static void let_pass_us(unsigned us)
{
	struct timespec t = { .tv_nsec = (long)us * 1000 };

	ppoll(NULL, 0, &t, NULL);
}

static Job *start_long_run(const char *dir, const char *server)
{
	return job_start(NULL,
			 (const char *const[]){ "run", LIBNET, server, PROBE, "--repeat", "200",
						"-j", "2", "--json", "--out", dir, NULL });
}

static void read_lines(Job *j, unsigned n)
{
	while (n--) {
		g_autoptr(Result) r = result_from_json(job_line(j), NULL);

		ck_assert_msg(r && r->verdict == VERDICT_PASS, "%s", r ? r->reason : "no result");
	}
}

START_TEST(nothing_is_left_of_a_killed_run)
{
	unsigned n_lines = (unsigned)_i % (LINES_MAX + 1);
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j = start_long_run(dir, _i % 3 ? BUILTIN : "server=slirp");
	g_autoptr(GPtrArray) results = NULL;

	read_lines(j, n_lines);
	let_pass_us(offset_us((unsigned)_i));
	job_kill(j, SIGKILL);
	assert_gone(j);
	ck_assert_int_eq(job_wait(j), 256 + SIGKILL);
	results = whole_results(dir);
	ck_assert_uint_ge(results ? results->len : 0, n_lines);
}
END_TEST

static unsigned n_testcases(const xmlNode *node)
{
	unsigned n = 0;

	for (const xmlNode *c = node->children; c; c = c->next)
		n += n_testcases(c) + g_str_equal((const char *)c->name, "testcase");
	return n;
}

static const int interrupts[] = { SIGINT, SIGTERM, SIGHUP };

START_TEST(an_interrupted_run_reports_what_it_has)
{
	g_autofree char *dir = lab_path("run"), *path = NULL;
	g_autoptr(Job) j = start_long_run(dir, BUILTIN);
	g_autoptr(GPtrArray) results = NULL;
	xmlDoc *doc;

	read_lines(j, 3);
	job_kill(j, interrupts[_i]);
	job_wait(j);
	assert_gone(j);
	assert_exit(j, 3);
	assert_says(j, "interrupted after ");
	assert_says(j, " of 200 cells");
	results = whole_results(dir);
	ck_assert_uint_ge(results->len, 3);
	ck_assert_uint_lt(results->len, N_CELLS);
	path = g_build_filename(dir, "junit.xml", NULL);
	doc = xmlReadFile(path, NULL, XML_PARSE_NONET);
	ck_assert_ptr_nonnull(doc);
	ck_assert_uint_eq(n_testcases(xmlDocGetRootElement(doc)), results->len);
	xmlFreeDoc(doc);
	xmlCleanupParser();
}
END_TEST

/* --- one of several cells ----------------------------------------------------------------------
 */

/*
 * Cells that wait for a DHCP server that there is not, for longer than any test; the machine's
 * memory is in QEMU's command line, to know it by. %u: memory; the cell's limit in milliseconds.
 */
#define SILENT                                                                                     \
	"[scenario]\nsummary = silence\nclock = wall\nrequires = dhcp-4;server-control\n"          \
	"[server.dhcp]\nenabled = false\n[machine]\nmemory_mib = %u\n"                             \
	"[deadline]\ndhcp_ms = 600000\ncell_ms = %u\n"

/* Start it with such scenarios, "my/NAME", beside some that pass. */
static Job *start_mixed(const char *dir, const char *path, const char *n_workers)
{
	g_autofree char *env = g_strconcat("IPLAB_PATH=", path, NULL);
	const struct job_options o = { .env = (const char *const[]){ env, NULL } };

	return job_start(&o,
			 (const char *const[]){ "run", LIBNET, BUILTIN,
						"scenario=my/*,boot/probe,tftp/exact-multiple",
						"-j", n_workers, "--json", "--out", dir, NULL });
}

static void add_silent(const char *path, const char *name, unsigned memory_mib, unsigned cell_ms)
{
	g_autofree char *text = g_strdup_printf(SILENT, memory_mib, cell_ms);
	g_autofree char *dir = g_build_filename(path, "scenarios", "my", NULL);
	g_autofree char *file = g_strdup_printf("%s/%s.ini", dir, name);

	ck_assert_int_eq(g_mkdir_with_parents(dir, 0755), 0);
	ck_assert(g_file_set_contents(file, text, -1, NULL));
}

/* The worker of a cell; its QEMU must be there, or a child that becomes it looks the same. */
static pid_t find_worker(const Job *j, const char *scenario, const char *memory)
{
	job_find(j, "qemu-system", memory);
	return job_find(j, " worker ", scenario);
}

/* The verdict on the silent cell, with that in its reason; the other cells pass. */
static void check_mixed(const char *dir, const char *scenario, const char *reason)
{
	g_autoptr(GPtrArray) results = whole_results(dir);
	bool found = false;

	ck_assert_ptr_nonnull(results);
	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		if (g_str_equal(r->scenario, scenario)) {
			found = true;
			ck_assert_msg(r->verdict == VERDICT_ERROR, "%s: %s: %s", scenario,
				      verdict_name(r->verdict), r->reason);
			ck_assert_msg(strstr(r->reason, reason), "%s: %s", scenario, r->reason);
		} else if (!g_str_has_prefix(r->scenario, "my/")) {
			ck_assert_msg(r->verdict == VERDICT_PASS, "%s: %s", r->cell, r->reason);
		}
	}
	ck_assert_msg(found, "no result of %s", scenario);
}

/*
 * The same with a worker and a QEMU that are seen to be there, and would stay: nothing comes that
 * would end them, and the worker has nothing to say to a pipe that is broken.
 */
START_TEST(a_cell_that_waits_is_gone_as_well)
{
	g_autofree char *path = lab_path("own"), *dir = lab_path("run");
	g_autoptr(Job) j = NULL;
	g_autoptr(GPtrArray) results = NULL;

	add_silent(path, "silent", 300, 600000);
	j = start_mixed(dir, path, "2");
	find_worker(j, " my/silent ", " -m 300M ");
	let_pass_us((unsigned)_i * OFFSET_RUNS_US);
	ck_assert_uint_ge(job_n_processes(j), 3);
	job_kill(j, SIGKILL);
	assert_gone(j);
	ck_assert_int_eq(job_wait(j), 256 + SIGKILL);
	results = whole_results(dir);
	ck_assert_ptr_nonnull(results);
}
END_TEST

static const struct {
	const char *what;
	bool qemu; /* it is killed, else the worker */
	int signo;
	unsigned after_us; /* since it was found */
	const char *reason;
} victims[] = {
	{ "a worker", false, SIGKILL, 0, "worker was ended by signal 9" },
	{ "a worker that aborts", false, SIGABRT, OFFSET_RUNS_US, "worker was ended by signal 6" },
	{ "a QEMU that starts", true, SIGKILL, 0, "QEMU was ended by signal 9" },
	{ "a QEMU", true, SIGKILL, OFFSET_RUNS_US, "QEMU was ended by signal 9" },
	{ "a QEMU that crashes", true, SIGSEGV, OFFSET_RUNS_US, "QEMU was ended by signal 11" },
	{ "a QEMU that somebody ends politely", true, SIGTERM, OFFSET_RUNS_US, "QEMU" },
};

START_TEST(a_death_is_the_error_of_one_cell)
{
	g_autofree char *path = lab_path("own"), *dir = lab_path("run");
	g_autoptr(Job) j = NULL;
	pid_t pid;

	add_silent(path, "silent", 300, 600000);
	j = start_mixed(dir, path, "2");
	pid = victims[_i].qemu ? job_find(j, "qemu-system", " -m 300M ")
			       : find_worker(j, " my/silent ", " -m 300M ");
	let_pass_us(victims[_i].after_us);
	ck_assert_int_eq(kill(pid, victims[_i].signo), 0);
	job_wait(j);
	assert_gone(j);
	assert_exit(j, 3);
	check_mixed(dir, "my/silent", victims[_i].reason);
}
END_TEST

/* Three cells at once, two of which stop for ever: each ends at its limit, the worker's last. */
START_TEST(what_hangs_ends_at_its_limit)
{
	g_autofree char *path = lab_path("own"), *dir = lab_path("run");
	g_autoptr(Job) j = NULL;
	pid_t qemu, worker;

	add_silent(path, "qemu", 300, 2000);
	add_silent(path, "worker", 301, 2000);
	j = start_mixed(dir, path, "3");
	qemu = job_find(j, "qemu-system", " -m 300M ");
	worker = find_worker(j, " my/worker ", " -m 301M ");
	let_pass_us(OFFSET_RUNS_US);
	ck_assert_int_eq(kill(qemu, SIGSTOP), 0);
	ck_assert_int_eq(kill(worker, SIGSTOP), 0);
	job_wait(j);
	assert_gone(j);
	assert_exit(j, 3);
	check_mixed(dir, "my/worker", "did not end in time");
	check_mixed(dir, "my/qemu", "QEMU");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kill");

	lab_add_rows(s, nothing_is_left_of_a_killed_run, N_MOMENTS);
	lab_add_rows(s, a_cell_that_waits_is_gone_as_well, 3);
	lab_add_rows(s, an_interrupted_run_reports_what_it_has, N_ROWS(interrupts));
	lab_add_rows(s, a_death_is_the_error_of_one_cell, N_ROWS(victims));
	lab_add_rows(s, what_hangs_ends_at_its_limit, N_PATIENT);
	return lab_main(s);
}
