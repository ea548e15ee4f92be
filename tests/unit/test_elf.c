/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of fixtures/elf.c
 */
#include "fixtures/elf.h"

#include <check.h>

#include "tests/support/elf_file.h"
#include "tests/support/suite.h"

static GPtrArray *needs(GBytes *file, GError **error)
{
	GPtrArray *needed = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(needed, g_strdup("before"));
	if (!elf_needs(file, "file", needed, error))
		ck_assert_uint_eq(needed->len, 1);
	return needed;
}

START_TEST(a_program_names_interpreter_and_libraries)
{
	g_autoptr(GBytes) file = elf_file_program(
		"/lib/ld64.so.1", (const char *const[]){ "libc.so.6", "libz.so.1", NULL });
	g_autoptr(GPtrArray) needed = needs(file, NULL);

	ck_assert_uint_eq(needed->len, 4);
	ck_assert_str_eq(needed->pdata[1], "/lib/ld64.so.1");
	ck_assert_str_eq(needed->pdata[2], "libc.so.6");
	ck_assert_str_eq(needed->pdata[3], "libz.so.1");
}
END_TEST

START_TEST(a_static_one_needs_nothing)
{
	g_autoptr(GBytes) file = elf_file_program(NULL, (const char *const[]){ NULL });
	g_autoptr(GPtrArray) needed = needs(file, NULL);

	ck_assert_uint_eq(needed->len, 1);
}
END_TEST

START_TEST(a_section_is_found_by_name)
{
	g_autoptr(GBytes) file = elf_file_module("depends=a,b\n");
	struct slice s = elf_section(file, ".modinfo");

	ck_assert_uint_eq(s.len, 12);
	ck_assert_mem_eq(s.p, "depends=a,b", 12);
	ck_assert_uint_eq(elf_section(file, ".modinf").len, 0);
	ck_assert_uint_eq(elf_section(file, "").len, 0);
}
END_TEST

/* A byte of a good program that is changed */
static const struct {
	const char *what;
	size_t at;
	uint8_t to;
} bad_rows[] = {
	{ "no magic", 1, 'e' },
	{ "32 bit", EI_CLASS, ELFCLASS32 },
	{ "little-endian", EI_DATA, ELFDATA2LSB },
	{ "another machine", 19, EM_X86_64 },
	{ "libraries' names at an address that is nowhere", ELF_FILE_TEXT + 256 + 16 + 8, 1 },
	{ "a library's name behind the names", ELF_FILE_TEXT + 256 + 8, 1 },
	{ "the interpreter's name behind the end", 64 + 2 * 56 + 8, 1 },
};

START_TEST(what_is_damaged_is_refused)
{
	g_autoptr(GBytes) file =
		elf_file_program("/lib/ld64.so.1", (const char *const[]){ "libc.so.6", NULL });
	g_autoptr(GPtrArray) needed = NULL;
	g_autoptr(GError) error = NULL;

	((uint8_t *)g_bytes_get_data(file, NULL))[bad_rows[_i].at] = bad_rows[_i].to;
	needed = needs(file, &error);
	ck_assert_msg(error, "%s", bad_rows[_i].what);
	ck_assert(g_error_matches(error, ELF_ERROR, ELF_ERROR_FORMAT));
}
END_TEST

/* Cut at any length, in a block of just that size. */
START_TEST(it_never_reads_beyond_the_end)
{
	g_autoptr(GBytes) file = elf_file_module("depends=a,b\n");

	for (size_t len = 0; len < ELF_FILE_NAMES + 64; len++) {
		g_autoptr(GBytes) cut = g_bytes_new(g_bytes_get_data(file, NULL), len);
		g_autoptr(GPtrArray) needed = needs(cut, NULL);

		elf_section(cut, ".modinfo");
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("elf");

	suite_add(s, a_program_names_interpreter_and_libraries);
	suite_add(s, a_static_one_needs_nothing);
	suite_add(s, a_section_is_found_by_name);
	suite_add_rows(s, what_is_damaged_is_refused, N_ROWS(bad_rows));
	suite_add(s, it_never_reads_beyond_the_end);
	return suite_run(s);
}
