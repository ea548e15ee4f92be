/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a scenario says of IPv6: defaults, and whether it makes sense; for harness/scenario.c
 */
#ifndef HARNESS_SCENARIO_IPV6_H
#define HARNESS_SCENARIO_IPV6_H

#include "server/dhcp6.h"

extern const struct net6_config scenario_net6_default;
extern const struct dhcp6_config scenario_dhcp6_default;

/* What does not fit together, for a message; NULL: nothing. */
const char *scenario_ipv6_fault(const struct net6_config *v6);

#endif /* HARNESS_SCENARIO_IPV6_H */
