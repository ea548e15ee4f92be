/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One cell: one boot, from the start of QEMU to the verdict
 *
 * QEMU starts stopped. When everything is connected it is let go: that is power-on, time 0. A
 * driver (harness/boot.h) runs it until the observer says that it is over; then the evidence is
 * judged.
 */
#define _GNU_SOURCE /* sched_setaffinity() */
#include "harness/cell.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <zlib.h>

#include "harness/boot.h"
#include "harness/cell_checks.h"
#include "harness/lowcore.h"
#include "server/capture.h"

enum {
	QEMU_ANSWER_MS = 20000,
	QEMU_END_MS = 1000, /* from closing its sockets to its end, and for a last word */
	STDERR_MAX = 500,   /* characters of QEMU's complaint in a reason */
};

struct cell {
	const struct cell_job *job;
	Result *result;
	Journal *journal;
	Capture *capture;
	struct boot boot;
	bool has_lowcore; /* the machine is an s390x */
	bool asked_lowcore;
	char *bootfile; /* that DHCP names in place of the scenario's; NULL: the scenario's */
};

static char *file_in(const struct cell *c, const char *name)
{
	return g_build_filename(c->job->dir, name, NULL);
}

/* --- what comes from QEMU and from the server ---------------------------------------------------
 */

static void on_lowcore(void *self, const struct lowcore *l)
{
	struct cell *c = self;

	observer_lowcore_before(c->boot.observer, l);
}

/* Not known on a machine that has none. */
static struct lowcore read_lowcore(const struct cell *c)
{
	if (!c->has_lowcore)
		return (struct lowcore){ .known = false };
	return lowcore_of_guest(c->boot.qmp);
}

/* The guest stands still on the virtual clock: it can be asked at once, and must be. */
static void ask_lowcore(struct cell *c)
{
	struct lowcore l;

	if (c->asked_lowcore || !c->has_lowcore)
		return;
	c->asked_lowcore = true;
	if (!c->job->clock.is_virtual) {
		lowcore_ask(c->boot.qmp, on_lowcore, c);
		return;
	}
	l = read_lowcore(c);
	on_lowcore(c, &l);
}

static void on_seen(void *self, uint64_t t_ns, enum packet_dir dir, const struct frame *f)
{
	struct cell *c = self;

	ask_lowcore(c);
	observer_frame(c->boot.observer, t_ns, dir == PACKET_TO_GUEST, f);
}

static void on_deliver(void *self, uint64_t t_ns, const uint8_t *frame, size_t len)
{
	struct cell *c = self;

	server_input(c->boot.server, t_ns, frame, len);
}

static void on_server_frame(void *self, const uint8_t *frame, size_t len)
{
	struct cell *c = self;
	struct boot *b = &c->boot;
	int r = link_send(b->links[b->server_link], b->now_ns, frame, len);

	/* An end that is gone is QEMU's: how it came to that, QMP tells. */
	if (r < 0 && !link_is_gone(r))
		boot_fail(b, "sending to the guest", g_strerror(-r));
}

static void on_server_failed(void *self, const char *why)
{
	struct cell *c = self;

	boot_fail(&c->boot, "server", why);
}

static void on_transfer(void *self, enum http_transfer what, const char *file, uint64_t bytes)
{
	struct cell *c = self;

	observer_http(c->boot.observer, c->boot.now_ns, what, file, bytes);
}

/* On the virtual clock only what ends a boot has a time that is always the same. */
static void on_qmp_event(void *self, const char *name, JsonObject *data)
{
	struct cell *c = self;

	if (!c->job->clock.is_virtual || g_str_equal(name, "SHUTDOWN") ||
	    g_str_equal(name, "GUEST_PANICKED"))
		observer_qmp(c->boot.observer, c->boot.now_ns, name, data);
}

/* --- set up ----------------------------------------------------------------------------------- */

static bool open_records(struct cell *c)
{
	g_autofree char *journal = file_in(c, "journal.jsonl.gz");
	g_autofree char *capture = file_in(c, "capture.pcapng");

	c->journal = journal_new(journal);
	if (!c->journal)
		return boot_fail(&c->boot, journal, g_strerror(errno));
	c->capture = capture_new(capture, NULL);
	if (!c->capture)
		return boot_fail(&c->boot, capture, g_strerror(errno));
	if (c->job->clock.is_virtual)
		journal_hash(c->journal);
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
		.is_virtual = c->job->clock.is_virtual,
		.journal = c->journal,
		.result = c->result,
		.progress = c->job->progress,
		.self = c->job->self,
	};

	c->boot.observer = observer_new(&cfg);
}

static bool start_server(struct cell *c)
{
	struct server_ops ops = {
		.send = on_server_frame,
		.failed = on_server_failed,
		.transfer = on_transfer,
		.self = c,
	};
	g_autoptr(GError) error = NULL;
	struct server_config cfg = {
		.kind = c->job->server,
		.root = c->job->tree,
		.program = c->job->server_program,
		.net = c->job->scenario->net,
		.dhcp = c->job->scenario->dhcp,
		.dhcp6 = c->job->scenario->dhcp6,
		.tftp = c->job->scenario->tftp,
		.http = c->job->scenario->http,
	};

	c->bootfile = client_bootfile(c->job->client);
	if (c->bootfile)
		cfg.dhcp.bootfile = c->bootfile;
	c->boot.server = server_new(&cfg, &ops, c->journal, &error);
	return c->boot.server || boot_fail(&c->boot, "server", error->message);
}

/*
 * What happens to the frames of a card; NULL where that is nothing. False: the rules make no sense.
 */
static bool make_impair(struct cell *c, unsigned i, const struct impair_config *cfg, Impair **out)
{
	g_autoptr(GError) error = NULL;

	*out = impair_new(cfg, c->job->seed + i, c->journal, &error);
	if (!*out)
		return boot_fail(&c->boot, "network", error->message);
	if (impair_is_idle(*out))
		g_clear_pointer(out, impair_free);
	return true;
}

static bool add_links(struct cell *c)
{
	struct boot *b = &c->boot;

	for (unsigned i = 0; i < b->qemu.n_nics; i++) {
		const struct scenario_nic *s = c->job->scenario->nics->pdata[i];
		g_autofree char *name = g_strdup_printf("nic%u", i);
		struct impair_config own = { .rules = c->job->client->rules, .name = "client" };
		g_autoptr(Impair) impair = NULL;
		g_autoptr(Impair) client = NULL;
		struct link_ops ops = {
			.deliver = s->server ? on_deliver : NULL,
			.seen = on_seen,
			.self = c,
		};

		if (!make_impair(c, i, &c->job->impair, &impair) ||
		    !make_impair(c, i, &own, &client))
			return false;
		b->links[i] = link_new(b->qemu.nic_fds[i], name, &ops, g_steal_pointer(&impair),
				       c->journal, c->capture);
		link_set_client(b->links[i], g_steal_pointer(&client));
		b->qemu.nic_fds[i] = -1;
		b->n_links++;
		if (s->server)
			b->server_link = i;
	}
	return true;
}

static bool pull_cables(struct cell *c)
{
	for (unsigned i = 0; i < c->boot.n_links; i++) {
		const struct scenario_nic *s = c->job->scenario->nics->pdata[i];
		g_autofree char *arguments =
			g_strdup_printf("{\"name\":\"nic%u\",\"up\":false}", i);

		if (!s->link_up &&
		    qmp_command(c->boot.qmp, "set_link", arguments, QEMU_ANSWER_MS, NULL))
			return boot_fail(&c->boot, "QEMU", "refuses to take a link down");
	}
	return true;
}

/* What QEMU wrote to standard error, which the worker put into a file; NULL: nothing. */
static char *qemu_said(const struct cell *c)
{
	g_autofree char *path = file_in(c, "stderr.txt");
	char *text = qemu_complaints(path);

	if (text && strlen(text) > STDERR_MAX)
		text[STDERR_MAX] = 0;
	return text;
}

static bool start_qemu(struct cell *c)
{
	struct boot *b = &c->boot;
	struct qmp_ops ops = { .event = on_qmp_event, .self = c };
	g_autoptr(GError) error = NULL;

	if (!qemu_start(&b->qemu, c->job->client, c->job->scenario, &c->job->clock, c->job->tree,
			&error))
		return boot_fail(b, "QEMU", error->message);
	b->qmp = qmp_new(b->qemu.qmp_fd, &ops);
	b->qemu.qmp_fd = -1;
	if (!add_links(c))
		return false;
	if (qmp_start(b->qmp, QEMU_ANSWER_MS)) {
		g_autofree char *said = qemu_said(c);

		return boot_fail(b, "QEMU did not start", said ? said : "no greeting on QMP");
	}
	return pull_cables(c);
}

static bool power_on(struct cell *c)
{
	struct lowcore before = read_lowcore(c);

	observer_lowcore_before(c->boot.observer, &before);
	observer_power_on(c->boot.observer);
	/* The guest may be far when QEMU's answer is here. */
	c->boot.start_ns = boot_host_ns();
	if (qmp_command(c->boot.qmp, "cont", NULL, QEMU_ANSWER_MS, NULL))
		return boot_fail(&c->boot, "QEMU", "refuses to start the machine");
	return true;
}

/*
 * On the virtual clock guest and server never run at the same time, and a turn costs half when
 * nobody has to be woken on another CPU: stay on the one that the scheduler chose, and QEMU with
 * us. Where that is not allowed it is only slower.
 */
static void stay_on_cpu(void)
{
	int cpu = sched_getcpu();
	cpu_set_t set;

	if (cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static bool set_up(struct cell *c)
{
	if (c->job->clock.is_virtual)
		stay_on_cpu();
	if (!open_records(c))
		return false;
	add_observer(c);
	return start_server(c) && start_qemu(c) && power_on(c);
}

/* --- the end ---------------------------------------------------------------------------------- */

static void set_error(Result *r, const char *reason)
{
	r->verdict = VERDICT_ERROR;
	g_free(r->reason);
	r->reason = g_strdup(reason);
}

/* What is broken may be so because QEMU is no more: then say how it ended. */
static void add_death(struct boot *b)
{
	struct pollfd p = { .fd = b->qemu.pidfd, .events = POLLIN };
	g_autofree char *what = b->broken, *how = NULL;

	if (b->qemu.pid > 0 && poll(&p, 1, QEMU_END_MS) == 1)
		how = ending_died_detail(qemu_stop(&b->qemu));
	b->broken = how ? g_strdup_printf("%s (%s)", what, how) : g_steal_pointer(&what);
}

/* Whether it is QEMU that hangs, and not its guest. */
static bool is_stuck(struct boot *b)
{
	return qmp_command(b->qmp, "query-status", NULL, QEMU_END_MS, NULL) == QMP_E_TIMEOUT;
}

static void finish(struct cell *c)
{
	struct boot *b = &c->boot;
	struct lowcore last = { .known = false };
	g_autofree char *said = NULL;
	int status = 0;

	if (observer_has_machine(b->observer))
		last = read_lowcore(c);
	if (observer_has_machine(b->observer) && !last.known && is_stuck(b))
		boot_fail(b, "QEMU", "does not answer any more");
	/* How it ended is asked only where it ended by itself. */
	if (observer_qemu_has_exited(b->observer))
		status = qemu_stop(&b->qemu);
	else
		qemu_kill(&b->qemu);
	server_probe(b->server, b->now_ns);
	said = qemu_said(c);
	observer_judge(b->observer, b->now_ns, &last, status, said);
}

static void write_console(const struct cell *c)
{
	g_autofree char *path = file_in(c, "console.gz");
	const GString *raw = observer_console_raw(c->boot.observer);
	gzFile f = gzopen(path, "wbe1");

	if (!f)
		return;
	if (raw->len)
		gzwrite(f, raw->str, (unsigned)raw->len);
	gzclose(f);
}

/* All cards together, both directions. */
static void count_losses(struct cell *c)
{
	const struct impair_side *sides = c->job->impair.side;
	Result *r = c->result;

	for (unsigned i = 0; i < c->boot.n_links; i++) {
		for (enum packet_dir dir = PACKET_FROM_GUEST; dir <= PACKET_TO_GUEST; dir++) {
			struct impair_counts n = link_counts(c->boot.links[i], dir);

			r->n_sent += n.n_packets;
			r->n_lost += n.n_lost;
		}
	}
	if (sides[0].loss_ppm == sides[1].loss_ppm)
		r->loss_ppm = sides[0].loss_ppm;
	/* A network that only takes its time loses nothing, and has nothing to say. */
	if (!r->loss_ppm && !r->n_lost)
		r->n_sent = 0;
}

static void close_records(struct cell *c)
{
	g_autofree char *capture = file_in(c, "capture.pcapng");
	int r;

	journal_begin(c->journal, c->boot.now_ns, "verdict");
	journal_str(c->journal, "verdict", verdict_name(c->result->verdict));
	if (c->result->reason)
		journal_str(c->journal, "reason", c->result->reason);
	journal_end(c->journal);
	if (c->job->clock.is_virtual) {
		c->result->virtual_ns = c->boot.now_ns;
		c->result->ns_per_insn = (uint64_t)1 << c->job->clock.shift;
		c->result->journal_sha256 = g_strdup(journal_sha256(c->journal));
	}
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
	struct boot *b = &c->boot;

	for (unsigned i = 0; i < b->n_links; i++)
		link_free(b->links[i]);
	qmp_free(b->qmp);
	server_free(b->server);
	observer_free(b->observer);
	capture_free(c->capture);
	journal_free(c->journal);
	g_free(b->broken);
	g_free(c->bootfile);
}

static Result *new_result(const struct cell_job *job)
{
	const struct scenario_sweep *sweep = &job->scenario->sweep;
	Result *r = result_new_for(job->id, job->client->name, server_kind_name(job->server),
				   job->scenario->name, job->seed, job->clock.is_virtual);

	r->sweep_axis = g_strdup(sweep->axis);
	r->sweep_at = g_strdup(sweep->at);
	return r;
}

Result *cell_run(const struct cell_job *job)
{
	struct cell c = {
		.job = job,
		.result = new_result(job),
		.has_lowcore = feature_has(job->client->provides, "ccw"),
		.boot = { .qemu = QEMU_NONE, .shift = job->clock.shift },
	};
	struct boot *b = &c.boot;
	uint64_t start_ns = boot_host_ns();

	if (set_up(&c)) {
		if (job->clock.is_virtual)
			boot_drive_virtual(b);
		else
			boot_drive_wall(b);
	}
	if (b->broken)
		add_death(b);
	else
		finish(&c);
	count_losses(&c);
	if (b->broken)
		set_error(c.result, b->broken);
	c.result->wall_ns = boot_host_ns() - start_ns;
	if (b->observer)
		write_console(&c);
	if (c.journal && c.capture) {
		close_records(&c);
		cell_checks_judge(job->dir, c.result);
	}
	qemu_stop(&b->qemu);
	c.result->qemu_cpu_ns = b->qemu.cpu_ns;
	tear_down(&c);
	return c.result;
}
