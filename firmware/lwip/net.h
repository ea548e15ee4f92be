/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network: lwIP over one virtio card, polled
 *
 * lwIP is one of a kind, and so is this. Nothing happens but in net_poll(), and all callbacks come
 * from there.
 */
#ifndef FIRMWARE_LWIP_NET_H
#define FIRMWARE_LWIP_NET_H

#include <stdint.h>

#include "firmware/lib/random.h"
#include "firmware/lib/virtio_net.h"

/**
 * net_init() - Start lwIP on a card
 * @card:	An open card, borrowed for ever
 *
 * Return: 0; negative if lwIP refuses.
 */
int net_init(struct virtio_net *card);

/* Take what came, and do what is due in lwIP. */
void net_poll(void);

/* Nanoseconds since net_init(); follows the TOD clock. */
uint64_t net_now_ns(void);

/* Random numbers that the TOD clock at start and the card's address decide. */
struct random *net_random(void);

enum {
	NET_N_DNS = 2, /* name servers: the second is asked where the first is silent */
};

/* Take an address; 0 as router for none, 0 as name server for none. */
void net_set_address(uint32_t address, uint32_t netmask, uint32_t router,
		     const uint32_t dns[NET_N_DNS]);

/* Begin with IPv6: make a link-local address, look for routers, and take frames of it. */
void net_start6(void);

/* Be deaf to IPv6 again, and silent. */
void net_stop6(void);

/* Stop using it, if it was begun at all. */
void net_stop(void);

#endif /* FIRMWARE_LWIP_NET_H */
