/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/replay: what takes part in a replay, and which outcomes are the same
 *
 * The QEMU of these bundles is /bin/true: nothing boots here.
 */
#include "harness/replay.h"

#include <string.h>

#include "harness/command.h"
#include "harness/replay_text.h"
#include "tests/support/bundle_sample.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

static char *dir;
static Bundle *b;
static struct client_overrides none;

static void set_up(void)
{
	dir = temp_folder_new();
	b = sample_bundle();
}

static void tear_down(void)
{
	bundle_free(b);
	temp_folder_remove(dir);
}

static Replay *start(const struct client_overrides *o)
{
	g_autoptr(GError) error = NULL;
	Replay *r = replay_new(b, dir, o, &error);

	ck_assert_msg(r != NULL, "%s", error ? error->message : "no error");
	return r;
}

static void assert_refused(int code, const char *says)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Replay) r = replay_new(b, dir, &none, &error);

	ck_assert(!r);
	ck_assert_msg(g_error_matches(error, REPLAY_ERROR, code), "%s", error->message);
	ck_assert_msg(strstr(error->message, says) != NULL, "%s", error->message);
}

static struct bundle_input *input(enum bundle_role role, const char *name)
{
	return (struct bundle_input *)bundle_input(b, role, name);
}

static void forget(enum bundle_role role, const char *name)
{
	ck_assert(g_ptr_array_remove(b->inputs, input(role, name)));
}

static const struct replay_difference *difference(const Replay *r, const char *what)
{
	const GPtrArray *all = replay_differences(r);

	for (unsigned i = 0; i < all->len; i++) {
		const struct replay_difference *d = all->pdata[i];

		if (g_str_equal(d->what, what))
			return d;
	}
	return NULL;
}

/* Two layers of one name are read in their order, and files of the bundle are used. */
START_TEST(what_is_in_it_takes_part)
{
	g_autoptr(Replay) r = start(&none);
	g_autofree char *firmware = text_file_get(dir, "inputs/firmware");
	g_autofree char *served = g_build_filename(dir, "inputs", "served-2", NULL);
	g_autofree char *journal = g_build_filename(dir, "recorded", "journal.jsonl.gz", NULL);
	struct attempt a;

	replay_attempt(r, &a);
	ck_assert_str_eq(a.client->name, "mine");
	ck_assert_str_eq(a.client->bases[0] + strlen(dir), "/client/1/mine.ini");
	ck_assert_str_eq(a.client->summary, "b");
	ck_assert(a.is_virtual && a.seed == 7);
	ck_assert_str_eq(firmware, "firmware");
	ck_assert_str_eq(a.overrides->firmware + strlen(dir), "/inputs/firmware");
	ck_assert_str_eq(scenario_find_file(a.scenario, "kernel.img")->path, served);
	ck_assert(g_file_test(journal, G_FILE_TEST_IS_REGULAR));
	ck_assert_ptr_null(difference(r, "firmware"));
	ck_assert_ptr_null(difference(r, "served kernel.img"));
}
END_TEST

/* Only a QEMU that is where it was and has the same sum is the recorded one. */
START_TEST(another_qemu_is_a_difference)
{
	g_autoptr(Replay) r = start(&none);
	const struct replay_difference *d = difference(r, "qemu");

	ck_assert_ptr_nonnull(d);
	ck_assert(!d->is_asked);
	ck_assert_ptr_nonnull(strstr(d->recorded, "sha256 "));
}
END_TEST

START_TEST(the_same_qemu_is_none)
{
	g_autoptr(Replay) r = NULL;
	struct bundle_input *in = input(BUNDLE_QEMU, NULL);
	g_autofree char *path = text_file(dir, "there/qemu", "#!/bin/true\n");

	ck_assert_int_eq(chmod(path, 0755), 0);
	g_free(in->path);
	in->path = g_strdup(path);
	g_free(in->sha256);
	in->sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "#!/bin/true\n", -1);
	r = start(&none);
	ck_assert_ptr_null(difference(r, "qemu"));
}
END_TEST

START_TEST(an_option_takes_a_files_place)
{
	g_autofree char *path = text_file(dir, "my.img", "my firmware");
	struct client_overrides o = { .firmware = path };
	g_autoptr(Replay) r = start(&o);
	const struct replay_difference *d = difference(r, "firmware");
	struct attempt a;

	replay_attempt(r, &a);
	ck_assert_str_eq(a.overrides->firmware, path);
	ck_assert_ptr_nonnull(d);
	ck_assert(d->is_asked);
}
END_TEST

START_TEST(another_iplab_is_a_difference)
{
	g_autoptr(Replay) r = NULL;

	g_free(b->iplab);
	b->iplab = g_strdup("0.0.1");
	r = start(&none);
	ck_assert_str_eq(difference(r, "iplab")->recorded, "0.0.1");
}
END_TEST

/* It was a file of the user's then, and it is not here. */
START_TEST(a_given_file_that_is_gone)
{
	forget(BUNDLE_FIRMWARE, NULL);
	sample_input(b, BUNDLE_FIRMWARE, NULL, "large", "/nowhere/large.img")->is_given = true;
	assert_refused(REPLAY_ERROR_MISSING, "as /nowhere/large.img; name one with --firmware");
}
END_TEST

/* A scenario of others reads nothing of ours: not what it names, */
START_TEST(a_path_that_is_not_in_it)
{
	g_bytes_unref(b->scenario);
	b->scenario = sample_bytes("[scenario]\nsummary = s\n[file.x]\npath = /etc/passwd\n");
	assert_refused(REPLAY_ERROR_MISSING, "served x");
}
END_TEST

/* and not what the bundle names, unless it knows its sum. */
START_TEST(a_path_with_another_sum)
{
	forget(BUNDLE_SERVED, "kernel.img");
	sample_input(b, BUNDLE_SERVED, "kernel.img", "a kernel", "/etc/passwd");
	assert_refused(REPLAY_ERROR_MISSING, "served kernel.img");
}
END_TEST

START_TEST(a_scenario_that_leads_out)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Replay) r = NULL;

	g_bytes_unref(b->scenario);
	b->scenario = sample_bytes("[scenario]\nsummary = s\n[file.../../x]\ntext = x\n");
	r = replay_new(b, dir, &none, &error);
	ck_assert(!r && g_error_matches(error, SCENARIO_ERROR, SCENARIO_ERROR_CONTRADICTION));
	ck_assert_ptr_null(command_client_files);
}
END_TEST

/* --- outcomes --------------------------------------------------------------------------------- */

struct end {
	enum verdict verdict;
	const char *ending, *signature, *reason;
};

static const struct {
	const char *what;
	struct end a, b;
	bool same;
} same_rows[] = {
	{ "the same failure",
	  { VERDICT_FAIL, "hang", "hang/a/b", "after 1 ms" },
	  { VERDICT_FAIL, "hang", "hang/a/b", "after 2 ms" },
	  true },
	{ "another failure",
	  { VERDICT_FAIL, "hang", "hang/a/b", NULL },
	  { VERDICT_FAIL, "hang", "hang/a/c", NULL },
	  false },
	{ "a pass now",
	  { VERDICT_FAIL, "payload", NULL, NULL },
	  { VERDICT_PASS, "payload", NULL, NULL },
	  false },
	{ "a pass that was not expected",
	  { VERDICT_XPASS, "payload", NULL, NULL },
	  { VERDICT_PASS, "payload", NULL, NULL },
	  true },
	{ "a failure that was known",
	  { VERDICT_XFAIL, "hang", "hang/a/b", NULL },
	  { VERDICT_FAIL, "hang", "hang/a/b", NULL },
	  true },
	{ "the same error",
	  { VERDICT_ERROR, NULL, NULL, "QEMU died" },
	  { VERDICT_ERROR, NULL, NULL, "QEMU died" },
	  true },
	{ "another error",
	  { VERDICT_ERROR, NULL, NULL, "QEMU died" },
	  { VERDICT_ERROR, NULL, NULL, "no space" },
	  false },
};

static Result *result_of(const struct end *e)
{
	Result *r = result_new();

	r->verdict = e->verdict;
	r->ending = g_strdup(e->ending);
	r->signature = g_strdup(e->signature);
	r->reason = g_strdup(e->reason);
	return r;
}

START_TEST(outcomes_that_are_the_same)
{
	g_autoptr(Result) x = result_of(&same_rows[_i].a), y = result_of(&same_rows[_i].b);

	ck_assert_msg(replay_is_same(x, y) == same_rows[_i].same, "%s", same_rows[_i].what);
}
END_TEST

/* What a bundle says reaches no terminal as it is. */
START_TEST(what_is_said_is_safe)
{
	g_autoptr(Replay) r = NULL;
	g_autoptr(GString) text = g_string_new(NULL);

	g_free(b->result->reason);
	b->result->reason = g_strdup("\033[2J\r\n");
	g_free(b->iplab);
	b->iplab = g_strdup("\033]0;x\a");
	r = start(&none);
	replay_text_before(text, b, r);
	ck_assert_ptr_null(strpbrk(text->str, "\033\a\r"));
	ck_assert_ptr_nonnull(strstr(text->str, "recorded  fail: \\x1b[2J"));
	ck_assert_ptr_nonnull(strstr(text->str, "differs   iplab: recorded \\x1b]0;x\\x07; here "));
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
	Suite *s = suite_create("replay");

	add(s, "bundle", what_is_in_it_takes_part);
	add(s, "qemu", another_qemu_is_a_difference);
	add(s, "same qemu", the_same_qemu_is_none);
	add(s, "option", an_option_takes_a_files_place);
	add(s, "iplab", another_iplab_is_a_difference);
	add(s, "given", a_given_file_that_is_gone);
	add(s, "path", a_path_that_is_not_in_it);
	add(s, "sum", a_path_with_another_sum);
	add(s, "scenario", a_scenario_that_leads_out);
	add(s, "safe", what_is_said_is_safe);
	suite_add_rows(s, outcomes_that_are_the_same, N_ROWS(same_rows));
	return suite_run(s);
}
