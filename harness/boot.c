/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot under way: what both clocks have in common
 */
#include "harness/boot.h"

#include <time.h>

enum {
	NS_PER_S = 1000 * 1000 * 1000,
};

bool boot_fail(struct boot *b, const char *what, const char *why)
{
	if (!b->broken)
		b->broken = g_strdup_printf("%s: %s", what, why);
	return false;
}

uint64_t boot_host_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

uint64_t boot_deadline_ns(const struct boot *b)
{
	uint64_t due_ns = server_deadline_ns(b->server);

	for (unsigned i = 0; i < b->n_links; i++)
		due_ns = MIN(due_ns, link_deadline_ns(b->links[i]));
	return due_ns;
}

/* Links before the server: what arrives at the moment of a timer is there in time. */
static void run_at(struct boot *b, uint64_t t_ns)
{
	b->now_ns = t_ns;
	for (unsigned i = 0; i < b->n_links; i++) {
		int r = link_deadline_ns(b->links[i]) <= t_ns ? link_step(b->links[i], t_ns) : 0;

		if (r < 0)
			boot_fail(b, "sending to the guest", g_strerror(-r));
	}
	if (server_deadline_ns(b->server) <= t_ns)
		server_step(b->server, t_ns);
}

void boot_run_until(struct boot *b, uint64_t until_ns)
{
	uint64_t due_ns;

	/* A deadline that passed while nobody looked is dealt with now, not in the past. */
	while (!b->broken && (due_ns = boot_deadline_ns(b)) <= until_ns)
		run_at(b, MAX(due_ns, b->now_ns));
	b->now_ns = until_ns;
}
