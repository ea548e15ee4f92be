/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A QEMU with the clock plugin in it, played by the test, turn by turn
 *
 * The driver runs in a thread of its own, and the test does what QEMU would do: it reports, waits
 * for its limit, puts frames out and takes others in, and lets the echo of each come out of its
 * hub. It waits for nothing that does not come; and looks at what came of it all when the driver
 * is done.
 */
#ifndef TESTS_SUPPORT_FAKE_GUEST_H
#define TESTS_SUPPORT_FAKE_GUEST_H

#include <poll.h>

#include "harness/plugin/turn.h"
#include "tests/support/boot_lab.h"

enum {
	FAKE_GUEST_WAIT_MS = 2000, /* for what must come */
	FAKE_GUEST_QUIET_MS = 3,   /* for what must not */
};

#define FAKE_GUEST_CLIENT                                                                          \
	"[client]\nsummary = c\nprovides = linux-boot\nenter = firmware\npolls = true\n"

struct fake_guest {
	struct boot_lab lab;
	Client *client;
	Result *result;
	int echoes[SCENARIO_N_NICS_MAX]; /* QEMU's ends of all, -1: closed */
	int turn, console, qmp;
	GThread *thread;
	uint64_t took_ns; /* the driver, of the host's time */
	gint is_done;     /* atomic: the driver is */
};

static inline void fake_guest_on_qmp(void *self, const char *name, JsonObject *data)
{
	struct fake_guest *g = self;

	observer_qmp(g->lab.boot.observer, g->lab.boot.now_ns, name, data);
}

static inline void fake_guest_add_observer(struct fake_guest *g)
{
	g_autofree char *path = text_file(g->lab.dir, "c.ini", FAKE_GUEST_CLIENT);
	struct observer_config cfg;

	g->client = client_load(path, "c", NULL, NULL);
	ck_assert_ptr_nonnull(g->client);
	g->result = result_new();
	cfg = (struct observer_config){
		.client = g->client,
		.scenario = g->lab.scenario,
		.tree = g->lab.dir,
		.journal = g->lab.journal,
		.result = g->result,
		.is_virtual = true,
	};
	g->lab.boot.observer = observer_new(&cfg);
	observer_power_on(g->lab.boot.observer);
}

/* A machine that is about to be let go, for the scenario with @text behind its head. */
static inline void fake_guest_init(struct fake_guest *g, const char *text)
{
	struct qmp_ops ops = { fake_guest_on_qmp, g };
	struct qemu *q = &g->lab.boot.qemu;

	boot_lab_init(&g->lab, text);
	fake_guest_add_observer(g);
	for (unsigned i = 0; i < g->lab.boot.n_links; i++)
		q->echo_fds[i] = boot_lab_socket(SOCK_DGRAM, &g->echoes[i]);
	q->n_nics = g->lab.boot.n_links;
	q->console_fd = boot_lab_socket(SOCK_STREAM, &g->console);
	q->turn_fd = boot_lab_socket(SOCK_STREAM, &g->turn);
	ck_assert_int_eq(fcntl(q->turn_fd, F_SETFL, 0), 0); /* a turn is waited for */
	g->lab.boot.qmp = qmp_new(boot_lab_socket(SOCK_STREAM, &g->qmp), &ops);
}

static inline void *fake_guest_drive(void *self)
{
	struct fake_guest *g = self;
	uint64_t start_ns = boot_host_ns();

	boot_drive_virtual(&g->lab.boot);
	g->took_ns = boot_host_ns() - start_ns;
	g_atomic_int_set(&g->is_done, 1);
	return NULL;
}

static inline bool fake_guest_is_done(const struct fake_guest *g)
{
	return g_atomic_int_get(&g->is_done);
}

static inline void fake_guest_start(struct fake_guest *g)
{
	g->is_done = 0;
	g->thread = g_thread_new("driver", fake_guest_drive, g);
}

/* --- what QEMU does --------------------------------------------------------------------------- */

static inline void fake_guest_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* It is gone, and all that it held. */
static inline void fake_guest_die(struct fake_guest *g)
{
	for (unsigned i = 0; i < g->lab.boot.n_links; i++) {
		fake_guest_close(&g->echoes[i]);
		boot_lab_close_nic(&g->lab, i);
	}
	fake_guest_close(&g->turn);
	fake_guest_close(&g->console);
	fake_guest_close(&g->qmp);
}

static inline void fake_guest_report(struct fake_guest *g, uint64_t count, enum turn_why why)
{
	struct turn_report r = { .count = count, .why = why };

	ck_assert_int_eq(send(g->turn, &r, sizeof(r), MSG_NOSIGNAL), sizeof(r));
}

static inline bool fake_guest_has(int fd, int wait_ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, wait_ms) == 1;
}

/* The guest may go on, so far. */
static inline void fake_guest_expect_limit(struct fake_guest *g, uint64_t want)
{
	struct turn_answer a = { 0 };

	ck_assert_msg(fake_guest_has(g->turn, FAKE_GUEST_WAIT_MS), "no limit came");
	ck_assert_int_eq(recv(g->turn, &a, sizeof(a), MSG_DONTWAIT), sizeof(a));
	ck_assert_uint_eq(a.limit, want);
}

/* The same with whatever limit. */
static inline void fake_guest_expect_turn(struct fake_guest *g)
{
	struct turn_answer a;

	ck_assert_msg(fake_guest_has(g->turn, FAKE_GUEST_WAIT_MS), "no limit came");
	ck_assert_int_eq(recv(g->turn, &a, sizeof(a), MSG_DONTWAIT), sizeof(a));
}

/* The guest still stands. */
static inline void fake_guest_expect_wait(struct fake_guest *g)
{
	ck_assert_msg(!fake_guest_has(g->turn, FAKE_GUEST_QUIET_MS), "it may go on already");
}

/* A copy of a frame comes out of a card's hub; its content is nobody's business. */
static inline void fake_guest_echo(struct fake_guest *g, unsigned nic)
{
	ck_assert_int_eq(send(g->echoes[nic], "echo", 4, MSG_NOSIGNAL), 4);
}

/* The guest sends a frame. */
static inline void fake_guest_put(struct fake_guest *g, unsigned nic, const struct wire_frame *f)
{
	boot_lab_put(&g->lab, nic, f);
	fake_guest_echo(g, nic);
}

/* QEMU's main loop takes a frame for the guest, and has not passed it on; its length. */
static inline size_t fake_guest_take(struct fake_guest *g, unsigned nic, void *buf, size_t cap)
{
	ssize_t n;

	ck_assert_msg(fake_guest_has(g->lab.nics[nic], FAKE_GUEST_WAIT_MS), "no frame came");
	n = recv(g->lab.nics[nic], buf, cap, MSG_DONTWAIT);
	ck_assert_int_ge(n, 0);
	return (size_t)n;
}

/* It takes one, and it lies in the card's ring. */
static inline void fake_guest_pass(struct fake_guest *g, unsigned nic)
{
	uint8_t buf[2048];

	fake_guest_take(g, nic, buf, sizeof(buf));
	fake_guest_echo(g, nic);
}

static inline void fake_guest_print(struct fake_guest *g, const char *text)
{
	ck_assert_int_eq(send(g->console, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static inline void fake_guest_say(struct fake_guest *g, const char *qmp)
{
	ck_assert_int_eq(send(g->qmp, qmp, strlen(qmp), MSG_NOSIGNAL), (ssize_t)strlen(qmp));
}

#define FAKE_GUEST_SHUTDOWN                                                                        \
	"{\"event\":\"SHUTDOWN\",\"data\":{\"guest\":true,\"reason\":\"guest-shutdown\"}}\n"
#define FAKE_GUEST_PANIC                                                                           \
	"{\"event\":\"GUEST_PANICKED\",\"data\":{\"action\":\"pause\",\"info\":{\"psw-addr\":0,"   \
	"\"reason\":\"disabled-wait\"}}}\n"

/* --- the end ---------------------------------------------------------------------------------- */

/* The driver is done, by itself; how it ended, NULL: it is broken. */
static inline void fake_guest_expect_end(struct fake_guest *g, const char *ending)
{
	struct boot *b = &g->lab.boot;
	struct lowcore last = { .known = false };

	g_thread_join(g->thread);
	ck_assert_msg(!b->broken == !!ending, "%s", b->broken ? b->broken : "not broken");
	if (!ending)
		return;
	ck_assert_msg(observer_is_over(b->observer), "nobody knows why it ended");
	observer_judge(b->observer, b->now_ns, &last, 0, NULL);
	ck_assert_str_eq(g->result->ending, ending);
}

static inline void fake_guest_fini(struct fake_guest *g)
{
	struct boot *b = &g->lab.boot;

	fake_guest_die(g);
	for (unsigned i = 0; i < b->n_links; i++)
		close(b->qemu.echo_fds[i]);
	close(b->qemu.console_fd);
	close(b->qemu.turn_fd);
	qmp_free(b->qmp);
	observer_free(b->observer);
	client_free(g->client);
	result_free(g->result);
	boot_lab_fini(&g->lab);
}

#endif /* TESTS_SUPPORT_FAKE_GUEST_H */
