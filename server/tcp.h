/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP connections that guests open to one port of ours
 */
#ifndef SERVER_TCP_H
#define SERVER_TCP_H

#include "server/journal.h"
#include "server/tcp_conn.h"

struct tcp_config {
	unsigned port;       /* 0: none is open */
	uint64_t rto_min_ns; /* the first and the least wait before something is repeated */
	bool has_isn;        /* every connection begins with isn; else it follows time */
	uint32_t isn;
};

struct tcp_ops {
	/* A segment for the guest; borrowed, gone when the call returns. Must not call back. */
	void (*send)(void *self, const struct tcp_flow *flow, struct slice segment);
	/* A guest has connected. Return: what stands for the connection in the calls below. */
	void *(*opened)(void *self, uint64_t now_ns, TcpConn *c, unsigned number);
	/* Something came, or went away: look at the connection. It is flushed afterwards. */
	void (*work)(void *self, uint64_t now_ns, void *user);
	/* It is over, tcp_conn_end() says why; @user is not used any more. */
	void (*closed)(void *self, uint64_t now_ns, void *user);
	void *self;
};

typedef struct Tcp Tcp;

/* @cfg and @ops are copied, @journal is borrowed. */
Tcp *tcp_new(const struct tcp_config *cfg, const struct tcp_ops *ops, Journal *journal);

/**
 * tcp_input() - Take a segment
 * @ip:		Header it came under
 * @mac:	Who sent the frame: where the answers go
 *
 * What belongs to no connection is answered with a RST. What cannot be read or has a wrong checksum
 * is dropped ("tcp.drop").
 */
void tcp_input(Tcp *t, uint64_t now_ns, const struct ipv4_hdr *ip, const struct mac *mac,
	       struct slice segment);

/* Do what is due. */
void tcp_step(Tcp *t, uint64_t now_ns);
uint64_t tcp_deadline_ns(const Tcp *t);

/* A user did something to its connection outside of the calls above: send it, see what came of it.
 */
void tcp_flush(Tcp *t, uint64_t now_ns, TcpConn *c);

/* Ends every connection without a word; users are told. */
void tcp_free(Tcp *t, uint64_t now_ns);

#endif /* SERVER_TCP_H */
