/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/http: files over HTTP, through the whole builtin server, frame by frame
 *
 * The guest is a small TCP of the test's own: it takes what is in order, acknowledges every segment
 * at once, and repeats nothing, since nothing of what it sends is lost.
 */
#include "server/http.h"

#include <check.h>

#include "server/server.h"
#include "server/wire/frame.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/wire_frame.h"

enum {
	SERVER = 0x0a000202,
	GUEST = 0x0a00020f,
	BIG = 300000,
	N_CONNS = 4,
};

#define SECOND UINT64_C(1000000000)
#define OCTETS "Content-Type: application/octet-stream\r\n"

static const struct mac server_mac = { { 0x52, 0x55, 0x0a, 0, 2, 2 } };

struct conn {
	uint16_t port;
	uint32_t snd_nxt, rcv_nxt;
	uint16_t window;
	bool deaf; /* what comes is lost on it */
	bool is_open, fin, rst;
	GString *got;
	size_t last_len; /* of the last segment that came */
};

static char *dir;
static Journal *journal;
static Server *server;
static struct http_config config;
static GPtrArray *rules;
static GQueue frames;  /* of GBytes: from the server, not yet there */
static GChecksum *sum; /* over all of them, with their times */
static GString *told;
static struct conn conns[N_CONNS];
static uint64_t now_ns;
static unsigned n_data, lose_every; /* one of so many data segments is lost */

/* --- the guest ---------------------------------------------------------------------------------
 */

static void on_send(void *self, const uint8_t *frame, size_t len)
{
	(void)self;
	g_checksum_update(sum, (const uint8_t *)&now_ns, sizeof(now_ns));
	g_checksum_update(sum, frame, (gssize)len);
	g_queue_push_tail(&frames, g_bytes_new(frame, len));
}

static void on_transfer(void *self, enum http_transfer what, const char *file, uint64_t bytes)
{
	(void)self;
	if (what == HTTP_ASKED)
		g_string_append_printf(told, "?%s ", file);
	else if (what == HTTP_STARTED)
		g_string_append_printf(told, "+%s ", file);
	else
		g_string_append_printf(told, "%s=%" G_GUINT64_FORMAT " ", file, bytes);
}

static void send_segment(struct conn *c, uint8_t flags, const char *data, size_t len)
{
	struct ipv4_hdr ip = { .src = GUEST, .dst = SERVER, .ttl = 64, .proto = IP_PROTO_TCP };
	struct tcp_hdr h = {
		.sport = c->port,
		.dport = 80,
		.seq = c->snd_nxt,
		.ack = c->rcv_nxt,
		.flags = flags,
		.window = c->window,
		.mss = flags & TCP_SYN ? 1460 : 0,
	};
	uint8_t segment[1500];
	struct wr w = WR_INIT(segment, sizeof(segment));
	struct wire_frame f;

	tcp_encode(&w, &h, &ip, (const uint8_t *)data, len);
	wire_ip(&f, &ip, segment, sizeof(segment) - w.left);
	memcpy(f.buf, server_mac.b, ETH_ALEN);
	c->snd_nxt += (uint32_t)len + !!(flags & TCP_SYN) + !!(flags & TCP_FIN);
	server_input(server, now_ns, f.buf, f.len);
}

static void take_data(struct conn *c, const struct frame *f)
{
	c->last_len = f->payload.len;
	if (f->tcp.seq == c->rcv_nxt) {
		g_string_append_len(c->got, (const char *)f->payload.p, (gssize)f->payload.len);
		c->rcv_nxt += (uint32_t)f->payload.len;
		if (f->tcp.flags & TCP_FIN) {
			c->rcv_nxt++;
			c->fin = true;
		}
	}
	if (f->payload.len || f->tcp.flags & TCP_FIN)
		send_segment(c, TCP_ACK, "", 0);
}

static void take_frame(const uint8_t *p, size_t len)
{
	static struct frame f;
	struct frame_flows flows = { 0 };
	struct conn *c;

	frame_decode(&f, &flows, p, len);
	ck_assert_msg(g_str_has_prefix(frame_kind_name(f.kind), "tcp."), "%s",
		      frame_kind_name(f.kind));
	ck_assert(f.tcp.checksum_ok && f.ip.checksum_ok);
	ck_assert(mac_equal(&f.eth.dst, &wire_guest_mac));
	c = &conns[f.tcp.dport - conns[0].port];
	if (c->deaf || (f.payload.len && lose_every && ++n_data % lose_every == 0))
		return;
	ck_assert(!(f.tcp.flags & TCP_ACK) || (int32_t)(c->snd_nxt - f.tcp.ack) >= 0);
	if (f.tcp.flags & TCP_RST) {
		c->rst = true;
	} else if (f.tcp.flags & TCP_SYN) {
		c->rcv_nxt = f.tcp.seq + 1;
		c->is_open = true;
		send_segment(c, TCP_ACK, "", 0);
	} else {
		take_data(c, &f);
	}
}

/* Until nothing more is under way. */
static void settle(void)
{
	while (frames.length) {
		g_autoptr(GBytes) frame = g_queue_pop_head(&frames);

		take_frame(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
	}
}

/* So long, with all that is due meanwhile. */
static void wait_ns(uint64_t ns)
{
	uint64_t until_ns = now_ns + ns, due_ns;

	settle();
	while ((due_ns = server_deadline_ns(server)) <= until_ns) {
		ck_assert_uint_ge(due_ns, now_ns);
		now_ns = due_ns;
		server_step(server, now_ns);
		ck_assert_uint_gt(server_deadline_ns(server), now_ns);
		settle();
	}
	now_ns = until_ns;
}

static struct conn *open_conn(unsigned i)
{
	struct conn *c = &conns[i];

	send_segment(c, TCP_SYN, "", 0);
	settle();
	ck_assert(c->is_open);
	return c;
}

static void say(struct conn *c, const char *text)
{
	send_segment(c, TCP_ACK | TCP_PSH, text, strlen(text));
}

/* --- the lab -----------------------------------------------------------------------------------
 */

static void set_up(void)
{
	dir = temp_folder_new();
	temp_file(dir, "kernel.img", 700);
	temp_file(dir, "big", BIG);
	temp_file(dir, "empty", 0);
	temp_file(dir, "a/b c", 5);
	config = http_config_default;
	rules = g_ptr_array_new();
	config.rules = rules;
	told = g_string_new(NULL);
	now_ns = SECOND;
	n_data = lose_every = 0;
	g_queue_init(&frames);
	for (unsigned i = 0; i < N_CONNS; i++)
		conns[i] = (struct conn){
			.port = (uint16_t)(40000 + i),
			.snd_nxt = 0xfffffff0 + i,
			.window = 65535,
			.got = g_string_new(NULL),
		};
}

static void start(void)
{
	struct server_ops ops = { .send = on_send, .transfer = on_transfer };
	struct server_config cfg = {
		.kind = SERVER_BUILTIN,
		.root = dir,
		.net = { .mac = server_mac,
			 .server = SERVER,
			 .netmask = 0xffffff00,
			 .guest = GUEST },
		.tftp = tftp_config_default,
		.http = config,
	};

	journal = journal_new(NULL);
	sum = g_checksum_new(G_CHECKSUM_SHA256);
	server = server_new(&cfg, &ops, journal, NULL);
	ck_assert_ptr_nonnull(server);
}

static void lab(void)
{
	set_up();
	start();
}

static void lab_with(const struct http_rule *rule)
{
	set_up();
	g_ptr_array_add(rules, (gpointer)rule);
	start();
}

static void lab_fini(void)
{
	server_free(server);
	journal_free(journal);
	g_checksum_free(sum);
	g_queue_clear_full(&frames, (GDestroyNotify)g_bytes_unref);
	for (unsigned i = 0; i < N_CONNS; i++)
		g_string_free(conns[i].got, TRUE);
	g_string_free(told, TRUE);
	g_ptr_array_unref(rules);
	temp_folder_remove(dir);
}

/* The head of the next response, which is taken away with its body of @len bytes of a file. */
static void expect_file(struct conn *c, const char *head, size_t from, size_t len)
{
	size_t skip = strlen(head);

	ck_assert_msg(g_str_has_prefix(c->got->str, head), "%.300s", c->got->str);
	ck_assert_uint_ge(c->got->len, skip + len);
	for (size_t i = 0; i < len; i++)
		if ((uint8_t)c->got->str[skip + i] != temp_file_byte(from + i))
			ck_abort_msg("byte %zu", i);
	g_string_erase(c->got, 0, (gssize)(skip + len));
}

static void expect_text(struct conn *c, const char *want)
{
	ck_assert_str_eq(c->got->str, want);
	g_string_truncate(c->got, 0);
}

static void expect_told(const char *want)
{
	ck_assert_str_eq(told->str, want);
	g_string_truncate(told, 0);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: 10.0.2.2\r\n\r\n"
#define GET_(path, field) "GET " path " HTTP/1.1\r\nHost: 10.0.2.2\r\n" field "\r\n\r\n"
#define OK(n) "HTTP/1.1 200 OK\r\nContent-Length: " n "\r\n" OCTETS "Accept-Ranges: bytes\r\n\r\n"
#define OK_LAST(n)                                                                                 \
	"HTTP/1.1 200 OK\r\nContent-Length: " n "\r\n" OCTETS "Accept-Ranges: bytes\r\n"           \
	"Connection: close\r\n\r\n"

/* --- tests -------------------------------------------------------------------------------------
 */

START_TEST(a_file_is_served)
{
	struct conn *c;

	lab();
	c = open_conn(0);
	say(c, GET("/kernel.img"));
	settle();
	expect_file(c, OK("700"), 0, 700);
	expect_text(c, "");
	ck_assert(!c->fin && !c->rst);
	expect_told("?kernel.img +kernel.img kernel.img=700 ");
	assert_journalled(journal, 1, "http.request",
			  "\"method\":\"GET\",\"target\":\"/kernel.img\"");
	assert_journalled(journal, 1, "http.response", "\"status\":200,\"bytes\":700");
	lab_fini();
}
END_TEST

START_TEST(a_connection_is_kept)
{
	struct conn *c;

	lab();
	c = open_conn(0);
	for (unsigned i = 0; i < 3; i++) {
		say(c, GET("/kernel.img"));
		settle();
		expect_file(c, OK("700"), 0, 700);
		wait_ns(100 * SECOND);
	}
	say(c, GET_("/empty", "Connection: close"));
	settle();
	expect_text(c, OK_LAST("0"));
	ck_assert(c->fin);
	send_segment(c, TCP_ACK | TCP_FIN, "", 0);
	settle();
	assert_journalled(journal, 1, "tcp.close", "\"reason\":\"closed\"");
	wait_ns(100 * SECOND);
	ck_assert_uint_eq(server_deadline_ns(server), DEADLINE_NEVER);
	lab_fini();
}
END_TEST

START_TEST(requests_come_in_any_pieces)
{
	static const char two[] = GET("/kernel.img") "\r\n" GET("/a/b%20c");
	struct conn *c;

	lab();
	c = open_conn(0);
	say(c, two); /* both at once */
	settle();
	expect_file(c, OK("700"), 0, 700);
	expect_file(c, OK("5"), 0, 5);
	for (size_t i = 0; i < strlen(two); i++) /* byte by byte */
		send_segment(c, TCP_ACK, two + i, 1);
	settle();
	expect_file(c, OK("700"), 0, 700);
	expect_file(c, OK("5"), 0, 5);
	expect_text(c, "");
	lab_fini();
}
END_TEST

#define TEXT(status, len, more)                                                                    \
	"HTTP/1.1 " status "\r\nContent-Length: " len "\r\nContent-Type: text/plain\r\n" more      \
	"\r\n" status "\n"
#define CLOSE "Connection: close\r\n"

static const struct {
	const char *what, *request, *want;
	bool closes;
} text_rows[] = {
	{ "an empty file", GET("/empty"), OK("0"), false },
	{ "only the head", "HEAD /big HTTP/1.1\r\nHost: x\r\n\r\n", OK("300000"), false },
	{ "only the head of a part", "HEAD /big HTTP/1.1\r\nHost: x\r\nRange: bytes=0-5\r\n\r\n",
	  OK("300000"), false },
	{ "no such file", GET("/nothing"), TEXT("404 Not Found", "14", ""), false },
	{ "only the head of none", "HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
	  "HTTP/1.1 404 Not Found\r\nContent-Length: 14\r\nContent-Type: text/plain\r\n\r\n",
	  false },
	{ "a folder", GET("/a"), TEXT("403 Forbidden", "14", ""), false },
	{ "a folder with a slash", GET("/a/"), TEXT("403 Forbidden", "14", ""), false },
	{ "the root", GET("/"), TEXT("403 Forbidden", "14", ""), false },
	{ "a file for a folder", GET("/kernel.img/"), TEXT("404 Not Found", "14", ""), false },
	{ "a way out", GET("/../../../../etc/passwd"), TEXT("403 Forbidden", "14", ""), false },
	{ "an encoded way out", GET("/%2e%2e/%2e%2e/%2e%2e/etc/passwd"),
	  TEXT("403 Forbidden", "14", ""), false },
	{ "an absolute name", GET("//etc/passwd"), TEXT("403 Forbidden", "14", ""), false },
	{ "a NUL in the name", GET("/kernel.img%00"), TEXT("403 Forbidden", "14", ""), false },
	{ "a part behind the end", GET_("/kernel.img", "Range: bytes=700-"),
	  TEXT("416 Range Not Satisfiable", "26", "Content-Range: bytes */700\r\n"), false },
	{ "the last 0 bytes", GET_("/kernel.img", "Range: bytes=-0"),
	  TEXT("416 Range Not Satisfiable", "26", "Content-Range: bytes */700\r\n"), false },
	{ "a part of nothing", GET_("/empty", "Range: bytes=-5"),
	  TEXT("416 Range Not Satisfiable", "26", "Content-Range: bytes */0\r\n"), false },
	{ "no host", "GET /kernel.img HTTP/1.1\r\n\r\n", TEXT("400 Bad Request", "16", ""), false },
	{ "another method", "DELETE /kernel.img HTTP/1.1\r\nHost: x\r\n\r\n",
	  TEXT("405 Method Not Allowed", "23", "Allow: GET, HEAD\r\n"), false },
	{ "a body", "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na=b",
	  TEXT("405 Method Not Allowed", "23", "Allow: GET, HEAD\r\n" CLOSE), true },
	{ "no request", "hello\r\n\r\n", TEXT("400 Bad Request", "16", CLOSE), true },
	{ "an old client", "GET /empty HTTP/1.0\r\n\r\n", OK_LAST("0"), true },
};

START_TEST(other_answers)
{
	struct conn *c;

	lab();
	c = open_conn(0);
	say(c, text_rows[_i].request);
	settle();
	ck_assert_msg(!strcmp(c->got->str, text_rows[_i].want), "%s: %s", text_rows[_i].what,
		      c->got->str);
	ck_assert_msg(c->fin == text_rows[_i].closes, "%s", text_rows[_i].what);
	g_string_truncate(c->got, 0);
	if (!c->fin) {
		say(c, GET("/kernel.img")); /* and it goes on */
		settle();
		expect_file(c, OK("700"), 0, 700);
	}
	lab_fini();
}
END_TEST

#define PART(n, range)                                                                             \
	"HTTP/1.1 206 Partial Content\r\nContent-Length: " n "\r\n" OCTETS                         \
	"Accept-Ranges: bytes\r\nContent-Range: bytes " range "/700\r\n\r\n"

static const struct {
	const char *what, *field, *head;
	size_t from, len;
	const char *told;
} range_rows[] = {
	{ "from the middle", "Range: bytes=10-19", PART("10", "10-19"), 10, 10,
	  "?kernel.img +kernel.img " },
	{ "one byte", "Range: bytes=0-0", PART("1", "0-0"), 0, 1, "?kernel.img +kernel.img " },
	{ "the rest", "Range: bytes=650-", PART("50", "650-699"), 650, 50,
	  "?kernel.img +kernel.img kernel.img=50 " },
	{ "more than there is", "Range: bytes=690-9999", PART("10", "690-699"), 690, 10,
	  "?kernel.img +kernel.img kernel.img=10 " },
	{ "the end", "Range: bytes=-3", PART("3", "697-699"), 697, 3,
	  "?kernel.img +kernel.img kernel.img=3 " },
	{ "an end that is all", "Range: bytes=-701", PART("700", "0-699"), 0, 700,
	  "?kernel.img +kernel.img kernel.img=700 " },
	{ "a condition", "Range: bytes=10-19\r\nIf-Range: \"x\"", OK("700"), 0, 700,
	  "?kernel.img +kernel.img kernel.img=700 " },
	{ "several parts", "Range: bytes=0-1,5-6", OK("700"), 0, 700,
	  "?kernel.img +kernel.img kernel.img=700 " },
};

START_TEST(parts_of_a_file)
{
	g_autofree char *request = g_strdup_printf(
		"GET /kernel.img HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n", range_rows[_i].field);
	struct conn *c;

	lab();
	c = open_conn(0);
	say(c, request);
	settle();
	expect_file(c, range_rows[_i].head, range_rows[_i].from, range_rows[_i].len);
	expect_text(c, "");
	expect_told(range_rows[_i].told);
	lab_fini();
}
END_TEST

START_TEST(a_long_head_is_refused)
{
	g_autofree char *much = g_strnfill(1000, 'a');
	struct conn *c;

	lab();
	c = open_conn(0);
	say(c, "GET /kernel.img HTTP/1.1\r\nX: ");
	for (unsigned i = 0; i < 8; i++) {
		ck_assert(!c->fin);
		say(c, much);
		settle();
	}
	say(c, much);
	settle();
	expect_text(c, TEXT("431 Request Header Fields Too Large", "36", CLOSE));
	ck_assert(c->fin);
	assert_journalled(journal, 1, "http.malformed", "");
	lab_fini();
}
END_TEST

START_TEST(a_large_file)
{
	struct conn *c;

	lab();
	c = open_conn(0);
	say(c, GET("/big"));
	settle();
	expect_file(c, OK("300000"), 0, BIG);
	expect_told("?big +big big=300000 ");
	lab_fini();
}
END_TEST

/* Nobody's window is filled with more than it takes, and the server keeps no more. */
START_TEST(a_guest_that_reads_slowly)
{
	size_t n = 0;
	struct conn *c;

	lab();
	c = open_conn(0);
	c->window = 0;
	say(c, GET("/big"));
	settle();
	ck_assert_uint_eq(c->got->len, 0);
	wait_ns(60 * SECOND); /* it is asked now and then, with a byte */
	ck_assert_uint_le(c->got->len, 60);
	while (c->got->len < BIG) {
		ck_assert_uint_lt(n++, 1000);
		c->window = 3000;
		send_segment(c, TCP_ACK, "", 0);
		c->window = 0;
		settle();
		now_ns += SECOND / 1000;
	}
	c->window = 3000;
	send_segment(c, TCP_ACK, "", 0);
	settle();
	expect_file(c, OK("300000"), 0, BIG);
	lab_fini();
}
END_TEST

START_TEST(a_guest_that_does_not_answer)
{
	struct conn *c;

	lab();
	c = open_conn(0);
	c->deaf = true;
	say(c, GET("/big"));
	settle();
	wait_ns(1000 * SECOND);
	assert_journalled(journal, 1, "tcp.close", "unanswered");
	ck_assert_uint_eq(server_deadline_ns(server), DEADLINE_NEVER);
	expect_told("?big ");
	lab_fini();
}
END_TEST

START_TEST(many_at_once)
{
	static const char *const requests[] = { GET("/big"), GET("/kernel.img"), GET("/nothing"),
						GET("/big") };

	lab();
	for (unsigned i = 0; i < N_CONNS; i++)
		open_conn(i);
	for (unsigned i = 0; i < N_CONNS; i++)
		say(&conns[i], requests[i]);
	settle();
	expect_file(&conns[0], OK("300000"), 0, BIG);
	expect_file(&conns[1], OK("700"), 0, 700);
	expect_text(&conns[2], TEXT("404 Not Found", "14", ""));
	expect_file(&conns[3], OK("300000"), 0, BIG);
	lab_fini();
}
END_TEST

START_TEST(a_guest_that_only_asks)
{
	struct conn *c;

	lab();
	c = open_conn(0);
	send_segment(c, TCP_ACK | TCP_FIN, GET("/big"), strlen(GET("/big")));
	settle();
	expect_file(c, OK("300000"), 0, BIG);
	ck_assert(c->fin);
	lab_fini();
}
END_TEST

START_TEST(a_guest_that_goes_away)
{
	struct conn *c;

	lab();
	c = open_conn(0);
	c->window = 5000;
	c->deaf = true;
	say(c, GET("/big"));
	settle();
	send_segment(c, TCP_RST, "", 0);
	settle();
	assert_journalled(journal, 1, "tcp.close", "reset");
	ck_assert_uint_eq(server_deadline_ns(server), DEADLINE_NEVER);
	c = open_conn(1); /* and the server is there for others */
	say(c, GET("/kernel.img"));
	settle();
	expect_file(c, OK("700"), 0, 700);
	lab_fini();
}
END_TEST

START_TEST(a_file_that_shrinks)
{
	g_autofree char *path = NULL;
	struct conn *c;

	lab();
	path = g_build_filename(dir, "big", NULL);
	c = open_conn(0);
	c->window = 5000;
	c->deaf = true;
	say(c, GET("/big"));
	settle();
	ck_assert_int_eq(truncate(path, 1000), 0);
	c->deaf = false;
	c->window = 65535;
	wait_ns(100 * SECOND);
	ck_assert(c->rst);
	ck_assert_uint_lt(c->got->len, BIG);
	assert_journalled(journal, 1, "http.broken", "");
	assert_journalled(journal, 1, "tcp.close", "aborted");
	lab_fini();
}
END_TEST

/* One of so many segments is lost, and every byte arrives. */
static void load_with_loss(unsigned every, char **frames_sum)
{
	struct conn *c;

	lab();
	c = open_conn(0);
	lose_every = every;
	say(c, GET("/big"));
	wait_ns(3600 * SECOND);
	expect_file(c, OK("300000"), 0, BIG);
	expect_told("?big +big big=300000 ");
	*frames_sum = g_strdup(g_checksum_get_string(sum));
	lab_fini();
}

START_TEST(what_is_lost_comes_again)
{
	static const unsigned every[] = { 2, 3, 5, 7, 20, 50 };
	g_autofree char *one = NULL, *two = NULL;

	load_with_loss(every[_i], &one);
	load_with_loss(every[_i], &two);
	ck_assert_str_eq(one, two); /* every frame, and its time */
}
END_TEST

START_TEST(nobody_connects_to_everybody)
{
	struct ipv4_hdr ip = { .src = GUEST, .dst = 0x0a0002ff, .ttl = 64, .proto = IP_PROTO_TCP };
	struct tcp_hdr h = { .sport = 40000, .dport = 80, .flags = TCP_SYN };
	uint8_t segment[TCP_HLEN_MIN];
	struct wr w = WR_INIT(segment, sizeof(segment));
	struct wire_frame f;

	lab();
	tcp_encode(&w, &h, &ip, NULL, 0);
	wire_ip(&f, &ip, segment, sizeof(segment));
	server_input(server, now_ns, f.buf, f.len);
	ck_assert_uint_eq(frames.length, 0);
	assert_journalled(journal, 1, "host.drop", "ipv4-protocol");
	lab_fini();
}
END_TEST

START_TEST(no_server_no_port)
{
	struct conn *c = &conns[0];

	set_up();
	config.enabled = false;
	start();
	send_segment(c, TCP_SYN, "", 0);
	settle();
	ck_assert(c->rst && !c->is_open);
	lab_fini();
}
END_TEST

/* --- on purpose --------------------------------------------------------------------------------
 */

static struct http_rule rule_of(const char *path)
{
	struct http_rule r = http_rule_default;

	r.name = (char *)"on-purpose";
	r.path = (char *)path;
	return r;
}

/* It does not fit into what is held for a connection. */
START_TEST(a_file_behind_a_long_head_is_told)
{
	struct http_rule r = rule_of("*");
	struct conn *c;

	r.field_bytes = 65536;
	lab_with(&r);
	c = open_conn(0);
	say(c, GET("/kernel.img"));
	settle();
	expect_told("?kernel.img +kernel.img kernel.img=700 ");
	lab_fini();
}
END_TEST

START_TEST(the_first_request_is_refused)
{
	struct http_rule r = rule_of("kernel.*");
	struct conn *c;

	r.attempt = 1;
	r.status = 503;
	lab_with(&r);
	c = open_conn(0);
	say(c, GET("/kernel.img"));
	settle();
	expect_text(c, TEXT("503 Service Unavailable", "24", ""));
	expect_told("?kernel.img ");
	assert_journalled(journal, 1, "http.response", "\"fault\":\"on-purpose\"");
	say(c, GET("/kernel.img"));
	settle();
	expect_file(c, OK("700"), 0, 700);
	expect_told("?kernel.img +kernel.img kernel.img=700 ");
	assert_journalled(journal, 1, "http.request", "\"attempt\":2");
	lab_fini();
}
END_TEST

static const struct {
	const char *etag, *if_range, *status;
} etag_rows[] = {
	{ "\"v1\"", "\"v1\"", "206" },
	{ "\"v1\"", "\"v10\"", "200" },
	{ "\"v1\"", "\"v2\"", "200" },
	{ "\"v1\"", "\"v1", "200" },
	{ "\"v1\"", "", "200" },
	{ "W/\"v1\"", "W/\"v1\"", "200" }, /* RFC 9110 13.1.5: weak ones say too little */
};

START_TEST(a_part_on_condition_of_its_entity_tag)
{
	struct http_rule r = rule_of("*");
	g_autofree char *request = g_strdup_printf("GET /kernel.img HTTP/1.1\r\nHost: x\r\n"
						   "Range: bytes=10-19\r\nIf-Range: %s\r\n\r\n",
						   etag_rows[_i].if_range);
	g_autofree char *field = g_strdup_printf("\r\nETag: %s\r\n\r\n", etag_rows[_i].etag);
	struct conn *c;

	r.etag = (char *)etag_rows[_i].etag;
	lab_with(&r);
	c = open_conn(0);
	say(c, request);
	settle();
	ck_assert_msg(g_str_has_prefix(c->got->str + strlen("HTTP/1.1 "), etag_rows[_i].status),
		      "%s: %.200s", etag_rows[_i].if_range, c->got->str);
	ck_assert(strstr(c->got->str, field) != NULL);
	g_string_truncate(c->got, 0);
	lab_fini();
}
END_TEST

START_TEST(a_body_that_ends_early)
{
	struct http_rule r = rule_of("*");
	struct conn *c;

	r.truncate_at = 1000;
	lab_with(&r);
	c = open_conn(0);
	say(c, GET("/big"));
	settle();
	expect_file(c, OK("300000"), 0, 1000);
	expect_text(c, "");
	ck_assert(c->fin && !c->rst);
	expect_told("?big +big ");
	lab_fini();
}
END_TEST

START_TEST(a_reset_and_a_resumption)
{
	struct http_rule r = rule_of("big");
	struct conn *c;

	r.attempt = 1;
	r.reset_at = 1000;
	lab_with(&r);
	c = open_conn(0);
	say(c, GET("/big"));
	settle();
	expect_file(c, OK("300000"), 0, 1000); /* all before it has arrived */
	expect_text(c, "");
	ck_assert(c->rst && !c->fin);
	assert_journalled(journal, 1, "tcp.close", "aborted");
	c = open_conn(1);
	say(c, GET_("/big", "Range: bytes=1000-"));
	settle();
	expect_file(c,
		    "HTTP/1.1 206 Partial Content\r\nContent-Length: 299000\r\n" OCTETS
		    "Accept-Ranges: bytes\r\nContent-Range: bytes 1000-299999/300000\r\n\r\n",
		    1000, BIG - 1000);
	expect_told("?big +big ?big +big big=299000 ");
	lab_fini();
}
END_TEST

START_TEST(a_slow_file)
{
	struct http_rule r = rule_of("*");
	struct conn *c;

	r.bytes_per_s = 100;
	lab_with(&r);
	c = open_conn(0);
	say(c, GET("/kernel.img"));
	wait_ns(4 * SECOND);
	ck_assert_uint_eq(c->got->len, 400);
	wait_ns(10 * SECOND);
	expect_file(c, OK("700"), 0, 700);
	lab_fini();
}
END_TEST

START_TEST(a_file_in_segments_of_one_byte)
{
	struct http_rule r = rule_of("*");
	struct conn *c;

	r.split_every = 1;
	lab_with(&r);
	c = open_conn(0);
	say(c, GET("/kernel.img"));
	settle();
	ck_assert_uint_eq(c->last_len, 1);
	expect_file(c, OK("700"), 0, 700);
	lab_fini();
}
END_TEST

START_TEST(a_stalled_guest_is_no_busy_loop)
{
	struct http_rule r = rule_of("*");
	struct conn *c;

	r.bytes_per_s = 1000000;
	lab_with(&r);
	c = open_conn(0);
	c->window = 100;
	c->deaf = true;
	say(c, GET("/big"));
	wait_ns(SECOND / 2); /* asserts that deadlines move on */
	send_segment(c, TCP_RST, "", 0);
	wait_ns(SECOND);
	ck_assert_uint_eq(server_deadline_ns(server), DEADLINE_NEVER);
	lab_fini();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http");

	suite_add(s, a_file_is_served);
	suite_add(s, a_connection_is_kept);
	suite_add(s, requests_come_in_any_pieces);
	suite_add_rows(s, other_answers, N_ROWS(text_rows));
	suite_add_rows(s, parts_of_a_file, N_ROWS(range_rows));
	suite_add(s, a_long_head_is_refused);
	suite_add(s, a_large_file);
	suite_add(s, a_guest_that_reads_slowly);
	suite_add(s, a_guest_that_does_not_answer);
	suite_add(s, many_at_once);
	suite_add(s, a_guest_that_only_asks);
	suite_add(s, a_guest_that_goes_away);
	suite_add(s, a_file_that_shrinks);
	suite_add_rows(s, what_is_lost_comes_again, 6);
	suite_add(s, nobody_connects_to_everybody);
	suite_add(s, no_server_no_port);
	suite_add(s, a_file_behind_a_long_head_is_told);
	suite_add(s, the_first_request_is_refused);
	suite_add_rows(s, a_part_on_condition_of_its_entity_tag, N_ROWS(etag_rows));
	suite_add(s, a_body_that_ends_early);
	suite_add(s, a_reset_and_a_resumption);
	suite_add(s, a_slow_file);
	suite_add(s, a_file_in_segments_of_one_byte);
	suite_add(s, a_stalled_guest_is_no_busy_loop);
	return suite_run(s);
}
