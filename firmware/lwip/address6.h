/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Getting an IPv6 address, and what there is to boot: routers, DHCPv6
 */
#ifndef FIRMWARE_LWIP_ADDRESS6_H
#define FIRMWARE_LWIP_ADDRESS6_H

#include <stdbool.h>

#include "firmware/lwip/dhcp6_msg.h"

enum address6_state {
	ADDRESS6_OFF,
	ADDRESS6_BUSY,
	ADDRESS6_READY, /* there is an address, and a boot file's URL */
	ADDRESS6_OVER,  /* nobody tells us of either, or the lease is over */
};

/* Begin. @who stays. */
void address6_start(const struct dhcp_identity *who);

/* Do what is due. Return: how it is going. */
enum address6_state address6_step(void);

/* Be done with IPv6, since we boot over IPv4. */
void address6_stop(void);

/* Tell a person our addresses. */
void address6_say(void);

/* What DHCPv6 said first, NULL as long as it says nothing. It stays. */
const struct dhcp6_reply *address6_reply(void);

#endif /* FIRMWARE_LWIP_ADDRESS6_H */
