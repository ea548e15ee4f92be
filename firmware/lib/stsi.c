/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * STORE SYSTEM INFORMATION
 */
#include "firmware/lib/stsi.h"

#include "firmware/lib/string.h"

enum {
	STSI_R0_3_2_2 = 0x30000002, /* function code 3, selector 1 = 2 */
	STSI_R1_3_2_2 = 2,          /* selector 2 */
	STSI_CC_ABSENT = 3,
	STSI_3_2_2_UUID = 80, /* offset in the block */
};

static unsigned store(uint32_t selector0, uint32_t selector1, void *page)
{
	register uint64_t r0 asm("0") = selector0;
	register uint64_t r1 asm("1") = selector1;
	unsigned cc;

	asm volatile("stsi 0(%[page])\n\t"
		     "ipm %[cc]\n\t"
		     "srl %[cc], 28"
		     : [cc] "=&d"(cc), "+d"(r0)
		     : "d"(r1), [page] "a"(page)
		     : "memory", "cc");
	return cc;
}

int stsi_read_uuid(uint8_t uuid[STSI_UUID_LEN], void *page)
{
	static const uint8_t no_uuid[STSI_UUID_LEN];
	const uint8_t *found = (const uint8_t *)page + STSI_3_2_2_UUID;

	if (store(STSI_R0_3_2_2, STSI_R1_3_2_2, page) == STSI_CC_ABSENT)
		return STSI_E_NONE;
	if (!memcmp(found, no_uuid, sizeof(no_uuid)))
		return STSI_E_NONE;
	memcpy(uuid, found, STSI_UUID_LEN);
	return 0;
}
