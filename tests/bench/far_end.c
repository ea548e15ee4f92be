/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TFTP servers, each at the far end of a cable of its own
 */
#define _GNU_SOURCE /* unshare() */
#include "tests/bench/far_end.h"

#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/veth.h"

enum {
	PACKET_FD = 3,
};

static bool shell(const char *format, ...) G_GNUC_PRINTF(1, 2);

static bool shell(const char *format, ...)
{
	g_autofree char *command = NULL;
	va_list args;

	va_start(args, format);
	command = g_strdup_vprintf(format, args);
	va_end(args);
	return system(command) == 0;
}

static char *filled_in(const char *word, const char *root, const char *address)
{
	GString *s = g_string_new(word);

	g_string_replace(s, "%R", root, 0);
	g_string_replace(s, "%A", address, 0);
	return g_string_free(s, FALSE);
}

static void execute(const struct far_end *f, const char *root, const char *address)
{
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	g_ptr_array_add(words, (char *)f->program);
	for (const char *const *a = f->args; *a; a++)
		g_ptr_array_add(words, filled_in(*a, root, address));
	g_ptr_array_add(words, NULL);
	dup2(null, STDIN_FILENO);
	if (!getenv("V")) {
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
	}
	execvp(f->program, (char **)words->pdata);
	_exit(127);
}

/* In the server's namespace, once the cable is there. */
static void child(const struct far_end *f, int fd, const char *root, const char *address)
{
	char byte = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNET) < 0 || write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1)
		_exit(127);
	shell("ip link set lo up; echo 1 2>/dev/null >/proc/sys/net/ipv6/conf/wire/disable_ipv6");
	if (!f->frames)
		shell("ip addr add %s/24 dev wire", address);
	shell("ip link set wire up");
	if (f->frames) {
		int wire = veth_fill_checksums("wire") ? -1 : veth_listen("wire");

		if (wire < 0 || dup2(wire, PACKET_FD) < 0)
			_exit(127);
	}
	execute(f, root, address);
}

static bool make_cable(const struct far_end *f, unsigned number)
{
	g_autofree char *card = g_strdup_printf("card%u", number);

	return shell("ip link add %s type veth peer name wire netns %d", card, (int)f->pid) &&
	       shell("echo 1 2>/dev/null >/proc/sys/net/ipv6/conf/%s/disable_ipv6; "
		     "ip addr add 10.9.%u.1/24 dev %s && ip link set %s up",
		     card, number, card, card) &&
	       (!f->frames || veth_fill_checksums(card) == 0);
}

bool far_end_start(struct far_end *f, unsigned number, const char *root)
{
	g_autofree char *address = g_strdup_printf("10.9.%u.2", number);
	g_autofree char *path = g_find_program_in_path(f->program);
	char byte = 0;
	int fds[2];
	bool ok;

	f->pid = -1;
	f->address = 0x0a090002 | number << 8;
	if (!path) {
		printf("  skip %s: there is no %s\n", f->name, f->program);
		return false;
	}
	fflush(stdout);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return false;
	f->pid = fork();
	if (f->pid == 0) {
		close(fds[0]);
		child(f, fds[1], root, address);
	}
	close(fds[1]);
	ok = read(fds[0], &byte, 1) == 1 && make_cable(f, number) && write(fds[0], &byte, 1) == 1;
	close(fds[0]);
	if (!ok) {
		printf("  skip %s: no namespace or no cable for it\n", f->name);
		far_end_stop(f);
	}
	return ok;
}

void far_end_stop(struct far_end *f)
{
	if (f->pid <= 0)
		return;
	kill(f->pid, SIGKILL);
	waitpid(f->pid, NULL, 0);
	f->pid = -1;
}
