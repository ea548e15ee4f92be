/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `iplab run` and `iplab show` with a real QEMU: what arrives, and what is recorded
 */
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "reports/result.h"
#include "tests/boot/lab.h"
#include "tests/support/suite.h"

#define LIBNET "client=libnet-7.2"
#define BUILTIN "server=builtin"
#define PROBE "scenario=boot/probe"

enum {
	N_REPEAT = 50,
};

static GPtrArray *load_results(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "results.jsonl", NULL);
	g_autoptr(GError) error = NULL;
	GPtrArray *results = results_load(path, &error);

	ck_assert_msg(results, "%s", error ? error->message : "");
	return results;
}

static JsonObject *load_run(JsonParser *parser, const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "run.json", NULL);

	ck_assert(json_parser_load_from_file(parser, path, NULL));
	return json_node_get_object(json_parser_get_root(parser));
}

/* The folder that holds @path, @n levels up. */
static char *folder_of(const char *path, unsigned n)
{
	char *dir = g_strdup(path);

	while (n--) {
		char *up = g_path_get_dirname(dir);

		g_free(dir);
		dir = up;
	}
	return dir;
}

static char *crc32_of_file(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize len;

	ck_assert_msg(g_file_get_contents(path, &bytes, &len, NULL), "%s", path);
	ck_assert_uint_gt(len, 0);
	return g_strdup_printf("%08lx", crc32(0, (const Bytef *)bytes, (uInt)len));
}

START_TEST(fifty_of_fifty_arrive_whole)
{
	g_autofree char *dir = lab_path("run"), *want = NULL, *initrd = NULL;
	g_autoptr(Job) j = job_of("run", LIBNET, BUILTIN, PROBE, "--repeat", "50", "-j", "2",
				  "--keep", "--out", dir);
	g_autoptr(GPtrArray) results = NULL;
	g_autoptr(GHashTable) seeds = g_hash_table_new(NULL, NULL);

	assert_exit(j, 0);
	assert_says(j, "50 passed, 0 failed, 0 errors, 0 skipped");
	results = load_results(dir);
	ck_assert_uint_eq(results->len, N_REPEAT);
	initrd = g_build_filename(dir, "trees", "boot", "probe", "initrd.img", NULL);
	want = crc32_of_file(initrd);
	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		ck_assert_msg(r->verdict == VERDICT_PASS, "%s: %s", r->cell, r->reason);
		ck_assert_str_eq(r->initrd_crc32, want);
		ck_assert_str_eq(r->cmdline, "root=/dev/ram0 quiet iplab=probe");
		ck_assert(r->seed >= 1 && r->seed <= N_REPEAT);
		ck_assert(g_hash_table_add(seeds, GUINT_TO_POINTER((guint)r->seed)));
	}
}
END_TEST

START_TEST(json_lines_are_those_of_the_file)
{
	g_autofree char *dir = lab_path("run"), *path = NULL, *text = NULL;
	g_autoptr(Job) j = job_of("run", LIBNET, PROBE, "--repeat", "3", "--json", "--out", dir);

	assert_exit(j, 0);
	path = g_build_filename(dir, "results.jsonl", NULL);
	ck_assert(g_file_get_contents(path, &text, NULL, NULL));
	ck_assert_str_eq(job_out(j), text);
}
END_TEST

/* Captures only of what did not pass, no served files, nothing empty. */
/* A line "ok 3 - CELL ..." or "not ok ..."; what else there is belongs to the point before. */
static bool read_point(const char *line, unsigned n, GString *bad)
{
	bool ok = g_str_has_prefix(line, "ok ");
	g_autofree char *start = g_strdup_printf("%sok %u - ", ok ? "" : "not ", n);

	if (!ok && !g_str_has_prefix(line, "not ok "))
		return false;
	ck_assert_msg(g_str_has_prefix(line, start), "\"%s\" is not point %u", line, n);
	if (!ok)
		g_string_append_printf(bad, "%s ", line + strlen(start));
	return true;
}

START_TEST(tap_comes_while_it_runs)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(GString) bad = g_string_new(NULL);
	Job *j = job_start(
		NULL, (const char *const[]){ "run", LIBNET, BUILTIN, "--tap", "--out", dir,
					     "scenario=boot/probe,demo/missing-initrd", NULL });
	unsigned n = 0;
	const char *line;

	ck_assert_str_eq(job_line(j), "TAP version 14");
	ck_assert_str_eq(job_line(j), "1..2");
	while ((line = job_line(j)))
		n += read_point(line, n + 1, bad);
	ck_assert_int_eq(job_wait(j), 1);
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(bad->str, "libnet-7.2/builtin/demo/missing-initrd/1 ");
	job_free(j);
}
END_TEST

START_TEST(tap_of_a_run_that_ends_early)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j = job_of("run", LIBNET, BUILTIN, "scenario=demo/missing-initrd",
				  "--repeat", "3", "-j1", "--fail-fast", "--tap", "--out", dir);

	assert_exit(j, 1);
	ck_assert(g_str_has_prefix(job_out(j), "TAP version 14\n1..3\nnot ok 1 - "));
	ck_assert(g_str_has_suffix(job_out(j), "\nBail out! enough has failed\n"));
	ck_assert_ptr_null(strstr(job_out(j), "ok 2"));
}
END_TEST

START_TEST(a_pass_keeps_journal_and_console_only)
{
	g_autofree char *dir = lab_path("run"), *cell = NULL, *trees = NULL;
	g_autoptr(Job) j = job_of("run", LIBNET, BUILTIN, PROBE, "--out", dir);
	g_autoptr(GDir) d = NULL;
	const char *name;
	unsigned n = 0;

	assert_exit(j, 0);
	cell = g_build_filename(dir, "cells", "libnet-7.2", "builtin", "boot", "probe", "1", NULL);
	d = g_dir_open(cell, 0, NULL);
	ck_assert_ptr_nonnull(d);
	while ((name = g_dir_read_name(d)))
		n += g_str_equal(name, "journal.jsonl.gz") || g_str_equal(name, "console.gz") ? 1
											      : 100;
	ck_assert_uint_eq(n, 2);
	trees = g_build_filename(dir, "trees", NULL);
	ck_assert(!g_file_test(trees, G_FILE_TEST_EXISTS));
}
END_TEST

/* --- the user's own build ----------------------------------------------------------------------
 */

static char *copy_of(const char *name, const char *from)
{
	g_autofree char *bytes = NULL;
	char *to = lab_path(name);
	gsize len;

	ck_assert(g_file_get_contents(from, &bytes, &len, NULL));
	ck_assert(g_file_set_contents(to, bytes, (gssize)len, NULL));
	return to;
}

static char *sum_of(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize len;

	ck_assert_msg(g_file_get_contents(path, &bytes, &len, NULL), "%s", path);
	return g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, len);
}

static void assert_recorded(JsonObject *client, const char *key, const char *path)
{
	JsonObject *o = json_object_get_object_member(client, key);
	g_autofree char *sum = sum_of(path);

	ck_assert_msg(o, "no %s", key);
	ck_assert_str_eq(json_object_get_string_member(o, "path"), path);
	ck_assert_str_eq(json_object_get_string_member(o, "sha256"), sum);
}

static JsonObject *client_of(JsonObject *run, const char *name)
{
	JsonObject *clients = json_object_get_object_member(run, "clients");

	ck_assert_msg(json_object_has_member(clients, name), "no client %s", name);
	return json_object_get_object_member(clients, name);
}

/* Where the client's firmware is: as a run records it. */
static char *firmware_path(const char *key)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j =
		job_of("run", LIBNET, BUILTIN, "scenario=boot/bootfile-psw", "--out", dir);
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonObject *client;

	assert_exit(j, 0);
	client = client_of(load_run(parser, dir), "libnet-7.2");
	return g_strdup(
		json_object_get_string_member(json_object_get_object_member(client, key), "path"));
}

START_TEST(own_builds_are_used_and_recorded)
{
	g_autofree char *dir = lab_path("run");
	g_autofree char *found = firmware_path("firmware");
	g_autofree char *firmware = copy_of("my-ccw.img", found);
	g_autofree char *found2 = firmware_path("netboot");
	g_autofree char *netboot = copy_of("my-netboot.img", found2);
	g_autofree char *witness = lab_path("called");
	g_autofree char *script = g_strdup_printf("#!/bin/sh\n: >'%s'\n"
						  "exec qemu-system-s390x \"$@\"\n",
						  witness);
	g_autofree char *qemu = lab_file("my-qemu", script);
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(Job) j = NULL;
	JsonObject *client;

	ck_assert_int_eq(chmod(qemu, 0755), 0);
	j = job_of("run", LIBNET, BUILTIN, PROBE, "--qemu", qemu, "--firmware", firmware,
		   "--netboot", netboot, "--out", dir);
	assert_exit(j, 0);
	ck_assert(g_file_test(witness, G_FILE_TEST_EXISTS));
	client = client_of(load_run(parser, dir), "libnet-7.2");
	assert_recorded(client, "qemu", qemu);
	assert_recorded(client, "firmware", firmware);
	assert_recorded(client, "netboot", netboot);
}
END_TEST

#define IMPATIENT "[scenario]\nsummary = short\nrequires = dhcp-4\n[deadline]\ndhcp_ms = 500\n"

START_TEST(a_firmware_that_is_none_fails)
{
	g_autofree char *firmware = lab_file("broken.img", "this is no firmware\n");
	g_autofree char *scenario = lab_file("scenarios/my/short.ini", IMPATIENT);
	g_autofree char *path = folder_of(scenario, 3);
	g_autofree char *env = g_strconcat("IPLAB_PATH=", path, NULL);
	g_autofree char *dir = lab_path("run");
	const struct job_options o = { .env = (const char *const[]){ env, NULL } };
	g_autoptr(Job) j =
		job_run(&o, (const char *const[]){ "run", LIBNET, BUILTIN, "scenario=my/short",
						   "--firmware", firmware, "--out", dir, NULL });
	g_autoptr(GPtrArray) results = load_results(dir);

	assert_exit(j, 1);
	ck_assert_uint_eq(results->len, 1);
	ck_assert_int_eq(((const Result *)results->pdata[0])->verdict, VERDICT_FAIL);
}
END_TEST

START_TEST(a_qemu_that_does_not_start_is_an_error)
{
	g_autofree char *qemu = lab_file("qemu", "#!/bin/sh\necho 'not today' >&2\nexit 7\n");
	g_autofree char *dir = lab_path("run");
	g_autoptr(GPtrArray) results = NULL;
	g_autoptr(Job) j = NULL;
	const Result *r;

	ck_assert_int_eq(chmod(qemu, 0755), 0);
	j = job_of("run", LIBNET, BUILTIN, PROBE, "--qemu", qemu, "--out", dir);
	results = load_results(dir);
	r = results->pdata[0];
	assert_exit(j, 3);
	ck_assert_int_eq(r->verdict, VERDICT_ERROR);
	ck_assert_msg(strstr(r->reason, "not today"), "%s", r->reason);
}
END_TEST

#define OWN_CLIENT                                                                                 \
	"[client]\nsummary = mine\nprovides = linux-boot\nenter = image-kernel\n"                  \
	"memory_mib = 600\n"
#define OWN_SCENARIO                                                                               \
	"[scenario]\nsummary = mine\nrequires = linux-boot\n[boot]\nkernel = k\n"                  \
	"append = iplab=own\n[file.k]\nfixture = probe\n[expect]\ncmdline =\n"                     \
	"payload = kind=probe;memory_mib=600\n"

/* A client file, an image, and a scenario of the user's own, named from another folder. */
START_TEST(own_clients_and_scenarios_work_from_anywhere)
{
	g_autofree char *client = lab_file("mine.ini", OWN_CLIENT);
	g_autofree char *cwd = folder_of(client, 1);
	g_autofree char *scenario = lab_file("scenarios/my/own.ini", OWN_SCENARIO);
	g_autofree char *path = folder_of(scenario, 3);
	g_autofree char *env = g_strdup_printf("IPLAB_PATH=/nonexistent:%s", path);
	g_autofree char *build = folder_of(lab_iplab(), 2);
	g_autofree char *probe = g_build_filename(build, "fixtures", "probe", NULL);
	g_autofree char *image = copy_of("image", probe);
	const struct job_options o = { .cwd = cwd, .env = (const char *const[]){ env, NULL } };
	g_autoptr(Job) j =
		job_run(&o, (const char *const[]){ "run", "client=mine", BUILTIN, "scenario=my/own",
						   "--client-file", "mine.ini", "--image", image,
						   "--out", "out/of/the/way", NULL });
	g_autofree char *dir = g_build_filename(cwd, "out", "of", "the", "way", NULL);
	g_autoptr(JsonParser) parser = json_parser_new();
	JsonObject *run;

	assert_exit(j, 0);
	assert_says(j, "1 passed, 0 failed");
	assert_says(j, dir);
	run = load_run(parser, dir);
	assert_recorded(client_of(run, "mine"), "image", image);
	assert_recorded(json_object_get_object_member(
				json_object_get_object_member(run, "scenarios"), "my/own"),
			"file", scenario);
}
END_TEST

static void link_into(const char *tree, const char *from, const char *name)
{
	g_autofree char *target = g_build_filename(from, name, NULL);
	g_autofree char *link = g_build_filename(tree, name, NULL);
	g_autofree char *parent = g_path_get_dirname(link);

	ck_assert_int_eq(g_mkdir_with_parents(parent, 0755), 0);
	ck_assert_int_eq(symlink(target, link), 0);
}

/* The program in a source tree of the test's own, so that its default folder is in there. */
static char *program_in_own_tree(char **tree)
{
	g_autofree char *source = folder_of(lab_iplab(), 3), *copy = NULL, *x = NULL;
	char *program;

	*tree = lab_path("tree");
	link_into(*tree, source, "scenarios");
	link_into(*tree, source, "fixtures");
	link_into(*tree, source, "build/fixtures");
	link_into(*tree, source, "build/plugin");
	program = g_build_filename(*tree, "build", "x", "iplab", NULL);
	copy = copy_of("iplab", lab_iplab());
	x = g_path_get_dirname(program);
	ck_assert_int_eq(g_mkdir_with_parents(x, 0755), 0);
	ck_assert_int_eq(rename(copy, program), 0);
	ck_assert_int_eq(chmod(program, 0755), 0);
	return program;
}

static unsigned n_entries(const char *dir)
{
	g_autoptr(GDir) d = g_dir_open(dir, 0, NULL);
	unsigned n = 0;

	while (d && g_dir_read_name(d))
		n++;
	return n;
}

START_TEST(the_default_folder_is_a_new_one_and_latest_leads_to_it)
{
	g_autofree char *tree = NULL, *program = program_in_own_tree(&tree);
	g_autofree char *runs = g_build_filename(tree, "reports", "runs", NULL);
	g_autofree char *latest = g_build_filename(runs, "latest", NULL);
	const struct job_options o = { .cwd = "/", .program = program };

	for (unsigned i = 1; i <= 3; i++) {
		g_autofree char *seed = g_strdup_printf("%u", i);
		g_autofree char *cell = g_strdup_printf("libnet-7.2/builtin/boot/probe/%u", i);
		g_autoptr(Job) j = job_run(&o, (const char *const[]){ "run", LIBNET, BUILTIN, PROBE,
								      "--seed", seed, NULL });
		g_autoptr(Job) show = job_run(&o, (const char *const[]){ "show", "probe", NULL });
		g_autoptr(GPtrArray) results = NULL;

		assert_exit(j, 0);
		assert_exit(show, 0);
		assert_says(show, cell);
		ck_assert_uint_eq(n_entries(runs), i + 1);
		results = load_results(latest);
		ck_assert_str_eq(((const Result *)results->pdata[0])->cell, cell);
	}
}
END_TEST

/* --- what failed, and why ----------------------------------------------------------------------
 */

START_TEST(a_failure_is_shown_with_its_reason)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(Job) j = job_of("run", LIBNET, BUILTIN, "scenario=demo/*", "--out", dir);
	g_autoptr(GPtrArray) results = load_results(dir);
	unsigned n_failed = 0;

	assert_exit(j, 1);
	for (guint i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];
		g_autoptr(Job) show = job_of("show", r->cell, "--run", dir);
		g_autofree char *capture =
			g_build_filename(dir, "cells", r->cell, "capture.pcapng", NULL);

		assert_exit(show, 0);
		assert_says(show, r->cell);
		assert_says(show, "tftp.rrq");
		n_failed += r->verdict == VERDICT_FAIL;
		ck_assert_ptr_nonnull(r->reason);
		assert_says(show, r->reason);
		assert_says(j, r->reason);
		ck_assert(g_file_test(capture, G_FILE_TEST_EXISTS));
	}
	ck_assert_uint_gt(n_failed, 0);
	ck_assert_uint_eq(n_failed, results->len);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("run");

	lab_add(s, fifty_of_fifty_arrive_whole);
	lab_add(s, json_lines_are_those_of_the_file);
	lab_add(s, tap_comes_while_it_runs);
	lab_add(s, tap_of_a_run_that_ends_early);
	lab_add(s, a_pass_keeps_journal_and_console_only);
	lab_add(s, own_builds_are_used_and_recorded);
	lab_add(s, a_firmware_that_is_none_fails);
	lab_add(s, a_qemu_that_does_not_start_is_an_error);
	lab_add(s, own_clients_and_scenarios_work_from_anywhere);
	lab_add(s, the_default_folder_is_a_new_one_and_latest_leads_to_it);
	lab_add(s, a_failure_is_shown_with_its_reason);
	return lab_main(s);
}
