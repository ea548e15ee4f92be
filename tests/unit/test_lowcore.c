/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/lowcore: the monitor's dump of it, and a kernel file's
 */
#include "harness/lowcore.h"

#include <check.h>

#include "tests/support/fake_qemu.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

enum {
	N_WORDS = 43,  /* 0x88 to 0x1e0 */
	PGM_CODE = 0,  /* index of the word at 0x88 */
	OLD_MASK = 25, /* 0x150 */
	OLD_PSW = 26,  /* 0x158 */
	NEW_PSW = 42,  /* 0x1d8 */
};

/* The monitor's answer to `xp`, with @n words; those that matter have a value of their own. */
static char *answer(unsigned n)
{
	GString *s = g_string_new("{\"return\": \"");

	for (unsigned i = 0; i < n; i++) {
		uint64_t v = i == PGM_CODE   ? 0x1122334400040005
			     : i == OLD_MASK ? 0x0404c00180000000
			     : i == OLD_PSW  ? 0xfedcba9876543210
			     : i == NEW_PSW  ? 0x0123456789abcdef
					     : 0;

		if (i % 2 == 0)
			g_string_append_printf(s, "%s%016x:", i ? "\\r\\n" : "", 0x88 + 8 * i);
		g_string_append_printf(s, " 0x%016" G_GINT64_MODIFIER "x", v);
	}
	g_string_append(s, "\\r\\n\"}\n");
	return g_string_free(s, FALSE);
}

static void expect_words(const struct lowcore *l)
{
	ck_assert(l->known);
	ck_assert_uint_eq(l->pgm_code, 0x00040005);
	ck_assert_uint_eq(l->pgm_old_mask, 0x0404c00180000000);
	ck_assert_uint_eq(l->pgm_old, 0xfedcba9876543210);
	ck_assert_uint_eq(l->pgm_new, 0x0123456789abcdef);
}

START_TEST(a_guest_is_asked)
{
	struct fake_qemu q;
	g_autofree char *text = answer(N_WORDS), *heard = NULL;
	struct lowcore l;

	fake_qemu_init(&q);
	fake_qemu_say(&q, text);
	l = lowcore_of_guest(q.qmp);
	expect_words(&l);
	heard = fake_qemu_heard(&q);
	ck_assert_str_eq(heard, "{\"execute\":\"human-monitor-command\","
				"\"arguments\":{\"command-line\":\"xp /43xg 0x88\"}}\n");
	fake_qemu_fini(&q);
}
END_TEST

START_TEST(more_words_than_were_asked_for)
{
	struct fake_qemu q;
	g_autofree char *text = answer(N_WORDS + 3);
	struct lowcore l;

	fake_qemu_init(&q);
	fake_qemu_say(&q, text);
	l = lowcore_of_guest(q.qmp);
	expect_words(&l);
	fake_qemu_fini(&q);
}
END_TEST

static const struct {
	const char *what, *says;
	bool closes;
} bad_rows[] = {
	{ "a refusal", "{\"error\": {}}\n", false },
	{ "no text", "{\"return\": \"\"}\n", false },
	{ "another text", "{\"return\": \"Cannot access memory\\r\\n\"}\n", false },
	{ "addresses alone", "{\"return\": \"0000000000000088:\\r\\n\"}\n", false },
	{ "a number", "{\"return\": 5}\n", false },
	{ "an object", "{\"return\": {}}\n", false },
	{ "a list", "{\"return\": []}\n", false },
	{ "nothing", "{\"return\": null}\n", false },
	{ "QEMU is gone", "", true },
};

START_TEST(a_guest_that_does_not_tell)
{
	struct fake_qemu q;

	fake_qemu_init(&q);
	fake_qemu_say(&q, bad_rows[_i].says);
	if (bad_rows[_i].closes)
		fake_qemu_close(&q);
	ck_assert_msg(!lowcore_of_guest(q.qmp).known, "%s", bad_rows[_i].what);
	fake_qemu_fini(&q);
}
END_TEST

START_TEST(a_word_is_missing)
{
	struct fake_qemu q;
	g_autofree char *text = answer(N_WORDS - 1);

	fake_qemu_init(&q);
	fake_qemu_say(&q, text);
	ck_assert(!lowcore_of_guest(q.qmp).known);
	fake_qemu_fini(&q);
}
END_TEST

struct asked {
	unsigned n;
	struct lowcore l;
};

static void on_lowcore(void *self, const struct lowcore *l)
{
	struct asked *a = self;

	a->n++;
	a->l = *l;
}

START_TEST(asking_without_waiting)
{
	struct fake_qemu q;
	g_autofree char *text = answer(N_WORDS);
	struct asked a = { 0 };

	fake_qemu_init(&q);
	lowcore_ask(q.qmp, on_lowcore, &a);
	ck_assert_uint_eq(a.n, 0);
	fake_qemu_say(&q, text);
	ck_assert_int_eq(qmp_read(q.qmp), 0);
	ck_assert_uint_eq(a.n, 1);
	expect_words(&a.l);
	fake_qemu_fini(&q);
}
END_TEST

START_TEST(asking_who_never_answers)
{
	struct fake_qemu q;
	struct asked a = { .l = { .known = true } };

	fake_qemu_init(&q);
	lowcore_ask(q.qmp, on_lowcore, &a);
	fake_qemu_fini(&q);
	ck_assert_uint_eq(a.n, 1);
	ck_assert(!a.l.known);
}
END_TEST

START_TEST(asking_nobody)
{
	struct fake_qemu q;
	struct asked a = { 0 };

	fake_qemu_init(&q);
	fake_qemu_close(&q);
	lowcore_ask(q.qmp, on_lowcore, &a);
	fake_qemu_fini(&q);
	ck_assert(!a.l.known);
}
END_TEST

static const struct {
	const char *what;
	size_t len;
	bool known;
} kernel_rows[] = {
	{ "an empty file", 0, false },    { "the end of the code", 0x90, false },
	{ "a byte short", 0x1df, false }, { "just enough", 0x1e0, true },
	{ "more", 0x2000, true },
};

/* Byte i of a temp_file() is i % 251. */
START_TEST(a_kernel_file)
{
	char *dir = temp_folder_new();
	g_autofree char *path = g_build_filename(dir, "kernel", NULL);
	struct lowcore l;

	temp_file(dir, "kernel", kernel_rows[_i].len);
	l = lowcore_of_kernel(path);
	ck_assert_msg(l.known == kernel_rows[_i].known, "%s", kernel_rows[_i].what);
	if (l.known) {
		ck_assert_uint_eq(l.pgm_code, 0x8c8d8e8f);
		ck_assert_uint_eq(l.pgm_old_mask, 0x55565758595a5b5c);
		ck_assert_uint_eq(l.pgm_old, 0x5d5e5f6061626364);
		ck_assert_uint_eq(l.pgm_new, 0xdddedfe0e1e2e3e4);
	}
	temp_folder_remove(dir);
}
END_TEST

START_TEST(no_kernel_file)
{
	ck_assert(!lowcore_of_kernel("/nonexistent/kernel").known);
	ck_assert(!lowcore_of_kernel("/").known);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lowcore");

	/* JSON of the wrong shape must not even make json-glib complain. */
	g_log_set_always_fatal(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
	suite_add(s, a_guest_is_asked);
	suite_add(s, more_words_than_were_asked_for);
	suite_add_rows(s, a_guest_that_does_not_tell, N_ROWS(bad_rows));
	suite_add(s, a_word_is_missing);
	suite_add(s, asking_without_waiting);
	suite_add(s, asking_who_never_answers);
	suite_add(s, asking_nobody);
	suite_add_rows(s, a_kernel_file, N_ROWS(kernel_rows));
	suite_add(s, no_kernel_file);
	return suite_run(s);
}
