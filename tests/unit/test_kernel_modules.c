/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of fixtures/kernel_modules.c
 */
#include "fixtures/kernel_modules.h"

#include <string.h>

#include "tests/support/elf_file.h"
#include "tests/support/packed.h"
#include "tests/support/suite.h"

#define RELEASE "6.1.0-1-s390x"
#define MAGIC "vermagic=" RELEASE " SMP mod_unload\n"
#define DIR "lib/modules/" RELEASE "/kernel/"

static void add_text(FileSet *s, const char *name, const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	file_set_add(s, name, bytes);
}

static void add_module(FileSet *s, const char *name, const char *info)
{
	g_autoptr(GBytes) ko = elf_file_module(info);

	file_set_add(s, name, ko);
}

static void add_packed(FileSet *s, const char *name, const char *info,
		       int (*filter)(struct archive *))
{
	g_autoptr(GBytes) ko = elf_file_module(info);
	g_autoptr(GBytes) packed = packed_with(ko, filter);

	file_set_add(s, name, packed);
}

/* Debian's case: net needs two, one of which needs the other; compressed in three ways. */
static FileSet *good(void)
{
	FileSet *s = file_set_new();

	add_module(s, DIR "drivers/net/virtio_net.ko", "depends=net-failover,failover\n" MAGIC);
	add_packed(s, DIR "drivers/net/net_failover.ko.xz", "depends=failover\n" MAGIC,
		   archive_write_add_filter_xz);
	add_packed(s, DIR "net/core/failover.ko.zst", MAGIC "depends=\n",
		   archive_write_add_filter_zstd);
	add_packed(s, DIR "drivers/block/virtio-blk.ko.gz", MAGIC "depends=virtio\n",
		   archive_write_add_filter_gzip);
	add_text(s, "lib/modules/" RELEASE "/modules.builtin",
		 "kernel/drivers/virtio/virtio.ko\nkernel/drivers/s390/virtio/virtio_ccw.ko\n");
	return s;
}

static bool add(GPtrArray *list, const FileSet *files, const char *name, GError **error)
{
	return kernel_modules_add(list, files, RELEASE, name, error);
}

static void expect_names(const GPtrArray *list, const char *want)
{
	g_autoptr(GString) got = g_string_new(NULL);

	for (unsigned i = 0; i < list->len; i++) {
		const struct kernel_module *m = list->pdata[i];
		g_autofree char *release = kernel_module_release(m->ko);

		g_string_append_printf(got, "%s%s", i ? " " : "", m->name);
		ck_assert_pstr_eq(release, RELEASE); /* it is unpacked */
	}
	ck_assert_str_eq(got->str, want);
}

START_TEST(what_is_needed_comes_first)
{
	g_autoptr(FileSet) files = good();
	g_autoptr(GPtrArray) list = kernel_modules_new();

	ck_assert(add(list, files, "virtio_net", NULL));
	expect_names(list, "failover net_failover virtio_net");
	ck_assert(add(list, files, "net-failover", NULL)); /* there already */
	ck_assert(add(list, files, "virtio_blk", NULL));
	ck_assert(add(list, files, "virtio-ccw", NULL)); /* built in */
	expect_names(list, "failover net_failover virtio_net virtio_blk");
}
END_TEST

static const struct {
	const char *what, *file, *info, *wanted;
	int code;
} bad_rows[] = {
	{ "there is none", DIR "x.ko", MAGIC, "y", KERNEL_MODULES_ERROR_NONE },
	{ "one that is needed is missing", DIR "x.ko", MAGIC "depends=gone\n", "x",
	  KERNEL_MODULES_ERROR_NONE },
	{ "of another kernel's folder", "lib/modules/6.2/x.ko", MAGIC, "x",
	  KERNEL_MODULES_ERROR_NONE },
	{ "a name that begins like it", DIR "xy.ko", MAGIC, "x", KERNEL_MODULES_ERROR_NONE },
	{ "a file that is named nearly so", DIR "x.kot", MAGIC, "x", KERNEL_MODULES_ERROR_NONE },
	{ "built for another kernel", DIR "x.ko", "vermagic=6.1.0-2-s390x SMP\n", "x",
	  KERNEL_MODULES_ERROR_RELEASE },
	{ "does not say for which", DIR "x.ko", "depends=\n", "x", KERNEL_MODULES_ERROR_RELEASE },
	{ "needs itself", DIR "x.ko", MAGIC "depends=x\n", "x", KERNEL_MODULES_ERROR_MANY },
};

START_TEST(a_module_is_refused)
{
	g_autoptr(FileSet) files = file_set_new();
	g_autoptr(GPtrArray) list = kernel_modules_new();
	g_autoptr(GError) error = NULL;

	add_module(files, bad_rows[_i].file, bad_rows[_i].info);
	ck_assert_msg(!add(list, files, bad_rows[_i].wanted, &error), "%s", bad_rows[_i].what);
	ck_assert_msg(g_error_matches(error, KERNEL_MODULES_ERROR, bad_rows[_i].code), "%s: %s",
		      bad_rows[_i].what, error->message);
}
END_TEST

START_TEST(what_a_module_says)
{
	g_autoptr(GBytes) ko = elf_file_module("depend=no\ndepends=a,b\n" MAGIC);
	g_autofree char *depends = kernel_module_info(ko, "depends");
	g_autofree char *none = kernel_module_info(ko, "epends");

	ck_assert_pstr_eq(depends, "a,b");
	ck_assert_ptr_null(none);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kernel_modules");

	suite_add(s, what_is_needed_comes_first);
	suite_add_rows(s, a_module_is_refused, N_ROWS(bad_rows));
	suite_add(s, what_a_module_says);
	return suite_run(s);
}
