/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the parts of the probe lie
 *
 *   0x00000  PSW, and what CPU, QEMU and firmware write (lowcore.h)
 *   0x00200  stack, growing down from 0x2000
 *   0x02000  pattern
 *   0x0b000  work area: the BSS; zeros in the file
 *   0x10000  entry, "S390EP"
 *   0x10400  parameter area with 4096 bytes of command line
 *   0x11480  code and constants
 *
 * What runs lies from 0x10000 on, as in a kernel, because kexec(8) loads nothing below: the pattern
 * may be missing, and the sum "self" covers it if it is there, and the code if it is not. Nothing
 * lies behind the end of the file, because that is where a loader puts the initrd. For linker
 * scripts and assembler; the C code takes the addresses from the linker's symbols.
 */
#ifndef FIRMWARE_PROBE_LAYOUT_H
#define FIRMWARE_PROBE_LAYOUT_H

#define STACK_TOP 0x2000
#define PATTERN_START 0x2000
#define PATTERN_PAGE 0x1000
#define WORK_START 0xb000
#define KERNEL_ENTRY 0x10000
#define CODE_START 0x11480

/* Of the minimal probe */
#define MIN_WORK_START 0x4000

#endif /* FIRMWARE_PROBE_LAYOUT_H */
