/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Joining fragments of IPv4 (RFC 791 3.2) and IPv6 (RFC 8200 4.5)
 */
#ifndef SERVER_REASSEMBLY_H
#define SERVER_REASSEMBLY_H

#include <glib.h>

#include "server/datagram.h"

enum {
	REASSEMBLY_N_DATAGRAMS = 8, /* ours: so many are joined at once */
};

#define REASSEMBLY_TIMEOUT_NS                                                                      \
	UINT64_C(15000000000) /* RFC 791 3.2, counted from the first; IPv6 has 60 s */

enum {
	REASSEMBLY_E_INCOMPLETE = 1, /* kept; more must come */
	REASSEMBLY_E_DUPLICATE,      /* the same bytes once more; nothing changed */
	REASSEMBLY_E_MALFORMED,      /* empty, not in units of eight, beyond 65535 bytes */
	REASSEMBLY_E_OVERLAP,        /* contradicts what came before: all of it is dropped */
	REASSEMBLY_E_FULL,           /* REASSEMBLY_N_DATAGRAMS are waiting already */
};

/* What makes fragments belong together. */
struct reassembly_key {
	struct ip_addr src, dst;
	uint32_t id;
	uint8_t proto;
};

struct reassembly_piece {
	size_t offset; /* in bytes */
	bool more;     /* further ones follow */
	struct slice data;
};

typedef struct Reassembly Reassembly;

Reassembly *reassembly_new(void);

/**
 * reassembly_add() - Take a fragment
 * @whole:	Filled with the datagram's payload; borrowed, gone with the next call
 *
 * Return: 0 and @whole if this was the last one missing, or REASSEMBLY_E_*.
 */
int reassembly_add(Reassembly *r, uint64_t now_ns, const struct reassembly_key *key,
		   const struct reassembly_piece *piece, struct slice *whole);

/**
 * reassembly_expire() - Give up a datagram whose time is over; call until it says false
 * @out:	Filled with what it was
 *
 * Return: whether there was one.
 */
bool reassembly_expire(Reassembly *r, uint64_t now_ns, struct reassembly_key *out);

/* When reassembly_expire() has something to do, or DEADLINE_NEVER. */
uint64_t reassembly_deadline_ns(const Reassembly *r);

void reassembly_free(Reassembly *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reassembly, reassembly_free)

#endif /* SERVER_REASSEMBLY_H */
