/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of fixtures/linux_netboot.c, on a system that is made up
 */
#include "fixtures/linux_netboot.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "fixtures/image_check.h"
#include "fixtures/kernel_modules.h"
#include "fixtures/netboot_image.h"
#include "tests/support/elf_file.h"
#include "tests/support/kernel_file.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"

#define MAGIC "vermagic=" KERNEL_FILE_RELEASE " SMP\n"
#define DIR "lib/modules/" KERNEL_FILE_RELEASE "/kernel/"
#define CONFIG "boot/config-" KERNEL_FILE_RELEASE

static FileSet *files;
static struct linux_netboot_options options;
static char *scripts;

static void put(const char *name, GBytes *content)
{
	file_set_add(files, name, content);
	g_bytes_unref(content);
}

static void put_text(const char *name, const char *text)
{
	put(name, g_bytes_new(text, strlen(text)));
}

#define put_program(name, interp, ...)                                                             \
	put(name, elf_file_program(interp, (const char *const[]){ __VA_ARGS__ }))

/* A system as Debian's packages make one; @without is left out. */
static void put_system(const char *without)
{
#define UNLESS(name, call)                                                                         \
	if (!without || !g_str_equal(without, name))                                               \
	call
	UNLESS("kernel", put("boot/vmlinuz-1", kernel_file_new(KERNEL_FILE_RELEASE, 1024)));
	UNLESS("config", put_text(CONFIG, "CONFIG_KEXEC=y\n"));
	UNLESS("virtio_net", put(DIR "virtio_net.ko", elf_file_module(MAGIC "depends=failover\n")));
	put(DIR "failover.ko", elf_file_module(MAGIC));
	put(DIR "virtio_blk.ko", elf_file_module(MAGIC));
	put(DIR "more.ko", elf_file_module(MAGIC));
	UNLESS("busybox", put_program("bin/busybox", NULL, NULL));
	UNLESS("kexec",
	       put_program("sbin/kexec", "/lib/ld64.so.1", "libc.so.6", "libz.so.1", NULL));
	UNLESS("ld", put_program("lib/s390x-linux-gnu/ld64.so.1", NULL, NULL));
	UNLESS("libc", put_program("lib/s390x-linux-gnu/libc.so.6", NULL, "ld64.so.1", NULL));
	UNLESS("libz", put_program("usr/lib/s390x-linux-gnu/libz.so.1", NULL, "libc.so.6", NULL));
#undef UNLESS
}

static void set_up(void)
{
	files = file_set_new();
	scripts = temp_folder_new();
	temp_file(scripts, "init", 10);
	temp_file(scripts, "boot", 11);
	temp_file(scripts, "lease", 12);
	options = (struct linux_netboot_options){ .scripts = scripts };
}

static void tear_down(void)
{
	temp_folder_remove(scripts);
	file_set_free(files);
}

/* The names in the image's initrd, each with a newline; that of a link has its target. */
static char *names_in(GBytes *image)
{
	GString *names = g_string_new(NULL);
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	struct netboot_image info;
	size_t len;
	const uint8_t *p = g_bytes_get_data(image, &len);

	netboot_image_decode(&info, p, len);
	archive_read_support_filter_gzip(a);
	archive_read_support_format_cpio(a);
	ck_assert_int_eq(archive_read_open_memory(a, p + info.initrd_start, info.initrd_len),
			 ARCHIVE_OK);
	while (archive_read_next_header(a, &e) == ARCHIVE_OK) {
		const char *target = archive_entry_symlink(e);

		g_string_append_printf(names, "%s%s%s\n", archive_entry_pathname(e),
				       target ? " -> " : "", target ? target : "");
	}
	archive_read_free(a);
	return g_string_free(names, FALSE);
}

static void expect_name(const char *names, const char *name)
{
	g_autofree char *line = g_strconcat("\n", name, "\n", NULL);

	ck_assert_msg(strstr(names, line), "%s is not there:\n%s", name, names);
}

START_TEST(all_that_is_needed_is_in_it)
{
	static const char *const wanted[] = {
		"dev/console",
		"init",
		"bin/busybox",
		"bin/kexec",
		"bin/sh -> busybox",
		"bin/udhcpc -> busybox",
		"lib/ld64.so.1",
		"lib/libc.so.6",
		"lib/libz.so.1",
		"lib/modules/failover.ko",
		"lib/modules/virtio_net.ko",
		"lib/modules/virtio_blk.ko",
		"lib/modules/order",
		"lib/netboot/boot",
		"lib/netboot/lease",
		"proc",
		"run",
		"sys",
		"etc/udhcpc/default.script -> /lib/netboot/lease",
		"usr/share/udhcpc/default.script -> /lib/netboot/lease",
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) image = NULL;
	g_autoptr(GPtrArray) findings = NULL;
	g_autofree char *names = NULL;

	put_system(NULL);
	image = linux_netboot_build(files, &options, &error);
	ck_assert_msg(image, "%s", error ? error->message : "");
	names = names_in(image);
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
		expect_name(names, wanted[i]);
	ck_assert_ptr_null(strstr(names, "more.ko"));
	findings = image_check(image);
	ck_assert(image_check_is_good(findings));
}
END_TEST

START_TEST(command_line_and_modules_are_the_users)
{
	const char *modules[] = { "more", "failover", NULL };
	g_autoptr(GBytes) image = NULL;
	g_autofree char *names = NULL;

	put_system(NULL);
	options.modules = modules;
	options.cmdline = "mine";
	image = linux_netboot_build(files, &options, NULL);
	ck_assert_ptr_nonnull(image);
	names = names_in(image);
	expect_name(names, "lib/modules/more.ko");
	ck_assert_str_eq((const char *)g_bytes_get_data(image, NULL) + NETBOOT_CMDLINE_OFFSET,
			 "mine");
}
END_TEST

START_TEST(same_files_give_same_bytes)
{
	g_autoptr(GBytes) one = NULL, two = NULL;

	put_system(NULL);
	one = linux_netboot_build(files, &options, NULL);
	two = linux_netboot_build(files, &options, NULL);
	ck_assert(one && two && g_bytes_equal(one, two));
}
END_TEST

static void expect_refused(GQuark domain, int code, const char *part)
{
	g_autoptr(GError) error = NULL;

	ck_assert_msg(!linux_netboot_build(files, &options, &error), "%s", part);
	ck_assert_msg(g_error_matches(error, domain, code), "%s: %s", part, error->message);
	ck_assert_msg(strstr(error->message, part), "%s: %s", part, error->message);
}

static const struct {
	const char *without, *part;
	int code;
} missing_rows[] = {
	{ "kernel", "no kernel", LINUX_NETBOOT_ERROR_KERNEL },
	{ "busybox", "busybox", LINUX_NETBOOT_ERROR_FILE },
	{ "kexec", "kexec", LINUX_NETBOOT_ERROR_FILE },
	{ "ld", "ld64.so.1", LINUX_NETBOOT_ERROR_FILE },
	{ "libc", "libc.so.6", LINUX_NETBOOT_ERROR_FILE },
	{ "libz", "libz.so.1", LINUX_NETBOOT_ERROR_FILE },
};

START_TEST(what_is_missing_is_named)
{
	put_system(missing_rows[_i].without);
	expect_refused(LINUX_NETBOOT_ERROR, missing_rows[_i].code, missing_rows[_i].part);
}
END_TEST

START_TEST(a_missing_module_is_named)
{
	put_system("virtio_net");
	expect_refused(KERNEL_MODULES_ERROR, KERNEL_MODULES_ERROR_NONE, "virtio_net");
}
END_TEST

/* Debian's since trixie. */
START_TEST(a_kernel_without_kexec_is_refused)
{
	put_system("config");
	put_text(CONFIG, "# CONFIG_KEXEC is not set\nCONFIG_KEXEC_CORE=y\n");
	expect_refused(LINUX_NETBOOT_ERROR, LINUX_NETBOOT_ERROR_KEXEC, "CONFIG_KEXEC");
}
END_TEST

/* Nobody says: then it is tried. */
START_TEST(a_kernel_without_a_configuration_is_taken)
{
	g_autoptr(GBytes) image = NULL;

	put_system("config");
	image = linux_netboot_build(files, &options, NULL);
	ck_assert_ptr_nonnull(image);
}
END_TEST

START_TEST(one_of_several_kernels_is_chosen)
{
	g_autoptr(GBytes) image = NULL;

	put_system(NULL);
	put("boot/vmlinuz-2", kernel_file_new("6.2.0-s390x", 1024));
	put_text("boot/vmlinuz-3", "no kernel at all");
	expect_refused(LINUX_NETBOOT_ERROR, LINUX_NETBOOT_ERROR_KERNEL, "6.2.0-s390x");
	options.release = "6.3.0";
	expect_refused(LINUX_NETBOOT_ERROR, LINUX_NETBOOT_ERROR_KERNEL, "6.3.0");
	options.release = KERNEL_FILE_RELEASE;
	image = linux_netboot_build(files, &options, NULL);
	ck_assert_ptr_nonnull(image);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("linux_netboot");
	TCase *tc = tcase_create("linux_netboot");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, all_that_is_needed_is_in_it);
	tcase_add_test(tc, command_line_and_modules_are_the_users);
	tcase_add_test(tc, same_files_give_same_bytes);
	tcase_add_loop_test(tc, what_is_missing_is_named, 0, N_ROWS(missing_rows));
	tcase_add_test(tc, a_missing_module_is_named);
	tcase_add_test(tc, a_kernel_without_kexec_is_refused);
	tcase_add_test(tc, a_kernel_without_a_configuration_is_taken);
	tcase_add_test(tc, one_of_several_kernels_is_chosen);
	suite_add_tcase(s, tc);
	return suite_run(s);
}
