/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clients that not every machine has: firmware and QEMU of `make clients`, and other machines
 *
 * What is not there is left out, with a line that says so.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/boot/booted.h"
#include "tests/support/suite.h"
#include "tests/support/text_file.h"

#define SOME_SCENARIOS                                                                             \
	"scenario=boot/probe,boot/bootfile,boot/ins,pxelinux/kernel-only,pxelinux/by-mac,"         \
	"dhcp/lost-offer,tftp/lost-middle-data,tftp/missing-file"

/* "here: ..." or "not here: ..." of a client. The caller frees it. */
static char *state_of(const char *name)
{
	g_autofree char *filter = g_strconcat("client=", name, NULL);
	g_autoptr(Job) j = job_of("list", "clients", filter);
	g_auto(GStrv) lines = g_strsplit(job_out(j), "\n", -1);

	assert_exit(j, 0);
	ck_assert_msg(lines[0] && lines[1], "nothing of %s: %s", name, job_out(j));
	return g_strdup(g_strchug(lines[1]));
}

/* What `make clients` put there: a file below build/clients. The caller frees it. */
static char *fetched(const char *name)
{
	g_autofree char *path = g_build_filename(lab_iplab(), "../../clients", name, NULL);

	return g_canonicalize_filename(path, NULL);
}

/* "firmware "NAME" is not on this machine ... `make clients` gets it": then NAME is not there. */
static void check_absence(const char *state)
{
	g_auto(GStrv) parts = g_strsplit(state, "\"", -1);
	g_autofree char *path = NULL;

	if (!strstr(state, "`make clients`"))
		return;
	ck_assert_uint_ge(g_strv_length(parts), 2);
	path = fetched(parts[1]);
	ck_assert_msg(!g_file_test(path, G_FILE_TEST_EXISTS), "%s, but %s is there", state, path);
}

/* Whether a test can be made; else it says why not. */
static bool is_here(const char *test, const char *client)
{
	g_autofree char *state = state_of(client);

	if (g_str_has_prefix(state, "here: "))
		return true;
	check_absence(state);
	printf("skip %s, %s: %s\n", test, client, state);
	fflush(stdout);
	return false;
}

/* The results of a run that must be as expected. */
static GPtrArray *run_all(const char *const *args)
{
	g_autofree char *dir = lab_path("run");
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autoptr(Job) j = NULL;

	g_ptr_array_add(argv, (char *)"run");
	for (; *args; args++)
		g_ptr_array_add(argv, (char *)*args);
	g_ptr_array_add(argv, (char *)"--out");
	g_ptr_array_add(argv, dir);
	g_ptr_array_add(argv, NULL);
	j = job_run(NULL, (const char *const *)argv->pdata);
	assert_exit(j, 0);
	return results_of(dir);
}

#define run_all_of(...) run_all((const char *const[]){ __VA_ARGS__, NULL })

/* --- firmware and QEMU of other suites -------------------------------------------------------- */

static const struct {
	const char *name, *version, *qemu; /* what its versions begin with */
	bool no_kernel_only;               /* it fails pxelinux/kernel-only */
} client_rows[] = {
	{ "libnet-5.2", "1:5.2+", NULL, true },
	{ "libnet-10.0", "1:10.0.", NULL, false },
	{ "libnet-10.0-trixie", "1:10.0.", NULL, false },
	{ "libnet-sid", "1:", NULL, false },
	{ "libnet-10.0-qemu-10.0", "1:10.0.", "QEMU emulator version 10.0.", false },
	{ "libnet-10.0-trixie-qemu-10.0", "1:10.0.", "QEMU emulator version 10.0.", false },
	{ "libnet-sid-qemu-10.0", "1:", "QEMU emulator version 10.0.", false },
};

static void check_kernel_only(const Result *r, bool fails)
{
	ck_assert_msg((r->verdict == VERDICT_XFAIL) == fails, "%s: %s", r->cell, r->reason);
	if (!fails)
		ck_assert_str_eq(r->cmdline, "");
}

START_TEST(a_client_boots)
{
	const char *name = client_rows[_i].name, *qemu = client_rows[_i].qemu;
	g_autofree char *filter = g_strconcat("client=", name, NULL);
	g_autoptr(GPtrArray) results = NULL;

	if (!is_here("a_client_boots", name))
		return;
	results = run_all_of(filter, "server=builtin,slirp", SOME_SCENARIOS);
	ck_assert_uint_gt(results->len, 8);
	for (unsigned i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		ck_assert_msg(g_str_has_prefix(r->client_version, client_rows[_i].version),
			      "%s: %s", r->cell, r->client_version);
		ck_assert_msg(g_str_has_prefix(r->client_files, "firmware:"), "%s",
			      r->client_files);
		ck_assert_msg(!qemu || g_str_has_prefix(r->qemu_version, qemu), "%s: %s", r->cell,
			      r->qemu_version);
		if (g_str_equal(r->scenario, "pxelinux/kernel-only"))
			check_kernel_only(r, client_rows[_i].no_kernel_only);
		else
			ck_assert_int_eq(r->verdict, VERDICT_PASS);
	}
}
END_TEST

#define NEWEST "libnet-sid-qemu-10.0"

/* The clock plugin that QEMU 10 takes is another one than 7.2's. */
START_TEST(a_newer_qemu_runs_every_scenario)
{
	g_autoptr(GPtrArray) results = NULL;
	unsigned n_virtual = 0;

	if (!is_here("a_newer_qemu_runs_every_scenario", NEWEST))
		return;
	results = run_all_of("client=" NEWEST, BUILTIN);
	for (unsigned i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		ck_assert_msg(r->verdict != VERDICT_SKIP ||
				      g_str_has_prefix(r->scenario, "boot/linux"),
			      "%s: %s", r->cell, r->reason);
		n_virtual += g_str_equal(r->clock, "virtual");
	}
	ck_assert_uint_gt(n_virtual, 40);
}
END_TEST

START_TEST(a_newer_qemu_is_the_same_every_time)
{
	g_autoptr(GPtrArray) results = NULL;

	if (!is_here("a_newer_qemu_is_the_same_every_time", NEWEST))
		return;
	results = run_all_of("client=" NEWEST,
			     "scenario=loss/10-percent,boot/probe,dhcp/no-server,tftp/lost-rrq",
			     BUILTIN, "--seed", "7", "--verify-determinism", "5");
	ck_assert_uint_eq(results->len, 4);
	for (unsigned i = 0; i < results->len; i++)
		ck_assert_ptr_nonnull(((Result *)results->pdata[i])->journal_sha256);
}
END_TEST

START_TEST(a_newer_qemu_takes_no_netboot_image)
{
	g_autofree char *dir = lab_path("run"), *qemu = fetched("qemu-10.0/qemu-system-s390x");
	g_autoptr(Job) j = NULL;
	g_autoptr(Result) r = NULL;

	if (!is_here("a_newer_qemu_takes_no_netboot_image", NEWEST))
		return;
	j = job_of("run", LIBNET, BUILTIN, "scenario=boot/probe", "--qemu", qemu, "--out", dir);
	assert_exit(j, 3);
	r = result_of(dir);
	ck_assert_int_eq(r->verdict, VERDICT_SKIP);
	ck_assert_ptr_nonnull(strstr(r->reason, "QEMU before 9.2"));
}
END_TEST

/* --- what is not there ------------------------------------------------------------------------ */

START_TEST(a_client_that_was_not_fetched)
{
	g_autofree char *program = lab_other_checkout(true), *dir = lab_path("run");
	const struct job_options o = { .program = program };
	g_autoptr(Job) list =
		job_run(&o, (const char *const[]){ "list", "clients", "client=libnet-sid*", NULL });
	g_autoptr(Job) j = job_run(
		&o, (const char *const[]){ "run", "client=libnet-5.2,libnet-sid-qemu-10.0", BUILTIN,
					   "scenario=boot/probe", "--out", dir, NULL });
	g_autoptr(GPtrArray) results = results_of(dir);

	assert_exit(list, 0);
	assert_says(list, "not here: firmware \"libnet-sid/s390-ccw.img\"");
	assert_says(list, "not here: QEMU \"qemu-10.0/qemu-system-s390x\"");
	assert_exit(j, 3);
	ck_assert_uint_eq(results->len, 2);
	for (unsigned i = 0; i < results->len; i++) {
		const Result *r = results->pdata[i];

		ck_assert_int_eq(r->verdict, VERDICT_SKIP);
		ck_assert_msg(strstr(r->reason, "`make clients`") != NULL, "%s", r->reason);
		ck_assert(!r->client_files && !r->client_version);
	}
}
END_TEST

START_TEST(nobody_asks_for_what_is_not_there)
{
	g_autofree char *program = lab_other_checkout(true), *dir = lab_path("run");
	const struct job_options o = { .program = program };
	g_autoptr(Job) j = job_run(&o, (const char *const[]){ "run", "scenario=boot/probe", BUILTIN,
							      "--out", dir, NULL });
	g_autoptr(GPtrArray) results = results_of(dir);

	assert_exit(j, 0);
	ck_assert_ptr_nonnull(strstr(job_err(j), "Left out, not on this machine"));
	ck_assert_ptr_nonnull(strstr(job_err(j), "libnet-sid-qemu-10.0"));
	ck_assert_ptr_null(strstr(job_err(j), "libnet-7.2"));
	ck_assert_uint_ge(results->len, 2);
	for (unsigned i = 0; i < results->len; i++)
		ck_assert_int_eq(((Result *)results->pdata[i])->verdict, VERDICT_PASS);
}
END_TEST

/* --- clients of a user's ---------------------------------------------------------------------- */

static JsonObject *member(JsonObject *o, const char *name)
{
	ck_assert_msg(json_object_has_member(o, name), "no %s", name);
	return json_object_get_object_member(o, name);
}

START_TEST(a_client_based_on_ours)
{
	g_autofree char *mine = lab_file("mine.ini", "[client]\nbase = below\nsummary = mine\n");
	g_autofree char *below =
		lab_file("below/below.ini", "[client]\nbase = libnet-7.2\nmemory_mib = 600\n");
	g_autofree char *dir = lab_path("run"), *path = g_build_filename(dir, "run.json", NULL);
	g_autoptr(Job) j = job_of("run", "--client-file", mine, "--client-file", below,
				  "client=mine", BUILTIN, "scenario=boot/probe", "--out", dir);
	g_autoptr(JsonParser) parser = json_parser_new();
	g_autoptr(Result) r = NULL;
	JsonObject *client;
	JsonArray *bases;

	assert_exit(j, 0);
	r = result_of(dir);
	ck_assert_int_eq(r->verdict, VERDICT_PASS);
	ck_assert_str_eq(r->client, "mine");
	ck_assert_ptr_nonnull(strstr(r->client_files, " netboot:"));
	ck_assert(json_parser_load_from_file(parser, path, NULL));
	client = member(member(json_node_get_object(json_parser_get_root(parser)), "clients"),
			"mine");
	bases = json_object_get_array_member(client, "bases");
	ck_assert_uint_eq(json_array_get_length(bases), 2);
	ck_assert_str_eq(event_str(json_array_get_object_element(bases, 0), "path"), below);
	ck_assert_str_eq(event_str(client, "summary"), "mine");
	ck_assert_uint_eq(strlen(event_str(member(client, "clock_plugin"), "sha256")), 64);
}
END_TEST

START_TEST(a_client_without_its_base)
{
	g_autofree char *mine = lab_file("mine.ini", "[client]\nbase = libnet-0.1\n");
	g_autoptr(Job) j = job_of("run", "--client-file", mine);

	assert_exit(j, 2);
	assert_says(j, "mine.ini: [client] base is \"libnet-0.1\"");
}
END_TEST

/* --- other machines --------------------------------------------------------------------------- */

static const struct {
	const char *client, *scenario;
} machine_rows[] = {
	{ "slof-ppc64", "scenario=other/slof-forth" },
	{ "ipxe-x86", "scenario=other/ipxe-script" },
};

START_TEST(another_machine_boots)
{
	const char *name = machine_rows[_i].client;
	g_autofree char *filter = g_strconcat("client=", name, NULL);
	g_autoptr(GPtrArray) results = NULL;

	if (!is_here("another_machine_boots", name))
		return;
	results = run_all_of(filter, machine_rows[_i].scenario);
	ck_assert_uint_eq(results->len, 2);
	for (unsigned i = 0; i < results->len; i++)
		ck_assert_str_eq(((Result *)results->pdata[i])->ending, "shutdown");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("boot_clients");

	lab_add_rows(s, a_client_boots, N_ROWS(client_rows));
	lab_add(s, a_newer_qemu_runs_every_scenario);
	lab_add(s, a_newer_qemu_is_the_same_every_time);
	lab_add(s, a_newer_qemu_takes_no_netboot_image);
	lab_add(s, a_client_that_was_not_fetched);
	lab_add(s, nobody_asks_for_what_is_not_there);
	lab_add(s, a_client_based_on_ours);
	lab_add(s, a_client_without_its_base);
	lab_add_rows(s, another_machine_boots, N_ROWS(machine_rows));
	return lab_main(s);
}
