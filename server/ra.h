/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The router's word: advertisements (RFC 4861 6.2, RFC 8106)
 */
#ifndef SERVER_RA_H
#define SERVER_RA_H

#include "server/datagram.h"
#include "server/wire/ndp.h"

/* The advertisement that net->v6.ra describes, of the prefix of the server's own address. */
struct ndp ra_message(const struct net_config *net);

/* When the first one is due without being asked for, or DEADLINE_NEVER; then ra->interval_ns on. */
uint64_t ra_first_ns(const struct ra_config *ra);

#endif /* SERVER_RA_H */
