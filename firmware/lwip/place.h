/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where loaded files go in memory
 *
 * A file goes straight to the address where it is wanted. Two parts of the memory cannot be written
 * to while the image runs: its own, where nothing may go, and the first 8 KiB, which the CPU reads
 * and writes; what belongs there is kept aside until the hand-over.
 */
#ifndef FIRMWARE_LWIP_PLACE_H
#define FIRMWARE_LWIP_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PLACE_LOW_LEN = 8192,
	PLACE_PAGE = 4096,
};

struct place {
	uint8_t *memory; /* absolute 0; on the host, where a test has its own */
	uint64_t memory_bytes;
	uint64_t own_start, own_end; /* ours */
	uint64_t low_end;            /* bytes of low that are to be copied */
	uint8_t low[PLACE_LOW_LEN];
};

/**
 * place_init() - Make one
 * @p:		Filled
 * @memory:	Where address 0 is
 * @memory_bytes: Size of the memory
 * @own_start, @own_end: Addresses of what must not be overwritten, page-aligned
 */
void place_init(struct place *p, void *memory, uint64_t memory_bytes, uint64_t own_start,
		uint64_t own_end);

/* How many bytes may be written from an address on; 0: none. */
uint64_t place_room(const struct place *p, uint64_t addr);

/**
 * place_find() - Find a page-aligned place
 * @p:		The memory
 * @after:	Not below this
 * @size:	Bytes wanted; 0: as many as can be had
 *
 * Return: an address; the largest place if no one is large enough; 0 if there is none at all.
 */
uint64_t place_find(const struct place *p, uint64_t after, uint64_t size);

/* Write bytes. Return: false, and nothing is written, if not all of them may be. */
bool place_write(struct place *p, uint64_t addr, const void *buf, uint64_t len);

/* Read back what was written, or what lies there. Return: whether all of it is memory. */
bool place_read(const struct place *p, uint64_t addr, void *buf, uint64_t len);

#endif /* FIRMWARE_LWIP_PLACE_H */
