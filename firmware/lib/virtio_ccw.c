/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * virtio over channel I/O
 */
#include "firmware/lib/virtio_ccw.h"

#include "firmware/lib/css.h"
#include "firmware/lib/string.h"

enum ccw_cmd {
	CCW_SENSE_ID = 0xe4, /* the channel subsystem's own */
	CCW_READ_VQ_CONF = 0x32,
	CCW_SET_VQ = 0x13,
	CCW_VDEV_RESET = 0x33,
	CCW_READ_FEAT = 0x12,
	CCW_WRITE_FEAT = 0x11,
	CCW_READ_CONF = 0x22,
	CCW_WRITE_STATUS = 0x31,
	CCW_READ_STATUS = 0x72, /* from revision 2 on */
	CCW_SET_VIRTIO_REV = 0x83,
};

enum {
	DIAG500_NOTIFY = 3, /* function code: virtio-ccw notification */
	FEATURES_LEN = 5,
	SENSE_ID_LEN = 7,
	CONFIG_LEN_MAX = 256,
};

struct rev_info {
	uint16_t revision;
	uint16_t len; /* of more data: none */
};

struct vq_conf {
	uint16_t index;
	uint16_t n_max;
};

struct vq_legacy {
	uint64_t queue;
	uint32_t align;
	uint16_t index;
	uint16_t n;
};

struct vq_info {
	uint64_t desc;
	uint32_t reserved;
	uint16_t index;
	uint16_t n;
	uint64_t avail;
	uint64_t used;
};
_Static_assert(sizeof(struct vq_legacy) == 16 && sizeof(struct vq_info) == 32, "SET_VQ layout");

static int run(const struct virtio_ccw *v, enum ccw_cmd cmd, void *buf, uint16_t len)
{
	return css_run(v->schid, (uint8_t)cmd, 0, buf, len) ? VIRTIO_E_IO : 0;
}

int virtio_ccw_identify(uint32_t schid, uint8_t *model)
{
	uint8_t id[CONFIG_LEN_MAX] = { 0 };
	int r = css_enable(schid);

	if (r)
		return r;
	r = css_run(schid, CCW_SENSE_ID, CCW_FLAG_SLI, id, SENSE_ID_LEN);
	css_disable(schid);
	if (r)
		return r;
	if (id[0] != 0xff || (id[1] << 8 | id[2]) != VIRTIO_CCW_CU_TYPE)
		return VIRTIO_E_REFUSED;
	*model = id[3];
	return 0;
}

static int write_status(const struct virtio_ccw *v, uint8_t status)
{
	return run(v, CCW_WRITE_STATUS, &status, 1);
}

/* The first command after enabling decides: newest revision first, and refusing all is legacy. */
static int negotiate(struct virtio_ccw *v)
{
	for (v->revision = VIRTIO_CCW_REVISION_MAX; v->revision; v->revision--) {
		struct rev_info info = { .revision = v->revision };
		int r = css_run(v->schid, CCW_SET_VIRTIO_REV, 0, &info, sizeof(info));

		if (r != CSS_E_REJECTED)
			return r ? VIRTIO_E_IO : 0;
	}
	return 0;
}

int virtio_ccw_open(struct virtio_ccw *v, uint32_t schid)
{
	int r;

	*v = (struct virtio_ccw){ .schid = schid };
	if (css_enable(schid))
		return VIRTIO_E_IO;
	r = negotiate(v);
	if (r)
		goto err_disable;
	r = run(v, CCW_VDEV_RESET, NULL, 0);
	if (r)
		goto err_disable;
	r = write_status(v, VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER);
	if (r)
		goto err_disable;
	return 0;

err_disable:
	css_disable(schid);
	return r;
}

/* 32 features in little-endian, then which 32 these are. */
static int read_features(const struct virtio_ccw *v, uint8_t word, uint32_t *features)
{
	uint8_t buf[FEATURES_LEN] = { [FEATURES_LEN - 1] = word };
	uint32_t le;
	int r = run(v, CCW_READ_FEAT, buf, sizeof(buf));

	memcpy(&le, buf, sizeof(le));
	*features = __builtin_bswap32(le);
	return r;
}

static int write_features(const struct virtio_ccw *v, uint8_t word, uint32_t features)
{
	uint8_t buf[FEATURES_LEN] = { [FEATURES_LEN - 1] = word };
	uint32_t le = __builtin_bswap32(features);

	memcpy(buf, &le, sizeof(le));
	return run(v, CCW_WRITE_FEAT, buf, sizeof(buf));
}

/* Whether the device took the features; before revision 2 there is no way to ask. */
static int confirm_features(const struct virtio_ccw *v)
{
	uint8_t status =
		VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK;
	int r = write_status(v, status);

	if (r || v->revision < 2)
		return r;
	r = run(v, CCW_READ_STATUS, &status, 1);
	if (r)
		return r;
	return status & VIRTIO_STATUS_FEATURES_OK ? 0 : VIRTIO_E_REFUSED;
}

int virtio_ccw_agree(const struct virtio_ccw *v, uint64_t wanted, uint64_t *agreed)
{
	uint32_t low, high = 0;
	uint64_t offered, take;
	int r = read_features(v, 0, &low);

	if (!r && v->revision)
		r = read_features(v, 1, &high);
	if (r)
		return r;
	offered = (uint64_t)high << 32 | low;
	if (v->revision && !(offered & VIRTIO_F_VERSION_1))
		return VIRTIO_E_REFUSED;

	take = offered & (wanted | VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM);
	r = write_features(v, 0, (uint32_t)take);
	if (!r && v->revision)
		r = write_features(v, 1, (uint32_t)(take >> 32));
	if (!r && v->revision)
		r = confirm_features(v);
	if (r)
		return r;
	*agreed = take;
	return 0;
}

int virtio_ccw_read_config(const struct virtio_ccw *v, void *buf, uint16_t len)
{
	return run(v, CCW_READ_CONF, buf, len);
}

static int set_queue(const struct virtio_ccw *v, uint16_t index, const struct virtq *q)
{
	struct vq_legacy legacy = {
		.queue = (uintptr_t)q->desc,
		.align = VIRTQ_ALIGN,
		.index = index,
		.n = q->n,
	};
	struct vq_info info = {
		.desc = (uintptr_t)q->desc,
		.index = index,
		.n = q->n,
		.avail = (uintptr_t)q->avail,
		.used = (uintptr_t)q->used,
	};

	if (!v->revision)
		return run(v, CCW_SET_VQ, &legacy, sizeof(legacy));
	return run(v, CCW_SET_VQ, &info, sizeof(info));
}

int virtio_ccw_queue(const struct virtio_ccw *v, uint16_t index, struct virtq *q, void *area,
		     uint16_t n_max)
{
	struct vq_conf conf = { .index = index };
	uint16_t n;

	if (run(v, CCW_READ_VQ_CONF, &conf, sizeof(conf)))
		return VIRTIO_E_IO;
	n = conf.n_max;
	if (!n || n & (n - 1))
		return VIRTIO_E_QUEUE;
	if (v->revision && n > n_max)
		n = n_max;
	if (n > VIRTQ_N_MAX)
		return VIRTIO_E_QUEUE;
	virtq_init(q, area, n, v->revision != 0);
	return set_queue(v, index, q);
}

int virtio_ccw_start(const struct virtio_ccw *v)
{
	uint8_t status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_DRIVER_OK;

	if (v->revision)
		status |= VIRTIO_STATUS_FEATURES_OK;
	return write_status(v, status);
}

void virtio_ccw_notify(const struct virtio_ccw *v, uint16_t index, int64_t *cookie)
{
	register uint64_t r1 asm("1") = DIAG500_NOTIFY;
	register uint64_t r2 asm("2") = v->schid;
	register uint64_t r3 asm("3") = index;
	register uint64_t r4 asm("4") = (uint64_t)*cookie;

	asm volatile("diag 2, 4, 0x500" : "+d"(r2) : "d"(r1), "d"(r3), "d"(r4) : "memory", "cc");
	*cookie = (int64_t)r2 < 0 ? 0 : (int64_t)r2;
}

void virtio_ccw_close(const struct virtio_ccw *v)
{
	run(v, CCW_VDEV_RESET, NULL, 0);
	css_disable(v->schid);
}
