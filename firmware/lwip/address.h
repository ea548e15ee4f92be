/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Getting addresses: ours by DHCP, those of servers by DNS
 */
#ifndef FIRMWARE_LWIP_ADDRESS_H
#define FIRMWARE_LWIP_ADDRESS_H

#include <stdint.h>

#include "firmware/lwip/dhcp_msg.h"
#include "firmware/lwip/text.h"

/**
 * address_get() - Get our address, and set it
 * @who:	Who asks
 *
 * Blocks; gives the boot up if there is none to be had.
 *
 * Return: what the server said; it stays, and changes when the lease is renewed.
 */
const struct dhcp_reply *address_get(const struct dhcp_identity *who);

/* Do what is due: the lease is renewed in time, and without one the boot is given up. */
void address_idle(void);

/**
 * address_find() - Find a server's address
 * @host:	A name, or an address in decimal parts
 * @address:	Filled
 *
 * Blocks for as long as DNS tries, some seconds.
 *
 * Return: false if it is not known.
 */
bool address_find(struct slice host, uint32_t *address);

#endif /* FIRMWARE_LWIP_ADDRESS_H */
