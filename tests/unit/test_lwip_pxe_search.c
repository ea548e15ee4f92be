/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/pxe_search: names of configurations, and what names in them mean
 */
#include "firmware/lwip/pxe_search.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/suite.h"

static const uint8_t mac[] = { 0x52, 0x54, 0, 0x12, 0x34, 0xab };
static const uint8_t uuid[] = { 0x8d, 0xff, 0x4e, 0xa0, 0x6c, 0x04, 0x4b, 0x6e,
				0xa3, 0xad, 0x0b, 0x1d, 0x2c, 0x3f, 0x4e, 0x5a };

/* All names, each with a newline. */
static const char *all(struct pxe_search s)
{
	static char text[4000];
	char buf[200], *t = text;
	struct text name = TEXT_INIT(buf);

	*t = '\0';
	while (pxe_search_next(&s, &name)) {
		ck_assert(!name.too_long);
		t += sprintf(t, "%s\n", buf);
	}
	return text;
}

START_TEST(order)
{
	const struct pxe_search s = { .mac = mac, .uuid = uuid, .address = 0x01020304 };

	ck_assert_str_eq(all(s), "pxelinux.cfg/8dff4ea0-6c04-4b6e-a3ad-0b1d2c3f4e5a\n"
				 "pxelinux.cfg/01-52-54-00-12-34-ab\n"
				 "pxelinux.cfg/01020304\npxelinux.cfg/0102030\n"
				 "pxelinux.cfg/010203\npxelinux.cfg/01020\n"
				 "pxelinux.cfg/0102\npxelinux.cfg/010\n"
				 "pxelinux.cfg/01\npxelinux.cfg/0\n"
				 "pxelinux.cfg/default\n");
}
END_TEST

START_TEST(without_uuid_and_address)
{
	const struct pxe_search s = { .mac = mac };

	ck_assert_str_eq(all(s), "pxelinux.cfg/01-52-54-00-12-34-ab\npxelinux.cfg/default\n");
}
END_TEST

START_TEST(capital_hex_digits)
{
	const struct pxe_search s = { .mac = mac, .address = 0xc0a8feff };

	ck_assert(strstr(all(s), "pxelinux.cfg/C0A8FEFF\n"));
}
END_TEST

START_TEST(prefix_of_the_boot_file)
{
	const struct pxe_search s = {
		.mac = mac,
		.prefix = pxe_search_folder(slice_of("a/b/pxelinux.0")),
		.config_file = slice_of("my.cfg"),
	};

	ck_assert_str_eq(all(s), "a/b/my.cfg\na/b/pxelinux.cfg/01-52-54-00-12-34-ab\n"
				 "a/b/pxelinux.cfg/default\n");
}
END_TEST

START_TEST(option_210)
{
	const struct pxe_search s = {
		.mac = mac,
		.prefix = slice_of("p/"),
		.has_path_prefix = true,
		.config_file = slice_of("/abs.cfg"),
	};

	ck_assert_str_eq(all(s), "/abs.cfg\np/pxelinux.cfg/01-52-54-00-12-34-ab\n"
				 "p/pxelinux.cfg/default\np/01-52-54-00-12-34-ab\np/default\n");
}
END_TEST

START_TEST(name_too_long)
{
	char prefix[200], buf[100];
	struct text name = TEXT_INIT(buf);
	struct pxe_search s = { .mac = mac, .prefix = { prefix, sizeof(prefix) } };

	memset(prefix, 'p', sizeof(prefix));
	ck_assert(pxe_search_next(&s, &name));
	ck_assert(name.too_long);
}
END_TEST

START_TEST(folders)
{
	ck_assert_uint_eq(pxe_search_folder(slice_of("pxelinux.0")).len, 0);
	ck_assert_uint_eq(pxe_search_folder(slice_of("/pxelinux.0")).len, 1);
	ck_assert_uint_eq(pxe_search_folder(slice_of("a/")).len, 2);
	ck_assert_uint_eq(pxe_search_folder(slice_of("")).len, 0);
}
END_TEST

static const struct {
	const char *bootfile, *folder;
} url_folder_rows[] = {
	{ "http://h/a/k", "http://h/a/" },
	{ "http://h/k", "http://h/" },
	{ "http://h/", "http://h/" },
	{ "http://h", "http://h" },
	{ "http://h/a/k?x=/y#/z", "http://h/a/" },
	{ "https://h/k", "https://h/" },
};

START_TEST(folders_of_urls)
{
	const char *bootfile = url_folder_rows[_i].bootfile;

	ck_assert_msg(slice_is(pxe_search_folder(slice_of(bootfile)), url_folder_rows[_i].folder),
		      "%s", bootfile);
}
END_TEST

static const struct {
	const char *prefix, *name, *joined;
} join_rows[] = {
	{ "p/", "k", "p/k" },
	{ "p/", "/k", "/k" },
	{ "", "k", "k" },
	{ "p/", "http://h/k", "http://h/k" },
	{ "http://h/p/", "k", "http://h/p/k" },
	{ "http://h/p/", "/k", "http://h/k" },
	{ "http://h/p-", "k", "http://h/p-k" },
	{ "http://h", "k", "http://h/k" },
	{ "http://h", "/k", "http://h/k" },
	{ "http://h:8080", "d/k", "http://h:8080/d/k" },
	{ "http://h/p/", "https://o/k", "https://o/k" },
};

START_TEST(joins)
{
	char buf[100];
	struct text t = TEXT_INIT(buf);

	pxe_join(&t, slice_of(join_rows[_i].prefix), slice_of(join_rows[_i].name));
	ck_assert_str_eq(buf, join_rows[_i].joined);
}
END_TEST

/* A configuration by its URL needs no prefix. */
START_TEST(config_file_is_a_url)
{
	const struct pxe_search s = {
		.mac = mac,
		.prefix = slice_of("p/"),
		.config_file = slice_of("http://h/c"),
	};

	ck_assert_str_eq(all(s), "http://h/c\np/pxelinux.cfg/01-52-54-00-12-34-ab\n"
				 "p/pxelinux.cfg/default\n");
}
END_TEST

static const struct {
	const char *name, *host, *path;
	bool relative, is_http;
} path_rows[] = {
	{ "k", "", "k", true, false },
	{ "d/k", "", "d/k", true, false },
	{ "/k", "", "/k", false, false },
	{ "::k", "", "k", false, false },
	{ "::/k", "", "/k", false, false },
	{ "10.0.2.9::k", "10.0.2.9", "k", false, false },
	{ "host::d/k", "host", "d/k", false, false },
	{ "TFTP://host/d/k", "host", "d/k", false, false },
	{ "tftp://host", "host", "", false, false },
	{ "tftp://[fd00::2]/d/k", "fd00::2", "d/k", false, false },
	{ "tftp://[fd00::2]", "fd00::2", "", false, false },
	{ "tftp://[fd00::2]:69/k", "[fd00::2]:69", "k", false, false },
	{ "tftp://[]/k", "[]", "k", false, false },
	{ "tftp://[/k", "[", "k", false, false },
	{ "http://host/k", "", "http://host/k", false, true },
	{ "HTTPS://host/k", "", "HTTPS://host/k", false, true },
	{ "a:b", "", "a:b", true, false },
	{ "", "", "", false, false },
};

START_TEST(paths)
{
	struct pxe_path p = pxe_path_parse(slice_of(path_rows[_i].name));

	ck_assert_msg(slice_is(p.host, path_rows[_i].host), "%s", path_rows[_i].name);
	ck_assert_msg(slice_is(p.path, path_rows[_i].path), "%s", path_rows[_i].name);
	ck_assert_msg(p.relative == path_rows[_i].relative, "%s", path_rows[_i].name);
	ck_assert_msg(p.is_http == path_rows[_i].is_http, "%s", path_rows[_i].name);
}
END_TEST

static const struct {
	const char *name, *asked;
} coded_rows[] = {
	{ "tftp://h/a%20b.img", "a b.img" },
	{ "tftp://h/%2Fetc%2fk", "/etc/k" },
	{ "tftp://h/%e4", "\xe4" },
	{ "tftp://h/a%00b", "a%00b" },
	{ "tftp://h/100%", "100%" },
	{ "tftp://h/%4", "%4" },
	{ "tftp://h/%4g%g4%%41", "%4g%g4%A" },
	{ "tftp://h/%2541", "%41" },
	{ "::a%20b", "a%20b" },
	{ "a%20b", "a%20b" },
};

START_TEST(coded)
{
	struct pxe_path p = pxe_path_parse(slice_of(coded_rows[_i].name));
	char buf[40];
	struct text t = TEXT_INIT(buf);

	text_clear(&t);
	pxe_path_add(&t, &p);
	ck_assert_str_eq(buf, coded_rows[_i].asked);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_pxe_search");

	suite_add(s, order);
	suite_add(s, without_uuid_and_address);
	suite_add(s, capital_hex_digits);
	suite_add(s, prefix_of_the_boot_file);
	suite_add(s, option_210);
	suite_add(s, name_too_long);
	suite_add(s, folders);
	suite_add_rows(s, folders_of_urls, N_ROWS(url_folder_rows));
	suite_add_rows(s, joins, N_ROWS(join_rows));
	suite_add(s, config_file_is_a_url);
	suite_add_rows(s, paths, N_ROWS(path_rows));
	suite_add_rows(s, coded, N_ROWS(coded_rows));
	return suite_run(s);
}
