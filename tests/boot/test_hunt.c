/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab hunt` with a real QEMU: it finds what is known to be there, and shrinks it to a scenario
 * that anybody can run
 */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "tests/boot/lab.h"
#include "tests/support/suite.h"

/*
 * With this seed libnet 7.2 loses an ACK and a request, takes the last block of its configuration
 * for a kernel, and starts it.
 */
#define SEED "6"
#define SIGNATURE "gave-up/handover/network loading done starting kernel"
#define FOUND "groups/01-gave-up-handover-network-loading-done-starting-kernel/scenario.ini"

static char *text_of(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	ck_assert_msg(g_file_get_contents(path, &text, NULL, &error), "%s",
		      error ? error->message : "");
	return text;
}

/* Run a scenario of the user's, with another seed. */
static void run_again(const char *text)
{
	g_autofree char *user = lab_path("user"), *dir = lab_path("again");
	g_autofree char *area = g_build_filename(user, "scenarios/found", NULL);
	g_autofree char *file = g_build_filename(area, "x.ini", NULL);
	g_autofree char *env = g_strconcat("IPLAB_PATH=", user, NULL);
	const struct job_options o = { .env = (const char *const[]){ env, NULL } };
	g_autofree char *results = NULL;
	g_autoptr(Job) j = NULL;

	ck_assert_int_eq(g_mkdir_with_parents(area, 0777), 0);
	ck_assert(g_file_set_contents(file, text, -1, NULL));
	j = job_run(&o, (const char *const[]){ "run", "client=libnet-7.2", "server=builtin",
					       "scenario=found/x", "--seed", "77", "--out", dir,
					       NULL });
	assert_exit(j, 1);
	results = text_of(dir, "results.jsonl");
	ck_assert_msg(strstr(results, "\"signature\":\"" SIGNATURE "\"") != NULL, "%s", results);
}

START_TEST(a_loss_is_shrunk_to_two_rules)
{
	g_autofree char *dir = lab_path("hunt"), *scenario = NULL, *folder = NULL, *bundle = NULL;
	g_autoptr(Job) j = job_of("hunt", "--client", "libnet-7.2", "--seed", SEED, "--count", "1",
				  "-j2", "--out", dir);
	g_autoptr(Job) show = NULL, report = NULL, replay = NULL;

	assert_exit(j, 1);
	assert_says(j, "found " SIGNATURE " (seed " SEED ")");
	assert_says(j, "1 findings in 1 groups");
	assert_says(j, "2 decisions");
	assert_says(j, FOUND);
	scenario = text_of(dir, FOUND);
	ck_assert_msg(strstr(scenario, "drop = tftp.ack file=pxelinux.cfg/default ordinal=1 "
				       "block=1 attempt=1\n") != NULL,
		      "%s", scenario);
	ck_assert(strstr(scenario, "drop = tftp.rrq file=kernel.img ordinal=1 attempt=1\n"));
	ck_assert(!strstr(scenario, "rule.decision-3"));
	ck_assert(!strstr(scenario, "--seed"));
	run_again(scenario);

	folder = g_path_get_dirname(FOUND);
	bundle = g_build_filename(dir, folder, "bundle.tar.zst", NULL);
	replay = job_of("replay", bundle);
	assert_exit(replay, 0);
	assert_says(replay, "equal: ");

	/* What a stored run is good for. */
	show = job_of("show", "--run", dir, "hunt/drawn/" SEED);
	assert_exit(show, 0);
	assert_says(show, "handover");
	report = job_of("report", "markdown", dir);
	assert_exit(report, 0);
	assert_says(report, "hunt/drawn");
}
END_TEST

START_TEST(nothing_found_is_as_expected)
{
	g_autofree char *dir = lab_path("hunt");
	g_autoptr(Job) j = job_of("hunt", "--client", "lwip", "--count", "3", "-j2", "--out", dir);
	g_autofree char *drawn = g_build_filename(dir, "cells/lwip/builtin/hunt/drawn/1", NULL);
	g_autofree char *results = NULL;

	assert_exit(j, 0);
	assert_says(j, "3 boots of lwip, seeds 1 to 3");
	assert_says(j, "nothing found");
	ck_assert_msg(!g_file_test(drawn, G_FILE_TEST_EXISTS), "%s is kept", drawn);
	results = text_of(dir, "results.jsonl");
	ck_assert_ptr_nonnull(strstr(results, "lwip/builtin/hunt/drawn/3"));
}
END_TEST

START_TEST(a_signal_ends_it)
{
	g_autofree char *dir = lab_path("hunt");
	g_autoptr(Job) j =
		job_start(NULL, (const char *const[]){ "hunt", "--client", "libnet-7.2", "--time",
						       "600", "-j2", "--out", dir, NULL });

	job_find(j, "worker", "hunt/drawn");
	job_kill(j, SIGINT);
	ck_assert_int_eq(job_wait(j), 3);
	assert_says(j, "interrupted");
	assert_gone(j);
}
END_TEST

static const struct {
	const char *args[4], *says;
} bad_rows[] = {
	{ { NULL }, "say which client to hunt" },
	{ { "--client", "lwpi" }, "there is no client \"lwpi\"" },
	{ { "--client", "direct" }, "direct does not" },
	{ { "--client", "linux" }, "linux does not poll" },
	{ { "--client", "lwip", "--count", "0" }, "--count is 0; allowed are 1 to" },
	{ { "--client", "lwip", "--time", "-1" }, "--time is -1; allowed are" },
	{ { "--client", "lwip", "--seed", "-1" }, "--seed is -1; allowed are" },
	{ { "--client", "lwip", "-j", "-1" }, "--jobs is -1; allowed are" },
	{ { "--client", "lwip", "boot/probe" }, "\"boot/probe\" is one word too many" },
};

START_TEST(what_cannot_be_hunted_is_said)
{
	const char *const *a = bad_rows[_i].args;
	g_autoptr(Job) j = job_of("hunt", a[0], a[1], a[2], a[3]);

	assert_exit(j, 2);
	assert_says(j, bad_rows[_i].says);
}
END_TEST

START_TEST(a_folder_that_is_used_is_left_alone)
{
	g_autofree char *dir = lab_path("used"),
			*mine = g_build_filename(dir, "results.jsonl", NULL);
	g_autofree char *text = NULL;
	g_autoptr(Job) j = NULL;

	g_mkdir_with_parents(dir, 0777);
	ck_assert(g_file_set_contents(mine, "mine", -1, NULL));
	j = job_of("hunt", "--client", "lwip", "--count", "1", "--out", dir);
	assert_exit(j, 3);
	text = text_of(dir, "results.jsonl");
	ck_assert_str_eq(text, "mine");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hunt");

	lab_add(s, a_loss_is_shrunk_to_two_rules);
	lab_add(s, nothing_found_is_as_expected);
	lab_add(s, a_signal_ends_it);
	lab_add_rows(s, what_cannot_be_hunted_is_said, N_ROWS(bad_rows));
	lab_add(s, a_folder_that_is_used_is_left_alone);
	return lab_main(s);
}
