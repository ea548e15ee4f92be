/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where loaded files go in memory
 */
#include "firmware/lwip/place.h"

#include "firmware/lib/string.h"

void place_init(struct place *p, void *memory, uint64_t memory_bytes, uint64_t own_start,
		uint64_t own_end)
{
	p->memory = memory;
	p->memory_bytes = memory_bytes;
	p->own_start = own_start;
	p->own_end = own_end;
	p->low_end = 0;
	memset(p->low, 0, sizeof(p->low));
}

uint64_t place_room(const struct place *p, uint64_t addr)
{
	if (addr < p->own_start)
		return p->own_start - addr;
	if (addr < p->own_end || addr >= p->memory_bytes)
		return 0;
	return p->memory_bytes - addr;
}

static uint64_t page_up(uint64_t addr)
{
	return addr > UINT64_MAX - PLACE_PAGE
		       ? addr
		       : (addr + PLACE_PAGE - 1) & ~(uint64_t)(PLACE_PAGE - 1);
}

uint64_t place_find(const struct place *p, uint64_t after, uint64_t size)
{
	uint64_t low = page_up(after < PLACE_LOW_LEN ? PLACE_LOW_LEN : after);
	uint64_t high = low < p->own_end ? p->own_end : low;
	uint64_t room = place_room(p, low), room_high = place_room(p, high);

	if (size && room >= size)
		return low;
	if (room >= room_high)
		return room ? low : 0;
	return high;
}

bool place_write(struct place *p, uint64_t addr, const void *buf, uint64_t len)
{
	const uint8_t *from = buf;

	if (len > place_room(p, addr))
		return false;
	if (addr < PLACE_LOW_LEN) {
		uint64_t n = len < PLACE_LOW_LEN - addr ? len : PLACE_LOW_LEN - addr;

		memcpy(p->low + addr, from, n);
		if (addr + n > p->low_end)
			p->low_end = addr + n;
		addr += n;
		from += n;
		len -= n;
	}
	if (len)
		memcpy(p->memory + addr, from, len);
	return true;
}

bool place_read(const struct place *p, uint64_t addr, void *buf, uint64_t len)
{
	uint8_t *to = buf;

	if (addr > p->memory_bytes || len > p->memory_bytes - addr)
		return false;
	if (addr < PLACE_LOW_LEN) {
		uint64_t n = len < PLACE_LOW_LEN - addr ? len : PLACE_LOW_LEN - addr;

		memcpy(to, p->low + addr, n);
		addr += n;
		to += n;
		len -= n;
	}
	if (len)
		memcpy(to, p->memory + addr, len);
	return true;
}
