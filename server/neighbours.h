/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The MAC addresses of the neighbours, and the packets that wait for one (RFC 826, RFC 1122 2.3.2;
 * RFC 4861 7)
 */
#ifndef SERVER_NEIGHBOURS_H
#define SERVER_NEIGHBOURS_H

#include <glib.h>

#include "server/datagram.h"

enum {
	NEIGHBOURS_MAX = 32,    /* ours: so many are remembered */
	NEIGHBOURS_ASK_MAX = 3, /* requests before a packet is given up; RFC 4861 10 */
};

#define NEIGHBOURS_ASK_NS UINT64_C(1000000000) /* RFC 1122 2.3.2.1, RFC 4861 10 */

enum neighbours_loss {
	NEIGHBOURS_UNANSWERED, /* nobody told the MAC */
	NEIGHBOURS_REPLACED,   /* a newer packet to the same address came */
	NEIGHBOURS_FULL,       /* its neighbour had to leave the table */
};

/* A packet that waits: what it will carry, headers come later. */
struct neighbours_packet {
	struct ip_addr src, dst;
	uint8_t proto;
	struct slice payload;
};

struct neighbours_ops {
	/* Send a request for this address. */
	void (*ask)(void *self, struct ip_addr ip);
	/* Send a packet that waited. */
	void (*send)(void *self, const struct mac *mac, const struct neighbours_packet *p);
	/* A packet that waited is dropped. */
	void (*lost)(void *self, uint64_t now_ns, enum neighbours_loss why,
		     const struct neighbours_packet *p);
	void *self;
};

typedef struct Neighbours Neighbours;

/* @ops is copied. Never fails. */
Neighbours *neighbours_new(const struct neighbours_ops *ops);

/* The MAC of @ip; NULL if it is not known. Borrowed until the next call. */
const struct mac *neighbours_find(Neighbours *n, struct ip_addr ip);

/**
 * neighbours_park() - Keep a packet for an address that neighbours_find() does not know, and ask
 * @p:		Copied, with its payload
 *
 * One packet is kept for each address, the newest.
 */
void neighbours_park(Neighbours *n, uint64_t now_ns, const struct neighbours_packet *p);

/* Remember @mac, and send what waited for it. */
void neighbours_learn(Neighbours *n, uint64_t now_ns, struct ip_addr ip, const struct mac *mac);

/* Change the MAC of somebody who is known. Return: whether he was. */
bool neighbours_update(Neighbours *n, struct ip_addr ip, const struct mac *mac);

/* Take the answer to a request: as neighbours_learn(), if @ip is known or being asked for. Return:
 * whether it is. */
bool neighbours_answer(Neighbours *n, uint64_t now_ns, struct ip_addr ip, const struct mac *mac);

/* Do what is due: ask again, give up. */
void neighbours_step(Neighbours *n, uint64_t now_ns);
uint64_t neighbours_deadline_ns(const Neighbours *n);

void neighbours_free(Neighbours *n);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Neighbours, neighbours_free)

#endif /* SERVER_NEIGHBOURS_H */
