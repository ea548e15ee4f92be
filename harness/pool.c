/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Worker processes: one for each cell, so many at a time
 *
 * A worker writes lines to its standard output: {"progress":"dhcp-ack"} any number of times, then
 * its result. It is done when that pipe is at its end *and* the process is: whichever comes last.
 */
#include "harness/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	NS_PER_MS = 1000 * 1000,
};

struct pool {
	const struct pool_ops *ops;
	GMainLoop *loop;
	GPtrArray *workers; /* of struct worker, running */
	struct pool_limits limits;
	struct pool_job *waiting; /* there was not enough memory for it; NULL: none */
	unsigned used_mib;
	unsigned wake_source; /* there may be a job again; 0: none */
	enum pool_end end;    /* DONE, unless something ended it */
};

struct worker {
	struct pool *pool;
	struct pool_job *job;
	GPid pid;
	int out_fd;
	unsigned out_source, limit_source, slow_source; /* 0: none */
	GString *out;
	Result *result;
	unsigned memory_mib; /* of its job, which is gone when it is done */
	bool exited, over_limit;
	int status;
};

struct child_setup {
	pid_t parent;
	int stderr_fd;
};

/* Between fork() and exec(). */
static void on_child_setup(gpointer data)
{
	const struct child_setup *s = data;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != s->parent)
		_exit(127);
	if (s->stderr_fd >= 0)
		dup2(s->stderr_fd, STDERR_FILENO);
}

static void worker_free(struct worker *w)
{
	if (w->out_source)
		g_source_remove(w->out_source);
	if (w->limit_source)
		g_source_remove(w->limit_source);
	if (w->slow_source)
		g_source_remove(w->slow_source);
	if (w->out_fd >= 0)
		close(w->out_fd);
	g_string_free(w->out, TRUE);
	result_free(w->result);
	g_free(w);
}

static char *how_it_ended(const struct worker *w)
{
	if (w->over_limit)
		return g_strdup("the worker did not end in time and was killed");
	if (WIFSIGNALED(w->status))
		return g_strdup_printf("the worker was ended by signal %d (%s); see stderr.txt",
				       WTERMSIG(w->status), g_strsignal(WTERMSIG(w->status)));
	return g_strdup_printf("the worker exited with status %d and no result; see stderr.txt",
			       WEXITSTATUS(w->status));
}

static void start_more(struct pool *p);

static void finish_if_over(struct worker *w)
{
	struct pool *p = w->pool;

	if (!w->exited || w->out_fd >= 0)
		return;
	if (p->end == POOL_END_DONE) {
		if (!w->result || w->over_limit || w->status) {
			result_free(w->result);
			w->result = w->job->blank(w->job);
			w->result->reason = how_it_ended(w);
		}
		p->ops->done(p->ops->self, w->job, w->result);
	}
	g_ptr_array_remove(p->workers, w);
	p->used_mib -= w->memory_mib;
	worker_free(w);
	start_more(p);
}

static void on_line(struct worker *w, const char *line)
{
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonNode *root, *progress;

	if (!json_parser_load_from_data(parser, line, -1, NULL))
		return;
	root = json_parser_get_root(parser);
	if (!root || !JSON_NODE_HOLDS_OBJECT(root))
		return;
	progress = json_object_get_member(json_node_get_object(root), "progress");
	if (progress) {
		if (JSON_NODE_HOLDS_VALUE(progress) && json_node_get_string(progress))
			w->pool->ops->progress(w->pool->ops->self, w->job,
					       json_node_get_string(progress));
		return;
	}
	result_free(w->result);
	w->result = result_from_json(line, NULL);
}

/* Called from on_output() it removes the source that runs: GLib allows that. */
static void close_output(struct worker *w)
{
	g_clear_handle_id(&w->out_source, g_source_remove);
	if (w->out_fd >= 0)
		close(w->out_fd);
	w->out_fd = -1;
}

static gboolean on_output(int fd, GIOCondition condition, gpointer data)
{
	struct worker *w = data;
	char buf[4096], *end;
	ssize_t n = read(fd, buf, sizeof(buf));

	(void)condition;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return G_SOURCE_CONTINUE;
	if (n > 0) {
		g_string_append_len(w->out, buf, n);
		while ((end = memchr(w->out->str, '\n', w->out->len))) {
			*end = 0;
			on_line(w, w->out->str);
			g_string_erase(w->out, 0, end - w->out->str + 1);
		}
		return G_SOURCE_CONTINUE;
	}
	close_output(w);
	finish_if_over(w);
	return G_SOURCE_REMOVE;
}

static void on_exited(GPid pid, int status, gpointer data)
{
	struct worker *w = data;

	/* Whatever is left of its process group: nothing, unless it crashed. */
	kill(-pid, SIGKILL);
	g_spawn_close_pid(pid);
	w->exited = true;
	w->status = status;
	/* Killed: then a process that left its group may hold the pipe for ever. */
	if (w->over_limit || w->pool->end != POOL_END_DONE)
		close_output(w);
	finish_if_over(w);
}

static gboolean on_limit(gpointer data)
{
	struct worker *w = data;

	w->over_limit = true;
	w->limit_source = 0;
	if (w->exited) {
		close_output(w);
		finish_if_over(w);
	} else {
		kill(-w->pid, SIGKILL);
	}
	return G_SOURCE_REMOVE;
}

static gboolean on_slow(gpointer data)
{
	struct worker *w = data;

	w->slow_source = 0;
	w->pool->ops->slow(w->pool->ops->self, w->job);
	return G_SOURCE_REMOVE;
}

static void could_not_start(struct pool *p, struct pool_job *job, const GError *error)
{
	g_autoptr(Result) r = job->blank(job);

	r->reason = g_strdup_printf("the worker could not be started: %s", error->message);
	p->ops->done(p->ops->self, job, r);
}

static void start(struct pool *p, struct pool_job *job)
{
	struct child_setup setup = { .parent = getpid() };
	struct worker *w = g_new0(struct worker, 1);
	g_autoptr(GError) error = NULL;
	bool ok;

	w->pool = p;
	w->job = job;
	w->out = g_string_new(NULL);
	w->out_fd = -1;
	setup.stderr_fd = open(job->stderr_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ok = g_spawn_async_with_pipes(NULL, job->argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
				      on_child_setup, &setup, &w->pid, NULL, &w->out_fd, NULL,
				      &error);
	if (setup.stderr_fd >= 0)
		close(setup.stderr_fd);
	if (!ok) {
		could_not_start(p, job, error);
		worker_free(w);
		return;
	}
	setpgid(w->pid, w->pid); /* the child does it too: whoever is first */
	g_unix_set_fd_nonblocking(w->out_fd, TRUE, NULL);
	w->out_source = g_unix_fd_add(w->out_fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_output, w);
	w->limit_source = g_timeout_add((unsigned)(job->limit_ns / 1000000), on_limit, w);
	if (job->slow_ns && p->ops->slow)
		w->slow_source = g_timeout_add((unsigned)(job->slow_ns / 1000000), on_slow, w);
	g_child_watch_add(w->pid, on_exited, w);
	w->memory_mib = job->memory_mib;
	p->used_mib += w->memory_mib;
	g_ptr_array_add(p->workers, w);
}

/* The job to start now: none while what is left of the memory is too little for the next one. */
static struct pool_job *take_next(struct pool *p)
{
	struct pool_job *job = p->waiting ? p->waiting : p->ops->next(p->ops->self);
	bool fits = !p->limits.memory_mib || !p->workers->len ||
		    (job && p->used_mib + job->memory_mib <= p->limits.memory_mib);

	p->waiting = fits ? NULL : job;
	return fits ? job : NULL;
}

static gboolean on_wake(gpointer data)
{
	struct pool *p = data;

	p->wake_source = 0;
	start_more(p);
	return G_SOURCE_REMOVE;
}

/* A worker is idle: when to ask again. */
static void wait_for_next(struct pool *p)
{
	uint64_t ns = p->ops->wait_ns ? p->ops->wait_ns(p->ops->self) : 0;

	if (ns)
		p->wake_source = g_timeout_add((unsigned)(ns / NS_PER_MS) + 1, on_wake, p);
}

static void start_more(struct pool *p)
{
	struct pool_job *job;

	g_clear_handle_id(&p->wake_source, g_source_remove);
	while (p->end == POOL_END_DONE && p->workers->len < p->limits.n_workers &&
	       (job = take_next(p)))
		start(p, job);
	if (p->end == POOL_END_DONE && p->workers->len < p->limits.n_workers && !p->waiting)
		wait_for_next(p);
	if (!p->workers->len && !p->wake_source)
		g_main_loop_quit(p->loop);
}

static void stop(struct pool *p, enum pool_end end)
{
	p->end = end;
	for (unsigned i = 0; i < p->workers->len; i++)
		kill(-((struct worker *)p->workers->pdata[i])->pid, SIGKILL);
	if (!p->workers->len)
		start_more(p);
}

static gboolean on_interrupt(gpointer pool)
{
	stop(pool, POOL_END_INTERRUPTED);
	return G_SOURCE_CONTINUE;
}

static gboolean on_time(gpointer pool)
{
	stop(pool, POOL_END_TIME);
	return G_SOURCE_CONTINUE;
}

enum pool_end pool_run(const struct pool_ops *ops, const struct pool_limits *limits)
{
	struct pool p = {
		.ops = ops,
		.loop = g_main_loop_new(NULL, FALSE),
		.workers = g_ptr_array_new(),
		.limits = *limits,
	};
	unsigned sources[] = {
		g_unix_signal_add(SIGINT, on_interrupt, &p),
		g_unix_signal_add(SIGTERM, on_interrupt, &p),
		g_unix_signal_add(SIGHUP, on_interrupt, &p),
		limits->run_ns ? g_timeout_add((unsigned)(limits->run_ns / 1000000), on_time, &p)
			       : 0,
	};

	start_more(&p);
	if (p.workers->len || p.wake_source)
		g_main_loop_run(p.loop);
	for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
		if (sources[i])
			g_source_remove(sources[i]);
	g_ptr_array_unref(p.workers);
	g_main_loop_unref(p.loop);
	return p.end;
}
