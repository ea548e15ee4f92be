/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Virtqueues
 */
#include "firmware/lib/virtq.h"

#include "firmware/lib/string.h"

enum virtq_desc_flag {
	VIRTQ_DESC_WRITE = 2, /* by the device */
};

enum {
	AVAIL_NO_INTERRUPT = 1,
	USED_NO_NOTIFY = 1,
	RING_FLAGS = 0, /* 16-bit words of either ring */
	RING_IDX = 1,
	RING_FIRST = 2,
};

_Static_assert(sizeof(struct virtq_desc) == VIRTQ_DESC_LEN, "descriptor layout");

static uint16_t order16(const struct virtq *q, uint16_t v)
{
	return q->little ? __builtin_bswap16(v) : v;
}

static uint32_t order32(const struct virtq *q, uint32_t v)
{
	return q->little ? __builtin_bswap32(v) : v;
}

static uint64_t order64(const struct virtq *q, uint64_t v)
{
	return q->little ? __builtin_bswap64(v) : v;
}

/* What was stored before is seen before what is stored after: serialisation (BCR 15,0). */
static void barrier(void)
{
	asm volatile("bcr 15, 0" : : : "memory");
}

void virtq_init(struct virtq *q, void *area, uint16_t n, bool little)
{
	uint8_t *p = area;
	uintptr_t used;

	memset(area, 0, VIRTQ_AREA_LEN);
	*q = (struct virtq){ .n = n, .little = little, .desc = area };
	p += (size_t)n * VIRTQ_DESC_LEN;
	q->avail = (uint16_t *)p;
	used = (uintptr_t)(p + (RING_FIRST + (size_t)n) * sizeof(uint16_t));
	used = (used + VIRTQ_ALIGN - 1) & ~(uintptr_t)(VIRTQ_ALIGN - 1);
	q->used = (uint16_t *)used;
	q->avail[RING_FLAGS] = order16(q, AVAIL_NO_INTERRUPT);
}

void virtq_put(struct virtq *q, uint16_t i, void *buf, uint32_t len, bool writable)
{
	q->desc[i] = (struct virtq_desc){
		.addr = order64(q, (uintptr_t)buf),
		.len = order32(q, len),
		.flags = order16(q, writable ? VIRTQ_DESC_WRITE : 0),
	};
	q->avail[RING_FIRST + (q->n_avail & (q->n - 1))] = order16(q, i);
	barrier();
	q->avail[RING_IDX] = order16(q, ++q->n_avail);
}

bool virtq_take(struct virtq *q, uint32_t *i, uint32_t *len)
{
	const volatile struct virtq_used *ring = (const volatile void *)(q->used + RING_FIRST);
	const volatile struct virtq_used *entry = &ring[q->n_used & (q->n - 1)];

	if (order16(q, q->used[RING_IDX]) == q->n_used)
		return false;
	barrier();
	*i = order32(q, entry->id);
	*len = order32(q, entry->len);
	q->n_used++;
	return true;
}

bool virtq_wants_notify(const struct virtq *q)
{
	barrier();
	return !(order16(q, q->used[RING_FLAGS]) & USED_NO_NOTIFY);
}
