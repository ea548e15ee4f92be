/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/http_fault: what becomes of a response
 */
#include "server/http_fault.h"

#include <check.h>

#include "server/datagram.h"
#include "tests/support/suite.h"

#define SECOND UINT64_C(1000000000)

#define HEAD "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX: y\r\n\r\n"
#define BODY "0123456789"

static HttpFault *f;
static GString *got;
static uint64_t now_ns;

/* All that comes without waiting; segments end in a '|'. */
static void take(void)
{
	bool is_segment;
	struct slice s;

	while ((s = http_fault_read(f, now_ns, &is_segment)).len) {
		g_string_append_len(got, (const char *)s.p, (gssize)s.len);
		if (is_segment)
			g_string_append_c(got, '|');
		http_fault_consume(f, s.len);
		if (got->len > 1024 * 1024)
			break; /* it never ends */
	}
}

/* The response above, in pieces of @piece bytes. */
static void respond(const struct http_rule *r, bool has_body, size_t piece)
{
	g_autofree char *all = g_strconcat(HEAD, has_body ? BODY : "", NULL);
	size_t len = strlen(all);

	http_fault_begin(f, now_ns, r, has_body);
	for (size_t at = 0; at < len && http_fault_wants(f); at += piece)
		http_fault_write(f, (const uint8_t *)all + at, MIN(piece, len - at));
	if (http_fault_wants(f))
		http_fault_finish(f);
	take();
}

static void set_up(void)
{
	now_ns = 7 * SECOND;
	f = http_fault_new();
	got = g_string_new(NULL);
}

static void tear_down(void)
{
	http_fault_free(f);
	g_string_free(got, TRUE);
}

static char *x_a[] = { (char *)"A: b", (char *)"C: d", NULL };

#define NO HTTP_NOWHERE
#define AT(truncate, reset, stall, split)                                                          \
	.truncate_at = (truncate), .reset_at = (reset), .stall_at = (stall), .split_at = (split)
#define RULE AT(NO, NO, NO, NO)
#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n"

static const struct {
	const char *what;
	struct http_rule rule;
	const char *want;
	enum http_then then;
	bool is_cut;
} rows[] = {
	{ "nothing", { RULE }, HEAD BODY, HTTP_GOES_ON, false },
	{ "another status",
	  { RULE, .status = 503, .retry_after_s = 2 },
	  "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 24\r\nContent-Type: text/plain\r\n"
	  "Retry-After: 2\r\n\r\n503 Service Unavailable\n",
	  HTTP_GOES_ON,
	  true },
	{ "a redirection",
	  { RULE, .status = 302, .location = (char *)"/other" },
	  "HTTP/1.1 302 Found\r\nContent-Length: 10\r\nContent-Type: text/plain\r\n"
	  "Location: /other\r\n\r\n302 Found\n",
	  HTTP_GOES_ON,
	  true },
	{ "something before",
	  { RULE, .before = (char *)"HTTP/1.1 100 Continue\r\n\r\n" },
	  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 10\r\nX: y\r\n\r\n" BODY,
	  HTTP_GOES_ON,
	  false },
	{ "another status line",
	  { RULE, .status_line = (char *)"ICY 200" },
	  "ICY 200\r\nContent-Length: 10\r\nX: y\r\n\r\n" BODY,
	  HTTP_GOES_ON,
	  false },
	{ "further fields",
	  { RULE, .fields = x_a },
	  "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX: y\r\nA: b\r\nC: d\r\n\r\n" BODY,
	  HTTP_GOES_ON,
	  false },
	{ "an entity tag",
	  { RULE, .etag = (char *)"\"v1\"" },
	  "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX: y\r\nETag: \"v1\"\r\n\r\n" BODY,
	  HTTP_GOES_ON,
	  false },
	{ "a wrong length",
	  { RULE, .length = (char *)"-1" },
	  "HTTP/1.1 200 OK\r\nContent-Length: -1\r\nX: y\r\n\r\n" BODY,
	  HTTP_CLOSES,
	  false },
	{ "two lengths",
	  { RULE, .second_length = (char *)"11" },
	  "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 11\r\nX: y\r\n\r\n" BODY,
	  HTTP_CLOSES,
	  false },
	{ "a long field",
	  { RULE, .field_bytes = 5 },
	  "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX: y\r\nX-Long: xxxxx\r\n\r\n" BODY,
	  HTTP_GOES_ON,
	  false },
	{ "LF alone",
	  { RULE, .bare_lf = true },
	  "HTTP/1.1 200 OK\nContent-Length: 10\nX: y\n\n" BODY,
	  HTTP_GOES_ON,
	  false },
	{ "the end by closing",
	  { RULE, .framing = HTTP_BY_CLOSE },
	  "HTTP/1.1 200 OK\r\nX: y\r\n\r\n" BODY,
	  HTTP_CLOSES,
	  false },
	{ "chunks",
	  { RULE, .framing = HTTP_BY_CHUNKS, .chunk_bytes = 4 },
	  CHUNKED "4\r\n0123\r\n4\r\n4567\r\n2\r\n89\r\n0\r\n\r\n",
	  HTTP_GOES_ON,
	  false },
	{ "one chunk",
	  { RULE, .framing = HTTP_BY_CHUNKS },
	  CHUNKED "a\r\n" BODY "\r\n0\r\n\r\n",
	  HTTP_GOES_ON,
	  false },
	{ "chunks and a length",
	  { RULE, .framing = HTTP_BY_BOTH },
	  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 10\r\nX: y\r\n\r\n"
	  "a\r\n" BODY "\r\n0\r\n\r\n",
	  HTTP_GOES_ON,
	  false },
	{ "a bad size",
	  { RULE, .framing = HTTP_BY_CHUNKS, .chunk_bytes = 5, .chunk_size = (char *)"zz" },
	  CHUNKED "zz\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n",
	  HTTP_CLOSES,
	  false },
	{ "an extension",
	  { RULE, .framing = HTTP_BY_CHUNKS, .chunk_extension = (char *)"a=b" },
	  CHUNKED "a;a=b\r\n" BODY "\r\n0\r\n\r\n",
	  HTTP_GOES_ON,
	  false },
	{ "trailers",
	  { RULE, .framing = HTTP_BY_CHUNKS, .trailers = x_a },
	  CHUNKED "a\r\n" BODY "\r\n0\r\nA: b\r\nC: d\r\n\r\n",
	  HTTP_GOES_ON,
	  false },
	{ "no last chunk",
	  { RULE, .framing = HTTP_BY_CHUNKS, .no_last_chunk = true },
	  CHUNKED "a\r\n" BODY "\r\n",
	  HTTP_CLOSES,
	  false },
	{ "bytes behind the end",
	  { RULE, .status_line = (char *)"x", .extra_bytes = 1 },
	  "x\r\nContent-Length: 10\r\nX: y\r\n\r\n" BODY,
	  HTTP_GOES_ON,
	  false },
	{ "an early end",
	  { AT(4, NO, NO, NO), .status_line = (char *)"x" },
	  "x\r\nContent-Length: 10\r\nX: y\r\n\r\n0123",
	  HTTP_CLOSES,
	  true },
	{ "no body at all",
	  { AT(0, NO, NO, NO), .status_line = (char *)"x" },
	  "x\r\nContent-Length: 10\r\nX: y\r\n\r\n",
	  HTTP_CLOSES,
	  true },
	{ "an end that is none",
	  { AT(10, NO, NO, NO), .status_line = (char *)"x" },
	  "x\r\nContent-Length: 10\r\nX: y\r\n\r\n" BODY,
	  HTTP_GOES_ON,
	  false },
	{ "a reset",
	  { AT(NO, 4, NO, NO), .status_line = (char *)"x" },
	  "x\r\nContent-Length: 10\r\nX: y\r\n\r\n0123",
	  HTTP_RESETS,
	  true },
	{ "a reset behind the end",
	  { AT(NO, 10, NO, NO), .status_line = (char *)"x" },
	  "x\r\nContent-Length: 10\r\nX: y\r\n\r\n" BODY,
	  HTTP_RESETS,
	  false },
	{ "an end within chunks",
	  { AT(4, NO, NO, NO), .framing = HTTP_BY_CHUNKS },
	  CHUNKED "4\r\n0123\r\n",
	  HTTP_CLOSES,
	  true },
	{ "a segment's end",
	  { AT(NO, NO, NO, 3), .status_line = (char *)"xyz" },
	  "xyz|\r\nContent-Length: 10\r\nX: y\r\n\r\n" BODY,
	  HTTP_GOES_ON,
	  false },
	{ "segments of 20",
	  { RULE, .split_every = 20, .status_line = (char *)"x" },
	  "x\r\nContent-Length: 1|0\r\nX: y\r\n\r\n012345678|9",
	  HTTP_GOES_ON,
	  false },
};

/* Whatever the pieces are that the server makes; but chunks are of what it gives. */
START_TEST(responses_are_changed)
{
	const struct http_rule *r = &rows[_i].rule;
	size_t want_len = strlen(rows[_i].want) + r->extra_bytes;

	for (size_t piece = r->framing ? 1000 : 1; piece < 80; piece++) {
		set_up();
		respond(r, true, piece);
		ck_assert_msg(got->len >= want_len && g_str_has_prefix(got->str, rows[_i].want),
			      "%s, in pieces of %zu: %s", rows[_i].what, piece, got->str);
		tear_down();
	}
	set_up();
	respond(r, true, 1000);
	ck_assert_msg(!strncmp(got->str, rows[_i].want, strlen(rows[_i].want)), "%s: %s",
		      rows[_i].what, got->str);
	ck_assert_uint_eq(got->len, want_len);
	ck_assert(http_fault_is_done(f));
	ck_assert_msg(http_fault_then(f) == rows[_i].then, "%s", rows[_i].what);
	ck_assert_msg(http_fault_is_whole(f) == !rows[_i].is_cut, "%s", rows[_i].what);
	ck_assert_uint_eq(http_fault_deadline_ns(f), DEADLINE_NEVER);
	tear_down();
}
END_TEST

START_TEST(no_rule_changes_nothing)
{
	for (size_t piece = 1; piece < 80; piece++) {
		set_up();
		respond(NULL, true, piece);
		ck_assert_str_eq(got->str, HEAD BODY);
		ck_assert(http_fault_is_done(f) && http_fault_is_whole(f));
		ck_assert_int_eq(http_fault_then(f), HTTP_GOES_ON);
		tear_down();
	}
}
END_TEST

START_TEST(the_answer_to_head_has_no_body)
{
	static const struct http_rule chunks = { RULE, .framing = HTTP_BY_CHUNKS,
						 .extra_bytes = 3 };
	static const struct http_rule status = { RULE, .status = 404 };

	set_up();
	respond(&chunks, false, 1000);
	ck_assert_str_eq(got->str, CHUNKED);
	g_string_truncate(got, 0);
	respond(&status, false, 1000);
	ck_assert_str_eq(got->str, "HTTP/1.1 404 Not Found\r\nContent-Length: 14\r\n"
				   "Content-Type: text/plain\r\n\r\n");
	ck_assert(http_fault_is_done(f));
	tear_down();
}
END_TEST

START_TEST(a_stall)
{
	static const struct http_rule r = { AT(NO, NO, 4, NO), .stall_ns = 3 * SECOND };

	set_up();
	respond(&r, true, 1000);
	ck_assert(g_str_has_suffix(got->str, "\r\n\r\n0123"));
	ck_assert_uint_eq(http_fault_deadline_ns(f), 10 * SECOND);
	ck_assert(!http_fault_is_done(f));
	now_ns = 10 * SECOND - 1;
	take();
	ck_assert(g_str_has_suffix(got->str, "0123"));
	now_ns++;
	take();
	ck_assert(g_str_has_suffix(got->str, BODY));
	ck_assert(http_fault_is_done(f) && http_fault_is_whole(f));
	tear_down();
}
END_TEST

START_TEST(a_stall_before_the_body)
{
	static const struct http_rule r = { AT(NO, NO, 0, NO), .stall_ns = SECOND };

	set_up();
	respond(&r, true, 1000);
	ck_assert(g_str_has_suffix(got->str, "\r\n\r\n"));
	now_ns += SECOND;
	take();
	ck_assert(g_str_has_suffix(got->str, BODY));
	tear_down();
}
END_TEST

START_TEST(a_slow_one)
{
	static const struct http_rule r = { RULE, .bytes_per_s = 10 };
	unsigned n_steps = 0;
	uint64_t begin_ns;

	set_up();
	begin_ns = now_ns;
	respond(&r, true, 1000);
	ck_assert_uint_eq(got->len, 0);
	while (!http_fault_is_done(f)) {
		uint64_t due_ns = http_fault_deadline_ns(f);

		ck_assert_uint_lt(n_steps++, 100);
		ck_assert_uint_gt(due_ns, now_ns);
		now_ns = due_ns;
		take();
	}
	ck_assert_uint_eq(got->len, strlen(HEAD BODY));
	ck_assert_uint_eq(now_ns - begin_ns, got->len * SECOND / 10);
	tear_down();
}
END_TEST

START_TEST(a_fast_slow_one)
{
	static const struct http_rule r = { RULE, .bytes_per_s = 4000000000u };

	set_up();
	respond(&r, true, 1000);
	now_ns += 3600 * SECOND;
	take();
	ck_assert(http_fault_is_done(f));
	tear_down();
}
END_TEST

START_TEST(a_head_without_end)
{
	static const struct http_rule r = { RULE, .endless_head = true };

	set_up();
	respond(&r, true, 1000);
	ck_assert_uint_gt(got->len, 1024 * 1024);
	ck_assert_ptr_null(strstr(got->str, "\r\n\r\n"));
	ck_assert(!http_fault_is_done(f) && !http_fault_wants(f));
	tear_down();
}
END_TEST

START_TEST(it_is_bounded)
{
	static uint8_t bytes[16 * 1024];

	set_up();
	http_fault_begin(f, now_ns, NULL, true);
	http_fault_write(f, (const uint8_t *)HEAD, strlen(HEAD));
	ck_assert(http_fault_wants(f));
	http_fault_write(f, bytes, sizeof(bytes));
	ck_assert(!http_fault_wants(f));
	take();
	ck_assert(http_fault_wants(f));
	tear_down();
}
END_TEST

START_TEST(rules_are_found)
{
	struct http_rule all = { RULE, .name = (char *)"all" };
	struct http_rule second = { RULE, .name = (char *)"second", .path = (char *)"k*",
				    .attempt = 2 };
	struct http_rule other = { RULE, .name = (char *)"other", .path = (char *)"a/?" };
	g_autoptr(GPtrArray) rules = g_ptr_array_new();

	ck_assert_ptr_null(http_rule_find(NULL, "k", 1));
	ck_assert_ptr_null(http_rule_find(rules, "k", 1));
	g_ptr_array_add(rules, &second);
	g_ptr_array_add(rules, &other);
	ck_assert_ptr_null(http_rule_find(rules, "kernel", 1));
	ck_assert_ptr_eq(http_rule_find(rules, "kernel", 2), &second);
	ck_assert_ptr_null(http_rule_find(rules, "kernel", 3));
	ck_assert_ptr_eq(http_rule_find(rules, "a/b", 9), &other);
	ck_assert_ptr_null(http_rule_find(rules, "a/bc", 9));
	g_ptr_array_add(rules, &all);
	ck_assert_ptr_eq(http_rule_find(rules, "kernel", 1), &all);
	ck_assert_ptr_eq(http_rule_find(rules, "kernel", 2), &second); /* the first that fits */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http_fault");

	suite_add_rows(s, responses_are_changed, N_ROWS(rows));
	suite_add(s, no_rule_changes_nothing);
	suite_add(s, the_answer_to_head_has_no_body);
	suite_add(s, a_stall);
	suite_add(s, a_stall_before_the_body);
	suite_add(s, a_slow_one);
	suite_add(s, a_fast_slow_one);
	suite_add(s, a_head_without_end);
	suite_add(s, it_is_bounded);
	suite_add(s, rules_are_found);
	return suite_run(s);
}
