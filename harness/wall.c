/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wall clock: time is the host's, and what comes first is done first
 */
#define _GNU_SOURCE /* ppoll() */
#include "harness/wall.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum {
	NS_PER_S = 1000 * 1000 * 1000,
	FRAMES_PER_TURN = 64, /* before the other descriptors are looked at again */
};

struct wall wall_begin(struct boot *b)
{
	return (struct wall){ .b = b, .t0_ns = boot_host_ns() };
}

uint64_t wall_tick(struct wall *w)
{
	w->b->now_ns = boot_host_ns() - w->t0_ns;
	return w->b->now_ns;
}

static void read_link(struct wall *w, Link *l)
{
	int r = 0, sent = 0;

	for (unsigned i = 0; i < FRAMES_PER_TURN && r == 0 && sent == 0; i++) {
		link_hold(l);
		r = link_recv(l, wall_tick(w));
		sent = link_release(l, w->b->now_ns);
	}
	if (r < 0)
		boot_fail(w->b, "receiving from the guest", g_strerror(-r));
	if (link_is_gone(sent))
		w->is_gone = true;
	else if (sent < 0)
		boot_fail(w->b, "sending to the guest", g_strerror(-sent));
}

static void wait_for(struct wall *w, struct pollfd *p, unsigned n, uint64_t end_ns)
{
	uint64_t now = wall_tick(w), left = end_ns > now ? end_ns - now : 0;
	struct timespec t = { (time_t)(left / NS_PER_S), (long)(left % NS_PER_S) };

	if (ppoll(p, n, &t, NULL) < 0 && errno != EINTR)
		boot_fail(w->b, "poll", g_strerror(errno));
}

void wall_wait(struct wall *w, struct pollfd *others, unsigned n_others, uint64_t until_ns)
{
	struct boot *b = w->b;
	struct pollfd p[1 + SCENARIO_N_NICS_MAX + WALL_N_OTHERS_MAX] = {
		{ .fd = server_fd(b->server), .events = POLLIN },
	};
	struct pollfd *links = p + 1, *rest = links + b->n_links;

	assert(n_others <= WALL_N_OTHERS_MAX);
	for (unsigned i = 0; i < b->n_links; i++) {
		links[i].fd = link_fd(b->links[i]);
		links[i].events = (short)(POLLIN | (link_is_blocked(b->links[i]) ? POLLOUT : 0));
	}
	memcpy(rest, others, n_others * sizeof(*others));
	wait_for(w, p, 1 + b->n_links + n_others, MIN(until_ns, boot_deadline_ns(b)));
	for (unsigned i = 0; i < b->n_links; i++) {
		if (links[i].revents & POLLOUT)
			link_flush(b->links[i]);
		if (links[i].revents & (POLLIN | POLLERR))
			read_link(w, b->links[i]);
	}
	memcpy(others, rest, n_others * sizeof(*others));
	w->server_is_ready = p[0].revents;
}

void wall_run(struct wall *w)
{
	if (w->server_is_ready)
		server_step(w->b->server, wall_tick(w));
	boot_run_until(w->b, wall_tick(w));
}

void wall_drain(struct wall *w)
{
	for (unsigned i = 0; i < w->b->n_links && !w->b->broken; i++)
		read_link(w, w->b->links[i]);
}
