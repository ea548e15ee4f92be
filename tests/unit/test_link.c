/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * server/link: the cable between one network card and its server
 */
#define _GNU_SOURCE /* memmem() */
#include "server/link.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/datagram.h"
#include "tests/support/journal_says.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/wire_frame.h"

enum {
	N_BURST = 200,
	FRAME_LEN = 1514,
	ETH_TYPE_MARKED = 0x88b5, /* IEEE 802: for local experiments */
};

struct lab {
	int qemu; /* the other end */
	char *dir, *path;
	Journal *journal;
	Capture *capture;
	Link *link;
	GString *said; /* "delivered NNN", "seen to KIND", "seen from KIND" */
};

static void on_deliver(void *self, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	struct lab *lab = self;

	(void)frame;
	g_string_append_printf(lab->said, "delivered %zu@%u ", len, (unsigned)now_ns);
}

static void on_seen(void *self, uint64_t now_ns, enum packet_dir dir, const struct frame *f)
{
	struct lab *lab = self;

	g_string_append_printf(lab->said, "%s %s@%u ", dir == PACKET_TO_GUEST ? "to" : "from",
			       frame_kind_name(f->kind), (unsigned)now_ns);
}

/* A cable with this network; NULL: with none. */
static void lab_init_impaired(struct lab *lab, bool has_server, const struct impair_config *cfg)
{
	struct link_ops ops = { has_server ? on_deliver : NULL, on_seen, lab };
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), 0);
	ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
	lab->qemu = fds[1];
	lab->dir = temp_folder_new();
	lab->path = g_build_filename(lab->dir, "c.pcapng", NULL);
	lab->journal = journal_new(NULL);
	lab->capture = capture_new(lab->path, NULL);
	lab->said = g_string_new(NULL);
	lab->link =
		link_new(fds[0], "nic0", &ops, cfg ? impair_new(cfg, 1, lab->journal, NULL) : NULL,
			 lab->journal, lab->capture);
}

static void lab_init(struct lab *lab, bool has_server)
{
	lab_init_impaired(lab, has_server, NULL);
}

static void lab_fini(struct lab *lab)
{
	link_free(lab->link);
	capture_free(lab->capture);
	journal_free(lab->journal);
	if (lab->qemu >= 0)
		close(lab->qemu);
	g_string_free(lab->said, TRUE);
	g_free(lab->path);
	temp_folder_remove(lab->dir);
}

static void expect_said(struct lab *lab, const char *want)
{
	ck_assert_str_eq(lab->said->str, want);
	g_string_truncate(lab->said, 0);
}

/* How often @text is in the capture file, which is closed with this. */
static unsigned n_captured(struct lab *lab, const char *text)
{
	g_autofree char *bytes = NULL;
	const char *p;
	unsigned n = 0;
	size_t len;

	ck_assert_int_eq(capture_close(lab->capture), 0);
	ck_assert(g_file_get_contents(lab->path, &bytes, &len, NULL));
	for (p = bytes; (p = memmem(p, len - (size_t)(p - bytes), text, strlen(text))); p++)
		n++;
	return n;
}

START_TEST(a_frame_of_the_guest)
{
	struct lab lab;
	struct wire_frame f;

	lab_init(&lab, true);
	wire_eth(&f, ETH_TYPE_MARKED, "marked", 6);
	ck_assert_int_eq(link_recv(lab.link, 5), LINK_E_EMPTY);
	ck_assert_int_eq(send(lab.qemu, f.buf, f.len, 0), (ssize_t)f.len);
	ck_assert_int_eq(link_recv(lab.link, 7), 0);
	expect_said(&lab, "from ethernet.other@7 delivered 20@7 ");
	ck_assert_int_eq(link_recv(lab.link, 8), LINK_E_EMPTY);
	expect_said(&lab, "");
	assert_journalled(lab.journal, 1, "ethernet.other",
			  "\"nic\":\"nic0\",\"dir\":\"from-guest\"");
	assert_journalled(lab.journal, 1, "ethernet.other", "\"len\":20");
	ck_assert_uint_eq(n_captured(&lab, "marked"), 2); /* as sent, and as handed over */
	lab_fini(&lab);
}
END_TEST

START_TEST(a_frame_for_the_guest)
{
	struct lab lab;
	struct wire_frame f;
	uint8_t buf[100];

	lab_init(&lab, true);
	wire_eth(&f, ETH_TYPE_MARKED, "marked", 6);
	ck_assert_int_eq(link_send(lab.link, 9, f.buf, f.len), 0);
	ck_assert(!link_is_blocked(lab.link));
	expect_said(&lab, "to ethernet.other@9 ");
	ck_assert_int_eq(recv(lab.qemu, buf, sizeof(buf), MSG_DONTWAIT), (ssize_t)f.len);
	ck_assert_mem_eq(buf, f.buf, f.len);
	assert_journalled(lab.journal, 1, "ethernet.other", "\"dir\":\"to-guest\"");
	ck_assert_uint_eq(n_captured(&lab, "marked"), 2);
	lab_fini(&lab);
}
END_TEST

START_TEST(the_capture_has_an_interface_for_each_end)
{
	struct lab lab;

	lab_init(&lab, true);
	ck_assert_uint_eq(n_captured(&lab, "nic0 sent"), 1);
	lab_fini(&lab);
	lab_init(&lab, true);
	ck_assert_uint_eq(n_captured(&lab, "nic0 handed over"), 1);
	lab_fini(&lab);
}
END_TEST

START_TEST(nobody_at_the_other_end)
{
	struct lab lab;
	struct wire_frame f;

	lab_init(&lab, false);
	wire_dhcp(&f, DHCP_DISCOVER);
	ck_assert_int_eq(send(lab.qemu, f.buf, f.len, 0), (ssize_t)f.len);
	ck_assert_int_eq(link_recv(lab.link, 1), 0);
	expect_said(&lab, "from dhcp.discover@1 ");
	lab_fini(&lab);
}
END_TEST

START_TEST(flows_are_remembered)
{
	struct lab lab;
	struct wire_frame f;

	lab_init(&lab, true);
	wire_udp(&f, &(struct wire_flow){ 2, 1, 2001, 69 }, "\0\1a\0octet\0", 10);
	ck_assert_int_eq(send(lab.qemu, f.buf, f.len, 0), (ssize_t)f.len);
	ck_assert_int_eq(link_recv(lab.link, 1), 0);
	g_string_truncate(lab.said, 0);
	wire_udp(&f, &(struct wire_flow){ 1, 2, 1069, 2001 }, "\0\3\0\1x", 5);
	ck_assert_int_eq(link_send(lab.link, 2, f.buf, f.len), 0);
	expect_said(&lab, "to tftp.data@2 ");
	lab_fini(&lab);
}
END_TEST

static void numbered(struct wire_frame *f, uint32_t i)
{
	uint8_t payload[FRAME_LEN - ETH_HLEN] = { (uint8_t)(i >> 8), (uint8_t)i };

	wire_eth(f, ETH_TYPE_MARKED, payload, sizeof(payload));
}

/* Take all frames that are there; each must be the next one. */
static void take(struct lab *lab, uint32_t *next)
{
	uint8_t buf[2048];
	ssize_t n;

	while ((n = recv(lab->qemu, buf, sizeof(buf), MSG_DONTWAIT)) >= 0) {
		ck_assert_int_eq(n, FRAME_LEN);
		ck_assert_uint_eq((uint32_t)buf[ETH_HLEN] << 8 | buf[ETH_HLEN + 1], *next);
		++*next;
	}
}

START_TEST(a_burst_waits_and_keeps_its_order)
{
	struct lab lab;
	struct wire_frame f;
	uint32_t next = 0;

	lab_init(&lab, true);
	for (uint32_t i = 0; i < N_BURST; i++) {
		numbered(&f, i);
		ck_assert_int_eq(link_send(lab.link, i, f.buf, f.len), 0);
	}
	ck_assert(link_is_blocked(lab.link)); /* no socket takes so many */
	for (int turns = 0; link_is_blocked(lab.link); turns++) {
		ck_assert_int_lt(turns, N_BURST);
		take(&lab, &next);
		ck_assert_int_eq(link_flush(lab.link), 0);
	}
	take(&lab, &next);
	ck_assert_uint_eq(next, N_BURST);
	assert_journalled(lab.journal, N_BURST, "ethernet.other", "to-guest");
	lab_fini(&lab);
}
END_TEST

START_TEST(a_frame_does_not_overtake_those_that_wait)
{
	struct lab lab;
	struct wire_frame f;
	uint32_t i = 0, next = 0;

	lab_init(&lab, true);
	for (; !link_is_blocked(lab.link) && i < 10000; i++) {
		numbered(&f, i);
		ck_assert_int_eq(link_send(lab.link, i, f.buf, f.len), 0);
	}
	take(&lab, &next); /* now there is room again, and one is waiting */
	ck_assert_uint_eq(next, i - 1);
	numbered(&f, i);
	ck_assert_int_eq(link_send(lab.link, i, f.buf, f.len), 0);
	ck_assert_int_eq(link_flush(lab.link), 0);
	take(&lab, &next);
	ck_assert_uint_eq(next, i + 1);
	lab_fini(&lab);
}
END_TEST

START_TEST(frames_that_still_wait_are_freed)
{
	struct lab lab;
	struct wire_frame f;

	lab_init(&lab, true);
	numbered(&f, 0);
	for (int i = 0; i < N_BURST; i++)
		ck_assert_int_eq(link_send(lab.link, 0, f.buf, f.len), 0);
	ck_assert(link_is_blocked(lab.link));
	ck_assert_int_eq(link_flush(lab.link), 0); /* nobody has read: still blocked */
	ck_assert(link_is_blocked(lab.link));
	lab_fini(&lab);
	link_free(NULL);
}
END_TEST

START_TEST(the_other_end_is_gone)
{
	struct lab lab;
	struct wire_frame f;

	lab_init(&lab, true);
	numbered(&f, 0);
	for (int i = 0; i < N_BURST; i++)
		ck_assert_int_eq(link_send(lab.link, 0, f.buf, f.len), 0);
	close(lab.qemu);
	lab.qemu = -1;
	ck_assert_int_lt(link_flush(lab.link), 0);
	ck_assert_int_ne(link_recv(lab.link, 0), 0);
	lab_fini(&lab);

	lab_init(&lab, true);
	close(lab.qemu);
	lab.qemu = -1;
	ck_assert_int_lt(link_send(lab.link, 0, f.buf, f.len), 0);
	assert_journalled(lab.journal, 1, "ethernet.other",
			  ""); /* it was sent, whoever was there */
	lab_fini(&lab);
}
END_TEST

static const struct {
	const char *what;
	size_t len;
} odd_rows[] = {
	{ "an empty frame", 0 },          { "one byte", 1 },           { "less than a header", 13 },
	{ "the largest offload", 65536 }, { "more than that", 70000 },
};

START_TEST(odd_frames_are_taken)
{
	g_autofree uint8_t *bytes = g_malloc0(odd_rows[_i].len + 1);
	struct lab lab;

	lab_init(&lab, true);
	ck_assert_int_eq(send(lab.qemu, bytes, odd_rows[_i].len, 0), (ssize_t)odd_rows[_i].len);
	ck_assert_msg(link_recv(lab.link, 1) == 0, "%s", odd_rows[_i].what);
	ck_assert_ptr_nonnull(strstr(lab.said->str, "delivered "));
	ck_assert_int_eq(link_recv(lab.link, 2), LINK_E_EMPTY);
	lab_fini(&lab);
}
END_TEST

START_TEST(its_descriptor)
{
	struct lab lab;
	int fd;

	lab_init(&lab, true);
	fd = link_fd(lab.link);
	ck_assert_int_ge(fcntl(fd, F_GETFD), 0);
	link_free(lab.link);
	ck_assert_int_eq(fcntl(fd, F_GETFD), -1); /* it was the link's own */
	lab.link = NULL;
	lab_fini(&lab);
}
END_TEST

/* --- with a network between the ends ---------------------------------------------------------- */

enum {
	DELAY_FROM = 300,
	DELAY_TO = 1000,
	IF_SENT = 0, /* interfaces of the capture */
	IF_HANDED = 1,
	PCAPNG_PACKET = 6,
};

/* Delays, and these rules. */
static struct impair_config network(GPtrArray *rules)
{
	return (struct impair_config){
		.side = { [PACKET_FROM_GUEST] = { .delay_ns = DELAY_FROM },
			  [PACKET_TO_GUEST] = { .delay_ns = DELAY_TO } },
		.rules = rules,
	};
}

static void lab_init_delayed(struct lab *lab)
{
	struct impair_config cfg = network(NULL);

	lab_init_impaired(lab, true, &cfg);
}

/* With one rule, that is borrowed until lab_fini(). */
static void lab_init_ruled(struct lab *lab, struct impair_rule *rule)
{
	g_autoptr(GPtrArray) rules = g_ptr_array_new();
	struct impair_config cfg = network(rules);

	g_ptr_array_add(rules, rule);
	lab_init_impaired(lab, true, &cfg);
}

static void guest_sends(struct lab *lab, uint64_t now_ns, const char *text)
{
	struct wire_frame f;

	wire_eth(&f, ETH_TYPE_MARKED, text, strlen(text));
	ck_assert_int_eq(send(lab->qemu, f.buf, f.len, 0), (ssize_t)f.len);
	ck_assert_int_eq(link_recv(lab->link, now_ns), 0);
}

static void server_sends(struct lab *lab, uint64_t now_ns, const char *text)
{
	struct wire_frame f;

	wire_eth(&f, ETH_TYPE_MARKED, text, strlen(text));
	ck_assert_int_eq(link_send(lab->link, now_ns, f.buf, f.len), 0);
}

/* The next frame at the guest's end. */
static void expect_at_guest(struct lab *lab, const char *text)
{
	char buf[2048];
	ssize_t n = recv(lab->qemu, buf, sizeof(buf) - 1, MSG_DONTWAIT);

	ck_assert_msg(n >= ETH_HLEN, "nothing where %s should be", text);
	buf[n] = 0;
	ck_assert_str_eq(buf + ETH_HLEN, text);
}

static void expect_nothing_at_guest(struct lab *lab)
{
	char buf[1];

	ck_assert_int_eq(recv(lab->qemu, buf, sizeof(buf), MSG_DONTWAIT), -1);
}

static void expect_deadline(struct lab *lab, uint64_t want_ns)
{
	ck_assert_uint_eq(link_deadline_ns(lab->link), want_ns);
}

static void step(struct lab *lab, uint64_t now_ns)
{
	ck_assert_int_eq(link_step(lab->link, now_ns), 0);
}

/*
 * How many frames on an interface of the capture have both texts in their block; "" is in every
 * one. Closes the capture.
 */
static unsigned n_packets(struct lab *lab, uint32_t interface, const char *a, const char *b)
{
	g_autofree char *bytes = NULL;
	size_t len, at = 0;
	unsigned n = 0;

	ck_assert_int_eq(capture_close(lab->capture), 0);
	ck_assert(g_file_get_contents(lab->path, &bytes, &len, NULL));
	while (at < len) {
		uint32_t head[3]; /* type, length, interface */

		ck_assert_uint_le(at + sizeof(head), len);
		memcpy(head, bytes + at, sizeof(head));
		ck_assert(head[1] >= 12 && head[1] <= len - at);
		if (head[0] == PCAPNG_PACKET && head[2] == interface &&
		    memmem(bytes + at, head[1], a, strlen(a)) &&
		    memmem(bytes + at, head[1], b, strlen(b)))
			n++;
		at += head[1];
	}
	return n;
}

START_TEST(a_frame_of_the_guest_travels)
{
	struct lab lab;

	lab_init_delayed(&lab);
	expect_deadline(&lab, DEADLINE_NEVER);
	guest_sends(&lab, 50, "marked");
	expect_said(&lab, "");
	expect_deadline(&lab, 50 + DELAY_FROM);
	step(&lab, 50 + DELAY_FROM - 1);
	expect_said(&lab, "");
	assert_journalled(lab.journal, 0, "ethernet.other", "");
	step(&lab, 50 + DELAY_FROM);
	expect_said(&lab, "from ethernet.other@350 delivered 20@350 ");
	assert_journalled(lab.journal, 1, "ethernet.other", "\"dir\":\"from-guest\"");
	expect_deadline(&lab, DEADLINE_NEVER);
	step(&lab, 10000);
	expect_said(&lab, "");
	ck_assert_uint_eq(n_packets(&lab, IF_SENT, "marked", ""), 1);
	ck_assert_uint_eq(n_packets(&lab, IF_HANDED, "marked", ""), 1);
	lab_fini(&lab);
}
END_TEST

START_TEST(a_frame_for_the_guest_travels)
{
	struct lab lab;

	lab_init_delayed(&lab);
	server_sends(&lab, 50, "marked");
	expect_nothing_at_guest(&lab);
	step(&lab, 50 + DELAY_TO - 1);
	expect_nothing_at_guest(&lab);
	expect_said(&lab, "");
	step(&lab, 50 + DELAY_TO);
	expect_at_guest(&lab, "marked");
	expect_said(&lab, "to ethernet.other@1050 ");
	expect_nothing_at_guest(&lab);
	lab_fini(&lab);
}
END_TEST

START_TEST(a_frame_is_no_longer_the_senders)
{
	struct lab lab;
	struct wire_frame f;

	lab_init_delayed(&lab);
	wire_eth(&f, ETH_TYPE_MARKED, "before", 6);
	ck_assert_int_eq(link_send(lab.link, 0, f.buf, f.len), 0);
	memset(f.buf, 'x', f.len);
	step(&lab, DELAY_TO);
	expect_at_guest(&lab, "before");
	lab_fini(&lab);
}
END_TEST

START_TEST(frames_arrive_in_order_of_time)
{
	struct lab lab;

	lab_init_delayed(&lab);
	server_sends(&lab, 0, "one");    /* 1000 */
	server_sends(&lab, 0, "two");    /* 1000, behind it */
	guest_sends(&lab, 600, "three"); /* 900 */
	guest_sends(&lab, 700, "four");  /* 1000, behind both */
	server_sends(&lab, 1, "five");   /* 1001 */
	expect_deadline(&lab, 900);
	step(&lab, 1000);
	expect_said(&lab, "from ethernet.other@1000 delivered 19@1000 to ethernet.other@1000 to "
			  "ethernet.other@1000 "
			  "from ethernet.other@1000 delivered 18@1000 ");
	expect_at_guest(&lab, "one");
	expect_at_guest(&lab, "two");
	expect_nothing_at_guest(&lab);
	expect_deadline(&lab, 1001);
	step(&lab, 1001);
	expect_at_guest(&lab, "five");
	lab_fini(&lab);
}
END_TEST

/* A server that answers at once: a frame that arrives makes another one. */
static void on_deliver_answer(void *self, uint64_t now_ns, const uint8_t *frame, size_t len)
{
	struct lab *lab = self;

	(void)frame;
	(void)len;
	server_sends(lab, now_ns, "answer");
}

START_TEST(an_answer_travels_as_well)
{
	struct link_ops ops = { on_deliver_answer, NULL, NULL };
	struct impair_config cfg = network(NULL);
	struct lab lab;
	int fd;

	lab_init(&lab, true);
	fd = dup(link_fd(lab.link));
	link_free(lab.link);
	ops.self = &lab;
	lab.link = link_new(fd, "nic0", &ops, impair_new(&cfg, 1, lab.journal, NULL), lab.journal,
			    lab.capture);
	guest_sends(&lab, 0, "question");
	step(&lab, 5000); /* late: the answer is sent now, and is not due yet */
	expect_nothing_at_guest(&lab);
	expect_deadline(&lab, 5000 + DELAY_TO);
	step(&lab, 5000 + DELAY_TO);
	expect_at_guest(&lab, "answer");
	lab_fini(&lab);
}
END_TEST

START_TEST(a_frame_that_is_dropped)
{
	struct impair_rule drop = { .name = (char *)"unlucky",
				    .action = IMPAIR_DROP,
				    .what = (char *)"ethernet.other attempt=1" };
	struct lab lab;

	lab_init_ruled(&lab, &drop);
	server_sends(&lab, 0, "lost-one");
	expect_deadline(&lab, DEADLINE_NEVER);
	step(&lab, 5000);
	expect_said(&lab, "");
	expect_nothing_at_guest(&lab);
	assert_journalled(lab.journal, 0, "ethernet.other", "");
	assert_journalled(lab.journal, 1, "impair.drop", "\"rule\":\"unlucky\"");
	ck_assert_uint_eq(link_counts(lab.link, PACKET_TO_GUEST).n_packets, 1);
	ck_assert_uint_eq(link_counts(lab.link, PACKET_TO_GUEST).n_lost, 1);
	ck_assert_uint_eq(link_counts(lab.link, PACKET_FROM_GUEST).n_packets, 0);
	ck_assert_uint_eq(link_n_passed(lab.link), 0);
	/* It is in the capture where it was sent, with the reason, and nowhere else. */
	ck_assert_uint_eq(n_packets(&lab, IF_SENT, "lost-one", "dropped by rule unlucky"), 1);
	ck_assert_uint_eq(n_packets(&lab, IF_HANDED, "", ""), 0);
	lab_fini(&lab);
}
END_TEST

START_TEST(a_frame_of_the_guest_that_is_dropped)
{
	struct impair_rule drop = { .name = (char *)"unlucky",
				    .action = IMPAIR_DROP,
				    .what = (char *)"ethernet.other dir=from-guest" };
	struct lab lab;

	lab_init_ruled(&lab, &drop);
	guest_sends(&lab, 0, "lost");
	server_sends(&lab, 0, "kept");
	step(&lab, 5000);
	expect_said(&lab, "to ethernet.other@5000 ");
	expect_at_guest(&lab, "kept");
	ck_assert_uint_eq(link_counts(lab.link, PACKET_FROM_GUEST).n_lost, 1);
	ck_assert_uint_eq(link_counts(lab.link, PACKET_TO_GUEST).n_lost, 0);
	ck_assert_uint_eq(link_n_passed(lab.link), 2); /* both went through QEMU's socket */
	ck_assert_uint_eq(n_packets(&lab, IF_SENT, "kept", "rule"), 0);
	lab_fini(&lab);
}
END_TEST

START_TEST(a_frame_that_arrives_twice)
{
	struct impair_rule copy = { .name = (char *)"echo",
				    .action = IMPAIR_DUPLICATE,
				    .what = (char *)"ethernet.other",
				    .times = 1,
				    .by_ns = 500 };
	struct lab lab;

	lab_init_ruled(&lab, &copy);
	server_sends(&lab, 0, "double");
	step(&lab, DELAY_TO);
	expect_at_guest(&lab, "double");
	expect_nothing_at_guest(&lab);
	expect_deadline(&lab, DELAY_TO + 500);
	step(&lab, DELAY_TO + 500);
	expect_at_guest(&lab, "double");
	expect_deadline(&lab, DEADLINE_NEVER);
	expect_said(&lab, "to ethernet.other@1000 to ethernet.other@1500 ");
	assert_journalled(lab.journal, 2, "ethernet.other", "to-guest");
	ck_assert_uint_eq(link_n_passed(lab.link), 2);
	ck_assert_uint_eq(link_counts(lab.link, PACKET_TO_GUEST).n_packets, 1); /* that was sent */
	ck_assert_uint_eq(n_packets(&lab, IF_SENT, "double", "duplicated by rule echo"), 1);
	ck_assert_uint_eq(n_packets(&lab, IF_HANDED, "double", ""), 2);
	lab_fini(&lab);
}
END_TEST

START_TEST(a_frame_that_is_held_back)
{
	struct impair_rule swap = { .name = (char *)"swap",
				    .action = IMPAIR_SWAP,
				    .what = (char *)"ethernet.other attempt=1",
				    .by_ns = 7000 };
	struct lab lab;

	lab_init_ruled(&lab, &swap);
	server_sends(&lab, 0, "first");
	expect_deadline(&lab, 7000); /* nobody came: it goes alone */
	step(&lab, 6999);
	expect_nothing_at_guest(&lab);
	step(&lab, 7000);
	expect_at_guest(&lab, "first");
	expect_said(&lab, "to ethernet.other@7000 ");
	lab_fini(&lab);

	lab_init_ruled(&lab, &swap);
	server_sends(&lab, 0, "first");
	server_sends(&lab, 10, "second");
	step(&lab, 10 + DELAY_TO);
	expect_at_guest(&lab, "second");
	expect_at_guest(&lab, "first");
	expect_deadline(&lab, DEADLINE_NEVER);
	lab_fini(&lab);
}
END_TEST

START_TEST(frames_are_shown_as_they_arrive)
{
	struct impair_rule cut = {
		.name = (char *)"cut", .action = IMPAIR_TRUNCATE, .what = (char *)"udp", .bytes = 4
	};
	struct lab lab;
	struct wire_frame f;

	lab_init_ruled(&lab, &cut);
	wire_udp(&f, &(struct wire_flow){ 1, 2, 5000, 5001 }, "keep-gone", 9);
	ck_assert_int_eq(link_send(lab.link, 0, f.buf, f.len), 0);
	step(&lab, DELAY_TO);
	expect_said(&lab, "to udp@1000 ");
	ck_assert_uint_eq(n_packets(&lab, IF_SENT, "keep-gone", "truncated by rule cut"), 1);
	ck_assert_uint_eq(n_packets(&lab, IF_HANDED, "keep", ""), 1);
	ck_assert_uint_eq(n_packets(&lab, IF_HANDED, "gone", ""), 0);
	lab_fini(&lab);
}
END_TEST

/* The flow of a transfer is known on both sides of the network: when it is sent, and when it
 * arrives. */
START_TEST(flows_are_remembered_at_both_ends)
{
	struct impair_rule drop = { .name = (char *)"lost",
				    .action = IMPAIR_DROP,
				    .what = (char *)"tftp.data block=2" };
	struct lab lab;
	struct wire_frame f;

	lab_init_ruled(&lab, &drop);
	wire_udp(&f, &(struct wire_flow){ 2, 1, 2001, 69 }, "\0\1a\0octet\0", 10);
	ck_assert_int_eq(send(lab.qemu, f.buf, f.len, 0), (ssize_t)f.len);
	ck_assert_int_eq(link_recv(lab.link, 0), 0);
	step(&lab, 300);
	wire_udp(&f, &(struct wire_flow){ 1, 2, 1069, 2001 }, "\0\3\0\1x", 5);
	ck_assert_int_eq(link_send(lab.link, 300, f.buf, f.len), 0);
	wire_udp(&f, &(struct wire_flow){ 1, 2, 1069, 2001 }, "\0\3\0\2x", 5);
	ck_assert_int_eq(link_send(lab.link, 300, f.buf, f.len), 0);
	step(&lab, 1300);
	g_string_truncate(lab.said, 0);
	step(&lab, 5000);
	expect_said(&lab, "");
	assert_journalled(lab.journal, 1, "tftp.rrq", "");
	assert_journalled(lab.journal, 1, "tftp.data", "");
	assert_journalled(lab.journal, 1, "impair.drop", "\"block\":2");
	lab_fini(&lab);
}
END_TEST

START_TEST(frames_that_pass_are_counted)
{
	struct lab lab;
	struct wire_frame f;
	uint32_t next = 0;

	lab_init(&lab, true);
	ck_assert_uint_eq(link_n_passed(lab.link), 0);
	guest_sends(&lab, 0, "in");
	ck_assert_uint_eq(link_n_passed(lab.link), 1);
	ck_assert_int_eq(link_recv(lab.link, 0), LINK_E_EMPTY);
	ck_assert_uint_eq(link_n_passed(lab.link), 1);
	for (uint32_t i = 0; i < N_BURST; i++) {
		numbered(&f, i);
		ck_assert_int_eq(link_send(lab.link, i, f.buf, f.len), 0);
	}
	/* What waits for the socket has not passed it. */
	ck_assert_uint_lt(link_n_passed(lab.link), 1 + N_BURST);
	take(&lab, &next);
	ck_assert_uint_eq(link_n_passed(lab.link), 1 + next);
	while (link_is_blocked(lab.link)) {
		ck_assert_int_eq(link_flush(lab.link), 0);
		take(&lab, &next);
	}
	ck_assert_uint_eq(link_n_passed(lab.link), 1 + N_BURST);
	ck_assert_uint_eq(link_counts(lab.link, PACKET_TO_GUEST).n_packets, 0); /* no network */
	lab_fini(&lab);

	lab_init_delayed(&lab);
	server_sends(&lab, 0, "out");
	ck_assert_uint_eq(link_n_passed(lab.link), 0); /* it is on its way */
	step(&lab, DELAY_TO);
	ck_assert_uint_eq(link_n_passed(lab.link), 1);
	guest_sends(&lab, DELAY_TO, "in");
	ck_assert_uint_eq(link_n_passed(lab.link), 2); /* at once: QEMU is rid of it */
	lab_fini(&lab);
}
END_TEST

START_TEST(a_burst_travels_and_keeps_its_order)
{
	struct lab lab;
	struct wire_frame f;
	uint32_t next = 0;

	lab_init_delayed(&lab);
	for (uint32_t i = 0; i < N_BURST; i++) {
		numbered(&f, i);
		ck_assert_int_eq(link_send(lab.link, 0, f.buf, f.len), 0);
	}
	ck_assert(!link_is_blocked(lab.link));
	step(&lab, DELAY_TO);
	expect_deadline(&lab, DEADLINE_NEVER); /* all are handed over, for all that is ours */
	ck_assert(link_is_blocked(lab.link));
	while (next < N_BURST) {
		uint32_t before = next;

		take(&lab, &next);
		ck_assert_uint_gt(next, before);
		ck_assert_int_eq(link_flush(lab.link), 0);
	}
	assert_journalled(lab.journal, N_BURST, "ethernet.other", "\"t_ns\":1000,");
	lab_fini(&lab);
}
END_TEST

START_TEST(frames_under_way_when_it_ends)
{
	struct lab lab;

	lab_init_delayed(&lab);
	server_sends(&lab, 0, "one");
	guest_sends(&lab, 0, "two");
	close(lab.qemu);
	lab.qemu = -1;
	step(&lab, DELAY_FROM); /* to the server: nobody needs QEMU for that */
	ck_assert_int_lt(link_step(lab.link, DELAY_TO), 0);
	server_sends(&lab, DELAY_TO, "three"); /* and this one is never handed over */
	lab_fini(&lab);
}
END_TEST

/* A packet socket whose card takes no frame as long as that. */
START_TEST(what_the_card_does_not_take_is_lost)
{
	struct lab lab;
	uint8_t frame[60000] = { 0 };
	int bytes = 1; /* the kernel makes some thousand of it */

	lab_init(&lab, true);
	ck_assert_int_eq(
		setsockopt(link_fd(lab.link), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)), 0);
	ck_assert_int_eq(link_send(lab.link, 9, frame, sizeof(frame)), 0);
	ck_assert(!link_is_blocked(lab.link));
	expect_said(&lab, "");
	assert_journalled(lab.journal, 1, "link.lost", "\"len\":60000");
	ck_assert_int_eq(link_send(lab.link, 10, frame, 60), 0);
	expect_said(&lab, "to ethernet.other@10 ");
	lab_fini(&lab);
}
END_TEST

/* What is written into a named pipe is read from it. */
START_TEST(a_descriptor_need_not_be_a_socket)
{
	struct lab lab;
	struct wire_frame f;
	g_autofree char *path = NULL;
	struct link_ops ops = { on_deliver, on_seen, &lab };

	lab_init(&lab, true);
	link_free(lab.link);
	path = g_build_filename(lab.dir, "pipe", NULL);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	lab.link = link_new(open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC), "tap", &ops, NULL,
			    lab.journal, NULL);
	ck_assert_int_eq(link_recv(lab.link, 1), LINK_E_EMPTY);
	wire_eth(&f, ETH_TYPE_MARKED, "x", 1);
	ck_assert_int_eq(link_send(lab.link, 2, f.buf, f.len), 0);
	ck_assert_int_eq(link_recv(lab.link, 3), 0);
	ck_assert_int_eq(link_recv(lab.link, 4), LINK_E_EMPTY);
	expect_said(&lab, "to ethernet.other@2 from ethernet.other@3 delivered 15@3 ");
	/* There is no capture, and so there are no numbers. */
	assert_journalled(lab.journal, 2, "ethernet.other", "\"frame\":0,");
	lab_fini(&lab);
}
END_TEST

/* --- frames that are sent together -------------------------------------------------------------
 */

static void send_numbered(struct lab *lab, unsigned first, unsigned n)
{
	for (unsigned i = first; i < first + n; i++) {
		struct wire_frame f;

		wire_eth(&f, ETH_TYPE_MARKED, &i, sizeof(i));
		ck_assert_int_eq(link_send(lab->link, 1, f.buf, f.len), 0);
	}
}

/* Take what has come. Return: how many there are, which are numbered from @first on. */
static unsigned n_numbered(struct lab *lab, unsigned first)
{
	uint8_t buf[100];
	unsigned i = first, number;

	while (recv(lab->qemu, buf, sizeof(buf), MSG_DONTWAIT) > 0) {
		memcpy(&number, buf + ETH_HLEN, sizeof(number));
		ck_assert_uint_eq(number, i);
		i++;
	}
	return i - first;
}

START_TEST(held_frames_are_sent_together)
{
	struct lab lab;

	lab_init(&lab, true);
	ck_assert_int_eq(link_release(lab.link, 1), 0);
	link_hold(lab.link);
	send_numbered(&lab, 0, 5);
	expect_said(&lab, "to ethernet.other@1 to ethernet.other@1 to ethernet.other@1 to "
			  "ethernet.other@1 to ethernet.other@1 ");
	ck_assert_uint_eq(n_numbered(&lab, 0), 1);
	ck_assert_uint_eq(link_n_passed(lab.link), 1);
	ck_assert_int_eq(link_release(lab.link, 2), 0);
	ck_assert_uint_eq(n_numbered(&lab, 1), 4);
	ck_assert_uint_eq(link_n_passed(lab.link), 5);
	send_numbered(&lab, 5, 1); /* nothing is held any more */
	ck_assert_uint_eq(n_numbered(&lab, 5), 1);
	lab_fini(&lab);
}
END_TEST

/* More than are held, and more than the socket takes: in order all the same. */
START_TEST(a_held_burst_keeps_its_order)
{
	struct lab lab;
	unsigned n = 0;

	lab_init(&lab, true);
	link_hold(lab.link);
	send_numbered(&lab, 0, 1000);
	ck_assert_int_eq(link_release(lab.link, 1), 0);
	ck_assert(link_is_blocked(lab.link));
	n = n_numbered(&lab, 0); /* now there is room */
	link_hold(lab.link);
	send_numbered(&lab, 1000, 2); /* behind those that wait */
	ck_assert_int_eq(link_release(lab.link, 1), 0);
	for (int i = 0; i < 1000 && n < 1002; i++) {
		n += n_numbered(&lab, n);
		ck_assert_int_eq(link_flush(lab.link), 0);
	}
	ck_assert_uint_eq(n, 1002);
	ck_assert_uint_eq(link_n_passed(lab.link), 1002);
	lab_fini(&lab);
}
END_TEST

START_TEST(one_of_the_held_is_not_taken)
{
	struct lab lab;
	uint8_t frame[60000] = { 0 };
	int bytes = 1;

	lab_init(&lab, true);
	ck_assert_int_eq(
		setsockopt(link_fd(lab.link), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes)), 0);
	link_hold(lab.link);
	send_numbered(&lab, 0, 1);
	ck_assert_int_eq(link_send(lab.link, 1, frame, sizeof(frame)), 0);
	send_numbered(&lab, 1, 1);
	ck_assert_int_eq(link_release(lab.link, 1), 0);
	assert_journalled(lab.journal, 1, "link.lost", "\"len\":60000");
	ck_assert_uint_eq(n_numbered(&lab, 0), 2);
	lab_fini(&lab);
}
END_TEST

/* Then nobody need look into the frames, and none need be sent before the others. */
START_TEST(nobody_listens)
{
	struct lab lab;
	struct wire_frame f;
	struct link_ops ops = { on_deliver, NULL, &lab };

	lab_init(&lab, true);
	link_free(lab.link);
	journal_free(lab.journal);
	lab.journal = journal_new_nowhere();
	close(lab.qemu);
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), 0);
	lab.qemu = fds[1];
	lab.link = link_new(fds[0], "nic0", &ops, NULL, lab.journal, NULL);
	wire_eth(&f, ETH_TYPE_MARKED, "x", 1);
	ck_assert_int_eq(send(lab.qemu, f.buf, f.len, 0), (ssize_t)f.len);
	ck_assert_int_eq(link_recv(lab.link, 3), 0);
	expect_said(&lab, "delivered 15@3 ");
	link_hold(lab.link);
	send_numbered(&lab, 0, 2);
	ck_assert_uint_eq(n_numbered(&lab, 0), 0);
	ck_assert_int_eq(link_release(lab.link, 4), 0);
	ck_assert_uint_eq(n_numbered(&lab, 0), 2);
	lab_fini(&lab);
}
END_TEST

START_TEST(nobody_is_there_for_what_was_held)
{
	struct lab lab;
	int r;

	lab_init(&lab, true);
	link_hold(lab.link);
	send_numbered(&lab, 0, 3);
	close(lab.qemu);
	lab.qemu = -1;
	r = link_release(lab.link, 1);
	ck_assert_int_lt(r, 0);
	ck_assert(link_is_gone(r));
	ck_assert(!link_is_gone(0) && !link_is_gone(-EIO) && !link_is_gone(LINK_E_EMPTY));
	ck_assert_int_eq(link_release(lab.link, 1), 0); /* they are gone as well */
	lab_fini(&lab);
}
END_TEST

/* --- the client's own rules --- */

/* On a network that delays, and duplicates what the server sends. */
static void lab_init_client(struct lab *lab, struct impair_rule *network, struct impair_rule *own)
{
	g_autoptr(GPtrArray) rules = g_ptr_array_new();
	struct impair_config cfg = { .rules = rules, .name = "client" };

	lab_init_ruled(lab, network);
	g_ptr_array_add(rules, own);
	link_set_client(lab->link, impair_new(&cfg, 1, lab->journal, NULL));
}

/* It loses the second of the two that arrive; nobody but itself can see that. */
START_TEST(a_client_loses_what_arrived)
{
	struct impair_rule twice = { .name = (char *)"twice",
				     .action = IMPAIR_DUPLICATE,
				     .what = (char *)"ethernet.other",
				     .times = 1,
				     .by_ns = 500 };
	struct impair_rule drop = { .name = (char *)"deaf",
				    .action = IMPAIR_DROP,
				    .what = (char *)"ethernet.other attempt=2" };
	struct lab lab;

	lab_init_client(&lab, &twice, &drop);
	server_sends(&lab, 0, "double");
	step(&lab, DELAY_TO);
	expect_at_guest(&lab, "double");
	step(&lab, DELAY_TO + 500);
	expect_nothing_at_guest(&lab);
	expect_said(&lab, "to ethernet.other@1000 to ethernet.other@1500 ");
	assert_journalled(lab.journal, 2, "ethernet.other", "to-guest");
	assert_journalled(lab.journal, 1, "client.drop", "\"rule\":\"deaf\"");
	assert_journalled(lab.journal, 1, "impair.duplicate", "");
	ck_assert_uint_eq(link_counts(lab.link, PACKET_TO_GUEST).n_lost, 0);
	ck_assert_uint_eq(n_packets(&lab, IF_HANDED, "double", ""), 2);
	lab_fini(&lab);
}
END_TEST

/* What it does to its own packets comes before what the network does. */
START_TEST(a_client_sends_what_its_rules_make)
{
	struct impair_rule twice = { .name = (char *)"twice",
				     .action = IMPAIR_DELAY,
				     .what = (char *)"ethernet.other attempt=2",
				     .by_ns = 50 };
	struct impair_rule late = { .name = (char *)"late",
				    .action = IMPAIR_DUPLICATE,
				    .what = (char *)"ethernet.other dir=from-guest",
				    .times = 1,
				    .by_ns = 70 };
	struct lab lab;

	lab_init_client(&lab, &twice, &late);
	guest_sends(&lab, 0, "said");
	expect_deadline(&lab, 70); /* the copy; the first is on its way */
	step(&lab, 70);
	expect_deadline(&lab, DELAY_FROM);
	step(&lab, DELAY_FROM);
	expect_said(&lab, "from ethernet.other@300 delivered 18@300 ");
	expect_deadline(&lab, 70 + DELAY_FROM + 50);
	step(&lab, 70 + DELAY_FROM + 50);
	expect_said(&lab, "from ethernet.other@420 delivered 18@420 ");
	ck_assert_uint_eq(link_counts(lab.link, PACKET_FROM_GUEST).n_packets, 2);
	ck_assert_uint_eq(n_packets(&lab, IF_SENT, "said", ""), 2);
	lab_fini(&lab);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("link");

	suite_add(s, a_frame_of_the_guest);
	suite_add(s, a_frame_for_the_guest);
	suite_add(s, the_capture_has_an_interface_for_each_end);
	suite_add(s, nobody_at_the_other_end);
	suite_add(s, flows_are_remembered);
	suite_add(s, a_burst_waits_and_keeps_its_order);
	suite_add(s, a_frame_does_not_overtake_those_that_wait);
	suite_add(s, frames_that_still_wait_are_freed);
	suite_add(s, the_other_end_is_gone);
	suite_add_rows(s, odd_frames_are_taken, N_ROWS(odd_rows));
	suite_add(s, its_descriptor);
	suite_add(s, a_frame_of_the_guest_travels);
	suite_add(s, a_frame_for_the_guest_travels);
	suite_add(s, a_frame_is_no_longer_the_senders);
	suite_add(s, frames_arrive_in_order_of_time);
	suite_add(s, an_answer_travels_as_well);
	suite_add(s, a_frame_that_is_dropped);
	suite_add(s, a_frame_of_the_guest_that_is_dropped);
	suite_add(s, a_frame_that_arrives_twice);
	suite_add(s, a_frame_that_is_held_back);
	suite_add(s, frames_are_shown_as_they_arrive);
	suite_add(s, flows_are_remembered_at_both_ends);
	suite_add(s, frames_that_pass_are_counted);
	suite_add(s, a_burst_travels_and_keeps_its_order);
	suite_add(s, frames_under_way_when_it_ends);
	suite_add(s, what_the_card_does_not_take_is_lost);
	suite_add(s, a_descriptor_need_not_be_a_socket);
	suite_add(s, nobody_listens);
	suite_add(s, held_frames_are_sent_together);
	suite_add(s, a_held_burst_keeps_its_order);
	suite_add(s, one_of_the_held_is_not_taken);
	suite_add(s, nobody_is_there_for_what_was_held);
	suite_add(s, a_client_loses_what_arrived);
	suite_add(s, a_client_sends_what_its_rules_make);
	return suite_run(s);
}
