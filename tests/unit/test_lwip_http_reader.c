/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * firmware/lwip/http_reader: responses, in one piece and byte by byte
 */
#include "firmware/lwip/http_reader.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/suite.h"

enum {
	BODY_MAX = 256,
};

static struct http_reader r;
static char body[BODY_MAX];
static size_t body_len, n_taken;

/* Each piece in a block of its own size, so that a sanitizer sees one byte too many. */
static void feed(const char *bytes, size_t len, size_t step)
{
	http_reader_init(&r);
	body_len = n_taken = 0;
	while (n_taken < len) {
		size_t n = len - n_taken < step ? len - n_taken : step;
		uint8_t *exact = malloc(n);
		struct http_piece piece;
		size_t taken;

		memcpy(exact, bytes + n_taken, n);
		taken = http_reader_input(&r, exact, n, &piece);
		ck_assert_uint_le(taken, n);
		ck_assert_uint_le(body_len + piece.len, BODY_MAX);
		memcpy(body + body_len, piece.p, piece.len);
		body_len += piece.len;
		n_taken += taken;
		free(exact);
		if (!taken)
			break;
	}
}

static void feed_text(const char *text, size_t step)
{
	feed(text, strlen(text), step);
}

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define TEN "0123456789"

static const struct {
	const char *text, *body;
	enum http_reader_state state;
	size_t n_left; /* bytes that are of no response */
} body_rows[] = {
	{ OK "Content-Length: 5\r\n\r\nabcde", "abcde", HTTP_READER_DONE, 0 },
	{ OK "content-length:5 \r\n\r\nabcdeX", "abcde", HTTP_READER_DONE, 1 },
	{ OK "Content-Length: 5, 5\r\nContent-Length: 5\r\n\r\nabc", "abc", HTTP_READER_BODY, 0 },
	{ OK "Content-Length: 0\r\n\r\n", "", HTTP_READER_DONE, 0 },
	{ OK "\r\nabc", "abc", HTTP_READER_BODY, 0 },
	{ "HTTP/1.0 200\r\n\r\nabc", "abc", HTTP_READER_BODY, 0 },
	{ "HTTP/1.1 200 OK\nContent-Length: 1\n\na", "a", HTTP_READER_DONE, 0 },
	{ OK "Content-Length:\r\n 5\r\n\r\nabcde", "abcde", HTTP_READER_DONE, 0 },
	{ "HTTP/1.1 204 No Content\r\n\r\nX", "", HTTP_READER_DONE, 1 },
	{ "HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\nX", "", HTTP_READER_DONE, 1 },
	{ "HTTP/1.1 103 Early\r\nContent-Length: 7\r\n\r\n" OK "Content-Length: 1\r\n\r\na", "a",
	  HTTP_READER_DONE, 0 },
	{ CHUNKED "5\r\nabcde\r\n3;e=f\r\nfgh\r\n0\r\n\r\nX", "abcdefgh", HTTP_READER_DONE, 1 },
	{ CHUNKED "00a ; x\r\n" TEN "\r\nA\r\n" TEN "\r\n0\r\nTrailer: a\r\nb: c\r\n\r\n", TEN TEN,
	  HTTP_READER_DONE, 0 },
	{ CHUNKED "1\na\n0\n\n", "a", HTTP_READER_DONE, 0 },
	{ CHUNKED "1\r\na\r\n", "a", HTTP_READER_BODY, 0 },
	{ CHUNKED "ffffffffffffffff\r\na", "a", HTTP_READER_BODY, 0 },
};

START_TEST(bodies)
{
	for (size_t step = 1; step <= 1000; step = step < 8 ? step + 1 : step * 5) {
		feed_text(body_rows[_i].text, step);
		ck_assert_msg(r.state == body_rows[_i].state, "step %zu of %s: state %d (%s)", step,
			      body_rows[_i].text, r.state, r.why ? r.why : "");
		ck_assert_uint_eq(strlen(body_rows[_i].text) - n_taken, body_rows[_i].n_left);
		ck_assert_msg(body_len == strlen(body_rows[_i].body) &&
				      !memcmp(body, body_rows[_i].body, body_len),
			      "step %zu of %s: %.*s", step, body_rows[_i].text, (int)body_len,
			      body);
	}
}
END_TEST

static const struct {
	const char *text, *why;
} bad_rows[] = {
	{ "SSH-2.0-x\r\n\r\n", "no HTTP/1" },
	{ "HTTP/2 200 OK\r\n\r\n", "no HTTP/1" },
	{ "HTTP/1.x 200 OK\r\n\r\n", "no HTTP/1" },
	{ "HTTP/1.1 20 OK\r\n\r\n", "no status" },
	{ "HTTP/1.1 2000 OK\r\n\r\n", "no status" },
	{ "HTTP/1.1 099 OK\r\n\r\n", "no status" },
	{ "HTTP/1.1 600 OK\r\n\r\n", "no status" },
	{ "HTTP/1.1\r\n\r\n", "no status" },
	{ "\r\n", "no status" },
	{ OK "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", "two different lengths" },
	{ OK "Content-Length: 5, 6\r\n\r\n", "two different lengths" },
	{ OK "Content-Length: -1\r\n\r\n", "a length that is none" },
	{ OK "Content-Length: +1\r\n\r\n", "a length that is none" },
	{ OK "Content-Length: 0x10\r\n\r\n", "a length that is none" },
	{ OK "Content-Length: \r\n\r\n", "a length that is none" },
	{ OK "Content-Length: 18446744073709551616\r\n\r\n", "a length that is none" },
	{ OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "chunks, and a length" },
	{ OK "Transfer-Encoding: gzip, chunked\r\n\r\n", "a transfer coding" },
	{ OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
	  "a transfer coding" },
	{ OK "no field\r\n\r\n", "that is no field" },
	{ OK ": x\r\n\r\n", "that is no field" },
	{ OK "Content-Length : 5\r\n\r\n", "that is no field" },
	{ "HTTP/1.1 200 OK\r\n Content-Length: 5\r\n\r\n", "that is no field" },
	{ OK "a: b\rc: d\r\n\r\n", "a character" },
	{ OK "a: \x01\r\n\r\n", "a character" },
	{ OK "a: \x7f\r\n\r\n", "a character" },
	{ "HTTP/1.1 101 Switching\r\n\r\n", "informational" },
	{ CHUNKED "\r\n", "impossible size" },
	{ CHUNKED "10000000000000000\r\n", "impossible size" },
	{ CHUNKED "-1\r\n", "without a size" },
	{ CHUNKED "0x1\r\n", "without a size" },
	{ CHUNKED "1g\r\n", "without a size" },
	{ CHUNKED "1\r\nab\r\n", "longer than its size" },
};

START_TEST(bad)
{
	for (size_t step = 1; step <= 1000; step = step < 8 ? step + 1 : step * 5) {
		feed_text(bad_rows[_i].text, step);
		ck_assert_msg(r.state == HTTP_READER_FAILED, "%s", bad_rows[_i].text);
		ck_assert_msg(strstr(r.why, bad_rows[_i].why) != NULL, "%s: %s", bad_rows[_i].text,
			      r.why);
	}
}
END_TEST

START_TEST(nul_in_a_head)
{
	static const char text[] = OK "a: \0\r\n\r\n";

	feed(text, sizeof(text) - 1, 1000);
	ck_assert_int_eq(r.state, HTTP_READER_FAILED);
}
END_TEST

/* Only a body without a length ends with the connection. */
START_TEST(closed)
{
	feed_text(OK "\r\nabc", 1000);
	http_reader_closed(&r);
	ck_assert_int_eq(r.state, HTTP_READER_DONE);
	feed_text(OK "Content-Length: 5\r\n\r\nabc", 1000);
	http_reader_closed(&r);
	ck_assert_int_eq(r.state, HTTP_READER_BODY);
	feed_text(CHUNKED "3\r\nabc\r\n", 1000);
	http_reader_closed(&r);
	ck_assert_int_eq(r.state, HTTP_READER_BODY);
	feed_text(OK "a: b\r\n", 1000);
	http_reader_closed(&r);
	ck_assert_int_eq(r.state, HTTP_READER_HEAD);
}
END_TEST

START_TEST(fields)
{
	feed_text("HTTP/1.1 206 Partial Content\r\nLOCATION: /x y\r\nETag: \"a\"\r\n"
		  "Last-Modified: Mon, 1 Jan\r\nRetry-After: 7\r\n"
		  "Content-Range: bytes 5-9/10\r\n\r\n",
		  1000);
	ck_assert_uint_eq(r.head.status, 206);
	ck_assert_str_eq(r.head.reason, "Partial Content");
	ck_assert_str_eq(r.head.location, "/x y");
	ck_assert_str_eq(r.head.etag, "\"a\"");
	ck_assert_str_eq(r.head.modified, "Mon, 1 Jan");
	ck_assert(r.head.has_retry_after && r.head.retry_after_s == 7);
	ck_assert(r.head.has_range && r.head.range_first == 5 && r.head.range_last == 9);
	ck_assert(r.head.has_total && r.head.total == 10);
}
END_TEST

/* What an informational response said is forgotten. */
START_TEST(fields_of_informational_responses)
{
	feed_text("HTTP/1.1 103 E\r\nETag: \"a\"\r\nContent-Length: 9\r\n\r\n" OK "\r\n", 1000);
	ck_assert_str_eq(r.head.etag, "");
	ck_assert(!r.head.has_length);
}
END_TEST

static const struct {
	const char *value;
	bool has_range, has_total;
} range_rows[] = {
	{ "bytes 0-0/1", true, true },
	{ "bytes 0-0/*", true, false },
	{ "bytes */5", false, true },
	{ "bytes 5-4/10", false, true },
	{ "bytes 0-5/5", false, true },
	{ "lines 0-0/1", false, true },
	{ "bytes 0-", false, false },
	{ "bytes -5/10", false, true },
	{ "bytes=0-0/1", false, false },
	{ "bytes 0-18446744073709551615/*", false, false },
	{ "", false, false },
};

START_TEST(ranges)
{
	char text[200];

	snprintf(text, sizeof(text), "HTTP/1.1 206 x\r\nContent-Range: %s\r\n\r\n",
		 range_rows[_i].value);
	feed_text(text, 1000);
	ck_assert_msg(r.head.has_range == range_rows[_i].has_range, "%s", range_rows[_i].value);
	ck_assert_msg(r.head.has_total == range_rows[_i].has_total, "%s", range_rows[_i].value);
}
END_TEST

/* A head with one field of a length. */
static void feed_long(const char *name, size_t n)
{
	char *text = malloc(n + 200);
	int len = snprintf(text, 200, OK "%s: ", name);

	memset(text + len, 'v', n);
	strcpy(text + len + n, "\r\nContent-Length: 1\r\n\r\na");
	feed_text(text, 1000);
	free(text);
}

START_TEST(long_fields)
{
	feed_long("X-Other", 65536);
	ck_assert_int_eq(r.state, HTTP_READER_DONE);
	ck_assert_uint_eq(body_len, 1);
	feed_long("Location", HTTP_LINE_MAX);
	ck_assert_int_eq(r.state, HTTP_READER_FAILED);
	ck_assert_str_eq(r.why, "a field that is too long");
	feed_long("ETag", HTTP_VALIDATOR_MAX); /* none is better than half of one */
	ck_assert_int_eq(r.state, HTTP_READER_DONE);
	ck_assert_str_eq(r.head.etag, "");
	feed_long("X-Other", HTTP_HEAD_MAX);
	ck_assert_int_eq(r.state, HTTP_READER_FAILED);
	ck_assert_str_eq(r.why, "a head without end");
}
END_TEST

/* What never ends is not read for ever. */
static const struct {
	const char *what, *begin, *repeated;
	size_t n_max;
} endless_rows[] = {
	{ "fields", OK, "a: b\r\n", HTTP_HEAD_MAX },
	{ "informational responses", "", "HTTP/1.1 100 C\r\n\r\n", 1000 },
	{ "a size of a chunk", CHUNKED "1;", "a=b", HTTP_HEAD_MAX },
	{ "trailers", CHUNKED "0\r\n", "a: b\r\n", HTTP_HEAD_MAX },
};

START_TEST(endless)
{
	struct http_piece piece;
	size_t n = 0;

	feed_text(endless_rows[_i].begin, 1000);
	while (r.state != HTTP_READER_FAILED && n < endless_rows[_i].n_max) {
		const char *text = endless_rows[_i].repeated;

		for (size_t at = 0; at < strlen(text) && r.state != HTTP_READER_FAILED; n++)
			at += http_reader_input(&r, (const uint8_t *)text + at, strlen(text) - at,
						&piece);
	}
	ck_assert_msg(r.state == HTTP_READER_FAILED, "%s", endless_rows[_i].what);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lwip_http_reader");

	suite_add_rows(s, bodies, N_ROWS(body_rows));
	suite_add_rows(s, bad, N_ROWS(bad_rows));
	suite_add(s, nul_in_a_head);
	suite_add(s, closed);
	suite_add(s, fields);
	suite_add(s, fields_of_informational_responses);
	suite_add_rows(s, ranges, N_ROWS(range_rows));
	suite_add(s, long_fields);
	suite_add_rows(s, endless, N_ROWS(endless_rows));
	return suite_run(s);
}
