/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab replay` with a real QEMU: elsewhere, under load, with other files, and of bad bundles
 */
#define _GNU_SOURCE /* memmem() */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "harness/bundle_read.h"
#include "tests/boot/booted.h"
#include "tests/support/suite.h"

/* The network decides much in it; the initrd lacks. */
#define LOSSY_WITH(kernel)                                                                         \
	OWN_HEAD("clock = virtual")                                                                \
	"[link]\nloss = 10%\n"                                                                     \
	"[boot]\nconfig = pxelinux.cfg/default\n"                                                  \
	"[file.pxelinux.cfg/default]\nlines = DEFAULT p;LABEL p;  KERNEL kernel.img;  "            \
	"INITRD initrd.img\n"                                                                      \
	"[file.kernel.img]\n" kernel "\n"
#define LOSSY LOSSY_WITH("fixture = probe")
#define CELL "libnet-7.2/builtin/my/own/1"

enum {
	N_BUSY = 4,
	BUSY_S = 60, /* after which a loop ends by itself, whatever becomes of the test */
};

/* A failed boot. Return: its bundle's path; the run's folder in @dir if that is not NULL. */
static char *failed_boot(const char *text, char **dir)
{
	g_autoptr(Booted) b = booted_of(text);
	char *path = g_build_filename(b->dir, "cells", CELL, BUNDLE_FILE_NAME, NULL);

	assert_verdict(b, VERDICT_FAIL);
	ck_assert_msg(g_file_test(path, G_FILE_TEST_IS_REGULAR), "no %s", path);
	if (dir)
		*dir = g_strdup(b->dir);
	return path;
}

static char *contents(const char *path, gsize *len)
{
	char *text = NULL;

	ck_assert_msg(g_file_get_contents(path, &text, len, NULL), "%s", path);
	return text;
}

/* The bundle of @from, changed. */
static char *changed(const char *from, void (*change)(Bundle *b))
{
	g_autoptr(Bundle) b = bundle_load(from, NULL);
	g_autoptr(GBytes) packed = NULL;
	char *path = lab_path("changed.tar.zst");
	size_t len;
	const char *data;

	ck_assert_ptr_nonnull(b);
	change(b);
	packed = bundle_encode(b, NULL);
	data = g_bytes_get_data(packed, &len);
	ck_assert(g_file_set_contents(path, data, (gssize)len, NULL));
	return path;
}

/* --- elsewhere ---------------------------------------------------------------------------------
 */

/* Loops beside it want all there is of two CPUs. */
static void busy_start(Job *jobs[N_BUSY])
{
	static const struct job_options o = { .program = "timeout" };
	g_autofree char *limit = g_strdup_printf("%d", BUSY_S);

	for (unsigned i = 0; i < N_BUSY; i++)
		jobs[i] = job_start(&o, (const char *const[]){ "--foreground", limit, "sh", "-c",
							       "while :; do :; done", NULL });
}

static void busy_stop(Job *jobs[N_BUSY])
{
	for (unsigned i = 0; i < N_BUSY; i++) {
		job_kill(jobs[i], SIGTERM);
		job_wait(jobs[i]);
		job_free(jobs[i]);
	}
}

/* LOSSY with a kernel of the user's, who has a copy of the probe at @path. */
static char *lossy_with_file(const char *path)
{
	g_autofree char *mode = g_path_get_dirname(lab_iplab()), *build = g_path_get_dirname(mode);
	g_autofree char *probe = g_build_filename(build, "fixtures", "probe", NULL);
	g_autofree char *kernel = g_strconcat("path = ", path, "\n", NULL);
	gsize len;
	g_autofree char *bytes = contents(probe, &len);

	ck_assert(g_file_set_contents(path, bytes, (gssize)len, NULL));
	return g_strconcat(LOSSY_WITH(""), kernel, NULL);
}

/*
 * Another program, in another place, that has never heard of the scenario, and without the user's
 * file: the same journal.
 */
START_TEST(the_journal_is_equal_elsewhere_and_under_load)
{
	g_autofree char *kernel = lab_path("kernel"), *text = lossy_with_file(kernel);
	g_autofree char *dir = NULL, *bundle = failed_boot(text, &dir);
	g_autofree char *elsewhere = lab_other_checkout(true), *cwd = lab_path("x");
	g_autofree char *home = g_path_get_dirname(cwd);
	g_autoptr(Result) was = result_of(dir);
	g_autofree char *sum = g_strconcat("sha256 ", was->journal_sha256, NULL);
	struct job_options o = { .program = elsewhere, .cwd = home };
	Job *busy[N_BUSY];

	ck_assert_int_eq(g_unlink(kernel), 0);
	busy_start(busy);
	for (unsigned i = 0; i < 3; i++) {
		g_autoptr(Job) j = job_run(&o, (const char *const[]){ "replay", bundle, NULL });

		assert_exit(j, 0);
		assert_says(j, "\nequal: ");
		assert_says(j, sum);
		assert_says(j, "inputs    all as recorded");
		assert_gone(j);
	}
	busy_stop(busy);
}
END_TEST

/* So bundles can be compared by a sum. */
START_TEST(the_same_boot_leaves_the_same_bundle)
{
	g_autofree char *a = failed_boot(LOSSY, NULL), *b = failed_boot(LOSSY, NULL);
	gsize len_a, len_b;
	g_autofree char *bytes_a = contents(a, &len_a), *bytes_b = contents(b, &len_b);

	ck_assert_uint_eq(len_a, len_b);
	ck_assert_mem_eq(bytes_a, bytes_b, len_a);
}
END_TEST

/* --- the command -------------------------------------------------------------------------------
 */

START_TEST(a_cell_of_a_run)
{
	g_autofree char *dir = NULL, *bundle = failed_boot(LOSSY, &dir), *out = lab_path("out");
	g_autofree char *journal = g_build_filename(out, "replayed", "journal.jsonl.gz", NULL);
	g_autofree char *hint = g_strdup_printf("\nagain: iplab replay " CELL " --run %s\n", dir);
	g_autoptr(Job) show = job_of("show", "own", "--run", dir);
	g_autoptr(Job) j = job_of("replay", "own", "--run", dir, "--out", out, "--json");
	g_autoptr(Job) again = job_of("replay", bundle, "--out", out);

	assert_says(show, hint);
	assert_exit(j, 0);
	assert_says(j, "\"outcome\":\"equal\"");
	assert_says(j, "\"differences\":[]");
	ck_assert(g_file_test(journal, G_FILE_TEST_IS_REGULAR));
	assert_exit(again, 2);
	assert_says(again, "is not an empty folder");
}
END_TEST

START_TEST(a_pass_has_no_bundle)
{
	g_autoptr(Booted) b = booted_of(NULL, "scenario=boot/probe");
	g_autoptr(Job) j = job_of("replay", "probe", "--run", b->dir);

	assert_verdict(b, VERDICT_PASS);
	assert_exit(j, 3);
	assert_says(j, "has no bundle: it is a pass");
}
END_TEST

/* A firmware with another text on its console: the same failure, another journal. */
START_TEST(other_files_may_take_part)
{
	static const char text[] = "Network boot device detected";
	g_autofree char *bundle = failed_boot(LOSSY, NULL), *image = lab_path("my.img");
	g_autoptr(Bundle) b = bundle_load(bundle, NULL);
	const struct bundle_input *in = bundle_input(b, BUNDLE_FIRMWARE, NULL);
	g_autoptr(GBytes) firmware = g_bytes_ref(in->content);
	gsize len = g_bytes_get_size(firmware);
	g_autofree char *bytes = g_memdup2(g_bytes_get_data(firmware, NULL), len);
	char *at = memmem(bytes, len, text, strlen(text));
	g_autoptr(Job) j = NULL;

	ck_assert_ptr_nonnull(at);
	*at = 'W';
	ck_assert(g_file_set_contents(image, bytes, (gssize)len, NULL));
	j = job_of("replay", bundle, "--firmware", image);
	assert_exit(j, 0);
	assert_says(j, "differs   firmware: recorded sha256 ");
	assert_says(j, ", as asked for\n");
	assert_says(j, "the same outcome, and another journal\n");
	assert_says(j, "\"text\":\"Wetwork boot device detected\"");
}
END_TEST

/* --- what is not the same ----------------------------------------------------------------------
 */

static void forget_journal(Bundle *b)
{
	g_clear_pointer(&b->records[BUNDLE_JOURNAL], g_bytes_unref);
	memset(b->result->journal_sha256, '0', 64);
}

static void another_failure(Bundle *b)
{
	forget_journal(b);
	b->result->signature[0] = 'x';
}

static void qemu_is_gone(Bundle *b)
{
	struct bundle_input *in = (struct bundle_input *)bundle_input(b, BUNDLE_QEMU, NULL);

	g_free(in->path);
	in->path = g_strdup("/nowhere/qemu");
	in->is_given = true;
}

static void another_kernel(Bundle *b)
{
	struct bundle_input *in =
		(struct bundle_input *)bundle_input(b, BUNDLE_SERVED, "kernel.img");

	g_clear_pointer(&in->content, g_bytes_unref);
	in->sha256[0] ^= 1;
	forget_journal(b);
}

static void another_seed(Bundle *b)
{
	b->result->seed = 2;
}

/* Of a scenario of others nothing of ours is served. */
static void a_path_for_a_fixture(Bundle *b)
{
	static const char text[] = "[scenario]\nsummary = s\n[file.x]\n"
				   "fixture = ../../../../../../../../../../etc/passwd\n";

	g_bytes_unref(b->scenario);
	b->scenario = g_bytes_new_static(text, strlen(text));
}

static const struct {
	const char *what;
	void (*change)(Bundle *b);
	int code;
	const char *says;
} other_rows[] = {
	{ "the failure alone", forget_journal, 1, "although all that went in is the same" },
	{ "not even that", another_failure, 1, "\nanother outcome\n" },
	{ "another boot", another_seed, 1, "the journals differ first in line 1:\n" },
	{ "with another file", another_kernel, 0, "differs   served kernel.img: recorded sha256 " },
	{ "with a path for a fixture", a_path_for_a_fixture, 3, "served x, sha256 not recorded" },
	{ "without QEMU", qemu_is_gone, 3, "qemu, sha256 " },
};

START_TEST(what_differs_is_said)
{
	g_autofree char *bundle = failed_boot(LOSSY, NULL);

	for (unsigned i = 0; i < G_N_ELEMENTS(other_rows); i++) {
		g_autofree char *other = changed(bundle, other_rows[i].change);
		g_autoptr(Job) j = job_of("replay", other);

		ck_assert_msg(job_status(j) == other_rows[i].code, "%s: %s%s", other_rows[i].what,
			      job_out(j), job_err(j));
		assert_says(j, other_rows[i].says);
	}
}
END_TEST

/* --- bad input ---------------------------------------------------------------------------------
 */

/* Where a replay puts what it unpacks: nothing of it is left. */
static Job *replay_in(const char *folder, const char *bundle)
{
	g_autofree char *env = g_strconcat("TMPDIR=", folder, NULL);
	struct job_options o = { .env = (const char *const[]){ env, NULL } };

	return job_run(&o, (const char *const[]){ "replay", bundle, NULL });
}

static void assert_empty(const char *folder)
{
	g_autoptr(GDir) d = g_dir_open(folder, 0, NULL);

	ck_assert_ptr_nonnull(d);
	ck_assert_ptr_null(g_dir_read_name(d));
}

START_TEST(damage_is_an_error)
{
	g_autofree char *bundle = failed_boot(LOSSY, NULL), *damaged = lab_path("damaged.tar.zst");
	g_autofree char *marker = lab_path("x"), *folder = g_path_get_dirname(marker);
	gsize len, len_after;
	g_autofree char *bytes = contents(bundle, &len), *after = NULL;

	for (unsigned i = 1; i < 8; i++) {
		g_autoptr(Job) j = NULL;
		g_autofree char *copy = g_memdup2(bytes, len);
		gsize n = i & 1 ? len * i / 8 : len;

		if (n == len)
			copy[len * i / 8] ^= 1;
		ck_assert(g_file_set_contents(damaged, copy, (gssize)n, NULL));
		j = replay_in(folder, damaged);
		assert_exit(j, 3);
		assert_says(j, "damaged.tar.zst: ");
		assert_empty(folder);
		after = contents(damaged, &len_after);
		ck_assert(len_after == n && !memcmp(after, copy, n));
		g_clear_pointer(&after, g_free);
	}
}
END_TEST

static const struct {
	const char *args[3], *says;
	int code;
} bad_rows[] = {
	{ { NULL }, "needs one BUNDLE or CELL", 2 },
	{ { "a", "b" }, "needs one BUNDLE or CELL", 2 },
	{ { "/nowhere/bundle.tar.zst" }, "/nowhere/bundle.tar.zst: No such file", 3 },
	{ { "/etc/passwd" }, "/etc/passwd: ", 3 },
	{ { "/dev/zero" }, "is no file", 3 },
	{ { "x/y", "--run", "/nowhere" }, "there is no run in /nowhere", 3 },
	{ { "x", "--client-file", "/dev/null" }, "takes no --client-file", 2 },
	{ { "x", "--shrimp" }, "--shrimp", 2 },
};

START_TEST(bad_input_is_said)
{
	const char *const *a = bad_rows[_i].args;
	g_autoptr(Job) j = job_of("replay", a[0], a[1], a[2]);

	assert_exit(j, bad_rows[_i].code);
	assert_says(j, bad_rows[_i].says);
}
END_TEST

/* --- interrupted -------------------------------------------------------------------------------
 */

/* On the wall clock it takes its time to be killed in. */
/* Of all that 20 % loss takes, two packets matter: the scenario that says so fails the same way. */
START_TEST(a_failure_is_shrunk)
{
	g_autofree char *dir = lab_path("run"), *out = lab_path("out"), *bundle = NULL,
			*path = g_build_filename(out, "shrunk.ini", NULL), *text = NULL;
	g_autoptr(Job) run =
		job_of("run", "client=libnet-7.2", "server=builtin", "scenario=loss/20-percent",
		       "--seed", "2", "--keep", "--out", dir);
	g_autoptr(Job) shrink = NULL;

	assert_exit(run, 0); /* it is known to fail */
	bundle = g_build_filename(dir, "cells/libnet-7.2/builtin/loss/20-percent/2",
				  BUNDLE_FILE_NAME, NULL);
	shrink = job_of("replay", "--shrink", bundle, "--out", out);
	assert_exit(shrink, 0);
	ck_assert_ptr_nonnull(strstr(job_err(shrink), "decisions of the network to 2, in "));
	text = contents(path, NULL);
	ck_assert_ptr_nonnull(strstr(text, "drop = tftp.rrq file=kernel.img"));
	ck_assert_ptr_null(strstr(text, "loss ="));
}
END_TEST

START_TEST(a_signal_leaves_nothing)
{
	g_autofree char *bundle =
		failed_boot(OWN_HEAD("clock = wall") "[server.dhcp]\nenabled = false\n"
						     "[deadline]\ndhcp_ms = 1500\n",
			    NULL);
	g_autofree char *marker = lab_path("x"), *folder = g_path_get_dirname(marker);
	g_autofree char *env = g_strconcat("TMPDIR=", folder, NULL);
	struct job_options o = { .env = (const char *const[]){ env, NULL } };
	g_autoptr(Job) whole = job_of("replay", bundle);
	g_autoptr(Job) j = job_start(&o, (const char *const[]){ "replay", bundle, NULL });

	assert_exit(whole, 0);
	assert_says(whole, "the same outcome; journals of the wall clock are never equal");
	job_find(j, "iplab", "worker");
	job_kill(j, SIGINT);
	ck_assert_int_eq(job_wait(j), 3);
	assert_says(j, "interrupted");
	assert_gone(j);
	assert_empty(folder);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("replay");

	lab_add(s, the_journal_is_equal_elsewhere_and_under_load);
	lab_add(s, the_same_boot_leaves_the_same_bundle);
	lab_add(s, a_cell_of_a_run);
	lab_add(s, a_pass_has_no_bundle);
	lab_add(s, other_files_may_take_part);
	lab_add(s, what_differs_is_said);
	lab_add(s, damage_is_an_error);
	lab_add_rows(s, bad_input_is_said, N_ROWS(bad_rows));
	lab_add(s, a_failure_is_shrunk);
	lab_add(s, a_signal_leaves_nothing);
	return lab_main(s);
}
