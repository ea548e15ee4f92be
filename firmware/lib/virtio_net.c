/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A virtio network card
 *
 * The numbers that the card writes (which buffer, how long) are not believed: what does not fit is
 * dropped, and the buffer goes back to the card.
 */
#include "firmware/lib/virtio_net.h"

#include "firmware/lib/string.h"
#include "firmware/lib/tod.h"

enum {
	HEADER_LEN = 12,
	HEADER_LEN_LEGACY = 10, /* has no number of buffers */
	DRAIN_US = 100 * 1000,
};

#define VIRTIO_NET_F_MAC (UINT64_C(1) << 5)

_Static_assert(HEADER_LEN + VIRTIO_NET_FRAME_MAX <= VIRTIO_NET_BUF_LEN, "a frame fits its buffer");

static void fill_rx(struct virtio_net *n)
{
	for (uint16_t i = 0; i < VIRTIO_NET_N_RX && i < n->rx.n; i++) {
		virtq_put(&n->rx, i, n->rx_buf[i], VIRTIO_NET_BUF_LEN, true);
		n->at_card[i] = true;
	}
}

static void fill_tx(struct virtio_net *n)
{
	n->n_free_tx = 0;
	for (uint16_t i = 0; i < VIRTIO_NET_N_TX && i < n->tx.n; i++)
		n->free_tx[n->n_free_tx++] = i;
}

static int set_up(struct virtio_net *n)
{
	uint64_t features;
	int r = virtio_ccw_agree(&n->ccw, VIRTIO_NET_F_MAC, &features);

	if (r)
		return r;
	if (!(features & VIRTIO_NET_F_MAC))
		return VIRTIO_E_REFUSED; /* we would have to make one up */
	r = virtio_ccw_read_config(&n->ccw, n->mac, sizeof(n->mac));
	if (!r)
		r = virtio_ccw_queue(&n->ccw, VIRTIO_NET_RX, &n->rx, n->rings[VIRTIO_NET_RX],
				     VIRTIO_NET_N_RX);
	if (!r)
		r = virtio_ccw_queue(&n->ccw, VIRTIO_NET_TX, &n->tx, n->rings[VIRTIO_NET_TX],
				     VIRTIO_NET_N_TX);
	return r;
}

int virtio_net_open(struct virtio_net *n, uint32_t schid)
{
	int r = virtio_ccw_open(&n->ccw, schid);

	if (r)
		return r;
	n->header_len = n->ccw.revision ? HEADER_LEN : HEADER_LEN_LEGACY;
	n->cookie[VIRTIO_NET_RX] = n->cookie[VIRTIO_NET_TX] = 0;
	r = set_up(n);
	if (r)
		goto err_close;

	fill_tx(n);
	fill_rx(n);
	r = virtio_ccw_start(&n->ccw);
	if (r)
		goto err_close;
	virtio_ccw_notify(&n->ccw, VIRTIO_NET_RX, &n->cookie[VIRTIO_NET_RX]);
	return 0;

err_close:
	virtio_ccw_close(&n->ccw);
	return r;
}

bool virtio_net_recv(struct virtio_net *n, struct virtio_net_frame *f)
{
	uint32_t i, len;

	while (virtq_take(&n->rx, &i, &len)) {
		if (i >= VIRTIO_NET_N_RX || !n->at_card[i])
			continue;
		n->at_card[i] = false;
		if (len < n->header_len + VIRTIO_NET_FRAME_MIN || len > VIRTIO_NET_BUF_LEN) {
			virtio_net_give_back(n, (uint16_t)i);
			continue;
		}
		f->data = n->rx_buf[i] + n->header_len;
		f->len = (uint16_t)(len - n->header_len);
		f->buf = (uint16_t)i;
		return true;
	}
	return false;
}

void virtio_net_give_back(struct virtio_net *n, uint16_t buf)
{
	n->at_card[buf] = true;
	n->rx_refilled = true;
	virtq_put(&n->rx, buf, n->rx_buf[buf], VIRTIO_NET_BUF_LEN, true);
}

void virtio_net_kick_rx(struct virtio_net *n)
{
	if (!n->rx_refilled)
		return;
	n->rx_refilled = false;
	if (virtq_wants_notify(&n->rx))
		virtio_ccw_notify(&n->ccw, VIRTIO_NET_RX, &n->cookie[VIRTIO_NET_RX]);
}

static void reclaim_tx(struct virtio_net *n)
{
	uint32_t i, len;

	while (virtq_take(&n->tx, &i, &len))
		if (i < VIRTIO_NET_N_TX && n->n_free_tx < VIRTIO_NET_N_TX)
			n->free_tx[n->n_free_tx++] = (uint16_t)i;
}

uint8_t *virtio_net_tx_buf(struct virtio_net *n, uint16_t *buf)
{
	reclaim_tx(n);
	if (!n->n_free_tx)
		return NULL;
	*buf = n->free_tx[--n->n_free_tx];
	return n->tx_buf[*buf] + n->header_len;
}

void virtio_net_send(struct virtio_net *n, uint16_t buf, uint16_t len)
{
	memset(n->tx_buf[buf], 0, n->header_len); /* no offload */
	virtq_put(&n->tx, buf, n->tx_buf[buf], (uint32_t)n->header_len + len, false);
	if (virtq_wants_notify(&n->tx))
		virtio_ccw_notify(&n->ccw, VIRTIO_NET_TX, &n->cookie[VIRTIO_NET_TX]);
}

/* The card takes frames some time after it was told of them; a reset would lose them. */
static void drain_tx(struct virtio_net *n)
{
	uint64_t start = tod_read();
	uint16_t n_all = n->tx.n < VIRTIO_NET_N_TX ? n->tx.n : VIRTIO_NET_N_TX;

	do
		reclaim_tx(n);
	while (n->n_free_tx < n_all && !tod_is_over(start, DRAIN_US));
}

void virtio_net_close(struct virtio_net *n)
{
	drain_tx(n);
	virtio_ccw_close(&n->ccw);
}
