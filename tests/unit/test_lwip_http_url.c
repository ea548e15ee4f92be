/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/http_url: URLs
 */
#include "firmware/lwip/http_url.h"

#include <string.h>

#include "tests/support/suite.h"

static const struct {
	const char *text, *host, *host_and_port, *path;
	uint16_t port;
	bool is_tls;
} good_rows[] = {
	{ "http://host/a/b", "host", "host", "/a/b", 80, false },
	{ "HTTP://10.0.2.2/", "10.0.2.2", "10.0.2.2", "/", 80, false },
	{ "http://h:8080/k?x=/y#z", "h", "h:8080", "/k?x=/y", 8080, false },
	{ "http://h", "h", "h", "", 80, false },
	{ "http://h:?q", "h", "h:", "?q", 80, false },
	{ "https://h/k", "h", "h", "/k", 443, true },
	{ "http://[fd00::2]:81/k", "fd00::2", "[fd00::2]:81", "/k", 81, false },
	{ "http://a-b_c.example/", "a-b_c.example", "a-b_c.example", "/", 80, false },
};

START_TEST(good)
{
	const char *text = good_rows[_i].text;
	struct http_url u;

	ck_assert_msg(http_url_parse(&u, slice_of(text)), "%s", text);
	ck_assert_msg(slice_is(u.host, good_rows[_i].host), "%s", text);
	ck_assert_msg(slice_is(u.host_and_port, good_rows[_i].host_and_port), "%s", text);
	ck_assert_msg(slice_is(u.path, good_rows[_i].path), "%s", text);
	ck_assert_msg(u.port == good_rows[_i].port, "%s", text);
	ck_assert_msg(u.is_tls == good_rows[_i].is_tls, "%s", text);
}
END_TEST

static const char *const bad_rows[] = {
	"",
	"k",
	"ftp://h/k",
	"http:/h/k",
	"http:///k",
	"http://",
	"http://user@h/k",
	"http://h\r\nX: y/k",
	"http://h h/k",
	"http://h:0/k",
	"http://h:65536/k",
	"http://h:0x50/k",
	"http://h:8a/k",
	"http://[::1/k",
	"http://[]/k",
	"http://[::1]x/k",
	"http://[g\n]/k",
	"http://h\xc3\xa9/k",
};

START_TEST(bad)
{
	struct http_url u = { .port = 7 };

	ck_assert_msg(!http_url_parse(&u, slice_of(bad_rows[_i])), "%s", bad_rows[_i]);
	ck_assert_uint_eq(u.port, 7);
}
END_TEST

/* The lower half is RFC 3986 5.4. */
static const struct {
	const char *base, *ref, *out;
} resolve_rows[] = {
	{ "http://h", "k", "http://h/k" },
	{ "http://h?q", "k", "http://h/k" },
	{ "http://h:8/a/b", "/k", "http://h:8/k" },
	{ "https://h/a", "//o/k", "https://o/k" },
	{ "http://h/a", "HTTP://o/k", "HTTP://o/k" },
	{ "http://h/a", "https://o/k", "https://o/k" },
	{ "http://h/a", "mailto:x", NULL },
	{ "http://h/a", "file:///etc", NULL },
	{ "http://h/a/b", "./c:d", "http://h/a/c:d" },
	{ "http://h/a/", "x?p=../q", "http://h/a/x?p=../q" },
	{ "http://a/b/c/d;p?q", "g", "http://a/b/c/g" },
	{ "http://a/b/c/d;p?q", "./g", "http://a/b/c/g" },
	{ "http://a/b/c/d;p?q", "g/", "http://a/b/c/g/" },
	{ "http://a/b/c/d;p?q", "?y", "http://a/b/c/d;p?y" },
	{ "http://a/b/c/d;p?q", "g#s", "http://a/b/c/g" },
	{ "http://a/b/c/d;p?q", "", "http://a/b/c/d;p?q" },
	{ "http://a/b/c/d;p?q", ".", "http://a/b/c/" },
	{ "http://a/b/c/d;p?q", "..", "http://a/b/" },
	{ "http://a/b/c/d;p?q", "../g", "http://a/b/g" },
	{ "http://a/b/c/d;p?q", "../..", "http://a/" },
	{ "http://a/b/c/d;p?q", "../../../../g", "http://a/g" },
	{ "http://a/b/c/d;p?q", "/./g", "http://a/g" },
	{ "http://a/b/c/d;p?q", "g.", "http://a/b/c/g." },
	{ "http://a/b/c/d;p?q", "..g", "http://a/b/c/..g" },
	{ "http://a/b/c/d;p?q", "./g/.", "http://a/b/c/g/" },
	{ "http://a/b/c/d;p?q", "g;x=1/../y", "http://a/b/c/y" },
};

START_TEST(resolve)
{
	char buf[HTTP_URL_MAX];
	struct text out = TEXT_INIT(buf);
	bool ok = http_url_resolve(&out, slice_of(resolve_rows[_i].base),
				   slice_of(resolve_rows[_i].ref));

	ck_assert_int_eq(ok, resolve_rows[_i].out != NULL);
	if (ok)
		ck_assert_str_eq(buf, resolve_rows[_i].out);
}
END_TEST

START_TEST(resolve_too_long)
{
	char name[HTTP_URL_MAX], buf[HTTP_URL_MAX];
	struct text out = TEXT_INIT(buf);

	memset(name, 'n', sizeof(name));
	ck_assert(http_url_resolve(&out, SLICE("http://h/"), (struct slice){ name, sizeof(name) }));
	ck_assert(out.too_long);
}
END_TEST

static const struct {
	const char *path, *sent;
} path_rows[] = {
	{ "", "/" },
	{ "?q", "/?q" },
	{ "/a%20b", "/a%20b" },
	{ "/a b\r\nX: y", "/a%20b%0D%0AX:%20y" },
	{ "/\xc3\xa9<\">\x7f", "/%C3%A9%3C%22%3E%7F" },
};

START_TEST(paths_in_requests)
{
	char buf[100];
	struct text t = TEXT_INIT(buf);

	http_url_add_path(&t, slice_of(path_rows[_i].path));
	ck_assert_str_eq(buf, path_rows[_i].sent);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_http_url");

	suite_add_rows(s, good, N_ROWS(good_rows));
	suite_add_rows(s, bad, N_ROWS(bad_rows));
	suite_add_rows(s, resolve, N_ROWS(resolve_rows));
	suite_add(s, resolve_too_long);
	suite_add_rows(s, paths_in_requests, N_ROWS(path_rows));
	return suite_run(s);
}
