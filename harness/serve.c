/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server alone, for a client that is not ours
 *
 * Whatever a command leaves behind becomes a child of ours, and so is found and killed at the end.
 * (Only those who entered the namespace from another terminal are left alone.)
 */
#define _GNU_SOURCE /* struct ifreq */
#include "harness/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/serve_log.h"
#include "harness/wall.h"
#include "server/capture.h"
#include "server/netns.h"

enum {
	END_NS = 3000 * 1000 * 1000ll, /* what a command has to end in when it is told to */
	N_ORPHANS_MAX = 10000,
	STATUS_SIGNALLED = 128, /* and the signal's number, as a shell has it */
};

enum { SIGNALS, COMMAND, N_OTHERS };

struct serve {
	const struct serve_job *job;
	struct boot boot;
	struct netns netns;
	ino_t net_inode; /* of the namespace; 0: there is none */
	Journal *journal;
	Capture *capture; /* NULL: none */
	ServeLog *log;    /* NULL: quiet */
	int signal_fd;
	uint64_t end_ns; /* the command is killed then; DEADLINE_NEVER: it was not told to end */
	bool is_gone;    /* whoever was at the other end */
	bool over;       /* there is nobody to serve any more */
};

GQuark serve_error_quark(void)
{
	return g_quark_from_static_string("serve-error-quark");
}

static bool fail(GError **error, ServeError code, const char *what, const char *why)
{
	g_set_error(error, SERVE_ERROR, code, "%s: %s", what, why);
	return false;
}

/* --- what goes through the cable -------------------------------------------------------------- */

static void on_deliver(void *self, uint64_t t_ns, const uint8_t *frame, size_t len)
{
	struct serve *s = self;

	server_input(s->boot.server, t_ns, frame, len);
}

static void on_server_frame(void *self, const uint8_t *frame, size_t len)
{
	struct serve *s = self;
	int r = link_send(s->boot.links[0], s->boot.now_ns, frame, len);

	if (link_is_gone(r))
		s->is_gone = true;
	else if (r < 0)
		boot_fail(&s->boot, "sending to the guest", g_strerror(-r));
}

static void on_server_failed(void *self, const char *why)
{
	struct serve *s = self;

	boot_fail(&s->boot, "server", why);
}

/* --- a descriptor of the user's --------------------------------------------------------------- */

/* Whether frames come and go there, one at a time; NULL, or why not. */
static const char *socket_fault(int fd)
{
	struct sockaddr_storage other;
	struct sockaddr_ll ll = { 0 };
	socklen_t len = sizeof(int), ll_len = sizeof(ll);
	int type = 0, domain = 0;

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len);
	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len);
	if (domain == AF_PACKET && type == SOCK_RAW) {
		getsockname(fd, (struct sockaddr *)&ll, &ll_len);
		return ll.sll_ifindex ? NULL : "a packet socket that is bound to no interface";
	}
	if (type != SOCK_DGRAM || domain == AF_PACKET)
		return "no datagram socket: a datagram is a frame";
	len = sizeof(other);
	if (getpeername(fd, (struct sockaddr *)&other, &len) < 0)
		return "a socket that is connected to nobody";
	return NULL;
}

static const char *tap_fault(int fd)
{
	struct ifreq ifr = { 0 };
	int flags = fcntl(fd, F_GETFL);

	if (ioctl(fd, TUNGETIFF, &ifr) < 0)
		return "neither a socket nor a tap";
	if (!(ifr.ifr_flags & IFF_TAP))
		return "no tap: IFF_TAP is not set";
	if (!(ifr.ifr_flags & IFF_NO_PI) || (ifr.ifr_flags & IFF_VNET_HDR))
		return "a tap with more than frames: it needs IFF_NO_PI, and no IFF_VNET_HDR";
	if ((flags & O_ACCMODE) != O_RDWR)
		return "not open for reading and writing";
	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	return NULL;
}

static bool take_fd(struct serve *s, GError **error)
{
	int fd = s->job->fd;
	struct stat st;
	const char *fault;

	if (fstat(fd, &st) < 0)
		fault = g_strerror(errno);
	else
		fault = S_ISSOCK(st.st_mode) ? socket_fault(fd) : tap_fault(fd);
	if (fault) {
		g_set_error(error, SERVE_ERROR, SERVE_ERROR_FD, "descriptor %d is %s", fd, fault);
		return false;
	}
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	s->netns.frame_fd = fd;
	return true;
}

/* --- a namespace ------------------------------------------------------------------------------ */

/* Its program may have ended by now, so it is not asked. 0: not known. */
static ino_t net_of_socket(int socket)
{
	int fd = ioctl(socket, SIOCGSKNS);
	struct stat st = { 0 };

	if (fd < 0)
		return 0;
	fstat(fd, &st);
	close(fd);
	return st.st_ino;
}

static bool make_namespace(struct serve *s, GError **error)
{
	const struct serve_job *job = s->job;
	struct netns_config cfg = { .network = job->card, .argv = job->argv, .output_fd = -1 };
	char step[NETNS_STEP_MAX];
	int r = netns_start(&s->netns, &cfg, step);

	if (r == 0) {
		s->net_inode = net_of_socket(s->netns.frame_fd);
		return true;
	}
	if (r == NETNS_E_FORBIDDEN)
		return fail(error, SERVE_ERROR_NAMESPACE, step,
			    "not allowed here; with --fd it can do without");
	if (job->argv && g_str_equal(step, "executing the program"))
		return fail(error, SERVE_ERROR_COMMAND, job->argv[0], g_strerror(-r));
	return fail(error, SERVE_ERROR_NAMESPACE, step, g_strerror(-r));
}

/* Root has a user namespace of its own only where everybody has. */
static bool has_own_users(const struct netns *n)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/ns/user", (int)n->pid);
	g_autofree char *theirs = g_file_read_link(path, NULL);
	g_autofree char *ours = g_file_read_link("/proc/self/ns/user", NULL);

	return g_strcmp0(theirs, ours);
}

static void say_how_to_enter(const struct serve *s)
{
	if (s->job->fd < 0 && !s->job->argv)
		fprintf(s->job->to,
			"Its card %s is in a namespace; from another terminal this gets in:\n"
			"  nsenter %s-n -t %d\n",
			s->job->card.card,
			has_own_users(&s->netns) ? "--preserve-credentials -U " : "",
			(int)s->netns.pid);
	fflush(s->job->to);
}

/* --- set up ----------------------------------------------------------------------------------- */

static bool open_records(struct serve *s, GError **error)
{
	const struct serve_job *job = s->job;

	s->journal = job->journal ? journal_new(job->journal) : journal_new_nowhere();
	if (!s->journal)
		return fail(error, SERVE_ERROR_FILE, job->journal, g_strerror(errno));
	if (job->capture)
		s->capture = capture_new(job->capture, NULL);
	if (job->capture && !s->capture)
		return fail(error, SERVE_ERROR_FILE, job->capture, g_strerror(errno));
	journal_begin(s->journal, 0, "serve");
	journal_u64(s->journal, "schema", JOURNAL_SCHEMA);
	journal_str(s->journal, "server", server_kind_name(job->server));
	journal_str(s->journal, "scenario", job->scenario->name);
	journal_u64(s->journal, "seed", job->seed);
	journal_end(s->journal);
	if (!job->quiet)
		s->log =
			serve_log_new(s->journal, job->to, job->all, job->scenario->net.v6.enabled);
	return true;
}

static bool start_server(struct serve *s, GError **error)
{
	const struct serve_job *job = s->job;
	struct server_ops ops = { .send = on_server_frame, .failed = on_server_failed, .self = s };
	struct server_config cfg = {
		.kind = job->server,
		.root = job->root,
		.net = job->scenario->net,
		.dhcp = job->scenario->dhcp,
		.dhcp6 = job->scenario->dhcp6,
		.tftp = job->scenario->tftp,
		.http = job->scenario->http,
	};

	s->boot.server = server_new(&cfg, &ops, s->journal, error);
	return s->boot.server;
}

static bool add_link(struct serve *s, GError **error)
{
	struct impair_config network = scenario_network(s->job->scenario, false);
	struct link_ops ops = { .deliver = on_deliver, .self = s };
	Impair *impair = impair_new(&network, s->job->seed, s->journal, error);

	if (!impair)
		return false;
	if (impair_is_idle(impair))
		g_clear_pointer(&impair, impair_free);
	s->boot.links[0] =
		link_new(s->netns.frame_fd, "nic0", &ops, impair, s->journal, s->capture);
	s->boot.n_links = 1;
	s->netns.frame_fd = -1;
	return true;
}

static void catch_signals(struct serve *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGPIPE); /* nobody reads what we say */
	sigprocmask(SIG_BLOCK, &set, NULL);
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static bool set_up(struct serve *s, GError **error)
{
	catch_signals(s);
	return open_records(s, error) && start_server(s, error) &&
	       (s->job->fd >= 0 ? take_fd(s, error) : make_namespace(s, error)) &&
	       add_link(s, error);
}

/* --- the loop --------------------------------------------------------------------------------- */

/* From the terminal a command has had it as well; twice may be more than it bears. */
static void on_signal(struct serve *s)
{
	struct signalfd_siginfo info;

	while (read(s->signal_fd, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGPIPE && s->job->argv)
			continue;
		if (!s->job->argv || s->end_ns != DEADLINE_NEVER) {
			s->over = true;
			continue;
		}
		s->end_ns = s->boot.now_ns + END_NS;
		if (info.ssi_code != SI_KERNEL)
			kill(s->netns.pid, (int)info.ssi_signo);
	}
}

static void turn(struct serve *s, struct wall *w)
{
	struct pollfd others[N_OTHERS] = {
		[SIGNALS] = { .fd = s->signal_fd, .events = POLLIN },
		[COMMAND] = { .fd = s->netns.pidfd, .events = POLLIN },
	};
	uint64_t until_ns = s->end_ns;

	if (s->log)
		until_ns = MIN(until_ns, serve_log_deadline_ns(s->log));
	wall_wait(w, others, N_OTHERS, until_ns);
	if (others[SIGNALS].revents)
		on_signal(s);
	wall_run(w);
	if (s->log)
		serve_log_step(s->log, s->boot.now_ns);
	s->is_gone |= w->is_gone;
	if (others[COMMAND].revents || s->boot.now_ns >= s->end_ns || s->is_gone)
		s->over = true;
}

static void serve(struct serve *s)
{
	struct wall w = { .b = &s->boot };

	s->boot.start_ns = boot_host_ns();
	say_how_to_enter(s);
	while (!s->boot.broken && !s->over)
		turn(s, &w);
	if (s->is_gone)
		fprintf(s->job->to, "The other end is gone.\n");
	/* The last words of a command, a RELEASE for instance. */
	wall_drain(&w);
	wall_run(&w);
}

/* --- the end ---------------------------------------------------------------------------------- */

/* A child of ours that is in the namespace; 0: none. Others we may have had before we were us. */
static pid_t find_orphan(ino_t net)
{
	g_autofree char *path = g_strdup_printf("/proc/self/task/%d/children", (int)getpid());
	g_autofree char *text = NULL;
	g_auto(GStrv) pids = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	pids = g_strsplit(g_strstrip(text), " ", -1);
	for (char **p = pids; *p; p++) {
		g_autofree char *theirs = g_strdup_printf("/proc/%s/ns/net", *p);
		struct stat st;

		if (stat(theirs, &st) == 0 && st.st_ino == net)
			return (pid_t)g_ascii_strtoll(*p, NULL, 10);
	}
	return 0;
}

static void kill_orphans(ino_t net)
{
	pid_t pid;

	for (unsigned i = 0; net && i < N_ORPHANS_MAX && (pid = find_orphan(net)) > 0; i++) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

static int exit_status(int status)
{
	return WIFSIGNALED(status) ? STATUS_SIGNALLED + WTERMSIG(status) : WEXITSTATUS(status);
}

static bool close_records(struct serve *s, GError **error)
{
	int r = s->journal ? journal_close(s->journal) : 0;

	if (r == 0 && s->capture)
		r = capture_close(s->capture);
	return r == 0 ||
	       fail(error, SERVE_ERROR_FILE, "writing journal or capture", g_strerror(-r));
}

static void tear_down(struct serve *s)
{
	for (unsigned i = 0; i < s->boot.n_links; i++)
		link_free(s->boot.links[i]);
	server_free(s->boot.server);
	serve_log_free(s->log);
	capture_free(s->capture);
	journal_free(s->journal);
	close(s->signal_fd);
	g_free(s->boot.broken);
}

bool serve_run(const struct serve_job *job, int *status, GError **error)
{
	struct serve s = {
		.job = job,
		.netns = NETNS_NONE,
		.boot = { .qemu = QEMU_NONE },
		.end_ns = DEADLINE_NEVER,
	};
	bool ok = set_up(&s, error);
	int ended;

	if (ok)
		serve(&s);
	ended = netns_stop(&s.netns);
	kill_orphans(s.net_inode);
	if (s.boot.broken)
		ok = fail(error, SERVE_ERROR_RUN, "it broke", s.boot.broken);
	if (ok)
		ok = close_records(&s, error);
	if (ok)
		*status = job->argv ? exit_status(ended) : 0;
	tear_down(&s);
	return ok;
}
