/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DIAGNOSE 0x308
 */
#include "firmware/lib/diag308.h"

#include <stddef.h>

_Static_assert(offsetof(struct iplb, type) == 0x0c, "IPLB layout");
_Static_assert(offsetof(struct iplb, loadparm) == 0x10, "IPLB layout");
_Static_assert(offsetof(struct iplb, ssid) == 0x6d, "IPLB layout");
_Static_assert(offsetof(struct iplb, devno) == 0x6e, "IPLB layout");

enum {
	DIAG308_SUBCODE_STORE = 6,
};

unsigned diag308_store(void *page)
{
	/* The address and the return code are an even and odd pair of registers. */
	register uint64_t addr asm("2") = (uintptr_t)page;
	register uint64_t rc asm("3") = 0;
	register uint64_t subcode asm("4") = DIAG308_SUBCODE_STORE;

	asm volatile("diag %[addr], %[subcode], 0x308"
		     : "+d"(rc)
		     : [addr] "d"(addr), [subcode] "d"(subcode)
		     : "memory", "cc");
	return (unsigned)rc;
}
