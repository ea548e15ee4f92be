/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The channel subsystem
 */
#include "firmware/lib/css.h"

#include "firmware/lib/string.h"
#include "firmware/lib/tod.h"

enum {
	CHSC_LEN = 4096,
	CHSC_SDA_REQUEST_LEN = 0x0400,
	CHSC_SDA = 0x0031,        /* set domain attributes */
	CHSC_SDA_OC_MSS = 0x0002, /* multiple subchannel sets */
	CHSC_SDA_RESPONSE = 0x402,
	CHSC_OK = 0x0001,

	PMCW_ENA = 0x0080, /* flags: enabled */
	PMCW_DNV = 0x0001, /* the device number is valid: there is a device */

	ORB_FLAGS = 0x0080ff00, /* format-1 CCWs, any path */

	IRB_LEN = 96,
	IRB_DEVICE_STATUS = 8, /* offsets */
	IRB_CHANNEL_STATUS = 9,
	DEVICE_END = 0x0c, /* with channel end */
	UNIT_CHECK = 0x02,
};

/* Subchannel-information block; the rest after the path words is for measurement. */
struct schib {
	uint32_t intparm;
	uint16_t flags;
	uint16_t devno;
	uint32_t rest[11];
};
_Static_assert(sizeof(struct schib) == 52, "SCHIB layout");

struct orb {
	uint32_t intparm;
	uint32_t flags;
	uint32_t program;
	uint32_t reserved[5];
};

/* Pairs of an instruction with the subchannel in register 1 and an operand in storage. */
#define IO_INSN(name, opcode, type, constraint)                                                    \
	static unsigned name(uint32_t schid, type *operand)                                        \
	{                                                                                          \
		register uint64_t r1 asm("1") = schid;                                             \
		unsigned cc;                                                                       \
                                                                                                   \
		asm volatile(".insn s, " opcode ", %[operand]\n\t"                                 \
			     "ipm %[cc]\n\t"                                                       \
			     "srl %[cc], 28"                                                       \
			     : [cc] "=d"(cc), [operand] constraint(*operand)                       \
			     : "d"(r1)                                                             \
			     : "memory", "cc");                                                    \
		return cc;                                                                         \
	}

IO_INSN(stsch, "0xb2340000", struct schib, "=Q")
IO_INSN(msch, "0xb2320000", struct schib, "+Q")
IO_INSN(ssch, "0xb2330000", struct orb, "+Q")

static unsigned tsch(uint32_t schid, uint8_t irb[IRB_LEN])
{
	register uint64_t r1 asm("1") = schid;
	unsigned cc;

	asm volatile(".insn s, 0xb2350000, 0(%[irb])\n\t"
		     "ipm %[cc]\n\t"
		     "srl %[cc], 28"
		     : [cc] "=d"(cc)
		     : "d"(r1), [irb] "a"(irb)
		     : "memory", "cc");
	return cc;
}

int css_enable_sets(void)
{
	static uint8_t block[CHSC_LEN] __attribute__((aligned(CHSC_LEN)));
	uint16_t *half = (uint16_t *)block;
	unsigned cc;

	memset(block, 0, sizeof(block));
	half[0] = CHSC_SDA_REQUEST_LEN;
	half[1] = CHSC_SDA;
	half[3] = CHSC_SDA_OC_MSS;
	asm volatile(".insn rre, 0xb25f0000, %[block], 0\n\t"
		     "ipm %[cc]\n\t"
		     "srl %[cc], 28"
		     : [cc] "=d"(cc)
		     : [block] "d"(block)
		     : "memory", "cc");
	return !cc && half[CHSC_SDA_RESPONSE / 2] == CHSC_OK ? 0 : CSS_E_REJECTED;
}

int css_next(uint32_t *schid, struct css_device *dev)
{
	uint32_t set = *schid ? *schid >> CSS_SCHID_SET_SHIFT & 3 : 0;
	uint32_t nr = *schid & 0xffff;

	for (; set < CSS_N_SETS; set++, nr = 0)
		for (; nr < CSS_SET_LEN - 1; nr++) {
			uint32_t id = CSS_SCHID_ONE | set << CSS_SCHID_SET_SHIFT | nr;
			struct schib schib;

			if (stsch(id, &schib))
				break; /* the set has no more */
			if (!(schib.flags & PMCW_DNV))
				continue;
			*dev = (struct css_device){ id, (uint8_t)set, schib.devno };
			*schid = id + 1;
			return 0;
		}
	return CSS_E_ABSENT;
}

static int set_enabled(uint32_t schid, uint16_t enabled)
{
	struct schib schib;
	uint8_t irb[IRB_LEN];

	if (stsch(schid, &schib) || !(schib.flags & PMCW_DNV))
		return CSS_E_ABSENT;
	schib.flags = (uint16_t)((schib.flags & ~PMCW_ENA) | enabled);
	switch (msch(schid, &schib)) {
	case 0:
		return 0;
	case 1: /* status pending: take it, and once more */
		tsch(schid, irb);
		return msch(schid, &schib) ? CSS_E_BUSY : 0;
	case 2:
		return CSS_E_BUSY;
	}
	return CSS_E_ABSENT;
}

int css_disable(uint32_t schid)
{
	return set_enabled(schid, 0);
}

int css_enable(uint32_t schid)
{
	int r = set_enabled(schid, 0);

	return r ? r : set_enabled(schid, PMCW_ENA);
}

static int wait_end(uint32_t schid)
{
	uint64_t start = tod_read();
	uint8_t irb[IRB_LEN];
	unsigned cc;

	do {
		cc = tsch(schid, irb);
		if (cc > 1)
			return CSS_E_ABSENT;
		if (tod_is_over(start, CSS_TIMEOUT_US))
			return CSS_E_TIMEOUT;
	} while (cc);
	if (irb[IRB_CHANNEL_STATUS])
		return CSS_E_PROGRAM;
	if (irb[IRB_DEVICE_STATUS] & UNIT_CHECK)
		return CSS_E_REJECTED;
	return irb[IRB_DEVICE_STATUS] == DEVICE_END ? 0 : CSS_E_PROGRAM;
}

int css_run(uint32_t schid, uint8_t cmd, uint8_t flags, void *buf, uint16_t len)
{
	struct ccw program = { cmd, flags, len, (uint32_t)(uintptr_t)buf };
	struct orb orb = { .flags = ORB_FLAGS, .program = (uint32_t)(uintptr_t)&program };
	uint8_t irb[IRB_LEN];
	unsigned cc = ssch(schid, &orb);

	if (cc == 1) { /* status of something else was pending */
		tsch(schid, irb);
		cc = ssch(schid, &orb);
	}
	if (cc)
		return cc == 3 ? CSS_E_ABSENT : CSS_E_BUSY;
	return wait_end(schid);
}
