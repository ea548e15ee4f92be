/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the boot tests share: iplab as a person starts it, and a look at what it leaves
 */
#define _GNU_SOURCE /* environ */
#include "tests/boot/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/tree.h"

#define MARK_NAME "IPLAB_TEST_MARK"

enum {
	LOOK_AGAIN_MS = 5, /* for what announces itself by no event */
};

struct Job {
	pid_t pid;
	int pidfd, out_fd;
	char *mark, *err_path;
	GString *out, *line;
	char *err;
	int status;
	bool waited;
	gint64 killed_ms; /* 0: it was not */
};

static char *base;       /* of all folders of this program */
static pid_t program;    /* that runs the tests, each in a child */
static unsigned n_names; /* that this test made */

static gint64 now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

const char *lab_iplab(void)
{
	const char *path = getenv("IPLAB");

	ck_assert_msg(path && g_path_is_absolute(path), "IPLAB is no absolute path");
	return path;
}

char *lab_path(const char *name)
{
	g_autofree char *folder = g_strdup_printf("%s/%d-%u", base, (int)getpid(), n_names++);

	ck_assert_int_eq(g_mkdir_with_parents(folder, 0755), 0);
	return g_build_filename(folder, name, NULL);
}

char *lab_file(const char *name, const char *text)
{
	char *path = lab_path(name);
	g_autofree char *parent = g_path_get_dirname(path);

	ck_assert_int_eq(g_mkdir_with_parents(parent, 0755), 0);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
	return path;
}

/* --- processes -------------------------------------------------------------------------------- */

static char *read_proc(pid_t pid, const char *name, gsize *len)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/%s", (int)pid, name);
	char *text = NULL;

	return g_file_get_contents(path, &text, len, NULL) ? text : NULL;
}

/* Whether it runs and has this mark, or one that begins so. */
static bool has_mark(pid_t pid, const char *mark, bool begins)
{
	g_autofree char *want = g_strdup_printf(MARK_NAME "=%s", mark);
	gsize len = 0;
	g_autofree char *env = read_proc(pid, "environ", &len);

	for (gsize at = 0; env && at < len; at += strlen(env + at) + 1)
		if (begins ? g_str_has_prefix(env + at, want) : g_str_equal(env + at, want))
			return true;
	return false;
}

/* All processes with such a mark: array of pid_t. One that has ended has no environment. */
static GArray *find_marked(const char *mark, bool begins)
{
	GArray *pids = g_array_new(FALSE, FALSE, sizeof(pid_t));
	g_autoptr(GDir) dir = g_dir_open("/proc", 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		pid_t pid = (pid_t)atoi(name);

		if (pid > 0 && has_mark(pid, mark, begins))
			g_array_append_val(pids, pid);
	}
	return pids;
}

static char *command_line(pid_t pid)
{
	gsize len = 0;
	char *text = read_proc(pid, "cmdline", &len);

	for (gsize i = 0; i + 1 < len; i++)
		if (!text[i])
			text[i] = ' ';
	return text ? text : g_strdup("");
}

unsigned job_n_processes(const Job *j)
{
	g_autoptr(GArray) pids = find_marked(j->mark, false);

	return pids->len;
}

static pid_t find_now(const Job *j, const char *a, const char *b)
{
	g_autoptr(GArray) pids = find_marked(j->mark, false);

	for (guint i = 0; i < pids->len; i++) {
		pid_t pid = g_array_index(pids, pid_t, i);
		g_autofree char *line = command_line(pid);

		if (strstr(line, a) && strstr(line, b))
			return pid;
	}
	return 0;
}

pid_t job_find(const Job *j, const char *a, const char *b)
{
	gint64 end = now_ms() + LAB_WAIT_MS;
	struct pollfd p = { .fd = j->pidfd, .events = POLLIN };
	pid_t pid;

	while (!(pid = find_now(j, a, b))) {
		ck_assert_msg(now_ms() < end, "no process with %s and %s came", a, b);
		ck_assert_msg(poll(&p, 1, LOOK_AGAIN_MS) <= 0,
			      "it ended before a process with %s and %s came", a, b);
	}
	return pid;
}

/* Wait until it has ended; false: it has not. */
static bool wait_for_end(pid_t pid, gint64 end_ms)
{
	struct pollfd p = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };
	bool ended;

	if (p.fd < 0)
		return errno == ESRCH;
	ended = poll(&p, 1, (int)MAX(end_ms - now_ms(), 0)) == 1;
	close(p.fd);
	return ended;
}

void assert_gone(const Job *j)
{
	gint64 end = (j->killed_ms ? j->killed_ms : now_ms()) + LAB_GONE_MS;
	g_autoptr(GArray) pids = find_marked(j->mark, false);

	while (pids->len) {
		pid_t pid = g_array_index(pids, pid_t, 0);
		g_autofree char *line = command_line(pid);

		ck_assert_msg(wait_for_end(pid, end), "%d is left after %d ms: %s", (int)pid,
			      LAB_GONE_MS, line);
		g_array_unref(pids);
		pids = find_marked(j->mark, false);
	}
}

/* --- programs --------------------------------------------------------------------------------- */

/* A test that fails takes what it started with it; what crashes leaves no core file. */
static void on_child_setup(gpointer parent)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != GPOINTER_TO_INT(parent))
		_exit(127);
}

/* By which a CI engine says which shard and night this is: of the tests, and not of what they run.
 */
static const char *const engine_variables[] = {
	"CI_NODE_INDEX",       "CI_NODE_TOTAL",          "CIRCLE_NODE_INDEX",
	"CIRCLE_NODE_TOTAL",   "BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT",
	"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "JOB_COMPLETION_INDEX",
	"IPLAB_SHARD_TOTAL",   "TEST_SHARD_INDEX",       "TEST_TOTAL_SHARDS",
	"IPLAB_NIGHT",
};

static char **make_env(const struct job_options *o, const char *mark)
{
	char **env = g_environ_setenv(g_get_environ(), MARK_NAME, mark, TRUE);

	for (size_t i = 0; i < G_N_ELEMENTS(engine_variables); i++)
		env = g_environ_unsetenv(env, engine_variables[i]);
	for (const char *const *e = o->env; e && *e; e++) {
		g_auto(GStrv) pair = g_strsplit(*e, "=", 2);

		env = g_environ_setenv(env, pair[0], pair[1], TRUE);
	}
	return env;
}

Job *job_start(const struct job_options *options, const char *const *argv)
{
	static const struct job_options none;
	const struct job_options *o = options ? options : &none;
	Job *j = g_new0(Job, 1);
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_auto(GStrv) env = NULL;
	g_autoptr(GError) error = NULL;
	int err_fd;
	bool ok;

	j->mark = g_strdup_printf("%d.%d.%u", (int)program, (int)getpid(), n_names);
	j->err_path = lab_path("stderr.txt");
	j->out = g_string_new(NULL);
	j->line = g_string_new(NULL);
	env = make_env(o, j->mark);
	g_ptr_array_add(words, (char *)(o->program ? o->program : lab_iplab()));
	for (; *argv; argv++)
		g_ptr_array_add(words, (char *)*argv);
	g_ptr_array_add(words, NULL);

	err_fd = open(j->err_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	ck_assert_int_ge(err_fd, 0);
	ok = g_spawn_async_with_pipes_and_fds(
		o->cwd, (const char *const *)words->pdata, (const char *const *)env,
		G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, on_child_setup,
		GINT_TO_POINTER((int)getpid()), -1, -1, err_fd, &o->fd, &(int){ 3 }, o->fd ? 1 : 0,
		&j->pid, NULL, &j->out_fd, NULL, &error);
	ck_assert_msg(ok, "%s: %s", (char *)words->pdata[0], error ? error->message : "");
	close(err_fd);
	j->pidfd = (int)syscall(SYS_pidfd_open, j->pid, 0);
	ck_assert_int_ge(j->pidfd, 0);
	return j;
}

pid_t job_pid(const Job *j)
{
	return j->pid;
}

void job_kill(Job *j, int signo)
{
	j->killed_ms = now_ms();
	ck_assert_int_eq(kill(j->pid, signo), 0);
}

/* Read more of its standard output; false: that was all. */
static bool read_more(Job *j)
{
	struct pollfd p = { .fd = j->out_fd, .events = POLLIN };
	char buf[4096];
	ssize_t n;

	ck_assert_msg(poll(&p, 1, LAB_WAIT_MS) == 1, "it said nothing for %d s",
		      LAB_WAIT_MS / 1000);
	n = read(j->out_fd, buf, sizeof(buf));
	ck_assert_int_ge(n, 0);
	g_string_append_len(j->out, buf, n);
	return n > 0;
}

const char *job_line(Job *j)
{
	char *end;

	while (!(end = strchr(j->out->str, '\n')))
		if (!read_more(j))
			return NULL;
	g_string_truncate(j->line, 0);
	g_string_append_len(j->line, j->out->str, end - j->out->str);
	g_string_erase(j->out, 0, end + 1 - j->out->str);
	return j->line->str;
}

int job_wait(Job *j)
{
	int status;

	while (read_more(j))
		;
	ck_assert_msg(wait_for_end(j->pid, now_ms() + LAB_WAIT_MS), "it did not end");
	ck_assert_int_eq(waitpid(j->pid, &status, 0), j->pid);
	j->status = WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
	j->waited = true;
	ck_assert(g_file_get_contents(j->err_path, &j->err, NULL, NULL));
	return j->status;
}

int job_status(const Job *j)
{
	return j->status;
}

const char *job_out(const Job *j)
{
	return j->out->str;
}

const char *job_err(const Job *j)
{
	return j->err;
}

void job_free(Job *j)
{
	if (!j)
		return;
	ck_assert_msg(j->waited, "nobody waited for it");
	close(j->pidfd);
	close(j->out_fd);
	g_string_free(j->out, TRUE);
	g_string_free(j->line, TRUE);
	g_free(j->mark);
	g_free(j->err_path);
	g_free(j->err);
	g_free(j);
}

Job *job_run(const struct job_options *o, const char *const *argv)
{
	Job *j = job_start(o, argv);

	job_wait(j);
	return j;
}

void assert_exit(const Job *j, int status)
{
	ck_assert_msg(j->status == status, "exit status %d, not %d; it said:\n%s\n%s", j->status,
		      status, j->out->str, j->err);
}

void assert_says(const Job *j, const char *part)
{
	ck_assert_msg(strstr(j->out->str, part) || strstr(j->err, part),
		      "it did not say \"%s\", but:\n%s\n%s", part, j->out->str, j->err);
}

/* --- the program that runs the tests ---------------------------------------------------------- */

/* What the tests' own programs left; none is right. */
static bool sweep(void)
{
	g_autofree char *mark = g_strdup_printf("%d.", (int)program);
	g_autoptr(GArray) pids = find_marked(mark, true);

	for (guint i = 0; i < pids->len; i++) {
		pid_t pid = g_array_index(pids, pid_t, i);
		g_autofree char *line = command_line(pid);

		fprintf(stderr, "left behind: %d: %s\n", (int)pid, line);
		kill(pid, SIGKILL);
	}
	return !pids->len;
}

int lab_main(Suite *s)
{
	SRunner *runner = srunner_create(s);
	int n_failed;

	program = getpid();
	base = g_dir_make_tmp("iplab-boot-XXXXXX", NULL);
	if (!base)
		return EXIT_FAILURE;
	srunner_run_all(runner, CK_ENV);
	n_failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	tree_remove(base);
	g_free(base);
	return sweep() && !n_failed ? EXIT_SUCCESS : EXIT_FAILURE;
}
