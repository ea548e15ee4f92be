/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way out of the IPv6 host: our addresses, headers, fragments, and the neighbours' MACs
 *
 * A part of server/host6.c; nobody else includes this.
 */
#ifndef SERVER_HOST6_OUT_H
#define SERVER_HOST6_OUT_H

#include "server/host.h"
#include "server/wire/ndp.h"

typedef struct Host6Out Host6Out;

/* @ops and @net are copied, @journal is borrowed. Never fails. */
Host6Out *host6_out_new(const struct net_config *net, const struct host_ops *ops, Journal *journal);

bool host6_out_is_ours(const Host6Out *o, const struct ip6_addr *a);

/* Whether @a is the group in which an address of ours is asked for. */
bool host6_out_is_solicited_node(const Host6Out *o, const struct ip6_addr *a);

/*
 * Send a message from @src, or, where that is none of our addresses, from the one that suits @dst.
 * Where the MAC of @dst is not known it is asked for, three times in three seconds; meanwhile one
 * packet is kept for each address, the newest (RFC 4861 7.2.2).
 */
void host6_out_ndp(Host6Out *o, uint64_t now_ns, const struct ndp *n, const struct ip6_addr *src,
		   const struct ip6_addr *dst);
void host6_out_icmp(Host6Out *o, uint64_t now_ns, const struct icmp_hdr *icmp, struct slice payload,
		    const struct ip6_addr *src, const struct ip6_addr *dst);
void host6_out_udp(Host6Out *o, uint64_t now_ns, const struct datagram *d);

/* A neighbour says what its MAC is. */
void host6_out_learn(Host6Out *o, uint64_t now_ns, const struct ip6_addr *a, const struct mac *mac);

/* The same in an answer, which counts only if it is known or was asked for: else false. */
bool host6_out_answer(Host6Out *o, uint64_t now_ns, const struct ip6_addr *a,
		      const struct mac *mac);

/* Do what is due: ask again, give up. */
void host6_out_step(Host6Out *o, uint64_t now_ns);
uint64_t host6_out_deadline_ns(const Host6Out *o);

void host6_out_free(Host6Out *o);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Host6Out, host6_out_free)

#endif /* SERVER_HOST6_OUT_H */
