/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a TCP connection sends: when, how much at once, and when again
 *
 * A place in the stream is a count of 64 bits: our SYN is at 0, our first byte at 1, our FIN behind
 * the last byte. Sequence numbers, which wrap, exist at the border only.
 */
#ifndef SERVER_TCP_SENDER_H
#define SERVER_TCP_SENDER_H

#include <glib.h>

#include "server/datagram.h"
#include "server/wire/tcp.h"

enum {
	/* Bytes that are written and not yet acknowledged: more than any window, so that the short
	 * end of a full buffer never goes before what is written behind it. */
	TCP_OUT_MAX = 64 * 1024,
	TCP_MSS = 1460, /* Ethernet's MTU without two headers */
};

enum {
	TCP_SENDER_E_NEVER_SENT = 1, /* what is acknowledged was never sent */
	TCP_SENDER_E_GONE,           /* the peer acknowledges nothing any more */
};

struct tcp_sender_ops {
	/* A segment that begins at @at; @flags without ACK. The data is borrowed. */
	void (*emit)(void *self, uint64_t at, uint8_t flags, struct slice data);
	/* Something is sent again: from which place, and why ("timeout", "duplicate-acks"). */
	void (*repeated)(void *self, uint64_t at, const char *why);
	void *self;
};

typedef struct TcpSender TcpSender;

/* Answers a SYN with ours. @ops is copied. @rto_min_ns is the first and the least wait for an ACK.
 */
TcpSender *tcp_sender_new(const struct tcp_sender_ops *ops, uint64_t now_ns,
			  const struct tcp_hdr *syn, uint32_t iss, uint64_t rto_min_ns);

/**
 * tcp_sender_ack() - Take what an acceptable segment says about what we sent
 * @n_bytes:	Of data that it has
 *
 * Return: 0, also for an old ACK; TCP_SENDER_E_NEVER_SENT.
 */
int tcp_sender_ack(TcpSender *s, uint64_t now_ns, const struct tcp_hdr *h, size_t n_bytes);

/* Send our SYN again: the peer says that it was lost. */
void tcp_sender_repeat_syn(TcpSender *s);

/* Send what may be sent. After anything else was called. */
void tcp_sender_flush(TcpSender *s, uint64_t now_ns);

/* Repeat what is due. Return: 0 or TCP_SENDER_E_GONE. */
int tcp_sender_step(TcpSender *s, uint64_t now_ns);
uint64_t tcp_sender_deadline_ns(const TcpSender *s);

/* How much tcp_sender_write() takes; it must not be given more. */
size_t tcp_sender_room(const TcpSender *s);
void tcp_sender_write(TcpSender *s, const uint8_t *buf, size_t n);

/* A segment ends behind what was written, however little is in it. */
void tcp_sender_mark(TcpSender *s);

/* The stream ends behind what was written. */
void tcp_sender_end(TcpSender *s);

/* Bytes that were written so far, and of these acknowledged. */
uint64_t tcp_sender_n_written(const TcpSender *s);
uint64_t tcp_sender_n_acked(const TcpSender *s);

bool tcp_sender_syn_is_acked(const TcpSender *s);
bool tcp_sender_fin_is_acked(const TcpSender *s);

/* Where the next segment begins that has nothing in it. */
uint64_t tcp_sender_next(const TcpSender *s);

void tcp_sender_free(TcpSender *s);

#endif /* SERVER_TCP_SENDER_H */
