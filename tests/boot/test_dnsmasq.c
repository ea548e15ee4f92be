/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots from dnsmasq, and from daemons that fail in every way there is
 *
 * The broken daemons are this program again, with a word that says what is wrong with them. Where
 * this machine has no dnsmasq or no network namespaces there is nothing to test, and the tests say
 * so.
 */
#define _GNU_SOURCE /* ppoll() */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "server/dnsmasq_config.h"
#include "server/wire/dhcp.h"
#include "tests/boot/booted.h"
#include "tests/support/suite.h"

#define DNSMASQ "server=dnsmasq"

enum {
	GARBAGE_BYTES = 10 * 1000 * 1000,
	LOG_EVENTS_MAX = 5001, /* of the daemon's, in a journal */
	N_MOMENTS = 12,
	OFFSET_MAX_US = 60000, /* as long as one boot */
};

/* --- broken daemons --------------------------------------------------------------------------- */

static void on_hup(int signo)
{
	static const char sign[] = "read " DNSMASQ_CONFIG_SIGN "\n";

	(void)signo;
	if (write(STDERR_FILENO, sign, sizeof(sign) - 1) < 0)
		_exit(9);
}

/* Wait for the guest's first question. */
static void await_question(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	struct wr w = WR_INIT((uint8_t *)&at.sin_port, sizeof(at.sin_port));
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	char buf[DHCP_MSG_MAX];

	wr_be16(&w, DHCP_PORT_SERVER);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		_exit(8);
	on_hup(0); /* ready */
	while (recv(fd, buf, sizeof(buf), 0) < 0 && errno == EINTR)
		;
}

static void for_ever(void)
{
	for (;;)
		pause();
}

static int die(void)
{
	await_question();
	fputs("out of paper\n", stderr);
	return 3;
}

static int crash(void)
{
	await_question();
	raise(SIGKILL);
	return 0;
}

static int stop(void)
{
	await_question();
	raise(SIGSTOP);
	return 0;
}

static int print_garbage(void)
{
	uint8_t x[10000];

	signal(SIGHUP, SIG_IGN);
	await_question();
	for (size_t i = 0; i < sizeof(x); i++)
		x[i] = (uint8_t)(i * i + 11) == '\n' ? 0xff : (uint8_t)(i * i + 11);
	for (size_t n = 0; n < GARBAGE_BYTES; n += sizeof(x))
		if (write(STDERR_FILENO, x, sizeof(x)) < 0)
			return 9;
	for_ever();
	return 0;
}

static int flood(void)
{
	signal(SIGHUP, SIG_IGN);
	await_question();
	while (write(STDERR_FILENO, "\xff\x1b[31mboo\n", 10) == 10)
		;
	return 0;
}

static int close_log(void)
{
	signal(SIGHUP, SIG_IGN);
	await_question();
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	for_ever();
	return 0;
}

static int say_nothing(void)
{
	for_ever();
	return 0;
}

static int refuse(void)
{
	fputs("bad option at line 7\n", stderr);
	return 1;
}

/* It lives, and gives signs of life; but it answers no guest, and does not end when it is told. */
static int be_stubborn(void)
{
	signal(SIGTERM, SIG_IGN);
	await_question();
	for_ever();
	return 0;
}

static const struct {
	const char *word;
	int (*act)(void);
	enum verdict verdict;
	const char *reason;
} daemons[] = {
	{ "die", die, VERDICT_ERROR, "dnsmasq exited with status 3; its log: " },
	{ "die", die, VERDICT_ERROR, "out of paper" },
	{ "crash", crash, VERDICT_ERROR, "dnsmasq was ended by signal 9" },
	{ "stop", stop, VERDICT_ERROR, "dnsmasq does not answer" },
	{ "garbage", print_garbage, VERDICT_ERROR, "dnsmasq does not answer" },
	{ "flood", flood, VERDICT_ERROR, "dnsmasq does not answer" },
	{ "close", close_log, VERDICT_ERROR, "dnsmasq does not answer" },
	{ "mute", say_nothing, VERDICT_ERROR, "dnsmasq does not answer" },
	{ "refuse", refuse, VERDICT_ERROR, "exited with status 1; its log: bad option at line 7" },
	{ "stubborn", be_stubborn, VERDICT_FAIL, "ended with hang" },
};

static int act(const char *word, const char *option)
{
	if (g_str_equal(option, "--version")) {
		puts("Dnsmasq version 0.1-test  Copyright nobody");
		return 0;
	}
	signal(SIGHUP, on_hup);
	for (size_t i = 0; i < G_N_ELEMENTS(daemons); i++)
		if (g_str_equal(daemons[i].word, word))
			return daemons[i].act();
	return 2;
}

/* --- the lab ---------------------------------------------------------------------------------- */

/* False: there is nothing to test, and it is said why. */
static bool has_dnsmasq(void)
{
	g_autoptr(Job) j = job_of("list", "servers", DNSMASQ);

	assert_exit(j, 0);
	if (!strstr(job_out(j), "not here:"))
		return true;
	printf("skip: %s", job_out(j));
	return false;
}

/* A program that is a broken daemon. */
static char *make_daemon(const char *word)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *text =
		g_strdup_printf("#!/bin/sh\nexec '%s' daemon '%s' \"$@\"\n", self, word);
	char *path = lab_file("my-dnsmasq", text);

	ck_assert_int_eq(chmod(path, 0755), 0);
	return path;
}

#define HEAD "[scenario]\nsummary = of a test\nrequires = dhcp-4\n"

/* The guest asks for an address, and gets none; the memory is to know its QEMU by. */
#define ASKS HEAD "[server.dhcp]\nenabled = false\n[machine]\nmemory_mib = 300\n"
#define ASKS_SHORTLY ASKS "[deadline]\ndhcp_ms = 500\n"
#define ASKS_LONG ASKS "[deadline]\ndhcp_ms = 600000\ncell_ms = 600000\n"

static Booted *boot_long(void)
{
	return booted_start(ASKS_LONG, (const char *const[]){ DNSMASQ, NULL });
}

/* --- it works --------------------------------------------------------------------------------- */

START_TEST(a_boot_from_the_daemon)
{
	g_autoptr(Booted) b = NULL;

	if (!has_dnsmasq())
		return;
	b = booted_of(HEAD SERVES_PROBE, DNSMASQ, "--keep");
	assert_verdict(b, VERDICT_PASS);
	ck_assert_str_eq(b->result->server, "dnsmasq");
	ck_assert_str_eq(b->result->clock, "wall");
	ck_assert_ptr_nonnull(b->result->server_version);
	event_with(b, "dnsmasq.config", "text", "port=0");
	ck_assert_uint_gt(n_events(b, "dnsmasq.log"), 10);
	ck_assert_uint_gt(n_events(b, "tftp.data"), 50);
	ck_assert_uint_eq(n_events(b, "dnsmasq.drop"), 0);
	/* It was ready: the guest had to ask once. */
	ck_assert_uint_eq(n_events(b, "dhcp.discover"), 1);
	/* No word but about the boot: nothing else talks there. */
	ck_assert_uint_eq(n_events(b, "ipv6"), 0);
}
END_TEST

/* What could end a text, or an option, in its configuration file. */
START_TEST(texts_arrive_as_they_are)
{
	g_autoptr(Booted) b = NULL;
	JsonObject *ack;
	unsigned i = 0;

	if (!has_dnsmasq())
		return;
	b = booted_of(HEAD "[server.dhcp]\nbootfile = a\\\\b\"c,d:e f#g\nconfig_file = 1,\"2\"\n"
			   "path_prefix = 7\n[deadline]\nconfig_ms = 500\n",
		      DNSMASQ);
	ack = event_next(b, "dhcp.ack", &i);
	ck_assert_msg(ack, "%s", b->result->reason);
	ck_assert(g_str_has_prefix(event_str(ack, "bootfile"), "a\\b\"c,d:e f#g"));
	ck_assert_str_eq(event_str(ack, "config_file"), "1,\"2\"");
	ck_assert_str_eq(event_str(ack, "path_prefix"), "7");
}
END_TEST

/* Files of a user whose new files nobody else may read. */
START_TEST(a_umask_is_no_obstacle)
{
	g_autoptr(Booted) b = NULL;

	if (!has_dnsmasq())
		return;
	umask(077);
	b = booted_of(HEAD SERVES_PROBE, DNSMASQ);
	assert_verdict(b, VERDICT_PASS);
}
END_TEST

START_TEST(two_at_once_know_nothing_of_each_other)
{
	g_autoptr(Job) j = NULL;
	g_autofree char *dir = lab_path("run");

	if (!has_dnsmasq())
		return;
	j = job_of("run", LIBNET, DNSMASQ, "scenario=boot/probe", "--repeat", "20", "-j", "2",
		   "--out", dir);
	assert_exit(j, 0);
	assert_says(j, "20 passed, 0 failed, 0 errors, 0 skipped");
	assert_gone(j);
}
END_TEST

START_TEST(what_it_cannot_do_is_said)
{
	g_autoptr(Booted) b = NULL;

	if (!has_dnsmasq())
		return;
	b = booted_of(HEAD "[server.dhcp]\nnak_requests = 1\n", DNSMASQ);
	assert_verdict(b, VERDICT_ERROR);
	assert_reason(b, "nak_requests");
}
END_TEST

START_TEST(it_is_never_on_the_virtual_clock)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) cells = job_of("list", "cells", LIBNET, DNSMASQ);
	g_autoptr(Job) j = NULL;

	ck_assert_ptr_nonnull(strstr(job_out(cells), "dnsmasq/boot/probe"));
	ck_assert_ptr_null(strstr(job_out(cells), "dhcp/no-server")); /* virtual */
	if (!has_dnsmasq())
		return;
	j = job_of("run", LIBNET, DNSMASQ, "scenario=boot/probe", "--verify-determinism", "2",
		   "--clock", "virtual", "--out", dir);
	assert_exit(j, 3);
	assert_says(j, "the wall clock is not the same every time");
}
END_TEST

/* --- it is not here --------------------------------------------------------------------------- */

static const struct {
	const char *what, *program, *reason;
} missing_rows[] = {
	{ "a program that there is not", "/nonexistent/dnsmasq", "is not on this machine" },
	{ "another program", "/bin/echo", "does not say that it is dnsmasq" },
	{ "no program", "/etc/passwd", "is not on this machine" },
};

START_TEST(without_the_daemon_it_is_skipped)
{
	g_autoptr(Booted) b = NULL;

	if (!has_dnsmasq())
		return;
	b = booted_of(HEAD, DNSMASQ, "--dnsmasq", missing_rows[_i].program);
	assert_verdict(b, VERDICT_SKIP);
	assert_reason(b, missing_rows[_i].reason);
	assert_exit(b->job, 3);
}
END_TEST

/* A user namespace in which there may be no further network. */
#define FORBID "echo 0 >/proc/sys/user/max_net_namespaces && exec \"$@\""

START_TEST(without_namespaces_it_is_skipped)
{
	static const struct job_options o = { .program = "unshare" };
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j = NULL, list = NULL;
	g_autoptr(Result) r = NULL;

	if (!has_dnsmasq())
		return;
	j = job_run(&o, (const char *const[]){ "-r", "-U", "sh", "-c", FORBID, "sh", lab_iplab(),
					       "run", LIBNET, DNSMASQ, "scenario=boot/probe",
					       "--out", dir, NULL });
	assert_exit(j, 3);
	r = result_of(dir);
	ck_assert_int_eq(r->verdict, VERDICT_SKIP);
	ck_assert_msg(strstr(r->reason, "allows none"), "%s", r->reason);
	list = job_run(&o, (const char *const[]){ "-r", "-U", "sh", "-c", FORBID, "sh", lab_iplab(),
						  "list", "servers", NULL });
	assert_exit(list, 0);
	assert_says(list, "not here: ");
}
END_TEST

/* --- it fails --------------------------------------------------------------------------------- */

START_TEST(a_broken_daemon_ends_the_cell)
{
	g_autofree char *daemon = NULL;
	g_autoptr(Booted) b = NULL;

	if (!has_dnsmasq())
		return;
	daemon = make_daemon(daemons[_i].word);
	b = booted_of(ASKS_SHORTLY, DNSMASQ, "--dnsmasq", daemon);
	assert_verdict(b, daemons[_i].verdict);
	assert_reason(b, daemons[_i].reason);
	ck_assert_str_eq(b->result->server_version, "0.1-test");
	for (const char *c = b->result->reason; *c; c++)
		ck_assert_msg(*c >= ' ' && *c < 0x7f, "%s", b->result->reason);
	ck_assert_uint_le(n_events(b, "dnsmasq.log"), LOG_EVENTS_MAX);
}
END_TEST

/* It is the client that fails, as long as the daemon lives. */
START_TEST(silence_that_is_wanted)
{
	g_autoptr(Booted) b = NULL;

	if (!has_dnsmasq())
		return;
	b = booted_of(ASKS_SHORTLY, DNSMASQ);
	assert_verdict(b, VERDICT_FAIL);
	assert_reason(b, "ended with hang");
}
END_TEST

/* --- it is killed ----------------------------------------------------------------------------- */

static unsigned offset_us(int moment)
{
	return moment % 4 ? (unsigned)moment * 2654435761u % OFFSET_MAX_US : 0;
}

static void let_pass_us(unsigned us)
{
	struct timespec t = { .tv_nsec = (long)us * 1000 };

	ppoll(NULL, 0, &t, NULL);
}

START_TEST(nothing_is_left_of_a_killed_run)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j = NULL;

	if (!has_dnsmasq())
		return;
	j = job_start(NULL, (const char *const[]){ "run", LIBNET, DNSMASQ, "scenario=boot/probe",
						   "--repeat", "200", "-j", "2", "--json", "--out",
						   dir, NULL });
	for (int i = 0; i < _i % 3; i++)
		ck_assert_ptr_nonnull(job_line(j));
	let_pass_us(offset_us(_i));
	job_kill(j, SIGKILL);
	assert_gone(j);
	ck_assert_int_eq(job_wait(j), 256 + SIGKILL);
}
END_TEST

static const struct {
	const char *what;
	const char *a, *b; /* in its command line */
	const char *reason;
} victims[] = {
	{ "the daemon", "--conf-file=/proc/self/fd/", "dnsmasq", "dnsmasq was ended by signal 9" },
	{ "QEMU", "qemu-system", " -m 300M ", "QEMU was ended by signal 9" },
	{ "the worker", " worker ", " my/own ", "worker was ended by signal 9" },
};

/* It waits for ever; then somebody kills a part of it. */
START_TEST(a_death_ends_the_cell)
{
	g_autoptr(Booted) b = NULL;

	if (!has_dnsmasq())
		return;
	b = boot_long();
	job_find(b->job, "qemu-system", " -m 300M ");
	let_pass_us(offset_us(_i / N_ROWS(victims)));
	ck_assert_int_eq(kill(job_find(b->job, victims[_i % N_ROWS(victims)].a,
				       victims[_i % N_ROWS(victims)].b),
			      SIGKILL),
			 0);
	booted_wait(b);
	assert_verdict(b, VERDICT_ERROR);
	assert_reason(b, victims[_i % N_ROWS(victims)].reason);
}
END_TEST

/* One that is stopped cannot do anything about its end. */
START_TEST(a_stopped_daemon_is_gone_as_well)
{
	g_autoptr(Booted) b = NULL;

	if (!has_dnsmasq())
		return;
	b = boot_long();
	job_find(b->job, "qemu-system", " -m 300M ");
	ck_assert_int_eq(kill(job_find(b->job, "--conf-file=/proc/self/fd/", "dnsmasq"), SIGSTOP),
			 0);
	job_kill(b->job, SIGKILL);
	assert_gone(b->job);
	ck_assert_int_eq(job_wait(b->job), 256 + SIGKILL);
}
END_TEST

int main(int argc, char **argv)
{
	Suite *s;

	if (argc > 3 && g_str_equal(argv[1], "daemon"))
		return act(argv[2], argv[3]);
	s = suite_create("dnsmasq");
	lab_add(s, a_boot_from_the_daemon);
	lab_add(s, texts_arrive_as_they_are);
	lab_add(s, a_umask_is_no_obstacle);
	lab_add(s, two_at_once_know_nothing_of_each_other);
	lab_add(s, what_it_cannot_do_is_said);
	lab_add(s, it_is_never_on_the_virtual_clock);
	lab_add_rows(s, without_the_daemon_it_is_skipped, N_ROWS(missing_rows));
	lab_add(s, without_namespaces_it_is_skipped);
	lab_add_rows(s, a_broken_daemon_ends_the_cell, N_ROWS(daemons));
	lab_add(s, silence_that_is_wanted);
	lab_add_rows(s, nothing_is_left_of_a_killed_run, N_MOMENTS);
	lab_add_rows(s, a_death_ends_the_cell, 2 * N_ROWS(victims));
	lab_add(s, a_stopped_daemon_is_gone_as_well);
	return lab_main(s);
}
