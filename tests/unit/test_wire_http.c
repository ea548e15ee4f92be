/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/wire/http: requests
 */
#include "server/wire/http.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>

#include "tests/support/suite.h"

/* What a request says, as text. */
static const char *describe(const struct http_request *q)
{
	static char text[512];
	char *t = text;

	t += sprintf(t, "%.*s %.*s", (int)q->method_name.len, (const char *)q->method_name.p,
		     (int)q->path_len, (const char *)q->path);
	if (q->is_1_0)
		t += sprintf(t, " 1.0");
	if (q->has_host)
		t += sprintf(t, " host");
	if (q->wants_close)
		t += sprintf(t, " close");
	if (q->has_body)
		t += sprintf(t, " body");
	if (q->if_range.p)
		t += sprintf(t, " if-range %.*s", (int)q->if_range.len,
			     (const char *)q->if_range.p);
	if (q->has_range && q->range.is_suffix)
		t += sprintf(t, " last %" PRIu64, q->range.first);
	else if (q->has_range && q->range.last == UINT64_MAX)
		t += sprintf(t, " %" PRIu64 "-", q->range.first);
	else if (q->has_range)
		sprintf(t, " %" PRIu64 "-%" PRIu64, q->range.first, q->range.last);
	return text;
}

#define GET(more) "GET /f HTTP/1.1\r\nHost: x\r\n" more "\r\n"

static const struct {
	const char *what, *in;
	const char *text; /* NULL: see want */
	int want;
} rows[] = {
	{ "a plain request", GET(""), "GET f host", 0 },
	{ "no host", "GET /f HTTP/1.1\r\n\r\n", "GET f", 0 },
	{ "an older version", "GET /f HTTP/1.0\r\n\r\n", "GET f 1.0 close", 0 },
	{ "an older version that stays", "GET /f HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
	  "GET f 1.0", 0 },
	{ "a later minor version", "GET /f HTTP/1.2\r\nHost: x\r\n\r\n", "GET f host", 0 },
	{ "lines that end in LF", "GET /f HTTP/1.1\nHost: x\n\n", "GET f host", 0 },
	{ "empty lines before it", "\r\n\n" GET(""), "GET f host", 0 },
	{ "another method", "PROPFIND /f HTTP/1.1\r\nHost: x\r\n\r\n", "PROPFIND f host", 0 },
	{ "a method in small letters", "get /f HTTP/1.1\r\nHost: x\r\n\r\n", "get f host", 0 },
	{ "the root", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET  host", 0 },
	{ "a query", "GET /a/b?c=/d HTTP/1.1\r\nHost: x\r\n\r\n", "GET a/b host", 0 },
	{ "two slashes", "GET //etc HTTP/1.1\r\nHost: x\r\n\r\n", "GET /etc host", 0 },
	{ "an encoded name", "GET /a%20b%2Fc HTTP/1.1\r\nHost: x\r\n\r\n", "GET a b/c host", 0 },
	{ "a URL", "GET HTTP://h:80/f HTTP/1.1\r\n\r\n", "GET f host", 0 },
	{ "a URL without a path", "GET http://h HTTP/1.1\r\n\r\n", "GET  host", 0 },
	{ "a URL with a query alone", "GET http://h?q HTTP/1.1\r\n\r\n", "GET  host", 0 },
	{ "a name of a field in capitals", "GET /f HTTP/1.1\r\nHOST:x\r\n\r\n", "GET f host", 0 },
	{ "the end", GET("Connection: close\r\n"), "GET f host close", 0 },
	{ "the end among others", GET("Connection: upgrade,\tClose \r\n"), "GET f host close", 0 },
	{ "a body", GET("Content-Length: 5\r\n"), "GET f host body", 0 },
	{ "an empty body", GET("Content-Length: 0\r\n"), "GET f host", 0 },
	{ "a length that is none", GET("Content-Length: x\r\n"), "GET f host body", 0 },
	{ "a body in chunks", GET("Transfer-Encoding: chunked\r\n"), "GET f host body", 0 },
	{ "a range", GET("Range: bytes=5-9\r\n"), "GET f host 5-9", 0 },
	{ "a range with blanks", GET("range:  Bytes = 5 - 9 \r\n"), "GET f host 5-9", 0 },
	{ "a range to the end", GET("Range: bytes=5-\r\n"), "GET f host 5-", 0 },
	{ "the last bytes", GET("Range: bytes=-5\r\n"), "GET f host last 5", 0 },
	{ "one byte", GET("Range: bytes=0-0\r\n"), "GET f host 0-0", 0 },
	{ "a range backwards", GET("Range: bytes=9-5\r\n"), "GET f host", 0 },
	{ "two ranges", GET("Range: bytes=0-1,5-6\r\n"), "GET f host", 0 },
	{ "a range of lines", GET("Range: lines=0-1\r\n"), "GET f host", 0 },
	{ "a range of nothing", GET("Range: bytes=-\r\n"), "GET f host", 0 },
	{ "a range without a dash", GET("Range: bytes=5\r\n"), "GET f host", 0 },
	{ "a negative range", GET("Range: bytes=--5\r\n"), "GET f host", 0 },
	{ "a range with letters", GET("Range: bytes=0x5-9\r\n"), "GET f host", 0 },
	{ "a range beyond 64 bits", GET("Range: bytes=99999999999999999999-\r\n"),
	  "GET f host 18446744073709551615-", 0 },
	{ "a condition", GET("Range: bytes=5-\r\nIf-Range: \"x\"\r\n"),
	  "GET f host if-range \"x\" 5-", 0 },
	{ "nothing", "", NULL, HTTP_E_INCOMPLETE },
	{ "a line without its end", "GET /f HTTP/1.1\r", NULL, HTTP_E_INCOMPLETE },
	{ "no empty line", "GET /f HTTP/1.1\r\nHost: x\r\n", NULL, HTTP_E_INCOMPLETE },
	{ "no version", "GET /f\r\n\r\n", NULL, HTTP_E_MALFORMED },
	{ "another version", "GET /f HTTP/2.0\r\n\r\n", NULL, HTTP_E_MALFORMED },
	{ "another protocol", "GET /f HTCP/1.1\r\n\r\n", NULL, HTTP_E_MALFORMED },
	{ "no target", "GET  HTTP/1.1\r\n\r\n", NULL, HTTP_E_MALFORMED },
	{ "no method", " /f HTTP/1.1\r\n\r\n", NULL, HTTP_E_MALFORMED },
	{ "two blanks", "GET  /f HTTP/1.1\r\n\r\n", NULL, HTTP_E_MALFORMED },
	{ "a name with a blank", "GET /a b HTTP/1.1\r\n\r\n", NULL, HTTP_E_MALFORMED },
	{ "no slash", "GET f HTTP/1.1\r\n\r\n", NULL, HTTP_E_MALFORMED },
	{ "half of an encoded byte", "GET /a%2 HTTP/1.1\r\n\r\n", NULL, HTTP_E_MALFORMED },
	{ "an encoded byte that is none", "GET /a%zz HTTP/1.1\r\n\r\n", NULL, HTTP_E_MALFORMED },
	{ "a field without a colon", GET("nonsense\r\n"), NULL, HTTP_E_MALFORMED },
	{ "a field without a name", GET(": x\r\n"), NULL, HTTP_E_MALFORMED },
	{ "a blank behind a name", GET("Range : bytes=0-1\r\n"), NULL, HTTP_E_MALFORMED },
	{ "a field in two lines", GET("A: b\r\n c\r\n"), NULL, HTTP_E_MALFORMED },
	{ "a second line like a field", GET("A: b\r\n c: d\r\n"), NULL, HTTP_E_MALFORMED },
	{ "a byte half encoded", "GET /a%2z HTTP/1.1\r\n\r\n", NULL, HTTP_E_MALFORMED },
};

START_TEST(requests_are_read)
{
	struct http_request q = { .path_len = 12345 };
	size_t used = 999;
	int r = http_request_decode(&q, &used, (const uint8_t *)rows[_i].in, strlen(rows[_i].in));

	ck_assert_msg(r == rows[_i].want, "%s: got %d", rows[_i].what, r);
	if (r) {
		ck_assert_uint_eq(q.path_len, 12345);
		ck_assert_uint_eq(used, 999);
		return;
	}
	ck_assert_uint_eq(used, strlen(rows[_i].in));
	ck_assert_msg(!strcmp(describe(&q), rows[_i].text), "%s: %s", rows[_i].what, describe(&q));
}
END_TEST

START_TEST(what_follows_is_left)
{
	static const char two[] = GET("") "GET /g";
	struct http_request q;
	size_t used;

	ck_assert_int_eq(http_request_decode(&q, &used, (const uint8_t *)two, strlen(two)), 0);
	ck_assert_uint_eq(used, strlen(two) - strlen("GET /g"));
}
END_TEST

/* As it comes byte by byte, it is a request at its end and not before. */
START_TEST(every_beginning_is_incomplete)
{
	static const char in[] = GET("Range: bytes=5-9\r\n");
	struct http_request q;
	size_t used;

	for (size_t n = 0; n < strlen(in); n++)
		ck_assert_int_eq(http_request_decode(&q, &used, (const uint8_t *)in, n),
				 HTTP_E_INCOMPLETE);
}
END_TEST

START_TEST(a_head_has_a_longest_length)
{
	static uint8_t in[HTTP_HEAD_MAX + 10];
	static const char begin[] = "GET /f HTTP/1.1\r\nHost: x\r\nA: ";
	struct http_request q;
	size_t used;

	memset(in, 'a', sizeof(in));
	memcpy(in, begin, strlen(begin));
	ck_assert_int_eq(http_request_decode(&q, &used, in, HTTP_HEAD_MAX - 1), HTTP_E_INCOMPLETE);
	ck_assert_int_eq(http_request_decode(&q, &used, in, HTTP_HEAD_MAX), HTTP_E_TOO_LONG);
	memcpy(in + HTTP_HEAD_MAX - 4, "\r\n\r\n", 4);
	ck_assert_int_eq(http_request_decode(&q, &used, in, sizeof(in)), 0);
	ck_assert_uint_eq(used, HTTP_HEAD_MAX);
}
END_TEST

START_TEST(a_path_has_a_longest_length)
{
	static uint8_t in[HTTP_HEAD_MAX];
	struct http_request q;
	size_t used, end = 5 + HTTP_PATH_MAX;

	memset(in, 'a', sizeof(in));
	memcpy(in, "GET /", 5);
	memcpy(in + end, " HTTP/1.1\n\n", 11);
	ck_assert_int_eq(http_request_decode(&q, &used, in, end + 11), 0);
	ck_assert_uint_eq(q.path_len, HTTP_PATH_MAX);
	memcpy(in + end, "a HTTP/1.1\n\n", 12);
	ck_assert_int_eq(http_request_decode(&q, &used, in, end + 12), HTTP_E_MALFORMED);
}
END_TEST

START_TEST(statuses_have_words)
{
	ck_assert_str_eq(http_status_reason(200), "OK");
	ck_assert_str_eq(http_status_reason(503), "Service Unavailable");
	ck_assert_str_eq(http_status_reason(299), "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire/http");

	suite_add_rows(s, requests_are_read, N_ROWS(rows));
	suite_add(s, what_follows_is_left);
	suite_add(s, every_beginning_is_incomplete);
	suite_add(s, a_head_has_a_longest_length);
	suite_add(s, a_path_has_a_longest_length);
	suite_add(s, statuses_have_words);
	return suite_run(s);
}
