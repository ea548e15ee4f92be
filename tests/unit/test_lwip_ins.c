/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/ins: .INS files
 */
#include "firmware/lwip/ins.h"

#include <check.h>

#include "tests/support/suite.h"

START_TEST(whole_file)
{
	struct slice text = slice_of("* minimal  \r\nimages/kernel.img 0x00000000\r\n\n"
				     "  initrd.img\t33554432 \n* more\nparmfile 0x10480");
	struct slice title;
	struct ins_entry e;

	ck_assert(ins_title(&text, &title));
	ck_assert(slice_is(title, "minimal"));
	ck_assert_int_eq(ins_next(&text, &e), INS_ENTRY);
	ck_assert(slice_is(e.name, "images/kernel.img") && e.addr == 0);
	ck_assert_int_eq(ins_next(&text, &e), INS_ENTRY);
	ck_assert(slice_is(e.name, "initrd.img") && e.addr == 0x2000000);
	ck_assert_int_eq(ins_next(&text, &e), INS_ENTRY);
	ck_assert(slice_is(e.name, "parmfile") && e.addr == 0x10480);
	ck_assert_int_eq(ins_next(&text, &e), INS_END);
}
END_TEST

START_TEST(no_title)
{
	struct slice text = slice_of("kernel.img 0\n"), title;

	ck_assert(!ins_title(&text, &title));
	text = slice_of("*");
	ck_assert(!ins_title(&text, &title));
}
END_TEST

static const char *const bad_rows[] = {
	"kernel.img",    "kernel.img x",          "kernel.img 0x",
	"kernel.img -1", "kernel.img 0x02 00000", "kernel.img 99999999999999999999",
};

START_TEST(bad_lines)
{
	struct slice text = slice_of(bad_rows[_i]);
	struct ins_entry e;

	ck_assert_msg(ins_next(&text, &e) == INS_BAD, "%s", bad_rows[_i]);
	ck_assert(slice_is(e.name, bad_rows[_i]));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_ins");

	suite_add(s, whole_file);
	suite_add(s, no_title);
	suite_add_rows(s, bad_lines, N_ROWS(bad_rows));
	return suite_run(s);
}
