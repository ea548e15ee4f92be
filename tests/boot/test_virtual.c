/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual clock with a real QEMU: always the same, always an end, and the time it says
 */
#define _GNU_SOURCE /* ppoll() */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "firmware/marker.h"
#include "harness/marker.h"
#include "tests/boot/booted.h"
#include "tests/support/suite.h"

enum {
	N_HOGS = 2,
	NS_PER_MS = 1000 * 1000,
	NS_PER_US = 1000,
	PAUSE_MS = 300,
	CELL_MS = 3000, /* LOOPS_FOR_EVER() */
	/* Above a limit of the host's time: to start QEMU, to find out that it hangs, to judge. */
	GRACE_MS = 8000,
};

static uint64_t ms_to_ns(unsigned ms)
{
	return (uint64_t)ms * NS_PER_MS;
}

static void let_pass_ms(unsigned ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * NS_PER_MS };

	ppoll(NULL, 0, &t, NULL);
}

/* --- the same every time ---------------------------------------------------------------------- */

static const struct {
	const char *scenario, *server, *seed;
} same_rows[] = {
	{ "scenario=loss/10-percent", "server=builtin", "7" },
	{ "scenario=boot/probe", "server=builtin", "1" },
	{ "scenario=boot/probe", "server=slirp", "1" },
	{ "scenario=dhcp/no-server", "server=builtin", "1" },
};

/* The hash of the journal of a row's cell, the same in all @n_runs. @program: NULL is iplab. */
static char *hash_of_row(int row, const char *program, const char *n_runs, const char *n_workers)
{
	g_autofree char *dir = lab_path("run");
	const struct job_options o = { .program = program };
	g_autoptr(Job) j =
		job_run(&o, (const char *const[]){ "run", LIBNET, same_rows[row].scenario,
						   same_rows[row].server, "--seed",
						   same_rows[row].seed, "--verify-determinism",
						   n_runs, "-j", n_workers, "--out", dir, NULL });
	g_autoptr(Result) r = result_of(dir);

	ck_assert_msg(r->verdict == VERDICT_PASS, "%s: %s: %s", r->cell, verdict_name(r->verdict),
		      r->reason);
	assert_exit(j, 0);
	ck_assert_ptr_nonnull(r->journal_sha256);
	return g_strdup(r->journal_sha256);
}

static void start_hogs(Job **hogs)
{
	static const struct job_options o = { .program = "sh" };

	for (int i = 0; i < N_HOGS; i++)
		hogs[i] = job_start(&o, (const char *const[]){ "-c", "while :; do :; done", NULL });
}

static void end_hogs(Job **hogs)
{
	for (int i = 0; i < N_HOGS; i++) {
		job_kill(hogs[i], SIGKILL);
		job_wait(hogs[i]);
		job_free(hogs[i]);
	}
}

/* From another folder, one at a time or two, on a machine that does other things as well. */
START_TEST(a_boot_is_the_same_every_time)
{
	g_autofree char *program = lab_other_checkout(true);
	g_autofree char *want = hash_of_row(_i, NULL, "10", "2");
	g_autofree char *alone = hash_of_row(_i, NULL, "3", "1");
	g_autofree char *elsewhere = hash_of_row(_i, program, "3", "2");
	g_autofree char *busy = NULL;
	Job *hogs[N_HOGS];

	start_hogs(hogs);
	busy = hash_of_row(_i, NULL, "10", "2");
	end_hogs(hogs);
	ck_assert_str_eq(alone, want);
	ck_assert_str_eq(elsewhere, want);
	ck_assert_str_eq(busy, want);
}
END_TEST

/* Or all of the above says nothing. */
START_TEST(another_seed_is_another_boot)
{
	g_autoptr(Booted) a = booted_of(NULL, "scenario=loss/10-percent", "--seed", "7");
	g_autoptr(Booted) b = booted_of(NULL, "scenario=loss/10-percent", "--seed", "8");

	ck_assert_str_ne(a->result->journal_sha256, b->result->journal_sha256);
}
END_TEST

/* --- payloads that do nothing ----------------------------------------------------------------- */

/* A short PSW that leads to 0x100, and nothing up to there. */
#define ZEROS_31 "00000000000000000000000000000000000000000000000000000000000000"
#define ZEROS_248 ZEROS_31 ZEROS_31 ZEROS_31 ZEROS_31 ZEROS_31 ZEROS_31 ZEROS_31 ZEROS_31
#define IMAGE_HEAD "0008000080000100" ZEROS_248

/* LPSWE 0x110, the PSW's mask behind some zeros, and its address. */
#define LOAD_PSW(mask, address) "b2b20110000000000000000000000000" mask address

#define LOOPS IMAGE_HEAD "a7f40000"                                        /* a branch to itself */
#define SLEEPS IMAGE_HEAD LOAD_PSW("0302000180000000", "0000000000000100") /* an enabled wait */
#define STOPS IMAGE_HEAD LOAD_PSW("0002000180000000", "0000000000000bad")  /* a disabled wait */
/* No instruction, and none where its new PSW leads. */
#define CHECKS IMAGE_HEAD "0000" ZEROS_248

#define IMAGE(shift, hex, limits)                                                                  \
	OWN_HEAD("clock = virtual\nshift = " shift)                                                \
	"[server.dhcp]\nbootfile = k\n[boot]\nkernel = k\n[file.k]\nhex = " hex                    \
	"\n[deadline]\n" limits "\n"

/* More virtual time than any test gets to: each instruction takes a nanosecond. */
#define LOOPS_FOR_EVER                                                                             \
	IMAGE("0", LOOPS,                                                                          \
	      "dhcp_ms = 3600000\nconfig_ms = 3600000\npayload_ms = 3600000\ncell_ms = 3000")

/* --- always an end ---------------------------------------------------------------------------- */

static uint64_t last_milestone_ns(const Booted *b)
{
	const GArray *m = b->result->milestones;

	ck_assert_uint_gt(m->len, 0);
	return g_array_index(m, struct milestone, m->len - 1).t_ns;
}

static void assert_ending(const Booted *b, const char *ending)
{
	ck_assert_msg(b->result->ending, "%s", b->result->reason);
	ck_assert_str_eq(b->result->ending, ending);
	event_with(b, "ending", "class", ending);
}

/* Never a notification, never an end: 1.5 s of virtual time are over soon, and are 1.5 s. */
START_TEST(a_guest_that_loops_ends_at_the_virtual_deadline)
{
	g_autoptr(Booted) b = booted_of(IMAGE("8", LOOPS, "payload_ms = 1500"));
	uint64_t took_ns;

	assert_verdict(b, VERDICT_FAIL);
	assert_ending(b, "hang");
	assert_reason(b, "deadline of payload");
	took_ns = b->result->virtual_ns - last_milestone_ns(b);
	ck_assert_uint_ge(took_ns, ms_to_ns(1500));
	ck_assert_uint_lt(took_ns, ms_to_ns(1501));
}
END_TEST

/*
 * The first instruction is none, and neither is what handles that. It is found where the guest is
 * looked at, 1 << 18 instructions after its last frame, however long the host takes for them.
 */
START_TEST(a_loop_of_program_checks_is_seen)
{
	g_autoptr(Booted) b = booted_of(IMAGE("8", CHECKS, "payload_ms = 3600000"));
	g_autoptr(Booted) again = booted_of(IMAGE("8", CHECKS, "payload_ms = 3600000"));
	uint64_t look_ns = (uint64_t)1 << 18 << 8;

	assert_verdict(b, VERDICT_FAIL);
	assert_ending(b, "crash");
	assert_reason(b, "program check 0x0001 at 0x2 after hand-over, looping silently");
	ck_assert_uint_ge(b->result->virtual_ns - last_milestone_ns(b), look_ns);
	ck_assert_uint_lt(b->result->virtual_ns - last_milestone_ns(b), look_ns + ms_to_ns(1));
	ck_assert_str_eq(b->result->journal_sha256, again->result->journal_sha256);
	ck_assert_str_eq(b->result->signature, "crash/handover/program check 0x0001");
}
END_TEST

/* Time that is made of instructions stands still: the host's ends it. */
START_TEST(a_guest_that_sleeps_ends_at_the_cells_limit)
{
	g_autoptr(Booted) b = booted_of(IMAGE("8", SLEEPS, "payload_ms = 1000\ncell_ms = 2000"));

	assert_verdict(b, VERDICT_FAIL);
	assert_ending(b, "hang");
	assert_reason(b, "deadline of cell");
	ck_assert_uint_ge(b->result->wall_ns, ms_to_ns(2000));
	ck_assert_uint_lt(b->result->wall_ns, ms_to_ns(2000 + GRACE_MS));
}
END_TEST

START_TEST(a_guest_that_panics_ends_at_once)
{
	g_autoptr(Booted) b = booted_of(IMAGE("8", STOPS, "payload_ms = 3600000"));

	assert_verdict(b, VERDICT_FAIL);
	assert_ending(b, "crash");
	assert_reason(b, "0xbad");
	ck_assert_uint_lt(b->result->virtual_ns - last_milestone_ns(b), NS_PER_MS);
	ck_assert_str_eq(event_str(event_with(b, "qmp", "event", "GUEST_PANICKED"), "ev"), "qmp");
}
END_TEST

static const struct {
	const char *what;
	int signo;
	unsigned after_ms; /* since it was found */
	unsigned limit_ms; /* until there is a verdict, from then on */
	const char *reason;
} signals[] = {
	{ "killed as it starts", SIGKILL, 0, 2000, "QEMU was ended by signal 9" },
	{ "killed in the firmware", SIGKILL, 60, 2000, "QEMU was ended by signal 9" },
	{ "killed while the guest runs", SIGKILL, 600, 2000, "QEMU was ended by signal 9" },
	{ "crashed while the guest runs", SIGSEGV, 600, 2000, "QEMU was ended by signal 11" },
	{ "stopped while the guest runs", SIGSTOP, 600, CELL_MS + GRACE_MS,
	  "QEMU: does not answer any more" },
	/* It is given 20 s to start, before the cell's time begins. */
	{ "stopped as it starts", SIGSTOP, 0, 20000 + GRACE_MS, "QEMU" },
};

/* Half a minute of waiting is enough in one of the modes. */
#ifdef __SANITIZE_ADDRESS__
#define N_SIGNALS (N_ROWS(signals) - 1)
#else
#define N_SIGNALS N_ROWS(signals)
#endif

/* Whatever happens to QEMU is an error, and soon. */
START_TEST(a_qemu_that_dies_or_stops_is_an_error)
{
	g_autoptr(Booted) b = booted_start(LOOPS_FOR_EVER, (const char *const[]){ NULL });
	pid_t pid = job_find(b->job, "qemu-system", "-plugin");
	gint64 start_us, took_ms;

	let_pass_ms(signals[_i].after_ms);
	ck_assert_msg(kill(pid, signals[_i].signo) == 0, "%s: it is gone", signals[_i].what);
	start_us = g_get_monotonic_time();
	booted_wait(b);
	took_ms = (g_get_monotonic_time() - start_us) / 1000;
	assert_verdict(b, VERDICT_ERROR);
	assert_reason(b, signals[_i].reason);
	ck_assert_int_eq(job_status(b->job), 3);
	ck_assert_msg(took_ms < signals[_i].limit_ms, "%s: a verdict after %d ms", signals[_i].what,
		      (int)took_ms);
}
END_TEST

/* A stopped QEMU that goes on: the guest knows nothing of it, and neither does the journal. */
START_TEST(time_stands_still_with_the_host)
{
	static const char text[] = IMAGE("6", LOOPS, "payload_ms = 2000");
	g_autoptr(Booted) undisturbed = booted_of(text);
	g_autoptr(Booted) b = booted_start(text, (const char *const[]){ NULL });
	pid_t pid = job_find(b->job, "qemu-system", "-plugin");

	for (int i = 0; i < 3; i++) {
		let_pass_ms(40);
		ck_assert_int_eq(kill(pid, SIGSTOP), 0);
		let_pass_ms(PAUSE_MS);
		ck_assert_int_eq(kill(pid, SIGCONT), 0);
	}
	booted_wait(b);
	ck_assert_uint_ge(b->result->wall_ns, ms_to_ns(3 * PAUSE_MS));
	ck_assert_str_eq(b->result->journal_sha256, undisturbed->result->journal_sha256);
}
END_TEST

/* --- no plugin -------------------------------------------------------------------------------- */

/* The one clock is refused with such a reason, and the other one is offered and works. */
static void check_refusal(const struct job_options *o, const char *const *more, const char *reason)
{
	g_autofree char *dir = lab_path("run"), *dir_wall = lab_path("run");
	const char *argv[16] = { "run", LIBNET, BUILTIN, "scenario=boot/probe", "--out" };
	g_autoptr(Job) j = NULL, wall = NULL;
	g_autoptr(Result) r = NULL, r_wall = NULL;
	unsigned n = 5;

	argv[n++] = dir;
	while (*more)
		argv[n++] = *more++;
	j = job_run(o, argv);
	r = result_of(dir);
	assert_exit(j, 3);
	ck_assert_msg(r->verdict == VERDICT_SKIP, "%s: %s", verdict_name(r->verdict), r->reason);
	assert_says(j, reason);
	ck_assert_msg(strstr(r->reason, reason), "%s", r->reason);
	ck_assert_msg(strstr(r->reason, "--clock wall"), "%s", r->reason);

	argv[5] = dir_wall;
	argv[n++] = "--clock";
	argv[n++] = "wall";
	wall = job_run(o, argv);
	assert_exit(wall, 0);
	r_wall = result_of(dir_wall);
	ck_assert_str_eq(r_wall->clock, "wall");
	ck_assert_ptr_null(r_wall->journal_sha256);
}

START_TEST(without_the_plugin_there_is_the_wall_clock)
{
	g_autofree char *program = lab_other_checkout(false);
	const struct job_options o = { .program = program };

	check_refusal(&o, (const char *const[]){ NULL }, "the clock plugin is not built");
}
END_TEST

START_TEST(a_qemu_without_plugins_has_the_wall_clock)
{
	g_autofree char *qemu = lab_qemu_script("[ \"$1\" != -help ] || {\n"
						"qemu-system-s390x -help | sed '/^-plugin /d'\n"
						"exit\n}\n"
						"exec qemu-system-s390x \"$@\"\n");

	check_refusal(NULL, (const char *const[]){ "--qemu", qemu, NULL }, "takes no plugins");
}
END_TEST

/* --- the guest's own clock -------------------------------------------------------------------- */

/* Eight OFFERs are lost before the guest gets one: more than a minute passes. */
#define LATE(shift)                                                                                \
	OWN_HEAD("clock = virtual\nshift = " shift)                                                \
	"[rule.late]\ndrop = dhcp.offer attempt=1..8\n[deadline]\ndhcp_ms = 200000\n" SERVES_PROBE

#define RTC_BASE_US INT64_C(1577836875000000) /* 2020-01-01T00:01:15 UTC, where it begins */

/*
 * Over that minute the time of day clock that the guest reads and the journal's time agree within
 * this. The probe reads it at its entry, some 0.2 ms after the firmware's last line.
 */
#define TOD_BOUND_US 1000

static int64_t tod_us(const Booted *b)
{
	JsonObject *event = NULL;
	const char *text;

	for (unsigned i = 0; (event = event_next(b, "console", &i)); i++) {
		text = event_str(event, "text");
		if (g_str_has_prefix(text, MARKER_PREFIX MARKER_PAYLOAD)) {
			g_autofree char *verb = NULL;
			g_autoptr(GHashTable) values = marker_parse(text, &verb);

			return g_ascii_strtoll(g_hash_table_lookup(values, "tod_us"), NULL, 10);
		}
	}
	ck_abort_msg("the probe said nothing: %s", b->result->reason);
}

static uint64_t milestone_ns(const Booted *b, const char *name)
{
	return event_u64(event_with(b, "milestone", "name", name), "t_ns");
}

static const char *const late_rows[] = { LATE("8"), LATE("7"), LATE("6") };

START_TEST(the_guests_clock_agrees)
{
	g_autoptr(Booted) b = booted_of(late_rows[_i]);
	int64_t guest_us, entry_us, report_us;

	assert_verdict(b, VERDICT_PASS);
	guest_us = tod_us(b) - RTC_BASE_US;
	entry_us = (int64_t)milestone_ns(b, "handover") / NS_PER_US;
	report_us = (int64_t)milestone_ns(b, "payload") / NS_PER_US;
	ck_assert_int_gt(entry_us, 60 * 1000 * 1000);
	ck_assert_msg(llabs(guest_us - entry_us) <= TOD_BOUND_US,
		      "entered at %ld us, and the guest's clock says %ld us", (long)entry_us,
		      (long)guest_us);
	ck_assert_int_le(guest_us, report_us + TOD_BOUND_US);
}
END_TEST

/* --- many frames at once ---------------------------------------------------------------------- */

enum {
	N_BURST = 200,
};

#define BURST(packets)                                                                             \
	OWN_HEAD("clock = virtual")                                                                \
	"[rule.burst]\nduplicate = " packets " attempt=1\ntimes = 199\n" SERVES_PROBE

static const struct {
	const char *what, *kind, *text;
	int verdict; /* enum verdict */
} bursts[] = {
	{ "ARP", "arp.reply", BURST("arp.reply"), VERDICT_PASS },
	{ "TFTP, each answered", "tftp.oack", BURST("tftp.oack file=kernel.img"), VERDICT_PASS },
	/* libnet gives up after 20 blocks that it does not wait for */
	{ "TFTP blocks", "tftp.data", BURST("tftp.data file=initrd.img block=3"), VERDICT_FAIL },
};

/* More than the socket and the card's ring take: no deadlock, none is forgotten. */
START_TEST(a_burst_gets_through)
{
	g_autoptr(Booted) b = booted_of(bursts[_i].text);
	JsonObject *rule = event_with(b, "impair.duplicate", "rule", "burst"), *event;
	uint64_t due_ns = 0;
	unsigned n = 0;

	assert_verdict(b, (enum verdict)bursts[_i].verdict);
	ck_assert_uint_eq(event_u64(rule, "copies"), N_BURST - 1);
	for (unsigned i = 0; (event = event_next(b, bursts[_i].kind, &i)); i++) {
		uint64_t t_ns = event_u64(event, "t_ns");

		if (!due_ns && t_ns >= event_u64(rule, "t_ns") &&
		    g_str_equal(event_str(event, "dir"), "to-guest"))
			due_ns = t_ns;
		n += due_ns && t_ns == due_ns;
	}
	ck_assert_msg(n == N_BURST, "%s: %u handed over at once", bursts[_i].what, n);
}
END_TEST

/* The same, and it is the same every time. */
START_TEST(a_burst_is_the_same_every_time)
{
	g_autoptr(Booted) b = booted_of(bursts[_i].text, "--verify-determinism", "5", "-j", "2");

	assert_verdict(b, (enum verdict)bursts[_i].verdict);
}
END_TEST

/* --- nothing of the host ---------------------------------------------------------------------- */

static const char *const watched[] = {
	"scenario=boot/probe",
	"scenario=ending/crash-wait",
	"scenario=dhcp/no-server",
};

/* Text and QEMU's events have virtual times too: whole instructions, in order, until the end. */
START_TEST(every_event_has_a_virtual_time)
{
	g_autoptr(Booted) b = booted_of(NULL, watched[_i]);
	uint64_t last_ns = 0, instruction_ns = 1 << 5;

	assert_verdict(b, VERDICT_PASS);
	ck_assert_uint_gt(n_events(b, "console"), 0);
	ck_assert_uint_eq(n_events(b, "qmp"), 1);
	for (unsigned i = 0; i < b->events->len; i++) {
		JsonObject *event = event_at(b, i);
		const char *ev = event_str(event, "ev");
		uint64_t t_ns = event_u64(event, "t_ns");

		ck_assert_msg(t_ns >= last_ns && t_ns <= b->result->virtual_ns,
			      "%s is out of order", ev);
		if (g_str_equal(ev, "console") || g_str_equal(ev, "qmp"))
			ck_assert_msg(t_ns % instruction_ns == 0, "%s at %" G_GUINT64_FORMAT, ev,
				      t_ns);
		last_ns = t_ns;
	}
	ck_assert_uint_eq(last_ns, b->result->virtual_ns);
}
END_TEST

START_TEST(no_journal_knows_where_or_when_it_was)
{
	g_autoptr(Booted) b = booted_of(NULL, watched[_i]);
	g_autofree char *text = journal_of(b->dir, b->result->cell);
	g_autofree char *cwd = g_get_current_dir();
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *today = g_date_time_format(now, "%Y-%m-%d");
	const char *never[] = { b->dir, "/tmp",  "iplab-boot-", cwd,
				today,  "wall_", "pid",         g_get_host_name() };

	for (size_t i = 0; i < G_N_ELEMENTS(never); i++) {
		const char *found = strstr(text, never[i]);

		ck_assert_msg(!found, "\"%s\" is in the journal: %.200s", never[i], found);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("virtual");

	lab_add_rows(s, a_boot_is_the_same_every_time, N_ROWS(same_rows));
	lab_add(s, another_seed_is_another_boot);
	lab_add(s, a_guest_that_loops_ends_at_the_virtual_deadline);
	lab_add(s, a_loop_of_program_checks_is_seen);
	lab_add(s, a_guest_that_sleeps_ends_at_the_cells_limit);
	lab_add(s, a_guest_that_panics_ends_at_once);
	lab_add_rows(s, a_qemu_that_dies_or_stops_is_an_error, N_SIGNALS);
	lab_add(s, time_stands_still_with_the_host);
	lab_add(s, without_the_plugin_there_is_the_wall_clock);
	lab_add(s, a_qemu_without_plugins_has_the_wall_clock);
	lab_add_rows(s, the_guests_clock_agrees, N_ROWS(late_rows));
	lab_add_rows(s, a_burst_gets_through, N_ROWS(bursts));
	lab_add_rows(s, a_burst_is_the_same_every_time, N_ROWS(bursts));
	lab_add_rows(s, every_event_has_a_virtual_time, N_ROWS(watched));
	lab_add_rows(s, no_journal_knows_where_or_when_it_was, N_ROWS(watched));
	return lab_main(s);
}
