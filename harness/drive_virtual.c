/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual clock: guest and server take turns
 *
 * The plugin in QEMU (harness/plugin/clock.c) stops the guest after a notification that put frames
 * out, and at the limit that it was given; it reports how many instructions were executed, and that
 * is the time. While the guest stands still, everything that is due happens here, in order of time;
 * then the guest may run until the next thing is due.
 *
 * A frame to the guest goes through QEMU's main loop, which is another thread: the guest must not
 * go on before it lies in the card's ring. The card sits on a hub (QEMU's hubport) together with
 * the socket and a second socket, the echo: whatever passes the hub comes out there as well, after
 * it went to the card. So as many echoes as frames have passed mean that nothing is under way.
 *
 * The guest's own frames are sent on the thread that executes it, before the plugin stops it for
 * them. Console bytes likewise: they are read while waiting, and belong to the turn that comes
 * next; the plugin stops the guest for each service call, so that turn comes at once. Of QMP only
 * what ends the boot counts, and belongs to the last turn. Nothing else of QEMU's is looked at, so
 * nothing that depends on the host's speed can get in.
 *
 * A guest in a loop of program checks takes minutes for a turn, and will never do anything else. So
 * when a turn takes long the guest is looked at, and if that is what it does, the turns that are
 * left are taken without it: each is as long as it was to be at most. They lead to the same end.
 */
#include "harness/boot.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/lowcore.h"
#include "harness/plugin/turn.h"
#include "server/datagram.h"

enum {
	NS_PER_MS = 1000 * 1000,
	/* The guest is stopped at least so often (virtual time), whatever it does. */
	SLICE_NS = 1000 * NS_PER_MS,
	FRAME_BYTES_MAX = 65536,
	LONG_TURN_MS = 200,   /* of the host */
	PGM_OPERATION = 0x01, /* Principles of Operation, "program interruption codes" */
};

struct virtual
{
	struct boot *b;
	uint64_t end_ns; /* of the host's clock: the cell's deadline */
	uint64_t limit;  /* of the turn: so many instructions since power-on */
	bool is_looping; /* the guest never comes to it */
	GByteArray *console;
	uint64_t n_echoes[SCENARIO_N_NICS_MAX];
	uint8_t buf[FRAME_BYTES_MAX];
};

static void read_console(struct virtual *v)
{
	uint8_t buf[4096];
	ssize_t n;

	while ((n = read(v->b->qemu.console_fd, buf, sizeof(buf))) > 0)
		g_byte_array_append(v->console, buf, (unsigned)n);
}

static void read_qmp(struct virtual *v)
{
	int r;

	do
		r = qmp_read(v->b->qmp);
	while (r == 0);
	if (r == QMP_E_CLOSED)
		observer_qemu_exited(v->b->observer);
}

/*
 * Where the first instruction cannot be fetched, or is none, no block of instructions is longer
 * than it: the turn would have ended at its limit exactly. Other loops are waited for.
 */
static bool is_looping(struct virtual *v)
{
	struct lowcore l;

	if (!observer_can_look(v->b->observer))
		return false;
	l = lowcore_of_guest(v->b->qmp);
	return ((l.pgm_code & 0xffff) == PGM_OPERATION || l.pgm_old == l.pgm_new) &&
	       observer_sees_loop(v->b->observer, &l);
}

/*
 * Wait until @fd can be read. What was on the console before that has been read then: poll() looks
 * at the descriptors in order. Return: false when the boot is over first: QEMU said so, it died, or
 * the host's time is up.
 */
static bool wait_readable(struct virtual *v, int fd)
{
	struct boot *b = v->b;
	struct pollfd p[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = b->qemu.console_fd, .events = POLLIN },
		{ .fd = qmp_fd(b->qmp), .events = POLLIN },
	};

	while (!b->broken && !observer_is_over(b->observer)) {
		uint64_t now_ns = boot_host_ns();
		int n;

		if (now_ns >= v->end_ns) {
			observer_out_of_time(b->observer);
			return false;
		}
		n = poll(p, G_N_ELEMENTS(p),
			 (int)MIN((v->end_ns - now_ns) / NS_PER_MS + 1, LONG_TURN_MS));
		if (n < 0 && errno != EINTR)
			return boot_fail(b, "poll", g_strerror(errno));
		if (p[1].revents)
			read_console(v);
		if (p[0].revents)
			return true;
		if (p[2].revents)
			read_qmp(v);
		if (!n && fd == b->qemu.turn_fd && v->limit && is_looping(v)) {
			v->is_looping = true;
			return true;
		}
	}
	return false;
}

/* Wait until everything that was sent to the guest lies in its rings. */
static bool settle(struct virtual *v)
{
	struct boot *b = v->b;
	int r;

	for (unsigned i = 0; i < b->n_links; i++) {
		while (v->n_echoes[i] < link_n_passed(b->links[i]) ||
		       link_is_blocked(b->links[i])) {
			if (recv(b->qemu.echo_fds[i], v->buf, sizeof(v->buf), MSG_DONTWAIT) >= 0)
				v->n_echoes[i]++;
			else if (!wait_readable(v, b->qemu.echo_fds[i]))
				return false;
			r = link_flush(b->links[i]);
			if (r < 0)
				return boot_fail(b, "sending to the guest", g_strerror(-r));
		}
	}
	return true;
}

static void take_console(struct virtual *v)
{
	struct boot *b = v->b;

	if (v->console->len)
		observer_console(b->observer, b->now_ns, (const char *)v->console->data,
				 v->console->len);
	g_byte_array_set_size(v->console, 0);
}

static void take_frames(struct virtual *v)
{
	struct boot *b = v->b;

	for (unsigned i = 0; i < b->n_links; i++) {
		int r;

		do
			r = link_recv(b->links[i], b->now_ns);
		while (r == 0);
		if (r < 0)
			boot_fail(b, "receiving from the guest", g_strerror(-r));
	}
}

/* The first instruction at or after a time. */
static uint64_t count_at(const struct boot *b, uint64_t t_ns)
{
	return (t_ns + (1ull << b->shift) - 1) >> b->shift;
}

/* The plugin's end is closed, and so QEMU is no more. */
static bool plugin_is_gone(struct virtual *v)
{
	read_qmp(v);
	observer_qemu_exited(v->b->observer);
	return false;
}

/* How many instructions were executed when the turn came to its end. */
static bool take_report(struct virtual *v, uint64_t *count)
{
	struct turn_report report;

	if (!v->is_looping && !wait_readable(v, v->b->qemu.turn_fd))
		return false;
	*count = v->limit;
	if (v->is_looping)
		return true;
	if (read(v->b->qemu.turn_fd, &report, sizeof(report)) != sizeof(report))
		return plugin_is_gone(v);
	*count = report.count;
	return true;
}

static bool send_answer(struct virtual *v)
{
	struct turn_answer answer = { .limit = v->limit };

	if (!v->is_looping &&
	    send(v->b->qemu.turn_fd, &answer, sizeof(answer), MSG_NOSIGNAL) != sizeof(answer))
		return plugin_is_gone(v);
	return true;
}

/* One turn. Return: false when there are no more. */
static bool turn(struct virtual *v)
{
	struct boot *b = v->b;
	uint64_t count, next_ns;

	if (!take_report(v, &count))
		return false;
	/* What was due while the guest ran comes before what it has just done. */
	boot_run_until(b, count << b->shift);
	take_console(v);
	/* Whatever the turn is for: a frame that stays behind would take the place of an echo. */
	take_frames(v);
	boot_run_until(b, b->now_ns);
	observer_step(b->observer, b->now_ns);
	if (observer_wants_look(b->observer, b->now_ns)) {
		struct lowcore l = lowcore_of_guest(b->qmp);

		observer_look(b->observer, b->now_ns, &l);
	}
	if (b->broken || observer_is_over(b->observer) || !settle(v))
		return false;

	next_ns = MIN(boot_deadline_ns(b), b->now_ns + SLICE_NS);
	v->limit = count_at(b, MIN(next_ns, observer_deadline_ns(b->observer)));
	return send_answer(v);
}

void boot_drive_virtual(struct boot *b)
{
	struct virtual v = {
		.b = b,
		.end_ns = boot_host_ns() + (uint64_t)observer_cell_ms(b->observer) * NS_PER_MS,
		.console = g_byte_array_new(),
	};

	while (turn(&v))
		;
	read_console(&v);
	take_console(&v);
	if (!b->broken)
		take_frames(&v);
	g_byte_array_unref(v.console);
}
