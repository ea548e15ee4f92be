/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Back end: dnsmasq, the daemon, on a network of its own (server/netns.h)
 *
 * Frames go from the guest into the card's cable and back; what the daemon prints goes into the
 * journal. It is watched from its start to its end: the boot begins when its log says that it
 * runs, its death ends the boot, and at the boot's end it has to give a sign of life, or nobody
 * could tell its silence from the guest's. The sign is a file that is read at the start and for
 * each SIGHUP, which the log then names.
 *
 * It writes no file, and its configuration is one without a name.
 */
#define _GNU_SOURCE /* memfd_create(), memmem(), pipe2() */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/backend.h"
#include "server/dnsmasq_config.h"
#include "server/dnsmasq_find.h"
#include "server/log_lines.h"
#include "server/netns.h"

#define CARD "eth0"

enum {
	SIGN_WAIT_S = 5, /* a busy machine lets it wait */
	FRAMES_PER_STEP = 64,
	FRAME_MAX = 65536,
	LOG_BYTES = 16 * 1024, /* read at once */
	N_LOG_READS = 64,      /* of one that has ended: more than a pipe holds */
	N_LINES_MAX = 5000,    /* in the journal */
	N_LAST = 3,            /* lines, in a reason */
	LAST_BYTES = 160,      /* of each */
};

typedef struct Dnsmasq {
	struct server_ops ops;
	Journal *journal;
	struct netns netns;
	int log_fd;   /* -1: it has closed its end */
	int epoll_fd; /* of all it has */
	struct log_lines lines;
	unsigned n_lines;
	char last[N_LAST][LAST_BYTES + 1]; /* lines, the latest last */
	bool started;
	bool gave_sign;
	char *failure; /* NULL: all is well */
	uint64_t now_ns;
} Dnsmasq;

/* --- its log ---------------------------------------------------------------------------------- */

/* For a terminal: whatever a line has in it. */
static void remember(Dnsmasq *d, struct slice text)
{
	size_t n = MIN(text.len, (size_t)LAST_BYTES);
	char *to = d->last[N_LAST - 1];

	memmove(d->last[0], d->last[1], sizeof(d->last) - sizeof(d->last[0]));
	for (size_t i = 0; i < n; i++)
		to[i] = text.p[i] >= ' ' && text.p[i] < 0x7f ? (char)text.p[i] : '?';
	to[n] = 0;
}

static void on_line(void *self, struct slice text, bool cut)
{
	Dnsmasq *d = self;

	if (memmem(text.p, text.len, DNSMASQ_CONFIG_SIGN, strlen(DNSMASQ_CONFIG_SIGN)))
		d->gave_sign = true;
	remember(d, text);
	if (d->n_lines > N_LINES_MAX)
		return;
	journal_begin(d->journal, d->now_ns, "dnsmasq.log");
	if (d->n_lines++ < N_LINES_MAX) {
		journal_text(d->journal, "text", text);
		if (cut)
			journal_bool(d->journal, "cut", true);
	} else {
		journal_str(d->journal, "text", "(it says too much: no more of it)");
	}
	journal_end(d->journal);
}

/* Return: whether there was something, and there may be more. */
static bool read_log(Dnsmasq *d)
{
	struct log_lines_sink out = { on_line, d };
	uint8_t buf[LOG_BYTES];
	ssize_t n = d->log_fd < 0 ? -1 : read(d->log_fd, buf, sizeof(buf));

	if (n > 0)
		log_lines_input(&d->lines, (struct slice){ buf, (size_t)n }, &out);
	if (n == 0) {
		log_lines_finish(&d->lines, &out);
		close(d->log_fd);
		d->log_fd = -1;
	}
	return n > 0;
}

/* --- how it is ------------------------------------------------------------------------------- */

static void fail(Dnsmasq *d, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Only the first failure counts. */
static void fail(Dnsmasq *d, const char *format, ...)
{
	GString *why;
	va_list args;

	if (d->failure)
		return;
	why = g_string_new(NULL);
	va_start(args, format);
	g_string_append_vprintf(why, format, args);
	va_end(args);
	for (unsigned i = 0, n = 0; i < N_LAST; i++)
		if (d->last[i][0])
			g_string_append_printf(why, "%s%s",
					       n++ ? " | " : "; its log: ", d->last[i]);
	d->failure = g_string_free(why, FALSE);
	if (d->started)
		d->ops.failed(d->ops.self, d->failure);
}

static void take_death(Dnsmasq *d)
{
	struct log_lines_sink out = { on_line, d };
	int status = netns_stop(&d->netns);

	for (unsigned i = 0; i < N_LOG_READS && read_log(d); i++)
		;
	log_lines_finish(&d->lines, &out);
	if (WIFSIGNALED(status))
		fail(d, "dnsmasq was ended by signal %d", WTERMSIG(status));
	else
		fail(d, "dnsmasq exited with status %d", WEXITSTATUS(status));
}

static bool has_ended(const Dnsmasq *d)
{
	struct pollfd p = { .fd = d->netns.pidfd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

/* Wait until it gives the sign, has failed, or the timer is over. */
static void await_sign_until(Dnsmasq *d, int timer_fd)
{
	struct pollfd p[] = {
		{ .fd = timer_fd, .events = POLLIN },
		{ .fd = d->netns.pidfd, .events = POLLIN },
		{ .fd = d->log_fd, .events = POLLIN },
	};

	while (!d->gave_sign && !d->failure) {
		p[2].fd = d->log_fd;
		if (poll(p, G_N_ELEMENTS(p), -1) < 0 && errno != EINTR)
			fail(d, "waiting for dnsmasq: %s", g_strerror(errno));
		else if (p[0].revents)
			fail(d, "dnsmasq does not answer for %d s", SIGN_WAIT_S);
		else if (p[2].revents)
			read_log(d);
		else if (p[1].revents)
			take_death(d);
	}
}

static void await_sign(Dnsmasq *d)
{
	struct itimerspec t = { .it_value.tv_sec = SIGN_WAIT_S };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	if (fd < 0 || timerfd_settime(fd, 0, &t, NULL) < 0)
		fail(d, "making a timer: %s", g_strerror(errno));
	await_sign_until(d, fd);
	if (fd >= 0)
		close(fd);
}

/* --- start and end ---------------------------------------------------------------------------- */

static void journal_config(Dnsmasq *d, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line; line++) {
		if (!**line)
			continue;
		journal_begin(d->journal, 0, "dnsmasq.config");
		journal_str(d->journal, "text", *line);
		journal_end(d->journal);
	}
}

/* The daemon inherits it. */
static int make_config_file(const char *text)
{
	int fd = memfd_create("dnsmasq.conf", 0);
	size_t len = strlen(text);

	if (fd >= 0 && write(fd, text, len) != (ssize_t)len) {
		close(fd);
		return -1;
	}
	return fd;
}

static int watch(Dnsmasq *d, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	return epoll_ctl(d->epoll_fd, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

static int watch_all(Dnsmasq *d)
{
	int r;

	d->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	r = d->epoll_fd < 0 ? -errno : watch(d, d->netns.frame_fd);
	if (!r)
		r = watch(d, d->netns.pidfd);
	return r ? r : watch(d, d->log_fd);
}

/* Run the daemon with these descriptors; @step as of netns_start(). */
static int execute(Dnsmasq *d, const struct server_config *cfg, int config_fd, int log_fd,
		   char step[NETNS_STEP_MAX])
{
	g_autofree char *program = dnsmasq_find_program(cfg->program);
	g_autofree char *file = g_strdup_printf("--conf-file=/proc/self/fd/%d", config_fd);
	const char *argv[] = { program, "--no-daemon", "--log-facility=-", file, NULL };
	struct netns_config netns = {
		.network = { .card = CARD,
			     .mac = cfg->net.mac,
			     .address = cfg->net.server,
			     .netmask = cfg->net.netmask },
		.argv = argv,
		.output_fd = log_fd,
	};

	g_strlcpy(step, "looking for the program", NETNS_STEP_MAX);
	return program ? netns_start(&d->netns, &netns, step) : -ENOENT;
}

static int start(Dnsmasq *d, const struct server_config *cfg, const char *config,
		 char step[NETNS_STEP_MAX])
{
	int config_fd = make_config_file(config), fds[2] = { -1, -1 }, r;

	g_strlcpy(step, "making configuration file and pipe", NETNS_STEP_MAX);
	r = config_fd < 0 || pipe2(fds, O_CLOEXEC) < 0 ? -errno : 0;
	if (!r) {
		d->log_fd = fds[0];
		r = fcntl(fds[0], F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
	}
	if (!r)
		r = execute(d, cfg, config_fd, fds[1], step);
	if (config_fd >= 0)
		close(config_fd);
	if (fds[1] >= 0)
		close(fds[1]);
	if (!r) {
		g_strlcpy(step, "watching it", NETNS_STEP_MAX);
		r = watch_all(d);
	}
	return r;
}

static void dnsmasq_free(void *self)
{
	Dnsmasq *d = self;

	netns_stop(&d->netns);
	if (d->log_fd >= 0)
		close(d->log_fd);
	if (d->epoll_fd >= 0)
		close(d->epoll_fd);
	g_free(d->failure);
	g_free(d);
}

static void *dnsmasq_new(const struct server_config *cfg, const struct server_ops *ops,
			 Journal *journal, GError **error)
{
	g_autofree char *config = dnsmasq_config_text(cfg, CARD, error);
	char step[NETNS_STEP_MAX];
	Dnsmasq *d;
	int r;

	if (!config)
		return NULL;
	d = g_new0(Dnsmasq, 1);
	d->ops = *ops;
	d->journal = journal;
	d->netns = NETNS_NONE;
	d->log_fd = d->epoll_fd = -1;
	journal_config(d, config);
	r = start(d, cfg, config, step);
	if (r)
		fail(d, "starting dnsmasq: %s: %s", step,
		     r < 0 ? g_strerror(-r) : "not allowed here");
	else
		await_sign(d);
	if (d->failure) {
		g_set_error_literal(error, SERVER_ERROR, SERVER_ERROR_START, d->failure);
		dnsmasq_free(d);
		return NULL;
	}
	d->started = true;
	return d;
}

/* --- work ------------------------------------------------------------------------------------- */

static void dnsmasq_input(void *self, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	Dnsmasq *d = self;

	d->now_ns = now_ns;
	if (d->netns.frame_fd < 0 || send(d->netns.frame_fd, frame, len, 0) >= 0)
		return;
	/* Too long or too short for its card, say: as lost as on a cable. */
	journal_begin(d->journal, now_ns, "dnsmasq.drop");
	journal_str(d->journal, "reason", g_strerror(errno));
	journal_u64(d->journal, "len", len);
	journal_end(d->journal);
}

static void take_frames(Dnsmasq *d)
{
	uint8_t buf[FRAME_MAX];

	for (unsigned i = 0; i < FRAMES_PER_STEP; i++) {
		ssize_t n = recv(d->netns.frame_fd, buf, sizeof(buf), 0);

		if (n <= 0)
			return;
		d->ops.send(d->ops.self, buf, (size_t)n);
	}
}

static void dnsmasq_step(void *self, uint64_t now_ns)
{
	Dnsmasq *d = self;

	d->now_ns = now_ns;
	if (d->failure)
		return;
	take_frames(d);
	read_log(d);
	if (has_ended(d))
		take_death(d);
}

static void dnsmasq_probe(void *self, uint64_t now_ns)
{
	Dnsmasq *d = self;

	dnsmasq_step(d, now_ns);
	if (d->failure)
		return;
	d->gave_sign = false;
	kill(d->netns.pid, SIGHUP);
	await_sign(d);
}

static uint64_t dnsmasq_deadline_ns(const void *self)
{
	(void)self;
	return DEADLINE_NEVER;
}

static int dnsmasq_fd(const void *self)
{
	const Dnsmasq *d = self;

	return d->epoll_fd;
}

const struct backend backend_dnsmasq = {
	.name = "dnsmasq",
	.is_real_time = true,
	.find = dnsmasq_find,
	.new = dnsmasq_new,
	.input = dnsmasq_input,
	.step = dnsmasq_step,
	.deadline_ns = dnsmasq_deadline_ns,
	.fd = dnsmasq_fd,
	.probe = dnsmasq_probe,
	.free = dnsmasq_free,
};
