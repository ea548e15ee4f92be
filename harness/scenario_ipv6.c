/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario says of IPv6: defaults, and whether it makes sense
 */
#include "harness/scenario_ipv6.h"

const struct net6_config scenario_net6_default = {
	.server = { { 0xfd, [15] = 2 } }, /* fd00::2 */
	.prefix_len = 64,
	.guest = { { 0xfd, [15] = 0x15 } },
	.ra = { .enabled = true,
		.managed = true,
		.other = true,
		.on_link = true,
		.autonomous = true,
		.lifetime_s = 1800,
		.valid_s = 86400,
		.preferred_s = 14400 },
};

const struct dhcp6_config scenario_dhcp6_default = { .enabled = true,
						     .lease_s = 86400,
						     .n_leases = 16 };

const char *scenario_ipv6_fault(const struct net6_config *v6)
{
	if (!ip6_is_host(&v6->server) || ip6_is_link_local(&v6->server))
		return "[server.ipv6] address is no global address";
	if (!ip6_same_prefix(&v6->guest, &v6->server, v6->prefix_len))
		return "[server.ipv6] guest and address are not in one network";
	if (ip6_equal(&v6->guest, &v6->server))
		return "[server.ipv6] guest and address are the same";
	return NULL;
}
