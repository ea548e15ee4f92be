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
#include <unistd.h>

#include "tests/support/journal_says.h"
#include "tests/support/suite.h"
#include "tests/support/temp_folder.h"
#include "tests/support/wire_frame.h"

enum {
	N_BURST = 200,
	FRAME_LEN = 1514,
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

static void on_seen(void *self, uint64_t now_ns, enum link_dir dir, const struct frame *f)
{
	struct lab *lab = self;

	g_string_append_printf(lab->said, "%s %s@%u ", dir == LINK_TO_GUEST ? "to" : "from",
			       frame_kind_name(f->kind), (unsigned)now_ns);
}

static void lab_init(struct lab *lab, bool has_server)
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
	lab->link = link_new(fds[0], "nic0", &ops, lab->journal, lab->capture);
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
	wire_eth(&f, ETH_TYPE_IPV6, "marked", 6);
	ck_assert_int_eq(link_recv(lab.link, 5), LINK_E_EMPTY);
	ck_assert_int_eq(send(lab.qemu, f.buf, f.len, 0), (ssize_t)f.len);
	ck_assert_int_eq(link_recv(lab.link, 7), 0);
	expect_said(&lab, "from ipv6@7 delivered 20@7 ");
	ck_assert_int_eq(link_recv(lab.link, 8), LINK_E_EMPTY);
	expect_said(&lab, "");
	assert_journalled(lab.journal, 1, "ipv6", "\"nic\":\"nic0\",\"dir\":\"from-guest\"");
	assert_journalled(lab.journal, 1, "ipv6", "\"len\":20");
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
	wire_eth(&f, ETH_TYPE_IPV6, "marked", 6);
	ck_assert_int_eq(link_send(lab.link, 9, f.buf, f.len), 0);
	ck_assert(!link_is_blocked(lab.link));
	expect_said(&lab, "to ipv6@9 ");
	ck_assert_int_eq(recv(lab.qemu, buf, sizeof(buf), MSG_DONTWAIT), (ssize_t)f.len);
	ck_assert_mem_eq(buf, f.buf, f.len);
	assert_journalled(lab.journal, 1, "ipv6", "\"dir\":\"to-guest\"");
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

	wire_eth(f, ETH_TYPE_IPV6, payload, sizeof(payload));
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
	assert_journalled(lab.journal, N_BURST, "ipv6", "to-guest");
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
	assert_journalled(lab.journal, 1, "ipv6", ""); /* it was sent, whoever was there */
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
	return suite_run(s);
}
