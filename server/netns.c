/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program on a network of its own, whose other end is frames in our hands
 *
 * The child makes its own world: namespaces, and in them a card (server/veth.h). It sends the
 * card's packet socket to us over a socket pair, which the program's execution closes: so end of
 * file says that the program runs, and a word that something failed. In between only system calls
 * are made, as must be after fork().
 */
#define _GNU_SOURCE /* unshare() */
#include "server/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	EXIT_SETUP = 127,
};

/* What the child says before it executes the program; with it, once, the socket. */
struct word {
	int error;         /* errno, or 0: here is the socket */
	bool is_namespace; /* what failed is what not everybody may do */
	char step[NETNS_STEP_MAX];
};

/* --- in the child ----------------------------------------------------------------------------- */

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		r = -errno;
	close(fd);
	return r;
}

/* Root has no need of a user namespace, and gets one only where everybody does. */
static int enter_namespaces(bool *mapped)
{
	*mapped = unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0;
	if (*mapped || (geteuid() == 0 && unshare(CLONE_NEWNET) == 0))
		return 0;
	return -errno;
}

static int map_identity(unsigned uid, unsigned gid)
{
	char map[64];
	int r = write_file("/proc/self/setgroups", "deny");

	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (!r)
		r = write_file("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return r ? r : write_file("/proc/self/gid_map", map);
}

/* Return: the packet socket, or negative errno and in @word what failed. */
static int make_world(const struct netns_config *cfg, struct word *word)
{
	unsigned uid = geteuid(), gid = getegid();
	const char *step = "making a user and network namespace";
	bool mapped;
	int r = enter_namespaces(&mapped);

	word->is_namespace = true;
	if (!r && mapped) {
		step = "mapping the user into the namespace";
		r = map_identity(uid, gid);
	}
	if (!r) {
		word->is_namespace = false;
		r = veth_open(&cfg->network, &step);
	}
	snprintf(word->step, sizeof(word->step), "%s", step);
	return r;
}

static void say(int fd, const struct word *word, int frame_fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { (void *)word, sizeof(*word) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (frame_fd >= 0) {
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &frame_fd, sizeof(int));
	}
	while (sendmsg(fd, &msg, MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

static void wait_for_ever(int fd)
{
	close(fd); /* all is ready */
	for (;;)
		pause();
}

static void run_program(const struct netns_config *cfg, int fd)
{
	struct word word = { .step = "executing the program" };
	sigset_t none;

	if (!cfg->argv)
		wait_for_ever(fd);
	sigemptyset(&none); /* what we block is no business of its */
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (cfg->output_fd >= 0 &&
	    (dup2(cfg->output_fd, STDOUT_FILENO) < 0 || dup2(cfg->output_fd, STDERR_FILENO) < 0))
		word.error = errno;
	if (!word.error) {
		execv(cfg->argv[0], (char **)cfg->argv);
		word.error = errno;
	}
	say(fd, &word, -1);
}

static void child(const struct netns_config *cfg, int fd, pid_t parent)
{
	struct word word = { 0 };
	int frame_fd = make_world(cfg, &word);

	/* Only now: to become another user takes it away. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_SETUP);
	if (frame_fd < 0)
		word.error = -frame_fd;
	say(fd, &word, frame_fd);
	if (frame_fd >= 0)
		run_program(cfg, fd);
	_exit(EXIT_SETUP);
}

/* --- in the parent ---------------------------------------------------------------------------- */

/* Return: 1, or 0 at the end of file; negative errno. */
static int hear(int fd, struct word *word, int *frame_fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { word, sizeof(*word) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c;
	ssize_t n;

	do
		n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 ? -errno : 0;
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_type == SCM_RIGHTS)
		memcpy(frame_fd, CMSG_DATA(c), sizeof(int));
	return 1;
}

/* Until the program runs, or something has failed. */
static int wait_for_child(int fd, struct netns *n, struct word *word)
{
	int r;

	while ((r = hear(fd, word, &n->frame_fd)) > 0)
		if (word->error)
			return -word->error;
	if (!r && n->frame_fd < 0)
		r = -ECHILD; /* killed before it said anything */
	return r;
}

static int start(struct netns *n, const struct netns_config *cfg, struct word *word)
{
	pid_t parent = getpid();
	int fds[2], r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
		return -errno;
	n->pid = fork();
	if (n->pid == 0) {
		close(fds[0]);
		child(cfg, fds[1], parent);
	}
	if (n->pid > 0)
		n->pidfd = (int)syscall(SYS_pidfd_open, n->pid, 0);
	r = n->pidfd < 0 ? -errno : 0;
	close(fds[1]);
	if (!r)
		r = wait_for_child(fds[0], n, word);
	close(fds[0]);
	return r;
}

int netns_start(struct netns *out, const struct netns_config *cfg, char step[NETNS_STEP_MAX])
{
	struct word word = { .step = "starting a process" };
	struct netns n = NETNS_NONE;
	int r = start(&n, cfg, &word);

	if (!r) {
		*out = n;
		return 0;
	}
	memcpy(step, word.step, NETNS_STEP_MAX);
	netns_stop(&n);
	return word.is_namespace ? NETNS_E_FORBIDDEN : r;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int netns_stop(struct netns *n)
{
	int status = 0;

	if (n->pid > 0) {
		kill(n->pid, SIGKILL);
		while (waitpid(n->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	n->pid = -1;
	close_fd(&n->pidfd);
	close_fd(&n->frame_fd);
	return status;
}
