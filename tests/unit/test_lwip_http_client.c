/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/http_client: what is asked for, and what is made of the answers
 */
#include "firmware/lwip/http_client.h"

#include <string.h>

#include "tests/support/suite.h"

#define MS UINT64_C(1000000)
#define S (1000 * MS)

enum {
	FILE_MAX = 1000,
};

static struct http_client c;
static uint64_t now;
static char stored[FILE_MAX + 1];
static unsigned n_begun;
static uint64_t told_size;
static char request_buf[HTTP_REQUEST_MAX];
static struct text request = TEXT_INIT(request_buf);

static void start(const char *url)
{
	now = 5 * S;
	n_begun = 0;
	memset(stored, 0, sizeof(stored));
	http_client_start(&c, slice_of(url), now);
}

/* Wait until a connection is wanted, and make it. Return: how long it took, in ms. */
static unsigned connect(void)
{
	uint64_t before = now;

	ck_assert_int_eq(c.state, HTTP_CLIENT_WAITING);
	if (now < c.deadline_ns)
		now = c.deadline_ns;
	http_client_step(&c, now);
	ck_assert_int_eq(c.state, HTTP_CLIENT_READY);
	http_client_connecting(&c, now);
	http_client_connected(&c, now, &request);
	ck_assert(!request.too_long);
	ck_assert_int_eq(c.state, HTTP_CLIENT_HEAD);
	return (unsigned)((now - before) / MS);
}

static void input(const char *text)
{
	size_t len = strlen(text);

	while (len) {
		struct http_out out;
		size_t n = http_client_input(&c, now, (const uint8_t *)text, len, &out);

		ck_assert(n && n <= len);
		if (out.begins) {
			n_begun++;
			told_size = out.has_size ? out.size : UINT64_MAX;
			memset(stored, 0, sizeof(stored));
		}
		ck_assert_uint_le(out.offset + out.data_len, FILE_MAX);
		if (out.data_len)
			memcpy(stored + out.offset, out.data, out.data_len);
		text += n;
		len -= n;
	}
}

static void broken(void)
{
	http_client_closed(&c, now, false);
}

static void assert_done(const char *file)
{
	ck_assert_int_eq(c.state, HTTP_CLIENT_DONE);
	ck_assert_str_eq(stored, file);
	ck_assert_uint_eq(c.stored, strlen(file));
}

static void assert_failed(enum http_failure failure)
{
	ck_assert_int_eq(c.state, HTTP_CLIENT_FAILED);
	ck_assert_int_eq(c.failure, failure);
	ck_assert(c.why && c.why[0]);
}

#define URL "http://h:8080/d/k"
#define OK "HTTP/1.1 200 OK\r\n"
#define OK10 OK "Content-Length: 10\r\n"
#define TAGGED OK10 "ETag: \"a\"\r\n\r\n"
#define PART(range, n)                                                                             \
	"HTTP/1.1 206 P\r\nContent-Range: bytes " range "\r\nContent-Length: " #n "\r\n\r\n"

static void answer(const char *line, const char *name, const char *value)
{
	char buf[300];
	struct text t = TEXT_INIT(buf);

	text_add_str(&t, "HTTP/1.1 ");
	text_add_str(&t, line);
	text_add_str(&t, "\r\n");
	text_add_str(&t, name);
	text_add_str(&t, ": ");
	text_add_str(&t, value);
	text_add_str(&t, "\r\n\r\n");
	input(buf);
}

START_TEST(asks)
{
	start("http://h:8080/d/k k?q#f");
	connect();
	ck_assert_str_eq(request_buf, "GET /d/k%20k?q HTTP/1.1\r\nHost: h:8080\r\n"
				      "User-Agent: iplab\r\nAccept-Encoding: identity\r\n"
				      "Connection: close\r\n\r\n");
	input(OK10 "\r\n0123456789");
	ck_assert_uint_eq(told_size, 10);
	assert_done("0123456789");
	input("more");
	broken();
	assert_done("0123456789");
}
END_TEST

START_TEST(no_url)
{
	char longer[HTTP_URL_MAX + 8];

	start("ftp://h/k");
	assert_failed(HTTP_FAIL_URL);
	memset(longer, 'x', sizeof(longer));
	memcpy(longer, "http://h/", 9);
	longer[sizeof(longer) - 1] = '\0';
	start(longer);
	assert_failed(HTTP_FAIL_URL);
	longer[HTTP_URL_MAX - 1] = '\0';
	memset(longer + 9, ' ', HTTP_URL_MAX - 10);
	start(longer);
	connect(); /* the longest request there is fits */
}
END_TEST

START_TEST(ends_with_the_connection)
{
	start(URL);
	connect();
	input(OK "\r\n01234");
	ck_assert_uint_eq(told_size, UINT64_MAX);
	http_client_closed(&c, now, true);
	assert_done("01234");
}
END_TEST

START_TEST(goes_on_where_it_broke)
{
	start(URL);
	connect();
	input(OK10 "ETag: \"v1\"\r\n\r\n0123");
	http_client_closed(&c, now, true); /* too early */
	connect();
	ck_assert(strstr(request_buf, "Range: bytes=4-\r\nIf-Range: \"v1\"\r\n") != NULL);
	input(PART("4-9/10", 6) "456");
	broken();
	connect();
	ck_assert(strstr(request_buf, "Range: bytes=7-\r\n") != NULL);
	input(PART("7-9/10", 3) "789");
	assert_done("0123456789");
	ck_assert_uint_eq(n_begun, 1);
}
END_TEST

static const struct {
	const char *fields, *condition; /* NULL: all of it is asked for */
} validator_rows[] = {
	{ "", NULL },
	{ "ETag: \"a\"\r\nLast-Modified: D\r\nDate: E\r\n", "If-Range: \"a\"\r\n" },
	{ "Last-Modified: D\r\nDate: E\r\n", "If-Range: D\r\n" },
	{ "Last-Modified: D\r\nDate: D\r\n", NULL },
	{ "Last-Modified: D\r\n", NULL },
	{ "ETag: W/\"a\"\r\nLast-Modified: D\r\nDate: E\r\n", NULL },
};

START_TEST(condition)
{
	start(URL);
	connect();
	input(OK10);
	input(validator_rows[_i].fields);
	input("\r\n0123");
	broken();
	connect();
	if (validator_rows[_i].condition) {
		ck_assert(strstr(request_buf, "Range: bytes=4-\r\n") != NULL);
		ck_assert(strstr(request_buf, validator_rows[_i].condition) != NULL);
	} else {
		ck_assert(strstr(request_buf, "Range") == NULL);
	}
}
END_TEST

/* Answers to a request for what follows the fourth byte of ten. */
static const struct {
	const char *what, *answer, *file; /* NULL: it fails */
	enum http_failure failure;
} part_rows[] = {
	{ "all of it anew", OK "Content-Length: 3\r\n\r\nabc", "abc", HTTP_FAIL_NONE },
	{ "the rest", PART("4-9/10", 6) "456789", "0123456789", HTTP_FAIL_NONE },
	{ "an earlier start", PART("3-9/10", 7), NULL, HTTP_FAIL_PROTOCOL },
	{ "a later start", PART("5-9/10", 5), NULL, HTTP_FAIL_PROTOCOL },
	{ "another length", PART("4-9/10", 5) "45678", NULL, HTTP_FAIL_PROTOCOL },
	{ "an end behind the file's", PART("4-10/10", 7) "4567890", NULL, HTTP_FAIL_PROTOCOL },
	{ "no range at all", "HTTP/1.1 206 P\r\n\r\n", NULL, HTTP_FAIL_PROTOCOL },
	{ "more than promised",
	  "HTTP/1.1 206 P\r\nContent-Range: bytes 4-9/10\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "7\r\n4567890\r\n",
	  NULL, HTTP_FAIL_PROTOCOL },
	{ "less than promised",
	  "HTTP/1.1 206 P\r\nContent-Range: bytes 4-9/10\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "1\r\n4\r\n0\r\n\r\n",
	  NULL, HTTP_FAIL_PROTOCOL },
};

START_TEST(parts)
{
	start(URL);
	connect();
	input(TAGGED "0123");
	broken();
	connect();
	input(part_rows[_i].answer);
	if (part_rows[_i].file)
		assert_done(part_rows[_i].file);
	else
		assert_failed(part_rows[_i].failure);
}
END_TEST

/* Answers after which all of it is asked for once more. */
static const char *const anew_rows[] = {
	PART("4-10/11", 7) "4567890",
	PART("4-9/*", 6) "456789",
	"HTTP/1.1 206 P\r\nETag: \"b\"\r\nContent-Range: bytes 4-9/10\r\n\r\n456789",
	"HTTP/1.1 206 P\r\nETag: W/\"a\"\r\nContent-Range: bytes 4-9/10\r\n\r\n456789",
	"HTTP/1.1 416 R\r\nContent-Range: bytes */3\r\n\r\n",
};

START_TEST(begins_anew)
{
	start(URL);
	connect();
	input(TAGGED "0123");
	broken();
	connect();
	input(anew_rows[_i]);
	connect();
	ck_assert(strstr(request_buf, "Range") == NULL);
	input(OK10 "\r\nabcdefghij");
	assert_done("abcdefghij");
	ck_assert_uint_eq(n_begun, 2);
}
END_TEST

/* The same with a date: it is compared where the server repeats it. */
START_TEST(date_that_changes)
{
	start(URL);
	connect();
	input(OK10 "Last-Modified: D\r\nDate: E\r\n\r\n0123");
	broken();
	connect();
	input("HTTP/1.1 206 P\r\nLast-Modified: D\r\nContent-Range: bytes 4-9/10\r\n\r\n45");
	broken();
	connect();
	ck_assert(strstr(request_buf, "Range: bytes=6-\r\nIf-Range: D\r\n") != NULL);
	input("HTTP/1.1 206 P\r\nLast-Modified: E\r\nContent-Range: bytes 6-9/10\r\n\r\n6789");
	connect();
	ck_assert(strstr(request_buf, "Range") == NULL);
}
END_TEST

/* What one URL said of its file holds for no other. */
START_TEST(redirected_in_the_middle)
{
	start(URL);
	connect();
	input(TAGGED "0123");
	broken();
	connect();
	answer("302 F", "Location", "other");
	connect();
	ck_assert(strstr(request_buf, "GET /d/other") && !strstr(request_buf, "Range"));
	input(TAGGED "abcdefghij");
	assert_done("abcdefghij");
}
END_TEST

/* A part of the part that was asked for, and then the rest. */
START_TEST(short_parts)
{
	start(URL);
	connect();
	input(TAGGED "0123");
	broken();
	connect();
	input(PART("4-5/10", 2) "45");
	connect();
	ck_assert(strstr(request_buf, "Range: bytes=6-\r\n") != NULL);
	input(PART("6-9/10", 4) "6789");
	assert_done("0123456789");
}
END_TEST

START_TEST(part_that_nobody_asked_for)
{
	start(URL);
	connect();
	input(PART("0-9/10", 10) "0123456789");
	assert_failed(HTTP_FAIL_PROTOCOL);
}
END_TEST

/* A part without a length, cut by the end of the connection, is no part. */
START_TEST(part_that_is_cut)
{
	start(URL);
	connect();
	input(TAGGED "0123");
	broken();
	connect();
	input("HTTP/1.1 206 P\r\nContent-Range: bytes 4-9/10\r\n\r\n45");
	http_client_closed(&c, now, true);
	connect();
	ck_assert(strstr(request_buf, "Range: bytes=6-\r\n") != NULL);
	input("HTTP/1.1 206 P\r\nContent-Range: bytes 6-9/10\r\n\r\n6789");
	http_client_closed(&c, now, true);
	assert_done("0123456789");
}
END_TEST

static const struct {
	const char *line, *location, *sent;
} redirect_rows[] = {
	{ "301 M", "http://o/x", "GET /x HTTP/1.1\r\nHost: o\r\n" },
	{ "302 F", "/x", "GET /x HTTP/1.1\r\nHost: h:8080\r\n" },
	{ "303 S", "x", "GET /d/x HTTP/1.1\r\nHost: h:8080\r\n" },
	{ "307 T", "../x?q", "GET /x?q HTTP/1.1\r\nHost: h:8080\r\n" },
	{ "308 P", "//o:1/x", "GET /x HTTP/1.1\r\nHost: o:1\r\n" },
};

START_TEST(redirects)
{
	start(URL);
	connect();
	answer(redirect_rows[_i].line, "Location", redirect_rows[_i].location);
	ck_assert_uint_eq(connect(), 0);
	ck_assert_msg(
		strncmp(request_buf, redirect_rows[_i].sent, strlen(redirect_rows[_i].sent)) == 0,
		"%s", request_buf);
}
END_TEST

static const char *const nowhere_rows[] = { "", "ftp://h/k", "http://", "http://u@h/", "//" };

START_TEST(redirects_to_nowhere)
{
	start(URL);
	connect();
	answer("302 F", "Location", nowhere_rows[_i]);
	assert_failed(HTTP_FAIL_REDIRECT);
}
END_TEST

START_TEST(redirects_without_end)
{
	unsigned n = 0;

	start(URL);
	for (; c.state == HTTP_CLIENT_WAITING; n++) {
		connect();
		answer("302 F", "Location", "k");
	}
	assert_failed(HTTP_FAIL_REDIRECT);
	ck_assert_uint_eq(n, HTTP_N_REDIRECTS_MAX + 1);
}
END_TEST

static const char *const status_rows[] = { "404 Not Found", "403 F", "500 E",
					   "416 R",         "304 N", "201 C" };

START_TEST(other_statuses)
{
	start(URL);
	connect();
	answer(status_rows[_i], "Content-Length", "0");
	assert_failed(HTTP_FAIL_STATUS);
	ck_assert_uint_eq(c.reader.head.status, strtoul(status_rows[_i], NULL, 10));
}
END_TEST

START_TEST(waits_for_a_busy_server)
{
	start(URL);
	connect();
	answer("503 B", "Retry-After", "7");
	ck_assert_uint_eq(connect(), 7000);
	answer("429 T", "Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT");
	ck_assert_uint_eq(connect(), 2000);
	input(OK10 "\r\n0123456789");
	assert_done("0123456789");
}
END_TEST

START_TEST(does_not_wait_for_ever_for_a_busy_server)
{
	start(URL);
	connect();
	answer("503 B", "Retry-After", "61");
	assert_failed(HTTP_FAIL_STATUS);
	start(URL);
	for (unsigned i = 0; i < HTTP_N_FRUITLESS_MAX; i++) {
		connect();
		answer("503 B", "Retry-After", "60");
	}
	assert_failed(HTTP_FAIL_STATUS);
}
END_TEST

START_TEST(refused)
{
	start(URL);
	for (unsigned i = 0; i < HTTP_N_FRUITLESS_MAX; i++) {
		now = c.deadline_ns;
		http_client_step(&c, now);
		http_client_connecting(&c, now);
		broken();
	}
	assert_failed(HTTP_FAIL_BROKEN);
	ck_assert_str_eq(c.why, "the server refuses connections");
	ck_assert_uint_eq(now, 5 * S + 7 * S);
}
END_TEST

/* Nothing acknowledges its SYNs: not what a server does that refuses. */
START_TEST(unanswered)
{
	start(URL);
	for (unsigned i = 0; i < HTTP_N_FRUITLESS_MAX; i++) {
		now = c.deadline_ns;
		http_client_step(&c, now);
		http_client_connecting(&c, now);
		http_client_unanswered(&c, now);
	}
	assert_failed(HTTP_FAIL_TIMEOUT);
	ck_assert_str_eq(c.why, "the server does not answer");
	ck_assert_uint_eq(now, 5 * S + 7 * S);
	http_client_unanswered(&c, now);
	assert_failed(HTTP_FAIL_TIMEOUT);
}
END_TEST

/* What is packed is not what was asked for (RFC 9110 8.4). */
static const struct {
	const char *coding;
	bool is_packed;
} coding_rows[] = {
	{ "gzip", true }, { "x-gzip", true },    { "identity, gzip", true },
	{ "br", true },   { "identity", false }, { "", false },
};

START_TEST(packed)
{
	start(URL);
	connect();
	answer("200 OK", "Content-Encoding", coding_rows[_i].coding);
	if (coding_rows[_i].is_packed) {
		assert_failed(HTTP_FAIL_PROTOCOL);
		ck_assert_uint_eq(n_begun, 0);
		return;
	}
	ck_assert_int_eq(c.state, HTTP_CLIENT_BODY);
}
END_TEST

START_TEST(packed_page)
{
	start(URL);
	connect();
	answer("404 Not Found", "Content-Encoding", "gzip");
	assert_failed(HTTP_FAIL_STATUS);
}
END_TEST

START_TEST(packed_part)
{
	start(URL);
	connect();
	input(TAGGED "0123");
	broken();
	connect();
	input("HTTP/1.1 206 P\r\nContent-Range: bytes 4-9/10\r\nContent-Encoding: gzip\r\n\r\n");
	assert_failed(HTTP_FAIL_PROTOCOL);
}
END_TEST

START_TEST(nobody_there)
{
	start(URL);
	http_client_step(&c, now);
	http_client_connecting(&c, now);
	http_client_step(&c, now + 30 * S - 1);
	ck_assert_int_eq(c.state, HTTP_CLIENT_CONNECTING);
	http_client_step(&c, now + 30 * S);
	assert_failed(HTTP_FAIL_TIMEOUT);
}
END_TEST

/* Bytes of a head are no progress, bytes of the file are. */
START_TEST(silence)
{
	start(URL);
	for (unsigned i = 0; i < HTTP_N_FRUITLESS_MAX; i++) {
		connect();
		now += 59 * S;
		input(OK);
		now += 1 * S;
		http_client_step(&c, now);
	}
	assert_failed(HTTP_FAIL_TIMEOUT);

	start(URL);
	connect();
	input(TAGGED);
	for (unsigned i = 0; i < 9; i++) {
		now += 30 * S - 1;
		http_client_step(&c, now);
		input("x");
	}
	ck_assert_int_eq(c.state, HTTP_CLIENT_BODY);
	now += 30 * S;
	http_client_step(&c, now);
	connect();
	ck_assert(strstr(request_buf, "Range: bytes=9-\r\n") != NULL);
}
END_TEST

/* Connections that bring a byte more each are made for long, but not for ever. */
START_TEST(breaks_again_and_again)
{
	unsigned n = 0;

	start(URL);
	for (; c.state == HTTP_CLIENT_WAITING; n++) {
		char range[100];
		struct text t = TEXT_INIT(range);

		connect();
		if (!n) {
			input(OK "Content-Length: 1000\r\nETag: \"a\"\r\n\r\nx");
		} else {
			text_add_str(&t, "HTTP/1.1 206 P\r\nContent-Range: bytes ");
			text_add_dec(&t, n);
			text_add_str(&t, "-999/1000\r\n\r\nx");
			input(range);
		}
		broken();
	}
	assert_failed(HTTP_FAIL_BROKEN);
	ck_assert_uint_eq(n, HTTP_N_CONNECTIONS_MAX);
}
END_TEST

/* The same half each time is no progress, even if each is stored anew. */
START_TEST(breaks_at_the_same_byte)
{
	unsigned n = 0;

	start(URL);
	for (; c.state == HTTP_CLIENT_WAITING; n++) {
		connect();
		input(OK10 "\r\n01234");
		broken();
	}
	assert_failed(HTTP_FAIL_BROKEN);
	ck_assert_str_eq(c.why, "the connection breaks again and again");
	ck_assert_uint_eq(n, HTTP_N_FRUITLESS_MAX + 1);
}
END_TEST

START_TEST(given_up)
{
	start(URL);
	connect();
	input(OK10 "\r\n0");
	http_client_fail(&c, HTTP_FAIL_TOO_LARGE, "x");
	input("123456789");
	assert_failed(HTTP_FAIL_TOO_LARGE);
	ck_assert(!http_client_is_connected(&c) && http_client_is_over(&c));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_http_client");

	suite_add(s, asks);
	suite_add(s, no_url);
	suite_add(s, ends_with_the_connection);
	suite_add(s, goes_on_where_it_broke);
	suite_add_rows(s, condition, N_ROWS(validator_rows));
	suite_add_rows(s, parts, N_ROWS(part_rows));
	suite_add_rows(s, begins_anew, N_ROWS(anew_rows));
	suite_add(s, date_that_changes);
	suite_add(s, redirected_in_the_middle);
	suite_add(s, short_parts);
	suite_add(s, part_that_nobody_asked_for);
	suite_add(s, part_that_is_cut);
	suite_add_rows(s, redirects, N_ROWS(redirect_rows));
	suite_add_rows(s, redirects_to_nowhere, N_ROWS(nowhere_rows));
	suite_add(s, redirects_without_end);
	suite_add_rows(s, other_statuses, N_ROWS(status_rows));
	suite_add(s, waits_for_a_busy_server);
	suite_add(s, does_not_wait_for_ever_for_a_busy_server);
	suite_add(s, refused);
	suite_add(s, unanswered);
	suite_add_rows(s, packed, N_ROWS(coding_rows));
	suite_add(s, packed_page);
	suite_add(s, packed_part);
	suite_add(s, nobody_there);
	suite_add(s, silence);
	suite_add(s, breaks_again_and_again);
	suite_add(s, breaks_at_the_same_byte);
	suite_add(s, given_up);
	return suite_run(s);
}
