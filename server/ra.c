/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The router's word: advertisements (RFC 4861 6.2, RFC 8106)
 */
#include "server/ra.h"

enum {
	HOP_LIMIT = 64, /* RFC 1700, "IP time to live" */
};

struct ndp ra_message(const struct net_config *net)
{
	const struct net6_config *v6 = &net->v6;
	const struct ra_config *ra = &v6->ra;

	return (struct ndp){
		.type = ICMP6_RA,
		.hop_limit = HOP_LIMIT,
		.managed = ra->managed,
		.other = ra->other,
		.lifetime_s = (uint16_t)ra->lifetime_s,
		.has_mac = true,
		.mac = net->mac,
		.has_prefix = true,
		.prefix = { .prefix = ip6_prefix(&v6->server, v6->prefix_len),
			    .len = (uint8_t)v6->prefix_len,
			    .on_link = ra->on_link,
			    .autonomous = ra->autonomous,
			    .valid_s = ra->valid_s,
			    .preferred_s = ra->preferred_s },
		.mtu = ra->mtu,
		.n_dns = ip6_is_unspecified(&ra->dns) ? 0 : 1,
		.dns = { ra->dns },
		.dns_lifetime_s = ra->valid_s, /* it is as good as the network */
	};
}

uint64_t ra_first_ns(const struct ra_config *ra)
{
	return ra->enabled && ra->interval_ns ? ra->interval_ns : DEADLINE_NEVER;
}
