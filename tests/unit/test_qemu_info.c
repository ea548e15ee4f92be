/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/qemu_info: what a program says of itself, told by one that is made up
 */
#include "harness/qemu_info.h"

#include <check.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/text_file.h"

#define QEMU(version) "QEMU emulator version " version "\nCopyright (c) 2003\n"
#define PLUGIN "-plugin [file=]<file>[,<argname>=<argvalue>]\n                load a plugin\n"
#define SANDBOX "-sandbox on[,obsolete=allow|deny]\n"

static const struct {
	const char *what, *help;
	const char *version; /* NULL: none */
	bool has_sandbox;
	int plugin_abi;
	bool no_netboot;
} help_rows[] = {
	{ "Debian 12's", QEMU("7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)") PLUGIN SANDBOX,
	  "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)", true, 1, false },
	{ "the last one before the interface changed", QEMU("8.2.0") PLUGIN,
	  "QEMU emulator version 8.2.0", false, 1, false },
	{ "the first one after it", QEMU("9.0.0") PLUGIN, "QEMU emulator version 9.0.0", false, 4,
	  false },
	{ "a version of two digits", QEMU("10.0.2") SANDBOX PLUGIN, "QEMU emulator version 10.0.2",
	  true, 4, true },
	{ "built without plugins", QEMU("10.0.2") SANDBOX, "QEMU emulator version 10.0.2", true, 0,
	  true },
	{ "built without the sandbox", QEMU("7.2.0") PLUGIN, "QEMU emulator version 7.2.0", false,
	  1, false },
	{ "options that are only mentioned", QEMU("7.2.0") "as -plugin and -sandbox do\n",
	  "QEMU emulator version 7.2.0", false, 0, false },
	{ "options that only begin so", QEMU("7.2.0") "-plugins x\n-sandboxed y\n",
	  "QEMU emulator version 7.2.0", false, 0, false },
	{ "one line with no end", "QEMU emulator version 7.2.0", "QEMU emulator version 7.2.0",
	  false, 0, false },
	{ "the last one with a netboot image of its own", QEMU("9.1.3") PLUGIN,
	  "QEMU emulator version 9.1.3", false, 4, false },
	{ "the first one without", QEMU("9.2.0") PLUGIN, "QEMU emulator version 9.2.0", false, 4,
	  true },
	{ "a version that is none", QEMU("next") PLUGIN, "QEMU emulator version next", false, 1,
	  false },
	{ "somebody else's program", "hello\n", "hello", false, 0, false },
	{ "a program that says nothing", "", NULL, false, 0, false },
};

START_TEST(a_program_is_asked)
{
	char *dir = temp_folder_new();
	g_autofree char *script = g_strdup_printf("#!/bin/sh\n[ \"$*\" = -help ] || exit 1\n"
						  "echo noise >&2\ncat '%s/help'\n",
						  dir);
	g_autofree char *program = text_file(dir, "qemu", script);
	const char *what = help_rows[_i].what;
	struct qemu_info info;

	text_file_put(dir, "help", help_rows[_i].help);
	ck_assert_int_eq(chmod(program, 0755), 0);
	qemu_info_load(&info, program);
	ck_assert_msg(!g_strcmp0(info.version, help_rows[_i].version), "%s: %s", what,
		      info.version);
	ck_assert_msg(info.has_sandbox == help_rows[_i].has_sandbox, "%s: sandbox", what);
	ck_assert_msg(info.plugin_abi == help_rows[_i].plugin_abi, "%s: plugins of version %d",
		      what, info.plugin_abi);
	ck_assert_msg(info.no_netboot == help_rows[_i].no_netboot, "%s: netboot", what);
	qemu_info_fini(&info);
	ck_assert_ptr_null(info.version);
	qemu_info_fini(&info);
	temp_folder_remove(dir);
}
END_TEST

static const struct {
	const char *what, *text; /* NULL: there is no such file */
	int mode;
} broken_rows[] = {
	{ "no such file", NULL, 0 },
	{ "a file that is no program", "#!/bin/sh\necho " QEMU("7.2.0"), 0644 },
	{ "a program for another machine",
	  "\x7f"
	  "ELF",
	  0755 },
	{ "an interpreter that is not there", "#!/nonexistent/sh\n", 0755 },
	{ "a program that fails at once", "#!/bin/sh\nexit 1\n", 0755 },
	{ "a program that is ended by a signal", "#!/bin/sh\nkill -9 $$\n", 0755 },
};

START_TEST(a_program_that_does_not_start)
{
	char *dir = temp_folder_new();
	g_autofree char *program = g_build_filename(dir, "qemu", NULL);
	struct qemu_info info = { (char *)"untouched", true, true, 9 };

	if (broken_rows[_i].text) {
		text_file_put(dir, "qemu", broken_rows[_i].text);
		ck_assert_int_eq(chmod(program, (mode_t)broken_rows[_i].mode), 0);
	}
	qemu_info_load(&info, program);
	ck_assert_msg(!info.version && !info.has_sandbox && !info.plugin_abi, "%s: %s",
		      broken_rows[_i].what, info.version);
	qemu_info_fini(&info);
	temp_folder_remove(dir);
}
END_TEST

START_TEST(a_help_of_a_million_bytes)
{
	char *dir = temp_folder_new();
	g_autofree char *script = g_strdup_printf("#!/bin/sh\ncat '%s/help'\n", dir);
	g_autofree char *program = text_file(dir, "qemu", script);
	g_autofree char *noise = g_strnfill(1000 * 1000, 'x');
	g_autofree char *help = g_strconcat(QEMU("7.2.0"), noise, "\n" PLUGIN, NULL);
	struct qemu_info info;

	text_file_put(dir, "help", help);
	ck_assert_int_eq(chmod(program, 0755), 0);
	qemu_info_load(&info, program);
	ck_assert_int_eq(info.plugin_abi, 1);
	ck_assert_str_eq(info.version, "QEMU emulator version 7.2.0");
	qemu_info_fini(&info);
	temp_folder_remove(dir);
}
END_TEST

START_TEST(a_program_is_asked_once)
{
	char *dir = temp_folder_new();
	g_autofree char *script = g_strdup_printf("#!/bin/sh\necho x >>'%s/asked'\n"
						  "echo 'QEMU emulator version 9.2'\n",
						  dir);
	g_autofree char *program = text_file(dir, "qemu", script);
	g_autofree char *asked = NULL;
	const struct qemu_info *info;

	ck_assert_int_eq(chmod(program, 0755), 0);
	info = qemu_info_of(program);
	ck_assert_ptr_eq(qemu_info_of(program), info);
	ck_assert(info->no_netboot && info->version);
	ck_assert_ptr_ne(qemu_info_of("/nonexistent/qemu"), info);
	asked = text_file_get(dir, "asked");
	ck_assert_str_eq(asked, "x\n");
	temp_folder_remove(dir);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("qemu_info");

	suite_add_rows(s, a_program_is_asked, N_ROWS(help_rows));
	suite_add_rows(s, a_program_that_does_not_start, N_ROWS(broken_rows));
	suite_add(s, a_help_of_a_million_bytes);
	suite_add(s, a_program_is_asked_once);
	return suite_run(s);
}
