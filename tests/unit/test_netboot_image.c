/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of fixtures/netboot_image.c
 */
#include "fixtures/netboot_image.h"

#include <check.h>

#include "tests/support/kernel_file.h"
#include "tests/support/suite.h"

static bool says(struct slice s, const char *want)
{
	return s.len == strlen(want) && (!s.len || memcmp(s.p, want, s.len) == 0);
}

static struct netboot_image decode(GBytes *image)
{
	struct netboot_image info;
	size_t len;
	const uint8_t *p = g_bytes_get_data(image, &len);

	netboot_image_decode(&info, p, len);
	return info;
}

START_TEST(a_kernel_is_read)
{
	g_autoptr(GBytes) kernel = kernel_file_new(KERNEL_FILE_RELEASE, 1024);
	struct netboot_image info = decode(kernel);

	ck_assert(info.is_kernel && info.has_parmarea && info.cmdline_ends);
	ck_assert(says(info.release, KERNEL_FILE_RELEASE));
	ck_assert(says(info.cmdline, "root=/dev/ram0 ro"));
	ck_assert_uint_eq(info.cmdline_max, 1024);
	ck_assert(!info.cmdline_is_old);
	ck_assert_uint_eq(info.initrd_start, 0);
	ck_assert_uint_eq(info.initrd_len, 0);
}
END_TEST

/* Offsets and bytes as the kernel's own documentation has them, not as constants of ours. */
START_TEST(an_image_is_put_together)
{
	static const uint8_t words[16] = { 0, 0, 0, 0, 0, 0x01, 0x30, 0, 0, 0, 0, 0, 0, 0, 0, 6 };
	g_autoptr(GBytes) kernel = kernel_file_new(KERNEL_FILE_RELEASE, 1024);
	g_autoptr(GBytes) initrd = g_bytes_new("initrd", 6);
	g_autoptr(GBytes) image = netboot_image_encode(kernel, initrd, "quiet x=1", NULL);
	const uint8_t *p = g_bytes_get_data(image, NULL), *k = g_bytes_get_data(kernel, NULL);

	ck_assert_uint_eq(g_bytes_get_size(image), 0x13006);
	ck_assert_mem_eq(p + 0x13000, "initrd", 6);
	ck_assert_mem_eq(p + 66568, words, 16);
	ck_assert_str_eq((const char *)p + 0x10480, "quiet x=1");
	ck_assert_mem_eq(p, k, 66568);
	ck_assert_mem_eq(p + 0x10480 + 1024, k + 0x10480 + 1024,
			 KERNEL_FILE_BYTES - 0x10480 - 1024);
	for (size_t i = KERNEL_FILE_BYTES; i < 0x13000; i++)
		ck_assert_uint_eq(p[i], 0);
}
END_TEST

START_TEST(nothing_stays_of_a_longer_command_line)
{
	g_autoptr(GBytes) kernel = kernel_file_new(KERNEL_FILE_RELEASE, 1024);
	g_autoptr(GBytes) initrd = g_bytes_new("i", 1);
	g_autoptr(GBytes) image = netboot_image_encode(kernel, initrd, "x", NULL);
	const uint8_t *p = g_bytes_get_data(image, NULL);

	for (size_t i = 1; i < 1024; i++)
		ck_assert_uint_eq(p[0x10480 + i], 0);
}
END_TEST

START_TEST(the_kernels_own_command_line_stays)
{
	g_autoptr(GBytes) kernel = kernel_file_new(KERNEL_FILE_RELEASE, 1024);
	g_autoptr(GBytes) initrd = g_bytes_new("i", 1);
	g_autoptr(GBytes) image = netboot_image_encode(kernel, initrd, NULL, NULL);

	ck_assert(says(decode(image).cmdline, "root=/dev/ram0 ro"));
}
END_TEST

static const struct {
	const char *what;
	uint64_t named; /* by the kernel */
	size_t len;     /* of the command line */
	bool fits;
} cmdline_rows[] = {
	{ "as long as the kernel's space less the NUL", 1024, 1023, true },
	{ "one byte more", 1024, 1024, false },
	{ "an old kernel, which names no space", 0, 895, true },
	{ "one byte more for an old kernel", 0, 896, false },
	{ "a kernel that names more than there can be", 1 << 30, 4096, false },
};

START_TEST(a_command_line_has_a_limit)
{
	g_autoptr(GBytes) kernel = kernel_file_new(KERNEL_FILE_RELEASE, cmdline_rows[_i].named);
	g_autoptr(GBytes) initrd = g_bytes_new("i", 1);
	g_autofree char *cmdline = g_strnfill(cmdline_rows[_i].len, 'c');
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) image = netboot_image_encode(kernel, initrd, cmdline, &error);

	ck_assert_msg(!image == !cmdline_rows[_i].fits, "%s", cmdline_rows[_i].what);
	if (image)
		ck_assert(says(decode(image).cmdline, cmdline));
	else
		ck_assert(g_error_matches(error, NETBOOT_IMAGE_ERROR, NETBOOT_IMAGE_ERROR_CMDLINE));
}
END_TEST

START_TEST(only_ascii_is_a_command_line)
{
	g_autoptr(GBytes) kernel = kernel_file_new(KERNEL_FILE_RELEASE, 1024);
	g_autoptr(GBytes) initrd = g_bytes_new("i", 1);
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(netboot_image_encode(kernel, initrd, "a\nb", &error));
	ck_assert(g_error_matches(error, NETBOOT_IMAGE_ERROR, NETBOOT_IMAGE_ERROR_CMDLINE));
}
END_TEST

static const struct {
	const char *what;
	size_t len;    /* of the kernel that is left */
	size_t change; /* offset of a byte that is changed; 0: none */
} bad_rows[] = {
	{ "nothing", 0, 0 },
	{ "a byte", 1, 0 },
	{ "up to the magic", 0x10008, 0 },
	{ "half of the magic", 0x1000b, 0 },
	{ "up to the parameter area", 0x10400, 0 },
	{ "up to the command line", 0x10480, 0 },
	{ "half of the space for the command line", 0x10680, 0 },
	{ "another magic", KERNEL_FILE_BYTES, 0x10009 },
};

START_TEST(what_is_no_kernel_is_refused)
{
	g_autoptr(GBytes) whole = kernel_file_new(KERNEL_FILE_RELEASE, 1024);
	g_autoptr(GBytes) initrd = g_bytes_new("i", 1);
	g_autoptr(GBytes) kernel = NULL;
	g_autoptr(GError) error = NULL;
	uint8_t *copy = g_memdup2(g_bytes_get_data(whole, NULL), KERNEL_FILE_BYTES);

	if (bad_rows[_i].change)
		copy[bad_rows[_i].change] ^= 1;
	kernel = g_bytes_new(copy, bad_rows[_i].len);
	g_free(copy);
	decode(kernel);
	ck_assert_msg(!netboot_image_encode(kernel, initrd, NULL, &error), "%s", bad_rows[_i].what);
	ck_assert(g_error_matches(error, NETBOOT_IMAGE_ERROR, NETBOOT_IMAGE_ERROR_KERNEL));
}
END_TEST

static const struct {
	const char *what;
	uint64_t at; /* of the version */
	const char *want;
} release_rows[] = {
	{ "where it is", KERNEL_FILE_VERSION, KERNEL_FILE_RELEASE },
	{ "nowhere", 0, "" },
	{ "behind the end", KERNEL_FILE_BYTES, "" },
	{ "far away", UINT64_MAX, "" },
	{ "without an end", KERNEL_FILE_BYTES - 1, "" },
};

START_TEST(a_release_is_in_the_file)
{
	g_autoptr(GBytes) kernel = kernel_file_new(KERNEL_FILE_RELEASE, 1024);
	struct netboot_image info;

	kernel_file_word((uint8_t *)g_bytes_get_data(kernel, NULL), NETBOOT_VERSION_OFFSET,
			 release_rows[_i].at);
	info = decode(kernel);
	ck_assert_msg(says(info.release, release_rows[_i].want), "%s", release_rows[_i].what);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("netboot_image");

	suite_add(s, a_kernel_is_read);
	suite_add(s, an_image_is_put_together);
	suite_add(s, nothing_stays_of_a_longer_command_line);
	suite_add(s, the_kernels_own_command_line_stays);
	suite_add_rows(s, a_command_line_has_a_limit, N_ROWS(cmdline_rows));
	suite_add(s, only_ascii_is_a_command_line);
	suite_add_rows(s, what_is_no_kernel_is_refused, N_ROWS(bad_rows));
	suite_add_rows(s, a_release_is_in_the_file, N_ROWS(release_rows));
	return suite_run(s);
}
