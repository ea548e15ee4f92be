/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of fixtures/image_check.c: each finding is raised by what it is about
 */
#include "fixtures/image_check.h"

#include <string.h>

#include "fixtures/initramfs.h"
#include "tests/support/elf_file.h"
#include "tests/support/kernel_file.h"
#include "tests/support/packed.h"
#include "tests/support/suite.h"

#define MAGIC "vermagic=" KERNEL_FILE_RELEASE " SMP\n"

enum {
	START = 0x13000, /* of the initrd in an image */
};

static void add_file(Initramfs *fs, const char *path, GBytes *content)
{
	ck_assert(initramfs_add_file(fs, path, 0755, content, NULL));
}

/* An initrd with one module, and with /init under this name. */
static GBytes *initrd_with(const char *init, GBytes *module)
{
	g_autoptr(Initramfs) fs = initramfs_new();
	g_autoptr(GBytes) script = g_bytes_new("#!", 2);

	add_file(fs, init, script);
	if (module)
		add_file(fs, "a.ko", module);
	return initramfs_encode(fs, NULL);
}

static GBytes *image_with(GBytes *initrd, const char *cmdline)
{
	g_autoptr(GBytes) kernel = kernel_file_new(KERNEL_FILE_RELEASE, 1024);
	GBytes *image = netboot_image_encode(kernel, initrd, cmdline, NULL);

	ck_assert_ptr_nonnull(image);
	return image;
}

static GBytes *image_with_module(const char *info)
{
	g_autoptr(GBytes) ko = elf_file_module(info);
	g_autoptr(GBytes) initrd = initrd_with("init", ko);

	return image_with(initrd, "quiet");
}

static uint8_t *bytes_of(GBytes *image)
{
	return (uint8_t *)g_bytes_get_data(image, NULL);
}

/* What is found must be this, and nothing else be wrong. */
static void expect(GBytes *image, enum image_finding_id want, const char *what)
{
	g_autoptr(GPtrArray) findings = image_check(image);
	bool found = want == IMAGE_FACT;

	for (unsigned i = 0; i < findings->len; i++) {
		const struct image_finding *f = findings->pdata[i];

		ck_assert(*f->text && !strchr(f->text, '\n'));
		if (f->id == IMAGE_FACT)
			continue;
		ck_assert_msg(f->id == want ||
				      (want == IMAGE_LITTLE_ENDIAN && f->id == IMAGE_OUTSIDE),
			      "%s: also %s", what, f->text);
		found |= f->id == want;
	}
	ck_assert_msg(found, "%s: not found", what);
	ck_assert(image_check_is_good(findings) == (want == IMAGE_FACT));
}

static const struct {
	const char *what;
	int (*filter)(struct archive *);
} good_rows[] = {
	{ "plain", archive_write_add_filter_none },
	{ "gzip", archive_write_add_filter_gzip },
	{ "xz", archive_write_add_filter_xz },
	{ "zstd", archive_write_add_filter_zstd },
};

/* gzip is taken off first: initramfs_encode() puts it on. */
static GBytes *repack(GBytes *gz, int (*filter)(struct archive *))
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	static uint8_t buf[65536];
	g_autoptr(GBytes) plain = NULL;
	la_ssize_t n;

	archive_read_support_format_raw(a);
	archive_read_support_filter_gzip(a);
	archive_read_open_memory(a, g_bytes_get_data(gz, NULL), g_bytes_get_size(gz));
	archive_read_next_header(a, &e);
	n = archive_read_data(a, buf, sizeof(buf));
	ck_assert_int_gt(n, 0);
	archive_read_free(a);
	plain = g_bytes_new(buf, (gsize)n);
	return packed_with(plain, filter);
}

START_TEST(a_good_image_is_good)
{
	g_autoptr(GBytes) ko = elf_file_module(MAGIC);
	g_autoptr(GBytes) gz = initrd_with("init", ko);
	g_autoptr(GBytes) initrd = repack(gz, good_rows[_i].filter);
	g_autoptr(GBytes) image = image_with(initrd, "quiet");

	expect(image, IMAGE_FACT, good_rows[_i].what);
}
END_TEST

START_TEST(an_elf_file_is_good)
{
	g_autoptr(GBytes) image = elf_file_program(NULL, (const char *const[]){ NULL });

	expect(image, IMAGE_FACT, "ELF");
}
END_TEST

START_TEST(no_kernel)
{
	g_autoptr(GBytes) image = image_with_module(MAGIC);
	g_autoptr(GBytes) none = g_bytes_new("", 0);
	g_autoptr(GBytes) cut = g_bytes_new(bytes_of(image), 0x1000e);

	expect(none, IMAGE_NOT_KERNEL, "nothing");
	expect(cut, IMAGE_SHORT, "cut behind the magic");
	bytes_of(image)[NETBOOT_MAGIC_OFFSET] ^= 1;
	expect(image, IMAGE_NOT_KERNEL, "another magic");
}
END_TEST

static const struct {
	const char *what;
	uint64_t start, len;
	enum image_finding_id want;
} place_rows[] = {
	{ "nothing patched in", 0, 0, IMAGE_NO_INITRD },
	{ "no size", START, 0, IMAGE_NO_INITRD },
	{ "no start", 0, 100, IMAGE_NO_INITRD },
	{ "one byte behind the end", START, UINT64_MAX, IMAGE_OUTSIDE },
	{ "far away", UINT64_MAX, 1, IMAGE_OUTSIDE },
	{ "the other byte order", 0x0030010000000000, 0x6400000000000000, IMAGE_LITTLE_ENDIAN },
	{ "in the parameter area", 0x10000, 100, IMAGE_OVERLAP },
};

START_TEST(the_initrds_place)
{
	g_autoptr(GBytes) image = image_with_module(MAGIC);
	uint64_t len = place_rows[_i].len;

	if (place_rows[_i].start == START && len == UINT64_MAX)
		len = g_bytes_get_size(image) - START + 1;
	kernel_file_word(bytes_of(image), NETBOOT_INITRD_START_OFFSET, place_rows[_i].start);
	kernel_file_word(bytes_of(image), NETBOOT_INITRD_SIZE_OFFSET, len);
	expect(image, place_rows[_i].want, place_rows[_i].what);
}
END_TEST

START_TEST(an_initrd_between_pages)
{
	g_autoptr(GBytes) initrd = initrd_with("init", NULL);
	g_autoptr(GByteArray) with_gap = g_byte_array_new();
	g_autoptr(GBytes) shifted = NULL, image = NULL;
	size_t len = g_bytes_get_size(initrd);

	g_byte_array_append(with_gap, (const guint8 *)"gap", 3);
	g_byte_array_append(with_gap, bytes_of(initrd), (guint)len);
	shifted = g_bytes_new(with_gap->data, with_gap->len);
	image = image_with(shifted, "quiet");
	kernel_file_word(bytes_of(image), NETBOOT_INITRD_START_OFFSET, START + 3);
	kernel_file_word(bytes_of(image), NETBOOT_INITRD_SIZE_OFFSET, len);
	expect(image, IMAGE_ALIGN, "three bytes on");
}
END_TEST

START_TEST(no_cpio)
{
	g_autoptr(GBytes) noise = g_bytes_new("this is no archive, it is a sentence", 36);
	g_autoptr(GBytes) image = image_with(noise, "quiet");
	g_autoptr(GBytes) cut = image_with_module(MAGIC);
	size_t len = g_bytes_get_size(cut) - START;

	expect(image, IMAGE_NOT_CPIO, "a sentence");
	kernel_file_word(bytes_of(cut), NETBOOT_INITRD_SIZE_OFFSET, len / 2);
	expect(cut, IMAGE_NOT_CPIO, "half of one");
}
END_TEST

START_TEST(no_init)
{
	g_autoptr(GBytes) initrd = initrd_with("inito", NULL);
	g_autoptr(GBytes) image = image_with(initrd, "quiet");

	expect(image, IMAGE_NO_INIT, "another name");
}
END_TEST

START_TEST(modules_that_do_not_fit)
{
	g_autoptr(GBytes) other = image_with_module("vermagic=6.1.0-2-s390x SMP\n");
	g_autoptr(GBytes) noise = g_bytes_new("no module", 9);
	g_autoptr(GBytes) initrd = initrd_with("init", noise);
	g_autoptr(GBytes) image = image_with(initrd, "quiet");

	expect(other, IMAGE_MODULE_RELEASE, "another kernel's");
	expect(image, IMAGE_MODULE_FORMAT, "none at all");
}
END_TEST

START_TEST(command_lines)
{
	g_autoptr(GBytes) image = image_with_module(MAGIC);

	bytes_of(image)[NETBOOT_CMDLINE_OFFSET + 1] = 0x1b;
	expect(image, IMAGE_CMDLINE_TEXT, "an escape sequence");
	memset(bytes_of(image) + NETBOOT_CMDLINE_OFFSET, 'x', 1024);
	expect(image, IMAGE_CMDLINE_LONG, "no end");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("image_check");

	suite_add_rows(s, a_good_image_is_good, N_ROWS(good_rows));
	suite_add(s, an_elf_file_is_good);
	suite_add(s, no_kernel);
	suite_add_rows(s, the_initrds_place, N_ROWS(place_rows));
	suite_add(s, an_initrd_between_pages);
	suite_add(s, no_cpio);
	suite_add(s, no_init);
	suite_add(s, modules_that_do_not_fit);
	suite_add(s, command_lines);
	return suite_run(s);
}
