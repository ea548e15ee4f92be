/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The probe: takes a kernel's place, says what it was given, and stops
 *
 * One marker line with what a kernel would have found (firmware/marker.h has the keys), then a
 * clean shutdown. Nothing that a loader wrote is trusted: an initrd outside of the memory is
 * reported and not touched, a command line need not end.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/lib/crc32.h"
#include "firmware/lib/diag308.h"
#include "firmware/lib/ebcdic.h"
#include "firmware/lib/print.h"
#include "firmware/lib/sclp.h"
#include "firmware/lib/start.h"
#include "firmware/lib/string.h"
#include "firmware/lib/stsi.h"
#include "firmware/lib/tod.h"
#include "firmware/lib/wait.h"
#include "firmware/marker.h"
#include "firmware/probe/layout.h"
#include "firmware/probe/parmarea.h"

/* The parts of the image that the linker script promises nobody writes to. */
extern const uint8_t __self_start[], __self_end[], __pattern_start[], __pattern_end[];

/* How each page of the pattern begins. */
extern const uint32_t __pattern_signs[];

/* For one request to the machine at a time; both store a page. */
static uint8_t answer[DIAG308_PAGE_LEN] __attribute__((aligned(DIAG308_PAGE_LEN)));
_Static_assert(sizeof(answer) == STSI_PAGE_LEN, "one page serves both");

static void key_dec(const char *key, uint64_t v)
{
	print_str(key);
	print_dec(v);
}

static void key_hex(const char *key, uint64_t v)
{
	print_str(key);
	print_str("0x");
	print_hex(v, 1);
}

static void key_crc32(const char *key, const void *buf, size_t len)
{
	print_str(key);
	print_hex(crc32_update(0, buf, len), 8);
}

static bool in_range(uint64_t off, uint64_t n, uint64_t size)
{
	return off <= size && n <= size - off;
}

static void report_cmdline(const char *cmdline)
{
	print_str(" cmdline=");
	print_quoted(cmdline, strnlen(cmdline, PARMAREA_CMDLINE_MAX));
}

static void report_initrd(uint64_t start, uint64_t len, uint64_t memory_bytes)
{
	bool absent = !start && !len;

	key_hex(" initrd=", start);
	key_dec(" initrd_len=", len);
	if (absent || !in_range(start, len, memory_bytes))
		print_str(" initrd_crc32=" MARKER_NONE);
	else
		key_crc32(" initrd_crc32=", (const void *)(uintptr_t)start, len);
}

/*
 * Whether the image was loaded from address 0 on: then the pattern is there. One page of it that
 * begins as it should is enough, so that a damaged one is summed, and not taken for a missing one.
 */
static bool has_pattern(void)
{
	size_t n_pages = (size_t)(__pattern_end - __pattern_start) / PATTERN_PAGE;

	for (size_t i = 0; i < n_pages; i++)
		if (*(const uint32_t *)(__pattern_start + i * PATTERN_PAGE) == __pattern_signs[i])
			return true;
	return false;
}

static void report_self(void)
{
	bool all = has_pattern();
	const uint8_t *start = all ? __pattern_start : __self_start;
	const uint8_t *end = all ? __pattern_end : __self_end;

	key_hex(" self=", (uintptr_t)start);
	key_hex("-", (uintptr_t)end);
	key_crc32(" self_crc32=", start, (size_t)(end - start));
}

static const char *ipl_type_name(uint8_t type)
{
	switch (type) {
	case IPLB_TYPE_FCP:
		return "fcp";
	case IPLB_TYPE_CCW:
		return "ccw";
	case IPLB_TYPE_PCI:
		return "pci";
	case IPLB_TYPE_QEMU_SCSI:
		return "scsi";
	}
	return "other";
}

static void report_ipl(void)
{
	const struct iplb *iplb = (const struct iplb *)answer;
	unsigned rc = diag308_store(answer);
	bool found = rc == DIAG308_RC_OK;
	bool is_ccw = found && iplb->type == IPLB_TYPE_CCW;
	char loadparm[DIAG308_LOADPARM_LEN];
	size_t n = 0;

	if (found && iplb->flags & DIAG308_FLAG_LOADPARM)
		for (; n < sizeof(loadparm); n++)
			loadparm[n] = ebcdic_decode(iplb->loadparm[n]);

	key_dec(" ipl_rc=", rc);
	print_str(" ipl_type=");
	print_str(found ? ipl_type_name(iplb->type) : MARKER_NONE);
	key_dec(" ipl_ssid=", is_ccw ? iplb->ssid & 3 : 0);
	print_str(" ipl_devno=0x");
	print_hex(is_ccw ? iplb->devno : 0, 4);
	print_str(" ipl_loadparm=");
	print_quoted(loadparm, n);
}

static void report_uuid(void)
{
	uint8_t uuid[STSI_UUID_LEN];

	print_str(" uuid=");
	if (stsi_read_uuid(uuid, answer)) {
		print_str(MARKER_NONE);
		return;
	}
	for (size_t i = 0; i < sizeof(uuid); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			print_str("-");
		print_hex(uuid[i], 2);
	}
}

void image_main(uint64_t entry, void *arg)
{
	const struct parmarea *parm = arg; /* NULL: an image without one */
	uint64_t tod = tod_read();
	uint64_t memory_bytes = 0;

	crc32_init();
	if (sclp_read_memory(&memory_bytes))
		memory_bytes = 0;

	print_str(MARKER_PREFIX MARKER_PAYLOAD " kind=probe");
	key_hex(" entry=", entry);
	if (parm) {
		report_cmdline(parm->command_line);
		report_initrd(parm->initrd_start, parm->initrd_len, memory_bytes);
	}
	report_self();
	key_dec(" memory_mib=", memory_bytes >> 20);
	report_ipl();
	report_uuid();
	key_dec(" tod_us=", tod_unix_us(tod));
	wait_disabled(print_line_end() ? WAIT_NO_CONSOLE : WAIT_DONE);
}
