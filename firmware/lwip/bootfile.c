/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a loaded file is, and how a kernel is given its parameters
 */
#include "firmware/lwip/bootfile.h"

#include "firmware/lib/bytes.h"
#include "firmware/lwip/text.h"

enum {
	KERNEL_MAGIC = 0x10008,
	PARM_INITRD_START = 0x10408, /* its size follows */
	PARM_CMDLINE_MAX = 0x10430,
	PARM_CMDLINE = 0x10480,
	PSW_SHORT = 0x00080000, /* bit 12 of a short PSW is one */
	PSW_BITS31 = 0x80000000,
	HEAD_LEN = 16,
};

static const char kernel_magic[] = "S390EP";
static const char config_magic[] = "# pxelinux";

static bool has_kernel_magic(const struct place *p, uint64_t len)
{
	char magic[sizeof(kernel_magic) - 1];

	return len >= KERNEL_MAGIC + sizeof(magic) &&
	       place_read(p, KERNEL_MAGIC, magic, sizeof(magic)) &&
	       !memcmp(magic, kernel_magic, sizeof(magic));
}

enum bootfile_kind bootfile_kind(const struct place *p, uint64_t len)
{
	uint8_t head[HEAD_LEN] = { 0 };
	uint64_t n = len < HEAD_LEN ? len : HEAD_LEN;
	struct slice text = { (const char *)head, (size_t)n };
	struct rd r = RD_INIT(head, HEAD_LEN);

	if (!place_read(p, 0, head, n))
		return BOOTFILE_NOTHING;
	if (slice_has_prefix(text, config_magic))
		return BOOTFILE_CONFIG;
	if (slice_has_prefix(text, "* "))
		return BOOTFILE_INS;
	if (has_kernel_magic(p, len))
		return BOOTFILE_KERNEL;
	if (len < BOOTFILE_PSW_LEN)
		return BOOTFILE_NOTHING;
	if (rd_be32(&r) & PSW_SHORT && rd_be32(&r) & PSW_BITS31)
		return BOOTFILE_PSW;
	return BOOTFILE_NOTHING;
}

uint64_t bootfile_cmdline_max(const struct place *p, uint64_t kernel_len)
{
	uint8_t word[8];
	struct rd r = RD_INIT(word, sizeof(word));
	uint64_t max;

	if (!has_kernel_magic(p, kernel_len) || kernel_len <= PARM_CMDLINE ||
	    !place_read(p, PARM_CMDLINE_MAX, word, sizeof(word)))
		return 0;
	max = rd_be32(&r);
	max = max << 32 | rd_be32(&r);
	if (!max || max > BOOTFILE_CMDLINE_LIMIT)
		return BOOTFILE_CMDLINE_MAX_OLD;
	return max;
}

bool bootfile_set_cmdline(struct place *p, uint64_t kernel_len, const char *text, size_t len)
{
	uint64_t max = bootfile_cmdline_max(p, kernel_len);

	return len < max && place_write(p, PARM_CMDLINE, text, len) &&
	       place_write(p, PARM_CMDLINE + len, "", 1);
}

bool bootfile_set_initrd(struct place *p, uint64_t kernel_len, uint64_t addr, uint64_t len)
{
	uint8_t words[16];
	struct wr w = WR_INIT(words, sizeof(words));

	if (!has_kernel_magic(p, kernel_len) || kernel_len <= PARM_CMDLINE)
		return false;
	wr_be32(&w, (uint32_t)(addr >> 32));
	wr_be32(&w, (uint32_t)addr);
	wr_be32(&w, (uint32_t)(len >> 32));
	wr_be32(&w, (uint32_t)len);
	return place_write(p, PARM_INITRD_START, words, sizeof(words));
}
