/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/pool: worker processes, played by the shell
 */
#include "harness/pool.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

enum {
	LONG_MS = 60000,
	N_JOBS_MAX = 8,
};

/* A result as a worker prints it. */
#define RESULT(verdict)                                                                            \
	"{\"schema\":1,\"cell\":\"a/b/c/1\",\"client\":\"a\",\"server\":\"b\","                    \
	"\"scenario\":\"c\",\"seed\":1,\"clock\":\"wall\",\"verdict\":\"" verdict "\","            \
	"\"reason\":null,\"wall_ns\":7,\"milestones\":{},\"frames_in\":0,\"frames_out\":0}"
#define PRINT(text) "printf '%s\\n' '" text "'; "

/* Jobs to hand out, and what was heard of them. */
struct lab {
	char *dir;
	struct pool_job jobs[N_JOBS_MAX];
	unsigned n_jobs, next;
	unsigned running, most; /* at once */
	GString *said;          /* "ID:MILESTONE " and "ID=VERDICT " */
	char *reason;           /* of the last job that is done */
	unsigned later;         /* this job and those after it have to wait until later_us */
	gint64 later_us;
	unsigned n_asked;
	int interrupt; /* signal to send to this process at the first progress; 0: none */
};

static Result *blank(const struct pool_job *job)
{
	Result *r = result_new();

	r->cell = g_strdup(job->id);
	return r;
}

static uint64_t on_wait(void *self)
{
	const struct lab *lab = self;
	gint64 us = lab->later_us - g_get_monotonic_time();

	return lab->next >= lab->later && lab->next < lab->n_jobs && us > 0 ? (uint64_t)us * 1000
									    : 0;
}

static struct pool_job *on_next(void *self)
{
	struct lab *lab = self;

	lab->n_asked++;
	if (lab->next == lab->n_jobs || on_wait(lab))
		return NULL;
	lab->running++;
	lab->most = MAX(lab->most, lab->running);
	return &lab->jobs[lab->next++];
}

static void on_progress(void *self, struct pool_job *job, const char *milestone)
{
	struct lab *lab = self;

	g_string_append_printf(lab->said, "%s:%s ", job->id, milestone);
	if (lab->interrupt)
		raise(lab->interrupt);
}

static void on_slow(void *self, struct pool_job *job)
{
	struct lab *lab = self;

	g_string_append_printf(lab->said, "%s~ ", job->id);
}

static void on_done(void *self, struct pool_job *job, Result *result)
{
	struct lab *lab = self;

	lab->running--;
	g_string_append_printf(lab->said, "%s=%s ", job->id, verdict_name(result->verdict));
	g_free(lab->reason);
	lab->reason = g_strdup(result->reason);
}

static void lab_init(struct lab *lab)
{
	*lab = (struct lab){ .dir = temp_folder_new(), .said = g_string_new(NULL) };
}

/* A job whose worker is this script. */
static void lab_add(struct lab *lab, const char *script, unsigned limit_ms)
{
	static const char *const ids[N_JOBS_MAX] = { "0", "1", "2", "3", "4", "5", "6", "7" };
	struct pool_job *job = &lab->jobs[lab->n_jobs];
	const char *argv[] = { "/bin/sh", "-c", script, NULL };

	job->id = (char *)ids[lab->n_jobs++];
	job->argv = g_strdupv((char **)argv);
	job->stderr_path = g_strdup_printf("%s/stderr-%s", lab->dir, job->id);
	job->limit_ns = (uint64_t)limit_ms * 1000 * 1000;
	job->blank = blank;
}

static enum pool_end lab_run_with(struct lab *lab, const struct pool_limits *limits)
{
	struct pool_ops ops = { on_next, on_wait, on_progress, on_slow, on_done, lab };
	enum pool_end end = pool_run(&ops, limits);

	/* Nothing is left: no child of ours, dead or alive. */
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
	return end;
}

static bool lab_run(struct lab *lab, unsigned n_workers)
{
	const struct pool_limits limits = { .n_workers = n_workers };
	enum pool_end end = lab_run_with(lab, &limits);

	ck_assert_int_ne(end, POOL_END_TIME);
	return end == POOL_END_DONE;
}

static void lab_fini(struct lab *lab)
{
	for (unsigned i = 0; i < lab->n_jobs; i++) {
		g_strfreev(lab->jobs[i].argv);
		g_free(lab->jobs[i].stderr_path);
	}
	g_string_free(lab->said, TRUE);
	g_free(lab->reason);
	temp_folder_remove(lab->dir);
}

static const struct {
	const char *what, *script, *said;
	const char *reason; /* a part of it; NULL: none */
} rows[] = {
	{ "a pass", PRINT(RESULT("pass")), "0=pass ", NULL },
	{ "a fail is a result", PRINT(RESULT("fail")), "0=fail ", NULL },
	{ "progress, then a result",
	  PRINT("{\"progress\":\"dhcp-ack\"}") PRINT("{\"progress\":\"payload\"}")
		  PRINT(RESULT("pass")),
	  "0:dhcp-ack 0:payload 0=pass ", NULL },
	{ "the last result counts", PRINT(RESULT("fail")) PRINT(RESULT("pass")), "0=pass ", NULL },
	{ "garbage around a result",
	  PRINT("hello") PRINT("") PRINT("[]") PRINT("5") PRINT("{") PRINT(RESULT("pass")),
	  "0=pass ", NULL },
	{ "progress that is none",
	  PRINT("{\"progress\":5}") PRINT("{\"progress\":null}") PRINT("{\"progress\":{}}")
		  PRINT("{\"progress\":[1]}") PRINT(RESULT("pass")),
	  "0=pass ", NULL },
	{ "a result in pieces",
	  "printf '%s' '{\"schema\":1,'; sleep 0.01; printf '%s\\n' "
	  "'\"cell\":\"a\",\"client\":\"a\",\"server\":\"b\",\"scenario\":\"c\",\"seed\":1,"
	  "\"clock\":\"wall\",\"verdict\":\"pass\",\"wall_ns\":7,\"milestones\":{},"
	  "\"frames_in\":0,\"frames_out\":0}'",
	  "0=pass ", NULL },
	{ "the pipe closed before the end", PRINT(RESULT("pass")) "exec >&-; sleep 0.01", "0=pass ",
	  NULL },

	{ "no result", "exit 0", "0=error ", "status 0 and no result" },
	{ "a bad status", "exit 3", "0=error ", "status 3" },
	{ "a result and a bad status", PRINT(RESULT("pass")) "exit 3", "0=error ", "status 3" },
	{ "a signal", "kill -SEGV $$", "0=error ", "signal 11" },
	{ "a result and a signal", PRINT(RESULT("pass")) "kill -KILL $$", "0=error ", "signal 9" },
	{ "garbage alone", PRINT("hello"), "0=error ", "no result" },
	{ "a result without its fields", PRINT("{\"schema\":1}"), "0=error ", "no result" },
	{ "a verdict that there is not", PRINT(RESULT("maybe")), "0=error ", "no result" },
	{ "a good result, then a broken one", PRINT(RESULT("pass")) PRINT("{}"), "0=error ",
	  "no result" },
	{ "a result without the end of its line", "printf '%s' '" RESULT("pass") "'", "0=error ",
	  "no result" },
};

START_TEST(one_worker)
{
	struct lab lab;

	lab_init(&lab);
	lab_add(&lab, rows[_i].script, LONG_MS);
	ck_assert(lab_run(&lab, 1));
	ck_assert_msg(g_str_equal(lab.said->str, rows[_i].said), "%s: %s", rows[_i].what,
		      lab.said->str);
	if (rows[_i].reason)
		ck_assert_msg(lab.reason && strstr(lab.reason, rows[_i].reason), "%s: %s",
			      rows[_i].what, lab.reason);
	else
		ck_assert_msg(!lab.reason, "%s: %s", rows[_i].what, lab.reason);
	lab_fini(&lab);
}
END_TEST

static const struct {
	const char *what, *script;
} slow_rows[] = {
	{ "a worker that hangs", "sleep 60" },
	{ "one that said its result", PRINT(RESULT("pass")) "sleep 60" },
	{ "one that ignores signals", "trap '' TERM INT HUP; sleep 60" },
	{ "one that closed its pipe", "exec >&-; sleep 60" },
	{ "one whose child holds the pipe", "sleep 60 & exit 0" },
	{ "one whose child left the group", "setsid sleep 3 & sleep 60" },
	{ "one that ended, and its child left the group",
	  "setsid sleep 3 & sleep 0.02; " PRINT(RESULT("pass")) "exit 0" },
};

START_TEST(a_worker_over_its_limit)
{
	struct timespec before, after;
	struct lab lab;
	double s;

	lab_init(&lab);
	lab_add(&lab, slow_rows[_i].script, 60);
	clock_gettime(CLOCK_MONOTONIC, &before);
	ck_assert(lab_run(&lab, 1));
	clock_gettime(CLOCK_MONOTONIC, &after);
	s = (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9;
	ck_assert_msg(s < 2.5, "%s: took %.1f s", slow_rows[_i].what, s);
	ck_assert_msg(g_str_equal(lab.said->str, "0=error "), "%s: %s", slow_rows[_i].what,
		      lab.said->str);
	lab_fini(&lab);
}
END_TEST

START_TEST(standard_error_goes_to_its_file)
{
	struct lab lab;
	g_autofree char *text = NULL;

	lab_init(&lab);
	lab_add(&lab, "echo complaint >&2; exit 1", LONG_MS);
	ck_assert(lab_run(&lab, 1));
	text = text_file_get(lab.dir, "stderr-0");
	ck_assert_str_eq(text, "complaint\n");
	lab_fini(&lab);
}
END_TEST

START_TEST(a_worker_leads_a_group_of_its_own)
{
	struct lab lab;
	g_autofree char *text = NULL;
	int group = 0, parent = 0, pid = 0;

	lab_init(&lab);
	lab_add(&lab, "cut -d' ' -f1,4,5 /proc/self/stat >&2; echo $$ >&2", LONG_MS);
	ck_assert(lab_run(&lab, 1));
	text = text_file_get(lab.dir, "stderr-0");
	ck_assert_int_eq(sscanf(text, "%*d %d %d %d", &parent, &group, &pid), 3);
	ck_assert_int_eq(group, pid);
	ck_assert_int_eq(parent, pid);
	lab_fini(&lab);
}
END_TEST

START_TEST(so_many_at_a_time)
{
	struct lab lab;

	lab_init(&lab);
	for (int i = 0; i < 7; i++)
		lab_add(&lab, PRINT(RESULT("pass")), LONG_MS);
	ck_assert(lab_run(&lab, 3));
	ck_assert_uint_eq(lab.most, 3);
	ck_assert_uint_eq(lab.running, 0);
	for (int i = 0; i < 7; i++) {
		g_autofree char *done = g_strdup_printf("%d=pass ", i);

		ck_assert_ptr_nonnull(strstr(lab.said->str, done));
	}
	lab_fini(&lab);
}
END_TEST

START_TEST(one_bad_worker_spoils_no_other)
{
	struct lab lab;

	lab_init(&lab);
	lab_add(&lab, "kill -ABRT $$", LONG_MS);
	lab_add(&lab, PRINT(RESULT("pass")), LONG_MS);
	ck_assert(lab_run(&lab, 1));
	ck_assert_str_eq(lab.said->str, "0=error 1=pass ");
	lab_fini(&lab);
}
END_TEST

START_TEST(nothing_to_do)
{
	struct lab lab;

	lab_init(&lab);
	ck_assert(lab_run(&lab, 4));
	ck_assert_str_eq(lab.said->str, "");
	lab_fini(&lab);
}
END_TEST

START_TEST(a_worker_that_cannot_be_started)
{
	struct lab lab;

	lab_init(&lab);
	lab_add(&lab, "", LONG_MS);
	lab_add(&lab, PRINT(RESULT("pass")), LONG_MS);
	g_free(lab.jobs[0].argv[0]);
	lab.jobs[0].argv[0] = g_strdup("/nonexistent/worker");
	ck_assert(lab_run(&lab, 1));
	ck_assert_str_eq(lab.said->str, "0=error 1=pass ");
	lab_fini(&lab);
}
END_TEST

START_TEST(nobody_can_be_started)
{
	struct lab lab;

	lab_init(&lab);
	lab_add(&lab, "", LONG_MS);
	g_free(lab.jobs[0].argv[0]);
	lab.jobs[0].argv[0] = g_strdup("/nonexistent/worker");
	ck_assert(lab_run(&lab, 2));
	ck_assert_str_eq(lab.said->str, "0=error ");
	ck_assert_ptr_nonnull(strstr(lab.reason, "could not be started"));
	lab_fini(&lab);
}
END_TEST

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

START_TEST(an_interrupt_ends_everything)
{
	struct lab lab;

	lab_init(&lab);
	lab_add(&lab, "sleep 60", LONG_MS);
	lab_add(&lab, PRINT("{\"progress\":\"x\"}") "sleep 60 & sleep 60", LONG_MS);
	lab_add(&lab, PRINT(RESULT("pass")), LONG_MS);
	lab.interrupt = signals[_i];
	ck_assert(!lab_run(&lab, 2));
	ck_assert_str_eq(lab.said->str, "1:x "); /* no result, and the third one never began */
	ck_assert_uint_eq(lab.next, 2);
	lab_fini(&lab);
}
END_TEST

START_TEST(an_interrupt_does_not_wait_for_who_left_the_group)
{
	struct lab lab;

	lab_init(&lab);
	lab_add(&lab, "setsid sleep 1 & " PRINT("{\"progress\":\"x\"}") "sleep 60", LONG_MS);
	lab.interrupt = SIGINT;
	ck_assert(!lab_run(&lab, 1));
	lab_fini(&lab);
}
END_TEST

/* The second one needs what the first one has; the third would fit, but is not its turn. */
START_TEST(memory_is_waited_for)
{
	const struct pool_limits limits = { .n_workers = 3, .memory_mib = 100 };
	struct lab lab;

	lab_init(&lab);
	lab_add(&lab, PRINT("{\"progress\":\"a\"}") "sleep 0.1; " PRINT(RESULT("pass")), LONG_MS);
	lab_add(&lab, PRINT("{\"progress\":\"b\"}") PRINT(RESULT("pass")), LONG_MS);
	lab_add(&lab, PRINT("{\"progress\":\"c\"}") "sleep 0.1; " PRINT(RESULT("pass")), LONG_MS);
	lab.jobs[0].memory_mib = 60;
	lab.jobs[1].memory_mib = 50;
	lab.jobs[2].memory_mib = 10;
	ck_assert_int_eq(lab_run_with(&lab, &limits), POOL_END_DONE);
	ck_assert_msg(g_str_has_prefix(lab.said->str, "0:a 0=pass "), "%s", lab.said->str);
	ck_assert_ptr_nonnull(strstr(lab.said->str, "1=pass "));
	ck_assert_ptr_nonnull(strstr(lab.said->str, "2=pass "));
	lab_fini(&lab);
}
END_TEST

/* The second one ends only when the third one runs beside it, in what the first one has left. */
START_TEST(memory_is_given_back)
{
	const struct pool_limits limits = { .n_workers = 2, .memory_mib = 100 };
	g_autofree char *waits = NULL, *comes = NULL;
	struct lab lab;

	lab_init(&lab);
	waits = g_strconcat("while [ ! -e ", lab.dir, "/here ]; do sleep 0.01; done; rm ", lab.dir,
			    "/here; " PRINT(RESULT("pass")), NULL);
	comes = g_strconcat(": > ", lab.dir, "/here; " PRINT(RESULT("pass")), NULL);
	lab_add(&lab, PRINT(RESULT("pass")), LONG_MS);
	lab_add(&lab, waits, 5000);
	lab_add(&lab, comes, 5000);
	lab.jobs[0].memory_mib = lab.jobs[1].memory_mib = 60;
	lab.jobs[2].memory_mib = 40;
	ck_assert_int_eq(lab_run_with(&lab, &limits), POOL_END_DONE);
	ck_assert_ptr_nonnull(strstr(lab.said->str, "1=pass "));
	ck_assert_ptr_nonnull(strstr(lab.said->str, "2=pass "));
	lab_fini(&lab);
}
END_TEST

START_TEST(one_alone_may_take_more_memory_than_there_is)
{
	const struct pool_limits limits = { .n_workers = 2, .memory_mib = 100 };
	struct lab lab;

	lab_init(&lab);
	for (unsigned i = 0; i < 3; i++) {
		lab_add(&lab, PRINT(RESULT("pass")), LONG_MS);
		lab.jobs[i].memory_mib = 101;
	}
	ck_assert_int_eq(lab_run_with(&lab, &limits), POOL_END_DONE);
	ck_assert_str_eq(lab.said->str, "0=pass 1=pass 2=pass ");
	lab_fini(&lab);
}
END_TEST

START_TEST(a_run_has_a_limit)
{
	const struct pool_limits limits = { .n_workers = 1, .run_ns = 50 * 1000 * 1000 };
	struct lab lab;

	lab_init(&lab);
	lab_add(&lab, "sleep 60", LONG_MS);
	lab_add(&lab, PRINT(RESULT("pass")), LONG_MS);
	ck_assert_int_eq(lab_run_with(&lab, &limits), POOL_END_TIME);
	ck_assert_str_eq(lab.said->str, "");
	lab_fini(&lab);
}
END_TEST

/* The first one is not kept from running, nor the third from being next to the second. */
START_TEST(a_job_that_comes_later)
{
	struct lab lab;

	lab_init(&lab);
	for (int i = 0; i < 3; i++)
		lab_add(&lab, PRINT(RESULT("pass")), LONG_MS);
	lab.later = 1;
	lab.later_us = g_get_monotonic_time() + 200 * 1000;
	ck_assert(lab_run(&lab, 2));
	ck_assert_int_ge(g_get_monotonic_time(), lab.later_us);
	ck_assert(g_str_has_prefix(lab.said->str, "0=pass "));
	ck_assert_uint_eq(lab.next, 3);
	ck_assert_uint_lt(lab.n_asked, 12); /* not again and again */
	lab_fini(&lab);
}
END_TEST

START_TEST(nobody_waits_for_a_job_that_comes_too_late)
{
	const struct pool_limits limits = { .n_workers = 2, .run_ns = 50 * 1000 * 1000 };
	struct lab lab;

	lab_init(&lab);
	lab_add(&lab, PRINT(RESULT("pass")), LONG_MS);
	lab.later_us = g_get_monotonic_time() + 60 * 1000 * 1000;
	ck_assert_int_eq(lab_run_with(&lab, &limits), POOL_END_TIME);
	ck_assert_str_eq(lab.said->str, "");
	lab_fini(&lab);
}
END_TEST

START_TEST(slow_ones_are_told)
{
	struct lab lab;

	lab_init(&lab);
	lab_add(&lab, "sleep 0.2; " PRINT(RESULT("pass")), LONG_MS);
	lab_add(&lab, PRINT(RESULT("pass")), LONG_MS);
	lab.jobs[0].slow_ns = 10 * 1000 * 1000;
	lab.jobs[1].slow_ns = (uint64_t)LONG_MS * 1000 * 1000;
	ck_assert(lab_run(&lab, 1));
	ck_assert_str_eq(lab.said->str, "0~ 0=pass 1=pass ");
	lab_fini(&lab);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pool");

	/* JSON of the wrong shape must not even make json-glib complain. */
	g_log_set_always_fatal(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
	suite_add_rows(s, one_worker, N_ROWS(rows));
	suite_add_rows(s, a_worker_over_its_limit, N_ROWS(slow_rows));
	suite_add(s, standard_error_goes_to_its_file);
	suite_add(s, a_worker_leads_a_group_of_its_own);
	suite_add(s, so_many_at_a_time);
	suite_add(s, one_bad_worker_spoils_no_other);
	suite_add(s, nothing_to_do);
	suite_add(s, a_worker_that_cannot_be_started);
	suite_add(s, nobody_can_be_started);
	suite_add_rows(s, an_interrupt_ends_everything, N_ROWS(signals));
	suite_add(s, an_interrupt_does_not_wait_for_who_left_the_group);
	suite_add(s, memory_is_waited_for);
	suite_add(s, memory_is_given_back);
	suite_add(s, one_alone_may_take_more_memory_than_there_is);
	suite_add(s, a_run_has_a_limit);
	suite_add(s, a_job_that_comes_later);
	suite_add(s, nobody_waits_for_a_job_that_comes_too_late);
	suite_add(s, slow_ones_are_told);
	return suite_run(s);
}
