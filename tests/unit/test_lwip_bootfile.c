/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/bootfile: what a file is, and a kernel's parameters
 */
#include "firmware/lwip/bootfile.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/hex.h"
#include "tests/support/suite.h"

enum {
	MEMORY = 0x30000,
	KERNEL_LEN = 0x12000,
};

static uint8_t *memory;
static struct place place;

static void setup(void)
{
	memory = calloc(1, MEMORY);
	place_init(&place, memory, MEMORY, MEMORY - 0x1000, MEMORY);
}

static void teardown(void)
{
	free(memory);
}

static void put(uint64_t addr, const char *hex)
{
	uint8_t buf[64];

	ck_assert(place_write(&place, addr, buf, hex_parse(buf, sizeof(buf), hex)));
}

static void make_kernel(const char *cmdline_max)
{
	put(0, "00080000 80010000");
	put(0x10008, "533339304550"); /* S390EP */
	put(0x10430, cmdline_max);
}

static const struct {
	const char *what, *head;
	uint64_t len;
	enum bootfile_kind kind;
} kind_rows[] = {
	{ "a short PSW", "00080000 80010000", 100, BOOTFILE_PSW },
	{ "a PSW for 64 bits", "00080001 80000200", 100, BOOTFILE_PSW },
	{ "no PSW: bit 12", "00000000 80010000", 100, BOOTFILE_NOTHING },
	{ "no PSW: addressing mode", "00080000 00010000", 100, BOOTFILE_NOTHING },
	{ "a file that ends in its PSW", "00080000 80010000", 7, BOOTFILE_NOTHING },
	{ "nothing", "", 0, BOOTFILE_NOTHING },
	{ "an .INS file", "2a20 7469746c65", 30, BOOTFILE_INS },
	{ "half of one", "2a20", 1, BOOTFILE_NOTHING },
	{ "a configuration", "2320 7078656c696e7578", 30, BOOTFILE_CONFIG },
	{ "in capitals", "2320 5058454c494e5558", 30, BOOTFILE_CONFIG },
	{ "cut before its name ends", "2320 7078656c696e7578", 9, BOOTFILE_NOTHING },
};

START_TEST(kinds)
{
	put(0, kind_rows[_i].head);
	ck_assert_msg(bootfile_kind(&place, kind_rows[_i].len) == kind_rows[_i].kind, "%s",
		      kind_rows[_i].what);
}
END_TEST

START_TEST(kernel)
{
	make_kernel("0000000000001000");
	ck_assert_int_eq(bootfile_kind(&place, KERNEL_LEN), BOOTFILE_KERNEL);
	ck_assert_int_eq(bootfile_kind(&place, 0x1000e), BOOTFILE_KERNEL);
	/* The words of another file that lay there before do not count. */
	ck_assert_int_eq(bootfile_kind(&place, 0x1000d), BOOTFILE_PSW);
}
END_TEST

static const struct {
	const char *what, *word;
	uint64_t len, max;
} max_rows[] = {
	{ "as it says", "0000000000001000", KERNEL_LEN, 4096 },
	{ "an old kernel", "0000000000000000", KERNEL_LEN, 896 },
	{ "more than we believe", "0000000000010001", KERNEL_LEN, 896 },
	{ "nonsense", "ffffffffffffffff", KERNEL_LEN, 896 },
	{ "no room for any", "0000000000001000", 0x10480, 0 },
	{ "no kernel", "0000000000001000", 0x1000d, 0 },
};

START_TEST(cmdline_max)
{
	make_kernel(max_rows[_i].word);
	ck_assert_msg(bootfile_cmdline_max(&place, max_rows[_i].len) == max_rows[_i].max, "%s",
		      max_rows[_i].what);
}
END_TEST

START_TEST(cmdline)
{
	char line[5000];

	memset(line, 'x', sizeof(line));
	make_kernel("0000000000001000");
	memset(memory + 0x10480, 0xee, 5000);
	ck_assert(bootfile_set_cmdline(&place, KERNEL_LEN, line, 4095));
	ck_assert(memory[0x10480] == 'x' && memory[0x10480 + 4094] == 'x');
	ck_assert(memory[0x10480 + 4095] == 0 && memory[0x10480 + 4096] == 0xee);
	ck_assert(!bootfile_set_cmdline(&place, KERNEL_LEN, line, 4096));
	ck_assert(bootfile_set_cmdline(&place, KERNEL_LEN, line, 0));
	ck_assert_uint_eq(memory[0x10480], 0);
}
END_TEST

START_TEST(initrd)
{
	uint8_t want[16];

	make_kernel("0000000000001000");
	ck_assert(bootfile_set_initrd(&place, KERNEL_LEN, 0x123456000, 0x9abcd));
	hex_parse(want, sizeof(want), "0000000123456000 000000000009abcd");
	ck_assert_mem_eq(memory + 0x10408, want, sizeof(want));
	ck_assert(!bootfile_set_initrd(&place, 0x1000d, 1, 1));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_bootfile");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, kinds, 0, N_ROWS(kind_rows));
	tcase_add_test(tc, kernel);
	tcase_add_loop_test(tc, cmdline_max, 0, N_ROWS(max_rows));
	tcase_add_test(tc, cmdline);
	tcase_add_test(tc, initrd);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
