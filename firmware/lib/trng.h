/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine's true random numbers
 *
 * z/Architecture Principles of Operation, SA22-7832, chapter 26: PERFORM RANDOM NUMBER OPERATION,
 * function TRNG. QEMU's default CPU does not have it, its CPU "max" does.
 */
#ifndef FIRMWARE_LIB_TRNG_H
#define FIRMWARE_LIB_TRNG_H

#include <stdint.h>

/* Return: 64 random bits; 0 on a machine that has none. */
uint64_t trng_read(void);

#endif /* FIRMWARE_LIB_TRNG_H */
