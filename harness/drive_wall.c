/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wall clock: the guest runs freely, and time is the host's
 *
 * The loop waits for whatever comes first: a frame, console text, a QMP event, QEMU's death, the
 * server's own descriptor, or a deadline of server, network or observer.
 */
#define _GNU_SOURCE /* ppoll() */
#include "harness/boot.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

enum {
	NS_PER_S = 1000 * 1000 * 1000,
	FRAMES_PER_TURN = 64, /* before the other descriptors are looked at again */
};

/* What is polled beside the links, which follow. */
enum { QMP, CONSOLE, SERVER, N_OTHERS };

struct wall {
	struct boot *b;
	uint64_t t0_ns; /* of the host's clock, at power-on */
};

/* Something is taken up: what it leads to has the same time. */
static uint64_t tick(struct wall *w)
{
	w->b->now_ns = boot_host_ns() - w->t0_ns;
	return w->b->now_ns;
}

static void read_console(struct wall *w)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(w->b->qemu.console_fd, buf, sizeof(buf))) > 0)
		observer_console(w->b->observer, tick(w), buf, (size_t)n);
}

static void read_link(struct wall *w, Link *l)
{
	int r = 0;

	for (unsigned i = 0; i < FRAMES_PER_TURN && r == 0; i++)
		r = link_recv(l, tick(w));
	if (r < 0)
		boot_fail(w->b, "receiving from QEMU", g_strerror(-r));
}

static void read_qmp(struct wall *w)
{
	int r;

	tick(w);
	do
		r = qmp_read(w->b->qmp);
	while (r == 0);
	if (r == QMP_E_CLOSED)
		observer_qemu_exited(w->b->observer);
}

/* Wait until something is there to do, @end_ns at the latest. */
static void wait_for(struct wall *w, struct pollfd *p, unsigned n, uint64_t end_ns)
{
	uint64_t now = tick(w), left = end_ns > now ? end_ns - now : 0;
	struct timespec t = { (time_t)(left / NS_PER_S), (long)(left % NS_PER_S) };

	if (ppoll(p, n, &t, NULL) < 0 && errno != EINTR)
		boot_fail(w->b, "poll", g_strerror(errno));
}

static void turn(struct wall *w)
{
	struct boot *b = w->b;
	struct pollfd p[N_OTHERS + SCENARIO_N_NICS_MAX] = {
		[QMP] = { .fd = qmp_fd(b->qmp), .events = POLLIN },
		[CONSOLE] = { .fd = b->qemu.console_fd, .events = POLLIN },
		[SERVER] = { .fd = server_fd(b->server), .events = POLLIN },
	};

	for (unsigned i = 0; i < b->n_links; i++) {
		bool blocked = link_is_blocked(b->links[i]);

		p[N_OTHERS + i].fd = link_fd(b->links[i]);
		p[N_OTHERS + i].events = (short)(POLLIN | (blocked ? POLLOUT : 0));
	}
	wait_for(w, p, N_OTHERS + b->n_links,
		 MIN(observer_deadline_ns(b->observer), boot_deadline_ns(b)));
	for (unsigned i = 0; i < b->n_links; i++) {
		if (p[N_OTHERS + i].revents & POLLOUT)
			link_flush(b->links[i]);
		if (p[N_OTHERS + i].revents & POLLIN)
			read_link(w, b->links[i]);
	}
	if (p[CONSOLE].revents)
		read_console(w);
	if (p[QMP].revents)
		read_qmp(w);
	if (p[SERVER].revents)
		server_step(b->server, tick(w));
	boot_run_until(b, tick(w));
	observer_step(b->observer, b->now_ns);
}

void boot_drive_wall(struct boot *b)
{
	struct wall w = { .b = b, .t0_ns = boot_host_ns() };

	while (!b->broken && !observer_is_over(b->observer))
		turn(&w);
	/* Whatever QEMU sent before it stopped is in the sockets. */
	for (unsigned i = 0; i < b->n_links && !b->broken; i++)
		read_link(&w, b->links[i]);
	read_console(&w);
	tick(&w);
}
