/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the first instruction to C
 *
 * An image's own entry code switches to 64-bit addressing, loads r2 and r3 and jumps to start(),
 * which sets the stack, the new PSWs (lowcore.h) and the BSS, and calls image_main(r2, r3). No
 * other register counts, and none is assumed to hold anything.
 *
 * The image's linker script provides:
 *   __stack_top			8-byte aligned, stack grows down from here
 *   __bss_start, __bss_end	cleared
 */
#ifndef FIRMWARE_LIB_START_H
#define FIRMWARE_LIB_START_H

#include <stdint.h>

/**
 * image_main() - Where an image's C code begins; each image has one
 * @entry:	r2 of the entry code, by convention the address it was entered at
 * @arg:	r3 of the entry code; its meaning is the image's
 *
 * Return: never; it ends with wait_disabled().
 */
_Noreturn void image_main(uint64_t entry, void *arg);

#endif /* FIRMWARE_LIB_START_H */
