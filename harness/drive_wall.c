/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wall clock: the guest runs freely, and time is the host's
 *
 * The loop waits for whatever comes first: a frame, console text, a QMP event, QEMU's death, the
 * server's own descriptor, or a deadline of server, network or observer.
 */
#include <unistd.h>

#include "harness/wall.h"

/* What is waited for beside links and server. */
enum { QMP, CONSOLE, N_OTHERS };

static void read_console(struct wall *w)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(w->b->qemu.console_fd, buf, sizeof(buf))) > 0)
		observer_console(w->b->observer, wall_tick(w), buf, (size_t)n);
}

static void read_qmp(struct wall *w)
{
	int r;

	wall_tick(w);
	do
		r = qmp_read(w->b->qmp);
	while (r == 0);
	if (r == QMP_E_CLOSED)
		observer_qemu_exited(w->b->observer);
}

static void turn(struct wall *w)
{
	struct boot *b = w->b;
	struct pollfd others[N_OTHERS] = {
		[QMP] = { .fd = qmp_fd(b->qmp), .events = POLLIN },
		[CONSOLE] = { .fd = b->qemu.console_fd, .events = POLLIN },
	};

	wall_wait(w, others, N_OTHERS, observer_deadline_ns(b->observer));
	if (others[CONSOLE].revents)
		read_console(w);
	if (others[QMP].revents)
		read_qmp(w);
	wall_run(w);
	observer_step(b->observer, b->now_ns);
}

void boot_drive_wall(struct boot *b)
{
	struct wall w = wall_begin(b);

	while (!b->broken && !observer_is_over(b->observer))
		turn(&w);
	/* Whatever QEMU sent before it stopped is in the sockets. */
	wall_drain(&w);
	read_console(&w);
	wall_tick(&w);
}
