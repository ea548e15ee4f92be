/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program in a namespace, and its frames in our hands
 *
 * The program is this one again, with a word that says what it is to do there. Where the machine
 * allows no namespaces there is nothing to test, and the test says so.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/netns.h"
#include "server/wire/frame.h"
#include "tests/boot/lab.h"
#include "tests/support/suite.h"

#define SERVER_ADDRESS 0xc0a84d01u /* 192.168.77.1 */
#define PEER_ADDRESS 0xc0a84d02u

enum {
	PORT = 4711,
	WAIT_MS = 10 * 1000,
	LONG_BYTES = 1472, /* the longest datagram that needs no fragments */
};

static const struct mac card_mac = { { 0x52, 0x54, 0x00, 0xaa, 0xbb, 0xcc } };
static const struct mac peer_mac = { { 0x52, 0x54, 0x00, 0x11, 0x22, 0x33 } };

/* --- what the program does there -------------------------------------------------------------- */

/* One datagram out to the peer; its answer back. */
static int talk(void)
{
	char out[LONG_BYTES], in[LONG_BYTES];
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct wr port = WR_INIT((uint8_t *)&to.sin_port, sizeof(to.sin_port));
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct pollfd p = { .fd = fd, .events = POLLIN };

	memset(out, 'a', sizeof(out));
	wr_be16(&port, PORT);
	inet_pton(AF_INET, "192.168.77.2", &to.sin_addr);
	if (sendto(fd, out, sizeof(out), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return 1;
	if (poll(&p, 1, WAIT_MS) != 1)
		return 2;
	return recv(fd, in, sizeof(in), 0) == 3 && memcmp(in, "yes", 3) == 0 ? 0 : 3;
}

static int say(void)
{
	puts("out");
	fputs("err\n", stderr);
	return 7;
}

/* What of the host's network it can see: nothing but loopback and the cable. */
static int look(void)
{
	struct if_nameindex *all = if_nameindex();
	int n = 0;

	while (all && all[n].if_index)
		n++;
	if_freenameindex(all);
	return n;
}

static const struct {
	const char *word;
	int (*act)(void);
} acts[] = { { "talk", talk }, { "say", say }, { "look", look } };

/* --- the tests -------------------------------------------------------------------------------- */

/* False: not on this machine, and said so. */
static bool start(struct netns *n, const char *word, int output_fd)
{
	const char *argv[] = { "/proc/self/exe", word, NULL };
	struct netns_config cfg = {
		.network = { .card = "eth0",
			     .mac = card_mac,
			     .address = SERVER_ADDRESS,
			     .netmask = 0xffffff00 },
		.argv = word ? argv : NULL,
		.output_fd = output_fd,
	};
	char step[NETNS_STEP_MAX];
	int r = netns_start(n, &cfg, step);

	if (r == NETNS_E_FORBIDDEN) {
		printf("skip: %s is not allowed here\n", step);
		return false;
	}
	ck_assert_msg(r == 0, "%s: %s", step, strerror(-r));
	return true;
}

static void await(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	ck_assert_int_eq(poll(&p, 1, WAIT_MS), 1);
}

static int end_of(struct netns *n)
{
	int status;

	await(n->pidfd);
	status = netns_stop(n);
	ck_assert_int_eq(n->frame_fd, -1);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static size_t next_frame(const struct netns *n, uint8_t *buf, size_t size)
{
	ssize_t len;

	await(n->frame_fd);
	len = recv(n->frame_fd, buf, size, 0);
	ck_assert_int_gt(len, 0);
	return (size_t)len;
}

static void put(const struct netns *n, const uint8_t *buf, const struct wr *w)
{
	size_t len = (size_t)(w->p - buf);

	ck_assert(!w->bad);
	ck_assert_int_eq(send(n->frame_fd, buf, len, 0), (ssize_t)len);
}

static void answer_arp(const struct netns *n, const struct eth_hdr *eth, const struct slice *body)
{
	uint8_t buf[ETH_FRAME_MAX];
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct eth_hdr h = { .dst = eth->src, .src = peer_mac, .type = ETH_TYPE_ARP };
	struct arp a;

	ck_assert_int_eq(arp_decode(&a, body->p, body->len), 0);
	ck_assert_uint_eq(a.spa, SERVER_ADDRESS);
	ck_assert_uint_eq(a.tpa, PEER_ADDRESS);
	a = (struct arp){ .op = ARP_REPLY,
			  .sha = peer_mac,
			  .spa = PEER_ADDRESS,
			  .tha = eth->src,
			  .tpa = SERVER_ADDRESS };
	eth_encode(&w, &h);
	arp_encode(&w, &a);
	put(n, buf, &w);
}

static void answer_udp(const struct netns *n, const struct eth_hdr *eth, const struct slice *body)
{
	uint8_t buf[ETH_FRAME_MAX];
	struct wr w = WR_INIT(buf, sizeof(buf));
	struct eth_hdr h = { .dst = eth->src, .src = peer_mac, .type = ETH_TYPE_IPV4 };
	struct ipv4_hdr ip;
	struct udp_hdr udp, back;
	struct slice datagram, text;

	ck_assert_int_eq(ipv4_decode(&ip, &datagram, body->p, body->len), 0);
	ck_assert_int_eq(udp_decode(&udp, &text, &ip, datagram.p, datagram.len), 0);
	ck_assert_int_eq(udp.checksum, UDP_CHECKSUM_GOOD);
	ck_assert_uint_eq(udp.dport, PORT);
	ck_assert_uint_eq(text.len, LONG_BYTES);
	back = (struct udp_hdr){ .sport = PORT, .dport = udp.sport };
	ip = (struct ipv4_hdr){
		.src = PEER_ADDRESS, .dst = SERVER_ADDRESS, .ttl = 64, .proto = IP_PROTO_UDP
	};
	eth_encode(&w, &h);
	ipv4_encode(&w, &ip, UDP_HLEN + 3);
	udp_encode(&w, &back, &ip, (const uint8_t *)"yes", 3);
	put(n, buf, &w);
}

START_TEST(frames_go_both_ways)
{
	struct netns n;
	uint8_t buf[ETH_FRAME_MAX + 64];
	struct eth_hdr eth;
	struct slice body;
	bool answered = false;

	if (!start(&n, "talk", -1))
		return;
	for (int i = 0; i < 10 && !answered; i++) {
		size_t len = next_frame(&n, buf, sizeof(buf));

		ck_assert_int_eq(eth_decode(&eth, &body, buf, len), 0);
		ck_assert(mac_equal(&eth.src, &card_mac));
		answered = eth.type == ETH_TYPE_IPV4;
		if (answered)
			answer_udp(&n, &eth, &body);
		else
			answer_arp(&n, &eth, &body);
	}
	ck_assert_int_eq(end_of(&n), 0);
}
END_TEST

START_TEST(output_and_status_are_ours)
{
	struct netns n;
	char text[64] = "";
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	if (!start(&n, "say", fds[1]))
		return;
	close(fds[1]);
	ck_assert_int_eq(end_of(&n), 7);
	ck_assert_int_gt(read(fds[0], text, sizeof(text) - 1), 0);
	ck_assert_ptr_nonnull(strstr(text, "out\n"));
	ck_assert_ptr_nonnull(strstr(text, "err\n"));
	close(fds[0]);
}
END_TEST

START_TEST(nothing_of_the_host_is_there)
{
	struct netns n;

	if (start(&n, "look", -1))
		ck_assert_int_eq(end_of(&n), 3);
}
END_TEST

START_TEST(an_empty_one_stays_until_it_is_stopped)
{
	struct netns n;
	struct pollfd p;

	if (!start(&n, NULL, -1))
		return;
	p = (struct pollfd){ .fd = n.pidfd, .events = POLLIN };
	ck_assert_int_eq(poll(&p, 1, 0), 0);
	ck_assert_int_eq(netns_stop(&n), SIGKILL);
}
END_TEST

START_TEST(a_program_that_is_not_there_is_named)
{
	const char *argv[] = { "/no/such/program", NULL };
	struct netns_config cfg = { .network = { .card = "eth0" }, .argv = argv, .output_fd = -1 };
	struct netns n = NETNS_NONE;
	char step[NETNS_STEP_MAX];
	int r = netns_start(&n, &cfg, step);

	if (r == NETNS_E_FORBIDDEN)
		return;
	ck_assert_int_eq(r, -ENOENT);
	ck_assert_str_eq(step, "executing the program");
	ck_assert_int_eq(n.pid, -1);
}
END_TEST

START_TEST(a_card_that_cannot_be_is_named)
{
	struct netns_config cfg = { .network = { .card = "a/b" }, .output_fd = -1 };
	struct netns n = NETNS_NONE;
	char step[NETNS_STEP_MAX];
	int r = netns_start(&n, &cfg, step);

	if (r == NETNS_E_FORBIDDEN)
		return;
	ck_assert_int_lt(r, 0);
	ck_assert_str_eq(step, "making a veth pair");
}
END_TEST

int main(int argc, char **argv)
{
	Suite *s = suite_create("netns");

	for (int i = 0; argc > 1 && i < N_ROWS(acts); i++)
		if (strcmp(argv[1], acts[i].word) == 0)
			return acts[i].act();
	lab_add(s, frames_go_both_ways);
	lab_add(s, output_and_status_are_ours);
	lab_add(s, nothing_of_the_host_is_there);
	lab_add(s, an_empty_one_stays_until_it_is_stopped);
	lab_add(s, a_program_that_is_not_there_is_named);
	lab_add(s, a_card_that_cannot_be_is_named);
	return lab_main(s);
}
