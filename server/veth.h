/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A network card whose cable ends in our hands: a veth pair and a packet socket
 */
#ifndef SERVER_VETH_H
#define SERVER_VETH_H

#include <stdbool.h>
#include <stdint.h>

#include "server/wire/ethernet.h"

struct veth_config {
	const char *card;          /* its name: "eth0"; borrowed */
	struct mac mac;            /* zeros: the kernel chooses */
	uint32_t address, netmask; /* 0: none */
	unsigned mtu;              /* 0: 1500 */
	bool ipv6;                 /* the card speaks IPv6 as well */
};

/**
 * veth_open() - Make the card in this process's network namespace
 * @step:	Filled with what is being done, for a message
 *
 * Card and loopback are up when it returns. Frames leave the card with their checksums filled in,
 * and none is longer than its MTU allows. Makes system calls only.
 *
 * Return: non-blocking packet socket, one datagram is one frame, which the caller closes; negative
 * errno.
 */
int veth_open(const struct veth_config *cfg, const char **step);

/*
 * The parts of that, for a cable which is there already. Return: 0, or the packet socket at the far
 * end; negative errno.
 */
int veth_fill_checksums(const char *card); /* also: no frame is longer than the MTU allows */
int veth_listen(const char *far_end);

#endif /* SERVER_VETH_H */
