/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * harness/judge/judge_http: requests, and what becomes of odd responses
 */
#include <check.h>

#include "tests/support/suite.h"
#include "tests/support/tcp_boot.h"

#define KEPT JUDGE_SAW_KEPT
#define BROKEN JUDGE_SAW_BROKEN
#define NOTHING JUDGE_SAW_NOTHING
#define VALUE JUDGE_SAW_VALUE

static struct boot_script b;

/* Make @text the request of the first connection. */
static void ask(const char *text)
{
	g_autoptr(GString) edit = g_string_new("payload=");

	for (const char *c = text; *c; c++)
		g_string_append_printf(edit, "%02x", (uint8_t)*c);
	boot_edit(&b, TCP_BOOT_REQUEST, edit->str);
}

#define LINE "GET /k HTTP/1.1\r\n"
#define AGENT "User-Agent: x\r\n"
#define HOST "Host: 10.0.2.2\r\n"

static const struct {
	const char *id, *text;
	enum judge_saw saw;
} requests[] = {
	{ "http.req.host", LINE HOST "\r\n", KEPT },
	{ "http.req.host", LINE "hOST:10.0.2.2:80 \r\n\r\n", KEPT },
	{ "http.req.host", LINE "Host: boot.example\r\n\r\n", KEPT },
	{ "http.req.host", LINE AGENT "\r\n", BROKEN },
	{ "http.req.host", LINE HOST HOST "\r\n", BROKEN },
	{ "http.req.host", LINE "Host: 10.0.2.3\r\n\r\n", BROKEN },
	{ "http.req.host", LINE "Host: 10.0.2.2:81\r\n\r\n", BROKEN },
	{ "http.req.host", LINE "Host: boot:x\r\n\r\n", BROKEN },
	{ "http.req.host", LINE "Host:\r\n\r\n", BROKEN },
	{ "http.req.host", LINE AGENT, KEPT }, /* of the other request: this one goes on */
	{ "http.req.user-agent", LINE AGENT "\r\n", KEPT },
	{ "http.req.user-agent", LINE HOST "\r\n", BROKEN },
	{ "http.req.form", LINE HOST "\r\n", KEPT },
	{ "http.req.form", "HEAD /a?b HTTP/1.0\r\n\r\n", KEPT },
	{ "http.req.form", "GET  /k HTTP/1.1\r\n\r\n", BROKEN },
	{ "http.req.form", "GET\t/k HTTP/1.1\r\n\r\n", BROKEN },
	{ "http.req.form", "GET /k k HTTP/1.1\r\n\r\n", BROKEN },
	{ "http.req.form", "GET k HTTP/1.1\r\n\r\n", BROKEN },
	{ "http.req.form", "GET http://10.0.2.2/k HTTP/1.1\r\n\r\n", BROKEN },
	{ "http.req.form", "GET /k#f HTTP/1.1\r\n\r\n", BROKEN },
	{ "http.req.form", "GET /\303\244 HTTP/1.1\r\n\r\n", BROKEN },
	{ "http.req.form", "GET /k\r\n\r\n", BROKEN },
	{ "http.req.form", "GET /k HTTP/1.1\n\r\n", BROKEN },
	{ "http.req.form", LINE "Host: 10.0.2.2\n\r\n", BROKEN },
	{ "http.req.fragment-stripped", LINE HOST "\r\n", KEPT },
	{ "http.req.fragment-stripped", "GET /k#part HTTP/1.1\r\n\r\n", BROKEN },
};

START_TEST(a_request)
{
	tcp_boot_usual(&b);
	ask(requests[_i].text);
	tcp_boot_assert(&b, requests[_i].id, requests[_i].saw, requests[_i].text);
}
END_TEST

START_TEST(no_http)
{
	boot_usual(&b);
	boot_assert(&b, "http.req.host", NOTHING, "TFTP");
	boot_assert(&b, "http.req.form", NOTHING, "TFTP");
	boot_assert(&b, "http.te.chunked", NOTHING, "TFTP");
}
END_TEST

/* What is seen when the same starts, another initrd, nothing, and when it hangs. */
static const struct {
	const char *id;
	enum judge_saw same, other, stopped, hung;
} outcomes[] = {
	{ "http.te.chunked", KEPT, BROKEN, BROKEN, BROKEN },
	{ "http.len.extra-bytes", KEPT, BROKEN, BROKEN, BROKEN },
	{ "http.conn.close-token", KEPT, BROKEN, BROKEN, BROKEN },
	{ "http.len.truncated", BROKEN, BROKEN, KEPT, BROKEN },
	{ "http.len.conflict", BROKEN, BROKEN, KEPT, BROKEN },
	{ "http.redirect.loop", BROKEN, BROKEN, KEPT, BROKEN },
	{ "http.te.and-length", KEPT, BROKEN, KEPT, BROKEN },
	{ "http.conn.idle-stall", KEPT, BROKEN, KEPT, BROKEN },
	{ "http.conn.slow-header", KEPT, BROKEN, KEPT, BROKEN },
	{ "http.field.bare-lf", VALUE, VALUE, VALUE, VALUE },
};

static void odd(void)
{
	tcp_boot_usual(&b);
	b.event = "http.response";
	b.event_at = TCP_BOOT_DATA_1;
}

START_TEST(an_odd_response)
{
	const char *id = outcomes[_i].id;

	tcp_boot_usual(&b);
	tcp_boot_assert(&b, id, NOTHING, "none is odd");
	odd();
	tcp_boot_assert(&b, id, outcomes[_i].same, "the same payload");
	b.payload = "@iplab payload kind=probe initrd_len=99 initrd_crc32=01020304 "
		    "self_crc32=0a0b0c0d";
	tcp_boot_assert(&b, id, outcomes[_i].other, "another initrd");
	b.payload = NULL;
	b.ending = "gave-up";
	tcp_boot_assert(&b, id, outcomes[_i].stopped, "it stops");
	b.ending = "hang";
	tcp_boot_assert(&b, id, outcomes[_i].hung, "it hangs");
}
END_TEST

START_TEST(a_stall)
{
	odd();
	b.frames[b.n - 1].t_ns += 600000 * BOOT_MS;
	tcp_boot_assert(&b, "http.conn.idle-stall", BROKEN, "it waits for ten minutes");
}
END_TEST

START_TEST(an_error)
{
	tcp_boot_usual(&b);
	tcp_boot_assert(&b, "http.status.404", BROKEN, "its body is started");
	b.payload = NULL;
	b.ending = "gave-up";
	tcp_boot_assert(&b, "http.status.404", KEPT, "it stops");
}
END_TEST

START_TEST(one_connection_for_all)
{
	odd();
	b.n = TCP_BOOT_SECOND;
	tcp_boot_assert(&b, "http.conn.close-token", NOTHING, "there was no second file");
}
END_TEST

START_TEST(no_fin)
{
	tcp_boot_usual(&b);
	b.event = "impair.rewrite";
	b.event_name = "tcp.data";
	b.event_at = TCP_BOOT_DATA_1;
	tcp_boot_assert(&b, "http.len.exact", NOTHING, "a FIN came");
	boot_edit(&b, TCP_BOOT_DATA_3, "udp+13=18");
	boot_edit(&b, TCP_BOOT_SECOND + TCP_BOOT_DATA_3, "udp+13=18");
	tcp_boot_assert(&b, "http.len.exact", KEPT, "it goes on");
	b.frames[b.n - 1].t_ns += 2000 * BOOT_MS;
	tcp_boot_assert(&b, "http.len.exact", BROKEN, "it goes on later");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("judge_http");

	suite_add_rows(s, a_request, N_ROWS(requests));
	suite_add(s, no_http);
	suite_add_rows(s, an_odd_response, N_ROWS(outcomes));
	suite_add(s, a_stall);
	suite_add(s, an_error);
	suite_add(s, one_connection_for_all);
	suite_add(s, no_fin);
	return suite_run(s);
}
