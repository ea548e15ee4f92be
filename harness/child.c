/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program of somebody else's, run to its end
 */
#define _GNU_SOURCE /* memfd_create() */
#include "harness/child.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

GQuark child_error_quark(void)
{
	return g_quark_from_static_string("iplab-child-error-quark");
}

struct running {
	GMainLoop *loop;
	GPid pid;
	int status;
	bool interrupted;
};

/* In the child, between fork and exec. */
static void on_setup(gpointer parent)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != GPOINTER_TO_INT(parent))
		_exit(127);
}

static char **environment(void)
{
	static const char *const of_git[] = {
		"GIT_DIR",
		"GIT_WORK_TREE",
		"GIT_INDEX_FILE",
		"GIT_PREFIX",
		"GIT_OBJECT_DIRECTORY",
		"GIT_COMMON_DIR",
		"GIT_NAMESPACE",
		"GIT_ALTERNATE_OBJECT_DIRECTORIES",
	};
	char **env = g_get_environ();

	for (size_t i = 0; i < G_N_ELEMENTS(of_git); i++)
		env = g_environ_unsetenv(env, of_git[i]);
	return env;
}

static void on_exited(GPid pid, int status, gpointer data)
{
	struct running *r = data;

	kill(-pid, SIGKILL); /* what it left running */
	g_spawn_close_pid(pid);
	r->status = status;
	g_main_loop_quit(r->loop);
}

static gboolean on_interrupt(gpointer data)
{
	struct running *r = data;

	r->interrupted = true;
	kill(-r->pid, SIGKILL);
	return G_SOURCE_CONTINUE;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

/* Before it starts: none may be missed. They are dispatched once it runs. */
static void watch_signals(struct running *r, unsigned sources[G_N_ELEMENTS(signals)])
{
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		sources[i] = g_unix_signal_add(signals[i], on_interrupt, r);
}

static void forget_signals(const unsigned sources[G_N_ELEMENTS(signals)])
{
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		if (sources[i])
			g_source_remove(sources[i]);
}

static void wait_for(struct running *r)
{
	r->loop = g_main_loop_new(NULL, FALSE);
	g_child_watch_add(r->pid, on_exited, r);
	g_main_loop_run(r->loop);
	g_main_loop_unref(r->loop);
}

/* All that was written into a file of ours. */
static char *text_of(int fd)
{
	GString *s = g_string_new(NULL);
	char buf[4096];
	ssize_t n;

	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		g_string_append_len(s, buf, n);
	return g_string_free(s, FALSE);
}

static bool is_done(const struct child *c, const struct running *r, int err_fd, GError **error)
{
	g_autofree char *said =
		c->log ? g_strdup_printf("see %s", c->log) : g_strstrip(text_of(err_fd));
	g_autofree char *how = NULL;

	if (r->interrupted) {
		g_set_error(error, CHILD_ERROR, CHILD_ERROR_INTERRUPTED, "interrupted");
		return false;
	}
	if (r->status == 0)
		return true;
	how = WIFSIGNALED(r->status)
		      ? g_strdup_printf("was ended by signal %d", WTERMSIG(r->status))
		      : g_strdup_printf("exited with status %d", WEXITSTATUS(r->status));
	g_set_error(error, CHILD_ERROR, CHILD_ERROR_STATUS, "%s %s%s%s", c->argv[0], how,
		    *said ? ": " : "", said);
	return false;
}

bool child_run(const struct child *c, char **out, GError **error)
{
	g_auto(GStrv) env = environment();
	g_autoptr(GError) cause = NULL;
	struct running r = { .status = -1 };
	int out_fd = c->log ? open(c->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)
			    : memfd_create("out", MFD_CLOEXEC);
	int err_fd = c->log ? fcntl(out_fd, F_DUPFD_CLOEXEC, 0) : memfd_create("err", MFD_CLOEXEC);
	unsigned sources[G_N_ELEMENTS(signals)] = { 0 };
	bool ok = false;

	if (c->may_interrupt)
		watch_signals(&r, sources);
	if (out_fd < 0 || err_fd < 0)
		g_set_error(error, CHILD_ERROR, CHILD_ERROR_START, "%s: %s",
			    c->log ? c->log : c->argv[0], g_strerror(errno));
	else if (!g_spawn_async_with_fds(c->cwd, (char **)c->argv, env,
					 G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH, on_setup,
					 GINT_TO_POINTER(getpid()), &r.pid, -1, out_fd, err_fd,
					 &cause))
		g_set_error(error, CHILD_ERROR, CHILD_ERROR_START, "%s", cause->message);
	else {
		wait_for(&r);
		ok = is_done(c, &r, err_fd, error);
	}
	forget_signals(sources);
	if (ok && out)
		*out = text_of(out_fd);
	if (out_fd >= 0)
		close(out_fd);
	if (err_fd >= 0)
		close(err_fd);
	return ok;
}
