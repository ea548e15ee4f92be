/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/child: what a program said, how it ended, and what it leaves
 */
#include "harness/child.h"

#include <check.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

#define SHELL(script)                                                                              \
	(const char *const[])                                                                      \
	{                                                                                          \
		"sh", "-c", script, NULL                                                           \
	}

START_TEST(says_something)
{
	struct child c = { .argv = SHELL("echo \"$GIT_DIR\" one; echo two >&2; pwd"), .cwd = "/" };
	g_autofree char *out = NULL;

	setenv("GIT_DIR", "/nowhere", 1);
	ck_assert(child_run(&c, &out, NULL));
	ck_assert_str_eq(out, " one\n/\n");
}
END_TEST

static const struct {
	const char *script, *says;
	ChildError code;
} bad_rows[] = {
	{ "echo in vain; echo why >&2; exit 3", "sh exited with status 3: why",
	  CHILD_ERROR_STATUS },
	{ "exit 1", "sh exited with status 1", CHILD_ERROR_STATUS },
	{ "kill -9 $$", "sh was ended by signal 9", CHILD_ERROR_STATUS },
};

START_TEST(fails)
{
	struct child c = { .argv = SHELL(bad_rows[_i].script) };
	g_autofree char *out = NULL;
	g_autoptr(GError) error = NULL;

	ck_assert(!child_run(&c, &out, &error));
	ck_assert(g_error_matches(error, CHILD_ERROR, bad_rows[_i].code));
	ck_assert_str_eq(error->message, bad_rows[_i].says);
	ck_assert_ptr_null(out);
}
END_TEST

START_TEST(does_not_start)
{
	struct child c = { .argv = (const char *const[]){ "iplab-no-such-program", NULL } };
	g_autoptr(GError) error = NULL;

	ck_assert(!child_run(&c, NULL, &error));
	ck_assert(g_error_matches(error, CHILD_ERROR, CHILD_ERROR_START));
}
END_TEST

START_TEST(logs)
{
	char *dir = temp_folder_new();
	g_autofree char *log = g_build_filename(dir, "log", NULL), *text = NULL;
	struct child c = { .argv = SHELL("echo one; echo two >&2; exit 1"), .log = log };
	g_autoptr(GError) error = NULL;

	ck_assert(!child_run(&c, NULL, &error));
	ck_assert(strstr(error->message, log));
	ck_assert(g_file_get_contents(log, &text, NULL, NULL));
	ck_assert_str_eq(text, "one\ntwo\n");
	temp_folder_remove(dir);
}
END_TEST

/* The signal is this process's: the program signals its parent, and never ends by itself. */
START_TEST(is_interrupted)
{
	struct child c = { .argv = SHELL("kill -INT $PPID; exec sleep 1000"),
			   .may_interrupt = true };
	g_autoptr(GError) error = NULL;

	ck_assert(!child_run(&c, NULL, &error));
	ck_assert(g_error_matches(error, CHILD_ERROR, CHILD_ERROR_INTERRUPTED));
}
END_TEST

/* What it started in its turn ends with it. */
START_TEST(leaves_nothing_running)
{
	struct child c = { .argv = SHELL("sleep 1000 >/dev/null 2>&1 & echo $!") };
	g_autofree char *out = NULL, *stat = NULL, *text = NULL;

	ck_assert(child_run(&c, &out, NULL));
	stat = g_strdup_printf("/proc/%d/stat", atoi(out));
	while (g_file_get_contents(stat, &text, NULL, NULL) && !strstr(text, ") Z "))
		g_clear_pointer(&text, g_free);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("child");

	suite_add(s, says_something);
	suite_add_rows(s, fails, N_ROWS(bad_rows));
	suite_add(s, does_not_start);
	suite_add(s, logs);
	suite_add(s, is_interrupted);
	suite_add(s, leaves_nothing_running);
	return suite_run(s);
}
