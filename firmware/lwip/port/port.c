/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lwIP asks of the machine: time, random numbers, checksums, and to stop on its own mistakes
 */
#include <arch/cc.h>
#include <lwip/sys.h>

#include "firmware/lib/print.h"
#include "firmware/lib/wait.h"
#include "firmware/lwip/net.h"

int errno;

u32_t sys_now(void)
{
	return (u32_t)(net_now_ns() / 1000000);
}

uint32_t port_random(void)
{
	return (uint32_t)random_next(net_random());
}

/* One instruction of this CPU adds up all words; the last one is filled with zeros. */
uint16_t port_checksum(const void *data, int len)
{
	register uint64_t addr asm("2") = (uintptr_t)data;
	register uint64_t n asm("3") = (uint64_t)len;
	uint64_t sum = 0;

	asm volatile("0: cksm %[sum], %[addr]\n\t"
		     "jo 0b" /* interrupted: goes on */
		     : [sum] "+d"(sum), [addr] "+d"(addr), "+d"(n)
		     :
		     : "memory", "cc");
	sum = (sum >> 16 & 0xffff) + (sum & 0xffff);
	return (uint16_t)(sum + (sum >> 16));
}

void port_assert(const char *what)
{
	print_str("lwIP: ");
	print_str(what);
	print_line_end();
	wait_disabled(WAIT_LWIP_ASSERT);
}
