/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/bundle_save: what of a boot goes into its bundle
 */
#include "harness/bundle_save.h"

#include <string.h>

#include "harness/bundle_read.h"
#include "tests/support/bundle_sample.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

#define CLIENT                                                                                     \
	"[client]\nbase = below\nfirmware = fw.img\nimage = large.img\nenter = image-netboot\n"
#define SCENARIO                                                                                   \
	"[scenario]\nsummary = s\n[file.a]\npath = ../served/a\n[file.b]\ntext = b\n"              \
	"[file.c]\npath = ../served/large\n"

static char *dir;
static Client *client;
static Scenario *scenario;
static Result *result;
static struct client_overrides overrides;
static struct bundle_source from;

static void set_up(void)
{
	g_autofree char *client_path = NULL, *scenario_path = NULL, *missing = NULL;
	g_autofree char *base = NULL;
	char *files[2] = { NULL };
	g_autoptr(GError) error = NULL;

	dir = temp_folder_new();
	base = text_file(dir, "clients/below.ini", SAMPLE_BASE);
	files[0] = base;
	client_path = text_file(dir, "clients/mine.ini", CLIENT);
	scenario_path = text_file(dir, "scenarios/area/s.ini", SCENARIO);
	text_file_put(dir, "clients/fw.img", "firmware");
	temp_file(dir, "clients/large.img", BUNDLE_INPUT_MAX + 1);
	text_file_put(dir, "scenarios/served/a", "a file");
	temp_file(dir, "scenarios/served/large", BUNDLE_INPUT_MAX + 1);
	text_file_put(dir, "cell/journal.jsonl.gz", "packed");
	text_file_put(dir, "cell/stderr.txt", "something broke\n");
	client = client_load(client_path, "mine", files, &error);
	ck_assert_msg(client != NULL, "%s", error ? error->message : "no error");
	ck_assert_msg(client_resolve(client, &overrides, &missing), "%s", missing);
	scenario = scenario_load(scenario_path, "area/s", &error);
	ck_assert_msg(scenario != NULL, "%s", error ? error->message : "no error");
	result = result_new_for("mine/builtin/area/s/7", "mine", "builtin", "area/s", 7, true);
	result->verdict = VERDICT_FAIL;
	from = (struct bundle_source){
		.client = client,
		.scenario = scenario,
		.result = result,
		.dir = g_build_filename(dir, "cell", NULL),
	};
}

static void tear_down(void)
{
	g_free((char *)from.dir);
	result_free(result);
	scenario_free(scenario);
	client_free(client);
	temp_folder_remove(dir);
}

static Bundle *collect(void)
{
	g_autoptr(GError) error = NULL;
	Bundle *b = bundle_of(&from, &error);

	ck_assert_msg(b != NULL, "%s", error ? error->message : "no error");
	return b;
}

static void assert_text(GBytes *bytes, const char *want)
{
	ck_assert_ptr_nonnull(bytes);
	ck_assert_uint_eq(g_bytes_get_size(bytes), strlen(want));
	ck_assert_mem_eq(g_bytes_get_data(bytes, NULL), want, strlen(want));
}

START_TEST(what_went_in_is_in_it)
{
	g_autoptr(Bundle) b = collect();
	const struct bundle_layer *own = b->layers->pdata[0], *base = b->layers->pdata[1];

	assert_text(b->scenario, SCENARIO);
	ck_assert_uint_eq(b->layers->len, 2);
	ck_assert_str_eq(own->name, "mine");
	assert_text(own->text, CLIENT);
	ck_assert_str_eq(base->name, "below");
	assert_text(base->text, SAMPLE_BASE);
	assert_text(bundle_input(b, BUNDLE_FIRMWARE, NULL)->content, "firmware");
	assert_text(bundle_input(b, BUNDLE_SERVED, "a")->content, "a file");
	ck_assert_ptr_null(bundle_input(b, BUNDLE_SERVED, "b"));
	ck_assert_ptr_null(bundle_input(b, BUNDLE_NETBOOT, NULL));
	assert_text(b->records[BUNDLE_JOURNAL], "packed");
	assert_text(b->records[BUNDLE_STDERR], "something broke\n");
	ck_assert_ptr_null(b->records[BUNDLE_CAPTURE]);
}
END_TEST

/* The QEMU here is /bin/true. */
START_TEST(of_programs_and_large_files_there_is_the_sum)
{
	g_autoptr(Bundle) b = collect();
	g_autofree char *large = g_build_filename(dir, "clients", "large.img", NULL);
	const struct bundle_input *qemu = bundle_input(b, BUNDLE_QEMU, NULL);
	const struct bundle_input *image = bundle_input(b, BUNDLE_IMAGE, NULL);
	const struct bundle_input *served = bundle_input(b, BUNDLE_SERVED, "c");

	ck_assert_str_eq(qemu->path, client->qemu);
	ck_assert_ptr_null(qemu->content);
	ck_assert_str_eq(image->path, large);
	ck_assert_ptr_null(image->content);
	ck_assert_uint_eq(strlen(image->sha256), 64);
	ck_assert(served->path && !served->content);
}
END_TEST

START_TEST(what_options_put_there_is_marked)
{
	overrides.firmware = (char *)"fw.img";
	from.overrides = &overrides;
	g_autoptr(Bundle) b = collect();

	ck_assert(bundle_input(b, BUNDLE_FIRMWARE, NULL)->is_given);
	ck_assert(!bundle_input(b, BUNDLE_IMAGE, NULL)->is_given);
	overrides.firmware = NULL;
}
END_TEST

/* Times and costs of the host are another each time. */
START_TEST(the_same_boot_is_the_same_bundle)
{
	g_autoptr(Bundle) a = collect(), b = NULL, c = NULL;
	g_autoptr(GBytes) one = bundle_encode(a, NULL), two = NULL, three = NULL;

	result->wall_ns = 5;
	result->begun_unix_ns = 6;
	result->qemu_cpu_ns = 7;
	result->worker_cpu_ns = 8;
	result->worker_peak_kib = 9;
	b = collect();
	two = bundle_encode(b, NULL);
	ck_assert(g_bytes_equal(one, two));
	result->seed = 8;
	c = collect();
	three = bundle_encode(c, NULL);
	ck_assert(!g_bytes_equal(one, three));
}
END_TEST

START_TEST(noise_is_no_record)
{
	text_file_put(dir, "cell/stderr.txt", "\n");
	g_autoptr(Bundle) b = collect();

	ck_assert_ptr_null(b->records[BUNDLE_STDERR]);
}
END_TEST

START_TEST(it_is_written_beside_the_journal)
{
	g_autofree char *path = g_build_filename(from.dir, BUNDLE_FILE_NAME, NULL);
	g_autoptr(Bundle) b = NULL;
	g_autoptr(GError) error = NULL;

	ck_assert(bundle_save(&from, NULL, NULL));
	b = bundle_load(path, &error);
	ck_assert_msg(b != NULL, "%s", error ? error->message : "no error");
	ck_assert_str_eq(b->result->cell, result->cell);
	ck_assert(!bundle_save(&from, "/nowhere/b", &error));
	ck_assert(g_error_matches(error, BUNDLE_ERROR, BUNDLE_ERROR_FILE));
}
END_TEST

START_TEST(without_its_scenario_there_is_none)
{
	g_autoptr(GError) error = NULL;

	ck_assert_int_eq(g_unlink(scenario->path), 0);
	ck_assert(!bundle_save(&from, NULL, &error));
	ck_assert(g_error_matches(error, BUNDLE_ERROR, BUNDLE_ERROR_FILE));
	ck_assert_ptr_nonnull(strstr(error->message, "area/s.ini"));
}
END_TEST

START_TEST(what_is_not_as_expected_has_one)
{
	static const bool due[VERDICT_N] = {
		[VERDICT_FAIL] = true, [VERDICT_ERROR] = true, [VERDICT_XPASS] = true
	};

	for (unsigned v = 0; v < VERDICT_N; v++) {
		ck_assert_msg(bundle_is_due(v, false) == due[v], "%s", verdict_name(v));
		ck_assert_msg(bundle_is_due(v, true) == (due[v] || v == VERDICT_XFAIL), "%s",
			      verdict_name(v));
	}
}
END_TEST

static void add(Suite *s, const char *name, const TTest *test)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, test);
	suite_add_tcase(s, tc);
}

int main(void)
{
	Suite *s = suite_create("bundle_save");

	add(s, "what went in", what_went_in_is_in_it);
	add(s, "sums", of_programs_and_large_files_there_is_the_sum);
	add(s, "options", what_options_put_there_is_marked);
	add(s, "the same", the_same_boot_is_the_same_bundle);
	add(s, "noise", noise_is_no_record);
	add(s, "written", it_is_written_beside_the_journal);
	add(s, "gone", without_its_scenario_there_is_none);
	add(s, "due", what_is_not_as_expected_has_one);
	return suite_run(s);
}
