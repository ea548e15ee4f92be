/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio network card (VIRTIO 1.2, section 5.1), polled
 *
 * Two queues and no offloads: the card is never asked to leave a checksum out, so that what
 * arrives can be verified. Received frames stay where the card wrote them until they are given
 * back; frames to send are built in buffers of the card's.
 */
#ifndef FIRMWARE_LIB_VIRTIO_NET_H
#define FIRMWARE_LIB_VIRTIO_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/lib/virtio_ccw.h"

enum {
	VIRTIO_NET_MODEL = 1, /* control unit model of a network card */
	VIRTIO_NET_MAC_LEN = 6,
	VIRTIO_NET_N_RX = 256, /* buffers, a power of two */
	VIRTIO_NET_N_TX = 32,
	VIRTIO_NET_BUF_LEN = 2048, /* with the card's header */
	VIRTIO_NET_FRAME_MAX = 1518,
	VIRTIO_NET_FRAME_MIN = 14, /* an Ethernet header */
};

enum virtio_net_queue {
	VIRTIO_NET_RX,
	VIRTIO_NET_TX,
	VIRTIO_NET_N_QUEUES,
};

struct virtio_net {
	struct virtio_ccw ccw;
	uint8_t mac[VIRTIO_NET_MAC_LEN];
	size_t header_len; /* in front of each frame */
	struct virtq rx, tx;
	int64_t cookie[VIRTIO_NET_N_QUEUES];
	uint16_t free_tx[VIRTIO_NET_N_TX];
	uint16_t n_free_tx;
	bool at_card[VIRTIO_NET_N_RX];
	bool rx_refilled; /* since the card was told last */
	uint8_t rings[VIRTIO_NET_N_QUEUES][VIRTQ_AREA_LEN] __attribute__((aligned(VIRTQ_ALIGN)));
	uint8_t rx_buf[VIRTIO_NET_N_RX][VIRTIO_NET_BUF_LEN];
	uint8_t tx_buf[VIRTIO_NET_N_TX][VIRTIO_NET_BUF_LEN];
};

/* A frame that was received. */
struct virtio_net_frame {
	uint8_t *data;
	uint16_t len;
	uint16_t buf; /* to give it back */
};

/**
 * virtio_net_open() - Set up a card and start it
 * @n:		The card; large, so it is static
 * @schid:	Its subchannel
 *
 * Return: 0, or a virtio_error or css_error.
 */
int virtio_net_open(struct virtio_net *n, uint32_t schid);

/**
 * virtio_net_recv() - Take the next frame
 * @n:		An open card
 * @f:		Filled; its bytes belong to the caller until virtio_net_give_back()
 *
 * Return: whether there was one.
 */
bool virtio_net_recv(struct virtio_net *n, struct virtio_net_frame *f);

/* Give a frame's buffer back. */
void virtio_net_give_back(struct virtio_net *n, uint16_t buf);

/* Tell the card of buffers that were given back, if it waits for them. */
void virtio_net_kick_rx(struct virtio_net *n);

/**
 * virtio_net_tx_buf() - Get a buffer to build a frame in
 * @n:		An open card
 * @buf:	Filled, for virtio_net_send()
 *
 * Return: VIRTIO_NET_FRAME_MAX bytes; NULL if the card still has all of them.
 */
uint8_t *virtio_net_tx_buf(struct virtio_net *n, uint16_t *buf);

/**
 * virtio_net_send() - Send the frame that was built
 * @n:		An open card
 * @buf:	From virtio_net_tx_buf()
 * @len:	Bytes, VIRTIO_NET_FRAME_MAX at most
 *
 * Does not wait for the card to be done.
 */
void virtio_net_send(struct virtio_net *n, uint16_t buf, uint16_t len);

/*
 * Reset the card: nothing of it is in use any more, and it writes nowhere. Waits for what was sent
 * to be on its way, up to 100 ms.
 */
void virtio_net_close(struct virtio_net *n);

#endif /* FIRMWARE_LIB_VIRTIO_NET_H */
