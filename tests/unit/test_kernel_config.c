/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests of fixtures/kernel_config.c
 */
#include "fixtures/kernel_config.h"

#include <string.h>

#include "tests/support/packed.h"
#include "tests/support/suite.h"

#define CONFIG                                                                                     \
	"CONFIG_A=y\n# CONFIG_KEXEC is not set\nCONFIG_KEXEC_CORE=y\nCONFIG_B=m\nCONFIG_LAST=y"

static const struct {
	const char *what, *name;
	bool want;
} has_rows[] = {
	{ "the first", "CONFIG_A", true },
	{ "the last, without a newline", "CONFIG_LAST", true },
	{ "one that is not set", "CONFIG_KEXEC", false },
	{ "a part of a name", "CONFIG_KEXEC_COR", false },
	{ "the end of a name", "KEXEC_CORE", false },
	{ "a module", "CONFIG_B", false },
};

START_TEST(an_option_is_found)
{
	g_autoptr(GBytes) config = g_bytes_new(CONFIG, strlen(CONFIG));

	ck_assert_msg(kernel_config_has(config, has_rows[_i].name) == has_rows[_i].want, "%s",
		      has_rows[_i].what);
}
END_TEST

static void append(GByteArray *to, const char *text)
{
	g_byte_array_append(to, (const guint8 *)text, (guint)strlen(text));
}

static void append_bytes(GByteArray *to, GBytes *bytes)
{
	g_byte_array_append(to, g_bytes_get_data(bytes, NULL), (guint)g_bytes_get_size(bytes));
}

/* Something with the configuration in it, between its marks. */
static GBytes *with_config(void)
{
	g_autoptr(GBytes) config = g_bytes_new(CONFIG, strlen(CONFIG));
	g_autoptr(GBytes) packed = packed_with(config, archive_write_add_filter_gzip);
	GByteArray *all = g_byte_array_new();

	append(all, "some code, and then IKCFG_ST");
	append_bytes(all, packed);
	append(all, "IKCFG_ED and more code");
	return g_byte_array_free_to_bytes(all);
}

static void expect_config(GBytes *kernel, const char *what)
{
	g_autoptr(GBytes) config = kernel_config_embedded(kernel);

	ck_assert_msg(config, "%s: not found", what);
	ck_assert_msg(kernel_config_has(config, "CONFIG_LAST"), "%s", what);
}

START_TEST(it_is_found_in_the_open)
{
	g_autoptr(GBytes) kernel = with_config();

	expect_config(kernel, "a module, say");
}
END_TEST

static const struct {
	const char *what;
	int (*filter)(struct archive *);
} packed_rows[] = {
	{ "gzip", archive_write_add_filter_gzip },
	{ "xz", archive_write_add_filter_xz },
	{ "zstd", archive_write_add_filter_zstd },
	{ "lz4", archive_write_add_filter_lz4 },
};

/* As in a kernel: a head, what only looks like a beginning, the piece, and more behind it. */
START_TEST(it_is_found_in_a_compressed_kernel)
{
	g_autoptr(GBytes) inner = with_config();
	g_autoptr(GBytes) packed = packed_with(inner, packed_rows[_i].filter);
	g_autoptr(GBytes) kernel = NULL;
	GByteArray *all = g_byte_array_new();

	append(all, "head \x1f\x8b\x08 \xfd\x37zXZ no piece ");
	append_bytes(all, packed);
	append(all, "the end");
	kernel = g_byte_array_free_to_bytes(all);
	expect_config(kernel, packed_rows[_i].what);
}
END_TEST

static const char *const none_rows[] = { "",
					 "x",
					 "IKCFG_ST",
					 "IKCFG_STIKCFG_ED",
					 "IKCFG_ST abc",
					 "IKCFG_ED IKCFG_ST \x1f\x8b\x08",
					 "\x1f\x8b\x08" };

START_TEST(where_there_is_none_there_is_none)
{
	g_autoptr(GBytes) kernel = g_bytes_new(none_rows[_i], strlen(none_rows[_i]));
	g_autoptr(GBytes) config = kernel_config_embedded(kernel);

	ck_assert_ptr_null(config);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kernel_config");

	suite_add_rows(s, an_option_is_found, N_ROWS(has_rows));
	suite_add(s, it_is_found_in_the_open);
	suite_add_rows(s, it_is_found_in_a_compressed_kernel, N_ROWS(packed_rows));
	suite_add_rows(s, where_there_is_none_there_is_none, N_ROWS(none_rows));
	return suite_run(s);
}
