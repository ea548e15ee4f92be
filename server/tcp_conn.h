/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One TCP connection that a guest opened (RFC 9293)
 *
 * A state machine: now and a segment in, segments and the next deadline out. Whoever uses its
 * stream reads and writes what lies in its buffers; both are bounded, and what does not fit waits
 * at its sender.
 */
#ifndef SERVER_TCP_CONN_H
#define SERVER_TCP_CONN_H

#include "server/tcp_sender.h"

enum {
	TCP_IN_MAX = 16 * 1024, /* bytes that came and were not yet consumed: our window */
};

/* Why a connection is over. */
enum tcp_end {
	TCP_END_CLOSED,     /* both streams ended */
	TCP_END_RESET,      /* by the peer */
	TCP_END_ABORTED,    /* by us */
	TCP_END_UNANSWERED, /* the peer acknowledged nothing any more */
};

/* Who is with whom. */
struct tcp_flow {
	uint32_t guest_ip, server_ip;
	uint16_t guest_port, server_port;
	struct mac mac; /* of the guest */
};

struct tcp_conn_ops {
	/* A segment for the guest; borrowed, gone when the call returns. */
	void (*send)(void *self, const struct tcp_flow *flow, const struct tcp_hdr *h,
		     struct slice data);
	/* Something is sent again: from which place (server/tcp_sender.h), and why. */
	void (*repeated)(void *self, const struct tcp_flow *flow, uint64_t at, const char *why);
	void *self;
};

typedef struct TcpConn TcpConn;

/* Answer a SYN; as tcp_sender_new(). @flow and @ops are copied. */
TcpConn *tcp_conn_new(const struct tcp_flow *flow, const struct tcp_conn_ops *ops, uint64_t now_ns,
		      const struct tcp_hdr *syn, uint32_t iss, uint64_t rto_min_ns);

/* A segment of this connection came. Afterwards its user looks at it, and tcp_conn_flush(). */
void tcp_conn_input(TcpConn *c, uint64_t now_ns, const struct tcp_hdr *h, struct slice data);

/* Do what is due. */
void tcp_conn_step(TcpConn *c, uint64_t now_ns);
uint64_t tcp_conn_deadline_ns(const TcpConn *c);

/* Send what may be sent, and the ACK that is owed. After anything else was called. */
void tcp_conn_flush(TcpConn *c, uint64_t now_ns);

/* What came and was not consumed; borrowed, until any other call. */
struct slice tcp_conn_received(const TcpConn *c);
void tcp_conn_consume(TcpConn *c, size_t n);

/* Whether the guest's stream is at its end: what tcp_conn_received() has is the last of it. */
bool tcp_conn_is_ended(const TcpConn *c);

/* As of tcp_sender_room() and its like. */
size_t tcp_conn_room(const TcpConn *c);
void tcp_conn_write(TcpConn *c, const uint8_t *buf, size_t n);
void tcp_conn_mark(TcpConn *c);
uint64_t tcp_conn_n_written(const TcpConn *c);
uint64_t tcp_conn_n_acked(const TcpConn *c);

/* Bytes of the guest's stream that came so far. */
uint64_t tcp_conn_n_received(const TcpConn *c);

/* Our stream ends behind what was written. What still comes is thrown away. */
void tcp_conn_close(TcpConn *c);

/* End it with a RST, here and now. */
void tcp_conn_abort(TcpConn *c);

const struct tcp_flow *tcp_conn_flow(const TcpConn *c);

/* Whether the guest has answered our SYN. */
bool tcp_conn_is_open(const TcpConn *c);

/* Whether it is over for its user; it may still stand for segments that come late. */
bool tcp_conn_is_over(const TcpConn *c);

/* Whether it can go. */
bool tcp_conn_is_gone(const TcpConn *c);

/* Why it is over, if it is. */
enum tcp_end tcp_conn_end(const TcpConn *c);

void tcp_conn_free(TcpConn *c);

/* "closed", "reset", "aborted", "unanswered" */
const char *tcp_end_name(enum tcp_end e);

#endif /* SERVER_TCP_CONN_H */
