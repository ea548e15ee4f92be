/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dnsmasq of this machine, and whether it can run here
 *
 * It is asked for its version in a namespace with a card, as it would have for a boot: so program,
 * namespaces and cards are all known to work.
 */
#define _GNU_SOURCE /* pipe2() */
#include "server/dnsmasq_find.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "server/netns.h"

enum {
	ANSWER_WAIT_S = 5,
	ANSWER_MAX = 4096,
};

char *dnsmasq_find_program(const char *wanted)
{
	static const char *const dirs[] = { "/usr/local/sbin", "/usr/sbin", "/sbin" };
	char *path = g_find_program_in_path(wanted ? wanted : "dnsmasq");

	/* Where daemons are is on root's path alone. */
	for (unsigned i = 0; !wanted && !path && i < G_N_ELEMENTS(dirs); i++) {
		g_autofree char *name = g_build_filename(dirs[i], "dnsmasq", NULL);

		path = g_find_program_in_path(name);
	}
	return path;
}

/* Read what it says until its end, or until it has had enough time. */
static void read_answer(int fd, char *buf, size_t size)
{
	struct itimerspec t = { .it_value.tv_sec = ANSWER_WAIT_S };
	struct pollfd p[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), .events = POLLIN },
	};
	size_t len = 0;
	ssize_t n = 1;

	if (timerfd_settime(p[1].fd, 0, &t, NULL) < 0)
		n = 0;
	while (n > 0 && len < size - 1) {
		if (poll(p, G_N_ELEMENTS(p), -1) < 0 || p[1].revents)
			break;
		n = read(fd, buf + len, size - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	buf[len] = 0;
	close(p[1].fd);
}

/* "Dnsmasq version 2.90  Copyright ...", in whatever language; NULL: something else. */
static char *parse_version(const char *answer)
{
	const char *digits = answer + strcspn(answer, "0123456789\n");
	size_t len = strcspn(digits, " \n");

	if (g_ascii_strncasecmp(answer, "dnsmasq ", 8) || !g_ascii_isdigit(*digits))
		return NULL;
	return g_utf8_validate_len(digits, len, NULL) ? g_strndup(digits, len) : NULL;
}

/* Return: as netns_start(); what it said is in @answer. */
static int ask(const char *program, char *answer, size_t size, char step[NETNS_STEP_MAX])
{
	const char *argv[] = { program, "--version", NULL };
	struct netns_config cfg = { .network = { .card = "eth0" }, .argv = argv };
	struct netns netns = NETNS_NONE;
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	cfg.output_fd = fds[1];
	r = netns_start(&netns, &cfg, step);
	close(fds[1]);
	if (!r)
		read_answer(fds[0], answer, size);
	close(fds[0]);
	netns_stop(&netns);
	return r;
}

void dnsmasq_find(struct server_here *out, const char *wanted)
{
	char answer[ANSWER_MAX] = "", step[NETNS_STEP_MAX] = "making a pipe";
	int r;

	out->program = dnsmasq_find_program(wanted);
	if (!out->program) {
		out->missing = g_strdup_printf("\"%s\" is not on this machine; install "
					       "dnsmasq-base, or name one with --dnsmasq",
					       wanted ? wanted : "dnsmasq");
		return;
	}
	r = ask(out->program, answer, sizeof(answer), step);
	if (r == NETNS_E_FORBIDDEN)
		out->missing = g_strdup_printf("dnsmasq needs a network namespace, and this "
					       "machine allows none (%s)",
					       step);
	else if (r < 0)
		out->missing = g_strdup_printf("dnsmasq cannot run in a network namespace: %s: %s",
					       step, g_strerror(-r));
	else
		out->version = parse_version(answer);
	if (!out->missing && !out->version)
		out->missing = g_strdup_printf("%s does not say that it is dnsmasq", out->program);
}
