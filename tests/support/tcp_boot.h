/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot over HTTP as a judge gets it: two connections, one file on each
 */
#ifndef TESTS_SUPPORT_TCP_BOOT_H
#define TESTS_SUPPORT_TCP_BOOT_H

#include "tests/support/trace_boot.h"

/* The frames of tcp_boot_usual(); those of the second connection are TCP_BOOT_SECOND further on. */
enum {
	TCP_BOOT_SYN,
	TCP_BOOT_SYNACK,
	TCP_BOOT_REQUEST,
	TCP_BOOT_DATA_1,
	TCP_BOOT_DATA_2,
	TCP_BOOT_ACK,
	TCP_BOOT_DATA_3, /* with the server's FIN */
	TCP_BOOT_ACK_3,
	TCP_BOOT_FIN,
	TCP_BOOT_LAST,
	TCP_BOOT_SECOND,
	TCP_BOOT_N_USUAL = 2 * TCP_BOOT_SECOND,
};

#define TCP_BOOT_REQUEST_TEXT                                                                      \
	"GET /kernel.img HTTP/1.1\r\nHost: 10.0.2.2\r\nUser-Agent: iplab\r\n\r\n"

enum {
	TCP_BOOT_PORT = 50001,
	TCP_BOOT_ISN = 0x10001000, /* of the guest, and so much more for each connection */
	TCP_BOOT_ISS = 0x20002000, /* of the server, always */
	TCP_BOOT_BYTES = 100,      /* of data in a segment */
};

/* A segment; @seq and @ack count from what each side begins with. */
static inline struct boot_frame *tcp_boot_add(struct boot_script *b, bool to_guest, uint16_t port,
					      uint8_t flags, uint32_t seq, uint32_t ack,
					      const char *data, size_t len)
{
	struct ipv4_hdr ip = { .src = to_guest ? BOOT_SERVER : BOOT_GUEST,
			       .dst = to_guest ? BOOT_GUEST : BOOT_SERVER,
			       .ttl = 64,
			       .proto = IP_PROTO_TCP };
	uint32_t isn = TCP_BOOT_ISN + (uint32_t)port * port;
	struct tcp_hdr h = { .sport = to_guest ? 80 : port,
			     .dport = to_guest ? port : 80,
			     .seq = seq + (to_guest ? TCP_BOOT_ISS : isn),
			     .ack = flags & TCP_ACK ? ack + (to_guest ? isn : TCP_BOOT_ISS) : 0,
			     .flags = flags,
			     .window = 8192,
			     .mss = flags & TCP_SYN ? 1460 : 0 };
	uint8_t segment[1000];
	struct wr w = WR_INIT(segment, sizeof(segment));
	struct boot_frame *f = &b->frames[b->n++];

	ck_assert_uint_le(b->n, BOOT_N_MAX);
	tcp_encode(&w, &h, &ip, (const uint8_t *)data, len);
	wire_ip(&f->f, &ip, segment, sizeof(segment) - w.left);
	f->to_guest = to_guest;
	f->t_ns = (2000 + b->n * 10) * BOOT_MS;
	return f;
}

static inline void tcp_boot_data(struct boot_script *b, uint16_t port, uint32_t seq, uint8_t flags)
{
	char data[TCP_BOOT_BYTES] = "";

	tcp_boot_add(b, true, port, TCP_ACK | flags, seq, 1 + strlen(TCP_BOOT_REQUEST_TEXT), data,
		     sizeof(data));
}

static inline void tcp_boot_ack(struct boot_script *b, uint16_t port, uint8_t flags, uint32_t ack)
{
	tcp_boot_add(b, false, port, TCP_ACK | flags, 1 + strlen(TCP_BOOT_REQUEST_TEXT), ack, "",
		     0);
}

static inline void tcp_boot_connection(struct boot_script *b, uint16_t port)
{
	static const char request[] = TCP_BOOT_REQUEST_TEXT;

	tcp_boot_add(b, false, port, TCP_SYN, 0, 0, "", 0);
	tcp_boot_add(b, true, port, TCP_SYN | TCP_ACK, 0, 1, "", 0);
	tcp_boot_add(b, false, port, TCP_ACK | TCP_PSH, 1, 1, request, strlen(request));
	tcp_boot_data(b, port, 1, 0);
	tcp_boot_data(b, port, 101, 0);
	tcp_boot_ack(b, port, 0, 201);
	tcp_boot_data(b, port, 201, TCP_FIN);
	tcp_boot_ack(b, port, 0, 302);
	tcp_boot_ack(b, port, TCP_FIN, 302);
	tcp_boot_add(b, true, port, TCP_ACK, 302, 2 + strlen(request), "", 0);
}

/* Everything as it should be. */
static inline void tcp_boot_usual(struct boot_script *b)
{
	boot_usual(b);
	b->n = 0;
	tcp_boot_connection(b, TCP_BOOT_PORT);
	tcp_boot_connection(b, TCP_BOOT_PORT + 77);
	ck_assert_uint_eq(b->n, TCP_BOOT_N_USUAL);
}

/* Move the last frame in front of frame @at, a millisecond before it. */
static inline void tcp_boot_move_last(struct boot_script *b, unsigned at)
{
	struct boot_frame f = b->frames[b->n - 1];

	memmove(&b->frames[at + 1], &b->frames[at], (b->n - 1 - at) * sizeof(f));
	f.t_ns = b->frames[at + 1].t_ns - BOOT_MS;
	b->frames[at] = f;
}

/* As boot_assert(), beside tcp_boot_usual(). */
static inline void tcp_boot_assert(const struct boot_script *b, const char *id, enum judge_saw want,
				   const char *what)
{
	static struct boot_script usual;

	tcp_boot_usual(&usual);
	boot_assert_beside(b, &usual, id, want, what);
}

#endif /* TESTS_SUPPORT_TCP_BOOT_H */
