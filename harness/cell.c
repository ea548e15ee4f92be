/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One cell: one boot, from the start of QEMU to the verdict
 *
 * QEMU starts stopped. When everything is connected it is let go: that is power-on, time 0. From
 * then on the loop waits for whatever comes first: a frame, console text, a QMP event, QEMU's
 * death, the server's next deadline or the observer's. The boot is over when the observer says so;
 * then the evidence is judged.
 */
#define _GNU_SOURCE /* ppoll() */
#include "harness/cell.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "harness/lowcore.h"
#include "harness/observer.h"
#include "harness/qemu.h"
#include "harness/qmp.h"
#include "server/capture.h"
#include "server/link.h"

enum {
	NS_PER_S = 1000 * 1000 * 1000,
	QEMU_ANSWER_MS = 20000,
	QEMU_END_MS = 1000,   /* from closing its sockets to its end, and for a last word */
	FRAMES_PER_TURN = 64, /* before the other descriptors are looked at again */
	STDERR_MAX = 500,     /* characters of QEMU's complaint in a reason */
};

struct nic {
	struct cell *cell;
	Link *link;
};

struct cell {
	const struct cell_job *job;
	Result *result;
	Journal *journal;
	Capture *capture;
	Server *server;
	Observer *observer;
	Qmp *qmp;
	struct qemu qemu;
	struct nic nics[SCENARIO_N_NICS_MAX];
	unsigned n_nics, server_nic;
	uint64_t t0_ns;  /* of the host's clock, at power-on */
	uint64_t now_ns; /* since then; set when something is taken up, and the same until the next
			  */
	bool asked_lowcore;
	char *broken; /* ours or the machine's failure: the cell is an error */
};

static uint64_t host_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* Something is taken up: what it leads to has the same time. */
static uint64_t tick(struct cell *c)
{
	c->now_ns = host_ns() - c->t0_ns;
	return c->now_ns;
}

static bool fail(struct cell *c, const char *what, const char *why)
{
	if (!c->broken)
		c->broken = g_strdup_printf("%s: %s", what, why);
	return false;
}

static char *file_in(const struct cell *c, const char *name)
{
	return g_build_filename(c->job->dir, name, NULL);
}

/* --- what comes from QEMU and from the server ---------------------------------------------------
 */

static void on_lowcore_at_first_frame(void *self, const struct lowcore *l)
{
	struct cell *c = self;

	observer_lowcore_before(c->observer, l);
}

static void on_seen(void *self, uint64_t t_ns, enum link_dir dir, const struct frame *f)
{
	struct nic *nic = self;
	struct cell *c = nic->cell;

	if (!c->asked_lowcore)
		lowcore_ask(c->qmp, on_lowcore_at_first_frame, c);
	c->asked_lowcore = true;
	observer_frame(c->observer, t_ns, dir == LINK_TO_GUEST, f);
}

static void on_deliver(void *self, uint64_t t_ns, const uint8_t *frame, size_t len)
{
	struct nic *nic = self;

	server_input(nic->cell->server, t_ns, frame, len);
}

static void on_server_frame(void *self, const uint8_t *frame, size_t len)
{
	struct cell *c = self;
	int r = link_send(c->nics[c->server_nic].link, c->now_ns, frame, len);

	/* An end that is gone is QEMU's: how it came to that, QMP tells. */
	if (r < 0 && r != -ECONNREFUSED && r != -ECONNRESET && r != -EPIPE)
		fail(c, "sending to QEMU", g_strerror(-r));
}

static void on_qmp_event(void *self, const char *name, JsonObject *data)
{
	struct cell *c = self;

	observer_qmp(c->observer, tick(c), name, data);
}

/* --- set up ----------------------------------------------------------------------------------- */

static bool open_records(struct cell *c)
{
	g_autofree char *journal = file_in(c, "journal.jsonl.gz");
	g_autofree char *capture = file_in(c, "capture.pcapng");

	c->journal = journal_new(journal);
	if (!c->journal)
		return fail(c, journal, g_strerror(errno));
	c->capture = capture_new(capture, NULL);
	if (!c->capture)
		return fail(c, capture, g_strerror(errno));
	journal_begin(c->journal, 0, "cell");
	journal_u64(c->journal, "schema", JOURNAL_SCHEMA);
	journal_str(c->journal, "client", c->result->client);
	journal_str(c->journal, "server", c->result->server);
	journal_str(c->journal, "scenario", c->result->scenario);
	journal_u64(c->journal, "seed", c->result->seed);
	journal_str(c->journal, "clock", c->result->clock);
	journal_end(c->journal);
	return true;
}

static void add_observer(struct cell *c)
{
	struct observer_config cfg = {
		.client = c->job->client,
		.scenario = c->job->scenario,
		.tree = c->job->tree,
		.journal = c->journal,
		.result = c->result,
		.progress = c->job->progress,
		.self = c->job->self,
	};

	c->observer = observer_new(&cfg);
}

static bool start_server(struct cell *c)
{
	struct server_ops ops = { .send = on_server_frame, .self = c };
	g_autoptr(GError) error = NULL;
	struct server_config cfg = {
		.kind = c->job->server,
		.root = c->job->tree,
		.net = c->job->scenario->net,
		.dhcp = c->job->scenario->dhcp,
		.tftp = c->job->scenario->tftp,
	};

	c->server = server_new(&cfg, &ops, c->journal, &error);
	return c->server || fail(c, "server", error->message);
}

static void add_links(struct cell *c)
{
	for (unsigned i = 0; i < c->qemu.n_nics; i++) {
		const struct scenario_nic *s = c->job->scenario->nics->pdata[i];
		g_autofree char *name = g_strdup_printf("nic%u", i);
		struct nic *nic = &c->nics[i];
		struct link_ops ops = {
			.deliver = s->server ? on_deliver : NULL,
			.seen = on_seen,
			.self = nic,
		};

		nic->cell = c;
		nic->link = link_new(c->qemu.nic_fds[i], name, &ops, c->journal, c->capture);
		c->qemu.nic_fds[i] = -1;
		if (s->server)
			c->server_nic = i;
	}
	c->n_nics = c->qemu.n_nics;
}

static bool pull_cables(struct cell *c)
{
	for (unsigned i = 0; i < c->n_nics; i++) {
		const struct scenario_nic *s = c->job->scenario->nics->pdata[i];
		g_autofree char *arguments =
			g_strdup_printf("{\"name\":\"nic%u\",\"up\":false}", i);

		if (!s->link_up && qmp_command(c->qmp, "set_link", arguments, QEMU_ANSWER_MS, NULL))
			return fail(c, "QEMU", "refuses to take a link down");
	}
	return true;
}

/* What QEMU wrote to standard error, which the worker put into a file; NULL: nothing. */
static char *qemu_said(const struct cell *c)
{
	g_autofree char *path = file_in(c, "stderr.txt");
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL) || !*g_strstrip(text))
		return NULL;
	if (strlen(text) > STDERR_MAX)
		text[STDERR_MAX] = 0;
	return g_steal_pointer(&text);
}

static bool start_qemu(struct cell *c)
{
	struct qmp_ops ops = { .event = on_qmp_event, .self = c };
	g_autoptr(GError) error = NULL;

	if (!qemu_start(&c->qemu, c->job->client, c->job->scenario, c->job->tree, &error))
		return fail(c, "QEMU", error->message);
	c->qmp = qmp_new(c->qemu.qmp_fd, &ops);
	c->qemu.qmp_fd = -1;
	add_links(c);
	if (qmp_start(c->qmp, QEMU_ANSWER_MS)) {
		g_autofree char *said = qemu_said(c);

		return fail(c, "QEMU did not start", said ? said : "no greeting on QMP");
	}
	return pull_cables(c);
}

static bool power_on(struct cell *c)
{
	struct lowcore before = lowcore_of_guest(c->qmp);

	observer_lowcore_before(c->observer, &before);
	c->t0_ns = host_ns();
	observer_power_on(c->observer);
	if (qmp_command(c->qmp, "cont", NULL, QEMU_ANSWER_MS, NULL))
		return fail(c, "QEMU", "refuses to start the machine");
	return true;
}

static bool set_up(struct cell *c)
{
	c->t0_ns = host_ns();
	if (!open_records(c))
		return false;
	add_observer(c);
	return start_server(c) && start_qemu(c) && power_on(c);
}

/* --- the loop --------------------------------------------------------------------------------- */

static void read_console(struct cell *c)
{
	char buf[4096];
	ssize_t n;

	while ((n = read(c->qemu.console_fd, buf, sizeof(buf))) > 0)
		observer_console(c->observer, tick(c), buf, (size_t)n);
}

static void read_link(struct cell *c, Link *l)
{
	int r = 0;

	for (unsigned i = 0; i < FRAMES_PER_TURN && r == 0; i++)
		r = link_recv(l, tick(c));
	if (r < 0)
		fail(c, "receiving from QEMU", g_strerror(-r));
}

static void read_qmp(struct cell *c)
{
	int r;

	do
		r = qmp_read(c->qmp);
	while (r == 0);
	if (r == QMP_E_CLOSED)
		observer_qemu_exited(c->observer);
}

/* Wait until something is there to do, @end_ns at the latest. */
static void wait_for(struct cell *c, struct pollfd *p, unsigned n, uint64_t end_ns)
{
	uint64_t now = tick(c), left = end_ns > now ? end_ns - now : 0;
	struct timespec t = { (time_t)(left / NS_PER_S), (long)(left % NS_PER_S) };

	if (ppoll(p, n, &t, NULL) < 0 && errno != EINTR)
		fail(c, "poll", g_strerror(errno));
}

static void turn(struct cell *c)
{
	uint64_t end_ns = MIN(observer_deadline_ns(c->observer), server_deadline_ns(c->server));
	struct pollfd p[2 + SCENARIO_N_NICS_MAX] = {
		{ .fd = qmp_fd(c->qmp), .events = POLLIN },
		{ .fd = c->qemu.console_fd, .events = POLLIN },
	};

	for (unsigned i = 0; i < c->n_nics; i++) {
		bool blocked = link_is_blocked(c->nics[i].link);

		p[2 + i].fd = link_fd(c->nics[i].link);
		p[2 + i].events = (short)(POLLIN | (blocked ? POLLOUT : 0));
	}
	wait_for(c, p, 2 + c->n_nics, end_ns);
	for (unsigned i = 0; i < c->n_nics; i++) {
		if (p[2 + i].revents & POLLOUT)
			link_flush(c->nics[i].link);
		if (p[2 + i].revents & POLLIN)
			read_link(c, c->nics[i].link);
	}
	if (p[1].revents)
		read_console(c);
	if (p[0].revents)
		read_qmp(c);
	if (tick(c) >= server_deadline_ns(c->server))
		server_step(c->server, c->now_ns);
	observer_step(c->observer, c->now_ns);
}

/* --- the end ---------------------------------------------------------------------------------- */

static void set_error(Result *r, const char *reason)
{
	r->verdict = VERDICT_ERROR;
	g_free(r->reason);
	r->reason = g_strdup(reason);
}

/* What is broken may be so because QEMU is no more: then say how it ended. */
static void add_death(struct cell *c)
{
	struct pollfd p = { .fd = c->qemu.pidfd, .events = POLLIN };
	g_autofree char *what = c->broken, *how = NULL;

	if (c->qemu.pid > 0 && poll(&p, 1, QEMU_END_MS) == 1)
		how = ending_died_detail(qemu_stop(&c->qemu));
	c->broken = how ? g_strdup_printf("%s (%s)", what, how) : g_steal_pointer(&what);
}

/* Whether it is QEMU that hangs, and not its guest. */
static bool is_stuck(struct cell *c)
{
	return qmp_command(c->qmp, "query-status", NULL, QEMU_END_MS, NULL) == QMP_E_TIMEOUT;
}

static void finish(struct cell *c)
{
	struct lowcore last = { .known = false };
	g_autofree char *said = NULL;
	int status;

	/* Whatever QEMU sent before it stopped is in the sockets. */
	for (unsigned i = 0; i < c->n_nics; i++)
		read_link(c, c->nics[i].link);
	read_console(c);
	if (observer_has_machine(c->observer))
		last = lowcore_of_guest(c->qmp);
	if (observer_has_machine(c->observer) && !last.known && is_stuck(c))
		fail(c, "QEMU", "does not answer any more");
	status = qemu_stop(&c->qemu);
	said = qemu_said(c);
	observer_judge(c->observer, tick(c), &last, status, said);
}

static void write_console(const struct cell *c)
{
	g_autofree char *path = file_in(c, "console.gz");
	const GString *raw = observer_console_raw(c->observer);
	gzFile f = gzopen(path, "wbe1");

	if (!f)
		return;
	if (raw->len)
		gzwrite(f, raw->str, (unsigned)raw->len);
	gzclose(f);
}

static void close_records(struct cell *c)
{
	g_autofree char *capture = file_in(c, "capture.pcapng");
	int r;

	journal_begin(c->journal, tick(c), "verdict");
	journal_str(c->journal, "verdict", verdict_name(c->result->verdict));
	if (c->result->reason)
		journal_str(c->journal, "reason", c->result->reason);
	journal_end(c->journal);
	r = journal_close(c->journal);
	if (!r)
		r = capture_close(c->capture);
	if (r < 0) {
		g_autofree char *why =
			g_strdup_printf("writing journal or capture: %s", g_strerror(-r));

		set_error(c->result, why);
	}
	if (c->result->verdict == VERDICT_PASS && !c->job->keep)
		g_unlink(capture);
}

static void tear_down(struct cell *c)
{
	for (unsigned i = 0; i < c->n_nics; i++)
		link_free(c->nics[i].link);
	qmp_free(c->qmp);
	server_free(c->server);
	observer_free(c->observer);
	capture_free(c->capture);
	journal_free(c->journal);
	g_free(c->broken);
}

static Result *new_result(const struct cell_job *job)
{
	Result *r = result_new();

	r->cell = g_strdup(job->id);
	r->client = g_strdup(job->client->name);
	r->server = g_strdup(server_kind_name(job->server));
	r->scenario = g_strdup(job->scenario->name);
	r->seed = job->seed;
	r->clock = g_strdup("wall");
	return r;
}

Result *cell_run(const struct cell_job *job)
{
	struct cell c = { .job = job, .result = new_result(job) };
	uint64_t start_ns = host_ns();

	c.qemu.pid = c.qemu.pidfd = c.qemu.console_fd = c.qemu.qmp_fd = -1;
	if (set_up(&c))
		while (!c.broken && !observer_is_over(c.observer))
			turn(&c);
	if (c.broken)
		add_death(&c);
	else
		finish(&c);
	qemu_stop(&c.qemu);
	if (c.broken)
		set_error(c.result, c.broken);
	c.result->wall_ns = host_ns() - start_ns;
	if (c.observer)
		write_console(&c);
	if (c.journal && c.capture)
		close_records(&c);
	tear_down(&c);
	return c.result;
}
