/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio over channel I/O
 *
 * Virtual I/O Device (VIRTIO) 1.2, section 4.3. Newer revisions are asked for first (2, then 1); a
 * device that refuses them is driven as a legacy one (0). Interrupts are never set up.
 */
#ifndef FIRMWARE_LIB_VIRTIO_CCW_H
#define FIRMWARE_LIB_VIRTIO_CCW_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/lib/virtq.h"

enum {
	VIRTIO_CCW_CU_TYPE = 0x3832, /* control unit type; the model is the kind of device */
	VIRTIO_CCW_REVISION_MAX = 2,
};

enum virtio_status {
	VIRTIO_STATUS_ACKNOWLEDGE = 0x01,
	VIRTIO_STATUS_DRIVER = 0x02,
	VIRTIO_STATUS_DRIVER_OK = 0x04,
	VIRTIO_STATUS_FEATURES_OK = 0x08,
	VIRTIO_STATUS_FAILED = 0x80,
};

#define VIRTIO_F_VERSION_1 (UINT64_C(1) << 32)
#define VIRTIO_F_ACCESS_PLATFORM (UINT64_C(1) << 33)

enum virtio_error {
	VIRTIO_E_IO = 16, /* a command failed that may not */
	VIRTIO_E_REFUSED, /* the device does not take our features */
	VIRTIO_E_QUEUE,   /* a queue is not there, or has a size we cannot do */
};

struct virtio_ccw {
	uint32_t schid;
	uint8_t revision; /* 0: legacy */
};

/**
 * virtio_ccw_identify() - Ask what is behind a subchannel
 * @schid:	Which; it is left disabled
 * @model:	Filled with the kind of device (VIRTIO 1.2 section 5: 1 is a network card)
 *
 * Return: 0, VIRTIO_E_REFUSED if it is no virtio device, or a css_error.
 */
int virtio_ccw_identify(uint32_t schid, uint8_t *model);

/**
 * virtio_ccw_open() - Enable the subchannel, agree on a revision, reset, and say that we drive it
 * @v:		Filled
 * @schid:	Which
 *
 * Return: 0 or VIRTIO_E_IO.
 */
int virtio_ccw_open(struct virtio_ccw *v, uint32_t schid);

/**
 * virtio_ccw_agree() - Agree on features
 * @v:		An open device
 * @wanted:	Those to accept if they are offered; VIRTIO_F_VERSION_1 and VIRTIO_F_ACCESS_PLATFORM
 *		are added where the revision or the device needs them
 * @agreed:	Filled
 *
 * Return: 0, VIRTIO_E_REFUSED or VIRTIO_E_IO.
 */
int virtio_ccw_agree(const struct virtio_ccw *v, uint64_t wanted, uint64_t *agreed);

/* Read the first @len bytes (256 at most) of the configuration. Return: 0 or VIRTIO_E_IO. */
int virtio_ccw_read_config(const struct virtio_ccw *v, void *buf, uint16_t len);

/**
 * virtio_ccw_queue() - Set up a queue
 * @v:		An open device
 * @index:	Which queue
 * @q:		Filled
 * @area:	VIRTQ_AREA_LEN bytes for its rings, page-aligned
 * @n_max:	No more entries than this, a power of two; a legacy device decides alone
 *
 * Return: 0, VIRTIO_E_QUEUE or VIRTIO_E_IO.
 */
int virtio_ccw_queue(const struct virtio_ccw *v, uint16_t index, struct virtq *q, void *area,
		     uint16_t n_max);

/* Tell the device that all is set up. Return: 0 or VIRTIO_E_IO. */
int virtio_ccw_start(const struct virtio_ccw *v);

/**
 * virtio_ccw_notify() - Tell the device to look at a queue (DIAGNOSE 0x500)
 * @v:		An open device
 * @index:	Which queue
 * @cookie:	0 at first; what the hypervisor wants to see again is kept there
 */
void virtio_ccw_notify(const struct virtio_ccw *v, uint16_t index, int64_t *cookie);

/* Reset the device and disable its subchannel: it touches no memory any more. */
void virtio_ccw_close(const struct virtio_ccw *v);

#endif /* FIRMWARE_LIB_VIRTIO_CCW_H */
