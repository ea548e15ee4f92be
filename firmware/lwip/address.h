/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Getting addresses: ours by DHCP, those of servers by DNS
 */
#ifndef FIRMWARE_LWIP_ADDRESS_H
#define FIRMWARE_LWIP_ADDRESS_H

#include <stdint.h>

#include <lwip/ip_addr.h>

#include "firmware/lwip/dhcp6_msg.h"
#include "firmware/lwip/dhcp_msg.h"
#include "firmware/lwip/text.h"

/* What a server said, of the one protocol or the other. */
struct address_lease {
	const struct dhcp_reply *v4;  /* NULL: we boot over IPv6. It changes when it is renewed */
	const struct dhcp6_reply *v6; /* NULL: we boot over IPv4; has a boot file's URL */
};

/**
 * address_get() - Get our address, and set it
 * @lease:	Filled; what it points to stays
 * @who:	Who asks; stays
 *
 * Blocks; gives the boot up if there is none to be had.
 */
void address_get(struct address_lease *lease, const struct dhcp_identity *who);

/* Do what is due: the lease is renewed in time, and without one the boot is given up. */
void address_idle(void);

/**
 * address_find() - Find a server's address
 * @host:	A name, or an address of either IP, without brackets
 * @found:	Filled if it is known
 *
 * Blocks for as long as DNS tries, some seconds.
 *
 * Return: false if it is not known.
 */
bool address_find(struct slice host, ip_addr_t *found);

#endif /* FIRMWARE_LWIP_ADDRESS_H */
