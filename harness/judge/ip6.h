/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the judges of IPv6 look at: messages of ICMPv6, and which addresses a client uses
 */
#ifndef HARNESS_JUDGE_IP6_H
#define HARNESS_JUDGE_IP6_H

#include "harness/judge/judge.h"

bool ip6_is_sent(const struct trace_frame *f);

/* What is behind its headers; false: it is no packet of IPv6 that can be read, or a fragment. */
bool ip6_message(struct slice *out, const struct trace_frame *f);

/* A message of ICMPv6, also if its checksum is wrong. */
bool ip6_icmp(struct icmp_hdr *out, struct slice *body, const struct trace_frame *f);

/* A message of neighbour discovery, also one that no host may believe. */
bool ip6_ndp(struct ndp *out, const struct trace_frame *f);

bool ip6_is_icmp_type(const struct trace_frame *f, uint8_t type);

/* A solicitation of somebody who wants an address, and tries whether anybody has it. */
bool ip6_is_dad(struct ip6_addr *target, const struct trace_frame *f);

/* The first packet from frame @i on in which the guest sends from an address, or tries it; NULL. */
const struct trace_frame *ip6_use(const Trace *t, guint i, const struct ip6_addr *a);

/* The first advertisement from frame @i on in which somebody else says that it is his; NULL. */
const struct trace_frame *ip6_claim(const Trace *t, guint i, const struct ip6_addr *a, guint *at);

/* Whether the guest has sent from an address, in all of the boot. */
bool ip6_is_guests(const Trace *t, const struct ip6_addr *a);

/*
 * Whether packets of kinds that begin with @prefix were lost on the way, by the network or a rule:
 * then it cannot be said that the guest did not send one.
 */
bool ip6_has_lost(const Trace *t, const char *prefix);

#endif /* HARNESS_JUDGE_IP6_H */
