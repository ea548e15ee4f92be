/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtqueues, split rings (VIRTIO 1.2, section 2.7)
 *
 * Entry i of the descriptor table always stands for the caller's buffer i, so that there are no
 * chains and nothing to allocate. A legacy device has its rings in the guest's byte order, any
 * other in little-endian. What the device writes is checked by whoever takes it.
 */
#ifndef FIRMWARE_LIB_VIRTQ_H
#define FIRMWARE_LIB_VIRTQ_H

#include <stdbool.h>
#include <stdint.h>

enum {
	VIRTQ_N_MAX = 1024, /* entries */
	VIRTQ_ALIGN = 4096,
	VIRTQ_AREA_LEN = 8 * VIRTQ_ALIGN, /* rings of VIRTQ_N_MAX entries in the legacy layout */
	VIRTQ_DESC_LEN = 16,
};

struct virtq_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags;
	uint16_t next;
};

struct virtq_used {
	uint32_t id;
	uint32_t len;
};

struct virtq {
	struct virtq_desc *desc;
	volatile uint16_t *avail; /* flags, idx, ring[n] */
	volatile uint16_t *used;  /* flags, idx, then struct virtq_used[n] */
	uint16_t n;
	uint16_t n_avail; /* handed to the device so far, wraps */
	uint16_t n_used;  /* taken back so far, wraps */
	bool little;      /* byte order of the rings */
};

/**
 * virtq_init() - Lay out empty rings
 * @q:		Filled
 * @area:	VIRTQ_AREA_LEN bytes, page-aligned; cleared
 * @n:		Entries, a power of two, VIRTQ_N_MAX at most
 * @little:	Byte order: little-endian, or the CPU's
 */
void virtq_init(struct virtq *q, void *area, uint16_t n, bool little);

/**
 * virtq_put() - Hand a buffer to the device
 * @q:		The queue
 * @i:		Which buffer
 * @buf:	Where it is
 * @len:	Bytes in it
 * @writable:	The device writes to it
 *
 * The device may look at it at once; virtio_ccw_notify() makes it look.
 */
void virtq_put(struct virtq *q, uint16_t i, void *buf, uint32_t len, bool writable);

/**
 * virtq_take() - Take a buffer back that the device is done with
 * @q:		The queue
 * @i:		Filled with the buffer's number; the device wrote it, so it may be anything
 * @len:	Filled with the bytes written; likewise
 *
 * Return: whether there was one.
 */
bool virtq_take(struct virtq *q, uint32_t *i, uint32_t *len);

/* Whether the device wants to be told of what it was handed. */
bool virtq_wants_notify(const struct virtq *q);

#endif /* FIRMWARE_LIB_VIRTQ_H */
